//! What differs between two days.

use std::collections::BTreeSet;

use super::day::Day;
use super::{Change, Event, event, owner};
use crate::check::Loaded;
use crate::evaluate::Waiver;
use crate::finding::{Finding, Fingerprint, Severity};
use crate::triage::State;

/// What happens on a day, against an earlier one.
pub(super) fn events(loaded: &Loaded, earlier: &Day, day: &Day) -> Vec<Event> {
    let known: BTreeSet<Fingerprint> = earlier
        .numbers
        .keys()
        .chain(day.numbers.keys())
        .copied()
        .collect();
    let mut events: Vec<Event> = known
        .into_iter()
        .filter_map(|fingerprint| {
            let (before, now) = (standing(earlier, fingerprint), standing(day, fingerprint));
            let (finding, change) = change(before, now)?;
            Some(event(loaded, finding, day.date, change))
        })
        .collect();
    let lapsed: Vec<Event> = lapsed(earlier, day)
        .map(|waiver| lapse(loaded, waiver, day, &events))
        .collect();
    events.extend(lapsed);
    events
}

/// A finding on a day, and whether it is excepted.
type Seen<'d> = Option<(&'d Finding, &'d State)>;

fn standing(day: &Day, fingerprint: Fingerprint) -> Seen<'_> {
    let number = *day.numbers.get(&fingerprint)?;
    Some((&day.findings[number], &day.states[number]))
}

/// What becomes of a finding, and the finding to show.
fn change<'d>(before: Seen<'d>, now: Seen<'d>) -> Option<(&'d Finding, Change)> {
    match (before, now) {
        (None, Some((finding, State::Open))) => Some((finding, Change::Opens)),
        (Some((finding, State::Open)), None) => Some((finding, Change::Closes)),
        (Some((before, State::Open | State::Baselined)), Some((now, State::Open))) => {
            severity_change(before.severity, now.severity).map(|change| (now, change))
        }
        (Some((_, State::Waived { by, .. })), Some((now, State::Open))) => {
            Some((now, Change::Reopens { by: by.clone() }))
        }
        (Some((_, State::Open)), Some((now, State::Waived { by, .. }))) => {
            let by = Some(by.clone());
            Some((now, Change::Excepted { by }))
        }
        (Some((_, State::Open)), Some((now, State::Baselined))) => {
            Some((now, Change::Excepted { by: None }))
        }
        _ => None,
    }
}

fn severity_change(from: Severity, to: Severity) -> Option<Change> {
    match to.cmp(&from) {
        std::cmp::Ordering::Less => Some(Change::Worsens { from }),
        std::cmp::Ordering::Greater => Some(Change::Eases { from }),
        std::cmp::Ordering::Equal => None,
    }
}

/// The waivers that are no longer in force.
fn lapsed<'d>(earlier: &'d Day, day: &'d Day) -> impl Iterator<Item = &'d Waiver> {
    earlier
        .waivers
        .iter()
        .filter(|waiver| !day.waivers.iter().any(|other| other.name == waiver.name))
}

fn lapse(loaded: &Loaded, waiver: &Waiver, day: &Day, events: &[Event]) -> Event {
    let again = events
        .iter()
        .filter(|event| matches!(&event.change, Change::Reopens { by } if *by == waiver.name));
    let severity = again.clone().map(|event| event.severity).min();
    let reopened: Vec<String> = again.map(|event| event.subject.clone()).collect();
    let catalog = &loaded.catalog;
    let rule = loaded.policies.find(&waiver.rule);
    let (name, code) = rule.map_or_else(
        || (waiver.rule.as_str().into(), waiver.rule.as_str().into()),
        |rule| (rule.name.clone(), rule.code.clone()),
    );
    Event {
        day: day.date,
        severity: severity.unwrap_or(Severity::Info),
        rule: name,
        code,
        subject: waiver.name.clone(),
        message: lapse_message(waiver, &reopened),
        place: catalog.node(catalog.resource(waiver.resource).id).span(),
        owner: owner(catalog, waiver.resource),
        fingerprint: Fingerprint::of(&["lapse", &waiver.name]),
        due: None,
        urgency: None,
        change: Change::Lapses { reopened },
    }
}

fn lapse_message(waiver: &Waiver, reopened: &[String]) -> String {
    let (name, rule) = (&waiver.name, &waiver.rule);
    match reopened {
        [] => format!("{name} is no longer in force; nothing that it covers is open"),
        [one] => format!("{name} is no longer in force, so {rule} on {one} is open again"),
        [one, rest @ ..] => format!(
            "{name} is no longer in force, so {rule} on {one} and {} more is open again",
            rest.len()
        ),
    }
}
