//! What comes with no edit: which findings open, change and close as the days pass, and which
//! waivers lapse.
//!
//! Every verdict knows the day until which it cannot change. The forecast goes from one such day to
//! the next, evaluates only what has run out and compares only what can differ, so it is exact for
//! every rule: no rule says of itself that it depends on the date. Records that are still to be written are not foreseen.

mod day;
mod difference;
mod due;
mod walk;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalog::{Catalog, ResourceId};
use crate::check::{Failure, Input, Loaded};
use crate::evaluate::Subject;
use crate::finding::{Finding, Fingerprint, Severity};
use crate::scalar::{Date, Duration};
use crate::source::{Sources, Span};
use crate::triage::State;
use day::Course;
use walk::{Ground, Walk};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// The last day that is looked at.
    pub until: Date,
    /// How long before its due date something is due soon.
    pub lead: Duration,
    /// The first day from which on what is overdue already is looked for; none to leave it out.
    pub overdue_from: Option<Date>,
}

/// What comes with no edit.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// The day of the run.
    pub as_of: Date,
    /// The last day that was looked at.
    pub until: Date,
    /// What is open because a day has passed, by that day.
    pub overdue: Vec<Event>,
    /// What comes, by day; on a day the worst first.
    pub events: Vec<Event>,
    /// How many days were evaluated to know this.
    pub evaluated_days: usize,
    /// The texts that places point into.
    pub sources: Sources,
}

/// A day on which something changes with no edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The first day on which it is so.
    pub day: Date,
    /// What happens.
    pub change: Change,
    /// How bad it is from then on; of what ends, how bad it was.
    pub severity: Severity,
    /// Name of the rule; of the rule that it excepts for a waiver.
    pub rule: Arc<str>,
    /// Code of the rule.
    pub code: Arc<str>,
    /// Whom it is about: `Kind/id`, `Kind/id#key` or `Repository`.
    pub subject: String,
    /// One line without a full stop.
    pub message: String,
    /// Where to look.
    pub place: Span,
    /// Who answers for the record, as it is written there.
    pub owner: Option<String>,
    /// The identity of the finding, or of the lapse.
    pub fingerprint: Fingerprint,
    /// The last day on which all is well, before the grace that the rule allows.
    pub due: Option<Date>,
    /// How near it is, if it is something to act on.
    pub urgency: Option<Urgency>,
}

/// What happens on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A finding that is not there yet.
    Opens,
    /// A finding is no longer excepted, because this waiver lapses.
    Reopens {
        /// The waiver.
        by: String,
    },
    /// A finding becomes worse.
    Worsens {
        /// The severity before.
        from: Severity,
    },
    /// A finding becomes milder.
    Eases {
        /// The severity before.
        from: Severity,
    },
    /// A waiver is no longer in force.
    Lapses {
        /// The subjects of the findings that are open again.
        reopened: Vec<String>,
    },
    /// A finding comes to be excepted; none where the baseline records it.
    Excepted {
        /// The waiver.
        by: Option<String>,
    },
    /// A finding is no longer there.
    Closes,
}

impl Change {
    /// The word for it.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Opens => "opens",
            Self::Reopens { .. } => "reopens",
            Self::Worsens { .. } => "worsens",
            Self::Eases { .. } => "eases",
            Self::Lapses { .. } => "lapses",
            Self::Excepted { .. } => "excepted",
            Self::Closes => "closes",
        }
    }

    /// True if it is something to prevent.
    #[must_use]
    pub fn is_lapse(&self) -> bool {
        !matches!(
            self,
            Self::Eases { .. } | Self::Excepted { .. } | Self::Closes
        )
    }
}

/// How near something is that will be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// It is wrong already.
    Overdue,
    /// It was due, and the rule still waits.
    InGrace,
    /// It is due within the lead.
    DueSoon,
    /// It is due later.
    Later,
}

impl Urgency {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::InGrace => "in grace",
            Self::DueSoon => "due soon",
            Self::Later => "later",
        }
    }
}

impl Event {
    /// The last day before it.
    #[must_use]
    pub fn last_day(&self) -> Date {
        before(self.day)
    }

    /// The day to have in the calendar: when it is due, or where that has passed, the last day on
    /// which it can still be prevented.
    #[must_use]
    pub fn reminder(&self, as_of: Date) -> Date {
        self.due
            .filter(|due| *due >= as_of)
            .unwrap_or(self.last_day())
    }
}

impl Forecast {
    /// True if something comes up to `day` that is at least as bad as `threshold`.
    #[must_use]
    pub fn has_lapse_until(&self, day: Date, threshold: Severity) -> bool {
        self.events
            .iter()
            .any(|event| event.day <= day && event.change.is_lapse() && event.severity <= threshold)
    }
}

/// Looks ahead.
///
/// # Errors
///
/// If a rule cannot be evaluated.
pub fn forecast(
    input: &Input<'_>,
    loaded: &Loaded,
    question: Question,
) -> Result<Forecast, Failure> {
    let mut events = Vec::new();
    let mut evaluated_days = 1;
    let mut walk = Walk::start(Ground::of(loaded, &loaded.policies), input.as_of)?;
    let mut course = Course::from(input, loaded, input.as_of, walk.standing());
    while let Some((date, elapsed)) = walk.step(question.until)? {
        let (before, day) = course.go_on(date, elapsed, walk.standing().ledger());
        events.extend(difference::events(loaded, &before, &day));
        evaluated_days += 1;
    }
    let overdue = match question.overdue_from {
        Some(from) => overdue(input, loaded, from)?,
        None => Vec::new(),
    };
    due::settle(input, loaded, question, &mut events)?;
    events.sort_by(|left, right| order(left).cmp(&order(right)));
    Ok(Forecast {
        as_of: input.as_of,
        until: question.until,
        overdue,
        events,
        evaluated_days,
        sources: loaded.sources.clone(),
    })
}

/// The order of events: days, then the worst, then rules and subjects.
fn order(event: &Event) -> (Date, bool, Severity, &str, &str, Fingerprint) {
    (
        event.day,
        !event.change.is_lapse(),
        event.severity,
        &event.code,
        &event.subject,
        event.fingerprint,
    )
}

/// Findings that are open today and were not there on some day since `from`.
fn overdue(input: &Input<'_>, loaded: &Loaded, from: Date) -> Result<Vec<Event>, Failure> {
    let mut walk = Walk::start(Ground::of(loaded, &loaded.policies), from)?;
    let mut course = Course::from(input, loaded, from, walk.standing());
    let mut since: BTreeMap<Fingerprint, Date> = BTreeMap::new();
    while let Some((date, elapsed)) = walk.step(input.as_of)? {
        let (before, day) = course.go_on(date, elapsed, walk.standing().ledger());
        for fingerprint in before.numbers.keys() {
            if !day.numbers.contains_key(fingerprint) {
                since.remove(fingerprint);
            }
        }
        for fingerprint in day.numbers.keys() {
            if !before.numbers.contains_key(fingerprint) {
                since.insert(*fingerprint, date);
            }
        }
    }
    let (findings, states) = walk.settle(input, input.as_of)?;
    let open = findings.iter().zip(&states);
    let open = open.filter(|(_, state)| **state == State::Open);
    let mut found: Vec<Event> = open
        .filter_map(|(finding, _)| {
            let day = *since.get(&finding.fingerprint)?;
            let mut event = event(loaded, finding, day, Change::Opens);
            event.urgency = Some(Urgency::Overdue);
            Some(event)
        })
        .collect();
    found.sort_by(|left, right| order(left).cmp(&order(right)));
    Ok(found)
}

fn event(loaded: &Loaded, finding: &Finding, day: Date, change: Change) -> Event {
    let catalog = &loaded.catalog;
    let resource = Subject::named(catalog, &finding.subject).and_then(|subject| subject.resource);
    Event {
        day,
        change,
        severity: finding.severity,
        rule: finding.rule.clone(),
        code: finding.code.clone(),
        subject: finding.subject.clone(),
        message: finding.message.clone(),
        place: finding.primary.span,
        owner: resource.and_then(|resource| owner(catalog, resource)),
        fingerprint: finding.fingerprint,
        due: None,
        urgency: None,
    }
}

/// Who answers for a record, or for the collection it is an item of.
pub(crate) fn owner(catalog: &Catalog, resource: ResourceId) -> Option<String> {
    let record = catalog.kinds().root(catalog.resource(resource).kind);
    let (node, _) = catalog.field(resource, record.field("owner")?)?;
    let reference = catalog.reference_at(node.id());
    let named = reference.and_then(|reference| reference.target.resource());
    Some(named.map_or_else(|| node.text().to_owned(), |owner| catalog.name(owner)))
}

fn before(day: Date) -> Date {
    Date::from_days(day.days() - 1)
}
