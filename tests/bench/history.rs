//! Measures the assessment of one monthly commit after another against that of the first.
//!
//! `cargo bench --bench history [SIZE...]` writes a generated repository, changes a fiftieth of its
//! records for each of 36 months, and judges all months in turn. Sizes default to 5,000.

#![expect(
    clippy::print_stdout,
    clippy::panic,
    reason = "a benchmark prints what it measured, and stops at the first surprise"
)]

#[allow(dead_code, reason = "each benchmark uses a part of it")]
mod corpus;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use govlint::host::git;
use govlint::scalar::Date;
use govlint::workspace::history::{Chronicle, Historian};
use govlint::workspace::{Places, Workspace};

const MONTHS: usize = 36;
/// One record in so many changes each month.
const CHANGED: usize = 50;
/// The most that a further month may cost, as a part of the first.
const BUDGET: f64 = 0.15;

fn main() {
    let sizes: Vec<usize> = std::env::args()
        .filter_map(|word| word.replace('_', "").parse().ok())
        .collect();
    let sizes = if sizes.is_empty() { vec![5_000] } else { sizes };
    sizes.into_iter().for_each(measure);
}

fn measure(size: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    corpus::write(folder.path(), size, false);
    git(folder.path(), 0, &["init", "-q", "."]);
    for month in 0..MONTHS {
        change(folder.path(), size, month);
        commit(folder.path(), month);
    }
    git(folder.path(), MONTHS, &["gc", "-q"]);
    let times = tell(folder.path());
    let (first, further) = times.split_first().expect("there are months");
    let ratio = median(further, Times::whole) / first.whole();
    println!("{size} resources, {MONTHS} months");
    println!("  the first month     {first}");
    let each = Times {
        open: median(further, |times| times.open),
        judge: median(further, |times| times.judge),
        add: median(further, |times| times.add),
    };
    println!("  a further month     {each} (medians)");
    let word = if ratio <= BUDGET { "within" } else { "above" };
    println!("  ratio {ratio:.2}, {word} the budget of {BUDGET}");
}

/// What one month takes, in seconds.
struct Times {
    /// Reading its files.
    open: f64,
    /// Giving its verdicts.
    judge: f64,
    /// Comparing it with the month before.
    add: f64,
}

impl Times {
    fn whole(&self) -> f64 {
        self.open + self.judge + self.add
    }
}

impl fmt::Display for Times {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [whole, open, judge, add] =
            [self.whole(), self.open, self.judge, self.add].map(|time| time * 1e3);
        write!(
            formatter,
            "{whole:7.1} ms: reading {open:.1}, verdicts {judge:.1}, comparing {add:.1}"
        )
    }
}

fn median(times: &[Times], part: impl Fn(&Times) -> f64) -> f64 {
    let mut parts: Vec<f64> = times.iter().map(part).collect();
    parts.sort_by(f64::total_cmp);
    parts[parts.len() / 2]
}

/// Judges month after month, and says how long each took.
fn tell(folder: &Path) -> Vec<Times> {
    let repository = git::Repository::discover(folder).expect("a repository");
    let head = repository.revision("HEAD").expect("a commit");
    let line = repository.line(&head).expect("a line of commits");
    let (mut historian, mut chronicle) = (Historian::default(), Chronicle::default());
    let mut times = Vec::new();
    for (month, position) in line.months() {
        let start = Instant::now();
        let revision = line.revision(position, &month).expect("a commit");
        let before = historian.previous().map(|before| &before.workspace);
        let workspace = open(&revision, before);
        let open = start.elapsed().as_secs_f64();
        let as_of = revision.identity.committer.date();
        let as_of = as_of.unwrap_or(Date::MIN);
        let judged = historian.judge(workspace, as_of);
        let judged = judged.unwrap_or_else(|failure| panic!("{failure:?}"));
        let judge = start.elapsed().as_secs_f64() - open;
        chronicle.add(&judged, historian.previous(), None);
        historian.move_on(judged);
        let add = start.elapsed().as_secs_f64() - open - judge;
        times.push(Times { open, judge, add });
    }
    assert_eq!(chronicle.moments.len(), MONTHS);
    println!("{} findings", chronicle.lives().len());
    assert!(!chronicle.lives().is_empty());
    times
}

fn open(revision: &git::Revision, before: Option<&Workspace>) -> Workspace {
    let here = [PathBuf::from(".")];
    let opened = revision.open(&here, None).expect("the root of the tree");
    let places = Places {
        name: ".".to_owned(),
        documents: &opened.folder,
        paths: &opened.paths,
        given: None,
        own: &opened.folder,
        configuration: None,
        own_shown: String::new(),
        is_one: true,
    };
    let workspace = Workspace::open_after(places, before);
    workspace.unwrap_or_else(|error| panic!("{error:?}"))
}

/// Gives every fiftieth record another name or level, each month others.
fn change(folder: &Path, size: usize, month: usize) {
    for index in (month..size).step_by(CHANGED) {
        let path = folder.join(format!("{:03}/{index}.yaml", index / 500));
        let text = fs::read_to_string(&path).expect("a record");
        let changed = if text.contains("\ncriticality: low") {
            text.replace("\ncriticality: low", "\ncriticality: high")
        } else {
            text.replacen("\nname: ", &format!("\nname: {month} "), 1)
        };
        fs::write(&path, changed).expect("a record can be written");
    }
}

fn commit(folder: &Path, month: usize) {
    git(folder, month, &["add", "--all"]);
    git(
        folder,
        month,
        &["commit", "-q", "--allow-empty", "-m", "month"],
    );
}

fn git(folder: &Path, month: usize, words: &[&str]) {
    let (year, month) = (2024 + month / 12, month % 12 + 1);
    let date = format!("{year}-{month:02}-15T12:00:00+00:00");
    let status = Command::new("git")
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
        // git must not begin to pack by itself, beside what is asked for.
        .args(["-c", "gc.auto=0"])
        .args(words)
        .env("GIT_AUTHOR_DATE", &date)
        .env("GIT_COMMITTER_DATE", &date)
        .current_dir(folder)
        .status();
    assert!(status.expect("git is installed").success(), "git {words:?}");
}
