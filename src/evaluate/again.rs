//! Verdicts in a repository that has changed a little: carried over where nothing they rest on
//! differs, given again where something does.
//!
//! Each verdict is given by a machine that records what it reads. What it read is compared between
//! the two catalogs; what a run computes for all resources is computed again and compared by what
//! comes out, so that a change that makes no difference there goes no further.

use std::cell::OnceCell;
use std::sync::Arc;

use rayon::prelude::*;

use super::trace::Traced;
use super::{
    BASE_STEPS, CHUNK, Chunk, RuleFailure, RuleLedger, STEPS_EACH, Subject, Verdict, chunk,
    failure, run_lets,
};
use crate::catalog::{Catalog, Change, ResourceId};
use crate::expr::{Digest, Earlier, Machine, Read, Reads, RunLets, Shared, World};
use crate::rule::{Population, Rule};
use crate::scalar::Date;

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
    lets: Vec<Option<Digest>>,
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

/// What an earlier run knows of a rule, and what has changed since.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    pub(super) ledger: &'k RuleLedger,
    pub(super) grounds: &'k Grounds,
    pub(super) traced: &'k [Traced],
    pub(super) catalog: &'k Catalog,
    pub(super) change: &'k Change,
    pub(super) shared: &'k Shared,
}

/// What a rule says, what that rests on, and what need not be traced again.
#[derive(Default)]
pub(super) struct Said {
    pub(super) ledger: RuleLedger,
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
    known: Option<Known<'_>>,
) -> Result<Said, RuleFailure> {
    let Some(condition) = rule.condition() else {
        return Ok(Said::default());
    };
    let catalog = world.catalog;
    let limit = BASE_STEPS + STEPS_EACH * (catalog.len() + catalog.reference_count()) as u64;
    let lets: Arc<RunLets<'a, Reads>> = run_lets(rule);
    let machine = Machine::new(world, &rule.params, &condition.lets, &lets, limit).recording();
    let keeper = known.map(|known| Keeper::new(known, &machine));
    let population = population(catalog, &condition.population);
    let kept: Vec<Option<Kept>> = population
        .iter()
        .map(|subject| keeper.as_ref()?.keep(*subject))
        .collect();
    let again: Vec<Option<ResourceId>> = population
        .iter()
        .zip(&kept)
        .filter(|(_, kept)| kept.is_none())
        .map(|(subject, _)| *subject)
        .collect();
    let chunks: Vec<Chunk> = again
        .par_chunks(CHUNK)
        .map(|subjects| chunk::<Reads>(world, rule, &lets, subjects, limit))
        .collect();
    let spent = machine.steps() + chunks.iter().map(|chunk| chunk.steps).sum::<u64>();
    let is_first = again.len() == population.len();
    let steps = spent
        + known
            .filter(|_| !is_first)
            .map_or(0, |known| known.grounds.steps);
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
    let mut said = Said::default();
    said.grounds.steps = steps;
    said.grounds.carried = population.len() - again.len();
    merge(&mut said, kept, chunks, keeper.as_ref());
    said.grounds.lets = (0u16..)
        .zip(lets.iter())
        .map(|(index, known)| known.get().and_then(|_| machine.let_digest(index).0))
        .collect();
    Ok(said)
}

fn population(catalog: &Catalog, population: &Population) -> Vec<Option<ResourceId>> {
    match population {
        Population::Kinds(kinds) => {
            let resources = kinds.iter().flat_map(|kind| catalog.of_kind(*kind));
            resources.map(Some).collect()
        }
        Population::Repository => vec![None],
    }
}

/// Puts together what was kept and what was said again, in the order of the population.
fn merge(
    said: &mut Said,
    kept: Vec<Option<Kept>>,
    chunks: Vec<Chunk>,
    keeper: Option<&Keeper<'_, '_>>,
) {
    let mut fresh = chunks.into_iter().flat_map(|chunk| {
        let mut subjects = chunk.subjects.into_iter();
        let mut verdicts = chunk.verdicts.into_iter();
        let mut until = chunk.until.into_iter();
        chunk.visits.into_iter().map(move |visit| {
            let subjects: Vec<_> = subjects.by_ref().take(visit.count).collect();
            let verdicts: Vec<_> = verdicts.by_ref().take(visit.count).collect();
            let until: Vec<_> = until.by_ref().take(visit.count).collect();
            (visit, subjects, verdicts, until)
        })
    });
    for kept in kept {
        let (mut visit, subjects, verdicts, until) = match (kept, keeper) {
            (Some(mut kept), Some(keeper)) => {
                said.traced.append(&mut kept.traced);
                keeper.take(kept)
            }
            _ => fresh.next().expect("what is not kept is said again"),
        };
        visit.first = said.ledger.subjects.len();
        said.ledger.note_subjects(visit.subjects_until);
        said.ledger.extend(subjects, verdicts, until);
        said.grounds.visits.push(visit);
    }
}

/// A visit of the earlier run that need not be made again, in numbers of this one.
struct Kept {
    visit: Visit,
    /// The day until which what it read is the same.
    until: Date,
    traced: Vec<Traced>,
}

/// Decides what can be kept of what a rule said.
struct Keeper<'k, 'a> {
    known: Known<'k>,
    machine: &'k Machine<'a, Reads>,
    /// By number of a let: none if its value differs, else the day until which it holds.
    lets: Vec<OnceCell<Option<Date>>>,
}

impl<'k, 'a> Keeper<'k, 'a> {
    fn new(known: Known<'k>, machine: &'k Machine<'a, Reads>) -> Self {
        let lets = known.grounds.lets.iter();
        Self {
            known,
            machine,
            lets: lets.map(|_| OnceCell::new()).collect(),
        }
    }

    fn keep(&self, subject: Option<ResourceId>) -> Option<Kept> {
        let before = match subject {
            Some(id) => Some(self.known.change.predecessor(id)?),
            None => None,
        };
        let visits = &self.known.grounds.visits;
        let place = visits.binary_search_by_key(&before, |visit| visit.resource);
        let visit = &visits[place.ok()?];
        let today = self.machine.as_of();
        if visit.until <= today {
            return None;
        }
        let until = self.same(&visit.reads).filter(|until| today < *until)?;
        let visit = Visit {
            resource: subject,
            reads: self.successors(&visit.reads)?,
            until: visit.until.min(until),
            subjects_until: visit.subjects_until.min(until),
            ..*visit
        };
        let traced = self.keep_traced(before, subject).unwrap_or_default();
        Some(Kept {
            visit,
            until,
            traced,
        })
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
        let change = self.known.change;
        let is_same = match read {
            Read::Anything => false,
            Read::Kind(kind) => change.same_kind(kind),
            Read::Resource(id) => change.same_content(id),
            Read::Referrers(id) => change.same_referrers(id),
            Read::Let(index) => return self.same_let(index),
            Read::Edges(..) | Read::Best(..) | Read::Lookup(..) => {
                let earlier = Earlier {
                    shared: self.known.shared,
                    successor: change.successors(),
                };
                let is_same = self.machine.is_same(&earlier, read);
                let until = self.machine.take_until();
                return is_same.then_some(until);
            }
        };
        is_same.then_some(Date::AFTER_ALL)
    }

    /// A let is computed again, and compared by its value.
    fn same_let(&self, index: u16) -> Option<Date> {
        let known = self.known.grounds.lets.get(index as usize)?;
        *self.lets[index as usize].get_or_init(|| {
            let (digest, until) = self.machine.let_digest(index);
            (digest.is_some() && digest == *known).then_some(until)
        })
    }

    fn successors(&self, reads: &[Read]) -> Option<Box<[Read]>> {
        let now = |id: ResourceId| self.known.change.successors()[id as usize];
        let mut reads: Vec<Read> = reads
            .iter()
            .map(|read| {
                Some(match *read {
                    Read::Resource(id) => Read::Resource(now(id)?),
                    Read::Referrers(id) => Read::Referrers(now(id)?),
                    Read::Edges(relation, id) => Read::Edges(relation, now(id)?),
                    Read::Best(site, id) => Read::Best(site, now(id)?),
                    other => other,
                })
            })
            .collect::<Option<_>>()?;
        reads.sort_unstable();
        Some(reads.into())
    }

    /// What was traced of a resource, if all of it still holds; nothing of the repository, whose
    /// findings may stand at any resource.
    fn keep_traced(
        &self,
        before: Option<ResourceId>,
        now: Option<ResourceId>,
    ) -> Option<Vec<Traced>> {
        before?;
        let traced = self.known.traced;
        let start = traced.partition_point(|traced| traced.subject.resource < before);
        let own = traced[start..]
            .iter()
            .take_while(|traced| traced.subject.resource == before);
        own.map(|traced| {
            let until = self.same(&traced.reads)?.min(traced.until);
            let reads = self.successors(&traced.reads)?;
            let holds = self.machine.as_of() < until;
            let known = (self.known.catalog, self.known.change);
            holds.then(|| traced.carried(now, reads, until, known))?
        })
        .collect()
    }

    /// The subjects of a visit of the earlier run, with their verdicts.
    fn take(&self, kept: Kept) -> (Visit, Vec<Subject>, Vec<Verdict>, Vec<Date>) {
        let visit = kept.visit;
        let range = visit.first..visit.first + visit.count;
        let ledger = self.known.ledger;
        let renumbered = |subject: &Subject| Subject {
            resource: visit.resource,
            ..subject.clone()
        };
        let subjects = &ledger.subjects[range.clone()];
        let subjects = subjects.iter().map(renumbered).collect();
        let verdicts = ledger.verdicts[range.clone()].to_vec();
        let mut until = vec![kept.until; visit.count];
        let start = ledger
            .flips
            .partition_point(|(place, _)| (*place as usize) < range.start);
        for (place, day) in ledger.flips[start..]
            .iter()
            .take_while(|(place, _)| (*place as usize) < range.end)
        {
            until[*place as usize - range.start] = kept.until.min(*day);
        }
        (visit, subjects, verdicts, until)
    }
}
