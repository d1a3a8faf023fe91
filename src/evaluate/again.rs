//! Verdicts in a repository that has changed a little: carried over where nothing they rest on
//! differs, given again where something does.
//!
//! Each verdict is given by a machine that records what it reads. What it read is compared between
//! the two catalogs; what a run computes for all resources is computed again and compared by what
//! comes out, so that a change that makes no difference there goes no further.

use std::cell::OnceCell;
use std::iter::{Enumerate, Peekable};
use std::sync::Arc;
use std::vec::IntoIter;

use rayon::prelude::*;

use super::trace::Traced;
use super::words::can_reword;
use super::{
    CHUNK, Chunk, RuleFailure, RuleLedger, Subject, Verdict, chunk, failure, run_lets, step_limit,
};
use crate::catalog::{Catalog, Change, ResourceId};
use crate::expr::{Earlier, LetGround, Machine, Read, Reads, RunLets, Shared, World};
use crate::rule::{Population, Rule};
use crate::scalar::Date;
use crate::source::SourceId;

/// A resource, or the repository, that a rule has looked at.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    pub(super) resource: Option<ResourceId>,
    /// The place of its first subject in the ledger, and the number of its subjects.
    pub(super) first: usize,
    pub(super) count: usize,
    /// The first day on which there can be other subjects.
    pub(super) subjects_until: Date,
    /// The first day on which anything can differ.
    pub(super) until: Date,
    pub(super) reads: Box<[Read]>,
}

/// What the verdicts of a rule rest on.
#[derive(Debug, Default)]
pub(super) struct Grounds {
    /// In the order of the ledger.
    visits: Vec<Visit>,
    /// The values that the rule computed once per run, as far as they were asked for.
    lets: Vec<Option<LetGround>>,
    /// No fewer steps than the rule takes.
    steps: u64,
    /// How many visits were carried over.
    pub(super) carried: usize,
}

impl Grounds {
    pub(super) fn visited(&self) -> usize {
        self.visits.len()
    }
}

/// What an earlier run knows of a rule, which is given up for what is said now.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) ledger: Arc<RuleLedger>,
    pub(super) grounds: Grounds,
    pub(super) traced: Vec<Traced>,
}

/// What an earlier run was on, and what has changed since.
#[derive(Clone, Copy)]
pub(super) struct Before<'k> {
    pub(super) catalog: &'k Catalog,
    pub(super) change: &'k Change,
    pub(super) shared: &'k Shared,
}

impl Before<'_> {
    /// The number of a text in this run; none if it was read again.
    pub(super) fn source(&self, id: SourceId) -> Option<SourceId> {
        match self.catalog.parsed(id) {
            Some(_) => self.change.source(id),
            // The texts of rules keep their numbers.
            None => Some(id),
        }
    }
}

/// What a rule says, what that rests on, and what need not be traced again.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) ledger: Arc<RuleLedger>,
    pub(super) grounds: Grounds,
    pub(super) traced: Vec<Traced>,
}

/// Evaluates a rule on everything that an earlier run does not know.
///
/// # Errors
///
/// If it takes too many steps or meets values of a wrong type.
pub(super) fn say<'a>(
    world: &'a World<'a>,
    rule: &'a Rule,
    known: Option<(Known, Before<'_>)>,
) -> Result<Said, RuleFailure> {
    let Some(condition) = rule.condition() else {
        return Ok(Said::default());
    };
    let catalog = world.catalog;
    let limit = step_limit(catalog);
    let lets: Arc<RunLets<'a, Reads>> = run_lets(rule);
    let machine = Machine::new(world, &rule.params, &condition.lets, &lets, limit).recording();
    let known = known.map(|(known, before)| {
        let lets = known.grounds.lets.clone();
        let keeper = Keeper {
            can_reword: can_reword(rule),
            ..Keeper::new(lets, before, &machine)
        };
        (keeper, known)
    });
    let population = population(catalog, &condition.population);
    let keeps = match &known {
        Some((keeper, known)) => keeper.choose(&population, &known.grounds.visits),
        None => vec![None; population.len()],
    };
    let again: Vec<Option<ResourceId>> = population
        .iter()
        .zip(&keeps)
        .filter(|(_, keep)| keep.is_none())
        .map(|(subject, _)| *subject)
        .collect();
    let chunks: Vec<Chunk> = again
        .par_chunks(CHUNK)
        .map(|subjects| chunk::<Reads>(world, rule, &lets, subjects, limit))
        .collect();
    let spent = machine.steps() + chunks.iter().map(|chunk| chunk.steps).sum::<u64>();
    let is_first = again.len() == population.len();
    let before = known.as_ref().filter(|_| !is_first);
    let steps = spent + before.map_or(0, |(_, known)| known.grounds.steps);
    if steps > limit && !is_first {
        // What was kept may have taken fewer steps than are known of it.
        return say(world, rule, None);
    }
    if steps > limit {
        return Err(failure(rule, "takes too many steps".to_owned()));
    }
    let own = machine.error().map(|error| error.message);
    let error = own.or_else(|| chunks.iter().find_map(|chunk| chunk.error.clone()));
    if let Some(message) = error {
        return Err(failure(rule, message));
    }
    let carried = population.len() - again.len();
    let mut kept_lets = known
        .as_ref()
        .map_or_else(Vec::new, |(keeper, _)| keeper.kept_lets());
    kept_lets.resize(lets.len(), None);
    let mut said = match known {
        Some((keeper, known)) if keeper.keeps_all(&population, &keeps, &known.grounds.visits) => {
            Said {
                ledger: known.ledger,
                grounds: known.grounds,
                traced: OldTraced::new(keeper, known.traced).hand_over_all(),
            }
        }
        known => merge(&population, &keeps, chunks, known),
    };
    said.grounds.steps = steps;
    said.grounds.carried = carried;
    said.grounds.lets = (0u16..)
        .zip(lets.iter())
        .zip(kept_lets)
        .map(|((index, known), kept)| known.get().map(|_| machine.let_ground(index)).or(kept))
        .collect();
    Ok(said)
}

/// The resources, or the repository, that a rule looks at, in their order.
pub(super) fn population(catalog: &Catalog, population: &Population) -> Vec<Option<ResourceId>> {
    match population {
        Population::Kinds(kinds) => {
            let resources = kinds.iter().flat_map(|kind| catalog.of_kind(*kind));
            resources.map(Some).collect()
        }
        Population::Repository => vec![None],
    }
}

/// Puts together what is kept and what was said again, in the order of the population.
fn merge(
    population: &[Option<ResourceId>],
    keeps: &[Option<Keep>],
    chunks: Vec<Chunk>,
    known: Option<(Keeper<'_, '_>, Known)>,
) -> Said {
    let mut said = Said::default();
    said.grounds.visits.reserve_exact(population.len());
    let mut ledger = RuleLedger::default();
    let mut fresh = chunks.into_iter().flat_map(Fresh::of);
    let mut old = known.map(|(keeper, known)| Old::new(keeper, known));
    for (subject, keep) in population.iter().zip(keeps) {
        match (keep, &mut old) {
            (Some(keep), Some(old)) => old.hand_over(*keep, *subject, &mut said, &mut ledger),
            _ => {
                let fresh = fresh.next().expect("what is not kept is said again");
                fresh.hand_over(&mut said, &mut ledger);
            }
        }
    }
    said.ledger = ledger.into();
    said
}

/// A visit that was made, with what it gave.
struct Fresh {
    visit: Visit,
    verdicts: Vec<(Subject, Verdict, Date)>,
}

impl Fresh {
    fn of(chunk: Chunk) -> impl Iterator<Item = Self> {
        let mut verdicts = chunk
            .subjects
            .into_iter()
            .zip(chunk.verdicts)
            .zip(chunk.until);
        chunk.visits.into_iter().map(move |visit| Self {
            verdicts: verdicts
                .by_ref()
                .take(visit.count)
                .map(|((subject, verdict), until)| (subject, verdict, until))
                .collect(),
            visit,
        })
    }

    fn hand_over(mut self, said: &mut Said, ledger: &mut RuleLedger) {
        self.visit.first = ledger.subjects.len();
        ledger.note_subjects(self.visit.subjects_until);
        for (subject, verdict, until) in self.verdicts {
            ledger.push(subject, verdict, until);
        }
        said.grounds.visits.push(self.visit);
    }
}

/// A visit of the earlier run that need not be made again.
#[derive(Clone, Copy)]
struct Keep {
    /// Its number in the earlier run.
    visit: usize,
    /// The day until which what it read is the same.
    until: Date,
}

/// Decides what can be kept of what a rule said.
pub(super) struct Keeper<'k, 'a> {
    before: Before<'k>,
    machine: &'k Machine<'a, Reads>,
    known_lets: Vec<Option<LetGround>>,
    /// True if findings can be told in the words of another day.
    can_reword: bool,
    /// By number of a let: none if its value differs, else the day until which it holds.
    lets: Vec<OnceCell<Option<Date>>>,
}

impl<'k, 'a> Keeper<'k, 'a> {
    pub(super) fn new(
        known_lets: Vec<Option<LetGround>>,
        before: Before<'k>,
        machine: &'k Machine<'a, Reads>,
    ) -> Self {
        Self {
            before,
            machine,
            can_reword: false,
            lets: known_lets.iter().map(|_| OnceCell::new()).collect(),
            known_lets,
        }
    }

    /// What can be kept, by place in the population. Both are in the order of the resources, which
    /// is the same in both runs.
    fn choose(&self, population: &[Option<ResourceId>], visits: &[Visit]) -> Vec<Option<Keep>> {
        let mut visits = visits.iter().enumerate().peekable();
        let mut choose = |subject: &Option<ResourceId>| {
            let before = match subject {
                Some(id) => Some(self.before.change.predecessor(*id)?),
                None => None,
            };
            while visits
                .next_if(|(_, visit)| visit.resource < before)
                .is_some()
            {}
            let (number, visit) = visits.next_if(|(_, visit)| visit.resource == before)?;
            Some(Keep {
                visit: number,
                until: self.holds(visit.until, &visit.reads)?,
            })
        };
        population.iter().map(&mut choose).collect()
    }

    /// True if all that the rule said stands as it is: the same resources have the same numbers, and
    /// nothing ends sooner.
    fn keeps_all(
        &self,
        population: &[Option<ResourceId>],
        keeps: &[Option<Keep>],
        visits: &[Visit],
    ) -> bool {
        let mut kept = population.iter().zip(keeps).zip(visits);
        visits.len() == population.len()
            && kept.all(|((subject, keep), visit)| {
                visit.resource == *subject && keep.is_some_and(|keep| visit.until <= keep.until)
            })
            && !self.before.change.is_renumbered()
    }

    /// The day until which what was read is the same; none if it differs, or if that day or the
    /// one until which the outcome holds is over.
    pub(super) fn holds(&self, until: Date, reads: &[Read]) -> Option<Date> {
        let today = self.machine.as_of();
        if until <= today {
            return None;
        }
        self.same(reads).filter(|until| today < *until)
    }

    /// The number of a text in this run; none if it was read again.
    pub(super) fn source(&self, id: SourceId) -> Option<SourceId> {
        self.before.source(id)
    }

    /// The day until which what was read is the same; none if it differs.
    fn same(&self, reads: &[Read]) -> Option<Date> {
        let mut until = Date::AFTER_ALL;
        for read in reads {
            until = until.min(self.same_read(*read)?);
        }
        Some(until)
    }

    fn same_read(&self, read: Read) -> Option<Date> {
        let change = self.before.change;
        let is_same = match read {
            Read::Anything => false,
            Read::Kind(kind) => change.same_kind(kind),
            Read::Fields(id, fields) => change.changed(id).is_apart_from(fields),
            Read::Referrers(id) => change.same_referrers(id),
            Read::Let(index) => return self.same_let(index),
            Read::Edges(..) | Read::Best(..) | Read::Lookup(..) | Read::LookupOf(..) => {
                let earlier = Earlier {
                    shared: self.before.shared,
                    successor: change.successors(),
                };
                let is_same = self.machine.is_same(&earlier, read);
                let until = self.machine.take_until();
                return is_same.then_some(until);
            }
        };
        is_same.then_some(Date::AFTER_ALL)
    }

    /// A let that rests on the same is the same; otherwise it is computed again, and compared by its
    /// value.
    fn same_let(&self, index: u16) -> Option<Date> {
        let known = self.known_lets.get(index as usize)?.as_ref()?;
        *self.lets[index as usize].get_or_init(|| {
            if let Some(until) = self.holds(known.until, &known.reads) {
                return Some(until.min(known.until));
            }
            let now = self.machine.let_ground(index);
            let is_same = now.digest.is_some() && now.digest == known.digest;
            is_same.then_some(now.until)
        })
    }

    /// The lets that need not be computed in this run, by number.
    fn kept_lets(&self) -> Vec<Option<LetGround>> {
        let kept = |(index, known): (u16, &Option<LetGround>)| {
            let known = known.as_ref()?;
            Some(LetGround {
                digest: known.digest,
                until: self.same_let(index)?,
                reads: self.successors(known.reads.clone()),
            })
        };
        (0u16..).zip(&self.known_lets).map(kept).collect()
    }

    /// What was read, in the numbers of this run.
    pub(super) fn successors(&self, mut reads: Box<[Read]>) -> Box<[Read]> {
        let change = self.before.change;
        if !change.is_renumbered() {
            return reads;
        }
        for read in &mut reads {
            *read = successor(*read, change.successors()).unwrap_or(Read::Anything);
        }
        reads.sort_unstable();
        reads
    }

    /// What was traced of a resource, if it still holds, perhaps in other words.
    fn keep_traced(&self, traced: Traced, now: Option<ResourceId>) -> Option<Traced> {
        if !self.can_reword && traced.words_until() <= self.machine.as_of() {
            return None;
        }
        let until = self.holds(traced.until, &traced.reads)?.min(traced.until);
        let mut traced = traced.carried(now, self.before)?;
        traced.reads = self.successors(traced.reads);
        Some(Traced { until, ..traced })
    }
}

/// The same read in the numbers of a later run; none if what was read is gone.
fn successor(read: Read, successors: &[Option<ResourceId>]) -> Option<Read> {
    let now = |id: ResourceId| successors[id as usize];
    Some(match read {
        Read::Fields(id, fields) => Read::Fields(now(id)?, fields),
        Read::Referrers(id) => Read::Referrers(now(id)?),
        Read::Edges(relation, id) => Read::Edges(relation, now(id)?),
        Read::Best(site, id) => Read::Best(site, now(id)?),
        Read::LookupOf(index, id) => Read::LookupOf(index, now(id)?),
        other => other,
    })
}

/// What an earlier run said, on its way into what is said now.
struct Old<'k, 'a> {
    visits: Enumerate<IntoIter<Visit>>,
    subjects: Enumerate<IntoIter<Subject>>,
    verdicts: Vec<Verdict>,
    flips: Peekable<IntoIter<(u32, Date)>>,
    traced: OldTraced<'k, 'a>,
}

impl<'k, 'a> Old<'k, 'a> {
    fn new(keeper: Keeper<'k, 'a>, known: Known) -> Self {
        let ledger = Arc::unwrap_or_clone(known.ledger);
        Self {
            visits: known.grounds.visits.into_iter().enumerate(),
            subjects: ledger.subjects.into_iter().enumerate(),
            verdicts: ledger.verdicts,
            flips: ledger.flips.into_iter().peekable(),
            traced: OldTraced::new(keeper, known.traced),
        }
    }

    /// Hands over what is kept of the visits, which come in their order.
    fn hand_over(
        &mut self,
        keep: Keep,
        now: Option<ResourceId>,
        said: &mut Said,
        ledger: &mut RuleLedger,
    ) {
        let visits = self.visits.by_ref();
        let (_, mut visit) = visits
            .find(|(number, _)| *number == keep.visit)
            .expect("what is kept comes in the order of the visits");
        let before = visit.resource;
        let range = visit.first..visit.first + visit.count;
        visit.resource = now;
        visit.first = ledger.subjects.len();
        visit.until = visit.until.min(keep.until);
        visit.subjects_until = visit.subjects_until.min(keep.until);
        visit.reads = self.traced.keeper.successors(visit.reads);
        ledger.note_subjects(visit.subjects_until);
        said.grounds.visits.push(visit);
        let subjects = self.subjects.by_ref();
        let subjects = subjects.skip_while(|(place, _)| *place < range.start);
        for (place, mut subject) in subjects.take(range.len()) {
            subject.resource = now;
            let until = keep.until.min(flip(&mut self.flips, place));
            ledger.push(subject, self.verdicts[place], until);
        }
        self.traced.hand_over(before, now, &mut said.traced);
    }
}

/// What an earlier run traced, on its way into what is traced now.
struct OldTraced<'k, 'a> {
    keeper: Keeper<'k, 'a>,
    traced: Peekable<IntoIter<Traced>>,
}

impl<'k, 'a> OldTraced<'k, 'a> {
    fn new(keeper: Keeper<'k, 'a>, traced: Vec<Traced>) -> Self {
        Self {
            keeper,
            traced: traced.into_iter().peekable(),
        }
    }

    /// Hands over what was traced of a resource, or the repository, if all of it still holds.
    fn hand_over(
        &mut self,
        before: Option<ResourceId>,
        now: Option<ResourceId>,
        said: &mut Vec<Traced>,
    ) {
        let is_earlier = |traced: &Traced| traced.subject.resource < before;
        while self.traced.next_if(is_earlier).is_some() {}
        let first = said.len();
        let is_own = |traced: &Traced| traced.subject.resource == before;
        let mut all_hold = true;
        while let Some(traced) = self.traced.next_if(is_own) {
            match self.keeper.keep_traced(traced, now) {
                Some(traced) if all_hold => said.push(traced),
                _ => all_hold = false,
            }
        }
        if !all_hold {
            said.truncate(first);
        }
    }

    /// Hands over what was traced of resources that keep their numbers.
    fn hand_over_all(mut self) -> Vec<Traced> {
        let mut said = Vec::with_capacity(self.traced.len());
        while let Some(resource) = self.traced.peek().map(|traced| traced.subject.resource) {
            self.hand_over(resource, resource, &mut said);
        }
        said
    }
}

/// The day on which the verdict at a place can change.
fn flip(flips: &mut Peekable<IntoIter<(u32, Date)>>, place: usize) -> Date {
    while flips
        .next_if(|(other, _)| (*other as usize) < place)
        .is_some()
    {}
    let own = flips.next_if(|(other, _)| *other as usize == place);
    own.map_or(Date::AFTER_ALL, |(_, day)| day)
}
