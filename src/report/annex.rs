//! What an auditor tests: every finding, verdict and control of a run, row by row.
//!
//! The tables are as long as the run is large, so only an output made for long tables asks for
//! them. They hold what the run found, and judge nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cell, Chart, Column, Parts, Section, Table, method};
use crate::assessment::{Assessment, State, Triaged, Verdict, Verdicts};
use crate::forecast::Forecast;
use crate::rule::Framework;
use crate::source::{Sources, Span};

/// Returns the tables of a run: findings, population, controls, waivers, what comes, provenance.
#[must_use]
pub fn annex(parts: &Parts<'_>) -> Vec<Section> {
    let assessment = parts.assessment;
    let mut sections = vec![
        findings(assessment),
        population(assessment),
        controls(assessment),
        waivers(assessment),
    ];
    sections.extend(parts.forecast.map(upcoming));
    sections.push(provenance(assessment));
    sections
}

fn section(id: &str, title: &str, question: &str, table: Table, notes: &[String]) -> Section {
    Section {
        id: format!("annex-{id}"),
        title: title.to_owned(),
        question: question.to_owned(),
        lead: None,
        chart: Chart::Table(table),
        empty: "There is none.".to_owned(),
        notes: notes.to_vec(),
    }
}

fn words(titles: &[&str]) -> Vec<Column> {
    titles.iter().map(|title| Column::words(*title)).collect()
}

/// Where a span starts, as `path:line`.
fn line(sources: &Sources, span: Span) -> Cell {
    let source = sources.get(span.source);
    let line = source.lines().line(span.range.start);
    Cell::text(format!("{}:{line}", source.path()))
}

fn findings(assessment: &Assessment) -> Section {
    let columns = words(&[
        "Fingerprint",
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
        "Auditor's evaluation",
    ]);
    let rows = assessment.findings.iter();
    let rows = rows.map(|triaged| finding(assessment, triaged)).collect();
    let notes =
        ["A deviation is not a deficiency yet: the last column is for the auditor.".to_owned()];
    section(
        "findings",
        "Findings",
        "What deviates, where, and is it excepted?",
        Table { columns, rows },
        &notes,
    )
}

fn finding(assessment: &Assessment, triaged: &Triaged) -> Vec<Cell> {
    let finding = &triaged.finding;
    let sources = &assessment.sources;
    let related = finding.related.iter();
    let related: BTreeSet<String> = related
        .map(|label| line(sources, label.span).text)
        .collect();
    let related: Vec<String> = related.into_iter().collect();
    let controls = assessment.rule(&finding.rule);
    let controls = controls.map_or_else(String::new, |rule| rule.controls.join(" "));
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
        line(sources, finding.primary.span),
        Cell::text(related.join(", ")),
        Cell::text(controls),
        Cell::text(finding.help.as_deref().or(fix).unwrap_or_default()),
        Cell::text(by),
        until,
        Cell::text(""),
    ]
}

/// The word for a state, the waiver that grants it, and its last day.
fn standing(state: &State) -> (&'static str, &str, Cell) {
    match state {
        State::Open => ("open", "", Cell::text("")),
        State::Baselined => ("baselined", "", Cell::text("")),
        State::Waived { by, until, .. } => {
            let until = until.map_or_else(|| Cell::text("no end"), Cell::date);
            ("waived", by, until)
        }
    }
}

fn population(assessment: &Assessment) -> Section {
    let mut rows = Vec::new();
    for (rule, ledger) in assessment.rules.iter().zip(&assessment.ledger.rules) {
        for (subject, verdict) in ledger.subjects.iter().zip(&ledger.verdicts) {
            if *verdict == Verdict::NotApplicable {
                continue;
            }
            let said = if subject.is_undecided {
                Verdict::NotEvaluable
            } else {
                *verdict
            };
            let resource = subject.resource;
            let place = resource.map(|id| assessment.resources[id as usize].span);
            rows.push(vec![
                Cell::text(&*rule.code),
                Cell::text(&*rule.name),
                Cell::text(assessment.subject_name(subject)),
                Cell::text(said.as_str()),
                place.map_or_else(|| Cell::text(""), |span| line(&assessment.sources, span)),
            ]);
        }
    }
    let columns = words(&["Code", "Rule", "Subject", "Verdict", "Place"]);
    let outside = assessment.counts.verdicts.not_applicable;
    let notes = [
        format!("{outside} pairs of rule and record are outside the population and not listed."),
        "A finding that is excepted stands as fail here.".to_owned(),
        "What the engine checks while it reads has findings and no population.".to_owned(),
    ];
    section(
        "population",
        "Population",
        "What was tested, and with which verdict?",
        Table { columns, rows },
        &notes,
    )
}

/// What the rules of a control found.
#[derive(Default)]
struct Support<'a> {
    codes: BTreeSet<&'a str>,
    verdicts: Verdicts,
    excepted: u64,
}

fn controls(assessment: &Assessment) -> Section {
    let excepted = excepted_by_rule(assessment);
    let mut controls: BTreeMap<(&str, &str), Support<'_>> = BTreeMap::new();
    for rule in &assessment.rules {
        let cited = rule.controls.iter().collect::<BTreeSet<_>>();
        for control in cited {
            let key = control.split_once(':').unwrap_or((control, ""));
            let support = controls.entry(key).or_default();
            support.codes.insert(&rule.code);
            support.verdicts.add(rule.verdicts);
            support.excepted += excepted.get(&*rule.name).copied().unwrap_or_default();
        }
    }
    let rows = controls.into_iter();
    let rows = rows.map(|((prefix, id), support)| control(prefix, id, &support));
    let mut columns = words(&["Framework", "Control", "Title", "Rules"]);
    let numbers = ["Pass", "Fail", "Not evaluable", "Excepted among fail"];
    columns.extend(numbers.map(Column::numbers));
    let notes = [
        "Rules are partial evidence for a control; passing them does not show that it operates."
            .to_owned(),
        "A verdict counts under each control that its rule supports.".to_owned(),
    ];
    let table = Table {
        columns,
        rows: rows.collect(),
    };
    section(
        "controls",
        "Controls",
        "Which controls do the rules support, and what did they find?",
        table,
        &notes,
    )
}

fn excepted_by_rule(assessment: &Assessment) -> BTreeMap<&str, u64> {
    let mut excepted = BTreeMap::new();
    let findings = assessment.findings.iter();
    for triaged in findings.filter(|triaged| !triaged.is_open()) {
        *excepted.entry(&*triaged.finding.rule).or_default() += 1;
    }
    excepted
}

fn control(prefix: &str, id: &str, support: &Support<'_>) -> Vec<Cell> {
    let framework = Framework::of_prefix(prefix);
    let name = framework.map_or(prefix, |framework| &framework.name);
    let title = framework.and_then(|framework| framework.titles.get(id));
    let codes: Vec<&str> = support.codes.iter().copied().collect();
    vec![
        Cell::text(name),
        Cell::text(id),
        Cell::text(title.map_or("", String::as_str)),
        Cell::text(codes.join(" ")),
        Cell::count(support.verdicts.pass),
        Cell::count(support.verdicts.fail),
        Cell::count(support.verdicts.not_evaluable),
        Cell::count(support.excepted),
    ]
}

fn waivers(assessment: &Assessment) -> Section {
    let findings = assessment.findings.iter();
    let rows = findings.filter_map(|triaged| {
        let State::Waived { by, until, reason } = &triaged.state else {
            return None;
        };
        let finding = &triaged.finding;
        Some(vec![
            Cell::text(by),
            until.map_or_else(|| Cell::text("no end"), Cell::date),
            Cell::text(reason),
            Cell::text(&*finding.code),
            Cell::text(&finding.subject),
            Cell::text(&finding.message),
            line(&assessment.sources, finding.primary.span),
            Cell::text(finding.fingerprint.to_string()),
        ])
    });
    let mut rows: Vec<Vec<Cell>> = rows.collect();
    rows.sort_by(|one, other| one[0].text.cmp(&other[0].text));
    let columns = words(&[
        "Waiver",
        "Until",
        "Reason",
        "Code",
        "Subject",
        "Finding",
        "Place",
        "Fingerprint",
    ]);
    let notes = ["One row for each finding that a waiver in force covers.".to_owned()];
    section(
        "waivers",
        "Waivers",
        "What is excepted, by which waiver, until when and why?",
        Table { columns, rows },
        &notes,
    )
}

fn upcoming(forecast: &Forecast) -> Section {
    let rows = forecast.events.iter().map(|event| {
        vec![
            Cell::date(event.day),
            event.due.map_or_else(|| Cell::text(""), Cell::date),
            Cell::text(event.change.as_str()),
            Cell::text(event.severity.as_str()),
            Cell::text(&*event.code),
            Cell::text(&event.subject),
            Cell::text(&event.message),
            event.owner.as_ref().map_or_else(Cell::missing, Cell::text),
            line(&forecast.sources, event.place),
            Cell::text(event.fingerprint.to_string()),
        ]
    });
    let columns = words(&[
        "Day",
        "Due",
        "Change",
        "Severity",
        "Code",
        "Subject",
        "What happens",
        "Owner",
        "Place",
        "Fingerprint",
    ]);
    let notes = [format!(
        "Up to {}, if nothing is edited; records still to be written are not foreseen.",
        forecast.until
    )];
    let table = Table {
        columns,
        rows: rows.collect(),
    };
    section(
        "upcoming",
        "Upcoming",
        "What changes with no edit?",
        table,
        &notes,
    )
}

fn provenance(assessment: &Assessment) -> Section {
    let row = |name: &str, value: String| vec![Cell::text(name), Cell::text(value)];
    let mut rows = revision(assessment);
    let unread = assessment.unread.iter();
    rows.extend(unread.map(|(path, reason)| row("Not read", format!("{path}: {reason}"))));
    rows.push(row(
        "Limits",
        "tests recorded assertions, not running systems".to_owned(),
    ));
    let mut own = method::section(assessment);
    if let Chart::Table(table) = &mut own.chart {
        rows.append(&mut table.rows);
        table.rows = rows;
    }
    Section {
        id: "annex-provenance".to_owned(),
        title: "Provenance".to_owned(),
        ..own
    }
}

/// The identity of the revision, as far as it is known.
fn revision(assessment: &Assessment) -> Vec<Vec<Cell>> {
    let Some(revision) = &assessment.provenance.revision else {
        let files = Cell::text("files as they are, of no known revision");
        return vec![vec![Cell::text("Revision"), files]];
    };
    let tag = revision.tag.as_ref();
    let tag = tag.map_or("none", |tag| tag.name.as_str());
    let signed = if revision.is_signed() {
        "there, not verified"
    } else {
        "none"
    };
    let committed = revision.committer.time();
    let differs = match revision.dirty {
        Some(true) => "yes",
        Some(false) => "no",
        None => "no: read from the commit itself",
    };
    let rows = [
        ("Revision", revision.asked.clone()),
        ("Tree", revision.tree.to_string()),
        ("Tag", tag.to_owned()),
        ("Signature", signed.to_owned()),
        ("Committed", committed.unwrap_or_default()),
        ("Committed by", revision.committer.name.clone()),
        ("Files differ from the commit", differs.to_owned()),
    ];
    let text = |(name, value): (&str, String)| vec![Cell::text(name), Cell::text(value)];
    rows.into_iter().map(text).collect()
}
