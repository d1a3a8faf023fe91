//! Every finding, whether it is excepted or not.

use std::collections::BTreeSet;

use super::{EVALUATION, Words, blank, line, words};
use crate::assessment::{Assessment, State, Triaged};
use crate::report::{Cell, Section};

/// The table of findings, in the order of files and places.
pub(super) fn section(assessment: &Assessment) -> Section {
    let columns = words(&[
        "Id",
        "State",
        "Severity",
        "Code",
        "Rule",
        "Subject",
        "Finding",
        "Place",
        "Related places",
        "Controls",
        "What to do",
        "Excepted by",
        "Excepted until",
        EVALUATION,
    ]);
    let rows = assessment.findings.iter();
    let rows = rows.map(|triaged| row(assessment, triaged)).collect();
    let own = Words {
        id: "findings",
        title: "Findings",
        question: "What deviates, where, and is it excepted?",
        empty: "Nothing deviates.",
        notes: vec![
            "A deviation is not a deficiency yet: the last column is for the auditor.".to_owned(),
        ],
    };
    super::section(own, columns, rows)
}

fn row(assessment: &Assessment, triaged: &Triaged) -> Vec<Cell> {
    let finding = &triaged.finding;
    let sources = &assessment.sources;
    let related = finding.related.iter();
    let related: BTreeSet<String> = related.map(|label| line(sources, label.span)).collect();
    let related: Vec<String> = related.into_iter().collect();
    let controls = assessment.rule(&finding.rule);
    let controls = controls.map_or_else(String::new, |rule| rule.controls.join(", "));
    let fix = finding.fix.as_ref().map(|fix| fix.title.as_str());
    let (state, by, until) = standing(&triaged.state);
    vec![
        Cell::text(finding.fingerprint.to_string()),
        Cell::text(state),
        Cell::text(finding.severity.as_str()),
        Cell::text(&*finding.code),
        Cell::text(&*finding.rule),
        Cell::text(&finding.subject),
        Cell::text(&finding.message),
        Cell::text(line(sources, finding.primary.span)),
        Cell::text(related.join(", ")),
        Cell::text(controls),
        Cell::text(finding.help.as_deref().or(fix).unwrap_or_default()),
        Cell::text(by),
        until,
        blank(),
    ]
}

/// The word for a state, the waiver that grants it, and its last day.
fn standing(state: &State) -> (&'static str, &str, Cell) {
    match state {
        State::Open => ("open", "", blank()),
        State::Baselined => ("baselined", "", blank()),
        State::Waived { by, until, .. } => {
            let until = until.map_or_else(|| Cell::text("no end"), Cell::date);
            ("waived", by, until)
        }
    }
}
