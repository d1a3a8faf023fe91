//! The level of a domain: gates, and the caps that no mean can talk away.

use super::weigh::{by_severity, ratio};
use super::{Conformance, DomainScore, percent, reaches};
use crate::assessment::Assessment;

/// What the rules of a level must conform to for the level to be reached.
const LARGELY: f64 = 0.5;
/// What the rules of all lower levels must conform to.
const FULLY: f64 = 0.85;
/// The share of a domain's weight above which waivers cap its level.
const MOST_WAIVED: f64 = 0.1;
/// The share of a domain's subjects above which those that could not be evaluated cap its level.
const MOST_NOT_EVALUABLE: f64 = 0.2;

/// A reason why a level is no higher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cap {
    /// The level it allows.
    pub level: u8,
    /// What sort it is of.
    pub kind: CapKind,
    /// In words, without a full stop.
    pub reason: String,
}

/// A sort of cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CapKind {
    /// An open error on a record of the highest level.
    CriticalError,
    /// Too much is excepted.
    Waivers,
    /// Too much could not be evaluated.
    InsufficientData,
}

impl CapKind {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CriticalError => "critical-error",
            Self::Waivers => "waivers",
            Self::InsufficientData => "insufficient-data",
        }
    }
}

/// The conformance of the rules of each level.
pub(super) fn by_level(assessment: &Assessment, rules: &[Conformance]) -> [Option<f64>; 5] {
    std::array::from_fn(|index| {
        let own: Vec<Conformance> = rules
            .iter()
            .filter(|rule| usize::from(assessment.rules[rule.rule].maturity) == index + 1)
            .cloned()
            .collect();
        super::weigh::coverage(assessment, &own, assessment.scoring.waived)
    })
}

/// The highest level that a rule with a weight is about.
pub(super) fn reachable(assessment: &Assessment, rules: &[Conformance]) -> u8 {
    let rules = rules.iter().map(|rule| &assessment.rules[rule.rule]);
    rules
        .filter(|rule| assessment.scoring.severity(rule.severity) > 0)
        .map(|rule| rule.maturity)
        .max()
        .unwrap_or(0)
}

/// Settles level and caps of a domain whose levels and findings are counted.
pub(super) fn settle(assessment: &Assessment, domain: &mut DomainScore) {
    domain.caps = caps(assessment, domain);
    domain.uncapped = uncapped(&domain.levels);
    domain.level = domain.uncapped.map(|level| {
        let caps = domain.caps.iter().map(|cap| f64::from(cap.level));
        caps.fold(level, f64::min)
    });
}

/// The level by conformance: the highest one that is reached while all lower ones are held, and how
/// far the next one has come, in tenths that never round up to it.
fn uncapped(levels: &[Option<f64>; 5]) -> Option<f64> {
    let applicable: Vec<(u8, f64)> = (1u8..)
        .zip(levels)
        .filter_map(|(level, conformance)| Some((level, (*conformance)?)))
        .collect();
    let mut reached = 0.0;
    let mut is_held = true;
    for (level, conformance) in &applicable {
        if !is_held || !reaches(*conformance, LARGELY) {
            let tenths = (conformance / LARGELY * 10.0 + 1e-9).floor().min(9.0);
            return Some(reached + tenths / 10.0);
        }
        reached = f64::from(*level);
        is_held = reaches(*conformance, FULLY);
    }
    (!applicable.is_empty()).then_some(reached)
}

fn caps(assessment: &Assessment, domain: &DomainScore) -> Vec<Cap> {
    let mut caps = Vec::new();
    if domain.errors_on_critical > 0 {
        let errors = match domain.errors_on_critical {
            1 => "1 open error on a critical record".to_owned(),
            count => format!("{count} open errors on critical records"),
        };
        caps.push(Cap {
            level: 2,
            kind: CapKind::CriticalError,
            reason: errors,
        });
    }
    let not_evaluable = not_evaluable_share(assessment, &domain.rules);
    if let Some(share) = not_evaluable.filter(|share| *share > MOST_NOT_EVALUABLE + 1e-9) {
        let share = percent(share);
        caps.push(Cap {
            level: 2,
            kind: CapKind::InsufficientData,
            reason: format!("insufficient data: {share} % could not be evaluated"),
        });
    }
    let waived = by_severity(assessment, &domain.rules, &|rule| {
        ratio(rule.weights.waived, rule.weights.total())
    });
    if let Some(share) = waived.filter(|share| *share > MOST_WAIVED + 1e-9) {
        let share = percent(share);
        caps.push(Cap {
            level: 3,
            kind: CapKind::Waivers,
            reason: format!("waivers cover {share} % of the weight"),
        });
    }
    caps
}

/// The share of subjects, of rules with a weight, that could not be evaluated.
fn not_evaluable_share(assessment: &Assessment, rules: &[Conformance]) -> Option<f64> {
    let counting = rules.iter().filter(|rule| {
        let severity = assessment.rules[rule.rule].severity;
        assessment.scoring.severity(severity) > 0
    });
    let (open, all) = counting.fold((0, 0), |(open, all), rule| {
        let subjects = &rule.subjects;
        (open + subjects.not_evaluable, all + subjects.total())
    });
    ratio(open, all)
}
