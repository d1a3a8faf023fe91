//! Values of parameters: from YAML nodes to constants of the declared type.

use std::sync::Arc;

use super::Mistake;
use crate::catalog::nearest;
use crate::expr::{Literal, RuleNames};
use crate::kind::{Kinds, Type};
use crate::scalar::{Date, Duration, Money, ScalarError, parse_percent};
use crate::syntax::{Node, NodeKind};

/// Reads a node as a constant of a type.
///
/// # Errors
///
/// What is wrong with the value, at its place.
#[expect(clippy::too_many_lines, reason = "a table: one entry for each case")]
pub(super) fn read(
    kinds: &Kinds,
    rules: &dyn RuleNames,
    ty: &Type,
    node: Node<'_>,
) -> Result<Literal, Mistake> {
    let wrong = || {
        let message = format!(
            "a {} is wanted here, and this is {}",
            kinds.type_name(ty),
            node.describe()
        );
        Mistake::new(node.span(), message)
    };
    let scalar = |error: ScalarError| {
        let mut mistake = Mistake::new(node.span(), error.message);
        mistake.help = error.help;
        mistake
    };
    let text = node.text();
    Ok(match ty {
        Type::List(item) => match node.kind() {
            NodeKind::Sequence => Literal::List(
                node.items()
                    .map(|node| read(kinds, rules, item, node))
                    .collect::<Result<_, _>>()?,
            ),
            _ => return Err(wrong().help("write a list: [a, b]")),
        },
        Type::Map(value) => match node.kind() {
            NodeKind::Mapping => {
                let entries = node
                    .entries()
                    .map(|(key, node)| Ok((key.text().into(), read(kinds, rules, value, node)?)));
                Literal::Map(entries.collect::<Result<_, Mistake>>()?)
            }
            _ => return Err(wrong().help("write a map: {key: value}")),
        },
        _ if !node.is_scalar() || node.kind() == NodeKind::Null => return Err(wrong()),
        Type::Bool => Literal::Bool(node.as_bool().ok_or_else(wrong)?),
        Type::Int => Literal::Int(node.as_int().ok_or_else(wrong)?),
        Type::Double => Literal::Double(node.as_f64().ok_or_else(wrong)?),
        Type::Percent => Literal::Double(parse_percent(text).map_err(scalar)?),
        Type::Date => Literal::Date(Date::parse(text).map_err(scalar)?),
        Type::Duration => Literal::Duration(Duration::parse(text).map_err(scalar)?),
        Type::Money => Literal::Money(Money::parse_number(text, None).map_err(scalar)?),
        Type::Ladder(ladder) => {
            let levels = &kinds.ladder(*ladder).levels;
            let Some((rank, _)) = (0u8..).zip(levels).find(|(_, level)| ***level == *text) else {
                return Err(unknown(
                    node,
                    &format!("{} level", kinds.ladder(*ladder).name),
                    levels.iter().map(|level| &**level),
                ));
            };
            Literal::Level(*ladder, rank, text.into())
        }
        Type::Kind => match kinds.find(text) {
            Some(kind) => Literal::Kind(kind),
            None => {
                return Err(unknown(
                    node,
                    "kind",
                    kinds.iter().map(|(_, kind)| &*kind.name),
                ));
            }
        },
        Type::Rule => match rules.resolve(text) {
            Some(name) => Literal::Str(name.into()),
            None => {
                let mistake = Mistake::new(node.span(), format!("there is no rule {text}"));
                return Err(match rules.similar(text) {
                    Some(near) => mistake.help(format!("did you mean {near}?")),
                    None => mistake,
                });
            }
        },
        _ => Literal::Str(Arc::from(text)),
    })
}

fn unknown<'w>(node: Node<'_>, what: &str, words: impl Iterator<Item = &'w str>) -> Mistake {
    let words: Vec<&str> = words.collect();
    let mistake = Mistake::new(node.span(), format!("{} is no {what}", node.text()));
    match nearest(node.text(), words.iter().copied()) {
        Some(near) => mistake.help(format!("did you mean {near}?")),
        None => mistake.help(format!("it is one of {}", words.join(", "))),
    }
}

/// The stricter of two values, by the word that the parameter declares.
#[must_use]
pub(super) fn stricter(word: &str, left: Literal, right: Literal) -> Literal {
    use std::cmp::Ordering;
    let order = match (&left, &right) {
        (Literal::Int(left), Literal::Int(right)) => left.cmp(right),
        (Literal::Double(left), Literal::Double(right)) => left.total_cmp(right),
        (Literal::Date(left), Literal::Date(right)) => left.cmp(right),
        (Literal::Duration(left), Literal::Duration(right)) => {
            left.range_seconds().cmp(&right.range_seconds())
        }
        (Literal::Money(left), Literal::Money(right)) => {
            left.compare(*right).unwrap_or(Ordering::Equal)
        }
        (Literal::Level(_, left, _), Literal::Level(_, right, _)) => left.cmp(right),
        (Literal::List(left), Literal::List(right)) if word == "union" => {
            let mut all = left.clone();
            all.extend(right.iter().filter(|item| !left.contains(item)).cloned());
            return Literal::List(all);
        }
        _ => return right,
    };
    match word {
        "lower" if order.is_lt() => left,
        "higher" if order.is_gt() => left,
        _ => right,
    }
}

/// A constant as it would be written.
#[must_use]
pub(crate) fn print(kinds: &Kinds, literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".into(),
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Double(value) => value.to_string(),
        Literal::Str(text) | Literal::Level(_, _, text) => text.to_string(),
        Literal::Date(day) => day.to_string(),
        Literal::Duration(length) => length.to_string(),
        Literal::Money(amount) => amount.to_string(),
        Literal::Kind(kind) => kinds.kind(*kind).name.to_string(),
        Literal::List(items) => {
            let items: Vec<String> = items.iter().map(|item| print(kinds, item)).collect();
            format!("[{}]", items.join(", "))
        }
        Literal::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{key}: {}", print(kinds, value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}
