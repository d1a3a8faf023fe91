//! How long each format takes to write 10,000 findings, and how much it writes.
//!
//! `cargo bench --bench formats` prints the best of five times and the size, and for the times at a
//! quarter and at half of the findings by how much they grow to the next: twice the findings take twice
//! the time, unless a format stops at a limit of its readers.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use govlint::assessment::{
    Assessment, Completeness, Counts, Ledger, Provenance, ResourceSummary, RuleLedger, RuleSummary,
    Scoring, State, Subject, Triaged, Verdict, Verdicts,
};
use govlint::finding::{Finding, Fingerprint, Label, Severity};
use govlint::render::{FORMATS, Style, by_name};
use govlint::scalar::Date;
use govlint::source::{Source, SourceId, Sources, Span, TextRange};

/// Findings of the assessments; each has twice those of the one before.
const FINDINGS: [usize; 3] = [2_500, 5_000, 10_000];
/// Runs of which the fastest counts.
const RUNS: usize = 5;
/// Rules that findings are spread over.
const RULES: usize = 100;
/// Findings in one file.
const IN_A_FILE: usize = 10;

fn main() {
    let assessments = FINDINGS.map(assessment);
    println!(
        "{:<10}{:>11}{:>12}{:>16}{:>16}",
        "format", "time", "size", "x 2,500-5,000", "x 5,000-10,000"
    );
    for format in FORMATS {
        let [(quarter, _), (half, _), (whole, size)] = assessments
            .each_ref()
            .map(|assessment| measure(assessment, format.name));
        let grown = |from: Duration, to: Duration| to.as_secs_f64() / from.as_secs_f64();
        println!(
            "{:<10}{:>8.1} ms{:>9} KB{:>16.1}{:>16.1}",
            format.name,
            whole.as_secs_f64() * 1_000.0,
            size / 1_000,
            grown(quarter, half),
            grown(half, whole),
        );
    }
}

fn measure(assessment: &Assessment, format: &str) -> (Duration, usize) {
    let mut best = Duration::MAX;
    let mut size = 0;
    for _ in 0..RUNS {
        let started = Instant::now();
        size = written(assessment, format).len();
        best = best.min(started.elapsed());
    }
    (best, size)
}

fn written(assessment: &Assessment, format: &str) -> Vec<u8> {
    let format = by_name(format).expect("a format");
    let mut out = Vec::new();
    (format.render)(assessment, Style::default(), &mut out).expect("memory can be written");
    out
}

/// Files of ten records each, and on each record one finding with two places.
fn assessment(count: usize) -> Assessment {
    let mut sources = Sources::default();
    let mut resources = Vec::new();
    let mut spans = Vec::new();
    for file in 0..count / IN_A_FILE {
        let mut text = String::from("apiVersion: govlint/v1\nkind: Systems\nitems:\n");
        let id = SourceId::from_index(file);
        for item in 0..IN_A_FILE {
            let start = u32::try_from(text.len()).expect("a short text") + 8;
            let name = format!("system-{file}-{item}");
            let _ = write!(
                text,
                "  - id: {name}\n    name: Systëm\n    criticality: high\n"
            );
            let end = start + u32::try_from(name.len()).expect("a short name");
            let span = Span::new(id, TextRange::new(start, end));
            spans.push((name.clone(), span));
            resources.push(ResourceSummary {
                kind: "System".into(),
                id: name.into(),
                span,
                weight: 2,
                is_critical: false,
                collection: None,
                completeness: Completeness::default(),
            });
        }
        let path = format!("governance/systems/file-{file}.yaml");
        sources.push(Arc::new(Source::new(path, text)));
    }
    let findings: Vec<Triaged> = spans.iter().enumerate().map(triaged).collect();
    Assessment {
        rules: (0..RULES).map(rule).collect(),
        ledger: ledger(count),
        sources,
        resources,
        findings,
        policies: Vec::new(),
        required_kinds: Vec::new(),
        scoring: Scoring::default(),
        as_of: Date::parse("2026-11-22").expect("a date"),
        from: None,
        comparison: None,
        baseline: None,
        not_evaluable: Vec::new(),
        unread: Vec::new(),
        counts: Counts::default(),
        provenance: Provenance::default(),
    }
}

fn triaged((number, (name, span)): (usize, &(String, Span))) -> Triaged {
    let rule = number % RULES;
    let subject = format!("System/{name}");
    let severities = Severity::ALL;
    let finding = Finding {
        rule: format!("resilience/fault-{rule}").into(),
        code: format!("RES-{rule:03}").into(),
        severity: severities[number % 3],
        message: format!("{name} is critical, and no recovery plan covers it"),
        primary: Label::new(*span, format!("id: {name}")),
        related: vec![
            Label::new(*span, "depends on it (hard)"),
            Label::new(*span, ""),
        ],
        asked: None,
        help: Some("Add it to `covers` of a plan, or write one.".to_owned()),
        fix: None,
        fingerprint: Fingerprint::of(&[&subject, &rule.to_string()]),
        subject,
        cause: None,
        words_until: Date::AFTER_ALL,
    };
    Triaged {
        finding: finding.into(),
        state: State::Open,
        change: None,
        head: number,
    }
}

fn rule(number: usize) -> RuleSummary {
    RuleSummary {
        name: format!("resilience/fault-{number}").into(),
        code: format!("RES-{number:03}").into(),
        policy: "resilience".into(),
        title: "Critical system is covered by no plan".to_owned(),
        why: "An outage with no plan is improvised by whoever is awake.".to_owned(),
        severity: Severity::Error,
        maturity: 2,
        audience: Vec::new(),
        is_waivable: true,
        is_engine: false,
        kinds: Vec::new(),
        measures: None,
        controls: vec!["ISO22301:8.4.4".to_owned(), "CSF:ID.IM-04".to_owned()],
        span: Span::new(SourceId::from_index(0), TextRange::default()),
        verdicts: Verdicts::default(),
        params: Vec::new(),
    }
}

/// Each rule fails on the subjects of its findings and passes on ten times as many others.
fn ledger(count: usize) -> Ledger {
    let rule = |number: usize| {
        let mut ledger = RuleLedger::default();
        for resource in (number % 10..count).step_by(10) {
            let fails = resource % RULES == number;
            let resource = u32::try_from(resource).expect("few resources");
            ledger.subjects.push(Subject::whole(Some(resource)));
            let verdict = if fails { Verdict::Fail } else { Verdict::Pass };
            ledger.verdicts.push(verdict);
        }
        ledger
    };
    Ledger {
        rules: (0..RULES).map(|number| Arc::new(rule(number))).collect(),
    }
}
