//! Documents, read into a catalog with everything that is wrong with them.

use std::sync::Arc;

use rayon::prelude::*;

use super::Input;
use super::known::{Checked, KnownDocument, KnownDocuments};
use crate::catalog::{Catalog, Outline, rename_everywhere};
use crate::finding::{EngineCheck, Fault, Label};
use crate::kind::Vocabulary;
use crate::kind::validate::{Validators, validate};
use crate::snapshot::{Document, Recognition, Suspicion};
use crate::source::{SourceId, Sources, Span, TextRange};
use crate::syntax::{self, NodeKind, Parsed};

/// Reads the documents of a snapshot into a catalog, with everything that is wrong with them. What
/// is known already is taken from there, and what is read is made known.
pub(crate) fn read_documents(
    input: &Input<'_>,
    validators: &Validators,
    known: Option<&mut KnownDocuments>,
) -> (Sources, Catalog, Vec<Fault>) {
    let mut sources = input.sources.clone();
    let first = sources.len();
    let mut faults = Vec::new();
    let mut by_source: Vec<Option<Arc<Parsed>>> = vec![None; first];
    let nothing = Arc::new(Outline::default());
    let mut outlines = vec![nothing; first];
    for checked in check_documents(input, validators, known, first) {
        sources.push(checked.parsed.source().clone());
        by_source.push(Some(checked.parsed));
        outlines.push(checked.outline);
        faults.extend(checked.faults);
    }
    let kinds = validators.kinds().clone();
    let (catalog, reference_faults) = Catalog::assemble(kinds, by_source, &outlines);
    faults.extend(reference_faults);
    rename_everywhere(&catalog, input.is_whole, &mut faults);
    (sources, catalog, faults)
}

/// A document on its way to be checked.
enum Text<'k> {
    New(Parsed),
    Known(&'k KnownDocument),
}

impl Text<'_> {
    fn parsed(&self) -> &Parsed {
        match self {
            Self::New(parsed) => parsed,
            Self::Known(known) => known.parsed(),
        }
    }
}

/// Parses documents and checks them one by one, unless that was done before.
fn check_documents(
    input: &Input<'_>,
    validators: &Validators,
    known: Option<&mut KnownDocuments>,
    first: usize,
) -> Vec<Checked> {
    let Some(known) = known else {
        let texts = parse_unknown(input, None);
        let vocabulary = vocabulary(validators, &texts);
        return check_texts(input, validators, &vocabulary, texts, first);
    };
    let kinds = validators.kinds();
    let mut texts = parse_unknown(input, Some(known));
    let vocabulary = vocabulary(validators, &texts);
    if !known.was_checked_under(kinds, &vocabulary, input.strictness) {
        texts = parse_unknown(input, None);
        known.start_over(kinds.clone(), vocabulary.clone(), input.strictness);
    }
    let is_new = |text: &Text<'_>| matches!(text, Text::New(_));
    let new: Vec<bool> = texts.iter().map(is_new).collect();
    let checked = check_texts(input, validators, &vocabulary, texts, first);
    let documents = input.snapshot.documents.iter().zip(&checked).zip(new);
    for ((document, checked), _) in documents.filter(|(_, is_new)| *is_new) {
        known.remember(kinds, document, checked);
    }
    checked
}

fn parse_unknown<'k>(input: &Input<'_>, known: Option<&'k KnownDocuments>) -> Vec<Text<'k>> {
    let parse = |document: &Document| match known.and_then(|known| known.find(document)) {
        Some(known) => Text::Known(known),
        None => {
            let bytes = document.bytes.to_vec();
            Text::New(syntax::parse_bytes(document.path.as_str(), bytes))
        }
    };
    input.snapshot.documents.par_iter().map(parse).collect()
}

fn vocabulary(validators: &Validators, texts: &[Text<'_>]) -> Vocabulary {
    let kinds = validators.kinds();
    let may_read = |text: &&Text<'_>| match text {
        Text::New(parsed) => Vocabulary::may_read(kinds, parsed),
        Text::Known(known) => known.names_levels,
    };
    let texts: Vec<&Text<'_>> = texts.par_iter().filter(may_read).collect();
    Vocabulary::read(kinds, texts.into_iter().map(Text::parsed))
}

fn check_texts(
    input: &Input<'_>,
    validators: &Validators,
    vocabulary: &Vocabulary,
    texts: Vec<Text<'_>>,
    first: usize,
) -> Vec<Checked> {
    let documents = &input.snapshot.documents;
    texts
        .into_par_iter()
        .zip(documents)
        .enumerate()
        .map(|(index, (text, document))| {
            let source = SourceId::from_index(first + index);
            match text {
                Text::Known(known) => known.checked_in(source),
                Text::New(mut parsed) => {
                    let words = vocabulary.at(parsed.source().path());
                    let recognition = document.recognition;
                    let mut faults = reading_faults(&parsed, source, recognition);
                    if !is_told(recognition) {
                        let strictness = input.strictness;
                        let (found, broken) =
                            validate(validators, words, &parsed, source, strictness);
                        faults.extend(found);
                        parsed.mark_broken(broken);
                    }
                    Checked {
                        outline: Outline::of(validators.kinds(), &parsed).into(),
                        parsed: parsed.into(),
                        faults,
                    }
                }
            }
        })
        .collect()
}

/// What keeps a text from being read as records.
fn reading_faults(parsed: &Parsed, source: SourceId, recognition: Recognition) -> Vec<Fault> {
    let recognized = recognition_fault(parsed, source, recognition).into_iter();
    let syntax = parsed.faults().iter();
    let syntax = syntax.map(|fault| syntax_fault(fault, source, parsed.source().text()));
    recognized.chain(syntax).collect()
}

/// What does not say that it is ours is told once, and not field by field.
fn is_told(recognition: Recognition) -> bool {
    matches!(
        recognition,
        Recognition::Encrypted | Recognition::Suspect(Suspicion::Kind | Suspicion::ApiVersion)
    )
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
