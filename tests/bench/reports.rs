//! How long each report takes on a generated repository, from the start of the process to the
//! last byte, and how large it is.
//!
//! `cargo bench --bench reports [SIZE]` prints both for each audience and format, and as multiples of
//! those for half the records: a report whose time grows faster than its size shows. The size
//! defaults to 10,000 records. Pages are left in the temporary folder of the target folder, where
//! `.ci/time-pages` has a browser open them. With `--features pdf` that format is measured too.

#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints what it measured"
)]

mod corpus;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const DAY: &str = "2026-11-22";
const AUDIENCES: [&str; 4] = ["board", "executive", "auditor", "it"];
const FORMATS: &[&str] = if cfg!(feature = "pdf") {
    &["markdown", "html", "json", "xlsx", "pdf"]
} else {
    &["markdown", "html", "json", "xlsx"]
};
/// Runs of which the fastest counts.
const RUNS: usize = 2;

fn main() {
    let size = std::env::args().find_map(|word| word.replace('_', "").parse().ok());
    let size: usize = size.unwrap_or(10_000);
    let (half, whole) = (records(size / 2), records(size));
    println!("{size} records, {} findings", findings(whole.path()));
    println!(
        "{:<11}{:<10}{:>11}{:>12}{:>8}{:>8}",
        "audience", "format", "time", "size", "x time", "x size"
    );
    for audience in AUDIENCES {
        for format in FORMATS {
            let (shorter, smaller) = best(half.path(), audience, format);
            let (time, bytes) = best(whole.path(), audience, format);
            println!(
                "{audience:<11}{format:<10}{:>8.2} s{:>9} KB{:>8.1}{:>8.1}",
                time.as_secs_f64(),
                bytes / 1_000,
                time.as_secs_f64() / shorter.as_secs_f64(),
                bytes as f64 / smaller as f64,
            );
        }
    }
}

fn records(size: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    corpus::write(folder.path(), size, false);
    folder
}

fn govlint(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_govlint"));
    command
        .current_dir(folder)
        .args(words)
        .args(["--as-of", DAY]);
    command
}

fn findings(folder: &Path) -> usize {
    let output = govlint(folder, &["check", "-f", "json"]).output();
    let output = output.expect("the program starts").stdout;
    let check: serde_json::Value = serde_json::from_slice(&output).expect("JSON");
    check["findings"].as_array().map_or(0, Vec::len)
}

fn best(folder: &Path, audience: &str, format: &str) -> (Duration, u64) {
    let to = output(folder, audience, format);
    let name = to.display().to_string();
    let words = ["report", "--audience", audience, "-f", format, "-o", &name];
    let times = (0..RUNS).map(|_| {
        let started = Instant::now();
        let status = govlint(folder, &words)
            .status()
            .expect("the program starts");
        assert!(status.success(), "{audience}, {format}: {status}");
        started.elapsed()
    });
    let time = times.min().expect("it ran");
    (time, fs::metadata(&to).expect("a report").len())
}

/// Where a report is left: pages of the last repository stay.
fn output(folder: &Path, audience: &str, format: &str) -> PathBuf {
    if format != "html" {
        return folder.join(format!("report.{format}"));
    }
    let pages = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&pages).expect("a folder can be made");
    pages.join(format!("large-{audience}.html"))
}
