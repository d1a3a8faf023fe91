//! Reading nodes: from a place in a document to a value of the type its schema gives it.

use super::{Machine, Out, ne};
use crate::catalog::{self, Origin as Whence, is_unknown};
use crate::expr::ir::{FieldRef, Step};
use crate::expr::trace::{Origin, Trace};
use crate::expr::value::{Causes, Value};
use crate::kind::{Field, LadderId, RecordId, Type};
use crate::scalar::{Date, Duration, Money};
use crate::syntax::{Node, NodeKind};

impl<'a, W: Trace> Machine<'a, W> {
    /// The record whose fields a value has.
    pub(super) fn record_of(&self, value: &Value<'a, W>) -> Option<RecordId> {
        match value {
            Value::Resource(id) => {
                let catalog = self.world.catalog;
                Some(catalog.kinds().kind(catalog.resource(*id).kind).record)
            }
            Value::Record(_, record) | Value::Absent(record) => Some(*record),
            _ => None,
        }
    }

    /// Reads a field of a record.
    pub(super) fn field(&self, base: &Out<'a, W>, field: &FieldRef) -> Out<'a, W> {
        let (value, why) = base;
        let Some(record) = self.record_of(value) else {
            return (
                Value::Ne(value.causes().unwrap_or(Causes::ABSENT)),
                why.clone(),
            );
        };
        let number = match &*field.numbers {
            [(id, number)] => (*id == record).then_some(*number),
            // Sorted, as the records of a type are.
            several => several
                .binary_search_by_key(&record, |(id, _)| *id)
                .ok()
                .map(|index| several[index].1),
        };
        let kinds = self.world.catalog.kinds();
        let number = number.or_else(|| kinds.record(record).by_name.get(&field.name).copied());
        match number {
            Some(number) => self.record_field(base, record, number),
            None => (Value::Ne(Causes::ABSENT), why.clone()),
        }
    }

    fn record_field(&self, (value, why): &Out<'a, W>, record: RecordId, number: u16) -> Out<'a, W> {
        let catalog = self.world.catalog;
        let field = &catalog.kinds().record(record).fields[number as usize];
        self.note_field(value, field);
        match value {
            Value::Resource(id) => {
                if &*field.name == "kind" {
                    return (Value::Kind(catalog.resource(*id).kind), why.clone());
                }
                match catalog.field(*id, field) {
                    Some((node, _)) if node.kind() == NodeKind::Null => {
                        self.absent(why, field, Some(catalog.resource_node(*id)))
                    }
                    Some((node, Whence::Own)) => self.read_field(node, field, why),
                    Some((node, _)) => {
                        let (value, _) = self.read_field(node, field, why);
                        let inherited = W::origin(|| Origin::Default {
                            resource: *id,
                            node: node.id(),
                            field: field.place,
                        });
                        (value, why.clone().and(inherited))
                    }
                    None => self.absent(why, field, Some(catalog.resource_node(*id))),
                }
            }
            Value::Record(node, _) => match catalog::entry(*node, field) {
                Some(found) if found.kind() != NodeKind::Null => self.read_field(found, field, why),
                _ => self.absent(why, field, Some(*node)),
            },
            _ => self.absent(why, field, None),
        }
    }

    /// What an absent field reads as; the first step that is missing is the one to point at.
    fn absent(&self, why: &W, field: &'a Field, parent: Option<Node<'a>>) -> Out<'a, W> {
        let why = match parent {
            Some(parent) => why.clone().and(W::origin(|| Origin::Missing {
                parent: parent.id(),
                field: field.place,
            })),
            None => why.clone(),
        };
        let value = match &field.ty {
            Type::Record(ids) => Value::Absent(ids[0]),
            Type::List(_) => Value::List(self.nothing.clone()),
            Type::Map(_) => Value::Struct([].into()),
            _ => Value::Ne(Causes::ABSENT),
        };
        (value, why)
    }

    fn read_field(&self, node: Node<'a>, field: &'a Field, why: &W) -> Out<'a, W> {
        let own = W::origin(|| Origin::Read {
            node: node.id(),
            field: Some(field.place),
        });
        if let Some(word) = &field.after_all
            && node.is_scalar()
            && node.text() == &**word
        {
            return (Value::Date(Date::AFTER_ALL), why.clone().and(own));
        }
        let value = self.read(node, &field.ty, Some(field));
        if matches!(value, Value::Record(..)) {
            // A mapping is only passed through; what is read from it says where it stands.
            return (value, why.clone());
        }
        (value, why.clone().and(own))
    }

    /// The value of a node under a type.
    pub(super) fn read(
        &self,
        node: Node<'a>,
        ty: &'a Type,
        field: Option<&'a Field>,
    ) -> Value<'a, W> {
        if node.is_broken() {
            return Value::Ne(Causes::BROKEN);
        }
        if is_unknown(node) && !field.is_some_and(|field| field.known) {
            return Value::Ne(Causes::UNKNOWN);
        }
        let wrong = Value::Ne(Causes::BROKEN);
        match ty {
            Type::Bool => node.as_bool().map_or(wrong, Value::Bool),
            Type::Int => node.as_int().map_or(wrong, Value::Int),
            Type::Double => node.as_f64().map_or(wrong, Value::Double),
            Type::Percent => crate::scalar::parse_percent(node.text()).map_or(wrong, Value::Double),
            Type::String | Type::Enum(_) | Type::Rule if node.is_scalar() => {
                Value::Str(node.text())
            }
            Type::Kind => self
                .world
                .catalog
                .kinds()
                .find(node.text())
                .map_or(wrong, Value::Kind),
            Type::Date | Type::AsOf => Date::parse(node.text()).map_or(wrong, Value::Date),
            Type::Duration => Duration::parse(node.text()).map_or(wrong, Value::Duration),
            Type::Money => self.money(node).map_or(wrong, Value::Money),
            Type::Ladder(ladder) => self.level(*ladder, node).unwrap_or(wrong),
            Type::Ref(_) if node.is_scalar() => Value::Ref(node),
            Type::List(item) if node.kind() == NodeKind::Sequence => Value::Seq(node, item, field),
            Type::List(item) if node.is_scalar() => Value::Single(node, item, field),
            Type::Map(value) if node.kind() == NodeKind::Mapping => Value::Dict(node, value),
            Type::Record(ids) if node.kind() == NodeKind::Mapping => self.mapping(node, ids),
            Type::Dyn => untyped(node),
            _ => wrong,
        }
    }

    fn mapping(&self, node: Node<'a>, ids: &[RecordId]) -> Value<'a, W> {
        match self.world.catalog.resource_at(node.id()) {
            Some(id) => Value::Resource(id),
            None => Value::Record(node, ids[0]),
        }
    }

    fn money(&self, node: Node<'a>) -> Option<Money> {
        let currency = self.world.catalog.currency(node.id().source);
        if node.kind() == NodeKind::Mapping {
            let amount = node.get("amount")?;
            let own = node
                .get("currency")
                .and_then(|node| crate::scalar::Currency::parse(node.text()).ok());
            return Money::parse_number(amount.text(), own.or(currency)).ok();
        }
        Money::parse_number(node.text(), currency).ok()
    }

    fn level(&self, ladder: LadderId, node: Node<'a>) -> Option<Value<'a, W>> {
        let levels = self.world.catalog.levels(ladder, node.id().source);
        levels
            .rank(node.text())
            .map(|rank| Value::Level(ladder, rank, node.text()))
    }

    /// Reads a key of a map, of a computed record, or of something without a type.
    pub(super) fn key(&self, base: &Out<'a, W>, name: &str) -> Out<'a, W> {
        let (value, why) = base;
        if !matches!(value, Value::Resource(_)) {
            self.note_value(value);
        }
        match value {
            Value::Struct(fields) => match fields.iter().find(|(field, _)| **field == *name) {
                Some((_, (value, own))) => (value.clone(), why.clone().and(own.clone())),
                None => (Value::Ne(Causes::ABSENT), why.clone()),
            },
            Value::Reached(site, from) => {
                let (value, own) = self.reached(*site, *from, name);
                (value, why.clone().and(own))
            }
            Value::Dict(node, ty) => match node.get(name) {
                Some(found) => (
                    self.read(found, ty, None),
                    why.clone().and(read_origin(found)),
                ),
                None => (Value::Ne(Causes::ABSENT), why.clone()),
            },
            Value::Raw(node) => match node.get(name) {
                Some(found) => (untyped(found), why.clone().and(read_origin(found))),
                None => (Value::Ne(Causes::ABSENT), why.clone()),
            },
            Value::Resource(_) | Value::Record(..) | Value::Absent(_) => {
                let field = FieldRef {
                    name: name.into(),
                    numbers: [].into(),
                };
                self.field(base, &field)
            }
            other => (
                Value::Ne(other.causes().unwrap_or(Causes::ABSENT)),
                why.clone(),
            ),
        }
    }

    /// `has`: true if every step is present, whatever its value.
    pub(super) fn has(&self, base: Out<'a, W>, steps: &[Step]) -> Out<'a, W> {
        if let Value::Ne(causes) = base.0 {
            return (Value::Ne(causes), base.1);
        }
        let mut current = base;
        let mut own = W::default();
        for step in steps {
            let next = match step {
                Step::Field(field) => self.field(&current, field),
                Step::Key(name) => self.key(&current, name),
            };
            if !self.is_present(&current, step) {
                return (Value::Bool(false), next.1);
            }
            // A record says nothing of its own place, as its fields do; here it is what counts.
            own = match &next.0 {
                Value::Record(node, _) => self.place_of_record(*node, &current.0, step),
                _ => W::default(),
            };
            current = next;
        }
        (Value::Bool(true), current.1.and(own))
    }

    fn place_of_record(&self, node: Node<'a>, within: &Value<'a, W>, step: &Step) -> W {
        let kinds = self.world.catalog.kinds();
        let field = match (step, self.record_of(within)) {
            (Step::Field(field), Some(record)) => kinds.record(record).field(&field.name),
            _ => None,
        };
        W::origin(|| Origin::Read {
            node: node.id(),
            field: field.map(|field| field.place),
        })
    }

    fn is_present(&self, (base, _): &Out<'a, W>, step: &Step) -> bool {
        let name = match step {
            Step::Field(field) => &field.name,
            Step::Key(name) => name,
        };
        if !matches!(base, Value::Resource(_)) {
            self.note_value(base);
        }
        let catalog = self.world.catalog;
        let not_null = |node: Node<'_>| node.kind() != NodeKind::Null;
        match base {
            Value::Resource(id) => {
                let resource = catalog.resource(*id);
                let field = catalog.kinds().root(resource.kind).field(name);
                &**name == "kind"
                    || field.is_some_and(|field| {
                        self.note_field(base, field);
                        catalog
                            .field(*id, field)
                            .is_some_and(|(node, _)| not_null(node))
                    })
            }
            Value::Record(node, record) => match catalog.kinds().record(*record).field(name) {
                Some(field) => catalog::entry(*node, field).is_some_and(not_null),
                None => node.get(name).is_some_and(not_null),
            },
            Value::Dict(node, _) | Value::Raw(node) => node.get(name).is_some_and(not_null),
            Value::Reached(site, from) => !self.reached(*site, *from, name).0.is_ne(),
            Value::Struct(fields) => fields
                .iter()
                .any(|(field, (value, _))| field == name && !value.is_ne()),
            _ => false,
        }
    }

    pub(super) fn optional_step(&self, base: Out<'a, W>, step: &Step) -> Out<'a, W> {
        let (value, why) = match step {
            Step::Field(field) => self.field(&base, field),
            Step::Key(name) => self.key(&base, name),
        };
        optional(value, why)
    }

    /// True if a resource takes the value of a field from its collection.
    pub(super) fn inherited(&self, (base, why): &Out<'a, W>, field: &FieldRef) -> Out<'a, W> {
        let catalog = self.world.catalog;
        let place = self.field(&(base.clone(), why.clone()), field).1;
        let answer = match base {
            Value::Resource(id) => {
                let known = catalog
                    .kinds()
                    .root(catalog.resource(*id).kind)
                    .field(&field.name);
                let found = known.and_then(|field| catalog.field(*id, field));
                Value::Bool(found.is_some_and(|(_, whence)| whence == Whence::Collection))
            }
            Value::Ne(causes) => Value::Ne(*causes),
            _ => Value::Bool(false),
        };
        (answer, place)
    }
}

/// A value as an optional: nothing if it is only absent.
pub(super) fn optional<'a, W: Trace>(value: Value<'a, W>, why: W) -> Out<'a, W> {
    let value = match value {
        Value::Ne(causes) if causes.only(Causes::ABSENT) => Value::Optional(None),
        Value::Ne(causes) => return (Value::Ne(causes), why),
        value => Value::Optional(Some((value, why.clone()).into())),
    };
    (value, why)
}

pub(super) fn read_origin<W: Trace>(node: Node<'_>) -> W {
    W::origin(|| Origin::Read {
        node: node.id(),
        field: None,
    })
}

/// A node without a type: scalars by what they look like.
fn untyped<'a, W: Trace>(node: Node<'a>) -> Value<'a, W> {
    match node.kind() {
        NodeKind::Null => ne(Causes::ABSENT).0,
        NodeKind::Bool => Value::Bool(node.as_bool().unwrap_or_default()),
        NodeKind::Int => node.as_int().map_or(Value::Str(node.text()), Value::Int),
        NodeKind::Float => node.as_f64().map_or(Value::Str(node.text()), Value::Double),
        NodeKind::String => Value::Str(node.text()),
        NodeKind::Sequence => Value::Seq(node, &Type::Dyn, None),
        NodeKind::Mapping => Value::Raw(node),
    }
}
