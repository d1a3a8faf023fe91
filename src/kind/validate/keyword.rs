//! The keywords that plain JSON Schema does not have.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use jsonschema::{Keyword, ValidationError, ValidationOptions};
use serde_json::Value;

use super::prepare::{ENTRIES, KNOWN, LADDER, SCALAR, SLUG};
use super::view::{Tree, View};
use crate::kind::wording::{is_scalar_value, slug_lengths};
use crate::kind::{LadderId, is_unknown};
use crate::scalar::ScalarType;
use crate::syntax::{Node, NodeKind};

/// Adds the keywords to the options of a compilation.
pub(super) fn register<R>(
    options: ValidationOptions<'_, R, Tree>,
) -> ValidationOptions<'_, R, Tree> {
    options
        .with_keyword(SCALAR, |_, value, _| match Scalar::read(value) {
            Some(scalar) => Ok(Box::new(Judged(scalar))),
            None => Err(ValidationError::schema(format!(
                "there is no scalar type {}",
                value["is"]
            ))),
        })
        .with_keyword(LADDER, |_, value, _| {
            Ok(Box::new(Judged(Ladder::read(value))))
        })
        .with_keyword(SLUG, |_, value, _| Ok(Box::new(Judged(Slug::read(value)))))
        .with_keyword(KNOWN, |_, _, _| Ok(Box::new(Judged(Known))))
        .with_keyword(ENTRIES, |_, value, _| {
            Ok(Box::new(Judged(Entries::read(value))))
        })
}

/// A judgement on one node. Its message tells [`super::problem`] what was asked.
trait Judge: Send + Sync {
    fn accepts(&self, node: Node<'_>, view: View<'_>) -> bool;

    fn complaints(&self, node: Node<'_>) -> Vec<String>;
}

struct Judged<J>(J);

impl<'i, J: Judge> Keyword<'i, Tree> for Judged<J> {
    fn validate(&self, instance: View<'i>) -> Result<(), ValidationError<'i>> {
        self.iter_errors(instance).next().map_or(Ok(()), Err)
    }

    fn is_valid(&self, instance: View<'i>) -> bool {
        match instance {
            View::Node(node, _) => self.0.accepts(node, instance),
            View::Text(_) => true,
        }
    }

    fn iter_errors(
        &self,
        instance: View<'i>,
    ) -> Box<dyn Iterator<Item = ValidationError<'i>> + 'i> {
        let View::Node(node, _) = instance else {
            return Box::new(std::iter::empty());
        };
        if self.0.accepts(node, instance) {
            return Box::new(std::iter::empty());
        }
        let complaints = self.0.complaints(node);
        Box::new(
            complaints
                .into_iter()
                .map(|complaint| ValidationError::custom(complaint)),
        )
    }
}

struct Scalar {
    ty: ScalarType,
    /// Words that stand for "later than every date".
    after: Vec<String>,
    unknown: bool,
}

impl Scalar {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            ty: ScalarType::parse(value["is"].as_str()?)?,
            after: words(&value["after"]).map(ToOwned::to_owned).collect(),
            unknown: value["unknown"] == true,
        })
    }
}

impl Judge for Scalar {
    fn accepts(&self, node: Node<'_>, _: View<'_>) -> bool {
        if is_unknown(node) {
            return self.unknown;
        }
        let sentinel =
            || node.kind() == NodeKind::String && self.after.iter().any(|word| word == node.text());
        is_scalar_value(self.ty, node) || sentinel()
    }

    fn complaints(&self, _: Node<'_>) -> Vec<String> {
        vec![format!("{} {}", self.ty.as_str(), self.after.join(" "))]
    }
}

struct Ladder {
    ladder: LadderId,
    unknown: bool,
}

impl Ladder {
    fn read(value: &Value) -> Self {
        let number = value["is"]
            .as_u64()
            .and_then(|number| u16::try_from(number).ok());
        Self {
            ladder: LadderId(number.unwrap_or(u16::MAX)),
            unknown: value["unknown"] == true,
        }
    }
}

impl Judge for Ladder {
    fn accepts(&self, node: Node<'_>, view: View<'_>) -> bool {
        let View::Node(_, words) = view else {
            return true;
        };
        let Some(text) = node.as_str() else {
            return false;
        };
        words.words(self.ladder).iter().any(|word| &**word == text)
            || (self.unknown && text == "unknown")
    }

    fn complaints(&self, _: Node<'_>) -> Vec<String> {
        vec![self.ladder.0.to_string()]
    }
}

struct Slug {
    pattern: String,
    lengths: RangeInclusive<usize>,
}

impl Slug {
    fn read(value: &Value) -> Self {
        let pattern = value.as_str().unwrap_or_default();
        let (least, most) = slug_lengths(pattern).unwrap_or((0, usize::MAX));
        Self {
            pattern: pattern.to_owned(),
            lengths: least..=most,
        }
    }
}

impl Judge for Slug {
    fn accepts(&self, node: Node<'_>, _: View<'_>) -> bool {
        let letter = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        node.as_str().is_none_or(|text| {
            self.lengths.contains(&text.len()) && !text.starts_with('-') && text.bytes().all(letter)
        })
    }

    fn complaints(&self, _: Node<'_>) -> Vec<String> {
        vec![self.pattern.clone()]
    }
}

struct Known;

impl Judge for Known {
    fn accepts(&self, node: Node<'_>, _: View<'_>) -> bool {
        !is_unknown(node)
    }

    fn complaints(&self, _: Node<'_>) -> Vec<String> {
        vec![String::new()]
    }
}

struct Entries {
    names: BTreeSet<Box<str>>,
    /// True if keys beside `names` and `x-` are no fields.
    closed: bool,
    /// Other names of fields.
    spellings: Vec<(Box<str>, Box<str>)>,
}

impl Entries {
    fn read(value: &Value) -> Self {
        let spellings = value["spellings"].as_object().into_iter().flatten();
        let spelling = |(alias, field): (&String, &Value)| {
            Some((alias.as_str().into(), field.as_str()?.into()))
        };
        Self {
            names: words(&value["names"]).map(Into::into).collect(),
            closed: value["closed"] == true,
            spellings: spellings.filter_map(spelling).collect(),
        }
    }

    fn is_stray(&self, key: &str, value: Node<'_>) -> bool {
        self.closed
            && value.kind() == NodeKind::Null
            && !key.starts_with("x-")
            && !self.names.contains(key)
    }

    /// The fields that are written under two of their names.
    fn twice(&self, node: Node<'_>) -> BTreeSet<&str> {
        let mut seen: Vec<(&str, &str)> = Vec::new();
        let mut twice = BTreeSet::new();
        if self.spellings.is_empty() {
            return twice;
        }
        for (key, _) in node
            .entries()
            .filter(|(_, value)| value.kind() != NodeKind::Null)
        {
            let Some(field) = self.field(key.text()) else {
                continue;
            };
            match seen.iter().find(|(other, _)| *other == field) {
                Some((_, spelling)) if *spelling != key.text() => {
                    twice.insert(field);
                }
                Some(_) => {}
                None => seen.push((field, key.text())),
            }
        }
        twice
    }

    /// The field that has several names and is meant by `key`.
    fn field(&self, key: &str) -> Option<&str> {
        let found = self
            .spellings
            .iter()
            .find(|(alias, field)| &**alias == key || &**field == key);
        found.map(|(_, field)| &**field)
    }
}

impl Judge for Entries {
    fn accepts(&self, node: Node<'_>, _: View<'_>) -> bool {
        let stray = |(key, value): (Node<'_>, Node<'_>)| self.is_stray(key.text(), value);
        !node.entries().any(stray) && self.twice(node).is_empty()
    }

    fn complaints(&self, node: Node<'_>) -> Vec<String> {
        let stray = node
            .entries()
            .filter(|(key, value)| self.is_stray(key.text(), *value));
        let stray = stray.map(|(key, _)| format!("stray {}", key.text()));
        let twice = self
            .twice(node)
            .into_iter()
            .map(|field| format!("twice {field}"));
        stray.chain(twice).collect()
    }
}

fn words(value: &Value) -> impl Iterator<Item = &str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}
