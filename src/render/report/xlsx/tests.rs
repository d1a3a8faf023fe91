//! Workbooks are read back as a spreadsheet would.

use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx};

use super::sheet::Limits;
use super::workbook;
use crate::report::{Audience, Cell, Chart, Column, Report, Section, Table, Value};
use crate::scalar::Date;
use crate::source::Sources;

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn section(title: &str, rows: Vec<Vec<Cell>>) -> Section {
    let width = rows.first().map_or(1, Vec::len);
    Section {
        id: title.to_owned(),
        title: title.to_owned(),
        question: "What?".to_owned(),
        lead: None,
        chart: Chart::Table(Table {
            columns: vec![Column::words("Head"); width],
            rows,
        }),
        empty: "Nothing.".to_owned(),
        notes: Vec::new(),
    }
}

fn report(sections: Vec<Section>) -> Report {
    Report {
        title: "Report".to_owned(),
        organization: "=Halden".to_owned(),
        audience: Audience::Auditor,
        as_of: day("2026-11-22"),
        revision: None,
        commit: None,
        since: None,
        verdict: "All is well.".to_owned(),
        sections,
        findings: Vec::new(),
        evidence: None,
        notes: Vec::new(),
        forge: None,
        sources: Sources::default(),
    }
}

fn read(report: &Report, limits: Limits) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(workbook(report, limits).unwrap())).unwrap()
}

/// The only column of the only section, without its head.
fn column(cells: Vec<Cell>, limits: Limits) -> Vec<Data> {
    let rows = cells.into_iter().map(|cell| vec![cell]).collect();
    let mut book = read(&report(vec![section("Own", rows)]), limits);
    let range: Range<Data> = book.worksheet_range("Own").unwrap();
    range.rows().skip(1).map(|row| row[0].clone()).collect()
}

#[test]
fn days_and_numbers_are_values_where_nothing_is_lost() {
    let counted = Cell {
        text: "3 of 4".to_owned(),
        ..Cell::count(3)
    };
    let share = Cell {
        value: Value::Share(0.42),
        ..Cell::text("42 %")
    };
    let percent = Cell {
        value: Value::Number(42.0),
        ..Cell::text("42 %")
    };
    let cells = vec![
        Cell::date(day("2026-11-22")),
        Cell::count(7),
        share,
        percent,
        counted,
    ];
    let read = column(cells, Limits::EXCEL);
    let Data::DateTime(date) = &read[0] else {
        unreachable!("{read:?}")
    };
    assert!((date.as_f64() - 46_348.0).abs() < f64::EPSILON);
    assert_eq!(read[1..4], [7.0, 0.42, 0.42].map(Data::Float));
    assert_eq!(read[4], Data::String("3 of 4".to_owned()));
}

#[test]
fn days_that_spreadsheets_disagree_on_are_text() {
    let read = column(vec![Cell::date(day("1900-02-28"))], Limits::EXCEL);
    assert_eq!(read, [Data::String("1900-02-28".to_owned())]);
}

#[test]
fn nothing_is_a_formula_and_nothing_is_hidden() {
    let texts = [
        "=1+1",
        "+1",
        "-1",
        "@a",
        "a\u{1}b",
        "a\u{ffff}",
        "_x0041_",
        "<&>\"",
    ];
    let cells = texts.into_iter().map(Cell::text).collect();
    let read = column(cells, Limits::EXCEL);
    let read: Vec<String> = read.iter().map(ToString::to_string).collect();
    let expected = [
        "'=1+1",
        "'+1",
        "'-1",
        "'@a",
        "a\\u{1}b",
        "a\\u{ffff}",
        "_x0041_",
        "<&>\"",
    ];
    assert_eq!(read, expected);
}

#[test]
fn what_does_not_fit_is_said() {
    let limits = Limits {
        rows: 4,
        units: 100,
    };
    let read = column(vec![Cell::text("a"); 9], limits);
    assert_eq!(read.len(), 3);
    assert!(
        read[2].to_string().starts_with("7 rows left out"),
        "{read:?}"
    );
    let read = column(vec![Cell::text("ä".repeat(101)); 3], limits);
    assert_eq!(read.len(), 3, "as many rows as a sheet holds are all shown");
    assert!(
        read[0]
            .to_string()
            .ends_with("ä ... (49 characters left out)"),
        "{read:?}"
    );
}

#[test]
fn names_of_sheets_are_unique_and_allowed() {
    let titles = [
        "Own",
        "own",
        "History",
        "a/b:[c]",
        "Summary",
        "",
        &"x".repeat(40),
    ];
    let sections = titles
        .iter()
        .map(|title| section(title, Vec::new()))
        .collect();
    let names = read(&report(sections), Limits::EXCEL).sheet_names();
    let long = "x".repeat(31);
    let expected = [
        "Summary",
        "Own",
        "own 2",
        "History 2",
        "a b  c",
        "Summary 2",
        "Section",
        &long,
    ];
    assert_eq!(names, expected);
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = report(vec![section("Own", vec![vec![Cell::text("a")]])]);
    let first = workbook(&report, Limits::EXCEL).unwrap();
    // The clock of a file in an archive counts in steps of two seconds.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    assert_eq!(first, workbook(&report, Limits::EXCEL).unwrap());
}
