//! Values that do not fit: the wrong shape, a word outside the vocabulary, a malformed scalar.

use super::field::all_fields;
use super::suggest::{cited, list, similar};
use super::{Bounds, Place, Problem, Shape, Walk, What, replace};
use crate::finding::{Applicability, EngineCheck, Fault, Fix};
use crate::kind::{Type, is_unknown};
use crate::scalar::{Currency, ScalarError, ScalarType};
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
        What::Repeated => {
            let message = format!("{} holds the same item twice", said.title);
            said.tell(walk, EngineCheck::ValueNotAllowed, message, None, None);
        }
        What::Other(keyword) => {
            let message = format!("{} does not fit `{keyword}` of its schema", said.title);
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

    /// The value is of none of these shapes, and none of these words.
    fn shape(&self, walk: &mut Walk<'_, 'a>, shapes: &[Shape], words: &[Box<str>]) {
        let node = self.place.node;
        let mut wanted: Vec<&str> = Vec::new();
        for shape in shapes {
            let name = match shape {
                Shape::Text if self.is_one_word() => "one word",
                other => shape_name(*other),
            };
            if !wanted.contains(&name) {
                wanted.push(name);
            }
        }
        let mut wanted = wanted.join(" or ");
        if !words.is_empty() {
            let join = if wanted.is_empty() { "" } else { " or " };
            wanted = format!(
                "{wanted}{join}{}",
                list(words.iter().map(|word| &**word), NAMED, "or")
            );
        }
        let message = format!("{} is {}, and should be {wanted}", self.name, found(node));
        let (help, fix) = self.reshape(shapes);
        let help = help.or_else(|| self.contents(walk, shapes));
        self.tell(walk, EngineCheck::WrongType, message, help, fix);
    }

    /// The words that the value is one of.
    fn vocabulary(&self) -> Option<&'a [Box<str>]> {
        match innermost(self.place.ty) {
            Some(Type::Enum(words)) => Some(words),
            _ => None,
        }
    }

    fn is_one_word(&self) -> bool {
        matches!(
            innermost(self.place.ty),
            Some(Type::Enum(_) | Type::Ladder(_))
        )
    }

    /// What belongs where a map or a reference is wanted.
    fn contents(&self, walk: &Walk<'_, 'a>, shapes: &[Shape]) -> Option<String> {
        let kinds = walk.unit.kinds;
        match innermost(self.place.ty)? {
            Type::Record(ids) if shapes.contains(&Shape::Map) => {
                Some(all_fields(kinds.record(*ids.first()?)))
            }
            Type::Ref(ids) if ids.len() <= 3 && shapes.contains(&Shape::Text) => {
                let names: Vec<String> = ids.iter().map(|id| kinds.record_name(*id)).collect();
                Some(format!(
                    "write the id of a {}",
                    list(names.iter().map(|name| &**name), NAMED, "or")
                ))
            }
            _ => None,
        }
    }

    /// How to bring the value into one of the shapes.
    fn reshape(&self, shapes: &[Shape]) -> (Option<String>, Option<Fix>) {
        let node = self.place.node;
        let text = node.text();
        let wants = |shape| shapes.contains(&shape);
        let safe = Applicability::Safe;
        match node.kind() {
            NodeKind::Null => (Some(EMPTY_ITEM.into()), None),
            NodeKind::String if wants(Shape::Truth) => match truth(node) {
                Some((word, quoted)) => {
                    let help = if quoted {
                        format!("write {word} without quotes")
                    } else {
                        format!("in YAML 1.2 `{text}` is text; write `{word}`")
                    };
                    (
                        Some(help),
                        replace(node, format!("write `{word}`"), safe, word),
                    )
                }
                None => (Some("write `true` or `false`".into()), None),
            },
            NodeKind::String
                if (wants(Shape::Whole) || wants(Shape::Number)) && is_number(text) =>
            {
                (
                    Some(format!("write {text} without quotes")),
                    replace(node, "remove the quotes", safe, text),
                )
            }
            NodeKind::Int | NodeKind::Float | NodeKind::Bool if wants(Shape::Text) => {
                match self.vocabulary() {
                    Some(words) if words.iter().all(|word| &**word != text) => (
                        Some(format!(
                            "write {}",
                            list(words.iter().map(|word| &**word), NAMED, "or")
                        )),
                        None,
                    ),
                    _ => {
                        let quoted = format!("\"{text}\"");
                        (
                            Some(format!("quote it: {quoted}")),
                            replace(node, "quote it", safe, &quoted),
                        )
                    }
                }
            }
            NodeKind::Mapping if wants(Shape::List) => {
                (Some("begin each item with `- `".into()), None)
            }
            NodeKind::Sequence if wants(Shape::Text) => one_of(node, self.vocabulary()),
            _ if wants(Shape::List) && node.is_scalar() => as_list(node),
            _ => (None, None),
        }
    }

    fn scalar(&self, walk: &mut Walk<'_, 'a>, scalar: ScalarType, words: &[Box<str>]) {
        let node = self.place.node;
        if scalar == ScalarType::Money && node.kind() == NodeKind::Mapping {
            return self.amount_of_money(walk);
        }
        let also = words
            .iter()
            .map(|word| format!(", or `{word}`"))
            .collect::<String>();
        let error = match node.kind() {
            NodeKind::Null | NodeKind::Sequence | NodeKind::Mapping => {
                let message = format!(
                    "{} is {}, and should be {}{also}",
                    self.name,
                    found(node),
                    scalar.describe()
                );
                let help = (node.kind() == NodeKind::Null).then(|| EMPTY_ITEM.to_owned());
                return self.tell(walk, EngineCheck::WrongType, message, help, None);
            }
            _ => check_scalar(scalar, node),
        };
        let Err(error) = error else {
            let message = format!(
                "{} is {}, and should be {}",
                self.name,
                found(node),
                scalar.describe()
            );
            return self.tell(walk, EngineCheck::WrongType, message, None, None);
        };
        let near = similar(node.text(), words.iter().map(|word| &**word));
        let (help, fix) = match near {
            Some(near) => meant(node, near),
            None => malformed(node, &error),
        };
        let help = match help {
            Some(help) if near.is_some() => help,
            Some(help) => format!("{help}{also}"),
            None => format!("write {}{also}", scalar.describe()),
        };
        self.tell(
            walk,
            EngineCheck::MalformedValue,
            error.message,
            Some(help),
            fix,
        );
    }

    /// `{amount, currency}`.
    fn amount_of_money(&self, walk: &mut Walk<'_, 'a>) {
        let node = self.place.node;
        let help = Some("write a number, or {amount: 250000, currency: USD}".to_owned());
        if node
            .get("amount")
            .is_none_or(|amount| amount.kind() == NodeKind::Null)
        {
            let message = format!("{} has no `amount`", self.name);
            return self.tell(walk, EngineCheck::MalformedValue, message, help, None);
        }
        for (key, value) in node
            .entries()
            .filter(|(_, value)| value.kind() != NodeKind::Null)
        {
            let part = match key.text() {
                "amount" => ScalarType::Money,
                "currency" => ScalarType::Currency,
                other => {
                    let message = format!("{} has no field {}", self.name, cited(other));
                    let fault = walk.fault(
                        EngineCheck::UnknownField,
                        message,
                        key,
                        "unknown field".to_owned(),
                    );
                    let path = format!("{}.{other}", fault.path);
                    let fault = Fault {
                        help: help.clone(),
                        path,
                        ..fault
                    };
                    walk.report.push(fault, key, Some(node));
                    continue;
                }
            };
            let (check, message, (own, fix)) = match check_scalar(part, value) {
                _ if !value.is_scalar() => {
                    let message = format!(
                        "`{}` is {}, and should be {}",
                        key.text(),
                        found(value),
                        part.describe()
                    );
                    (EngineCheck::WrongType, message, (None, None))
                }
                Ok(()) => continue,
                Err(error) => {
                    let remedy = malformed(value, &error);
                    (EngineCheck::MalformedValue, error.message, remedy)
                }
            };
            let fault = walk.fault(check, message, value, self.title.clone());
            let path = format!("{}.{}", fault.path, key.text());
            let help = own.or_else(|| help.clone());
            walk.report.push(
                Fault {
                    help,
                    fix,
                    path,
                    ..fault
                },
                value,
                Some(node),
            );
        }
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

    fn form(&self, walk: &mut Walk<'_, 'a>, pattern: &str, description: Option<&str>) {
        let node = self.place.node;
        let text = node.text();
        if let Some((least, most)) = slug_lengths(pattern) {
            return self.slug(walk, least, most);
        }
        if let Some(words) = alternatives(pattern) {
            let words: Vec<Box<str>> = words
                .iter()
                .map(|word| word.replace(".+", "...").into())
                .collect();
            return self.word(walk, &words);
        }
        let message = format!("{} is not written like {}", self.title, cited(text));
        let help = description.map_or_else(
            || format!("it must match `{pattern}`"),
            |description| description.trim_end_matches('.').to_owned(),
        );
        self.tell(
            walk,
            EngineCheck::ValueNotAllowed,
            message,
            Some(help),
            None,
        );
    }

    /// An id: lower-case letters, digits and hyphens.
    fn slug(&self, walk: &mut Walk<'_, 'a>, least: usize, most: usize) {
        let node = self.place.node;
        let text = node.text();
        let message = if text.is_empty() {
            format!("{} is empty text", self.title)
        } else {
            let ailment = slug_ailment(text, least, most);
            format!("{} {} {ailment}", self.title, cited(text))
        };
        let (help, fix) = match to_slug(text).filter(|slug| (least..=most).contains(&slug.len())) {
            Some(slug) => {
                let fix = replace(
                    node,
                    format!("write `{slug}`"),
                    Applicability::Unsafe,
                    &slug,
                );
                (format!("write it like `{slug}`"), fix)
            }
            None => (
                format!("use {least} to {most} lower-case letters, digits and hyphens"),
                None,
            ),
        };
        self.tell(walk, EngineCheck::ValueNotAllowed, message, Some(help), fix);
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

/// True if a node holds a value of a scalar type.
pub(in crate::kind) fn is_scalar_value(scalar: ScalarType, node: Node<'_>) -> bool {
    match node.kind() {
        NodeKind::Mapping if scalar == ScalarType::Money => is_money(node),
        NodeKind::Null | NodeKind::Sequence | NodeKind::Mapping => false,
        _ => check_scalar(scalar, node).is_ok() && node.kind() != NodeKind::Bool,
    }
}

fn is_money(node: Node<'_>) -> bool {
    let mut has_amount = false;
    node.entries().all(|(key, value)| match key.text() {
        "amount" => {
            has_amount = true;
            is_scalar_value(ScalarType::Money, value)
        }
        "currency" => {
            value.kind() == NodeKind::Null
                || value
                    .as_str()
                    .is_some_and(|text| Currency::parse(text).is_ok())
        }
        _ => false,
    }) && has_amount
}

fn check_scalar(scalar: ScalarType, node: Node<'_>) -> Result<(), ScalarError> {
    let is_number = matches!(node.kind(), NodeKind::Int | NodeKind::Float);
    scalar.check(node.text(), is_number)
}

/// Help and fix of a scalar that cannot be read.
fn malformed(node: Node<'_>, error: &ScalarError) -> (Option<String>, Option<Fix>) {
    let fix = error.suggestion.as_deref().and_then(|suggestion| {
        replace(
            node,
            format!("write `{suggestion}`"),
            Applicability::Safe,
            suggestion,
        )
    });
    (error.help.clone(), fix)
}

/// Help and fix of a word that was probably meant to be another.
fn meant(node: Node<'_>, near: &str) -> (Option<String>, Option<Fix>) {
    let fix = replace(node, format!("write `{near}`"), Applicability::Unsafe, near);
    (Some(format!("did you mean `{near}`?")), fix)
}

/// The type of a value, or of the items of a list.
fn innermost(ty: Option<&Type>) -> Option<&Type> {
    match ty? {
        Type::List(item) => innermost(Some(item)),
        other => Some(other),
    }
}

fn shape_name(shape: Shape) -> &'static str {
    match shape {
        Shape::Text => "text",
        Shape::Truth => "true or false",
        Shape::Whole => "a whole number",
        Shape::Number => "a number",
        Shape::List => "a list",
        Shape::Map => "a map of fields",
        Shape::Nothing => "empty",
    }
}

/// What stands there.
pub(in crate::kind) fn found(node: Node<'_>) -> String {
    match node.kind() {
        NodeKind::Null => "empty".to_owned(),
        NodeKind::Bool => cited(node.text()),
        NodeKind::Int | NodeKind::Float => format!("the number {}", cited(node.text())),
        NodeKind::String => format!("the text {}", cited(node.text())),
        NodeKind::Sequence => "a list".to_owned(),
        NodeKind::Mapping => "a map".to_owned(),
    }
}

/// The boolean that a text was meant to be, and whether it is one but for quotes.
fn truth(node: Node<'_>) -> Option<(&'static str, bool)> {
    match node.text().to_ascii_lowercase().as_str() {
        "yes" | "on" | "y" => Some(("true", false)),
        "no" | "off" | "n" => Some(("false", false)),
        "true" => Some(("true", true)),
        "false" => Some(("false", true)),
        _ => None,
    }
}

/// True for a text that, without quotes, YAML reads as a number.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.starts_with(|first: char| first.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && text.parse::<f64>().is_ok()
}

/// A list of one where a word is wanted.
fn one_of(node: Node<'_>, vocabulary: Option<&[Box<str>]>) -> (Option<String>, Option<Fix>) {
    let mut items = node.items();
    let (Some(only), None) = (items.next(), items.next()) else {
        let words = vocabulary.map(|words| {
            format!(
                "write {}",
                list(words.iter().map(|word| &**word), NAMED, "or")
            )
        });
        return (words, None);
    };
    let slice = node.parsed().source().slice(only.range());
    if !only.is_scalar() || slice.contains('\n') || slice.is_empty() {
        return (None, None);
    }
    let fix = replace(
        node,
        "write it without the list",
        Applicability::Unsafe,
        slice,
    );
    (Some(format!("write it without the list: {slice}")), fix)
}

/// A scalar where a list is wanted.
fn as_list(node: Node<'_>) -> (Option<String>, Option<Fix>) {
    let slice = node.parsed().source().slice(node.range());
    let is_one = !node
        .text()
        .contains([',', '\n', '[', ']', '{', '}', '#', ':'])
        && !slice.contains('\n');
    if !is_one || slice.is_empty() {
        return (
            Some("write each item on a line of its own, after `- `".into()),
            None,
        );
    }
    let list = format!("[{slice}]");
    let fix = replace(node, format!("write `{list}`"), Applicability::Safe, &list);
    (Some(format!("write `{list}`")), fix)
}

/// The lengths that a pattern of ids allows.
fn slug_lengths(pattern: &str) -> Option<(usize, usize)> {
    let counts = pattern
        .strip_prefix("^[a-z0-9][a-z0-9-]{")?
        .strip_suffix("}$")?;
    let (least, most) = counts.split_once(',')?;
    Some((
        least.parse::<usize>().ok()? + 1,
        most.parse::<usize>().ok()? + 1,
    ))
}

/// What keeps a text from being an id.
fn slug_ailment(text: &str, least: usize, most: usize) -> String {
    let stray = |character: &char| !matches!(character, 'a'..='z' | '0'..='9' | '-');
    let length = text.chars().count();
    match text.chars().find(stray) {
        Some(letter) if letter.is_ascii_uppercase() => "has upper-case letters".to_owned(),
        Some('_') => "has an underscore".to_owned(),
        Some(' ') => "has a space".to_owned(),
        Some(letter) if letter.is_alphabetic() => format!("has the letter `{letter}`"),
        Some(other) if !other.is_control() => format!("has the character `{other}`"),
        Some(_) => "has characters that cannot be seen".to_owned(),
        None if text.starts_with('-') => "begins with a hyphen".to_owned(),
        None if length < least => "is too short".to_owned(),
        None if length > most => "is too long".to_owned(),
        None => "is not written as an id".to_owned(),
    }
}

/// The id that a text comes nearest to: `ERP_Core` to `erp-core`. None for letters that no id has.
fn to_slug(text: &str) -> Option<String> {
    if text
        .chars()
        .any(|character| character.is_alphanumeric() && !character.is_ascii())
    {
        return None;
    }
    let mut slug = String::new();
    let mut before = ' ';
    for character in text.chars() {
        let starts_word = character.is_ascii_uppercase() && before.is_ascii_lowercase();
        if (starts_word || !character.is_ascii_alphanumeric())
            && !slug.is_empty()
            && !slug.ends_with('-')
        {
            slug.push('-');
        }
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        }
        before = character;
    }
    Some(slug.trim_end_matches('-').to_owned())
}

/// The words of a pattern that is a list of them.
fn alternatives(pattern: &str) -> Option<Vec<&str>> {
    let words: Vec<&str> = pattern
        .strip_prefix("^(")?
        .strip_suffix(")$")?
        .split('|')
        .collect();
    let is_plain = |word: &&str| {
        word.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_:".contains(&byte))
    };
    words
        .iter()
        .filter(|word| !is_plain(word))
        .all(|word| word.ends_with(":.+"))
        .then_some(words)
}

fn singular(unit: &str) -> &str {
    match unit {
        "entries" => "entry",
        other => other.strip_suffix('s').unwrap_or(other),
    }
}
