//! The whole result of a run, as every renderer sees it.

mod owner;
mod people;
mod redact;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use owner::Owned;
pub use people::People;
pub use redact::{redact, redact_finding, redacted};

pub use crate::evaluate::{
    Completeness, Ledger, NotEvaluable, RuleLedger, Subject, Verdict, Verdicts,
};
use crate::finding::Severity;
pub use crate::rule::{Measure, Scoring};
use crate::scalar::Date;
use crate::snapshot::RevisionIdentity;
use crate::source::{Sources, Span};
pub use crate::triage::baseline::Use as BaselineUse;
pub use crate::triage::{
    BaseName, Cause, Change, Comparison, Outcome, Past, State, Triaged, Weakening, WeakeningKind,
};

/// What a run found, and how it came about.
#[derive(Debug)]
pub struct Assessment {
    /// The texts that spans point into.
    pub sources: Sources,
    /// The date of the run.
    pub as_of: Date,
    /// The start of the period, if one was checked.
    pub from: Option<Date>,
    /// The policies, by name.
    pub policies: Vec<PolicySummary>,
    /// The rules that were on, by name.
    pub rules: Vec<RuleSummary>,
    /// The verdicts of these rules, in the same order.
    pub ledger: Ledger,
    /// The resources by number: what subjects of the ledger belong to.
    pub resources: Vec<ResourceSummary>,
    /// Findings in the order of files and places, excepted ones included.
    pub findings: Vec<Triaged>,
    /// What a base revision shows besides, if there is one.
    pub comparison: Option<Comparison>,
    /// What became of the baseline, if there is one.
    pub baseline: Option<BaselineUse>,
    /// Verdicts that could not be given.
    pub not_evaluable: Vec<NotEvaluable>,
    /// What could not be read, so that the result is not complete: path and reason.
    pub unread: Vec<(String, String)>,
    /// What was read and checked.
    pub counts: Counts,
    /// How scores are counted.
    pub scoring: Scoring,
    /// The kinds of which the profile wants at least one record, by name.
    pub required_kinds: Vec<Arc<str>>,
    /// Where policies, parameters and documents came from.
    pub provenance: Provenance,
}

/// A policy as the outputs describe it: one domain of governance.
#[derive(Debug, Clone)]
pub struct PolicySummary {
    /// Its folder.
    pub name: Arc<str>,
    /// Prefix of the codes of its rules.
    pub prefix: String,
    /// Its title.
    pub title: String,
    /// The question of the board that it answers.
    pub question: String,
    /// Its weight in the overall score; 0 keeps it out.
    pub weight: u32,
    /// The maturity level aimed for.
    pub target: u8,
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
    /// Its worst severity; `info` before the day on which it takes effect.
    pub severity: Severity,
    /// The maturity level, 1 to 5, that it is about.
    pub maturity: u8,
    /// Whom it concerns.
    pub audience: Vec<String>,
    /// True if it may be waived.
    pub is_waivable: bool,
    /// True if the engine makes the check while it reads, so that the ledger has no verdicts of it.
    pub is_engine: bool,
    /// The kinds whose records it gives verdicts on, by name; none for all kinds, and for the
    /// repository as a whole.
    pub kinds: Vec<Arc<str>>,
    /// What its verdicts measure of the records besides, if anything.
    pub measures: Option<Measure>,
    /// The controls it supports, as `PREFIX:id`.
    pub controls: Vec<String>,
    /// The file it stands in.
    pub span: Span,
    /// The verdicts it gave.
    pub verdicts: Verdicts,
    /// Its parameters as they held in this run.
    pub params: Vec<ParamSummary>,
}

/// A resource as the outputs name it.
#[derive(Debug, Clone)]
pub struct ResourceSummary {
    /// The name of its kind.
    pub kind: Arc<str>,
    /// Its id.
    pub id: Box<str>,
    /// Where its id stands.
    pub span: Span,
    /// The rank of the level that weighs it, counted from 1; 0 if it has none.
    pub weight: u8,
    /// True if that level is the highest there is.
    pub is_critical: bool,
    /// The collection it is an item of, by number.
    pub collection: Option<u32>,
    /// How much of what is expected of it is recorded.
    pub completeness: Completeness,
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
    /// The number of findings of each severity that count, from worst to mildest: those that are
    /// open, or against a base revision those that are new there or lost.
    #[must_use]
    pub fn counting_by_severity(&self) -> [usize; 3] {
        let findings = self.findings.iter();
        let counting = findings
            .filter(|triaged| triaged.counts())
            .map(|triaged| triaged.finding.severity);
        let lost = self.past(Outcome::Lost).map(|past| past.finding.severity);
        let mut counts = [0; 3];
        counting
            .chain(lost)
            .for_each(|severity| counts[severity as usize] += 1);
        counts
    }

    /// The number of waived findings.
    #[must_use]
    pub fn waived(&self) -> usize {
        let findings = self.findings.iter();
        findings
            .filter(|triaged| matches!(triaged.state, State::Waived { .. }))
            .count()
    }

    /// Past findings with an outcome; none without a base revision.
    pub fn past(&self, outcome: Outcome) -> impl Iterator<Item = &Past> {
        self.comparison
            .iter()
            .flat_map(move |comparison| comparison.with(outcome))
    }

    /// How a subject of the ledger is named: `Kind/id`, `Kind/id#key`, `Repository`.
    #[must_use]
    pub fn subject_name(&self, subject: &Subject) -> String {
        let resource = subject.resource.map(|id| &self.resources[id as usize]);
        subject.name_in(resource.map(|resource| (&*resource.kind, &*resource.id)))
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
    /// Where the repository was cloned from, if it is known.
    pub upstream: Option<Upstream>,
    /// Where the date of the run comes from.
    pub date_source: DateSource,
    /// True if roles and made-up names stand in place of people.
    pub is_redacted: bool,
    /// Whose records it is about, if it is about those of one owner.
    pub owner: Option<String>,
}

/// Where a repository was cloned from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// Its address, absolute and without user name and password.
    pub address: String,
    /// True if the folder that was checked is the root of the repository.
    pub is_root: bool,
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
