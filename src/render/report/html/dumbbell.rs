//! Two values of each item on a common scale, with the gap between them.

use askama::Template;

use super::inert::{Inert, cut};
use super::number::{Number, round_up};
use super::place::Places;
use super::shown::{Shown, class};
use crate::report::{Cell, Dumbbell, Pair};

/// How many times the smallest value the largest may be on a scale of equal steps.
const MOST_RATIO: f64 = 40.0;

#[derive(Template)]
#[template(path = "dumbbell.html", config = "src/render/report/html/askama.toml")]
pub(super) struct DumbbellView<'a> {
    caption: Inert<'a>,
    from: Inert<'a>,
    to: Inert<'a>,
    is_logarithmic: bool,
    has_note: bool,
    items: Vec<PairView<'a>>,
}

struct PairView<'a> {
    label: Shown<'a>,
    from: Shown<'a>,
    to: Shown<'a>,
    note: Option<Shown<'a>>,
    words: String,
    tone: &'static str,
    start: Option<Number>,
    end: Option<Number>,
}

/// From values to places on the drawing.
#[derive(Clone, Copy)]
struct Scale {
    least: f64,
    most: f64,
    is_logarithmic: bool,
}

impl<'a> DumbbellView<'a> {
    pub(super) fn new(places: &Places<'a>, caption: &'a str, chart: &'a Dumbbell) -> Self {
        let scale = Scale::of(chart);
        let items = chart.items.iter();
        Self {
            caption: Inert(caption),
            from: Inert(&chart.from),
            to: Inert(&chart.to),
            is_logarithmic: scale.is_logarithmic,
            has_note: chart.items.iter().any(|item| item.note.is_some()),
            items: items
                .map(|item| pair_view(places, chart, item, scale))
                .collect(),
        }
    }
}

fn pair_view<'a>(
    places: &Places<'a>,
    chart: &Dumbbell,
    item: &'a Pair,
    scale: Scale,
) -> PairView<'a> {
    let words = format!(
        "{} {}, {} {}",
        chart.from, item.from.text, chart.to, item.to.text
    );
    PairView {
        label: Shown::new(places, &item.label),
        from: Shown::new(places, &item.from),
        to: Shown::new(places, &item.to),
        note: item.note.as_ref().map(|cell| Shown::new(places, cell)),
        words: cut(&words, 120),
        tone: class(item.to.tone),
        start: item.from.magnitude().map(|value| scale.place(value)),
        end: item.to.magnitude().map(|value| scale.place(value)),
    }
}

impl Scale {
    /// Equal steps from zero, or equal ratios where the values are too far apart for that.
    fn of(chart: &Dumbbell) -> Self {
        let values = chart.items.iter().flat_map(|item| {
            let values = [&item.from, &item.to].into_iter();
            values.filter_map(Cell::magnitude)
        });
        let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
        let most = values.iter().copied().fold(0.0, f64::max);
        let least = values
            .iter()
            .copied()
            .filter(|value| *value > 0.0)
            .fold(f64::INFINITY, f64::min);
        let is_logarithmic = least.is_finite() && most / least > MOST_RATIO;
        Self {
            least: if is_logarithmic { least } else { 0.0 },
            most: if is_logarithmic { most } else { round_up(most) },
            is_logarithmic,
        }
    }

    fn place(self, value: f64) -> Number {
        if self.is_logarithmic {
            let value = value.max(self.least);
            return Number::share(value.ln(), self.least.ln(), self.most.ln());
        }
        Number::share(value, self.least, self.most)
    }
}
