//! What is told about a value that could not be read.

use std::borrow::Cow;

/// Why a text is no value of the type that its place wants, in words for the author of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ScalarError {
    /// What is wrong: one line without a full stop.
    pub message: String,
    /// What to write instead, if that can be said: one line without a full stop.
    pub help: Option<String>,
    /// The exact text to put in place of the malformed one, if there is no doubt what it meant.
    /// Text of YAML: it stands for the whole scalar, quotes included.
    pub suggestion: Option<String>,
}

impl ScalarError {
    /// Returns an error that only says what is wrong.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            suggestion: None,
        }
    }

    /// Returns the error of a text that says nothing: an empty one, or a word like `tbd` that
    /// holds the place of a value; `None` for every other text.
    pub(super) fn of_nothing(text: &str, what: &str) -> Option<Self> {
        let word = text.trim();
        if word.is_empty() {
            return Some(Self::new(format!("empty text where {what} is wanted")));
        }
        let holds_place = PLACEHOLDERS
            .iter()
            .any(|placeholder| placeholder.eq_ignore_ascii_case(word));
        holds_place.then(|| {
            Self::new(format!("{} where {what} is wanted", shown(word)))
                .help("write unknown if it is not known yet, or leave the field out")
        })
    }

    /// Adds what to do about it.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the text that was meant, and the help "write ..." with it.
    pub(super) fn suggest(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        self.help = Some(format!("write {text}"));
        self.suggestion = Some(text);
        self
    }
}

/// What people write where they have no value.
const PLACEHOLDERS: [&str; 15] = [
    "-", "--", "?", "??", "???", "n/a", "na", "nil", "none", "pending", "tba", "tbc", "tbd",
    "todo", "xxx",
];

/// Longer texts are cut in messages, after so many characters.
const SHOWN_LENGTH: usize = 40;

/// Returns a text as messages show it: on one line, not too long, and in quotes unless it is one
/// word that cannot run into the sentence around it.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_alphanumeric() || "-+/.:%$€£_#@~".contains(c);
    if text.chars().all(plain) && text.chars().count() <= SHOWN_LENGTH && !text.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut quoted = String::from("\"");
    for character in text.chars().take(SHOWN_LENGTH) {
        if character.is_control() {
            quoted.extend(character.escape_default());
        } else {
            quoted.push(character);
        }
    }
    if text.chars().nth(SHOWN_LENGTH).is_some() {
        quoted.push('…');
    }
    quoted.push('"');
    Cow::Owned(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_texts_on_one_line() {
        assert_eq!(shown("2026-02-30"), "2026-02-30");
        assert_eq!(shown("4 March 2026"), "\"4 March 2026\"");
        assert_eq!(shown("a\nb"), "\"a\\nb\"");
        assert_eq!(shown(&"x".repeat(50)), format!("\"{}…\"", "x".repeat(40)));
    }
}
