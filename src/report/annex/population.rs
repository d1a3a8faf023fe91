//! Every subject that a rule gave a verdict on.

use super::{EVALUATION, Words, blank, line, words};
use crate::assessment::{Assessment, RuleSummary, Subject, Verdict};
use crate::finding::Fingerprint;
use crate::report::{Cell, Section};

/// The table of verdicts, by rule. A row that fails has the id of its finding.
pub(super) fn section(assessment: &Assessment) -> Section {
    let columns = words(&[
        "Id", "Code", "Rule", "Subject", "Verdict", "Place", EVALUATION,
    ]);
    let outside = assessment.counts.verdicts.not_applicable;
    let own = Words {
        id: "population",
        title: "Population",
        question: "What was tested, and with which verdict?",
        empty: "No rule applied to anything.",
        notes: vec![
            format!(
                "{outside} pairs of rule and record are outside the population and not listed."
            ),
            "A finding that is excepted stands as fail here; both have the same id.".to_owned(),
            "What is checked while files are read has findings and no population.".to_owned(),
        ],
    };
    super::section(own, columns, rows(assessment))
}

fn rows(assessment: &Assessment) -> Vec<Vec<Cell>> {
    let rules = assessment.rules.iter().zip(&assessment.ledger.rules);
    let mut rows = Vec::new();
    for (rule, ledger) in rules {
        let verdicts = ledger.subjects.iter().zip(&ledger.verdicts);
        let tested = verdicts.filter(|(_, verdict)| **verdict != Verdict::NotApplicable);
        rows.extend(tested.map(|(subject, verdict)| row(assessment, rule, subject, *verdict)));
    }
    rows
}

fn row(
    assessment: &Assessment,
    rule: &RuleSummary,
    subject: &Subject,
    verdict: Verdict,
) -> Vec<Cell> {
    let name = assessment.subject_name(subject);
    let said = if subject.is_undecided {
        Verdict::NotEvaluable
    } else {
        verdict
    };
    let place = subject.resource.map(|id| {
        let resource = &assessment.resources[id as usize];
        Cell::text(line(&assessment.sources, resource.span))
    });
    vec![
        Cell::text(Fingerprint::of(&[&rule.name, &name]).to_string()),
        Cell::text(&*rule.code),
        Cell::text(&*rule.name),
        Cell::text(name),
        Cell::text(said.as_str()),
        place.unwrap_or_else(blank),
        blank(),
    ]
}
