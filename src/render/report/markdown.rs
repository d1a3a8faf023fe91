//! A report as Markdown, for wikis and tickets: charts are given as tables, with their places.
//!
//! It stays below 1 MiB, which is what a summary of a pipeline holds: what a table has no room for is
//! counted, and long texts are cut.

use std::io::{self, Write};

use crate::report::{Audience, Cell, Report, Section, Table, Tone};
use crate::source::Sources;

/// The most bytes of all sections together. The rest of 1 MiB is for what stands around them.
const SECTIONS: usize = 900 << 10;

/// The most bytes of their tables.
const TABLES: usize = 768 << 10;

/// The most bytes of a text that is no cell.
const LONGEST_TEXT: usize = 4 << 10;

/// Why something is left out, and where it can be found.
const WHY: &str = "Markdown is kept below 1 MiB. The workbook and JSON hold all of it.";

/// Writes a report as Markdown.
///
/// # Errors
///
/// Those of the writer.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}\n", brief(&report.title))?;
    writeln!(out, "{}\n", head(report))?;
    writeln!(out, "**{}**\n", brief(&report.verdict))?;
    write_sections(report, out)?;
    writeln!(out, "## What this rests on\n")?;
    for note in &report.notes {
        writeln!(out, "* {}", brief(note))?;
    }
    Ok(())
}

fn write_sections(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let room = TABLES / report.sections.len().max(1);
    let (mut used, mut left_out) = (0, 0);
    for section in &report.sections {
        let mut text = Vec::new();
        write_section(report, section, room, &mut text)?;
        if used + text.len() > SECTIONS {
            left_out += 1;
            continue;
        }
        used += text.len();
        out.write_all(&text)?;
    }
    match left_out {
        0 => Ok(()),
        1 => writeln!(out, "1 section left out: {WHY}\n"),
        _ => writeln!(out, "{left_out} sections left out: {WHY}\n"),
    }
}

fn head(report: &Report) -> String {
    let mut parts = Vec::new();
    if !report.organization.is_empty() {
        parts.push(brief(&report.organization));
    }
    parts.push(format!("as of {}", report.as_of));
    if let Some(revision) = &report.revision {
        parts.push(format!("revision {}", brief(revision)));
    }
    if let Some(commit) = &report.commit {
        parts.push(format!("commit {commit}"));
    }
    if let Some((name, day)) = &report.since {
        parts.push(format!("compared with {} of {day}", brief(name)));
    }
    parts.join(" · ")
}

fn write_section(
    report: &Report,
    section: &Section,
    room: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "## {}\n", brief(&section.title))?;
    writeln!(out, "*{}*\n", brief(&section.question))?;
    if let Some(lead) = &section.lead {
        writeln!(out, "{}\n", brief(lead))?;
    }
    if section.chart.is_empty() {
        writeln!(out, "{}\n", brief(&section.empty))?;
    } else {
        // A board reads words; whoever acts on a figure wants to know where it stands.
        let sources = (report.audience != Audience::Board).then_some(&report.sources);
        write_table(&section.chart.table(), sources, room, out)?;
    }
    for note in &section.notes {
        writeln!(out, "{}\n", brief(note))?;
    }
    Ok(())
}

fn write_table(
    table: &Table,
    sources: Option<&Sources>,
    room: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut heads: Vec<String> = table
        .columns
        .iter()
        .map(|own| escaped(&own.title))
        .collect();
    let mut rules: Vec<&str> = table
        .columns
        .iter()
        .map(|column| match column.align {
            crate::report::Align::Start => "---",
            crate::report::Align::End => "---:",
        })
        .collect();
    let has_places = |sources: &&Sources| {
        let mut rows = table.rows.iter();
        rows.any(|row| !named_places(sources, row).is_empty())
    };
    let sources = sources.filter(has_places);
    if sources.is_some() {
        heads.push("where".to_owned());
        rules.push("---");
    }
    writeln!(out, "| {} |\n| {} |", heads.join(" | "), rules.join(" | "))?;
    write_rows(&table.rows, sources, room, out)
}

/// Writes rows as long as there is room, and counts the rest.
fn write_rows(
    rows: &[Vec<Cell>],
    sources: Option<&Sources>,
    room: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut used = 0;
    let mut shown_rows = 0;
    for row in rows {
        let mut cells: Vec<String> = row.iter().map(shown).collect();
        cells.extend(sources.map(|sources| places(sources, row)));
        let text = format!("| {} |", cells.join(" | "));
        used += text.len() + 1;
        if used > room {
            break;
        }
        writeln!(out, "{text}")?;
        shown_rows += 1;
    }
    writeln!(out)?;
    match rows.len() - shown_rows {
        0 => Ok(()),
        left_out => writeln!(out, "{left_out} rows left out: {WHY}\n"),
    }
}

/// A cell, with a word where another output would paint it.
fn shown(cell: &Cell) -> String {
    let text = escaped(&cell.text);
    match cell.tone {
        Tone::Bad if !text.is_empty() => format!("**{text}**"),
        _ => text,
    }
}

/// The most places that a row names.
const MOST_PLACES: usize = 2;

fn places(sources: &Sources, row: &[Cell]) -> String {
    let mut found = named_places(sources, row);
    let left = found.len().saturating_sub(MOST_PLACES);
    found.truncate(MOST_PLACES);
    let places = escaped(&found.join(", "));
    match left {
        0 => places,
        left => format!("{places} and {left} more"),
    }
}

/// A text that is no cell, cut where it is too long.
fn brief(text: &str) -> String {
    if text.len() <= LONGEST_TEXT {
        return escaped(text);
    }
    let mut ends = (0..=LONGEST_TEXT).rev();
    let end = ends.find(|at| text.is_char_boundary(*at));
    format!("{} ...", escaped(&text[..end.unwrap_or(0)]))
}

/// The places of a row that no cell of it names already.
fn named_places(sources: &Sources, row: &[Cell]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for label in row.iter().flat_map(|cell| &cell.places) {
        let source = sources.get(label.span.source);
        let line = source.lines().line(label.span.range.start);
        let place = format!("{}:{line}", source.path());
        let is_said = row.iter().any(|cell| cell.text == place);
        if !is_said && !found.contains(&place) {
            found.push(place);
        }
    }
    found
}

/// Text that Markdown takes for nothing but text.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '!' | '&' => {
                escaped.push('\\');
                escaped.push(character);
            }
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}
