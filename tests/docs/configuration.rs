//! The configurations that a page shows are read without mistakes, and the keys and limits that
//! pages name are those of the code.

use std::collections::BTreeSet;
use std::sync::Arc;

use govlint::config;
use govlint::evaluate::{BASE_STEPS, STEPS_EACH};
use govlint::expr::{MAX_DEPTH, MAX_LENGTH};
use govlint::source::{Source, Sources};
use govlint::syntax::limits;

use crate::blocks::{read, tagged};

const PAGE: &str = "docs/configuration.md";

#[test]
fn the_configurations_of_the_page_are_right() {
    for block in tagged(PAGE, "yaml govlint.yaml") {
        let source = Arc::new(Source::new("govlint.yaml", block.text.as_str()));
        let id = Sources::default().push(source.clone());
        if let Err(mistakes) = config::read(&source, id) {
            panic!("{PAGE}:{}: {mistakes:#?}", block.line);
        }
    }
}

#[test]
fn the_keys_of_the_page_are_those_of_the_configuration() {
    let page = read(PAGE);
    let shown: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'))
        .collect();
    let known: BTreeSet<&str> = config::key_names().iter().copied().collect();
    assert_eq!(shown, known, "{PAGE}");
}

#[test]
fn the_limits_of_the_page_are_those_of_the_code() {
    let page = read("docs/limits.md");
    let says = |row: String| assert!(page.contains(&row), "docs/limits.md does not say: {row}");
    says(format!("| a file | {} MiB |", limits::SIZE / 1024 / 1024));
    says(format!(
        "| lists and maps inside each other | {} |",
        limits::DEPTH
    ));
    says(format!(
        "| values of a file | {} |",
        grouped(limits::NODES as u64)
    ));
    says(format!(
        "stand for | {} |",
        grouped(limits::ALIAS_NODES as u64)
    ));
    says(format!("of a file | {} |", grouped(limits::FAULTS as u64)));
    says(format!("of a rule | {} KiB |", MAX_LENGTH / 1024));
    says(format!(
        "of an expression inside each other | {MAX_DEPTH} |"
    ));
    let budget = format!(
        "{}, and {} for each record",
        grouped(BASE_STEPS),
        grouped(STEPS_EACH)
    );
    says(budget);
    let language = read("docs/rule-language.md");
    let budget = format!(
        "take {} steps in a run and {} more",
        grouped(BASE_STEPS),
        grouped(STEPS_EACH)
    );
    assert!(
        language.contains(&budget),
        "docs/rule-language.md: {budget}"
    );
}

/// A number with commas between its thousands.
fn grouped(number: u64) -> String {
    if number < 1000 {
        return number.to_string();
    }
    format!("{},{:03}", grouped(number / 1000), number % 1000)
}
