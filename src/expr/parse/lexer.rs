//! Text to tokens, one at a time and without allocation.
//!
//! A token says where a literal stands, not what it is worth: `literal` decodes those that the
//! parser keeps. What no expression can contain is an error at once.

use super::{Outcome, Refusal, slip};
use crate::expr::ast::BinaryOp;
use crate::source::TextRange;

/// A token and its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: TextRange,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name, a reserved word included.
    Ident,
    /// A name in backticks.
    QuotedIdent,
    True,
    False,
    Null,
    Int,
    Uint,
    Double,
    String,
    Bytes,
    /// An operator between operands; `-` is also a sign.
    Operator(BinaryOp),
    Not,
    Tilde,
    Dot,
    Comma,
    Colon,
    Question,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    /// The text has ended.
    End,
}

/// Returns the first token of `text` at or after byte `from`.
pub(super) fn next_token(text: &str, from: u32) -> Outcome<Token> {
    let bytes = text.as_bytes();
    let start = skip_blank(bytes, from as usize);
    let Some(&first) = bytes.get(start) else {
        return Ok(token(TokenKind::End, start, start));
    };
    match first {
        b'_' | b'a'..=b'z' | b'A'..=b'Z' => word(text, start),
        b'"' | b'\'' => string(text, start, start, TokenKind::String),
        b'0'..=b'9' => number(text, start),
        b'.' if bytes.get(start + 1).is_some_and(u8::is_ascii_digit) => number(text, start),
        b'`' => quoted_ident(text, start),
        _ => symbol(text, start),
    }
}

fn token(kind: TokenKind, start: usize, end: usize) -> Token {
    Token {
        kind,
        range: range(start, end),
    }
}

/// The range between two offsets of a text whose length the parser has checked.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a text longer than the limit is refused before the first token"
)]
pub(in crate::expr) fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(start as u32, end as u32)
}

/// Returns the offset of the first byte that belongs to no blank and no comment.
fn skip_blank(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\n' | b'\r' | b'\x0c') => at += 1,
            Some(b'/') if bytes.get(at + 1) == Some(&b'/') => {
                at += bytes[at..]
                    .iter()
                    .position(|byte| *byte == b'\n')
                    .unwrap_or(bytes.len() - at);
            }
            _ => return at,
        }
    }
}

/// A name, a keyword, or a string with a prefix.
fn word(text: &str, start: usize) -> Outcome<Token> {
    let bytes = text.as_bytes();
    let end = word_end(bytes, start);
    if matches!(bytes.get(end), Some(b'"' | b'\'')) {
        match &bytes[start..end] {
            b"r" | b"R" => return string(text, start, end, TokenKind::String),
            b"b" | b"B" | b"br" | b"bR" | b"Br" | b"BR" => {
                return string(text, start, end, TokenKind::Bytes);
            }
            _ => {}
        }
    }
    if bytes.get(end).is_some_and(|byte| !byte.is_ascii()) {
        slip::reject_letter(text, start, end)?;
    }
    let kind = match &bytes[start..end] {
        b"in" => TokenKind::Operator(BinaryOp::In),
        b"true" => TokenKind::True,
        b"false" => TokenKind::False,
        b"null" => TokenKind::Null,
        _ => TokenKind::Ident,
    };
    Ok(token(kind, start, end))
}

/// Returns the offset after the letters, digits and underscores from `start` on.
fn word_end(bytes: &[u8], start: usize) -> usize {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    start
        + bytes[start..]
            .iter()
            .take_while(|byte| is_part(byte))
            .count()
}

/// A string or bytes literal with its prefix at `start` and its first quote at `quote`.
fn string(text: &str, start: usize, quote: usize, kind: TokenKind) -> Outcome<Token> {
    let bytes = text.as_bytes();
    let raw = bytes[start..quote]
        .iter()
        .any(|byte| byte.eq_ignore_ascii_case(&b'r'));
    let mark = bytes[quote];
    let triple = bytes[quote..].starts_with(&[mark; 3]);
    let width = if triple { 3 } else { 1 };
    let mut at = quote + width;
    loop {
        match bytes.get(at) {
            Some(byte) if *byte == mark && (!triple || bytes[at..].starts_with(&[mark; 3])) => {
                break;
            }
            Some(b'\n' | b'\r') if !triple => {
                return Err(unclosed_line(bytes, start, quote + width));
            }
            // A backslash hides a quote, but not the end of the line.
            Some(b'\\') if !raw && !matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) => at += 2,
            Some(_) => at += 1,
            None => return Err(unclosed_text(bytes, start, quote + width)),
        }
    }
    Ok(token(kind, start, at + width))
}

/// The text has ended inside a literal whose opening is `start..opened`.
fn unclosed_text(bytes: &[u8], start: usize, opened: usize) -> Refusal {
    let quotes = quotes(&bytes[start..opened]);
    Refusal::new("this string is never closed", range(start, opened))
        .with_help(format!("add {quotes} where it ends"))
}

/// The line has ended inside a literal that must not span lines.
fn unclosed_line(bytes: &[u8], start: usize, opened: usize) -> Refusal {
    let quotes = quotes(&bytes[start..opened]);
    Refusal::new(
        "this string is not closed on its line",
        range(start, opened),
    )
    .with_help(format!(
        "add {quotes} where it ends; a string over several lines takes three quotes at each end"
    ))
}

/// How the opening of a literal, without its prefix, is named in a message.
fn quotes(opening: &[u8]) -> &'static str {
    match opening {
        [.., b'\'', b'\'', b'\''] => "`'''`",
        [.., b'"', b'"', b'"'] => "`\"\"\"`",
        [.., b'\''] => "`'`",
        _ => "`\"`",
    }
}

/// A number. One that runs into a name, as in `8h`, is an error.
fn number(text: &str, start: usize) -> Outcome<Token> {
    let bytes = text.as_bytes();
    let hexadecimal = bytes[start..].starts_with(b"0x")
        && bytes.get(start + 2).is_some_and(u8::is_ascii_hexdigit);
    let (mut kind, mut end) = if hexadecimal {
        (
            TokenKind::Int,
            span_of(bytes, start + 2, u8::is_ascii_hexdigit),
        )
    } else {
        decimal(bytes, start)
    };
    if kind == TokenKind::Int && matches!(bytes.get(end), Some(b'u' | b'U')) {
        (kind, end) = (TokenKind::Uint, end + 1);
    }
    let run = word_end(bytes, end);
    if run > end {
        return Err(slip::number_runs_on(
            text,
            range(start, run),
            range(end, run),
        ));
    }
    Ok(token(kind, start, end))
}

/// The kind and end of a decimal number without its suffix.
fn decimal(bytes: &[u8], start: usize) -> (TokenKind, usize) {
    let mut kind = TokenKind::Int;
    let mut end = span_of(bytes, start, u8::is_ascii_digit);
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        kind = TokenKind::Double;
        end = span_of(bytes, end + 1, u8::is_ascii_digit);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let signed = matches!(bytes.get(end + 1), Some(b'+' | b'-'));
        let digits = end + 1 + usize::from(signed);
        if bytes.get(digits).is_some_and(u8::is_ascii_digit) {
            kind = TokenKind::Double;
            end = span_of(bytes, digits, u8::is_ascii_digit);
        }
    }
    (kind, end)
}

/// Returns the offset after the bytes from `start` on that `holds` accepts.
fn span_of(bytes: &[u8], start: usize, holds: fn(&u8) -> bool) -> usize {
    start + bytes[start..].iter().take_while(|byte| holds(byte)).count()
}

/// A field name in backticks: letters, digits and `_ . - /` and spaces.
fn quoted_ident(text: &str, start: usize) -> Outcome<Token> {
    let Some(length) = text[start + 1..].find('`') else {
        let opening = range(start, start + 1);
        return Err(Refusal::new("this field name is never closed", opening)
            .with_help("add a backtick where it ends"));
    };
    let name = &text[start + 1..start + 1 + length];
    let end = start + length + 2;
    if name.is_empty() {
        return Err(Refusal::new("this field name is empty", range(start, end)));
    }
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "_.-/ ".contains(letter);
    if let Some((offset, letter)) = name.char_indices().find(|(_, letter)| !is_part(*letter)) {
        let at = start + 1 + offset;
        return Err(Refusal::new(
            format!(
                "`{}` cannot be part of a field name in backticks",
                slip::visible(letter)
            ),
            range(at, at + letter.len_utf8()),
        )
        .with_help("read the field by its key: `a[\"...\"]`"));
    }
    Ok(token(TokenKind::QuotedIdent, start, end))
}

/// An operator or a mark of punctuation.
fn symbol(text: &str, start: usize) -> Outcome<Token> {
    use BinaryOp::{Add, And, Div, Eq, Ge, Gt, Le, Lt, Mul, Ne, Or, Rem, Sub};
    let rest = &text.as_bytes()[start..];
    if matches!(rest.get(1), Some(b'=' | b'<' | b'>' | b'~' | b'*' | b'?'))
        && let Some(error) = slip::operator(text, start)
    {
        return Err(error);
    }
    let (kind, length) = match rest {
        [b'|', b'|', ..] => (TokenKind::Operator(Or), 2),
        [b'&', b'&', ..] => (TokenKind::Operator(And), 2),
        [b'=', b'=', ..] => (TokenKind::Operator(Eq), 2),
        [b'!', b'=', ..] => (TokenKind::Operator(Ne), 2),
        [b'<', b'=', ..] => (TokenKind::Operator(Le), 2),
        [b'>', b'=', ..] => (TokenKind::Operator(Ge), 2),
        [b'<', ..] => (TokenKind::Operator(Lt), 1),
        [b'>', ..] => (TokenKind::Operator(Gt), 1),
        [b'+', ..] => (TokenKind::Operator(Add), 1),
        [b'-', ..] => (TokenKind::Operator(Sub), 1),
        [b'*', ..] => (TokenKind::Operator(Mul), 1),
        [b'/', ..] => (TokenKind::Operator(Div), 1),
        [b'%', ..] => (TokenKind::Operator(Rem), 1),
        [b'!', ..] => (TokenKind::Not, 1),
        [b'~', ..] => (TokenKind::Tilde, 1),
        [b'.', ..] => (TokenKind::Dot, 1),
        [b',', ..] => (TokenKind::Comma, 1),
        [b':', ..] => (TokenKind::Colon, 1),
        [b'?', ..] => (TokenKind::Question, 1),
        [b'(', ..] => (TokenKind::OpenParen, 1),
        [b')', ..] => (TokenKind::CloseParen, 1),
        [b'[', ..] => (TokenKind::OpenBracket, 1),
        [b']', ..] => (TokenKind::CloseBracket, 1),
        [b'{', ..] => (TokenKind::OpenBrace, 1),
        [b'}', ..] => (TokenKind::CloseBrace, 1),
        _ => return Err(slip::character(text, start)),
    };
    Ok(token(kind, start, start + length))
}
