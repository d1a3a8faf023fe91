//! A section of a report at the terminal: its data as a table, and where each row comes from.

use std::io::{self, Write};

use super::escape::clean;
use super::palette::Palette;
use super::snippet::place;
use crate::finding::Severity;
use crate::render::Style;
use crate::report::{Align, Cell, Section, Table, Tone};
use crate::source::Sources;

/// The widest that a column becomes.
const WIDEST: usize = 60;

/// The most places that are named below a row.
const MOST_PLACES: usize = 3;

/// Writes a section of a report.
///
/// # Errors
///
/// Those of the writer.
pub fn section(
    section: &Section,
    sources: &Sources,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let palette = Palette::new(style);
    writeln!(out, "{}", palette.strong(&clean(&section.title)))?;
    writeln!(out, "{}", clean(&section.question))?;
    if let Some(lead) = &section.lead {
        writeln!(out, "{}", clean(lead))?;
    }
    writeln!(out)?;
    if section.chart.is_empty() {
        writeln!(out, "{}", clean(&section.empty))?;
    } else {
        write_table(&section.chart.table(), sources, &palette, out)?;
    }
    for note in &section.notes {
        writeln!(out, "{}", palette.faint(&clean(note)))?;
    }
    Ok(())
}

fn write_table(
    table: &Table,
    sources: &Sources,
    palette: &Palette,
    out: &mut dyn Write,
) -> io::Result<()> {
    let heads: Vec<String> = table
        .columns
        .iter()
        .map(|column| clean(&column.title).into_owned())
        .collect();
    let rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|cell| clean(&cell.text).into_owned())
                .collect()
        })
        .collect();
    let width = |at: usize| {
        let cells = rows
            .iter()
            .chain([&heads])
            .map(|row| row[at].chars().count());
        cells.max().unwrap_or(0).min(WIDEST)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |cells: &[String]| -> Vec<String> {
        let cells = cells.iter().zip(&table.columns).zip(&widths);
        cells
            .map(|((cell, column), width)| match column.align {
                Align::Start => format!("{cell:width$}"),
                Align::End => format!("{cell:>width$}"),
            })
            .collect()
    };
    writeln!(out, "{}", palette.faint(line(&heads).join("  ").trim_end()))?;
    for (row, cells) in rows.iter().zip(&table.rows) {
        let painted = line(row).into_iter().zip(cells);
        let painted: Vec<String> = painted
            .map(|(text, cell)| paint(palette, cell.tone, &text))
            .collect();
        writeln!(out, "{}", painted.join("  ").trim_end())?;
        write_places(cells, sources, palette, out)?;
    }
    Ok(())
}

fn paint(palette: &Palette, tone: Tone, text: &str) -> String {
    match tone {
        Tone::Plain => text.to_owned(),
        Tone::Good => palette.severity(Severity::Info, text),
        Tone::Watch => palette.severity(Severity::Warning, text),
        Tone::Bad => palette.severity(Severity::Error, text),
        Tone::Faint => palette.faint(text),
    }
}

fn write_places(
    cells: &[Cell],
    sources: &Sources,
    palette: &Palette,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut places: Vec<String> = Vec::new();
    for label in cells.iter().flat_map(|cell| &cell.places) {
        let place = place(sources, label.span);
        if !places.contains(&place) {
            places.push(place);
        }
    }
    if places.is_empty() {
        return Ok(());
    }
    let left = places.len().saturating_sub(MOST_PLACES);
    places.truncate(MOST_PLACES);
    let mut line = places.join(", ");
    if left > 0 {
        line = format!("{line} and {left} more");
    }
    writeln!(out, "  {}", palette.place(&line))
}
