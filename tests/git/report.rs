//! Reports on revisions: what moved the score, and the same bytes wherever they are made.

use serde_json::{Value, json};

use crate::repository::Repository;

/// A policy with one rule that time breaks and one that only an edit can.
const FILES: [(&str, &str); 5] = [
    (
        "govlint.yaml",
        "apiVersion: govlint/v1\nkind: Config\nbuiltIn: false\n",
    ),
    (
        "policies/own/policy.yaml",
        "apiVersion: govlint/v1\nkind: Policy\nprefix: OWN\ntitle: Own\nquestion: How far?\nweight: 1\n",
    ),
    (
        "policies/own/stale.yaml",
        "apiVersion: govlint/v1\nkind: Rule\ncode: OWN-001\ntitle: Stale\nseverity: error\nfor: System\n\
         assert: asOf <= self.lastReviewed + duration(\"3mo\")\nmessage: \"{self.name} is stale\"\n\
         why: It ages.\nfix: Look at it.\n",
    ),
    (
        "policies/own/unnamed.yaml",
        "apiVersion: govlint/v1\nkind: Rule\ncode: OWN-002\ntitle: Unnamed\nseverity: error\nfor: System\n\
         assert: self.name != \"Nameless\"\nmessage: \"{self.name} has no name\"\n\
         why: Names matter.\nfix: Name it.\n",
    ),
    (
        "policies/reports/board/open.yaml",
        "apiVersion: govlint/v1\nkind: View\ntitle: Open\nquestion: What is open?\nrows: findings()\n\
         columns: {code: it.code, change: it.change}\nchart: table\nsort: [code]\n",
    ),
];

/// A repository whose record is named between January and June, and not reviewed.
fn story() -> Repository {
    let repository = Repository::bare_of_files();
    for (path, text) in FILES {
        repository.write(path, text);
    }
    let record = |name: &str| {
        format!(
            "apiVersion: govlint/v1\nkind: System\nid: erp\nname: {name}\nlastReviewed: 2026-01-01\n"
        )
    };
    repository.write("erp.yaml", record("Nameless"));
    repository.commit("2026-01-10");
    repository.tag("january");
    repository.write("erp.yaml", record("ERP"));
    repository.commit("2026-06-10");
    repository.tag("june");
    repository
}

fn report(repository: &Repository, words: &[&str]) -> Value {
    let mut all = vec!["report", "-f", "json"];
    all.extend(words);
    let ended = repository.run(&all);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    ended.json()
}

#[test]
fn a_report_tells_work_from_time() {
    let repository = story();
    let report = report(&repository, &["--at", "june", "--since", "january"]);
    assert_eq!(report["asOf"], "2026-06-10");
    assert_eq!(
        report["since"],
        json!({"revision": "january", "day": "2026-01-10"})
    );
    let verdict = report["verdict"].as_str().unwrap();
    let moved = "50 % of what good governance asks for is in place, the same as the 50 % on 2026-01-10: \
                 work on the records gained 50.0 points, and the passing of time lost 50.0 points.";
    assert!(verdict.starts_with(moved), "{verdict}");
    let points = &report["sections"][0]["chart"]["points"];
    assert_eq!(
        (&points[0]["day"], &points[0]["value"]["text"]),
        (&json!("2026-01-10"), &json!("50 %"))
    );
    assert_eq!(points[1]["day"], "2026-06-10");
}

#[test]
fn a_finding_that_was_not_open_before_is_new() {
    let repository = story();
    let report = report(&repository, &["--at", "june", "--since", "january"]);
    let rows = &report["sections"][1]["chart"]["rows"];
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(
        (&rows[0][0]["text"], &rows[0][1]["text"]),
        (&json!("“Stale”"), &json!("new"))
    );
    let alone = self::report(&repository, &["--at", "june"]);
    assert_eq!(alone["since"], Value::Null);
    assert_eq!(alone["sections"][1]["chart"]["rows"][0][1]["text"], "");
}

#[test]
fn a_report_on_a_tag_needs_no_files() {
    let repository = story();
    let words = ["--at", "june", "--since", "january"];
    let with_files = report(&repository, &words);
    for path in ["erp.yaml", "govlint.yaml", "policies/own/stale.yaml"] {
        std::fs::remove_file(repository.path().join(path)).unwrap();
    }
    assert_eq!(report(&repository, &words), with_files);
}

/// A story with three tags, two of them on one commit, and edits after the last.
fn tagged() -> Repository {
    let repository = story();
    repository.tag("midyear");
    repository.write(
        "erp.yaml",
        "apiVersion: govlint/v1\nkind: System\nid: erp\nname: Later\n",
    );
    repository
}

#[test]
fn the_latest_tag_is_reported_against_the_one_before() {
    let repository = tagged();
    let ended = repository.run(&["report", "-f", "json"]);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    let note = "note: this is about june, the latest tag, compared with january; \
                `--working-tree` reports on the files as they are\n";
    assert_eq!(ended.stderr, note);
    let report = ended.json();
    let named = self::report(&repository, &["--at", "june", "--since", "january"]);
    assert_eq!(report, named);
}

#[test]
fn what_is_named_is_not_chosen() {
    let repository = tagged();
    for (words, at, since) in [
        (&["--at", "january"][..], json!("january"), Value::Null),
        (&["--since", "june"], json!("june"), json!("june")),
        (&["--working-tree"], json!("HEAD"), Value::Null),
        (
            &["--working-tree", "--since", "june"],
            json!("HEAD"),
            json!("june"),
        ),
    ] {
        let report = report(&repository, words);
        assert_eq!(report["revision"], at, "{words:?}");
        assert_eq!(report["since"]["revision"], since, "{words:?}");
    }
    let both = repository.run(&["report", "--at", "june", "--working-tree"]);
    assert_eq!(both.status, 2);
}

#[test]
fn a_single_tag_has_nothing_before_it_and_no_tag_means_files() {
    let repository = story();
    repository.git(&["tag", "-d", "january"]);
    let ended = repository.run(&["report", "-f", "json"]);
    assert!(
        ended.stderr.contains("no tag before it"),
        "{}",
        ended.stderr
    );
    assert_eq!(ended.json()["revision"], "june");
    assert_eq!(ended.json()["since"], Value::Null);
    repository.git(&["tag", "-d", "june"]);
    let ended = repository.run(&["report", "-f", "json"]);
    assert_eq!((ended.status, &*ended.stderr), (0, ""));
    assert_eq!(ended.json()["revision"], "HEAD");
}

#[test]
fn a_tag_beside_the_line_is_no_earlier_state() {
    let repository = story();
    repository.git(&["checkout", "-q", "-b", "side", "january"]);
    repository.write(
        "erp.yaml",
        "apiVersion: govlint/v1\nkind: System\nid: erp\nname: Side\n",
    );
    repository.commit("2026-07-01");
    repository.tag("side-tag");
    repository.git(&["checkout", "-q", "main"]);
    let report = report(&repository, &[]);
    assert_eq!(report["revision"], "june");
}

#[test]
fn a_folder_of_another_repository_has_its_own_tags() {
    let repository = tagged();
    let elsewhere = tempfile::tempdir().unwrap();
    let path = repository.path().to_str().unwrap();
    let words = ["report", "-f", "json", path];
    let ended = crate::govlint_process::Run::new(elsewhere.path(), &words).end();
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    assert_eq!(ended.json()["revision"], "june");
}

#[test]
fn what_the_latest_tag_lacks_can_be_reported_on_as_it_is() {
    let repository = story();
    repository.write(
        "new/crm.yaml",
        "apiVersion: govlint/v1\nkind: System\nid: crm\nname: CRM\n",
    );
    let ended = repository.run(&["report", "new"]);
    assert_eq!(ended.status, 2);
    assert!(
        ended.stderr.contains("`--working-tree` reports"),
        "{}",
        ended.stderr
    );
    let ended = repository.run(&["report", "new", "--working-tree"]);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
}

/// A view that draws each domain over the last tags.
const DOMAINS: &str = "\
apiVersion: govlint/v1
kind: View
title: Domains
question: How far?
rows: scores()
columns: {domain: it.domain, policy: it.policy, coverage: it.coverage}
chart: {type: bars, label: domain, value: coverage, trend: policy}
";

/// The story with a tag each month, in which the record is sometimes nameless.
fn months(count: usize) -> Repository {
    let repository = Repository::bare_of_files();
    for (path, text) in FILES {
        repository.write(path, text);
    }
    repository.write("policies/reports/board/domains.yaml", DOMAINS);
    for month in 1..=count {
        let name = if month % 3 == 0 { "Nameless" } else { "ERP" };
        let reviewed = if month > 6 { 7 } else { 1 };
        repository.write(
            "erp.yaml",
            format!(
                "apiVersion: govlint/v1\nkind: System\nid: erp\nname: {name}\nlastReviewed: 2026-0{reviewed}-01\n"
            ),
        );
        repository.commit(&format!("2026-{month:02}-10"));
        repository.tag(&format!("v{month}"));
    }
    repository
}

/// The days and values of a list of points.
fn points(points: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let points = points.as_array().unwrap().iter();
    points
        .map(|point| (text(&point["day"]), text(&point["value"]["text"])))
        .collect()
}

/// The points of the whole, and of the only domain.
fn trends(report: &Value) -> [Vec<(String, String)>; 2] {
    let domains = report["sections"].as_array().unwrap().iter();
    let domains = domains
        .clone()
        .find(|own| own["id"] == "domains")
        .unwrap_or(&Value::Null);
    [
        points(&report["sections"][0]["chart"]["points"]),
        points(&domains["chart"]["bars"][0]["trend"]),
    ]
}

#[test]
fn each_domain_is_shown_over_the_last_eight_tags() {
    let repository = months(10);
    let report = report(&repository, &["--at", "v10"]);
    let expected: Vec<(String, String)> = (3..=10)
        .map(|month| {
            let at = format!("v{month}");
            let score = repository.run(&["score", "-f", "json", "--at", &at]).json();
            let percent = &score["overall"]["percent"];
            (format!("2026-{month:02}-10"), format!("{percent} %"))
        })
        .collect();
    assert_eq!(trends(&report), [expected.clone(), expected.clone()]);
    let values = expected.iter().map(|(_, value)| value.as_str());
    let values: std::collections::BTreeSet<&str> = values.collect();
    assert_eq!(values.len(), 3, "the story goes up and down: {values:?}");
}

#[test]
fn files_as_they_are_follow_the_tags() {
    let repository = months(3);
    let named =
        "apiVersion: govlint/v1\nkind: System\nid: erp\nname: ERP\nlastReviewed: 2026-05-01\n";
    repository.write("erp.yaml", named);
    let report = report(&repository, &["--working-tree", "--as-of", "2026-05-20"]);
    let [whole, domain] = trends(&report);
    let days: Vec<&str> = whole.iter().map(|(day, _)| day.as_str()).collect();
    assert_eq!(
        days,
        ["2026-01-10", "2026-02-10", "2026-03-10", "2026-05-20"]
    );
    assert_eq!(whole.last().unwrap().1, "100 %");
    assert_eq!(whole, domain);
}

#[test]
fn one_tag_shows_no_direction() {
    let repository = months(1);
    let report = report(&repository, &[]);
    let [whole, domain] = trends(&report);
    assert_eq!((whole.len(), domain.len()), (1, 0));
    let page = repository.run(&["report", "-f", "html"]);
    assert!(!page.stdout.contains("Over the last tags"));
    let page = months(2).run(&["report", "-f", "html"]);
    assert!(page.stdout.contains("Over the last tags"));
}
