//! Expressions, and what they give.
//!
//! Each file of `tests/values/` and its sisters holds cases: `=== name`, then YAML documents (a
//! line `%% path` begins another file), then after a line `>>>` expressions with their values.
//! Between them stand lines that say what the names in them mean:
//!
//! ```text
//! @self Kind/id                the resource that `self` is
//! @asOf 2026-01-01             the date of the run
//! @let name = expression       an intermediate value
//! @param name: {type: T, default: D}
//! @function name(x: Kind) = expression
//! @relation {name: n, edges: [...]}
//! ```
//!
//! After a change of words run the tests with `UPDATE_EXPECT=1`, and review what they wrote.

mod bench;
mod notation;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use bench::Bench;

/// What is shown of an outcome.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Show {
    /// The value.
    Value,
    /// The value, and below it the places that are the reason.
    Reason,
    /// The mistake that the compiler finds, with the text it points at.
    Mistake,
}

#[test]
fn values() {
    check_folder("values", Show::Value);
}

#[test]
fn reasons() {
    check_folder("reasons", Show::Reason);
}

#[test]
fn mistakes() {
    check_folder("mistakes", Show::Mistake);
}

fn check_folder(folder: &str, show: Show) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/expr/tests")
        .join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut differences = String::new();
    for file in files {
        let expected = std::fs::read_to_string(&file).unwrap();
        let actual = run(&expected, show);
        if actual == expected {
            continue;
        }
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&file, actual).unwrap();
            continue;
        }
        let name = file.file_name().unwrap().to_string_lossy();
        let _ = writeln!(differences, "{name}:{}", difference(&expected, &actual));
    }
    assert!(differences.is_empty(), "\n{differences}");
}

/// The lines between the first and the last that differ.
fn difference(expected: &str, actual: &str) -> String {
    let (left, right): (Vec<&str>, Vec<&str>) =
        (expected.lines().collect(), actual.lines().collect());
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| {
        pairs.take_while(|(left, right)| left == right).count()
    };
    let head = same(&mut left.iter().zip(&right));
    let tail = same(&mut left[head..].iter().rev().zip(right[head..].iter().rev()));
    let minus = left[head..left.len() - tail].iter();
    let plus = right[head..right.len() - tail].iter();
    let lines = minus.map(|line| format!("\n-{line}"));
    let lines = lines.chain(plus.map(|line| format!("\n+{line}")));
    format!("{}{}", head + 1, lines.collect::<String>())
}

/// Writes the outcomes of the cases of a file where their expectations stand.
fn run(text: &str, show: Show) -> String {
    let (head, cases) = text.split_at(text.find("=== ").unwrap_or(0));
    let mut out = head.to_owned();
    for case in cases.split("=== ").skip(1) {
        let (given, asked) = case
            .split_once(">>>\n")
            .unwrap_or_else(|| panic!("no expressions in {case}"));
        let _ = writeln!(out, "=== {given}>>>");
        let documents = given
            .split_once('\n')
            .map_or("", |(_, documents)| documents);
        out.push_str(&answers(documents, asked, show));
    }
    out
}

fn answers(documents: &str, asked: &str, show: Show) -> String {
    let mut bench = Bench::new(documents);
    let mut out = String::new();
    // What is indented was expected.
    for line in asked.lines().filter(|line| !line.starts_with("  ")) {
        let written = line.split(ARROW).next().unwrap_or_default().trim_end();
        out.push_str(written);
        if let Some(directive) = line.strip_prefix('@') {
            bench.note(directive);
        } else if !line.is_empty() && !line.starts_with('#') {
            out.push_str(&outcome(&mut bench, written, show));
        }
        out.push('\n');
    }
    out
}

/// Stands between an expression and its value.
const ARROW: &str = "  => ";

fn outcome(bench: &mut Bench, expression: &str, show: Show) -> String {
    match bench.ask(expression) {
        Err(mistake) => {
            let range = mistake.range.start as usize..mistake.range.end as usize;
            let at = &expression[range];
            let help = mistake.help.map(|help| format!("\n  help: {help}"));
            let help = help.unwrap_or_default();
            format!("\n  at `{at}`: {}{help}", mistake.message)
        }
        Ok(_) if show == Show::Mistake => format!("{ARROW}compiles"),
        Ok(seen) if show == Show::Value => format!("{ARROW}{}", seen.value),
        Ok(seen) => {
            let labels = seen.labels.iter().map(|label| format!("\n  {label}"));
            format!("{ARROW}{}{}", seen.value, labels.collect::<String>())
        }
    }
}
