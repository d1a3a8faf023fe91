//! The example companies: what the linter says of each is written down beside it, in
//! `expected.txt`. `UPDATE=1 cargo test --test examples` writes it anew.

#![expect(clippy::panic, reason = "a test may stop at the first surprise")]

#[path = "process/govlint.rs"]
mod govlint;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use govlint::{Ended, Run};
use serde_json::Value;

/// The day for which the records are written.
const DAY: &str = "2026-11-22";

/// How each story ends: its folder and its exit status.
const ENDS: [(&str, i32); 2] = [("halden-freight", 1), ("halden-freight-clean", 0)];

/// Faults that lie between two files: rule and subject.
const ACROSS_FILES: [(&str, &str); 5] = [
    ("RES-003", "BusinessService/shipment-billing"),
    ("INS-004", "Contract/cyber-2026#offline-backup"),
    ("DEC-004", "DecisionRight/dr-app-select"),
    ("DEC-004", "DecisionRight/dr-app-platform"),
    ("AIG-004", "AiSystem/writewell"),
];

#[test]
fn the_report_on_every_story_is_the_expected_one() {
    for story in stories() {
        let expected = story.join("expected.txt");
        let report = check(&story, "human").stdout;
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&expected, &report).expect("an expectation can be written");
        }
        let written = fs::read_to_string(&expected).unwrap_or_default();
        let path = expected.display();
        assert!(
            written == report,
            "{path} is not what is reported; run `UPDATE=1 cargo test --test examples`"
        );
    }
}

#[test]
fn every_story_ends_as_it_should() {
    let found: BTreeSet<String> = stories().iter().map(|story| name(story)).collect();
    let known: BTreeSet<String> = ENDS.iter().map(|(story, _)| (*story).to_owned()).collect();
    assert_eq!(found, known);
    for (story, status) in ENDS {
        let ended = check(&folder().join(story), "human");
        assert_eq!(ended.status, status, "{story}\n{}", ended.stdout);
    }
}

#[test]
fn nothing_is_found_where_the_gaps_are_closed() {
    let ended = check(&folder().join("halden-freight-clean"), "json");
    let said = ended.json();
    assert_eq!(said["findings"], Value::Array(Vec::new()));
    assert_eq!(said["notEvaluable"], Value::Array(Vec::new()));
}

#[test]
fn a_fault_between_two_files_is_shown_in_both() {
    let said = check(&folder().join("halden-freight"), "json").json();
    let findings = said["findings"].as_array().expect("a list of findings");
    for (code, subject) in ACROSS_FILES {
        let finding = findings
            .iter()
            .find(|finding| finding["code"] == code && finding["subject"] == subject)
            .unwrap_or_else(|| panic!("{code} says nothing of {subject}"));
        let related = finding["related"].as_array().expect("a list of places");
        let places = related.iter().chain([&finding["primary"]]);
        let files: BTreeSet<&str> = places.filter_map(|place| place["path"].as_str()).collect();
        assert!(files.len() >= 2, "{code} on {subject} shows only {files:?}");
        for place in related {
            let quotes = |finding: &Value| finding["message"] == place["text"];
            let told = has_value(place) || findings.iter().any(quotes);
            assert!(told, "{code} on {subject}: {place}");
        }
    }
}

/// True for texts like `recovery time objective: 24h` and `depends on System/erp`.
fn has_value(place: &Value) -> bool {
    let text = place["text"].as_str().unwrap_or_default();
    text.contains(": ") || text.contains('/') || text.starts_with("no ")
}

fn check(story: &Path, format: &str) -> Ended {
    Run::new(story, &["check", ".", "--as-of", DAY, "--format", format]).end()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

fn stories() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).expect("there are examples");
    let folders = entries.map(|entry| entry.expect("a readable entry").path());
    let mut stories: Vec<PathBuf> = folders
        .filter(|path| path.join("govlint.yaml").exists() || path.join("governance").exists())
        .collect();
    stories.sort();
    stories
}

fn name(story: &Path) -> String {
    let name = story.file_name().expect("a folder has a name");
    name.to_string_lossy().into_owned()
}
