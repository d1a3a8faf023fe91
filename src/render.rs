//! Assessments as text: the only way out.
//!
//! Each format is one file with one entry of the same signature, and one line in [`FORMATS`].

pub mod calendar;
pub mod human;
pub mod json;

use std::io::{self, Write};

use crate::assessment::Assessment;

/// How output is to look where a format leaves a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line or of the terminal"
)]
pub struct Style {
    /// Colours and other terminal attributes.
    pub colour: bool,
    /// Hyperlinks (OSC 8).
    pub links: bool,
    /// Frames of ASCII characters only.
    pub ascii: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Also what passed, was skipped or could not be evaluated.
    pub verbose: bool,
    /// Only errors and the last line.
    pub quiet: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            colour: false,
            links: false,
            ascii: false,
            width: 100,
            verbose: false,
            quiet: false,
        }
    }
}

/// Writes an assessment in some format.
pub type Renderer = fn(&Assessment, Style, &mut dyn Write) -> io::Result<()>;

/// The formats by the names that the command line gives them.
pub const FORMATS: &[(&str, Renderer)] = &[("human", human::render), ("json", json::render)];

/// Returns the renderer of the format with this name.
#[must_use]
pub fn by_name(name: &str) -> Option<Renderer> {
    let format = FORMATS.iter().find(|(known, _)| *known == name);
    format.map(|(_, renderer)| *renderer)
}

#[cfg(test)]
pub(crate) mod tests;
