//! Relations as graphs: reachability, cycles, and the best value along a relation, each in time
//! linear in the edges.

use std::collections::VecDeque;

use super::{Digest, EvalError, Frame, Machine, World};
use crate::catalog::{ResourceId, Target, entry, is_unknown};
use crate::expr::ir::{Best, Way};
use crate::expr::library::Site;
use crate::expr::reads::Read;
use crate::expr::trace::{Origin, Trace, Why};
use crate::expr::value::{Causes, Value};
use crate::kind::nested_record;
use crate::scalar::Date;
use crate::syntax::{Node, NodeId, NodeKind};

/// An edge of a relation.
#[derive(Debug, Clone, Copy)]
pub(super) struct GraphEdge {
    /// Where it leads.
    pub(super) to: ResourceId,
    /// The reference it is made of.
    pub(super) reference: u32,
    /// The relation's part it comes from, to say what made it count.
    pub(super) part: u16,
}

/// A relation in one direction or the other.
pub(super) struct Graph {
    forward: Adjacency,
    backward: Adjacency,
    /// The strongly connected component of each resource; components are numbered so that edges
    /// lead to lower numbers.
    component: Vec<u32>,
    /// The number of resources in each component, or 2 for one with an edge to itself.
    cyclic: Vec<bool>,
    /// Why edges of a resource may be missing.
    doubts: Vec<Option<Causes>>,
    /// True if edges of any resource may be missing.
    has_doubts: bool,
    backward_doubts: Vec<Option<Causes>>,
    /// The day until which the edges cannot change.
    until: Date,
    /// What kept the edges from being found out.
    error: Option<EvalError>,
}

#[derive(Default)]
struct Adjacency {
    start: Vec<u32>,
    edges: Vec<GraphEdge>,
}

impl Adjacency {
    fn new(count: usize, mut edges: Vec<(ResourceId, GraphEdge)>) -> Self {
        edges.sort_by_key(|(from, edge)| (*from, edge.to, edge.reference));
        let mut start = vec![0u32; count + 1];
        for (from, _) in &edges {
            start[*from as usize + 1] += 1;
        }
        for index in 1..start.len() {
            start[index] += start[index - 1];
        }
        Self {
            start,
            edges: edges.into_iter().map(|(_, edge)| edge).collect(),
        }
    }

    fn of(&self, node: ResourceId) -> &[GraphEdge] {
        &self.edges[self.start[node as usize] as usize..self.start[node as usize + 1] as usize]
    }
}

impl Graph {
    pub(super) fn edges(&self, backwards: bool, node: ResourceId) -> &[GraphEdge] {
        if backwards {
            self.backward.of(node)
        } else {
            self.forward.of(node)
        }
    }

    pub(super) fn doubts(&self, backwards: bool, node: ResourceId) -> Option<Causes> {
        let doubts = if backwards {
            &self.backward_doubts
        } else {
            &self.doubts
        };
        doubts[node as usize]
    }

    pub(super) fn component(&self, node: ResourceId) -> u32 {
        self.component[node as usize]
    }

    pub(super) fn is_cyclic(&self, node: ResourceId) -> bool {
        self.cyclic[self.component[node as usize] as usize]
    }

    /// True if a node of this graph has the edges that it had in an earlier one, in which it and
    /// those it leads to had other numbers.
    pub(super) fn is_like(
        &self,
        earlier: &Self,
        (before, now): (ResourceId, ResourceId),
        successor: &dyn Fn(ResourceId) -> Option<ResourceId>,
    ) -> bool {
        let same_edges = |backwards: bool| {
            let (before, now) = (earlier.edges(backwards, before), self.edges(backwards, now));
            before.len() == now.len()
                && before.iter().zip(now).all(|(before, now)| {
                    successor(before.to) == Some(now.to) && before.part == now.part
                })
        };
        let same_doubts =
            |backwards: bool| earlier.doubts(backwards, before) == self.doubts(backwards, now);
        [false, true]
            .into_iter()
            .all(|backwards| same_edges(backwards) && same_doubts(backwards))
            && earlier.is_cyclic(before) == self.is_cyclic(now)
            && earlier.has_doubts == self.has_doubts
    }
}

/// The best value that each resource reaches.
pub(super) struct BestOf<'a> {
    found: Vec<Found<'a>>,
    /// The day until which the values cannot change.
    until: Date,
    /// What kept the values from being found out.
    error: Option<EvalError>,
}

#[derive(Clone)]
pub(super) struct Found<'a> {
    /// The best known value, and the resource that has it.
    pub(super) best: Option<(Value<'a, ()>, ResourceId)>,
    /// Why there may be a better one.
    pub(super) doubts: Option<Causes>,
}

impl Found<'_> {
    fn add_doubt(&mut self, causes: Causes) {
        self.doubts = Some(self.doubts.map_or(causes, |known| known.with(causes)));
    }
}

impl<'a> BestOf<'a> {
    pub(super) fn of(&self, node: ResourceId) -> &Found<'a> {
        &self.found[node as usize]
    }
}

impl<'a, W: Trace> Machine<'a, W> {
    /// A machine of the same rule that records nothing.
    fn plain(&self) -> Machine<'a, ()> {
        Machine::new(
            self.world,
            self.params,
            self.lets,
            &std::sync::Arc::new(
                self.lets
                    .iter()
                    .map(|_| std::sync::OnceLock::new())
                    .collect(),
            ),
            u64::MAX,
        )
    }

    pub(super) fn graph(&self, relation: u16) -> &'a Graph {
        let world: &'a World<'a> = self.world;
        let graph = world.shared.graphs[relation as usize]
            .get_or_init(|| self.plain().build_graph(relation));
        self.take_over(graph.until, graph.error.as_ref());
        graph
    }

    /// What was found out for a whole run holds for everyone who looks at it.
    fn take_over(&self, until: Date, error: Option<&EvalError>) {
        self.note_flip(Some(until));
        if let Some(error) = error {
            self.fail(error.range, error.message.as_str());
        }
    }

    /// The best value along a relation for every resource, computed once per run.
    pub(super) fn best(&self, site: u16) -> &'a BestOf<'a> {
        let world: &'a World<'a> = self.world;
        let definition = &world.tables.sites[site as usize];
        let graph = self.graph(definition.way.relation);
        let best = world.best[site as usize].get_or_init(|| self.plain().compute_best(graph, site));
        self.take_over(best.until, best.error.as_ref());
        best
    }

    /// The nodes reached from `from`, in the order of their distance, each with the edge that
    /// leads to it and the node it comes from.
    pub(super) fn search(
        &self,
        way: Way,
        from: ResourceId,
        mut stop: impl FnMut(ResourceId) -> bool,
    ) -> Search {
        let graph = self.graph(way.relation);
        let mut search = Search {
            reached: Vec::new(),
            parent: rustc_hash::FxHashMap::default(),
            doubts: graph.doubts(way.backwards, from),
        };
        let mut queue = VecDeque::from([from]);
        while let Some(node) = queue.pop_front() {
            let edges = graph.edges(way.backwards, node);
            self.note(|| Read::Edges(way.relation, node));
            if !self.step(edges.len() as u64 + 1) {
                break;
            }
            for edge in edges {
                if search.parent.contains_key(&edge.to) {
                    continue;
                }
                search.parent.insert(edge.to, (node, *edge));
                search.reached.push(edge.to);
                if let Some(causes) = graph.doubts(way.backwards, edge.to) {
                    search.doubts = Some(search.doubts.map_or(causes, |known| known.with(causes)));
                }
                if stop(edge.to) {
                    return search;
                }
                queue.push_back(edge.to);
            }
        }
        search
    }

    /// Where the edges of a path stand, from `from` to `to`.
    pub(super) fn path_why(
        &self,
        way: Way,
        search: &Search,
        from: ResourceId,
        to: ResourceId,
    ) -> W {
        if !W::ON {
            return W::default();
        }
        let mut steps: Vec<GraphEdge> = Vec::new();
        let mut node = to;
        while let Some((previous, edge)) = search.parent.get(&node) {
            steps.push(*edge);
            node = *previous;
            if node == from {
                break;
            }
        }
        steps.reverse();
        steps
            .iter()
            .fold(W::default(), |why, edge| why.and(self.edge_why(way, edge)))
    }

    pub(super) fn edge_why(&self, way: Way, edge: &GraphEdge) -> W {
        let reference = self.world.catalog.references()[edge.reference as usize];
        self.note_node(self.world.catalog.node(reference.node));
        let notes = self.notes(way.relation, edge, reference.item);
        W::origin(|| Origin::Edge {
            node: reference.node,
            notes,
        })
    }

    /// The values that a relation's condition looked at to let an edge count.
    fn notes(&self, relation: u16, edge: &GraphEdge, item: NodeId) -> Vec<NodeId> {
        let definition = &self.world.library.relation(relation).edges[edge.part as usize];
        let Some(code) = &definition.when else {
            return Vec::new();
        };
        let tracer: Machine<'a, Why> = Machine::bare(self.world);
        let record = self.world.catalog.kinds().ref_paths()[definition.path.0 as usize].record;
        let item = Value::Record(self.world.catalog.node(item), record);
        let mut frame = Frame::new(Value::Repository, Some((item, Why::default())));
        let (_, why) = tracer.eval(&code.ir, &mut frame);
        let (origins, _) = why.origins();
        origins
            .into_iter()
            .filter_map(|origin| match origin {
                Origin::Read { node, .. } => Some(node),
                _ => None,
            })
            .collect()
    }

    /// A search that ends in a shortest cycle through `node`; none if there is no cycle.
    ///
    /// # Errors
    ///
    /// Why there may be one, if edges on the way are undecided.
    pub(super) fn cycle_through(
        &self,
        way: Way,
        node: ResourceId,
    ) -> Result<Option<Search>, Causes> {
        let graph = self.graph(way.relation);
        self.note(|| Read::Edges(way.relation, node));
        if graph.is_cyclic(node) {
            return Ok(Some(self.search(way, node, |reached| reached == node)));
        }
        if !graph.has_doubts {
            return Ok(None);
        }
        // An edge that closes a circle starts where the way forwards leads, whichever way is asked.
        match self.search(way.forwards(), node, |_| false).doubts {
            Some(causes) => Err(causes),
            None => Ok(None),
        }
    }
}

/// A breadth-first search.
pub(super) struct Search {
    /// In the order of their distance.
    pub(super) reached: Vec<ResourceId>,
    parent: rustc_hash::FxHashMap<ResourceId, (ResourceId, GraphEdge)>,
    /// Why there may be more.
    pub(super) doubts: Option<Causes>,
}

impl Search {
    /// The nodes from the first after `from` up to and including `to`.
    pub(super) fn path(&self, from: ResourceId, to: ResourceId) -> Vec<ResourceId> {
        let mut nodes = vec![to];
        let mut node = to;
        while let Some((previous, _)) = self.parent.get(&node) {
            node = *previous;
            if node == from {
                break;
            }
            nodes.push(node);
        }
        nodes.reverse();
        nodes
    }

    pub(super) fn has(&self, node: ResourceId) -> bool {
        self.parent.contains_key(&node)
    }
}

impl<'a> Machine<'a, ()> {
    fn build_graph(&self, relation: u16) -> Graph {
        let catalog = self.world.catalog;
        let count = catalog.len();
        let mut edges: Vec<(ResourceId, GraphEdge)> = Vec::new();
        let mut doubts: Vec<Option<Causes>> = vec![None; count];
        let mut backward_doubts: Vec<Option<Causes>> = vec![None; count];
        let definition = self.world.library.relation(relation);
        for (part, part_definition) in (0u16..).zip(&definition.edges) {
            if catalog.is_open(part_definition.kind) {
                for to in 0..number(count) {
                    add_doubt(&mut backward_doubts, to, Causes::OPEN);
                }
            }
            for from in catalog.of_kind(part_definition.kind) {
                self.edges_from(
                    from,
                    part,
                    part_definition,
                    &mut edges,
                    &mut doubts,
                    &mut backward_doubts,
                );
            }
        }
        let backward = edges
            .iter()
            .map(|(from, edge)| (edge.to, GraphEdge { to: *from, ..*edge }))
            .collect();
        let forward = Adjacency::new(count, edges);
        let (component, cyclic) = components(count, &forward);
        Graph {
            forward,
            backward: Adjacency::new(count, backward),
            component,
            cyclic,
            has_doubts: doubts.iter().any(Option::is_some),
            doubts,
            backward_doubts,
            until: self.take_until(),
            error: self.error(),
        }
    }

    fn edges_from(
        &self,
        from: ResourceId,
        part: u16,
        definition: &'a crate::expr::library::RelationEdges,
        edges: &mut Vec<(ResourceId, GraphEdge)>,
        doubts: &mut [Option<Causes>],
        backward_doubts: &mut [Option<Causes>],
    ) {
        let catalog = self.world.catalog;
        let record = catalog.kinds().ref_paths()[definition.path.0 as usize].record;
        for (edge, reference) in catalog
            .references_from(from)
            .filter(|(edge, _)| edge.path == definition.path)
        {
            let counts = match &definition.when {
                None => Ok(true),
                Some(code) => {
                    let item = Value::Record(catalog.node(reference.item), record);
                    let mut frame = Frame::new(Value::Resource(from), Some((item, ())));
                    self.truth(&code.ir, &mut frame).0
                }
            };
            let is_unknown = is_unknown(catalog.node(reference.node));
            match (counts, reference.target) {
                (Ok(false), _) => {}
                (Ok(true), Target::Resource(to)) => edges.push((
                    from,
                    GraphEdge {
                        to,
                        reference: edge.reference,
                        part,
                    },
                )),
                (Err(causes), Target::Resource(to)) => {
                    add_doubt(doubts, from, causes);
                    add_doubt(backward_doubts, to, causes);
                }
                (_, Target::Dangling(near)) => {
                    add_doubt(doubts, from, Causes::DANGLING);
                    if let Some(near) = near {
                        add_doubt(backward_doubts, near, Causes::DANGLING);
                    }
                }
                (_, Target::Wrong) => add_doubt(doubts, from, Causes::DANGLING),
                (_, Target::Literal) if is_unknown => add_doubt(doubts, from, Causes::UNKNOWN),
                _ => {}
            }
        }
        if self.is_broken_on_the_way(from, definition) {
            add_doubt(doubts, from, Causes::BROKEN);
        }
    }

    /// True if a node on the way to a reference field cannot be read, so that references may be
    /// missing.
    fn is_broken_on_the_way(
        &self,
        from: ResourceId,
        definition: &crate::expr::library::RelationEdges,
    ) -> bool {
        let catalog = self.world.catalog;
        if !catalog.resource_node(from).parsed().has_broken() {
            return false;
        }
        let kinds = catalog.kinds();
        let mut record = kinds.kind(definition.kind).record;
        let mut within: Option<Vec<Node<'_>>> = None;
        for segment in kinds.ref_paths()[definition.path.0 as usize]
            .path
            .split('.')
        {
            let Some(field) = kinds.record(record).field(segment.trim_end_matches("[]")) else {
                return false;
            };
            let values: Vec<Node<'_>> = match within {
                None => catalog
                    .field(from, field)
                    .map(|(node, _)| node)
                    .into_iter()
                    .collect(),
                Some(nodes) => nodes
                    .iter()
                    .filter_map(|node| entry(*node, field))
                    .collect(),
            };
            let items = values.iter().flat_map(|value| value.items());
            if values
                .iter()
                .copied()
                .chain(items.clone())
                .any(Node::is_broken)
            {
                return true;
            }
            let single = values
                .iter()
                .filter(|value| value.kind() != NodeKind::Sequence);
            within = Some(single.copied().chain(items).collect());
            record = nested_record(&field.ty).unwrap_or(record);
        }
        false
    }

    /// Components are visited so that everything a component leads to is settled before it; all
    /// members of one share one value.
    fn compute_best(&self, graph: &'a Graph, number: u16) -> BestOf<'a> {
        let world: &'a World<'a> = self.world;
        let site = &world.tables.sites[number as usize];
        let count = self.world.catalog.len();
        let backwards = site.way.backwards;
        let own: Vec<Option<Value<'a, ()>>> = (0..count)
            .map(|node| self.own_value(graph, site, u32::try_from(node).unwrap_or(u32::MAX)))
            .collect();
        let mut members: Vec<ResourceId> = (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
        // Edges lead to lower components forwards, and to higher ones backwards.
        members.sort_by_key(|node| graph.component(*node));
        if backwards {
            members.reverse();
        }
        let mut found = vec![
            Found {
                best: None,
                doubts: None
            };
            count
        ];
        for group in
            members.chunk_by(|left, right| graph.component(*left) == graph.component(*right))
        {
            let mut shared = Found {
                best: None,
                doubts: None,
            };
            for node in group {
                self.improve_by_edges(graph, site, *node, &own, &found, &mut shared);
            }
            for node in group {
                found[*node as usize] = shared.clone();
            }
        }
        if self.world.is_kept {
            let digests = self.found_digests(&found);
            let _ = self.world.shared.best[number as usize].set(digests);
        }
        BestOf {
            found,
            until: self.take_until(),
            error: self.error(),
        }
    }

    /// The digests of finds by node. A value is that of the resource it was found at, so what is
    /// found at one resource without doubts is the same everywhere.
    fn found_digests(&self, found: &[Found<'a>]) -> Vec<Option<Digest>> {
        let nothing = self.found_digest(&Found {
            best: None,
            doubts: None,
        });
        let mut known: Vec<Option<Option<Digest>>> = vec![None; found.len()];
        let digest = |found: &Found<'a>| match (&found.best, found.doubts) {
            (None, None) => nothing,
            (Some((_, at)), None) => {
                *known[*at as usize].get_or_insert_with(|| self.found_digest(found))
            }
            (_, Some(_)) => self.found_digest(found),
        };
        found.iter().map(digest).collect()
    }

    fn found_digest(&self, found: &Found<'a>) -> Option<Digest> {
        let doubts = found.doubts.map_or(Value::Null, Value::Ne);
        let (value, at) = match &found.best {
            Some((value, at)) => (value.clone(), Value::Resource(*at)),
            None => (Value::Null, Value::Null),
        };
        self.digest(&(Value::list([doubts, value, at].map(|part| (part, ()))), ()))
    }

    /// The value of a node, for nodes that the relation touches at all.
    fn own_value(&self, graph: &Graph, site: &'a Site, node: ResourceId) -> Option<Value<'a, ()>> {
        if graph.edges(!site.way.backwards, node).is_empty() {
            return None;
        }
        let mut frame = Frame::new(Value::Repository, None);
        frame.set_local(site.slot, (Value::Resource(node), ()));
        Some(self.eval(&site.body, &mut frame).0)
    }

    fn improve_by_edges(
        &self,
        graph: &Graph,
        site: &Site,
        node: ResourceId,
        own: &[Option<Value<'a, ()>>],
        found: &[Found<'a>],
        shared: &mut Found<'a>,
    ) {
        if let Some(causes) = graph.doubts(site.way.backwards, node) {
            shared.add_doubt(causes);
        }
        for edge in graph.edges(site.way.backwards, node) {
            match &own[edge.to as usize] {
                Some(Value::Ne(causes)) => shared.add_doubt(*causes),
                Some(value) => self.improve(site.best, shared, value, edge.to),
                None => {}
            }
            // Within a component the other members' finds are still empty, as they are shared.
            let beyond = &found[edge.to as usize];
            if let Some((value, at)) = &beyond.best {
                self.improve(site.best, shared, value, *at);
            }
            if let Some(causes) = beyond.doubts {
                shared.add_doubt(causes);
            }
        }
    }

    /// Keeps the better of two values; of equal ones the one of the first resource.
    fn improve(&self, best: Best, shared: &mut Found<'a>, value: &Value<'a, ()>, at: ResourceId) {
        let mut doubt = None;
        let better = match &shared.best {
            None => true,
            Some((known, known_at)) => {
                doubt = self.unsettled(value, known);
                let order = self.rank(value, known);
                let order = if best == Best::Max {
                    order
                } else {
                    order.reverse()
                };
                order.is_gt() || (order.is_eq() && at < *known_at)
            }
        };
        if let Some(causes) = doubt {
            shared.add_doubt(causes);
        }
        if better {
            shared.best = Some((value.clone(), at));
        }
    }
}

fn add_doubt(doubts: &mut [Option<Causes>], node: ResourceId, causes: Causes) {
    let known = &mut doubts[node as usize];
    *known = Causes::either(*known, Some(causes));
}

fn number(index: usize) -> ResourceId {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// Tarjan's algorithm with its own stack. Returns the component of each node, numbered so that an
/// edge never leads to a higher number, and whether each component is a cycle.
fn components(count: usize, graph: &Adjacency) -> (Vec<u32>, Vec<bool>) {
    const UNSEEN: u32 = u32::MAX;
    let mut order = vec![UNSEEN; count];
    let mut low = vec![0u32; count];
    let mut component = vec![UNSEEN; count];
    let mut cyclic: Vec<bool> = Vec::new();
    let mut stack: Vec<u32> = Vec::new();
    let mut visits: Vec<(u32, usize)> = Vec::new();
    let mut next = 0u32;
    for root in 0..u32::try_from(count).unwrap_or(u32::MAX) {
        if order[root as usize] != UNSEEN {
            continue;
        }
        visits.push((root, 0));
        while let Some((node, position)) = visits.pop() {
            let index = node as usize;
            if position == 0 {
                order[index] = next;
                low[index] = next;
                next += 1;
                stack.push(node);
            } else {
                let child = graph.of(node)[position - 1].to as usize;
                low[index] = low[index].min(low[child]);
            }
            let mut descended = false;
            for (offset, edge) in graph.of(node).iter().enumerate().skip(position) {
                let to = edge.to as usize;
                if order[to] == UNSEEN {
                    visits.push((node, offset + 1));
                    visits.push((edge.to, 0));
                    descended = true;
                    break;
                }
                if component[to] == UNSEEN {
                    low[index] = low[index].min(order[to]);
                }
            }
            if descended || low[index] != order[index] {
                continue;
            }
            let number = u32::try_from(cyclic.len()).unwrap_or(u32::MAX);
            let mut size = 0;
            while let Some(member) = stack.pop() {
                component[member as usize] = number;
                size += 1;
                if member == node {
                    break;
                }
            }
            let own_edge = graph.of(node).iter().any(|edge| edge.to == node);
            cyclic.push(size > 1 || own_edge);
        }
    }
    (component, cyclic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(count: usize, edges: &[(u32, u32)]) -> Adjacency {
        let edges = edges.iter().map(|(from, to)| {
            let edge = GraphEdge {
                to: *to,
                reference: 0,
                part: 0,
            };
            (*from, edge)
        });
        Adjacency::new(count, edges.collect())
    }

    #[test]
    fn components_are_numbered_against_the_edges() {
        let edges = [(0, 1), (1, 2), (2, 1), (2, 3), (4, 4)];
        let (component, cyclic) = components(5, &graph(5, &edges));
        assert_eq!(component[1], component[2]);
        for (from, to) in edges {
            assert!(component[from as usize] >= component[to as usize]);
        }
        let in_cycle: Vec<bool> = component
            .iter()
            .map(|number| cyclic[*number as usize])
            .collect();
        assert_eq!(in_cycle, [false, true, true, false, true]);
    }

    #[test]
    fn a_long_chain_needs_no_deep_stack() {
        let edges: Vec<(u32, u32)> = (0..200_000).map(|node| (node, node + 1)).collect();
        let (component, _) = components(200_001, &graph(200_001, &edges));
        assert_eq!(component[200_000], 0);
    }
}
