//! A report as a workbook: a summary, then a sheet for each section, as tables that can be filtered.
//!
//! Days, counts, shares and amounts are numbers with a format, as long as nothing of what is
//! printed is lost by that; everything else is text. Nothing is a formula: texts are written as
//! texts, and one that a spreadsheet would take for a formula once the sheet is saved as CSV gets
//! an apostrophe in front, as in the CSV of `check`. Characters that XML forbids, and hidden ones,
//! stand as escapes. What goes beyond the limits of a sheet is left out, and that is said.
//!
//! There are no charts in it: each section is the table of its chart.

mod names;
mod sheet;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use self::names::sheet_names;
use self::sheet::{Limits, Looks, write_table};
use crate::report::{Cell, Column, Report, Section, Table};

/// The section whose rows stand on the first sheet.
const OVERVIEW: &str = "overview";

/// Writes a report as an XLSX workbook.
///
/// # Errors
///
/// If it cannot be written.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let bytes = workbook(report, Limits::EXCEL).map_err(io::Error::other)?;
    out.write_all(&bytes)
}

fn workbook(report: &Report, limits: Limits) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(report)?);
    let looks = Looks::new(report);
    let sections = report.sections.iter();
    let (overview, sections): (Vec<&Section>, Vec<&Section>) =
        sections.partition(|section| section.id == OVERVIEW);
    let names = sheet_names(&sections);
    let mut first = about(report);
    first.extend(overview.iter().flat_map(|own| own.chart.table().rows));
    let told = sections.iter().zip(&names);
    first.extend(told.flat_map(|(section, name)| told_of(section, name)));
    let first = Table {
        columns: vec![Column::words("What"), Column::words("Value")],
        rows: first,
    };
    let worksheet = workbook.add_worksheet().set_name("Summary")?;
    write_table(worksheet, &first, &looks, limits)?;
    for (section, name) in sections.iter().zip(&names) {
        let worksheet = workbook.add_worksheet().set_name(name)?;
        write_table(worksheet, &section.chart.table(), &looks, limits)?;
    }
    workbook.save_to_buffer()
}

/// What the file says of itself. It was made on the day of the report, so that the same report gives
/// the same bytes.
fn properties(report: &Report) -> Result<DocProperties, XlsxError> {
    let (year, month, day) = report.as_of.ymd();
    let year = u16::try_from(year).unwrap_or(1900).max(1900);
    let made = ExcelDateTime::from_ymd(
        year,
        u8::try_from(month).unwrap_or(1),
        u8::try_from(day).unwrap_or(1),
    )?;
    Ok(DocProperties::new()
        .set_title(sheet::plain(&report.title))
        .set_company(sheet::plain(&report.organization))
        .set_author("govlint")
        .set_creation_datetime(&made))
}

/// What the report is about, and where things stand.
fn about(report: &Report) -> Vec<Vec<Cell>> {
    let mut rows = vec![
        row("Report", Cell::text(&report.title)),
        row("Of", Cell::text(&report.organization)),
        row("As of", Cell::date(report.as_of)),
    ];
    let revision = report.revision.as_ref();
    rows.extend(revision.map(|name| row("Revision", Cell::text(name))));
    let commit = report.commit.as_ref();
    rows.extend(commit.map(|commit| row("Commit", Cell::text(commit))));
    if let Some((name, day)) = &report.since {
        rows.push(row("Compared with", Cell::text(name)));
        rows.push(row("Compared as of", Cell::date(*day)));
    }
    rows.push(row("Where things stand", Cell::text(&report.verdict)));
    let notes = report.notes.iter();
    rows.extend(notes.map(|note| row("Note", Cell::text(note))));
    rows
}

/// What the summary says of a section: its question, answer, size and small print.
fn told_of(section: &Section, name: &str) -> Vec<Vec<Cell>> {
    let title = format!("Sheet {name}");
    let count = section.chart.table().rows.len() as u64;
    let mut rows = vec![row(&title, Cell::text(&section.question))];
    if count == 0 {
        rows.push(row(&title, Cell::text(&section.empty)));
    }
    let lead = section.lead.iter();
    rows.extend(lead.map(|lead| row(&title, Cell::text(lead))));
    rows.push(row(&format!("Rows of {name}"), Cell::count(count)));
    let notes = section.notes.iter();
    rows.extend(notes.map(|note| row(&title, Cell::text(note))));
    rows
}

fn row(name: &str, value: Cell) -> Vec<Cell> {
    vec![Cell::text(name), value]
}
