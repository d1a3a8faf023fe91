//! The lines of one file that a snippet shows, and nothing else of it.

use std::collections::BTreeMap;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::escape::{clean, push_clean};
use crate::source::{Source, TextRange};

/// The least number of characters shown on each side of a label when a line is cut, and by how
/// many it grows while there is room.
const CONTEXT: usize = 16;

/// A piece of a file to point at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// Where in the file.
    pub(super) range: TextRange,
    /// What stands there; may be empty.
    pub(super) text: String,
    /// True for the place to mend.
    pub(super) primary: bool,
}

/// Some lines of a file, made harmless, cut to a width, and put below each other as one text.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// The numbers of the lines in their file.
    pub(super) lines: Vec<u32>,
    /// The labels in the order of their places in the excerpt.
    pub(super) labels: Vec<LabeledSpan>,
    name: String,
    text: String,
    first: usize,
}

/// How much of a line is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    /// Lines of more characters are cut.
    pub(super) width: usize,
    /// What stands for text that is left out.
    pub(super) ellipsis: &'static str,
}

/// A label within a line: characters `start` up to `end`, later bytes of what is shown.
struct Piece {
    start: usize,
    end: usize,
    text: String,
    primary: bool,
}

impl Excerpt {
    /// Returns the lines of `source` that hold a mark or are in `extra`, cut where they are
    /// long. `name` is the title of the snippet.
    pub(super) fn new(
        source: &Source,
        name: String,
        marks: &[Mark],
        extra: Option<u32>,
        cut: Cut,
    ) -> Self {
        let mut excerpt = Self {
            lines: Vec::new(),
            labels: Vec::new(),
            name,
            text: String::new(),
            first: 0,
        };
        let mut rows: BTreeMap<u32, Vec<Piece>> = BTreeMap::new();
        rows.extend(extra.map(|line| (line, Vec::new())));
        for mark in marks {
            let line = source.lines().line(mark.range.start);
            rows.entry(line)
                .or_default()
                .push(piece(source, line, mark, cut));
        }
        for (line, pieces) in rows {
            let range = source.lines().range(source.text(), line);
            excerpt.push(line, source.slice(range), pieces, cut);
        }
        excerpt
    }

    /// Gives the lines of the excerpt the numbers that end with the largest one of `digits` digits,
    /// so that all of them take as much room.
    pub(super) fn number_with(&mut self, digits: usize) {
        let last = 10_usize.saturating_pow(u32::try_from(digits).unwrap_or(u32::MAX)) - 1;
        self.first = last.saturating_sub(self.lines.len());
    }

    fn push(&mut self, line: u32, text: &str, mut pieces: Vec<Piece>, cut: Cut) {
        let (shown, offsets) = shown(text, &pieces, cut);
        let shown_at = |character| {
            let near = offsets.range(..=character).next_back();
            near.map_or(0, |(_, offset)| *offset)
        };
        for piece in &mut pieces {
            piece.start = shown_at(piece.start);
            piece.end = shown_at(piece.end);
        }
        separate(&mut pieces);
        name_all(&mut pieces);
        for piece in pieces {
            let label = (!piece.text.is_empty()).then_some(piece.text);
            let span = (self.text.len() + piece.start, piece.end - piece.start);
            self.labels.push(if piece.primary {
                LabeledSpan::new_primary_with_span(label, span)
            } else {
                LabeledSpan::new_with_span(label, span)
            });
        }
        self.lines.push(line);
        self.text.push_str(&shown);
        self.text.push('\n');
    }
}

impl SourceCode for Excerpt {
    /// Returns the whole excerpt whatever is asked for: its lines belong into one snippet, even
    /// those that are far apart in the file.
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        _before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            self.text.as_bytes(),
            (0, self.text.len()).into(),
            self.first,
            0,
            self.lines.len(),
        )))
    }
}

/// The part of a mark on its first line, in characters, and its text.
fn piece(source: &Source, line: u32, mark: &Mark, cut: Cut) -> Piece {
    let text = source.text();
    let range = source.lines().range(text, line);
    let characters = |from: u32, to: u32| {
        let part = source.slice(TextRange::new(from, to));
        part.chars().count()
    };
    let start = mark.range.start.min(range.end);
    let end = mark.range.end.clamp(start, range.end);
    let start_at = characters(range.start, start);
    let mut label: String = clean(&mark.text).into_owned();
    if let Some((at, _)) = label.char_indices().nth(cut.width) {
        label.truncate(at);
        label.push_str(cut.ellipsis);
    }
    Piece {
        start: start_at,
        end: start_at + characters(start, end),
        text: label,
        primary: mark.primary,
    }
}

/// Returns what is shown of a line, and at which byte of it each shown character starts.
fn shown(line: &str, pieces: &[Piece], cut: Cut) -> (String, BTreeMap<usize, usize>) {
    let count = line.chars().count();
    let kept = kept(count, pieces, cut.width);
    let mut shown = String::with_capacity(line.len().min(4 * cut.width));
    let mut offsets = BTreeMap::new();
    let mut before = ' ';
    let mut windows = kept.iter().peekable();
    for (at, character) in line.chars().enumerate() {
        while windows.next_if(|(_, end)| *end <= at).is_some() {}
        let Some((start, end)) = windows.peek() else {
            break;
        };
        if *start <= at {
            offsets.insert(at, shown.len());
            match character {
                '\t' => shown.push('\t'),
                _ => push_clean(&mut shown, before, character),
            }
            if at + 1 == *end {
                offsets.insert(*end, shown.len());
                shown.push_str(if *end < count { cut.ellipsis } else { "" });
            }
        }
        before = character;
    }
    (shown, offsets)
}

/// The parts of a line of `count` characters that are shown, in order: as much around the labels as
/// `width` has room for.
fn kept(count: usize, pieces: &[Piece], width: usize) -> Vec<(usize, usize)> {
    if count <= width {
        return vec![(0, count)];
    }
    if pieces.is_empty() {
        return vec![(0, width)];
    }
    let mut kept = windows(count, pieces, width, CONTEXT);
    for context in (2..).map(|step| step * CONTEXT) {
        let wider = windows(count, pieces, width, context);
        let room: usize = wider.iter().map(|(start, end)| end - start).sum();
        if room > width {
            break;
        }
        kept = wider;
    }
    kept
}

/// The labels of a line, each with so much context, and the head of the line, which says what field
/// this is.
fn windows(count: usize, pieces: &[Piece], width: usize, context: usize) -> Vec<(usize, usize)> {
    let mut wanted = vec![(0, CONTEXT)];
    for piece in pieces {
        let end = piece.end.min(piece.start + width / 2);
        let start = piece.start.saturating_sub(context);
        wanted.push((start, (end + context).min(count)));
    }
    wanted.sort_unstable();
    let mut windows: Vec<(usize, usize)> = Vec::new();
    for (start, end) in wanted {
        match windows.last_mut() {
            Some(last) if start <= last.1 + 4 => last.1 = last.1.max(end),
            _ => windows.push((start, end)),
        }
    }
    windows
}

/// Narrows labels of one line until none covers another, so that each can be underlined; those of
/// one place become one.
fn separate(pieces: &mut Vec<Piece>) {
    pieces.sort_by_key(|piece| (piece.start, piece.end));
    pieces.dedup_by(|next, piece| {
        let same = (piece.start, piece.end) == (next.start, next.end);
        if same {
            piece.primary |= next.primary;
            if piece.text.is_empty() {
                piece.text = std::mem::take(&mut next.text);
            } else if !next.text.is_empty() && next.text != piece.text {
                piece.text = format!("{}; {}", piece.text, next.text);
            }
        }
        same
    });
    while let Some(at) = pieces
        .windows(2)
        .position(|pair| pair[0].end > pair[1].start)
    {
        if pieces[at].start < pieces[at + 1].start {
            pieces[at].end = pieces[at + 1].start;
        } else {
            pieces[at + 1].start = pieces[at].end;
            pieces.sort_by_key(|piece| (piece.start, piece.end));
        }
    }
}

/// Gives every label of a line a text if one has: miette draws a line down from each of them.
fn name_all(pieces: &mut [Piece]) {
    if pieces.iter().any(|piece| !piece.text.is_empty()) {
        let bare = pieces.iter_mut().filter(|piece| piece.text.is_empty());
        bare.for_each(|piece| piece.text.push_str("here"));
    }
}
