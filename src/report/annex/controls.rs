//! Every control with each rule that supports it.

use std::collections::BTreeMap;

use super::{EVALUATION, Words, blank, words};
use crate::assessment::{Assessment, RuleSummary};
use crate::report::{Cell, Column, Section};
use crate::rule::Framework;
use crate::score::{Weights, score};

/// The table of controls, by framework and control.
pub(super) fn section(assessment: &Assessment) -> Section {
    let mut columns = words(&["Id", "Framework", "Control", "Title", "Code", "Rule"]);
    let numbers = ["Population", "Pass", "Fail", "Excepted", "Not evaluable"];
    columns.extend(numbers.map(Column::numbers));
    columns.extend(words(&["Partial evidence", EVALUATION]));
    let own = Words {
        id: "controls",
        title: "Controls",
        question: "Which controls do rules support, and what did they find?",
        empty: "No rule that is on cites a control.",
        notes: vec![
            "A rule is partial evidence for a control. Whether it operates is for the auditor to say."
                .to_owned(),
            "A population of 0 is no pass.".to_owned(),
        ],
    };
    super::section(own, columns, rows(assessment))
}

fn rows(assessment: &Assessment) -> Vec<Vec<Cell>> {
    let scores = score(assessment);
    let conformances = scores.domains.iter().flat_map(|domain| &domain.rules);
    let mut pairs = BTreeMap::new();
    for conformance in conformances {
        let rule = &assessment.rules[conformance.rule];
        for control in &rule.controls {
            let (prefix, id) = control.split_once(':').unwrap_or((control, ""));
            pairs.insert((prefix, id, &*rule.code), (rule, conformance.subjects));
        }
    }
    let pairs = pairs.into_iter();
    pairs
        .map(|((prefix, id, _), (rule, subjects))| row((prefix, id), rule, subjects))
        .collect()
}

fn row((prefix, id): (&str, &str), rule: &RuleSummary, subjects: Weights) -> Vec<Cell> {
    let framework = Framework::of_prefix(prefix);
    let name = framework.map_or(prefix, |framework| &framework.name);
    let title = framework.and_then(|framework| framework.titles.get(id));
    vec![
        Cell::text(format!("{prefix}:{id} {}", rule.code)),
        Cell::text(name),
        Cell::text(id),
        Cell::text(title.map_or("", String::as_str)),
        Cell::text(&*rule.code),
        Cell::text(&rule.title),
        Cell::count(subjects.total()),
        Cell::count(subjects.pass),
        Cell::count(subjects.fail),
        Cell::count(subjects.waived),
        Cell::count(subjects.not_evaluable),
        Cell::text(evidence(subjects)),
        blank(),
    ]
}

fn evidence(subjects: Weights) -> &'static str {
    match subjects.total() {
        0 => "none: nothing to evaluate",
        total if subjects.pass == total => "holds",
        _ => "with exceptions",
    }
}
