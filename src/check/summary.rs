//! What a run says of itself: its rules, counts and provenance.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::group::weight;
use super::{Input, Loaded};
use crate::assessment::{
    Counts, DateSource, PackSummary, ParamSummary, Provenance, ResourceSummary, RuleSummary,
    Verdicts,
};
use crate::catalog::{Catalog, ResourceId};
use crate::evaluate::Ledger;
use crate::kind::KindId;
use crate::rule::{self, Check, Policies, Rule};
use crate::triage::Triaged;

/// The rules that are on, with their verdicts.
pub(super) fn rules(loaded: &Loaded, ledger: &Ledger, findings: &[Triaged]) -> Vec<RuleSummary> {
    let rules = loaded.policies.rules.iter().zip(&ledger.rules);
    rules
        .filter(|(rule, _)| rule.enabled)
        .map(|(rule, verdicts)| summary(loaded, rule, verdicts.count(), findings))
        .collect()
}

/// The verdicts of the rules that are on.
pub(super) fn ledger(policies: &Policies, ledger: Ledger) -> Ledger {
    let rules = policies.rules.iter().zip(ledger.rules);
    Ledger {
        rules: rules
            .filter(|(rule, _)| rule.enabled)
            .map(|(_, verdicts)| verdicts)
            .collect(),
    }
}

/// The resources by number.
pub(super) fn resources(catalog: &Catalog) -> Vec<ResourceSummary> {
    let count = u32::try_from(catalog.len()).unwrap_or(u32::MAX);
    let kinds: BTreeMap<KindId, Arc<str>> = catalog
        .kinds()
        .iter()
        .map(|(id, kind)| (id, (*kind.name).into()))
        .collect();
    let one = |resource: ResourceId| {
        let id = catalog.node(catalog.resource(resource).id);
        ResourceSummary {
            kind: kinds[&catalog.resource(resource).kind].clone(),
            id: id.text().into(),
            span: id.span(),
            weight: weight(catalog, resource),
        }
    };
    (0..count).map(one).collect()
}

fn summary(loaded: &Loaded, rule: &Rule, verdicts: Verdicts, findings: &[Triaged]) -> RuleSummary {
    let verdicts = match rule.check {
        Check::Condition(_) => verdicts,
        // The engine's checks look at everything that is read; only what they find can be counted.
        Check::Engine(_) => Verdicts {
            fail: findings
                .iter()
                .filter(|triaged| triaged.finding.rule == rule.name)
                .count() as u64,
            ..Verdicts::default()
        },
    };
    let params = rule.params.iter().map(|param| ParamSummary {
        name: param.name.to_string(),
        value: rule::print_literal(&loaded.policies.kinds, &param.value),
        span: param.span,
    });
    RuleSummary {
        name: rule.name.clone(),
        code: rule.code.clone(),
        policy: rule.policy.clone(),
        title: rule.title.clone(),
        why: rule.why.clone(),
        severity: rule.severity,
        controls: rule.controls.clone(),
        span: rule.span,
        verdicts,
        params: params.collect(),
    }
}

pub(super) fn counts(input: &Input<'_>, loaded: &Loaded, rules: &[RuleSummary]) -> Counts {
    let catalog = &loaded.catalog;
    let mut kinds = BTreeMap::new();
    for (id, kind) in catalog.kinds().iter() {
        let count = catalog.of_kind(id).len();
        if count > 0 {
            kinds.insert(kind.name.to_string(), count);
        }
    }
    let mut verdicts = Verdicts::default();
    rules.iter().for_each(|rule| verdicts.add(rule.verdicts));
    Counts {
        files: input.snapshot.documents.len(),
        skipped: input.snapshot.skipped,
        resources: catalog.len(),
        kinds,
        rules: rules.len(),
        verdicts,
    }
}

pub(super) fn provenance(input: &Input<'_>, loaded: &Loaded) -> Provenance {
    let mut hasher = blake3::Hasher::new();
    for document in &input.snapshot.documents {
        for part in [document.path.as_bytes(), &document.bytes] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
    }
    let packs = input.packs.iter().map(|pack| PackSummary {
        name: pack.name.clone(),
        version: pack.version.clone(),
        digest: pack.digest(),
        rules: pack
            .files
            .iter()
            .filter(|file| file.text.contains("\nkind: Rule"))
            .count(),
    });
    Provenance {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        root: input.snapshot.root.clone(),
        revision: input.snapshot.revision.clone(),
        date_source: DateSource::default(),
        is_redacted: false,
        owner: None,
        packs: packs.collect(),
        profile: loaded.policies.profile.clone(),
        documents_digest: hasher.finalize().to_hex().to_string(),
    }
}
