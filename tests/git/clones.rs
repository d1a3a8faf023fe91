//! One tag, asked for in every sort of clone and under every sort of environment.

use std::path::{Path, PathBuf};

use crate::govlint_process::Run;
use crate::repository::{Repository, git, person};

const TIME: &str = "2026-01-01T12:00:00+00:00";

/// Environments that must not matter.
const ENVIRONMENTS: [&[(&str, &str)]; 6] = [
    &[("RAYON_NUM_THREADS", "1")],
    &[("RAYON_NUM_THREADS", "3")],
    &[("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati")],
    &[("LC_ALL", "C"), ("TZ", "Pacific/Pago_Pago"), ("HOME", "/")],
    &[("GIT_DIR", "/nowhere"), ("GIT_WORK_TREE", "/nowhere")],
    &[
        ("GIT_INDEX_FILE", "/nowhere"),
        ("GIT_OBJECT_DIRECTORY", "/nowhere"),
    ],
];

/// Three lines of history, merged at once, tagged, and gone on from.
fn history() -> Repository {
    let repository = Repository::new();
    repository.write("records/ada.yaml", person("ada", "Ada"));
    repository.write("records/bob.yaml", person("bob", "Bob"));
    repository.write("handbook/notes.md", "# Notes\n");
    repository.write(".gitignore", "records/carl.yaml\n");
    repository.commit("2026-01-31");
    repository.git(&["tag", "v0"]);
    for (branch, id) in [("one", "dora"), ("two", "emil"), ("three", "fred")] {
        repository.git(&["checkout", "-q", "-b", branch, "v0"]);
        repository.write(&format!("records/{id}.yaml"), person(id, "Bob"));
        repository.commit("2026-02-28");
    }
    repository.git(&["checkout", "-q", "main"]);
    let merge = ["merge", "-q", "-m", "merge", "one", "two", "three"];
    repository.git_at("2026-03-31T23:30:00-05:00", &merge);
    repository.tag("v1");
    repository.write("records/ada.yaml", person("ada", "Bob"));
    repository.commit("2026-04-30");
    // What is not committed is not asked for.
    repository.write(
        "records/gone.yaml",
        "apiVersion: govlint/v1\nkind: Nothing\n",
    );
    repository.write("govlint.yaml", "mistaken: true\n");
    repository
}

fn clone(origin: &Repository, name: &str, words: &[&str]) -> PathBuf {
    let target = origin.beside(name);
    let from = format!("file://{}", origin.path().display());
    let to = target.to_str().unwrap();
    let words = [&["clone", "-q"], words, &[&from, to]].concat();
    git(origin.path(), TIME, &words, b"");
    target
}

#[track_caller]
fn check(folder: &Path, format: &str, environment: &[(&str, &str)], expected: &str) {
    let words = ["check", "--at", "v1", "--format", format];
    let run = Run::new(folder, &words);
    let run = environment
        .iter()
        .fold(run, |run, (name, value)| run.variable(name, value));
    let ended = run.end();
    assert_eq!(ended.status, 1, "{}", ended.stderr);
    assert_eq!(ended.stdout, expected, "{}", folder.display());
}

#[test]
fn every_clone_gives_the_same_bytes() {
    let origin = history();
    let linked = origin.beside("linked");
    let linked_path = linked.to_str().unwrap();
    origin.git(&["worktree", "add", "-q", "--detach", linked_path, "v0"]);
    let packed = clone(&origin, "packed", &[]);
    git(&packed, TIME, &["gc", "-q"], b"");
    let shared = origin.beside("shared");
    let origin_path = origin.path().to_str().unwrap();
    let words = [
        "clone",
        "-q",
        "--shared",
        origin_path,
        shared.to_str().unwrap(),
    ];
    git(origin.path(), TIME, &words, b"");
    let folders = [
        origin.path().to_owned(),
        origin.path().join(".git"),
        linked,
        packed,
        shared,
        clone(&origin, "mirror", &["--mirror"]),
        clone(&origin, "shallow", &["--depth", "1", "--branch", "v1"]),
        clone(&origin, "sparse", &["--no-checkout"]),
    ];
    for format in ["human", "json"] {
        let first = origin.run(&["check", "--at", "v1", "--format", format]);
        assert!(first.stdout.contains("2026-03-31"), "{}", first.stderr);
        for folder in &folders {
            check(folder, format, &[], &first.stdout);
        }
        for environment in ENVIRONMENTS {
            check(origin.path(), format, environment, &first.stdout);
        }
    }
}

#[test]
fn a_revision_reads_as_its_checkout_does() {
    let origin = history();
    let checkout = clone(&origin, "checkout", &["--branch", "v1"]);
    let words = ["check", "--format", "json", "--as-of", "2026-12-31"];
    let mut files = Run::new(&checkout, &words).end().json();
    let mut revision = Run::new(&checkout, &[&words[..], &["--at", "v1"]].concat())
        .end()
        .json();
    let told = revision["provenance"]["revision"]["commit"].clone();
    assert_eq!(files["provenance"]["revision"]["commit"], told);
    assert_eq!(files["summary"]["errors"], 4);
    for answer in [&mut files, &mut revision] {
        answer["provenance"]["revision"].take();
    }
    assert_eq!(files, revision);
}

#[test]
fn the_identity_is_that_of_the_tag() {
    let origin = history();
    let found = origin.run(&["check", "--at", "v1", "-f", "json"]).json();
    let revision = &found["provenance"]["revision"];
    let git = |name: &str| origin.git(&["rev-parse", name]);
    let expected = [
        ("/asked", "v1".to_owned()),
        ("/reference", "refs/tags/v1".to_owned()),
        ("/commit", git("v1^{commit}")),
        ("/tree", git("v1^{tree}")),
        ("/tag/name", "v1".to_owned()),
        ("/tag/id", git("v1")),
        ("/tag/signature", "unsigned".to_owned()),
        ("/tag/tagger/time", "2026-01-01T12:00:00+00:00".to_owned()),
        ("/signature", "unsigned".to_owned()),
        ("/author/name", "Ada".to_owned()),
        ("/committer/time", "2026-03-31T23:30:00-05:00".to_owned()),
        ("/committer/date", "2026-03-31".to_owned()),
    ];
    for (pointer, value) in expected {
        assert_eq!(revision.pointer(pointer).unwrap(), &value, "{pointer}");
    }
    assert!(revision["dirty"].is_null());
    let lightweight = origin.run(&["check", "--at", "v0", "-f", "json"]).json();
    let revision = &lightweight["provenance"]["revision"];
    assert!(revision["tag"].is_null());
    assert_eq!(revision["reference"], "refs/tags/v0");
}

#[test]
fn signatures_are_noticed() {
    let origin = history();
    let signature = "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n";
    let commit = origin.git(&["rev-parse", "v1^{commit}"]);
    let header = origin.git(&["cat-file", "commit", &commit]);
    let folded = signature.trim().replace('\n', "\n ");
    let signed = header.replacen("\n\n", &format!("\ngpgsig {folded}\n\n"), 1);
    let words = ["hash-object", "-t", "commit", "-w", "--stdin"];
    let signed = origin.git_on(&words, format!("{signed}\n").as_bytes());
    origin.git(&["update-ref", "refs/tags/signed-commit", &signed]);
    let message = format!("release\n\n{signature}");
    let words = [
        "tag",
        "-a",
        "-F",
        "-",
        "--cleanup=verbatim",
        "signed-tag",
        "v1^{commit}",
    ];
    origin.git_on(&words, message.as_bytes());
    for (name, commit, tag) in [
        ("signed-commit", "signed", None),
        ("signed-tag", "unsigned", Some("signed")),
        ("v1", "unsigned", Some("unsigned")),
    ] {
        let found = origin.run(&["check", "--at", name, "-f", "json"]).json();
        let revision = &found["provenance"]["revision"];
        assert_eq!(revision["signature"], commit, "{name}");
        assert_eq!(revision["tag"]["signature"].as_str(), tag, "{name}");
        let expected = if name == "v1" {
            "(unsigned)"
        } else {
            "(signed, not verified)"
        };
        let said = origin.run(&["check", "--at", name]).stdout;
        assert!(said.contains(expected), "{name}: {said}");
    }
}
