//! YAML text to a tree with spans.
//!
//! [`parse`] never fails: what cannot be read becomes a [`Fault`], and the next document of the
//! text is read all the same. It knows YAML and nothing of kinds or rules.

mod node;

use std::sync::Arc;

pub use node::{Decoded, Node, NodeId, NodeKind, RawNode, ScalarStyle, Tree};

use crate::finding::EngineCheck;
use crate::source::{Source, SourceId, TextRange};

/// A problem in a text, by ranges: a parsed text does not know its number in the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxFault {
    /// Which check speaks.
    pub check: EngineCheck,
    /// One line without a full stop.
    pub message: String,
    /// The place to mend, and what stands there.
    pub primary: (TextRange, String),
    /// Other places in the same text.
    pub related: Vec<(TextRange, String)>,
    /// What to do.
    pub help: Option<String>,
}

/// One text with everything read off it.
#[derive(Debug)]
pub struct Parsed {
    source: Arc<Source>,
    tree: Tree,
    documents: Vec<u32>,
    comments: Vec<TextRange>,
    faults: Vec<SyntaxFault>,
}

impl Parsed {
    /// The text.
    #[must_use]
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// The arena of nodes.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The root nodes of the documents that could be read, in order.
    pub fn documents(&self, id: SourceId) -> impl Iterator<Item = Node<'_>> {
        self.documents
            .iter()
            .map(move |index| Node::new(self, id, *index))
    }

    /// The comments, from `#` to the end of their lines.
    #[must_use]
    pub fn comments(&self) -> &[TextRange] {
        &self.comments
    }

    /// What could not be read.
    #[must_use]
    pub fn faults(&self) -> &[SyntaxFault] {
        &self.faults
    }

    /// Marks nodes about which an engine check speaks, so that rules find them not evaluable.
    pub fn mark_broken(&mut self, nodes: impl IntoIterator<Item = u32>) {
        for index in nodes {
            if let Some(node) = self.tree.nodes.get_mut(index as usize) {
                node.broken = true;
            }
        }
    }
}
