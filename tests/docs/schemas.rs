//! The schemas that a page shows are loaded, its records fit them, and its annotations are those
//! that the code reads.

use std::collections::BTreeSet;
use std::fs;

use govlint::kind::SchemaText;

use crate::blocks::{blocks, read, tagged};
use crate::records::{load_under, told};

const PAGE: &str = "docs/schemas.md";

#[test]
fn the_records_of_the_page_fit_its_schemas() {
    let schemas: Vec<SchemaText> = blocks(PAGE)
        .into_iter()
        .filter_map(|block| {
            let path = block.info.strip_prefix("json ")?.to_owned();
            Some(SchemaText {
                path,
                text: block.text,
            })
        })
        .collect();
    assert!(schemas.len() > 1, "{PAGE} shows no schemas");
    let loaded = load_under(schemas, &tagged(PAGE, "yaml govlint"));
    let faults: Vec<String> = loaded
        .faults
        .iter()
        .map(|fault| told(&loaded, fault))
        .collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn the_annotations_of_the_page_are_those_that_are_read() {
    let page = read(PAGE);
    let shown: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let code = fs::read_to_string("src/kind/load.rs").expect("the loader is there");
    let known: BTreeSet<&str> = code
        .split('"')
        .filter(|word| word.starts_with("x-govlint-") && !word.contains(' '))
        .collect();
    assert_eq!(shown, known, "{PAGE}");
}
