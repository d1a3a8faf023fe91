//! What was read before: a blob that is still there is neither parsed nor checked again, and
//! policies that still hold are not loaded again.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::catalog::Outline;
use crate::finding::{Fault, Label};
use crate::kind::validate::{Strictness, Validators};
use crate::kind::{Kinds, Vocabulary};
use crate::rule::Policies;
use crate::snapshot::{Document, ObjectId, Recognition};
use crate::source::{SourceId, Sources};
use crate::syntax::Parsed;

/// What one run keeps for the next.
#[derive(Default)]
pub struct Known {
    /// Documents that were read.
    pub documents: KnownDocuments,
    pub(super) policies: Option<KnownPolicies>,
    validators: Option<Arc<Validators>>,
}

/// Policies that were loaded.
pub(super) struct KnownPolicies {
    pub(super) policies: Arc<Policies>,
    /// The texts that they point into, before those of documents.
    pub(super) sources: Sources,
    /// The profile that the records named.
    pub(super) profile: Option<String>,
}

impl Known {
    /// The validators of these kinds, compiled as far as they were needed before.
    pub(super) fn validators(&mut self, kinds: &Arc<Kinds>) -> Arc<Validators> {
        let known = self.validators.take();
        let known = known.filter(|known| Arc::ptr_eq(known.kinds(), kinds));
        let validators = known.unwrap_or_else(|| Arc::new(Validators::new(kinds.clone())));
        self.validators.insert(validators).clone()
    }

    /// Forgets the policies, because others hold.
    pub fn forget_policies(&mut self) {
        self.policies = None;
    }
}

/// Documents by their blobs, with what is wrong with each of them alone.
#[derive(Default)]
pub struct KnownDocuments {
    ground: Option<Ground>,
    by_blob: FxHashMap<ObjectId, Vec<KnownDocument>>,
}

/// What the faults of a document depend on besides the document.
struct Ground {
    kinds: Arc<Kinds>,
    vocabulary: Vocabulary,
    strictness: Strictness,
}

/// A document, what it holds, and what is wrong with it alone.
#[derive(Clone)]
pub(super) struct Checked {
    pub(super) parsed: Arc<Parsed>,
    pub(super) outline: Arc<Outline>,
    pub(super) faults: Vec<Fault>,
}

/// A document that was read and checked.
pub(super) struct KnownDocument {
    path: Box<str>,
    checked: Checked,
    /// True if it may have words for ladders.
    pub(super) names_levels: bool,
    recognition: Recognition,
}

impl KnownDocuments {
    /// The document, if the same blob was read under the same path.
    pub(super) fn find(&self, document: &Document) -> Option<&KnownDocument> {
        let known = self.by_blob.get(&document.blob?)?.iter();
        let mut same = known.filter(|known| {
            known.recognition == document.recognition && *known.path == *document.path
        });
        same.next()
    }

    /// True if what is known was checked like this.
    pub(super) fn was_checked_under(
        &self,
        kinds: &Arc<Kinds>,
        vocabulary: &Vocabulary,
        strictness: Strictness,
    ) -> bool {
        self.ground.as_ref().is_some_and(|ground| {
            Arc::ptr_eq(&ground.kinds, kinds)
                && ground.strictness == strictness
                && ground.vocabulary == *vocabulary
        })
    }

    /// Forgets all, since it will be checked otherwise.
    pub(super) fn start_over(
        &mut self,
        kinds: Arc<Kinds>,
        vocabulary: Vocabulary,
        strictness: Strictness,
    ) {
        self.by_blob.clear();
        self.ground = Some(Ground {
            kinds,
            vocabulary,
            strictness,
        });
    }

    /// Remembers a document that was read and checked.
    pub(super) fn remember(&mut self, kinds: &Kinds, document: &Document, checked: &Checked) {
        let Some(blob) = document.blob else {
            return;
        };
        if self.find(document).is_none() {
            self.by_blob.entry(blob).or_default().push(KnownDocument {
                names_levels: Vocabulary::may_read(kinds, &checked.parsed),
                recognition: document.recognition,
                path: document.path.as_str().into(),
                checked: checked.clone(),
            });
        }
    }
}

impl KnownDocument {
    pub(super) fn parsed(&self) -> &Parsed {
        &self.checked.parsed
    }

    /// What was found, where its text has this number.
    pub(super) fn checked_in(&self, source: SourceId) -> Checked {
        let moved = |fault: &Fault| {
            let mut fault = fault.clone();
            let related = fault.related.iter_mut();
            let move_label = |label: &mut Label| label.span.source = source;
            related.chain([&mut fault.primary]).for_each(move_label);
            let edits = fault.fix.iter_mut().flat_map(|fix| &mut fix.edits);
            edits.for_each(|edit| edit.span.source = source);
            fault
        };
        Checked {
            faults: self.checked.faults.iter().map(moved).collect(),
            parsed: self.checked.parsed.clone(),
            outline: self.checked.outline.clone(),
        }
    }
}
