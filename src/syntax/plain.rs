//! The fast reader: the plain subset of YAML that nearly every governance text is written in.
//!
//! It knows maps and lists by indentation, scalars of one line (bare or in quotes), lists and maps
//! in brackets on one line, text blocks, comments and `---`. It declines a whole text at the first
//! thing it does not know, and at everything that is wrong: finding words for mistakes is the work
//! of the full reader. What it reads, it reads exactly as the full reader does.

mod blocks;
mod flow;
mod scalars;

use std::sync::Arc;

use memchr::{memchr, memchr_iter, memchr2_iter};

use crate::source::{Source, TextRange};

use self::scalars::{Next, Scalar};
use super::builder::Builder;
use super::decode;
use super::{NodeKind, Parsed, ScalarStyle, offset};

/// The longest key that is read here. YAML ends keys at 1,024 characters.
const LONGEST_KEY: usize = 1_000;

/// Returns everything that can be read off the text, or nothing if it is not plain.
#[must_use]
pub(super) fn read(source: &Arc<Source>) -> Option<Parsed> {
    let text = source.text();
    if !is_ordinary(text.as_bytes()) {
        return None;
    }
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        builder: Builder::new(text),
        at: 0,
        line: 0,
        end: 0,
        open: Vec::new(),
        pending: None,
        document: Document::None,
    };
    while reader.at < text.len() {
        reader.read_line()?;
    }
    reader.end_document()?;
    Some(reader.builder.finish(Arc::clone(source)))
}

/// True if no byte needs special care: no tab, control character, lone carriage return, byte order
/// mark or noncharacter.
fn is_ordinary(bytes: &[u8]) -> bool {
    let (mut special, mut beyond_ascii) = (false, false);
    for byte in bytes {
        special |= (*byte < b' ' && *byte != b'\n' && *byte != b'\r') || *byte == 0x7F;
        beyond_ascii |= *byte >= 0x80;
    }
    !special
        && memchr_iter(b'\r', bytes).all(|at| bytes.get(at + 1) == Some(&b'\n'))
        && !(beyond_ascii && has_odd(bytes))
}

/// True if one of the characters U+0080 to U+009F, U+FEFF, U+FFFE and U+FFFF stands in the text.
fn has_odd(bytes: &[u8]) -> bool {
    memchr2_iter(0xC2, 0xEF, bytes).any(|at| {
        matches!(
            bytes[at..],
            [0xC2, 0x80..=0x9F, ..] | [0xEF, 0xBB, 0xBF, ..] | [0xEF, 0xBF, 0xBE | 0xBF, ..]
        )
    })
}

/// A map or list that is open, and the column of its keys or dashes.
#[derive(Debug, Clone, Copy)]
struct Frame {
    column: usize,
    sequence: bool,
}

/// How far the document has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Document {
    /// None has started since the last one ended.
    None,
    /// Its `---` has been read, and nothing else.
    Started,
    /// Its root has been opened.
    Rooted,
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    builder: Builder<'a>,
    /// The start of the next line.
    at: usize,
    /// The start of this line.
    line: usize,
    /// The end of the last content.
    end: usize,
    open: Vec<Frame>,
    /// Where the value would stand that a key or dash still lacks.
    pending: Option<usize>,
    document: Document,
}

/// Every function that returns nothing has met something that is not plain.
impl Reader<'_> {
    fn read_line(&mut self) -> Option<()> {
        self.line = self.at;
        let content = self.skip_spaces(self.line);
        match self.bytes.get(content) {
            None => self.at = content,
            Some(b'\n') => self.at = content + 1,
            Some(b'\r') => self.at = content + 2,
            Some(b'#') => self.comment(content),
            Some(b'%') if content == self.line => return None,
            Some(b'-' | b'.') if content == self.line && self.is_marker() => {
                return self.start_document();
            }
            Some(b'-') if self.is_blank(content + 1) => {
                if self.settle(content, true)? {
                    self.open(NodeKind::Sequence, content)?;
                }
                return self.item(content);
            }
            Some(_) => return self.entry(content),
        }
        Some(())
    }

    /// Closes what ends before this line. True if the line opens a collection of its own, false if
    /// it goes on with the innermost one.
    fn settle(&mut self, content: usize, dash: bool) -> Option<bool> {
        let column = content - self.line;
        loop {
            let Some(frame) = self.open.last() else {
                return (self.document != Document::Rooted).then_some(true);
            };
            if column > frame.column {
                return self.pending.is_some().then_some(true);
            }
            if column == frame.column {
                if dash == frame.sequence {
                    self.add_absent();
                    return Some(false);
                }
                if dash {
                    // A list may stand in the column of its key.
                    return self.pending.is_some().then_some(true);
                }
            }
            self.add_absent();
            self.close()?;
        }
    }

    /// Reads `- ` at `at` and what follows it on the line.
    fn item(&mut self, at: usize) -> Option<()> {
        let mut dash = at;
        loop {
            self.end = dash + 1;
            let content = self.skip_spaces(dash + 1);
            match self.bytes.get(content) {
                None | Some(b'\n' | b'\r' | b'#') => {
                    self.pending = Some(dash + 1);
                    self.finish_line(content);
                    return Some(());
                }
                Some(b'-') if self.is_blank(content + 1) => {
                    self.open(NodeKind::Sequence, content)?;
                    dash = content;
                }
                Some(b'[' | b'{' | b'|' | b'>') => return self.value(content),
                Some(_) => {
                    let (scalar, next) = self.scalar(content)?;
                    if let Next::Colon(colon) = next {
                        self.open(NodeKind::Mapping, content)?;
                        self.key(scalar, colon)?;
                        return self.after_colon(colon + 1);
                    }
                    self.add(scalar);
                    return self.end_line(next);
                }
            }
        }
    }

    /// Reads `key: ` at `at` and what follows it on the line.
    fn entry(&mut self, at: usize) -> Option<()> {
        let (scalar, next) = self.scalar(at)?;
        let Next::Colon(colon) = next else {
            return None;
        };
        if self.settle(at, false)? {
            self.open(NodeKind::Mapping, at)?;
        }
        self.key(scalar, colon)?;
        self.after_colon(colon + 1)
    }

    fn key(&mut self, key: Scalar, colon: usize) -> Option<()> {
        let TextRange { start, end } = key.range;
        let merges = self.bytes[start as usize..end as usize] == *b"<<";
        if merges || colon - start as usize > LONGEST_KEY {
            return None;
        }
        self.add(key);
        Some(())
    }

    fn after_colon(&mut self, at: usize) -> Option<()> {
        let content = self.skip_spaces(at);
        match self.bytes.get(content) {
            None | Some(b'\n' | b'\r' | b'#') => {
                self.end = at;
                self.pending = Some(at);
                self.finish_line(content);
                Some(())
            }
            Some(_) => self.value(content),
        }
    }

    /// Reads the value at `at`, which ends the line.
    fn value(&mut self, at: usize) -> Option<()> {
        match self.bytes[at] {
            b'[' | b'{' => {
                let end = self.flow(at)?;
                self.finish_line(self.skip_blanks_before_comment(end)?);
                Some(())
            }
            b'|' | b'>' => self.block_scalar(at),
            _ => {
                let (scalar, next) = self.scalar(at)?;
                self.add(scalar);
                self.end_line(next)
            }
        }
    }

    fn start_document(&mut self) -> Option<()> {
        if self.bytes[self.line] == b'.' {
            return None;
        }
        self.end_document()?;
        self.builder.start_document();
        self.document = Document::Started;
        let content = self.skip_blanks_before_comment(self.line + 3)?;
        self.finish_line(content);
        Some(())
    }

    fn end_document(&mut self) -> Option<()> {
        while !self.open.is_empty() {
            self.add_absent();
            self.close()?;
        }
        if self.document != Document::None {
            self.builder.end_document();
            self.document = Document::None;
        }
        Some(())
    }

    fn open(&mut self, kind: NodeKind, at: usize) -> Option<()> {
        if self.document == Document::None {
            self.builder.start_document();
        }
        self.document = Document::Rooted;
        self.pending = None;
        self.builder.open(kind, offset(at)).ok()?;
        self.open.push(Frame {
            column: at - self.line,
            sequence: kind == NodeKind::Sequence,
        });
        Some(())
    }

    fn close(&mut self) -> Option<()> {
        self.open.pop();
        self.builder.close(offset(self.end)).ok()
    }

    #[inline]
    fn add(&mut self, scalar: Scalar) {
        self.end = scalar.range.end as usize;
        let Some(style) = scalar.decode else {
            self.builder.scalar(scalar.range, scalar.kind, scalar.style);
            return;
        };
        let (start, end) = (scalar.range.start as usize + 1, self.end - 1);
        let decoded = decode::flow(self.text, start, end, style);
        self.builder.decoded(scalar.range, scalar.kind, decoded);
    }

    /// Adds the value that a key or dash still lacks.
    fn add_absent(&mut self) {
        if let Some(at) = self.pending.take() {
            self.add_absent_at(at);
        }
    }

    fn add_absent_at(&mut self, at: usize) {
        self.end = at;
        let here = TextRange::new(offset(at), offset(at));
        self.builder
            .scalar(here, NodeKind::Null, ScalarStyle::Plain);
    }

    fn end_line(&mut self, next: Next) -> Option<()> {
        match next {
            Next::Colon(_) => None,
            Next::Comment(at) | Next::Line(at) => {
                self.finish_line(at);
                Some(())
            }
        }
    }

    /// Goes to the next line from a comment or line end.
    #[inline]
    fn finish_line(&mut self, at: usize) {
        match self.bytes.get(at) {
            Some(b'#') => self.comment(at),
            _ => self.at = decode::after_break(self.bytes, at),
        }
    }

    fn comment(&mut self, at: usize) {
        let newline = memchr(b'\n', &self.bytes[at..]);
        let end = newline.map_or(self.bytes.len(), |length| self.line_end(at + length));
        self.builder
            .comment(TextRange::new(offset(at), offset(end)));
        self.at = decode::after_break(self.bytes, end);
    }

    /// The place of the comment or line end that is all that follows on this line.
    fn skip_blanks_before_comment(&self, at: usize) -> Option<usize> {
        let content = self.skip_spaces(at);
        match self.bytes.get(content) {
            Some(b'#') => (content > at).then_some(content),
            None | Some(b'\n' | b'\r') => Some(content),
            Some(_) => None,
        }
    }

    #[inline]
    fn skip_spaces(&self, at: usize) -> usize {
        let mut at = at;
        while self.bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        at
    }

    /// The end of the line whose `\n` stands at `newline`.
    #[inline]
    fn line_end(&self, newline: usize) -> usize {
        match newline.checked_sub(1).map(|before| self.bytes[before]) {
            Some(b'\r') => newline - 1,
            _ => newline,
        }
    }

    fn is_marker(&self) -> bool {
        decode::is_document_marker(&self.bytes[self.line..])
    }

    #[inline]
    fn is_blank(&self, at: usize) -> bool {
        matches!(self.bytes.get(at), None | Some(b' ' | b'\n' | b'\r'))
    }

    fn is_flow(&self, at: usize) -> bool {
        matches!(self.bytes.get(at), Some(b',' | b'[' | b']' | b'{' | b'}'))
    }
}
