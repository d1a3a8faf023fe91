//! What paths mean in a revision, and what of a tree is read.

use std::path::Path;

use crate::assert_said;
use crate::govlint_process::{Ended, Run};
use crate::repository::{Repository, person};

fn history() -> Repository {
    let repository = Repository::new();
    repository.write("records/deep/ada.yaml", person("ada", "Ada"));
    repository.write("records/bob.yaml", person("bob", "Bob"));
    repository.write(".hidden/carl.yaml", person("carl", "Bob"));
    repository.write("records/notes.txt", person("dora", "Bob"));
    repository.write("records/ci.yml", "on: push\n");
    repository.commit("2026-01-31");
    repository.tag("v1");
    // The revision is asked, not these.
    std::fs::remove_dir_all(repository.path().join("records")).unwrap();
    repository.write("records/deep/other.yaml", person("eve", "Bob"));
    repository
}

fn run_in(folder: &Path, words: &[&str]) -> Ended {
    Run::new(folder, &[&["check", "--at", "v1"], words].concat()).end()
}

#[test]
fn paths_start_where_the_command_does() {
    let repository = history();
    let root = repository.path();
    let deep = root.join("records/deep");
    let bob = "records/bob.yaml:4:7";
    assert_said(&run_in(root, &[]), 1, &[bob, "2 files, 2 resources"]);
    assert_said(&run_in(root, &["records/deep"]), 0, &["1 file, 1 resource"]);
    assert_said(&run_in(root, &["records/bob.yaml"]), 1, &[bob, "1 file,"]);
    assert_said(&run_in(&deep, &[]), 0, &["1 file,"]);
    assert_said(&run_in(&deep, &[".."]), 1, &[bob, "2 files,"]);
    assert_said(&run_in(&deep, &["../bob.yaml", "./ada.yaml"]), 1, &[bob]);
    let absolute = root.join("records");
    assert_said(&run_in(&deep, &[absolute.to_str().unwrap()]), 1, &[bob]);
    let missing = run_in(&deep, &["other.yaml"]);
    assert_said(&missing, 2, &["other.yaml: there is no such path in `v1`"]);
    assert_said(
        &run_in(&deep, &["../../.."]),
        2,
        &["outside of the repository"],
    );
    assert_said(&run_in(&deep, &["/etc"]), 2, &["outside of the repository"]);
    assert_said(
        &run_in(&deep, &["-"]),
        2,
        &["the standard input belongs to no revision"],
    );
}

#[test]
fn another_repository_is_named() {
    let repository = history();
    let elsewhere = tempfile::tempdir().unwrap();
    let root = repository.path().to_str().unwrap();
    let run = |words: &[&str]| run_in(elsewhere.path(), words);
    assert_said(&run(&["--repo", root]), 1, &["records/bob.yaml:4:7"]);
    let deep = format!("{root}/records/deep");
    assert_said(&run(&["--repo", &deep]), 0, &["1 file,"]);
    let bare = format!("{root}/.git");
    assert_said(&run(&["--repo", &bare, "records/deep"]), 0, &["1 file,"]);
    let alone = Run::new(elsewhere.path(), &["check", "--repo", root]).end();
    assert_said(&alone, 2, &["--at"]);
}

#[test]
fn hidden_and_other_files_are_read_if_they_are_named() {
    let repository = history();
    let run = |words: &[&str]| run_in(repository.path(), words);
    assert_said(&run(&[".hidden"]), 1, &[".hidden/carl.yaml:4:7"]);
    assert_said(&run(&["records/notes.txt"]), 1, &["records/notes.txt:4:7"]);
    assert_said(&run(&["records/ci.yml"]), 1, &["does not say so"]);
}

#[test]
fn configuration_and_policies_are_those_of_the_revision() {
    let repository = Repository::new();
    repository.write("ada.yaml", person("ada", "Ada"));
    repository.write("strict/govlint.yaml", "builtIn: false\nfailOn: warning\n");
    repository.commit("2026-01-31");
    repository.tag("v1");
    let rule = repository.path().join("policies/own/named-bob.yaml");
    let strict = std::fs::read_to_string(&rule)
        .unwrap()
        .replace("Bob", "Ada");
    std::fs::write(&rule, strict).unwrap();
    repository.write("govlint.yaml", "mistaken: true\n");
    let ended = run_in(repository.path(), &[]);
    assert_said(&ended, 0, &["0 errors"]);
    let ended = run_in(repository.path(), &["--config", "strict/govlint.yaml"]);
    assert_said(&ended, 3, &["no rule is on"]);
    let ended = run_in(repository.path(), &["--config", "lax/govlint.yaml"]);
    assert_said(
        &ended,
        2,
        &["lax/govlint.yaml: there is no such path in `v1`"],
    );
    repository.commit("2026-02-28");
    let ended = repository.run(&["check", "--at", "main"]);
    assert_said(&ended, 2, &["govlint.yaml:1:1"]);
}

#[test]
fn links_submodules_and_pointers_are_told_and_not_followed() {
    let repository = Repository::new();
    let link = |target: &str| ("120000", repository.blob(target));
    let file = |text: &str| ("100644", repository.blob(text));
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n",
        "0".repeat(64)
    );
    let head = repository.commit("2026-01-31");
    let rules = repository.git(&["rev-parse", "HEAD:policies"]);
    let hidden = repository.raw_tree(&[("100644", b"carl.yaml", &file(&person("carl", "Bob")).1)]);
    let mut entries = vec![
        (".hidden", ("40000", hidden)),
        ("again", link(".")),
        ("gone.yaml", link("nowhere.yaml")),
        ("govlint.yaml", file("builtIn: false\n")),
        ("hidden", link(".hidden")),
        ("large.yaml", file(&pointer)),
        ("module", ("160000", head)),
        ("out.yaml", link("/etc/passwd")),
        ("policies", ("40000", rules)),
        ("real.yaml", file(&person("ada", "Ada"))),
        ("round.yaml", link("round.yaml")),
        ("same.yaml", link("real.yaml")),
        ("secret.yaml", link(".hidden/carl.yaml")),
        ("up.yaml", link("../up.yaml")),
    ];
    entries.sort_by_key(|(name, _)| *name);
    let entries: Vec<(&str, &[u8], &str)> = entries
        .iter()
        .map(|(name, (mode, id))| (*mode, name.as_bytes(), id.as_str()))
        .collect();
    repository.tag_tree("links", &repository.raw_tree(&entries));
    let ended = repository.run(&["check", "--at", "links"]);
    let words = [
        "2 files, 2 resources",
        "secret.yaml:4:7",
        "gone.yaml: is a link that leads nowhere",
        "hidden: is a link to a hidden folder",
        "large.yaml: is a pointer to a file in Git LFS",
        "module: is a submodule",
        "out.yaml: is a link out of the checked folder",
        "round.yaml: is a link that leads nowhere",
        "up.yaml: is a link out of the checked folder",
        "7 paths were not read",
    ];
    assert_said(&ended, 2, &words);
}
