//! The generated reports of the example company: on two tags, and as they lie in `examples/reports`.
//!
//! The records there are of one day. What they were before is kept as a patch that leads from the
//! earlier tag to the later one; see `examples/reports/README.md`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::repository::Repository;

/// What belongs to the repository of the story. The rest of its folder tells of it.
const PARTS: [&str; 3] = ["govlint.yaml", "governance", "handbook"];

/// What was written between the two tags.
const PATCH: &str = "since-board-2026-09.diff";

/// The reports that are kept: their names, and for whom and how they are written.
const REPORTS: [(&str, [&str; 2]); 3] = [
    ("board.html", ["board", "html"]),
    ("board.md", ["board", "markdown"]),
    ("executive.md", ["executive", "markdown"]),
];

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// A repository with the two states of the company, each under a tag.
fn story() -> Repository {
    let repository = Repository::bare_of_files();
    let story = examples().join("halden-freight");
    for part in PARTS {
        copy(&story.join(part), part, &repository);
    }
    let patch = examples().join("reports").join(PATCH);
    let patch = patch.to_str().expect("the path is text");
    repository.git(&["apply", "--reverse", patch]);
    repository.commit_at("2026-09-30T17:00:00-05:00");
    repository.tag("board-2026-09");
    repository.git(&["apply", patch]);
    repository.commit_at("2026-11-22T17:00:00-06:00");
    repository.tag("board-2026-11");
    repository
}

fn copy(from: &Path, to: &str, repository: &Repository) {
    if from.is_file() {
        repository.write(to, fs::read(from).unwrap());
        return;
    }
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        let to = format!("{to}/{}", name.to_str().unwrap());
        copy(&entry.path(), &to, repository);
    }
}

fn written(repository: &Repository, [audience, format]: [&str; 2]) -> String {
    let ended = repository.run(&["report", "--audience", audience, "-f", format]);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    ended.stdout
}

#[test]
fn the_reports_of_the_example_are_what_is_written_today() {
    let repository = story();
    let mut stale = Vec::new();
    for (name, words) in REPORTS {
        let path = examples().join("reports").join(name);
        let report = written(&repository, words);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &report).unwrap();
        }
        if fs::read_to_string(&path).unwrap_or_default() != report {
            stale.push(name);
        }
    }
    assert!(
        stale.is_empty(),
        "{stale:?} in examples/reports are not what is written today; run `UPDATE=1 cargo test --test git \
         the_reports_of_the_example`, and read what changed. The pictures of the README are taken \
         with .ci/take-pictures"
    );
}

#[test]
fn the_example_tells_what_moved_between_its_tags() {
    let report = written(&story(), ["board", "markdown"]);
    for told in [
        "revision board-2026-11",
        "compared with board-2026-09 of 2026-09-30",
        "work on the records gained",
        "the passing of time lost",
        "Remote access gateway loses its owner when Tom Webb leaves on 2026-12-18",
    ] {
        assert!(report.contains(told), "nothing says: {told}\n{report}");
    }
}
