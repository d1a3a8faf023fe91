//! What a run has found out, rule by rule, so that a later day, or a run on other documents, can
//! start from it.
//!
//! Every verdict knows the day until which it cannot change. On a later day only the rules are
//! evaluated again for which that day has come, and those that read verdicts or waivers that may
//! have changed; the rest is carried over. The result is that of a full run on that day.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::again::{self, Grounds, Said};
use super::expected::Expectations;
use super::ledger::Places;
use super::trace::{self, Traced};
use super::{
    Circumstances, Evaluation, Known, Ledger, RuleFailure, RuleLedger, Waivers, expected, runs,
    verdicts_of, waive,
};
use crate::catalog::{Catalog, Change, ResourceId};
use crate::expr::{Shared, World};
use crate::finding::Fault;
use crate::kind::RecordId;
use crate::rule::{Policies, Rule};
use crate::scalar::Date;
use crate::syntax::NodeId;

/// Fields whose absence findings speak about.
type Missing = FxHashSet<(NodeId, (RecordId, u16))>;

/// All that a run on one day has found out.
pub struct Standing {
    /// The verdicts.
    ledger: Ledger,
    /// What was traced, by number of the rule.
    traced: Vec<Vec<Traced>>,
    /// The waivers in force after each stratum.
    waivers: Vec<Waivers>,
    missing: Missing,
    expected: Expectations,
    /// What the verdicts rest on, if that was recorded.
    record: Option<Record>,
}

/// What the verdicts of a run rest on.
struct Record {
    /// By number of the rule.
    grounds: Vec<Grounds>,
    shared: Arc<Shared>,
    as_of: Date,
    from: Option<Date>,
    explain_not_evaluable: bool,
}

impl Standing {
    /// Evaluates everything.
    ///
    /// # Errors
    ///
    /// Those of [`evaluate`](super::evaluate).
    pub fn first(
        policies: &Policies,
        catalog: &Catalog,
        circumstances: &Circumstances<'_>,
        faulty: &[ResourceId],
    ) -> Result<Self, RuleFailure> {
        let run = Run {
            policies,
            catalog,
            circumstances,
            faulty,
        };
        run.stand(None)
    }

    /// Evaluates everything, and records what it rests on, so that a run on other documents can
    /// start from it.
    ///
    /// # Errors
    ///
    /// Those of [`evaluate`](super::evaluate).
    pub fn recorded(
        policies: &Policies,
        catalog: &Catalog,
        circumstances: &Circumstances<'_>,
        faulty: &[ResourceId],
    ) -> Result<Self, RuleFailure> {
        let run = Run {
            policies,
            catalog,
            circumstances,
            faulty,
        };
        run.stand_on(None)
    }

    /// Evaluates what can differ between a recorded run, which was on the catalog `before`, and one
    /// on other documents and the same or a later day. The policies have to be the same, and their
    /// texts have to have the same numbers.
    ///
    /// # Errors
    ///
    /// Those of [`evaluate`](super::evaluate).
    pub fn after(
        self,
        before: &Catalog,
        policies: &Policies,
        catalog: &Catalog,
        circumstances: &Circumstances<'_>,
        faulty: &[ResourceId],
    ) -> Result<Self, RuleFailure> {
        let run = Run {
            policies,
            catalog,
            circumstances,
            faulty,
        };
        let change = Change::between(before, catalog);
        let is_usable = change.is_comparable() && self.is_like(circumstances);
        let earlier = is_usable.then_some(self);
        run.stand_on(earlier.and_then(|earlier| Earlier::new(earlier, before, &change)))
    }

    /// True if a run under these circumstances can start from this one.
    fn is_like(&self, circumstances: &Circumstances<'_>) -> bool {
        self.record.as_ref().is_some_and(|record| {
            record.as_of <= circumstances.as_of
                && record.from == circumstances.from
                && record.explain_not_evaluable == circumstances.explain_not_evaluable
                && circumstances.only.is_none()
        })
    }

    /// What was found out, for one who goes on to another run from here.
    #[must_use]
    pub fn evaluation(&self) -> Evaluation {
        let traced = || self.traced.iter().flatten();
        Evaluation {
            ledger: self.ledger.clone(),
            findings: self.findings().cloned().collect(),
            not_evaluable: traced()
                .filter_map(|traced| traced.not_evaluable.clone())
                .collect(),
            faults: self.expected.faults.clone(),
            waivers: self.waivers().clone(),
            completeness: self.expected.completeness.clone(),
        }
    }

    /// Evaluates what can have changed between the day this was found out and a later one. All else
    /// has to be the same.
    ///
    /// # Errors
    ///
    /// Those of [`evaluate`](super::evaluate).
    pub fn next(
        self,
        policies: &Policies,
        catalog: &Catalog,
        circumstances: &Circumstances<'_>,
        faulty: &[ResourceId],
    ) -> Result<Self, RuleFailure> {
        let run = Run {
            policies,
            catalog,
            circumstances,
            faulty,
        };
        run.stand(Some(self))
    }

    /// The first day on which anything can differ with no edit; after all dates if nothing can.
    #[must_use]
    pub fn until(&self) -> Date {
        let rules = self.ledger.rules.iter().map(RuleLedger::until);
        rules.fold(self.expected.until, Date::min)
    }

    /// The verdicts.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The waivers.
    #[must_use]
    pub fn waivers(&self) -> &Waivers {
        self.waivers.last().expect("there is always one stratum")
    }

    /// The failures, in the order of the rules.
    pub fn findings(&self) -> impl Iterator<Item = &crate::finding::Finding> {
        let traced = self.traced.iter().flatten();
        traced.filter_map(|traced| traced.finding.as_ref())
    }

    /// Fields whose absence findings speak about.
    fn spoken(&self) -> Missing {
        let traced = self.traced.iter().flatten();
        traced.flat_map(|traced| traced.missing.clone()).collect()
    }

    /// How many resources rules were not evaluated on again, each counted for each rule.
    #[must_use]
    pub fn carried(&self) -> usize {
        self.grounds().map(|grounds| grounds.carried).sum()
    }

    /// How many resources rules say something of, each counted for each rule, if that was recorded.
    #[must_use]
    pub fn visited(&self) -> usize {
        self.grounds().map(Grounds::visited).sum()
    }

    fn grounds(&self) -> impl Iterator<Item = &Grounds> {
        self.record.iter().flat_map(|record| &record.grounds)
    }

    /// Expected fields that are absent and that no rule speaks about.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.expected.faults
    }
}

impl From<Standing> for Evaluation {
    fn from(mut standing: Standing) -> Self {
        let mut findings = Vec::new();
        let mut not_evaluable = Vec::new();
        for traced in standing.traced.into_iter().flatten() {
            findings.extend(traced.finding);
            not_evaluable.extend(traced.not_evaluable);
        }
        Self {
            ledger: standing.ledger,
            findings,
            not_evaluable,
            faults: standing.expected.faults,
            waivers: standing.waivers.pop().unwrap_or_default(),
            completeness: standing.expected.completeness,
        }
    }
}

/// What a run is made from.
struct Run<'r> {
    policies: &'r Policies,
    catalog: &'r Catalog,
    circumstances: &'r Circumstances<'r>,
    faulty: &'r [ResourceId],
}

impl Run<'_> {
    fn stand(&self, mut earlier: Option<Standing>) -> Result<Standing, RuleFailure> {
        let rules = &self.policies.rules;
        let strata = rules.iter().map(|rule| rule.stratum).max().unwrap_or(0);
        let mut standing = self.nothing();
        let shared = self.shared();
        let mut news = News::default();
        let mut places = Places::new();
        for stratum in 0..=strata {
            let within = (stratum, &shared);
            self.evaluate(within, &mut standing, earlier.as_mut(), &mut news, &places)?;
            if stratum < strata {
                note_places(&standing, &mut places);
            }
            self.settle_waivers(&mut standing, earlier.as_ref(), &mut news);
        }
        self.find_faults(&mut standing, earlier);
        Ok(standing)
    }

    fn nothing(&self) -> Standing {
        let rules = self.policies.rules.len();
        Standing {
            ledger: Ledger::new(rules),
            traced: (0..rules).map(|_| Vec::new()).collect(),
            waivers: Vec::new(),
            missing: Missing::default(),
            expected: Expectations::default(),
            record: None,
        }
    }

    fn shared(&self) -> Arc<Shared> {
        Arc::new(Shared::new(&self.policies.library, &self.policies.tables))
    }

    /// Evaluates everything that rests on something else than in a recorded run.
    fn stand_on(&self, mut earlier: Option<Earlier<'_>>) -> Result<Standing, RuleFailure> {
        let rules = &self.policies.rules;
        let strata = rules.iter().map(|rule| rule.stratum).max().unwrap_or(0);
        let mut standing = self.nothing();
        let mut record = Record {
            grounds: rules.iter().map(|_| Grounds::default()).collect(),
            shared: self.shared(),
            as_of: self.circumstances.as_of,
            from: self.circumstances.from,
            explain_not_evaluable: self.circumstances.explain_not_evaluable,
        };
        let mut places = Places::new();
        for stratum in 0..=strata {
            self.say(
                stratum,
                &mut standing,
                &mut record,
                earlier.as_mut(),
                &places,
            )?;
            if stratum < strata {
                note_places(&standing, &mut places);
            }
            self.settle_waivers(&mut standing, None, &mut News::default());
        }
        self.find_faults_after(&mut standing, earlier.as_mut());
        standing.record = Some(record);
        Ok(standing)
    }

    fn say(
        &self,
        stratum: usize,
        standing: &mut Standing,
        record: &mut Record,
        mut earlier: Option<&mut Earlier<'_>>,
        places: &Places,
    ) -> Result<(), RuleFailure> {
        let rules = self.rules_of(stratum);
        let none = Waivers::default();
        let known = Known {
            policies: self.policies,
            circumstances: self.circumstances,
            ledger: &standing.ledger,
            waivers: standing.waivers.last().unwrap_or(&none),
            places,
        };
        let world = self.world(&known, &record.shared).kept();
        let known: Vec<Option<again::Known>> = rules
            .iter()
            .map(|(index, _)| Some(earlier.as_mut()?.take(*index)))
            .collect();
        let before = earlier.as_ref().map(|earlier| earlier.before());
        let said: Vec<Result<Said, RuleFailure>> = rules
            .par_iter()
            .zip(known)
            .map(|((_, rule), known)| again::say(&world, rule, known.zip(before)))
            .collect();
        let mut ledgers = Vec::new();
        let mut carried = Vec::new();
        for ((index, _), said) in rules.iter().zip(said) {
            let said = said?;
            record.grounds[*index] = said.grounds;
            ledgers.push(said.ledger);
            carried.push(said.traced);
        }
        let explain = self.circumstances.explain_not_evaluable;
        let traced = trace::failures(&world, &rules, &ledgers, &carried, explain)?;
        for ((index, _), (ledger, carried)) in rules.iter().zip(ledgers.into_iter().zip(carried)) {
            standing.ledger.rules[*index] = ledger;
            standing.traced[*index] = carried;
        }
        for traced in traced {
            standing.traced[traced.rule].push(traced);
        }
        for (index, _) in &rules {
            standing.traced[*index].sort_by_key(|traced| traced.subject.resource);
        }
        Ok(())
    }

    /// Evaluates the rules of a stratum that can say something else, and carries over the others.
    fn evaluate(
        &self,
        (stratum, shared): (usize, &Arc<Shared>),
        standing: &mut Standing,
        earlier: Option<&mut Standing>,
        news: &mut News,
        places: &Places,
    ) -> Result<(), RuleFailure> {
        let mut rules = self.rules_of(stratum);
        if let Some(earlier) = earlier {
            let today = self.circumstances.as_of;
            rules.retain(|(index, rule)| {
                earlier.ledger.rules[*index].until() <= today || news.concern(rule)
            });
            carry_over(self.policies, stratum, &rules, earlier, standing);
        }
        news.rules
            .extend(rules.iter().map(|(_, rule)| rule.name.to_string()));
        let none = Waivers::default();
        let known = Known {
            policies: self.policies,
            circumstances: self.circumstances,
            ledger: &standing.ledger,
            waivers: standing.waivers.last().unwrap_or(&none),
            places,
        };
        let world = self.world(&known, shared);
        let verdicts = verdicts_of(&world, &rules)?;
        let explain = self.circumstances.explain_not_evaluable;
        let traced = trace::failures(&world, &rules, &verdicts, &[], explain)?;
        for ((index, _), ledger) in rules.iter().zip(verdicts) {
            standing.ledger.rules[*index] = ledger;
        }
        for traced in traced {
            standing.traced[traced.rule].push(traced);
        }
        Ok(())
    }

    fn rules_of(&self, stratum: usize) -> Vec<(usize, &Rule)> {
        let rules = self.policies.rules.iter().enumerate();
        rules
            .filter(|(index, rule)| match self.circumstances.only {
                Some(only) => rule.stratum == stratum && only.contains(index),
                None => rule.stratum == stratum && runs(self.policies, rule),
            })
            .collect()
    }

    fn world<'w>(&'w self, known: &'w Known<'w>, shared: &Arc<Shared>) -> World<'w> {
        let world = World::new(
            self.catalog,
            &self.policies.library,
            &self.policies.tables,
            known,
            self.circumstances.as_of,
            self.circumstances.from,
        );
        world.sharing(shared)
    }

    fn settle_waivers(&self, standing: &mut Standing, earlier: Option<&Standing>, news: &mut News) {
        let waivers = waive::in_force(self.policies, self.catalog, &standing.ledger, self.faulty);
        let before = earlier.map(|earlier| &earlier.waivers[standing.waivers.len()]);
        news.waivers |= before.is_some_and(|before| *before != waivers);
        standing.waivers.push(waivers);
    }

    fn find_faults(&self, standing: &mut Standing, earlier: Option<Standing>) {
        standing.missing = standing.spoken();
        let today = self.circumstances.as_of;
        standing.expected = match earlier {
            Some(earlier)
                if earlier.expected.until > today && earlier.missing == standing.missing =>
            {
                earlier.expected
            }
            _ => expected::search(
                self.policies,
                self.catalog,
                self.circumstances,
                &standing.missing,
            ),
        };
    }
    fn find_faults_after(&self, standing: &mut Standing, earlier: Option<&mut Earlier<'_>>) {
        standing.missing = standing.spoken();
        let earlier = earlier.map(|earlier| {
            let expected = std::mem::take(&mut earlier.expected);
            (expected, earlier.before())
        });
        standing.expected = expected::search_after(
            self.policies,
            self.catalog,
            self.circumstances,
            &standing.missing,
            earlier,
        );
    }
}

/// A recorded run, which is given up rule by rule.
struct Earlier<'e> {
    ledgers: Vec<RuleLedger>,
    grounds: Vec<Grounds>,
    traced: Vec<Vec<Traced>>,
    expected: Expectations,
    shared: Arc<Shared>,
    catalog: &'e Catalog,
    change: &'e Change,
}

impl<'e> Earlier<'e> {
    fn new(standing: Standing, catalog: &'e Catalog, change: &'e Change) -> Option<Self> {
        let record = standing.record?;
        Some(Self {
            ledgers: standing.ledger.rules,
            grounds: record.grounds,
            traced: standing.traced,
            expected: standing.expected,
            shared: record.shared,
            catalog,
            change,
        })
    }

    /// Gives up what is known of the rule with this number.
    fn take(&mut self, index: usize) -> again::Known {
        again::Known {
            ledger: std::mem::take(&mut self.ledgers[index]),
            grounds: std::mem::take(&mut self.grounds[index]),
            traced: std::mem::take(&mut self.traced[index]),
        }
    }

    fn before(&self) -> again::Before<'_> {
        again::Before {
            catalog: self.catalog,
            change: self.change,
            shared: &self.shared,
        }
    }
}

/// What is new against the earlier day.
#[derive(Default)]
struct News {
    /// The names of the rules that were evaluated again.
    rules: FxHashSet<String>,
    /// True if other waivers are in force.
    waivers: bool,
}

impl News {
    /// True if a rule reads what may have changed.
    fn concern(&self, rule: &Rule) -> bool {
        let mut reads = rule.reads().iter();
        self.waivers && !rule.reads().is_empty() || reads.any(|name| self.rules.contains(name))
    }
}

/// Takes from the earlier day what the rules of a stratum said, except those evaluated again.
fn carry_over(
    policies: &Policies,
    stratum: usize,
    again: &[(usize, &Rule)],
    earlier: &mut Standing,
    standing: &mut Standing,
) {
    for (index, rule) in policies.rules.iter().enumerate() {
        if rule.stratum == stratum && !again.iter().any(|(other, _)| *other == index) {
            standing.ledger.rules[index] = std::mem::take(&mut earlier.ledger.rules[index]);
            standing.traced[index] = std::mem::take(&mut earlier.traced[index]);
        }
    }
}

/// Notes where findings point, for the rules that look at verdicts.
fn note_places(standing: &Standing, places: &mut Places) {
    for traced in standing.traced.iter().flatten() {
        if let Some(finding) = &traced.finding {
            places.insert(
                (traced.rule, traced.subject.clone()),
                (finding.primary.span, finding.message.as_str().into()),
            );
        }
    }
}
