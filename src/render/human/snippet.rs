//! Snippets of the files that a finding involves, drawn by miette.
//!
//! miette numbers the lines of a snippet one after the other. Here lines far apart stand below
//! each other, so each excerpt is drawn with consecutive numbers and then gets its own.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use miette::{Diagnostic, GraphicalReportHandler, LabeledSpan, SourceCode};

use super::escape::clean;
use super::excerpt::{Cut, Excerpt, Mark};
use super::palette::Palette;
use super::summary;
use crate::finding::{Finding, Label, Severity};
use crate::render::Style;
use crate::source::{LineColumn, Source, SourceId, Sources, Span};

/// Columns between the tab stops of a shown line.
const TAB_WIDTH: usize = 4;

/// Lines are not cut to less than this, however narrow the terminal is.
const LEAST_WIDTH: usize = 60;

/// What line numbers and frames take of the width.
const FRAME: usize = 8;

/// The most places of a finding that are shown.
const MOST_PLACES: usize = 24;

/// How many lines up the `id` of a resource is searched.
const ID_DISTANCE: u32 = 400;

/// The shape that miette draws: an excerpt with its labels, and no message.
#[derive(Debug)]
struct Snippet(Excerpt);

impl fmt::Display for Snippet {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Snippet {}

impl Diagnostic for Snippet {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.0)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.0.labels.iter().cloned()))
    }
}

/// Draws the files of a finding: first the one to mend, then the others in the order of paths.
pub(super) fn write(
    sources: &Sources,
    finding: &Finding,
    style: Style,
    palette: &Palette,
    out: &mut dyn Write,
) -> io::Result<()> {
    let cut = Cut {
        width: style.width.max(LEAST_WIDTH) - FRAME,
        ellipsis: palette.ellipsis(),
    };
    let mut snippets = Vec::new();
    for labels in by_file(sources, finding) {
        let (name, source) = (place(sources, labels[0].span), source(sources, labels[0]));
        if source.text().is_empty() {
            writeln!(out, "  {} {}", palette.faint("at"), palette.place(&name))?;
            continue;
        }
        let marks: Vec<_> = labels.iter().map(|label| mark(finding, label)).collect();
        let extra = labels[0].span == finding.primary.span;
        let extra = extra.then(|| id_line(source, finding)).flatten();
        snippets.push(Excerpt::new(source, name, &marks, extra, cut));
    }
    let lines = snippets.iter().filter_map(|excerpt| excerpt.lines.last());
    let digits = lines.max().map_or(1, |line| line.to_string().len());
    for mut excerpt in snippets {
        excerpt.number_with(digits);
        write_excerpt(excerpt, finding.severity, digits, palette, out)?;
    }
    let left = finding.related.len().saturating_sub(MOST_PLACES - 1);
    if left > 0 {
        writeln!(out, "  and {}", summary::count(left, "more place"))?;
    }
    Ok(())
}

/// Returns `path:line:column` of the start of a span.
#[must_use]
pub fn place(sources: &Sources, span: Span) -> String {
    let source = sources.get(span.source);
    let LineColumn { line, column } = source.lines().line_column(source.text(), span.range.start);
    format!("{}:{line}:{column}", clean(source.path()))
}

fn source<'a>(sources: &'a Sources, label: &Label) -> &'a Source {
    sources.get(label.span.source)
}

/// The labels of a finding by file; in the first file the primary label leads.
#[must_use]
pub fn by_file<'a>(sources: &Sources, finding: &'a Finding) -> Vec<Vec<&'a Label>> {
    let mut first = vec![&finding.primary];
    let mut others: BTreeMap<(&str, SourceId), Vec<&Label>> = BTreeMap::new();
    for label in finding.related.iter().take(MOST_PLACES - 1) {
        if label.span.source == finding.primary.span.source {
            first.push(label);
        } else {
            let path = source(sources, label).path();
            let labels = others.entry((path, label.span.source)).or_default();
            labels.push(label);
        }
    }
    for labels in others.values_mut() {
        labels.sort_by_key(|label| label.span.range);
    }
    std::iter::once(first).chain(others.into_values()).collect()
}

fn mark(finding: &Finding, label: &Label) -> Mark {
    Mark {
        range: label.span.range,
        text: label.text.clone(),
        primary: label.span == finding.primary.span,
    }
}

/// The line that says which resource the primary place belongs to: `id: …`, further up in the same
/// document.
#[must_use]
pub fn id_line(source: &Source, finding: &Finding) -> Option<u32> {
    let (_, id) = finding.subject.split_once('/')?;
    let id = id.split('#').next()?;
    let at = source.lines().line(finding.primary.span.range.start);
    for line in (at.saturating_sub(ID_DISTANCE).max(1)..=at).rev() {
        let text = source.slice(source.lines().range(source.text(), line));
        if text.starts_with("---") {
            return None;
        }
        let field = text.trim_start_matches([' ', '-', '{']);
        let value = field.strip_prefix("id:").map(str::trim_start);
        let value = value.map(|value| value.trim_start_matches(['"', '\'']));
        let rest = value.and_then(|value| value.strip_prefix(id));
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['"', '\'', ' ', ',', '}']))
        {
            return Some(line);
        }
    }
    None
}

fn write_excerpt(
    excerpt: Excerpt,
    severity: Severity,
    digits: usize,
    palette: &Palette,
    out: &mut dyn Write,
) -> io::Result<()> {
    let primary: Vec<_> = excerpt.labels.iter().map(LabeledSpan::primary).collect();
    let lines = excerpt.lines.clone();
    let handler = GraphicalReportHandler::new_themed(palette.snippet(severity, &primary))
        .with_context_lines(0)
        .tab_width(TAB_WIDTH)
        .without_primary_span_start()
        .without_syntax_highlighting();
    let mut drawn = String::new();
    handler
        .render_report(&mut drawn, &Snippet(excerpt))
        .map_err(io::Error::other)?;
    let mut lines = lines.into_iter();
    // The lines before the frame are those of the message, which stands above all snippets.
    for row in drawn.lines().skip_while(|row| !opens(row, digits, palette)) {
        writeln!(out, "{}", numbered(row, &mut lines, digits, palette))?;
    }
    Ok(())
}

fn opens(row: &str, digits: usize, palette: &Palette) -> bool {
    let corner = palette.characters().ltop;
    row.strip_prefix(" ".repeat(digits + 2).as_str())
        .is_some_and(|rest| rest.starts_with(corner))
}

/// A row that miette drew, with the number that its line has in the file and a quiet frame.
fn numbered(
    row: &str,
    lines: &mut impl Iterator<Item = u32>,
    digits: usize,
    palette: &Palette,
) -> String {
    // Up to here all is ASCII: a blank, the number, a blank.
    let (gutter, rest) = row.split_at(digits + 2);
    let mut characters = rest.chars();
    let bar = characters.next().unwrap_or_default();
    let rest = characters.as_str();
    if bar == palette.characters().vbar && !gutter.trim().is_empty() {
        let line = lines.next().unwrap_or_default();
        let gutter = palette.faint(&format!(" {line:digits$} {bar}"));
        return format!("{gutter}{rest}").trim_end().to_owned();
    }
    if bar == palette.characters().vbar_break {
        let frame = palette.characters();
        let long = format!("{0}{1}{1} ", frame.lbot, frame.hbar);
        let short = format!("{}{} ", frame.lbot, frame.hbar);
        let rest = rest.replacen(&long, &short, 1);
        return format!("{gutter}{}{rest}", palette.faint(&bar.to_string()));
    }
    let frame = palette.faint(&format!("{bar}{}", palette.characters().hbar));
    match rest.strip_prefix(palette.characters().hbar) {
        Some(rest) if rest.starts_with('[') => format!("{gutter}{frame}{rest}"),
        _ => format!("{gutter}{}", palette.faint(&format!("{bar}{rest}"))),
    }
}
