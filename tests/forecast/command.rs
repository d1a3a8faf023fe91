//! `govlint forecast` as its user starts it.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use super::brute::{Files, story};
use super::govlint::{Ended, Run};

/// A folder on the disk.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new(files: &Files) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    pub(crate) fn run(&self, words: &str) -> Ended {
        let words: Vec<&str> = words.split_whitespace().collect();
        Run::new(self.0.path(), &words).end()
    }
}

fn halden(words: &str) -> Ended {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/halden-freight");
    let words = format!("forecast --as-of 2026-11-22 {words}");
    let words: Vec<&str> = words.split_whitespace().collect();
    Run::new(&root, &words).end()
}

fn events(ended: &Ended) -> Vec<Value> {
    ended.json()["events"].as_array().unwrap().clone()
}

/// A vendor that was assessed a year ago, with 30 days of grace.
fn vendor(assessed: &str) -> Files {
    let rule = "\
apiVersion: govlint/v1
kind: Rule
code: T-001
title: A reassessment is overdue
severity: error
params:
  grace: {type: duration, default: 30d}
for: Vendor
assert: asOf <= self.lastReviewed + duration(\"12mo\") + params.grace
message: \"{self.name} is to be assessed again\"
why: It matters.
fix: Assess it.
";
    let record = format!(
        "apiVersion: govlint/v1\nkind: Vendor\nid: acme\nname: Acme\nowner: Person/ada\nlastReviewed: {assessed}\n\
         ---\napiVersion: govlint/v1\nkind: Person\nid: ada\nname: Ada\n"
    );
    Files::from([
        ("govlint.yaml".to_owned(), "builtIn: false\n".to_owned()),
        ("policies/t/late.yaml".to_owned(), rule.to_owned()),
        ("a.yaml".to_owned(), record),
    ])
}

/// The due date and how near it is, seen from 2026-11-22.
fn check_due(assessed: &str, due: &str, opens: &str, urgency: &str) {
    let folder = Folder::new(&vendor(assessed));
    let ended = folder.run("forecast --as-of 2026-11-22 --until 1y --format json");
    let found = if urgency == "overdue" {
        ended.json()["overdue"].clone()
    } else {
        ended.json()["events"].clone()
    };
    let event = &found[0];
    assert_eq!(event["date"], opens, "{}", ended.stdout);
    assert_eq!(event["urgency"], urgency);
    assert_eq!(event["owner"], "Person/ada");
    if urgency != "overdue" {
        assert_eq!(event["due"], due);
    }
}

#[test]
fn what_is_due_is_known_without_a_word_in_the_rule() {
    check_due("2026-05-01", "2027-05-01", "2027-06-01", "later");
    check_due("2025-12-22", "2026-12-22", "2027-01-22", "due soon");
    check_due("2025-12-23", "2026-12-23", "2027-01-23", "later");
    check_due("2025-11-22", "2026-11-22", "2026-12-23", "due soon");
    check_due("2025-11-21", "2026-11-21", "2026-12-22", "in grace");
    check_due("2025-10-23", "2026-10-23", "2026-11-23", "in grace");
    check_due("2025-10-22", "2026-10-22", "2026-11-22", "overdue");
}

#[test]
fn people_read_a_list_by_month() {
    let folder = Folder::new(&vendor("2025-11-21"));
    let ended = folder.run("forecast --as-of 2026-11-22");
    let expected = "\
December 2026
  2026-12-22    in 30 days  error    Acme is to be assessed again
      in grace since 2026-11-21 · Vendor/acme · T-001 · a.yaml:6:15 · owner Person/ada

1 error, 0 warnings, 0 infos to come · 0 overdue, 1 in grace, 0 due soon · 0 for the better · as of 2026-11-22 until 2027-02-20
next: see to Vendor/acme by 2026-12-21, or put all into a calendar with `govlint forecast -f ics`
";
    assert_eq!(ended.stdout, expected);
    assert_eq!(ended.status, 0);
    let quiet = folder.run("forecast --as-of 2026-11-22 --until 7d");
    assert!(
        quiet
            .stdout
            .ends_with("next: nothing lapses until 2026-11-29\n"),
        "{}",
        quiet.stdout
    );
}

#[test]
fn a_scheduled_run_fails_on_what_comes_too_soon() {
    let folder = Folder::new(&vendor("2025-11-21"));
    let status = |words: &str| {
        folder
            .run(&format!("forecast --as-of 2026-11-22 {words}"))
            .status
    };
    assert_eq!(status(""), 0);
    assert_eq!(status("--fail-within 29d"), 0);
    assert_eq!(status("--fail-within 30d"), 1);
    assert_eq!(status("--fail-within 1mo --ignore t"), 3);
    assert_eq!(status("--until yesterday"), 2);
    assert_eq!(status("--until 2026-11-31"), 2);
    assert_eq!(status("--until 2026-11-21"), 2);
    assert_eq!(status("--until 2026-11-22"), 0);
    assert_eq!(status("--lead soon"), 2);
    assert_eq!(status("--select nothing"), 2);
}

#[test]
fn nothing_to_look_at_is_said() {
    let folder = Folder::new(&Files::from([("x.txt".to_owned(), String::new())]));
    let ended = folder.run("forecast");
    assert_eq!(ended.status, 3);
    assert!(
        ended.stderr.contains("no governance documents"),
        "{}",
        ended.stderr
    );
}

#[test]
fn the_story_tells_waivers_contracts_and_departures() {
    let events = events(&halden("--until 2027-03-31 --format json"));
    let has = |change: &str, subject: &str| {
        let mut events = events.iter();
        events.any(|event| event["change"] == change && event["subject"] == subject)
    };
    assert!(has("lapses", "Waiver/wv-2026-014"), "{events:#?}");
    assert!(has("reopens", "System/erp-bank-link"), "{events:#?}");
    let days: Vec<&str> = events
        .iter()
        .map(|event| event["date"].as_str().unwrap())
        .collect();
    assert!(days.is_sorted());
}

#[test]
fn threads_change_nothing() {
    for format in ["human", "json", "ics"] {
        let root = Folder::new(&story("halden-freight"));
        let words = ["forecast", "--as-of", "2026-11-22", "--format", format];
        let on = |threads: &str| {
            let run = Run::new(root.0.path(), &words).variable("RAYON_NUM_THREADS", threads);
            run.end().stdout
        };
        assert_eq!(on("1"), on("4"), "{format}");
    }
}
