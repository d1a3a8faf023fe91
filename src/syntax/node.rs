//! The tree of a parsed text: plain nodes over the text, resolved when they are read.
//!
//! Nodes lie in one arena in document order. The children of a collection follow it directly and
//! are linked by `next`; a mapping's children alternate key, value, key, value. Aliases and merge
//! keys are expanded while the tree is built (copies of nodes, within a budget), so readers of the
//! tree meet plain collections and scalars only; [`Tree::alias_of`] tells where a copy was used.

use std::borrow::Cow;

use crate::source::{SourceId, Span, TextRange};

use super::Parsed;

/// What a node is, by the YAML 1.2 core schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A number with a fraction or exponent, `.inf` or `.nan`.
    Float,
    /// Any other scalar.
    String,
    /// A list.
    Sequence,
    /// A map; its keys keep their order.
    Mapping,
}

/// How the text of a scalar relates to its bytes in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScalarStyle {
    /// Written bare: the text is the slice of its range.
    Plain,
    /// Written in quotes, without escapes or line breaks: the range includes the quotes, the text
    /// is what stands between them.
    Quoted,
    /// Needs decoding (escapes, folding, block scalars): the text stands in [`Tree::decoded`].
    Decoded,
}

/// One node of a [`Tree`]. The range of a collection runs from its first to its last byte; the
/// range of an absent value is empty and stands where the value would.
#[derive(Debug, Clone, Copy)]
pub struct RawNode {
    /// Where it stands in the text.
    pub range: TextRange,
    /// Index of the next sibling, or 0 if it is the last child.
    pub next: u32,
    /// What it is.
    pub kind: NodeKind,
    /// How to read its text, if it is a scalar.
    pub style: ScalarStyle,
    /// True if a collection has children; the first is the node after it.
    pub filled: bool,
    /// True if an engine check speaks about it, so that rules take it as not evaluable.
    pub broken: bool,
}

/// The decoded text of a scalar, and the way back from it to the source.
#[derive(Debug, Clone, Default)]
pub struct Decoded {
    /// The value.
    pub text: Box<str>,
    /// Pairs (offset in `text`, offset in the source) at which a run of bytes starts that stands
    /// in both; sorted by the first. What stands for an escape or a line end closes a run: its
    /// place follows from that of the run.
    pub runs: Box<[(u32, u32)]>,
}

impl Decoded {
    /// The offset in the source of a byte of the decoded text.
    #[must_use]
    pub fn source_offset(&self, offset: u32) -> u32 {
        let after = self.runs.partition_point(|(decoded, _)| *decoded <= offset);
        match after.checked_sub(1).map(|index| self.runs[index]) {
            Some((decoded, source)) => source + (offset - decoded),
            None => 0,
        }
    }
}

/// All nodes of one source. Node 0 is a placeholder, so that 0 can stand for "none".
///
/// Readers start at a document and follow its children: merging `<<` leaves nodes in the arena to
/// which nothing leads.
#[derive(Debug, Default)]
pub struct Tree {
    /// The arena.
    pub nodes: Vec<RawNode>,
    /// The texts of the scalars whose style is [`ScalarStyle::Decoded`], sorted by node index.
    pub decoded: Vec<(u32, Decoded)>,
    /// The places of the tags and anchors before nodes, sorted by node index.
    pub properties: Vec<(u32, TextRange)>,
    /// Runs of nodes that were copied for an alias: first node, node after the last, and the range
    /// of the `*alias` that asked for them. Sorted, never overlapping; an alias within a copied
    /// value makes no run of its own.
    pub aliases: Vec<(u32, u32, TextRange)>,
}

impl Tree {
    /// The place of the alias through which this node came to stand here, if it is a copy. For
    /// aliases within aliases the outermost, which is the one the author of this place wrote.
    #[must_use]
    pub fn alias_of(&self, index: u32) -> Option<TextRange> {
        let after = self.aliases.partition_point(|(first, ..)| *first <= index);
        let (_, end, range) = self.aliases[..after].last()?;
        (index < *end).then_some(*range)
    }

    /// The decoded text of the scalar at `index`, if its style is [`ScalarStyle::Decoded`].
    #[must_use]
    pub fn decoded_at(&self, index: u32) -> Option<&Decoded> {
        let found = self.decoded.binary_search_by_key(&index, |entry| entry.0);
        found.ok().map(|found| &self.decoded[found].1)
    }

    /// The place of the tag and anchor that stand before the node at `index`, if there are any.
    #[must_use]
    pub fn properties_of(&self, index: u32) -> Option<TextRange> {
        let found = self
            .properties
            .binary_search_by_key(&index, |entry| entry.0);
        found.ok().map(|found| self.properties[found].1)
    }

    /// The text of the scalar at `index`, decoded; an empty text for a collection. `source` is the
    /// text this tree was read from.
    #[must_use]
    pub fn text<'a>(&'a self, source: &'a str, index: u32) -> &'a str {
        let raw = &self.nodes[index as usize];
        if matches!(raw.kind, NodeKind::Sequence | NodeKind::Mapping) {
            return "";
        }
        let (start, end) = (raw.range.start as usize, raw.range.end as usize);
        match raw.style {
            ScalarStyle::Plain => source.get(start..end).unwrap_or(""),
            ScalarStyle::Quoted => source.get(start + 1..end.saturating_sub(1)).unwrap_or(""),
            ScalarStyle::Decoded => self.decoded_at(index).map_or("", |decoded| &decoded.text),
        }
    }
}

/// The identity of a node within a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// The source it stands in.
    pub source: SourceId,
    /// Its index in the tree of that source.
    pub index: u32,
}

/// A node with access to its tree: a view, as cheap to copy as two words.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    parsed: &'a Parsed,
    source: SourceId,
    index: u32,
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{:?} {:?}",
            self.kind(),
            self.parsed.source().slice(self.range())
        )
    }
}

impl<'a> Node<'a> {
    /// Returns the node at `index` of `parsed`, which is source number `source` of the run.
    #[must_use]
    pub fn new(parsed: &'a Parsed, source: SourceId, index: u32) -> Self {
        Self {
            parsed,
            source,
            index,
        }
    }

    fn raw(self) -> &'a RawNode {
        &self.parsed.tree().nodes[self.index as usize]
    }

    fn at(self, index: u32) -> Self {
        Self { index, ..self }
    }

    /// Its identity.
    #[must_use]
    pub fn id(self) -> NodeId {
        NodeId {
            source: self.source,
            index: self.index,
        }
    }

    /// The source it stands in, parsed.
    #[must_use]
    pub fn parsed(self) -> &'a Parsed {
        self.parsed
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> NodeKind {
        self.raw().kind
    }

    /// True if an engine check speaks about this very node.
    #[must_use]
    pub fn is_broken(self) -> bool {
        self.raw().broken
    }

    /// Where it stands, quotes included.
    #[must_use]
    pub fn range(self) -> TextRange {
        self.raw().range
    }

    /// Where it stands, with the source.
    #[must_use]
    pub fn span(self) -> Span {
        Span::new(self.source, self.range())
    }

    /// The place of the alias through which it came to stand here, if it was written elsewhere.
    #[must_use]
    pub fn alias_span(self) -> Option<Span> {
        let tree = self.parsed.tree();
        if tree.aliases.is_empty() {
            return None;
        }
        tree.alias_of(self.index)
            .map(|range| Span::new(self.source, range))
    }

    /// The place of the tag and anchor written before it, such as `!tag` or `&name`.
    #[must_use]
    pub fn properties_span(self) -> Option<Span> {
        let range = self.parsed.tree().properties_of(self.index)?;
        Some(Span::new(self.source, range))
    }

    /// True for null, booleans, numbers and strings.
    #[must_use]
    pub fn is_scalar(self) -> bool {
        !matches!(self.kind(), NodeKind::Sequence | NodeKind::Mapping)
    }

    /// The text of a scalar, decoded; an empty text for a collection.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.parsed
            .tree()
            .text(self.parsed.source().text(), self.index)
    }

    /// The text if it is a string.
    #[must_use]
    pub fn as_str(self) -> Option<&'a str> {
        (self.kind() == NodeKind::String).then(|| self.text())
    }

    /// The value if it is a boolean.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        (self.kind() == NodeKind::Bool).then(|| self.text().starts_with(['t', 'T']))
    }

    /// The value if it is a whole number that fits.
    #[must_use]
    pub fn as_int(self) -> Option<i64> {
        if self.kind() != NodeKind::Int {
            return None;
        }
        let text = self.text();
        if let Some(digits) = text.strip_prefix("0x") {
            return i64::from_str_radix(digits, 16).ok();
        }
        if let Some(digits) = text.strip_prefix("0o") {
            return i64::from_str_radix(digits, 8).ok();
        }
        text.strip_prefix('+').unwrap_or(text).parse().ok()
    }

    /// The value if it is any number.
    #[must_use]
    pub fn as_f64(self) -> Option<f64> {
        match self.kind() {
            #[expect(clippy::cast_precision_loss, reason = "numbers of records are small")]
            NodeKind::Int => self
                .as_int()
                .map(|value| value as f64)
                .or_else(|| self.text().parse().ok()),
            NodeKind::Float => {
                let text = self.text();
                let (sign, rest) = match text.strip_prefix('-') {
                    Some(rest) => (-1.0, rest),
                    None => (1.0, text.strip_prefix('+').unwrap_or(text)),
                };
                match rest {
                    ".inf" | ".Inf" | ".INF" => Some(sign * f64::INFINITY),
                    ".nan" | ".NaN" | ".NAN" => Some(f64::NAN),
                    _ => rest.parse::<f64>().ok().map(|value| sign * value),
                }
            }
            _ => None,
        }
    }

    /// The place in the source of a range of the decoded text, for errors inside an expression or
    /// message that stands in this scalar.
    #[must_use]
    pub fn inner_span(self, inner: TextRange) -> Span {
        let raw = self.raw();
        let base = raw.range.start;
        let range = match raw.style {
            ScalarStyle::Plain => TextRange::new(base + inner.start, base + inner.end),
            ScalarStyle::Quoted => TextRange::new(base + 1 + inner.start, base + 1 + inner.end),
            ScalarStyle::Decoded => match self.parsed.tree().decoded_at(self.index) {
                Some(decoded) if !decoded.runs.is_empty() => {
                    let start = decoded.source_offset(inner.start);
                    let last = decoded.source_offset(inner.end.saturating_sub(1).max(inner.start));
                    let end = if inner.is_empty() { start } else { last + 1 };
                    TextRange::new(start, end.max(start))
                }
                _ => raw.range,
            },
        };
        Span::new(self.source, range)
    }

    /// The children as they lie in the tree: the items of a sequence, or keys and values in turn.
    #[must_use]
    pub fn children(self) -> Children<'a> {
        let raw = self.raw();
        Children {
            next: if raw.filled { self.index + 1 } else { 0 },
            base: self,
        }
    }

    /// The items of a sequence; nothing for any other node.
    #[must_use]
    pub fn items(self) -> Children<'a> {
        if self.kind() == NodeKind::Sequence {
            self.children()
        } else {
            Children {
                next: 0,
                base: self,
            }
        }
    }

    /// The entries of a mapping in their order; nothing for any other node.
    #[must_use]
    pub fn entries(self) -> Entries<'a> {
        let children = if self.kind() == NodeKind::Mapping {
            self.children()
        } else {
            Children {
                next: 0,
                base: self,
            }
        };
        Entries(children)
    }

    /// The entry of a mapping under `key`; the first if the key stands there twice.
    #[must_use]
    pub fn entry(self, key: &str) -> Option<(Node<'a>, Node<'a>)> {
        self.entries().find(|(name, _)| name.text() == key)
    }

    /// The value of a mapping under `key`.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Node<'a>> {
        self.entry(key).map(|(_, value)| value)
    }

    /// A short rendering for messages: the scalar's text, or "a list" and "a map".
    #[must_use]
    pub fn describe(self) -> Cow<'a, str> {
        match self.kind() {
            NodeKind::Sequence => Cow::Borrowed("a list"),
            NodeKind::Mapping => Cow::Borrowed("a map"),
            NodeKind::Null => Cow::Borrowed("null"),
            _ => Cow::Borrowed(self.text()),
        }
    }
}

/// The children of a node.
#[derive(Debug, Clone)]
pub struct Children<'a> {
    next: u32,
    base: Node<'a>,
}

impl<'a> Iterator for Children<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        if self.next == 0 {
            return None;
        }
        let node = self.base.at(self.next);
        self.next = node.raw().next;
        Some(node)
    }
}

/// The entries of a mapping.
#[derive(Debug, Clone)]
pub struct Entries<'a>(Children<'a>);

impl<'a> Iterator for Entries<'a> {
    type Item = (Node<'a>, Node<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let key = self.0.next()?;
        let value = self.0.next()?;
        Some((key, value))
    }
}
