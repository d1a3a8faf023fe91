//! What a run computes for all resources at once: graphs, best values and indexes.
//!
//! The parts of a run share it, and it can be kept to be compared with that of the next run.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::digest::Digest;
use super::graph::Graph;
use crate::catalog::ResourceId;
use crate::expr::compile::Tables;
use crate::expr::library::Library;

/// What a run computes for all resources at once, when somebody asks for it.
pub struct Shared {
    /// By relation.
    pub(super) graphs: Vec<OnceLock<Graph>>,
    /// By use of a relation: the digest of what each resource reaches.
    pub(super) best: Vec<OnceLock<Vec<Option<Digest>>>>,
    /// By index: resources by the hash of their value.
    pub(super) indexes: Vec<OnceLock<FxHashMap<u64, Vec<ResourceId>>>>,
}

impl Shared {
    /// Returns a place for everything that these functions and tables can ask for.
    #[must_use]
    pub fn new(library: &Library, tables: &Tables) -> Self {
        fn cells<T>(count: usize) -> Vec<OnceLock<T>> {
            (0..count).map(|_| OnceLock::new()).collect()
        }
        Self {
            graphs: cells(library.relations().len()),
            best: cells(tables.sites.len()),
            indexes: cells(tables.indexes.len()),
        }
    }
}
