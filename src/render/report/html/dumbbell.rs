//! Two values of each item on a common scale, with the gap between them.

use askama::Template;

use super::inert::{Inert, cut};
use super::number::Number;
use super::place::Places;
use super::scale::Scale;
use super::shown::Shown;
use crate::report::{Dumbbell, Pair};

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
        tone: item.to.tone.as_str(),
        start: scale.place(&item.from).map(Number::percent),
        end: scale.place(&item.to).map(Number::percent),
    }
}
