//! From parsed texts to the catalog.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHasher};

use super::outline::{self, Outline, outlines};
use super::reference::{Edge, Reference, Target};
use super::{Catalog, Item, Levels, Resource, ResourceId, Setting, entry, is_unknown};
use crate::finding::{Applicability, Edit, EngineCheck, Fault, Fix, Label};
use crate::kind::{Field, KindId, Kinds, RecordId, UNKNOWN, distance, nearest, without};
use crate::scalar::Currency;
use crate::source::SourceId;
use crate::syntax::{Node, NodeId, Parsed, canonical};

/// The hash under which a resource (by kind) or an item (by record) is indexed.
pub(super) fn id_hash(owner: u16, id: &str) -> u64 {
    let mut hasher = FxHasher::default();
    owner.hash(&mut hasher);
    id.hash(&mut hasher);
    hasher.finish()
}

/// How many references of a text are looked at in one go.
const TOGETHER: usize = 512;
/// How many texts, or parts of them, are looked at in one go.
const SOURCES_TOGETHER: usize = 64;

impl Catalog {
    /// Builds the catalog of these texts, indexed by source id.
    #[must_use]
    pub fn build(kinds: Arc<Kinds>, parsed: Vec<Option<Arc<Parsed>>>) -> (Self, Vec<Fault>) {
        let outlines = outlines(&kinds, &parsed);
        Self::assemble(kinds, parsed, &outlines)
    }

    /// Builds the catalog of texts of which it is known what each holds.
    #[must_use]
    pub fn assemble(
        kinds: Arc<Kinds>,
        parsed: Vec<Option<Arc<Parsed>>>,
        outlines: &[Arc<Outline>],
    ) -> (Self, Vec<Fault>) {
        let count = kinds.len();
        let mut catalog = Self {
            kinds,
            parsed,
            resources: Vec::new(),
            ids: String::new(),
            id_start: vec![0],
            by_kind: Vec::new(),
            by_id: FxHashMap::default(),
            fields: Vec::new(),
            field_start: Vec::new(),
            by_node: Vec::new(),
            node_end: Vec::new(),
            node_start: Vec::new(),
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
        let places = Places::of(outlines);
        catalog.collect_resources(&places);
        catalog.index_fields(&places);
        catalog.mark_open(&places);
        catalog.index_resources(&mut faults);
        catalog.index_items(&places);
        catalog.collect_settings();
        catalog.collect_references(&places, &mut faults);
        catalog.index_references();
        (catalog, faults)
    }

    fn collect_resources(&mut self, places: &Places<'_>) {
        let found = |place: u32| places.resource(place);
        let text = |place: u32| places.id(place);
        let one = |place: u32| (found(place).kind, head(text(place)), place);
        let mut order: Vec<(KindId, u128, u32)> =
            (0..places.count()).into_par_iter().map(one).collect();
        // Most ids differ in their first bytes, which lie together here.
        order.par_sort_unstable_by(|left, right| {
            (left.0, left.1)
                .cmp(&(right.0, right.1))
                .then_with(|| text(left.2).cmp(text(right.2)))
                .then_with(|| left.2.cmp(&right.2))
        });
        let all = (0..places.count()).map(|place| (found(place).node, 0));
        let mut by_node: Vec<(NodeId, ResourceId)> = all.collect();
        for (id, (_, _, place)) in (0..).zip(&order) {
            by_node[*place as usize].1 = id;
        }
        let resource = |(_, _, place): &(KindId, u128, u32)| {
            let found = found(*place);
            let collection = found.collection;
            Resource {
                collection: collection.map(|place| by_node[place as usize].1),
                kind: found.kind,
                node: found.node,
                id: found.id,
            }
        };
        self.resources = order.iter().map(resource).collect();
        for (_, _, place) in &order {
            self.ids.push_str(text(*place));
            self.id_start.push(number(self.ids.len()));
        }
        self.by_node = by_node;
        self.node_end = (0..places.count()).map(|place| found(place).end).collect();
        self.node_start.clone_from(&places.start);
    }

    fn index_fields(&mut self, places: &Places<'_>) {
        let mut place_of = vec![0; self.resources.len()];
        for (place, (_, resource)) in (0..).zip(&self.by_node) {
            place_of[*resource as usize] = place;
        }
        self.field_start = Vec::with_capacity(place_of.len());
        let mut next = 0;
        for place in &place_of {
            self.field_start.push(number(next));
            next += places.fields(*place).len();
        }
        self.fields = Vec::with_capacity(next);
        for place in place_of {
            self.fields.extend_from_slice(places.fields(place));
        }
    }

    /// A document that cannot be read, or has no id, might hold any resource of its kind.
    fn mark_open(&mut self, places: &Places<'_>) {
        for kind in places.outlines.iter().flat_map(|outline| &outline.open) {
            self.mark_kind_open(*kind);
        }
    }

    fn mark_kind_open(&mut self, kind: KindId) {
        self.open[kind.0 as usize] = true;
        if let Some(item) = self.kinds.kind(kind).items_of {
            self.open[item.0 as usize] = true;
        }
    }

    fn index_resources(&mut self, faults: &mut Vec<Fault>) {
        self.by_kind = starts(
            self.kinds.len(),
            self.resources
                .iter()
                .map(|resource| resource.kind.0 as usize),
        );
        self.by_id.reserve(self.resources.len());
        let hash = |(id, resource): (ResourceId, &Resource)| id_hash(resource.kind.0, self.id(id));
        let hashes: Vec<u64> = (0..).zip(&self.resources).map(hash).collect();
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

    /// Items of lists that references can name.
    fn index_items(&mut self, places: &Places<'_>) {
        let items = (0..places.outlines.len()).into_par_iter();
        let mut items: Vec<(u64, Item)> = items
            .flat_map_iter(|index| {
                let source = SourceId::from_index(index);
                let items = places.outlines[index].items.iter();
                items.map(move |item| (source, item))
            })
            .map(|(source, item)| {
                let node = |index| NodeId { source, index };
                let hash = id_hash(item.record.0, self.node(node(item.id)).text());
                let holder = places.place(source, item.holder);
                let item = Item {
                    record: item.record,
                    node: node(item.node),
                    holder: self.by_node[holder as usize].1,
                };
                (hash, item)
            })
            .collect();
        items.par_sort_unstable();
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
            .par_iter()
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

    fn collect_references(&mut self, places: &Places<'_>, faults: &mut Vec<Fault>) {
        let chunks = (0..).zip(places.outlines).flat_map(|(index, outline)| {
            let chunks = outline.references.chunks(TOGETHER);
            chunks.map(move |chunk| (SourceId::from_index(index), chunk))
        });
        let chunks: Vec<(SourceId, &[outline::Written])> = chunks.collect();
        let resolve = |source: SourceId, written: &outline::Written| {
            let node = |index| NodeId { source, index };
            let place = places.place(source, written.from);
            self.resolve(&Written {
                from: self.by_node[place as usize].1,
                node: node(written.node),
                text: places.outlines[source.index()].name(written.name),
                item: node(written.item),
                path: written.path,
            })
        };
        let resolve_all = |chunks: &[(SourceId, &[outline::Written])]| {
            let chunks = chunks.iter();
            let written = chunks.flat_map(|(source, chunk)| chunk.iter().map(|one| (*source, one)));
            let resolved = written.map(|(source, written)| resolve(source, written));
            resolved.collect::<Vec<Resolved>>()
        };
        let resolved = chunks.par_chunks(SOURCES_TOGETHER).map(resolve_all);
        let mut resolved: Vec<Vec<Resolved>> = resolved.collect();
        // Only what is inherited stands elsewhere.
        let place = |resolved: &Resolved| (resolved.reference.node, resolved.from);
        if !resolved.iter().flatten().is_sorted_by_key(place) {
            let mut all: Vec<Resolved> = resolved.into_iter().flatten().collect();
            all.sort_by_key(place);
            resolved = vec![all];
        }
        let mut found: Vec<(ResourceId, Fault)> = Vec::new();
        let count = resolved.iter().map(Vec::len).sum();
        self.references.reserve(count);
        self.forward.reserve(count);
        for Resolved {
            from,
            reference,
            fault,
        } in resolved.into_iter().flatten()
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

    fn resolve(&self, written: &Written<'_>) -> Resolved {
        let (target, fault) = match self.target(written) {
            Ok(target) => (target, None),
            Err(unresolved) => {
                let fault = self.unresolved(written, unresolved);
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

    fn target(&self, written: &Written<'_>) -> Result<Target, Unresolved> {
        let field = self.kinds.ref_field(written.path);
        let Some(reference) = &field.reference else {
            return Ok(Target::Literal);
        };
        let text = written.text;
        let is_unknown = || text == UNKNOWN && is_unknown(self.node(written.node));
        let literal = |word: &str| word == text || (word == "*slug" && !text.contains('/'));
        if reference.literals.iter().any(|word| literal(word)) || (!field.known && is_unknown()) {
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
        written: &Written<'_>,
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

/// The resources of all texts in the order of their places.
struct Places<'o> {
    outlines: &'o [Arc<Outline>],
    /// By number of the source: the place of its first resource, and one past the last of the last.
    start: Vec<u32>,
    /// By place: its source.
    sources: Vec<u32>,
}

/// A resource before it has a number.
struct Found {
    kind: KindId,
    node: NodeId,
    /// One past the last node below it.
    end: u32,
    id: NodeId,
    /// The place of the collection it is an item of.
    collection: Option<u32>,
}

impl<'o> Places<'o> {
    fn of(outlines: &'o [Arc<Outline>]) -> Self {
        let mut start = vec![0];
        let mut sources = Vec::new();
        for (index, outline) in (0..).zip(outlines) {
            sources.extend(outline.resources.iter().map(|_| index));
            start.push(number(sources.len()));
        }
        Self {
            outlines,
            start,
            sources,
        }
    }

    fn count(&self) -> u32 {
        number(self.sources.len())
    }

    /// The place of a resource by its number in its text.
    fn place(&self, source: SourceId, number: u32) -> u32 {
        self.start[source.index()] + number
    }

    fn outline(&self, place: u32) -> (usize, &'o Outline, u32) {
        let source = self.sources[place as usize] as usize;
        (source, &self.outlines[source], place - self.start[source])
    }

    fn resource(&self, place: u32) -> Found {
        let (source, outline, number) = self.outline(place);
        let own = &outline.resources[number as usize];
        let source = SourceId::from_index(source);
        let node = |index| NodeId { source, index };
        Found {
            kind: own.kind,
            node: node(own.node),
            end: own.end,
            id: node(own.id),
            collection: own.collection.map(|number| self.place(source, number)),
        }
    }

    fn id(&self, place: u32) -> &'o str {
        let (_, outline, number) = self.outline(place);
        outline.name(outline.resources[number as usize].name)
    }

    fn fields(&self, place: u32) -> &'o [u32] {
        let (_, outline, number) = self.outline(place);
        outline.fields(number)
    }
}

/// A reference as one of the resources that have it sees it, and what is wrong with it.
struct Resolved {
    from: ResourceId,
    reference: Reference,
    fault: Option<Box<Fault>>,
}

/// A reference before it is resolved.
struct Written<'o> {
    from: ResourceId,
    node: NodeId,
    text: &'o str,
    item: NodeId,
    path: crate::kind::RefPathId,
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
