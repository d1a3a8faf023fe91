//! A report without the names of people.

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
            redact_finding(&mut detail.finding, people);
            detail.also.iter_mut().for_each(&mut hide);
            detail.standing.iter_mut().for_each(&mut hide);
        }
        self.sources = redacted(&self.sources, people);
        let note = "People are named by their roles, or by made-up names.";
        self.notes.push(note.to_owned());
    }
}

/// Shows every text of a section to `act`.
fn words(section: &mut Section, act: &mut dyn FnMut(&mut String)) {
    section.lead.iter_mut().for_each(&mut *act);
    section.notes.iter_mut().for_each(&mut *act);
    act(&mut section.empty);
    let mut cells = |cell: &mut Cell| {
        act(&mut cell.text);
        let labels = cell.places.iter_mut();
        labels.for_each(|label| act(&mut label.text));
    };
    match &mut section.chart {
        Chart::Table(table) => table.rows.iter_mut().flatten().for_each(cells),
        Chart::Bars(bars) => {
            for Bar {
                label,
                value,
                target,
                note,
            } in &mut bars.bars
            {
                [label, value]
                    .into_iter()
                    .chain(target)
                    .chain(note)
                    .for_each(&mut cells);
            }
        }
        Chart::Matrix(matrix) => {
            for MatrixRow { label, cells: own } in &mut matrix.rows {
                std::iter::once(label)
                    .chain(own.iter_mut().flatten())
                    .for_each(&mut cells);
            }
            matrix.columns.iter_mut().for_each(act);
        }
        Chart::HeatMap(map) => map
            .points
            .iter_mut()
            .for_each(|point| cells(&mut point.label)),
        Chart::Dumbbell(dumbbell) => {
            for Pair {
                label,
                from,
                to,
                note,
            } in &mut dumbbell.items
            {
                [label, from, to]
                    .into_iter()
                    .chain(note)
                    .for_each(&mut cells);
            }
        }
        Chart::Timeline(timeline) => {
            for Event {
                start,
                end,
                label,
                lane,
                note,
            } in &mut timeline.events
            {
                [start, label]
                    .into_iter()
                    .chain(end)
                    .chain(note)
                    .for_each(&mut cells);
                let mut own = Cell::text(std::mem::take(lane));
                cells(&mut own);
                *lane = own.text;
            }
        }
        Chart::Sparkline(line) => line.points.iter_mut().for_each(|(_, cell)| cells(cell)),
    }
}
