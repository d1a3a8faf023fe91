//! Repositories made to do harm: nothing of them is executed, and what cannot be read is told.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};

use crate::assert_said;
use crate::repository::{Repository, git, person};

const RUNS: [&[&str]; 4] = [
    &["check", "--at", "HEAD", "-f", "json"],
    &["check", "--at", "HEAD"],
    &["check", "-f", "json"],
    &["eval", "1 + 1", "--at", "HEAD"],
];

#[test]
fn nothing_of_a_repository_is_executed() {
    let repository = Repository::new();
    repository.write("ada.yaml", person("ada", "Ada"));
    repository.write(".gitattributes", "* filter=harm diff=harm merge=harm\n");
    repository.commit("2026-01-31");
    let marker = repository.beside("marker");
    let script = repository.beside("harm.sh");
    fs::write(
        &script,
        format!("#!/bin/sh\ntouch '{}'\ncat\n", marker.display()),
    )
    .unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let script = script.to_str().unwrap();
    let hooks = repository.path().join(".git/hooks");
    fs::create_dir_all(&hooks).unwrap();
    for hook in [
        "post-checkout",
        "post-index-change",
        "reference-transaction",
    ] {
        std::os::unix::fs::symlink(script, hooks.join(hook)).unwrap();
    }
    for name in [
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.sshCommand",
        "core.alternateRefsCommand",
        "filter.harm.clean",
        "filter.harm.smudge",
        "filter.harm.process",
        "diff.external",
        "diff.harm.textconv",
        "merge.harm.driver",
        "gpg.program",
        "credential.helper",
        "alias.rev-parse",
    ] {
        repository.git(&["config", name, script]);
    }
    repository.git(&["config", "filter.harm.required", "true"]);
    // Touched, so that whoever compares it with the index reads it again.
    repository.write("ada.yaml", person("ada", "Ada"));
    for words in RUNS {
        let ended = repository.run(words);
        assert_eq!(ended.status, 0, "{}", ended.stderr);
        assert!(!marker.exists(), "{words:?}");
    }
    // git itself does run them, so the marker would have told.
    let mut command = std::process::Command::new("git");
    command
        .arg("status")
        .current_dir(repository.path())
        .output()
        .unwrap();
    assert!(marker.exists());
}

#[test]
fn damaged_and_missing_objects_are_told_by_their_ids() {
    let repository = Repository::new();
    repository.write("ada.yaml", person("ada", "Ada"));
    repository.write("bob.yaml", person("bob", "Bobby"));
    repository.write("carl.yaml", person("carl", "Carl"));
    repository.write("records/dora.yaml", person("dora", "Dora"));
    repository.commit("2026-01-31");
    let id = |path: &str| repository.git(&["rev-parse", &format!("HEAD:{path}")]);
    let (ada, bob, records) = (id("ada.yaml"), id("bob.yaml"), id("records"));
    replace_content(&repository, &ada, person("ada", "Eve").as_bytes());
    fs::remove_file(repository.object(&bob)).unwrap();
    fs::remove_file(repository.object(&records)).unwrap();
    let ended = repository.run(&["check", "--at", "HEAD"]);
    let words = [
        "1 file, 1 resource",
        "3 paths were not read",
        &format!("ada.yaml: the object {ada} is damaged"),
        &format!("bob.yaml: the object {bob} is missing"),
        &format!("records: the object {records} is missing"),
    ];
    assert_said(&ended, 2, &words);
    let found = repository
        .run(&["check", "--at", "HEAD", "-f", "json"])
        .json();
    assert_eq!(found["unread"].as_array().unwrap().len(), 3);
    // A whole tree that is not there ends the run.
    let tree = repository.git(&["rev-parse", "HEAD^{tree}"]);
    let path = repository.object(&tree);
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(&path, bytes).unwrap();
    let ended = repository.run(&["check", "--at", "HEAD"]);
    assert_said(&ended, 2, &["`HEAD` cannot be read", &tree, "git fsck"]);
    assert_eq!(ended.stdout, "");
}

/// Puts the content of another object under the name of this one.
fn replace_content(repository: &Repository, id: &str, bytes: &[u8]) {
    let other = repository.blob(bytes);
    let path = repository.object(id);
    fs::remove_file(&path).unwrap();
    fs::copy(repository.object(&other), path).unwrap();
}

#[test]
fn names_that_no_file_may_have_are_told() {
    let repository = Repository::new();
    repository.write("policies/own/x.txt", "");
    repository.commit("2026-01-31");
    let (ada, bob) = (
        repository.blob(person("ada", "Ada")),
        repository.blob(person("bob", "Bob")),
    );
    let rules = repository.git(&["rev-parse", "HEAD:policies"]);
    let config = repository.git(&["rev-parse", "HEAD:govlint.yaml"]);
    let inner = repository.raw_tree(&[("100644", b"evil.yaml", &bob)]);
    let tree = repository.raw_tree(&[
        ("40000", b"..", &inner),
        ("40000", b".GIT", &inner),
        ("40000", b".git", &inner),
        ("100644", b"../../evil.yaml", &bob),
        ("100644", b"a\\..\\b.yaml", &ada),
        ("100644", b"bad\xff.yaml", &bob),
        (
            "100644",
            b"good.yaml",
            &repository.blob(person("good", "Good")),
        ),
        ("100644", b"good.yaml", &bob),
        ("100644", b"govlint.yaml", &config),
        ("40000", b"policies", &rules),
    ]);
    repository.tag_tree("evil", &tree);
    let ended = repository.run(&["check", "--at", "evil"]);
    let words = [
        "2 files, 2 resources",
        "..: its name is none that a file may have",
        "../../evil.yaml: its name is none",
        "bad\u{fffd}.yaml: its name is no UTF-8 text",
        "good.yaml: stands in its folder twice",
    ];
    assert_said(&ended, 2, &words);
    assert!(!ended.stdout.contains("Bob"), "{}", ended.stdout);
}

#[test]
fn names_that_a_terminal_would_obey_are_escaped() {
    let repository = Repository::new();
    let name = "a\n\u{1b}[31mred\r.yaml";
    repository.write(name, person("\"x\\e[2Jy\"", "Bob"));
    repository.write(
        "b\u{1b}]0;title\u{7}.yaml",
        "apiVersion: govlint/v1\nkind: [\n",
    );
    repository.git(&["add", "--all"]);
    let words = [
        "commit",
        "-q",
        "-m",
        "x",
        "--author",
        "E\u{1b}[31mve <e@example.org>",
    ];
    repository.git(&words);
    // Links whose names and targets hold escapes are told on the other output.
    std::os::unix::fs::symlink("/\u{1b}[31m", repository.path().join("l\u{1b}[0m.yaml")).unwrap();
    repository.git(&["add", "--all"]);
    repository.git(&["commit", "-q", "--amend", "--no-edit"]);
    for format in ["human", "json"] {
        let ended = repository.run(&["check", "--at", "HEAD", "-f", format]);
        assert_eq!(ended.status, 2, "{}", ended.stderr);
        for said in [&ended.stdout, &ended.stderr] {
            let obeyed = |c: char| c.is_control() && c != '\n';
            assert!(!said.contains(obeyed), "{said:?}");
        }
        assert!(ended.stdout.contains("red"), "{}", ended.stdout);
    }
    let ended = repository.run(&["check", "--at", "HEAD"]);
    assert_said(
        &ended,
        2,
        &["a\\n\\u{1b}[31mred\\r.yaml:4:7", "l\\u{1b}[0m.yaml"],
    );
}

/// Ten trees that hold one another ten times each would make ten thousand million files.
#[test]
fn a_tree_that_multiplies_itself_ends() {
    let repository = Repository::new();
    let mut id = repository.blob(person("ada", "Ada"));
    let mut mode = "100644";
    for _ in 0..10 {
        let names: Vec<String> = (0..10).map(|number| format!("{number}.yaml")).collect();
        let entries: Vec<(&str, &[u8], &str)> = names
            .iter()
            .map(|name| (mode, name.as_bytes(), id.as_str()))
            .collect();
        id = repository.raw_tree(&entries);
        mode = "40000";
    }
    repository.tag_tree("bomb", &id);
    let ended = repository.run(&["check", "--at", "bomb", "nowhere"]);
    assert_said(&ended, 2, &["there is no such path"]);
    let ended = repository.run(&["check", "--at", "bomb"]);
    assert_said(&ended, 2, &["more files than can be listed"]);
}

#[test]
fn a_deep_tree_ends() {
    let repository = Repository::new();
    let mut id = repository.raw_tree(&[("100644", b"a.yaml", &repository.blob("x"))]);
    for _ in 0..3000 {
        let mut bytes = b"40000 d\0".to_vec();
        bytes.extend((0..20).map(|at| u8::from_str_radix(&id[2 * at..2 * at + 2], 16).unwrap()));
        let hash = git2::Oid::hash_object(git2::ObjectType::Tree, &bytes).unwrap();
        let made = git2::Repository::open(repository.path()).unwrap();
        let written = made.odb().unwrap().write(git2::ObjectType::Tree, &bytes);
        assert_eq!(written.unwrap(), hash);
        id = hash.to_string();
    }
    repository.tag_tree("deep", &id);
    let ended = repository.run(&["check", "--at", "deep"]);
    assert_said(&ended, 2, &["its path is too long"]);
}

#[test]
fn a_repository_of_somebody_else_is_not_opened() {
    let repository = Repository::new();
    repository.write("ada.yaml", person("ada", "Ada"));
    repository.commit("2026-01-31");
    let folder = repository.path();
    // Only the superuser can give a folder away.
    if chown(folder, Some(12_345), None).is_err() {
        return;
    }
    chown(folder.join(".git"), Some(12_345), None).unwrap();
    let ended = repository.run(&["check", "--at", "HEAD"]);
    assert_said(&ended, 2, &["belongs to another user", "safe.directory"]);
    // Files are read as they are, and nothing is said of a commit.
    let found = repository.run(&["check", "-f", "json"]).json();
    assert!(found["provenance"]["revision"].is_null());
}

#[test]
fn a_partial_clone_says_what_it_lacks() {
    let repository = Repository::new();
    repository.write("ada.yaml", person("ada", "Ada"));
    repository.commit("2026-01-31");
    let id = repository.git(&["rev-parse", "HEAD:govlint.yaml"]);
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    let partial = repository.beside("partial");
    let from = format!("file://{}", repository.path().display());
    let to = partial.to_str().unwrap();
    let time = "2026-01-01T12:00:00Z";
    let words = ["clone", "-q", "--bare", "--filter=blob:none", &from, to];
    git(repository.path(), time, &words, b"");
    let ended = repository.run(&["check", "--at", "HEAD", "--repo", to]);
    assert_said(&ended, 2, &[&id, "partial clone"]);
}
