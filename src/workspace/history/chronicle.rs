//! Findings of several revisions, put together by fingerprint.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Judged;
use crate::check::Judgement;
use crate::evaluate::Verdicts;
use crate::finding::{Finding, Fingerprint};
use crate::scalar::Date;
use crate::snapshot::RevisionIdentity;
use crate::source::Sources;
use crate::triage::compare::{Side, Sides, gone};
use crate::triage::{Outcome, State};

/// What several revisions show one after the other, the oldest first.
#[derive(Debug, Default)]
pub struct Chronicle {
    /// The revisions.
    pub moments: Vec<Moment>,
    lives: FxHashMap<Fingerprint, Life>,
}

/// What one revision shows.
#[derive(Debug)]
pub struct Moment {
    /// Which revision it is, if it is one.
    pub revision: Option<RevisionIdentity>,
    /// The day on which it was judged.
    pub as_of: Date,
    /// Files with records.
    pub files: usize,
    /// Resources.
    pub resources: usize,
    /// Open findings by policy and severity.
    pub open: BTreeMap<String, [usize; 3]>,
    /// Findings that a waiver or the baseline covers.
    pub excepted: usize,
    /// Verdicts of all rules.
    pub verdicts: Verdicts,
    /// Findings that the revision before did not have.
    pub appeared: usize,
    /// Findings that the revision before had, by how they ended.
    pub ended: BTreeMap<Outcome, usize>,
    /// What could not be read: path and reason.
    pub unread: Vec<(String, String)>,
}

impl Moment {
    /// The open findings of each severity, from worst to mildest.
    #[must_use]
    pub fn open_by_severity(&self) -> [usize; 3] {
        let mut sums = [0; 3];
        for counts in self.open.values() {
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        sums
    }
}

/// A finding through the revisions, as it was when it was last seen; until the chronicle ends, one
/// that is there may count days up to an earlier day in its words.
#[derive(Debug, Clone)]
pub struct Life {
    /// The finding; its places are those of that revision.
    pub finding: Arc<Finding>,
    /// The file that its primary place is in.
    pub path: String,
    /// True if a waiver or the baseline covers it.
    pub is_excepted: bool,
    /// The times in which it was there, one after the other.
    pub spells: Vec<Spell>,
}

/// A time in which a finding was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spell {
    /// The number of the first revision that shows it.
    pub from: usize,
    /// How it ended, if it did.
    pub until: Option<Ending>,
    /// The revision that brought it, if that was looked for.
    pub origin: Option<RevisionIdentity>,
}

/// How a finding ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// The number of the first revision without it.
    pub at: usize,
    /// Why it is not there.
    pub outcome: Outcome,
}

impl Life {
    fn starting(seen: &Seen<'_>, number: usize) -> Self {
        Self {
            finding: seen.finding.clone(),
            path: seen.path().to_owned(),
            is_excepted: seen.is_excepted,
            spells: vec![Spell::starting(number)],
        }
    }

    /// Shows a finding as it was seen last.
    fn show(&mut self, seen: &Seen<'_>) {
        self.is_excepted = seen.is_excepted;
        // What is the same finding points into the same text.
        if !Arc::ptr_eq(&self.finding, seen.finding) {
            self.finding = seen.finding.clone();
            seen.path().clone_into(&mut self.path);
        }
    }

    /// The policy of its rule.
    #[must_use]
    pub fn policy(&self) -> &str {
        policy(&self.finding)
    }

    /// The last time in which it was there.
    #[must_use]
    pub fn last(&self) -> &Spell {
        self.spells
            .last()
            .expect("a finding was seen at least once")
    }

    /// True if the last revision shows it.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.last().until.is_none()
    }

    /// True if it was mended or its subject removed, and it is there all the same.
    #[must_use]
    pub fn is_reopened(&self) -> bool {
        self.is_there() && self.spells.len() > 1
    }
}

impl Chronicle {
    /// Adds a revision after the others.
    ///
    /// `before` is the one that was added last, and `across` the records of this one under the
    /// policies of that one, if they differ.
    pub fn add(&mut self, judged: &Judged, before: Option<&Judged>, across: Option<&Judgement>) {
        let number = self.moments.len();
        let ended = || before.map(|before| ended(&judged.judgement, before, across));
        let (mut moment, ended) = rayon::join(|| moment(judged), ended);
        for (finding, outcome) in ended.into_iter().flatten() {
            *moment.ended.entry(outcome).or_default() += 1;
            if let Some(life) = self.lives.get_mut(&finding.fingerprint) {
                life.finding = finding;
                let last = life.spells.last_mut();
                let last = last.expect("a finding was seen at least once");
                let at = number;
                last.until = Some(Ending { at, outcome });
            }
        }
        let judgement = &judged.judgement;
        for (finding, state) in judgement.findings.iter().zip(&judgement.states) {
            let seen = Seen {
                finding,
                sources: &judgement.loaded.sources,
                is_excepted: *state != State::Open,
            };
            moment.appeared += usize::from(self.see(&seen, number));
        }
        self.moments.push(moment);
    }

    /// Ends with the revision that was added last: what it shows is told in the words of its day.
    pub fn end(&mut self, last: &Judged) {
        for finding in last.told(&last.judgement.findings) {
            if let Some(life) = self.lives.get_mut(&finding.fingerprint) {
                life.finding = finding;
            }
        }
    }

    /// All findings that were ever there, by policy, rule and subject.
    #[must_use]
    pub fn lives(&self) -> Vec<&Life> {
        let mut lives: Vec<&Life> = self.lives.values().collect();
        lives.sort_by(|left, right| {
            let (left, right) = (&left.finding, &right.finding);
            (&left.rule, &left.subject, left.fingerprint).cmp(&(
                &right.rule,
                &right.subject,
                right.fingerprint,
            ))
        });
        lives
    }

    /// Records which revision brought a finding the last time.
    pub fn set_origin(&mut self, fingerprint: Fingerprint, origin: RevisionIdentity) {
        let life = self.lives.get_mut(&fingerprint);
        if let Some(spell) = life.and_then(|life| life.spells.last_mut()) {
            spell.origin = Some(origin);
        }
    }

    /// The day since which a finding is there: that of the revision that brought it, or of the
    /// first that shows it.
    #[must_use]
    pub fn since(&self, spell: &Spell) -> Date {
        let origin = spell.origin.as_ref();
        let exact = origin.and_then(|origin| origin.committer.date());
        exact.unwrap_or(self.moments[spell.from].as_of)
    }

    /// The days for which a finding was there, up to the last revision if it still is.
    #[must_use]
    pub fn days(&self, spell: &Spell) -> i32 {
        let last = self.moments.len() - 1;
        let until = spell.until.map_or(last, |ending| ending.at);
        self.moments[until].as_of.days() - self.since(spell).days()
    }

    /// Notes that a finding is there, and returns whether the revision before did not have it. What
    /// could not be judged for a while, or was hidden by a change of policies, had not ended.
    fn see(&mut self, seen: &Seen<'_>, number: usize) -> bool {
        let life = match self.lives.entry(seen.finding.fingerprint) {
            Entry::Vacant(place) => {
                place.insert(Life::starting(seen, number));
                return true;
            }
            Entry::Occupied(place) => place.into_mut(),
        };
        life.show(seen);
        let last = life.spells.last_mut();
        let last = last.expect("a finding was seen at least once");
        let Some(ending) = last.until else {
            return false;
        };
        if matches!(ending.outcome, Outcome::Lost | Outcome::Hidden) {
            last.until = None;
        } else {
            life.spells.push(Spell::starting(number));
        }
        true
    }
}

/// A finding in a revision.
struct Seen<'a> {
    finding: &'a Arc<Finding>,
    sources: &'a Sources,
    is_excepted: bool,
}

impl Seen<'_> {
    /// The file that its primary place is in.
    fn path(&self) -> &str {
        self.sources.get(self.finding.primary.span.source).path()
    }
}

impl Spell {
    fn starting(from: usize) -> Self {
        Self {
            from,
            until: None,
            origin: None,
        }
    }
}

fn moment(judged: &Judged) -> Moment {
    let judgement = &judged.judgement;
    let mut by_policy: FxHashMap<&str, [usize; 3]> = FxHashMap::default();
    let states = judgement.states.iter();
    for (finding, state) in judgement.findings.iter().zip(states.clone()) {
        if *state == State::Open {
            by_policy.entry(policy(finding)).or_default()[finding.severity as usize] += 1;
        }
    }
    let open = by_policy.into_iter();
    let open = open.map(|(policy, counts)| (policy.to_owned(), counts));
    let policies = &judgement.loaded.policies;
    let mut verdicts = Verdicts::default();
    for (rule, ledger) in policies.rules.iter().zip(&judgement.ledger.rules) {
        if rule.enabled {
            verdicts.add(ledger.count());
        }
    }
    Moment {
        revision: judged.workspace.snapshot.revision.clone(),
        as_of: judged.as_of,
        files: judged.workspace.snapshot.documents.len(),
        resources: judgement.loaded.catalog.len(),
        open: open.collect(),
        excepted: states.filter(|state| **state != State::Open).count(),
        verdicts,
        appeared: 0,
        ended: BTreeMap::new(),
        unread: judgement.unread.clone(),
    }
}

/// The findings of the revision before that are not there any more. Excepted ones end as well.
fn ended(
    judgement: &Judgement,
    before: &Judged,
    across: Option<&Judgement>,
) -> Vec<(Arc<Finding>, Outcome)> {
    let findings = &before.judgement.findings;
    let all_open = vec![State::Open; findings.len()];
    let sides = Sides {
        before: Side {
            states: &all_open,
            ..before.judgement.side()
        },
        old_policies: across.map(Judgement::side),
        on_its_day: None,
    };
    let (gone, outcomes): (Vec<Arc<Finding>>, Vec<Outcome>) = gone(judgement.side(), sides)
        .into_iter()
        .map(|(number, outcome)| (findings[number].clone(), outcome))
        .unzip();
    before.told(&gone).into_iter().zip(outcomes).collect()
}

fn policy(finding: &Finding) -> &str {
    let rule: &str = &finding.rule;
    rule.split_once('/').map_or(rule, |(policy, _)| policy)
}
