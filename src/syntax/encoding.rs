//! Bytes to text.

use crate::finding::EngineCheck;
use crate::source::TextRange;

use super::{SyntaxFault, offset};

/// A text that could not be read as it stands, and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecodable {
    /// The text as far as it can be shown; the fault's place lies in it.
    pub text: String,
    /// What is wrong with the bytes.
    pub fault: SyntaxFault,
}

/// Returns `bytes` as text.
///
/// Bytes given as a vector are not copied. A byte order mark stays in the text, so that offsets are offsets in the file; the readers pass
/// over it.
///
/// # Errors
///
/// Returns [`Undecodable`] for UTF-16, for bytes that are no UTF-8, and for NUL.
pub fn decode(bytes: impl Into<Vec<u8>>) -> Result<String, Box<Undecodable>> {
    let bytes = bytes.into();
    if let Some(big_endian) = utf16_order(&bytes) {
        return Err(Box::new(utf16(&bytes, big_endian)));
    }
    match String::from_utf8(bytes) {
        Ok(text) => match find_nul(&text) {
            None => Ok(text),
            Some(fault) => Err(Box::new(Undecodable { text, fault })),
        },
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            Err(Box::new(invalid_utf8(error.as_bytes(), at)))
        }
    }
}

/// The fault of a text that holds a NUL character.
#[must_use]
pub(super) fn find_nul(text: &str) -> Option<SyntaxFault> {
    let at = memchr::memchr(0, text.as_bytes())?;
    let line = line_of(text.as_bytes(), at);
    Some(SyntaxFault {
        check: EngineCheck::Encoding,
        message: format!("line {line} holds a NUL byte, so this is no text file"),
        primary: (
            TextRange::new(offset(at), offset(at + 1)),
            format!("NUL, byte {at} of the file"),
        ),
        related: Vec::new(),
        help: Some(String::from("save the file as UTF-8 text")),
    })
}

/// `Some(true)` for big-endian UTF-16, `Some(false)` for little-endian: by its byte order mark, or
/// because every other byte at the start is NUL.
fn utf16_order(bytes: &[u8]) -> Option<bool> {
    match bytes {
        [0xFE, 0xFF, ..] => return Some(true),
        [0xFF, 0xFE, ..] => return Some(false),
        _ => {}
    }
    let nul = |at: usize| bytes.get(at).map(|byte| *byte == 0);
    match [nul(0)?, nul(1)?, nul(2)?, nul(3)?] {
        [true, false, true, false] => Some(true),
        [false, true, false, true] => Some(false),
        _ => None,
    }
}

fn utf16(bytes: &[u8], big_endian: bool) -> Undecodable {
    let units = bytes.chunks_exact(2).map(|pair| {
        let pair = [pair[0], pair[1]];
        if big_endian {
            u16::from_be_bytes(pair)
        } else {
            u16::from_le_bytes(pair)
        }
    });
    let text: String = char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .filter(|character| *character != '\u{FEFF}')
        .collect();
    Undecodable {
        text,
        fault: SyntaxFault {
            check: EngineCheck::Encoding,
            message: String::from("the file is UTF-16"),
            primary: (TextRange::default(), String::from("UTF-16 from byte 0 on")),
            related: Vec::new(),
            help: Some(String::from("save it as UTF-8")),
        },
    }
}

fn invalid_utf8(bytes: &[u8], at: usize) -> Undecodable {
    let byte = bytes[at];
    let line = line_of(bytes, at);
    let replacement = char::REPLACEMENT_CHARACTER.len_utf8();
    let latin = match byte {
        0xA0.. => format!(", which is `{}` in Latin-1", char::from(byte)),
        _ => String::new(),
    };
    Undecodable {
        text: String::from_utf8_lossy(bytes).into_owned(),
        fault: SyntaxFault {
            check: EngineCheck::Encoding,
            message: format!("line {line} holds a byte that is no UTF-8"),
            primary: (
                TextRange::new(offset(at), offset(at + replacement)),
                format!("0x{byte:02X}, byte {at} of the file{latin}"),
            ),
            related: Vec::new(),
            help: Some(String::from("save the file as UTF-8")),
        },
    }
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    memchr::memchr_iter(b'\n', &bytes[..at]).count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(bytes: &[u8]) -> String {
        let Undecodable { text, fault } = *decode(bytes).expect_err("a fault");
        let TextRange { start, end } = fault.primary.0;
        assert!(text.get(start as usize..end as usize).is_some());
        format!("{start}..{end} {}: {}", fault.message, fault.primary.1)
    }

    #[test]
    fn utf8_is_taken_with_or_without_a_byte_order_mark() {
        for text in ["", "a: ä\n", "\u{feff}a: 1"] {
            assert_eq!(decode(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn other_encodings_are_named_with_their_place() {
        let table: [(&[u8], &str); 6] = [
            (
                b"\xFF\xFEa\0",
                "0..0 the file is UTF-16: UTF-16 from byte 0 on",
            ),
            (
                b"\xFE\xFF\0a",
                "0..0 the file is UTF-16: UTF-16 from byte 0 on",
            ),
            (
                b"a\0:\0 \0",
                "0..0 the file is UTF-16: UTF-16 from byte 0 on",
            ),
            (
                b"a: 1\nname: M\xFCller\n",
                "12..15 line 2 holds a byte that is no UTF-8: 0xFC, byte 12 of the file, which is `ü` in Latin-1",
            ),
            (
                b"a\n\x80",
                "2..5 line 2 holds a byte that is no UTF-8: 0x80, byte 2 of the file",
            ),
            (
                b"a: 1\nb: x\0\0",
                "9..10 line 2 holds a NUL byte, so this is no text file: NUL, byte 9 of the file",
            ),
        ];
        for (bytes, expected) in table {
            assert_eq!(fault(bytes), expected);
        }
    }
}
