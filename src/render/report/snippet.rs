//! The lines of the files that a finding involves: the same that a terminal shows.

use std::collections::BTreeMap;

use super::place::Places;
use crate::finding::{Finding, Label};
use crate::render::human::{by_file, clean, id_line, place};
use crate::source::{LineColumn, Source, TextRange};

/// Lines of more characters are cut.
const WIDTH: usize = 92;

/// How many characters before a mark are shown of a line that is cut.
const BEFORE: usize = 32;

/// Lines of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Snippet {
    pub(super) place: String,
    pub(super) address: Option<String>,
    pub(super) rows: Vec<Row>,
}

/// A row of a snippet: a line of the file, or a label below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Row {
    Line {
        number: String,
        pieces: Vec<Piece>,
    },
    Label {
        indent: String,
        text: String,
        is_primary: bool,
    },
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    /// How it is marked: `primary`, `related`, `cut`; empty if it is not.
    pub(super) class: &'static str,
}

/// A label on its line, in characters.
struct Mark<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    is_primary: bool,
}

/// Returns the snippets of a finding: first the file to mend, then the others.
pub(super) fn snippets(places: &Places<'_>, finding: &Finding) -> Vec<Snippet> {
    let files = by_file(places.sources, finding);
    files
        .iter()
        .map(|labels| snippet(places, finding, labels))
        .collect()
}

fn snippet(places: &Places<'_>, finding: &Finding, labels: &[&Label]) -> Snippet {
    let span = labels[0].span;
    let source = places.sources.get(span.source);
    Snippet {
        place: place(places.sources, span),
        address: places.address_of(span),
        rows: if source.text().is_empty() {
            Vec::new()
        } else {
            rows(source, finding, labels)
        },
    }
}

fn rows(source: &Source, finding: &Finding, labels: &[&Label]) -> Vec<Row> {
    let mut lines: BTreeMap<u32, Vec<Mark<'_>>> = BTreeMap::new();
    let leads = labels[0].span == finding.primary.span;
    let id_line = leads.then(|| id_line(source, finding)).flatten();
    lines.extend(id_line.map(|line| (line, Vec::new())));
    for label in labels {
        let (line, mark) = mark(source, finding, label);
        lines.entry(line).or_default().push(mark);
    }
    let last = lines
        .keys()
        .next_back()
        .map_or(1, |line| line.to_string().len());
    let mut rows = Vec::new();
    for (line, marks) in lines {
        let text = source.slice(source.lines().range(source.text(), line));
        add_rows(&mut rows, format!("{line:>last$}  "), text, marks);
    }
    rows
}

/// The part of a label on its first line.
fn mark<'l>(source: &Source, finding: &Finding, label: &'l Label) -> (u32, Mark<'l>) {
    let TextRange { start, end } = label.span.range;
    let LineColumn { line, column } = source.lines().line_column(source.text(), start);
    let range = source.lines().range(source.text(), line);
    let end = end.clamp(start.min(range.end), range.end);
    let marked = source.slice(TextRange::new(start.min(end), end));
    let start = column as usize - 1;
    let mark = Mark {
        start,
        end: start + marked.chars().count(),
        text: &label.text,
        is_primary: label.span == finding.primary.span,
    };
    (line, mark)
}

/// Adds a line and the labels below it, the last of them first so that none crosses another.
fn add_rows(rows: &mut Vec<Row>, number: String, text: &str, mut marks: Vec<Mark<'_>>) {
    marks.sort_by_key(|mark| (mark.start, mark.end));
    marks.dedup_by(|next, mark| {
        let same = (next.start, next.end, next.text) == (mark.start, mark.end, mark.text);
        mark.is_primary |= same && next.is_primary;
        same
    });
    let line = Line::new(text, &marks);
    let gutter = number.len();
    let pieces = line.pieces(&marks);
    let labels = marks.iter().rev().filter(|mark| !mark.text.is_empty());
    let labels: Vec<Row> = labels
        .map(|mark| Row::Label {
            indent: " ".repeat(gutter + line.column(mark.start)),
            text: clean(mark.text).into_owned(),
            is_primary: mark.is_primary,
        })
        .collect();
    rows.push(Row::Line { number, pieces });
    rows.extend(labels);
}

/// What is shown of a line: its characters made harmless, from one of them to another.
struct Line {
    /// Each shown character, as it is shown.
    shown: Vec<String>,
    first: usize,
    has_more: bool,
}

impl Line {
    fn new(text: &str, marks: &[Mark<'_>]) -> Self {
        let count = text.chars().count();
        let wanted = marks.first().map_or(0, |mark| mark.start);
        let first = if count <= WIDTH {
            0
        } else {
            wanted.saturating_sub(BEFORE).min(count - WIDTH)
        };
        let mut before = ' ';
        let shown = text.chars().map(|character| {
            let shown = harmless(before, character);
            before = character;
            shown
        });
        Self {
            shown: shown.skip(first).take(WIDTH).collect(),
            first,
            has_more: count > first + WIDTH,
        }
    }

    /// The pieces of the line, marked and not, each mark from where the one before it ends.
    fn pieces(&self, marks: &[Mark<'_>]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut at = 0;
        if self.first > 0 {
            pieces.push(piece("…".to_owned(), "cut"));
        }
        for mark in marks {
            let start = self.within(mark.start).max(at);
            let end = self.within(mark.end).max(start);
            pieces.push(piece(self.shown[at..start].concat(), ""));
            let class = if mark.is_primary {
                "primary"
            } else {
                "related"
            };
            pieces.push(piece(self.shown[start..end].concat(), class));
            at = end;
        }
        pieces.push(piece(self.shown[at..].concat(), ""));
        if self.has_more {
            pieces.push(piece("…".to_owned(), "cut"));
        }
        pieces.retain(|piece| !piece.text.is_empty());
        pieces
    }

    /// The number of a character of the file among those that are shown.
    fn within(&self, character: usize) -> usize {
        character.saturating_sub(self.first).min(self.shown.len())
    }

    /// The column at which a character of the file is shown.
    fn column(&self, character: usize) -> usize {
        let before = &self.shown[..self.within(character)];
        let width: usize = before.iter().map(|shown| shown.chars().count()).sum();
        width + usize::from(self.first > 0)
    }
}

fn piece(text: String, class: &'static str) -> Piece {
    Piece { text, class }
}

/// A character of a file as it is shown after another.
fn harmless(before: char, character: char) -> String {
    if character == '\t' {
        return "    ".to_owned();
    }
    if character.is_ascii() {
        return clean(character.encode_utf8(&mut [0; 4])).into_owned();
    }
    // Joiners are shown as they are only after letters of their scripts.
    let led = String::from_iter([before, character]);
    let skipped = clean(before.encode_utf8(&mut [0; 4])).len();
    clean(&led).get(skipped..).unwrap_or_default().to_owned()
}
