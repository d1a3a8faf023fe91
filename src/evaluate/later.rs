//! What the passing of time changes, with no edit.
//!
//! Every verdict and every finding knows the day until which it holds. On a later day only the
//! resources are looked at again for which that day has come, and all that rules say which read
//! verdicts or waivers that differ. What comes out is what a full run on that day gives, but for
//! findings that stay and count days in their words: those are told anew only where it is asked for.

use std::iter::Peekable;
use std::sync::Arc;
use std::vec::IntoIter;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::standing::{Missing, Run};
use super::trace::{self, Traced};
use super::{
    CHUNK, Chunk, RuleFailure, RuleLedger, Standing, Waivers, again, chunk, decides_on_waivers,
    failure, run_lets, step_limit, words,
};
use crate::catalog::ResourceId;
use crate::expr::{RunLets, World};
use crate::finding::{Fault, Finding, Fingerprint};
use crate::rule::Rule;
use crate::scalar::Date;

/// The part of two days that can differ: all else is the same on both.
#[derive(Debug, Clone, Default)]
pub struct Elapsed {
    /// The earlier day.
    pub before: Side,
    /// The later one.
    pub after: Side,
    /// True if other waivers are in force, so that each side holds all there is.
    pub is_whole: bool,
}

/// What is there on one of two days and can differ from the other.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// Findings, those of one identity all or none.
    pub findings: Vec<Arc<Finding>>,
    /// Expected fields that are absent, those of one identity all or none.
    pub faults: Vec<Fault>,
    /// All waivers.
    pub waivers: Waivers,
}

/// What has been found to differ, stratum by stratum.
#[derive(Default)]
pub(super) struct News {
    /// The names of the rules that say something else.
    rules: FxHashSet<String>,
    /// True if one of them decides which waivers are in force.
    decide_on_waivers: bool,
    /// True if other waivers are in force.
    waivers: bool,
    /// What was traced before and no longer holds.
    gone: Vec<Traced>,
    /// The rules and resources that were traced again.
    again: FxHashSet<(usize, Option<ResourceId>)>,
}

impl News {
    /// True if a rule reads what differs.
    fn concern(&self, rule: &Rule) -> bool {
        let mut reads = rule.reads().iter();
        self.waivers && !rule.reads().is_empty() || reads.any(|name| self.rules.contains(name))
    }

    /// Puts the first of what was traced, as far as it is of this rule, in the place of what was
    /// traced of these resources before.
    fn replace_traced(
        &mut self,
        standing: &mut Standing,
        rule: usize,
        traced: &mut Peekable<IntoIter<Traced>>,
        resources: Vec<Option<ResourceId>>,
    ) {
        let own = std::iter::from_fn(|| traced.next_if(|traced| traced.rule == rule));
        let gone = splice_traced(&mut standing.traced[rule], own.collect(), &resources);
        self.gone.extend(gone);
        self.again
            .extend(resources.into_iter().map(|resource| (rule, resource)));
    }
}

/// What a rule said that holds no longer on a day.
struct Stale {
    /// The resources to trace again.
    resources: Vec<Option<ResourceId>>,
    /// What is only to be told in other words.
    words: Vec<Traced>,
}

impl Stale {
    fn of(rule: &Rule, traced: &[Traced], today: Date) -> Self {
        let can_reword = words::can_reword(rule);
        let (mut resources, mut words) = (Vec::new(), Vec::new());
        for traced in traced {
            let is_told_otherwise = traced.words_until() <= today;
            if traced.until <= today || is_told_otherwise && !can_reword {
                resources.push(traced.subject.resource);
            } else if is_told_otherwise {
                words.push(traced.clone());
            }
        }
        resources.dedup();
        Self { resources, words }
    }
}

/// A rule, and the resources to look at again.
struct Task<'a> {
    number: usize,
    rule: &'a Rule,
    resources: Vec<Option<ResourceId>>,
    /// True if these are all that it looks at.
    is_whole: bool,
}

impl Run<'_> {
    /// Brings what was found out to the day of this run.
    pub(super) fn advance(&self, standing: &mut Standing) -> Result<Elapsed, RuleFailure> {
        let waivers = standing.waivers().clone();
        let mut news = News::default();
        let shared = self.shared();
        for stratum in 0..standing.waivers.len() {
            let tasks = self.tasks(stratum, standing, &news);
            if !tasks.is_empty() {
                let known = self.known(standing, stratum);
                let world = self.world(&known, &shared);
                let said = self.look_again(&world, &tasks)?;
                self.note(standing, tasks, said, &mut news);
            }
            if news.decide_on_waivers {
                let now = self.waivers_in_force(standing, stratum);
                news.waivers |= now != standing.waivers[stratum];
                standing.waivers[stratum] = now;
            }
        }
        if news.waivers {
            self.retell(standing, &mut news)?;
        }
        let missing = standing.spoken();
        let missing = std::mem::replace(&mut standing.missing, missing);
        let (faults_before, faults_after) = self.expect_again(standing, &missing, news.waivers);
        let is_whole = news.waivers;
        let (before, after) = findings(standing, news);
        let side = |findings, faults, waivers| Side {
            findings,
            faults,
            waivers,
        };
        Ok(Elapsed {
            before: side(before, faults_before, waivers),
            after: side(after, faults_after, standing.waivers().clone()),
            is_whole,
        })
    }

    /// Tells findings anew that count days in their words.
    pub(super) fn retell(
        &self,
        standing: &mut Standing,
        news: &mut News,
    ) -> Result<(), RuleFailure> {
        let today = self.circumstances.as_of;
        let shared = self.shared();
        for stratum in 0..standing.waivers.len() {
            let rules = self.rules_of(stratum);
            let mut stale: Vec<Stale> = rules
                .iter()
                .map(|(number, rule)| Stale::of(rule, &standing.traced[*number], today))
                .collect();
            let known = self.known(standing, stratum);
            let world = self.world(&known, &shared);
            let wanted: Vec<_> = stale.iter().map(|stale| stale.resources.clone()).collect();
            let explain = self.circumstances.explain_not_evaluable;
            let traced = trace::resources(&world, &rules, &wanted, explain)?;
            let words = rules.par_iter().zip(&mut stale);
            words.for_each(|((_, rule), stale)| {
                words::reword(&world, rule, false, &mut stale.words);
            });
            let mut traced = traced.into_iter().peekable();
            for ((number, _), stale) in rules.into_iter().zip(stale) {
                news.replace_traced(standing, number, &mut traced, stale.resources);
                let resources = stale.words.iter().map(|traced| traced.subject.resource);
                let resources = resources.collect();
                let mut words = stale.words.into_iter().peekable();
                news.replace_traced(standing, number, &mut words, resources);
            }
        }
        Ok(())
    }

    /// What there is to look at again in a stratum.
    fn tasks(&self, stratum: usize, standing: &Standing, news: &News) -> Vec<Task<'_>> {
        let today = self.circumstances.as_of;
        let rules = self.rules_of(stratum).into_iter();
        let tasks = rules.filter_map(|(number, rule)| {
            let condition = rule.condition()?;
            let ledger = &standing.ledger.rules[number];
            let is_whole =
                news.concern(rule) || ledger.subjects_flip.is_some_and(|day| day <= today);
            let resources = if is_whole {
                again::population(self.catalog, &condition.population)
            } else {
                stale(ledger, today)
            };
            (!resources.is_empty()).then_some(Task {
                number,
                rule,
                resources,
                is_whole,
            })
        });
        tasks.collect()
    }

    fn look_again<'a>(
        &self,
        world: &'a World<'a>,
        tasks: &[Task<'a>],
    ) -> Result<(Vec<RuleLedger>, Vec<Traced>), RuleFailure> {
        let catalog = world.catalog;
        let limit = step_limit(catalog);
        let lets: Vec<Arc<RunLets<'a, ()>>> =
            tasks.iter().map(|task| run_lets(task.rule)).collect();
        let parts = tasks.iter().enumerate().flat_map(|(position, task)| {
            let parts = task.resources.chunks(CHUNK);
            parts.map(move |resources| (position, resources))
        });
        let parts: Vec<(usize, &[Option<ResourceId>])> = parts.collect();
        let chunks: Vec<(usize, Chunk)> = parts
            .into_par_iter()
            .map(|(position, resources)| {
                let rule = tasks[position].rule;
                let chunk = chunk(world, rule, &lets[position], resources, limit);
                (position, chunk)
            })
            .collect();
        let mut ledgers: Vec<RuleLedger> = tasks.iter().map(|_| RuleLedger::default()).collect();
        let mut steps: Vec<u64> = tasks.iter().map(|_| 0).collect();
        for (position, chunk) in chunks {
            let rule = tasks[position].rule;
            steps[position] += chunk.steps;
            if let Some(message) = chunk.error {
                return Err(failure(rule, message));
            }
            if steps[position] > limit {
                return Err(failure(rule, "takes too many steps".to_owned()));
            }
            ledgers[position].note_subjects(chunk.subjects_until);
            ledgers[position].extend(chunk.subjects, chunk.verdicts, chunk.until);
        }
        let rules: Vec<(usize, &Rule)> =
            tasks.iter().map(|task| (task.number, task.rule)).collect();
        let explain = self.circumstances.explain_not_evaluable;
        let traced = trace::failures(world, &rules, &ledgers, &[], explain)?;
        Ok((ledgers, traced))
    }

    /// Puts what was said again in its place, and notes what differs.
    fn note(
        &self,
        standing: &mut Standing,
        tasks: Vec<Task<'_>>,
        (ledgers, traced): (Vec<RuleLedger>, Vec<Traced>),
        news: &mut News,
    ) {
        let mut traced = traced.into_iter().peekable();
        for (task, ledger) in tasks.into_iter().zip(ledgers) {
            let number = task.number;
            let is_told = traced.peek().is_some_and(|traced| traced.rule == number);
            let known = Arc::make_mut(&mut standing.ledger.rules[number]);
            if task.is_whole {
                known.subjects_flip = None;
            }
            let is_other = known.replace(&task.resources, ledger);
            if is_other || is_told {
                news.rules.insert(task.rule.name.to_string());
                news.decide_on_waivers |= decides_on_waivers(self.policies, task.rule);
            }
            news.replace_traced(standing, number, &mut traced, task.resources);
        }
    }

    /// Brings expected fields to this day, and gives the faults that can differ, or all of them,
    /// before and after.
    fn expect_again(
        &self,
        standing: &mut Standing,
        missing: &Missing,
        is_whole: bool,
    ) -> (Vec<Fault>, Vec<Fault>) {
        let expected = &mut standing.expected;
        if expected.until > self.circumstances.as_of && !is_whole {
            return expected.differing(missing, &standing.missing);
        }
        let before = expected.faults(missing).cloned().collect();
        expected.search_again(self.policies, self.catalog, self.circumstances);
        (
            before,
            expected.faults(&standing.missing).cloned().collect(),
        )
    }
}

/// Resources on which a verdict holds no longer, in their order.
fn stale(ledger: &RuleLedger, today: Date) -> Vec<Option<ResourceId>> {
    let flips = ledger.flips.iter().filter(|(_, day)| *day <= today);
    let mut found: Vec<Option<ResourceId>> = flips
        .map(|(place, _)| ledger.subjects[*place as usize].resource)
        .collect();
    found.dedup();
    found
}

/// Puts what was traced again of some resources in the place of what was traced before, which it
/// returns. All are in the order of the resources.
fn splice_traced(
    known: &mut Vec<Traced>,
    mut fresh: Vec<Traced>,
    resources: &[Option<ResourceId>],
) -> Vec<Traced> {
    let mut gone = Vec::new();
    // From behind, so that places that are still to be replaced stay where they are.
    for resource in resources.iter().rev() {
        let before = |traced: &Traced| traced.subject.resource < *resource;
        let until = |traced: &Traced| traced.subject.resource <= *resource;
        let place = known.partition_point(before)..known.partition_point(until);
        let own = fresh.split_off(fresh.partition_point(before));
        gone.extend(known.splice(place, own));
    }
    gone
}

/// The findings that can differ between the earlier day and the one that stands now; all of them if
/// other waivers are in force.
fn findings(standing: &Standing, news: News) -> (Vec<Arc<Finding>>, Vec<Arc<Finding>>) {
    let is_again = |traced: &Traced| news.again.contains(&(traced.rule, traced.subject.resource));
    let identity = |traced: &Traced| Some(traced.finding.as_ref()?.fingerprint);
    let now = || standing.traced.iter().flatten();
    let fresh = now().filter(|traced| is_again(traced));
    let differing: FxHashSet<Fingerprint> =
        news.gone.iter().chain(fresh).filter_map(identity).collect();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for traced in now() {
        let finding = traced.finding.as_ref();
        let can_differ =
            |finding: &&Arc<Finding>| news.waivers || differing.contains(&finding.fingerprint);
        let Some(finding) = finding.filter(can_differ) else {
            continue;
        };
        if !is_again(traced) {
            before.push(finding.clone());
        }
        after.push(finding.clone());
    }
    before.extend(news.gone.into_iter().filter_map(|traced| traced.finding));
    (before, after)
}
