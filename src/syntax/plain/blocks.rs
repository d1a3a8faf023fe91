//! Text blocks.

use super::Reader;
use crate::source::TextRange;
use crate::syntax::decode::{self, BlockHeader};
use crate::syntax::{NodeKind, offset};

impl Reader<'_> {
    /// Reads the text block at `at`.
    pub(super) fn block_scalar(&mut self, at: usize) -> Option<()> {
        let header = BlockHeader::read(self.text, at);
        let line_end = self.skip_blanks_before_comment(header.end)?;
        if header.indentation.is_some() {
            return None;
        }
        self.finish_line(line_end);
        let first = self.at;
        let indentation = self.block_indentation(first)?;
        let (decoded, end) = decode::block(self.text, &header, first, indentation);
        let range = TextRange::new(offset(at), offset(end));
        self.builder.decoded(range, NodeKind::String, decoded);
        self.end = end;
        self.at = decode::after_break(self.bytes, end);
        Some(())
    }

    /// The column of the first content of the text block whose lines start at `at`.
    fn block_indentation(&self, at: usize) -> Option<usize> {
        let outer = self.open.last()?.column;
        let mut longest_blank = 0;
        let mut line = at;
        loop {
            let content = self.skip_spaces(line);
            match self.bytes.get(content)? {
                b'\n' | b'\r' => {
                    longest_blank = longest_blank.max(content - line);
                    line = decode::after_break(self.bytes, content);
                }
                _ => {
                    let column = content - line;
                    return (column > outer && column >= longest_blank).then_some(column);
                }
            }
        }
    }
}
