//! What a run says of itself: its rules, counts and provenance.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::group::level;
use super::{Input, Loaded};
use crate::assessment::{
    Completeness, Counts, DateSource, PackSummary, ParamSummary, PolicySummary, Provenance,
    ResourceSummary, RuleSummary, Verdicts,
};
use crate::catalog::{Catalog, ResourceId};
use crate::evaluate::Ledger;
use crate::finding::Severity;
use crate::kind::KindId;
use crate::rule::{self, Check, Policies, Population, Rule};
use crate::triage::Triaged;

/// The rules that are on, with their verdicts.
pub(super) fn rules(
    input: &Input<'_>,
    loaded: &Loaded,
    ledger: &Ledger,
    findings: &[Triaged],
) -> Vec<RuleSummary> {
    let rules = loaded.policies.rules.iter().zip(&ledger.rules);
    rules
        .filter(|(rule, _)| rule.enabled)
        .map(|(rule, verdicts)| summary(input, loaded, rule, verdicts.count(), findings))
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
pub(super) fn resources(catalog: &Catalog, completeness: &[Completeness]) -> Vec<ResourceSummary> {
    let count = u32::try_from(catalog.len()).unwrap_or(u32::MAX);
    let kinds: BTreeMap<KindId, Arc<str>> = catalog
        .kinds()
        .iter()
        .map(|(id, kind)| (id, (*kind.name).into()))
        .collect();
    let one = |resource: ResourceId| {
        let id = catalog.node(catalog.resource(resource).id);
        let (weight, most) = level(catalog, resource);
        ResourceSummary {
            kind: kinds[&catalog.resource(resource).kind].clone(),
            id: id.text().into(),
            span: id.span(),
            weight,
            is_critical: weight > 0 && weight == most,
            collection: catalog.resource(resource).collection,
            completeness: completeness
                .get(resource as usize)
                .copied()
                .unwrap_or_default(),
        }
    };
    (0..count).map(one).collect()
}

fn summary(
    input: &Input<'_>,
    loaded: &Loaded,
    rule: &Rule,
    verdicts: Verdicts,
    findings: &[Triaged],
) -> RuleSummary {
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
        severity: match rule.effective_from {
            Some(day) if input.as_of < day => Severity::Info,
            _ => rule.severity,
        },
        maturity: rule.maturity,
        audience: rule.audience.clone(),
        is_waivable: rule.waivable,
        is_engine: matches!(rule.check, Check::Engine(_)),
        kinds: kinds(&loaded.policies, rule),
        measures: rule.measures,
        controls: rule.controls.clone(),
        span: rule.span,
        verdicts,
        params: params.collect(),
    }
}

/// The kinds that a rule gives verdicts on; none where it gives them on all, or on the whole.
fn kinds(policies: &Policies, rule: &Rule) -> Vec<Arc<str>> {
    let all = &policies.kinds;
    let named: Vec<KindId> = match &rule.check {
        Check::Condition(condition) => match &condition.population {
            Population::Kinds(kinds) if kinds.len() < all.len() => kinds.clone(),
            Population::Kinds(_) | Population::Repository => Vec::new(),
        },
        Check::Engine(check) => {
            let role = check.role();
            let kinds = all.iter().filter(|(_, kind)| kind.role.is_some());
            kinds
                .filter(|(_, kind)| role.is_some() && kind.role.as_deref() == role)
                .map(|(id, _)| id)
                .collect()
        }
    };
    named
        .into_iter()
        .map(|kind| (*all.kind(kind).name).into())
        .collect()
}

/// The policies, by name.
pub(super) fn policies(policies: &Policies) -> Vec<PolicySummary> {
    let policies = policies.policies.iter();
    policies
        .map(|(name, policy)| PolicySummary {
            name: name.as_str().into(),
            prefix: policy.prefix.clone(),
            title: policy.title.clone(),
            question: policy.question.clone(),
            weight: policy.weight,
            target: policy.target,
        })
        .collect()
}

/// The names of the kinds of which at least one record is wanted.
pub(super) fn required_kinds(policies: &Policies) -> Vec<Arc<str>> {
    let kinds = policies.required_kinds.iter();
    kinds
        .map(|kind| (*policies.kinds.kind(*kind).name).into())
        .collect()
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
        upstream: None,
        date_source: DateSource::default(),
        is_redacted: false,
        owner: None,
        packs: packs.collect(),
        profile: loaded.policies.profile.clone(),
        documents_digest: hasher.finalize().to_hex().to_string(),
    }
}
