//! Items on a line of time as numbered points, a row of them for each lane.

use askama::Template;

use super::inert::{Inert, cut};
use super::number::Number;
use super::scale::count;
use super::timescale::{self, Item, ticks};
use crate::report::Timeline;

/// Pixels between the rows of points, and above the first lane.
const ROW: f64 = 20.0;
const TOP: f64 = 22.0;
/// Pixels that the name of a lane takes.
const NAME: f64 = 16.0;

/// How far points of one row stand apart, as a share of the width: they do not touch on a page as
/// narrow as a telephone.
const APART: f64 = 0.04;

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
        for own in timescale::lanes(chart, APART, usize::MAX) {
            let (lane, height) = lane(&own, top);
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
            ticks: ticks(chart.from, chart.to).into_iter().map(tick).collect(),
            lanes,
        }
    }
}

fn tick(own: timescale::Tick) -> Tick {
    Tick {
        at: Number::percent(own.at),
        name: own.name,
    }
}

/// A lane whose upper edge is at `top`, and its height.
fn lane(own: &timescale::Lane<'_>, top: f64) -> (Lane, f64) {
    let name_height = if own.name.is_empty() { 4.0 } else { NAME };
    let height = name_height + count(own.rows) * ROW + 4.0;
    let items = own.items.iter();
    let lane = Lane {
        name: cut(own.name, 48),
        name_at: Number(top + 13.0),
        floor: Number(top + height - 1.0),
        left: own.left,
        events: items.map(|item| event(item, top + name_height)).collect(),
    };
    (lane, height)
}

fn event(item: &Item<'_>, top: f64) -> EventView {
    let words = format!("{} {}", item.event.start.text, item.event.label.text);
    EventView {
        number: item.number,
        words: cut(&words, 140),
        tone: item.event.label.tone.as_str(),
        x: Number::percent(item.at),
        y: Number(top + (count(item.row) + 0.5) * ROW),
        end: item.until.map(Number::percent),
    }
}
