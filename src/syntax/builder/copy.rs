//! Copies of nodes, for aliases.

use strsim::damerau_levenshtein;

use crate::finding::EngineCheck;
use crate::source::TextRange;

use super::duplicates::shown;
use super::{Builder, NodeKind, RawNode, ScalarStyle, Stop, fault, limits, offset};

/// How many anchors before an unknown alias are compared with it, and how long they may be: the
/// distance is quadratic in the length, and long names are no slips of the pen.
const CANDIDATES: usize = 200;
const LONGEST_NAME: usize = 60;

/// A node that an alias can name.
#[derive(Debug, Clone)]
pub(in crate::syntax) struct Anchor {
    /// The number that the reader gave it.
    pub id: usize,
    /// Its name.
    pub name: String,
    /// The place of `&name`.
    pub range: TextRange,
    /// The node it stands before.
    pub node: u32,
}

impl Builder<'_> {
    /// Adds a copy of the node of `anchor` for the alias at `range`; true if it is a collection.
    ///
    /// # Errors
    ///
    /// Returns [`Stop`] if the copy is too large or lies too deep.
    pub(in crate::syntax) fn alias(
        &mut self,
        anchor: &Anchor,
        range: TextRange,
    ) -> Result<bool, Stop> {
        if self.frames.iter().any(|frame| frame.node == anchor.node) {
            return self.self_reference(anchor, range);
        }
        if self.is_merge_value() {
            self.merge_alias(anchor.node, range);
            return Ok(false);
        }
        let first = self.copy(anchor.node, range)?;
        self.link(first);
        let end = offset(self.tree.nodes.len());
        self.tree.aliases.push((first, end, range));
        let kind = self.tree.nodes[first as usize].kind;
        Ok(matches!(kind, NodeKind::Sequence | NodeKind::Mapping))
    }

    /// Tells of an alias that names no anchor; the document is unusable.
    pub(in crate::syntax) fn unknown_alias(
        &mut self,
        anchors: &[Anchor],
        name: &str,
        range: TextRange,
    ) {
        self.scalar(range, NodeKind::Null, ScalarStyle::Plain);
        self.broken = true;
        if self.is_full() {
            return;
        }
        let message = format!("`*{}` names no anchor of this document", shown(name));
        let mut fault = fault(EngineCheck::Syntax, range, message, "an alias of nothing");
        let closest = anchors
            .iter()
            .rev()
            .take(CANDIDATES)
            .filter(|anchor| anchor.name.len().max(name.len()) <= LONGEST_NAME)
            .map(|anchor| (damerau_levenshtein(&anchor.name, name), anchor))
            .filter(|(distance, _)| *distance <= name.chars().count() / 3 + 1)
            .min_by_key(|(distance, anchor)| (*distance, anchor.range));
        if let Some((_, anchor)) = closest {
            fault.help = Some(format!("did you mean `*{}`?", anchor.name));
            fault
                .related
                .push((anchor.range, String::from("an anchor of a similar name")));
        } else {
            fault.help = Some(format!(
                "a text that starts with `*` needs quotes; an alias needs an anchor `&{}` before it",
                shown(name)
            ));
        }
        self.fault(fault);
    }

    fn self_reference(&mut self, anchor: &Anchor, range: TextRange) -> Result<bool, Stop> {
        let message = format!(
            "`*{}` stands inside the value it names",
            shown(&anchor.name)
        );
        let mut fault = fault(
            EngineCheck::Syntax,
            range,
            message,
            "this value would never end",
        );
        fault
            .related
            .push((anchor.range, String::from("the anchor it names")));
        fault.help = Some(String::from("refer to a resource by its id instead"));
        self.break_document(fault);
        Err(Stop::Document)
    }

    /// Appends a copy of the node and everything in it; returns its index. The copy is not linked.
    pub(super) fn copy(&mut self, node: u32, alias: TextRange) -> Result<u32, Stop> {
        let end = self.end_of(node);
        if self.frames.len() + self.height(node) > limits::DEPTH {
            self.break_document(limits::too_deep(alias));
            return Err(Stop::Document);
        }
        self.charge(self.weight(node, end), alias)?;
        let first = offset(self.tree.nodes.len());
        let shift = first - node;
        for index in node..end {
            let raw = self.tree.nodes[index as usize];
            let next = if raw.next == 0 || index == node {
                0
            } else {
                raw.next + shift
            };
            self.tree.nodes.push(RawNode { next, ..raw });
        }
        copy_table(&mut self.tree.decoded, node, end, shift);
        copy_table(&mut self.tree.properties, node, end, shift);
        Ok(first)
    }

    /// Counts copies against the budget of the source.
    pub(super) fn charge(&mut self, nodes: usize, alias: TextRange) -> Result<(), Stop> {
        self.copied += nodes;
        if self.copied > limits::ALIAS_NODES {
            self.break_document(limits::too_many_copies(alias));
            return Err(Stop::Source);
        }
        Ok(())
    }

    /// The index after the last node within `node`.
    fn end_of(&self, node: u32) -> u32 {
        let mut last = node;
        while self.tree.nodes[last as usize].filled {
            last += 1;
            while self.tree.nodes[last as usize].next != 0 {
                last = self.tree.nodes[last as usize].next;
            }
        }
        last + 1
    }

    fn weight(&self, node: u32, end: u32) -> usize {
        let texts: usize = within(&self.tree.decoded, node, end)
            .iter()
            .map(|(_, decoded)| (decoded.text.len() + decoded.runs.len() * 8) / limits::ALIAS_TEXT)
            .sum();
        (end - node) as usize + texts
    }

    /// How many collections lie within each other in `node`, itself counted.
    fn height(&self, node: u32) -> usize {
        let mut height = 0;
        let mut open = vec![(node, 1)];
        while let Some((node, depth)) = open.pop() {
            let raw = &self.tree.nodes[node as usize];
            if !matches!(raw.kind, NodeKind::Sequence | NodeKind::Mapping) {
                continue;
            }
            height = height.max(depth);
            let mut child = if raw.filled { node + 1 } else { 0 };
            while child != 0 {
                open.push((child, depth + 1));
                child = self.tree.nodes[child as usize].next;
            }
        }
        height
    }
}

/// The entries of a table sorted by node that belong to the nodes from `first` up to `end`.
fn within<T>(table: &[(u32, T)], first: u32, end: u32) -> &[(u32, T)] {
    let from = table.partition_point(|(node, _)| *node < first);
    let to = table.partition_point(|(node, _)| *node < end);
    &table[from..to]
}

fn copy_table<T: Clone>(table: &mut Vec<(u32, T)>, first: u32, end: u32, shift: u32) {
    let copies: Vec<_> = within(table, first, end)
        .iter()
        .map(|(node, value)| (node + shift, value.clone()))
        .collect();
    table.extend(copies);
}
