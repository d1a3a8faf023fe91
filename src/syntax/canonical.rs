//! Equality of values, however they are written.

use std::fmt::Write as _;

use super::{Node, NodeKind};

/// A text that two nodes share if, and only if, they are equal as JSON.
#[must_use]
pub fn canonical(node: Node<'_>) -> String {
    let mut text = String::new();
    write(node, &mut text);
    text
}

fn write(node: Node<'_>, out: &mut String) {
    match node.kind() {
        NodeKind::Null => out.push('~'),
        NodeKind::Sequence => {
            out.push('[');
            for item in node.items() {
                write(item, out);
                out.push(',');
            }
            out.push(']');
        }
        NodeKind::Mapping => {
            let mut entries: Vec<_> = node.entries().collect();
            entries.sort_by_key(|(key, _)| key.text());
            out.push('{');
            for (key, value) in entries {
                let _ = write!(out, "{:?}:", key.text());
                write(value, out);
                out.push(',');
            }
            out.push('}');
        }
        NodeKind::String => {
            let _ = write!(out, "{:?}", node.text());
        }
        NodeKind::Bool => {
            let _ = write!(out, "{:?}", node.as_bool());
        }
        NodeKind::Int | NodeKind::Float => write_number(node, out),
    }
}

/// Whole numbers are compared digit by digit: the next one may be the same as a fraction.
fn write_number(node: Node<'_>, out: &mut String) {
    /// Below this, every whole number is a float of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let fraction = node.as_f64().unwrap_or(f64::NAN);
    let _ = match node.as_int() {
        Some(whole) => write!(out, "{whole}"),
        None if node.kind() == NodeKind::Int => out.write_str(node.text()),
        None if fraction.fract() == 0.0 && fraction.abs() < EXACT => write!(out, "{fraction:.0}"),
        None => write!(out, "{fraction:?}"),
    };
}
