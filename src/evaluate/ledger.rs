//! The ledger: all verdicts of a run.

use std::ops::Range;
use std::sync::Arc;

use super::Subject;
use crate::catalog::ResourceId;
use crate::scalar::Date;

/// What a rule says of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The assertion holds.
    Pass,
    /// It does not.
    Fail,
    /// The subject is outside the population.
    NotApplicable,
    /// A value that it needs is not there.
    NotEvaluable,
}

impl Verdict {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "not applicable",
            Self::NotEvaluable => "not evaluable",
        }
    }
}

/// How many verdicts of each sort.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// The assertion holds.
    pub pass: u64,
    /// It does not.
    pub fail: u64,
    /// The subject is outside the population.
    pub not_applicable: u64,
    /// A value that it needs is absent, unknown or unreadable.
    pub not_evaluable: u64,
}

impl Verdicts {
    /// Verdicts on subjects of the population: pass, fail and not evaluable.
    #[must_use]
    pub fn checks(&self) -> u64 {
        self.pass + self.fail + self.not_evaluable
    }

    /// Adds the numbers of another rule.
    pub fn add(&mut self, other: Self) {
        self.pass += other.pass;
        self.fail += other.fail;
        self.not_applicable += other.not_applicable;
        self.not_evaluable += other.not_evaluable;
    }
}

/// The verdicts of one rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleLedger {
    /// Its subjects, in the order of their resources.
    pub subjects: Vec<Subject>,
    /// The verdict on each.
    pub verdicts: Vec<Verdict>,
    /// The first day on which a verdict, or the severity of a failure, can change with no edit,
    /// for those that can.
    pub flips: Vec<(u32, Date)>,
    /// The first day on which there can be other subjects with no edit, if there is one.
    pub subjects_flip: Option<Date>,
}

impl RuleLedger {
    /// Keeps the verdicts on some subjects.
    pub fn retain(&mut self, keep: impl Fn(&Subject) -> bool) {
        let kept: Vec<bool> = self.subjects.iter().map(keep).collect();
        let is_kept = |number: u32| kept.get(number as usize) == Some(&true);
        let mut moved = vec![0; kept.len()];
        let mut count = 0;
        for (number, is_kept) in kept.iter().enumerate() {
            moved[number] = count;
            count += u32::from(*is_kept);
        }
        self.flips.retain_mut(|(number, _)| {
            let stays = is_kept(*number);
            *number = moved.get(*number as usize).copied().unwrap_or_default();
            stays
        });
        let mut order = kept.iter();
        self.subjects.retain(|_| order.next() == Some(&true));
        let mut order = kept.iter();
        self.verdicts.retain(|_| order.next() == Some(&true));
    }

    /// Notes a day on which there can be other subjects.
    pub(super) fn note_subjects(&mut self, day: Date) {
        if !day.is_after_all() && self.subjects_flip.is_none_or(|known| day < known) {
            self.subjects_flip = Some(day);
        }
    }

    /// The first day on which anything here can change with no edit; after all dates if nothing
    /// can.
    #[must_use]
    pub fn until(&self) -> Date {
        let flips = self.flips.iter().map(|(_, day)| *day);
        flips
            .chain(self.subjects_flip)
            .min()
            .unwrap_or(Date::AFTER_ALL)
    }

    /// Adds a verdict, with the first day on which it can change.
    pub(super) fn push(&mut self, subject: Subject, verdict: Verdict, until: Date) {
        if !until.is_after_all() {
            let place = u32::try_from(self.subjects.len()).unwrap_or(u32::MAX);
            self.flips.push((place, until));
        }
        self.subjects.push(subject);
        self.verdicts.push(verdict);
    }

    pub(super) fn extend(
        &mut self,
        subjects: Vec<Subject>,
        verdicts: Vec<Verdict>,
        until: Vec<Date>,
    ) {
        let base = self.subjects.len();
        for (offset, day) in until.into_iter().enumerate() {
            if !day.is_after_all() {
                self.flips
                    .push((u32::try_from(base + offset).unwrap_or(u32::MAX), day));
            }
        }
        self.subjects.extend(subjects);
        self.verdicts.extend(verdicts);
    }

    /// Puts what was said again of these resources, which come in their order, in the place of what
    /// was said before. True if there are other subjects or verdicts.
    pub(super) fn replace(&mut self, resources: &[Option<ResourceId>], mut fresh: Self) -> bool {
        let places: Vec<(Range<usize>, Range<usize>)> = resources
            .iter()
            .map(|resource| (self.place_of(*resource), fresh.place_of(*resource)))
            .collect();
        let mut is_other = false;
        for (known, new) in &places {
            is_other |= self.subjects[known.clone()] != fresh.subjects[new.clone()];
            is_other |= self.verdicts[known.clone()] != fresh.verdicts[new.clone()];
        }
        self.flips = replaced_flips(&self.flips, &fresh.flips, &places);
        if let Some(day) = fresh.subjects_flip {
            self.note_subjects(day);
        }
        // From behind, so that places that are still to be replaced stay where they are.
        for (known, new) in places.into_iter().rev() {
            self.verdicts
                .splice(known.clone(), fresh.verdicts.drain(new.clone()));
            self.subjects.splice(known, fresh.subjects.drain(new));
        }
        is_other
    }

    /// Where the subjects of a resource stand, or would stand.
    fn place_of(&self, resource: Option<ResourceId>) -> Range<usize> {
        let before = |subject: &Subject| subject.resource < resource;
        let until = |subject: &Subject| subject.resource <= resource;
        self.subjects.partition_point(before)..self.subjects.partition_point(until)
    }

    /// The verdict on a resource, or the repository, or on the item of it with this key.
    #[must_use]
    pub fn verdict_on(&self, resource: Option<ResourceId>, key: Option<&str>) -> Option<Verdict> {
        let mut own = self.verdicts_on(resource);
        let (subject, verdict) = own.find(|(subject, _)| subject.key.as_deref() == key)?;
        Some(if subject.is_undecided {
            Verdict::NotEvaluable
        } else {
            verdict
        })
    }

    /// The subjects that a resource, or the repository, stands for, with the verdict on each.
    pub(super) fn verdicts_on(
        &self,
        resource: Option<ResourceId>,
    ) -> impl Iterator<Item = (&Subject, Verdict)> {
        let place = self.place_of(resource);
        let subjects = self.subjects[place.clone()].iter();
        subjects.zip(self.verdicts[place].iter().copied())
    }

    /// How many verdicts of each sort.
    #[must_use]
    pub fn count(&self) -> Verdicts {
        let mut counts = Verdicts::default();
        for (verdict, subject) in self.verdicts.iter().zip(&self.subjects) {
            match verdict {
                Verdict::Pass if subject.is_undecided => counts.not_evaluable += 1,
                Verdict::Fail if subject.is_undecided => counts.not_evaluable += 1,
                Verdict::Pass => counts.pass += 1,
                Verdict::Fail => counts.fail += 1,
                Verdict::NotApplicable => counts.not_applicable += 1,
                Verdict::NotEvaluable => counts.not_evaluable += 1,
            }
        }
        counts
    }
}

/// The flips of a ledger in which each first range of places, in their order, has made room for the
/// second one of another ledger.
fn replaced_flips(
    known: &[(u32, Date)],
    fresh: &[(u32, Date)],
    places: &[(Range<usize>, Range<usize>)],
) -> Vec<(u32, Date)> {
    let moved = |(place, day): (u32, Date), from: usize, to: usize| {
        let place = place as usize - from + to;
        (u32::try_from(place).unwrap_or(u32::MAX), day)
    };
    let mut flips = Vec::with_capacity(known.len());
    let mut known = known.iter().copied().peekable();
    let mut fresh = fresh.iter().copied().peekable();
    // Where what follows stood, and where it stands.
    let (mut from, mut to) = (0, 0);
    for (before, after) in places {
        let earlier = |(place, _): &(u32, Date)| (*place as usize) < before.start;
        while let Some(flip) = known.next_if(earlier) {
            flips.push(moved(flip, from, to));
        }
        to += before.start - from;
        let own = |(place, _): &(u32, Date)| (*place as usize) < before.end;
        while known.next_if(own).is_some() {}
        let new = |(place, _): &(u32, Date)| (*place as usize) < after.end;
        while let Some(flip) = fresh.next_if(new) {
            flips.push(moved(flip, after.start, to));
        }
        (from, to) = (before.end, to + after.len());
    }
    flips.extend(known.map(|flip| moved(flip, from, to)));
    flips
}

/// The verdicts of all rules, in the order of the rules; empty for those that did not run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// By number of the rule. A later run shares those that say the same.
    pub rules: Vec<Arc<RuleLedger>>,
}

impl Ledger {
    pub(super) fn new(rules: usize) -> Self {
        Self {
            rules: (0..rules).map(|_| Arc::default()).collect(),
        }
    }
}
