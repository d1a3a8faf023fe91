//! One bar for each item on a common scale, with a mark where it should end.

use askama::Template;

use super::inert::Inert;
use super::number::Number;
use super::place::Places;
use super::scale::{end_of_bars, share, steps};
use super::shown::Shown;
use super::sparkline::Thread;
use crate::report::{Bar, Bars, Cell};

#[derive(Template)]
#[template(path = "bars.html", config = "src/render/report/html/askama.toml")]
pub(super) struct BarsView<'a> {
    caption: Inert<'a>,
    measure: Inert<'a>,
    /// The end of the scale, where the chart names one.
    end: Option<Number>,
    /// Where the whole numbers of the scale stand.
    steps: Vec<Number>,
    has_target: bool,
    has_note: bool,
    has_trend: bool,
    bars: Vec<BarView<'a>>,
}

struct BarView<'a> {
    label: Shown<'a>,
    value: Shown<'a>,
    target: Option<Shown<'a>>,
    note: Option<Shown<'a>>,
    trend: Option<Thread>,
    /// What the drawing says, in words.
    words: String,
    tone: &'static str,
    length: Option<Number>,
    mark: Option<Number>,
}

impl<'a> BarsView<'a> {
    pub(super) fn new(places: &Places<'a>, caption: &'a str, chart: &'a Bars) -> Self {
        let end = end_of_bars(chart);
        Self {
            caption: Inert(caption),
            measure: Inert(&chart.measure),
            end: chart.most.map(Number),
            steps: steps(chart.most).into_iter().map(Number::percent).collect(),
            has_target: chart.bars.iter().any(|bar| bar.target.is_some()),
            has_trend: chart.has_trend(),
            has_note: chart.bars.iter().any(|bar| bar.note.is_some()),
            bars: chart
                .bars
                .iter()
                .map(|bar| bar_view(places, bar, end))
                .collect(),
        }
    }
}

fn bar_view<'a>(places: &Places<'a>, bar: &'a Bar, end: f64) -> BarView<'a> {
    let length = |cell: &Cell| {
        let value = cell.magnitude();
        value.map(|value| Number::percent(share(value, 0.0, end)))
    };
    let target = bar.target.as_ref();
    let aim = target.map_or(String::new(), |target| format!(", target {}", target.text));
    BarView {
        label: Shown::new(places, &bar.label),
        value: Shown::new(places, &bar.value),
        target: target.map(|cell| Shown::new(places, cell).unmarked()),
        note: bar.note.as_ref().map(|cell| Shown::new(places, cell)),
        trend: Thread::of(bar),
        words: super::inert::cut(&format!("{}{aim}", bar.value.text), 120),
        tone: bar.value.tone.as_str(),
        length: length(&bar.value),
        mark: target.and_then(length),
    }
}
