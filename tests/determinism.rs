//! The same records give the same bytes, whatever the machine does beside.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

#[path = "process/govlint.rs"]
mod govlint;

use std::fs;
use std::path::{Path, PathBuf};

use govlint::Run;

const STORY: &str = "halden-freight";
const FORMATS: [&str; 9] = [
    "human", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "csv",
];

/// Environments that must not matter; the first is that of the test, twice the same.
const ENVIRONMENTS: [&[(&str, &str)]; 6] = [
    &[],
    &[("RAYON_NUM_THREADS", "1")],
    &[("RAYON_NUM_THREADS", "2")],
    &[("RAYON_NUM_THREADS", "4")],
    &[("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati")],
    &[("LC_ALL", "C"), ("TZ", "Pacific/Pago_Pago"), ("HOME", "/")],
];

#[test]
fn the_environment_changes_nothing() {
    let first = reports(&story(), ".", &[]);
    for environment in ENVIRONMENTS {
        let again = reports(&story(), ".", environment);
        assert_same(&first, &again, &format!("under {environment:?}"));
    }
}

/// Places are spelled from the folder of the configuration, wherever the command was started.
#[test]
fn the_place_of_the_start_changes_nothing() {
    let (inside, elsewhere) = (story(), tempfile::tempdir().unwrap());
    let absolute = inside.to_str().expect("a path in UTF-8");
    let starts = [
        (inside.as_path(), absolute),
        (elsewhere.path(), absolute),
        (inside.parent().expect("a folder above"), STORY),
        (&inside.join("governance"), ".."),
    ];
    let first = without_root(&reports(&inside, ".", &[]));
    for (start, path) in starts {
        let again = without_root(&reports(start, path, &[]));
        let told = format!("from {} on {path}", start.display());
        assert_same(&first, &again, &told);
    }
}

#[test]
fn the_order_in_which_files_were_made_changes_nothing() {
    let (forth, back) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut files = files_below(&story());
    files.sort();
    copy(&files, forth.path());
    files.reverse();
    copy(&files, back.path());
    let first = reports(forth.path(), ".", &[]);
    assert_same(&first, &reports(back.path(), ".", &[]), "in another order");
}

/// What one run writes in all formats, one after the other.
fn reports(start: &Path, path: &str, environment: &[(&str, &str)]) -> String {
    let outputs = tempfile::tempdir().unwrap();
    let files: Vec<String> = FORMATS
        .iter()
        .map(|format| outputs.path().join(format).display().to_string())
        .collect();
    let mut words = vec!["check", path, "--as-of", "2026-11-22"];
    for (format, file) in FORMATS.iter().zip(&files) {
        words.extend(["--format", format, "--output", file]);
    }
    let mut run = Run::new(start, &words);
    for (name, value) in environment {
        run = run.variable(name, value);
    }
    let ended = run.end();
    assert_eq!(ended.status, 1, "{}", ended.stderr);
    let texts = files.iter().map(|file| fs::read_to_string(file).unwrap());
    texts.collect()
}

/// Reports without the line that repeats how the folder was named.
fn without_root(reports: &str) -> String {
    let lines = reports.lines().filter(|line| !line.contains("\"root\": "));
    lines.collect::<Vec<_>>().join("\n")
}

fn assert_same(left: &str, right: &str, told: &str) {
    let differing = left.lines().zip(right.lines()).find(|(l, r)| l != r);
    assert!(left == right, "{told}: {differing:?}");
}

fn story() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(STORY)
}

/// All files below a folder, by path from it, with their bytes.
fn files_below(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let (mut files, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let below = path.strip_prefix(root).unwrap().to_owned();
            files.push((below, fs::read(&path).unwrap()));
        }
    }
    files
}

fn copy(files: &[(PathBuf, Vec<u8>)], to: &Path) {
    for (path, bytes) in files {
        let path = to.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
