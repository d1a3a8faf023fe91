//! Expected fields that are absent, and that no rule speaks about.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Circumstances;
use super::again::{Before, Keeper};
use crate::catalog::{Catalog, ResourceId, entry, is_unknown};
use crate::expr::{
    Code, Frame, Machine, Read, SeenFile, SeenRule, SeenVerdict, Surroundings, Trace, Value, World,
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

/// Where a field is absent: the mapping that lacks it, and which one it is.
type Spot = (NodeId, (RecordId, u16));

/// Finds expected fields that are absent, the first day on which others can be, and how complete
/// each resource is.
pub(super) fn search(
    policies: &Policies,
    catalog: &Catalog,
    circumstances: &Circumstances<'_>,
) -> Expectations {
    let asked = Asked::new(policies, catalog, circumstances);
    let search_all = |chunk: &[ResourceId]| {
        let machine: Machine<'_, ()> = Machine::bare(&asked.world);
        let search = Search::new(&asked, &machine);
        chunk.iter().map(|id| search.own(*id)).collect::<Vec<_>>()
    };
    let ids: Vec<ResourceId> = (0..).take(catalog.len()).collect();
    let own: Vec<Vec<Own>> = ids.par_chunks(512).map(search_all).collect();
    Expectations::new(own.into_iter().flatten().collect(), asked.is_on)
}

/// The same, keeping what it rests on; resources of which nothing differs from the `earlier`
/// search, which is given up for it, are not searched again.
pub(super) fn search_after(
    policies: &Policies,
    catalog: &Catalog,
    circumstances: &Circumstances<'_>,
    earlier: Option<(Expectations, Before<'_>)>,
) -> Expectations {
    let asked = Asked::new(policies, catalog, circumstances);
    let mut tasks: Vec<(ResourceId, Option<Own>)> =
        (0..).take(catalog.len()).map(|id| (id, None)).collect();
    let before = earlier.map(|(earlier, before)| {
        for (own, now) in earlier.own.into_iter().zip(before.change.successors()) {
            if let Some(now) = now {
                tasks[*now as usize].1 = Some(own);
            }
        }
        before
    });
    let search_all = |tasks: &mut [(ResourceId, Option<Own>)]| {
        let machine = Machine::bare(&asked.world).recording();
        let search = Search::new(&asked, &machine);
        let keeper = before.map(|before| Keeper::new(Vec::new(), before, &machine));
        let own = |(id, known): &mut (ResourceId, Option<Own>)| {
            let known = known.take().zip(keeper.as_ref());
            let kept = known.and_then(|(own, keeper)| own.kept(keeper));
            kept.unwrap_or_else(|| search.own(*id))
        };
        tasks.iter_mut().map(own).collect::<Vec<_>>()
    };
    let own: Vec<Vec<Own>> = tasks.par_chunks_mut(512).map(search_all).collect();
    Expectations::new(own.into_iter().flatten().collect(), asked.is_on)
}

/// What becomes of expected fields.
pub(super) struct Expectations {
    /// The first day on which others can be expected.
    pub(super) until: Date,
    /// What was found of each resource, by number.
    own: Vec<Own>,
    /// True if what is absent is a finding.
    is_on: bool,
}

impl Default for Expectations {
    fn default() -> Self {
        Self::new(Vec::new(), false)
    }
}

impl Expectations {
    fn new(own: Vec<Own>, is_on: bool) -> Self {
        let mut expectations = Self {
            until: Date::AFTER_ALL,
            own,
            is_on,
        };
        expectations.note_until();
        expectations
    }

    fn note_until(&mut self) {
        let days = self.own.iter().map(|own| own.until);
        self.until = days.filter(|_| self.is_on).min().unwrap_or(Date::AFTER_ALL);
    }

    /// Fields that are absent and that no finding speaks about: `spoken` are those that one does.
    pub(super) fn faults(&self, spoken: &FxHashSet<Spot>) -> impl Iterator<Item = &Fault> {
        let absent = self.own.iter().filter(|_| self.is_on);
        let absent = absent.flat_map(|own| &own.absent);
        let unspoken = absent.filter(|(spot, _)| !spoken.contains(spot));
        unspoken.map(|(_, fault)| fault)
    }

    /// The same, given up.
    pub(super) fn into_faults(self, spoken: &FxHashSet<Spot>) -> Vec<Fault> {
        let absent = self.own.into_iter().filter(|_| self.is_on);
        let absent = absent.flat_map(|own| own.absent);
        let unspoken = absent.filter(|(spot, _)| !spoken.contains(spot));
        unspoken.map(|(_, fault)| fault).collect()
    }

    /// The faults that can differ where findings spoke about other fields `before` than `after`:
    /// those of one identity all or none.
    pub(super) fn differing(
        &self,
        before: &FxHashSet<Spot>,
        after: &FxHashSet<Spot>,
    ) -> (Vec<Fault>, Vec<Fault>) {
        let absent = self.own.iter().flat_map(|own| &own.absent);
        let differing = absent.filter(|(spot, _)| before.contains(spot) != after.contains(spot));
        let identities: FxHashSet<_> = differing.map(|(_, fault)| identity(fault)).collect();
        let some = |spoken: &FxHashSet<Spot>| {
            let faults = self.faults(spoken);
            let own = faults.filter(|fault| identities.contains(&identity(fault)));
            own.cloned().collect()
        };
        if identities.is_empty() {
            return (Vec::new(), Vec::new());
        }
        (some(before), some(after))
    }

    /// Searches those resources again of which others can be expected by now.
    pub(super) fn search_again(
        &mut self,
        policies: &Policies,
        catalog: &Catalog,
        circumstances: &Circumstances<'_>,
    ) {
        let asked = Asked::new(policies, catalog, circumstances);
        let machine: Machine<'_, ()> = Machine::bare(&asked.world);
        let search = Search::new(&asked, &machine);
        for (id, own) in (0..).zip(&mut self.own) {
            if own.until <= circumstances.as_of {
                *own = search.own(id);
            }
        }
        self.note_until();
    }

    /// How complete each resource is, by number.
    pub(super) fn completeness(&self) -> Vec<Completeness> {
        self.own.iter().map(|own| own.completeness).collect()
    }
}

/// What makes two faults about expected fields the same one.
fn identity(fault: &Fault) -> (Option<&str>, &str) {
    (fault.subject.as_deref(), &fault.path)
}

/// What is expected of one resource.
struct Own {
    /// Fields that are absent, whether findings speak about them or not.
    absent: Vec<(Spot, Fault)>,
    completeness: Completeness,
    /// The first day on which others can be expected.
    until: Date,
    /// What this rests on, if that was recorded.
    reads: Box<[Read]>,
}

impl Own {
    /// The same in a later run; none if something differs.
    fn kept(mut self, keeper: &Keeper<'_, '_>) -> Option<Self> {
        let until = keeper.holds(self.until, &self.reads)?;
        self.until = self.until.min(until);
        for ((node, _), fault) in &mut self.absent {
            node.source = keeper.source(node.source)?;
            fault.primary.span.source = keeper.source(fault.primary.span.source)?;
        }
        self.reads = keeper.successors(self.reads);
        Some(self)
    }

    fn count(&mut self, is_recorded: bool) {
        if is_recorded {
            self.completeness.recorded += 1;
        } else {
            self.completeness.missing += 1;
        }
    }
}

/// What fields are asked for, and on what.
struct Asked<'a> {
    world: World<'a>,
    conditions: Conditions<'a>,
    records: FxHashSet<RecordId>,
    /// True if what is absent is a finding.
    is_on: bool,
}

impl<'a> Asked<'a> {
    fn new(
        policies: &'a Policies,
        catalog: &'a Catalog,
        circumstances: &Circumstances<'_>,
    ) -> Self {
        let rule = policies.engine_rule(EngineCheck::ExpectedFieldMissing);
        let conditions: Conditions<'_> = policies
            .expected
            .iter()
            .map(|expected| (expected.field, expected.condition.as_ref()))
            .collect();
        Self {
            world: World::new(
                catalog,
                &policies.library,
                &policies.tables,
                &Nothing,
                circumstances.as_of,
                circumstances.from,
            ),
            records: with_expected(policies, &conditions),
            conditions,
            is_on: rule.is_some_and(|rule| rule.enabled) || circumstances.only.is_some(),
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

struct Search<'s, 'a, W: Trace> {
    machine: &'s Machine<'a, W>,
    conditions: &'s Conditions<'a>,
    records: &'s FxHashSet<RecordId>,
}

impl<'s, 'a, W: Trace> Search<'s, 'a, W> {
    fn new(asked: &'s Asked<'a>, machine: &'s Machine<'a, W>) -> Self {
        Self {
            machine,
            conditions: &asked.conditions,
            records: &asked.records,
        }
    }

    fn own(&self, id: ResourceId) -> Own {
        let mut own = Own {
            absent: Vec::new(),
            completeness: Completeness::default(),
            until: Date::AFTER_ALL,
            reads: Box::default(),
        };
        self.machine.note_value(&Value::Resource(id));
        self.resource(id, &mut own);
        own.until = self.machine.take_until();
        own.reads = self.machine.take_reads().into();
        own
    }

    fn resource(&self, id: ResourceId, found: &mut Own) {
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
        found: &mut Own,
    ) {
        let Some(value) = value else {
            if self.is_expected(id, item, field) {
                found.count(false);
                let fault = self.fault(id, parent, field, &below(path, field));
                found.absent.push(((parent.id(), field.place), fault));
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
                let it = item.map(|(node, record)| (Value::Record(node, record), W::default()));
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
