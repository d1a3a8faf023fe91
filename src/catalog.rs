//! All resources of a snapshot, indexed, with the references between them both ways.
//!
//! [`Catalog::build`] never fails: duplicate ids and references that lead nowhere become faults,
//! and everything downstream of them reads as not evaluable.

mod build;
mod change;
mod field_set;
mod outline;
mod reference;
mod rename;

use std::sync::Arc;

use rustc_hash::FxHashMap;

pub use change::Change;
pub use field_set::FieldSet;
pub use outline::Outline;

pub use crate::kind::is_unknown;
pub(crate) use crate::kind::nearest;
pub use reference::{Edge, Reference, Target};
pub(crate) use rename::rename_everywhere;

use crate::kind::{Field, KindId, Kinds, LadderId, RecordId};
use crate::source::SourceId;
use crate::syntax::{Node, NodeId, Parsed};

/// The number of a resource in [`Catalog`].
pub type ResourceId = u32;

/// A record with a kind and an id: a view on a node, not a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resource {
    /// Its kind.
    pub kind: KindId,
    /// The mapping that holds its fields.
    pub node: NodeId,
    /// The scalar that holds its id.
    pub id: NodeId,
    /// The collection it is an item of.
    pub collection: Option<ResourceId>,
}

/// Where the value of a field came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The resource itself.
    Own,
    /// `defaults` of its collection.
    Default,
    /// The same field of its collection.
    Collection,
}

/// The levels of a ladder as one organization writes them, and the rank of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels(pub Vec<(Box<str>, u8)>);

impl Levels {
    /// The rank of a level, from 0 for the lowest.
    #[must_use]
    pub fn rank(&self, level: &str) -> Option<u8> {
        self.0
            .iter()
            .find(|(name, _)| &**name == level)
            .map(|(_, rank)| *rank)
    }

    /// The word for a rank.
    #[must_use]
    pub fn name(&self, rank: u8) -> &str {
        self.0
            .iter()
            .find(|(_, other)| *other == rank)
            .map_or("", |(name, _)| name)
    }
}

/// What one organization sets for the documents in its folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Setting {
    /// The folder it governs: everything whose path starts with it.
    folder: Box<str>,
    ladders: Vec<Levels>,
    currency: Option<crate::scalar::Currency>,
    profile: Option<Box<str>>,
}

/// All resources of a snapshot.
#[derive(Debug)]
pub struct Catalog {
    kinds: Arc<Kinds>,
    /// By source id; `None` for sources that are no documents.
    parsed: Vec<Option<Arc<Parsed>>>,
    /// Sorted by kind, id and place.
    resources: Vec<Resource>,
    /// The ids of the resources, one after the other: they are compared more than anything else.
    ids: String,
    /// Where the id of each resource starts, and one past the last.
    id_start: Vec<u32>,
    /// First resource of each kind, and one past the last of the last kind.
    by_kind: Vec<u32>,
    /// By hash of kind and id; verified on use.
    by_id: FxHashMap<u64, ResourceId>,
    /// For each resource, the nodes of its own values by number of the field; 0 for none.
    fields: Vec<u32>,
    field_start: Vec<u32>,
    /// Sorted by place: the resource that starts at a node.
    by_node: Vec<(NodeId, ResourceId)>,
    /// In the same order: one past the last node of the resource.
    node_end: Vec<u32>,
    /// By number of the source: the place of its first resource, and one past the last of the last.
    node_start: Vec<u32>,
    /// Items that references can name, sorted by hash of record and id.
    items: Vec<(u64, Item)>,
    /// Sorted by place.
    references: Vec<Reference>,
    /// First reference of each source, and one past the last of the last source.
    reference_start: Vec<u32>,
    /// Sorted by the resource they start at, then place.
    forward: Vec<Edge>,
    forward_start: Vec<u32>,
    /// Sorted by the resource they lead to (or into), then by start.
    backward: Vec<Edge>,
    backward_start: Vec<u32>,
    /// Kinds of which an unreadable document might hold a resource.
    open: Vec<bool>,
    settings: Vec<Setting>,
    setting_of_source: Vec<u16>,
}

/// An item of a resource that can be named in references.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// The record it has the fields of.
    pub record: RecordId,
    /// Its mapping.
    pub node: NodeId,
    /// The resource it stands in.
    pub holder: ResourceId,
}

impl Catalog {
    /// The kinds its resources have.
    #[must_use]
    pub fn kinds(&self) -> &Arc<Kinds> {
        &self.kinds
    }

    /// The number of resources.
    #[must_use]
    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// True if there is no resource.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    /// The number of references.
    #[must_use]
    pub fn reference_count(&self) -> usize {
        self.references.len()
    }

    /// The resource with this number.
    #[must_use]
    pub fn resource(&self, id: ResourceId) -> &Resource {
        &self.resources[id as usize]
    }

    /// The numbers of the resources of a kind, in the order of their ids.
    #[must_use]
    pub fn of_kind(&self, kind: KindId) -> std::ops::Range<ResourceId> {
        let index = kind.0 as usize;
        self.by_kind[index]..self.by_kind[index + 1]
    }

    /// True if a document that cannot be read might hold a resource of this kind.
    #[must_use]
    pub fn is_open(&self, kind: KindId) -> bool {
        self.open[kind.0 as usize]
    }

    /// Returns the resource of `kind` with this id.
    #[must_use]
    pub fn find(&self, kind: KindId, id: &str) -> Option<ResourceId> {
        let found = *self.by_id.get(&build::id_hash(kind.0, id))?;
        let resource = self.resource(found);
        if resource.kind == kind && self.id(found) == id {
            return Some(found);
        }
        self.of_kind(kind).find(|other| self.id(*other) == id)
    }

    /// The source with this number, parsed.
    #[must_use]
    pub fn parsed(&self, source: SourceId) -> Option<&Arc<Parsed>> {
        self.parsed.get(source.index()).and_then(Option::as_ref)
    }

    /// The node with this identity.
    ///
    /// # Panics
    ///
    /// If the node is of another run.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Node<'_> {
        let parsed = self
            .parsed(id.source)
            .expect("nodes come from the sources of this catalog");
        Node::new(parsed, id.source, id.index)
    }

    /// The mapping of a resource.
    #[must_use]
    pub fn resource_node(&self, id: ResourceId) -> Node<'_> {
        self.node(self.resource(id).node)
    }

    /// The id of a resource.
    #[must_use]
    pub fn id(&self, id: ResourceId) -> &str {
        let index = id as usize;
        &self.ids[self.id_start[index] as usize..self.id_start[index + 1] as usize]
    }

    /// How many resources of the same kind and id stand before it; none if all is well.
    #[must_use]
    pub fn number_of_namesake(&self, id: ResourceId) -> usize {
        let kind = self.resource(id).kind;
        let before = self.of_kind(kind).start..id;
        let same = before
            .rev()
            .take_while(|other| self.id(*other) == self.id(id));
        same.count()
    }

    /// True if another resource has the same kind and id.
    #[must_use]
    pub fn has_namesake(&self, id: ResourceId) -> bool {
        let is_next = |id: ResourceId| self.number_of_namesake(id) > 0;
        is_next(id) || self.of_kind(self.resource(id).kind).contains(&(id + 1)) && is_next(id + 1)
    }

    /// How a resource is named: `Kind/id`.
    #[must_use]
    pub fn name(&self, id: ResourceId) -> String {
        format!(
            "{}/{}",
            self.kinds.kind(self.resource(id).kind).name,
            self.id(id)
        )
    }

    /// Reads a field of a resource, with the precedence of its own value, the defaults of its
    /// collection, and for inherited fields the collection's own.
    #[must_use]
    pub fn field(&self, id: ResourceId, field: &Field) -> Option<(Node<'_>, Origin)> {
        let resource = self.resource(id);
        if let Some(node) = self.own_field(id, field) {
            return Some((node, Origin::Own));
        }
        let collection = self.resource_node(resource.collection?);
        if let Some(node) = collection
            .get("defaults")
            .and_then(|defaults| entry(defaults, field))
        {
            return Some((node, Origin::Default));
        }
        if field.inherit {
            return entry(collection, field).map(|node| (node, Origin::Collection));
        }
        None
    }

    /// The value of a field that a resource sets itself. Rules read the same few fields of every
    /// resource again and again, so they are found by number.
    fn own_field(&self, id: ResourceId, field: &Field) -> Option<Node<'_>> {
        let resource = self.resource(id);
        let (record, number) = field.place;
        if record != self.kinds.kind(resource.kind).record {
            return entry(self.node(resource.node), field);
        }
        let index = self.own_fields(id)[number as usize];
        (index != 0).then(|| {
            let source = resource.node.source;
            self.node(NodeId { source, index })
        })
    }

    /// By number of the field: the node of the value that a resource sets itself, 0 for none.
    fn own_fields(&self, id: ResourceId) -> &[u32] {
        let start = self.field_start[id as usize] as usize;
        let end = self.field_start.get(id as usize + 1);
        &self.fields[start..end.map_or(self.fields.len(), |end| *end as usize)]
    }

    /// The field of a resource that holds a node, by number: the last known one that begins before
    /// it. None if there is none.
    pub(crate) fn field_around(&self, id: ResourceId, node: NodeId) -> Option<u16> {
        let fields = (0u16..).zip(self.own_fields(id));
        let before = fields.filter(|(_, start)| **start != 0 && **start <= node.index);
        let (number, _) = before.max_by_key(|(_, start)| **start)?;
        Some(number)
    }

    /// The resource around a node: the innermost one that holds it.
    #[must_use]
    pub fn holder(&self, node: NodeId) -> Option<ResourceId> {
        let source = node.source.index();
        let first = *self.node_start.get(source)? as usize;
        let own = &self.by_node[first..*self.node_start.get(source + 1)? as usize];
        let before = own.partition_point(|(start, _)| start.index <= node.index);
        let around = (0..before).rev();
        let mut around = around.filter(|place| node.index < self.node_end[first + place]);
        around.next().map(|place| own[place].1)
    }

    /// The reference written at a node.
    #[must_use]
    pub fn reference_at(&self, node: NodeId) -> Option<&Reference> {
        let source = node.source.index();
        let start = *self.reference_start.get(source)? as usize;
        let end = *self.reference_start.get(source + 1)? as usize;
        let own = &self.references[start..end];
        own.binary_search_by_key(&node, |reference| reference.node)
            .ok()
            .map(|index| &own[index])
    }

    /// The references of a resource, in the order in which they are written.
    pub fn references_from(&self, id: ResourceId) -> impl Iterator<Item = (&Edge, &Reference)> {
        let range = self.forward_start[id as usize]..self.forward_start[id as usize + 1];
        self.forward[range.start as usize..range.end as usize]
            .iter()
            .map(|edge| (edge, &self.references[edge.reference as usize]))
    }

    /// The references that lead to a resource or to an item in it, by the resource they start at.
    pub fn references_to(&self, id: ResourceId) -> impl Iterator<Item = (&Edge, &Reference)> {
        let range = self.backward_start[id as usize]..self.backward_start[id as usize + 1];
        self.backward[range.start as usize..range.end as usize]
            .iter()
            .map(|edge| (edge, &self.references[edge.reference as usize]))
    }

    /// All references, by place.
    #[must_use]
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// The levels of a ladder as they are written in a source.
    #[must_use]
    pub fn levels(&self, ladder: LadderId, source: SourceId) -> &Levels {
        let setting = self
            .setting_of_source
            .get(source.index())
            .copied()
            .unwrap_or(0);
        &self.settings[setting as usize].ladders[ladder.0 as usize]
    }

    /// The currency of amounts without one in a source.
    #[must_use]
    pub fn currency(&self, source: SourceId) -> Option<crate::scalar::Currency> {
        let setting = self
            .setting_of_source
            .get(source.index())
            .copied()
            .unwrap_or(0);
        self.settings[setting as usize].currency
    }

    /// The profile that the organization of the outermost folder names.
    #[must_use]
    pub fn profile(&self) -> Option<&str> {
        self.settings
            .iter()
            .find_map(|setting| setting.profile.as_deref())
    }

    /// The kind a node of type record belongs to, if the node is the mapping of a resource.
    #[must_use]
    pub fn resource_at(&self, node: NodeId) -> Option<ResourceId> {
        self.by_node
            .binary_search_by_key(&node, |(start, _)| *start)
            .ok()
            .map(|index| self.by_node[index].1)
    }

    /// The named items of a record's list, in the order of their places.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().map(|(_, item)| item)
    }
}

/// The value of a field in a mapping, under its name or an alias.
pub(crate) fn entry<'a>(mapping: Node<'a>, field: &Field) -> Option<Node<'a>> {
    if field.aliases.is_empty() {
        return mapping.get(&field.name);
    }
    mapping
        .get(&field.name)
        .or_else(|| field.aliases.iter().find_map(|alias| mapping.get(alias)))
}
