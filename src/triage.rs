//! What becomes of findings: excepted by a waiver or a baseline, and against another revision new,
//! known or gone.
//!
//! Triage wraps findings and never edits or drops one. Whether a waiver is in force is decided by
//! rules; here it is only matched.

pub mod baseline;
pub mod compare;
pub mod waiver;

use std::sync::Arc;

use crate::finding::{Finding, Severity};
use crate::scalar::Date;
use crate::source::Span;

/// A finding and what became of it.
#[derive(Debug, Clone)]
pub struct Triaged {
    /// The finding, unchanged.
    pub finding: Arc<Finding>,
    /// Whether it is excepted.
    pub state: State,
    /// How it relates to the base revision, if there is one.
    pub change: Option<Change>,
    /// The number of the finding that stands for this one in lists: the head of its group, the
    /// findings of one rule with one cause. A head names itself.
    pub head: usize,
}

impl Triaged {
    /// True if it is neither waived nor recorded in the baseline.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// True if it can fail a run: it is open, and was not so at the base revision already.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.is_open()
            && match self.change {
                None | Some(Change::New { .. }) => true,
                Some(Change::Changed { from, .. }) => self.finding.severity < from,
                Some(Change::Known { .. } | Change::Excepted) => false,
            }
    }
}

/// Whether a finding is excepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It is not.
    Open,
    /// A waiver in force covers it.
    Waived {
        /// The waiver, `Waiver/id` or of whatever kind waives.
        by: String,
        /// The last day on which it holds.
        until: Option<Date>,
        /// Why it was granted.
        reason: String,
    },
    /// The baseline records it.
    Baselined,
}

/// What brought a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The records.
    Data,
    /// Rules, parameters, schemas or the configuration.
    Policy,
    /// The date: nothing was edited.
    Time,
}

impl Cause {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Policy => "policy",
            Self::Time => "time",
        }
    }
}

/// How a finding relates to the base revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is open now, and was not at the base.
    New {
        /// What brought it: data or policy.
        cause: Cause,
    },
    /// It was open at the base, with the same severity.
    Known {
        /// `Time` if it was not there yet on the day of the base.
        cause: Option<Cause>,
    },
    /// It was open at the base, with another severity.
    Changed {
        /// The severity at the base.
        from: Severity,
        /// What brought the other severity: data or policy.
        cause: Cause,
    },
    /// It was open at the base, and is waived or in the baseline now.
    Excepted,
}

impl Change {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New { .. } => "new",
            Self::Known { .. } => "known",
            Self::Changed { .. } => "changed",
            Self::Excepted => "excepted",
        }
    }

    /// What brought it, where that is known.
    #[must_use]
    pub fn cause(self) -> Option<Cause> {
        match self {
            Self::New { cause } | Self::Changed { cause, .. } => Some(cause),
            Self::Known { cause } => cause,
            Self::Excepted => None,
        }
    }
}

/// Why a finding of the base revision is not there any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The rule passes on the subject.
    Fixed,
    /// The rule cannot judge the subject any more, or the subject left its population: what made
    /// it fail was taken away rather than mended.
    Lost,
    /// The subject was deleted.
    Removed,
    /// The rule would still fail; it is gone, off or weaker.
    Hidden,
}

impl Outcome {
    /// All outcomes, in the order in which they are told.
    pub const ALL: [Self; 4] = [Self::Lost, Self::Hidden, Self::Fixed, Self::Removed];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Lost => "lost",
            Self::Removed => "removed",
            Self::Hidden => "hidden",
        }
    }
}

/// A finding of the base revision that is not there any more.
#[derive(Debug, Clone)]
pub struct Past {
    /// The finding, unchanged; its places are those of the base revision.
    pub finding: Arc<Finding>,
    /// Why it is not there any more.
    pub outcome: Outcome,
    /// Where the subject stands now, if it still does; for what is lost, the place that would have
    /// to say more.
    pub now: Option<crate::finding::Label>,
}

/// What was compared with, and what the comparison shows besides the findings of today.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The revision that was compared with.
    pub base: BaseName,
    /// Findings of the base that are not there any more, in the order of files and places.
    pub past: Vec<Past>,
    /// Where the rules ask for less than at the base, or more is excepted.
    pub weakenings: Vec<Weakening>,
}

impl Comparison {
    /// The past findings with an outcome.
    pub fn with(&self, outcome: Outcome) -> impl Iterator<Item = &Past> {
        self.past.iter().filter(move |past| past.outcome == outcome)
    }
}

/// How the base of a comparison is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseName {
    /// As it was asked for: `origin/main`.
    pub asked: String,
    /// Its commit, in hexadecimal digits; none for what is no commit.
    pub commit: Option<String>,
    /// Its day: the committer's civil date.
    pub day: Date,
}

/// A place where the rules ask for less than at the base, or more is excepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weakening {
    /// What sort it is of.
    pub kind: WeakeningKind,
    /// What it is about: the code of a rule, a waiver, a key of the configuration, a file.
    pub about: String,
    /// One line without a full stop.
    pub message: String,
    /// Where it is written now, if anywhere.
    pub span: Option<Span>,
    /// How many open findings of the base it keeps from counting.
    pub hides: usize,
}

/// A sort of weakening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WeakeningKind {
    /// A rule is gone.
    RuleGone,
    /// A rule is switched off.
    RuleOff,
    /// A rule has a milder severity.
    Severity,
    /// A parameter has another value.
    Parameter,
    /// A rule asks for something else.
    Condition,
    /// Functions, relations, profiles or schemas differ.
    Library,
    /// The configuration reads less or fails later.
    Configuration,
    /// A waiver covers what was open.
    Waiver,
    /// The baseline records what was open.
    Baseline,
}

impl WeakeningKind {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RuleGone => "rule-gone",
            Self::RuleOff => "rule-off",
            Self::Severity => "severity",
            Self::Parameter => "parameter",
            Self::Condition => "condition",
            Self::Library => "library",
            Self::Configuration => "configuration",
            Self::Waiver => "waiver",
            Self::Baseline => "baseline",
        }
    }
}
