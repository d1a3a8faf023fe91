//! The policy files that a page shows are loaded, their examples hold, and what it calls a trap is
//! one.

use std::collections::BTreeSet;

use govlint::check::Failure;
use govlint::examples;
use govlint::rule::{self, Overlay, Pack, PackFile, built_in_schemas};
use govlint::source::Sources;

use crate::blocks::{blocks, read};
use crate::generated::kinds;

const PAGE: &str = "docs/rule-language.md";

const REPORTS: &str = "docs/reports.md";

#[test]
fn the_examples_of_the_rules_of_the_page_hold() {
    let files = blocks(PAGE).into_iter().filter_map(|block| {
        let path = block.info.strip_prefix("yaml policies/")?.to_owned();
        Some(PackFile {
            path,
            text: block.text,
        })
    });
    let packs = [words(), pack("own", files.collect())];
    let outcomes = match examples::run(&built_in_schemas(), &packs) {
        Ok(outcomes) => outcomes,
        Err(Failure::Policies(mistakes, _)) => panic!("{mistakes:#?}"),
        Err(failure) => panic!("{failure:?}"),
    };
    assert!(outcomes.rules >= 2, "{PAGE} shows no rules");
    for outcome in &outcomes.outcomes {
        assert!(
            outcome.problems.is_empty(),
            "{} {:?}: {:?}",
            outcome.code,
            outcome.example,
            outcome.problems
        );
    }
}

#[test]
fn the_fields_of_the_page_are_those_of_a_rule() {
    let page = read(PAGE);
    let section = page.split("### Fields").nth(1).unwrap_or_default();
    let section = section.split("\n###").next().unwrap_or_default();
    let shown: BTreeSet<&str> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let known: BTreeSet<&str> = rule::field_names().iter().copied().collect();
    assert_eq!(shown, known, "{PAGE}");
}

#[test]
fn the_fields_of_the_page_on_reports_are_those_of_a_view() {
    let page = read(REPORTS);
    let section = page.split("| Field |").nth(1).unwrap_or_default();
    let section = section.split("\n\n").next().unwrap_or_default();
    let shown: BTreeSet<&str> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let known: BTreeSet<&str> = rule::view_field_names().iter().copied().collect();
    assert_eq!(shown, known, "{REPORTS}");
}

#[test]
fn the_view_of_the_page_on_reports_holds() {
    let files = blocks(REPORTS).into_iter().filter_map(|block| {
        let path = block.info.strip_prefix("yaml policies/")?.to_owned();
        Some(PackFile {
            path,
            text: block.text,
        })
    });
    let packs = [Pack::built_in(), pack("own", files.collect())];
    let outcomes = examples::run(&built_in_schemas(), &packs).expect("the view can be loaded");
    let own: Vec<_> = outcomes
        .outcomes
        .iter()
        .filter(|outcome| &*outcome.rule == "board/old-systems")
        .collect();
    assert_eq!(own.len(), 1);
    assert!(own[0].problems.is_empty(), "{:?}", own[0].problems);
}

#[test]
fn the_traps_of_the_page_are_mistakes() {
    let page = read(PAGE);
    let lines: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .map(|(written, _)| written)
        .filter(|written| written.starts_with("assert: "))
        .collect();
    assert!(lines.len() > 3, "{PAGE} shows no traps");
    for line in lines {
        assert!(
            loads("assert: known(self.users)"),
            "a rule without a trap loads"
        );
        assert!(!loads(line), "{line} is no mistake");
    }
}

/// Whether a rule with this line is loaded.
fn loads(line: &str) -> bool {
    let text = format!(
        "apiVersion: govlint/v1\nkind: Rule\ncode: ORG-009\ntitle: t\nseverity: info\n\
         for: System\n{line}\nmessage: m\nwhy: w\nfix: f\n"
    );
    let path = "systems/trap.yaml".to_owned();
    let packs = [words(), pack("own", vec![PackFile { path, text }])];
    let mut sources = Sources::default();
    rule::load(&kinds(), &packs, &Overlay::default(), None, &mut sources).is_ok()
}

/// The built-in functions and relations, without rules.
fn words() -> Pack {
    let mut words = Pack::built_in();
    words.files.retain(|file| !file.path.contains('/'));
    words
}

fn pack(name: &str, files: Vec<PackFile>) -> Pack {
    Pack {
        name: name.to_owned(),
        version: None,
        root: "policies".to_owned(),
        files,
    }
}
