//! A repository made for one test, by git itself and without the settings of the machine.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::govlint_process::{Ended, Run};

/// A record under the rules of a [`Repository`]: `RULE` fails on nobody but Bob.
pub(crate) fn person(id: &str, name: &str) -> String {
    format!("apiVersion: govlint/v1\nkind: Person\nid: {id}\nname: {name}\nstatus: active\n")
}

const RULE: &str = "\
apiVersion: govlint/v1
kind: Rule
code: OWN-001
title: Somebody is called Bob
severity: error
for: Person
assert: self.name != \"Bob\"
at: self.name
message: \"{self} is called Bob\"
why: Names matter.
fix: Rename {self}.
";

/// A folder with a repository in it.
pub(crate) struct Repository {
    _whole: TempDir,
    path: PathBuf,
}

impl Repository {
    /// A repository without commits, whose working tree holds a configuration and a rule.
    pub(crate) fn new() -> Self {
        let repository = Self::bare_of_files();
        repository.write(
            "govlint.yaml",
            "apiVersion: govlint/v1\nkind: Config\nbuiltIn: false\n",
        );
        repository.write("policies/own/named-bob.yaml", RULE);
        repository
    }

    /// A repository with nothing in it.
    pub(crate) fn bare_of_files() -> Self {
        let whole = TempDir::new().expect("a folder can be made");
        let path = fs::canonicalize(whole.path()).unwrap().join("origin");
        fs::create_dir(&path).unwrap();
        let repository = Self {
            _whole: whole,
            path,
        };
        repository.git(&["init", "-q", "-b", "main"]);
        repository
    }

    /// The working tree.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A path beside the working tree.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.path.parent().unwrap().join(name)
    }

    /// Writes a file of the working tree.
    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Commits everything at noon of a day, and says the commit id.
    pub(crate) fn commit(&self, day: &str) -> String {
        self.commit_at(&format!("{day}T12:00:00+00:00"))
    }

    /// Commits everything at a time, and says the commit id.
    pub(crate) fn commit_at(&self, time: &str) -> String {
        self.git(&["add", "--all"]);
        self.git_at(time, &["commit", "-q", "--allow-empty", "-m", "change"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Makes an annotated tag.
    pub(crate) fn tag(&self, name: &str) {
        self.git(&["tag", "-a", "-m", name, name]);
    }

    /// Runs git in the working tree.
    pub(crate) fn git(&self, words: &[&str]) -> String {
        git(&self.path, "2026-01-01T12:00:00+00:00", words, b"")
    }

    /// Runs git at a time.
    pub(crate) fn git_at(&self, time: &str, words: &[&str]) -> String {
        git(&self.path, time, words, b"")
    }

    /// Runs git on an input.
    pub(crate) fn git_on(&self, words: &[&str], input: &[u8]) -> String {
        git(&self.path, "2026-01-01T12:00:00+00:00", words, input)
    }

    /// Puts a tree into the object database as it is, whatever git would think of it.
    pub(crate) fn raw_tree(&self, entries: &[(&str, &[u8], &str)]) -> String {
        let mut bytes = Vec::new();
        for (mode, name, id) in entries {
            bytes.extend_from_slice(mode.as_bytes());
            bytes.push(b' ');
            bytes.extend_from_slice(name);
            bytes.push(0);
            bytes
                .extend((0..20).map(|at| u8::from_str_radix(&id[2 * at..2 * at + 2], 16).unwrap()));
        }
        let words = ["hash-object", "-t", "tree", "-w", "--literally", "--stdin"];
        self.git_on(&words, &bytes)
    }

    /// Puts bytes into the object database.
    pub(crate) fn blob(&self, bytes: impl AsRef<[u8]>) -> String {
        self.git_on(&["hash-object", "-w", "--stdin"], bytes.as_ref())
    }

    /// Points a tag at a commit of a tree.
    pub(crate) fn tag_tree(&self, tag: &str, tree: &str) {
        let commit = self.git(&["commit-tree", "-m", "made", tree]);
        self.git(&["update-ref", &format!("refs/tags/{tag}"), &commit]);
    }

    /// The file of a loose object.
    pub(crate) fn object(&self, id: &str) -> PathBuf {
        self.path.join(".git/objects").join(&id[..2]).join(&id[2..])
    }

    /// Runs govlint in the working tree.
    pub(crate) fn run(&self, words: &[&str]) -> Ended {
        Run::new(&self.path, words).end()
    }
}

/// Runs git in a folder, and says what it wrote.
pub(crate) fn git(folder: &Path, time: &str, words: &[&str], input: &[u8]) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).args(words).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap());
    command.envs([
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_ALLOW_PROTOCOL", "file"),
        ("GIT_AUTHOR_NAME", "Ada"),
        ("GIT_AUTHOR_EMAIL", "ada@example.org"),
        ("GIT_AUTHOR_DATE", time),
        ("GIT_COMMITTER_NAME", "Ada"),
        ("GIT_COMMITTER_EMAIL", "ada@example.org"),
        ("GIT_COMMITTER_DATE", time),
    ]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command.stderr(Stdio::piped());
    let mut child = command.spawn().expect("git is installed");
    child.stdin.take().unwrap().write_all(input).unwrap();
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "git {words:?}\n{said}");
    String::from_utf8(ended.stdout).unwrap().trim().to_owned()
}
