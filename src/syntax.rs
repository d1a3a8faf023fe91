//! YAML text to a tree with spans.
//!
//! [`parse`] never fails: what cannot be read becomes a [`SyntaxFault`], and the next document of
//! the text is read all the same. It knows YAML 1.2 and nothing of kinds or rules.
//!
//! Two readers write into one builder: a fast one for the plain subset that nearly every text is
//! written in, and a full one for all others. What the fast one accepts, both read alike. The
//! [`limits`] hold for both, so that no text can exhaust time, memory or the stack.

mod builder;
mod canonical;
mod cut;
mod decode;
mod encoding;
pub mod limits;
mod node;
mod plain;
mod reader;
mod scalar;
mod trouble;

use std::sync::Arc;

pub use canonical::canonical;
pub use cut::{Cut, cut};
pub use encoding::{Undecodable, decode};
pub use node::{Children, Entries};
pub use node::{Decoded, Node, NodeId, NodeKind, RawNode, ScalarStyle, Tree};

use crate::finding::EngineCheck;
use crate::source::{Source, SourceId, TextRange};

/// Returns everything that can be read off the text.
#[must_use]
pub fn parse(source: &Arc<Source>) -> Parsed {
    let text = source.text();
    if text.len() > limits::SIZE {
        return unread(source, limits::too_long());
    }
    if let Some(fault) = encoding::find_nul(text) {
        return unread(source, fault);
    }
    plain::read(source).unwrap_or_else(|| reader::read(source))
}

/// True for a text that is read as text without quotes too, and not as a number, `true` or nothing.
#[must_use]
pub fn is_bare_text(text: &str) -> bool {
    scalar::resolve(text.as_bytes()) == NodeKind::String
}

/// Returns everything that can be read off a file's bytes.
#[must_use]
pub fn parse_bytes(path: impl Into<Box<str>>, bytes: Vec<u8>) -> Parsed {
    if bytes.len() > limits::SIZE {
        return unread(&Arc::new(Source::altered(path, "")), limits::too_long());
    }
    match decode(bytes) {
        Ok(text) => parse(&Arc::new(Source::new(path, text))),
        Err(undecodable) => {
            let Undecodable { text, fault } = *undecodable;
            unread(&Arc::new(Source::altered(path, text)), fault)
        }
    }
}

/// A text of which nothing can be read.
fn unread(source: &Arc<Source>, fault: SyntaxFault) -> Parsed {
    Parsed {
        source: Arc::clone(source),
        tree: Tree::default(),
        documents: Vec::new(),
        comments: Vec::new(),
        faults: vec![fault],
        has_broken: false,
    }
}

/// A byte offset as the tree keeps it.
///
/// Texts longer than [`limits::SIZE`] are not read, so it always fits.
#[inline]
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

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
    /// True if a node is marked as broken.
    has_broken: bool,
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

    /// True if an engine check speaks about any node.
    #[must_use]
    pub fn has_broken(&self) -> bool {
        self.has_broken
    }

    /// Marks nodes about which an engine check speaks, so that rules find them not evaluable.
    pub fn mark_broken(&mut self, nodes: impl IntoIterator<Item = u32>) {
        for index in nodes {
            if let Some(node) = self.tree.nodes.get_mut(index as usize) {
                node.broken = true;
                self.has_broken = true;
            }
        }
    }
}

#[cfg(test)]
mod tests;
