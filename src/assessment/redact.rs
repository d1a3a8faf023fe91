//! An assessment without the names of people: for boards, auditors and logs that others read.
//!
//! It is changed before it is rendered, texts of files included, so that no format can forget it.
//! Places stay what they are: in texts of files, a name is covered by something of its length.

use std::ops::Deref;
use std::sync::Arc;

use super::people::People;
use super::{Assessment, State, Triaged, Upstream};
use crate::finding::{Finding, Label};
use crate::snapshot::{Contributor, RevisionIdentity};
use crate::source::{Source, Sources};

/// Puts roles and made-up names in place of people, everywhere.
pub fn redact(assessment: &mut Assessment, people: &People) {
    let hide = Hide(people);
    assessment.provenance.is_redacted = true;
    assessment.sources = hide.sources(&assessment.sources);
    for triaged in &mut assessment.findings {
        hide.triaged(triaged);
    }
    for verdict in &mut assessment.not_evaluable {
        hide.text(&mut verdict.subject);
        verdict
            .labels
            .iter_mut()
            .for_each(|label| hide.label(label));
    }
    hide.ledger(assessment);
    hide.comparison(assessment);
    if let Some(used) = &mut assessment.baseline {
        hide.text(&mut used.path);
        let stale = used.stale.iter_mut();
        stale.for_each(|entry| hide.text(&mut entry.subject));
    }
    for (path, reason) in &mut assessment.unread {
        hide.text(path);
        hide.text(reason);
    }
    let params = assessment
        .rules
        .iter_mut()
        .flat_map(|rule| &mut rule.params);
    params.for_each(|param| hide.text(&mut param.value));
    hide.text(&mut assessment.provenance.root);
    let owner = assessment.provenance.owner.iter_mut();
    owner.for_each(|owner| hide.text(owner));
    hide.upstream(&mut assessment.provenance.upstream);
    if let Some(revision) = &mut assessment.provenance.revision {
        hide.revision(revision);
    }
}

/// Texts of files without the names of people; every place stays what it is.
#[must_use]
pub fn redacted(sources: &Sources, people: &People) -> Sources {
    Hide(people).sources(sources)
}

/// Puts roles and made-up names in place of people in a finding.
pub fn redact_finding(finding: &mut Finding, people: &People) {
    Hide(people).finding(finding);
}

struct Hide<'p>(&'p People);

impl Hide<'_> {
    fn text(&self, text: &mut String) {
        if let Some(hidden) = self.0.hidden(text) {
            *text = hidden;
        }
    }

    fn boxed<T: Deref<Target = str> + From<String>>(&self, text: &mut T) {
        if let Some(hidden) = self.0.hidden(text) {
            *text = hidden.into();
        }
    }

    fn label(&self, label: &mut Label) {
        self.text(&mut label.text);
    }

    fn sources(&self, sources: &Sources) -> Sources {
        let mut covered = Sources::default();
        for (_, source) in sources.iter() {
            covered.push(self.source(source));
        }
        covered
    }

    fn source(&self, source: &Arc<Source>) -> Arc<Source> {
        let path = self.0.hidden(source.path());
        let text = self.0.covered(source.text());
        if path.is_none() && text.is_none() {
            return source.clone();
        }
        let path = path.as_deref().unwrap_or(source.path());
        let text = text.as_deref().unwrap_or(source.text());
        Arc::new(Source::altered(path, text))
    }

    fn triaged(&self, triaged: &mut Triaged) {
        self.finding(Arc::make_mut(&mut triaged.finding));
        if let State::Waived { by, reason, .. } = &mut triaged.state {
            self.text(by);
            self.text(reason);
        }
    }

    fn finding(&self, finding: &mut Finding) {
        self.text(&mut finding.message);
        self.label(&mut finding.primary);
        finding
            .related
            .iter_mut()
            .for_each(|label| self.label(label));
        self.text(&mut finding.subject);
        finding.help.iter_mut().for_each(|help| self.text(help));
        finding.cause.iter_mut().for_each(|cause| self.text(cause));
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
        let mut texts = edits.map(|edit| edit.replacement.as_str());
        if texts.any(|text| self.0.hidden(text).is_some()) {
            // An edit that writes something else than it should mends nothing.
            finding.fix = None;
        }
        if let Some(fix) = &mut finding.fix {
            self.text(&mut fix.title);
        }
    }

    fn ledger(&self, assessment: &mut Assessment) {
        for rule in &mut assessment.ledger.rules {
            for key in Arc::make_mut(rule)
                .subjects
                .iter_mut()
                .filter_map(|subject| subject.key.as_mut())
            {
                self.boxed(key);
            }
        }
        for resource in &mut assessment.resources {
            match self.0.alias(&resource.kind, &resource.id) {
                Some(alias) => {
                    resource.kind = (*alias.kind).into();
                    resource.id = alias.id.clone();
                }
                None => self.boxed(&mut resource.id),
            }
        }
    }

    fn comparison(&self, assessment: &mut Assessment) {
        let Some(comparison) = &mut assessment.comparison else {
            return;
        };
        self.text(&mut comparison.base.asked);
        for past in &mut comparison.past {
            self.finding(Arc::make_mut(&mut past.finding));
            past.now.iter_mut().for_each(|label| self.label(label));
        }
        for weakening in &mut comparison.weakenings {
            self.text(&mut weakening.about);
            self.text(&mut weakening.message);
        }
    }

    /// An address that names somebody leads elsewhere without the name.
    fn upstream(&self, upstream: &mut Option<Upstream>) {
        upstream.take_if(|upstream| self.0.hidden(&upstream.address).is_some());
    }

    fn revision(&self, revision: &mut RevisionIdentity) {
        self.text(&mut revision.asked);
        revision
            .reference
            .iter_mut()
            .for_each(|name| self.text(name));
        self.contributor(&mut revision.author);
        self.contributor(&mut revision.committer);
        if let Some(tag) = &mut revision.tag {
            self.text(&mut tag.name);
            tag.tagger
                .iter_mut()
                .for_each(|tagger| self.contributor(tagger));
        }
    }

    fn contributor(&self, contributor: &mut Contributor) {
        contributor.name = self.0.contributor(&contributor.name);
    }
}
