//! Charts as the template draws them. Each has a sentence that says what is drawn.

use serde_json::{Value as Json, json};

use super::content::Printer;
use crate::render::report::scale::{Point, Scale, course, end_of_bars, line, share, steps};
use crate::render::report::timescale::{self, lanes, ticks};
use crate::report::{
    Axis, Bar, Bars, Cell, Chart, Dumbbell, HeatMap, Matrix, MatrixRow, Pair, Section, Sparkline,
    Timeline, Value,
};

/// The most characters of a sentence about a drawing, of a head that may stand upright, of a word in a
/// drawing, and of a lane of one.
const LONGEST_WORDS: usize = 400;
const LONGEST_COLUMN: usize = 90;
const LONGEST_STEP: usize = 24;
const LONGEST_LANE: usize = 48;

/// How many rows a line of time has room for on a page of either paper.
const ROOM: usize = 42;

/// How far points of one row stand apart, as a share of the width.
const APART: f64 = 0.035;

/// Returns the chart of a section as it is drawn.
pub(super) fn chart(printer: Printer<'_>, section: &Section) -> Json {
    let mut drawing = match &section.chart {
        Chart::Table(table) => printer.table(table),
        Chart::Bars(chart) => bars(printer, chart),
        Chart::Matrix(chart) => matrix(printer, chart),
        Chart::HeatMap(chart) => heat_map(printer, chart),
        Chart::Dumbbell(chart) => dumbbell(printer, chart),
        Chart::Timeline(chart) => timeline(printer, chart),
        Chart::Sparkline(chart) => sparkline(printer, chart),
    };
    drawing["type"] = section.chart.as_str().into();
    drawing
}

fn maybe(printer: Printer<'_>, cell: Option<&Cell>) -> Json {
    cell.map_or(Json::Null, |cell| printer.cell(cell))
}

fn bars(printer: Printer<'_>, chart: &Bars) -> Json {
    let end = end_of_bars(chart);
    let length = |cell: &Cell| cell.magnitude().map(|value| share(value, 0.0, end));
    let bar = |bar: &Bar| {
        json!({
            "label": printer.cell(&bar.label),
            "value": printer.cell(&bar.value),
            "target": maybe(printer, bar.target.as_ref()),
            "note": maybe(printer, bar.note.as_ref()),
            "length": length(&bar.value),
            "mark": bar.target.as_ref().and_then(length),
            "course": course(bar).into_iter().map(|(.., place)| place).collect::<Vec<_>>(),
        })
    };
    json!({
        "measure": printer.text(&chart.measure),
        "hasCourse": chart.has_trend(),
        "steps": steps(chart.most),
        "bars": chart.bars.iter().map(bar).collect::<Vec<_>>(),
    })
}

fn matrix(printer: Printer<'_>, chart: &Matrix) -> Json {
    let cells = chart.rows.iter().flat_map(|row| row.cells.iter().flatten());
    let most = cells.filter_map(counted).fold(0.0, f64::max);
    let crossing = |cell: &Option<Cell>| {
        let cell = cell.as_ref()?;
        let shade = counted(cell).map(|value| share(value, 0.0, most));
        Some(json!({"cell": printer.cell(cell), "shade": shade}))
    };
    let row = |row: &MatrixRow| {
        let mut cells: Vec<_> = row.cells.iter().map(crossing).collect();
        cells.resize(chart.columns.len(), None);
        json!({"label": printer.cell(&row.label), "cells": cells})
    };
    let columns = chart.columns.iter();
    json!({
        "rowTitle": printer.text(&chart.row_title),
        "columns": columns.map(|column| printer.cut(column, LONGEST_COLUMN)).collect::<Vec<_>>(),
        "rows": chart.rows.iter().map(row).collect::<Vec<_>>(),
    })
}

fn counted(cell: &Cell) -> Option<f64> {
    match cell.value {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

fn heat_map(printer: Printer<'_>, chart: &HeatMap) -> Json {
    let points = chart.points.iter().enumerate();
    let beyond = chart.points.iter().filter(|point| {
        chart
            .appetite
            .is_some_and(|most| area(point.x, point.y) > most)
    });
    let counted = match chart.appetite {
        Some(_) => format!(
            "{} of {} points lie beyond the limit of appetite.",
            beyond.count(),
            chart.points.len()
        ),
        None => format!("{} points.", chart.points.len()),
    };
    let words = format!(
        "{} across, {} upwards, both from lowest to highest. {counted}",
        chart.x.title, chart.y.title
    );
    json!({
        "words": printer.cut(&words, LONGEST_WORDS),
        "x": axis(printer, &chart.x),
        "y": axis(printer, &chart.y),
        "appetite": chart.appetite,
        "points": points.map(|(index, point)| json!({
            "number": index + 1,
            "label": printer.cell(&point.label),
            "x": point.x,
            "y": point.y,
            "isMarked": point.is_marked,
        })).collect::<Vec<_>>(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "steps of an axis are few")]
fn area(x: usize, y: usize) -> f64 {
    x as f64 * y as f64
}

fn axis(printer: Printer<'_>, axis: &Axis) -> Json {
    let steps = axis.steps.iter();
    json!({
        "title": printer.cut(&axis.title, LONGEST_STEP),
        "steps": steps.map(|step| printer.cut(step, LONGEST_STEP)).collect::<Vec<_>>(),
    })
}

fn dumbbell(printer: Printer<'_>, chart: &Dumbbell) -> Json {
    let scale = Scale::of(chart);
    let item = |item: &Pair| {
        json!({
            "label": printer.cell(&item.label),
            "from": printer.cell(&item.from),
            "to": printer.cell(&item.to),
            "note": maybe(printer, item.note.as_ref()),
            "start": scale.place(&item.from),
            "end": scale.place(&item.to),
        })
    };
    json!({
        "from": printer.text(&chart.from),
        "to": printer.text(&chart.to),
        "isLogarithmic": scale.is_logarithmic,
        "items": chart.items.iter().map(item).collect::<Vec<_>>(),
    })
}

fn timeline(printer: Printer<'_>, chart: &Timeline) -> Json {
    let words = format!(
        "{} events from {} until {}.",
        chart.events.len(),
        chart.from,
        chart.to
    );
    let ticks = ticks(chart.from, chart.to).into_iter();
    let lanes = lanes(chart, APART, ROOM);
    json!({
        "words": words,
        "ticks": ticks.map(|tick| json!({"at": tick.at, "name": tick.name})).collect::<Vec<_>>(),
        "lanes": lanes.iter().map(|own| lane(printer, own)).collect::<Vec<_>>(),
    })
}

fn lane(printer: Printer<'_>, lane: &timescale::Lane<'_>) -> Json {
    let items = lane.items.iter();
    json!({
        "name": printer.cut(lane.name, LONGEST_LANE),
        "rows": lane.rows,
        "left": lane.left,
        "items": items.map(|item| json!({
            "number": item.number,
            "tone": item.event.label.tone.as_str(),
            "row": item.row,
            "at": item.at,
            "until": item.until,
        })).collect::<Vec<_>>(),
    })
}

fn sparkline(printer: Printer<'_>, chart: &Sparkline) -> Json {
    let known = line(chart);
    let dots = known.iter().map(|(day, cell, (x, y))| {
        json!({
            "x": x,
            "y": y,
            "tone": cell.tone.as_str(),
            "text": printer.cut(&cell.text, LONGEST_STEP),
            "day": day.to_string(),
        })
    });
    let measure = printer.cut(&chart.measure, 80);
    let end = |at: Option<&Point<'_>>| {
        at.map(|(day, cell, _)| format!("{} on {day}", printer.cut(&cell.text, LONGEST_STEP)))
    };
    let words = match (end(known.first()), end(known.last())) {
        (Some(first), Some(last)) if known.len() > 1 => {
            format!("{measure} from {first} to {last}.")
        }
        (_, Some(last)) => format!("{measure}: {last}."),
        _ => format!("{measure}: no value is known."),
    };
    json!({
        "words": words,
        "measure": measure,
        "dots": dots.collect::<Vec<_>>(),
    })
}
