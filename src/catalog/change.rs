//! What became of the resources of one catalog in a later one.
//!
//! Texts that were not read again are recognized by their identity, others are compared node by
//! node. Nothing here says *how* something changed; see the comparison of findings for that.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Catalog, Edge, FieldSet, Item, Reference, ResourceId, Target};
use crate::kind::{KindId, RefPathId};
use crate::source::SourceId;
use crate::syntax::{Node, NodeId, Parsed};

/// What became of the resources of a catalog in a later one.
#[derive(Debug)]
pub struct Change {
    /// By number in the later catalog: the resource of the same kind and id.
    predecessor: Vec<Option<ResourceId>>,
    /// By number in the earlier catalog: the fields that say something else or lead elsewhere.
    changed: Vec<FieldSet>,
    /// By number in the earlier catalog: true if the same references lead to it.
    same_referrers: Vec<bool>,
    /// True if a kind has the same resources.
    same_kind: Vec<bool>,
    /// True if what holds for all resources is the same.
    is_comparable: bool,
    is_renumbered: bool,
    /// By number in the earlier catalog: the sources that were not read again.
    sources: Vec<Option<SourceId>>,
    /// By number in the earlier catalog.
    successor: Vec<Option<ResourceId>>,
}

impl Change {
    /// Compares two catalogs.
    #[must_use]
    pub fn between(before: &Catalog, now: &Catalog) -> Self {
        let (successor, predecessor) = pair(before, now);
        let sources = kept_sources(before, now);
        let comparison = Comparison {
            before,
            now,
            successor: &successor,
            sources: &sources,
        };
        let ids: Vec<ResourceId> = (0..).take(before.len()).collect();
        let changed: Vec<FieldSet> = ids.par_iter().map(|id| comparison.changed(*id)).collect();
        let (suspects_before, suspects_now) = (before.suspects(), now.suspects());
        let same_referrers = ids
            .par_iter()
            .map(|id| {
                comparison.same_referrers(*id)
                    && comparison.same_suspects(*id, &suspects_before, &suspects_now)
            })
            .collect();
        let kinds = before.kinds.iter().map(|(kind, _)| kind);
        let same_kind = kinds.map(|kind| comparison.same_members(kind)).collect();
        let is_comparable = Arc::ptr_eq(&before.kinds, &now.kinds)
            && before.open == now.open
            && before.settings == now.settings;
        Self {
            predecessor,
            changed,
            same_referrers,
            same_kind,
            is_comparable,
            is_renumbered: (0..)
                .zip(&successor)
                .any(|(id, successor)| *successor != Some(id)),
            sources,
            successor,
        }
    }

    /// True if what holds for all resources is the same: kinds, ladders, currencies, and of which
    /// kinds there may be resources that cannot be read.
    #[must_use]
    pub fn is_comparable(&self) -> bool {
        self.is_comparable
    }

    /// True if a resource that is in both catalogs has another number, or one is gone.
    #[must_use]
    pub fn is_renumbered(&self) -> bool {
        self.is_renumbered
    }

    /// By number in the earlier catalog: the resource that is of the same kind and id.
    #[must_use]
    pub fn successors(&self) -> &[Option<ResourceId>] {
        &self.successor
    }

    /// The resource of the earlier catalog that became this one.
    #[must_use]
    pub fn predecessor(&self, id: ResourceId) -> Option<ResourceId> {
        self.predecessor[id as usize]
    }

    /// The fields of a resource of the earlier catalog that say something else or lead elsewhere.
    #[must_use]
    pub fn changed(&self, id: ResourceId) -> FieldSet {
        self.changed[id as usize]
    }

    /// True if the same references lead to a resource of the earlier catalog.
    #[must_use]
    pub fn same_referrers(&self, id: ResourceId) -> bool {
        self.same_referrers[id as usize]
    }

    /// True if a kind has the same resources.
    #[must_use]
    pub fn same_kind(&self, kind: KindId) -> bool {
        self.same_kind[kind.0 as usize]
    }

    /// The number that a source of the earlier catalog has in the later one, if it was not read
    /// again.
    #[must_use]
    pub fn source(&self, id: SourceId) -> Option<SourceId> {
        self.sources.get(id.index()).copied().flatten()
    }
}

/// References by the resource that was probably meant: where they start, and their field.
type Suspects = FxHashMap<ResourceId, Vec<(ResourceId, RefPathId, NodeId)>>;

impl Catalog {
    fn suspects(&self) -> Suspects {
        let mut suspects = Suspects::default();
        for edge in &self.forward {
            let reference = &self.references[edge.reference as usize];
            if let Target::Dangling(Some(near)) = reference.target {
                let suspect = (edge.from, edge.path, reference.node);
                suspects.entry(near).or_default().push(suspect);
            }
        }
        suspects
    }
}

/// Pairs the resources of equal kind and id; of several with one name the first with the first.
fn pair(before: &Catalog, now: &Catalog) -> (Vec<Option<ResourceId>>, Vec<Option<ResourceId>>) {
    let mut successor = vec![None; before.len()];
    let mut predecessor = vec![None; now.len()];
    let (mut left, mut right): (ResourceId, ResourceId) = (0, 0);
    while (left as usize) < before.len() && (right as usize) < now.len() {
        let key = (before.resource(left).kind, before.id(left));
        match key.cmp(&(now.resource(right).kind, now.id(right))) {
            std::cmp::Ordering::Less => left += 1,
            std::cmp::Ordering::Greater => right += 1,
            std::cmp::Ordering::Equal => {
                successor[left as usize] = Some(right);
                predecessor[right as usize] = Some(left);
                left += 1;
                right += 1;
            }
        }
    }
    (successor, predecessor)
}

fn kept_sources(before: &Catalog, now: &Catalog) -> Vec<Option<SourceId>> {
    let numbered = now.parsed.iter().enumerate();
    let numbers: FxHashMap<*const Parsed, SourceId> = numbered
        .filter_map(|(index, parsed)| {
            Some((Arc::as_ptr(parsed.as_ref()?), SourceId::from_index(index)))
        })
        .collect();
    let kept = |(index, parsed): (usize, &Option<Arc<Parsed>>)| {
        let parsed = parsed.as_ref()?;
        // Mostly no text is put before it or taken away.
        let same = now.parsed.get(index).and_then(Option::as_ref);
        if same.is_some_and(|same| Arc::ptr_eq(same, parsed)) {
            return Some(SourceId::from_index(index));
        }
        numbers.get(&Arc::as_ptr(parsed)).copied()
    };
    before.parsed.iter().enumerate().map(kept).collect()
}

struct Comparison<'c> {
    before: &'c Catalog,
    now: &'c Catalog,
    successor: &'c [Option<ResourceId>],
    sources: &'c [Option<SourceId>],
}

impl Comparison<'_> {
    fn changed(&self, id: ResourceId) -> FieldSet {
        let Some(successor) = self.successor[id as usize] else {
            return FieldSet::ALL;
        };
        let texts = self.changed_texts(id, successor);
        texts.with(self.changed_references(id, successor))
    }

    fn changed_texts(&self, id: ResourceId, successor: ResourceId) -> FieldSet {
        let (before, now) = (self.before.resource(id), self.now.resource(successor));
        let setting = |catalog: &Catalog, node: NodeId| {
            catalog.setting_of_source.get(node.source.index()).copied()
        };
        if setting(self.before, before.node) != setting(self.now, now.node) {
            return FieldSet::ALL;
        }
        if self.sources[before.node.source.index()] == Some(now.node.source) {
            let is_same = before.node.index == now.node.index;
            return FieldSet::all_unless(is_same);
        }
        let has_same_frame = match (before.collection, now.collection) {
            (None, None) => true,
            (Some(before), Some(now)) => same_frame(
                self.before.resource_node(before),
                self.now.resource_node(now),
            ),
            _ => false,
        };
        if !has_same_frame {
            return FieldSet::ALL;
        }
        let (left, right) = (
            FieldValues::of(self.before, id),
            FieldValues::of(self.now, successor),
        );
        left.changed(&right)
    }

    fn changed_references(&self, id: ResourceId, successor: ResourceId) -> FieldSet {
        let before: Vec<_> = self.before.references_from(id).collect();
        let now: Vec<_> = self.now.references_from(successor).collect();
        let is_same = |left: &(&Edge, &Reference), right: &(&Edge, &Reference)| {
            left.0.path == right.0.path && self.same_target(left.1.target, right.1.target)
        };
        let all_same = |left: &[(&Edge, &Reference)], right: &[(&Edge, &Reference)]| {
            let mut pairs = left.iter().zip(right);
            left.len() == right.len() && pairs.all(|(left, right)| is_same(left, right))
        };
        if all_same(&before, &now) {
            return FieldSet::NONE;
        }
        let by_field = |catalog: &Catalog, id: ResourceId, reference: &Reference| {
            let field = catalog.field_around(id, reference.node);
            field.map_or(FieldSet::ALL, FieldSet::of)
        };
        let left = before
            .iter()
            .map(|own| (by_field(self.before, id, own.1), *own));
        let right = now
            .iter()
            .map(|own| (by_field(self.now, successor, own.1), *own));
        let (left, right): (Vec<_>, Vec<_>) = (left.collect(), right.collect());
        let fields = left.iter().chain(&right).map(|(field, _)| *field);
        let fields: BTreeSet<FieldSet> = fields.collect();
        fields.into_iter().fold(FieldSet::NONE, |changed, field| {
            let own = |all: &[(FieldSet, (_, _))]| {
                let own = all.iter().filter(|(other, _)| *other == field);
                own.map(|(_, reference)| *reference).collect::<Vec<_>>()
            };
            if all_same(&own(&left), &own(&right)) {
                changed
            } else {
                changed.with(field)
            }
        })
    }

    fn same_target(&self, before: Target, now: Target) -> bool {
        match (before, now) {
            (Target::Resource(before), Target::Resource(now)) => self.is_same(before, now),
            (Target::Item(before), Target::Item(now)) => self.same_item(before, now),
            (Target::Dangling(before), Target::Dangling(now)) => match (before, now) {
                (Some(before), Some(now)) => self.is_same(before, now),
                (before, now) => before.is_none() && now.is_none(),
            },
            (before, now) => before == now,
        }
    }

    fn is_same(&self, before: ResourceId, now: ResourceId) -> bool {
        self.successor[before as usize] == Some(now)
    }

    fn same_item(&self, before: Item, now: Item) -> bool {
        let within =
            |catalog: &Catalog, item: Item| offset(item.node, catalog.resource(item.holder).node);
        before.record == now.record
            && self.is_same(before.holder, now.holder)
            && within(self.before, before) == within(self.now, now)
    }

    fn same_referrers(&self, id: ResourceId) -> bool {
        let Some(successor) = self.successor[id as usize] else {
            return false;
        };
        let before = self.before.references_to(id);
        let mut now = self.now.references_to(successor);
        for before in before {
            match now.next() {
                Some(now) if self.same_reference(before, now) => {}
                _ => return false,
            }
        }
        now.next().is_none()
    }

    fn same_reference(
        &self,
        (edge, reference): (&Edge, &Reference),
        (other, same): (&Edge, &Reference),
    ) -> bool {
        self.is_same(edge.from, other.from)
            && edge.path == other.path
            && self.same_target(reference.target, same.target)
            && offset(reference.node, self.before.resource(edge.from).node)
                == offset(same.node, self.now.resource(other.from).node)
    }

    fn same_suspects(&self, id: ResourceId, before: &Suspects, now: &Suspects) -> bool {
        let Some(successor) = self.successor[id as usize] else {
            return false;
        };
        let before = before.get(&id).map_or(&[][..], Vec::as_slice);
        let now = now.get(&successor).map_or(&[][..], Vec::as_slice);
        before.len() == now.len()
            && before.iter().zip(now).all(|(before, now)| {
                self.is_same(before.0, now.0)
                    && before.1 == now.1
                    && offset(before.2, self.before.resource(before.0).node)
                        == offset(now.2, self.now.resource(now.0).node)
            })
    }

    fn same_members(&self, kind: KindId) -> bool {
        let (before, now) = (self.before.of_kind(kind), self.now.of_kind(kind));
        before.len() == now.len()
            && before
                .zip(now)
                .all(|(before, now)| self.is_same(before, now))
    }
}

/// What a resource says, field by field.
struct FieldValues<'c> {
    /// By number of the field: its value.
    known: Vec<Option<Node<'c>>>,
    /// What stands there besides.
    others: Vec<(&'c str, Node<'c>)>,
}

impl<'c> FieldValues<'c> {
    fn of(catalog: &'c Catalog, id: ResourceId) -> Self {
        let node = |index: u32| {
            let source = catalog.resource(id).node.source;
            (index != 0).then(|| catalog.node(NodeId { source, index }))
        };
        let table = catalog.own_fields(id);
        let others = catalog.resource_node(id).entries();
        let others = others.filter(|(_, value)| !table.contains(&value.id().index));
        Self {
            known: table.iter().map(|index| node(*index)).collect(),
            others: others.map(|(key, value)| (key.text(), value)).collect(),
        }
    }

    /// The fields of which the values differ; all of them if what stands besides does.
    fn changed(&self, now: &Self) -> FieldSet {
        let mut others = self.others.iter().zip(&now.others);
        let has_same_others = self.others.len() == now.others.len()
            && others.all(|(left, right)| left.0 == right.0 && same_tree(left.1, right.1));
        if !has_same_others {
            return FieldSet::ALL;
        }
        let pairs = (0..).zip(self.known.iter().zip(&now.known));
        let is_same = |pair: (&Option<Node<'_>>, &Option<Node<'_>>)| match pair {
            (None, None) => true,
            (Some(left), Some(right)) => same_tree(*left, *right),
            _ => false,
        };
        pairs
            .filter(|(_, pair)| !is_same(*pair))
            .fold(FieldSet::NONE, |all, (number, _)| {
                all.with(FieldSet::of(number))
            })
    }
}

/// How far a node stands behind another one. What is inherited may stand before.
fn offset(node: NodeId, start: NodeId) -> i64 {
    i64::from(node.index) - i64::from(start.index)
}

/// True if two nodes and all below them say the same at the same places in the tree.
fn same_tree(before: Node<'_>, now: Node<'_>) -> bool {
    let mut pairs = vec![(before, now)];
    let starts = (before.id(), now.id());
    while let Some((before, now)) = pairs.pop() {
        let same = before.kind() == now.kind()
            && before.is_broken() == now.is_broken()
            && offset(before.id(), starts.0) == offset(now.id(), starts.1)
            && before.text() == now.text();
        if !same {
            return false;
        }
        let (mut left, mut right) = (before.children(), now.children());
        loop {
            match (left.next(), right.next()) {
                (Some(left), Some(right)) => pairs.push((left, right)),
                (None, None) => break,
                _ => return false,
            }
        }
    }
    true
}

/// True if two collections say the same besides their items, which may inherit it.
fn same_frame(before: Node<'_>, now: Node<'_>) -> bool {
    let frame = |node: Node<'_>| -> Vec<(String, NodeId)> {
        let entries = node.entries().filter(|(key, _)| key.text() != "items");
        entries
            .map(|(key, value)| (key.text().to_owned(), value.id()))
            .collect()
    };
    let (left, right) = (frame(before), frame(now));
    left.len() == right.len()
        && left
            .iter()
            .zip(&right)
            .all(|((key, value), (other, same))| {
                let value = Node::new(before.parsed(), value.source, value.index);
                let same = Node::new(now.parsed(), same.source, same.index);
                key == other && same_tree(value, same)
            })
}
