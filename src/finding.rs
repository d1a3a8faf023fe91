//! What is reported: one type for syntax, schema, reference, rule and waiver problems.
//!
//! A [`Fault`] is what the engine itself finds while reading; it becomes a [`Finding`] under the
//! name, code and severity of the rule file that documents its [`EngineCheck`].

mod engine;
mod fingerprint;
mod fix;

use std::fmt;
use std::sync::Arc;

pub use engine::EngineCheck;
pub use fingerprint::Fingerprint;
pub use fix::{Applicability, Edit, Fix};

use crate::scalar::Date;
use crate::source::Span;

/// How bad a finding is. The order is from worst to mildest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Must be mended.
    Error,
    /// Should be mended.
    Warning,
    /// Worth knowing; moves no score.
    Info,
}

impl Severity {
    /// All severities from worst to mildest.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Info];

    /// The word used in rule files and output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }

    /// Returns the severity named `word`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.as_str() == word)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A place and what there is to say about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What stands there, in a few words without a full stop; may be empty.
    pub text: String,
}

impl Label {
    /// Returns a label with `text` at `span`.
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self {
            span,
            text: text.into(),
        }
    }
}

/// A problem that the engine itself found in a document or a rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which of the engine's checks speaks.
    pub check: EngineCheck,
    /// One line without a full stop.
    pub message: String,
    /// The place to mend.
    pub primary: Label,
    /// Other places involved, in any file.
    pub related: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// An edit that mends it.
    pub fix: Option<Fix>,
    /// The resource (`Kind/id`), where known.
    pub subject: Option<String>,
    /// What the fault is about within the subject: a field path with item keys, never a line.
    pub path: String,
}

impl Fault {
    /// Returns a fault with a message and one place.
    pub fn new(check: EngineCheck, message: impl Into<String>, primary: Label) -> Self {
        Self {
            check,
            message: message.into(),
            primary,
            related: Vec::new(),
            help: None,
            fix: None,
            subject: None,
            path: String::new(),
        }
    }

    /// The same fault with advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same fault with one more place.
    #[must_use]
    pub fn with_related(mut self, label: Label) -> Self {
        self.related.push(label);
        self
    }

    /// The same fault with the resource and the field path it is about.
    #[must_use]
    pub fn about(mut self, subject: Option<String>, path: impl Into<String>) -> Self {
        self.subject = subject;
        self.path = path.into();
        self
    }
}

/// One problem, complete for any output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Name of the rule, `policy/fault`.
    pub rule: Arc<str>,
    /// Short code of the rule, `RES-005`.
    pub code: Arc<str>,
    /// How bad it is.
    pub severity: Severity,
    /// One line without a full stop.
    pub message: String,
    /// The narrowest place to mend.
    pub primary: Label,
    /// Every other place that made it so, in any file.
    pub related: Vec<Label>,
    /// The line of the rule that asked; none for the engine's own checks.
    pub asked: Option<Span>,
    /// What to do.
    pub help: Option<String>,
    /// An edit that mends it.
    pub fix: Option<Fix>,
    /// Whom the rule gave its verdict on: `Kind/id`, `Kind/id#key`, `Repository` or empty.
    pub subject: String,
    /// What to blame where it is not the subject; findings of a rule with one cause form a group.
    pub cause: Option<String>,
    /// Its identity across revisions.
    pub fingerprint: Fingerprint,
    /// The first day on which the same may be told in other words, since they count days.
    pub words_until: Date,
}
