//! Literal tokens to values.

use super::{Outcome, Refusal, lexer};
use crate::source::TextRange;

/// Returns the value of an integer token; `range` covers its sign, `digits` does not.
pub(super) fn int(text: &str, range: TextRange, digits: TextRange) -> Outcome<i64> {
    let negative = range.start < digits.start;
    magnitude(slice(text, digits))
        .and_then(|magnitude| {
            if negative {
                0_i64.checked_sub_unsigned(magnitude)
            } else {
                i64::try_from(magnitude).ok()
            }
        })
        .ok_or_else(|| {
            let help = if negative {
                "the smallest int is -9223372036854775808; with a fraction, `1e19`, it is a double"
            } else {
                "the largest int is 9223372036854775807; with a `u` it may be twice as large"
            };
            Refusal::new("this number is too large for an int", range).with_help(help)
        })
}

/// Returns the value of an unsigned integer token.
pub(super) fn uint(text: &str, range: TextRange) -> Outcome<u64> {
    let digits = slice(text, range).trim_end_matches(['u', 'U']);
    magnitude(digits).ok_or_else(|| {
        Refusal::new("this number is too large for a uint", range)
            .with_help("the largest uint is 18446744073709551615u")
    })
}

fn magnitude(digits: &str) -> Option<u64> {
    match digits.strip_prefix("0x") {
        Some(hexadecimal) => u64::from_str_radix(hexadecimal, 16).ok(),
        None => digits.parse().ok(),
    }
}

/// Returns the value of a floating-point token; `range` covers its sign, `digits` does not.
pub(super) fn double(text: &str, range: TextRange, digits: TextRange) -> Outcome<f64> {
    match slice(text, digits).parse::<f64>() {
        Ok(value) if value.is_finite() && range.start < digits.start => Ok(-value),
        Ok(value) if value.is_finite() => Ok(value),
        _ => Err(Refusal::new("this number is too large for a double", range)
            .with_help("the largest double is about 1.8e308")),
    }
}

/// Returns the text of a string token.
pub(super) fn string(text: &str, range: TextRange) -> Outcome<String> {
    let body = Body::of(text, range);
    if body.is_verbatim() {
        return Ok(body.text.to_owned());
    }
    let mut decoded = String::with_capacity(body.text.len());
    body.decode(false, &mut |piece| match piece {
        Piece::Text(text) => decoded.push_str(text),
        Piece::Char(character) => decoded.push(character),
        Piece::Code(code) => decoded.push(char::from(code)),
    })?;
    Ok(decoded)
}

/// Returns the bytes of a bytes token.
pub(super) fn bytes(text: &str, range: TextRange) -> Outcome<Vec<u8>> {
    let body = Body::of(text, range);
    let mut decoded = Vec::with_capacity(body.text.len());
    body.decode(true, &mut |piece| match piece {
        Piece::Text(text) => decoded.extend_from_slice(text.as_bytes()),
        Piece::Char(character) => {
            decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
        Piece::Code(code) => decoded.push(code),
    })?;
    Ok(decoded)
}

fn slice(text: &str, range: TextRange) -> &str {
    &text[range.start as usize..range.end as usize]
}

/// What stands between the quotes of a literal.
struct Body<'a> {
    text: &'a str,
    /// The offset of `text` in the expression.
    start: usize,
    raw: bool,
}

/// A part of a decoded literal.
enum Piece<'a> {
    /// Characters as written.
    Text(&'a str),
    /// An escape that names a character.
    Char(char),
    /// An escape that names a code up to 255: a character in a string, a byte in bytes.
    Code(u8),
}

impl<'a> Body<'a> {
    /// The body of a literal that the lexer has found complete.
    fn of(text: &'a str, range: TextRange) -> Self {
        let literal = slice(text, range);
        let prefix = literal.find(['"', '\'']).unwrap_or(0);
        let quoted = &literal.as_bytes()[prefix..];
        let triple = quoted.len() >= 6 && quoted[1] == quoted[0] && quoted[2] == quoted[0];
        let width = if triple { 3 } else { 1 };
        Self {
            text: &literal[prefix + width..literal.len() - width],
            start: range.start as usize + prefix + width,
            raw: literal[..prefix].contains(['r', 'R']),
        }
    }

    fn is_verbatim(&self) -> bool {
        !self
            .text
            .bytes()
            .any(|byte| byte == b'\r' || (byte == b'\\' && !self.raw))
    }

    /// Hands the parts to `take` in order. CEL reads every line ending as a line feed.
    fn decode(&self, bytes: bool, take: &mut dyn FnMut(Piece<'_>)) -> Outcome<()> {
        let mut done = 0;
        while let Some(offset) = self.text[done..].find(['\\', '\r']) {
            let at = done + offset;
            take(Piece::Text(&self.text[done..at]));
            if self.text[at..].starts_with('\r') {
                take(Piece::Text("\n"));
                done = at
                    + if self.text[at..].starts_with("\r\n") {
                        2
                    } else {
                        1
                    };
            } else if self.raw {
                take(Piece::Text("\\"));
                done = at + 1;
            } else {
                let (piece, length) = escape(&self.text[at..], self.start + at, bytes)?;
                take(piece);
                done = at + length;
            }
        }
        take(Piece::Text(&self.text[done..]));
        Ok(())
    }
}

/// Returns the meaning and length of the escape that `text` starts with; `at` is its offset.
fn escape(text: &str, at: usize, bytes: bool) -> Outcome<(Piece<'static>, usize)> {
    let letter = text[1..].chars().next().unwrap_or('\\');
    let simple = |byte| Ok((Piece::Code(byte), 2));
    match letter {
        'a' => simple(0x07),
        'b' => simple(0x08),
        'f' => simple(0x0c),
        'n' => simple(b'\n'),
        'r' => simple(b'\r'),
        't' => simple(b'\t'),
        'v' => simple(0x0b),
        '"' => simple(b'"'),
        '\'' => simple(b'\''),
        '\\' => simple(b'\\'),
        '?' => simple(b'?'),
        '`' => simple(b'`'),
        'x' | 'X' => coded(text, at, 2, 16, 2).map(|(code, length)| (small(code), length)),
        '0'..='3' => coded(text, at, 1, 8, 3).map(|(code, length)| (small(code), length)),
        'u' | 'U' if bytes => Err(Refusal::new(
            format!("`\\{letter}` cannot stand in bytes"),
            lexer::range(at, at + 2),
        )
        .with_help("write the bytes themselves, as in `\\xc3\\xa4`")),
        'u' => character(text, at, 4),
        'U' => character(text, at, 8),
        _ => Err(unknown(letter, at)),
    }
}

fn small(code: u32) -> Piece<'static> {
    Piece::Code(u8::try_from(code).unwrap_or(u8::MAX))
}

fn unknown(letter: char, at: usize) -> Refusal {
    let place = lexer::range(at, at + 1 + letter.len_utf8());
    Refusal::new(format!("unknown escape `\\{}`", letter.escape_debug()), place).with_help(
        "write `\\\\` for a backslash, or put `r` before the string to keep its backslashes: `r\"\\d+\"`",
    )
}

/// Reads exactly `count` digits after `lead` bytes and returns their value and the length of all.
fn coded(text: &str, at: usize, lead: usize, radix: u32, count: usize) -> Outcome<(u32, usize)> {
    let digits = text[lead..]
        .chars()
        .take(count)
        .take_while(|digit| digit.is_digit(radix))
        .count();
    let end = lead + digits;
    if digits == count
        && let Ok(code) = u32::from_str_radix(&text[lead..end], radix)
    {
        return Ok((code, end));
    }
    let message = if radix == 8 {
        "an octal escape has three digits, `\\000` to `\\377`".to_owned()
    } else {
        format!(
            "`{}` is followed by {count} hexadecimal digits",
            &text[..lead]
        )
    };
    Err(Refusal::new(message, lexer::range(at, at + end)))
}

fn character(text: &str, at: usize, count: usize) -> Outcome<(Piece<'static>, usize)> {
    let (code, length) = coded(text, at, 2, 16, count)?;
    let Some(character) = char::from_u32(code) else {
        return Err(Refusal::new(
            format!("`{}` is no character", &text[..length]),
            lexer::range(at, at + length),
        )
        .with_help("characters go up to 10ffff, without d800 to dfff"));
    };
    Ok((Piece::Char(character), length))
}
