//! A snapshot: the documents of one revision, and what else it holds.
//!
//! Which files are read is decided here, on bytes; who brings them is no concern of this module.

mod revision;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use revision::{Contributor, ObjectId, RevisionIdentity, TagIdentity};

/// A file to be read as governance documents.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its path from the root of the snapshot, with `/`.
    pub path: String,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    /// What it is taken for.
    pub recognition: Recognition,
    /// The blob it stands in, where it comes out of a git repository.
    pub blob: Option<ObjectId>,
}

/// A file that is not read: what evidence can point at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherFile {
    /// Its size in bytes.
    pub size: u64,
    /// Its digest, if it was asked for: SHA-256 in hexadecimal digits.
    pub digest: Option<String>,
}

/// The sources of one revision.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// What was checked, as named on the command line.
    pub root: String,
    /// The revision it is of, if it is known.
    pub revision: Option<RevisionIdentity>,
    /// The documents, sorted by path.
    pub documents: Vec<Document>,
    /// YAML files that are none of ours.
    pub skipped: usize,
    /// All other files by path.
    pub files: BTreeMap<String, OtherFile>,
    /// What could not be read: path and reason, one line each.
    pub unread: Vec<(String, String)>,
}

/// What a YAML file is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recognition {
    /// It says that it is ours: a line `apiVersion: govlint/...`.
    Ours,
    /// It does not say so, but looks as if it meant to.
    Suspect(Suspicion),
    /// Its content is encrypted.
    Encrypted,
    /// None of ours.
    Foreign,
}

/// Why a file looks as if it meant to be ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Suspicion {
    /// It has a top-level `kind:` that we know, and no apiVersion of somebody else.
    Kind,
    /// Its apiVersion is a slip of ours: `govlnt/v1`.
    ApiVersion,
    /// Its apiVersion is ours in another spelling: in quotes, or inside `{...}`.
    Spelling,
}

/// Says what a YAML file is taken for. `is_kind` knows the names of our kinds.
#[must_use]
pub fn recognize(bytes: &[u8], is_kind: &dyn Fn(&str) -> bool) -> Recognition {
    if let Some(text) = without_nul(bytes) {
        return match recognize(&text, is_kind) {
            Recognition::Foreign => Recognition::Foreign,
            _ => Recognition::Ours,
        };
    }
    let mut suspicion = None;
    let mut foreign_version = false;
    let mut kind = false;
    for line in bytes.split(|byte| *byte == b'\n') {
        // Nothing but top-level keys counts, and only those with these letters.
        if !matches!(
            line.first(),
            Some(b'a' | b'k' | b'{' | b'"' | b'\'' | b's' | 0xEF)
        ) {
            continue;
        }
        let Ok(line) = std::str::from_utf8(line) else {
            continue;
        };
        let line = line.trim_start_matches('\u{feff}').trim_end();
        if let Some(version) = line.strip_prefix("apiVersion:") {
            match judge_version(version.trim()) {
                Some(None) => return encrypted_or(bytes, Recognition::Ours),
                Some(Some(found)) => suspicion = Some(found),
                None => foreign_version = true,
            }
        } else if let Some(name) = line.strip_prefix("kind:") {
            kind |= is_kind(name.trim().trim_matches(['"', '\'']));
        } else if line.contains("apiVersion") && line.contains("govlint/") {
            suspicion = Some(Suspicion::Spelling);
        }
    }
    match (suspicion, kind && !foreign_version) {
        (Some(suspicion), _) => Recognition::Suspect(suspicion),
        (None, true) => Recognition::Suspect(Suspicion::Kind),
        (None, false) => Recognition::Foreign,
    }
}

/// The letters of a text in UTF-16, which nothing reads, so that it is known for what it is: some
/// editors and shells write it without asking.
fn without_nul(bytes: &[u8]) -> Option<Vec<u8>> {
    let is_wide = matches!(
        bytes,
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..]
    );
    let letters = bytes.iter().filter(|byte| !matches!(byte, 0 | 0xFE | 0xFF));
    is_wide.then(|| letters.copied().collect())
}

/// The word after the first `kind:` at the start of a line.
#[must_use]
pub fn first_kind(bytes: &[u8]) -> Option<&str> {
    let key = b"kind:";
    let start = memchr::memmem::find_iter(bytes, key)
        .find(|at| *at == 0 || bytes[at - 1] == b'\n' || bytes[..*at] == *"\u{feff}".as_bytes())?
        + key.len();
    let line = bytes[start..].split(|byte| *byte == b'\n').next()?;
    let word = std::str::from_utf8(line).ok()?.split(" #").next()?;
    Some(word.trim().trim_matches(['"', '\'']))
}

/// `Some(None)`: ours. `Some(Some(_))`: looks like ours. None: somebody else's.
fn judge_version(written: &str) -> Option<Option<Suspicion>> {
    let version = written.split_whitespace().next().unwrap_or_default();
    if version.starts_with("govlint/") {
        return Some(None);
    }
    let bare = version.trim_matches(['"', '\'']);
    if bare.starts_with("govlint/") {
        return Some(Some(Suspicion::Spelling));
    }
    let group = bare.split('/').next().unwrap_or_default();
    let close = strsim::osa_distance(&group.to_ascii_lowercase(), "govlint") <= 2;
    (close && !group.is_empty()).then_some(Some(Suspicion::ApiVersion))
}

/// Documents encrypted by SOPS carry its metadata as a top-level key.
fn encrypted_or(bytes: &[u8], otherwise: Recognition) -> Recognition {
    let is_sops = bytes
        .split(|byte| *byte == b'\n')
        .any(|line| line.starts_with(b"sops:"));
    let has_cipher = bytes.windows(4).any(|window| window == b"ENC[");
    if is_sops && has_cipher {
        Recognition::Encrypted
    } else {
        otherwise
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_kind_stands_at_the_start_of_a_line() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(first_kind(text.as_bytes()), expected, "{text}");
        };
        check("kind: Rule", Some("Rule"));
        check(
            "apiVersion: x\r\nkind: \"Rule\" # why\r\nkind: X\n",
            Some("Rule"),
        );
        check("\u{feff}kind: Rule\n", Some("Rule"));
        check("a:\n  kind: Rule\nsubkind: X\n", None);
    }

    #[test]
    fn records_in_utf_16_are_ours() {
        let check = |text: &str, expected: Recognition| {
            let mut bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(recognize(&bytes, &|_| true), expected, "{text}");
            bytes.chunks_exact_mut(2).for_each(<[u8]>::reverse);
            assert_eq!(recognize(&bytes, &|_| true), expected, "{text}");
        };
        check("apiVersion: govlint/v1\n", Recognition::Ours);
        check("\u{feff}apiVersion: govlint/v1\n", Recognition::Ours);
        check("\u{feff}kind: System\n", Recognition::Ours);
        check("name: CI\n", Recognition::Foreign);
    }

    #[test]
    fn files_are_recognized_by_their_bytes() {
        let kind = |name: &str| name == "System";
        let check = |text: &str, expected: Recognition| {
            assert_eq!(recognize(text.as_bytes(), &kind), expected, "{text}");
        };
        check("apiVersion: govlint/v1\nkind: System\n", Recognition::Ours);
        check(
            "\u{feff}apiVersion: govlint/v1\r\nkind: System\r\n",
            Recognition::Ours,
        );
        check(
            "# a\n---\nkind: X\n---\napiVersion: govlint/v2\n",
            Recognition::Ours,
        );
        check(
            "apiVersion: \"govlint/v1\"\n",
            Recognition::Suspect(Suspicion::Spelling),
        );
        check(
            "{apiVersion: govlint/v1, kind: System}\n",
            Recognition::Suspect(Suspicion::Spelling),
        );
        check(
            "apiVersion: govlnit/v1\nkind: System\n",
            Recognition::Suspect(Suspicion::ApiVersion),
        );
        check(
            "kind: System\nid: erp\n",
            Recognition::Suspect(Suspicion::Kind),
        );
        check(
            "apiVersion: backstage.io/v1\nkind: System\n",
            Recognition::Foreign,
        );
        check("apiVersion: v1\nkind: Pod\n", Recognition::Foreign);
        check("name: CI\non: push\n", Recognition::Foreign);
        check(
            "apiVersion: govlint/v1\nid: ENC[AES]\nsops:\n  mac: x\n",
            Recognition::Encrypted,
        );
    }
}
