//! What is told about a value that could not be read.

/// Why a text is no value of the type that its place wants, in words for the author of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ScalarError {
    /// What is wrong: one line without a full stop.
    pub message: String,
    /// What to write instead, if that can be said.
    pub help: Option<String>,
    /// The exact text to put in place of the malformed one, if there is no doubt what it meant.
    pub suggestion: Option<String>,
}

impl ScalarError {
    /// Returns an error that only says what is wrong.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            suggestion: None,
        }
    }

    /// Adds what to do about it.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the text that was meant, and the help "write ..." with it.
    pub(crate) fn suggest(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        self.help = Some(format!("write {text}"));
        self.suggestion = Some(text);
        self
    }
}
