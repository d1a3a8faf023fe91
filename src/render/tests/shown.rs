//! The picture of the design in every format.

use super::north_star;
use crate::render::{Style, by_name};

fn written(format: &str) -> String {
    north_star().render(by_name(format).unwrap().render, Style::default())
}

#[test]
fn concise() {
    insta::assert_snapshot!(written("concise"));
}

#[test]
fn github() {
    insta::assert_snapshot!(written("github"));
}

#[test]
fn gitlab() {
    insta::assert_snapshot!(written("gitlab"));
}

#[test]
fn csv() {
    insta::assert_snapshot!(written("csv").replace("\r\n", "\n"));
}

#[test]
fn junit() {
    insta::assert_snapshot!(written("junit"));
}

#[test]
fn markdown() {
    insta::assert_snapshot!(written("markdown"));
}

#[test]
fn sarif() {
    let log: serde_json::Value = serde_json::from_str(&written("sarif")).unwrap();
    insta::assert_snapshot!(format!("{log:#}"));
}
