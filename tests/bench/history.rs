//! Measures the assessment of one monthly commit after another against that of the first.
//!
//! `cargo bench --bench history [SIZE...]` writes a generated repository, changes a fiftieth of its
//! records for each of 36 months, and judges all months in turn. Sizes default to 5,000. Each telling
//! is a process of its own, so that the first month pays for what a process does once.

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
/// How many times the months are told.
const TELLINGS: usize = 5;
/// The word before the folder of the repository that a process is to tell.
const TELL: &str = "--tell";
/// One record in so many changes each month.
const CHANGED: usize = 50;
/// The most that a further month may cost, as a part of the first.
const BUDGET: f64 = 0.15;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    if let Some(place) = words.iter().position(|word| word == TELL) {
        return tell(Path::new(&words[place + 1]));
    }
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
    println!("{size} resources, {MONTHS} months, medians of {TELLINGS} tellings");
    let tellings: Vec<Vec<Times>> = (0..TELLINGS).map(|_| told(folder.path())).collect();
    let month = |number: usize| {
        let times = tellings.iter().map(|times| times[number]);
        Times::median(&times.collect::<Vec<_>>())
    };
    let months: Vec<Times> = (0..MONTHS).map(month).collect();
    let (first, further) = months.split_first().expect("there are months");
    let each = Times::median(further);
    println!("  the first month     {first}");
    println!("  a further month     {each}");
    let ratio = |month: &Times| month.whole() / first.whole();
    let above = further.iter().filter(|month| ratio(month) > BUDGET).count();
    let worst = further.iter().map(ratio).fold(0.0, f64::max);
    let word = if ratio(&each) <= BUDGET {
        "within"
    } else {
        "above"
    };
    let ratio = ratio(&each);
    println!("  ratio {ratio:.3}, {word} the budget of {BUDGET}");
    println!(
        "  {above} of {} months are above it, the worst with {worst:.3}",
        further.len()
    );
}

/// What each month takes in a process of its own.
fn told(folder: &Path) -> Vec<Times> {
    let own = std::env::current_exe().expect("a benchmark knows where it is");
    let output = Command::new(own).arg(TELL).arg(folder).output();
    let output = output.expect("a benchmark can start itself");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("numbers are text");
    let times: Vec<Times> = text.lines().map(Times::read).collect();
    assert_eq!(times.len(), MONTHS);
    times
}

/// What one month takes, in seconds.
#[derive(Clone, Copy)]
struct Times {
    /// Reading its files.
    open: f64,
    /// Giving its verdicts.
    judge: f64,
    /// Comparing it with the month before.
    add: f64,
}

impl Times {
    fn read(line: &str) -> Self {
        let numbers = line.split(' ').map(|word| word.parse().expect("a number"));
        let [open, judge, add] = numbers.collect::<Vec<f64>>()[..] else {
            panic!("three numbers make a month: {line}");
        };
        Self { open, judge, add }
    }

    fn median(times: &[Self]) -> Self {
        let median = |part: &dyn Fn(&Self) -> f64| {
            let mut parts: Vec<f64> = times.iter().map(part).collect();
            parts.sort_by(f64::total_cmp);
            parts[parts.len() / 2]
        };
        Self {
            open: median(&|times| times.open),
            judge: median(&|times| times.judge),
            add: median(&|times| times.add),
        }
    }

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

/// Judges month after month, and prints how long each took.
fn tell(folder: &Path) {
    let repository = git::Repository::discover(folder).expect("a repository");
    let head = repository.revision("HEAD").expect("a commit");
    let line = repository.line(&head).expect("a line of commits");
    let (mut historian, mut chronicle) = (Historian::default(), Chronicle::default());
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
        if let (true, Some(last)) = (chronicle.moments.len() == MONTHS, historian.previous()) {
            chronicle.end(last);
        }
        let add = start.elapsed().as_secs_f64() - open - judge;
        println!("{open} {judge} {add}");
    }
    assert_eq!(chronicle.moments.len(), MONTHS);
    assert!(!chronicle.lives().is_empty());
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
