//! A report as Markdown, for wikis and tickets: charts are given as tables, with their places.

use std::io::{self, Write};

use crate::report::{Audience, Cell, Report, Section, Table, Tone};
use crate::source::Sources;

/// Writes a report as Markdown.
///
/// # Errors
///
/// Those of the writer.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}\n", escaped(&report.title))?;
    writeln!(out, "{}\n", head(report))?;
    writeln!(out, "**{}**\n", escaped(&report.verdict))?;
    for section in &report.sections {
        write_section(report, section, out)?;
    }
    writeln!(out, "## What this rests on\n")?;
    for note in &report.notes {
        writeln!(out, "* {}", escaped(note))?;
    }
    Ok(())
}

fn head(report: &Report) -> String {
    let mut parts = Vec::new();
    if !report.organization.is_empty() {
        parts.push(escaped(&report.organization));
    }
    parts.push(format!("as of {}", report.as_of));
    if let Some(revision) = &report.revision {
        parts.push(format!("revision {}", escaped(revision)));
    }
    if let Some(commit) = &report.commit {
        parts.push(format!("commit {commit}"));
    }
    if let Some((name, day)) = &report.since {
        parts.push(format!("compared with {} of {day}", escaped(name)));
    }
    parts.join(" · ")
}

fn write_section(report: &Report, section: &Section, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## {}\n", escaped(&section.title))?;
    writeln!(out, "*{}*\n", escaped(&section.question))?;
    if let Some(lead) = &section.lead {
        writeln!(out, "{}\n", escaped(lead))?;
    }
    if section.chart.is_empty() {
        writeln!(out, "{}\n", escaped(&section.empty))?;
    } else {
        // A board reads words; whoever acts on a figure wants to know where it stands.
        let sources = (report.audience != Audience::Board).then_some(&report.sources);
        write_table(&section.chart.table(), sources, out)?;
    }
    for note in &section.notes {
        writeln!(out, "{}\n", escaped(note))?;
    }
    Ok(())
}

fn write_table(table: &Table, sources: Option<&Sources>, out: &mut dyn Write) -> io::Result<()> {
    let mut heads: Vec<String> = table
        .columns
        .iter()
        .map(|own| escaped(&own.title))
        .collect();
    let mut rules: Vec<&str> = table
        .columns
        .iter()
        .map(|column| match column.align {
            crate::report::Align::Start => "---",
            crate::report::Align::End => "---:",
        })
        .collect();
    let has_places = table
        .rows
        .iter()
        .flatten()
        .any(|cell| !cell.places.is_empty());
    let sources = sources.filter(|_| has_places);
    if sources.is_some() {
        heads.push("where".to_owned());
        rules.push("---");
    }
    writeln!(out, "| {} |\n| {} |", heads.join(" | "), rules.join(" | "))?;
    for row in &table.rows {
        let mut cells: Vec<String> = row.iter().map(shown).collect();
        cells.extend(sources.map(|sources| places(sources, row)));
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    writeln!(out)
}

/// A cell, with a word where another output would paint it.
fn shown(cell: &Cell) -> String {
    let text = escaped(&cell.text);
    match cell.tone {
        Tone::Bad if !text.is_empty() => format!("**{text}**"),
        _ => text,
    }
}

/// The most places that a row names.
const MOST_PLACES: usize = 2;

fn places(sources: &Sources, row: &[Cell]) -> String {
    let mut found: Vec<String> = Vec::new();
    for label in row.iter().flat_map(|cell| &cell.places) {
        let source = sources.get(label.span.source);
        let line = source.lines().line(label.span.range.start);
        let place = format!("{}:{line}", source.path());
        if !found.contains(&place) {
            found.push(place);
        }
    }
    let left = found.len().saturating_sub(MOST_PLACES);
    found.truncate(MOST_PLACES);
    let places = escaped(&found.join(", "));
    match left {
        0 => places,
        left => format!("{places} and {left} more"),
    }
}

/// Text that Markdown takes for nothing but text.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '!' | '&' => {
                escaped.push('\\');
                escaped.push(character);
            }
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}
