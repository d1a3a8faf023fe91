//! Waivers in force. Which are is decided by rules; here they are only matched.
//!
//! A waiver is in force if its document has no fault of its own and every rule of severity error
//! about waivers passes on it or does not apply.

use super::{Ledger, REPOSITORY, RuleLedger, Subject, Verdict, decides_on_waivers};
use crate::catalog::{Catalog, ResourceId};
use crate::finding::Severity;
use crate::kind::{Kinds, Record};
use crate::rule::{Policies, Rule};
use crate::scalar::Date;
use crate::syntax::Node;

/// A waiver as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Its resource.
    pub resource: ResourceId,
    /// `Kind/id`.
    pub name: String,
    /// The rule it names, by name or code, or `*`.
    pub rule: String,
    /// The subjects it names: a resource (none for the repository) and perhaps one item of it.
    pub targets: Vec<(Option<ResourceId>, Option<String>)>,
    /// Why it was granted.
    pub reason: String,
    /// Who approved it, as it is written.
    pub approver: Option<String>,
    /// The day on which it was approved.
    pub approved_on: Option<Date>,
    /// The right under which it was approved, as it is written.
    pub right: Option<String>,
    /// The last day on which it holds.
    pub expires: Option<Date>,
    /// True if it is in force.
    pub in_force: bool,
}

impl Waiver {
    /// The days until it ends, the last one included; negative after it. None if it has no end.
    #[must_use]
    pub fn days_left(&self, as_of: Date) -> Option<i64> {
        let expires = self.expires.filter(|day| !day.is_after_all())?;
        Some(as_of.days_until(expires))
    }

    /// The subjects it names: `Kind/id`, `Kind/id#key` or `Repository`.
    #[must_use]
    pub fn target_names(&self, catalog: &Catalog) -> Vec<String> {
        let targets = self.targets.iter();
        targets
            .map(|(resource, key)| {
                let whole = resource.map_or(REPOSITORY.to_owned(), |id| catalog.name(id));
                match key {
                    Some(key) => format!("{whole}#{key}"),
                    None => whole,
                }
            })
            .collect()
    }
}

/// All waivers of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waivers(pub Vec<Waiver>);

impl Waivers {
    /// The first waiver in force that covers the failure of a rule on a subject.
    #[must_use]
    pub fn covers(&self, rule: &Rule, subject: &Subject) -> Option<&Waiver> {
        if !rule.waivable {
            return None;
        }
        self.0
            .iter()
            .filter(|waiver| waiver.in_force)
            .find(|waiver| {
                names(waiver, rule)
                    && waiver
                        .targets
                        .iter()
                        .any(|target| target_covers(target, subject))
            })
    }
}

/// `*` never covers a rule of severity error.
fn names(waiver: &Waiver, rule: &Rule) -> bool {
    *waiver.rule == *rule.name
        || waiver.rule.eq_ignore_ascii_case(&rule.code)
        || (waiver.rule == "*" && rule.severity != Severity::Error)
}

/// `Kind/id` covers the resource and its items, `Kind/id#key` one item.
fn target_covers(
    (resource, key): &(Option<ResourceId>, Option<String>),
    subject: &Subject,
) -> bool {
    *resource == subject.resource
        && key
            .as_ref()
            .is_none_or(|key| subject.key.as_deref() == Some(key))
}

/// Reads all waivers and settles which are in force, as far as the rules up to a stratum say.
pub(super) fn in_force(
    policies: &Policies,
    catalog: &Catalog,
    (ledger, stratum): (&Ledger, usize),
    faulty: &[ResourceId],
) -> Waivers {
    let rules = policies.rules.iter().zip(&ledger.rules);
    let deciding: Vec<&RuleLedger> = rules
        .filter(|(rule, _)| rule.stratum <= stratum && decides_on_waivers(policies, rule))
        .map(|(_, ledger)| &**ledger)
        .collect();
    let kinds = &policies.kinds;
    let mut found = Vec::new();
    for (kind_id, kind) in kinds
        .iter()
        .filter(|(_, kind)| kind.role.as_deref() == Some("waiver"))
    {
        let record = kinds.record(kind.record);
        for resource in catalog.of_kind(kind_id) {
            let mut waiver = read(catalog, kinds, record, resource);
            waiver.in_force = !faulty.contains(&resource) && is_allowed(&deciding, resource);
            found.push(waiver);
        }
    }
    Waivers(found)
}

fn read(catalog: &Catalog, _: &Kinds, record: &Record, resource: ResourceId) -> Waiver {
    let value = |name: &str| {
        let field = record.field(name)?;
        catalog.field(resource, field).map(|(node, _)| node)
    };
    let date = |name: &str| value(name).and_then(|node| Date::parse(node.text()).ok());
    let rule = record
        .fields
        .iter()
        .find(|field| field.names_rule)
        .and_then(|field| catalog.field(resource, field));
    let targets = record.fields.iter().find(|field| {
        field
            .reference
            .as_ref()
            .is_some_and(|reference| reference.subject)
    });
    let targets = targets
        .and_then(|field| catalog.field(resource, field))
        .map(|(node, _)| node);
    let targets = targets
        .into_iter()
        .flat_map(Node::items)
        .filter_map(|node| target(catalog, node))
        .collect();
    Waiver {
        resource,
        name: catalog.name(resource),
        rule: rule
            .map(|(node, _)| node.text().to_owned())
            .unwrap_or_default(),
        targets,
        reason: value("reason")
            .map(|node| node.text().to_owned())
            .unwrap_or_default(),
        approver: value("approvedBy").map(|node| node.text().to_owned()),
        approved_on: date("approvedOn"),
        right: value("decisionRight").map(|node| node.text().to_owned()),
        expires: date("expires"),
        in_force: false,
    }
}

/// What a target names: what the reference leads to, and the key after it. A reference that leads
/// nowhere names nothing.
fn target(catalog: &Catalog, node: Node<'_>) -> Option<(Option<ResourceId>, Option<String>)> {
    let (whole, key) = match node.text().split_once('#') {
        Some((whole, key)) => (whole, Some(key.to_owned())),
        None => (node.text(), None),
    };
    if whole == REPOSITORY {
        return Some((None, key));
    }
    let reference = catalog.reference_at(node.id())?;
    Some((Some(reference.target.resource()?), key))
}

fn is_allowed(deciding: &[&RuleLedger], resource: ResourceId) -> bool {
    let verdicts = deciding
        .iter()
        .flat_map(|ledger| ledger.verdicts_on(Some(resource)));
    let mut verdicts = verdicts.map(|(_, verdict)| verdict);
    verdicts.all(|verdict| matches!(verdict, Verdict::Pass | Verdict::NotApplicable))
}
