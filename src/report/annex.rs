//! What an auditor tests: every finding, verdict, control and exception of a run, row by row.
//!
//! The tables are as long as the run is large, so only an output made for long tables asks for
//! them. They hold what the run found, and judge nothing: that column is left to the auditor. The
//! first column names a row, the same in every workbook that holds the row.

mod controls;
mod findings;
mod overview;
mod population;
mod provenance;
mod upcoming;
mod waivers;

use super::{Cell, Chart, Column, Parts, Report, Section, Table};
use crate::assessment::People;
use crate::source::{Sources, Span};

/// The head of the column that stays empty.
const EVALUATION: &str = "Auditor's evaluation";

/// Returns the tables of a run: its figures, findings, population, controls, waivers, what comes,
/// provenance.
/// Where `people` are hidden, so is whoever made the commit.
#[must_use]
pub fn annex(parts: &Parts<'_>, people: Option<&People>) -> Vec<Section> {
    let assessment = parts.assessment;
    let mut sections = vec![
        overview::section(parts),
        findings::section(assessment),
        population::section(assessment),
        controls::section(assessment),
        waivers::section(parts),
    ];
    sections.extend(parts.forecast.map(upcoming::section));
    sections.push(provenance::section(assessment, people));
    sections
}

impl Report {
    /// Puts sections first, in the place of own ones with the same id: theirs hold more.
    pub fn prepend(&mut self, sections: Vec<Section>) {
        let own = std::mem::replace(&mut self.sections, sections);
        let first = self.sections.len();
        for section in own {
            let is_new = self.sections[..first]
                .iter()
                .all(|other| other.id != section.id);
            self.sections.extend(is_new.then_some(section));
        }
    }
}

/// What a section says around its table.
struct Words<'a> {
    id: &'a str,
    title: &'a str,
    question: &'a str,
    empty: &'a str,
    notes: Vec<String>,
}

fn section(words: Words<'_>, columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Section {
    Section {
        id: words.id.to_owned(),
        title: words.title.to_owned(),
        question: words.question.to_owned(),
        lead: None,
        chart: Chart::Table(Table { columns, rows }),
        empty: words.empty.to_owned(),
        notes: words.notes,
    }
}

fn words(titles: &[&str]) -> Vec<Column> {
    titles.iter().map(|title| Column::words(*title)).collect()
}

/// A cell with nothing in it.
fn blank() -> Cell {
    Cell::text("")
}

/// Where a span starts, as `path:line`.
fn line(sources: &Sources, span: Span) -> String {
    let source = sources.get(span.source);
    let line = source.lines().line(span.range.start);
    format!("{}:{line}", source.path())
}
