//! When a waiver holds: a table of cases under the built-in rules, each one edit away from a waiver
//! that holds.

#![expect(clippy::panic, reason = "a test may stop at the first surprise")]

use std::fmt::Write as _;
use std::sync::Arc;

use govlint::assessment::State;
use govlint::check::{judge, load_with};
use govlint::host::memory::Memory;
use govlint::scalar::Date;
use govlint::workspace::{Places, Workspace};
use rayon::prelude::*;

const CASES: &str = include_str!("waivers/cases.txt");
const RECORDS: &str = include_str!("waivers/records.yaml");
const WAIVER: &str = include_str!("waivers/waiver.yaml");

/// The finding that the waiver is about.
const RULE: &str = "SYS-001";
const SUBJECT: &str = "System/erp";

#[test]
fn a_waiver_holds_while_the_rules_say_so() {
    let cases: Vec<&str> = CASES.split("\n\n").skip(1).collect();
    assert!(cases.len() >= 20, "{} cases", cases.len());
    let wrong: String = cases.par_iter().map(|case| wrong(case)).collect();
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// What a case says otherwise than expected.
fn wrong(case: &str) -> String {
    let (mut records, mut waiver, mut day) = (RECORDS.to_owned(), WAIVER.to_owned(), "2026-03-01");
    let mut lines = case.lines();
    let name = lines.next().unwrap_or_default();
    let mut expected = "";
    for line in lines {
        if let Some(state) = line.strip_prefix("-> ") {
            expected = state;
        } else if let Some(date) = line.strip_prefix("on ") {
            day = date;
        } else if let Some((old, new)) = line.split_once(" => ") {
            let (old, new) = (old.replace("\\n", "\n"), new.replace("\\n", "\n"));
            assert!(records.contains(&old), "{name}: {old}");
            records = records.replacen(&old, &new, 1);
        } else {
            waiver = with_field(&waiver, line);
        }
    }
    let seen = judged(&records, &waiver, day);
    let mut wrong = String::new();
    if seen != expected {
        let _ = writeln!(wrong, "{name}\n  expected: {expected}\n  seen:     {seen}");
    }
    wrong
}

/// The waiver with one field as in `line`; without it if the line gives no value.
fn with_field(waiver: &str, line: &str) -> String {
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    let kept = waiver
        .lines()
        .filter(|own| !own.starts_with(&format!("{name}:")));
    let added = (!value.trim().is_empty()).then_some(line);
    kept.chain(added)
        .fold(String::new(), |text, line| text + line + "\n")
}

fn judged(records: &str, waiver: &str, day: &str) -> String {
    let host = Memory::new([("records.yaml", records), ("waiver.yaml", waiver)]);
    let workspace = Workspace::open(Places {
        name: ".".to_owned(),
        documents: &host,
        paths: &[String::new()],
        given: None,
        own: &host,
        configuration: None,
        own_shown: String::new(),
        is_one: true,
    });
    let workspace = workspace.unwrap_or_else(|error| panic!("{error}"));
    let day = Date::parse(day).unwrap_or_else(|_| panic!("{day}"));
    let input = workspace.input(day);
    let loaded =
        load_with(&input, &workspace.kinds).unwrap_or_else(|failure| panic!("{failure:?}"));
    let judgement =
        judge(&input, &Arc::new(loaded)).unwrap_or_else(|failure| panic!("{failure:?}"));
    let findings = judgement.findings.iter().zip(&judgement.states);
    let state = findings
        .clone()
        .find(|(finding, _)| &*finding.code == RULE && finding.subject == SUBJECT)
        .map_or("gone", |(_, state)| match state {
            State::Open => "open",
            State::Waived { .. } => "waived",
            State::Baselined => "in the baseline",
        });
    let mut about: Vec<&str> = findings
        .map(|(finding, _)| finding)
        .filter(|finding| finding.subject.split('#').next() == Some("Waiver/wv"))
        .map(|finding| &*finding.code)
        // What a complete waiver records besides is no matter of whether it holds.
        .filter(|code| !matches!(*code, "WVR-005" | "DOC-013"))
        .collect();
    about.sort_unstable();
    std::iter::once(state)
        .chain(about)
        .collect::<Vec<_>>()
        .join(", ")
}
