//! What an evaluation looks at, so that its outcome can be kept while none of that changes.
//!
//! A machine records it if it is told to, and only under a [`Trace`](super::Trace) that can: the
//! verdict pass of an ordinary run pays nothing. What is computed once per run (graphs, indexes,
//! lets) is not taken apart into what it looked at, but compared by what came out.

use crate::catalog::{FieldSet, ResourceId};
use crate::kind::KindId;

/// Something that an evaluation looked at. Numbers are those of the catalog it ran on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Read {
    /// Something that is not followed up.
    Anything,
    /// The resources of a kind, as a list.
    Kind(KindId),
    /// A let that depends on no subject.
    Let(u16),
    /// Fields of a resource with all below them, and where their references lead.
    Fields(ResourceId, FieldSet),
    /// Which references lead to a resource.
    Referrers(ResourceId),
    /// The edges of a relation at a resource, and whether they close a circle.
    Edges(u16, ResourceId),
    /// The best value along a relation from a resource, by the number of its use.
    Best(u16, ResourceId),
    /// The resources that an index has under a hash.
    Lookup(u16, u64),
    /// The resources that an index has under a resource.
    LookupOf(u16, ResourceId),
}

/// What looks at values while it is compiled into an evaluation, and keeps none of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reads;
