//! Measures what each further snapshot costs when little has changed.
//!
//! `cargo bench --bench incremental [SIZE]` reads a generated repository of 5,000 resources, evaluates
//! it with all built-in rules, and goes on month by month with two of a hundred files changed. It
//! prints the processor time of each step, and its share of the first.

#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints what it measured"
)]

#[allow(dead_code, reason = "each benchmark uses a part of it")]
mod corpus;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use govlint::catalog::Catalog;
use govlint::evaluate::{Circumstances, Standing};
use govlint::kind::validate::{Strictness, Validators, validate};
use govlint::kind::{Kinds, Vocabulary};
use govlint::rule::{self, Overlay, Pack, Policies, built_in_schemas};
use govlint::scalar::Date;
use govlint::source::{SourceId, Sources};
use govlint::syntax::{self, Parsed};

const MONTHS: usize = 6;
/// One file of so many changes each month.
const ONE_OF: usize = 50;

fn main() {
    let size = std::env::args().find_map(|word| word.replace('_', "").parse().ok());
    let size: usize = size.unwrap_or(5_000);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    corpus::write(folder.path(), size, false);
    let mut history = History::new(folder.path());
    let first = history.first();
    println!("{size} resources");
    println!("  first       {}", first.line(&first));
    for month in 1..=MONTHS {
        history.edit(month);
        let step = history.next();
        let standing = history.standing.as_ref();
        let standing = standing.expect("a step leaves one behind");
        let (carried, all) = (standing.carried(), standing.visited());
        println!(
            "  month {month}     {}, {:.1} % carried over",
            step.line(&first),
            100.0 * carried as f64 / all as f64
        );
    }
}

/// The processor time of a step.
struct Step {
    read: Duration,
    build: Duration,
    evaluate: Duration,
}

impl Step {
    fn whole(&self) -> Duration {
        self.read + self.build + self.evaluate
    }

    fn line(&self, first: &Self) -> String {
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        format!(
            "reading {:>8.1} ms, catalog {:>8.1} ms, evaluation {:>8.1} ms: {:>5.1} % of the first",
            ms(self.read),
            ms(self.build),
            ms(self.evaluate),
            100.0 * self.whole().as_secs_f64() / first.whole().as_secs_f64()
        )
    }
}

struct History {
    kinds: Arc<Kinds>,
    validators: Validators,
    policies: Policies,
    /// The number of sources before the first document.
    before: usize,
    texts: Vec<(String, String)>,
    parsed: Vec<Option<Arc<Parsed>>>,
    catalog: Catalog,
    standing: Option<Standing>,
    day: Date,
}

impl History {
    fn new(folder: &Path) -> Self {
        let kinds = Kinds::load(&built_in_schemas());
        let kinds = Arc::new(kinds.expect("the built-in schemas are without mistakes"));
        let mut sources = Sources::default();
        let packs = [Pack::built_in()];
        let policies = rule::load(&kinds, &packs, &Overlay::default(), None, &mut sources);
        let policies = policies.expect("the built-in policies are without mistakes");
        let (catalog, _) = Catalog::build(kinds.clone(), Vec::new());
        let day = Date::from_ymd(2026, 11, 22).expect("a date of the calendar");
        let mut texts = Vec::new();
        collect(folder, &mut texts);
        texts.sort();
        Self {
            validators: Validators::new(kinds.clone()),
            before: sources.len(),
            parsed: Vec::new(),
            kinds,
            policies,
            texts,
            catalog,
            standing: None,
            day,
        }
    }

    fn first(&mut self) -> Step {
        self.parsed = self.texts.iter().map(|_| None).collect();
        self.step()
    }

    fn next(&mut self) -> Step {
        self.step()
    }

    /// Changes a value in some of the files, and lets a month pass.
    fn edit(&mut self, month: usize) {
        self.day = Date::from_days(self.day.days() + 30);
        for index in (month..self.texts.len()).step_by(ONE_OF) {
            let text = &mut self.texts[index].1;
            *text = if text.contains("criticality: high") {
                text.replace("criticality: high", "criticality: critical")
            } else {
                text.replace("name: ", "name: New ")
            };
            self.parsed[index] = None;
        }
    }

    fn step(&mut self) -> Step {
        let start = cpu_time();
        self.read();
        let read = cpu_time();
        let before = (0..self.before).map(|_| None);
        let sources = before.chain(self.parsed.iter().cloned()).collect();
        let (catalog, _) = Catalog::build(self.kinds.clone(), sources);
        let built = cpu_time();
        let earlier = self
            .standing
            .take()
            .map(|standing| (standing, &self.catalog));
        self.standing = Some(stand(earlier, &self.policies, &catalog, self.day));
        let evaluated = cpu_time();
        self.catalog = catalog;
        Step {
            read: read.saturating_sub(start),
            build: built.saturating_sub(read),
            evaluate: evaluated.saturating_sub(built),
        }
    }

    /// Reads the texts that have not been read.
    fn read(&mut self) {
        let mut fresh: Vec<(usize, Parsed)> = Vec::new();
        for (index, (path, text)) in self.texts.iter().enumerate() {
            if self.parsed[index].is_none() {
                let parsed = syntax::parse_bytes(path.clone(), text.clone().into_bytes());
                fresh.push((index, parsed));
            }
        }
        let vocabulary = Vocabulary::read(&self.kinds, fresh.iter().map(|(_, parsed)| parsed));
        for (index, mut parsed) in fresh {
            let words = vocabulary.at(parsed.source().path());
            let source = SourceId::from_index(self.before + index);
            let (_, broken) = validate(&self.validators, words, &parsed, source, Strictness::Full);
            parsed.mark_broken(broken);
            self.parsed[index] = Some(Arc::new(parsed));
        }
    }
}

fn stand(
    earlier: Option<(Standing, &Catalog)>,
    policies: &Policies,
    catalog: &Catalog,
    day: Date,
) -> Standing {
    let files = BTreeMap::new();
    let circumstances = Circumstances {
        as_of: day,
        from: None,
        files: &files,
        explain_not_evaluable: false,
        only: None,
        words_may_lag: false,
    };
    let standing = match earlier {
        Some((standing, before)) => standing.after(before, policies, catalog, &circumstances, &[]),
        None => Standing::recorded(policies, catalog, &circumstances, &[]),
    };
    standing.expect("the built-in rules can be evaluated")
}

fn collect(folder: &Path, texts: &mut Vec<(String, String)>) {
    let entries = std::fs::read_dir(folder).expect("the folder can be listed");
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, texts);
        } else {
            let text = std::fs::read_to_string(&path).expect("the file can be read");
            texts.push((path.to_string_lossy().into_owned(), text));
        }
    }
}

/// The time that the threads of this program have spent on a processor, since other programs may
/// be busy; where the system does not tell, the time that has passed.
fn cpu_time() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let start = START.get_or_init(Instant::now);
    let tasks = std::fs::read_dir("/proc/self/task");
    let times = tasks.into_iter().flatten().flatten().filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    match times.sum() {
        0 => start.elapsed(),
        nanoseconds => Duration::from_nanos(nanoseconds),
    }
}
