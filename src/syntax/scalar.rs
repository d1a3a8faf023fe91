//! What a bare scalar is, by the core schema of YAML 1.2.
//!
//! `yes`, `no`, `on`, `off`, `1_000`, `12:30` and `2026-01-01` are strings; `0o17` and `0x1F` are
//! whole numbers, and so is `011`, which is eleven.

use super::NodeKind;

/// Returns what the bare scalar written with these bytes is.
#[inline]
#[must_use]
pub(super) fn resolve(bytes: &[u8]) -> NodeKind {
    match bytes.first() {
        None => NodeKind::Null,
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => resolve_number(bytes),
        Some(b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F') => resolve_word(bytes),
        Some(_) => NodeKind::String,
    }
}

fn resolve_word(bytes: &[u8]) -> NodeKind {
    match bytes {
        b"~" | b"null" | b"Null" | b"NULL" => NodeKind::Null,
        b"true" | b"True" | b"TRUE" | b"false" | b"False" | b"FALSE" => NodeKind::Bool,
        _ => NodeKind::String,
    }
}

fn resolve_number(bytes: &[u8]) -> NodeKind {
    let unsigned = match bytes {
        [b'0', b'o', digits @ ..] => {
            return int_if(all(digits, |byte| matches!(byte, b'0'..=b'7')));
        }
        [b'0', b'x', digits @ ..] => return int_if(all(digits, u8::is_ascii_hexdigit)),
        b".nan" | b".NaN" | b".NAN" => return NodeKind::Float,
        [b'+' | b'-', rest @ ..] => rest,
        _ => bytes,
    };
    match unsigned {
        b".inf" | b".Inf" | b".INF" => NodeKind::Float,
        _ => resolve_decimal(unsigned),
    }
}

/// `[0-9]+`, or `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn resolve_decimal(bytes: &[u8]) -> NodeKind {
    let (whole, rest) = split_digits(bytes);
    if rest.is_empty() {
        return int_if(!whole.is_empty());
    }
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => split_digits(rest),
        _ => (&[][..], rest),
    };
    let exponent_fits = match rest {
        [] => true,
        [b'e' | b'E', b'+' | b'-', digits @ ..] | [b'e' | b'E', digits @ ..] => {
            all(digits, u8::is_ascii_digit)
        }
        _ => false,
    };
    if exponent_fits && !(whole.is_empty() && fraction.is_empty()) {
        NodeKind::Float
    } else {
        NodeKind::String
    }
}

fn split_digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(bytes.len());
    bytes.split_at(end)
}

fn all(bytes: &[u8], fits: impl Fn(&u8) -> bool) -> bool {
    !bytes.is_empty() && bytes.iter().all(fits)
}

fn int_if(fits: bool) -> NodeKind {
    if fits {
        NodeKind::Int
    } else {
        NodeKind::String
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_scalars_follow_the_core_schema() {
        let table = [
            (NodeKind::Null, "|null|Null|NULL|~"),
            (NodeKind::Bool, "true|True|TRUE|false|False|FALSE"),
            (
                NodeKind::Int,
                "0|7|-7|+7|011|0o17|0x1F|0xdeadBEEF|123456789012345678901",
            ),
            (
                NodeKind::Float,
                "1.5|-1.5|+.5|1.|1e3|1E-3|1.5e+3|.5|.inf|-.inf|+.INF|.Inf|.nan|.NaN|.NAN",
            ),
            (
                NodeKind::String,
                "yes|no|on|off|y|n|nULL|tRUE|1_000|12:30|2026-01-01|0o18|0o|0x|0xg|-0x1|1e|1e+|.|-|+|-.|\
                 .e3|..5|1.2.3|-.nan|.iNF|--1|+-1|1 2|8h|5%|1,5|e3|~x|trueish|é",
            ),
        ];
        for (kind, texts) in table {
            for text in texts.split('|') {
                assert_eq!(resolve(text.as_bytes()), kind, "{text:?}");
            }
        }
    }
}
