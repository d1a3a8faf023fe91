//! The arena under construction: what both readers write into.
//!
//! A reader tells the builder of nodes in document order; the builder links siblings, finds keys
//! written twice, expands merge keys and aliases, and keeps the limits. A document that turns out
//! broken is taken back whole.

mod copy;
mod duplicates;
mod merge;

use std::sync::Arc;

use crate::finding::EngineCheck;
use crate::source::{Source, TextRange};

use super::{Decoded, NodeKind, Parsed, RawNode, ScalarStyle, SyntaxFault, Tree, limits, offset};

pub(super) use copy::Anchor;

/// Where the next node goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// It is the root of its document.
    Root,
    /// It is an item of a sequence.
    Item,
    /// It is a key of a mapping.
    Key,
    /// It is the value of the key before it.
    Value,
}

/// A collection that is still open.
#[derive(Debug, Clone, Copy)]
struct Frame {
    node: u32,
    last_child: u32,
    children: u32,
    mapping: bool,
    merges: bool,
}

/// How much of everything there was when the document began.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    nodes: usize,
    decoded: usize,
    properties: usize,
    aliases: usize,
}

/// Why the reading of a document stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// This document cannot be read on; the next one can.
    Document,
    /// Nothing more of the source is read.
    Source,
}

/// A tree under construction.
pub(super) struct Builder<'a> {
    text: &'a str,
    tree: Tree,
    documents: Vec<u32>,
    comments: Vec<TextRange>,
    faults: Vec<SyntaxFault>,
    frames: Vec<Frame>,
    root: u32,
    begin: Mark,
    broken: bool,
    copied: usize,
    merge: merge::Pending,
}

impl<'a> Builder<'a> {
    /// Returns an empty tree over `text`.
    #[must_use]
    pub(super) fn new(text: &'a str) -> Self {
        let mut tree = Tree::default();
        // Governance texts have a node for every ten to sixteen bytes; growing would copy the
        // arena, while giving back what is too much does not.
        tree.nodes.reserve(text.len() / 9 + 4);
        tree.nodes.push(RawNode {
            range: TextRange::default(),
            next: 0,
            kind: NodeKind::Null,
            style: ScalarStyle::Plain,
            filled: false,
            broken: false,
        });
        Self {
            text,
            tree,
            documents: Vec::new(),
            comments: Vec::new(),
            faults: Vec::new(),
            frames: Vec::new(),
            root: 0,
            begin: Mark::default(),
            broken: false,
            copied: 0,
            merge: merge::Pending::default(),
        }
    }

    /// Starts a document.
    pub(super) fn start_document(&mut self) {
        self.begin = self.mark();
        self.root = 0;
        self.broken = false;
        self.frames.clear();
        self.merge.forget(0);
    }

    /// Ends the document: it is kept unless it is empty or broken.
    pub(super) fn end_document(&mut self) {
        debug_assert!(self.frames.is_empty() || self.broken);
        if self.broken || self.root == 0 || self.is_absent(self.root) {
            self.take_back();
        } else {
            self.documents.push(self.root);
        }
        self.root = 0;
    }

    /// Drops the document, finished or not.
    pub(super) fn abandon_document(&mut self) {
        self.take_back();
        let nodes = offset(self.begin.nodes);
        if self.documents.last().is_some_and(|root| *root >= nodes) {
            self.documents.pop();
        }
        self.frames.clear();
        self.root = 0;
    }

    /// Keeps the place of a comment.
    pub(super) fn comment(&mut self, range: TextRange) {
        self.comments.push(range);
    }

    /// Keeps a fault, as long as there are not too many.
    pub(super) fn fault(&mut self, fault: SyntaxFault) {
        match self.faults.len() {
            count if count < limits::FAULTS => self.faults.push(fault),
            count if count == limits::FAULTS => self.faults.push(limits::fault(
                fault.primary.0,
                format!("more than {} problems in this file", limits::FAULTS),
                "the problems from here on are not listed",
                "mend those listed, then look again",
            )),
            _ => {}
        }
    }

    /// True if no further fault is kept.
    fn is_full(&self) -> bool {
        self.faults.len() > limits::FAULTS
    }

    /// Keeps a fault that makes the document unusable.
    pub(super) fn break_document(&mut self, fault: SyntaxFault) {
        self.broken = true;
        self.fault(fault);
    }

    /// Where the next node goes.
    #[must_use]
    pub(super) fn slot(&self) -> Slot {
        match self.frames.last() {
            None => Slot::Root,
            Some(frame) if !frame.mapping => Slot::Item,
            Some(frame) if frame.children % 2 == 0 => Slot::Key,
            Some(_) => Slot::Value,
        }
    }

    /// The start of the innermost open collection.
    #[must_use]
    pub(super) fn innermost(&self) -> Option<usize> {
        let frame = self.frames.last()?;
        Some(self.tree.nodes[frame.node as usize].range.start as usize)
    }

    /// Adds a scalar whose text is a slice of the source.
    #[inline]
    pub(super) fn scalar(&mut self, range: TextRange, kind: NodeKind, style: ScalarStyle) -> u32 {
        let index = self.push(range, kind, style);
        self.link(index);
        index
    }

    /// Adds a scalar whose text had to be decoded.
    pub(super) fn decoded(&mut self, range: TextRange, kind: NodeKind, decoded: Decoded) -> u32 {
        let index = self.scalar(range, kind, ScalarStyle::Decoded);
        self.tree.decoded.push((index, decoded));
        index
    }

    /// Says that a tag or anchor stands before the node.
    pub(super) fn properties(&mut self, index: u32, range: TextRange) {
        self.tree.properties.push((index, range));
    }

    /// Opens a sequence or mapping that starts at `start`.
    ///
    /// # Errors
    ///
    /// Returns [`Stop`] if it would lie too deep or if there are too many nodes.
    #[inline]
    pub(super) fn open(&mut self, kind: NodeKind, start: u32) -> Result<u32, Stop> {
        if self.frames.len() >= limits::DEPTH {
            self.break_document(limits::too_deep(TextRange::new(start, start)));
            return Err(Stop::Document);
        }
        if self.tree.nodes.len() > limits::NODES {
            self.break_document(limits::too_many_nodes(TextRange::new(start, start)));
            return Err(Stop::Source);
        }
        let index = self.push(TextRange::new(start, start), kind, ScalarStyle::Plain);
        self.link(index);
        self.frames.push(Frame {
            node: index,
            last_child: 0,
            children: 0,
            mapping: kind == NodeKind::Mapping,
            merges: false,
        });
        Ok(index)
    }

    /// Closes the innermost collection, which ends at `end`.
    ///
    /// # Errors
    ///
    /// Returns [`Stop`] if there are too many nodes, or if merging its `<<` would make too many.
    #[inline]
    pub(super) fn close(&mut self, end: u32) -> Result<(), Stop> {
        let frame = self
            .frames
            .pop()
            .expect("readers close what they have opened");
        let node = &mut self.tree.nodes[frame.node as usize];
        node.range.end = end.max(node.range.start);
        if self.tree.nodes.len() > limits::NODES {
            self.break_document(limits::too_many_nodes(TextRange::new(end, end)));
            return Err(Stop::Source);
        }
        if frame.mapping && frame.children > 2 && !self.broken {
            self.find_duplicates(frame.node, frame.children / 2);
        }
        if frame.merges {
            return self.merge_into(frame.node);
        }
        Ok(())
    }

    /// Returns everything read, as one parsed text.
    #[must_use]
    pub(super) fn finish(mut self, source: Arc<Source>) -> Parsed {
        self.comments.sort_unstable();
        self.tree.aliases.sort_unstable();
        self.faults.sort_by_key(|fault| fault.primary.0);
        self.comments.shrink_to_fit();
        if self.documents.is_empty() {
            self.tree.nodes.truncate(1);
        }
        // A little slack is not worth a call of the allocator.
        if self.tree.nodes.capacity() - self.tree.nodes.len() > self.tree.nodes.len() / 8 {
            self.tree.nodes.shrink_to_fit();
        }
        Parsed {
            source,
            tree: self.tree,
            documents: self.documents,
            comments: self.comments,
            faults: self.faults,
            has_broken: false,
        }
    }

    /// The text of a scalar.
    fn text(&self, index: u32) -> &str {
        self.tree.text(self.text, index)
    }

    /// True for a value that is not there: nothing written, not even a tag.
    fn is_absent(&self, index: u32) -> bool {
        let raw = &self.tree.nodes[index as usize];
        raw.kind == NodeKind::Null
            && raw.range.is_empty()
            && self
                .tree
                .properties
                .last()
                .is_none_or(|(node, _)| *node != index)
    }

    #[inline]
    fn push(&mut self, range: TextRange, kind: NodeKind, style: ScalarStyle) -> u32 {
        let index = offset(self.tree.nodes.len());
        self.tree.nodes.push(RawNode {
            range,
            next: 0,
            kind,
            style,
            filled: false,
            broken: false,
        });
        index
    }

    /// Makes the node the next child of the innermost open collection, or the root.
    #[inline]
    fn link(&mut self, index: u32) {
        let Some(frame) = self.frames.last_mut() else {
            self.root = index;
            return;
        };
        if frame.last_child == 0 {
            self.tree.nodes[frame.node as usize].filled = true;
        } else {
            self.tree.nodes[frame.last_child as usize].next = index;
        }
        frame.last_child = index;
        frame.children += 1;
    }

    fn mark(&self) -> Mark {
        Mark {
            nodes: self.tree.nodes.len(),
            decoded: self.tree.decoded.len(),
            properties: self.tree.properties.len(),
            aliases: self.tree.aliases.len(),
        }
    }

    fn take_back(&mut self) {
        self.tree.nodes.truncate(self.begin.nodes);
        self.tree.decoded.truncate(self.begin.decoded);
        self.tree.properties.truncate(self.begin.properties);
        self.tree.aliases.truncate(self.begin.aliases);
    }
}

/// A fault about the text itself.
#[must_use]
pub(super) fn fault(
    check: EngineCheck,
    range: TextRange,
    message: impl Into<String>,
    label: impl Into<String>,
) -> SyntaxFault {
    SyntaxFault {
        check,
        message: message.into(),
        primary: (range, label.into()),
        related: Vec::new(),
        help: None,
    }
}
