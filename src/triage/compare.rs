//! Two revisions: what is new, known or gone, and what brought it.
//!
//! With records B (base) and H (head), policies Pb and Ph, and the day t of the run, the head is
//! V(H,Ph,t) and the base V(B,Pb,t). Two more judgements tell causes apart: V(H,Pb,t) what a change
//! of policies did, V(B,Pb,day of B) what time did. The two sides meet by fingerprint, and the
//! triaged state is compared: a deleted waiver makes its finding new, an expired one is time.

mod weakening;

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Cause, Change, Outcome, State};
use crate::catalog::Catalog;
use crate::evaluate::{Ledger, Subject, Verdict};
use crate::finding::{Finding, Fingerprint, Severity};
use crate::rule::Policies;
use crate::source::Sources;
pub use weakening::{Rules, weakenings};

/// One judgement of one revision, as far as a comparison looks at it.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The rules.
    pub policies: &'a Policies,
    /// The resources.
    pub catalog: &'a Catalog,
    /// The verdicts.
    pub ledger: &'a Ledger,
    /// The findings.
    pub findings: &'a [Arc<Finding>],
    /// Whether each is excepted.
    pub states: &'a [State],
    /// The texts that places point into.
    pub sources: &'a Sources,
    /// The paths of files that are there and could not be read.
    pub unread: &'a [(String, String)],
}

/// The judgements that a head is compared with.
#[derive(Clone, Copy)]
pub struct Sides<'a> {
    /// V(B,Pb,t).
    pub before: Side<'a>,
    /// V(H,Pb,t), if the policies differ.
    pub old_policies: Option<Side<'a>>,
    /// V(B,Pb,day of B), if the day differs.
    pub on_its_day: Option<Side<'a>>,
}

/// What a comparison says of findings by their number.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Of each finding of the head; none for what is excepted on both sides.
    pub changes: Vec<Option<Change>>,
    /// Of each open finding of the base that the head does not have: its number there.
    pub gone: Vec<(usize, Outcome)>,
}

/// Compares a head with a base.
#[must_use]
pub fn compare(head: Side<'_>, sides: Sides<'_>) -> Compared {
    let before = open(sides.before);
    let under_old = sides.old_policies.map(open);
    let on_its_day = sides.on_its_day.map(open);
    let change = |(finding, state): (&Arc<Finding>, &State)| {
        let print = &finding.fingerprint;
        let known = before.get(print).copied();
        if *state != State::Open {
            return known.map(|_| Change::Excepted);
        }
        let old = under_old.as_ref().map(|open| open.get(print).copied());
        let Some(from) = known else {
            let is_policy = old.is_some_and(|old| old.is_none());
            let cause = if is_policy {
                Cause::Policy
            } else {
                Cause::Data
            };
            return Some(Change::New { cause });
        };
        if from != finding.severity {
            let is_policy = old.flatten() == Some(from);
            let cause = if is_policy {
                Cause::Policy
            } else {
                Cause::Data
            };
            return Some(Change::Changed { from, cause });
        }
        let was_there = on_its_day
            .as_ref()
            .is_none_or(|open| open.contains_key(print));
        let cause = (!was_there).then_some(Cause::Time);
        Some(Change::Known { cause })
    };
    Compared {
        changes: head.findings.iter().zip(head.states).map(change).collect(),
        gone: gone(head, sides),
    }
}

/// The severities of open findings by fingerprint.
fn open(side: Side<'_>) -> FxHashMap<Fingerprint, Severity> {
    let findings = side.findings.iter().zip(side.states);
    findings
        .filter(|(_, state)| **state == State::Open)
        .map(|(finding, _)| (finding.fingerprint, finding.severity))
        .collect()
}

/// The open findings of a base that a head does not have, by their number there, and why.
#[must_use]
pub fn gone(head: Side<'_>, sides: Sides<'_>) -> Vec<(usize, Outcome)> {
    let present = prints(head);
    // What became of the subject is read off where only the records differ.
    let records = sides.old_policies.unwrap_or(head);
    let hidden = sides.old_policies.map_or_else(FxHashSet::default, prints);
    let fates = Fates::new(records);
    let before = sides.before.findings.iter().zip(sides.before.states);
    let gone = before.enumerate().filter(|(_, (finding, state))| {
        **state == State::Open && !present.contains(&finding.fingerprint)
    });
    gone.map(|(number, (finding, _))| {
        if hidden.contains(&finding.fingerprint) {
            return (number, Outcome::Hidden);
        }
        let path = sides.before.sources.get(finding.primary.span.source).path();
        (number, fates.of(finding, path))
    })
    .collect()
}

fn prints(side: Side<'_>) -> FxHashSet<Fingerprint> {
    let findings = side.findings.iter();
    findings.map(|finding| finding.fingerprint).collect()
}

/// What became of subjects, by the verdicts of one judgement.
struct Fates<'a> {
    side: Side<'a>,
    /// Files with something that is no record, or cannot be read as one.
    unreadable: BTreeSet<&'a str>,
}

impl<'a> Fates<'a> {
    fn new(side: Side<'a>) -> Self {
        let foreign = side
            .findings
            .iter()
            .filter(|found| found.subject.is_empty());
        let path = |finding: &'a Arc<Finding>| side.sources.get(finding.primary.span.source).path();
        let unread = side.unread.iter().map(|(path, _)| path.as_str());
        Self {
            side,
            unreadable: foreign.map(path).chain(unread).collect(),
        }
    }

    /// Why a finding of the base, in the file `path` there, is not there any more.
    fn of(&self, finding: &Finding, path: &str) -> Outcome {
        if finding.subject.is_empty() {
            return self.of_file(path);
        }
        let Some(subject) = Subject::named(self.side.catalog, &finding.subject) else {
            // A record that cannot be read any more was not deleted.
            let is_lost = self.unreadable.contains(path);
            return if is_lost {
                Outcome::Lost
            } else {
                Outcome::Removed
            };
        };
        match self.side.policies.number(&finding.rule) {
            Some(rule) if finding.asked.is_some() => self.of_subject(rule, &subject),
            // The engine checks everything that is read.
            _ => Outcome::Fixed,
        }
    }

    fn of_file(&self, path: &str) -> Outcome {
        let mut sources = self.side.sources.iter();
        if sources.any(|(_, source)| source.path() == path) {
            Outcome::Fixed
        } else {
            Outcome::Removed
        }
    }

    fn of_subject(&self, rule: usize, subject: &Subject) -> Outcome {
        let side = self.side;
        let ledger = &side.ledger.rules[rule];
        match ledger.verdict_on(subject.resource, subject.key.as_deref()) {
            Some(Verdict::Pass) => return Outcome::Fixed,
            Some(_) => return Outcome::Lost,
            None => {}
        }
        let condition = side.policies.rules[rule].condition();
        let each = condition.and_then(|condition| condition.each.as_ref());
        match each.filter(|_| subject.key.is_some()) {
            // The list itself cannot be read.
            Some(_) if ledger.verdict_on(subject.resource, None).is_some() => Outcome::Lost,
            // An item of a computed list, such as a pair that overlaps, is mended by not being one.
            Some(list) if !is_path(&list.text) => Outcome::Fixed,
            Some(_) => Outcome::Removed,
            None => Outcome::Lost,
        }
    }
}

/// True for an expression that names a field and computes nothing.
fn is_path(expression: &str) -> bool {
    let is_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '?');
    expression.trim().chars().all(is_name)
}

#[cfg(test)]
mod tests;
