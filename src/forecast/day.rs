//! The findings of a day that can differ from those of another, and what is excepted of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::check::{self, Input, Loaded};
use crate::evaluate::{Elapsed, Ledger, Side, Standing, Waiver, Waivers};
use crate::finding::{Finding, Fingerprint};
use crate::scalar::Date;
use crate::triage::State;
use crate::triage::waiver::Matcher;

/// What can differ on a day.
pub(super) struct Day {
    pub(super) date: Date,
    pub(super) findings: Vec<Arc<Finding>>,
    pub(super) states: Vec<State>,
    /// The number of a finding by its identity.
    pub(super) numbers: BTreeMap<Fingerprint, usize>,
    /// The waivers in force.
    pub(super) waivers: Vec<Waiver>,
}

impl Day {
    /// What is excepted of findings, and what the engine says of waivers that except nothing.
    fn of(
        course: &Course<'_>,
        date: Date,
        mut findings: Vec<Arc<Finding>>,
        matcher: Matcher<'_>,
    ) -> Self {
        let (input, loaded) = (course.input, course.loaded);
        if !input.without_waivers {
            let idle = matcher.idle(|name| course.covered.contains_key(name));
            let faults: Vec<_> = idle.map(|waiver| matcher.covers_nothing(waiver)).collect();
            findings.extend(check::reported(loaded, Vec::new(), &faults));
        }
        check::put_in_order(&loaded.sources, &mut findings);
        let numbers = findings.iter().enumerate();
        let waivers = matcher.waivers.0.iter();
        Self {
            date,
            numbers: numbers
                .map(|(number, finding)| (finding.fingerprint, number))
                .collect(),
            states: check::states(input, matcher, &findings),
            waivers: waivers.filter(|waiver| waiver.in_force).cloned().collect(),
            findings,
        }
    }
}

/// Follows the days, and knows how many findings each waiver covers.
pub(super) struct Course<'a> {
    input: &'a Input<'a>,
    loaded: &'a Loaded,
    date: Date,
    /// By name of the waiver; none that covers nothing.
    covered: FxHashMap<String, usize>,
}

impl<'a> Course<'a> {
    /// Starts from a day on which everything stands so.
    pub(super) fn from(
        input: &'a Input<'a>,
        loaded: &'a Loaded,
        date: Date,
        standing: &Standing,
    ) -> Self {
        let faults = loaded.faults.iter().chain(standing.faults());
        let findings = check::reported(loaded, standing.findings().cloned().collect(), faults);
        let matcher = matcher(loaded, standing.ledger(), standing.waivers());
        let mut course = Self {
            input,
            loaded,
            date,
            covered: FxHashMap::default(),
        };
        course.count(&findings, matcher);
        course
    }

    /// Goes on to a day, and gives what can differ between the day before and that one.
    pub(super) fn go_on(&mut self, date: Date, elapsed: Elapsed, ledger: &Ledger) -> (Day, Day) {
        let Elapsed {
            mut before,
            mut after,
            is_whole,
        } = elapsed;
        let loaded = self.loaded;
        let reported = |side: &mut Side| {
            // What is wrong with the documents stays; what is excepted of it may not.
            let stays = loaded.faults.iter().filter(|_| is_whole);
            let findings = std::mem::take(&mut side.findings);
            check::reported(loaded, findings, stays.chain(&side.faults))
        };
        let (earlier, later) = (reported(&mut before), reported(&mut after));
        let matcher_before = matcher(loaded, ledger, &before.waivers);
        let matcher_after = matcher(loaded, ledger, &after.waivers);
        let day_before = Day::of(self, self.date, earlier.clone(), matcher_before);
        self.discount(&earlier, matcher_before);
        self.count(&later, matcher_after);
        self.date = date;
        (day_before, Day::of(self, date, later, matcher_after))
    }

    fn count(&mut self, findings: &[Arc<Finding>], matcher: Matcher<'_>) {
        for waiver in findings.iter().filter_map(|own| matcher.covering(own)) {
            *self.covered.entry(waiver.name.clone()).or_default() += 1;
        }
    }

    fn discount(&mut self, findings: &[Arc<Finding>], matcher: Matcher<'_>) {
        for waiver in findings.iter().filter_map(|own| matcher.covering(own)) {
            if let Some(count) = self.covered.get_mut(&waiver.name) {
                *count -= 1;
            }
        }
        self.covered.retain(|_, count| *count > 0);
    }
}

fn matcher<'m>(loaded: &'m Loaded, ledger: &'m Ledger, waivers: &'m Waivers) -> Matcher<'m> {
    Matcher {
        policies: &loaded.policies,
        catalog: &loaded.catalog,
        ledger,
        waivers,
    }
}
