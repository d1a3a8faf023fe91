//! Conformance: what the subjects of a rule weigh, by verdict.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::assessment::{Assessment, RuleSummary, State, Subject, Triaged, Verdict};

/// How far the subjects of a rule conform to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conformance {
    /// The number of the rule.
    pub rule: usize,
    /// How many subjects there are of each sort.
    pub subjects: Weights,
    /// What they weigh.
    pub weights: Weights,
    /// True if it has no subject because nothing of a required kind is recorded.
    pub is_absent: bool,
}

/// Subjects by what became of them: counted, or weighed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weights {
    /// The rule passes.
    pub pass: u64,
    /// It fails.
    pub fail: u64,
    /// It fails, and a waiver covers that.
    pub waived: u64,
    /// It could not be evaluated.
    pub not_evaluable: u64,
}

impl Weights {
    /// All together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.pass + self.fail + self.waived + self.not_evaluable
    }

    /// Adds those of another rule.
    pub fn join(&mut self, other: Self) {
        self.pass += other.pass;
        self.fail += other.fail;
        self.waived += other.waived;
        self.not_evaluable += other.not_evaluable;
    }

    fn add(&mut self, outcome: Outcome, weight: u64) {
        *match outcome {
            Outcome::Pass => &mut self.pass,
            Outcome::Fail => &mut self.fail,
            Outcome::Waived => &mut self.waived,
            Outcome::NotEvaluable => &mut self.not_evaluable,
        } += weight;
    }
}

/// What became of a subject. The later of two is the better one for a record with both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Fail,
    NotEvaluable,
    Waived,
    Pass,
}

impl Conformance {
    /// The share of the weight that conforms, a waived failure counting `waived` percent of a pass;
    /// none if the rule does not apply.
    #[must_use]
    pub fn share(&self, waived: u32) -> Option<f64> {
        if self.is_absent {
            return Some(0.0);
        }
        let weights = &self.weights;
        ratio(
            weights.pass * 100 + weights.waived * u64::from(waived),
            weights.total() * 100,
        )
    }

    /// The share with what could not be evaluated left out.
    fn evaluable_share(&self, waived: u32) -> Option<f64> {
        let weights = Weights {
            not_evaluable: 0,
            ..self.weights
        };
        Self {
            weights,
            ..self.clone()
        }
        .share(waived)
    }

    fn add(&mut self, outcome: Outcome, weight: u64) {
        self.subjects.add(outcome, 1);
        self.weights.add(outcome, weight);
    }
}

/// Weighs the subjects of every rule.
pub(super) fn rules(
    assessment: &Assessment,
    records: &Records,
    mended: &dyn Fn(&str, &str) -> bool,
) -> Vec<Conformance> {
    let findings = by_rule(assessment);
    let rules = assessment.rules.iter().enumerate();
    rules
        .map(|(number, rule)| {
            let own = findings.get(&*rule.name).map_or(&[][..], Vec::as_slice);
            let mended = |subject: &str| mended(&rule.name, subject);
            let mut conformance = Conformance {
                rule: number,
                subjects: Weights::default(),
                weights: Weights::default(),
                is_absent: false,
            };
            if rule.is_engine {
                of_records(assessment, records, rule, own, &mended, &mut conformance);
            } else {
                of_verdicts(assessment, own, &mended, &mut conformance);
            }
            let is_empty = conformance.subjects.total() == 0;
            conformance.is_absent = is_empty && wants_absent_kind(assessment, rule);
            conformance
        })
        .collect()
}

fn by_rule(assessment: &Assessment) -> FxHashMap<&str, Vec<&Triaged>> {
    let mut found: FxHashMap<&str, Vec<&Triaged>> = FxHashMap::default();
    for triaged in &assessment.findings {
        found
            .entry(&*triaged.finding.rule)
            .or_default()
            .push(triaged);
    }
    found
}

/// Weighs the verdicts of a rule.
fn of_verdicts(
    assessment: &Assessment,
    findings: &[&Triaged],
    mended: &dyn Fn(&str) -> bool,
    conformance: &mut Conformance,
) {
    let Some(ledger) = assessment.ledger.rules.get(conformance.rule) else {
        return;
    };
    let waived: FxHashSet<&str> = findings
        .iter()
        .filter(|triaged| is_waived(triaged))
        .map(|triaged| triaged.finding.subject.as_str())
        .collect();
    for (subject, verdict) in ledger.subjects.iter().zip(&ledger.verdicts) {
        let outcome = match verdict {
            Verdict::NotApplicable => continue,
            _ if subject.is_undecided => Outcome::NotEvaluable,
            Verdict::Pass => Outcome::Pass,
            Verdict::NotEvaluable => Outcome::NotEvaluable,
            Verdict::Fail => {
                let name = assessment.subject_name(subject);
                if mended(&name) {
                    Outcome::Pass
                } else if waived.contains(name.as_str()) {
                    Outcome::Waived
                } else {
                    Outcome::Fail
                }
            }
        };
        conformance.add(outcome, weight(assessment, subject));
    }
}

/// Weighs a check of the engine, which gives no verdicts: every record is a subject, and so is each
/// file with a fault that belongs to no record.
fn of_records(
    assessment: &Assessment,
    records: &Records,
    rule: &RuleSummary,
    findings: &[&Triaged],
    mended: &dyn Fn(&str) -> bool,
    conformance: &mut Conformance,
) {
    let mut found: BTreeMap<usize, Outcome> = BTreeMap::new();
    let mut files: BTreeMap<usize, Outcome> = BTreeMap::new();
    for triaged in findings {
        let finding = &triaged.finding;
        let outcome = match is_waived(triaged) {
            _ if mended(&finding.subject) => Outcome::Pass,
            true => Outcome::Waived,
            false => Outcome::Fail,
        };
        let place = match records.of_subject(&finding.subject) {
            Some(record) => found.entry(record).or_insert(outcome),
            None => {
                let file = finding.primary.span.source.index();
                files.entry(file).or_insert(outcome)
            }
        };
        *place = (*place).min(outcome);
    }
    for (number, resource) in assessment.resources.iter().enumerate() {
        if rule.kinds.is_empty() || rule.kinds.contains(&resource.kind) {
            let outcome = found.get(&number).copied().unwrap_or(Outcome::Pass);
            let weight = assessment.scoring.level(resource.weight);
            conformance.add(outcome, u64::from(weight));
        }
    }
    for outcome in files.into_values() {
        conformance.add(outcome, u64::from(assessment.scoring.level(0)));
    }
}

/// What a subject weighs: as much as its record.
fn weight(assessment: &Assessment, subject: &Subject) -> u64 {
    let resource = subject.resource;
    let rank = resource.map_or(0, |id| assessment.resources[id as usize].weight);
    u64::from(assessment.scoring.level(rank))
}

/// True if a rule is about a kind that the profile requires, and of which nothing is recorded.
fn wants_absent_kind(assessment: &Assessment, rule: &RuleSummary) -> bool {
    rule.kinds.iter().any(|kind| {
        assessment.required_kinds.contains(kind) && !assessment.counts.kinds.contains_key(&**kind)
    })
}

/// True if a waiver covers a finding. What the baseline records is as open as before.
pub(super) fn is_waived(triaged: &Triaged) -> bool {
    matches!(triaged.state, State::Waived { .. })
}

/// Records by name.
pub(super) struct Records(FxHashMap<String, usize>);

impl Records {
    pub(super) fn of(assessment: &Assessment) -> Self {
        let records = assessment.resources.iter().enumerate();
        let named =
            records.map(|(number, record)| (format!("{}/{}", record.kind, record.id), number));
        Self(named.collect())
    }

    /// The number of the record that a subject is or belongs to: `Kind/id` or `Kind/id#key`.
    pub(super) fn of_subject(&self, subject: &str) -> Option<usize> {
        let record = subject
            .split_once('#')
            .map_or(subject, |(record, _)| record);
        self.0.get(record).copied()
    }
}

/// The mean conformance of rules by what their severity weighs.
pub(super) fn coverage(assessment: &Assessment, rules: &[Conformance], waived: u32) -> Option<f64> {
    by_severity(assessment, rules, &|rule| rule.share(waived))
}

/// The mean conformance with what could not be evaluated left out.
pub(super) fn evaluable_only(assessment: &Assessment, rules: &[Conformance]) -> Option<f64> {
    let waived = assessment.scoring.waived;
    by_severity(assessment, rules, &|rule| rule.evaluable_share(waived))
}

/// The mean of something about rules by what their severity weighs.
pub(super) fn by_severity(
    assessment: &Assessment,
    rules: &[Conformance],
    value: &dyn Fn(&Conformance) -> Option<f64>,
) -> Option<f64> {
    mean(rules.iter().filter_map(|rule| {
        let severity = assessment.rules[rule.rule].severity;
        let weight = f64::from(assessment.scoring.severity(severity));
        Some((weight, value(rule)?))
    }))
}

/// The mean of values by weight; none if nothing weighs anything.
pub(super) fn mean(values: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (weights, sum) = values.fold((0.0, 0.0), |(weights, sum), (weight, value)| {
        (weights + weight, sum + weight * value)
    });
    (weights > 0.0).then(|| sum / weights)
}

/// A share of two counts; none of nothing.
#[expect(
    clippy::cast_precision_loss,
    reason = "weights of records are far below 2^53"
)]
pub(super) fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
