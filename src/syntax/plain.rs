//! The fast reader: the plain subset of YAML that nearly every governance text is written in.
//!
//! It knows maps and lists by indentation, scalars of one line (bare or in quotes), lists and maps
//! in brackets on one line, text blocks, comments and `---`. It declines a whole text at the first
//! thing it does not know, and at everything that is wrong: finding words for mistakes is the work
//! of the full reader. What it reads, it reads exactly as the full reader does.

use std::sync::Arc;

use memchr::{memchr, memchr_iter, memchr2, memchr3};

use crate::source::{Source, TextRange};

use super::builder::Builder;
use super::decode::{self, BlockHeader, FlowStyle};
use super::{NodeKind, Parsed, ScalarStyle, offset, scalar};

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
        && !(beyond_ascii && memchr2(0xC2, 0xEF, bytes).is_some_and(|at| has_odd(&bytes[at..])))
}

/// True if one of the characters U+0080 to U+009F, U+FEFF, U+FFFE and U+FFFF stands in the text.
fn has_odd(bytes: &[u8]) -> bool {
    memchr::memchr2_iter(0xC2, 0xEF, bytes).any(|at| {
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Document {
    None,
    Started,
    /// Its root has been opened.
    Rooted,
}

/// What follows a scalar on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// A colon that makes it a key.
    Colon(usize),
    Comment(usize),
    /// The end of the line.
    Line(usize),
}

/// A scalar that is read and not yet added.
#[derive(Debug, Clone, Copy)]
struct Scalar {
    range: TextRange,
    kind: NodeKind,
    style: ScalarStyle,
    /// How to decode it, if it has to be.
    decode: Option<FlowStyle>,
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
                    return self.finish_line(content);
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
                self.finish_line(content)
            }
            Some(_) => self.value(content),
        }
    }

    /// Reads the value at `at`, which ends the line.
    fn value(&mut self, at: usize) -> Option<()> {
        match self.bytes[at] {
            b'[' | b'{' => {
                let end = self.flow(at)?;
                self.finish_line(self.skip_blanks_before_comment(end)?)
            }
            b'|' | b'>' => self.block_scalar(at),
            _ => {
                let (scalar, next) = self.scalar(at)?;
                self.add(scalar);
                self.end_line(next)
            }
        }
    }

    /// Reads a scalar of one line outside brackets.
    #[inline]
    fn scalar(&self, at: usize) -> Option<(Scalar, Next)> {
        if let b'"' | b'\'' = self.bytes[at] {
            let scalar = self.quoted(at)?;
            let next = self.after_quote(scalar.range.end as usize)?;
            return Some((scalar, next));
        }
        if !self.starts_plain(at) {
            return None;
        }
        let next = self.plain_end(at);
        let (Next::Colon(stop) | Next::Comment(stop) | Next::Line(stop)) = next;
        Some((self.plain(at, stop), next))
    }

    /// The bare scalar between `start` and `stop`, without the spaces at its end.
    #[inline]
    fn plain(&self, start: usize, stop: usize) -> Scalar {
        let mut end = stop;
        while self.bytes[end - 1] == b' ' {
            end -= 1;
        }
        Scalar {
            range: TextRange::new(offset(start), offset(end)),
            kind: scalar::resolve(&self.bytes[start..end]),
            style: ScalarStyle::Plain,
            decode: None,
        }
    }

    /// Where a bare scalar outside brackets ends.
    #[inline]
    fn plain_end(&self, start: usize) -> Next {
        let mut at = start;
        loop {
            let Some(found) = memchr3(b':', b'#', b'\n', &self.bytes[at..]) else {
                return Next::Line(self.bytes.len());
            };
            at += found;
            match self.bytes[at] {
                b'\n' => return Next::Line(self.line_end(at)),
                b':' if self.is_blank(at + 1) => return Next::Colon(at),
                b'#' if self.bytes[at - 1] == b' ' => return Next::Comment(at),
                _ => at += 1,
            }
        }
    }

    /// Reads a scalar in quotes.
    fn quoted(&self, at: usize) -> Option<Scalar> {
        let (end, decode) = match self.bytes[at] {
            b'"' => self.double_quoted(at)?,
            _ => self.single_quoted(at)?,
        };
        Some(Scalar {
            range: TextRange::new(offset(at), offset(end)),
            kind: NodeKind::String,
            style: ScalarStyle::Quoted,
            decode,
        })
    }

    /// The end of the text in double quotes at `at`, and how to decode it if it has escapes.
    fn double_quoted(&self, at: usize) -> Option<(usize, Option<FlowStyle>)> {
        let mut style = None;
        let mut at = at + 1;
        loop {
            at += memchr3(b'"', b'\\', b'\n', &self.bytes[at..])?;
            match self.bytes[at] {
                b'"' => return Some((at + 1, style)),
                b'\\' => {
                    at += self.escape(at)?;
                    style = Some(FlowStyle::Double);
                }
                _ => return None,
            }
        }
    }

    /// The length of the escape at `at`.
    fn escape(&self, at: usize) -> Option<usize> {
        let digits = |count: usize| {
            let digits = self.bytes.get(at + 2..at + 2 + count)?;
            let fit = digits.iter().all(u8::is_ascii_hexdigit);
            // Surrogates come in pairs, which is for the full reader.
            let surrogate = count == 4
                && matches!(
                    digits,
                    [b'd' | b'D', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F', ..]
                );
            (fit && !surrogate).then_some(2 + count)
        };
        match self.bytes.get(at + 1)? {
            b'x' => digits(2),
            b'u' => digits(4),
            b'0' | b'a' | b'b' | b't' | b'n' | b'v' | b'f' | b'r' | b'e' | b' ' | b'"' | b'/'
            | b'\\' | b'N' | b'_' | b'L' | b'P' => Some(2),
            _ => None,
        }
    }

    /// The end of the text in single quotes at `at`, and how to decode it if it has quotes within.
    fn single_quoted(&self, at: usize) -> Option<(usize, Option<FlowStyle>)> {
        let mut style = None;
        let mut at = at + 1;
        loop {
            at += memchr2(b'\'', b'\n', &self.bytes[at..])?;
            if self.bytes[at] == b'\n' {
                return None;
            }
            if self.bytes.get(at + 1) != Some(&b'\'') {
                return Some((at + 1, style));
            }
            style = Some(FlowStyle::Single);
            at += 2;
        }
    }

    fn after_quote(&self, end: usize) -> Option<Next> {
        let content = self.skip_spaces(end);
        match self.bytes.get(content) {
            Some(b':') if self.is_blank(content + 1) => Some(Next::Colon(content)),
            Some(b'#') if content > end => Some(Next::Comment(content)),
            None | Some(b'\n' | b'\r') => Some(Next::Line(content)),
            Some(_) => None,
        }
    }

    /// Reads the list or map in brackets at `at`; returns the offset after it.
    fn flow(&mut self, at: usize) -> Option<usize> {
        let (kind, bracket) = match self.bytes[at] {
            b'{' => (NodeKind::Mapping, b'}'),
            _ => (NodeKind::Sequence, b']'),
        };
        self.builder.open(kind, offset(at)).ok()?;
        let mut at = self.skip_spaces(at + 1);
        while *self.bytes.get(at)? != bracket {
            at = match kind {
                NodeKind::Mapping => self.flow_entry(at)?,
                _ => self.flow_value(at)?,
            };
            at = self.skip_spaces(at);
            match self.bytes.get(at)? {
                b',' => at = self.skip_spaces(at + 1),
                byte if *byte == bracket => {}
                _ => return None,
            }
        }
        self.end = at + 1;
        self.builder.close(offset(at + 1)).ok()?;
        Some(at + 1)
    }

    fn flow_entry(&mut self, at: usize) -> Option<usize> {
        let key = self.flow_scalar(at)?;
        let end = key.range.end as usize;
        let colon = self.skip_spaces(end);
        self.key(key, colon)?;
        if self.bytes.get(colon) != Some(&b':') {
            self.add_absent_at(end);
            return Some(colon);
        }
        if !self.is_blank(colon + 1) && !matches!(self.bytes.get(colon + 1), Some(b',' | b'}')) {
            return None;
        }
        let value = self.skip_spaces(colon + 1);
        if let b',' | b'}' = self.bytes.get(value)? {
            self.add_absent_at(colon + 1);
            return Some(value);
        }
        self.flow_value(value)
    }

    fn flow_value(&mut self, at: usize) -> Option<usize> {
        if let b'[' | b'{' = self.bytes.get(at)? {
            return self.flow(at);
        }
        let scalar = self.flow_scalar(at)?;
        let end = scalar.range.end as usize;
        self.add(scalar);
        Some(end)
    }

    /// Reads a scalar within brackets.
    fn flow_scalar(&self, at: usize) -> Option<Scalar> {
        if let b'"' | b'\'' = self.bytes.get(at)? {
            return self.quoted(at);
        }
        if !self.starts_plain(at) {
            return None;
        }
        let mut stop = at;
        loop {
            match self.bytes.get(stop)? {
                b'\n' | b'\r' => return None,
                b',' | b'[' | b']' | b'{' | b'}' => break,
                b':' if self.is_blank(stop + 1) || self.is_flow(stop + 1) => break,
                b'#' if self.bytes[stop - 1] == b' ' => return None,
                _ => stop += 1,
            }
        }
        (stop > at).then(|| self.plain(at, stop))
    }

    /// Reads the text block at `at`.
    fn block_scalar(&mut self, at: usize) -> Option<()> {
        let header = BlockHeader::read(self.text, at);
        let line_end = self.skip_blanks_before_comment(header.end)?;
        if header.indentation.is_some() {
            return None;
        }
        self.finish_line(line_end)?;
        let first = self.at;
        let indentation = self.block_indentation(first)?;
        let (decoded, end) = decode::block(self.text, &header, first, indentation);
        let range = TextRange::new(offset(at), offset(end));
        self.builder.decoded(range, NodeKind::String, decoded);
        self.end = end;
        self.at = decode::after_break(self.bytes, end);
        Some(())
    }

    /// The column of the first content of the text block whose lines start at `at`.
    fn block_indentation(&self, at: usize) -> Option<usize> {
        let outer = self.open.last()?.column;
        let mut longest_blank = 0;
        let mut line = at;
        loop {
            let content = self.skip_spaces(line);
            match self.bytes.get(content)? {
                b'\n' | b'\r' => {
                    longest_blank = longest_blank.max(content - line);
                    line = decode::after_break(self.bytes, content);
                }
                _ => {
                    let column = content - line;
                    return (column > outer && column >= longest_blank).then_some(column);
                }
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
        self.finish_line(content)
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
            Next::Comment(at) | Next::Line(at) => self.finish_line(at),
        }
    }

    /// Goes to the next line from a comment or line end.
    #[inline]
    fn finish_line(&mut self, at: usize) -> Option<()> {
        match self.bytes.get(at) {
            Some(b'#') => self.comment(at),
            _ => self.at = decode::after_break(self.bytes, at),
        }
        Some(())
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

    /// True if a bare scalar can start here; some rare ones are left to the full reader.
    #[inline]
    fn starts_plain(&self, at: usize) -> bool {
        let byte = self.bytes[at];
        !INDICATOR[usize::from(byte)]
            || (byte == b'-' && !self.is_blank(at + 1) && !self.is_flow(at + 1))
    }
}

/// The bytes that mean something at the start of a scalar.
const INDICATOR: [bool; 256] = {
    let signs = *b"-?:,[]{}#&*!|>'\"%@`";
    let mut table = [false; 256];
    let mut at = 0;
    while at < signs.len() {
        table[signs[at] as usize] = true;
        at += 1;
    }
    table
};
