//! Measures reading the records of a commit against reading the same records as files.
//!
//! `cargo bench --bench git [SIZE...]` writes a generated repository, packs its history as `git gc`
//! leaves it, and reads all records through both hosts in turn. Sizes default to 50,000.

#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints what it measured"
)]

#[allow(dead_code, reason = "each benchmark uses a part of it")]
mod corpus;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use govlint::host::{Globs, Host, Wanted, gather, git, os};

/// The most that a commit may cost, as a multiple of the files.
const BUDGET: f64 = 4.0;
const ROUNDS: usize = 5;

fn main() {
    let sizes: Vec<usize> = std::env::args()
        .filter_map(|word| word.replace('_', "").parse().ok())
        .collect();
    let sizes = if sizes.is_empty() {
        vec![50_000]
    } else {
        sizes
    };
    sizes.into_iter().for_each(measure);
}

fn measure(size: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let bytes = corpus::write(folder.path(), size, false);
    commit(folder.path());
    println!("{size} files, {:.1} MB", bytes as f64 / 1e6);
    let (mut files, mut blobs) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        files = files.min(time(|| {
            let host = os::open_folder(folder.path()).expect("the folder is there");
            read(&host, size);
        }));
        blobs = blobs.min(time(|| {
            let repository = git::Repository::discover(folder.path()).expect("a repository");
            let revision = repository.revision("HEAD").expect("a commit");
            read(&revision.tree_host(), size);
        }));
    }
    let ratio = blobs.as_secs_f64() / files.as_secs_f64();
    println!("  files of a folder  {:7.1} ms", files.as_secs_f64() * 1e3);
    println!("  blobs of a pack    {:7.1} ms", blobs.as_secs_f64() * 1e3);
    let word = if ratio <= BUDGET { "within" } else { "above" };
    println!("  ratio {ratio:.2}, {word} the budget of {BUDGET}");
}

/// Reads every record, as a run does before it parses them.
fn read(host: &dyn Host, size: usize) {
    let none = Globs::new([]).expect("no pattern is wrong");
    let wanted = Wanted {
        paths: &[String::new()],
        documents: &none,
        exclude: &none,
        own: &BTreeSet::new(),
        is_kind: &|_| true,
        known: None,
    };
    let gathered = gather(host, &wanted);
    assert_eq!(gathered.snapshot.documents.len(), size);
    assert_eq!(gathered.snapshot.unread, []);
}

fn time(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

fn commit(folder: &Path) {
    // git must not begin to pack by itself, beside what is asked for.
    let settings = [
        ["-c", "user.name=Ada"],
        ["-c", "user.email=ada@example.org"],
        ["-c", "gc.auto=0"],
    ];
    let run = |words: &[&str]| {
        let status = Command::new("git")
            .args(settings.concat())
            .args(words)
            .current_dir(folder)
            .status();
        assert!(status.expect("git is installed").success(), "git {words:?}");
    };
    run(&["init", "-q", "."]);
    run(&["add", "--all"]);
    run(&["commit", "-q", "-m", "records"]);
    run(&["gc", "-q"]);
}
