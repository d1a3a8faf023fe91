//! Texts, and what is said about them.
//!
//! Each file of `tests/` holds cases: `=== name`, then a text. What is said of a line stands below
//! it in lines that begin with `#>`; a case without such lines must be clean. After a change of
//! words run the tests with `UPDATE_EXPECT=1`, and review what they wrote.

use std::fmt::Write as _;
use std::path::Path;

use super::*;
use crate::finding::{Applicability, Fault};
use crate::kind::{SchemaText, Vocabulary};
use crate::source::{Source, SourceId};
use crate::syntax::{Parsed, parse};

fn kinds() -> Arc<Kinds> {
    static KINDS: OnceLock<Arc<Kinds>> = OnceLock::new();
    KINDS.get_or_init(|| load(&[])).clone()
}

/// The built-in kinds and those of further schemas.
fn load(more: &[(&str, &str)]) -> Arc<Kinds> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let mut files: Vec<SchemaText> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| SchemaText {
            text: std::fs::read_to_string(&path).unwrap(),
            path: path.file_name().unwrap().to_string_lossy().into_owned(),
        })
        .collect();
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files.extend(more.iter().map(|(path, text)| SchemaText {
        path: (*path).to_owned(),
        text: (*text).to_owned(),
    }));
    Arc::new(Kinds::load(&files).unwrap())
}

fn read(text: &str) -> Arc<Parsed> {
    Arc::new(parse(&Arc::new(Source::new("records/test.yaml", text))))
}

fn check(
    validators: &Validators,
    text: &str,
    strictness: Strictness,
) -> (Arc<Parsed>, Vec<Fault>, Vec<u32>) {
    let parsed = read(text);
    let vocabulary = Vocabulary::read(validators.kinds(), [&*parsed]);
    let words = vocabulary.at("records/test.yaml");
    let (faults, broken) = validate(
        validators,
        words,
        &parsed,
        SourceId::from_index(0),
        strictness,
    );
    (parsed, faults, broken)
}

/// Writes what is said below the lines it is said of.
fn annotate(validators: &Validators, text: &str, strictness: Strictness) -> String {
    let (parsed, faults, broken) = check(validators, text, strictness);
    let mut said: Vec<(u32, String)> = parsed
        .faults()
        .iter()
        .map(|fault| {
            let line = parsed.source().lines().line(fault.primary.0.start);
            (
                line,
                format!("#> {}: {}\n", fault.check.as_str(), fault.message),
            )
        })
        .collect();
    said.extend(faults.iter().map(|fault| {
        let line = parsed.source().lines().line(fault.primary.span.range.start);
        (line, describe(&parsed, fault))
    }));
    let mut out = String::new();
    for (number, line) in (1..).zip(text.lines()) {
        let _ = writeln!(out, "{line}");
        for (_, words) in said.iter().filter(|(line, _)| *line == number) {
            out.push_str(words);
        }
    }
    if !broken.is_empty() {
        let nodes = broken.iter().map(|index| {
            let range = parsed.tree().nodes[*index as usize].range;
            one_line(parsed.source().slice(range))
        });
        let _ = writeln!(out, "#> broken: {}", nodes.collect::<Vec<_>>().join(", "));
    }
    out
}

fn describe(parsed: &Parsed, fault: &Fault) -> String {
    let source = parsed.source();
    let slice = |range| one_line(source.slice(range));
    let mut out = format!(
        "#> {} at {}: {}\n",
        fault.check.as_str(),
        slice(fault.primary.span.range),
        fault.message
    );
    let subject = fault.subject.as_deref().unwrap_or("-");
    let _ = writeln!(
        out,
        "#>   {} ({subject}, {})",
        fault.primary.text, fault.path
    );
    for label in &fault.related {
        let line = source.lines().line(label.span.range.start);
        let _ = writeln!(
            out,
            "#>   {} at line {line}: {}",
            label.text,
            slice(label.span.range)
        );
    }
    if let Some(help) = &fault.help {
        let _ = writeln!(out, "#>   help: {help}");
    }
    if let Some(fix) = &fault.fix {
        let range = fix.edits[0].span.range;
        let mut text = source.text().to_owned();
        text.replace_range(
            range.start as usize..range.end as usize,
            &fix.edits[0].replacement,
        );
        let line = Source::new("", text);
        let line = line
            .slice(
                line.lines()
                    .range(line.text(), source.lines().line(range.start)),
            )
            .trim()
            .to_owned();
        let sure = match fix.applicability {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
            Applicability::DisplayOnly => "to show",
        };
        let _ = writeln!(out, "#>   fix ({sure}): {}: {line}", fix.title);
    }
    out
}

fn one_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    if line.len() < text.len() {
        format!("`{line}…`")
    } else {
        format!("`{line}`")
    }
}

/// Checks all cases of a file.
fn check_file(validators: &Validators, name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/kind/validate/tests")
        .join(name);
    let expected = std::fs::read_to_string(&path).unwrap();
    let mut actual = String::new();
    let mut cases = expected.split("=== ");
    actual.push_str(cases.next().unwrap());
    for case in cases {
        let (title, body) = case.split_once('\n').unwrap();
        let text: String = body
            .lines()
            .filter(|line| !line.starts_with("#>"))
            .flat_map(|line| [line, "\n"])
            .collect();
        let strictness = if title.ends_with("(fragment)") {
            Strictness::Fragment
        } else {
            Strictness::Full
        };
        let _ = write!(
            actual,
            "=== {title}\n{}",
            annotate(validators, &text, strictness)
        );
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &actual).unwrap();
    } else if actual != expected {
        let differs = |(actual, expected): &(&str, &str)| actual != expected;
        let line = actual
            .lines()
            .zip(expected.lines())
            .position(|pair| differs(&pair));
        panic!(
            "{name} differs from line {}:\n{actual}",
            line.map_or(0, |line| line + 1)
        );
    }
}

fn check_built_in(name: &str) {
    check_file(&Validators::new(kinds()), name);
}

#[test]
fn documents() {
    check_built_in("documents.txt");
}

#[test]
fn fields() {
    check_built_in("fields.txt");
}

#[test]
fn values() {
    check_built_in("values.txt");
}

#[test]
fn collections() {
    check_built_in("collections.txt");
}

#[test]
fn aliases() {
    check_built_in("aliases.txt");
}

#[test]
fn schemas_of_an_organization() {
    let kinds = load(&[("spaceship.schema.json", include_str!("tests/schema.json"))]);
    check_file(&Validators::new(kinds), "schema.txt");
}

#[test]
fn a_schema_that_is_none_is_told() {
    let schema = r#"{
        "x-govlint-kind": "Spaceship", "type": "object", "required": [],
        "properties": {"name": {"type": "string", "pattern": "("}}
    }"#;
    let validators = Validators::new(load(&[("spaceship.schema.json", schema)]));
    let errors: Vec<String> = validators
        .schema_errors()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(
        errors[0].starts_with("schema of Spaceship/properties/name"),
        "{errors:?}"
    );
    let text = "apiVersion: govlint/v1\nkind: Spaceship\nname: x\n";
    let said = annotate(&validators, text, Strictness::Full);
    assert!(
        said.contains("#> unknown-kind at `Spaceship`: schema of Spaceship"),
        "{said}"
    );
}

const HEAD: &str = "apiVersion: govlint/v1\nkind: System\nid: erp\nname: ERP\n";

/// If the work grew faster than the text, these would not end in a person's lifetime.
#[test]
fn long_texts_are_checked_in_linear_time() {
    let validators = Validators::new(kinds());
    let many =
        |count: usize, line: &dyn Fn(usize) -> String| -> String { (0..count).map(line).collect() };
    let unknown = format!(
        "{HEAD}{}",
        many(20_000, &|number| format!("field{number}: 1\n"))
    );
    let debts = format!(
        "{HEAD}knownDebt:\n{}",
        many(20_000, &|number| format!(
            "- {{id: d{number}, sevrity: low}}\n"
        ))
    );
    let admins = format!(
        "{HEAD}admins:\n{}",
        many(20_000, &|number| format!("- {number}\n"))
    );
    let head = "apiVersion: govlint/v1\nkind: SystemsInventory\nid: all\nname: All\nitems:\n";
    let items = format!(
        "{head}{}",
        many(20_000, &|number| format!(
            "- {{id: s{number}, name: S, owner: 5}}\n"
        ))
    );
    for text in [unknown, debts, admins, items] {
        let (_, faults, broken) = check(&validators, &text, Strictness::Full);
        assert_eq!((faults.len(), broken.len()), (20_000, 20_000));
    }
}

/// One record, or collection, of each kind with most of the fields that it can have.
#[test]
fn records_of_every_kind_are_clean() {
    check_built_in("kinds.txt");
}

/// What people, and their editors, do to a value.
const REPLACEMENTS: [&str; 18] = [
    "",
    "~",
    "unknown",
    "5",
    "-1.5",
    "true",
    "yes",
    "text",
    "ÄÖ",
    "\"\"",
    "[]",
    "{}",
    "[5, [text]]",
    "{a: {b: c}}",
    "2026-02-30",
    "*other",
    "|\n    folded\n    text",
    "[{}, {id: x}, ~]",
];

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    /// Whatever the validator does not accept is told, and at a place that exists.
    #[test]
    fn nothing_is_passed_over_in_silence(line in 0..600_usize, edit in 0..REPLACEMENTS.len(), rename: bool) {
        let cases = include_str!("tests/kinds.txt");
        let lines: Vec<&str> = cases.lines().collect();
        let number = line % lines.len();
        let Some((key, value)) = lines[number].split_once(": ") else {
            return Ok(());
        };
        let changed = if rename {
            format!("{key}{}: {value}", &edit.to_string())
        } else {
            format!("{key}: {}", REPLACEMENTS[edit])
        };
        let first = lines[..number].iter().rposition(|line| line.starts_with("===")).unwrap_or(0);
        let mut text: String = lines[first + 1..number].iter().flat_map(|line| [*line, "\n"]).collect();
        text.push_str(&changed);
        for line in lines[number + 1..].iter().take_while(|line| !line.starts_with("===")) {
            text.push('\n');
            text.push_str(line);
        }
        check_nothing_silent(&text);
    }
}

fn check_nothing_silent(text: &str) {
    static VALIDATORS: OnceLock<Validators> = OnceLock::new();
    let validators = VALIDATORS.get_or_init(|| Validators::new(kinds()));
    let (parsed, faults, broken) = check(validators, text, Strictness::Full);
    let words = LadderWords::built_in(validators.kinds());
    let source = SourceId::from_index(0);
    for fault in &faults {
        let labels = std::iter::once(&fault.primary).chain(&fault.related);
        for range in labels.map(|label| label.span.range) {
            assert!(
                text.get(range.start as usize..range.end as usize).is_some(),
                "{fault:?}"
            );
        }
        assert!(
            !fault.message.contains('\n') && !fault.message.ends_with('.'),
            "{fault:?}"
        );
    }
    assert!(
        broken
            .iter()
            .all(|index| (*index as usize) < parsed.tree().nodes.len())
    );
    for root in parsed.documents(source) {
        let kind = root.get("kind").and_then(Node::as_str);
        let Some(kind) = kind.and_then(|kind| validators.kinds().find(kind)) else {
            continue;
        };
        let is_valid = |kind: KindId, node: Node<'_>| {
            let compiled = validators.of(kind).as_ref().unwrap();
            compiled.validator.is_valid(View::Node(node, &words))
        };
        let items = validators.kinds().kind(kind).items_of.map(|item| {
            let items = root.get("items").into_iter().flat_map(Node::items);
            items.into_iter().all(|node| is_valid(item, node))
        });
        let valid = is_valid(kind, root) && items.unwrap_or(true);
        assert!(valid || !faults.is_empty(), "{text}");
    }
}

/// Not a test: `cargo test --release -- --ignored --nocapture speed` prints what a document costs.
#[test]
#[ignore = "prints durations"]
fn speed() {
    let validators = Validators::new(kinds());
    let started = std::time::Instant::now();
    assert_eq!(validators.schema_errors(), []);
    println!(
        "compiling {} schemas: {:?}",
        validators.kinds().len(),
        started.elapsed()
    );
    for (name, text) in [
        ("kinds", include_str!("tests/kinds.txt")),
        ("faults", include_str!("tests/values.txt")),
    ] {
        let texts: Vec<Arc<Parsed>> = text
            .split("=== ")
            .skip(1)
            .map(|case| read(case.split_once('\n').unwrap().1))
            .collect();
        let words = LadderWords::built_in(validators.kinds());
        let started = std::time::Instant::now();
        let (rounds, mut documents, mut faults, mut nodes) = (200, 0, 0, 0);
        for _ in 0..rounds {
            for text in &texts {
                let source = SourceId::from_index(0);
                documents += text.documents(source).count();
                nodes += text.tree().nodes.len();
                faults += validate(&validators, &words, text, source, Strictness::Full)
                    .0
                    .len();
            }
        }
        let each = started.elapsed() / u32::try_from(documents).unwrap();
        println!(
            "{name}: {each:?} a document ({} nodes, {faults} faults in {documents})",
            nodes / documents
        );
    }
}

#[test]
fn every_built_in_schema_compiles() {
    assert_eq!(Validators::new(kinds()).schema_errors(), []);
}
