//! Input that is broken, huge or made to do harm: every run ends soon, says what it could not
//! read, and never takes silence for success.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

#[path = "process/govlint.rs"]
mod govlint;

#[path = "hostile/documents.rs"]
mod documents;
#[cfg(unix)]
#[path = "hostile/files.rs"]
mod files;
#[path = "hostile/policies.rs"]
mod policies;

use std::fs;
use std::path::Path;

use govlint::{Ended, Run};
use tempfile::TempDir;

/// A record with nothing wrong about it under the rules of a [`Tree`].
pub(crate) const RECORD: &str = "\
apiVersion: govlint/v1
kind: Person
id: ada
name: Ada
status: active
";

/// A rule that always passes, so that there is something to check.
pub(crate) const RULE: &str = "\
apiVersion: govlint/v1
kind: Rule
code: OWN-001
title: Person has a name
severity: error
for: Person
assert: self.name != \"\"
message: \"{self} has no name\"
why: Names matter.
fix: Name them.
";

/// A folder made for one test, with no repository above it.
pub(crate) struct Tree(TempDir);

impl Tree {
    /// A folder in which no rule but [`RULE`] holds.
    pub(crate) fn new() -> Self {
        let tree = Self(TempDir::new().expect("a folder can be made"));
        tree.write(".git/HEAD", "ref: refs/heads/main\n");
        tree.write(
            "govlint.yaml",
            "apiVersion: govlint/v1\nkind: Config\nbuiltIn: false\n",
        );
        tree.write("policies/own/named.yaml", RULE);
        tree
    }

    /// The same with a file.
    pub(crate) fn with(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.write(path, bytes);
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn check(&self) -> Ended {
        self.run(&["check", ".", "--as-of", "2026-11-22"])
    }

    pub(crate) fn run(&self, words: &[&str]) -> Ended {
        Run::new(self.path(), words).end()
    }

    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        let folder = path.parent().expect("a file stands in a folder");
        fs::create_dir_all(folder).expect("a folder can be made");
        fs::write(path, bytes).expect("a file can be written");
    }
}

/// Holds a run against its exit status and words that it says on either output.
pub(crate) fn assert_said(name: &str, ended: &Ended, status: i32, words: &[&str]) {
    let said = format!("{}\n{}", ended.stdout, ended.stderr);
    let told: String = said.chars().take(3000).collect();
    assert_eq!(ended.status, status, "{name}\n{told}");
    for word in words {
        assert!(said.contains(word), "{name}: `{word}` is not in\n{told}");
    }
}
