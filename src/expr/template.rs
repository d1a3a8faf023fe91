//! Texts with holes: the messages and fixes of rules.
//!
//! `{expr}` is a hole, `{{` and `}}` are braces. How a value is put into words is for the
//! renderer of the message to say.

use super::ast::Expr;
use super::parse::{ParseError, byte_range, check_length, parse_hole};
use crate::source::TextRange;

/// A text with holes.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Words and holes in the order written; no two texts in a row, no empty text.
    pub parts: Vec<Part>,
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Words, with `{{` and `}}` resolved.
    Text(String),
    /// A hole.
    Expr {
        /// What fills it; its ranges count from the start of the template.
        expr: Expr,
        /// Where the hole stands, braces included.
        range: TextRange,
    },
}

/// Reads a template.
///
/// # Errors
///
/// A brace that opens no hole or closes none, or what is wrong with the expression of a hole.
pub fn parse_template(text: &str) -> Result<Template, ParseError> {
    check_length(text)?;
    let mut parts = Vec::new();
    let mut words = String::new();
    let mut at = 0;
    while let Some(offset) = text[at..].find(['{', '}']) {
        let brace = at + offset;
        words.push_str(&text[at..brace]);
        if let Some(literal) = doubled(&text[brace..]) {
            words.push(literal);
            at = brace + 2;
            continue;
        }
        let (expr, end) = hole(text, brace)?;
        if !words.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut words)));
        }
        let range = byte_range(brace, end);
        parts.push(Part::Expr { expr, range });
        at = end;
    }
    words.push_str(&text[at..]);
    if !words.is_empty() {
        parts.push(Part::Text(words));
    }
    Ok(Template { parts })
}

/// The brace that `text` starts with twice, if it does.
fn doubled(text: &str) -> Option<char> {
    match text.as_bytes() {
        [b'{', b'{', ..] => Some('{'),
        [b'}', b'}', ..] => Some('}'),
        _ => None,
    }
}

/// Reads the hole at `brace` and returns its expression and the offset after it.
fn hole(text: &str, brace: usize) -> Result<(Expr, usize), ParseError> {
    let place = byte_range(brace, brace + 1);
    if text[brace..].starts_with('}') {
        return Err(ParseError::new("this `}` closes nothing", place)
            .with_help("write `}}` for a brace in the text"));
    }
    let inside = &text[brace + 1..];
    if inside.trim_start().starts_with('}') {
        let width = inside.find('}').unwrap_or(0) + 2;
        return Err(
            ParseError::new("this hole is empty", byte_range(brace, brace + width)).with_help(
                "write an expression between the braces, or `{{}}` for braces in the text",
            ),
        );
    }
    match parse_hole(text, place.end) {
        Ok((expr, close)) => Ok((expr, close.end as usize)),
        Err(_) if !inside.contains('}') => Err(ParseError::new("this `{` is never closed", place)
            .with_help("end the hole with `}`, or write `{{` for a brace in the text")),
        Err(error) => Err(error),
    }
}
