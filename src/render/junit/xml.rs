//! XML, as far as a report needs it.

use std::io::{self, Write};

use crate::render::human::clean;

/// Where XML is written.
pub(super) struct Xml<'o>(pub(super) &'o mut dyn Write);

impl Xml<'_> {
    /// Writes markup as it is.
    pub(super) fn raw(&mut self, markup: &str) -> io::Result<()> {
        self.0.write_all(markup.as_bytes())
    }

    /// Writes an attribute, with a blank before it.
    pub(super) fn attribute(&mut self, name: &str, value: &str) -> io::Result<()> {
        write!(self.0, " {name}=\"{}\"", escaped(&clean(value)))
    }

    /// Writes text; each of its lines stands on a line.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        for (number, line) in text.split('\n').enumerate() {
            let end = if number > 0 { "\n" } else { "" };
            write!(self.0, "{end}{}", escaped(&clean(line)))?;
        }
        Ok(())
    }
}

/// A text without anything that XML would read as markup, or refuse.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            _ => escaped.push(character),
        }
    }
    escaped
}
