//! A run that fails looks like success in no format, and says why in each.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

#[path = "process/govlint.rs"]
mod govlint;

use std::fs;
use std::path::Path;

use govlint::Run;
use serde_json::Value;
use tempfile::TempDir;

const FORMATS: [&str; 9] = [
    "human", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "csv",
];

const RECORD: &str = "apiVersion: govlint/v1\nkind: System\nid: erp\nname: ERP\n";

/// What keeps a run from being done: a name, the files, more words, the status, and a word that
/// must be told.
fn troubles() -> Vec<(
    &'static str,
    Vec<(&'static str, &'static str)>,
    Vec<&'static str>,
    i32,
    &'static str,
)> {
    let rule = "apiVersion: govlint/v1\nkind: Rule\ncode: X-001\ntitle: T\nseverity: error\nfor: System\nassert: self.nmae == \"x\"\nmessage: m\nwhy: w\nfix: f\n";
    vec![
        (
            "a wrong key",
            vec![("govlint.yaml", "nonsense: 1\n"), ("a.yaml", RECORD)],
            vec![],
            2,
            "nonsense",
        ),
        (
            "a wrong rule",
            vec![
                ("govlint.yaml", ""),
                (
                    "policies/x/policy.yaml",
                    "apiVersion: govlint/v1\nkind: Policy\nprefix: X\ntitle: T\nquestion: Q?\n",
                ),
                ("policies/x/fault.yaml", rule),
                ("a.yaml", RECORD),
            ],
            vec![],
            2,
            "nmae",
        ),
        (
            "no such rule",
            vec![("a.yaml", RECORD)],
            vec!["--select", "NOPE-1"],
            2,
            "NOPE-1",
        ),
        (
            "no such day",
            vec![("a.yaml", RECORD)],
            vec!["--as-of", "tomorrow"],
            2,
            "tomorrow",
        ),
        (
            "no base",
            vec![("a.yaml", RECORD)],
            vec!["--new-since", "nowhere"],
            2,
            "repository",
        ),
        (
            "nothing to check",
            vec![("a.txt", "a\n")],
            vec![],
            3,
            "no governance documents",
        ),
        (
            "a folder that is not there",
            vec![],
            vec!["elsewhere"],
            2,
            "elsewhere",
        ),
    ]
}

#[test]
fn what_keeps_a_run_from_being_done_is_told_in_every_format() {
    for (name, files, words, status, told) in troubles() {
        let folder = folder(&files);
        for format in FORMATS {
            let file = folder.path().join("result");
            let path = file.to_str().unwrap();
            let mut all = vec!["check", "-f", format, "-o", path];
            all.extend(&words);
            let ended = Run::new(folder.path(), &all).end();
            assert_eq!(ended.status, status, "{name} {format}: {}", ended.stderr);
            assert!(ended.stderr.contains(told), "{name}: {}", ended.stderr);
            let written = fs::read_to_string(&file).unwrap();
            judge(format, &written, told, &format!("{name} in {format}"));
            fs::remove_file(&file).unwrap();
        }
    }
}

/// The standard output gets the same as a file; a person gets it on the standard error alone.
#[test]
fn the_standard_output_is_told_too() {
    let folder = folder(&[("govlint.yaml", "nonsense: 1\n")]);
    for format in FORMATS {
        let ended = Run::new(folder.path(), &["check", "-f", format]).end();
        assert_eq!(ended.status, 2);
        if format == "human" {
            assert_eq!(ended.stdout, "");
        } else {
            judge(format, &ended.stdout, "nonsense", format);
        }
    }
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_told_beside_the_findings() {
    let folder = folder(&[("a.yaml", RECORD)]);
    // A link that leads to itself is a file that nobody can read, the superuser included.
    let link = folder.path().join("locked.yaml");
    std::os::unix::fs::symlink("locked.yaml", &link).unwrap();
    for format in [
        "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "csv",
    ] {
        let ended = Run::new(
            folder.path(),
            &["check", "-f", format, "--as-of", "2026-11-22"],
        )
        .end();
        assert_eq!(ended.status, 2, "{format}: {}", ended.stderr);
        let told = if format == "concise" {
            "locked.yaml: error not read"
        } else {
            "locked.yaml"
        };
        assert!(ended.stdout.contains(told), "{format}\n{}", ended.stdout);
        match format {
            "sarif" => assert_eq!(
                ended.json()["runs"][0]["invocations"][0]["executionSuccessful"],
                false
            ),
            "junit" => assert!(ended.stdout.contains("<error message=\"not read")),
            "github" => assert!(ended.stdout.starts_with("::error file=locked.yaml")),
            "gitlab" => assert_eq!(ended.json()[0]["severity"], "blocker"),
            "csv" => assert!(ended.stdout.contains("\r\nunread,true,error,")),
            "json" => assert_eq!(ended.json()["unread"][0]["path"], "locked.yaml"),
            "markdown" => assert!(ended.stdout.contains("the result is not complete")),
            _ => {}
        }
    }
}

fn judge(format: &str, written: &str, told: &str, name: &str) {
    assert!(written.contains(told), "{name}:\n{written}");
    let json = || -> Value { serde_json::from_str(written).unwrap() };
    match format {
        "human" => assert!(written.contains("error: "), "{name}:\n{written}"),
        "concise" => assert!(written.contains(": error "), "{name}:\n{written}"),
        "json" => {
            assert!(json()["error"]["status"].as_u64().unwrap() >= 2);
            assert!(json().get("findings").is_none());
        }
        "sarif" => {
            let run = &json()["runs"][0];
            let invocation = &run["invocations"][0];
            assert_eq!(invocation["executionSuccessful"], false);
            assert_eq!(
                invocation["toolExecutionNotifications"][0]["level"],
                "error"
            );
            assert!(run.get("results").is_none());
        }
        "github" => assert!(written.starts_with("::error "), "{name}:\n{written}"),
        "gitlab" => {
            let issues = json();
            assert!(!issues.as_array().unwrap().is_empty());
            for issue in issues.as_array().unwrap() {
                assert_eq!(issue["severity"], "blocker");
                assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
            }
        }
        "junit" => {
            let report = roxmltree::Document::parse(written).unwrap();
            let suite = report
                .descendants()
                .find(|node| node.has_tag_name("testsuite"))
                .unwrap();
            assert_ne!(suite.attribute("errors"), Some("0"));
            assert!(report.descendants().any(|node| node.has_tag_name("error")));
        }
        "markdown" => assert!(written.starts_with("### govlint: could not do the job\n")),
        "csv" => assert!(
            written.contains("\r\nfailed,true,error,"),
            "{name}:\n{written}"
        ),
        other => panic!("{other} is a format without a judge"),
    }
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(Path::parent(&path).unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The people of the example company, with the parts of their names.
fn people() -> Vec<String> {
    let file = story().join("governance/people.yaml");
    let text = fs::read_to_string(file).unwrap();
    let mut known = Vec::new();
    for line in text.lines() {
        let line = line.trim_start_matches([' ', '-']);
        for key in ["id: ", "name: ", "email: "] {
            let value = line.strip_prefix(key);
            known.extend(
                value
                    .filter(|value| !value.contains("eople"))
                    .map(str::to_owned),
            );
        }
    }
    let parts: Vec<String> = known
        .iter()
        .flat_map(|name| name.split(' '))
        .filter(|part| part.starts_with(char::is_uppercase) && part.len() > 2)
        .map(str::to_owned)
        .collect();
    known.extend(parts);
    assert!(known.len() > 40, "{known:?}");
    known
}

fn story() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/halden-freight")
}

/// Whether a text names somebody: as a word of its own, so that `Ito` is not seen in `monitor`.
fn names(text: &str, name: &str) -> bool {
    let is_letter = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !is_letter(before) && !is_letter(after)
    })
}

#[test]
fn no_format_names_a_person_where_people_are_redacted() {
    let outputs = tempfile::tempdir().unwrap();
    let people = people();
    let written = |words: &[&str]| {
        let files: Vec<String> = FORMATS
            .iter()
            .map(|format| outputs.path().join(format).display().to_string())
            .collect();
        let mut all = vec!["check", "--as-of", "2026-11-22", "--verbose"];
        for (format, file) in FORMATS.iter().zip(&files) {
            all.extend(["-f", format, "-o", file]);
        }
        all.extend(words);
        let ended = Run::new(&story(), &all).end();
        assert_eq!(ended.status, 1, "{}", ended.stderr);
        let texts = FORMATS.iter().zip(&files);
        let texts = texts.map(|(format, file)| (*format, fs::read_to_string(file).unwrap()));
        texts.collect::<Vec<_>>()
    };
    for (format, text) in written(&["--redact", "people"]) {
        let named: Vec<&String> = people.iter().filter(|name| names(&text, name)).collect();
        assert!(named.is_empty(), "{format}: {named:?}");
    }
    // Without it they are there, in every format, or this test would see nothing.
    for (format, text) in written(&[]) {
        assert!(people.iter().any(|name| names(&text, name)), "{format}");
    }
}

/// What is covered stands where it stood: only words differ, and no place.
#[test]
fn redaction_moves_nothing() {
    let run = |words: &[&str]| {
        let mut all = vec!["check", "--as-of", "2026-11-22", "-f", "json"];
        all.extend(words);
        Run::new(&story(), &all).end().json()
    };
    let (plain, redacted) = (run(&[]), run(&["--redact", "people"]));
    assert_eq!(redacted["provenance"]["redacted"], true);
    let findings = |document: &Value| document["findings"].as_array().unwrap().clone();
    let (plain, redacted) = (findings(&plain), findings(&redacted));
    assert_eq!(plain.len(), redacted.len());
    for (before, after) in plain.iter().zip(&redacted) {
        for key in [
            "startLine",
            "startColumn",
            "endLine",
            "endColumn",
            "startByte",
            "endByte",
        ] {
            assert_eq!(before["primary"][key], after["primary"][key]);
        }
        assert_eq!(before["fingerprint"], after["fingerprint"]);
    }
    let subjects: Vec<&str> = redacted
        .iter()
        .map(|finding| finding["subject"].as_str().unwrap())
        .collect();
    assert!(subjects.contains(&"Role/it-director"), "{subjects:?}");
}

#[test]
fn an_owner_sees_what_is_theirs() {
    let run = |words: &[&str]| {
        let mut all = vec!["check", "--as-of", "2026-11-22", "-f", "json"];
        all.extend(words);
        Run::new(&story(), &all).end()
    };
    let all = run(&[]).json();
    let whole: Vec<&str> = subjects(&all);
    let mut seen = 0;
    for owner in ["Role/cfo", "Role/coo", "Role/it-director"] {
        let theirs = run(&["--owner", owner]).json();
        let theirs_of = subjects(&theirs);
        assert!(
            !theirs_of.is_empty() && theirs_of.len() < whole.len(),
            "{owner}"
        );
        assert!(
            theirs_of.iter().all(|subject| whole.contains(subject)),
            "{owner}"
        );
        assert_eq!(theirs["provenance"]["owner"], owner);
        for finding in theirs["findings"].as_array().unwrap() {
            let group = &finding["group"];
            let heads = theirs["findings"].as_array().unwrap().iter();
            assert!(
                heads
                    .map(|head| &head["fingerprint"])
                    .any(|head| head == group)
            );
        }
        seen += theirs_of.len();
    }
    assert!(seen > 10, "{seen}");
    let person = run(&["--owner", "Person/p-shah"]).json();
    let role = run(&["--owner", "Role/cfo"]).json();
    assert_eq!(
        subjects(&person),
        subjects(&role),
        "who holds a role owns what it owns"
    );
    let wrong = run(&["--owner", "Role/cof"]);
    assert_eq!(wrong.status, 2);
    assert!(
        wrong.stderr.contains("did you mean `Role/c"),
        "{}",
        wrong.stderr
    );
}

fn subjects(document: &Value) -> Vec<&str> {
    let findings = document["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| finding["subject"].as_str().unwrap())
        .collect()
}
