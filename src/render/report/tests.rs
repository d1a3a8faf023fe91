//! Reports as text: nothing in a record can pose as markup, and every cell keeps its place.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{FORMATS, by_name, html, json, markdown};
use crate::finding::Label;
use crate::report::{Audience, Cell, Chart, Column, Report, Section, Table, Tone};
use crate::scalar::Date;
use crate::source::{Source, SourceId, Sources, Span, TextRange};

/// A report of one table with one cell.
fn report(audience: Audience, text: &str) -> Report {
    let mut sources = Sources::default();
    sources.push(Arc::new(Source::new("a.yaml", "id: erp\nname: ERP\n")));
    let span = Span::new(SourceId::from_index(0), TextRange::new(14, 17));
    let cell = Cell::text(text)
        .toned(Tone::Bad)
        .at([Label::new(span, "name: ERP")]);
    Report {
        title: "Report".to_owned(),
        organization: String::new(),
        audience,
        as_of: Date::parse("2026-11-22").unwrap(),
        revision: None,
        commit: None,
        since: None,
        verdict: "All is well.".to_owned(),
        sections: vec![Section {
            id: "own".to_owned(),
            title: "Own".to_owned(),
            question: "What?".to_owned(),
            lead: None,
            chart: Chart::Table(Table {
                columns: vec![Column::words("Name")],
                rows: vec![vec![cell]],
            }),
            empty: "Nothing.".to_owned(),
            notes: Vec::new(),
        }],
        notes: vec!["It rests on records.".to_owned()],
        findings: Vec::new(),
        evidence: None,
        forge: None,
        sources,
    }
}

fn written(report: &Report, render: super::Renderer) -> String {
    let mut out = Vec::new();
    render(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn formats_are_found_by_name() {
    for (name, _) in FORMATS {
        assert!(by_name(name).is_some(), "{name}");
    }
    assert!(by_name("smoke-signals").is_none());
}

#[test]
fn a_report_in_markdown() {
    let expected = "\
# Report

as of 2026-11-22

**All is well.**

## Own

*What?*

| Name | where |
| --- | --- |
| **ERP** | a.yaml:2 |

## What this rests on

* It rests on records.
";
    let found = written(&report(Audience::It, "ERP"), markdown::render);
    assert_eq!(found, expected);
    // A board reads words.
    let found = written(&report(Audience::Board, "ERP"), markdown::render);
    assert!(!found.contains("a.yaml"), "{found}");
}

#[test]
fn nothing_in_a_record_is_markup() {
    let hostile = "<script>|`x`| [a](b) **c**\n# d";
    let found = written(&report(Audience::Board, hostile), markdown::render);
    let row = found.lines().find(|line| line.contains("script")).unwrap();
    let expected = r"| **\<script\>\|\`x\`\| \[a\](b) \*\*c\*\* \# d** |";
    assert_eq!(row, expected);
}

#[test]
fn a_section_without_rows_says_why() {
    let mut empty = report(Audience::Board, "ERP");
    empty.sections[0].chart = Chart::Table(Table::default());
    let found = written(&empty, markdown::render);
    assert!(found.contains("*What?*\n\nNothing.\n"), "{found}");
    let found: Json = serde_json::from_str(&written(&empty, json::render)).unwrap();
    assert_eq!(found["sections"][0]["empty"], "Nothing.");
}

#[test]
fn json_holds_text_tone_and_place() {
    let found: Json =
        serde_json::from_str(&written(&report(Audience::Board, "ERP"), json::render)).unwrap();
    let section = &found["sections"][0];
    assert_eq!(section["empty"], Json::Null);
    let cell = &section["chart"]["rows"][0][0];
    assert_eq!(
        (&cell["text"], &cell["tone"]),
        (&"ERP".into(), &"bad".into())
    );
    let place = &cell["places"][0];
    assert_eq!(
        (&place["path"], &place["line"], &place["column"]),
        (&"a.yaml".into(), &2.into(), &7.into())
    );
}

#[test]
fn pages_cut_long_lists_and_count_what_they_leave_out() {
    let mut long = report(Audience::It, "");
    let rows = (0..2_000).map(|number| vec![Cell::text(format!("row-{number}."))]);
    long.sections[0].chart = Chart::Table(Table {
        columns: vec![Column::words("Name")],
        rows: rows.collect(),
    });
    let found = written(&long, html::render);
    assert!(found.contains("row-499.") && !found.contains("row-500."));
    assert!(found.contains("1500 more rows are left out here."));
    // A workbook and JSON hold them all.
    assert!(written(&long, json::render).contains("row-1999."));
}

#[test]
fn markdown_stays_small_and_counts_what_it_leaves_out() {
    let mut large = report(Audience::It, &"<".repeat(100_000));
    let row = vec![Cell::text("&".repeat(1_000))];
    let table = Table {
        columns: vec![Column::words("Name")],
        rows: vec![row; 2_000],
    };
    large.sections[0].chart = Chart::Table(table);
    large.sections[0].lead = Some("ä*".repeat(1_000_000));
    let wide = Section {
        chart: Chart::Table(Table {
            columns: vec![Column::words("*".repeat(1_000_000))],
            rows: vec![vec![Cell::text("a")]],
        }),
        ..large.sections[0].clone()
    };
    large.sections.push(wide);
    large.notes = vec!["#".repeat(1_000_000); 6];
    let found = written(&large, markdown::render);
    assert!(found.len() < 1 << 20, "{}", found.len());
    let rows = found
        .lines()
        .filter(|line| line.starts_with("| \\&"))
        .count();
    assert!(rows > 100);
    let left_out = format!("{} rows left out: Markdown", 2_000 - rows);
    assert!(found.contains(&left_out), "{left_out}");
    assert!(found.contains("1 section left out"));
}
