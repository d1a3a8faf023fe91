//! From day to day, evaluating only what has run out.

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
        Ok(Some((next, self.arrive(next)?)))
    }

    /// Goes on to a day. On none between here and there may anything differ.
    pub(super) fn arrive(&mut self, day: Date) -> Result<Elapsed, Failure> {
        let Ground {
            loaded, policies, ..
        } = self.ground;
        let circumstances = self.ground.circumstances(day);
        let elapsed =
            self.standing
                .advance(policies, &loaded.catalog, &circumstances, &self.faulty);
        elapsed.map_err(|failure| Failure::Rule(failure, loaded.sources.clone()))
    }

    /// How everything stands on the day that was reached.
    pub(super) fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The findings of the day that was reached, and whether each is excepted.
    pub(super) fn settle(&self, input: &Input<'_>) -> (Vec<Finding>, Vec<State>) {
        let faults: Vec<_> = self.standing.faults().cloned().collect();
        let found = Found {
            ledger: self.standing.ledger(),
            waivers: self.standing.waivers(),
            findings: self.standing.findings().cloned().collect(),
            faults: &faults,
        };
        check::settle(input, self.ground.loaded, found)
    }
}
