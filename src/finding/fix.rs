//! Edits that mend a finding.

use crate::source::Span;

/// How sure a fix is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// Keeps the meaning, or is the only reading there is.
    Safe,
    /// Likely right, to be read before it is kept.
    Unsafe,
    /// A sketch to show, never applied.
    DisplayOnly,
}

/// Replaces the text at a span; an empty span inserts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub replacement: String,
}

/// A set of edits that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, as a command: "quote the number".
    pub title: String,
    /// How sure it is.
    pub applicability: Applicability,
    /// Edits that do not overlap, in any files.
    pub edits: Vec<Edit>,
    /// True if other fixes go first: it looks for everything that names something, and finds only
    /// what can be read.
    pub comes_last: bool,
}
