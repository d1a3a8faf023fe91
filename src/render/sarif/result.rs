//! One finding as a result.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::artifacts::{location, region};
use super::rules::level;
use super::{Run, sentence};
use crate::assessment::{Assessment, Cause, Change, Outcome, Past, State};
use crate::finding::{Applicability, Edit, Fix};
use crate::render::entry::{Entry, Status, place};
use crate::render::human::clean;

/// The most other places that a result shows.
const MOST_PLACES: usize = 100;

/// The most of them that its message links to.
const MOST_LINKS: usize = 12;

/// A finding as a result.
pub(super) fn result(run: &Run<'_>, entry: &Entry<'_>) -> Value {
    let finding = entry.finding;
    let mut result = json!({
        "ruleId": &*finding.code,
        "ruleIndex": run.rules.number(finding),
        "kind": "fail",
        "level": level(finding.severity),
        "message": {"text": message(entry)},
        "locations": [location_of(run, entry)],
        "partialFingerprints": fingerprints(entry),
    });
    let related = related(run, entry);
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if run.assessment.comparison.is_some() {
        result["baselineState"] = baseline_state(entry).into();
    }
    result["suppressions"] = suppressions(run.assessment, entry).into();
    if let Some(fix) = finding.fix.as_ref().filter(|fix| is_applicable(fix)) {
        result["fixes"] = json!([fix_of(run.assessment, fix)]);
    }
    result["properties"] = properties(entry);
    result
}

/// What is wrong, then links to the other places: readers show only those that are linked.
fn message(entry: &Entry<'_>) -> String {
    let mut text = literal(&sentence(&entry.message()));
    let labels = entry.finding.related.iter().take(MOST_LINKS);
    for (number, label) in (1..).zip(labels) {
        let before = if number == 1 { " See " } else { ", " };
        let words = clean(&label.text);
        let words = if words.is_empty() { "here" } else { &words };
        // Writing to a string cannot fail.
        let _ = write!(text, "{before}[{}]({number})", literal(words));
    }
    match entry.finding.related.len() {
        0 => {}
        count if count > MOST_LINKS => {
            let _ = write!(text, " and {} more.", count - MOST_LINKS);
        }
        _ => text.push('.'),
    }
    text
}

/// A text in which nothing is taken for a link or a placeholder.
fn literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '[' | ']' | '\\' => literal.extend(['\\', character]),
            '{' | '}' => literal.extend([character, character]),
            _ => literal.push(character),
        }
    }
    literal
}

fn location_of(run: &Run<'_>, entry: &Entry<'_>) -> Value {
    let finding = entry.finding;
    let mut location = json!({"physicalLocation": run.artifacts.place(entry.span())});
    if !finding.subject.is_empty() {
        let subject = json!({"fullyQualifiedName": finding.subject, "kind": "resource"});
        location["logicalLocations"] = json!([subject]);
    }
    if !finding.primary.text.is_empty() {
        location["message"] = json!({"text": literal(&clean(&finding.primary.text))});
    }
    location
}

fn related(run: &Run<'_>, entry: &Entry<'_>) -> Vec<Value> {
    let labels = (1..).zip(entry.finding.related.iter().take(MOST_PLACES));
    let location = |(number, label): (usize, &crate::finding::Label)| {
        let words = clean(&label.text);
        let words = if words.is_empty() { "here" } else { &words };
        json!({
            "id": number,
            "physicalLocation": run.artifacts.place(label.span),
            "message": {"text": literal(words)},
        })
    };
    labels.map(location).collect()
}

/// Ours says what the finding is about; under the other name GitHub would otherwise put a digest of
/// the line, which changes with every edit of it.
fn fingerprints(entry: &Entry<'_>) -> Value {
    let fingerprint = entry.finding.fingerprint.to_string();
    json!({
        "govlint/v1": fingerprint,
        "primaryLocationLineHash": format!("{fingerprint}:1"),
    })
}

fn baseline_state(entry: &Entry<'_>) -> &'static str {
    match (entry.status, entry.change) {
        (Status::Lost(Past { outcome, .. }), _) if *outcome != Outcome::Lost => "absent",
        (Status::Lost(_), _) | (_, Some(Change::New { .. })) => "new",
        (_, Some(Change::Changed { .. })) => "updated",
        _ => "unchanged",
    }
}

fn suppressions(assessment: &Assessment, entry: &Entry<'_>) -> Vec<Value> {
    let external = |justification: String| json!({"kind": "external", "status": "accepted", "justification": justification});
    match entry.status {
        Status::Waived(State::Waived { by, until, reason }) => {
            let until = until.map_or_else(String::new, |until| format!(" until {until}"));
            vec![external(sentence(&format!("{by}{until}: {reason}")))]
        }
        Status::Baselined => {
            let path = assessment
                .baseline
                .as_ref()
                .map_or("", |used| used.path.as_str());
            vec![external(sentence(&format!(
                "recorded in the baseline {path}"
            )))]
        }
        _ => Vec::new(),
    }
}

fn is_applicable(fix: &Fix) -> bool {
    fix.applicability != Applicability::DisplayOnly && !fix.edits.is_empty()
}

fn fix_of(assessment: &Assessment, fix: &Fix) -> Value {
    let mut changes: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        let path = assessment.sources.get(edit.span.source).path();
        changes
            .entry(path)
            .or_default()
            .push(replacement(assessment, edit));
    }
    let changes = changes.into_iter();
    let change = |(path, replacements): (&str, Vec<Value>)| json!({"artifactLocation": location(path), "replacements": replacements});
    json!({
        "description": {"text": sentence(&fix.title)},
        "artifactChanges": changes.map(change).collect::<Vec<_>>(),
    })
}

fn replacement(assessment: &Assessment, edit: &Edit) -> Value {
    let mut replacement = json!({
        "deletedRegion": region(place(&assessment.sources, edit.span)),
    });
    if !edit.replacement.is_empty() {
        replacement["insertedContent"] = json!({"text": edit.replacement});
    }
    replacement
}

fn properties(entry: &Entry<'_>) -> Value {
    let finding = entry.finding;
    json!({
        "rule": &*finding.rule,
        "subject": finding.subject,
        "status": entry.status.as_str(),
        "causedBy": finding.cause,
        "changeCause": entry.change.and_then(Change::cause).map(Cause::as_str),
        "help": entry.advice(),
    })
}
