//! What pages have room for, on a screen and on paper. A list of thousands of rows is no page: it is
//! cut, what is left out is counted, and it is said where all of it is.

use std::borrow::Cow;

use crate::report::{Chart, Report, Section};

/// The most rows of a table, items of a drawing, or findings in print that a page shows.
pub(super) const MOST: usize = 500;

/// The sections of a report, each cut to what a page shows.
pub(super) fn sections(report: &Report) -> Vec<Cow<'_, Section>> {
    report.sections.iter().map(fitting).collect()
}

fn fitting(section: &Section) -> Cow<'_, Section> {
    if length(&section.chart) <= MOST {
        return Cow::Borrowed(section);
    }
    let mut section = section.clone();
    let left = length(&section.chart) - MOST;
    cut(&mut section.chart);
    let note =
        format!("{left} more rows are left out here. The workbook and JSON hold all of them.");
    section.notes.insert(0, note);
    Cow::Owned(section)
}

fn length(chart: &Chart) -> usize {
    match chart {
        Chart::Table(own) => own.rows.len(),
        Chart::Bars(own) => own.bars.len(),
        Chart::Matrix(own) => own.rows.len(),
        Chart::HeatMap(own) => own.points.len(),
        Chart::Dumbbell(own) => own.items.len(),
        Chart::Timeline(own) => own.events.len(),
        Chart::Sparkline(_) => 0,
    }
}

fn cut(chart: &mut Chart) {
    match chart {
        Chart::Table(own) => own.rows.truncate(MOST),
        Chart::Bars(own) => own.bars.truncate(MOST),
        Chart::Matrix(own) => own.rows.truncate(MOST),
        Chart::HeatMap(own) => own.points.truncate(MOST),
        Chart::Dumbbell(own) => own.items.truncate(MOST),
        Chart::Timeline(own) => own.events.truncate(MOST),
        Chart::Sparkline(_) => {}
    }
}
