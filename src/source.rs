//! Texts and places in them.
//!
//! A [`Source`] owns one text; a [`Span`] is a byte range in it. Lines and columns are worked out
//! on demand by [`LineIndex`] and are for renderers only.

mod line_index;
mod span;

use std::sync::{Arc, OnceLock};

pub use line_index::{LineColumn, LineIndex};
pub use span::{SourceId, Span, Spanned, TextRange};

/// One text under the path it was read from.
#[derive(Debug)]
pub struct Source {
    path: Box<str>,
    text: Box<str>,
    is_exact: bool,
    lines: OnceLock<LineIndex>,
}

impl Source {
    /// Returns a source for `text`, known under `path` (relative to the checked root, with `/`).
    #[must_use]
    pub fn new(path: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
            is_exact: true,
            lines: OnceLock::new(),
        }
    }

    /// Returns a source whose text is not that of the file: decoded, empty or with words taken out.
    #[must_use]
    pub fn altered(path: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Self {
        Self {
            is_exact: false,
            ..Self::new(path, text)
        }
    }

    /// The path, relative to the checked root and with `/` between its parts.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True if the text is what the file holds, byte for byte.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// The line starts, computed on first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// The text of `range`, or an empty text if the range does not lie on character boundaries.
    #[must_use]
    pub fn slice(&self, range: TextRange) -> &str {
        self.text
            .get(range.start as usize..range.end as usize)
            .unwrap_or("")
    }
}

/// All texts of a run: the rule files of its packs and the documents of its snapshot.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Arc<Source>>);

impl Sources {
    /// Adds a source and returns its id.
    ///
    /// # Panics
    ///
    /// Never in practice: a run would have to hold more than four billion sources.
    pub fn push(&mut self, source: Arc<Source>) -> SourceId {
        let id = SourceId::from_index(self.0.len());
        self.0.push(source);
        id
    }

    /// Returns the source with this id.
    #[must_use]
    pub fn get(&self, id: SourceId) -> &Arc<Source> {
        &self.0[id.index()]
    }

    /// All sources in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Arc<Source>)> {
        self.0
            .iter()
            .enumerate()
            .map(|(index, source)| (SourceId::from_index(index), source))
    }

    /// The number of sources.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there is no source.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
