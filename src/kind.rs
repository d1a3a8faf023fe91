//! Document kinds as data: what the JSON Schemas in `schemas/` and of the organization say.
//!
//! [`Kinds::load`] reads the schemas into records, fields and types. The engine knows no kind by
//! name; what it must find (the waiver kind, ladders, the currency) it finds by role.

mod load;
pub mod validate;
mod vocabulary;
mod wording;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashMap;

pub(crate) use load::nested_record;
pub use load::{SchemaError, SchemaText};
pub use vocabulary::{LadderWords, Vocabulary};
pub(crate) use wording::{distance, nearest, without};

use crate::scalar::Duration;
use crate::syntax::{Node, NodeKind};

/// The number of a kind in [`Kinds`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindId(pub u16);

/// The number of a record in [`Kinds`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub u16);

/// The number of an ordered vocabulary in [`Kinds`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LadderId(pub u16);

/// The number of a reference field of one kind, with the path that leads to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefPathId(pub u16);

/// The type of a field or of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// Only `null`.
    Null,
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// Any number.
    Double,
    /// A text.
    String,
    /// One word of a closed vocabulary.
    Enum(Arc<[Box<str>]>),
    /// A civil date.
    Date,
    /// The date of the run, or one shifted from it.
    AsOf,
    /// A length of time.
    Duration,
    /// An amount with a currency.
    Money,
    /// A number from 0 to 100.
    Percent,
    /// A level of an ordered vocabulary.
    Ladder(LadderId),
    /// The name of a rule.
    Rule,
    /// The name of a kind.
    Kind,
    /// A reference to one of these records.
    Ref(Arc<[RecordId]>),
    /// A list.
    List(Arc<Type>),
    /// A map from text to values.
    Map(Arc<Type>),
    /// A map from any key to values, as `groupBy` makes it.
    Groups(Arc<(Type, Type)>),
    /// One of these records: a resource, an item, or a part of them.
    Record(Arc<[RecordId]>),
    /// A record made by the rule language itself.
    Struct(Arc<[(Box<str>, Type)]>),
    /// A value or nothing.
    Optional(Arc<Type>),
    /// Checked when evaluated.
    Dyn,
}

impl Type {
    /// The type of a list of `item`.
    #[must_use]
    pub fn list(item: Self) -> Self {
        Self::List(Arc::new(item))
    }

    /// The type of one record.
    #[must_use]
    pub fn record(id: RecordId) -> Self {
        Self::Record(Arc::from([id]))
    }

    /// True for numbers.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::Double | Self::Percent)
    }

    /// True for text and words of a vocabulary.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self, Self::String | Self::Enum(_) | Self::Kind | Self::Rule)
    }
}

/// When a field is expected without being required for reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Always.
    Always,
    /// Where this condition holds, over `self` (the resource) and `it` (the item).
    If(Box<str>),
}

/// What a reference may lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceField {
    /// The records it may lead to: roots of kinds, or items of an addressable list.
    pub targets: Arc<[RecordId]>,
    /// True if what follows `#` is the key of a rule's subject rather than the id of an item.
    pub subject: bool,
    /// True if `Kind/*` is allowed.
    pub wildcard: bool,
    /// Words that are no references here, such as `all`; `*slug` stands for any bare slug.
    pub literals: Box<[Box<str>]>,
    /// How a label speaks of it: "depends on".
    pub verb: Box<str>,
    /// Its path from the root of its kind.
    pub path: RefPathId,
}

/// One field of a record.
#[derive(Debug, Clone)]
pub struct Field {
    /// The record it belongs to, and its number there.
    pub place: (RecordId, u16),
    /// Its name as written in documents.
    pub name: Box<str>,
    /// Other names it may be written under.
    pub aliases: Box<[Box<str>]>,
    /// Its type.
    pub ty: Type,
    /// A noun phrase for labels: "recovery time objective".
    pub title: Box<str>,
    /// A sentence for hovers; may be empty.
    pub description: Box<str>,
    /// Whether its absence is a gap.
    pub expected: Option<Expected>,
    /// True if the document cannot be read without it.
    pub required: bool,
    /// Set if the field, or each item of it, is a reference.
    pub reference: Option<ReferenceField>,
    /// True if a single value may stand for a list of one.
    pub list_of_one: bool,
    /// Words on the field, such as `past-date`.
    pub tags: Box<[Box<str>]>,
    /// Words on single values of its vocabulary: word to values.
    pub value_tags: BTreeMap<Box<str>, Vec<Box<str>>>,
    /// True if `unknown` is not allowed here.
    pub known: bool,
    /// True if an item takes the value of its collection.
    pub inherit: bool,
    /// True if its value weighs the resource in scores.
    pub weight: bool,
    /// A word that sorts after every date.
    pub after_all: Option<Box<str>>,
    /// True if the field names a rule.
    pub names_rule: bool,
    /// The fields that identify an item of this list, if its items have no `id`.
    pub key: Box<[Box<str>]>,
    /// The role the engine finds it by.
    pub role: Option<Box<str>>,
    /// The ladder that a field of role `ladders` gives the levels of.
    pub role_ladder: Option<Box<str>>,
}

/// A set of fields: the root of a kind, an item of a list, or a nested map.
#[derive(Debug)]
pub struct Record {
    /// The kind whose root it is, if it is one.
    pub kind: Option<KindId>,
    /// The kind whose schema it belongs to.
    pub within: KindId,
    /// Where it stands below the root: empty for the root, `bodies[]` for items of `bodies`.
    pub path: Box<str>,
    /// The word for `Kind#list` references, if its items can be named: the list's name.
    pub item_of: Option<Box<str>>,
    /// The fields that identify an item without an id where it stands in a list.
    pub item_key: Box<[Box<str>]>,
    /// The word for `word/id` references to its items: `body` for `bodies`.
    pub short_form: Option<Box<str>>,
    /// Its fields, in the order of the schema.
    pub fields: Vec<Field>,
    /// Field numbers by name and alias.
    pub by_name: FxHashMap<Box<str>, u16>,
    /// True if other fields are allowed.
    pub free: bool,
    /// True if a reference stands in it or below it.
    pub has_references: bool,
}

impl Record {
    /// Returns the field written as `name`.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.by_name
            .get(name)
            .map(|index| &self.fields[*index as usize])
    }
}

/// One document kind.
#[derive(Debug)]
pub struct Kind {
    /// Its name, as after `kind:`.
    pub name: Box<str>,
    /// A noun phrase.
    pub title: Box<str>,
    /// One sentence or two.
    pub description: Box<str>,
    /// Its fields.
    pub record: RecordId,
    /// For a collection kind, the kind of its items.
    pub items_of: Option<KindId>,
    /// The collection kind of this kind.
    pub collection: Option<KindId>,
    /// How often such a record is reviewed if it does not say so itself.
    pub review_default: Option<Duration>,
    /// The role the engine finds it by, such as `waiver`.
    pub role: Option<Box<str>>,
    /// Its JSON Schema; for a collection kind the derived one.
    pub schema: serde_json::Value,
}

/// A reference field of one kind, addressed by its path from the root.
#[derive(Debug, Clone)]
pub struct RefPath {
    /// The kind it belongs to.
    pub kind: KindId,
    /// The path, with `[]` after each list: `dependsOn[].system`.
    pub path: Box<str>,
    /// The record that holds the field.
    pub record: RecordId,
    /// The number of the field in that record.
    pub field: u16,
}

/// An ordered vocabulary.
#[derive(Debug, Clone)]
pub struct Ladder {
    /// Its name, as in `ladder<criticality>`.
    pub name: Box<str>,
    /// The built-in levels from lowest to highest.
    pub levels: Vec<Box<str>>,
}

/// Every kind of a run.
#[derive(Debug)]
pub struct Kinds {
    kinds: Vec<Kind>,
    records: Vec<Record>,
    ladders: Vec<Ladder>,
    ref_paths: Vec<RefPath>,
    by_name: FxHashMap<Box<str>, KindId>,
    /// By number of the kind: the records of its lists whose items have ids.
    named_lists: Vec<Vec<RecordId>>,
    shared: Vec<(String, serde_json::Value)>,
}

impl Kinds {
    /// All kinds, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (KindId, &Kind)> {
        self.kinds
            .iter()
            .enumerate()
            .map(|(index, kind)| (KindId(u16::try_from(index).unwrap_or(u16::MAX)), kind))
    }

    /// The number of kinds, collections included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// True if no schema was loaded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Returns the kind called `name`.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<KindId> {
        self.by_name.get(name).copied()
    }

    /// The kind with this number.
    #[must_use]
    pub fn kind(&self, id: KindId) -> &Kind {
        &self.kinds[id.0 as usize]
    }

    /// The record with this number.
    #[must_use]
    pub fn record(&self, id: RecordId) -> &Record {
        &self.records[id.0 as usize]
    }

    /// All records.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The record at the root of a kind.
    #[must_use]
    pub fn root(&self, kind: KindId) -> &Record {
        self.record(self.kind(kind).record)
    }

    /// The ladder with this number.
    #[must_use]
    pub fn ladder(&self, id: LadderId) -> &Ladder {
        &self.ladders[id.0 as usize]
    }

    /// All ladders.
    #[must_use]
    pub fn ladders(&self) -> &[Ladder] {
        &self.ladders
    }

    /// Returns the ladder called `name`.
    #[must_use]
    pub fn find_ladder(&self, name: &str) -> Option<LadderId> {
        let index = self
            .ladders
            .iter()
            .position(|ladder| &*ladder.name == name)?;
        u16::try_from(index).ok().map(LadderId)
    }

    /// All reference fields, by kind and path.
    #[must_use]
    pub fn ref_paths(&self) -> &[RefPath] {
        &self.ref_paths
    }

    /// The records of a kind's lists whose items references can name, since they have ids.
    #[must_use]
    pub fn named_lists(&self, kind: KindId) -> &[RecordId] {
        &self.named_lists[kind.0 as usize]
    }

    /// The field a reference path ends at.
    #[must_use]
    pub fn ref_field(&self, id: RefPathId) -> &Field {
        let path = &self.ref_paths[id.0 as usize];
        &self.record(path.record).fields[path.field as usize]
    }

    /// The record of the items of `list` in `kind` that references name as `Kind#list`.
    #[must_use]
    pub fn item_record(&self, kind: KindId, list: &str) -> Option<RecordId> {
        let index = self
            .records
            .iter()
            .position(|record| record.within == kind && record.item_of.as_deref() == Some(list))?;
        u16::try_from(index).ok().map(RecordId)
    }

    /// The record of the innermost list item around a record; the record itself if none is.
    #[must_use]
    pub fn item_around(&self, id: RecordId) -> RecordId {
        let record = self.record(id);
        let Some(end) = record.path.rfind("[]") else {
            return id;
        };
        let around = &record.path[..end + 2];
        let found = self
            .records
            .iter()
            .position(|other| other.within == record.within && &*other.path == around);
        found
            .and_then(|index| u16::try_from(index).ok())
            .map_or(id, RecordId)
    }

    /// Shared definitions that the kinds' schemas refer to: URI and schema.
    #[must_use]
    pub fn shared(&self) -> &[(String, serde_json::Value)] {
        &self.shared
    }

    /// The records of every kind that is no part of another: what `"*"` stands for.
    #[must_use]
    pub fn all_roots(&self) -> Arc<[RecordId]> {
        self.kinds.iter().map(|kind| kind.record).collect()
    }

    /// The name of a record for people: `System`, `Organization#bodies`, `System.recovery`.
    #[must_use]
    pub fn record_name(&self, id: RecordId) -> String {
        let record = self.record(id);
        let kind = &self.kind(record.within).name;
        match (&record.item_of, record.path.is_empty()) {
            (Some(list), _) => format!("{kind}#{list}"),
            (None, true) => kind.to_string(),
            (None, false) => format!("{kind}.{}", record.path),
        }
    }

    /// The name of a type for people, as rule authors write it.
    #[must_use]
    pub fn type_name(&self, ty: &Type) -> String {
        let records = |ids: &[RecordId]| {
            if ids.len() > 6 {
                return "any".to_owned();
            }
            let names: Vec<String> = ids.iter().map(|id| self.record_name(*id)).collect();
            names.join("|")
        };
        match ty {
            Type::Null => "null".into(),
            Type::Bool => "bool".into(),
            Type::Int => "int".into(),
            Type::Double => "double".into(),
            Type::String => "string".into(),
            Type::Enum(words) => format!("enum<{}>", words.join("|")),
            Type::Date => "date".into(),
            Type::AsOf => "date (asOf)".into(),
            Type::Duration => "duration".into(),
            Type::Money => "money".into(),
            Type::Percent => "percent".into(),
            Type::Ladder(id) => format!("ladder<{}>", self.ladder(*id).name),
            Type::Rule => "rule".into(),
            Type::Kind => "kind".into(),
            Type::Ref(ids) => format!("ref<{}>", records(ids)),
            Type::List(item) => format!("list<{}>", self.type_name(item)),
            Type::Map(value) => format!("map<{}>", self.type_name(value)),
            Type::Groups(both) => {
                format!(
                    "map<{}, {}>",
                    self.type_name(&both.0),
                    self.type_name(&both.1)
                )
            }
            Type::Record(ids) => records(ids),
            Type::Struct(fields) => {
                let names: Vec<&str> = fields.iter().map(|(name, _)| &**name).collect();
                format!("{{{}}}", names.join(", "))
            }
            Type::Optional(value) => format!("optional<{}>", self.type_name(value)),
            Type::Dyn => "dyn".into(),
        }
    }
}

/// What stands where somebody looked and does not know.
pub const UNKNOWN: &str = "unknown";

/// True if a node is a scalar that says `unknown`.
#[must_use]
pub fn is_unknown(node: Node<'_>) -> bool {
    node.kind() == NodeKind::String && node.text() == UNKNOWN
}

impl fmt::Display for RefPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.path.replace("[]", ""))
    }
}
