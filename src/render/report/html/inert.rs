//! Texts of records, without anything that a reader cannot see.

use std::fmt;

use crate::render::human::clean;

/// A text on one line, in which control characters, direction overrides and invisible characters
/// stand as escapes, as they do on a terminal. Templates escape it besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Inert<'a>(pub(super) &'a str);

impl fmt::Display for Inert<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&clean(self.0))
    }
}

/// Returns a text for a place that has no room to wrap, cut to so many characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    let text = clean(text);
    match text.char_indices().nth(most) {
        None => text.into_owned(),
        Some(_) => {
            let kept: String = text.chars().take(most.saturating_sub(1)).collect();
            format!("{}…", kept.trim_end())
        }
    }
}
