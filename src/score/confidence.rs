//! How sure a score is: how much of what is expected is recorded, and how fresh it is.

use super::weigh::ratio;
use super::{Conformance, reaches};
use crate::assessment::{Assessment, Measure, Verdict};

/// The confidence from which it is high.
const HIGH: f64 = 0.85;
/// The confidence from which it is medium.
const MEDIUM: f64 = 0.6;

/// How sure a score is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Confidence {
    /// Records that the score rests on.
    pub records: u64,
    /// Fields of them that are required or expected, and recorded.
    pub recorded: u64,
    /// Fields of them that are required or expected.
    pub expected: u64,
    /// Records of them that were reviewed in time.
    pub fresh: u64,
    /// Records of them that are to be reviewed.
    pub reviewed: u64,
    /// True if something could not be read, so that nobody knows what is missing.
    pub is_partial: bool,
}

/// A confidence in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Less is known than a decision should rest on.
    Low,
    /// Most is known.
    Medium,
    /// Nearly all is known, and fresh.
    High,
}

impl Grade {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl Confidence {
    /// The share of expected fields that are recorded.
    #[must_use]
    pub fn completeness(&self) -> Option<f64> {
        ratio(self.recorded, self.expected)
    }

    /// The share of records that were reviewed in time.
    #[must_use]
    pub fn freshness(&self) -> Option<f64> {
        ratio(self.fresh, self.reviewed)
    }

    /// Completeness times freshness; none if one was not measured.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        Some(self.completeness()? * self.freshness()?)
    }

    /// It in one word; none if it was not measured.
    #[must_use]
    pub fn grade(&self) -> Option<Grade> {
        let value = self.value()?;
        Some(match value {
            _ if self.is_partial => Grade::Low,
            value if reaches(value, HIGH) => Grade::High,
            value if reaches(value, MEDIUM) => Grade::Medium,
            _ => Grade::Low,
        })
    }
}

/// The confidence in what rules say: that of the records that they apply to.
pub(super) fn of_rules(assessment: &Assessment, rules: &[Conformance]) -> Confidence {
    let mut counts = vec![false; assessment.resources.len()];
    for conformance in rules {
        let rule = &assessment.rules[conformance.rule];
        if rule.is_engine {
            let of_kind = |kind| rule.kinds.is_empty() || rule.kinds.contains(kind);
            for (resource, counts) in assessment.resources.iter().zip(&mut counts) {
                *counts |= of_kind(&resource.kind);
            }
        }
        let Some(ledger) = assessment.ledger.rules.get(conformance.rule) else {
            continue;
        };
        for (subject, verdict) in ledger.subjects.iter().zip(&ledger.verdicts) {
            if let Some(resource) = subject.resource
                && *verdict != Verdict::NotApplicable
            {
                counts[resource as usize] = true;
            }
        }
    }
    over(assessment, &counts)
}

/// The confidence in all records.
pub(super) fn of_all(assessment: &Assessment) -> Confidence {
    over(assessment, &vec![true; assessment.resources.len()])
}

/// The confidence in the records that count.
fn over(assessment: &Assessment, counts: &[bool]) -> Confidence {
    let freshness = freshness(assessment);
    let mut confidence = Confidence {
        is_partial: !assessment.unread.is_empty(),
        ..Confidence::default()
    };
    for (number, resource) in assessment.resources.iter().enumerate() {
        if !counts[number] {
            continue;
        }
        let own = resource.completeness;
        confidence.records += 1;
        confidence.recorded += u64::from(own.recorded);
        confidence.expected += u64::from(own.recorded + own.missing);
        // A record of a collection is reviewed with it, unless it says when it was.
        let of_collection = resource.collection.map(|id| freshness[id as usize]);
        if let Some(is_fresh) = freshness[number].or(of_collection.flatten()) {
            confidence.reviewed += 1;
            confidence.fresh += u64::from(is_fresh);
        }
    }
    confidence
}

/// Whether each resource was reviewed in time; none if it is not to be.
fn freshness(assessment: &Assessment) -> Vec<Option<bool>> {
    let mut found = vec![None; assessment.resources.len()];
    let rules = assessment.rules.iter().zip(&assessment.ledger.rules);
    let measuring = rules.filter(|(rule, _)| rule.measures == Some(Measure::Freshness));
    for (_, ledger) in measuring {
        for (subject, verdict) in ledger.subjects.iter().zip(&ledger.verdicts) {
            let Some(resource) = subject.resource else {
                continue;
            };
            if *verdict != Verdict::NotApplicable {
                let is_fresh = *verdict == Verdict::Pass && !subject.is_undecided;
                let own = &mut found[resource as usize];
                *own = Some(own.unwrap_or(true) && is_fresh);
            }
        }
    }
    found
}
