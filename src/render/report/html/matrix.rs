//! Words or counts at the crossings of rows and columns.

use askama::Template;

use super::inert::Inert;
use super::place::Places;
use super::shown::Shown;
use crate::report::{Cell, Matrix, MatrixRow, Value};

/// From how many columns on their heads are turned upright.
const LEAST_UPRIGHT: usize = 6;

/// From how many characters on the heads of several columns are turned upright.
const LONGEST_LEVEL: usize = 40;

/// In how many steps counts are shaded.
const SHADES: f64 = 4.0;

#[derive(Template)]
#[template(path = "matrix.html", config = "src/render/report/html/askama.toml")]
pub(super) struct MatrixView<'a> {
    caption: Inert<'a>,
    row_title: Inert<'a>,
    columns: Vec<Inert<'a>>,
    is_upright: bool,
    rows: Vec<RowView<'a>>,
}

struct RowView<'a> {
    label: Shown<'a>,
    cells: Vec<Option<Crossing<'a>>>,
}

struct Crossing<'a> {
    shown: Shown<'a>,
    /// How dark a count is, from 0 for none to [`SHADES`].
    shade: Option<u8>,
}

impl<'a> MatrixView<'a> {
    pub(super) fn new(places: &Places<'a>, caption: &'a str, chart: &'a Matrix) -> Self {
        let cells = chart.rows.iter().flat_map(|row| row.cells.iter().flatten());
        let most = cells.filter_map(counted).fold(0.0, f64::max);
        let longest = chart.columns.iter().map(|column| column.chars().count());
        let is_long = longest.max().unwrap_or(0) > LONGEST_LEVEL;
        Self {
            caption: Inert(caption),
            row_title: Inert(&chart.row_title),
            columns: chart.columns.iter().map(|column| Inert(column)).collect(),
            is_upright: chart.columns.len() >= LEAST_UPRIGHT || is_long,
            rows: chart
                .rows
                .iter()
                .map(|row| row_view(places, row, chart.columns.len(), most))
                .collect(),
        }
    }
}

/// A row with a crossing for each of `columns`.
fn row_view<'a>(places: &Places<'a>, row: &'a MatrixRow, columns: usize, most: f64) -> RowView<'a> {
    let crossing = |cell: &'a Cell| Crossing {
        shown: Shown::new(places, cell),
        shade: counted(cell).map(|value| shade(value, most)),
    };
    let mut cells: Vec<_> = row
        .cells
        .iter()
        .map(|cell| cell.as_ref().map(crossing))
        .collect();
    cells.resize_with(columns, || None);
    RowView {
        label: Shown::new(places, &row.label),
        cells,
    }
}

fn counted(cell: &Cell) -> Option<f64> {
    match cell.value {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number is clamped to a few steps"
)]
fn shade(value: f64, most: f64) -> u8 {
    let share = (value / most).clamp(0.0, 1.0);
    if share.is_finite() {
        (share * SHADES).ceil() as u8
    } else {
        0
    }
}
