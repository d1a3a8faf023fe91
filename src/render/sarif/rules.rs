//! The rules of a run, with help for those who meet a result and nothing else.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::taxonomies::Taxonomies;
use super::{pascal_case, sentence};
use crate::assessment::{Assessment, RuleSummary};
use crate::finding::{Finding, Severity};
use crate::render::RULES_URL;
use crate::render::entry::Entry;

/// The most tags that readers accept on a rule.
const MOST_TAGS: usize = 20;

/// The rules of a run by number: those that were on, then those that only findings name.
pub(super) struct Rules<'a> {
    pub(super) on: &'a [RuleSummary],
    others: Vec<&'a Finding>,
    numbers: BTreeMap<&'a str, usize>,
}

impl<'a> Rules<'a> {
    pub(super) fn of(assessment: &'a Assessment, results: &[Entry<'a>]) -> Self {
        let on = assessment.rules.as_slice();
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        numbers.extend(on.iter().map(|rule| &*rule.name).zip(0..));
        let named = results
            .iter()
            .map(|entry| (&*entry.finding.rule, entry.finding));
        let mut others: BTreeMap<&str, &Finding> = named.collect();
        others.retain(|name, _| !numbers.contains_key(name));
        numbers.extend(others.keys().copied().zip(on.len()..));
        Self {
            on,
            others: others.into_values().collect(),
            numbers,
        }
    }

    /// The number of the rule of a finding.
    pub(super) fn number(&self, finding: &Finding) -> Option<usize> {
        self.numbers.get(&*finding.rule).copied()
    }

    /// What is said of each rule.
    pub(super) fn descriptors(&self, taxonomies: &Taxonomies<'_>) -> Vec<Value> {
        let on = self.on.iter().map(|rule| descriptor(rule, taxonomies));
        let others = self.others.iter().map(|finding| {
            let text = "This rule is not on in this run.";
            json!({
                "id": &*finding.code,
                "name": identifier(&finding.rule),
                "shortDescription": {"text": sentence(&finding.rule)},
                "fullDescription": {"text": text},
                "help": {"text": text},
                "defaultConfiguration": {"level": level(finding.severity)},
            })
        });
        on.chain(others).collect()
    }
}

fn descriptor(rule: &RuleSummary, taxonomies: &Taxonomies<'_>) -> Value {
    let why = if rule.why.is_empty() {
        &rule.title
    } else {
        &rule.why
    };
    let verdicts = rule.verdicts;
    let mut descriptor = json!({
        "id": &*rule.code,
        "name": identifier(&rule.name),
        "shortDescription": {"text": sentence(&rule.title)},
        "fullDescription": {"text": sentence(why)},
        "help": {"text": help(rule, why, ""), "markdown": help(rule, why, "`")},
        "helpUri": format!("{RULES_URL}{}", rule.code),
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {
            "rule": &*rule.name,
            "tags": tags(rule),
            "precision": "very-high",
            "problem.severity": problem_severity(rule.severity),
            "pass": verdicts.pass,
            "fail": verdicts.fail,
            "notApplicable": verdicts.not_applicable,
            "notEvaluable": verdicts.not_evaluable,
        },
    });
    let relationships = taxonomies.relationships(&rule.controls);
    if !relationships.is_empty() {
        descriptor["relationships"] = relationships.into();
    }
    descriptor
}

/// Why the rule is there and how to learn more; `code` stands around what is typed or cited.
fn help(rule: &RuleSummary, why: &str, code: &str) -> String {
    let mut paragraphs = vec![sentence(&rule.title), sentence(why)];
    if !rule.controls.is_empty() {
        let controls = rule.controls.iter();
        let cited: Vec<String> = controls
            .map(|control| format!("{code}{control}{code}"))
            .collect();
        paragraphs.push(format!("Supports {}.", cited.join(", ")));
    }
    paragraphs.push(format!(
        "Learn more: {code}govlint explain {}{code}",
        rule.code
    ));
    paragraphs.dedup();
    paragraphs.join("\n\n")
}

fn tags(rule: &RuleSummary) -> Vec<&str> {
    let own = ["governance", &*rule.policy];
    let controls = rule.controls.iter().map(String::as_str);
    own.into_iter().chain(controls).take(MOST_TAGS).collect()
}

/// The fault that a rule is named for, in the form that readers expect of a name.
fn identifier(name: &str) -> String {
    pascal_case(name.rsplit('/').next().unwrap_or(name))
}

/// The word for a severity.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// GitHub's own word for a severity.
fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "recommendation",
    }
}
