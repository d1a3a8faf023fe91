//! What is said about texts that are no expression: `errors.txt` shows it as a terminal does.
//!
//! A block there holds the text after `>`, the marked place and the message below its line, and
//! the advice after `=`.

use super::render;
use crate::expr::parse;

#[test]
fn errors_name_what_was_found_and_expected_at_its_place() {
    let table = include_str!("errors.txt");
    let said: Vec<String> = table.split("\n\n").map(said_about).collect();
    assert_eq!(said.join("\n"), table);
}

/// The block for the text of `block`.
fn said_about(block: &str) -> String {
    let lines = block.lines().filter_map(|line| line.strip_prefix('>'));
    let text: Vec<&str> = lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    let text = text.join("\n");
    match parse(&text) {
        Ok(_) => format!("> {text}\n  (is an expression)\n"),
        Err(error) => render(&text, &error),
    }
}

#[test]
fn characters_that_nobody_sees_are_named_by_number() {
    for (text, message) in [
        ("a\u{a0}== b", "`U+00A0` is no ordinary space"),
        ("a \u{200b}== b", "`U+200B` is an invisible character"),
        ("\u{feff}a", "`U+FEFF` is an invisible character"),
        ("a \u{1}", "`U+0001` is no part of an expression"),
    ] {
        let error = parse(text).expect_err("an error");
        assert_eq!(error.message, message);
    }
}
