//! Why a run gave no assessment, as formats tell it, so that its failure looks like success in none.

use crate::render::entry::{Place, place};
use crate::rule::Mistake;
use crate::source::Sources;

/// Why a run gave no assessment.
#[derive(Debug, Clone, Copy)]
pub struct Trouble<'a> {
    /// Version of govlint.
    pub version: &'a str,
    /// The status that the run ends with.
    pub status: u8,
    /// One line without a full stop.
    pub message: &'a str,
    /// What to do, one line each.
    pub hints: &'a [String],
    /// The mistakes in files, if that is what it is about, with the texts they point into.
    pub mistakes: Option<(&'a [Mistake], &'a Sources)>,
}

/// One thing that is wrong: a mistake in a file, or the run as a whole.
#[derive(Debug, Clone)]
pub struct TroubleItem<'a> {
    /// One line without a full stop.
    pub message: &'a str,
    /// What to do.
    pub help: Option<String>,
    /// Where, if it is in a file.
    pub(super) place: Option<Place<'a>>,
}

impl<'a> Trouble<'a> {
    /// What is wrong, one by one: the mistakes, or the run as a whole if there are none.
    #[must_use]
    pub fn items(&self) -> Vec<TroubleItem<'a>> {
        let Some((mistakes, sources)) = self.mistakes.filter(|(list, _)| !list.is_empty()) else {
            return vec![TroubleItem {
                message: self.message,
                help: (!self.hints.is_empty()).then(|| self.hints.join("; ")),
                place: None,
            }];
        };
        let item = |mistake: &'a Mistake| {
            let span = mistake.primary.span;
            // A mistake that no file holds has no place among the texts.
            let placed = span.source.index() < sources.len();
            TroubleItem {
                message: &mistake.message,
                help: mistake.help.clone(),
                place: placed.then(|| place(sources, span)),
            }
        };
        mistakes.iter().map(item).collect()
    }
}

impl TroubleItem<'_> {
    /// The message with what to do.
    pub(super) fn told(&self) -> String {
        match &self.help {
            Some(help) => format!("{}; {help}", self.message),
            None => self.message.to_owned(),
        }
    }
}
