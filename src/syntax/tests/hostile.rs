//! Inputs made to hurt: they end quickly and say which limit they met.

#![expect(
    clippy::format_collect,
    reason = "tests put texts together in the plainest way"
)]

use super::*;
use crate::syntax::limits;

/// The documents read, and the messages with their checks.
fn read(text: &str) -> (usize, Vec<(EngineCheck, String)>) {
    let parsed = parse_text(text);
    let documents = parsed.documents(SourceId::from_index(0)).count();
    let faults = parsed.faults().iter();
    let faults = faults.map(|fault| (fault.check, fault.message.clone()));
    (documents, faults.collect())
}

#[track_caller]
fn meets_limit(text: &str, words: &str) {
    let (_, faults) = read(text);
    let (check, message) = faults.first().expect("a fault");
    assert_eq!(*check, EngineCheck::Limit, "{message}");
    assert!(message.contains(words), "{message}");
}

#[test]
fn nesting_is_limited_without_recursion() {
    let many = 200_000;
    meets_limit(&"[".repeat(many), "128 deep");
    meets_limit(&"{a: ".repeat(many), "128 deep");
    meets_limit(&"- ".repeat(many), "128 deep");
    assert_eq!(read(&"? ".repeat(many)).1.len(), 1);
    let stairs = |depth: usize| -> String {
        let step = |level| format!("{:level$}a:\n", "");
        (0..depth).map(step).collect()
    };
    meets_limit(&stairs(1_000), "128 deep");
    assert_eq!(read(&stairs(limits::DEPTH)), (1, Vec::new()));
    let brackets = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(read(&brackets(limits::DEPTH)), (1, Vec::new()));
    meets_limit(&brackets(limits::DEPTH + 1), "128 deep");
}

#[test]
fn a_deep_document_does_not_hide_the_next() {
    let text = format!("{}\n---\na: 1\n", "[".repeat(1_000));
    assert_eq!(read(&text).0, 1);
    let text = "- ".repeat(100) + &"[".repeat(100) + &"]".repeat(100) + "\n---\na: 1\n";
    assert_eq!(read(&text).0, 1);
    meets_limit(&text, "128 deep");
}

#[test]
fn aliases_are_limited() {
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let alias = format!("*a{}", level - 1);
        let list = vec![alias; 9].join(", ");
        let _ = writeln!(laughs, "a{level}: &a{level} [{list}]");
    }
    meets_limit(&laughs, "aliases of this file stand for more than 100000");

    let chain: String = (1..200)
        .map(|level| format!("a{level}: &a{level} [*a{}]\n", level - 1))
        .collect();
    meets_limit(&format!("a0: &a0 [1]\n{chain}"), "128 deep");

    let long = format!(
        "a: &a \"{}\\n\"\nb:\n{}",
        "x".repeat(100_000),
        "- *a\n".repeat(1_000)
    );
    meets_limit(&long, "aliases");
}

#[test]
fn merges_are_limited() {
    let keys: String = (0..1_000).map(|key| format!("k{key}: 1, ")).collect();
    let merges = vec!["*a"; 1_000].join(", ");
    meets_limit(
        &format!("a: &a {{{keys}}}\nb:\n  <<: [{merges}]\n"),
        "aliases",
    );
    let (documents, faults) = read(&"<<: {}\n".repeat(20_000));
    assert_eq!((documents, faults.len()), (1, limits::FAULTS + 1));
    assert_eq!(read(&"- {<<: {}, a: 1}\n".repeat(20_000)).1, Vec::new());
    let (_, faults) = read(&format!("a: &a {{x: 1}}\n{}", "? - <<: *a\n".repeat(1_000)));
    assert!(!faults.is_empty());
}

#[test]
fn many_keys_cost_no_square() {
    let text: String = (0..100_000).map(|key| format!("k{key}: 1\n")).collect();
    assert_eq!(read(&text), (1, Vec::new()));
    let (documents, faults) = read(&format!("{text}k7: 2\n"));
    assert_eq!((documents, faults.len()), (1, 1));
    let (documents, faults) = read(&"k: 1\n".repeat(100_000));
    assert_eq!((documents, faults.len()), (1, limits::FAULTS + 1));
    let (check, message) = faults.last().unwrap();
    assert_eq!(*check, EngineCheck::Limit);
    assert_eq!(message, "more than 1000 problems in this file");
}

#[test]
fn many_documents_are_read_in_one_go() {
    assert_eq!(read(&"a: 1\n---\n".repeat(100_000)), (100_000, Vec::new()));
    assert_eq!(read(&"---\n".repeat(100_000)), (0, Vec::new()));
    assert_eq!(
        read(&"%YAML 1.2\n---\na: 1\n...\n".repeat(10_000)).0,
        10_000
    );
    let (documents, faults) = read(&"a: [\n---\nb: 1\n---\n".repeat(20_000));
    assert_eq!((documents, faults.len()), (20_000, limits::FAULTS + 1));
}

#[test]
fn long_texts_are_read_and_longer_ones_refused() {
    let long = format!("a: {}\n", "x".repeat(1_000_000));
    assert_eq!(read(&long), (1, Vec::new()));
    let line = format!("b: |\n{}", "  some text\n".repeat(100_000));
    assert_eq!(read(&line), (1, Vec::new()));
    assert_eq!(read(&"# comment\n".repeat(100_000)), (0, Vec::new()));
    meets_limit(
        &"x".repeat(50_000_000),
        "more than the 16777216 bytes that are read",
    );
    let parsed = parse_bytes("a.yaml", vec![b'x'; limits::SIZE + 1]);
    assert_eq!(parsed.faults()[0].check, EngineCheck::Limit);
}

#[test]
fn faults_cost_no_square() {
    for broken in [
        "a: \"x\n",
        "a: 'x\n",
        "\t\n",
        "a: [\n",
        "]\n---\n",
        "a: *b\n",
        "&a ",
        "!t ",
        "\"\\q\" ",
        "a: b: c\n---\n",
        "a:b\n",
        "@\n---\n",
        "? ",
        ": ",
        "{",
        ", ",
        "- - ",
        "\u{feff}",
        "%\n",
        "|\n",
        "> ",
        "---",
        "...\n",
        "a: |\n \n",
        "'",
        "<<: *a\n---\n",
        "a: &a *a\n",
        "#",
        "\r",
    ] {
        let parsed = parse_text(&broken.repeat(30_000));
        assert!(parsed.faults().len() <= limits::FAULTS + 1);
    }
}
