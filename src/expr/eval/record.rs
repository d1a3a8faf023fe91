//! Recording what an evaluation reads.

use std::cell::RefCell;

use super::Machine;
use crate::expr::reads::Read;
use crate::expr::trace::Trace;
use crate::expr::value::Value;
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
        reads.dedup();
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
            if reads.last() != Some(&read) {
                reads.push(read);
            }
        }
    }

    /// Notes that a part of a value was looked at.
    pub fn note_value(&self, value: &Value<'a, W>) {
        match value {
            Value::Resource(id) => self.note(|| Read::Resource(*id)),
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
        self.note(|| match self.world.catalog.holder(node.id()) {
            Some(holder) => Read::Resource(holder),
            // What stands in no resource changes with nothing that is followed up.
            None => Read::Anything,
        });
    }
}
