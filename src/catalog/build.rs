//! From parsed texts to the catalog.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHasher};

use super::reference::{Edge, Reference, Target};
use super::{Catalog, Item, Levels, Resource, ResourceId, Setting, entry, is_unknown};
use crate::finding::{Applicability, Edit, EngineCheck, Fault, Fix, Label};
use crate::kind::{Field, KindId, Kinds, RecordId, Type, distance, nearest, without};
use crate::scalar::Currency;
use crate::source::SourceId;
use crate::syntax::{Node, NodeId, NodeKind, Parsed, canonical};

/// The hash under which a resource (by kind) or an item (by record) is indexed.
pub(super) fn id_hash(owner: u16, id: &str) -> u64 {
    let mut hasher = FxHasher::default();
    owner.hash(&mut hasher);
    id.hash(&mut hasher);
    hasher.finish()
}

/// How many resources are looked at in one go.
const TOGETHER: usize = 512;

impl Catalog {
    /// Builds the catalog of these texts, indexed by source id.
    #[must_use]
    pub fn build(kinds: Arc<Kinds>, parsed: Vec<Option<Arc<Parsed>>>) -> (Self, Vec<Fault>) {
        let count = kinds.len();
        let mut catalog = Self {
            kinds,
            parsed,
            resources: Vec::new(),
            by_kind: Vec::new(),
            by_id: FxHashMap::default(),
            fields: Vec::new(),
            field_start: Vec::new(),
            by_node: Vec::new(),
            items: Vec::new(),
            references: Vec::new(),
            reference_start: Vec::new(),
            forward: Vec::new(),
            forward_start: Vec::new(),
            backward: Vec::new(),
            backward_start: Vec::new(),
            open: vec![false; count],
            settings: Vec::new(),
            setting_of_source: Vec::new(),
        };
        let mut faults = Vec::new();
        catalog.collect_resources();
        catalog.mark_open();
        catalog.index_resources(&mut faults);
        catalog.index_items();
        catalog.collect_settings();
        catalog.collect_references(&mut faults);
        catalog.index_references();
        (catalog, faults)
    }

    fn collect_resources(&mut self) {
        let mut found: Vec<Found> = (0..self.parsed.len())
            .into_par_iter()
            .flat_map_iter(|index| {
                resources_in(&self.kinds, &self.parsed, SourceId::from_index(index))
            })
            .collect();
        found.sort_by_key(|found| found.node);
        let mut order: Vec<(KindId, u128, u32)> = (0..)
            .zip(&found)
            .map(|(place, found)| (found.kind, head(self.node(found.id).text()), place))
            .collect();
        // Most ids differ in their first bytes, which lie together here.
        order.par_sort_unstable_by(|left, right| {
            let text = |place: u32| self.node(found[place as usize].id).text();
            (left.0, left.1)
                .cmp(&(right.0, right.1))
                .then_with(|| text(left.2).cmp(text(right.2)))
                .then_with(|| left.2.cmp(&right.2))
        });
        let mut by_node: Vec<(NodeId, ResourceId)> =
            found.iter().map(|found| (found.node, 0)).collect();
        for (id, (_, _, place)) in (0..).zip(&order) {
            by_node[*place as usize].1 = id;
        }
        let resource = |(_, _, place): &(KindId, u128, u32)| {
            let found = &found[*place as usize];
            Resource {
                kind: found.kind,
                node: found.node,
                id: found.id,
                collection: found.collection.and_then(|node| {
                    let at = by_node.binary_search_by_key(&node, |(start, _)| *start);
                    at.ok().map(|at| by_node[at].1)
                }),
            }
        };
        self.resources = order.iter().map(resource).collect();
        self.by_node = by_node;
        self.index_fields();
    }

    fn index_fields(&mut self) {
        let count = |resource: &Resource| self.kinds.root(resource.kind).fields.len();
        let mut next = 0;
        self.field_start = Vec::with_capacity(self.resources.len());
        for resource in &self.resources {
            self.field_start.push(number(next));
            next += count(resource);
        }
        let tables: Vec<Vec<u32>> = self
            .resources
            .par_chunks(TOGETHER)
            .map(|resources| {
                let mut table = Vec::with_capacity(resources.iter().map(count).sum());
                for resource in resources {
                    self.add_fields(resource, &mut table);
                }
                table
            })
            .collect();
        self.fields = tables.concat();
    }

    /// Adds the nodes of the fields that a resource sets itself, by number of the field.
    fn add_fields(&self, resource: &Resource, table: &mut Vec<u32>) {
        let record = self.kinds.root(resource.kind);
        let start = table.len();
        table.resize(start + record.fields.len(), 0);
        for (key, value) in self.node(resource.node).entries() {
            let Some(number) = record.by_name.get(key.text()) else {
                continue;
            };
            let field = &record.fields[*number as usize];
            let place = &mut table[start + *number as usize];
            // The first of two equal keys counts, and a name counts before its aliases.
            if *place == 0 || *field.name == *key.text() && !field.aliases.is_empty() {
                *place = value.id().index;
            }
        }
    }

    /// A document that cannot be read, or has no id, might hold any resource of its kind.
    fn mark_open(&mut self) {
        let open: Vec<KindId> = (0..self.parsed.len())
            .into_par_iter()
            .flat_map_iter(|index| self.open_in(SourceId::from_index(index)))
            .collect();
        for kind in open {
            self.mark_kind_open(kind);
        }
    }

    /// The kinds of which a source might hold a resource that cannot be read.
    fn open_in(&self, source: SourceId) -> Vec<KindId> {
        let Some(parsed) = self.parsed(source) else {
            return Vec::new();
        };
        let mut open: Vec<KindId> = parsed
            .documents(source)
            .filter_map(|document| self.open_by(document))
            .collect();
        if parsed
            .faults()
            .iter()
            .any(|fault| hides_content(fault.check))
        {
            open.extend(self.named_in(parsed.source().text()));
        }
        open
    }

    fn open_by(&self, document: Node<'_>) -> Option<KindId> {
        let name = document.get("kind").and_then(Node::as_str)?;
        let Some(kind) = self.kinds.find(name) else {
            let near = nearest(name, self.kinds.iter().map(|(_, kind)| &*kind.name));
            return near.and_then(|near| self.kinds.find(near));
        };
        if !says_ours(document) {
            return (!is_foreign(document)).then_some(kind);
        }
        let named = |node: Node<'_>| {
            node.get("id")
                .is_some_and(|id| id.is_scalar() && !id.is_broken())
        };
        let Some(item_kind) = self.kinds.kind(kind).items_of else {
            return (!named(document)).then_some(kind);
        };
        let items = document.get("items")?;
        items.items().any(|item| !named(item)).then_some(item_kind)
    }

    fn mark_kind_open(&mut self, kind: KindId) {
        self.open[kind.0 as usize] = true;
        if let Some(item) = self.kinds.kind(kind).items_of {
            self.open[item.0 as usize] = true;
        }
    }

    /// The kinds named in the lines of an unreadable text; if there are none, it might hold any.
    fn named_in(&self, text: &str) -> Vec<KindId> {
        let kinds: Vec<KindId> = text
            .lines()
            .filter_map(|line| line.strip_prefix("kind:"))
            .filter_map(|name| self.kinds.find(name.trim().trim_matches(['"', '\''])))
            .collect();
        if kinds.is_empty() {
            return self.kinds.iter().map(|(kind, _)| kind).collect();
        }
        kinds
    }

    fn index_resources(&mut self, faults: &mut Vec<Fault>) {
        self.by_kind = starts(
            self.kinds.len(),
            self.resources
                .iter()
                .map(|resource| resource.kind.0 as usize),
        );
        self.by_id.reserve(self.resources.len());
        let hash = |resource: &Resource| id_hash(resource.kind.0, self.node(resource.id).text());
        let hashes: Vec<u64> = self.resources.par_iter().map(hash).collect();
        for (index, hash) in hashes.iter().copied().enumerate() {
            let id = number(index);
            let kind = self.resources[index].kind;
            if let Some(previous) = index.checked_sub(1).map(number)
                && hashes[previous as usize] == hash
                && self.resources[previous as usize].kind == kind
                && self.id(previous) == self.id(id)
            {
                let first = self.find(kind, self.id(id)).unwrap_or(previous);
                faults.push(self.duplicate_id(first, id));
                continue;
            }
            self.by_id.entry(hash).or_insert(id);
        }
    }

    fn duplicate_id(&self, first: ResourceId, second: ResourceId) -> Fault {
        let place = |id: ResourceId| self.node(self.resource(id).id).span();
        let name = self.name(second);
        let message = format!("{name} is defined twice");
        let fix = self.one_of_two(first, second);
        let help = match fix {
            Some(_) => "they say the same, so remove one of them",
            None => "give one of them another id, and point its references there",
        };
        let fault = Fault::new(
            EngineCheck::DuplicateId,
            message,
            Label::new(place(second), "defined again here"),
        )
        .with_related(Label::new(place(first), "first defined here"))
        .with_help(help)
        .about(Some(name), "id");
        Fault { fix, ..fault }
    }

    /// The edit that leaves one of two resources that say the same in the same list. Elsewhere they
    /// may inherit different values, and which of two different ones is true nobody but their author
    /// knows.
    fn one_of_two(&self, first: ResourceId, second: ResourceId) -> Option<Fix> {
        let (first, second) = (self.resource(first), self.resource(second));
        let collection = second
            .collection
            .filter(|_| first.collection == second.collection)?;
        let list = self.resource_node(collection).get("items")?;
        let (first, second) = (self.node(first.node), self.node(second.node));
        let says_same = canonical(first) == canonical(second);
        let title = "remove the second of two equal records";
        says_same.then(|| without(list, &[second], title)).flatten()
    }

    /// Items of lists that references can name: those whose record has an id.
    fn index_items(&mut self) {
        let mut items = Vec::new();
        let kinds = self.kinds.clone();
        let named =
            kinds.records().iter().enumerate().filter(|(_, record)| {
                record.item_of.is_some() && record.by_name.contains_key("id")
            });
        for (record, list) in named {
            let record_id = RecordId(u16::try_from(record).unwrap_or(u16::MAX));
            let name = list.item_of.as_deref().unwrap_or_default();
            for holder in self.of_kind(list.within) {
                let Some(list) = self.resource_node(holder).get(name) else {
                    continue;
                };
                for node in list.items() {
                    if let Some(id) = node.get("id") {
                        let item = Item {
                            record: record_id,
                            node: node.id(),
                            holder,
                        };
                        items.push((id_hash(record_id.0, id.text()), item));
                    }
                }
            }
        }
        items.sort_unstable();
        self.items = items;
    }

    /// The items of `record` with this id.
    pub(super) fn find_items<'a>(
        &'a self,
        record: RecordId,
        id: &'a str,
    ) -> impl Iterator<Item = Item> + 'a {
        let hash = id_hash(record.0, id);
        let start = self.items.partition_point(|(other, _)| *other < hash);
        self.items[start..]
            .iter()
            .take_while(move |(other, _)| *other == hash)
            .map(|(_, item)| *item)
            .filter(move |item| {
                item.record == record
                    && self
                        .node(item.node)
                        .get("id")
                        .is_some_and(|found| found.text() == id)
            })
    }

    fn collect_settings(&mut self) {
        let kinds = self.kinds.clone();
        let mut settings = vec![Setting {
            ladders: built_in_levels(&kinds),
            ..Setting::default()
        }];
        for (kind_id, kind) in kinds.iter() {
            let record = kinds.record(kind.record);
            if record.fields.iter().all(|field| field.role.is_none()) {
                continue;
            }
            for resource in self.of_kind(kind_id) {
                settings.push(self.setting(&kinds, record.fields.iter(), resource));
            }
        }
        // The nearest enclosing folder governs; where no folder encloses, the first one does.
        settings[1..].sort_by(|left, right| left.folder.cmp(&right.folder));
        let fallback = usize::from(settings.len() > 1);
        self.setting_of_source = self
            .parsed
            .iter()
            .map(|parsed| {
                let path = parsed.as_ref().map_or("", |parsed| parsed.source().path());
                let nearest = (1..settings.len())
                    .filter(|index| path.starts_with(&*settings[*index].folder))
                    .max_by_key(|index| settings[*index].folder.len());
                u16::try_from(nearest.unwrap_or(fallback)).unwrap_or(0)
            })
            .collect();
        self.settings = settings;
    }

    fn setting<'f>(
        &self,
        kinds: &Kinds,
        fields: impl Iterator<Item = &'f Field>,
        resource: ResourceId,
    ) -> Setting {
        let node = self.resource_node(resource);
        let path = node.parsed().source().path();
        let mut setting = Setting {
            folder: path.rfind('/').map_or("", |end| &path[..=end]).into(),
            ladders: built_in_levels(kinds),
            ..Setting::default()
        };
        for field in fields {
            let Some(value) = entry(node, field) else {
                continue;
            };
            match field.role.as_deref() {
                Some("currency") => setting.currency = Currency::parse(value.text()).ok(),
                Some("profile") => setting.profile = value.as_str().map(Into::into),
                Some("ladders") => {
                    let ladder = field
                        .role_ladder
                        .as_deref()
                        .and_then(|name| kinds.find_ladder(name));
                    if let Some(ladder) = ladder {
                        let levels = &mut setting.ladders[ladder.0 as usize];
                        read_levels(value, levels);
                    }
                }
                _ => {}
            }
        }
        setting
    }

    fn collect_references(&mut self, faults: &mut Vec<Fault>) {
        let mut resolved: Vec<Resolved> = self
            .by_node
            .par_chunks(TOGETHER)
            .flat_map_iter(|places| {
                let mut written = Vec::new();
                for (_, resource) in places {
                    self.written_in(*resource, &mut written);
                }
                written.into_iter().map(|written| self.resolve(written))
            })
            .collect();
        // Nearly sorted: only what is inherited stands elsewhere.
        resolved.sort_by_key(|resolved| (resolved.reference.node, resolved.from));
        let mut found: Vec<(ResourceId, Fault)> = Vec::new();
        self.references.reserve(resolved.len());
        self.forward.reserve(resolved.len());
        for Resolved {
            from,
            reference,
            fault,
        } in resolved
        {
            // What several resources inherit is one reference.
            match self.references.last_mut() {
                Some(last) if last.node == reference.node => *last = reference,
                _ => {
                    self.references.push(reference);
                    found.extend(fault.map(|fault| (from, *fault)));
                }
            }
            self.forward.push(Edge {
                from,
                reference: number(self.references.len() - 1),
                path: reference.path,
            });
        }
        found.sort_by_key(|(from, _)| *from);
        faults.extend(found.into_iter().map(|(_, fault)| fault));
    }

    /// Both ways, each in the order of where it starts, since what is grouped keeps its order.
    fn index_references(&mut self) {
        let sources = self.references.iter();
        let sources = sources.map(|reference| reference.node.source.index());
        self.reference_start = starts(self.parsed.len(), sources);
        let resources = self.resources.len();
        let forward = std::mem::take(&mut self.forward);
        let (start, forward) = grouped(resources, &forward, |edge| Some(edge.from));
        (self.forward_start, self.forward) = (start, forward);
        let target = |edge: &Edge| self.references[edge.reference as usize].target.resource();
        (self.backward_start, self.backward) = grouped(resources, &self.forward, target);
    }

    /// The references that a resource has, its collection's defaults included.
    fn written_in(&self, from: ResourceId, found: &mut Vec<Written>) {
        let resource = self.resource(from);
        let record = self.kinds.kind(resource.kind).record;
        let node = self.node(resource.node);
        let skip_items = self.kinds.kind(resource.kind).items_of.is_some();
        self.walk(from, record, node, skip_items, found);
        if let Some(collection) = resource.collection {
            let collection = self.resource_node(collection);
            self.walk_inherited(from, record, node, collection, found);
        }
    }

    fn walk(
        &self,
        from: ResourceId,
        record: RecordId,
        mapping: Node<'_>,
        skip_items: bool,
        found: &mut Vec<Written>,
    ) {
        let fields = self.kinds.record(record);
        if !fields.has_references {
            return;
        }
        for (key, value) in mapping.entries() {
            let Some(number) = fields.by_name.get(key.text()) else {
                continue;
            };
            let field = &fields.fields[*number as usize];
            if skip_items && matches!(&*field.name, "items" | "defaults") {
                continue;
            }
            self.walk_field(from, record, *number, mapping, value, found);
        }
    }

    fn walk_field(
        &self,
        from: ResourceId,
        record: RecordId,
        field: u16,
        mapping: Node<'_>,
        value: Node<'_>,
        found: &mut Vec<Written>,
    ) {
        let definition = &self.kinds.record(record).fields[field as usize];
        if let Some(path) = self.kinds.ref_path_of(record, field) {
            if value.is_broken() {
                return;
            }
            let scalars = std::iter::once(value)
                .filter(|node| node.is_scalar())
                .chain(value.items());
            for node in scalars.filter(|node| node.kind() == NodeKind::String && !node.is_broken())
            {
                found.push(Written {
                    from,
                    node: node.id(),
                    item: mapping.id(),
                    path,
                });
            }
            return;
        }
        let Some(nested) = crate::kind::nested_record(&definition.ty) else {
            return;
        };
        match (value.kind(), &definition.ty) {
            (NodeKind::Mapping, Type::Map(_)) => {
                for (_, value) in value.entries() {
                    self.walk(from, nested, value, false, found);
                }
            }
            (NodeKind::Mapping, _) => self.walk(from, nested, value, false, found),
            (NodeKind::Sequence, _) => {
                for item in value.items() {
                    self.walk(from, nested, item, false, found);
                }
            }
            _ => {}
        }
    }

    fn walk_inherited(
        &self,
        from: ResourceId,
        record: RecordId,
        own: Node<'_>,
        collection: Node<'_>,
        found: &mut Vec<Written>,
    ) {
        let defaults = collection.get("defaults");
        let fields = &self.kinds.record(record).fields;
        for (number, field) in fields.iter().enumerate() {
            let nested = crate::kind::nested_record(&field.ty)
                .is_some_and(|id| self.kinds.record(id).has_references);
            if (field.reference.is_none() && !nested) || entry(own, field).is_some() {
                continue;
            }
            let inherited = defaults.and_then(|defaults| Some((defaults, entry(defaults, field)?)));
            let inherited = inherited.or_else(|| {
                let value = entry(collection, field).filter(|_| field.inherit)?;
                Some((collection, value))
            });
            if let Some((mapping, value)) = inherited {
                self.walk_field(
                    from,
                    record,
                    u16::try_from(number).unwrap_or(u16::MAX),
                    mapping,
                    value,
                    found,
                );
            }
        }
    }

    fn resolve(&self, written: Written) -> Resolved {
        let (target, fault) = match self.target(&written) {
            Ok(target) => (target, None),
            Err(unresolved) => {
                let fault = self.unresolved(&written, unresolved);
                (fault.0, Some(Box::new(fault.1)))
            }
        };
        Resolved {
            from: written.from,
            reference: Reference {
                node: written.node,
                item: written.item,
                path: written.path,
                target,
            },
            fault,
        }
    }

    fn target(&self, written: &Written) -> Result<Target, Unresolved> {
        let node = self.node(written.node);
        let field = self.kinds.ref_field(written.path);
        let Some(reference) = &field.reference else {
            return Ok(Target::Literal);
        };
        let text = node.text();
        let literal = |word: &str| word == text || (word == "*slug" && !text.contains('/'));
        if reference.literals.iter().any(|word| literal(word)) || (is_unknown(node) && !field.known)
        {
            return Ok(Target::Literal);
        }
        let resolution = Resolution {
            catalog: self,
            text,
            reference,
        };
        resolution.run()
    }

    fn unresolved(
        &self,
        written: &Written,
        (target, check, message, related, help): Unresolved,
    ) -> (Target, Fault) {
        let node = self.node(written.node);
        let text = node.text();
        let field = self.kinds.ref_field(written.path);
        let verb = field.reference.as_ref().map_or("", |found| &found.verb);
        let label = Label::new(node.span(), format!("{verb} {text}"));
        let mut fault = Fault::new(check, message, label);
        fault.related = related;
        fault.help = help;
        fault.fix = self.meant(node, text, target);
        let path = &self.kinds.ref_paths()[written.path.0 as usize].path;
        let path = format!("{path}={text}");
        (target, fault.about(Some(self.name(written.from)), path))
    }

    /// The edit that spells a reference as the resource that was probably meant. What an alias
    /// brought has none: it would change every other use of the value.
    fn meant(&self, node: Node<'_>, text: &str, target: Target) -> Option<Fix> {
        let Target::Dangling(Some(near)) = target else {
            return None;
        };
        // The id may be what is misspelled.
        let id = Some(self.node(self.resource(near).id)).filter(|id| !id.is_broken())?;
        let id = id.text();
        let (whole, item) = match text.split_once('#') {
            Some((whole, item)) => (whole, format!("#{item}")),
            None => (text, String::new()),
        };
        let (kind, written) = whole.rsplit_once('/').unwrap_or(("", whole));
        let start = if kind.is_empty() {
            String::new()
        } else {
            format!("{kind}/")
        };
        let replacement = format!("{start}{id}{item}");
        let same_letters = written.eq_ignore_ascii_case(id);
        let applies = replacement != text && node.alias_span().is_none();
        applies.then(|| Fix {
            title: format!("write `{replacement}`"),
            applicability: if same_letters {
                Applicability::Safe
            } else {
                Applicability::Unsafe
            },
            edits: vec![Edit {
                span: node.span(),
                replacement,
            }],
            comes_last: false,
        })
    }
}

/// What is wrong with a reference, its places and the way out.
type Unresolved = (Target, EngineCheck, String, Vec<Label>, Option<String>);

/// One reference on its way to its target.
struct Resolution<'a> {
    catalog: &'a Catalog,
    text: &'a str,
    reference: &'a crate::kind::ReferenceField,
}

impl Resolution<'_> {
    fn run(&self) -> Result<Target, Unresolved> {
        let (path, item) = match self.text.split_once('#') {
            Some((path, _)) if self.reference.subject => (path, None),
            Some((path, item)) => (path, Some(item)),
            None => (self.text, None),
        };
        match (path.split_once('/'), item) {
            (Some((kind, "*")), None) if self.reference.wildcard => self.wildcard(kind),
            (Some((kind, id)), item) => self.qualified(kind, id, item),
            (None, Some(item)) => self.bare_item(path, item),
            (None, None) => self.bare(path),
        }
    }

    fn wildcard(&self, kind: &str) -> Result<Target, Unresolved> {
        match self.catalog.kinds.find(kind) {
            Some(kind) => Ok(Target::Wildcard(kind)),
            None => Err(self.unknown_kind(kind)),
        }
    }

    fn qualified(&self, kind: &str, id: &str, item: Option<&str>) -> Result<Target, Unresolved> {
        let catalog = self.catalog;
        let Some(kind_id) = catalog.kinds.find(kind) else {
            return self
                .short_form(kind, id)
                .unwrap_or_else(|| Err(self.unknown_kind(kind)));
        };
        let Some(resource) = catalog.find(kind_id, id) else {
            let known = catalog.of_kind(kind_id);
            let near = nearest(id, known.clone().map(|other| catalog.id(other)));
            let near = near.and_then(|near| catalog.find(kind_id, near));
            return Err(self.dangling(near, format!("no {kind} has the id {id}")));
        };
        let Some(item) = item else {
            return self.allowed(
                Target::Resource(resource),
                catalog.kinds.kind(kind_id).record,
            );
        };
        let records = (0..).zip(catalog.kinds.records());
        let lists = records.filter(|(_, record)| record.item_of.is_some());
        let mut named: Vec<Item> = lists
            .flat_map(|(record, _)| catalog.find_items(RecordId(record), item))
            .filter(|found| found.holder == resource)
            .collect();
        // Two lists of a resource may use one id; the one that the field allows is meant.
        named.sort_by_key(|found| !self.reference.targets.contains(&found.record));
        match named.first() {
            Some(found) => self.allowed(Target::Item(*found), found.record),
            None => Err(self.dangling_item(resource, item)),
        }
    }

    /// `body/board`: the singular of an addressable list in place of a kind.
    fn short_form(&self, word: &str, id: &str) -> Option<Result<Target, Unresolved>> {
        let kinds = &self.catalog.kinds;
        let record = self
            .reference
            .targets
            .iter()
            .find(|target| kinds.record(**target).short_form.as_deref() == Some(word))?;
        Some(
            self.one_of(
                self.catalog
                    .find_items(*record, id)
                    .map(Target::Item)
                    .collect(),
            ),
        )
    }

    fn bare_item(&self, id: &str, item: &str) -> Result<Target, Unresolved> {
        let mut found = Vec::new();
        for target in &*self.reference.targets {
            for candidate in self.catalog.find_items(*target, item) {
                if self.catalog.id(candidate.holder) == id {
                    found.push(Target::Item(candidate));
                }
            }
        }
        self.one_of(found)
    }

    fn bare(&self, id: &str) -> Result<Target, Unresolved> {
        let catalog = self.catalog;
        let mut found = Vec::new();
        for target in &*self.reference.targets {
            let record = catalog.kinds.record(*target);
            match record.kind {
                Some(kind) => found.extend(catalog.find(kind, id).map(Target::Resource)),
                None => found.extend(catalog.find_items(*target, id).map(Target::Item)),
            }
        }
        self.one_of(found)
    }

    fn one_of(&self, found: Vec<Target>) -> Result<Target, Unresolved> {
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(self.elsewhere()),
            several => {
                let labels = several.iter().map(|target| self.place(*target)).collect();
                let names: Vec<String> = several
                    .iter()
                    .map(|target| self.target_name(*target))
                    .collect();
                Err((
                    Target::Wrong,
                    EngineCheck::WrongReferenceKind,
                    format!(
                        "{} fits {} things: {}",
                        self.text,
                        several.len(),
                        names.join(", ")
                    ),
                    labels,
                    Some(format!("write it as {}", names.join(" or "))),
                ))
            }
        }
    }

    /// No allowed target has this id: perhaps one of another kind has, or a similar one.
    fn elsewhere(&self) -> Unresolved {
        let catalog = self.catalog;
        let id = self.text;
        let other = catalog
            .kinds
            .iter()
            .find_map(|(kind, _)| catalog.find(kind, id));
        if let Some(other) = other {
            return self.wrong_kind(Target::Resource(other));
        }
        let candidates = self.reference.targets.iter().flat_map(|target| {
            let kind = catalog.kinds.record(*target).kind;
            kind.map(|kind| catalog.of_kind(kind)).unwrap_or(0..0)
        });
        let near = candidates
            .filter_map(|other| distance(id, catalog.id(other)).map(|distance| (distance, other)))
            .min_by_key(|(distance, other)| (*distance, catalog.id(*other)));
        let kinds = self.target_words();
        self.dangling(
            near.map(|(_, other)| other),
            format!("no {kinds} has the id {id}"),
        )
    }

    fn allowed(&self, target: Target, record: RecordId) -> Result<Target, Unresolved> {
        if self.reference.targets.contains(&record) {
            Ok(target)
        } else {
            Err(self.wrong_kind(target))
        }
    }

    fn wrong_kind(&self, target: Target) -> Unresolved {
        let allowed = self.target_words();
        let name = self.target_name(target);
        (
            Target::Wrong,
            EngineCheck::WrongReferenceKind,
            format!("{name} stands where a {allowed} is wanted"),
            vec![self.place(target)],
            Some(format!("name a {allowed}")),
        )
    }

    fn dangling(&self, near: Option<ResourceId>, message: String) -> Unresolved {
        let related = near.map(|near| self.place(Target::Resource(near)));
        let help = match near {
            Some(near) => format!(
                "did you mean {}? otherwise define it",
                self.catalog.name(near)
            ),
            None => "define it, or correct the id".to_owned(),
        };
        (
            Target::Dangling(near),
            EngineCheck::DanglingReference,
            message,
            related.into_iter().collect(),
            Some(help),
        )
    }

    fn dangling_item(&self, resource: ResourceId, item: &str) -> Unresolved {
        let catalog = self.catalog;
        let ids: Vec<&str> = catalog
            .items()
            .filter(|found| found.holder == resource)
            .filter_map(|found| catalog.node(found.node).get("id").map(Node::text))
            .collect();
        let near = nearest(item, ids.iter().copied());
        let help = near.map_or_else(
            || "add the item, or correct its id".to_owned(),
            |near| format!("did you mean {}#{near}?", catalog.name(resource)),
        );
        (
            Target::Dangling(None),
            EngineCheck::DanglingReference,
            format!("{} has no item {item}", catalog.name(resource)),
            vec![self.place(Target::Resource(resource))],
            Some(help),
        )
    }

    fn unknown_kind(&self, kind: &str) -> Unresolved {
        let near = nearest(kind, self.catalog.kinds.iter().map(|(_, kind)| &*kind.name));
        (
            Target::Dangling(None),
            EngineCheck::DanglingReference,
            format!("there is no kind {kind}"),
            Vec::new(),
            Some(near.map_or_else(
                || format!("write it as {}/id", self.target_words()),
                |near| format!("did you mean {near}?"),
            )),
        )
    }

    fn place(&self, target: Target) -> Label {
        let catalog = self.catalog;
        let (node, text) = match target {
            Target::Item(item) => {
                let node = catalog.node(item.node);
                (node.get("id").unwrap_or(node), self.target_name(target))
            }
            Target::Resource(id) => (catalog.node(catalog.resource(id).id), catalog.name(id)),
            _ => return Label::new(catalog.node(catalog.resources[0].id).span(), ""),
        };
        Label::new(node.span(), format!("{text} is defined here"))
    }

    fn target_name(&self, target: Target) -> String {
        let catalog = self.catalog;
        match target {
            Target::Resource(id) => catalog.name(id),
            Target::Item(item) => {
                let id = catalog.node(item.node).get("id").map_or("", Node::text);
                format!("{}#{id}", catalog.name(item.holder))
            }
            _ => self.text.to_owned(),
        }
    }

    fn target_words(&self) -> String {
        let names: Vec<String> = self
            .reference
            .targets
            .iter()
            .map(|target| self.catalog.kinds.record_name(*target))
            .collect();
        match names.as_slice() {
            [] => "resource".to_owned(),
            [one] => one.clone(),
            many if many.len() > 6 => "resource".to_owned(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
        }
    }
}

/// A resource before it has a number.
struct Found {
    kind: KindId,
    node: NodeId,
    id: NodeId,
    collection: Option<NodeId>,
}

/// A reference as one of the resources that have it sees it, and what is wrong with it.
struct Resolved {
    from: ResourceId,
    reference: Reference,
    fault: Option<Box<Fault>>,
}

/// A reference before it is resolved.
struct Written {
    from: ResourceId,
    node: NodeId,
    item: NodeId,
    path: crate::kind::RefPathId,
}

fn resources_in(kinds: &Kinds, parsed: &[Option<Arc<Parsed>>], source: SourceId) -> Vec<Found> {
    let mut found = Vec::new();
    let Some(parsed) = parsed[source.index()].as_ref() else {
        return found;
    };
    for document in parsed.documents(source) {
        let Some(kind) = document
            .get("kind")
            .and_then(Node::as_str)
            .and_then(|name| kinds.find(name))
        else {
            continue;
        };
        if !says_ours(document) {
            continue;
        }
        if let Some(id) = usable_id(document) {
            found.push(Found {
                kind,
                node: document.id(),
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
                    node: item.id(),
                    id,
                    collection: Some(document.id()),
                });
            }
        }
    }
    found
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

fn usable_id(node: Node<'_>) -> Option<NodeId> {
    let id = node.get("id")?;
    (id.is_scalar() && id.kind() != NodeKind::Null && !id.text().is_empty()).then(|| id.id())
}

pub(super) fn hides_content(check: EngineCheck) -> bool {
    matches!(
        check,
        EngineCheck::Syntax | EngineCheck::Encoding | EngineCheck::Limit | EngineCheck::Encrypted
    )
}

fn built_in_levels(kinds: &Kinds) -> Vec<Levels> {
    kinds
        .ladders()
        .iter()
        .map(|ladder| {
            let ranks = (0u8..).zip(&ladder.levels);
            Levels(ranks.map(|(rank, level)| (level.clone(), rank)).collect())
        })
        .collect()
}

/// Replaces the words of a ladder by the organization's own, each with the rank of the built-in
/// level it means. A built-in level that no word means keeps its own name.
fn read_levels(list: Node<'_>, levels: &mut Levels) {
    let built_in = levels.clone();
    let own: Vec<(Box<str>, u8)> = list
        .items()
        .filter_map(|item| {
            let level = item.get("level")?.text();
            let rank = built_in.rank(item.get("means")?.text())?;
            Some((level.into(), rank))
        })
        .collect();
    let unnamed = built_in
        .0
        .into_iter()
        .filter(|(_, rank)| own.iter().all(|(_, other)| other != rank));
    let unnamed: Vec<_> = unnamed.collect();
    levels.0 = own.into_iter().chain(unnamed).collect();
}

/// The first bytes of a text, in an order that agrees with that of texts.
fn head(text: &str) -> u128 {
    let mut head = [0; 16];
    let length = text.len().min(head.len());
    head[..length].copy_from_slice(&text.as_bytes()[..length]);
    u128::from_be_bytes(head)
}

/// Edges by group, without those that belong to none, and where each of `count` groups starts.
fn grouped(
    count: usize,
    edges: &[Edge],
    group: impl Fn(&Edge) -> Option<u32>,
) -> (Vec<u32>, Vec<Edge>) {
    let groups: Vec<Option<u32>> = edges.iter().map(group).collect();
    let start = starts(count, groups.iter().flatten().map(|group| *group as usize));
    let mut next = start.clone();
    let none = Edge {
        from: 0,
        reference: 0,
        path: crate::kind::RefPathId(0),
    };
    let mut sorted = vec![none; start[count] as usize];
    for (edge, group) in edges.iter().zip(groups) {
        let Some(group) = group else {
            continue;
        };
        let place = &mut next[group as usize];
        sorted[*place as usize] = *edge;
        *place += 1;
    }
    (start, sorted)
}

/// Start offsets of `count` groups in a list sorted by group.
fn starts(count: usize, groups: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut starts = vec![0u32; count + 1];
    for group in groups {
        starts[group + 1] += 1;
    }
    for index in 1..starts.len() {
        starts[index] += starts[index - 1];
    }
    starts
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("a catalog holds fewer than four billion entries")
}
