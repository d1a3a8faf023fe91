//! Texts of records, without anything that a reader cannot see.

use std::fmt;

use crate::render::human::clean;

/// A text on one line, in which control characters, direction overrides and invisible characters
/// stand as escapes, as they do on a terminal. A number and its percent sign stay on one line.
/// Templates escape it besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Inert<'a>(pub(super) &'a str);

impl fmt::Display for Inert<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = clean(self.0);
        let mut before = ' ';
        for (index, part) in text.split(" %").enumerate() {
            if index > 0 {
                let is_number = before.is_ascii_digit();
                formatter.write_str(if is_number { "\u{a0}%" } else { " %" })?;
            }
            formatter.write_str(part)?;
            before = part.chars().next_back().unwrap_or(' ');
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::Inert;

    #[test]
    fn a_number_and_its_percent_sign_stay_together() {
        for (text, expected) in [
            ("up from 75 % to 78 %", "up from 75\u{a0}% to 78\u{a0}%"),
            ("100 % % of x %", "100\u{a0}% % of x %"),
            (" %", " %"),
            ("", ""),
        ] {
            assert_eq!(Inert(text).to_string(), expected);
        }
    }
}
