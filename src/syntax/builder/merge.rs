//! Merge keys: `<<: *defaults` takes over the entries of another map.
//!
//! The value of a `<<` is read like any other, but its aliases are only noted. When the map around
//! it closes, its own keys are known; the entries under other keys are then copied to its end, and
//! the `<<` is unlinked. Its nodes stay in the arena, but nothing leads to them.

use std::collections::BTreeSet;

use crate::finding::EngineCheck;
use crate::source::TextRange;

use super::{Builder, NodeKind, ScalarStyle, Stop, fault, offset};

/// Merge keys and aliases within their values, in maps that are still open.
#[derive(Debug, Default)]
pub(super) struct Pending {
    keys: Vec<u32>,
    /// The node that stands for the alias, the node it names, and its place.
    aliases: Vec<(u32, u32, TextRange)>,
}

impl Pending {
    /// Forgets what belongs to the nodes from `first` on.
    pub(super) fn forget(&mut self, first: u32) {
        let keys = self.keys.partition_point(|key| *key < first);
        self.keys.truncate(keys);
        let aliases = self.aliases.partition_point(|(node, ..)| *node < first);
        self.aliases.truncate(aliases);
    }

    fn is_key(&self, node: u32) -> bool {
        self.keys.binary_search(&node).is_ok()
    }
}

/// A map to take entries from, and the alias that named it unless it is written in place.
type Origin = (u32, Option<TextRange>);

impl Builder<'_> {
    /// Says that the key just added is a merge key.
    pub(in crate::syntax) fn merge_key(&mut self, key: u32) {
        if let Some(frame) = self.frames.last_mut() {
            frame.merges = true;
            self.merge.keys.push(key);
        }
    }

    /// True if the next node is the value of a merge key, or an item of the list that is its value.
    pub(super) fn is_merge_value(&self) -> bool {
        match self.frames.as_slice() {
            [.., map] if map.mapping => {
                map.merges && map.children % 2 == 1 && self.merge.is_key(map.last_child)
            }
            // The key of a list stands right before it.
            [.., map, list] => map.merges && self.merge.is_key(list.node - 1),
            _ => false,
        }
    }

    /// Notes an alias within the value of a merge key.
    pub(super) fn merge_alias(&mut self, target: u32, range: TextRange) {
        let index = self.scalar(range, NodeKind::Null, ScalarStyle::Plain);
        self.merge.aliases.push((index, target, range));
    }

    /// Takes the entries that the merge keys of `mapping` ask for.
    pub(super) fn merge_into(&mut self, mapping: u32) -> Result<(), Stop> {
        let aliases = self.tree.aliases.len();
        let mut kept = Vec::new();
        let mut origins = Vec::new();
        let mut key = mapping + 1;
        while key != 0 {
            let value = self.tree.nodes[key as usize].next;
            if self.merge.is_key(key) {
                self.collect_origins(value, &mut origins);
            } else {
                kept.push(key);
                kept.push(value);
            }
            key = self.tree.nodes[value as usize].next;
        }
        let mut known: BTreeSet<Box<str>> = kept
            .iter()
            .step_by(2)
            .map(|key| self.text(*key).into())
            .collect();
        for origin in origins {
            self.take_entries(origin, &mut known, &mut kept)?;
        }
        self.relink(mapping, &kept, aliases);
        self.merge.forget(mapping);
        Ok(())
    }

    fn collect_origins(&mut self, value: u32, origins: &mut Vec<Origin>) {
        let raw = self.tree.nodes[value as usize];
        if raw.kind != NodeKind::Sequence {
            self.collect_origin(value, origins);
            return;
        }
        let mut item = if raw.filled { value + 1 } else { 0 };
        while item != 0 {
            self.collect_origin(item, origins);
            item = self.tree.nodes[item as usize].next;
        }
    }

    fn collect_origin(&mut self, value: u32, origins: &mut Vec<Origin>) {
        let origin = match self
            .merge
            .aliases
            .binary_search_by_key(&value, |alias| alias.0)
        {
            Ok(found) => {
                let (_, target, range) = self.merge.aliases[found];
                (target, Some(range))
            }
            Err(_) => (value, None),
        };
        let raw = self.tree.nodes[origin.0 as usize];
        if raw.kind == NodeKind::Mapping {
            origins.push(origin);
        } else {
            self.no_map(origin, raw.range);
        }
    }

    fn no_map(&mut self, origin: Origin, found: TextRange) {
        let mut fault = fault(
            EngineCheck::Syntax,
            origin.1.unwrap_or(found),
            "`<<` takes over the entries of a map, and this is none",
            "no map",
        );
        if origin.1.is_some() {
            fault
                .related
                .push((found, String::from("what the alias names")));
        }
        fault.help = Some(String::from(
            "give it a map, an alias of a map, or a list of these",
        ));
        self.break_document(fault);
    }

    /// Copies the entries of `origin` whose keys are not yet known.
    fn take_entries(
        &mut self,
        (map, alias): Origin,
        known: &mut BTreeSet<Box<str>>,
        kept: &mut Vec<u32>,
    ) -> Result<(), Stop> {
        let range = alias.unwrap_or(self.tree.nodes[map as usize].range);
        let first = offset(self.tree.nodes.len());
        let mut key = if self.tree.nodes[map as usize].filled {
            map + 1
        } else {
            0
        };
        while key != 0 {
            // Entries that are passed over cost time too.
            self.charge(1, range)?;
            let value = self.tree.nodes[key as usize].next;
            if known.insert(self.text(key).into()) {
                kept.push(self.copy(key, range)?);
                kept.push(self.copy(value, range)?);
            }
            key = self.tree.nodes[value as usize].next;
        }
        let end = offset(self.tree.nodes.len());
        if let Some(alias) = alias.filter(|_| end > first) {
            self.tree.aliases.push((first, end, alias));
        }
        Ok(())
    }

    /// Makes `children` the children of `mapping`. The aliases from number `aliases` on are those
    /// of its merge keys.
    fn relink(&mut self, mapping: u32, children: &[u32], aliases: usize) {
        self.tree.nodes[mapping as usize].filled = !children.is_empty();
        let Some(head) = children.first() else {
            return;
        };
        let next = children.iter().skip(1).copied().chain([0]);
        for (child, next) in children.iter().zip(next) {
            self.tree.nodes[*child as usize].next = next;
        }
        if *head != mapping + 1 {
            self.move_key(*head, mapping + 1, aliases);
        }
    }

    /// Moves a key to where the first child of its map has to stand: to the place of the `<<`.
    fn move_key(&mut self, from: u32, to: u32, aliases: usize) {
        self.tree.nodes[to as usize] = self.tree.nodes[from as usize];
        repeat_entry(&mut self.tree.decoded, from, to);
        repeat_entry(&mut self.tree.properties, from, to);
        let merged = &self.tree.aliases[aliases..];
        if let Some((.., range)) = merged.iter().find(|(first, ..)| *first == from).copied() {
            self.tree.aliases.push((to, to + 1, range));
        }
    }
}

/// Repeats the entry of one node for an earlier one. The old entry stays: an anchor may name it.
fn repeat_entry<T: Clone>(table: &mut Vec<(u32, T)>, from: u32, to: u32) {
    if let Ok(index) = table.binary_search_by_key(&from, |entry| entry.0) {
        let value = table[index].1.clone();
        let place = table.partition_point(|entry| entry.0 < to);
        table.insert(place, (to, value));
    }
}
