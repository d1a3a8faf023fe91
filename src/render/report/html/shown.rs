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
    /// How it looks: faint, on one line, to break anywhere, with places.
    classes: String,
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
        let shape = tone.as_str();
        MARKS.into_iter().find(|mark| mark.shape == shape)
    }
}

/// The longest date or code, which stays on one line.
const LONGEST_CODE: usize = 16;

/// The longest word that a column is made wide enough for.
const LONGEST_WORD: usize = 24;

/// How a text fits into a column: dates and codes stay whole, and words of no sensible length break
/// anywhere.
pub(super) fn fit(text: &str) -> &'static str {
    let longest = text.split_whitespace().map(|word| word.chars().count());
    let longest = longest.max().unwrap_or(0);
    match longest {
        _ if longest > LONGEST_WORD => "long",
        _ if longest <= LONGEST_CODE && !text.contains(' ') => "short",
        _ => "",
    }
}

impl<'a> Shown<'a> {
    pub(super) fn new(places: &Places<'a>, cell: &'a Cell) -> Self {
        let first = cell.places.first();
        let names = places.names(&cell.places);
        let is_faint = cell.tone == Tone::Faint || cell.value == Value::Missing;
        let classes = [
            if is_faint { "faint" } else { "" },
            if names.is_empty() { "" } else { "read" },
            fit(&cell.text),
        ];
        let classes = classes.into_iter().filter(|class| !class.is_empty());
        Self {
            text: Inert(&cell.text),
            mark: Mark::of(cell.tone),
            classes: classes.collect::<Vec<_>>().join(" "),
            address: first.and_then(|label| places.address_of(label.span)),
            names,
        }
    }

    /// The same cell without its mark, where a drawing beside it has one.
    pub(super) fn unmarked(self) -> Self {
        Self { mark: None, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn dates_stay_whole_and_endless_words_break() {
        for (text, expected) in [
            ("2026-11-22", "short"),
            ("Chief Financial Officer", ""),
            ("wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww", "long"),
            ("see https://host.example/a/very/long/path", "long"),
            ("", "short"),
        ] {
            assert_eq!(fit(text), expected, "{text}");
        }
    }
}
