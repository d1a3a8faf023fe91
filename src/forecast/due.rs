//! When something is due, as against the day on which a rule speaks about it.
//!
//! A rule with a parameter called `grace` speaks that long after something was due. With a grace of
//! nothing it speaks the day after the due date, so evaluating it so tells that date, whatever the
//! rule is about.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::{Change, Event, Ground, Question, Urgency, Walk, before};
use crate::check::{self, Failure, Input, Loaded};
use crate::evaluate::{Elapsed, Side, is_about_waivers};
use crate::expr::Literal;
use crate::finding::Fingerprint;
use crate::rule::Policies;
use crate::scalar::{Date, Duration};

/// The parameter that says how long after the due date a rule waits.
const GRACE: &str = "grace";

/// Days of a month at most, plus the days by which clamping to the end of a month can move a date.
const MONTH_DAYS: i64 = 34;

/// Settles when the things of these events are due, and how near they are.
pub(super) fn settle(
    input: &Input<'_>,
    loaded: &Loaded,
    question: Question,
    events: &mut [Event],
) -> Result<(), Failure> {
    let graces = graces(&loaded.policies);
    let waiting: BTreeSet<&str> = graces
        .iter()
        .map(|grace| &*loaded.policies.rules[grace.rule].name)
        .collect();
    let waits = |event: &Event| waiting.contains(&*event.rule) && event.change == Change::Opens;
    let openings = if events.iter().any(waits) {
        openings_without(input, loaded, &graces, question.until)?
    } else {
        Openings::default()
    };
    for event in events {
        event.due = match event.change.is_lapse() {
            true if waits(event) => openings.before(event),
            true => Some(event.last_day()),
            false => None,
        };
        event.urgency = urgency(event, input.as_of, question.lead);
    }
    Ok(())
}

fn urgency(event: &Event, as_of: Date, lead: Duration) -> Option<Urgency> {
    if !event.change.is_lapse() {
        return None;
    }
    let due = event.due.unwrap_or(event.last_day());
    let soon = as_of.plus(lead).unwrap_or(Date::MAX);
    Some(if due < as_of {
        Urgency::InGrace
    } else if due <= soon {
        Urgency::DueSoon
    } else {
        Urgency::Later
    })
}

/// The grace of a rule that is on.
struct Grace {
    /// Number of the rule.
    rule: usize,
    /// Number of the parameter.
    param: usize,
    value: Duration,
}

fn graces(policies: &Policies) -> Vec<Grace> {
    let rules = policies.rules.iter().enumerate();
    rules
        .filter(|(_, rule)| rule.enabled)
        .flat_map(|(rule, known)| {
            let params = known.params.iter().enumerate();
            params.filter_map(move |(param, known)| match known.value {
                Literal::Duration(value) if known.name.as_ref() == GRACE => {
                    Some(Grace { rule, param, value })
                }
                _ => None,
            })
        })
        .filter(|grace| grace.value != Duration::days(0))
        .collect()
}

/// Evaluates the rules that wait as if they did not. They are loaded anew for it, since parameters
/// are part of a loaded rule.
fn openings_without(
    input: &Input<'_>,
    loaded: &Loaded,
    graces: &[Grace],
    until: Date,
) -> Result<Openings, Failure> {
    let (kinds, mut sources) = (&loaded.policies.kinds, loaded.sources.clone());
    let mut policies = check::load_policies(input, kinds, &loaded.catalog, &mut sources)?;
    for grace in graces {
        let param = &mut policies.rules[grace.rule].params[grace.param];
        param.value = Literal::Duration(Duration::days(0));
    }
    let ground = Ground {
        loaded,
        policies: &policies,
        only: Some(with_what_they_read(&policies, graces)),
    };
    let longest = graces.iter().map(|grace| days_at_most(grace.value)).max();
    let start = i64::from(input.as_of.days()) - longest.unwrap_or(0) - 1;
    let start = Date::from_days(i32::try_from(start).unwrap_or(i32::MIN));
    let mut openings = Openings::default();
    let mut walk = Walk::start(ground, start)?;
    while let Some((day, elapsed)) = walk.step(until)? {
        openings.note(day, &elapsed);
    }
    Ok(openings)
}

fn days_at_most(grace: Duration) -> i64 {
    let months = i64::from(grace.month_part());
    months * MONTH_DAYS + grace.range_seconds().1.max(0) / 86_400 + 1
}

/// The rules that wait, those whose verdicts they read, and those that say which waivers hold.
fn with_what_they_read(policies: &Policies, graces: &[Grace]) -> Vec<usize> {
    let mut wanted: BTreeSet<usize> = graces.iter().map(|grace| grace.rule).collect();
    let mut open: Vec<usize> = wanted.iter().copied().collect();
    while let Some(rule) = open.pop() {
        let reads = policies.rules[rule].reads().iter();
        let more = reads.filter_map(|name| policies.number(name));
        open.extend(more.filter(|number| wanted.insert(*number)));
    }
    let rules = policies.rules.iter().enumerate();
    wanted.extend(
        rules
            .filter(|(_, rule)| is_about_waivers(policies, rule))
            .map(|(number, _)| number),
    );
    wanted.into_iter().collect()
}

/// The days on which findings open.
#[derive(Default)]
struct Openings {
    days: BTreeMap<Fingerprint, Vec<Date>>,
}

impl Openings {
    fn note(&mut self, day: Date, elapsed: &Elapsed) {
        let identities = |side: &Side| -> FxHashSet<Fingerprint> {
            let findings = side.findings.iter();
            findings.map(|finding| finding.fingerprint).collect()
        };
        let known = identities(&elapsed.before);
        for finding in &elapsed.after.findings {
            if !known.contains(&finding.fingerprint) {
                self.days.entry(finding.fingerprint).or_default().push(day);
            }
        }
    }

    /// The day before the last opening up to an event.
    fn before(&self, event: &Event) -> Option<Date> {
        let days = self.days.get(&event.fingerprint)?.iter();
        days.rev()
            .find(|day| **day <= event.day)
            .map(|day| before(*day))
    }
}
