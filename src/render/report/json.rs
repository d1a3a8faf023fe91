//! A report as JSON: every cell with its value and the places it was read from.

use std::io::{self, Write};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value as Json, json};

use crate::finding::Label;
use crate::report::{
    Axis, Bar, Cell, Chart, Event, Evidence, MatrixRow, Pair, Point, Report, Section, Table,
    Tested, Value, quoted,
};
use crate::scalar::Date;
use crate::source::Sources;

/// Writes a report as JSON.
///
/// # Errors
///
/// Those of the writer.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    serde_json::to_writer_pretty(&mut out, &Whole(report))?;
    writeln!(out)?;
    out.flush()
}

/// A section alone, as it stands in a report.
#[must_use]
pub fn section(sources: &Sources, section: &Section) -> Json {
    json!({
        "id": section.id,
        "title": section.title,
        "question": section.question,
        "lead": section.lead,
        "type": section.chart.as_str(),
        "chart": chart(sources, &section.chart),
        "empty": section.chart.is_empty().then_some(&section.empty),
        "notes": section.notes,
    })
}

fn document(report: &Report) -> Json {
    let sections = report.sections.iter();
    let since = report.since.as_ref();
    json!({
        "schemaVersion": "1",
        "title": report.title,
        "organization": report.organization,
        "audience": report.audience.as_str(),
        "asOf": report.as_of.to_string(),
        "revision": report.revision,
        "commit": report.commit,
        "since": since.map(|(name, day)| json!({"revision": name, "day": day.to_string()})),
        "verdict": report.verdict,
        "sections": sections
            .map(|own| section(&report.sources, own))
            .collect::<Vec<Json>>(),
        "notes": report.notes,
    })
}

/// The document, with the evidence beside it, which may be as long as the run was large: it is
/// written verdict by verdict.
struct Whole<'r>(&'r Report);

impl Serialize for Whole<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(report) = *self;
        let mut whole = serializer.serialize_map(None)?;
        for (key, value) in document(report).as_object().into_iter().flatten() {
            whole.serialize_entry(key, value)?;
        }
        let evidence = report.evidence.as_ref();
        let files = evidence.map(|own| Files(&report.sources, own));
        whole.serialize_entry("files", &files)?;
        let tested = evidence.map(|own| Verdicts(&report.sources, own));
        whole.serialize_entry("evidence", &tested)?;
        whole.end()
    }
}

/// The files that were read as records.
struct Files<'r>(&'r Sources, &'r Evidence);

impl Serialize for Files<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(sources, evidence) = *self;
        let files = evidence.files.iter().map(|file| {
            let path = sources.get(file.source).path();
            on_one_line(&json!({"path": path, "blob": file.blob.to_string()}))
        });
        serializer.collect_seq(files)
    }
}

/// A value on a line of its own among thousands, so that a search or a comparison by lines finds it
/// whole.
fn on_one_line(value: &Json) -> Box<RawValue> {
    to_raw_value(value).expect("what is JSON already can be written")
}

/// Every verdict of the population.
struct Verdicts<'r>(&'r Sources, &'r Evidence);

impl Serialize for Verdicts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(sources, evidence) = *self;
        let all = evidence.tested.iter();
        serializer.collect_seq(all.map(|own| on_one_line(&tested_as(sources, evidence, own))))
    }
}

fn tested_as(sources: &Sources, evidence: &Evidence, tested: &Tested) -> Json {
    let places = tested.labels.iter().map(|label| {
        let mut own = place(sources, label);
        let text = sources.get(label.span.source).slice(label.span.range);
        own["quoted"] = quoted(text).into();
        own["blob"] = json!(evidence.blob(label.span.source).map(|id| id.to_string()));
        own
    });
    json!({
        "rule": &*tested.rule,
        "code": &*tested.code,
        "subject": tested.subject,
        "outcome": tested.outcome(),
        "exceptedBy": tested.excepted,
        "message": tested.message,
        "causes": tested.causes,
        "places": places.collect::<Vec<Json>>(),
        "morePlaces": tested.more,
    })
}

fn chart(sources: &Sources, chart: &Chart) -> Json {
    let cell = |cell: &Cell| self::cell(sources, cell);
    let maybe = |own: &Option<Cell>| own.as_ref().map(cell);
    match chart {
        Chart::Table(own) => table(sources, own),
        Chart::Bars(own) => json!({
            "measure": own.measure,
            "most": own.most,
            "bars": own.bars.iter().map(|Bar { label, value, target, note, trend }| json!({
                "label": cell(label), "value": cell(value),
                "target": maybe(target), "note": maybe(note), "trend": points(sources, trend),
            })).collect::<Vec<Json>>(),
        }),
        Chart::Matrix(own) => json!({
            "rowTitle": own.row_title,
            "columns": own.columns,
            "rows": own.rows.iter().map(|MatrixRow { label, cells }| json!({
                "label": cell(label), "cells": cells.iter().map(maybe).collect::<Vec<_>>(),
            })).collect::<Vec<Json>>(),
        }),
        Chart::HeatMap(own) => json!({
            "x": axis(&own.x),
            "y": axis(&own.y),
            "appetite": own.appetite,
            "points": own.points.iter().map(|Point { label, x, y, is_marked }| json!({
                "label": cell(label), "x": x, "y": y, "marked": is_marked,
            })).collect::<Vec<Json>>(),
        }),
        Chart::Dumbbell(own) => json!({
            "from": own.from,
            "to": own.to,
            "items": own.items.iter().map(|Pair { label, from, to, note }| json!({
                "label": cell(label), "from": cell(from), "to": cell(to), "note": maybe(note),
            })).collect::<Vec<Json>>(),
        }),
        Chart::Timeline(own) => json!({
            "from": own.from.to_string(),
            "to": own.to.to_string(),
            "events": own.events.iter().map(|Event { start, end, label, lane, note }| json!({
                "start": cell(start), "end": maybe(end), "label": cell(label),
                "lane": lane, "note": maybe(note),
            })).collect::<Vec<Json>>(),
        }),
        Chart::Sparkline(own) => json!({
            "measure": own.measure,
            "most": own.most,
            "points": points(sources, &own.points),
        }),
    }
}

/// Values over time.
fn points(sources: &Sources, points: &[(Date, Cell)]) -> Vec<Json> {
    let points = points.iter();
    points
        .map(|(day, value)| json!({"day": day.to_string(), "value": cell(sources, value)}))
        .collect()
}

fn table(sources: &Sources, table: &Table) -> Json {
    let columns = table.columns.iter().map(|column| column.title.as_str());
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().map(|own| cell(sources, own));
        cells.collect::<Vec<Json>>()
    });
    json!({"columns": columns.collect::<Vec<_>>(), "rows": rows.collect::<Vec<_>>()})
}

fn axis(axis: &Axis) -> Json {
    json!({"title": axis.title, "steps": axis.steps})
}

fn cell(sources: &Sources, cell: &Cell) -> Json {
    let places = cell.places.iter().map(|label| place(sources, label));
    json!({
        "text": cell.text,
        "value": value(&cell.value),
        "tone": cell.tone.as_str(),
        "places": places.collect::<Vec<Json>>(),
    })
}

/// A value as JSON has it: numbers as numbers, days and lengths of time as they are written,
/// `null` for words and for what is not recorded.
fn value(value: &Value) -> Json {
    match value {
        Value::Missing | Value::Text => Json::Null,
        Value::Number(number) | Value::Share(number) => json!(number),
        Value::Level(rank) => json!(rank),
        Value::Date(day) => json!(day.to_string()),
        Value::Duration(length) => json!(length.to_string()),
        Value::Money(money) => json!(money.to_string()),
        Value::Flag(flag) => json!(flag),
    }
}

fn place(sources: &Sources, label: &Label) -> Json {
    let source = sources.get(label.span.source);
    let start = source
        .lines()
        .line_column(source.text(), label.span.range.start);
    json!({
        "path": source.path(),
        "line": start.line,
        "column": start.column,
        "text": label.text,
    })
}
