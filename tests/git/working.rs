//! What a result about files says of the commit that they stand on.

use std::fs;

use serde_json::{Value, json};

use crate::repository::{Repository, person};

fn history() -> Repository {
    let repository = Repository::new();
    repository.write("records/ada.yaml", person("ada", "Ada"));
    repository.write("records/carl.yaml", person("carl", "Carl"));
    repository.write("handbook/notes.md", "# Notes\n");
    repository.write("other/ci.yml", "on: push\n");
    repository.write("policies/own/notes.txt", "x");
    repository.commit("2026-01-31");
    repository
}

/// Whether the files are told to differ from the commit after a change, and as they were.
fn check(words: &[&str], change: impl Fn(&Repository), expected: bool) {
    let repository = history();
    let dirty = || {
        let words = [&["check", "-f", "json"], words].concat();
        let found = repository.run(&words).json();
        let revision = &found["provenance"]["revision"];
        assert_eq!(revision["commit"], repository.git(&["rev-parse", "HEAD"]));
        assert_eq!(revision["asked"], "HEAD");
        revision["dirty"].as_bool().unwrap()
    };
    assert!(!dirty());
    change(&repository);
    assert_eq!(dirty(), expected);
}

#[test]
fn what_was_read_decides_whether_it_differs() {
    let all: &[&str] = &[];
    check(all, |_| (), false);
    let change = |path: &'static str, text: &'static str| {
        move |repository: &Repository| repository.write(path, text)
    };
    let bob = "apiVersion: govlint/v1\nkind: Person\nid: bob\nname: Bob\n";
    check(all, change("records/ada.yaml", bob), true);
    check(all, change("records/bob.yaml", bob), true);
    check(all, change("handbook/notes.md", "changed"), false);
    check(all, change("other/ci.yml", "on: pull_request\n"), false);
    check(
        all,
        change("govlint.yaml", "builtIn: false\nfailOn: info\n"),
        true,
    );
    let records: &[&str] = &["records"];
    let remove = |path: &'static str| {
        move |repository: &Repository| fs::remove_file(repository.path().join(path)).unwrap()
    };
    check(all, remove("records/ada.yaml"), true);
    check(records, remove("policies/own/notes.txt"), true);
    check(records, change("policies/own/more.txt", "x"), true);
    check(records, change("other/new.yaml", bob), false);
}

#[test]
fn line_ends_of_a_checkout_are_no_difference() {
    check(
        &[],
        |repository| {
            let text = person("ada", "Ada").replace('\n', "\r\n");
            repository.write("records/ada.yaml", text);
        },
        false,
    );
}

#[test]
fn without_a_commit_nothing_is_said_of_one() {
    let repository = Repository::new();
    repository.write("ada.yaml", person("ada", "Ada"));
    let found = repository.run(&["check", "-f", "json"]).json();
    assert!(found["provenance"]["revision"].is_null());
    assert_eq!(found["summary"]["errors"], 0);
}

/// What SARIF says of where the checked files can be fetched.
fn version_control(repository: &Repository, words: &[&str]) -> Value {
    let words = [&["check", "-f", "sarif"], words].concat();
    let log = repository.run(&words).json();
    log["runs"][0]["versionControlProvenance"].clone()
}

#[test]
fn sarif_says_where_the_checked_files_can_be_fetched() {
    let repository = history();
    repository.tag("v1");
    repository.git(&["checkout", "--quiet", "-B", "topic"]);
    let commit = repository.git(&["rev-parse", "HEAD"]);
    assert_eq!(
        version_control(&repository, &[]),
        Value::Null,
        "there is no remote"
    );
    let url = "https://me:secret@host.example/o/r.git?token=t";
    repository.git(&["remote", "add", "origin", url]);
    let uri = "https://host.example/o/r.git";
    let root = json!({"uriBaseId": "%SRCROOT%"});
    let exact = json!([{
        "repositoryUri": uri, "revisionId": commit, "branch": "topic", "mappedTo": root,
    }]);
    assert_eq!(version_control(&repository, &[]), exact);
    let tagged = json!([{
        "repositoryUri": uri, "revisionId": commit, "revisionTag": "v1", "mappedTo": root,
    }]);
    assert_eq!(version_control(&repository, &["--at", "v1"]), tagged);
    repository.write("records/bob.yaml", person("bob", "Bob"));
    let dirty = json!([{"repositoryUri": uri, "branch": "topic", "mappedTo": root}]);
    let told = version_control(&repository, &[]);
    assert_eq!(told, dirty, "no revision holds the files that were checked");
    let told = version_control(&repository, &["--at", "v1"]);
    assert_eq!(told, tagged, "what is checked out is not what is checked");
    repository.git(&["remote", "set-url", "origin", "../elsewhere"]);
    assert_eq!(
        version_control(&repository, &[]),
        Value::Null,
        "a path leads nowhere elsewhere"
    );
}
