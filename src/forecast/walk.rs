//! From day to day, evaluating only what has run out.

use std::sync::Arc;

use crate::catalog::ResourceId;
use crate::check::{self, Failure, Found, Input, Loaded};
use crate::evaluate::{Circumstances, Elapsed, Standing};
use crate::finding::Finding;
use crate::rule::Policies;
use crate::scalar::Date;
use crate::triage::State;

/// What is evaluated day by day.
pub(super) struct Ground<'a> {
    pub(super) loaded: &'a Loaded,
    pub(super) policies: &'a Policies,
    /// The numbers of the rules to evaluate; none for those that are on.
    pub(super) only: Option<Vec<usize>>,
}

impl<'a> Ground<'a> {
    pub(super) fn of(loaded: &'a Loaded, policies: &'a Policies) -> Self {
        Self {
            loaded,
            policies,
            only: None,
        }
    }

    fn circumstances(&self, as_of: Date) -> Circumstances<'_> {
        Circumstances {
            as_of,
            from: None,
            files: &self.loaded.files,
            explain_not_evaluable: false,
            only: self.only.as_deref(),
            words_may_lag: false,
        }
    }
}

/// A way through the days on which anything can differ from the day before.
pub(super) struct Walk<'a> {
    ground: Ground<'a>,
    faulty: Vec<ResourceId>,
    standing: Standing,
}

impl<'a> Walk<'a> {
    /// Evaluates the first day.
    pub(super) fn start(ground: Ground<'a>, from: Date) -> Result<Self, Failure> {
        let loaded = ground.loaded;
        let faulty = check::faulty_resources(loaded);
        let circumstances = ground.circumstances(from);
        let (policies, catalog) = (ground.policies, &loaded.catalog);
        let standing = Standing::first(policies, catalog, &circumstances, &faulty)
            .map_err(|failure| Failure::Rule(failure, loaded.sources.clone()))?;
        Ok(Self {
            ground,
            faulty,
            standing,
        })
    }

    /// Goes on to the next day on which anything can differ, if it comes by then.
    pub(super) fn step(&mut self, until: Date) -> Result<Option<(Date, Elapsed)>, Failure> {
        let next = self.standing.until();
        if next > until {
            return Ok(None);
        }
        let (policies, loaded) = (self.ground.policies, self.ground.loaded);
        let (catalog, faulty) = (&loaded.catalog, &self.faulty);
        let circumstances = self.ground.circumstances(next);
        let elapsed = self
            .standing
            .advance(policies, catalog, &circumstances, faulty)
            .map_err(|failure| Failure::Rule(failure, loaded.sources.clone()))?;
        Ok(Some((next, elapsed)))
    }

    /// The findings as they are told on a day up to which nothing differs any more, and whether
    /// each is excepted.
    pub(super) fn settle(
        mut self,
        input: &Input<'_>,
        day: Date,
    ) -> Result<(Vec<Arc<Finding>>, Vec<State>), Failure> {
        let (policies, loaded) = (self.ground.policies, self.ground.loaded);
        let circumstances = self.ground.circumstances(day);
        self.standing
            .retell(policies, &loaded.catalog, &circumstances)
            .map_err(|failure| Failure::Rule(failure, loaded.sources.clone()))?;
        let faults: Vec<_> = self.standing.faults().cloned().collect();
        let found = Found {
            ledger: self.standing.ledger(),
            waivers: self.standing.waivers(),
            findings: self.standing.findings().cloned().collect(),
            faults: &faults,
        };
        Ok(check::settle(input, loaded, found))
    }

    /// How everything stands on the day that was reached.
    pub(super) fn standing(&self) -> &Standing {
        &self.standing
    }
}
