//! Findings of several revisions, put together by fingerprint.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use rustc_hash::FxHashSet;

use super::Judged;
use crate::check::Judgement;
use crate::evaluate::Verdicts;
use crate::finding::{Finding, Fingerprint, Severity};
use crate::scalar::Date;
use crate::snapshot::RevisionIdentity;
use crate::triage::compare::{Side, Sides, compare};
use crate::triage::{Outcome, State};

/// What several revisions show one after the other, the oldest first.
#[derive(Debug, Default)]
pub struct Chronicle {
    /// The revisions.
    pub moments: Vec<Moment>,
    lives: BTreeMap<Fingerprint, Life>,
    /// Fingerprints of the last revision that was judged.
    present: FxHashSet<Fingerprint>,
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

/// A finding through the revisions, as it was when it was last seen.
#[derive(Debug, Clone)]
pub struct Life {
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// The name of its rule.
    pub rule: String,
    /// The code of its rule.
    pub code: String,
    /// The policy of its rule.
    pub policy: String,
    /// How bad it is.
    pub severity: Severity,
    /// Whom it is about.
    pub subject: String,
    /// What is wrong.
    pub message: String,
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
    fn of(finding: &Finding, path: &str, is_excepted: bool) -> Self {
        Self {
            fingerprint: finding.fingerprint,
            rule: finding.rule.to_string(),
            code: finding.code.to_string(),
            policy: policy(finding).to_owned(),
            severity: finding.severity,
            subject: finding.subject.clone(),
            message: finding.message.clone(),
            path: path.to_owned(),
            is_excepted,
            spells: Vec::new(),
        }
    }

    /// True if it says all that there is to say of a finding.
    fn shows(&self, finding: &Finding, path: &str, is_excepted: bool) -> bool {
        (self.severity, self.is_excepted) == (finding.severity, is_excepted)
            && (&*self.rule, &*self.code) == (&*finding.rule, &*finding.code)
            && (&self.subject, &self.message) == (&finding.subject, &finding.message)
            && self.path == path
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
        let mut moment = moment(judged);
        if let Some(before) = before {
            for (print, outcome) in ended(&judged.judgement, &before.judgement, across) {
                *moment.ended.entry(outcome).or_default() += 1;
                if let Some(life) = self.lives.get_mut(&print) {
                    let at = number;
                    let last = life
                        .spells
                        .last_mut()
                        .expect("a finding was seen at least once");
                    last.until = Some(Ending { at, outcome });
                }
            }
        }
        let judgement = &judged.judgement;
        let mut present = FxHashSet::default();
        for (finding, state) in judgement.findings.iter().zip(&judgement.states) {
            present.insert(finding.fingerprint);
            moment.appeared += usize::from(!self.present.contains(&finding.fingerprint));
            let source = judgement.loaded.sources.get(finding.primary.span.source);
            self.see(finding, source.path(), *state != State::Open, number);
        }
        self.present = present;
        self.moments.push(moment);
    }

    /// All findings that were ever there, by policy, rule and subject.
    #[must_use]
    pub fn lives(&self) -> Vec<&Life> {
        let mut lives: Vec<&Life> = self.lives.values().collect();
        lives.sort_by(|left, right| {
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

    /// Notes that a finding is there. What could not be judged for a while, or was hidden by a
    /// change of policies, had not ended.
    fn see(&mut self, finding: &Finding, path: &str, is_excepted: bool, number: usize) {
        let life = match self.lives.entry(finding.fingerprint) {
            Entry::Vacant(place) => {
                let mut life = Life::of(finding, path, is_excepted);
                life.spells.push(Spell::starting(number));
                place.insert(life);
                return;
            }
            Entry::Occupied(place) => place.into_mut(),
        };
        let last = life.spells.last_mut();
        let last = last.expect("a finding was seen at least once");
        match last.until {
            None => {}
            Some(ending) if matches!(ending.outcome, Outcome::Lost | Outcome::Hidden) => {
                last.until = None;
            }
            Some(_) => life.spells.push(Spell::starting(number)),
        }
        if !life.shows(finding, path, is_excepted) {
            let spells = std::mem::take(&mut life.spells);
            *life = Life {
                spells,
                ..Life::of(finding, path, is_excepted)
            };
        }
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
    let mut open: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let states = judgement.states.iter();
    for (finding, state) in judgement.findings.iter().zip(states.clone()) {
        if *state == State::Open {
            let counts = open.entry(policy(finding).to_owned()).or_default();
            counts[finding.severity as usize] += 1;
        }
    }
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
        open,
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
    before: &Judgement,
    across: Option<&Judgement>,
) -> Vec<(Fingerprint, Outcome)> {
    let all_open = vec![State::Open; before.findings.len()];
    let sides = Sides {
        before: Side {
            states: &all_open,
            ..before.side()
        },
        old_policies: across.map(Judgement::side),
        on_its_day: None,
    };
    let gone = compare(judgement.side(), sides).gone.into_iter();
    gone.map(|(number, outcome)| (before.findings[number].fingerprint, outcome))
        .collect()
}

fn policy(finding: &Finding) -> &str {
    let rule: &str = &finding.rule;
    rule.split_once('/').map_or(rule, |(policy, _)| policy)
}
