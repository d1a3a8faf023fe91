//! The values of the rule language.

use std::sync::{Arc, OnceLock};

use super::trace::Trace;
use crate::catalog::ResourceId;
use crate::kind::{Field, KindId, LadderId, RecordId, Type};
use crate::scalar::{Date, Duration, Money};
use crate::syntax::Node;

/// Why a value is not evaluable: a set of causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Causes(u8);

impl Causes {
    /// A field that is not there.
    pub const ABSENT: Self = Self(1);
    /// A field that says `unknown`.
    pub const UNKNOWN: Self = Self(2);
    /// A node that an engine check speaks about.
    pub const BROKEN: Self = Self(4);
    /// A reference that leads nowhere.
    pub const DANGLING: Self = Self(8);
    /// A document that cannot be read might change it.
    pub const OPEN: Self = Self(16);
    /// It has no value for these arguments: a division by zero, the largest of nothing.
    pub const UNDEFINED: Self = Self(32);

    /// The causes of both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The causes of both, where there are any.
    #[must_use]
    pub fn either(left: Option<Self>, right: Option<Self>) -> Option<Self> {
        match (left, right) {
            (Some(left), Some(right)) => Some(left.with(right)),
            (left, right) => left.or(right),
        }
    }

    /// True if one of `other` is among them.
    #[must_use]
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// True if nothing but `other` is among them.
    #[must_use]
    pub fn only(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub(super) fn bits(self) -> u8 {
        self.0
    }

    /// The causes in words.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        [
            (Self::ABSENT, "not recorded"),
            (Self::UNKNOWN, "written as unknown"),
            (Self::BROKEN, "unreadable"),
            (Self::DANGLING, "behind a reference that leads nowhere"),
            (Self::OPEN, "in a document that cannot be read"),
            (Self::UNDEFINED, "undefined for these values"),
        ]
        .into_iter()
        .filter(|(cause, _)| self.has(*cause))
        .map(|(_, words)| words)
        .collect()
    }
}

/// The date of the run after a number of shifts.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Where the shifts lead from the date of this run.
    pub date: Date,
    /// The shifts, in order.
    pub steps: Vec<Duration>,
}

/// A value, and where it came from if that is recorded.
pub type Out<'a, W> = (Value<'a, W>, W);

/// A value. Lists and records of documents are views; nothing of a document is copied.
#[derive(Debug, Clone)]
pub enum Value<'a, W: Trace> {
    /// Not evaluable.
    Ne(Causes),
    /// `null`, only as a literal and in untyped data.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Double(f64),
    /// A text of a document, or a literal.
    Str(&'a str),
    /// A text that was put together.
    Text(Arc<str>),
    /// A date.
    Date(Date),
    /// The date of the run.
    AsOf,
    /// The date of the run, shifted.
    Moved(Arc<Moved>),
    /// A length of time.
    Duration(Duration),
    /// An amount.
    Money(Money),
    /// A level, by rank, as it is written.
    Level(LadderId, u8, &'a str),
    /// A resource.
    Resource(ResourceId),
    /// A mapping with known fields that is no resource: an item or a part.
    Record(Node<'a>, RecordId),
    /// A mapping that is not there: all its fields are absent.
    Absent(RecordId),
    /// A reference, by the scalar that holds it.
    Ref(Node<'a>),
    /// A list in a document, the type of its items and the field it is the value of.
    Seq(Node<'a>, &'a Type, Option<&'a Field>),
    /// A scalar in a document that stands for a list of one.
    Single(Node<'a>, &'a Type, Option<&'a Field>),
    /// A map in a document and the type of its values.
    Dict(Node<'a>, &'a Type),
    /// All resources of a kind; open if one might be in an unreadable document.
    All(KindId),
    /// A list that was computed.
    List(Arc<List<'a, W>>),
    /// A record that was computed; the names of its fields are in its type.
    Struct(Arc<[(Box<str>, Out<'a, W>)]>),
    /// The best value along a relation, by the number of its use, from a resource: a record with
    /// `value`, `at` and `path`, found out when they are asked for.
    Reached(u16, ResourceId),
    /// Groups of a list by key.
    Groups(Arc<Groups<'a, W>>),
    /// A value or nothing.
    Optional(Option<Arc<Out<'a, W>>>),
    /// A value without a type.
    Raw(Node<'a>),
    /// A kind.
    Kind(KindId),
    /// The repository as a whole.
    Repository,
    /// A value of which only bounds are known, both inclusive; `None` is unbounded.
    Between(Arc<(Option<Value<'a, W>>, Option<Value<'a, W>>)>),
}

/// The items of a list by key.
#[derive(Debug)]
pub struct Groups<'a, W: Trace> {
    /// In the order of their first items.
    pub(super) groups: Vec<Group<'a, W>>,
    /// Positions of groups by the hash of their key.
    pub(super) index: GroupIndex,
    /// Items that might belong to any group, as their key is not settled.
    pub(super) strays: Vec<Placed<'a, W>>,
    /// Why there may be more, if there may.
    pub(super) open: Option<Causes>,
}

/// The items that have a key.
#[derive(Debug)]
pub(super) struct Group<'a, W: Trace> {
    pub(super) key: Out<'a, W>,
    /// In the order of the list they come from.
    pub(super) items: Vec<Placed<'a, W>>,
    /// The same as a list, with its doubts, once it was asked for, if no other item can belong to it.
    pub(super) list: OnceLock<(Arc<List<'a, W>>, Option<Causes>)>,
}

/// An item with its position in the list it comes from.
pub(super) type Placed<'a, W> = (usize, Entry<'a, W>);

/// Positions of groups by the hash of their key.
pub(super) type GroupIndex = rustc_hash::FxHashMap<u64, Vec<u32>>;

/// An item of a computed list.
#[derive(Debug, Clone)]
pub struct Entry<'a, W: Trace> {
    /// The item.
    pub value: Value<'a, W>,
    /// Where it came from.
    pub why: W,
    /// False if it is not decided whether it belongs to the list, and why.
    pub maybe: Option<Causes>,
}

impl<'a, W: Trace> Entry<'a, W> {
    pub(super) fn as_item(&self) -> Item<'_, 'a, W> {
        Item {
            value: &self.value,
            why: &self.why,
            maybe: self.maybe,
        }
    }
}

/// An item of any list, where it is.
#[derive(Clone, Copy)]
pub(super) struct Item<'i, 'a, W: Trace> {
    pub(super) value: &'i Value<'a, W>,
    pub(super) why: &'i W,
    pub(super) maybe: Option<Causes>,
}

/// A computed list.
#[derive(Debug, Clone)]
pub struct List<'a, W: Trace> {
    /// Its items.
    pub items: Vec<Entry<'a, W>>,
    /// Why there may be more items, if there may: a document that cannot be read, a reference
    /// that leads nowhere.
    pub open: Option<Causes>,
}

impl<'a, W: Trace> List<'a, W> {
    /// A list of values that certainly belong to it.
    pub fn certain(items: impl IntoIterator<Item = Out<'a, W>>) -> Self {
        Self {
            items: items
                .into_iter()
                .map(|(value, why)| Entry {
                    value,
                    why,
                    maybe: None,
                })
                .collect(),
            open: None,
        }
    }

    /// The causes for which the list as a whole is not evaluable, if there are any.
    #[must_use]
    pub fn doubts(&self) -> Option<Causes> {
        let own = |entry: &Entry<'a, W>| entry.value.causes().or(entry.maybe);
        let items = self.items.iter().map(own);
        items.fold(self.open, Causes::either)
    }
}

impl<'a, W: Trace> Value<'a, W> {
    /// A computed list of values that certainly belong to it.
    pub fn list(items: impl IntoIterator<Item = Out<'a, W>>) -> Self {
        Self::List(Arc::new(List::certain(items)))
    }

    /// The text of a string value.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Str(text) | Self::Level(_, _, text) => Some(text),
            Self::Text(text) => Some(text),
            Self::Ref(node) => Some(node.text()),
            Self::Raw(node) => node.as_str(),
            _ => None,
        }
    }

    /// The causes if it is not evaluable.
    #[must_use]
    pub fn causes(&self) -> Option<Causes> {
        match self {
            Self::Ne(causes) => Some(*causes),
            _ => None,
        }
    }

    /// True if it is not evaluable.
    #[must_use]
    pub fn is_ne(&self) -> bool {
        matches!(self, Self::Ne(_))
    }
}
