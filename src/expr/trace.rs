//! Where values come from.
//!
//! The evaluator is generic over [`Trace`]: with `()` nothing is recorded and nothing is paid;
//! with [`Reads`] a machine can record what it reads; with [`Why`] every value carries the nodes it was read from, and a truth value the nodes that
//! made it so.

use std::sync::Arc;

use super::reads::Reads;
use crate::catalog::ResourceId;
use crate::kind::RecordId;
use crate::source::Span;
use crate::syntax::NodeId;

/// One place that a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A value that was read.
    Read {
        /// The node that holds it.
        node: NodeId,
        /// The field it is a value of.
        field: Option<(RecordId, u16)>,
    },
    /// A field that was looked for and not found.
    Missing {
        /// The mapping that lacks it.
        parent: NodeId,
        /// The field.
        field: (RecordId, u16),
    },
    /// A value taken from the defaults of a collection.
    Default {
        /// The resource that takes it.
        resource: ResourceId,
        /// The node in the defaults.
        node: NodeId,
        /// The field it is a value of.
        field: (RecordId, u16),
    },
    /// A reference that was followed, and the values that made it count.
    Edge {
        /// The scalar that holds the reference.
        node: NodeId,
        /// What the relation looked at to let it count.
        notes: Vec<NodeId>,
    },
    /// A resource as a whole.
    Resource(ResourceId),
    /// An item as a whole.
    Item(NodeId),
    /// A parameter, where it was set.
    Param(Span),
    /// A verdict of another rule: the place its finding points at.
    Verdict {
        /// The place.
        span: Span,
        /// What stands there.
        text: Arc<str>,
    },
}

/// Records where values come from, or does nothing.
pub trait Trace: Clone + Default + Send + Sync + 'static {
    /// True if places are recorded.
    const ON: bool;
    /// True if a machine can record what it reads.
    const READS: bool;
    /// Records one place.
    fn origin(make: impl FnOnce() -> Origin) -> Self;
    /// Both, in this order.
    #[must_use]
    fn and(self, other: Self) -> Self;
    /// The first few of several, with their number.
    fn some_of(parts: Vec<Self>, total: usize) -> Self;
}

impl Trace for () {
    const ON: bool = false;
    const READS: bool = false;

    fn origin(_: impl FnOnce() -> Origin) -> Self {}

    fn and(self, (): Self) -> Self {}

    fn some_of(_: Vec<Self>, _: usize) -> Self {}
}

/// The places a value came from, in the order of the expression.
#[derive(Debug, Clone, Default)]
pub struct Why(Option<Arc<Reason>>);

#[derive(Debug)]
enum Reason {
    Origin(Origin),
    Both(Why, Why),
    Some { shown: Vec<Why>, total: usize },
}

impl Trace for Reads {
    const ON: bool = false;
    const READS: bool = true;

    fn origin(_: impl FnOnce() -> Origin) -> Self {
        Self
    }

    fn and(self, _: Self) -> Self {
        Self
    }

    fn some_of(_: Vec<Self>, _: usize) -> Self {
        Self
    }
}

impl Trace for Why {
    const ON: bool = true;
    const READS: bool = true;

    fn origin(make: impl FnOnce() -> Origin) -> Self {
        Self(Some(Arc::new(Reason::Origin(make()))))
    }

    fn and(self, other: Self) -> Self {
        match (&self.0, &other.0) {
            (None, _) => other,
            (_, None) => self,
            (Some(left), Some(right)) if Arc::ptr_eq(left, right) => self,
            _ => Self(Some(Arc::new(Reason::Both(self, other)))),
        }
    }

    fn some_of(parts: Vec<Self>, total: usize) -> Self {
        Self(Some(Arc::new(Reason::Some {
            shown: parts,
            total,
        })))
    }
}

/// How many items of a list a reason names before it only counts them.
pub(crate) const SHOWN_ITEMS: usize = 3;

impl Why {
    /// The places, each once, in order, and how many more were left out.
    #[must_use]
    pub fn origins(&self) -> (Vec<Origin>, usize) {
        let mut found = Vec::new();
        let mut more = 0;
        // Reasons can be deep (a fold over many items), so the walk keeps its own stack.
        let mut stack = vec![self];
        while let Some(why) = stack.pop() {
            match why.0.as_deref() {
                Some(Reason::Origin(origin)) if !found.contains(origin) => {
                    found.push(origin.clone());
                }
                Some(Reason::Origin(_)) | None => {}
                Some(Reason::Both(left, right)) => {
                    stack.push(right);
                    stack.push(left);
                }
                Some(Reason::Some { shown, total }) => {
                    more += total - shown.len().min(*total);
                    stack.extend(shown.iter().rev());
                }
            }
        }
        (found, more)
    }
}

impl Drop for Reason {
    /// Takes long chains apart step by step, as the default would recurse.
    fn drop(&mut self) {
        let mut stack = Vec::new();
        let take = |reason: &mut Reason, stack: &mut Vec<Why>| match reason {
            Reason::Both(left, right) => {
                stack.push(std::mem::take(left));
                stack.push(std::mem::take(right));
            }
            Reason::Some { shown, .. } => stack.append(shown),
            Reason::Origin(_) => {}
        };
        take(self, &mut stack);
        while let Some(why) = stack.pop() {
            if let Some(mut reason) = why.0.and_then(Arc::into_inner) {
                take(&mut reason, &mut stack);
            }
        }
    }
}
