//! Expected fields that are absent, and that no rule speaks about.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Circumstances;
use crate::catalog::{Catalog, ResourceId, entry, is_unknown};
use crate::expr::{
    Code, Frame, Machine, SeenFile, SeenRule, SeenVerdict, Surroundings, Value, World,
};
use crate::finding::{EngineCheck, Fault, Label};
use crate::kind::{Field, RecordId, nested_record};
use crate::rule::Policies;
use crate::scalar::Date;
use crate::syntax::{Node, NodeId, NodeKind};

/// The conditions of a record's expected fields, by number of the field.
type Conditions<'a> = FxHashMap<(RecordId, u16), Option<&'a Code>>;

/// Conditions of expected fields read documents only.
struct Nothing;

impl Surroundings for Nothing {
    fn verdicts(&self, _: &str) -> Vec<SeenVerdict> {
        Vec::new()
    }

    fn rule(&self, _: &str) -> Option<SeenRule> {
        None
    }

    fn file(&self, _: &str) -> Option<SeenFile> {
        None
    }
}

/// How many of the fields that a schema requires or expects of a resource are there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Completeness {
    /// Those with a value.
    pub recorded: u32,
    /// Those without one, and those that say `unknown`.
    pub missing: u32,
}

/// Finds expected fields that are absent, the first day on which others can be, and how complete
/// each resource is; `spoken` are the fields that a finding speaks about already.
pub(super) fn search(
    policies: &Policies,
    catalog: &Catalog,
    circumstances: &Circumstances<'_>,
    spoken: &FxHashSet<(NodeId, (RecordId, u16))>,
) -> Expectations {
    let check = EngineCheck::ExpectedFieldMissing;
    let is_on = policies.engine_rule(check).is_some_and(|rule| rule.enabled);
    let world = World::new(
        catalog,
        &policies.library,
        &policies.tables,
        &Nothing,
        circumstances.as_of,
        circumstances.from,
    );
    let conditions: Conditions<'_> = policies
        .expected
        .iter()
        .map(|expected| (expected.field, expected.condition.as_ref()))
        .collect();
    let records: FxHashSet<RecordId> = with_expected(policies, &conditions);
    let count = u32::try_from(catalog.len()).unwrap_or(u32::MAX);
    let ids: Vec<ResourceId> = (0..count).collect();
    let chunks: Vec<(Found, Date)> = ids
        .par_chunks(512)
        .map(|chunk| {
            let machine: Machine<'_, ()> = Machine::bare(&world);
            let search = Search {
                machine: &machine,
                conditions: &conditions,
                records: &records,
                spoken,
            };
            let mut found = Found::default();
            for id in chunk {
                found.completeness.push(Completeness::default());
                search.resource(*id, &mut found);
            }
            (found, machine.take_until())
        })
        .collect();
    let mut result = Expectations::default();
    for (found, until) in chunks {
        result.faults.extend(found.faults);
        result.completeness.extend(found.completeness);
        result.until = result.until.min(until);
    }
    if !is_on && circumstances.only.is_none() {
        result.faults.clear();
        result.until = Date::AFTER_ALL;
    }
    result
}

/// What becomes of expected fields.
pub(super) struct Expectations {
    /// Those that are absent, and that no finding speaks about.
    pub(super) faults: Vec<Fault>,
    /// The first day on which others can be.
    pub(super) until: Date,
    /// How complete each resource is, by number.
    pub(super) completeness: Vec<Completeness>,
}

impl Default for Expectations {
    fn default() -> Self {
        Self {
            faults: Vec::new(),
            until: Date::AFTER_ALL,
            completeness: Vec::new(),
        }
    }
}

/// What a search of some resources gives.
#[derive(Default)]
struct Found {
    faults: Vec<Fault>,
    /// The last one is that of the resource that is searched.
    completeness: Vec<Completeness>,
}

impl Found {
    fn count(&mut self, is_recorded: bool) {
        let own = self.completeness.last_mut();
        let own = own.expect("a resource is searched after its place is made");
        if is_recorded {
            own.recorded += 1;
        } else {
            own.missing += 1;
        }
    }
}

/// Records that have expected fields themselves or below them.
fn with_expected(policies: &Policies, conditions: &Conditions<'_>) -> FxHashSet<RecordId> {
    let mut records = FxHashSet::default();
    let all = policies.kinds.records();
    // Records come after those that hold them, so one pass backwards is enough.
    for index in (0..all.len()).rev() {
        let id = RecordId(u16::try_from(index).unwrap_or(u16::MAX));
        let own = (0u16..).zip(&all[index].fields).any(|(number, field)| {
            conditions.contains_key(&(id, number))
                || nested_record(&field.ty).is_some_and(|inner| records.contains(&inner))
        });
        if own {
            records.insert(id);
        }
    }
    records
}

struct Search<'s, 'a> {
    machine: &'s Machine<'a, ()>,
    conditions: &'s Conditions<'a>,
    records: &'s FxHashSet<RecordId>,
    spoken: &'s FxHashSet<(NodeId, (RecordId, u16))>,
}

impl<'a> Search<'_, 'a> {
    fn resource(&self, id: ResourceId, found: &mut Found) {
        let catalog = self.machine.catalog();
        let kind = catalog.kinds().kind(catalog.resource(id).kind);
        let node = catalog.resource_node(id);
        let record = catalog.kinds().record(kind.record);
        for field in &record.fields {
            if kind.items_of.is_some() && matches!(&*field.name, "items" | "defaults") {
                continue;
            }
            let value = catalog
                .field(id, field)
                .map(|(value, _)| value)
                .filter(|value| value.kind() != NodeKind::Null);
            self.field(id, node, None, field, value, "", found);
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the place of a field is four of them"
    )]
    fn field(
        &self,
        id: ResourceId,
        parent: Node<'a>,
        item: Option<(Node<'a>, RecordId)>,
        field: &Field,
        value: Option<Node<'a>>,
        path: &str,
        found: &mut Found,
    ) {
        let Some(value) = value else {
            if self.is_expected(id, item, field) {
                found.count(false);
                if !self.spoken.contains(&(parent.id(), field.place)) {
                    let fault = self.fault(id, parent, field, &below(path, field));
                    found.faults.push(fault);
                }
            }
            return;
        };
        // Whether a field is expected here is not asked of one that is there: it is no gap.
        if field.required || field.expected.is_some() {
            found.count(!is_unknown(value));
        }
        let Some(inner) = nested_record(&field.ty).filter(|inner| self.records.contains(inner))
        else {
            return;
        };
        let own_path = below(path, field);
        let catalog = self.machine.catalog();
        let record = catalog.kinds().record(inner);
        let is_list = value.kind() == NodeKind::Sequence;
        let mappings = value
            .items()
            .chain(std::iter::once(value))
            .filter(|node| node.kind() == NodeKind::Mapping);
        for mapping in mappings {
            let key = if is_list {
                format!("[{}]", item_name(mapping, &record.item_key))
            } else {
                String::new()
            };
            let item = if is_list {
                Some((mapping, inner))
            } else {
                item
            };
            let path = format!("{own_path}{key}");
            for field in &record.fields {
                let value = entry(mapping, field).filter(|value| value.kind() != NodeKind::Null);
                self.field(id, mapping, item, field, value, &path, found);
            }
        }
    }

    fn is_expected(
        &self,
        id: ResourceId,
        item: Option<(Node<'a>, RecordId)>,
        field: &Field,
    ) -> bool {
        match self.conditions.get(&field.place) {
            None => false,
            Some(None) => true,
            Some(Some(code)) => {
                let it = item.map(|(node, record)| (Value::Record(node, record), ()));
                let mut frame = Frame::new(Value::Resource(id), it);
                self.machine.truth(&code.ir, &mut frame).0 == Ok(true)
            }
        }
    }

    fn fault(&self, id: ResourceId, parent: Node<'a>, field: &Field, path: &str) -> Fault {
        let catalog = self.machine.catalog();
        let name = catalog.name(id);
        let is_root = parent.id() == catalog.resource(id).node;
        let anchor = if is_root {
            catalog.node(catalog.resource(id).id)
        } else {
            let first = parent
                .get("id")
                .or_else(|| parent.entries().next().map(|(key, _)| key));
            first.unwrap_or(parent)
        };
        let article = if is_root {
            name.clone()
        } else {
            format!(
                "{name}, {}",
                path.rsplit_once('.').map_or("", |(before, _)| before)
            )
        };
        let message = format!("{article} has no {}", field.title);
        Fault::new(
            EngineCheck::ExpectedFieldMissing,
            message,
            Label::new(anchor.span(), format!("no {} recorded", field.title)),
        )
        .with_help(format!(
            "record `{}`, or write `unknown` if nobody knows it",
            field.name
        ))
        .about(Some(name), path)
    }
}

/// The path of a field of what stands at `path`.
fn below(path: &str, field: &Field) -> String {
    if path.is_empty() {
        return field.name.to_string();
    }
    format!("{path}.{}", field.name)
}

fn item_name(mapping: Node<'_>, keys: &[Box<str>]) -> String {
    if let Some(id) = mapping.get("id") {
        return id.text().to_owned();
    }
    let parts: Vec<&str> = keys
        .iter()
        .filter_map(|key| mapping.get(key))
        .map(Node::text)
        .collect();
    parts.join("+")
}
