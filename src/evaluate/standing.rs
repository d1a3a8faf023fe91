//! What a run has found out, rule by rule, so that a later day, or a run on other documents, can
//! start from it.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::again::{self, Grounds, Said};
use super::expected::Expectations;
use super::later::{Elapsed, News};
use super::trace::{self, Traced};
use super::{
    Circumstances, Evaluation, Known, Ledger, RuleFailure, RuleLedger, Waivers, expected, runs,
    verdicts_of, waive, words,
};
use crate::catalog::{Catalog, Change, ResourceId};
use crate::expr::{Shared, World};
use crate::finding::{Fault, Finding};
use crate::kind::RecordId;
use crate::rule::{Policies, Rule};
use crate::scalar::Date;
use crate::syntax::NodeId;

/// Fields whose absence findings speak about.
pub(super) type Missing = FxHashSet<(NodeId, (RecordId, u16))>;

/// Below the first stratum no waiver is known.
static NO_WAIVERS: Waivers = Waivers(Vec::new());

/// All that a run on one day has found out.
pub struct Standing {
    /// The verdicts.
    pub(super) ledger: Ledger,
    /// What was traced, by number of the rule and in the order of the resources.
    pub(super) traced: Vec<Vec<Traced>>,
    /// The waivers in force after each stratum.
    pub(super) waivers: Vec<Waivers>,
    pub(super) missing: Missing,
    pub(super) expected: Expectations,
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
        run.stand()
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
            faults: self.expected.faults(&self.missing).cloned().collect(),
            waivers: self.waivers().clone(),
            completeness: self.expected.completeness(),
        }
    }

    /// Goes on to a later day, and tells what can differ. All else has to be the same. Findings that
    /// stay keep their words, though these may count days.
    ///
    /// # Errors
    ///
    /// Those of [`evaluate`](super::evaluate).
    pub fn advance(
        &mut self,
        policies: &Policies,
        catalog: &Catalog,
        circumstances: &Circumstances<'_>,
        faulty: &[ResourceId],
    ) -> Result<Elapsed, RuleFailure> {
        let run = Run {
            policies,
            catalog,
            circumstances,
            faulty,
        };
        run.advance(self)
    }

    /// Tells findings that count days in their words as on the day that was reached.
    ///
    /// # Errors
    ///
    /// Those of [`evaluate`](super::evaluate).
    pub fn retell(
        &mut self,
        policies: &Policies,
        catalog: &Catalog,
        circumstances: &Circumstances<'_>,
    ) -> Result<(), RuleFailure> {
        let run = Run {
            policies,
            catalog,
            circumstances,
            faulty: &[],
        };
        run.retell(self, &mut News::default())
    }

    /// The first day on which anything can differ with no edit; after all dates if nothing can.
    #[must_use]
    pub fn until(&self) -> Date {
        let rules = self.ledger.rules.iter().map(|rule| rule.until());
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
    pub fn findings(&self) -> impl Iterator<Item = &Arc<Finding>> {
        let traced = self.traced.iter().flatten();
        traced.filter_map(|traced| traced.finding.as_ref())
    }

    /// Fields whose absence findings speak about.
    pub(super) fn spoken(&self) -> Missing {
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
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.expected.faults(&self.missing)
    }

    /// The verdicts, the waivers, and what was traced.
    pub(super) fn into_parts(mut self) -> (Ledger, Waivers, Vec<Vec<Traced>>) {
        let waivers = self.waivers.pop().unwrap_or_default();
        (self.ledger, waivers, self.traced)
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
            completeness: standing.expected.completeness(),
            faults: standing.expected.into_faults(&standing.missing),
            waivers: standing.waivers.pop().unwrap_or_default(),
        }
    }
}

/// What a run is made from.
pub(super) struct Run<'r> {
    pub(super) policies: &'r Policies,
    pub(super) catalog: &'r Catalog,
    pub(super) circumstances: &'r Circumstances<'r>,
    pub(super) faulty: &'r [ResourceId],
}

impl Run<'_> {
    fn stand(&self) -> Result<Standing, RuleFailure> {
        let rules = &self.policies.rules;
        let strata = rules.iter().map(|rule| rule.stratum).max().unwrap_or(0);
        let mut standing = self.nothing();
        let shared = self.shared();
        for stratum in 0..=strata {
            self.evaluate((stratum, &shared), &mut standing)?;
            let waivers = self.waivers_in_force(&standing, stratum);
            standing.waivers.push(waivers);
        }
        standing.missing = standing.spoken();
        standing.expected = expected::search(self.policies, self.catalog, self.circumstances);
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

    pub(super) fn shared(&self) -> Arc<Shared> {
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
        for stratum in 0..=strata {
            self.say(stratum, &mut standing, &mut record, earlier.as_mut())?;
            let waivers = self.waivers_in_force(&standing, stratum);
            standing.waivers.push(waivers);
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
    ) -> Result<(), RuleFailure> {
        let rules = self.rules_of(stratum);
        let known = self.known(standing, stratum);
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
        let read = words::read_by_others(self.policies);
        let lags = |rule: &Rule| self.circumstances.words_may_lag && words::may_lag(rule, &read);
        let all = rules.par_iter().zip(&mut carried);
        all.for_each(|((_, rule), carried)| words::reword(&world, rule, lags(rule), carried));
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

    /// Evaluates the rules of a stratum.
    fn evaluate(
        &self,
        (stratum, shared): (usize, &Arc<Shared>),
        standing: &mut Standing,
    ) -> Result<(), RuleFailure> {
        let rules = self.rules_of(stratum);
        let known = self.known(standing, stratum);
        let world = self.world(&known, shared);
        let verdicts = verdicts_of(&world, &rules)?;
        let explain = self.circumstances.explain_not_evaluable;
        let traced = trace::failures(&world, &rules, &verdicts, &[], explain)?;
        for ((index, _), ledger) in rules.iter().zip(verdicts) {
            standing.ledger.rules[*index] = ledger.into();
        }
        for traced in traced {
            standing.traced[traced.rule].push(traced);
        }
        Ok(())
    }

    /// What the rules of a stratum can know of what was found out in those below it.
    pub(super) fn known<'k>(&'k self, standing: &'k Standing, stratum: usize) -> Known<'k> {
        let below = stratum.checked_sub(1);
        let waivers = below.and_then(|below| standing.waivers.get(below));
        Known {
            policies: self.policies,
            circumstances: self.circumstances,
            ledger: &standing.ledger,
            waivers: waivers.unwrap_or(&NO_WAIVERS),
            traced: &standing.traced,
        }
    }

    pub(super) fn rules_of(&self, stratum: usize) -> Vec<(usize, &Rule)> {
        let rules = self.policies.rules.iter().enumerate();
        rules
            .filter(|(index, rule)| match self.circumstances.only {
                Some(only) => rule.stratum == stratum && only.contains(index),
                None => rule.stratum == stratum && runs(self.policies, rule),
            })
            .collect()
    }

    pub(super) fn world<'w>(&'w self, known: &'w Known<'w>, shared: &Arc<Shared>) -> World<'w> {
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

    /// The waivers, as far as the rules up to a stratum say.
    pub(super) fn waivers_in_force(&self, standing: &Standing, stratum: usize) -> Waivers {
        let said = (&standing.ledger, stratum);
        waive::in_force(self.policies, self.catalog, said, self.faulty)
    }

    fn find_faults_after(&self, standing: &mut Standing, earlier: Option<&mut Earlier<'_>>) {
        standing.missing = standing.spoken();
        let earlier = earlier.map(|earlier| {
            let expected = std::mem::take(&mut earlier.expected);
            (expected, earlier.before())
        });
        standing.expected =
            expected::search_after(self.policies, self.catalog, self.circumstances, earlier);
    }
}

/// A recorded run, which is given up rule by rule.
struct Earlier<'e> {
    ledgers: Vec<Arc<RuleLedger>>,
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
