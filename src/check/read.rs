//! Documents, read into a catalog with everything that is wrong with them.

use std::sync::Arc;

use rayon::prelude::*;

use super::Input;
use crate::catalog::Catalog;
use crate::finding::{EngineCheck, Fault, Label};
use crate::kind::Vocabulary;
use crate::kind::validate::{Validators, validate};
use crate::snapshot::{Document, Recognition, Suspicion};
use crate::source::{SourceId, Sources, Span, TextRange};
use crate::syntax::{self, NodeKind, Parsed};

/// Reads the documents of a snapshot into a catalog, with everything that is wrong with them.
pub(crate) fn read_documents(
    input: &Input<'_>,
    validators: &Validators,
) -> (Sources, Catalog, Vec<Fault>) {
    let mut sources = input.sources.clone();
    let first = sources.len();
    let mut parsed: Vec<Parsed> = input.snapshot.documents.par_iter().map(parse).collect();
    for parsed in &parsed {
        sources.push(parsed.source().clone());
    }
    let mut faults = check_documents(input, validators, &mut parsed, first);
    let mut by_source: Vec<Option<Arc<Parsed>>> = vec![None; first];
    by_source.extend(parsed.into_iter().map(|parsed| Some(Arc::new(parsed))));
    let (catalog, reference_faults) = Catalog::build(validators.kinds().clone(), by_source);
    faults.extend(reference_faults);
    (sources, catalog, faults)
}

fn parse(document: &Document) -> Parsed {
    syntax::parse_bytes(document.path.as_str(), document.bytes.clone())
}

/// What is wrong with the documents one by one: how they are recognized, read, and fit their kinds.
fn check_documents(
    input: &Input<'_>,
    validators: &Validators,
    parsed: &mut [Parsed],
    first: usize,
) -> Vec<Fault> {
    let shared: Vec<&Parsed> = parsed.iter().collect();
    let vocabulary = Vocabulary::read(validators.kinds(), shared);
    let recognitions: Vec<Recognition> = input
        .snapshot
        .documents
        .iter()
        .map(|document| document.recognition)
        .collect();
    parsed
        .par_iter_mut()
        .zip(recognitions)
        .enumerate()
        .flat_map_iter(|(index, (parsed, recognition))| {
            let source = SourceId::from_index(first + index);
            let mut faults: Vec<Fault> = recognition_fault(parsed, source, recognition)
                .into_iter()
                .collect();
            faults.extend(
                parsed
                    .faults()
                    .iter()
                    .map(|fault| syntax_fault(fault, source, parsed.source().text())),
            );
            // What does not say that it is ours is told once, and not field by field.
            let is_told = matches!(
                recognition,
                Recognition::Encrypted
                    | Recognition::Suspect(Suspicion::Kind | Suspicion::ApiVersion)
            );
            if !is_told {
                let words = vocabulary.at(parsed.source().path());
                let (found, broken) = validate(validators, words, parsed, source, input.strictness);
                faults.extend(found);
                parsed.mark_broken(broken);
            }
            faults
        })
        .collect()
}

fn syntax_fault(fault: &syntax::SyntaxFault, source: SourceId, text: &str) -> Fault {
    let label =
        |(range, text): &(TextRange, String)| Label::new(Span::new(source, *range), text.as_str());
    Fault {
        related: fault.related.iter().map(label).collect(),
        help: fault.help.clone(),
        path: line_of(text, fault.primary.0).to_owned(),
        ..Fault::new(fault.check, fault.message.as_str(), label(&fault.primary))
    }
}

/// The line that a range starts on, without blanks around it: what a fault is known by, wherever in
/// the file it stands.
fn line_of(text: &str, range: TextRange) -> &str {
    let start = (range.start as usize).min(text.len());
    let (before, after) = text.split_at_checked(start).unwrap_or((text, ""));
    let from = before.rfind('\n').map_or(0, |end| end + 1);
    let to = after.find('\n').map_or(text.len(), |end| start + end);
    text.get(from..to).unwrap_or_default().trim()
}

fn recognition_fault(parsed: &Parsed, source: SourceId, recognition: Recognition) -> Option<Fault> {
    let (check, message, help) = match recognition {
        Recognition::Ours => return None,
        // Documents that are no maps are faults of their own.
        Recognition::Foreign
            if parsed
                .documents(source)
                .any(|root| root.kind() != NodeKind::Mapping) =>
        {
            return None;
        }
        Recognition::Foreign => (
            EngineCheck::Unrecognized,
            "this is to be read as a governance document, but does not say so",
            "begin each document with `apiVersion: govlint/v1` and `kind:`, or do not name the file",
        ),
        Recognition::Encrypted => (
            EngineCheck::Encrypted,
            "the document is encrypted, so nothing in it can be checked",
            "decrypt it before the check, or keep secrets out of governance records",
        ),
        Recognition::Suspect(Suspicion::Kind) => (
            EngineCheck::Unrecognized,
            "this looks like a governance document, but does not say so",
            "add the line `apiVersion: govlint/v1`, or leave the file out with `exclude:`",
        ),
        Recognition::Suspect(Suspicion::ApiVersion) => (
            EngineCheck::Unrecognized,
            "the apiVersion is none that is known",
            "did you mean `apiVersion: govlint/v1`?",
        ),
        Recognition::Suspect(Suspicion::Spelling) => (
            EngineCheck::Unrecognized,
            "the apiVersion is not written on a line of its own without quotes",
            "write the line `apiVersion: govlint/v1`",
        ),
    };
    let text = parsed.source().text();
    let needle = if matches!(recognition, Recognition::Suspect(Suspicion::Kind)) {
        "kind:"
    } else {
        "apiVersion"
    };
    let start = text.find(needle).unwrap_or(0);
    let end = text[start..]
        .find('\n')
        .map_or(text.len(), |length| start + length);
    let offset = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    let span = Span::new(source, TextRange::new(offset(start), offset(end)));
    Some(Fault::new(check, message, Label::new(span, "")).with_help(help))
}
