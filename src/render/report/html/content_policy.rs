//! What a page allows itself: its own style and script, by their digests, and nothing else.

use std::fmt;

use sha2::{Digest, Sha256};

/// The content security policy of a page.
#[derive(Debug, Clone)]
pub(super) struct ContentPolicy(String);

impl ContentPolicy {
    /// Returns the policy of a page with these styles and scripts, and images in the page itself.
    pub(super) fn of(styles: &[&str], scripts: &[&str]) -> Self {
        let digests = |texts: &[&str]| {
            let digests = texts.iter().map(|text| digest(text));
            digests.collect::<Vec<_>>().join(" ")
        };
        Self(format!(
            "default-src 'none'; style-src {}; script-src {}; img-src data:; \
             base-uri 'none'; form-action 'none'",
            digests(styles),
            digests(scripts)
        ))
    }
}

impl fmt::Display for ContentPolicy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn digest(text: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(text)))
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let letter = (bits >> (18 - 6 * place)) as usize & 63;
            let is_used = place <= chunk.len();
            text.push(if is_used {
                char::from(LETTERS[letter])
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_that_browsers_make() {
        for (text, expected) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v")] {
            assert_eq!(base64(text.as_bytes()), expected);
        }
        assert_eq!(
            digest("alert('Hello, world.');"),
            "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
        );
    }
}
