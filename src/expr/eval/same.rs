//! Whether what an evaluation read is the same in a later run.

use super::compare::{Identity, hash_of};
use super::query::DOUBTFUL;
use super::{Machine, Shared};
use crate::catalog::ResourceId;
use crate::expr::reads::Read;
use crate::expr::trace::Trace;

/// What an earlier run computed, and which resource of this run each of its resources is.
pub struct Earlier<'e> {
    /// What it computed for all resources.
    pub shared: &'e Shared,
    /// By number in the earlier catalog; none for those that are no more.
    pub successor: &'e [Option<ResourceId>],
}

impl Earlier<'_> {
    fn now(&self, id: ResourceId) -> Option<ResourceId> {
        self.successor[id as usize]
    }

    fn all_same(&self, before: &[ResourceId], now: &[ResourceId]) -> bool {
        before.len() == now.len()
            && before
                .iter()
                .zip(now)
                .all(|(before, now)| self.now(*before) == Some(*now))
    }
}

impl<W: Trace> Machine<'_, W> {
    /// True if what was computed for all resources gives the same for this read. What was read of
    /// a resource itself is for the caller to compare.
    pub fn is_same(&self, earlier: &Earlier<'_>, read: Read) -> bool {
        match read {
            Read::Edges(relation, node) => self.same_edges(earlier, relation, node),
            Read::Best(site, node) => self.same_best(earlier, site, node),
            Read::Lookup(index, hash) => self.same_lookup(earlier, index, (hash, hash)),
            Read::LookupOf(index, id) => earlier.now(id).is_some_and(|now| {
                let hash = |id| hash_of(Identity::Resource(id));
                self.same_lookup(earlier, index, (hash(id), hash(now)))
            }),
            _ => false,
        }
    }

    fn same_edges(&self, earlier: &Earlier<'_>, relation: u16, node: ResourceId) -> bool {
        let (Some(before), Some(now)) = (
            earlier.shared.graphs[relation as usize].get(),
            earlier.now(node),
        ) else {
            return false;
        };
        let graph = self.graph(relation);
        graph.is_like(before, (node, now), &|id| earlier.now(id))
    }

    fn same_best(&self, earlier: &Earlier<'_>, site: u16, node: ResourceId) -> bool {
        let before = earlier.shared.best[site as usize].get();
        let (Some(before), Some(now)) = (before, earlier.now(node)) else {
            return false;
        };
        self.best(site);
        let digests = self.world.shared.best[site as usize].get();
        let now = digests.and_then(|digests| *digests.get(now as usize)?);
        now.is_some() && before.get(node as usize).copied().flatten() == now
    }

    /// True if an index has the same under what was hashed like this before and now.
    fn same_lookup(&self, earlier: &Earlier<'_>, index: u16, hashes: (u64, u64)) -> bool {
        let Some(before) = earlier.shared.indexes[index as usize].get() else {
            return false;
        };
        let now = self.index_of(index);
        [hashes, (DOUBTFUL, DOUBTFUL)].iter().all(|(then, today)| {
            let of = |index: &rustc_hash::FxHashMap<u64, Vec<ResourceId>>, hash: &u64| {
                index.get(hash).cloned().unwrap_or_default()
            };
            earlier.all_same(&of(before, then), &of(now, today))
        })
    }
}
