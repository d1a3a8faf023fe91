//! Recording what an evaluation reads.

use std::cell::RefCell;

use super::Machine;
use crate::catalog::FieldSet;
use crate::expr::reads::Read;
use crate::expr::trace::Trace;
use crate::expr::value::Value;
use crate::kind::Field;
use crate::syntax::Node;

impl<'a, W: Trace> Machine<'a, W> {
    /// The same machine, recording what it reads.
    #[must_use]
    pub fn recording(self) -> Self {
        Self {
            reads: Some(RefCell::default()),
            ..self
        }
    }

    /// What was read since the last call, each once, in order.
    pub fn take_reads(&self) -> Vec<Read> {
        let mut reads = match &self.reads {
            Some(reads) if W::READS => reads.take(),
            _ => Vec::new(),
        };
        reads.sort_unstable();
        reads.dedup_by(|read, known| match (read, known) {
            (Read::Fields(own, fields), Read::Fields(resource, all)) if own == resource => {
                *all = all.with(*fields);
                true
            }
            (read, known) => read == known,
        });
        reads
    }

    /// Puts back what was taken, in the place of what was read since.
    pub(super) fn put_back(&self, known: Vec<Read>) {
        if W::READS
            && let Some(reads) = &self.reads
        {
            *reads.borrow_mut() = known;
        }
    }

    pub(super) fn note(&self, read: impl FnOnce() -> Read) {
        if W::READS
            && let Some(reads) = &self.reads
        {
            let read = read();
            let mut reads = reads.borrow_mut();
            match (reads.last_mut(), read) {
                (Some(Read::Fields(own, all)), Read::Fields(resource, fields))
                    if *own == resource =>
                {
                    *all = all.with(fields);
                }
                (Some(known), read) if *known == read => {}
                _ => reads.push(read),
            }
        }
    }

    /// Notes that a part of a value was looked at.
    pub fn note_value(&self, value: &Value<'a, W>) {
        match value {
            Value::Resource(id) => self.note(|| Read::Fields(*id, FieldSet::ALL)),
            Value::All(kind) => self.note(|| Read::Kind(*kind)),
            Value::Record(node, _)
            | Value::Ref(node)
            | Value::Raw(node)
            | Value::Seq(node, ..)
            | Value::Single(node, ..)
            | Value::Dict(node, _) => self.note_node(*node),
            _ => {}
        }
    }

    /// Notes that something in or about a node was looked at.
    pub(super) fn note_node(&self, node: Node<'_>) {
        let catalog = self.world.catalog;
        self.note(|| match catalog.holder(node.id()) {
            Some(holder) => {
                let field = catalog.field_around(holder, node.id());
                Read::Fields(holder, field.map_or(FieldSet::ALL, FieldSet::of))
            }
            // What stands in no resource changes with nothing that is followed up.
            None => Read::Anything,
        });
    }

    /// Notes that a field of a value was looked at.
    pub(super) fn note_field(&self, value: &Value<'a, W>, field: &Field) {
        match value {
            Value::Resource(id) => self.note(|| {
                let (record, number) = field.place;
                let catalog = self.world.catalog;
                let is_own = record == catalog.kinds().kind(catalog.resource(*id).kind).record;
                let fields = if is_own {
                    FieldSet::of(number)
                } else {
                    FieldSet::ALL
                };
                Read::Fields(*id, fields)
            }),
            value => self.note_value(value),
        }
    }
}
