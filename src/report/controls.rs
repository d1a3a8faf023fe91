//! Controls: for each framework, what the rules found that are partial evidence for its controls.
//!
//! A rule supports a control. Nothing here says that a control is met.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cell, Chart, Column, Section, Table, Tone};
use crate::assessment::{Assessment, RuleSummary};
use crate::finding::Label;
use crate::rule::Framework;
use crate::score::{Conformance, Scores, Weights};

/// What the rules found that support a control.
#[derive(Default)]
struct Support<'a> {
    rules: Vec<&'a RuleSummary>,
    subjects: Weights,
}

/// The controls of a framework by their ids in order.
type Controls<'a> = BTreeMap<Key<'a>, Support<'a>>;

/// Returns a section for each framework whose controls are cited, by its name.
pub(super) fn sections(assessment: &Assessment, scores: &Scores) -> Vec<Section> {
    let domains = scores.domains.iter();
    let mut found: Vec<&Conformance> = domains.flat_map(|domain| &domain.rules).collect();
    found.sort_by_key(|conformance| &assessment.rules[conformance.rule].code);
    let mut frameworks: BTreeMap<&str, Controls<'_>> = BTreeMap::new();
    for conformance in found {
        let rule = &assessment.rules[conformance.rule];
        for control in rule.controls.iter().collect::<BTreeSet<_>>() {
            let (prefix, id) = control.split_once(':').unwrap_or((control, ""));
            let controls = frameworks.entry(prefix).or_default();
            let support = controls.entry(Key::of(id)).or_default();
            support.rules.push(rule);
            support.subjects.join(conformance.subjects);
        }
    }
    let frameworks = frameworks.into_iter();
    let mut sections: Vec<Section> = frameworks
        .map(|(prefix, controls)| framework(prefix, &controls))
        .collect();
    sections.sort_by(|left, right| left.title.cmp(&right.title));
    sections
}

fn framework(prefix: &str, controls: &Controls<'_>) -> Section {
    let framework = Framework::of_prefix(prefix);
    let name = framework.map_or(prefix, |framework| &framework.name);
    let slug = framework.map_or(prefix, |framework| &framework.slug);
    let titles = framework.map(|framework| &framework.titles);
    let titles = titles.filter(|titles| !titles.is_empty());
    let mut columns = vec![Column::words("Control")];
    columns.extend(titles.map(|_| Column::words("Title")));
    columns.push(Column::words("Rules"));
    let counts = ["Population", "Pass", "Fail", "Excepted", "Not evaluable"];
    columns.extend(counts.map(Column::numbers));
    columns.push(Column::words("Partial evidence"));
    let rows = controls.iter();
    let rows = rows.map(|(key, support)| row(key.id, titles, support));
    Section {
        id: format!("framework-{slug}"),
        title: name.to_owned(),
        question: "For which of its controls is there partial evidence, and what does it show?"
            .to_owned(),
        lead: Some(lead(controls)),
        chart: Chart::Table(Table {
            columns,
            rows: rows.collect(),
        }),
        empty: String::new(),
        notes: vec![
            "A rule is partial evidence for a control. Whether a control is met is for the auditor to say."
                .to_owned(),
            "A verdict counts under each control that its rule supports.".to_owned(),
        ],
    }
}

fn lead(controls: &Controls<'_>) -> String {
    let tested = controls.values().filter(|own| own.subjects.total() > 0);
    let (all, tested) = (controls.len(), tested.count());
    format!(
        "Rules support {all} of its controls; for {tested} of them there is something to evaluate."
    )
}

fn row(id: &str, titles: Option<&BTreeMap<String, String>>, support: &Support<'_>) -> Vec<Cell> {
    let subjects = support.subjects;
    let places = support.rules.iter();
    let places = places.map(|rule| Label::new(rule.span, rule.title.as_str()));
    let codes: Vec<&str> = support.rules.iter().map(|rule| &*rule.code).collect();
    let mut row = vec![Cell::text(id)];
    row.extend(titles.map(|titles| Cell::text(titles.get(id).map_or("", String::as_str))));
    row.push(Cell::text(codes.join(", ")).at(places));
    row.extend(
        [
            subjects.total(),
            subjects.pass,
            subjects.fail,
            subjects.waived,
            subjects.not_evaluable,
        ]
        .map(Cell::count),
    );
    row.push(evidence(subjects));
    row
}

fn evidence(subjects: Weights) -> Cell {
    match subjects {
        subjects if subjects.total() == 0 => {
            Cell::text("none: nothing to evaluate").toned(Tone::Faint)
        }
        subjects if subjects.pass == subjects.total() => Cell::text("holds").toned(Tone::Good),
        subjects if subjects.fail == 0 => Cell::text("with exceptions").toned(Tone::Watch),
        _ => Cell::text("with failures").toned(Tone::Bad),
    }
}

/// An id whose numbers count as numbers: `A.5.2` comes before `A.5.10`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    /// Each part: whether it is a word, its number, and itself.
    parts: Vec<(bool, u64, &'a str)>,
    id: &'a str,
}

impl<'a> Key<'a> {
    fn of(id: &'a str) -> Self {
        let mut parts = Vec::new();
        let mut rest = id;
        while let Some(first) = rest.chars().next() {
            let is_digit = first.is_ascii_digit();
            let other = |character: char| character.is_ascii_digit() != is_digit;
            let (part, after) = rest.split_at(rest.find(other).unwrap_or(rest.len()));
            parts.push((!is_digit, part.parse().unwrap_or(u64::MAX), part));
            rest = after;
        }
        Self { parts, id }
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn numbers_in_ids_count_as_numbers() {
        let mut ids = ["A.5.10", "8.4", "A.5.2", "GV.RR-02", "10.1", "GV.RR"];
        ids.sort_by_key(|id| Key::of(id));
        assert_eq!(ids, ["8.4", "10.1", "A.5.2", "A.5.10", "GV.RR", "GV.RR-02"]);
    }
}
