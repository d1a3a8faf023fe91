//! Values that do not fit: the wrong shape, a word outside the vocabulary, a malformed scalar.

mod form;
mod repeated;
mod scalar;
mod shape;

pub(in crate::kind) use form::slug_lengths;
pub(in crate::kind) use scalar::is_scalar_value;
pub(in crate::kind) use shape::found;

use super::suggest::{applicability, cited, list, similar};
use super::{Bounds, Place, Problem, Shape, Walk, What, replace};
use crate::finding::{Applicability, EngineCheck, Fault, Fix};
use crate::kind::is_unknown;
use crate::syntax::{Node, NodeKind};

/// How many words of a vocabulary a help names.
const NAMED: usize = 12;
/// What is told about an item without a value; a field without one is absent.
const EMPTY_ITEM: &str = "write a value after the `-`, or remove it";

/// Tells of the value at `place`.
pub(super) fn explain<'a>(walk: &mut Walk<'_, 'a>, place: Place<'a>, problem: &Problem) {
    let said = Said {
        title: problem
            .title
            .as_deref()
            .map_or_else(|| title(place), ToOwned::to_owned),
        name: name(place),
        place,
    };
    if is_unknown(place.node) {
        return said.unknown(walk, &problem.what);
    }
    match &problem.what {
        What::Shape(shapes) => said.shape(walk, shapes, &[]),
        What::Either { words, shapes } => said.shape(walk, shapes, words),
        What::Scalar { scalar, words } => said.scalar(walk, *scalar, words),
        What::Level(ladder) => {
            let words = walk.unit.words.words(*ladder).to_vec();
            said.word(walk, &words);
        }
        What::Word(words) => said.word(walk, words),
        What::Always(word) => said.always(walk, word),
        What::Form {
            pattern,
            description,
        } => said.form(walk, pattern, description.as_deref()),
        What::Amount(bounds) => said.amount(walk, bounds),
        What::Length(bounds) => said.measure(walk, bounds, "long", "short", "characters"),
        What::Count(bounds) => said.measure(walk, bounds, "many", "few", "entries"),
        What::Repeated => said.repeated(walk),
        What::Other(keyword) => {
            let message = match keyword.as_str() {
                "falseSchema" => format!("{} is not allowed here", said.name),
                _ => format!("{} does not fit `{keyword}` of its schema", said.title),
            };
            said.tell(walk, EngineCheck::ValueNotAllowed, message, None, None);
        }
        What::Unknown(_) | What::Missing(_) | What::Twice(_) | What::Known => {}
    }
}

/// How messages call the value: the title of its field, else its key.
fn title(place: Place<'_>) -> String {
    match (place.field, place.key, place.ordinal) {
        (_, Some(key), Some(_)) => format!("an item of {}", cited(key.text())),
        (Some(field), _, None) => field.title.to_string(),
        (None, Some(key), None) => cited(key.text()),
        (_, None, _) => "it".to_owned(),
    }
}

/// How messages about its shape call the value: as it is written.
fn name(place: Place<'_>) -> String {
    match (place.key, place.ordinal) {
        (Some(key), Some(_)) => format!("an item of {}", cited(key.text())),
        (Some(key), None) => cited(key.text()),
        (None, _) => "it".to_owned(),
    }
}

/// A value and how messages call it.
struct Said<'a> {
    /// A noun phrase.
    title: String,
    /// The key.
    name: String,
    place: Place<'a>,
}

impl<'a> Said<'a> {
    fn tell(
        &self,
        walk: &mut Walk<'_, 'a>,
        check: EngineCheck,
        message: String,
        help: Option<String>,
        fix: Option<Fix>,
    ) {
        let node = self.place.node;
        let fault = walk.fault(check, message, node, self.title.clone());
        let fault = Fault { help, fix, ..fault };
        walk.report.push(fault, node, Some(node));
    }

    fn unknown(&self, walk: &mut Walk<'_, 'a>, what: &What) {
        let field = self.place.field.filter(|_| self.place.ordinal.is_none());
        let wants_fields = match what {
            What::Shape(shapes) | What::Either { shapes, .. } => shapes
                .iter()
                .any(|shape| matches!(shape, Shape::List | Shape::Map)),
            _ => false,
        };
        if wants_fields && field.is_none_or(|field| !field.known) {
            let message = format!(
                "{} is `unknown`, which stands for single values only",
                self.name
            );
            let help = "write `unknown` at the fields in it, or leave it out".to_owned();
            return self.tell(walk, EngineCheck::WrongType, message, Some(help), None);
        }
        let message = format!("{} must be known", self.title);
        let help = match field {
            Some(field) if !field.required => format!("write the {}, or leave it out", self.title),
            _ => format!("write the {}", self.title),
        };
        self.tell(
            walk,
            EngineCheck::ValueNotAllowed,
            message,
            Some(help),
            None,
        );
    }

    fn word(&self, walk: &mut Walk<'_, 'a>, words: &[Box<str>]) {
        let node = self.place.node;
        if !node.is_scalar() || node.kind() == NodeKind::Null {
            return self.shape(walk, &[Shape::Text], &[]);
        }
        let text = node.text();
        let message = if text.is_empty() {
            format!("{} is empty text", self.title)
        } else {
            format!("{} is no {}", cited(text), self.title)
        };
        let names = || words.iter().map(|word| &**word);
        let (help, fix) = match similar(text, names()) {
            Some(near) => meant(node, near),
            None => (Some(format!("write {}", list(names(), NAMED, "or"))), None),
        };
        self.tell(walk, EngineCheck::ValueNotAllowed, message, help, fix);
    }

    fn always(&self, walk: &mut Walk<'_, 'a>, word: &str) {
        let node = self.place.node;
        let message = format!(
            "{} is always `{word}` here, and this says {}",
            self.title,
            cited(&node.describe())
        );
        let fix = replace(node, format!("write `{word}`"), Applicability::Unsafe, word);
        self.tell(
            walk,
            EngineCheck::ValueNotAllowed,
            message,
            Some(format!("write `{word}`, or remove the line")),
            fix,
        );
    }

    fn amount(&self, walk: &mut Walk<'_, 'a>, bounds: &Bounds) {
        let text = cited(self.place.node.text());
        let title = &self.title;
        let message = match (&bounds.least, &bounds.most, &bounds.above, &bounds.below) {
            (Some(least), Some(most), None, None) => {
                format!("{title} goes from {least} to {most}, and {text} lies outside")
            }
            (Some(least), None, None, None) => {
                format!("{title} is at least {least}, and {text} is less")
            }
            (None, Some(most), None, None) => {
                format!("{title} is at most {most}, and {text} is more")
            }
            (None, None, Some(above), None) => {
                format!("{title} is more than {above}, and {text} is not")
            }
            (None, None, None, Some(below)) => {
                format!("{title} is less than {below}, and {text} is not")
            }
            _ => format!("{text} lies outside the limits of {title}"),
        };
        self.tell(walk, EngineCheck::ValueNotAllowed, message, None, None);
    }

    fn measure(
        &self,
        walk: &mut Walk<'_, 'a>,
        bounds: &Bounds,
        above: &str,
        below: &str,
        unit: &str,
    ) {
        let node = self.place.node;
        let count = match node.kind() {
            NodeKind::Sequence => node.items().count(),
            NodeKind::Mapping => node.entries().count(),
            _ => node.text().chars().count(),
        };
        let least = bounds
            .least
            .as_deref()
            .and_then(|least| least.parse::<usize>().ok());
        let short = least.is_some_and(|least| count < least);
        let limit = if short { &bounds.least } else { &bounds.most };
        let limit = limit.as_deref().unwrap_or("0");
        let (word, edge) = if short {
            (below, "at least")
        } else {
            (above, "at most")
        };
        let unit = if limit == "1" { singular(unit) } else { unit };
        let message = match unit {
            _ if count == 0 => format!("{} is empty", self.title),
            "character" | "characters" => format!("{} is too {word}", self.title),
            _ => format!("{} holds too {word}", self.title),
        };
        let help = format!("{edge} {limit} {unit}; this has {count}");
        self.tell(
            walk,
            EngineCheck::ValueNotAllowed,
            message,
            Some(help),
            None,
        );
    }
}

/// Help and fix of a word that was probably meant to be another.
fn meant(node: Node<'_>, near: &str) -> (Option<String>, Option<Fix>) {
    let sure = applicability(node.text(), near);
    let fix = replace(node, format!("write `{near}`"), sure, near);
    (Some(format!("did you mean `{near}`?")), fix)
}

fn singular(unit: &str) -> &str {
    match unit {
        "entries" => "entry",
        other => other.strip_suffix('s').unwrap_or(other),
    }
}
