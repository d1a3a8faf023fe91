//! Texts that are no YAML, or more YAML than anybody writes.

use std::fmt::Write;

use crate::{RECORD, Tree, assert_said};

/// A text, the status of a run on it beside a sound record, and words of the answer.
type Case = (&'static str, Vec<u8>, i32, &'static [&'static str]);

#[test]
fn what_cannot_be_read_is_a_finding_with_a_reason() {
    let cases: Vec<Case> = vec![
        ("an alias bomb", alias_bomb().into(), 1, &["alias"]),
        ("nested brackets", nested("[", "]"), 1, &["deep"]),
        ("nested braces", nested("{a: ", "}"), 1, &["deep"]),
        (
            "a scalar of 50 MB",
            described(&"x".repeat(50_000_000)),
            1,
            &["x.yaml"],
        ),
        ("a line of 1 MB", described(&"x".repeat(1_000_000)), 0, &[]),
        (
            "a line of 1 MB that is wrong",
            with("status: ", &"x".repeat(1_000_000)),
            1,
            &["x.yaml:5"],
        ),
        (
            "bytes that are no UTF-8",
            described_bytes(&[0xff, 0xfe, 0xc0]),
            1,
            &["UTF-8"],
        ),
        ("UTF-16", utf_16(&described_text("Zoë")), 1, &["UTF-16"]),
        (
            "UTF-16 with a mark",
            [vec![0xff, 0xfe], utf_16(RECORD)].concat(),
            1,
            &["UTF-16"],
        ),
        ("a NUL", described_bytes(b"a\0b"), 1, &["x.yaml"]),
        ("tabs", with("contact:\n\t", "phone: 1"), 1, &["tab"]),
        (
            "many documents",
            documents(100_000).into(),
            0,
            &["100001 resources"],
        ),
        ("an empty file", Vec::new(), 0, &["1 resource"]),
        (
            "only comments",
            b"# nothing\n# to see\n".to_vec(),
            0,
            &["1 resource"],
        ),
        (
            "an alias of itself",
            with("description: ", "&a [*a]"),
            1,
            &["x.yaml"],
        ),
        (
            "an unclosed quote",
            described_bytes(b"\"open"),
            1,
            &["x.yaml"],
        ),
        ("many keys", many_keys(50_000).into(), 1, &["x.yaml"]),
    ];
    for (name, bytes, status, words) in cases {
        let tree = Tree::new().with("a.yaml", RECORD).with("x.yaml", bytes);
        assert_said(name, &tree.check(), status, words);
    }
}

/// What names and values hold is shown, and moves no cursor.
#[test]
fn values_cannot_speak_to_the_terminal() {
    let texts = [
        r#""\e[31mred\e[0m""#,
        r#""a\nerror[fake/rule]: not from us""#,
        r#""\u202Egnp.exe""#,
        r#""\e]0;owned\a""#,
    ];
    for text in texts {
        let record = format!("{RECORD}mentor: {text}\ncolour: {text}\n")
            .replace("id: ada", &format!("id: {text}"))
            .replace("status: active", &format!("status: {text}"));
        let tree = Tree::new().with("x.yaml", record);
        for words in [&["check", "."][..], &["check", ".", "--verbose"]] {
            let ended = tree.run(words);
            assert_said(text, &ended, 1, &["x.yaml"]);
            let said = format!("{}{}", ended.stdout, ended.stderr);
            assert!(is_harmless(&said), "{text}: {said:?}");
        }
    }
}

#[test]
fn the_ends_of_lines_change_nothing() {
    let record = "apiVersion: govlint/v1\nkind: Person\nid: ada\nname: >-\n  Ada\n  Byron\n\
                  status: idle\nnick: |\n  A\n  B\n---\nkind: [\n";
    let [unix, windows] = [record.to_owned(), record.replace('\n', "\r\n")].map(|text| {
        let tree = Tree::new().with("x.yaml", text);
        let said = tree.run(&["check", ".", "--as-of", "2026-11-22", "-f", "json"]);
        assert_eq!(said.status, 1, "{}", said.stderr);
        places(&said.json()["findings"])
    });
    assert!(unix.len() > 1, "{unix:?}");
    assert_eq!(unix, windows);
}

/// Rule, message and place of each finding, without the bytes.
fn places(findings: &serde_json::Value) -> Vec<String> {
    let findings = findings.as_array().expect("a list of findings");
    let place = |finding: &serde_json::Value| {
        let (message, place) = (&finding["message"], &finding["primary"]);
        let (line, column) = (&place["startLine"], &place["startColumn"]);
        let end = &place["endColumn"];
        format!("{} {message} {line}:{column}-{end}", finding["rule"])
    };
    findings.iter().map(place).collect()
}

fn is_harmless(said: &str) -> bool {
    let is_mark =
        |character| matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_fake = |line: &str| line.starts_with("error[fake/rule]");
    !said.lines().any(is_fake)
        && said
            .chars()
            .all(|character| character == '\n' || !character.is_control() && !is_mark(character))
}

fn with(field: &str, value: &str) -> Vec<u8> {
    let record = RECORD.replace("status: active\n", "");
    format!("{record}{field}{value}\n")
        .replace("ada", "bob")
        .into()
}

fn described_text(text: &str) -> String {
    format!("{RECORD}description: {text}\n").replace("ada", "bob")
}

fn described(text: &str) -> Vec<u8> {
    described_text(text).into()
}

fn described_bytes(bytes: &[u8]) -> Vec<u8> {
    [described_text("").trim_end().as_bytes(), b" ", bytes, b"\n"].concat()
}

fn nested(open: &str, close: &str) -> Vec<u8> {
    let text = format!("{}{}", open.repeat(200_000), close.repeat(200_000));
    described(&text)
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Nine levels of nine aliases each: a thousand million words.
fn alias_bomb() -> String {
    let mut text = described_text("bomb") + "labels:\n  a0: &a0 [lol, lol, lol]\n";
    for level in 1..10 {
        let below = vec![format!("*a{}", level - 1); 9].join(", ");
        let _ = writeln!(text, "  a{level}: &a{level} [{below}]");
    }
    text
}

fn documents(count: usize) -> String {
    let record = |number| {
        format!(
            "---\napiVersion: govlint/v1\nkind: Person\nid: p{number}\nname: P\nstatus: active\n"
        )
    };
    (0..count).map(record).collect()
}

fn many_keys(count: usize) -> String {
    let key = |number| format!("k{number}: 1\n");
    let keys: String = (0..count).map(key).collect();
    described_text("many") + &keys
}
