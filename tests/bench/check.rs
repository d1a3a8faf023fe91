//! Measures a whole run and its phases on generated repositories.
//!
//! `cargo bench --bench check [SIZE...]` prints, for each size and layout, the time of each phase,
//! the time per resource, the multiple of merely reading the files in the same run, and the peak
//! memory of a process that does nothing else. Sizes default to 1,000, 10,000 and 100,000.
//!
//! `cargo bench --bench check rules [SIZE]` prints what each rule costs, the dearest first.

#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints what it measured"
)]

mod corpus;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use govlint::catalog::Catalog;
use govlint::check::{self, Input, assess};
use govlint::config::Config;
use govlint::evaluate::{Circumstances, evaluate};
use govlint::kind::validate::{Strictness, Validators, validate};
use govlint::kind::{Kinds, SchemaText, Vocabulary};
use govlint::rule::{self, Overlay, Pack, built_in_schemas};
use govlint::scalar::Date;
use govlint::snapshot::{Document, Recognition, Snapshot};
use govlint::source::{SourceId, Sources};
use govlint::syntax::{self, limits};
use rayon::prelude::*;

const PHASES: [&str; 7] = [
    "read", "parse", "validate", "build", "rules", "evaluate", "whole",
];
const CHILD: &str = "GOVLINT_BENCH_CHILD";
static NO_CONFIG: OnceLock<Config> = OnceLock::new();

fn main() {
    if let Ok(folder) = std::env::var(CHILD) {
        return child(Path::new(&folder));
    }
    let sizes: Vec<usize> = std::env::args()
        .filter_map(|word| word.replace('_', "").parse().ok())
        .collect();
    let sizes = if sizes.is_empty() {
        vec![1_000, 10_000, 100_000]
    } else {
        sizes
    };
    if std::env::args().any(|word| word == "rules") {
        return costs(sizes[0]);
    }
    let empty = tempfile::tempdir().expect("a temporary folder can be made");
    let started = best(9, || whole(empty.path()));
    println!(
        "start-up with nothing to check: {:.1} ms",
        started.as_secs_f64() * 1e3
    );
    for size in sizes {
        for one_file in [false, true] {
            measure(size, one_file);
        }
    }
}

/// Evaluates one rule at a time, and takes off what evaluating none costs.
fn costs(size: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    corpus::write(folder.path(), size, false);
    let snapshot = snapshot(read(folder.path()));
    let (schemas, packs) = (built_in_schemas(), [Pack::built_in()]);
    let loaded = check::load(&input(&snapshot, &schemas, &packs))
        .expect("the built-in policies are without mistakes");
    let files = BTreeMap::new();
    let time = |only: &[usize]| {
        best(5, || {
            let circumstances = Circumstances {
                as_of: as_of(),
                from: None,
                files: &files,
                explain_not_evaluable: false,
                only: Some(only),
                words_may_lag: false,
            };
            let evaluation = evaluate(&loaded.policies, &loaded.catalog, &circumstances, &[]);
            let evaluation = evaluation.expect("the built-in rules can be evaluated");
            std::hint::black_box(evaluation.findings.len());
        })
    };
    let nothing = time(&[]);
    let rules = loaded.policies.rules.iter().enumerate();
    let mut costs: Vec<(Duration, &str)> = rules
        .filter(|(_, rule)| rule.condition().is_some())
        .map(|(number, rule)| (time(&[number]).saturating_sub(nothing), &*rule.name))
        .collect();
    costs.sort_by(|left, right| right.cmp(left));
    println!("{size} resources; besides the rules: {nothing:.1?}");
    for (cost, name) in costs {
        println!("{:>9.2} ms  {name}", cost.as_secs_f64() * 1e3);
    }
}

fn measure(size: usize, one_file: bool) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let bytes = corpus::write(folder.path(), size, one_file);
    if one_file && bytes > limits::SIZE {
        println!("\n{size} resources, one file: {bytes} bytes are more than a file may have");
        return;
    }
    let rounds = if size > 20_000 { 3 } else { 7 };
    let layout = if one_file { "one file" } else { "a file each" };
    println!("\n{size} resources, {layout}, {:.1} MB", bytes as f64 / 1e6);
    let mut times: BTreeMap<&str, Duration> = BTreeMap::new();
    for _ in 0..rounds {
        for (phase, time) in phases(folder.path()) {
            let known = times.entry(phase).or_insert(time);
            *known = time.min(*known);
        }
    }
    let read = times["read"].as_secs_f64();
    for phase in PHASES {
        let time = times[phase].as_secs_f64();
        println!(
            "  {phase:<9} {:>9.1} ms {:>8.2} µs/resource {:>6.1} × reading",
            time * 1e3,
            time * 1e6 / size as f64,
            time / read
        );
    }
    let program = std::env::current_exe().expect("the program knows its own path");
    let output = Command::new(program)
        .env(CHILD, folder.path())
        .output()
        .expect("the program can start itself");
    println!(
        "  peak memory {}",
        String::from_utf8_lossy(&output.stdout).trim()
    );
}

/// The shortest of several runs.
fn best(rounds: usize, mut run: impl FnMut()) -> Duration {
    (0..rounds)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

fn child(folder: &Path) {
    whole(folder);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap_or("not known on this system");
    println!("{}", peak.trim());
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder)
            .expect("the folder can be listed")
            .flatten()
        {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => pending.push(entry.path()),
                _ => found.push(entry.path()),
            }
        }
    }
    found.sort();
    found
}

fn read(folder: &Path) -> Vec<(String, Vec<u8>)> {
    files(folder)
        .into_par_iter()
        .map(|path| {
            let bytes = std::fs::read(&path).expect("the file can be read");
            let name = path
                .strip_prefix(folder)
                .map_or_else(|_| path.clone(), Path::to_owned);
            (name.to_string_lossy().into_owned(), bytes)
        })
        .collect()
}

fn snapshot(files: Vec<(String, Vec<u8>)>) -> Snapshot {
    let documents = files.into_iter().map(|(path, bytes)| Document {
        path,
        bytes: bytes.into(),
        recognition: Recognition::Ours,
        blob: None,
    });
    Snapshot {
        documents: documents.collect(),
        ..Snapshot::default()
    }
}

fn as_of() -> Date {
    Date::from_ymd(2026, 11, 22).expect("a date of the calendar")
}

fn whole(folder: &Path) {
    let snapshot = snapshot(read(folder));
    let (schemas, packs) = (built_in_schemas(), [Pack::built_in()]);
    let input = input(&snapshot, &schemas, &packs);
    let assessment = assess(&input, None).expect("the built-in policies are without mistakes");
    std::hint::black_box(assessment.findings.len());
}

fn input<'a>(snapshot: &'a Snapshot, schemas: &'a [SchemaText], packs: &'a [Pack]) -> Input<'a> {
    Input {
        snapshot,
        sources: Sources::default(),
        schemas,
        packs,
        config: NO_CONFIG.get_or_init(Config::default),
        profile: None,
        baseline: None,
        is_whole: true,
        as_of: as_of(),
        from: None,
        select: &[],
        ignore: &[],
        may_lack_rules: false,
        strictness: Strictness::Full,
        explain_not_evaluable: false,
        without_waivers: false,
    }
}

#[expect(clippy::too_many_lines, reason = "one phase after the other")]
fn phases(folder: &Path) -> Vec<(&'static str, Duration)> {
    let mut times = Vec::new();
    let mut clock = Instant::now();
    let mut lap = |phase: &'static str, clock: &mut Instant| {
        times.push((phase, clock.elapsed()));
        *clock = Instant::now();
    };
    let files = read(folder);
    lap("read", &mut clock);
    let mut parsed: Vec<syntax::Parsed> = files
        .into_par_iter()
        .map(|(path, bytes)| syntax::parse_bytes(path, bytes))
        .collect();
    lap("parse", &mut clock);
    let kinds = Arc::new(
        Kinds::load(&built_in_schemas()).expect("the built-in schemas are without mistakes"),
    );
    let validators = Validators::new(kinds.clone());
    let vocabulary = Vocabulary::read(&kinds, parsed.iter());
    clock = Instant::now();
    parsed
        .par_iter_mut()
        .enumerate()
        .for_each(|(index, parsed)| {
            let words = vocabulary.at(parsed.source().path());
            let (_, broken) = validate(
                &validators,
                words,
                parsed,
                SourceId::from_index(index),
                Strictness::Full,
            );
            parsed.mark_broken(broken);
        });
    lap("validate", &mut clock);
    let mut sources = Sources::default();
    for parsed in &parsed {
        sources.push(parsed.source().clone());
    }
    let (catalog, _) = Catalog::build(
        kinds.clone(),
        parsed
            .into_iter()
            .map(|parsed| Some(Arc::new(parsed)))
            .collect(),
    );
    lap("build", &mut clock);
    let policies = rule::load(
        &kinds,
        &[Pack::built_in()],
        &Overlay::default(),
        None,
        &mut sources,
    )
    .expect("the built-in policies are without mistakes");
    lap("rules", &mut clock);
    let files = BTreeMap::new();
    let circumstances = Circumstances {
        as_of: as_of(),
        from: None,
        files: &files,
        explain_not_evaluable: false,
        only: None,
        words_may_lag: false,
    };
    let evaluation = evaluate(&policies, &catalog, &circumstances, &[])
        .expect("the built-in rules can be evaluated");
    std::hint::black_box(evaluation.findings.len());
    lap("evaluate", &mut clock);
    drop((evaluation, catalog, policies, sources));
    clock = Instant::now();
    whole(folder);
    lap("whole", &mut clock);
    times
}
