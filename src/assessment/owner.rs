//! The share of an assessment that one owner has to mend.
//!
//! Who owns a record is said by annotations of the schemas. Whoever holds a role owns what the role
//! owns, and the other way round.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::people::{roles_by_holder, tagged_references};
use super::{Assessment, Subject, Triaged, Verdicts};
use crate::catalog::{Catalog, ResourceId};
use crate::kind::nearest;

/// The word on fields that say who answers for a record.
const OWNER: &str = "owner";

/// The records of one owner.
#[derive(Debug, Clone)]
pub struct Owned {
    /// How the owner is named: `Role/cfo`.
    owner: String,
    /// The records.
    resources: BTreeSet<ResourceId>,
    /// How each is named.
    names: BTreeSet<String>,
}

impl Owned {
    /// Returns what an owner owns.
    ///
    /// # Errors
    ///
    /// If there is no such owner; with the nearest name, if one is near.
    pub fn by(catalog: &Catalog, owner: &str) -> Result<Self, Option<String>> {
        let pairs = tagged_references(catalog, OWNER);
        let named = Subject::named(catalog, owner).filter(|subject| subject.key.is_none());
        let Some(id) = named.and_then(|subject| subject.resource) else {
            let owners: BTreeSet<String> = pairs
                .iter()
                .map(|(_, owner)| catalog.name(*owner))
                .collect();
            let near = nearest(owner, owners.iter().map(String::as_str));
            return Err(near.map(str::to_owned));
        };
        let held = roles_by_holder(catalog);
        let same = held
            .iter()
            .filter(|(person, role)| **person == id || **role == id);
        let mut same: BTreeSet<ResourceId> =
            same.flat_map(|(person, role)| [*person, *role]).collect();
        same.insert(id);
        let resources: BTreeSet<ResourceId> = pairs
            .iter()
            .filter(|(_, owner)| same.contains(owner))
            .map(|(resource, _)| *resource)
            .collect();
        Ok(Self {
            owner: catalog.name(id),
            names: resources
                .iter()
                .map(|resource| catalog.name(*resource))
                .collect(),
            resources,
        })
    }

    /// Keeps what is about the owner's records, and what keeps files from being read.
    pub fn keep(&self, assessment: &mut Assessment) {
        assessment.provenance.owner = Some(self.owner.clone());
        let findings = std::mem::take(&mut assessment.findings);
        assessment.findings = self.findings(findings);
        assessment
            .not_evaluable
            .retain(|verdict| self.is_theirs(&verdict.subject));
        if let Some(comparison) = &mut assessment.comparison {
            comparison
                .past
                .retain(|past| self.is_theirs(&past.finding.subject));
        }
        self.ledger(assessment);
    }

    fn is_theirs(&self, subject: &str) -> bool {
        let whole = subject.split('#').next().unwrap_or(subject);
        whole.is_empty() || self.names.contains(whole)
    }

    /// The findings that stay, with the head of each group among them.
    fn findings(&self, findings: Vec<Triaged>) -> Vec<Triaged> {
        let kept = findings.into_iter().enumerate();
        let mut kept: Vec<(usize, Triaged)> = kept
            .filter(|(_, triaged)| self.is_theirs(&triaged.finding.subject))
            .collect();
        let moved: BTreeMap<usize, usize> = kept.iter().map(|(old, _)| *old).zip(0..).collect();
        let mut stand_ins: BTreeMap<usize, usize> = BTreeMap::new();
        for (new, (_, triaged)) in kept.iter_mut().enumerate() {
            let head = triaged.head;
            let stand_in = stand_ins.entry(head).or_insert(new);
            triaged.head = moved.get(&head).copied().unwrap_or(*stand_in);
        }
        kept.into_iter().map(|(_, triaged)| triaged).collect()
    }

    fn ledger(&self, assessment: &mut Assessment) {
        let mut all = Verdicts::default();
        for (number, rule) in assessment.rules.iter_mut().enumerate() {
            let is_theirs = |subject: &Subject| {
                subject
                    .resource
                    .is_some_and(|id| self.resources.contains(&id))
            };
            match assessment.ledger.rules.get_mut(number) {
                Some(ledger) if !ledger.subjects.is_empty() => {
                    Arc::make_mut(ledger).retain(is_theirs);
                    rule.verdicts = ledger.count();
                }
                _ => {
                    let findings = assessment.findings.iter();
                    let own = findings.filter(|triaged| triaged.finding.rule == rule.name);
                    rule.verdicts.fail = own.count() as u64;
                }
            }
            all.add(rule.verdicts);
        }
        assessment.counts.verdicts = all;
    }
}
