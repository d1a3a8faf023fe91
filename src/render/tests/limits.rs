//! Readers set limits: what goes beyond is counted, and the worst is never what is left out.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::{SLOWER, Story};
use crate::finding::Severity::{Error, Info, Warning};
use crate::render::{Style, by_name};

/// A story with so many findings of each severity, the mildest first.
fn crowd(infos: usize, warnings: usize, errors: usize) -> Story {
    let mut story = Story::new()
        .file("a.yaml", "a: ⟦1⟧\n")
        .rule(SLOWER, "Because.", &[]);
    let all = [(Info, infos), (Warning, warnings), (Error, errors)];
    for (severity, count) in all {
        for number in 0..count {
            let subject = format!("System/{severity}-{number}");
            story = story.finding(severity, SLOWER, &subject, "it is slow", &[(0, "")]);
        }
    }
    story
}

fn written(story: &Story, format: &str) -> String {
    story.render(by_name(format).unwrap().render, Style::default())
}

#[test]
fn github_gets_ten_of_a_kind_and_the_number_of_the_others() {
    let output = written(&crowd(30, 5, 12), "github");
    let of_kind = |kind: &str| output.lines().filter(|line| line.starts_with(kind)).count();
    assert_eq!(of_kind("::error "), 10);
    assert_eq!(of_kind("::warning "), 5);
    assert_eq!(of_kind("::notice "), 10);
    assert!(output.starts_with("::error "));
    let last = output.lines().last().unwrap();
    assert!(last.contains("2 errors, 21 infos"), "{last}");
    assert!(!written(&crowd(9, 10, 10), "github").contains("not shown"));
}

#[test]
fn sarif_leaves_out_the_mildest_and_says_so() {
    let log: Value = serde_json::from_str(&written(&crowd(24_000, 900, 200), "sarif")).unwrap();
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    let levels: Vec<&str> = results
        .iter()
        .map(|result| result["level"].as_str().unwrap())
        .collect();
    assert!(levels[..200].iter().all(|level| *level == "error"));
    assert!(levels[200..1_100].iter().all(|level| *level == "warning"));
    let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
    let text = notification["message"]["text"].as_str().unwrap();
    assert!(
        text.starts_with("100 of 25100 results are left out"),
        "{text}"
    );
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn markdown_fits_into_a_comment_and_counts_the_rest() {
    let long = "x".repeat(2_000);
    let mut story = crowd(0, 3_000, 1_000);
    for triaged in &mut story.assessment.findings {
        Arc::make_mut(&mut triaged.finding).message = long.clone();
    }
    let output = written(&story, "markdown");
    assert!(output.len() < 65_536, "{}", output.len());
    let shown = output
        .lines()
        .filter(|line| line.starts_with("* **"))
        .count();
    assert!(output.contains("### govlint: 1000 errors, 3000 warnings\n"));
    assert!(
        output.contains(&format!("\nand {} more\n", 4_000 - shown)),
        "{shown}"
    );
    assert!(shown > 50 && !output.contains("* **warning**"), "{shown}");
    assert!(output.ends_with("as of 2026-11-22\n"));
}

#[test]
fn gitlab_gets_no_fingerprint_twice() {
    let mut story = crowd(0, 0, 3);
    let first = story.assessment.findings[0].finding.fingerprint;
    for triaged in &mut story.assessment.findings {
        Arc::make_mut(&mut triaged.finding).fingerprint = first;
    }
    let issues: Vec<Value> = serde_json::from_str(&written(&story, "gitlab")).unwrap();
    let fingerprints = issues
        .iter()
        .map(|issue| issue["fingerprint"].as_str().unwrap());
    assert_eq!(fingerprints.collect::<BTreeSet<_>>().len(), 3);
}

#[test]
fn junit_tells_cases_of_one_name_apart() {
    let mut story = crowd(0, 0, 3);
    for triaged in &mut story.assessment.findings {
        Arc::make_mut(&mut triaged.finding).subject = "System/a".to_owned();
    }
    let report = written(&story, "junit");
    let report = roxmltree::Document::parse(&report).unwrap();
    let cases = report
        .descendants()
        .filter_map(|node| node.attribute("name"));
    let names: Vec<&str> = cases.filter(|name| name.starts_with("System/")).collect();
    assert_eq!(names, ["System/a", "System/a~2", "System/a~3"]);
}

#[test]
fn nothing_found_is_said_in_every_format() {
    let story = Story::new().checked(3, 12);
    assert_eq!(written(&story, "gitlab"), "[]\n");
    assert_eq!(written(&story, "github"), "");
    assert_eq!(written(&story, "csv").lines().count(), 1);
    assert!(written(&story, "markdown").starts_with("### govlint: nothing to mend\n"));
    assert!(written(&story, "concise").starts_with("0 errors, 0 warnings, 0 infos"));
    assert!(written(&story, "sarif").contains("\"results\":[]"));
    assert!(roxmltree::Document::parse(&written(&story, "junit")).is_ok());
}
