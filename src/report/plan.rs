//! The plan of the next ninety days: what to mend first, and what it is worth.
//!
//! A step is a group of findings with one cause. First come those that are quickly done and worth
//! much, then all errors on critical records, then what is worth most. The effect of a step is that
//! on the overall score if its findings were passes, all else being as it is.

use std::collections::{BTreeMap, BTreeSet};

use crate::assessment::{Assessment, Triaged};
use crate::finding::Severity;
use crate::scalar::{Date, Duration};
use crate::score::{Scores, score_if};

/// The most steps of a plan: what a quarter has room for.
const MOST_STEPS: usize = 15;
/// The most steps among them that come first because they are quickly done.
const MOST_QUICK: usize = 5;
/// The most files that something is spread over that is quickly done.
const FEW_FILES: usize = 1;

/// What to do in the next ninety days.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// The steps, by phase and in the order in which they are best taken.
    pub steps: Vec<Step>,
    /// The overall score once all are taken, 1 for all.
    pub after: Option<f64>,
    /// How many groups of open findings the plan leaves for later.
    pub left: usize,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// When.
    pub phase: Phase,
    /// The last day of that.
    pub due: Date,
    /// The finding that stands for it, by number.
    pub head: usize,
    /// The findings that it mends, by number.
    pub findings: Vec<usize>,
    /// How many files they stand in.
    pub files: usize,
    /// What it adds to the overall score, in percentage points.
    pub effect: f64,
    /// Why it is in the plan.
    pub reason: Reason,
}

/// A month of the plan, and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Somebody owns it, and it is written down.
    Ownership,
    /// Records agree, and somebody entitled to it decided so.
    Evidence,
    /// It is exercised and approved.
    Proof,
}

/// Why a step is in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// One file, and much gained.
    QuickWin,
    /// An error on a critical record.
    CriticalError,
    /// What is worth most of the rest.
    Worth,
}

impl Phase {
    /// The words for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ownership => "days 0 to 30: ownership",
            Self::Evidence => "days 31 to 60: evidence",
            Self::Proof => "days 61 to 90: exercise and approve",
        }
    }

    /// What a rule is about says when it can be mended: names and records first, then what they
    /// have to agree on, last what has to be tried out.
    fn of_maturity(maturity: u8) -> Self {
        match maturity {
            0..=2 => Self::Ownership,
            3 => Self::Evidence,
            _ => Self::Proof,
        }
    }

    fn days(self) -> i64 {
        match self {
            Self::Ownership => 30,
            Self::Evidence => 60,
            Self::Proof => 90,
        }
    }
}

impl Reason {
    /// The words for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::QuickWin => "quickly done",
            Self::CriticalError => "on a critical record",
            Self::Worth => "worth most of the rest",
        }
    }
}

/// Plans the next ninety days.
#[must_use]
pub fn plan(assessment: &Assessment, scores: &Scores) -> Plan {
    let mut groups = groups(assessment, scores);
    let total = groups.len();
    let chosen = choose(&mut groups);
    let mut steps: Vec<Step> = chosen
        .into_iter()
        .map(|(group, reason)| step(assessment, scores, group, reason))
        .collect();
    // Within a month, what was chosen first comes first.
    steps.sort_by_key(|step| step.phase);
    let all: Vec<usize> = steps
        .iter()
        .flat_map(|step| step.findings.clone())
        .collect();
    Plan {
        left: total - steps.len(),
        after: coverage_without(assessment, &all),
        steps,
    }
}

/// Findings with one cause.
struct Group {
    head: usize,
    findings: Vec<usize>,
    files: usize,
    /// What mending it adds to the overall coverage, as far as the weights tell.
    worth: f64,
    is_critical: bool,
}

fn groups(assessment: &Assessment, scores: &Scores) -> Vec<Group> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, triaged) in assessment.findings.iter().enumerate() {
        if triaged.is_open() && triaged.finding.severity != Severity::Info {
            members.entry(triaged.head).or_default().push(number);
        }
    }
    let critical = critical(assessment);
    let worths = worths(assessment, scores);
    let groups = members.into_iter().map(|(head, findings)| {
        let own: Vec<&Triaged> = findings
            .iter()
            .map(|at| &assessment.findings[*at])
            .collect();
        let files: BTreeSet<usize> = own
            .iter()
            .map(|triaged| triaged.finding.primary.span.source.index())
            .collect();
        let worth = own.iter().map(|triaged| {
            let each = worths.get(&*triaged.finding.rule).copied().unwrap_or(0.0);
            each * weight(assessment, &critical, triaged)
        });
        Group {
            head,
            files: files.len(),
            worth: worth.sum(),
            is_critical: own.iter().any(|triaged| {
                let record = record(&triaged.finding.subject);
                triaged.finding.severity == Severity::Error
                    && critical
                        .get(record)
                        .is_some_and(|(_, is_critical)| *is_critical)
            }),
            findings,
        }
    });
    groups.collect()
}

/// The weight of each record, and whether it is critical, by name.
fn critical(assessment: &Assessment) -> BTreeMap<String, (u32, bool)> {
    let resources = assessment.resources.iter();
    resources
        .map(|own| {
            let weight = assessment.scoring.level(own.weight);
            (
                format!("{}/{}", own.kind, own.id),
                (weight, own.is_critical),
            )
        })
        .collect()
}

/// What one unit of weight of a rule's subjects is worth to the overall coverage.
fn worths<'a>(assessment: &'a Assessment, scores: &Scores) -> BTreeMap<&'a str, f64> {
    let counting = scores
        .domains
        .iter()
        .filter(|domain| domain.coverage.is_some());
    let all: f64 = counting.map(|domain| f64::from(domain.weight)).sum();
    let mut found = BTreeMap::new();
    for domain in &scores.domains {
        let severity = |rule: usize| {
            let severity = assessment.rules[rule].severity;
            f64::from(assessment.scoring.severity(severity))
        };
        let applicable = domain.rules.iter();
        let applicable = applicable.filter(|own| own.weights.total() > 0 || own.is_absent);
        let severities: f64 = applicable.map(|own| severity(own.rule)).sum();
        for own in &domain.rules {
            #[expect(clippy::cast_precision_loss, reason = "weights are far below 2^53")]
            let total = own.weights.total() as f64;
            if all > 0.0 && severities > 0.0 && total > 0.0 {
                let share = f64::from(domain.weight) / all * severity(own.rule) / severities;
                found.insert(&*assessment.rules[own.rule].name, share / total);
            }
        }
    }
    found
}

fn weight(
    assessment: &Assessment,
    records: &BTreeMap<String, (u32, bool)>,
    triaged: &Triaged,
) -> f64 {
    let own = records.get(record(&triaged.finding.subject));
    f64::from(own.map_or(assessment.scoring.level(0), |(weight, _)| *weight))
}

/// The record of a subject: `Kind/id` of `Kind/id#key`.
fn record(subject: &str) -> &str {
    subject
        .split_once('#')
        .map_or(subject, |(record, _)| record)
}

/// Chooses what the quarter has room for.
fn choose(groups: &mut Vec<Group>) -> Vec<(Group, Reason)> {
    groups.sort_by(|left, right| {
        let order = right.worth.total_cmp(&left.worth);
        order.then(left.head.cmp(&right.head))
    });
    let mut chosen = Vec::new();
    let is_quick = |group: &Group| group.files <= FEW_FILES && group.worth > 0.0;
    take(groups, &mut chosen, Reason::QuickWin, MOST_QUICK, &is_quick);
    let is_critical = |group: &Group| group.is_critical;
    take(
        groups,
        &mut chosen,
        Reason::CriticalError,
        MOST_STEPS,
        &is_critical,
    );
    take(groups, &mut chosen, Reason::Worth, MOST_STEPS, &|group| {
        group.worth > 0.0
    });
    chosen
}

/// Moves the first groups that fit until `most` are chosen.
fn take(
    groups: &mut Vec<Group>,
    chosen: &mut Vec<(Group, Reason)>,
    reason: Reason,
    most: usize,
    fits: &dyn Fn(&Group) -> bool,
) {
    while chosen.len() < most {
        let Some(at) = groups.iter().position(fits) else {
            return;
        };
        chosen.push((groups.remove(at), reason));
    }
}

fn step(assessment: &Assessment, scores: &Scores, group: Group, reason: Reason) -> Step {
    let finding = &assessment.findings[group.head].finding;
    let maturity = assessment
        .rule(&finding.rule)
        .map_or(1, |rule| rule.maturity);
    let phase = Phase::of_maturity(maturity);
    let after = coverage_without(assessment, &group.findings);
    let before = scores.overall.coverage;
    let effect = after
        .zip(before)
        .map_or(0.0, |(after, before)| after - before);
    let due = assessment.as_of.plus(Duration::days(phase.days()));
    Step {
        phase,
        due: due.unwrap_or(assessment.as_of),
        head: group.head,
        files: group.files,
        findings: group.findings,
        effect: (effect * 1000.0).round() / 10.0,
        reason,
    }
}

/// The overall coverage if these findings were passes.
fn coverage_without(assessment: &Assessment, findings: &[usize]) -> Option<f64> {
    let mended: BTreeSet<(&str, &str)> = findings
        .iter()
        .map(|number| {
            let finding = &assessment.findings[*number].finding;
            (&*finding.rule, finding.subject.as_str())
        })
        .collect();
    let scores = score_if(assessment, &|rule, subject| {
        mended.contains(&(rule, subject))
    });
    scores.overall.coverage
}
