//! A cell: its words, how it reads, and where it comes from.

use askama::Template;

use super::inert::Inert;
use super::place::Places;
use crate::report::{Cell, Tone, Value};

/// A cell with its mark and its link.
#[derive(Template)]
#[template(path = "shown.html", config = "src/render/report/html/askama.toml")]
pub(super) struct Shown<'a> {
    text: Inert<'a>,
    mark: Option<Mark>,
    is_faint: bool,
    address: Option<String>,
    names: String,
}

/// A shape and its word, so that no tone is told by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// The name of the shape in the page.
    pub(super) shape: &'static str,
    /// What it means.
    pub(super) word: &'static str,
}

/// The marks in the order in which they are explained.
pub(super) const MARKS: [Mark; 3] = [
    Mark {
        shape: "bad",
        word: "to be mended",
    },
    Mark {
        shape: "watch",
        word: "to be watched",
    },
    Mark {
        shape: "good",
        word: "as it should be",
    },
];

impl Mark {
    /// The mark of a tone; none for what is neither good nor bad.
    pub(super) fn of(tone: Tone) -> Option<Self> {
        let shape = class(tone);
        MARKS.into_iter().find(|mark| mark.shape == shape)
    }
}

/// The word for a tone in the style of the page.
pub(super) fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Good => "good",
        Tone::Watch => "watch",
        Tone::Bad => "bad",
        Tone::Faint => "faint",
    }
}

impl<'a> Shown<'a> {
    pub(super) fn new(places: &Places<'a>, cell: &'a Cell) -> Self {
        let first = cell.places.first();
        Self {
            text: Inert(&cell.text),
            mark: Mark::of(cell.tone),
            is_faint: cell.tone == Tone::Faint || cell.value == Value::Missing,
            address: first.and_then(|label| places.address_of(label.span)),
            names: places.names(&cell.places),
        }
    }

    /// The same cell without its mark, where a drawing beside it has one.
    pub(super) fn unmarked(self) -> Self {
        Self { mark: None, ..self }
    }
}
