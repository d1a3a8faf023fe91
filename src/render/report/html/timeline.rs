//! Items on a line of time as numbered points, a row of them for each lane.

use std::collections::BTreeSet;

use askama::Template;

use super::inert::{Inert, cut};
use super::number::{Number, count};
use super::shown::class;
use crate::report::{Cell, Event, Timeline, Value};
use crate::scalar::Date;

/// Pixels between the rows of points, and above the first lane.
const ROW: f64 = 20.0;
const TOP: f64 = 22.0;
/// Pixels that the name of a lane takes.
const NAME: f64 = 16.0;

/// How far points of one row stand apart, in percent of the width: they do not touch on a page as
/// narrow as a telephone.
const APART: f64 = 4.0;

/// With fewer events in a lane, on average, there are no lanes.
const FEWEST_IN_LANE: usize = 3;

/// The most rows of a lane; what has no room is in the table.
const MOST_ROWS: usize = 12;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

#[derive(Template)]
#[template(path = "timeline.html", config = "src/render/report/html/askama.toml")]
pub(super) struct TimelineView<'a> {
    id: String,
    title: Inert<'a>,
    description: String,
    height: Number,
    ticks: Vec<Tick>,
    lanes: Vec<Lane>,
}

/// The start of a month.
struct Tick {
    at: Number,
    name: String,
}

struct Lane {
    name: String,
    name_at: Number,
    floor: Number,
    events: Vec<EventView>,
    /// How many events have no room.
    left: usize,
}

struct EventView {
    number: usize,
    words: String,
    tone: &'static str,
    x: Number,
    y: Number,
    /// Where it ends, if it takes several days.
    end: Option<Number>,
}

impl<'a> TimelineView<'a> {
    pub(super) fn new(id: &str, title: &'a str, chart: &'a Timeline) -> Self {
        let mut top = TOP;
        let mut lanes = Vec::new();
        for (name, events) in by_lane(chart) {
            let (lane, height) = lane(chart, name, &events, top);
            lanes.push(lane);
            top += height;
        }
        Self {
            id: id.to_owned(),
            title: Inert(title),
            description: format!(
                "{} events from {} until {}.",
                chart.events.len(),
                chart.from,
                chart.to
            ),
            height: Number(top),
            ticks: ticks(chart.from, chart.to),
            lanes,
        }
    }
}

/// The events of each lane with their numbers, the lanes in the order in which they first occur. All
/// stand in one lane if most of them would be alone in theirs: the table beside the drawing says
/// which they are.
fn by_lane(chart: &Timeline) -> Vec<(&str, Vec<(usize, &Event)>)> {
    let mut lanes: Vec<(&str, Vec<(usize, &Event)>)> = Vec::new();
    let names: BTreeSet<&str> = chart
        .events
        .iter()
        .map(|event| event.lane.as_str())
        .collect();
    let is_sparse = chart.events.len() < FEWEST_IN_LANE * names.len();
    for (index, event) in chart.events.iter().enumerate() {
        let numbered = (index + 1, event);
        let lane = if is_sparse { "" } else { &event.lane };
        match lanes.iter_mut().find(|(name, _)| *name == lane) {
            Some((_, events)) => events.push(numbered),
            None => lanes.push((lane, vec![numbered])),
        }
    }
    lanes
}

/// A lane whose upper edge is at `top`, and its height.
fn lane(chart: &Timeline, name: &str, events: &[(usize, &Event)], top: f64) -> (Lane, f64) {
    let name_height = if name.is_empty() { 4.0 } else { NAME };
    let mut ends: Vec<f64> = Vec::new();
    let mut placed = Vec::new();
    for (number, event) in events {
        let x = position(chart, &event.start);
        let end = event.end.as_ref().map(|end| position(chart, end));
        let row = ends.iter().position(|end| end + APART <= x);
        let row = row.unwrap_or(ends.len());
        if row == MOST_ROWS {
            continue;
        }
        ends.resize(ends.len().max(row + 1), f64::NEG_INFINITY);
        ends[row] = end.unwrap_or(x).max(x);
        let y = top + name_height + (count(row) + 0.5) * ROW;
        placed.push(event_view(*number, event, x, end, y));
    }
    let height = name_height + count(ends.len()) * ROW + 4.0;
    let lane = Lane {
        name: cut(name, 48),
        name_at: Number(top + 13.0),
        floor: Number(top + height - 1.0),
        left: events.len() - placed.len(),
        events: placed,
    };
    (lane, height)
}

fn event_view(number: usize, event: &Event, x: f64, end: Option<f64>, y: f64) -> EventView {
    let words = format!("{} {}", event.start.text, event.label.text);
    EventView {
        number,
        words: cut(&words, 140),
        tone: class(event.label.tone),
        x: Number(x),
        y: Number(y),
        end: end.filter(|end| *end > x).map(Number),
    }
}

/// The place of a day on the line, in percent; what is no day stands at its end.
fn position(chart: &Timeline, day: &Cell) -> f64 {
    match day.value {
        Value::Date(day) if !day.is_after_all() => share(chart.from, chart.to, day),
        _ => 100.0,
    }
}

fn share(from: Date, to: Date, day: Date) -> f64 {
    let days = |date: Date| f64::from(date.days());
    Number::share(days(day), days(from), days(to)).0
}

/// The starts of months inside the line, or of some of them if it is long.
fn ticks(from: Date, to: Date) -> Vec<Tick> {
    if from.is_after_all() || to.is_after_all() || to <= from {
        return Vec::new();
    }
    let (year, month, _) = from.ymd();
    let first = year * 12 + i32::try_from(month).unwrap_or(1);
    let days = from.days_until(to);
    let step = match days {
        ..=280 => 1,
        281..=900 => 3,
        901..=3700 => 12,
        _ => 120,
    };
    let starts = (first..).map_while(|month| {
        let number = u32::try_from(month.rem_euclid(12)).unwrap_or(0) + 1;
        let start = Date::from_ymd(month.div_euclid(12), number, 1)?;
        (start <= to).then_some((month, start))
    });
    let mut ticks = Vec::new();
    for (month, start) in starts.filter(|(month, _)| month.rem_euclid(step) == 0) {
        ticks.push(Tick {
            at: Number(share(from, to, start)),
            name: tick_name(start, month.rem_euclid(12), ticks.is_empty()),
        });
    }
    ticks
}

/// The name of a month, with its year where that is new.
fn tick_name(start: Date, month: i32, is_first: bool) -> String {
    let name = MONTHS[usize::try_from(month).unwrap_or(0)];
    if is_first || month == 0 {
        format!("{name} {}", start.ymd().0)
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(from: &str, to: &str) -> String {
        let day = |text| Date::parse(text).unwrap();
        let ticks = ticks(day(from), day(to));
        let names: Vec<_> = ticks.into_iter().map(|tick| tick.name).collect();
        names.join(", ")
    }

    #[test]
    fn months_are_named_while_there_is_room() {
        assert_eq!(names("2026-11-22", "2027-02-20"), "Dec 2026, Jan 2027, Feb");
        assert_eq!(names("2026-11-01", "2026-12-15"), "Dec 2026");
        assert_eq!(
            names("2026-11-22", "2028-01-31"),
            "Jan 2027, Apr, Jul, Oct, Jan 2028"
        );
        assert_eq!(names("2026-11-22", "2026-11-22"), "");
        assert_eq!(names("2026-11-22", "9999-12-31").split(", ").count(), 797);
    }
}
