//! Revisions of real git repositories, which the tests make: the same answer from every sort of
//! clone, and nothing of a repository that does harm.

#![cfg(unix)]
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

#[path = "process/govlint.rs"]
mod govlint_process;

#[path = "git/ancestry.rs"]
mod ancestry;
#[path = "git/changes.rs"]
mod changes;
#[path = "git/clones.rs"]
mod clones;
#[path = "git/example.rs"]
mod example;
#[path = "git/history.rs"]
mod history;
#[path = "git/hostile.rs"]
mod hostile;
#[path = "git/names.rs"]
mod names;
#[path = "git/paths.rs"]
mod paths;
#[path = "git/report.rs"]
mod report;
#[path = "git/repository.rs"]
mod repository;
#[path = "git/working.rs"]
mod working;

use govlint_process::Ended;

/// Holds a run against its exit status and words that it says on either output.
#[track_caller]
pub(crate) fn assert_said(ended: &Ended, status: i32, words: &[&str]) {
    let said = format!("{}\n{}", ended.stdout, ended.stderr);
    let told: String = said.chars().take(3000).collect();
    assert_eq!(ended.status, status, "{told}");
    for word in words {
        assert!(said.contains(word), "`{word}` is not in\n{told}");
    }
}
