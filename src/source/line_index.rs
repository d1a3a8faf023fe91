//! From byte offsets to lines and columns.

use super::TextRange;

/// A place for people: both numbers count from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// Line, from one.
    pub line: u32,
    /// Column in characters (Unicode scalar values), from one.
    pub column: u32,
}

/// The offsets at which the lines of a text start. A line ends at `\n`; a `\r` before it belongs
/// to the line end.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// True if every character is one byte, so that columns need no counting.
    is_ascii: bool,
}

impl LineIndex {
    /// Returns the index of `text`, of which only the first 4 GiB count.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        for (offset, byte) in text.bytes().enumerate() {
            if byte == b'\n' {
                starts.push(u32::try_from(offset + 1).unwrap_or(u32::MAX));
            }
        }
        Self {
            starts,
            is_ascii: text.is_ascii(),
        }
    }

    /// The number of lines.
    #[must_use]
    pub fn line_count(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// The line (from one) that holds `offset`.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        u32::try_from(self.starts.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    /// The line and column of `offset` in `text`, the text this index was made from.
    #[must_use]
    pub fn line_column(&self, text: &str, offset: u32) -> LineColumn {
        let line = self.line(offset);
        let start = self.starts[line as usize - 1] as usize;
        if self.is_ascii {
            let end = (offset as usize).min(text.len());
            let column = u32::try_from(end.saturating_sub(start)).unwrap_or(u32::MAX - 1) + 1;
            return LineColumn { line, column };
        }
        let before = text.get(start..offset as usize).unwrap_or("");
        let column = u32::try_from(before.chars().count()).unwrap_or(u32::MAX - 1) + 1;
        LineColumn { line, column }
    }

    /// The bytes of `line` (from one) in `text`, without its line end; empty past the last line.
    #[must_use]
    pub fn range(&self, text: &str, line: u32) -> TextRange {
        let Some(start) = (line as usize)
            .checked_sub(1)
            .and_then(|index| self.starts.get(index))
        else {
            return TextRange::default();
        };
        let end = self
            .starts
            .get(line as usize)
            .map_or(text.len(), |next| *next as usize);
        let content = text[*start as usize..end].trim_end_matches(['\n', '\r']);
        TextRange::new(*start, *start + u32::try_from(content.len()).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_become_lines_and_character_columns() {
        let text = "a: 1\r\nbä: 2\nlast";
        let index = LineIndex::new(text);
        let place = |offset| {
            let LineColumn { line, column } = index.line_column(text, offset);
            (line, column)
        };
        assert_eq!(place(0), (1, 1));
        assert_eq!(place(6), (2, 1));
        assert_eq!(place(9), (2, 3), "a two-byte character is one column");
        assert_eq!(place(u32::try_from(text.len()).unwrap()), (3, 5));
        assert_eq!(index.range(text, 1), TextRange::new(0, 4));
        assert_eq!(index.range(text, 9), TextRange::default());
    }
}
