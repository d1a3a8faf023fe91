//! Scalars of one line: where they end, what they are.

use memchr::{memchr2, memchr3};

use super::Reader;
use crate::source::TextRange;
use crate::syntax::decode::FlowStyle;
use crate::syntax::{NodeKind, ScalarStyle, offset, scalar};

/// What follows a scalar on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// A colon that makes it a key.
    Colon(usize),
    /// A comment.
    Comment(usize),
    /// The end of the line.
    Line(usize),
}

/// A scalar that is read and not yet added.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scalar {
    /// Where it stands, quotes included.
    pub range: TextRange,
    /// What it is.
    pub kind: NodeKind,
    /// How its text is read off, unless it has to be decoded.
    pub style: ScalarStyle,
    /// How to decode it, if it has to be.
    pub decode: Option<FlowStyle>,
}

/// Every function that returns nothing has met something that is not plain.
impl Reader<'_> {
    /// Reads a scalar of one line outside brackets.
    #[inline]
    pub(super) fn scalar(&self, at: usize) -> Option<(Scalar, Next)> {
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

    /// Reads a scalar within brackets.
    pub(super) fn flow_scalar(&self, at: usize) -> Option<Scalar> {
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
