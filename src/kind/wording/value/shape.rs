//! Values of another shape than their field has: a list where a word is wanted, a number where text
//! is.

use super::{EMPTY_ITEM, NAMED, Said};
use crate::finding::{Applicability, EngineCheck, Fix};
use crate::kind::Type;
use crate::kind::wording::field::all_fields;
use crate::kind::wording::suggest::{cited, list};
use crate::kind::wording::{Shape, Walk, replace};
use crate::syntax::{Node, NodeKind};

impl<'a> Said<'a> {
    /// The value is of none of these shapes, and none of these words.
    pub(super) fn shape(&self, walk: &mut Walk<'_, 'a>, shapes: &[Shape], words: &[Box<str>]) {
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
