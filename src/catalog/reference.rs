//! References as they are written, and where they lead.

use super::{Item, ResourceId};
use crate::kind::RefPathId;
use crate::syntax::NodeId;

/// Where a reference leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// To a resource.
    Resource(ResourceId),
    /// To an item of a resource.
    Item(Item),
    /// To every resource of a kind (`Kind/*`).
    Wildcard(crate::kind::KindId),
    /// Nowhere; the resource that was probably meant.
    Dangling(Option<ResourceId>),
    /// To something of a kind that the field does not allow, or to two things at once.
    Wrong,
    /// It is a word of the field's own vocabulary (`all`), or written `unknown`.
    Literal,
}

impl Target {
    /// The mapping it leads to.
    #[must_use]
    pub fn resource(self) -> Option<ResourceId> {
        match self {
            Self::Resource(id) => Some(id),
            Self::Item(item) => Some(item.holder),
            _ => None,
        }
    }
}

/// One reference in a document.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// The scalar that holds it.
    pub node: NodeId,
    /// The innermost mapping that holds it: the item of the list, or the resource.
    pub item: NodeId,
    /// The field it is a value of.
    pub path: RefPathId,
    /// Where it leads.
    pub target: Target,
}

/// A reference seen from one of the resources that have it: a default of a collection is a
/// reference of every item that does not set the field itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The resource it starts at.
    pub from: ResourceId,
    /// Its index in the references.
    pub reference: u32,
    /// The field of that resource it is a value of; for an inherited value another one than the
    /// field of the collection that it is written in.
    pub path: RefPathId,
}
