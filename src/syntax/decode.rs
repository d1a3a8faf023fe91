//! Scalars that are no plain slice of their source: escapes, folded lines, text blocks.
//!
//! Each decoder takes a scalar that a reader has found well formed, and gives its value together
//! with the way back from every byte of it to the source.

use super::{Decoded, offset};

/// How the text of a flow scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FlowStyle {
    /// Bare.
    Plain,
    /// In `'`.
    Single,
    /// In `"`.
    Double,
}

/// What happens to the line ends at the end of a text block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chomping {
    /// `-`: no line end.
    Strip,
    /// One line end.
    Clip,
    /// `+`: all of them.
    Keep,
}

/// The first line of a text block, as far as the `|` or `>` and what stands right after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BlockHeader {
    /// True for `>`.
    pub folded: bool,
    /// What happens at the end.
    pub chomping: Chomping,
    /// The digit that says how far the block is indented, if there is one.
    pub indentation: Option<u8>,
    /// First byte after the header.
    pub end: usize,
}

impl BlockHeader {
    /// Returns the header at `start`, where a `|` or `>` stands.
    #[must_use]
    pub(super) fn read(text: &str, start: usize) -> Self {
        let bytes = text.as_bytes();
        let mut header = Self {
            folded: bytes.get(start) == Some(&b'>'),
            chomping: Chomping::Clip,
            indentation: None,
            end: start + 1,
        };
        // One sign and one digit, in either order.
        while let Some(byte) = bytes.get(header.end) {
            let unsigned = header.chomping == Chomping::Clip;
            match byte {
                b'-' if unsigned => header.chomping = Chomping::Strip,
                b'+' if unsigned => header.chomping = Chomping::Keep,
                b'1'..=b'9' if header.indentation.is_none() => {
                    header.indentation = Some(byte - b'0');
                }
                _ => break,
            }
            header.end += 1;
        }
        header
    }
}

/// Returns the value of the flow scalar `text[start..end]`, quotes not included.
#[must_use]
pub(super) fn flow(text: &str, start: usize, end: usize, style: FlowStyle) -> Decoded {
    let bytes = &text.as_bytes()[..end];
    let mut copy = Copy::new(text);
    let mut at = start;
    while at < end {
        at = match bytes[at] {
            b' ' | b'\t' | b'\n' | b'\r' => copy.fold(bytes, at),
            b'\\' if style == FlowStyle::Double => copy.escape(bytes, at),
            b'\'' if style == FlowStyle::Single => {
                copy.bytes(at, at + 1);
                at + 2
            }
            _ => {
                let stop = bytes[at..]
                    .iter()
                    .position(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\\' | b'\''));
                let stop = stop.map_or(end, |length| at + length.max(1));
                copy.bytes(at, stop);
                stop
            }
        };
    }
    copy.finish()
}

/// Returns the value of a text block and the end of its last line of content.
///
/// `first` is the start of the line after the header, `indentation` the number of spaces before
/// each line of content.
#[must_use]
pub(super) fn block(
    text: &str,
    header: &BlockHeader,
    first: usize,
    indentation: usize,
) -> (Decoded, usize) {
    let mut block = Block {
        copy: Copy::new(text),
        folded: header.folded,
        pending: None,
        blank_lines: 0,
        after_spaced: false,
    };
    let mut end = header.end;
    let mut at = first;
    while let Some(line) = Line::at(text, at) {
        match line.content(text, indentation) {
            Content::Blank if line.terminated() => block.blank(&line),
            Content::Blank | Content::Outside => break,
            Content::Inside(start) => {
                block.line(start, &line);
                end = line.end;
            }
        }
        at = line.next;
    }
    (block.finish(header.chomping), end)
}

/// One line of a text.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: usize,
    /// End without the line break.
    end: usize,
    next: usize,
}

enum Content {
    Blank,
    Inside(usize),
    Outside,
}

impl Line {
    fn at(text: &str, start: usize) -> Option<Self> {
        let rest = text
            .as_bytes()
            .get(start..)
            .filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr2(b'\n', b'\r', rest);
        let end = start + length.unwrap_or(rest.len());
        Some(Self {
            start,
            end,
            next: after_break(text.as_bytes(), end),
        })
    }

    fn terminated(&self) -> bool {
        self.next > self.end
    }

    fn content(&self, text: &str, indentation: usize) -> Content {
        let line = &text.as_bytes()[self.start..self.end];
        let spaces = line.iter().take_while(|byte| **byte == b' ').count();
        if spaces == line.len() && spaces <= indentation {
            Content::Blank
        } else if spaces < indentation || (indentation == 0 && is_document_marker(line)) {
            Content::Outside
        } else {
            Content::Inside(self.start + indentation)
        }
    }
}

/// True if `line` starts with `---` or `...` and a space or nothing after it.
#[must_use]
pub(super) fn is_document_marker(line: &[u8]) -> bool {
    (line.starts_with(b"---") || line.starts_with(b"..."))
        && matches!(line.get(3), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
}

/// The offset after the line break at `at`, or `at` if none stands there.
#[must_use]
pub(super) fn after_break(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => at + 2,
        Some(b'\n' | b'\r') => at + 1,
        _ => at,
    }
}

/// A text block under construction: a line end waits until it is known what follows it.
struct Block<'a> {
    copy: Copy<'a>,
    folded: bool,
    /// Where the line end after the last line of content stands.
    pending: Option<usize>,
    blank_lines: usize,
    /// True if the last line of content started with a space or tab.
    after_spaced: bool,
}

impl Block<'_> {
    fn blank(&mut self, line: &Line) {
        if self.copy.runs.is_empty() {
            self.copy.run(line.end);
        }
        self.blank_lines += 1;
    }

    fn line(&mut self, start: usize, line: &Line) {
        let spaced = matches!(self.copy.source.as_bytes().get(start), Some(b' ' | b'\t'));
        if self.pending.is_some() {
            if !self.folded || spaced || self.after_spaced {
                self.copy.insert("\n");
            } else if self.blank_lines == 0 {
                self.copy.insert(" ");
            }
        }
        self.insert_blank_lines();
        self.copy.bytes(start, line.end);
        self.pending = Some(line.end);
        self.after_spaced = spaced;
    }

    fn insert_blank_lines(&mut self) {
        for _ in 0..std::mem::take(&mut self.blank_lines) {
            self.copy.insert("\n");
        }
    }

    fn finish(mut self, chomping: Chomping) -> Decoded {
        if chomping != Chomping::Strip && self.pending.is_some() {
            self.copy.insert("\n");
        }
        if chomping == Chomping::Keep {
            self.insert_blank_lines();
        }
        self.copy.finish()
    }
}

/// A value under construction, with its runs.
struct Copy<'a> {
    source: &'a str,
    text: String,
    runs: Vec<(u32, u32)>,
    /// True if what was added last closes its run.
    closed: bool,
}

impl<'a> Copy<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source,
            text: String::new(),
            runs: Vec::new(),
            closed: true,
        }
    }

    /// Takes over `source[start..end]`.
    fn bytes(&mut self, start: usize, end: usize) {
        self.run(start);
        self.text.push_str(&self.source[start..end]);
    }

    /// Starts a run here unless the last one leads to the same place.
    fn run(&mut self, source: usize) {
        let here = (offset(self.text.len()), offset(source));
        let continues = self
            .runs
            .last()
            .is_some_and(|(text, source)| source + (here.0 - text) == here.1);
        if self.closed || !continues {
            self.runs.push(here);
            self.closed = false;
        }
    }

    /// Adds text that does not stand in the source; its place is that after the last run.
    fn insert(&mut self, text: &str) {
        self.text.push_str(text);
        self.closed = true;
    }

    /// Adds a character written as an escape at `source`.
    fn insert_at(&mut self, character: char, source: usize) {
        self.run(source);
        self.text.push(character);
        self.closed = true;
    }

    /// Takes the blanks and line ends at `at`: blanks within a line stand as they are, blanks
    /// around a line end go, one line end is a space, of several the first goes.
    fn fold(&mut self, bytes: &[u8], at: usize) -> usize {
        let mut end = at + blanks(&bytes[at..]);
        if !matches!(bytes.get(end), Some(b'\n' | b'\r')) {
            self.bytes(at, end);
            return end;
        }
        let first_break = end;
        let mut breaks = 0;
        while matches!(bytes.get(end), Some(b'\n' | b'\r')) {
            end = after_break(bytes, end);
            end += blanks(&bytes[end..]);
            breaks += 1;
        }
        self.run(first_break);
        match breaks {
            1 => self.insert(" "),
            _ => (1..breaks).for_each(|_| self.insert("\n")),
        }
        end
    }

    /// Takes the escape at `at` and returns the offset after it.
    fn escape(&mut self, bytes: &[u8], at: usize) -> usize {
        let Some(code) = bytes.get(at + 1) else {
            return at + 1;
        };
        let simple = match code {
            b'\n' | b'\r' => return self.escaped_break(bytes, at + 1),
            b'x' => return self.hexadecimal(bytes, at, 2),
            b'u' => return self.hexadecimal(bytes, at, 4),
            b'U' => return self.hexadecimal(bytes, at, 8),
            b'0' => '\0',
            b'a' => '\x07',
            b'b' => '\x08',
            b't' | b'\t' => '\t',
            b'n' => '\n',
            b'v' => '\x0b',
            b'f' => '\x0c',
            b'r' => '\r',
            b'e' => '\x1b',
            b'N' => '\u{85}',
            b'_' => '\u{a0}',
            b'L' => '\u{2028}',
            b'P' => '\u{2029}',
            other => char::from(*other),
        };
        self.insert_at(simple, at);
        at + 2
    }

    /// A line end after `\` vanishes with the blanks after it; further line ends stay.
    fn escaped_break(&mut self, bytes: &[u8], at: usize) -> usize {
        let mut end = after_break(bytes, at);
        end += blanks(&bytes[end..]);
        while matches!(bytes.get(end), Some(b'\n' | b'\r')) {
            self.run(end);
            self.insert("\n");
            end = after_break(bytes, end);
            end += blanks(&bytes[end..]);
        }
        end
    }

    fn hexadecimal(&mut self, bytes: &[u8], at: usize, digits: usize) -> usize {
        let mut end = at + 2 + digits;
        let Some(mut value) = hexadecimal(bytes, at + 2, digits) else {
            return bytes.len();
        };
        // JSON writes a character beyond U+FFFF as two surrogates.
        if (0xD800..0xDC00).contains(&value) && bytes.get(end..end + 2) == Some(b"\\u") {
            let low = hexadecimal(bytes, end + 2, 4).unwrap_or(0);
            value = 0x1_0000 + ((value - 0xD800) << 10) + (low.wrapping_sub(0xDC00) & 0x3FF);
            end += 6;
        }
        self.insert_at(char::from_u32(value).unwrap_or('\u{FFFD}'), at);
        end
    }

    fn finish(self) -> Decoded {
        Decoded {
            text: self.text.into_boxed_str(),
            runs: self.runs.into_boxed_slice(),
        }
    }
}

fn blanks(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

fn hexadecimal(bytes: &[u8], start: usize, digits: usize) -> Option<u32> {
    let digits = std::str::from_utf8(bytes.get(start..start + digits)?).ok()?;
    u32::from_str_radix(digits, 16).ok()
}
