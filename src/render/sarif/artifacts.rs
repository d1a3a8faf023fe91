//! The files that results point into, and places in them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::assessment::Assessment;
use crate::render::entry::{Entry, Place, Status, place};
use crate::source::{Source, SourceId, Span};

/// What relative paths start from.
pub(super) const ROOT: &str = "%SRCROOT%";

/// The files of a run in the order of their paths.
pub(super) struct Artifacts<'a> {
    assessment: &'a Assessment,
    /// By path: the file, unless only the base revision has it.
    files: BTreeMap<&'a str, Option<&'a Source>>,
    numbers: FxHashMap<SourceId, usize>,
}

impl<'a> Artifacts<'a> {
    pub(super) fn of(assessment: &'a Assessment, results: &[Entry<'a>]) -> Self {
        let mut used: BTreeMap<SourceId, bool> = BTreeMap::new();
        for entry in results {
            let is_past = matches!(entry.status, Status::Lost(_));
            for span in spans(entry) {
                *used.entry(span.source).or_default() |= !is_past;
            }
        }
        let mut files: BTreeMap<&str, Option<&Source>> = BTreeMap::new();
        for (id, is_present) in &used {
            let source: &'a Source = assessment.sources.get(*id);
            let file = files.entry(source.path()).or_default();
            *file = file.or(is_present.then_some(source));
        }
        let order: FxHashMap<&str, usize> = files.keys().copied().zip(0..).collect();
        let number = |id: &SourceId| (*id, order[assessment.sources.get(*id).path()]);
        Self {
            assessment,
            numbers: used.keys().map(number).collect(),
            files,
        }
    }

    /// Each file with its length and digest, where its bytes are known.
    pub(super) fn descriptions(&self) -> Vec<Value> {
        let describe = |(path, source): (&&str, Option<&Source>)| {
            let mut file = json!({"location": location(path)});
            if let Some(source) = source.filter(|source| source.is_exact()) {
                let digest = Sha256::digest(source.text().as_bytes());
                file["length"] = source.text().len().into();
                file["mimeType"] = "text/yaml".into();
                file["hashes"] = json!({"sha-256": hexadecimal(&digest)});
            }
            file
        };
        let files = self.files.iter();
        files
            .map(|(path, source)| describe((path, *source)))
            .collect()
    }

    /// A place in one of the files.
    pub(super) fn place(&self, span: Span) -> Value {
        let mut found = at(place(&self.assessment.sources, span));
        if let Some(number) = self.numbers.get(&span.source) {
            found["artifactLocation"]["index"] = (*number).into();
        }
        found
    }
}

/// All places that a result points at.
fn spans<'a>(entry: &Entry<'a>) -> impl Iterator<Item = Span> + use<'a> {
    let finding = entry.finding;
    let fixes = finding.fix.iter().flat_map(|fix| &fix.edits);
    std::iter::once(entry.span())
        .chain(finding.related.iter().map(|label| label.span))
        .chain(fixes.map(|edit| edit.span))
}

/// A physical location.
pub(super) fn at(place: Place<'_>) -> Value {
    json!({"artifactLocation": location(place.path), "region": region(place)})
}

/// The lines and columns of a place.
pub(super) fn region(place: Place<'_>) -> Value {
    json!({
        "startLine": place.start.line,
        "startColumn": place.start.column,
        "endLine": place.end.line,
        "endColumn": place.end.column,
    })
}

/// A file by its relative path.
pub(super) fn location(path: &str) -> Value {
    json!({"uri": relative_uri(path), "uriBaseId": ROOT})
}

/// A relative path as a URI: whatever has a meaning in URIs is percent-encoded.
fn relative_uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte.into());
            }
            // Writing to a string cannot fail.
            _ => drop(write!(uri, "%{byte:02X}")),
        }
    }
    uri
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::relative_uri;

    #[test]
    fn paths_become_relative_references() {
        let cases = [
            ("governance/a-b_c.yaml", "governance/a-b_c.yaml"),
            ("a b/ä:%.yaml", "a%20b/%C3%A4%3A%25.yaml"),
            ("x?y#z", "x%3Fy%23z"),
        ];
        for (path, uri) in cases {
            assert_eq!(relative_uri(path), uri);
        }
    }
}
