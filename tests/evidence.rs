//! The evidence of auditors, held against the ledger of a run and the files as they lie there.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

#[path = "process/govlint.rs"]
mod govlint;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use govlint::Run;

const DAY: &str = "2026-11-22";
const STORY: &str = "examples/halden-freight";

fn run(words: &[&str]) -> Value {
    let mut all = words.to_vec();
    all.extend(["--as-of", DAY, "-f", "json"]);
    Run::new(Path::new(STORY), &all).end().json()
}

fn report() -> Value {
    run(&["report", "--working-tree", "--audience", "auditor"])
}

fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// How many verdicts of each outcome there are, by code of the rule.
fn outcomes(report: &Value) -> BTreeMap<(String, String), u64> {
    let mut counts = BTreeMap::new();
    for tested in array(&report["evidence"]) {
        let key = (text(&tested["code"]), text(&tested["outcome"]));
        let key = (key.0.to_owned(), key.1.to_owned());
        *counts.entry(key).or_default() += 1;
    }
    counts
}

#[test]
fn there_is_evidence_of_every_verdict() {
    let (report, check) = (report(), run(&["check"]));
    let outcomes = outcomes(&report);
    let count = |code: &str, outcome: &str| {
        let key = (code.to_owned(), outcome.to_owned());
        outcomes.get(&key).copied().unwrap_or_default()
    };
    let mut all = 0;
    for rule in array(&check["rules"]) {
        let code = text(&rule["code"]);
        let verdicts = &rule["verdicts"];
        let fails = count(code, "fail") + count(code, "excepted");
        assert_eq!(verdicts["pass"], count(code, "pass"), "{code}");
        assert_eq!(verdicts["fail"], fails, "{code}");
        assert_eq!(
            verdicts["notEvaluable"],
            count(code, "not evaluable"),
            "{code}"
        );
        all += fails + count(code, "pass") + count(code, "not evaluable");
    }
    assert_eq!(outcomes.values().sum::<u64>(), all);
    assert!(count("SYS-009", "not evaluable") > 0 && count("SYS-011", "excepted") > 0);
}

#[test]
fn every_place_quotes_what_stands_in_the_blob() {
    let report = report();
    let mut quotes = 0;
    for tested in array(&report["evidence"]) {
        assert!(!array(&tested["places"]).is_empty(), "{tested}");
        for place in array(&tested["places"]) {
            let path = Path::new(STORY).join(text(&place["path"]));
            let written = fs::read_to_string(&path).unwrap();
            let line = place["line"].as_u64().unwrap() - 1;
            let line = written.lines().nth(usize::try_from(line).unwrap()).unwrap();
            let column = usize::try_from(place["column"].as_u64().unwrap()).unwrap() - 1;
            let rest: String = line.chars().skip(column).collect();
            let quoted = text(&place["quoted"]).trim_end_matches('…');
            assert!(rest.starts_with(quoted), "{place}");
            quotes += usize::from(!quoted.is_empty());
        }
    }
    assert!(quotes > 600, "{quotes}");
}

#[test]
fn blobs_are_those_that_git_gives() {
    let report = report();
    let files = array(&report["files"]);
    assert!(files.len() > 20);
    let mut blobs = BTreeMap::new();
    for file in files {
        let path = Path::new(STORY).join(text(&file["path"]));
        let mut git = Command::new("git");
        let git = git.args(["hash-object", "--no-filters"]).arg(path);
        let said = String::from_utf8(git.output().unwrap().stdout).unwrap();
        assert_eq!(text(&file["blob"]), said.trim());
        blobs.insert(text(&file["path"]), &file["blob"]);
    }
    let places = array(&report["evidence"]).iter();
    for place in places.flat_map(|tested| array(&tested["places"])) {
        assert_eq!(place["blob"], *blobs[text(&place["path"])]);
    }
}

/// The section with this id.
fn section<'r>(report: &'r Value, id: &str) -> &'r Value {
    let mut sections = array(&report["sections"]).iter();
    sections.find(|own| own["id"] == id).unwrap()
}

/// The texts of the rows of a section.
fn rows(section: &Value) -> Vec<Vec<&str>> {
    let rows = array(&section["chart"]["rows"]).iter();
    rows.map(|row| array(row).iter().map(|cell| text(&cell["text"])).collect())
        .collect()
}

#[test]
fn controls_are_counted_from_the_rules_that_support_them() {
    let (report, check) = (report(), run(&["check"]));
    let rules: BTreeMap<&str, &Value> = array(&check["rules"])
        .iter()
        .map(|rule| (text(&rule["code"]), rule))
        .collect();
    let scores = array(&check["scores"]["domains"]).iter();
    let subjects: BTreeMap<&str, &Value> = scores
        .flat_map(|domain| array(&domain["rules"]))
        .map(|rule| (text(&rule["code"]), &rule["subjects"]))
        .collect();
    let iso = section(&report, "framework-iso-22301-2019");
    assert_eq!(iso["title"], "ISO 22301:2019");
    let cited = rules.values().flat_map(|rule| array(&rule["controls"]));
    let cited = cited.filter_map(|control| text(control).strip_prefix("ISO22301:"));
    let mut cited: Vec<&str> = cited.collect();
    cited.sort_unstable();
    cited.dedup();
    let rows = rows(iso);
    let mut shown: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    shown.sort_unstable();
    assert_eq!(shown, cited);
    for row in &rows {
        let control = json!(format!("ISO22301:{}", row[0]));
        let supports = |code: &&str| array(&rules[*code]["controls"]).contains(&control);
        let codes: Vec<&str> = rules.keys().copied().filter(supports).collect();
        assert_eq!(row[1], codes.join(", "));
        let count = |field: &str| -> u64 {
            let own = codes
                .iter()
                .map(|code| subjects[code][field].as_u64().unwrap());
            own.sum()
        };
        let counts = ["pass", "fail", "waived", "notEvaluable"].map(count);
        let mut expected = vec![counts.iter().sum::<u64>().to_string()];
        expected.extend(counts.map(|count| count.to_string()));
        assert_eq!(row[2..7], expected, "{}", row[0]);
    }
}

#[test]
fn what_is_not_evaluable_says_why_and_what_is_missing() {
    let report = report();
    let rows = rows(section(&report, "not-evaluable"));
    let expected = [
        "SYS-009",
        "System/erp-bank-link",
        "written as unknown",
        "end of support: unknown",
        "unknown",
        "governance/systems/finance.yaml:78",
    ];
    assert_eq!(rows[0][..6], expected);
}

#[test]
fn exceptions_name_their_authority() {
    let report = report();
    let rows = rows(section(&report, "exceptions"));
    let right = fs::read_to_string(Path::new(STORY).join("governance/waivers/wv-2026-014.yaml"));
    assert!(right.unwrap().contains("decisionRight:"));
    let own = rows.iter().find(|row| row[1] == "SYS-011").unwrap();
    assert_eq!(own[6], "Accept security exception");
    assert_eq!(own[8..11], ["2026-10-22", "2027-01-15", "1"]);
}

#[test]
fn nothing_is_said_to_satisfy_a_control() {
    let words = [
        "report",
        "--working-tree",
        "--audience",
        "auditor",
        "--as-of",
        DAY,
    ];
    let run = Run::new(Path::new(STORY), &words).end();
    assert!(run.stdout.contains("partial evidence for a control"));
    assert!(!run.stdout.to_lowercase().contains("satisf"));
}

#[test]
fn only_auditors_get_the_evidence() {
    for audience in ["board", "executive", "it"] {
        let report = run(&["report", "--working-tree", "--audience", audience]);
        assert_eq!(report["evidence"], Value::Null);
        assert_eq!(report["files"], Value::Null);
    }
}
