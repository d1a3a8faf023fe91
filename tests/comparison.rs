//! What is new, known or gone between two revisions, and what brought it: a table of cases, each
//! also read backwards.

#![expect(clippy::panic, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use govlint::assessment::{Assessment, Change, State, Triaged};
use govlint::check::{Input, judge, load_with, sum_up};
use govlint::finding::Fingerprint;
use govlint::host::memory::Memory;
use govlint::scalar::Date;
use govlint::triage::BaseName;
use govlint::workspace::{Places, Workspace, asks_otherwise, judge_base};
use rayon::prelude::*;

/// The cases; `tests/comparison/README.md` says how they are written.
const CASES: &str = include_str!("comparison/cases.txt");
/// The files that both revisions of each case have, unless the case has its own.
const COMMON: &str = include_str!("comparison/common.txt");

type Files = BTreeMap<String, String>;

struct Case<'t> {
    name: &'t str,
    /// The day of the base, and the day of the run.
    days: [&'t str; 2],
    base: Files,
    head: Files,
    expected: &'t str,
    /// What is expected when base and head change places.
    back: Option<&'t str>,
}

#[test]
fn every_case_says_what_changed_and_why() {
    let cases = cases();
    assert!(cases.len() >= 25, "{} cases", cases.len());
    let wrong: String = cases.par_iter().map(wrong).collect();
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// What a case says otherwise than expected.
fn wrong(case: &Case<'_>) -> String {
    let Case {
        name,
        days,
        base,
        head,
        expected,
        back,
    } = case;
    let mut wrong = String::new();
    let mut check = |name: &str, expected: &str, seen: String| {
        let (expected, seen) = (expected.trim(), seen.trim());
        if expected != seen {
            let _ = write!(wrong, "## {name}\nexpected:\n{expected}\nseen:\n{seen}\n\n");
        }
    };
    check(name, expected, compare(base, head, *days));
    if let Some(back) = back {
        let name = format!("{name}, backwards");
        check(&name, back, compare(head, base, *days));
    }
    wrong
}

fn cases() -> Vec<Case<'static>> {
    let texts = CASES.split("\n## ").skip(1);
    texts.map(case).collect()
}

fn case(text: &str) -> Case<'_> {
    let mut parts = text.split("\n-- ");
    let head = parts.next().unwrap_or_default();
    let (name, rest) = head.split_once('\n').unwrap_or((head, ""));
    let mut days = rest.split_whitespace();
    let run = "2026-03-01";
    let parts: BTreeMap<&str, &str> = parts
        .filter_map(|part| part.split_once('\n').or(Some((part, ""))))
        .collect();
    let day = days.next().unwrap_or(run);
    Case {
        name,
        days: [day, days.next().unwrap_or(run)],
        base: files(parts["base"]),
        head: files(parts["head"]),
        expected: parts["expect"],
        back: parts.get("back").copied(),
    }
}

/// The files of a revision; one without text is left out of the common ones.
fn files(text: &str) -> Files {
    let mut files = split(COMMON);
    files.extend(split(text));
    files.retain(|_, text| !text.trim().is_empty());
    let print = Fingerprint::of(&["demo/system-too-dear", "System/aa"]).to_string();
    for text in files.values_mut() {
        *text = text.replace("PRINT-OF-A", &print);
    }
    files
}

fn split(text: &str) -> Files {
    let mut files = Files::new();
    let mut path = "records.yaml".to_owned();
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("%% ") {
            Some(name) => {
                name.trim().clone_into(&mut path);
                files.insert(path.clone(), String::new());
            }
            None => files.entry(path.clone()).or_default().push_str(line),
        }
    }
    files
}

fn host(files: &Files) -> Memory {
    Memory::new(files.iter().map(|(path, text)| (&**path, &**text)))
}

fn open(documents: &Memory, own: &Memory) -> Workspace {
    let configuration = own.0.contains_key("govlint.yaml");
    let opened = Workspace::open(Places {
        name: ".".to_owned(),
        documents,
        paths: &[String::new()],
        given: None,
        own,
        configuration: configuration.then(|| "govlint.yaml".to_owned()),
        own_shown: String::new(),
        is_one: true,
    });
    opened.unwrap_or_else(|error| panic!("{error}: {:?}", error.mistakes))
}

fn compare(base: &Files, head: &Files, [base_day, day]: [&str; 2]) -> String {
    let (before, after) = (host(base), host(head));
    let workspace = open(&after, &after);
    let base = open(&before, &before);
    let across = asks_otherwise(&workspace, &base).then(|| open(&after, &before));
    let input = Input {
        explain_not_evaluable: true,
        ..workspace.input(date(day))
    };
    let loaded = load_with(&input, &workspace.kinds);
    let loaded = Arc::new(loaded.unwrap_or_else(|failure| panic!("{failure:?}")));
    let name = BaseName {
        asked: "base".to_owned(),
        commit: None,
        day: date(base_day),
    };
    let profile = &loaded.policies.profile;
    let base = judge_base(&input, (&workspace, profile), &base, across.as_ref(), name)
        .unwrap_or_else(|failure| panic!("{failure:?}"));
    let judgement = judge(&input, &loaded).expect("the rules can be evaluated");
    told(&sum_up(&input, judgement, Some(&base)))
}

fn date(text: &str) -> Date {
    Date::parse(text).unwrap_or_else(|_| panic!("{text} is no date"))
}

/// Each change on a line, in the order of rules and subjects, and what it comes to.
fn told(assessment: &Assessment) -> String {
    let comparison = assessment.comparison.as_ref().expect("there is a base");
    let mut lines: Vec<String> = assessment.findings.iter().filter_map(of_finding).collect();
    for past in &comparison.past {
        let finding = &past.finding;
        let now = past
            .now
            .as_ref()
            .filter(|_| past.outcome.as_str() == "lost");
        let now = now.map_or(String::new(), |label| format!(" ({})", label.text));
        let outcome = past.outcome.as_str();
        lines.push(format!(
            "{} {} {outcome}{now}",
            finding.code, finding.subject
        ));
    }
    lines.sort();
    for weakening in &comparison.weakenings {
        let (kind, message) = (weakening.kind.as_str(), &weakening.message);
        lines.push(format!(
            "weaker {kind}: {message}, hides {}",
            weakening.hides
        ));
    }
    let [errors, ..] = assessment.counting_by_severity();
    lines.push(format!("counts {errors}"));
    lines.join("\n")
}

fn of_finding(triaged: &Triaged) -> Option<String> {
    let finding = &triaged.finding;
    let state = match &triaged.state {
        State::Open => "",
        State::Waived { .. } => " (waived)",
        State::Baselined => " (baseline)",
    };
    let change = triaged.change.map_or("-", |change| change.as_str());
    let cause = triaged.change.and_then(Change::cause);
    let cause = cause.map_or(String::new(), |cause| format!(" {}", cause.as_str()));
    let is_told = triaged.change.is_some() || triaged.state != State::Open;
    is_told.then(|| {
        format!(
            "{} {} {change}{cause}{state}",
            finding.code, finding.subject
        )
    })
}
