//! Items on a line of time: where its months begin, in which lane and row an item stands, and where.
//! Places are shares of the length of the line.

use std::collections::BTreeSet;

use super::scale;
use crate::report::{Cell, Event, Timeline, Value};
use crate::scalar::Date;

/// With fewer events in a lane, on average, there are no lanes.
const FEWEST_IN_LANE: usize = 3;

/// The most rows of a lane; what has no room is in the table.
const MOST_ROWS: usize = 12;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The start of a month.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub(super) at: f64,
    pub(super) name: String,
}

/// Items that stand together, over as many rows as it takes so that none covers another.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lane<'a> {
    /// What they have in common; empty for the only lane.
    pub(super) name: &'a str,
    pub(super) items: Vec<Item<'a>>,
    pub(super) rows: usize,
    /// How many items have no room.
    pub(super) left: usize,
}

/// An item in its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item<'a> {
    /// Its number among all items, from 1.
    pub(super) number: usize,
    pub(super) event: &'a Event,
    /// The row of its lane, from 0.
    pub(super) row: usize,
    pub(super) at: f64,
    /// Where it ends, if it takes several days.
    pub(super) until: Option<f64>,
}

/// Returns the lanes of a line on which items of one row stand at least `apart`, and on which there is
/// room for so many rows, the names of lanes being rows as well.
pub(super) fn lanes(chart: &Timeline, apart: f64, room: usize) -> Vec<Lane<'_>> {
    let lanes = by_lane(chart, room / 2);
    let each = (room / lanes.len().max(1)).saturating_sub(1);
    let most_rows = each.clamp(1, MOST_ROWS);
    lanes
        .into_iter()
        .map(|(name, events)| lane(chart, name, &events, apart, most_rows))
        .collect()
}

/// The events of each lane with their numbers, the lanes in the order in which they first occur. All
/// stand in one lane if most of them would be alone in theirs, or if there would be more than `most`:
/// the table beside the drawing says which they are.
fn by_lane(chart: &Timeline, most: usize) -> Vec<(&str, Vec<(usize, &Event)>)> {
    let mut lanes: Vec<(&str, Vec<(usize, &Event)>)> = Vec::new();
    let names: BTreeSet<&str> = chart
        .events
        .iter()
        .map(|event| event.lane.as_str())
        .collect();
    let is_sparse = chart.events.len() < FEWEST_IN_LANE * names.len() || names.len() > most;
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

fn lane<'a>(
    chart: &Timeline,
    name: &'a str,
    events: &[(usize, &'a Event)],
    apart: f64,
    most_rows: usize,
) -> Lane<'a> {
    let mut ends: Vec<f64> = Vec::new();
    let mut items = Vec::new();
    for (number, event) in events {
        let at = position(chart, &event.start);
        let until = event.end.as_ref().map(|end| position(chart, end));
        let row = ends.iter().position(|end| end + apart <= at);
        let row = row.unwrap_or(ends.len());
        if row == most_rows {
            continue;
        }
        ends.resize(ends.len().max(row + 1), f64::NEG_INFINITY);
        ends[row] = until.unwrap_or(at).max(at);
        items.push(Item {
            number: *number,
            event,
            row,
            at,
            until: until.filter(|until| *until > at),
        });
    }
    Lane {
        name,
        rows: ends.len(),
        left: events.len() - items.len(),
        items,
    }
}

/// The place of a day on the line; what is no day stands at its end.
fn position(chart: &Timeline, day: &Cell) -> f64 {
    match day.value {
        Value::Date(day) if !day.is_after_all() => share(chart.from, chart.to, day),
        _ => 1.0,
    }
}

fn share(from: Date, to: Date, day: Date) -> f64 {
    let days = |date: Date| f64::from(date.days());
    scale::share(days(day), days(from), days(to))
}

/// The starts of months inside the line, or of some of them if it is long.
pub(super) fn ticks(from: Date, to: Date) -> Vec<Tick> {
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
            at: share(from, to, start),
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
