//! Only what is new: a branch against where it left, two tags, rules that are pinned, a baseline.

use serde_json::Value;

use crate::assert_said;
use crate::govlint_process::{Ended, Run};
use crate::repository::{Repository, git, person};

/// A history with a gap of old, one that is mended, and one that a branch brings in.
///
/// ```text
/// v1 ── v2 ──────────── main      (main gains a gap of its own after the branch left)
///        └─ rename ── branch
/// ```
fn history() -> Repository {
    let repository = Repository::new();
    repository.write("people/old.yaml", person("old-bob", "Bob"));
    repository.write("people/mended.yaml", person("mended-bob", "Bob"));
    repository.commit("2026-01-10");
    repository.tag("v1");
    repository.write("people/mended.yaml", person("mended-bob", "Robert"));
    repository.commit("2026-01-20");
    repository.tag("v2");
    repository.git(&["checkout", "-q", "-b", "branch"]);
    repository.git(&["mv", "people/old.yaml", "people/renamed.yaml"]);
    let moved = format!("# Moved.\n{}", person("old-bob", "'Bob'"));
    repository.write("people/renamed.yaml", moved);
    repository.commit("2026-01-25");
    repository.write("people/new.yaml", person("new-bob", "Bob"));
    repository.commit("2026-01-26");
    repository.git(&["checkout", "-q", "main"]);
    repository.write("people/theirs.yaml", person("their-bob", "Bob"));
    repository.commit("2026-01-28");
    repository.git(&["checkout", "-q", "branch"]);
    repository
}

/// The subjects of findings with their changes, and of past findings with their outcomes.
fn told(ended: &Ended) -> Vec<String> {
    let document: Value = serde_json::from_str(&ended.stdout)
        .unwrap_or_else(|error| panic!("{error}\n{}{}", ended.stdout, ended.stderr));
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let mut told: Vec<String> = list(&document["findings"])
        .iter()
        .map(|found| {
            format!(
                "{} {}",
                text(&found["subject"]),
                text(&found["change"]["status"])
            )
        })
        .collect();
    let past = list(&document["comparison"]["past"]);
    told.extend(
        past.iter()
            .map(|past| format!("{} {}", text(&past["subject"]), text(&past["outcome"]))),
    );
    told.sort();
    told
}

#[test]
fn a_branch_answers_for_what_it_brings_in() {
    let repository = history();
    let ended = repository.run(&["check", "--new-since", "main", "-f", "json"]);
    assert_eq!(told(&ended), ["Person/new-bob new", "Person/old-bob known"]);
    assert_eq!(ended.status, 1);
    let ended = repository.run(&["check", "--new-since", "main"]);
    assert_said(
        &ended,
        1,
        &["Person/new-bob is called Bob", "1 known since main"],
    );
    assert!(
        !ended.stdout.contains("old-bob is called"),
        "{}",
        ended.stdout
    );
    assert!(!ended.stdout.contains("their-bob"), "{}", ended.stdout);
    repository.write("people/new.yaml", person("new-bob", "Robert"));
    assert_said(
        &repository.run(&["check", "--new-since", "main"]),
        0,
        &["0 errors"],
    );
}

#[test]
fn every_sort_of_clone_tells_the_same_changes() {
    let repository = history();
    let expected = ["Person/mended-bob fixed", "Person/old-bob known"];
    let words = ["diff", "v1", "v2", "-f", "json"];
    let here = repository.run(&words);
    assert_eq!(told(&here), expected);
    assert_eq!(here.status, 0);
    let bare = repository.beside("bare");
    let url = format!("file://{}", repository.path().display());
    let clone = |words: &[&str]| git(repository.path(), "2026-01-01T00:00:00Z", words, b"");
    clone(&["clone", "-q", "--mirror", &url, "../bare"]);
    clone(&[
        "clone",
        "-q",
        "--no-local",
        "--depth",
        "1",
        "--branch",
        "v2",
        &url,
        "../shallow",
    ]);
    let shallow = repository.beside("shallow");
    git(
        &shallow,
        "2026-01-01T00:00:00Z",
        &["fetch", "-q", "--depth", "1", "origin", "tag", "v1"],
        b"",
    );
    for place in [&bare, &shallow] {
        let there = Run::new(place, &words).end();
        assert_eq!(there.stdout, here.stdout, "{}", place.display());
    }
}

#[test]
fn a_history_that_is_too_short_makes_nothing_new() {
    let repository = history();
    let url = format!("file://{}", repository.path().display());
    let clone = [
        "clone",
        "-q",
        "--no-local",
        "--depth",
        "1",
        "--no-single-branch",
        "--branch",
        "branch",
        &url,
        "../shallow",
    ];
    git(repository.path(), "2026-01-01T00:00:00Z", &clone, b"");
    let ended = Run::new(
        &repository.beside("shallow"),
        &["check", "--new-since", "origin/main"],
    )
    .end();
    assert_said(&ended, 2, &["too shallow", "git fetch --unshallow"]);
    let ended = repository.run(&["check", "--new-since", "nowhere"]);
    assert_said(&ended, 2, &["nowhere"]);
}

#[test]
fn a_merge_of_three_lines_is_compared_with_where_they_left() {
    let repository = history();
    repository.git(&["checkout", "-q", "-b", "one", "v2"]);
    repository.write("people/one.yaml", person("one-bob", "Bob"));
    repository.commit("2026-02-01");
    repository.git(&["checkout", "-q", "-b", "two", "v2"]);
    repository.write("people/two.yaml", person("two-bob", "Bob"));
    repository.commit("2026-02-02");
    let merge = ["merge", "-q", "--no-edit", "one", "branch"];
    repository.git_at("2026-02-03T12:00:00Z", &merge);
    let ended = repository.run(&["check", "--new-since", "v2", "-f", "json"]);
    let expected = [
        "Person/new-bob new",
        "Person/old-bob known",
        "Person/one-bob new",
        "Person/two-bob new",
    ];
    assert_eq!(told(&ended), expected);
}

#[test]
fn rules_that_are_weakened_are_told_and_can_be_pinned() {
    let repository = history();
    repository.write(
        "govlint.yaml",
        "builtIn: false\nrules:\n  OWN-001: {enabled: false}\n",
    );
    let weak = ["check", "--new-since", "main"];
    let ended = repository.run(&weak);
    assert_said(&ended, 3, &["no rule is on"]);
    repository.write(
        "govlint.yaml",
        "builtIn: false\nrules:\n  OWN-001: {severity: info}\n",
    );
    let ended = repository.run(&weak);
    assert_said(
        &ended,
        0,
        &["weaker: OWN-001 is info in place of error (govlint.yaml:3:3)"],
    );
    let ended = repository.run(&["check", "--new-since", "main", "--policies-from", "main"]);
    assert_said(&ended, 1, &["Person/new-bob is called Bob"]);
    assert!(!ended.stdout.contains("weaker"), "{}", ended.stdout);
}

#[test]
fn a_baseline_only_shrinks() {
    let repository = history();
    let write = ["baseline", "write"];
    assert_said(
        &repository.run(&write),
        0,
        &["2 findings recorded in govlint-baseline.yaml"],
    );
    assert_said(
        &repository.run(&["check"]),
        0,
        &["0 errors", "2 in the baseline"],
    );

    repository.write("people/later.yaml", person("later-bob", "Bob"));
    assert_said(
        &repository.run(&["check"]),
        1,
        &["Person/later-bob is called Bob", "1 error,"],
    );
    let ended = repository.run(&write);
    assert_said(
        &ended,
        1,
        &[
            "not recorded: error OWN-001 Person/later-bob",
            "--allow-growth",
        ],
    );
    assert_said(&repository.run(&["check"]), 1, &["2 in the baseline"]);
    let ended = repository.run(&["baseline", "write", "--allow-growth"]);
    assert_said(&ended, 0, &["3 findings recorded"]);

    repository.write("people/new.yaml", person("new-bob", "Robert"));
    let ended = repository.run(&["check"]);
    assert_said(&ended, 0, &["2 in the baseline, 1 of it mended"]);
    assert_said(
        &repository.run(&write),
        0,
        &["2 findings recorded", "1 taken out"],
    );
}

#[test]
fn a_baseline_that_is_named_has_to_be_there() {
    let repository = history();
    repository.write("govlint.yaml", "builtIn: false\nbaseline: ci/known.yaml\n");
    repository.write("ci/notes.txt", "");
    let ended = repository.run(&["check"]);
    assert_said(
        &ended,
        2,
        &["the baseline is not there", "govlint.yaml:2:11"],
    );
    let ended = repository.run(&["baseline", "write"]);
    assert_said(&ended, 0, &["2 findings recorded in ci/known.yaml"]);
    assert_said(&repository.run(&["check"]), 0, &["2 in the baseline"]);
}

#[test]
fn a_baseline_is_written_nowhere_but_in_the_repository() {
    let repository = history();
    let outside = repository.beside("outside.yaml");
    std::fs::write(&outside, "kept\n").unwrap();
    let write = ["baseline", "write"];
    let link = |name: &str| {
        let link = repository.path().join(name);
        std::os::unix::fs::symlink(&outside, link).unwrap();
    };
    // What lies where a file of passing use might be put is no way out either.
    link("govlint-baseline.yaml.new");
    link(".govlint-baseline.yaml.govlint-new");
    repository.run(&write);
    repository.write(
        "govlint.yaml",
        "builtIn: false\nbaseline: ../outside.yaml\n",
    );
    repository.run(&write);
    repository.write("govlint.yaml", "builtIn: false\nbaseline: ../new.yaml\n");
    assert_said(&repository.run(&write), 2, &["new.yaml"]);
    assert!(!repository.beside("new.yaml").exists());
    link("linked.yaml");
    repository.write("govlint.yaml", "builtIn: false\nbaseline: linked.yaml\n");
    assert_said(&repository.run(&write), 2, &["linked.yaml"]);
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), "kept\n");
}

#[test]
fn a_baseline_that_cannot_be_read_stops_the_run() {
    let repository = history();
    repository.write("govlint-baseline.yaml", "version: 1\nfindigns: []\n");
    let ended = repository.run(&["check"]);
    assert_said(
        &ended,
        2,
        &["has no key `findigns`", "did you mean `findings`?"],
    );
    repository.write("govlint-baseline.yaml", "version: 7\nfindings: []\n");
    assert_said(&repository.run(&["check"]), 2, &["govlint baseline write"]);
}
