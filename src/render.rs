//! Assessments as text: the only way out.
//!
//! Each format is one file that says how an assessment is written and how a run that gave none,
//! and one line in [`FORMATS`].

pub mod calendar;
mod concise;
mod csv;
mod entry;
mod github;
mod gitlab;
pub mod human;
mod inert;
pub mod json;
mod junit;
mod markdown;
pub mod report;
mod sarif;
mod trouble;

use std::io::{self, Write};

use crate::assessment::Assessment;
pub use trouble::{Trouble, TroubleItem};

/// Where a rule is described, before its code.
const RULES_URL: &str = "https://govlint.dev/rules/";

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

/// Writes in some format why a run gave no assessment.
pub type TroubleRenderer = fn(&Trouble<'_>, Style, &mut dyn Write) -> io::Result<()>;

/// A format that results are written in.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// The name that the command line gives it.
    pub name: &'static str,
    /// True if it also tells what could not be evaluated, which takes time to explain.
    pub tells_everything: bool,
    /// True if it names the revision that files stand on, which takes a hash of all of them.
    pub names_revision: bool,
    /// Writes an assessment.
    pub render: Renderer,
    /// Writes why there is none.
    pub trouble: TroubleRenderer,
}

/// All formats.
pub const FORMATS: &[Format] = &[
    human::FORMAT,
    concise::FORMAT,
    json::FORMAT,
    sarif::FORMAT,
    github::FORMAT,
    gitlab::FORMAT,
    junit::FORMAT,
    markdown::FORMAT,
    csv::FORMAT,
];

/// Returns the format with this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

#[cfg(test)]
pub(crate) mod tests;
