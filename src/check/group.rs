//! Findings of one rule with one cause: shown once, under their head.

use std::collections::BTreeMap;

use super::Loaded;
use crate::catalog::{Catalog, ResourceId};
use crate::evaluate::Subject;
use crate::kind::Type;
use crate::triage::Triaged;

/// The head of each finding's group: of the findings of a rule with one cause, the one on the
/// subject of highest weight, of those the one with the most places, of those the first. What
/// counts and what does not are groups apart.
pub(super) fn heads(loaded: &Loaded, findings: &[Triaged]) -> Vec<usize> {
    let mut groups: BTreeMap<(&str, &str, bool, bool), Vec<usize>> = BTreeMap::new();
    for (index, triaged) in findings.iter().enumerate() {
        if let Some(cause) = &triaged.finding.cause {
            let key = (
                triaged.finding.rule.as_ref(),
                cause.as_str(),
                triaged.is_open(),
                triaged.counts(),
            );
            groups.entry(key).or_default().push(index);
        }
    }
    let mut heads: Vec<usize> = (0..findings.len()).collect();
    for members in groups.values() {
        let rank = |index: &usize| {
            (
                subject_weight(loaded, &findings[*index].finding.subject),
                findings[*index].finding.related.len(),
                std::cmp::Reverse(*index),
            )
        };
        let Some(head) = members.iter().copied().max_by_key(rank) else {
            continue;
        };
        for member in members {
            heads[*member] = head;
        }
    }
    heads
}

fn subject_weight(loaded: &Loaded, subject: &str) -> u8 {
    let resource = Subject::named(&loaded.catalog, subject).and_then(|subject| subject.resource);
    resource.map_or(0, |resource| weight(&loaded.catalog, resource))
}

/// The rank of the level that weighs a resource, counted from 1; 0 if it has none.
fn weight(catalog: &Catalog, resource: ResourceId) -> u8 {
    level(catalog, resource).0
}

/// The rank of the level that weighs a resource and that of the highest such level, counted from 1;
/// 0 where there is none.
pub(super) fn level(catalog: &Catalog, resource: ResourceId) -> (u8, u8) {
    let record = catalog.kinds().root(catalog.resource(resource).kind);
    let field = record.fields.iter().find(|field| field.weight);
    let level = field.and_then(|field| {
        let (node, _) = catalog.field(resource, field)?;
        match field.ty {
            Type::Ladder(ladder) => {
                let levels = catalog.levels(ladder, node.id().source);
                let most = levels.0.iter().map(|(_, rank)| rank + 1).max();
                Some((levels.rank(node.text())? + 1, most?))
            }
            _ => None,
        }
    });
    level.unwrap_or((0, 0))
}
