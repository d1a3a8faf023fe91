//! Every chart can be given as a table that holds all of it.

use super::{
    Align, Audience, Axis, Bar, Bars, Cell, Chart, Dumbbell, Event, HeatMap, Matrix, MatrixRow,
    Pair, Point, Sparkline, Table, Timeline, Value,
};
use crate::scalar::{Date, Duration};

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// The cells of a chart's table as text: a line for the heads, then one for each row.
fn printed(chart: &Chart) -> String {
    let Table { columns, rows } = chart.table();
    let heads: Vec<&str> = columns.iter().map(|column| column.title.as_str()).collect();
    let mut lines = vec![heads.join(" | ")];
    for row in rows {
        assert_eq!(row.len(), columns.len(), "a row is as wide as the head");
        let cells: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).collect();
        lines.push(cells.join(" | "));
    }
    lines.join("\n")
}

#[test]
fn bars_show_targets_and_notes_where_one_has_them() {
    let bar = |label: &str, value: u64| Bar {
        label: Cell::text(label),
        value: Cell::count(value),
        target: None,
        note: None,
        trend: Vec::new(),
    };
    let mut bars = Bars {
        measure: "level".to_owned(),
        most: Some(5.0),
        bars: vec![bar("Systems", 2), bar("Data", 3)],
    };
    assert_eq!(
        printed(&Chart::Bars(bars.clone())),
        " | level\nSystems | 2\nData | 3"
    );
    bars.bars[1].target = Some(Cell::count(3));
    bars.bars[0].note = Some(Cell::text("capped"));
    assert_eq!(
        printed(&Chart::Bars(bars.clone())),
        " | level | target | \nSystems | 2 |  | capped\nData | 3 | 3 | "
    );
    let day = |text: &str| Date::parse(text).unwrap();
    bars.bars.truncate(1);
    bars.bars[0].trend = vec![
        (day("2026-03-31"), Cell::text("40 %")),
        (day("2026-06-30"), Cell::text("45 %")),
    ];
    assert_eq!(
        printed(&Chart::Bars(bars)),
        " | level | over the last tags | \nSystems | 2 | 40 %, 45 % | capped"
    );
}

#[test]
fn a_matrix_leaves_crossings_blank() {
    let matrix = Matrix {
        row_title: "Decision".to_owned(),
        columns: vec!["CIO".to_owned(), "Board".to_owned()],
        rows: vec![MatrixRow {
            label: Cell::text("investment"),
            cells: vec![None, Some(Cell::text("accountable"))],
        }],
    };
    assert_eq!(
        printed(&Chart::Matrix(matrix)),
        "Decision | CIO | Board\ninvestment |  | accountable"
    );
}

#[test]
fn a_heat_map_names_its_steps() {
    let axis = |title: &str, steps: &[&str]| Axis {
        title: title.to_owned(),
        steps: steps.iter().map(|step| (*step).to_owned()).collect(),
    };
    let map = HeatMap {
        x: axis("likelihood", &["rare", "likely"]),
        y: axis("impact", &["minor", "severe"]),
        appetite: Some(2.0),
        points: vec![Point {
            label: Cell::text("Ransomware"),
            x: 2,
            y: 1,
            is_marked: true,
        }],
    };
    assert_eq!(
        printed(&Chart::HeatMap(map)),
        " | likelihood | impact\nRansomware | likely | minor"
    );
}

#[test]
fn pairs_events_and_points_keep_their_values() {
    let hours = |hours: i64| Cell {
        value: Value::Duration(Duration::hours(hours)),
        ..Cell::text(format!("{hours}h"))
    };
    let dumbbell = Dumbbell {
        from: "promised".to_owned(),
        to: "proven".to_owned(),
        items: vec![Pair {
            label: Cell::text("Billing"),
            from: hours(8),
            to: hours(24),
            note: None,
        }],
    };
    assert_eq!(dumbbell.items[0].to.magnitude(), Some(24.0));
    assert_eq!(
        printed(&Chart::Dumbbell(dumbbell)),
        " | promised | proven\nBilling | 8h | 24h"
    );
    let event = |start: &str, end: Option<&str>| Event {
        start: Cell::date(day(start)),
        end: end.map(|end| Cell::date(day(end))),
        label: Cell::text("renewal"),
        lane: String::new(),
        note: None,
    };
    let timeline = Timeline {
        from: day("2026-11-22"),
        to: day("2027-02-20"),
        events: vec![
            event("2026-12-01", None),
            event("2027-01-01", Some("2027-01-31")),
        ],
    };
    assert_eq!(
        printed(&Chart::Timeline(timeline)),
        "from | until | what\n2026-12-01 |  | renewal\n2027-01-01 | 2027-01-31 | renewal"
    );
    let sparkline = Sparkline {
        measure: "coverage".to_owned(),
        most: Some(100.0),
        points: vec![(day("2026-06-30"), Cell::count(61))],
    };
    assert_eq!(sparkline.table().columns[1].align, Align::End);
    assert_eq!(
        printed(&Chart::Sparkline(sparkline)),
        "day | coverage\n2026-06-30 | 61"
    );
}

#[test]
fn what_is_not_recorded_says_so() {
    let cell = Cell::missing();
    assert_eq!(cell.text, "not recorded");
    assert_eq!(cell.magnitude(), None);
    assert!(Chart::Table(Table::default()).is_empty());
}

#[test]
fn audiences_are_found_by_their_word() {
    for audience in Audience::ALL {
        assert_eq!(Audience::parse(audience.as_str()), Some(audience));
    }
    assert_eq!(Audience::parse("press"), None);
}
