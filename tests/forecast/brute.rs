//! Every single day, judged in full.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use govlint::check::{self, Judgement};
use govlint::forecast::{Change, Event, Question, forecast};
use govlint::host::memory::Memory;
use govlint::scalar::{Date, Duration};
use govlint::triage::State;
use govlint::workspace::{Places, Workspace};

/// The day for which the stories are written.
const DAY: &str = "2026-11-22";

/// A folder of files by path.
pub(crate) type Files = BTreeMap<String, String>;

pub(crate) fn open(files: &Files) -> Workspace {
    let texts = files.iter();
    let host = Memory::new(texts.map(|(path, text)| (path.as_str(), text.as_str())));
    let root = [String::new()];
    let workspace = Workspace::open(Places {
        name: ".".to_owned(),
        documents: &host,
        paths: &root,
        given: None,
        own: &host,
        configuration: Some("govlint.yaml".to_owned()),
        own_shown: String::new(),
        is_one: true,
    });
    workspace.unwrap_or_else(|error| panic!("{}", error.message))
}

/// The events of the forecast and the number of days it evaluated.
pub(crate) fn foreseen(workspace: &Workspace, as_of: &str, days: i64) -> (Vec<String>, usize) {
    let as_of = date(as_of);
    let input = workspace.input(as_of);
    let loaded = check::load(&input).unwrap();
    let question = Question {
        until: as_of.plus(Duration::days(days)).unwrap(),
        lead: Duration::days(30),
        overdue_from: None,
    };
    let forecast = forecast(&input, &loaded, question).unwrap();
    let events = forecast.events.iter();
    let mut lines: Vec<String> = events.map(line).collect();
    lines.sort();
    (lines, forecast.evaluated_days)
}

fn line(event: &Event) -> String {
    let severity = event.severity.as_str();
    let what = match &event.change {
        Change::Opens => format!("opens {severity}"),
        Change::Closes => format!("closes {severity}"),
        Change::Worsens { from } | Change::Eases { from } => {
            format!("{} to {severity}", from.as_str())
        }
        Change::Reopens { by } => format!("reopens {severity} after {by}"),
        Change::Excepted { by } => format!("excepted by {}", by.as_deref().unwrap_or("baseline")),
        Change::Lapses { reopened } => {
            let subject = &event.subject;
            let mut reopened = reopened.clone();
            reopened.sort();
            return format!("{} {subject} lapses: {}", event.day, reopened.join(" "));
        }
    };
    let Event {
        day, code, subject, ..
    } = event;
    format!("{day} {code} {subject} {what}: {}", event.message)
}

/// What differs from day to day if every day is judged in full.
pub(crate) fn lived(workspace: &Workspace, as_of: &str, days: i64) -> Vec<String> {
    let first = date(as_of);
    let loaded = Arc::new(check::load(&workspace.input(first)).unwrap());
    let mut lines = Vec::new();
    let mut last: Option<Judgement> = None;
    for offset in 0..=days {
        let day = first.plus(Duration::days(offset)).unwrap();
        let today = check::judge(&workspace.input(day), &loaded).unwrap();
        if let Some(last) = &last {
            compare(day, last, &today, &mut lines);
        }
        last = Some(today);
    }
    lines.sort();
    lines
}

/// How a finding stands on a day.
#[derive(PartialEq, Clone, Debug)]
struct Standing {
    severity: &'static str,
    /// The waiver or baseline that excepts it; empty if it is open.
    by: String,
    /// Code and subject.
    name: String,
    message: String,
}

fn standings(judgement: &Judgement) -> BTreeMap<String, Standing> {
    let findings = judgement.findings.iter().zip(&judgement.states);
    findings
        .map(|(finding, state)| {
            let by = match state {
                State::Open => String::new(),
                State::Waived { by, .. } => by.clone(),
                State::Baselined => "baseline".to_owned(),
            };
            let standing = Standing {
                severity: finding.severity.as_str(),
                by,
                name: format!("{} {}", finding.code, finding.subject),
                message: finding.message.clone(),
            };
            (finding.fingerprint.to_string(), standing)
        })
        .collect()
}

fn compare(day: Date, last: &Judgement, today: &Judgement, lines: &mut Vec<String>) {
    let (before, now) = (standings(last), standings(today));
    let mut reopened: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (fingerprint, standing) in &now {
        let Standing {
            severity,
            by,
            name,
            message,
        } = standing;
        let what = match before.get(fingerprint) {
            None if by.is_empty() => format!("opens {severity}"),
            Some(old) if !by.is_empty() && old.by.is_empty() => format!("excepted by {by}"),
            Some(old) if by.is_empty() && !old.by.is_empty() && old.by != "baseline" => {
                let subject = name.split_once(' ').unwrap().1.to_owned();
                reopened.entry(old.by.clone()).or_default().push(subject);
                format!("reopens {severity} after {}", old.by)
            }
            Some(old) if by.is_empty() && old.severity != *severity => {
                format!("{} to {severity}", old.severity)
            }
            _ => continue,
        };
        lines.push(format!("{day} {name} {what}: {message}"));
    }
    for (fingerprint, old) in before {
        if old.by.is_empty() && !now.contains_key(&fingerprint) {
            let (name, severity, message) = (old.name, old.severity, old.message);
            lines.push(format!("{day} {name} closes {severity}: {message}"));
        }
    }
    for waiver in last.waivers.0.iter().filter(|waiver| waiver.in_force) {
        let mut same = today.waivers.0.iter();
        if !same.any(|other| other.name == waiver.name && other.in_force) {
            let mut subjects = reopened.remove(&waiver.name).unwrap_or_default();
            subjects.sort();
            let name = &waiver.name;
            lines.push(format!("{day} {name} lapses: {}", subjects.join(" ")));
        }
    }
}

/// Compares both. A line on what closes shows the finding as it was on the last day that was
/// evaluated, so what it counts in days may differ.
pub(crate) fn check_same(workspace: &Workspace, as_of: &str, days: i64) -> Vec<String> {
    let (foreseen, evaluated) = foreseen(workspace, as_of, days);
    let lived = lived(workspace, as_of, days);
    let settled = |lines: &[String]| -> Vec<String> {
        let without = |line: &String| match line.split_once(" closes ") {
            Some((before, after)) => {
                let severity = after.split(':').next().unwrap();
                format!("{before} closes {severity}")
            }
            None => line.clone(),
        };
        lines.iter().map(without).collect()
    };
    let (left, right) = (settled(&foreseen), settled(&lived));
    let missing: Vec<_> = right.iter().filter(|line| !left.contains(line)).collect();
    let invented: Vec<_> = left.iter().filter(|line| !right.contains(line)).collect();
    assert!(
        left == right,
        "not foreseen: {missing:#?}\nforeseen, but not so: {invented:#?}"
    );
    assert!(i64::try_from(evaluated).unwrap() <= days + 1);
    foreseen
}

pub(crate) fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// The files of an example company.
pub(crate) fn story(name: &str) -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name);
    let (mut files, mut folders) = (Files::new(), vec![root.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let below = path.strip_prefix(&root).unwrap();
                files.insert(below.to_str().unwrap().to_owned(), text);
            }
        }
    }
    files
}

#[test]
fn the_story_unfolds_as_foreseen() {
    for (name, least) in [("halden-freight", 5), ("halden-freight-clean", 5)] {
        let workspace = open(&story(name));
        let events = check_same(&workspace, DAY, 120);
        assert!(events.len() >= least, "{name}: {events:#?}");
    }
}

/// Findings on records of one name have one identity, and are told apart by their order.
#[test]
fn records_of_one_name_unfold_as_foreseen() {
    let mut files = story("halden-freight");
    let twice: Vec<_> = files
        .iter()
        .filter(|(path, _)| path.starts_with("governance/systems/"))
        .map(|(path, text)| (path.replace("/systems/", "/twice/"), text.clone()))
        .collect();
    assert!(!twice.is_empty());
    files.extend(twice);
    assert!(check_same(&open(&files), DAY, 120).len() >= 5);
}

/// Dates are moved at random, so that all sorts of them lie within the days looked at.
#[test]
fn edited_stories_unfold_as_foreseen() {
    let (mut random, mut words) = (Random(0x5eed), BTreeMap::new());
    let mut files = story("halden-freight");
    for (path, text) in &mut files {
        if path.starts_with("governance/") && !path.contains("/waivers/") {
            *text = move_dates(text, &mut random);
        }
    }
    for event in check_same(&open(&files), DAY, 120) {
        for word in ["opens", "closes", "reopens", "lapses"] {
            *words.entry(word).or_insert(0) += usize::from(event.contains(word));
        }
    }
    // Edits that bring nothing would prove nothing.
    for (word, count) in &words {
        assert!(*count > 0, "nothing {word}: {words:?}");
    }
}

/// A linear congruential generator: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

fn move_dates(text: &str, random: &mut Random) -> String {
    let mut moved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = find_date(rest) {
        let (before, after) = rest.split_at(start);
        let (written, after) = after.split_at(10);
        moved.push_str(before);
        let by = i64::try_from(random.below(400)).unwrap() - 150;
        let day = date(written).plus(Duration::days(by)).unwrap();
        if random.below(3) == 0 {
            moved.push_str(&day.to_string());
        } else {
            moved.push_str(written);
        }
        rest = after;
    }
    moved + rest
}

fn find_date(text: &str) -> Option<usize> {
    let ends = text.len().checked_sub(9)?;
    (0..ends).find(|start| {
        let part = text.get(*start..start + 10);
        part.is_some_and(|part| Date::parse(part).is_ok())
    })
}
