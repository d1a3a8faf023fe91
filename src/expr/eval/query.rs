//! Questions to the catalog: references, relations, verdicts, rules and files.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::compare::Identity;
use super::graph::Search;
use super::{Frame, Machine, Out, World, bounds, ne};
use crate::catalog::{Edge, Reference, ResourceId, Target};
use crate::expr::ir::{Best, Ir, Op, Way};
use crate::expr::reads::Read;
use crate::expr::results;
use crate::expr::trace::{Origin, Trace};
use crate::expr::value::{Causes, Entry, List, Value};
use crate::kind::{KindId, RefPathId};
use crate::syntax::NodeId;

/// References by the resource that they probably meant.
pub(super) type Suspects = FxHashMap<ResourceId, Vec<Edge>>;

impl<'a, W: Trace> Machine<'a, W> {
    #[expect(clippy::too_many_lines, reason = "a table: one entry for each case")]
    pub(super) fn query(&self, ir: &'a Ir, frame: &mut Frame<'a, W>) -> Out<'a, W> {
        match &ir.op {
            Op::Resources(kinds) => (Value::All(kinds[0]), W::default()),
            Op::ResourcesOf(kind) => match self.eval(kind, frame) {
                (Value::Kind(kind), why) => (Value::All(kind), why),
                (Value::Ne(causes), why) => (Value::Ne(causes), why),
                (other, why) => match other
                    .as_text()
                    .and_then(|name| self.world.catalog.kinds().find(name))
                {
                    Some(kind) => (Value::All(kind), why),
                    None => (Value::Ne(Causes::UNDEFINED), why),
                },
            },
            Op::Only(kind) => self.only(*kind),
            Op::Lookup { index, value } => {
                let value = self.eval(value, frame);
                self.lookup(*index, &value)
            }
            Op::Referrers { base, paths, items } => {
                let base = self.eval(base, frame);
                self.referrers(&base, paths, *items)
            }
            Op::Reach { way, base } => {
                let base = self.eval(base, frame);
                self.reach(*way, base)
            }
            Op::Component { way, base } => {
                let base = self.eval(base, frame);
                self.component(*way, &base)
            }
            Op::Cycle { way, base } => {
                let base = self.eval(base, frame);
                self.cycle(*way, &base)
            }
            Op::Path { way, ends } => {
                let from = self.eval(&ends[0], frame);
                let to = self.eval(&ends[1], frame);
                self.path(*way, &from, &to)
            }
            Op::ReachBest { site, base } => {
                let base = self.eval(base, frame);
                self.reach_best(*site, &base)
            }
            Op::Tagged { base, word } => {
                let base = self.eval(base, frame);
                self.tagged(&base, word)
            }
            Op::ValueTags { base, words } => {
                let (value, why) = self.eval(base, frame);
                match value.as_text() {
                    Some(text) => {
                        let tags = words
                            .iter()
                            .filter(|(_, values)| values.iter().any(|value| **value == *text));
                        (
                            Value::list(tags.map(|(tag, _)| (Value::Str(tag), why.clone()))),
                            why,
                        )
                    }
                    None => (Value::Ne(value.causes().unwrap_or(Causes::UNDEFINED)), why),
                }
            }
            Op::Verdicts(rule) => {
                let (rule, why) = self.eval(rule, frame);
                match rule.as_text() {
                    Some(name) => self.verdicts(name),
                    None => (Value::Ne(rule.causes().unwrap_or(Causes::ABSENT)), why),
                }
            }
            Op::RuleInfo(name) => {
                let (name, why) = self.eval(name, frame);
                self.rule_info(&name, why)
            }
            Op::Results(table) => {
                self.note(|| Read::Anything);
                let rows = self.world.surroundings.results(table.name);
                self.step(rows.len() as u64);
                results::list(table, rows)
            }
            _ => self.fail(ir.range, "is no question to the catalog"),
        }
    }

    fn only(&self, kind: KindId) -> Out<'a, W> {
        let catalog = self.world.catalog;
        let all = catalog.of_kind(kind);
        self.note(|| Read::Kind(kind));
        match (all.len(), catalog.is_open(kind)) {
            (1, false) => (Value::Resource(all.start), W::default()),
            (_, true) => ne(Causes::OPEN),
            (0, false) => ne(Causes::ABSENT),
            _ => ne(Causes::UNDEFINED),
        }
    }

    fn lookup(&self, index: u16, (value, why): &Out<'a, W>) -> Out<'a, W> {
        let world: &'a World<'a> = self.world;
        let definition = &world.tables.indexes[index as usize];
        let Some(hash) = self.hash(value) else {
            return (
                Value::Ne(value.causes().unwrap_or(Causes::UNDEFINED)),
                why.clone(),
            );
        };
        let by_value = self.index_of(index);
        self.note(|| match self.identity(value) {
            Some(Ok(Identity::Resource(id))) => Read::LookupOf(index, id),
            // The hash of an item is that of its node.
            Some(_) => Read::Anything,
            None => Read::Lookup(index, hash),
        });
        let candidates = by_value.get(&hash).into_iter().flatten();
        // Resources whose value is not evaluable might match any value; they stand under a key of
        // their own.
        let doubtful = by_value.get(&DOUBTFUL).into_iter().flatten();
        let mut items = Vec::new();
        for id in candidates.chain(doubtful) {
            let mut frame = Frame::new(Value::Resource(*id), None);
            let (found, found_why) = self.eval(&definition.value, &mut frame);
            let maybe = match self.equal(&found, value) {
                Ok(true) => None,
                Err(causes) if !causes.only(Causes::ABSENT) => Some(causes),
                _ => continue,
            };
            items.push(Entry {
                value: Value::Resource(*id),
                why: found_why,
                maybe,
            });
        }
        let open = world
            .catalog
            .is_open(definition.kind)
            .then_some(Causes::OPEN);
        (Value::List(Arc::new(List { items, open })), why.clone())
    }

    /// An index, built once per run.
    pub(super) fn index_of(&self, index: u16) -> &'a FxHashMap<u64, Vec<ResourceId>> {
        let world: &'a World<'a> = self.world;
        world.shared.indexes[index as usize].get_or_init(|| build_index(world, index))
    }

    fn referrers(&self, (base, why): &Out<'a, W>, paths: &[RefPathId], items: bool) -> Out<'a, W> {
        let catalog = self.world.catalog;
        let (resource, item) = match self.thing(base) {
            Ok(thing) => thing,
            Err(causes) => return (Value::Ne(causes), why.clone()),
        };
        self.note(|| Read::Referrers(resource));
        let leads_here = |reference: &Reference| match (reference.target, item) {
            (Target::Resource(_), None) => true,
            (Target::Item(target), Some(item)) => target.node == item,
            _ => false,
        };
        let certain = catalog.references_to(resource);
        let certain = certain.filter(|(_, reference)| leads_here(reference));
        let suspects = self.suspects().get(&resource).into_iter().flatten();
        let suspects = suspects.map(|edge| {
            let reference = &catalog.references()[edge.reference as usize];
            (edge, reference, Some(Causes::DANGLING))
        });
        let certain = certain.map(|(edge, reference)| (edge, reference, None));
        let mut found: Vec<Entry<'a, W>> = Vec::new();
        let mut places = FxHashSet::default();
        for (edge, reference, maybe) in certain.chain(suspects) {
            if !paths.contains(&edge.path) {
                continue;
            }
            let (value, place) = self.referrer(edge, reference, items);
            // One resource that refers twice is one referrer, and so is one item.
            if places.insert(place) {
                let why = W::origin(|| Origin::Edge {
                    node: reference.node,
                    notes: Vec::new(),
                });
                found.push(Entry { value, why, maybe });
            }
        }
        self.step(found.len() as u64);
        let kind = catalog.kinds().ref_paths()[paths[0].0 as usize].kind;
        let open = catalog.is_open(kind).then_some(Causes::OPEN);
        (
            Value::List(Arc::new(List { items: found, open })),
            why.clone(),
        )
    }

    /// The resource that refers, or the item in it that holds the reference, and where that is.
    fn referrer(
        &self,
        edge: &Edge,
        reference: &Reference,
        items: bool,
    ) -> (Value<'a, W>, (ResourceId, NodeId)) {
        let catalog = self.world.catalog;
        let record = catalog.kinds().ref_paths()[edge.path.0 as usize].record;
        let resource = catalog.resource(edge.from);
        if items && record != catalog.kinds().kind(resource.kind).record {
            let item = Value::Record(catalog.node(reference.item), record);
            return (item, (edge.from, reference.item));
        }
        (Value::Resource(edge.from), (edge.from, resource.node))
    }

    /// Dangling references by the resource that they probably meant, and might still mean.
    fn suspects(&self) -> &'a Suspects {
        let world: &'a World<'a> = self.world;
        world.suspects.get_or_init(|| {
            let catalog = world.catalog;
            let mut suspects = Suspects::default();
            for from in 0..u32::try_from(catalog.len()).unwrap_or(u32::MAX) {
                for (edge, reference) in catalog.references_from(from) {
                    if let Target::Dangling(Some(near)) = reference.target {
                        suspects.entry(near).or_default().push(*edge);
                    }
                }
            }
            suspects
        })
    }

    /// The resource a value stands for, or the resource and the item.
    fn thing(&self, value: &Value<'a, W>) -> Result<(ResourceId, Option<NodeId>), Causes> {
        let catalog = self.world.catalog;
        match value {
            Value::Resource(id) => Ok((*id, None)),
            Value::Record(node, _) => {
                self.note_node(*node);
                catalog
                    .holder(node.id())
                    .map(|holder| (holder, Some(node.id())))
                    .ok_or(Causes::UNDEFINED)
            }
            Value::Ref(node) => {
                self.note_node(*node);
                let reference = catalog.reference_at(node.id());
                match reference.map(|reference| reference.target) {
                    Some(Target::Resource(id)) => Ok((id, None)),
                    Some(Target::Item(item)) => Ok((item.holder, Some(item.node))),
                    _ => Err(Causes::DANGLING),
                }
            }
            other => Err(other.causes().unwrap_or(Causes::UNDEFINED)),
        }
    }

    pub(super) fn target(&self, (value, why): &Out<'a, W>) -> Out<'a, W> {
        let catalog = self.world.catalog;
        let Value::Ref(node) = value else {
            return match value {
                Value::Resource(_) | Value::Record(..) => (value.clone(), why.clone()),
                other => (
                    Value::Ne(other.causes().unwrap_or(Causes::UNDEFINED)),
                    why.clone(),
                ),
            };
        };
        self.note_node(*node);
        let target = match catalog
            .reference_at(node.id())
            .map(|reference| reference.target)
        {
            Some(Target::Resource(id)) => Value::Resource(id),
            Some(Target::Item(item)) => Value::Record(catalog.node(item.node), item.record),
            Some(Target::Literal | Target::Wildcard(_)) => Value::Ne(Causes::ABSENT),
            _ => Value::Ne(Causes::DANGLING),
        };
        (target, why.clone())
    }

    fn reach(&self, way: Way, (base, why): Out<'a, W>) -> Out<'a, W> {
        let from = match self.node(&base) {
            Ok(from) => from,
            Err(causes) => return (Value::Ne(causes), why),
        };
        let search = self.search(way, from, |_| false);
        let items = search
            .reached
            .iter()
            .map(|node| Entry {
                value: Value::Resource(*node),
                why: self.path_why(way, &search, from, *node),
                maybe: None,
            })
            .collect();
        let open = search.doubts;
        (Value::List(Arc::new(List { items, open })), why)
    }

    /// The resource that a value stands for as a node of a relation.
    fn node(&self, value: &Value<'a, W>) -> Result<ResourceId, Causes> {
        match self.thing(value)? {
            (node, None) => Ok(node),
            (_, Some(_)) => Err(Causes::UNDEFINED),
        }
    }

    /// Nodes of a search, each with the edges that lead to it.
    fn with_paths(
        &self,
        way: Way,
        search: &Search,
        from: ResourceId,
        nodes: impl IntoIterator<Item = ResourceId>,
    ) -> Value<'a, W> {
        let item = |node| {
            (
                Value::Resource(node),
                self.path_why(way, search, from, node),
            )
        };
        Value::list(nodes.into_iter().map(item))
    }

    fn component(&self, way: Way, (base, why): &Out<'a, W>) -> Out<'a, W> {
        let node = match self.node(base) {
            Ok(node) => node,
            Err(causes) => return (Value::Ne(causes), why.clone()),
        };
        let graph = self.graph(way.relation);
        // The members are the same either way, and what is missing shows forwards.
        let way = way.forwards();
        let search = self.search(way, node, |_| false);
        if let Some(causes) = search.doubts {
            return (Value::Ne(causes), why.clone());
        }
        let own = graph.component(node);
        let reached = search.reached.iter().copied();
        let mut members: Vec<ResourceId> = reached
            .filter(|other| graph.component(*other) == own)
            .chain([node])
            .collect();
        members.sort_unstable();
        members.dedup();
        (self.with_paths(way, &search, node, members), why.clone())
    }

    fn cycle(&self, way: Way, (base, why): &Out<'a, W>) -> Out<'a, W> {
        let found = self.node(base);
        let found = found.and_then(|node| Ok((node, self.cycle_through(way, node)?)));
        let (node, search) = match found {
            Ok((node, Some(search))) => (node, search),
            Ok((_, None)) => return (Value::list([]), why.clone()),
            Err(causes) => return (Value::Ne(causes), why.clone()),
        };
        let path_why = self.path_why(way, &search, node, node);
        let nodes = self.with_paths(way, &search, node, search.path(node, node));
        (nodes, why.clone().and(path_why))
    }

    fn path(&self, way: Way, from: &Out<'a, W>, to: &Out<'a, W>) -> Out<'a, W> {
        let why = from.1.clone().and(to.1.clone());
        let (from, to) = match (self.node(&from.0), self.node(&to.0)) {
            (Ok(from), Ok(to)) => (from, to),
            (Err(causes), _) | (_, Err(causes)) => return (Value::Ne(causes), why),
        };
        let search = self.search(way, from, |node| node == to);
        if !search.has(to) {
            let none = search.doubts.map_or_else(|| Value::list([]), Value::Ne);
            return (none, why);
        }
        let path_why = self.path_why(way, &search, from, to);
        let nodes = self.with_paths(way, &search, from, search.path(from, to));
        (nodes, why.and(path_why))
    }

    /// The best value along a relation; not evaluable if there is none.
    fn reach_best(&self, site: u16, (base, why): &Out<'a, W>) -> Out<'a, W> {
        let value = match self.node(base) {
            Err(causes) => Value::Ne(causes),
            Ok(from) => {
                self.note(|| Read::Best(site, from));
                let found = self.best(site).of(from);
                match found.best {
                    Some(_) => Value::Reached(site, from),
                    None => Value::Ne(found.doubts.unwrap_or(Causes::UNDEFINED)),
                }
            }
        };
        (value, why.clone())
    }

    /// A field of the best value along a relation: the value, the resource that has it, the path
    /// that leads there. A path is searched for one resource at a time, so only where it is asked
    /// for or shown.
    pub(super) fn reached(&self, site: u16, from: ResourceId, field: &str) -> Out<'a, W> {
        let definition = &self.world.tables.sites[site as usize];
        self.note(|| Read::Best(site, from));
        let found = self.best(site).of(from);
        let Some((_, at)) = &found.best else {
            return ne(found.doubts.unwrap_or(Causes::UNDEFINED));
        };
        let way = definition.way;
        let search = || self.search(way, from, |node| node == *at);
        let path_why = if W::ON {
            self.path_why(way, &search(), from, *at)
        } else {
            W::default()
        };
        match field {
            "value" => {
                let mut frame = Frame::new(Value::Repository, None);
                let node = (Value::Resource(*at), W::default());
                frame.set_local(definition.slot, node);
                let (value, value_why) = self.eval(&definition.body, &mut frame);
                let value = match (found.doubts, definition.best) {
                    (None, _) => value,
                    (Some(_), Best::Max) => Value::Between(Arc::new((bounds(&value).0, None))),
                    (Some(_), Best::Min) => Value::Between(Arc::new((None, bounds(&value).1))),
                };
                (value, path_why.and(value_why))
            }
            "at" => (Value::Resource(*at), path_why),
            "path" => {
                let search = search();
                let nodes = search.path(from, *at);
                (self.with_paths(way, &search, from, nodes), path_why)
            }
            _ => ne(Causes::ABSENT),
        }
    }

    /// A value with all its fields.
    pub(in crate::expr) fn whole(&self, value: &Value<'a, W>) -> Value<'a, W> {
        let Value::Reached(site, from) = value else {
            return value.clone();
        };
        let field = |name: &str| (name.into(), self.reached(*site, *from, name));
        Value::Struct(["value", "at", "path"].map(field).into())
    }

    /// The values of all fields of a resource that carry a word, wherever they are nested.
    fn tagged(&self, (base, why): &Out<'a, W>, word: &str) -> Out<'a, W> {
        let catalog = self.world.catalog;
        let Value::Resource(id) = base else {
            return (
                Value::Ne(base.causes().unwrap_or(Causes::UNDEFINED)),
                why.clone(),
            );
        };
        self.note_value(base);
        let mut found = Vec::new();
        let kind = catalog.kinds().kind(catalog.resource(*id).kind);
        let mut stack = vec![(catalog.resource_node(*id), kind.record)];
        while let Some((mapping, record)) = stack.pop() {
            self.step(1);
            for (key, node) in mapping.entries() {
                let Some(field) = catalog.kinds().record(record).field(key.text()) else {
                    continue;
                };
                let is_item_list =
                    kind.items_of.is_some() && mapping.id() == catalog.resource(*id).node;
                if is_item_list && matches!(&*field.name, "items" | "defaults") {
                    continue;
                }
                if field.tags.iter().any(|tag| **tag == *word) {
                    let why = W::origin(|| Origin::Read {
                        node: node.id(),
                        field: Some(field.place),
                    });
                    found.push((node.id(), (self.read(node, &field.ty, Some(field)), why)));
                } else if let Some(nested) = crate::kind::nested_record(&field.ty) {
                    let inner = node.items().chain(std::iter::once(node));
                    stack.extend(
                        inner
                            .filter(|inner| !inner.is_scalar())
                            .map(|inner| (inner, nested)),
                    );
                }
            }
        }
        found.sort_by_key(|(node, _)| *node);
        (
            Value::list(found.into_iter().map(|(_, value)| value)),
            why.clone(),
        )
    }

    fn verdicts(&self, rule: &str) -> Out<'a, W> {
        self.note(|| Read::Anything);
        let verdicts = self.world.surroundings.verdicts(rule);
        self.step(verdicts.len() as u64);
        let items = verdicts.into_iter().map(|verdict| {
            let why = match &verdict.place {
                Some((span, text)) => W::origin(|| Origin::Verdict {
                    span: *span,
                    text: text.clone(),
                }),
                None => W::default(),
            };
            let subject = verdict.subject.map_or(Value::Repository, Value::Resource);
            let fields = [
                ("subject".into(), (subject, W::default())),
                ("fails".into(), (Value::Bool(verdict.fails), W::default())),
                (
                    "evaluable".into(),
                    (Value::Bool(verdict.evaluable), W::default()),
                ),
                ("waived".into(), (Value::Bool(verdict.waived), W::default())),
            ];
            (Value::Struct(fields.into()), why)
        });
        (Value::list(items), W::default())
    }

    fn rule_info(&self, name: &Value<'a, W>, why: W) -> Out<'a, W> {
        let Some(rule) = name
            .as_text()
            .and_then(|word| self.world.surroundings.rule(word))
        else {
            return (Value::Ne(name.causes().unwrap_or(Causes::ABSENT)), why);
        };
        let fields = [
            ("name".into(), (Value::Text(rule.name), W::default())),
            ("code".into(), (Value::Text(rule.code), W::default())),
            ("policy".into(), (Value::Text(rule.policy), W::default())),
            (
                "decisionDomain".into(),
                (Value::Text(rule.decision_domain), W::default()),
            ),
            ("severity".into(), (Value::Str(rule.severity), W::default())),
            (
                "waivable".into(),
                (Value::Bool(rule.waivable), W::default()),
            ),
        ];
        (Value::Struct(fields.into()), why)
    }
}

/// The key under which an index keeps resources whose value is not evaluable.
pub(super) const DOUBTFUL: u64 = 0x9E37_79B9_7F4A_7C15;

fn build_index<'a>(world: &'a World<'a>, index: u16) -> FxHashMap<u64, Vec<ResourceId>> {
    let definition = &world.tables.indexes[index as usize];
    let machine: Machine<'a, ()> = Machine::bare(world);
    let mut by_value: FxHashMap<u64, Vec<ResourceId>> = FxHashMap::default();
    for id in world.catalog.of_kind(definition.kind) {
        let mut frame = Frame::new(Value::Resource(id), None);
        let (value, ()) = machine.eval(&definition.value, &mut frame);
        let absent = value
            .causes()
            .is_some_and(|causes| causes.only(Causes::ABSENT));
        if !absent {
            by_value
                .entry(machine.hash(&value).unwrap_or(DOUBTFUL))
                .or_default()
                .push(id);
        }
    }
    by_value
}
