//! A place in the text that follows the parser's events.

use crate::source::TextRange;
use crate::syntax::offset;

/// A place in a text; everything before it is accounted for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    /// The text.
    pub text: &'a str,
    /// The place.
    pub at: usize,
}

impl Cursor<'_> {
    /// Moves past `sign` if it is what comes next.
    pub(super) fn pass(&mut self, sign: u8) {
        let before = self.at;
        self.skip_space();
        let bytes = self.text.as_bytes();
        let alone = match bytes.get(self.at + 1) {
            None | Some(b' ' | b'\t' | b'\n' | b'\r') => true,
            Some(_) => matches!(sign, b',' | b':'),
        };
        if bytes.get(self.at) == Some(&sign) && alone {
            self.at += 1;
        } else {
            self.at = before;
        }
    }

    /// Moves past `count` tags and anchors; returns their place.
    pub(super) fn pass_properties(&mut self, count: usize) -> Option<TextRange> {
        let mut place: Option<TextRange> = None;
        for _ in 0..count {
            self.skip_space();
            let start = self.at;
            let rest = &self.text.as_bytes()[start..];
            let verbatim = rest.starts_with(b"!<");
            let length = rest.iter().position(|byte| match byte {
                b' ' | b'\t' | b'\n' | b'\r' => true,
                b',' | b'[' | b']' | b'{' | b'}' => !verbatim,
                _ => false,
            });
            self.at = start + length.unwrap_or(rest.len());
            let here = TextRange::new(offset(start), offset(self.at));
            place = Some(place.map_or(here, |place| place.cover(here)));
        }
        place
    }

    /// Moves past lines with `...` that end no document.
    pub(super) fn skip_document_ends(&mut self) {
        self.skip_space();
        while self.text[self.at..].starts_with("...") {
            self.at += 3;
            self.skip_space();
        }
    }

    /// Moves past blanks, line ends and comments.
    pub(super) fn skip_space(&mut self) {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(b'#') => {
                    let rest = &bytes[self.at..];
                    let length = memchr::memchr2(b'\n', b'\r', rest);
                    self.at += length.unwrap_or(rest.len());
                }
                Some(0xEF) if bytes[self.at..].starts_with(b"\xEF\xBB\xBF") => self.at += 3,
                _ => return,
            }
        }
    }
}
