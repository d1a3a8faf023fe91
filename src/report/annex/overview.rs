//! The figures of a run in a few lines.

use super::{Words, words};
use crate::assessment::{Assessment, State, Triaged};
use crate::finding::Severity;
use crate::report::{Cell, Column, Parts, Section};

/// The table of figures, for the first sheet.
pub(super) fn section(parts: &Parts<'_>) -> Section {
    let assessment = parts.assessment;
    let rows = findings(assessment)
        .into_iter()
        .chain(verdicts(assessment))
        .chain([
            ("Waivers in force", waivers_in_force(parts)),
            (
                "Waivers not in force",
                parts.waivers.0.len() as u64 - waivers_in_force(parts),
            ),
            ("Records", assessment.counts.resources as u64),
            ("Files read", assessment.counts.files as u64),
            ("Files not read", assessment.unread.len() as u64),
        ]);
    let rows = rows.map(|(name, count)| vec![Cell::text(name), Cell::count(count)]);
    let mut columns = words(&["What"]);
    columns.push(Column::numbers("Count"));
    let own = Words {
        id: "overview",
        title: "Overview",
        question: "How much was tested, and how much of it deviates?",
        empty: "Nothing was tested.",
        notes: Vec::new(),
    };
    super::section(own, columns, rows.collect())
}

fn findings(assessment: &Assessment) -> Vec<(&'static str, u64)> {
    let count = |is_counted: &dyn Fn(&Triaged) -> bool| {
        let findings = assessment.findings.iter();
        findings.filter(|triaged| is_counted(triaged)).count() as u64
    };
    let open = |severity: Severity| {
        count(&|triaged| triaged.is_open() && triaged.finding.severity == severity)
    };
    vec![
        ("Open errors", open(Severity::Error)),
        ("Open warnings", open(Severity::Warning)),
        ("Open infos", open(Severity::Info)),
        (
            "Excepted findings",
            count(&|triaged| matches!(triaged.state, State::Waived { .. })),
        ),
        (
            "Baselined findings",
            count(&|triaged| matches!(triaged.state, State::Baselined)),
        ),
    ]
}

fn verdicts(assessment: &Assessment) -> [(&'static str, u64); 5] {
    let verdicts = assessment.counts.verdicts;
    [
        ("Rules on", assessment.counts.rules as u64),
        ("Verdicts: pass", verdicts.pass),
        ("Verdicts: fail", verdicts.fail),
        ("Verdicts: not evaluable", verdicts.not_evaluable),
        ("Verdicts: not applicable", verdicts.not_applicable),
    ]
}

fn waivers_in_force(parts: &Parts<'_>) -> u64 {
    let waivers = parts.waivers.0.iter();
    waivers.filter(|waiver| waiver.in_force).count() as u64
}
