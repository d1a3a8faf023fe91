//! Where two lines of history part, asked of the library.

use std::path::Path;

use govlint::host::git;

use crate::repository::{self, Repository};

fn merge_base(folder: &Path, one: &str, other: &str) -> Result<String, String> {
    let found = || {
        let repository = git::Repository::discover(folder)?;
        let (one, other) = (repository.revision(one)?, repository.revision(other)?);
        repository.merge_base(&one, &other)
    };
    let told =
        |error: govlint::error::Error| [vec![error.message], error.hints].concat().join("; ");
    found()
        .map(|revision| revision.identity.commit.to_string())
        .map_err(told)
}

/// Two branches that part after the second of three commits, and merge crosswise.
fn history() -> Repository {
    let repository = Repository::new();
    for (day, tag) in [
        ("2026-01-01", "a"),
        ("2026-01-02", "b"),
        ("2026-01-03", "c"),
    ] {
        repository.commit(day);
        repository.git(&["tag", tag]);
    }
    repository.git(&["checkout", "-q", "-b", "topic", "b"]);
    repository.commit("2026-01-04");
    repository.git(&["tag", "d"]);
    repository
}

#[test]
fn the_last_commit_in_common_is_found() {
    let repository = history();
    let check = |one: &str, other: &str, expected: &str| {
        let expected = repository.git(&["rev-parse", expected]);
        for (one, other) in [(one, other), (other, one)] {
            assert_eq!(
                merge_base(repository.path(), one, other),
                Ok(expected.clone())
            );
        }
    };
    check("main", "topic", "b");
    check("a", "topic", "a");
    check("c", "c", "c");
    // Crosswise merges leave two, of which the youngest counts.
    repository.git(&["checkout", "-q", "-b", "left", "main"]);
    repository.git_at(
        "2026-01-05T12:00:00Z",
        &["merge", "-q", "-m", "left", "topic"],
    );
    repository.git(&["checkout", "-q", "-b", "right", "topic"]);
    repository.git_at(
        "2026-01-05T12:00:00Z",
        &["merge", "-q", "-m", "right", "main"],
    );
    check("left", "right", "d");
}

#[test]
fn unrelated_and_shallow_histories_are_told_apart() {
    let repository = history();
    let git = |words: &[&str]| repository.git(words);
    git(&["checkout", "-q", "--orphan", "other"]);
    repository.commit("2026-01-06");
    let told = merge_base(repository.path(), "other", "main").unwrap_err();
    assert!(told.contains("no commit in common"), "{told}");
    let clone = repository.beside("shallow");
    let from = format!("file://{}", repository.path().display());
    let to = clone.to_str().unwrap();
    git(&[
        "clone",
        "-q",
        "--depth",
        "1",
        "--no-single-branch",
        &from,
        to,
    ]);
    let told = merge_base(&clone, "origin/main", "origin/topic").unwrap_err();
    let words = ["too shallow", "git fetch --unshallow", "fetch-depth: 0"];
    for word in words {
        assert!(told.contains(word), "{told}");
    }
    let time = "2026-01-01T12:00:00Z";
    repository::git(&clone, time, &["fetch", "-q", "--unshallow"], b"");
    let found = merge_base(&clone, "origin/main", "origin/topic");
    assert_eq!(found, Ok(repository.git(&["rev-parse", "b"])));
}
