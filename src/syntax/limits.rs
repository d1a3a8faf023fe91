//! How much of a text is read, so that no input can exhaust time or memory.

use crate::finding::EngineCheck;
use crate::source::TextRange;

use super::{SyntaxFault, offset};

/// The largest text that is read, in bytes: 16 MiB. A governance record is a few hundred bytes
/// long, the largest generated inventories are a few megabytes.
pub const SIZE: usize = 16 * 1024 * 1024;

/// The largest number of lists and maps around a value.
pub const DEPTH: usize = 128;

/// The largest number of nodes of one text.
pub const NODES: usize = 5_000_000;

/// The largest number of nodes copied for the aliases of one text. A long text counts as one node
/// for every [`ALIAS_TEXT`] bytes.
pub const ALIAS_NODES: usize = 100_000;

/// The bytes of decoded text that count as one copied node.
pub const ALIAS_TEXT: usize = 64;

/// The largest number of faults kept for one text; one more says that there were more.
pub const FAULTS: usize = 1_000;

/// The fault of a text that is too long, at its start.
#[must_use]
pub(super) fn too_long() -> SyntaxFault {
    fault(
        TextRange::default(),
        format!("the file holds more than the {SIZE} bytes that are read"),
        "nothing of this file was read",
        "split it into several files",
    )
}

/// The fault of a collection that lies too deep.
#[must_use]
pub(super) fn too_deep(range: TextRange) -> SyntaxFault {
    fault(
        range,
        format!("lists and maps are nested more than {DEPTH} deep"),
        "the document is read no further",
        "flatten it, or split it into several documents",
    )
}

/// The fault of a text with too many nodes.
#[must_use]
pub(super) fn too_many_nodes(range: TextRange) -> SyntaxFault {
    fault(
        range,
        format!("the file holds more than {NODES} values"),
        "the file is read no further",
        "split it into several files",
    )
}

/// The fault of aliases that would make too many copies.
#[must_use]
pub(super) fn too_many_copies(range: TextRange) -> SyntaxFault {
    fault(
        range,
        format!("the aliases of this file stand for more than {ALIAS_NODES} values"),
        "the file is read no further",
        "write the values out, or refer to a resource by its id",
    )
}

/// A fault about a limit.
#[must_use]
pub(super) fn fault(range: TextRange, message: String, label: &str, help: &str) -> SyntaxFault {
    SyntaxFault {
        check: EngineCheck::Limit,
        message,
        primary: (range, String::from(label)),
        related: Vec::new(),
        help: Some(String::from(help)),
    }
}

/// The range of the character at `at`, for a fault that has only a place.
#[must_use]
pub(super) fn character(text: &str, at: usize) -> TextRange {
    let length = text
        .get(at..)
        .and_then(|rest| rest.chars().next())
        .filter(|character| !matches!(character, '\n' | '\r'))
        .map_or(0, char::len_utf8);
    TextRange::new(offset(at), offset(at + length))
}
