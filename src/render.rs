//! Assessments as text: the only way out.
//!
//! Each format is one file with one entry of the same signature.

use std::io::{self, Write};

use crate::assessment::Assessment;

/// How output is to look where a format leaves a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Colours and other terminal attributes.
    pub colour: bool,
    /// Hyperlinks (OSC 8).
    pub links: bool,
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
            width: 100,
            verbose: false,
            quiet: false,
        }
    }
}

/// Writes an assessment in some format.
pub type Renderer = fn(&Assessment, Style, &mut dyn Write) -> io::Result<()>;
