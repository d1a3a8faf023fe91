use std::collections::BTreeSet;

use super::memory::Memory;
use super::{Gathered, Globs, Host, Wanted, gather, is_yaml};

const RECORD: &str = "apiVersion: govlint/v1\nkind: Thing\nid: a\n";
const RULE: &str = "apiVersion: govlint/v1\nkind: Rule\n";

/// What becomes of the files of `host`: `document`, `other`, `stray` or `unread`, and its path.
fn check(host: &dyn Host, paths: &[&str], documents: &str, exclude: &str, expected: &[&str]) {
    let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
    let globs = |patterns: &str| Globs::new(patterns.split_whitespace()).unwrap();
    let wanted = Wanted {
        paths: &paths,
        documents: &globs(documents),
        exclude: &globs(exclude),
        own: &BTreeSet::from(["own.yaml".to_owned()]),
        is_kind: &|name| name == "Thing",
        known: None,
    };
    let Gathered {
        snapshot,
        strays,
        excluded,
    } = gather(host, &wanted);
    let documents = snapshot.documents.iter().map(|document| &document.path);
    let mut found: Vec<String> = documents.map(|path| format!("document {path}")).collect();
    found.extend(snapshot.files.keys().map(|path| format!("other {path}")));
    found.extend(strays.iter().map(|path| format!("stray {path}")));
    let unread = snapshot.unread.iter();
    found.extend(unread.map(|(path, reason)| format!("unread {path}: {reason}")));
    found.push(format!("{} skipped, {excluded} excluded", snapshot.skipped));
    assert_eq!(found, expected);
}

#[test]
fn files_are_sorted_by_what_they_say() {
    let host = Memory::new([
        ("a.yaml", RECORD),
        ("b/c.yml", "kind: Thing\n"),
        ("ci.yaml", "on: push\n"),
        ("own.yaml", RECORD),
        ("rule.yaml", RULE),
        ("x.pdf", "x"),
        (".hidden/d.yaml", RECORD),
    ]);
    let expected = [
        "document a.yaml",
        "document b/c.yml",
        "other ci.yaml",
        "other own.yaml",
        "other rule.yaml",
        "other x.pdf",
        "stray rule.yaml",
        "2 skipped, 0 excluded",
    ];
    check(&host, &[""], "", "", &expected);
}

#[test]
fn what_is_named_is_read_and_what_is_excluded_is_not() {
    let host = Memory::new([
        ("a.yaml", RECORD),
        ("drafts/b.yaml", RECORD),
        ("ci.yaml", "on: push\n"),
        ("c.txt", "x: 1\n"),
        ("d.txt", "x: 1\n"),
    ]);
    let expected = [
        "document a.yaml",
        "document c.txt",
        "document ci.yaml",
        "other d.txt",
        "0 skipped, 1 excluded",
    ];
    check(&host, &["", "ci.yaml"], "c.*", "drafts/", &expected);
    let expected = ["document drafts/b.yaml", "0 skipped, 0 excluded"];
    check(&host, &["drafts/b.yaml"], "", "drafts/", &expected);
    check(&host, &["drafts"], "", "", &expected);
}

#[test]
fn patterns_are_those_of_gitignore() {
    let check = |patterns: &str, path: &str, expected: bool| {
        let globs = Globs::new(patterns.split_whitespace()).unwrap();
        assert_eq!(globs.matches(path), expected, "{patterns}: {path}");
    };
    check("drafts/", "a/drafts/b.yaml", true);
    check("/drafts/", "a/drafts/b.yaml", false);
    check("**/*.gen.yaml", "a/b.gen.yaml", true);
    check("*.yaml !keep.yaml", "keep.yaml", false);
    check("", "a.yaml", false);
    assert!(matches!(Globs::new(["a", "{b"]), Err((1, _))));
}

#[test]
fn yaml_is_known_by_its_extension() {
    for (path, expected) in [
        ("a.yaml", true),
        ("a.YML", true),
        ("yaml", false),
        ("a.yaml.md", false),
    ] {
        assert_eq!(is_yaml(path), expected, "{path}");
    }
}
