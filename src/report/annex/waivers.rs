//! Every waiver that is written, whether it holds or not.

use std::collections::BTreeMap;

use super::{EVALUATION, Words, blank, line, words};
use crate::assessment::{Assessment, State, Triaged, Verdict};
use crate::evaluate::{Waiver, decides_on_waivers};
use crate::report::{Cell, Column, Parts, Section};
use crate::triage::waiver::{Status, is_obstacle};

/// The table of waivers, by name.
pub(super) fn section(parts: &Parts<'_>) -> Section {
    let mut columns = words(&["Id", "State", "Ends"]);
    columns.push(Column::numbers("Days left"));
    columns.extend(words(&[
        "Rule",
        "Targets",
        "Reason",
        "Approved by",
        "Approved on",
        "Under the right",
    ]));
    columns.push(Column::numbers("Findings covered"));
    columns.extend(words(&[
        "Covers",
        "Does not hold because",
        "Place",
        EVALUATION,
    ]));
    let covered = covered(parts.assessment);
    let mut waivers: Vec<&Waiver> = parts.waivers.0.iter().collect();
    waivers.sort_by(|one, other| one.name.cmp(&other.name));
    let rows = waivers.into_iter().map(|waiver| {
        let covers = covered.get(&*waiver.name).map_or(&[][..], Vec::as_slice);
        row(parts, waiver, covers)
    });
    let own = Words {
        id: "waivers",
        title: "Waivers",
        question: "What is excepted, by whom, under which right, until when, and does it hold?",
        empty: "No waiver is written.",
        notes: vec![
            "Whether the approver held the right on the day of approval is judged by rules; a waiver \
             that fails one does not hold, and its findings are open."
                .to_owned(),
            "Days left count the last day; they are negative after it.".to_owned(),
        ],
    };
    super::section(own, columns, rows.collect())
}

/// The findings that each waiver covers.
fn covered(assessment: &Assessment) -> BTreeMap<&str, Vec<&Triaged>> {
    let mut covered: BTreeMap<&str, Vec<&Triaged>> = BTreeMap::new();
    for triaged in &assessment.findings {
        if let State::Waived { by, .. } = &triaged.state {
            covered.entry(by).or_default().push(triaged);
        }
    }
    covered
}

fn row(parts: &Parts<'_>, waiver: &Waiver, covers: &[&Triaged]) -> Vec<Cell> {
    let assessment = parts.assessment;
    let status = Status::of(waiver, !covers.is_empty(), assessment.as_of);
    let left = waiver.days_left(assessment.as_of);
    let targets = waiver.target_names(&parts.loaded.catalog);
    let covers_words: Vec<String> = covers
        .iter()
        .map(|triaged| format!("{} on {}", triaged.finding.code, triaged.finding.subject))
        .collect();
    let span = assessment.resources[waiver.resource as usize].span;
    vec![
        Cell::text(&waiver.name),
        Cell::text(status.as_str()),
        waiver.expires.map_or_else(Cell::missing, Cell::date),
        left.map_or_else(blank, Cell::whole),
        Cell::text(&waiver.rule),
        Cell::text(targets.join(", ")),
        Cell::text(&waiver.reason),
        recorded(waiver.approver.as_deref()),
        waiver.approved_on.map_or_else(Cell::missing, Cell::date),
        recorded(waiver.right.as_deref()),
        Cell::count(covers.len() as u64),
        Cell::text(covers_words.join(", ")),
        Cell::text(obstacles(parts, waiver).join("; ")),
        Cell::text(line(&assessment.sources, span)),
        blank(),
    ]
}

fn recorded(text: Option<&str>) -> Cell {
    text.map_or_else(Cell::missing, Cell::text)
}

/// What keeps a waiver from holding: findings on it, and verdicts on it that could not be given.
fn obstacles(parts: &Parts<'_>, waiver: &Waiver) -> Vec<String> {
    if waiver.in_force {
        return Vec::new();
    }
    let policies = &parts.loaded.policies;
    let findings = parts.assessment.findings.iter();
    let findings = findings
        .map(|triaged| &triaged.finding)
        .filter(|finding| is_obstacle(policies, waiver, finding))
        .map(|finding| format!("{}: {}", finding.code, finding.message));
    let rules = parts.assessment.rules.iter();
    let undecided = rules
        .zip(&parts.assessment.ledger.rules)
        .filter(|(rule, ledger)| {
            let decides = policies
                .find(&rule.name)
                .is_some_and(|rule| decides_on_waivers(policies, rule));
            let mut verdicts = ledger.subjects.iter().zip(&ledger.verdicts);
            decides
                && verdicts.any(|(subject, verdict)| {
                    subject.resource == Some(waiver.resource) && *verdict == Verdict::NotEvaluable
                })
        });
    let undecided = undecided.map(|(rule, _)| format!("{} cannot be judged", rule.code));
    findings.chain(undecided).collect()
}
