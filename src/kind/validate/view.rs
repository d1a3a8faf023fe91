//! The tree of a text as the validator reads it: no copy, no conversion.
//!
//! Three things differ from the plain tree. A field without a value (`owner:`) is not there. The
//! words of ladders travel with every node, so that one compiled schema serves all organizations.
//! And the value that an error reports is the number of its node, so that no path has to be
//! walked to find it again.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node as JsonNode, NodeIdentity, Object};
use serde_json::{Number, Value};

use crate::kind::LadderWords;
use crate::syntax::{Children, Entries, Node, NodeKind, canonical};

/// The representation: trees of [`crate::syntax`].
pub(super) enum Tree {}

/// One node, or a text that stands in no tree.
#[derive(Clone, Copy)]
pub(super) enum View<'a> {
    /// A node and the words of its ladders.
    Node(Node<'a>, &'a LadderWords),
    /// The name of a property.
    Text(&'a str),
}

impl View<'_> {
    fn kind(&self) -> NodeKind {
        match self {
            Self::Node(node, _) => node.kind(),
            Self::Text(_) => NodeKind::String,
        }
    }

    /// The number by which [`super::problem`] finds the node again.
    fn number(&self) -> Value {
        match self {
            Self::Node(node, _) => Value::from(node.id().index),
            Self::Text(_) => Value::Null,
        }
    }
}

impl Json for Tree {
    type Node<'a> = View<'a>;
    type PreparedKey = Box<str>;
    type StringBuffer = String;

    // A lookup here is a pass over the members itself, so one pass for several names always wins.
    const KEYS_PER_LOOKUP: usize = 1 << 16;

    fn prepare_key(key: &str) -> Box<str> {
        key.into()
    }

    fn with_string_node<T>(buffer: &mut String, string: &str, f: impl FnOnce(View<'_>) -> T) -> T {
        string.clone_into(buffer);
        f(View::Text(buffer))
    }
}

impl<'a> JsonNode<'a, Tree> for View<'a> {
    type Object = Fields<'a>;
    type Array = Items<'a>;
    type Number = Numeral<'a>;

    fn as_object(&self) -> Option<Fields<'a>> {
        match self {
            Self::Node(node, words) if node.kind() == NodeKind::Mapping => {
                Some(Fields(*node, words))
            }
            _ => None,
        }
    }

    fn as_array(&self) -> Option<Items<'a>> {
        match self {
            Self::Node(node, words) if node.kind() == NodeKind::Sequence => {
                Some(Items(*node, words))
            }
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match self {
            Self::Node(node, _) => node.as_str().map(Cow::Borrowed),
            Self::Text(text) => Some(Cow::Borrowed(text)),
        }
    }

    fn as_number(&self) -> Option<Numeral<'a>> {
        match self {
            Self::Node(node, _) if self.is_number() => Some(Numeral(*node)),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self {
            Self::Node(node, _) => node.as_bool(),
            Self::Text(_) => None,
        }
    }

    fn is_null(&self) -> bool {
        self.kind() == NodeKind::Null
    }

    fn is_number(&self) -> bool {
        matches!(self.kind(), NodeKind::Int | NodeKind::Float)
    }

    fn json_type(&self) -> JsonType {
        match self.kind() {
            NodeKind::Null => JsonType::Null,
            NodeKind::Bool => JsonType::Boolean,
            NodeKind::Int | NodeKind::Float => JsonType::Number,
            NodeKind::String => JsonType::String,
            NodeKind::Sequence => JsonType::Array,
            NodeKind::Mapping => JsonType::Object,
        }
    }

    fn equals_value(&self, expected: &Value) -> bool {
        match expected {
            Value::Null => self.is_null(),
            Value::Bool(expected) => self.as_boolean() == Some(*expected),
            Value::Number(expected) => self
                .as_number()
                .is_some_and(|number| number.as_f64() == expected.as_f64()),
            Value::String(expected) => match self {
                Self::Node(node, _) => node.as_str() == Some(expected),
                Self::Text(text) => text == expected,
            },
            Value::Array(expected) => self.as_array().is_some_and(|items| {
                items.len() == expected.len()
                    && items
                        .elements()
                        .zip(expected)
                        .all(|(item, value)| item.equals_value(value))
            }),
            Value::Object(expected) => self.as_object().is_some_and(|fields| {
                fields.len() == expected.len()
                    && fields.members().all(|(name, field)| {
                        expected
                            .get(name)
                            .is_some_and(|value| field.equals_value(value))
                    })
            }),
        }
    }

    fn to_value(&self) -> Cow<'a, Value> {
        Cow::Owned(self.number())
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(match self {
            Self::Node(node, _) => {
                let tree = std::ptr::from_ref(node.parsed()) as usize;
                NodeIdentity::tagged(tree, node.id().index)
            }
            Self::Text(text) => NodeIdentity::new(text.as_ptr() as usize),
        })
    }
}

/// The fields of a mapping that have a value.
pub(super) struct Fields<'a>(Node<'a>, &'a LadderWords);

impl<'a> Object<'a, Tree> for Fields<'a> {
    type Node = View<'a>;
    type MemberName = &'a str;
    type MembersIter = Members<'a>;

    fn len(&self) -> usize {
        self.members().count()
    }

    fn is_empty(&self) -> bool {
        self.members().next().is_none()
    }

    fn get(&self, key: &Box<str>) -> Option<View<'a>> {
        self.members()
            .find(|(name, _)| *name == &**key)
            .map(|(_, value)| value)
    }

    fn members(&self) -> Members<'a> {
        Members(self.0.entries(), self.1)
    }
}

/// Names and values in the order of the text.
pub(super) struct Members<'a>(Entries<'a>, &'a LadderWords);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, View<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0
            .find(|(_, value)| value.kind() != NodeKind::Null)
            .map(|(key, value)| (key.text(), View::Node(value, self.1)))
    }
}

/// The items of a sequence.
pub(super) struct Items<'a>(Node<'a>, &'a LadderWords);

impl<'a> Array<'a, Tree> for Items<'a> {
    type Node = View<'a>;
    type ElementsIter = Elements<'a>;

    fn len(&self) -> usize {
        self.0.items().count()
    }

    fn elements(&self) -> Elements<'a> {
        Elements(self.0.items(), self.1)
    }

    fn is_unique(&self) -> bool {
        let mut seen = BTreeSet::new();
        self.0.items().all(|item| seen.insert(canonical(item)))
    }
}

/// Items in the order of the text.
pub(super) struct Elements<'a>(Children<'a>, &'a LadderWords);

impl<'a> Iterator for Elements<'a> {
    type Item = View<'a>;

    fn next(&mut self) -> Option<View<'a>> {
        self.0.next().map(|item| View::Node(item, self.1))
    }
}

/// A number of a text.
pub(super) struct Numeral<'a>(Node<'a>);

impl JsonNumber for Numeral<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.0
            .as_int()
            .and_then(|number| u64::try_from(number).ok())
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.as_int()
    }

    fn as_f64(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0.text())
    }

    fn to_number(&self) -> Cow<'_, Number> {
        let whole = self.0.as_int().map(Number::from);
        let number = whole.or_else(|| self.0.as_f64().and_then(Number::from_f64));
        Cow::Owned(number.unwrap_or_else(|| Number::from(0)))
    }

    fn is_integer(&self) -> bool {
        match self.0.kind() {
            NodeKind::Int => true,
            _ => self.0.as_f64().is_some_and(|number| number.fract() == 0.0),
        }
    }
}
