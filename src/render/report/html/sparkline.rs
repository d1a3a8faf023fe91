//! One value over time: the line, and its first and last point in words.

use askama::Template;

use super::inert::{Inert, cut};
use super::number::Number;
use super::scale::{Point, course, line};
use crate::report::{Bar, Sparkline};
use crate::scalar::Date;

const LEFT: f64 = 8.0;
const RIGHT: f64 = 352.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 68.0;

#[derive(Template)]
#[template(path = "sparkline.html", config = "src/render/report/html/askama.toml")]
pub(super) struct SparklineView<'a> {
    id: String,
    title: Inert<'a>,
    description: String,
    /// The data of the path through all points.
    path: String,
    dots: Vec<Dot>,
    first: Option<End>,
    last: Option<End>,
}

struct Dot {
    x: Number,
    y: Number,
    words: String,
    tone: &'static str,
    is_last: bool,
}

/// The words at an end of the line.
struct End {
    text: String,
    day: Date,
    y: Number,
}

impl<'a> SparklineView<'a> {
    pub(super) fn new(id: &str, title: &'a str, chart: &'a Sparkline) -> Self {
        let dots = dots(chart);
        let path: Vec<String> = dots
            .iter()
            .map(|dot| format!("{} {}", dot.x, dot.y))
            .collect();
        let ends: Vec<End> = chart
            .points
            .iter()
            .filter(|(_, cell)| cell.magnitude().is_some_and(f64::is_finite))
            .zip(&dots)
            .map(|((day, cell), dot)| End {
                text: cut(&cell.text, 16),
                day: *day,
                y: Number(dot.y.0 - 9.0),
            })
            .collect();
        let description = described(chart, &ends);
        let has_two = ends.len() > 1;
        let mut ends = ends.into_iter();
        Self {
            id: id.to_owned(),
            title: Inert(title),
            description,
            path: format!("M{}", path.join("L")),
            dots,
            first: ends.next().filter(|_| has_two),
            last: if has_two { ends.next_back() } else { None },
        }
    }
}

/// A line of a few values, small enough to stand in a row.
pub(super) struct Thread {
    /// Its values in words.
    pub(super) course: String,
    /// The same with their days.
    pub(super) words: String,
    /// The data of the path through all points.
    pub(super) path: String,
    /// Where the last point stands.
    pub(super) x: Number,
    pub(super) y: Number,
}

impl Thread {
    /// The line through the points of a bar; none where there are fewer than two.
    pub(super) fn of(bar: &Bar) -> Option<Self> {
        let known = course(bar);
        let place = |(.., (x, y)): &Point<'_>| (Number(3.0 + 66.0 * x), Number(14.0 - 12.0 * y));
        let (x, y) = place(known.last()?);
        let places = known.iter().map(place);
        let path: Vec<String> = places.map(|(x, y)| format!("{x} {y}")).collect();
        let words = known.iter();
        let words: Vec<String> = words
            .map(|(day, cell, _)| format!("{} on {day}", cell.text))
            .collect();
        Some(Self {
            course: cut(&bar.course(), 120),
            words: cut(&words.join(", "), 240),
            path: format!("M{}", path.join("L")),
            x,
            y,
        })
    }
}

fn described(chart: &Sparkline, ends: &[End]) -> String {
    let (Some(first), Some(last)) = (ends.first(), ends.last()) else {
        return format!("{}: no value is known.", cut(&chart.measure, 80));
    };
    format!(
        "{} from {} on {} to {} on {}.",
        cut(&chart.measure, 80),
        first.text,
        first.day,
        last.text,
        last.day
    )
}

fn dots(chart: &Sparkline) -> Vec<Dot> {
    let known = line(chart);
    let last = known.len().saturating_sub(1);
    let dot = |(index, (day, cell, (x, y))): (usize, &Point<'_>)| Dot {
        x: Number(LEFT + x * (RIGHT - LEFT)),
        y: Number(BOTTOM - y * (BOTTOM - TOP)),
        words: cut(&format!("{day}: {}", cell.text), 80),
        tone: cell.tone.as_str(),
        is_last: index == last,
    };
    known.iter().enumerate().map(dot).collect()
}
