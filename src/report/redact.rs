//! A report without the names of people.

use std::sync::Arc;

use super::{Bar, Cell, Chart, Event, MatrixRow, Pair, Report, Section};
use crate::assessment::{People, redact_finding, redacted};

impl Report {
    /// Puts roles and made-up names in place of people, everywhere.
    pub fn redact(&mut self, people: &People) {
        let mut hide = |text: &mut String| {
            if let Some(hidden) = people.hidden(text) {
                *text = hidden;
            }
        };
        hide(&mut self.verdict);
        self.notes.iter_mut().for_each(&mut hide);
        for section in &mut self.sections {
            words(section, &mut hide);
        }
        for detail in &mut self.findings {
            redact_finding(Arc::make_mut(&mut detail.finding), people);
            detail.also.iter_mut().for_each(&mut hide);
            detail.standing.iter_mut().for_each(&mut hide);
        }
        for tested in self.evidence.iter_mut().flat_map(|own| &mut own.tested) {
            hide(&mut tested.subject);
            tested.excepted.iter_mut().for_each(&mut hide);
            tested.message.iter_mut().for_each(&mut hide);
            let labels = tested.labels.iter_mut();
            labels.for_each(|label| hide(&mut label.text));
        }
        self.sources = redacted(&self.sources, people);
        let note = "People are named by their roles, or by made-up names.";
        self.notes.push(note.to_owned());
    }
}

/// Shows every text of a section to `act`.
pub(super) fn words(section: &mut Section, act: &mut dyn FnMut(&mut String)) {
    section.lead.iter_mut().for_each(&mut *act);
    section.notes.iter_mut().for_each(&mut *act);
    act(&mut section.empty);
    match &mut section.chart {
        Chart::Matrix(matrix) => matrix.columns.iter_mut().for_each(&mut *act),
        Chart::Timeline(timeline) => {
            let lanes = timeline.events.iter_mut().map(|event| &mut event.lane);
            lanes.for_each(&mut *act);
        }
        _ => {}
    }
    for cell in cells(&mut section.chart) {
        act(&mut cell.text);
        let labels = cell.places.iter_mut();
        labels.for_each(|label| act(&mut label.text));
    }
}

/// Every cell of a chart.
fn cells(chart: &mut Chart) -> Vec<&mut Cell> {
    match chart {
        Chart::Table(table) => table.rows.iter_mut().flatten().collect(),
        Chart::Bars(bars) => bars.bars.iter_mut().flat_map(of_bar).collect(),
        Chart::Matrix(matrix) => matrix.rows.iter_mut().flat_map(of_row).collect(),
        Chart::HeatMap(map) => map.points.iter_mut().map(|own| &mut own.label).collect(),
        Chart::Dumbbell(dumbbell) => dumbbell.items.iter_mut().flat_map(of_pair).collect(),
        Chart::Timeline(timeline) => timeline.events.iter_mut().flat_map(of_event).collect(),
        Chart::Sparkline(line) => line.points.iter_mut().map(|(_, cell)| cell).collect(),
    }
}

fn of_bar(bar: &mut Bar) -> impl Iterator<Item = &mut Cell> {
    let always = [&mut bar.label, &mut bar.value];
    always
        .into_iter()
        .chain(&mut bar.target)
        .chain(&mut bar.note)
        .chain(bar.trend.iter_mut().map(|(_, cell)| cell))
}

fn of_row(row: &mut MatrixRow) -> impl Iterator<Item = &mut Cell> {
    std::iter::once(&mut row.label).chain(row.cells.iter_mut().flatten())
}

fn of_pair(pair: &mut Pair) -> impl Iterator<Item = &mut Cell> {
    let always = [&mut pair.label, &mut pair.from, &mut pair.to];
    always.into_iter().chain(&mut pair.note)
}

fn of_event(event: &mut Event) -> impl Iterator<Item = &mut Cell> {
    let always = [&mut event.start, &mut event.label];
    always
        .into_iter()
        .chain(&mut event.end)
        .chain(&mut event.note)
}
