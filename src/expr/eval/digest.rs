//! Values by what they are, so that those of two runs can be compared.
//!
//! Resources go by kind and id, what stands in a document by the resource around it and its place
//! in there: what it says is for whoever looks at it to record.

use std::ops::ControlFlow;

use super::{Machine, Out};
use crate::catalog::ResourceId;
use crate::expr::reads::Read;
use crate::expr::trace::Trace;
use crate::expr::value::{Causes, Value};
use crate::scalar::Date;
use crate::syntax::Node;

/// A value by what it is. Equal digests mean equal values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest([u8; 32]);

/// What a let that depends on no subject came to, and what that rests on.
#[derive(Debug, Clone)]
pub struct LetGround {
    /// What it is; none if it rests on what has no digest.
    pub digest: Option<Digest>,
    /// The day until which it holds.
    pub until: Date,
    /// What was read for it.
    pub reads: Box<[Read]>,
}

impl<'a, W: Trace> Machine<'a, W> {
    /// Computes a let that depends on no subject, if it was not computed in this run.
    pub fn let_ground(&self, index: u16) -> LetGround {
        let reads = self.take_reads();
        let outer = self.take_until();
        let value = self.run_let(index as usize);
        let until = self.until.replace(outer);
        let digest = self.digest(&value);
        self.put_back(reads);
        let known = self.run_lets[index as usize].get();
        LetGround {
            digest,
            until,
            reads: known.map_or_else(Box::default, |known| known.reads.clone()),
        }
    }

    /// The digest of a value; none if it rests on what has none.
    pub(super) fn digest(&self, value: &Out<'a, W>) -> Option<Digest> {
        let mut bytes = Vec::new();
        self.describe(value, &mut bytes)?;
        Some(Digest(*blake3::hash(&bytes).as_bytes()))
    }

    /// Writes what a value is: its sort, then its parts, each of known length.
    #[expect(clippy::too_many_lines, reason = "a table: one entry for each case")]
    fn describe(&self, out: &Out<'a, W>, bytes: &mut Vec<u8>) -> Option<()> {
        let value = &out.0;
        match value {
            Value::Resource(id) => {
                bytes.push(1);
                self.describe_resource(*id, bytes);
            }
            Value::Record(node, record) => {
                bytes.push(2);
                bytes.extend(record.0.to_le_bytes());
                self.describe_place(*node, bytes)?;
            }
            Value::Ref(node) | Value::Raw(node) => {
                bytes.push(3);
                self.describe_place(*node, bytes)?;
                text(node.text(), bytes);
            }
            Value::Optional(None) => bytes.push(4),
            Value::Optional(Some(inner)) => {
                bytes.push(5);
                self.describe(inner, bytes)?;
            }
            Value::Struct(fields) => {
                bytes.push(6);
                count(fields.len(), bytes);
                for (name, value) in fields.iter() {
                    text(name, bytes);
                    self.describe(value, bytes)?;
                }
            }
            Value::Groups(groups) => {
                bytes.push(7);
                count(groups.groups.len(), bytes);
                for group in &groups.groups {
                    self.describe(&group.key, bytes)?;
                    self.describe_items(group.items.iter().map(|(_, entry)| entry), bytes)?;
                }
                self.describe_items(groups.strays.iter().map(|(_, entry)| entry), bytes)?;
                causes(groups.open, bytes);
            }
            Value::Between(bounds) => {
                bytes.push(8);
                for bound in [&bounds.0, &bounds.1] {
                    let bound = bound.clone().unwrap_or(Value::Null);
                    self.describe(&(bound, W::default()), bytes)?;
                }
            }
            Value::Reached(site, from) => {
                bytes.push(9);
                bytes.extend(site.to_le_bytes());
                self.describe_resource(*from, bytes);
            }
            Value::Level(ladder, rank, word) => {
                bytes.push(10);
                bytes.extend(ladder.0.to_le_bytes());
                bytes.push(*rank);
                text(word, bytes);
            }
            Value::AsOf => bytes.push(11),
            Value::Moved(moved) => {
                bytes.push(12);
                count(moved.steps.len(), bytes);
                for step in &moved.steps {
                    bytes.extend(step.month_part().to_le_bytes());
                    bytes.extend(step.second_part().to_le_bytes());
                }
            }
            Value::Seq(..)
            | Value::Single(..)
            | Value::Dict(..)
            | Value::All(_)
            | Value::List(_) => {
                bytes.push(13);
                self.describe_list(out, bytes)?;
            }
            other => describe_plain(other, bytes),
        }
        Some(())
    }

    fn describe_list(&self, list: &Out<'a, W>, bytes: &mut Vec<u8>) -> Option<()> {
        let mut settled = Some(());
        let openness = self.visit(list, &mut |item| {
            bytes.push(1);
            causes(item.maybe, bytes);
            settled = self.describe(&(item.value.clone(), item.why.clone()), bytes);
            match settled {
                Some(()) => ControlFlow::Continue(()),
                None => ControlFlow::Break(()),
            }
        });
        bytes.push(0);
        causes(openness?.ok()?, bytes);
        settled
    }

    fn describe_items<'i>(
        &self,
        items: impl ExactSizeIterator<Item = &'i crate::expr::value::Entry<'a, W>>,
        bytes: &mut Vec<u8>,
    ) -> Option<()>
    where
        'a: 'i,
    {
        count(items.len(), bytes);
        for entry in items {
            causes(entry.maybe, bytes);
            self.describe(&(entry.value.clone(), entry.why.clone()), bytes)?;
        }
        Some(())
    }

    fn describe_resource(&self, id: ResourceId, bytes: &mut Vec<u8>) {
        let catalog = self.world.catalog;
        bytes.extend(catalog.resource(id).kind.0.to_le_bytes());
        text(catalog.id(id), bytes);
        // Of resources with one name, the first is meant; the others are told apart by their place.
        count(catalog.number_of_namesake(id), bytes);
    }

    /// The resource around a node, and how far behind its start the node stands.
    fn describe_place(&self, node: Node<'a>, bytes: &mut Vec<u8>) -> Option<()> {
        let catalog = self.world.catalog;
        let holder = catalog.holder(node.id())?;
        self.describe_resource(holder, bytes);
        let start = catalog.resource(holder).node.index;
        bytes.extend((node.id().index - start).to_le_bytes());
        Some(())
    }
}

fn describe_plain<W: Trace>(value: &Value<'_, W>, bytes: &mut Vec<u8>) {
    match value {
        Value::Ne(found) => {
            bytes.push(20);
            causes(Some(*found), bytes);
        }
        Value::Bool(value) => bytes.extend([21, u8::from(*value)]),
        Value::Int(value) => {
            bytes.push(22);
            bytes.extend(value.to_le_bytes());
        }
        Value::Double(value) => {
            bytes.push(23);
            bytes.extend(value.to_bits().to_le_bytes());
        }
        Value::Str(word) => {
            bytes.push(24);
            text(word, bytes);
        }
        Value::Text(word) => {
            bytes.push(24);
            text(word, bytes);
        }
        Value::Date(day) => {
            bytes.push(25);
            bytes.extend(day.days().to_le_bytes());
        }
        Value::Duration(length) => {
            bytes.push(26);
            bytes.extend(length.month_part().to_le_bytes());
            bytes.extend(length.second_part().to_le_bytes());
        }
        Value::Money(amount) => {
            bytes.push(27);
            text(&format!("{amount:?}"), bytes);
        }
        Value::Absent(record) => {
            bytes.push(28);
            bytes.extend(record.0.to_le_bytes());
        }
        Value::Kind(kind) => {
            bytes.push(29);
            bytes.extend(kind.0.to_le_bytes());
        }
        Value::Repository => bytes.push(30),
        _ => bytes.push(0),
    }
}

fn causes(found: Option<Causes>, bytes: &mut Vec<u8>) {
    bytes.push(found.map_or(0, Causes::bits));
}

fn count(number: usize, bytes: &mut Vec<u8>) {
    bytes.extend((number as u64).to_le_bytes());
}

fn text(word: &str, bytes: &mut Vec<u8>) {
    count(word.len(), bytes);
    bytes.extend(word.as_bytes());
}
