//! What a revision may be called, and what is said where there is none.

use std::fs;

use crate::assert_said;
use crate::govlint_process::Run;
use crate::repository::{Repository, person};

/// Two commits: the second adds somebody called Bob.
fn history() -> Repository {
    let repository = Repository::new();
    repository.write("ada.yaml", person("ada", "Ada"));
    repository.commit("2026-01-31");
    repository.tag("v2026-q1");
    repository.write("bob.yaml", person("bob", "Bob"));
    repository.commit("2026-02-28");
    repository
}

#[test]
fn a_revision_has_many_names() {
    let repository = history();
    let first = repository.git(&["rev-parse", "HEAD~1"]);
    repository.git(&["tag", "-a", "-m", "again", "outer", "v2026-q1"]);
    repository.git(&["update-ref", "refs/tags/--output=x", &first]);
    repository.git(&["branch", "topic/first", &first]);
    let names = [
        "v2026-q1",
        "refs/tags/v2026-q1",
        "v2026-q1^{commit}",
        "HEAD~1",
        "HEAD^",
        "main~1",
        "topic/first",
        &first,
        &first[..10],
        "outer",
        "--output=x",
    ];
    for name in names {
        let ended = repository.run(&["check", &format!("--at={name}")]);
        assert_said(
            &ended,
            0,
            &["1 resource,", &first[..10], "as of 2026-01-31"],
        );
    }
    assert!(!repository.path().join("x").exists());
    for name in ["HEAD", "main", "@"] {
        let ended = repository.run(&["check", "--at", name]);
        assert_said(&ended, 1, &["bob.yaml:4:7", "as of 2026-02-28"]);
    }
}

#[test]
fn what_is_no_revision_is_said() {
    let repository = history();
    repository.git(&["tag", "files", "HEAD^{tree}"]);
    let ghost = "0123456789012345678901234567890123456789";
    let tags = repository.path().join(".git/refs/tags");
    fs::write(tags.join("ghost"), format!("{ghost}\n")).unwrap();
    fs::write(tags.join("garbage"), "not an id\n").unwrap();
    let cases: [(&str, &[&str]); 11] = [
        (
            "v2026-q2",
            &["no revision `v2026-q2`", "did you mean `v2026-q1`?"],
        ),
        ("HEAD~7", &["no revision `HEAD~7`"]),
        ("files", &["`files` is no commit, but a tree"]),
        ("HEAD:ada.yaml", &["is no commit, but a blob"]),
        (
            "ghost",
            &["refs/tags/ghost", ghost, "missing", "git fetch --tags"],
        ),
        ("garbage", &["`garbage`"]),
        ("HEAD@{1}", &["reference log", "git rev-parse"]),
        ("main@{yesterday}", &["reference log"]),
        ("HEAD~1..HEAD", &["`HEAD~1..HEAD`"]),
        ("", &["``"]),
        ("\u{1b}[31m", &["`\\u{1b}[31m`"]),
    ];
    for (name, words) in cases {
        let ended = repository.run(&["check", &format!("--at={name}")]);
        assert_said(&ended, 2, words);
        assert_eq!(ended.stdout, "", "{name}");
    }
}

#[test]
fn what_is_no_readable_repository_is_said() {
    let outside = tempfile::tempdir().unwrap();
    let check = |words: &[&str]| Run::new(outside.path(), words).end();
    let ended = check(&["check", "--at", "v1"]);
    assert_said(&ended, 2, &["no git repository around .", "--repo DIR"]);
    let ended = check(&["check", "--at", "v1", "--repo", "nowhere"]);
    assert_said(&ended, 2, &["nowhere: no such file or directory"]);
    let empty = Repository::new();
    for name in ["HEAD", "main"] {
        let ended = empty.run(&["check", "--at", name]);
        assert_said(&ended, 2, &["the repository has no commit yet"]);
    }
    let path = empty.beside("long");
    let long = path.to_str().unwrap();
    empty.git(&["init", "-q", "--object-format=sha256", long]);
    let ended = check(&["check", "--at", "HEAD", "--repo", long]);
    assert_said(&ended, 2, &["SHA-256"]);
}

#[test]
fn the_date_is_that_of_the_commit_unless_it_is_given() {
    let repository = Repository::new();
    repository.write("ada.yaml", person("ada", "Ada"));
    repository.commit_at("2026-06-30T23:30:00-05:00");
    let words = ["check", "--at", "HEAD"];
    let ended = repository.run(&words);
    assert_said(&ended, 0, &["as of 2026-06-30, the day of the commit"]);
    let run = || Run::new(repository.path(), &words);
    let ended = run().variable("GOVLINT_AS_OF", "2026-08-01").end();
    assert_said(
        &ended,
        0,
        &["as of 2026-08-01, the day that GOVLINT_AS_OF gives"],
    );
    let ended = repository.run(&["check", "--at", "HEAD", "--as-of", "2026-09-01"]);
    assert_said(&ended, 0, &["as of 2026-09-01\n"]);
    let source = |ended: &serde_json::Value| ended["provenance"]["asOfSource"].clone();
    let found = repository
        .run(&["check", "--at", "HEAD", "-f", "json"])
        .json();
    assert_eq!(source(&found), "revision");
    let found = repository.run(&["check", "-f", "json"]).json();
    assert_eq!(source(&found), "today");
}

#[test]
fn a_commit_outside_of_the_calendar_needs_a_date() {
    let repository = history();
    let tree = repository.git(&["rev-parse", "HEAD~1^{tree}"]);
    let far = "Ada <ada@example.org> 999999999999999 +0000";
    let commit = format!("tree {tree}\nauthor {far}\ncommitter {far}\n\nlate\n");
    let words = [
        "hash-object",
        "-t",
        "commit",
        "-w",
        "--literally",
        "--stdin",
    ];
    let late = repository.git_on(&words, commit.as_bytes());
    let ended = repository.run(&["check", "--at", &late]);
    assert_said(&ended, 2, &["outside of the calendar", "--as-of"]);
    let ended = repository.run(&["check", "--at", &late, "--as-of", "2026-01-01"]);
    assert_said(&ended, 0, &["1 resource,"]);
}

#[test]
fn other_commands_read_revisions_too() {
    let repository = history();
    let run = |words: &[&str]| repository.run(words);
    let ended = run(&["explain", "OWN-001", "Person/bob", "--at", "main"]);
    assert_said(
        &ended,
        0,
        &["as of 2026-02-28", "fails: Person/bob is called Bob"],
    );
    let ended = run(&["explain", "OWN-001", "Person/bob", "--at", "v2026-q1"]);
    assert_said(&ended, 2, &["there is no resource `Person/bob`"]);
    let count = "size(resources(\"Person\"))";
    assert_said(&run(&["eval", count, "--at", "v2026-q1"]), 0, &["1\n"]);
    assert_said(&run(&["eval", count, "--at", "main"]), 0, &["2\n"]);
    assert_said(&run(&["rules", "--at", "main"]), 0, &["OWN-001"]);
}
