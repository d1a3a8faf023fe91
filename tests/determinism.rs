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
const FORMATS: [&str; 2] = ["human", "json"];

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
    for format in FORMATS {
        let first = report(&story(), ".", format, &[]);
        for environment in ENVIRONMENTS {
            let again = report(&story(), ".", format, environment);
            assert_same(&first, &again, &format!("{format} under {environment:?}"));
        }
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
    for format in FORMATS {
        let first = without_root(&report(&inside, ".", format, &[]));
        for (start, path) in starts {
            let again = without_root(&report(start, path, format, &[]));
            let told = format!("{format} from {} on {path}", start.display());
            assert_same(&first, &again, &told);
        }
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
    for format in FORMATS {
        let first = report(forth.path(), ".", format, &[]);
        assert_same(&first, &report(back.path(), ".", format, &[]), format);
    }
}

fn report(start: &Path, path: &str, format: &str, environment: &[(&str, &str)]) -> String {
    let words = ["check", path, "--as-of", "2026-11-22", "--format", format];
    let mut run = Run::new(start, &words);
    for (name, value) in environment {
        run = run.variable(name, value);
    }
    let ended = run.end();
    assert_eq!(ended.status, 1, "{}", ended.stderr);
    ended.stdout
}

/// A report without the line that repeats how the folder was named.
fn without_root(report: &str) -> String {
    let lines = report.lines().filter(|line| !line.contains("\"root\": "));
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
