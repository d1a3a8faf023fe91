//! Fenced blocks of a page.

use std::fs;

/// A fenced block: what stands after its fence, its text, and the line it begins on.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) info: String,
    pub(crate) text: String,
    pub(crate) line: usize,
}

pub(crate) fn read(page: &str) -> String {
    fs::read_to_string(page).expect("the page is there")
}

/// The fenced blocks of a page, in order.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in (1..).zip(read(page).lines()) {
        match (line.trim_start().strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(info), None) => {
                open = Some(Block {
                    info: info.trim().to_owned(),
                    text: String::new(),
                    line: number + 1,
                });
            }
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{page}: a fence is never closed");
    found
}

/// The blocks that are tagged so.
pub(crate) fn tagged(page: &str, info: &str) -> Vec<Block> {
    let mut found = blocks(page);
    found.retain(|block| block.info == info);
    assert!(!found.is_empty(), "{page} has no block of {info}");
    found
}
