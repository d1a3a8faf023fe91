//! What comes with no edit: which findings open, change and close as the days pass, and which
//! waivers lapse.
//!
//! Every verdict knows the day until which it cannot change. The forecast goes from one such day to
//! the next and evaluates only what has run out, so it is exact for every rule: no rule says of
//! itself that it depends on the date. Records that are still to be written are not foreseen.

mod difference;
mod due;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalog::{Catalog, ResourceId};
use crate::check::{self, Failure, Found, Input, Loaded};
use crate::evaluate::{Circumstances, Standing, Subject, Waiver};
use crate::finding::{Finding, Fingerprint, Severity};
use crate::rule::Policies;
use crate::scalar::{Date, Duration};
use crate::source::{Sources, Span};
use crate::triage::State;

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
    let ground = Ground::of(loaded, &loaded.policies);
    let mut events = Vec::new();
    let mut evaluated_days = 0;
    let mut last: Option<Day> = None;
    walk(
        &ground,
        input.as_of,
        question.until,
        &mut |date, standing| {
            let day = Day::of(input, loaded, date, standing);
            evaluated_days += 1;
            if let Some(last) = &last {
                events.extend(difference::events(loaded, last, &day));
            }
            last = Some(day);
        },
    )?;
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
    let ground = Ground::of(loaded, &loaded.policies);
    let mut since: BTreeMap<Fingerprint, Date> = BTreeMap::new();
    let mut last: Option<Day> = None;
    walk(&ground, from, input.as_of, &mut |date, standing| {
        let day = Day::of(input, loaded, date, standing);
        if let Some(last) = &last {
            let new = day
                .numbers
                .keys()
                .filter(|key| !last.numbers.contains_key(key));
            since.extend(new.map(|fingerprint| (*fingerprint, date)));
        }
        last = Some(day);
    })?;
    let Some(today) = last else {
        return Ok(Vec::new());
    };
    let open = today.findings.iter().zip(&today.states);
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

/// What is evaluated day by day.
struct Ground<'a> {
    loaded: &'a Loaded,
    policies: &'a Policies,
    /// The numbers of the rules to evaluate; none for those that are on.
    only: Option<Vec<usize>>,
}

impl<'a> Ground<'a> {
    fn of(loaded: &'a Loaded, policies: &'a Policies) -> Self {
        Self {
            loaded,
            policies,
            only: None,
        }
    }
}

/// Evaluates `from` and every later day on which anything can differ from the day before.
fn walk(
    ground: &Ground<'_>,
    from: Date,
    until: Date,
    act: &mut dyn FnMut(Date, &Standing),
) -> Result<(), Failure> {
    let Ground {
        loaded, policies, ..
    } = ground;
    let failure = |failure| Failure::Rule(failure, loaded.sources.clone());
    let faulty = check::faulty_resources(loaded);
    let mut circumstances = Circumstances {
        as_of: from,
        from: None,
        files: &loaded.files,
        explain_not_evaluable: false,
        only: ground.only.as_deref(),
    };
    let catalog = &loaded.catalog;
    let standing = Standing::first(policies, catalog, &circumstances, &faulty);
    let mut standing = standing.map_err(failure)?;
    act(from, &standing);
    while standing.until() <= until {
        circumstances.as_of = standing.until();
        let next = standing.next(policies, catalog, &circumstances, &faulty);
        standing = next.map_err(failure)?;
        act(circumstances.as_of, &standing);
    }
    Ok(())
}

/// All findings of a day, and what is excepted.
struct Day {
    date: Date,
    findings: Vec<Finding>,
    states: Vec<State>,
    /// The number of a finding by its identity.
    numbers: BTreeMap<Fingerprint, usize>,
    /// The waivers in force.
    waivers: Vec<Waiver>,
}

impl Day {
    fn of(input: &Input<'_>, loaded: &Loaded, date: Date, standing: &Standing) -> Self {
        let found = Found {
            ledger: standing.ledger(),
            waivers: standing.waivers(),
            findings: standing.findings().cloned().collect(),
            faults: standing.faults(),
        };
        let (findings, states) = check::settle(input, loaded, found);
        let numbers = findings.iter().enumerate();
        let waivers = standing.waivers().0.iter();
        Self {
            date,
            numbers: numbers
                .map(|(number, finding)| (finding.fingerprint, number))
                .collect(),
            waivers: waivers.filter(|waiver| waiver.in_force).cloned().collect(),
            findings,
            states,
        }
    }
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
