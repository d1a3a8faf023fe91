//! Scores as JSON. Its documentation is that of the schema.

use schemars::JsonSchema;
use serde::Serialize;

use crate::assessment::{Assessment, Scoring};
use crate::score::{self, Confidence, Conformance, DomainScore, Weights, percent};

/// How far each domain has come, with everything that the numbers are counted from. Shares are
/// between 0 and 1, percentages whole numbers rounded half up.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Scores {
    /// All domains together. The percentage is not to be shown without what stands beside it.
    overall: Overall,
    /// The domains, by name of the policy.
    domains: Vec<Domain>,
    /// How the numbers are counted.
    method: Method,
}

/// How the numbers are counted.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Method {
    /// The formula of each number, in words.
    formulas: Formulas,
    /// What a rule weighs by its severity: error, warning, info.
    severities: [u32; 3],
    /// What a record weighs by its level, from the lowest; one without a level weighs what the
    /// lowest does.
    levels: Vec<u32>,
    /// How many percent of a pass a failure counts that a waiver covers.
    waived: u32,
}

/// The formula of each number.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Formulas {
    /// Of the conformance of a rule.
    conformance: &'static str,
    /// Of the coverage of a domain.
    coverage: &'static str,
    /// Of the level of a domain.
    level: &'static str,
    /// Of the mean of all domains.
    overall: &'static str,
    /// Of the confidence.
    confidence: &'static str,
}

const FORMULAS: Formulas = Formulas {
    conformance: "(weights.pass + weights.waived * method.waived / 100) / (sum of weights); 0 where isAbsent",
    coverage: "sum(severity * conformance) / sum(severity) over the rules with a conformance",
    level: "the highest level with a conformance of 0.5 or more while all lower ones have 0.85 or more, plus how far the next one has come towards 0.5 in tenths, and at most the lowest cap",
    overall: "sum(weight * coverage) / sum(weight) over the domains with a coverage",
    confidence: "completeness * freshness = recorded / expected * fresh / reviewed",
};

/// All domains together.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Overall {
    /// The mean coverage in percent; `null` if nothing was evaluated.
    percent: Option<u32>,
    /// The mean coverage.
    coverage: Option<f64>,
    /// How many domains it is the mean of.
    population: usize,
    /// The lowest level of a domain with a weight.
    lowest_level: Option<f64>,
    /// The policies that have it.
    lowest: Vec<String>,
    /// The policies below their target.
    below_target: Vec<String>,
    /// Policies with a weight in which nothing was evaluated.
    unscored: Vec<String>,
    /// Open errors on records of the highest level.
    errors_on_critical: u64,
    /// The percentage if waivers counted as failures.
    without_waivers: Option<u32>,
    /// The percentage if what could not be evaluated were left out.
    evaluable_only: Option<u32>,
    /// How sure the numbers are.
    confidence: ConfidenceShape,
}

/// The score of one domain.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Domain {
    /// Its policy.
    policy: String,
    /// The title of the policy.
    title: String,
    /// The question that it answers.
    question: String,
    /// Its weight in the mean.
    weight: u32,
    /// The level aimed for.
    target: u8,
    /// Its coverage in percent; `null` if nothing was evaluated.
    percent: Option<u32>,
    /// Its coverage.
    coverage: Option<f64>,
    /// Its level with the caps.
    level: Option<f64>,
    /// Its level without the caps.
    uncapped: Option<f64>,
    /// The highest level that a rule of it is about.
    reachable: u8,
    /// True if its level is below its target, or below what its rules can show.
    is_below_target: bool,
    /// The conformance of its rules by level of maturity, from 1; `null` where no rule applies.
    levels: [Option<f64>; 5],
    /// What holds its level down.
    caps: Vec<Cap>,
    /// Open findings of severity error, warning and info.
    open: [u64; 3],
    /// Open errors on records of the highest level.
    errors_on_critical: u64,
    /// How sure the score is.
    confidence: ConfidenceShape,
    /// Its rules.
    rules: Vec<RuleScore>,
}

/// A reason why a level is no higher.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Cap {
    /// The level it allows.
    level: u8,
    /// `critical-error`, `insufficient-data` or `waivers`.
    kind: &'static str,
    /// In words.
    reason: String,
}

/// How far the subjects of a rule conform to it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct RuleScore {
    /// Name of the rule, `policy/fault`.
    rule: String,
    /// Its short code.
    code: String,
    /// What its severity weighs.
    severity: u32,
    /// The level of maturity that it is about.
    level: u8,
    /// Its conformance; `null` if it applies to nothing.
    conformance: Option<f64>,
    /// True if it applies to nothing because a required kind has no record.
    is_absent: bool,
    /// How many subjects there are.
    subjects: WeightsShape,
    /// What they weigh.
    weights: WeightsShape,
}

/// Subjects by what became of them.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct WeightsShape {
    /// The rule passes.
    pass: u64,
    /// It fails.
    fail: u64,
    /// It fails, and a waiver covers that.
    waived: u64,
    /// It could not be evaluated.
    not_evaluable: u64,
}

/// How sure a score is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ConfidenceShape {
    /// `high`, `medium` or `low`; `null` if it was not measured.
    grade: Option<&'static str>,
    /// Records that the score rests on.
    records: u64,
    /// Fields that are required or expected, and recorded.
    recorded: u64,
    /// Fields that are required or expected.
    expected: u64,
    /// Records that were reviewed in time.
    fresh: u64,
    /// Records that are to be reviewed.
    reviewed: u64,
    /// True if something could not be read.
    is_partial: bool,
}

/// The scores of an assessment in their shape.
pub(super) fn scores(assessment: &Assessment) -> Scores {
    let scores = score::score(assessment);
    let scoring = &assessment.scoring;
    let overall = &scores.overall;
    let names = |policies: &[std::sync::Arc<str>]| -> Vec<String> {
        policies.iter().map(ToString::to_string).collect()
    };
    let counting = scores.domains.iter().filter(|domain| domain.weight > 0);
    let (lowest_level, lowest) = match &overall.lowest {
        Some((level, policies)) => (Some(*level), names(policies)),
        None => (None, Vec::new()),
    };
    Scores {
        overall: Overall {
            percent: overall.coverage.map(percent),
            coverage: overall.coverage.map(rounded),
            population: counting.filter(|domain| domain.coverage.is_some()).count(),
            lowest_level,
            lowest,
            below_target: names(&overall.below_target),
            unscored: names(&overall.unscored),
            errors_on_critical: overall.errors_on_critical,
            without_waivers: overall.without_waivers.map(percent),
            evaluable_only: overall.evaluable_only.map(percent),
            confidence: confidence(overall.confidence),
        },
        domains: scores
            .domains
            .iter()
            .map(|own| domain(assessment, own))
            .collect(),
        method: Method {
            formulas: FORMULAS,
            severities: scoring.severities,
            levels: scoring.levels.clone(),
            waived: scoring.waived,
        },
    }
}

fn domain(assessment: &Assessment, domain: &DomainScore) -> Domain {
    let caps = domain.caps.iter().map(|cap| Cap {
        level: cap.level,
        kind: cap.kind.as_str(),
        reason: cap.reason.clone(),
    });
    let rules = domain.rules.iter();
    Domain {
        policy: domain.policy.to_string(),
        title: domain.title.clone(),
        question: domain.question.clone(),
        weight: domain.weight,
        target: domain.target,
        percent: domain.coverage.map(percent),
        coverage: domain.coverage.map(rounded),
        level: domain.level,
        uncapped: domain.uncapped,
        reachable: domain.reachable,
        is_below_target: domain.is_below_target(),
        levels: domain.levels.map(|level| level.map(rounded)),
        caps: caps.collect(),
        open: domain.open,
        errors_on_critical: domain.errors_on_critical,
        confidence: confidence(domain.confidence),
        rules: rules
            .map(|conformance| rule(assessment, &assessment.scoring, conformance))
            .collect(),
    }
}

fn rule(assessment: &Assessment, scoring: &Scoring, conformance: &Conformance) -> RuleScore {
    let rule = &assessment.rules[conformance.rule];
    RuleScore {
        rule: rule.name.to_string(),
        code: rule.code.to_string(),
        severity: scoring.severity(rule.severity),
        level: rule.maturity,
        conformance: conformance.share(scoring.waived).map(rounded),
        is_absent: conformance.is_absent,
        subjects: weights(conformance.subjects),
        weights: weights(conformance.weights),
    }
}

fn weights(weights: Weights) -> WeightsShape {
    WeightsShape {
        pass: weights.pass,
        fail: weights.fail,
        waived: weights.waived,
        not_evaluable: weights.not_evaluable,
    }
}

fn confidence(confidence: Confidence) -> ConfidenceShape {
    ConfidenceShape {
        grade: confidence.grade().map(score::Grade::as_str),
        records: confidence.records,
        recorded: confidence.recorded,
        expected: confidence.expected,
        fresh: confidence.fresh,
        reviewed: confidence.reviewed,
        is_partial: confidence.is_partial,
    }
}

/// A share to six decimals: enough to recompute with, and the same on every machine.
fn rounded(share: f64) -> f64 {
    (share * 1e6).round() / 1e6
}
