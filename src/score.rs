//! Scores: how far each domain of governance has come, and how sure that is.
//!
//! A pure function of an assessment. Every score keeps what it was counted from, so that it can be
//! recomputed with a pencil; a domain in which nothing was evaluated has no score, and never a good
//! one. The formulas:
//!
//! * conformance of a rule: `sum(w * v) / sum(w)` over the subjects it applies to, where `w` is what
//!   the level of the subject's record weighs and `v` is 1 for a pass, 0 for a failure and for what
//!   could not be evaluated, and a part (half, unless the profile says otherwise) for what a waiver
//!   covers. A rule without subjects does not count, unless the profile requires the kind and no
//!   record of it exists: then its conformance is 0.
//! * coverage of a domain: `sum(s * c) / sum(s)` over its rules, where `s` weighs the severity.
//! * level of a domain: the highest level of maturity whose rules conform to half at least, while
//!   those of every lower level conform to 85 %; then the caps.

mod confidence;
mod level;
mod weigh;

use std::sync::Arc;

use crate::assessment::Assessment;
use crate::finding::Severity;
pub use confidence::{Confidence, Grade};
pub use level::{Cap, CapKind};
use weigh::Records;
pub use weigh::{Conformance, Weights};

/// The scores of an assessment.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// The domains, by name of the policy. Those without a rule and without a weight are left out.
    pub domains: Vec<DomainScore>,
    /// All of them together.
    pub overall: Overall,
}

/// The domains together. The mean is not to be shown without what stands beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Overall {
    /// The mean of the coverages by weight of the domain, 1 for all; none if nothing was evaluated.
    pub coverage: Option<f64>,
    /// The lowest level of a domain that counts, and the policies that have it.
    pub lowest: Option<(f64, Vec<Arc<str>>)>,
    /// The policies below their target.
    pub below_target: Vec<Arc<str>>,
    /// Policies that have a weight, and in which nothing was evaluated.
    pub unscored: Vec<Arc<str>>,
    /// Open findings of severity error on records of the highest level.
    pub errors_on_critical: u64,
    /// The coverage if waivers counted as failures.
    pub without_waivers: Option<f64>,
    /// The coverage if what could not be evaluated were left out.
    pub evaluable_only: Option<f64>,
    /// How sure the scores are.
    pub confidence: Confidence,
}

/// The score of one domain.
#[derive(Debug, Clone, PartialEq)]
pub struct DomainScore {
    /// Its policy.
    pub policy: Arc<str>,
    /// The title of the policy.
    pub title: String,
    /// The question that it answers.
    pub question: String,
    /// Its weight in the mean.
    pub weight: u32,
    /// The level aimed for.
    pub target: u8,
    /// The share of what its rules ask for that is so, 1 for all; none if nothing was evaluated.
    pub coverage: Option<f64>,
    /// Its level with the caps, to one decimal; none if nothing was evaluated.
    pub level: Option<f64>,
    /// Its level without the caps.
    pub uncapped: Option<f64>,
    /// The conformance of its rules by level of maturity, from 1; none where no rule applies.
    pub levels: [Option<f64>; 5],
    /// What holds its level down.
    pub caps: Vec<Cap>,
    /// The highest level that a rule of it is about: it can show no more.
    pub reachable: u8,
    /// The conformance of each of its rules, by number of the rule.
    pub rules: Vec<Conformance>,
    /// Open findings by severity, from worst to mildest.
    pub open: [u64; 3],
    /// Open errors on records of the highest level.
    pub errors_on_critical: u64,
    /// How sure the score is.
    pub confidence: Confidence,
}

impl DomainScore {
    /// True if its level is lower than its target, or than the highest that its rules can show.
    #[must_use]
    pub fn is_below_target(&self) -> bool {
        let aim = f64::from(self.target.min(self.reachable));
        self.level.is_some_and(|level| level < aim)
    }
}

/// Scores an assessment.
#[must_use]
pub fn score(assessment: &Assessment) -> Scores {
    score_if(assessment, &|_, _| false)
}

/// Scores an assessment as if the failures that `mended` names, by rule and subject, were passes.
#[must_use]
pub fn score_if(assessment: &Assessment, mended: &dyn Fn(&str, &str) -> bool) -> Scores {
    let records = Records::of(assessment);
    let rules = weigh::rules(assessment, &records, mended);
    let policies = assessment.policies.iter();
    let domains: Vec<DomainScore> = policies
        .filter_map(|policy| {
            let own = |conformance: &&Conformance| {
                assessment.rules[conformance.rule].policy == policy.name
            };
            let rules: Vec<Conformance> = rules.iter().filter(own).cloned().collect();
            (policy.weight > 0 || !rules.is_empty()).then_some((policy, rules))
        })
        .map(|(policy, rules)| {
            let mut domain = DomainScore {
                policy: policy.name.clone(),
                title: policy.title.clone(),
                question: policy.question.clone(),
                weight: policy.weight,
                target: policy.target,
                coverage: weigh::coverage(assessment, &rules, assessment.scoring.waived),
                level: None,
                uncapped: None,
                levels: level::by_level(assessment, &rules),
                caps: Vec::new(),
                reachable: level::reachable(assessment, &rules),
                open: [0; 3],
                errors_on_critical: 0,
                confidence: confidence::of_rules(assessment, &rules),
                rules,
            };
            count_findings(assessment, &records, mended, &mut domain);
            level::settle(assessment, &mut domain);
            domain
        })
        .collect();
    Scores {
        overall: overall(assessment, &domains),
        domains,
    }
}

/// Counts the open findings of a domain.
fn count_findings(
    assessment: &Assessment,
    records: &Records,
    mended: &dyn Fn(&str, &str) -> bool,
    domain: &mut DomainScore,
) {
    for triaged in &assessment.findings {
        let finding = &triaged.finding;
        let policy = finding
            .rule
            .split_once('/')
            .map_or("", |(policy, _)| policy);
        if policy != &*domain.policy || weigh::is_waived(triaged) {
            continue;
        }
        if mended(&finding.rule, &finding.subject) {
            continue;
        }
        domain.open[finding.severity as usize] += 1;
        let record = records.of_subject(&finding.subject);
        let is_critical = record.is_some_and(|record| assessment.resources[record].is_critical);
        if finding.severity == Severity::Error && is_critical {
            domain.errors_on_critical += 1;
        }
    }
}

fn overall(assessment: &Assessment, domains: &[DomainScore]) -> Overall {
    let counting: Vec<&DomainScore> = domains.iter().filter(|domain| domain.weight > 0).collect();
    let mean = |coverage: &dyn Fn(&DomainScore) -> Option<f64>| {
        let scored = counting.iter().filter_map(|domain| {
            let coverage = coverage(domain)?;
            Some((f64::from(domain.weight), coverage))
        });
        weigh::mean(scored)
    };
    let names = |filter: &dyn Fn(&DomainScore) -> bool| {
        let named = counting.iter().filter(|domain| filter(domain));
        named.map(|domain| domain.policy.clone()).collect()
    };
    let levels = counting.iter().filter_map(|domain| domain.level);
    let lowest = levels.fold(None, |least: Option<f64>, level| {
        Some(least.map_or(level, |least| least.min(level)))
    });
    Overall {
        coverage: mean(&|domain| domain.coverage),
        lowest: lowest.map(|level| {
            let at = names(&|domain| domain.level.is_some_and(|own| own <= level));
            (level, at)
        }),
        below_target: names(&DomainScore::is_below_target),
        unscored: names(&|domain| domain.coverage.is_none()),
        errors_on_critical: domains.iter().map(|domain| domain.errors_on_critical).sum(),
        without_waivers: mean(&|domain| weigh::coverage(assessment, &domain.rules, 0)),
        evaluable_only: mean(&|domain| weigh::evaluable_only(assessment, &domain.rules)),
        confidence: confidence::of_all(assessment),
    }
}

/// A share in whole percent, rounded half up, though never up to 100: not quite all is not all.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share lies between 0 and 1"
)]
pub fn percent(share: f64) -> u32 {
    // A half that binary fractions cannot hold lies a hair below itself.
    let rounded = (share * 100.0 + 0.5 + 1e-9).floor().max(0.0);
    let most = if reaches(share, 1.0) { rounded } else { 99.0 };
    rounded.min(most) as u32
}

/// True if a share is at least a bound, forgiving what binary fractions cannot hold.
fn reaches(share: f64, bound: f64) -> bool {
    share + 1e-9 >= bound
}

#[cfg(test)]
mod tests;
