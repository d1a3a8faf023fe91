//! What one text holds by itself, whatever stands around it: found once, for every catalog that the
//! text is part of.

use std::sync::Arc;

use rayon::prelude::*;

use super::entry;
use crate::finding::EngineCheck;
use crate::kind::{KindId, Kinds, RecordId, RefPathId, Type, nearest, nested_record};
use crate::source::SourceId;
use crate::syntax::{Node, NodeKind, Parsed};

/// What a text holds. Nodes are numbers in its tree, resources numbers in its own list.
#[derive(Debug, Default)]
pub struct Outline {
    /// In the order of their places.
    pub(super) resources: Box<[Outlined]>,
    /// The ids of the resources and the texts of the references: what is looked up when a catalog is
    /// put together lies together.
    names: Box<str>,
    /// Of one resource after the other, by number of the field: the node of the value that it sets
    /// itself; 0 for none.
    fields: Box<[u32]>,
    /// Items that references can name, those of one resource together.
    pub(super) items: Box<[OutlinedItem]>,
    /// One resource after the other, with what they inherit.
    pub(super) references: Box<[Written]>,
    /// Kinds of which it might hold a resource that cannot be read.
    pub(super) open: Box<[KindId]>,
}

/// A place in the names of an outline.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name {
    start: u32,
    end: u32,
}

/// A resource of a text.
#[derive(Debug)]
pub(super) struct Outlined {
    pub(super) kind: KindId,
    pub(super) node: u32,
    /// One past the last node below it.
    pub(super) end: u32,
    pub(super) id: u32,
    /// What its id says.
    pub(super) name: Name,
    /// The collection it is an item of, if that is a resource itself.
    pub(super) collection: Option<u32>,
    /// Where its values begin among those of all.
    first_field: u32,
}

/// An item of a list of a resource.
#[derive(Debug)]
pub(super) struct OutlinedItem {
    pub(super) record: RecordId,
    pub(super) node: u32,
    pub(super) id: u32,
    pub(super) holder: u32,
}

/// A reference before it is resolved, as one of the resources that have it sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub(super) from: u32,
    pub(super) node: u32,
    /// What it says.
    pub(super) name: Name,
    /// The innermost mapping around it.
    pub(super) item: u32,
    pub(super) path: RefPathId,
}

impl Outline {
    /// Finds what a text holds.
    #[must_use]
    pub fn of(kinds: &Kinds, parsed: &Parsed) -> Self {
        let source = SourceId::from_index(0);
        let found = resources_in(kinds, parsed);
        let mut writer = Writer {
            kinds,
            names: String::new(),
            fields: Vec::new(),
            items: Vec::new(),
            references: Vec::new(),
        };
        let mut resources = Vec::with_capacity(found.len());
        for (number, own) in (0..).zip(&found) {
            let place =
                |node: u32| found.binary_search_by_key(&node, |other| other.node.id().index);
            let collection = own.collection;
            let at = collection.and_then(|collection| place(collection.id().index).ok());
            resources.push(Outlined {
                kind: own.kind,
                node: own.node.id().index,
                end: end_of(own.node),
                id: own.id.id().index,
                name: writer.name(own.id.text()),
                collection: at.and_then(|at| u32::try_from(at).ok()),
                first_field: u32::try_from(writer.fields.len()).unwrap_or(u32::MAX),
            });
            let from = at.map(|at| found[at].node);
            writer.write(number, own, from);
        }
        Self {
            resources: resources.into(),
            names: writer.names.into(),
            fields: writer.fields.into(),
            items: writer.items.into(),
            references: writer.references.into(),
            open: open_in(kinds, parsed, source).into(),
        }
    }

    /// What a name says.
    pub(super) fn name(&self, name: Name) -> &str {
        let range = name.start as usize..name.end as usize;
        self.names.get(range).unwrap_or_default()
    }

    /// By number of the field: the nodes of the values that a resource sets itself, 0 for none.
    pub(super) fn fields(&self, resource: u32) -> &[u32] {
        let start = |number: usize| Some(self.resources.get(number)?.first_field as usize);
        let number = resource as usize;
        let first = start(number).unwrap_or(self.fields.len());
        &self.fields[first..start(number + 1).unwrap_or(self.fields.len())]
    }
}

/// Outlines texts one by one, as far as there are any.
pub(super) fn outlines(kinds: &Kinds, parsed: &[Option<Arc<Parsed>>]) -> Vec<Arc<Outline>> {
    let nothing = Arc::new(Outline::default());
    let outline = |parsed: &Option<Arc<Parsed>>| match parsed {
        Some(parsed) => Arc::new(Outline::of(kinds, parsed)),
        None => nothing.clone(),
    };
    parsed.par_iter().map(outline).collect()
}

/// A resource on its way into an outline.
struct Found<'p> {
    kind: KindId,
    node: Node<'p>,
    id: Node<'p>,
    collection: Option<Node<'p>>,
}

/// The resources of a text, in the order of their places.
fn resources_in<'p>(kinds: &Kinds, parsed: &'p Parsed) -> Vec<Found<'p>> {
    let mut found = Vec::new();
    for document in parsed.documents(SourceId::from_index(0)) {
        let name = document.get("kind").and_then(Node::as_str);
        let Some(kind) = name.and_then(|name| kinds.find(name)) else {
            continue;
        };
        if !says_ours(document) {
            continue;
        }
        if let Some(id) = usable_id(document) {
            found.push(Found {
                kind,
                node: document,
                id,
                collection: None,
            });
        }
        let Some(item_kind) = kinds.kind(kind).items_of else {
            continue;
        };
        for item in document.get("items").into_iter().flat_map(Node::items) {
            if let Some(id) = usable_id(item) {
                found.push(Found {
                    kind: item_kind,
                    node: item,
                    id,
                    collection: Some(document),
                });
            }
        }
    }
    found.sort_by_key(|found| found.node.id().index);
    found
}

/// Writes down what resources hold, one after the other.
struct Writer<'k> {
    kinds: &'k Kinds,
    names: String,
    fields: Vec<u32>,
    items: Vec<OutlinedItem>,
    references: Vec<Written>,
}

impl Writer<'_> {
    fn name(&mut self, text: &str) -> Name {
        let end = |names: &str| u32::try_from(names.len()).unwrap_or(u32::MAX);
        let start = end(&self.names);
        self.names.push_str(text);
        Name {
            start,
            end: end(&self.names),
        }
    }

    /// `collection` is the one that a resource is an item of, if that is a resource itself.
    fn write(&mut self, number: u32, own: &Found<'_>, collection: Option<Node<'_>>) {
        let kinds = self.kinds;
        let record = kinds.root(own.kind);
        let numbered = own.node.entries().filter_map(|(key, value)| {
            let number = record.by_name.get(key.text())?;
            Some((*number, key, value))
        });
        let numbered: Vec<(u16, Node<'_>, Node<'_>)> = numbered.collect();
        self.write_fields(own.kind, &numbered);
        self.write_items(number, own);
        if !record.has_references {
            return;
        }
        let from = Start {
            resource: number,
            record: kinds.kind(own.kind).record,
        };
        let is_collection = kinds.kind(own.kind).items_of.is_some();
        for (field, _, value) in &numbered {
            let name = &*record.fields[*field as usize].name;
            if !is_collection || !matches!(name, "items" | "defaults") {
                self.walk_field(from, *field, own.node, *value);
            }
        }
        if let Some(collection) = collection {
            self.walk_inherited(from, own.node, collection);
        }
    }

    fn write_fields(&mut self, kind: KindId, numbered: &[(u16, Node<'_>, Node<'_>)]) {
        let record = self.kinds.root(kind);
        let start = self.fields.len();
        self.fields.resize(start + record.fields.len(), 0);
        for (number, key, value) in numbered {
            let field = &record.fields[*number as usize];
            let place = &mut self.fields[start + *number as usize];
            // The first of two equal keys counts, and a name counts before its aliases.
            if *place == 0 || *field.name == *key.text() && !field.aliases.is_empty() {
                *place = value.id().index;
            }
        }
    }

    /// Items of lists that references can name: those whose record has an id.
    fn write_items(&mut self, holder: u32, own: &Found<'_>) {
        for record in self.kinds.named_lists(own.kind) {
            let list = self.kinds.record(*record).item_of.as_deref();
            let list = list.and_then(|list| own.node.get(list));
            for node in list.into_iter().flat_map(Node::items) {
                if let Some(id) = node.get("id") {
                    self.items.push(OutlinedItem {
                        record: *record,
                        node: node.id().index,
                        id: id.id().index,
                        holder,
                    });
                }
            }
        }
    }

    fn walk(&mut self, from: Start, mapping: Node<'_>) {
        let fields = self.kinds.record(from.record);
        if !fields.has_references {
            return;
        }
        for (key, value) in mapping.entries() {
            if let Some(number) = fields.by_name.get(key.text()) {
                self.walk_field(from, *number, mapping, value);
            }
        }
    }

    fn walk_field(&mut self, from: Start, field: u16, mapping: Node<'_>, value: Node<'_>) {
        let definition = &self.kinds.record(from.record).fields[field as usize];
        if let Some(reference) = &definition.reference {
            if value.is_broken() {
                return;
            }
            let single = Some(value).filter(|node| node.is_scalar());
            let scalars = single.into_iter().chain(value.items());
            let written = |node: &Node<'_>| node.kind() == NodeKind::String && !node.is_broken();
            for node in scalars.filter(written) {
                let name = self.name(node.text());
                self.references.push(Written {
                    from: from.resource,
                    node: node.id().index,
                    name,
                    item: mapping.id().index,
                    path: reference.path,
                });
            }
            return;
        }
        let Some(record) = nested_record(&definition.ty) else {
            return;
        };
        let nested = Start { record, ..from };
        match (value.kind(), &definition.ty) {
            (NodeKind::Mapping, Type::Map(_)) => {
                for (_, value) in value.entries() {
                    self.walk(nested, value);
                }
            }
            (NodeKind::Mapping, _) => self.walk(nested, value),
            (NodeKind::Sequence, _) => value.items().for_each(|item| self.walk(nested, item)),
            _ => {}
        }
    }

    /// The references that a resource has from the defaults and the fields of its collection.
    fn walk_inherited(&mut self, from: Start, own: Node<'_>, collection: Node<'_>) {
        let kinds = self.kinds;
        let defaults = collection.get("defaults");
        for (number, field) in (0..).zip(&kinds.record(from.record).fields) {
            let nested = nested_record(&field.ty);
            let can_refer = field.reference.is_some()
                || nested.is_some_and(|id| kinds.record(id).has_references);
            if !can_refer || entry(own, field).is_some() {
                continue;
            }
            let inherited = defaults.and_then(|defaults| Some((defaults, entry(defaults, field)?)));
            let inherited = inherited.or_else(|| {
                let value = entry(collection, field).filter(|_| field.inherit)?;
                Some((collection, value))
            });
            if let Some((mapping, value)) = inherited {
                self.walk_field(from, number, mapping, value);
            }
        }
    }
}

/// The resource that references start from, and the record that is looked through.
#[derive(Clone, Copy)]
struct Start {
    resource: u32,
    record: RecordId,
}

/// One past the last node below one.
fn end_of(mut node: Node<'_>) -> u32 {
    while let Some(last) = node.children().last() {
        node = last;
    }
    node.id().index + 1
}

/// The kinds of which a text might hold a resource that cannot be read.
fn open_in(kinds: &Kinds, parsed: &Parsed, source: SourceId) -> Vec<KindId> {
    let documents = parsed.documents(source);
    let mut open: Vec<KindId> = documents
        .filter_map(|document| open_by(kinds, document))
        .collect();
    let mut faults = parsed.faults().iter();
    if faults.any(|fault| hides_content(fault.check)) {
        open.extend(named_in(kinds, parsed.source().text()));
    }
    open
}

fn open_by(kinds: &Kinds, document: Node<'_>) -> Option<KindId> {
    let name = document.get("kind").and_then(Node::as_str)?;
    let Some(kind) = kinds.find(name) else {
        let near = nearest(name, kinds.iter().map(|(_, kind)| &*kind.name));
        return near.and_then(|near| kinds.find(near));
    };
    if !says_ours(document) {
        return (!is_foreign(document)).then_some(kind);
    }
    let named = |node: Node<'_>| {
        node.get("id")
            .is_some_and(|id| id.is_scalar() && !id.is_broken())
    };
    let Some(item_kind) = kinds.kind(kind).items_of else {
        return (!named(document)).then_some(kind);
    };
    let items = document.get("items")?;
    items.items().any(|item| !named(item)).then_some(item_kind)
}

/// The kinds named in the lines of an unreadable text; if there are none, it might hold any.
fn named_in(kinds: &Kinds, text: &str) -> Vec<KindId> {
    let named: Vec<KindId> = text
        .lines()
        .filter_map(|line| line.strip_prefix("kind:"))
        .filter_map(|name| kinds.find(name.trim().trim_matches(['"', '\''])))
        .collect();
    if named.is_empty() {
        return kinds.iter().map(|(kind, _)| kind).collect();
    }
    named
}

/// True for faults that keep a part of a text from being read.
pub(super) fn hides_content(check: EngineCheck) -> bool {
    matches!(
        check,
        EngineCheck::Syntax | EngineCheck::Encoding | EngineCheck::Limit | EngineCheck::Encrypted
    )
}

/// True if a document says that it is of a version that is read.
fn says_ours(document: Node<'_>) -> bool {
    let version = document.get("apiVersion").map(Node::text);
    version.is_some_and(|version| crate::kind::validate::VERSIONS.contains(&version))
}

/// True if a document says that it belongs to somebody else.
fn is_foreign(document: Node<'_>) -> bool {
    let version = document.get("apiVersion").map(Node::text);
    version.is_some_and(|version| !version.contains("gov"))
}

fn usable_id(node: Node<'_>) -> Option<Node<'_>> {
    let id = node.get("id")?;
    (id.is_scalar() && id.kind() != NodeKind::Null && !id.text().is_empty()).then_some(id)
}
