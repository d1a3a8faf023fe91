//! From a run to a report: sections drawn from views, and the sentence that sums them up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::{
    Audience, Cell, Chart, Evidence, Plan, Report, Results, Section, Sparkline, ViewFailure, draw,
};
use super::{controls, evidence, method};
use crate::assessment::{Assessment, Triaged};
use crate::catalog::Catalog;
use crate::check::Loaded;
use crate::evaluate::Waivers;
use crate::expr::World;
use crate::finding::Fingerprint;
use crate::forecast::Forecast;
use crate::rule::View;
use crate::scalar::Date;
use crate::score::{Scores, percent, score};
use crate::snapshot::Document;

/// What a report is made from.
pub struct Parts<'a> {
    /// Documents, rules and files.
    pub loaded: &'a Loaded,
    /// The documents as they were read.
    pub documents: &'a [Document],
    /// The views, by audience and order.
    pub views: &'a [View],
    /// The run.
    pub assessment: &'a Assessment,
    /// The waivers of the run.
    pub waivers: &'a Waivers,
    /// What it is compared with.
    pub past: Option<Past<'a>>,
    /// What the last tags were worth, the oldest first.
    pub milestones: &'a [Milestone],
    /// What comes with no edit.
    pub forecast: Option<&'a Forecast>,
    /// Whom it is for.
    pub audience: Audience,
}

/// An earlier revision, judged by the rules of today so that only records and time make a
/// difference.
pub struct Past<'a> {
    /// The revision as it was asked for.
    pub name: String,
    /// The revision on its own day.
    pub then: &'a Assessment,
    /// The same revision on the day of the run: what time alone has done.
    pub aged: &'a Assessment,
}

/// What a revision of the past was worth on its own day, by the rules of today.
#[derive(Debug, Clone, PartialEq)]
pub struct Milestone {
    /// Its day.
    pub day: Date,
    /// The coverage of everything, 1 for all.
    pub overall: Option<f64>,
    /// The coverage of each domain by policy, 1 for all.
    pub domains: BTreeMap<Arc<str>, f64>,
}

impl Milestone {
    /// What these scores say of a day.
    #[must_use]
    pub fn of(day: Date, scores: &Scores) -> Self {
        let domains = scores.domains.iter();
        let domains = domains.filter_map(|own| Some((own.policy.clone(), own.coverage?)));
        Self {
            day,
            overall: scores.overall.coverage,
            domains: domains.collect(),
        }
    }
}

/// How the overall score moved, in percentage points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Movement {
    /// The score before, 1 for all.
    pub before: f64,
    /// The score now.
    pub now: f64,
    /// What the passing of time did: reviews, tests, waivers that ran out.
    pub time: f64,
    /// What was written into the records.
    pub records: f64,
}

/// Draws one view.
///
/// # Errors
///
/// If it cannot be evaluated.
pub fn section(parts: &Parts<'_>, view: &View) -> Result<Section, ViewFailure> {
    let scores = score(parts.assessment);
    let plan = super::plan(parts.assessment, &scores);
    let mut drawn = draw_all(parts, &scores, &plan, &[view])?;
    Ok(drawn.sections.remove(0))
}

/// Builds a report.
///
/// # Errors
///
/// If a view cannot be evaluated.
pub fn build(parts: &Parts<'_>) -> Result<Report, ViewFailure> {
    let assessment = parts.assessment;
    let scores = score(assessment);
    let plan = super::plan(assessment, &scores);
    let movement = movement(parts, &scores);
    let views = parts.views.iter();
    let mut own: Vec<&View> = views.filter(|view| is_for(view, parts.audience)).collect();
    own.sort_by_key(|view| (view.order, &view.id));
    let mut sections = vec![trend(parts, &scores)];
    let drawn = draw_all(parts, &scores, &plan, &own)?;
    sections.extend(drawn.sections);
    if let Some(evidence) = &drawn.evidence {
        sections.extend(controls::sections(assessment, &scores));
        sections.extend(evidence::sections(evidence, &parts.loaded.sources));
        sections.push(method::section(assessment));
    }
    let revision = assessment.provenance.revision.as_ref();
    let mut report = Report {
        title: title(parts.audience).to_owned(),
        organization: organization(&parts.loaded.catalog),
        audience: parts.audience,
        as_of: assessment.as_of,
        revision: revision.map(|revision| revision.asked.clone()),
        commit: revision.map(|revision| revision.commit.to_string()),
        since: parts
            .past
            .as_ref()
            .map(|past| (past.name.clone(), past.then.as_of)),
        verdict: verdict(&scores, parts.past.as_ref(), movement, &plan),
        sections,
        notes: notes(assessment, &scores),
        findings: super::details(assessment, parts.audience),
        evidence: drawn.evidence,
        forge: None,
        sources: parts.loaded.sources.clone(),
    };
    if parts.audience == Audience::Board {
        report.say_plainly(parts.loaded);
    }
    Ok(report)
}

/// What is evaluated of a report.
struct Drawn {
    sections: Vec<Section>,
    evidence: Option<Evidence>,
}

fn draw_all(
    parts: &Parts<'_>,
    scores: &Scores,
    plan: &Plan,
    views: &[&View],
) -> Result<Drawn, ViewFailure> {
    let assessment = parts.assessment;
    let before = parts.past.as_ref().map(|past| score(past.then));
    let known = parts.past.as_ref().map(|past| open(past.then));
    let results = Results {
        loaded: parts.loaded,
        assessment,
        scores,
        before: before.as_ref(),
        known: known.as_ref(),
        milestones: parts.milestones,
        forecast: parts.forecast,
        plan,
    };
    let world = World::new(
        &parts.loaded.catalog,
        &parts.loaded.policies.library,
        &parts.loaded.policies.tables,
        &results,
        assessment.as_of,
        assessment.from,
    );
    let sections: Vec<_> = views.par_iter().map(|view| draw(view, &world)).collect();
    let sections = sections.into_iter().collect::<Result<_, _>>()?;
    let is_tested = parts.audience == Audience::Auditor;
    let evidence = is_tested.then(|| evidence::gather(parts, &world));
    Ok(Drawn {
        sections,
        evidence: evidence.transpose()?,
    })
}

fn is_for(view: &View, audience: Audience) -> bool {
    let word = audience.as_str();
    view.audience == word || view.also.iter().any(|also| also == word)
}

fn title(audience: Audience) -> &'static str {
    match audience {
        Audience::Board => "Technology governance: report to the board",
        Audience::Executive => "Technology governance: report to executives",
        Audience::Auditor => "Technology governance: report to auditors",
        Audience::It => "Technology governance: report to the IT team",
    }
}

/// What the organization calls itself: the name of the record that chooses the profile.
fn organization(catalog: &Catalog) -> String {
    let count = u32::try_from(catalog.len()).unwrap_or(u32::MAX);
    let record = (0..count).find_map(|id| {
        let root = catalog.kinds().root(catalog.resource(id).kind);
        let mut fields = root.fields.iter();
        fields.find(|field| field.role.as_deref() == Some("profile"))?;
        let (node, _) = catalog.field(id, root.field("name")?)?;
        Some(node.text().to_owned())
    });
    record.unwrap_or_default()
}

/// The identities of the open findings of a run.
fn open(assessment: &Assessment) -> BTreeSet<Fingerprint> {
    let findings = assessment.findings.iter();
    findings
        .filter(|triaged| triaged.is_open())
        .map(|triaged: &Triaged| triaged.finding.fingerprint)
        .collect()
}

fn movement(parts: &Parts<'_>, scores: &Scores) -> Option<Movement> {
    let past = parts.past.as_ref()?;
    let before = score(past.then).overall.coverage?;
    let aged = score(past.aged).overall.coverage?;
    let now = scores.overall.coverage?;
    Some(Movement {
        before,
        now,
        time: (aged - before) * 100.0,
        records: (now - aged) * 100.0,
    })
}

/// The overall score over time.
fn trend(parts: &Parts<'_>, scores: &Scores) -> Section {
    let milestones = parts.milestones.iter();
    let mut days: BTreeMap<Date, Option<f64>> =
        milestones.map(|own| (own.day, own.overall)).collect();
    let past = parts.past.as_ref();
    days.extend(past.map(|past| (past.then.as_of, score(past.then).overall.coverage)));
    days.insert(parts.assessment.as_of, scores.overall.coverage);
    let points = days
        .into_iter()
        .filter_map(|(day, share)| Some((day, Cell::share(share?))));
    let overall = &scores.overall;
    let counted = scores.domains.iter().filter(|domain| domain.weight > 0);
    let scored = counted.filter(|domain| domain.coverage.is_some()).count();
    let lowest = overall.lowest.as_ref().map_or(String::new(), |(level, _)| {
        format!("The lowest level of a domain is {level:.1} of 5; ")
    });
    let lead = format!(
        "{lowest}{} of {scored} domains are below their target, and {} on critical records {} open.",
        overall.below_target.len(),
        many(overall.errors_on_critical, "error"),
        if overall.errors_on_critical == 1 {
            "is"
        } else {
            "are"
        }
    );
    Section {
        id: "trend".to_owned(),
        title: "Where we stand".to_owned(),
        question: "How much of what good governance asks for is in place?".to_owned(),
        lead: Some(lead),
        chart: Chart::Sparkline(Sparkline {
            measure: "coverage".to_owned(),
            most: Some(1.0),
            points: points.collect(),
        }),
        empty: "Nothing could be scored, because no rule applied to anything.".to_owned(),
        notes: vec![confidence(scores)],
    }
}

fn confidence(scores: &Scores) -> String {
    let confidence = scores.overall.confidence;
    let share = |share: Option<f64>| match share {
        Some(share) => format!("{} %", percent(share)),
        None => "an unknown share".to_owned(),
    };
    let grade = confidence
        .grade()
        .map_or("not measured", crate::score::Grade::as_str);
    format!(
        "Confidence: {grade}. {} of what is expected is recorded, and {} of the records were reviewed in time.",
        share(confidence.completeness()),
        share(confidence.freshness())
    )
}

/// Where things stand, where they go and why, in a few sentences.
fn verdict(
    scores: &Scores,
    past: Option<&Past<'_>>,
    movement: Option<Movement>,
    plan: &Plan,
) -> String {
    let Some(now) = scores.overall.coverage else {
        return "Nothing could be scored, because no rule applied to anything.".to_owned();
    };
    let mut sentences = vec![match movement.zip(past) {
        Some((movement, past)) => moved(movement, past.then.as_of),
        None => format!(
            "{} % of what good governance asks for is in place.",
            percent(now)
        ),
    }];
    let lowest = scores.domains.iter().filter(|domain| {
        let lowest = scores.overall.lowest.as_ref();
        lowest.is_some_and(|(_, at)| at.contains(&domain.policy))
    });
    let lowest: Vec<&str> = lowest.map(|domain| domain.title.as_str()).collect();
    if !lowest.is_empty() && !scores.overall.below_target.is_empty() {
        sentences.push(format!("Weakest: {}.", listed(&lowest)));
    }
    if let Some(after) = plan.after.filter(|after| percent(*after) > percent(now)) {
        sentences.push(format!(
            "The plan of the next 90 days would bring it to {} %.",
            percent(after)
        ));
    }
    sentences.join(" ")
}

/// The movement in words, with what did most of it.
fn moved(movement: Movement, since: Date) -> String {
    let now = percent(movement.now);
    let before = percent(movement.before);
    let points = |points: f64| format!("{:.1}", points.abs());
    let direction = match now.cmp(&before) {
        std::cmp::Ordering::Less => "down from",
        std::cmp::Ordering::Equal => "the same as the",
        std::cmp::Ordering::Greater => "up from",
    };
    let part = |change: f64, gain: &str, loss: &str| {
        if change.abs() < 0.05 {
            return None;
        }
        let words = if change > 0.0 { gain } else { loss };
        Some(format!("{words} {} points", points(change)))
    };
    let parts: Vec<String> = [
        part(
            movement.records,
            "work on the records gained",
            "what was changed in the records lost",
        ),
        part(
            movement.time,
            "the passing of time gained",
            "the passing of time lost",
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    let why = match parts.as_slice() {
        [] => "nothing moved it".to_owned(),
        parts => parts.join(", and "),
    };
    format!(
        "{now} % of what good governance asks for is in place, {direction} {before} % on {since}: {why}."
    )
}

fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn many(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// What a reader must know to trust the report.
fn notes(assessment: &Assessment, scores: &Scores) -> Vec<String> {
    let mut notes = Vec::new();
    if !assessment.unread.is_empty() {
        let paths: Vec<&str> = assessment
            .unread
            .iter()
            .map(|(path, _)| path.as_str())
            .collect();
        notes.push(format!(
            "The report is not complete: {} could not be read.",
            listed(&paths)
        ));
    }
    if !scores.overall.unscored.is_empty() {
        let unscored = &scores.overall.unscored;
        let titles = scores
            .domains
            .iter()
            .filter(|own| unscored.contains(&own.policy));
        let titles: Vec<&str> = titles.map(|own| own.title.as_str()).collect();
        notes.push(format!(
            "Not scored, because no rule applied to anything: {}.",
            listed(&titles)
        ));
    }
    let overall = &scores.overall;
    if let (Some(waivers), Some(evaluable)) = (overall.without_waivers, overall.evaluable_only) {
        notes.push(format!(
            "With exceptions counted as failures the score is {} %; with what could not be evaluated left out it is {} %.",
            percent(waivers),
            percent(evaluable)
        ));
    }
    let counts = &assessment.counts;
    notes.push(format!(
        "{} records in {} files, {} checks of {} rules, {} of them not evaluable; profile {}.",
        counts.resources,
        counts.files,
        counts.verdicts.checks(),
        counts.rules,
        counts.verdicts.not_evaluable,
        assessment.provenance.profile
    ));
    notes.push(
        "This report tests what is recorded, not how systems run: it can be no better than the records."
            .to_owned(),
    );
    notes
}
