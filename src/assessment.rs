//! The whole result of a run, as every renderer sees it.

use std::collections::BTreeMap;
use std::sync::Arc;

pub use crate::evaluate::{NotEvaluable, Verdicts};
use crate::finding::{Finding, Severity};
use crate::scalar::Date;
use crate::snapshot::RevisionIdentity;
use crate::source::{Sources, Span};

/// What a run found, and how it came about.
#[derive(Debug)]
pub struct Assessment {
    /// The texts that spans point into.
    pub sources: Sources,
    /// The date of the run.
    pub as_of: Date,
    /// The start of the period, if one was checked.
    pub from: Option<Date>,
    /// The rules that were on, by code.
    pub rules: Vec<RuleSummary>,
    /// Findings in the order of files and places, waived ones included.
    pub findings: Vec<Triaged>,
    /// Verdicts that could not be given.
    pub not_evaluable: Vec<NotEvaluable>,
    /// What could not be read, so that the result is not complete: path and reason.
    pub unread: Vec<(String, String)>,
    /// What was read and checked.
    pub counts: Counts,
    /// Where policies, parameters and documents came from.
    pub provenance: Provenance,
}

/// A rule as the outputs describe it.
#[derive(Debug, Clone)]
pub struct RuleSummary {
    /// Its name, `policy/fault`.
    pub name: Arc<str>,
    /// Its short code.
    pub code: Arc<str>,
    /// The folder it stands in.
    pub policy: Arc<str>,
    /// What is at fault where it fails, in a few words.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// Its worst severity.
    pub severity: Severity,
    /// The controls it supports, as `PREFIX:id`.
    pub controls: Vec<String>,
    /// The file it stands in.
    pub span: Span,
    /// The verdicts it gave.
    pub verdicts: Verdicts,
    /// Its parameters as they held in this run.
    pub params: Vec<ParamSummary>,
}

/// A parameter as it held in a run.
#[derive(Debug, Clone)]
pub struct ParamSummary {
    /// Its name.
    pub name: String,
    /// Its value, as it would be written.
    pub value: String,
    /// Where it was set.
    pub span: Span,
}

/// A finding and what became of it.
#[derive(Debug, Clone)]
pub struct Triaged {
    /// The finding, unchanged.
    pub finding: Finding,
    /// What became of it.
    pub state: State,
    /// The number of the finding that stands for this one in lists: the head of its group, the
    /// findings of one rule with one cause. A head names itself.
    pub head: usize,
}

/// What became of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It counts.
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
}

/// What was read and checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files that were read as governance documents.
    pub files: usize,
    /// YAML files that are none of ours.
    pub skipped: usize,
    /// Resources, collections included.
    pub resources: usize,
    /// Resources by kind, sorted by name.
    pub kinds: BTreeMap<String, usize>,
    /// Rules that were on.
    pub rules: usize,
    /// Verdicts of all rules.
    pub verdicts: Verdicts,
}

impl Assessment {
    /// The number of open findings of each severity, from worst to mildest.
    #[must_use]
    pub fn open_by_severity(&self) -> [usize; 3] {
        let mut counts = [0; 3];
        for triaged in self
            .findings
            .iter()
            .filter(|triaged| triaged.state == State::Open)
        {
            counts[triaged.finding.severity as usize] += 1;
        }
        counts
    }

    /// The number of waived findings.
    #[must_use]
    pub fn waived(&self) -> usize {
        self.findings
            .iter()
            .filter(|triaged| triaged.state != State::Open)
            .count()
    }

    /// The rule with this name.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<&RuleSummary> {
        self.rules.iter().find(|rule| &*rule.name == name)
    }
}

/// Where policies, parameters and documents came from.
#[derive(Debug, Clone, Default)]
pub struct Provenance {
    /// Version of govlint.
    pub version: String,
    /// The folder that was checked, as named on the command line.
    pub root: String,
    /// The packs, in the order in which they apply.
    pub packs: Vec<PackSummary>,
    /// The profile that held, and where it was chosen.
    pub profile: String,
    /// Digest over paths and contents of all documents: BLAKE3 in hexadecimal digits.
    pub documents_digest: String,
    /// The revision that was checked, if it is known.
    pub revision: Option<RevisionIdentity>,
    /// Where the date of the run comes from.
    pub date_source: DateSource,
}

/// Where the date of a run comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DateSource {
    /// Whoever asked gave it.
    #[default]
    Flag,
    /// A variable of the environment.
    Variable,
    /// The day on which the revision was committed, on the committer's own calendar.
    Revision,
    /// The clock.
    Today,
}

/// A set of policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackSummary {
    /// Its name.
    pub name: String,
    /// Its version, if it has one.
    pub version: Option<String>,
    /// BLAKE3 over paths and contents of its files, in hexadecimal digits.
    pub digest: String,
    /// The number of its rules.
    pub rules: usize,
}
