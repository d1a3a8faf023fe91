//! Where a figure was read: the name of the place, and its address on the web if there is one.

use std::collections::BTreeMap;

use crate::finding::Label;
use crate::render::human::clean;
use crate::report::{Cell, Chart, Forge, Report};
use crate::source::{Sources, Span};

/// The most places that are named where a pointer rests on a figure.
const MOST_NAMED: usize = 8;

/// The texts of a report, and where they can be read on the web.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places<'a> {
    pub(super) sources: &'a Sources,
    forge: Option<&'a Forge>,
}

impl<'a> Places<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        Self {
            sources: &report.sources,
            forge: report.forge.as_ref(),
        }
    }

    /// The path and line of a span.
    pub(super) fn path_and_line(&self, span: Span) -> (&'a str, u32) {
        let source = self.sources.get(span.source);
        (source.path(), source.lines().line(span.range.start))
    }

    /// The address of a line on the web.
    pub(super) fn address(&self, path: &str, line: u32) -> Option<String> {
        self.forge.map(|forge| forge.line(path, line))
    }

    /// The address of a span on the web.
    pub(super) fn address_of(&self, span: Span) -> Option<String> {
        let (path, line) = self.path_and_line(span);
        self.address(path, line)
    }

    /// The places as `path:line`, in order and each once.
    pub(super) fn names(&self, labels: &[Label]) -> String {
        let mut names: Vec<String> = Vec::new();
        for label in labels {
            let (path, line) = self.path_and_line(label.span);
            let name = format!("{}:{line}", clean(path));
            if !names.contains(&name) {
                names.push(name);
            }
            if names.len() > MOST_NAMED {
                names.pop();
                names.push("and more".to_owned());
                break;
            }
        }
        names.join(", ")
    }
}

/// The lines of one file that figures were read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin<'a> {
    pub(super) path: &'a str,
    /// The numbers of the lines, and their addresses on the web.
    pub(super) lines: Vec<(u32, Option<String>)>,
}

/// Returns the lines that the cells of a chart were read from, by file.
pub(super) fn origins<'a>(places: &Places<'a>, chart: &Chart) -> Vec<Origin<'a>> {
    let mut files: BTreeMap<&'a str, Vec<u32>> = BTreeMap::new();
    for label in cells(chart).into_iter().flat_map(|cell| &cell.places) {
        let (path, line) = places.path_and_line(label.span);
        files.entry(path).or_default().push(line);
    }
    let origin = |(path, mut lines): (&'a str, Vec<u32>)| {
        lines.sort_unstable();
        lines.dedup();
        let lines = lines.into_iter();
        Origin {
            path,
            lines: lines
                .map(|line| (line, places.address(path, line)))
                .collect(),
        }
    };
    files.into_iter().map(origin).collect()
}

/// All cells of a chart.
fn cells(chart: &Chart) -> Vec<&Cell> {
    let mut cells: Vec<&Cell> = Vec::new();
    match chart {
        Chart::Table(table) => cells.extend(table.rows.iter().flatten()),
        Chart::Bars(bars) => bars.bars.iter().for_each(|bar| {
            cells.extend([&bar.label, &bar.value]);
            cells.extend(bar.target.iter().chain(&bar.note));
        }),
        Chart::Matrix(matrix) => matrix.rows.iter().for_each(|row| {
            cells.push(&row.label);
            cells.extend(row.cells.iter().flatten());
        }),
        Chart::HeatMap(map) => cells.extend(map.points.iter().map(|point| &point.label)),
        Chart::Dumbbell(pairs) => pairs.items.iter().for_each(|pair| {
            cells.extend([&pair.label, &pair.from, &pair.to]);
            cells.extend(&pair.note);
        }),
        Chart::Timeline(line) => line.events.iter().for_each(|event| {
            cells.extend([&event.start, &event.label]);
            cells.extend(event.end.iter().chain(&event.note));
        }),
        Chart::Sparkline(line) => cells.extend(line.points.iter().map(|(_, cell)| cell)),
    }
    cells
}
