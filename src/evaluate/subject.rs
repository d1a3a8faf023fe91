//! Subjects: what a verdict is given on.

use std::sync::Arc;

use crate::catalog::{Catalog, ResourceId};
use crate::expr::{Machine, Trace, Value};
use crate::syntax::{Node, NodeKind};

/// How the repository as a whole is named.
pub const REPOSITORY: &str = "Repository";

/// A subject: a resource, an item of a list, or the repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The resource it is or belongs to; none for the repository.
    pub resource: Option<ResourceId>,
    /// The key of the item, if it is one.
    pub key: Option<Arc<str>>,
    /// True if it is not decided whether it is a subject at all.
    pub is_undecided: bool,
}

impl Subject {
    /// The subject that a resource, or the repository, is.
    #[must_use]
    pub fn whole(resource: Option<ResourceId>) -> Self {
        Self {
            resource,
            key: None,
            is_undecided: false,
        }
    }

    /// Returns the subject that is named so, if its resource exists.
    #[must_use]
    pub fn named(catalog: &Catalog, name: &str) -> Option<Self> {
        let (whole, key) = match name.split_once('#') {
            Some((whole, key)) => (whole, Some(key)),
            None => (name, None),
        };
        let resource = match whole.split_once('/') {
            Some((kind, id)) => Some(catalog.find(catalog.kinds().find(kind)?, id)?),
            None if whole == REPOSITORY => None,
            None => return None,
        };
        Some(Self {
            resource,
            key: key.map(Into::into),
            is_undecided: false,
        })
    }

    /// How it is named: `Kind/id`, `Kind/id#key`, `Repository`, `Repository#key`.
    #[must_use]
    pub fn name(&self, catalog: &Catalog) -> String {
        let resource = self.resource.map(|id| {
            let kind = catalog.kinds().kind(catalog.resource(id).kind);
            (&*kind.name, catalog.id(id))
        });
        self.name_in(resource)
    }

    /// How it is named, given the kind and id of its resource.
    #[must_use]
    pub fn name_in(&self, resource: Option<(&str, &str)>) -> String {
        let whole = resource.map_or_else(
            || REPOSITORY.to_owned(),
            |(kind, id)| format!("{kind}/{id}"),
        );
        match &self.key {
            Some(key) => format!("{whole}#{key}"),
            None => whole,
        }
    }

    pub(super) fn item(&self, key: &str, is_undecided: bool) -> Self {
        Self {
            resource: self.resource,
            key: Some(key.into()),
            is_undecided,
        }
    }

    pub(super) fn undecided(self) -> Self {
        Self {
            is_undecided: true,
            ..self
        }
    }
}

/// The key of an item: the rule's, the item's id, the fields its schema names, the scalar itself,
/// or a digest of its scalars.
pub(super) fn item_key<'a, W: Trace>(
    machine: &Machine<'a, W>,
    own: Option<&Value<'a, W>>,
    item: &Value<'a, W>,
) -> String {
    if let Some(key) = own.filter(|key| !key.is_ne()) {
        return machine.print(key);
    }
    match item {
        Value::Record(node, record) => {
            if let Some(id) = node.get("id").filter(|id| id.is_scalar()) {
                return id.text().to_owned();
            }
            let keys = &machine.catalog().kinds().record(*record).item_key;
            let parts: Vec<&str> = keys
                .iter()
                .filter_map(|key| node.get(key))
                .map(Node::text)
                .collect();
            if parts.is_empty() {
                digest(*node)
            } else {
                parts.join("+")
            }
        }
        Value::Struct(fields) => {
            let parts: Vec<String> = fields
                .iter()
                .map(|(_, (value, _))| machine.print(value))
                .collect();
            parts.join("+")
        }
        other => machine.print(other),
    }
}

/// Eight digits over the scalars of a node, in order.
fn digest(node: Node<'_>) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut stack = vec![node];
    while let Some(node) = stack.pop() {
        if matches!(node.kind(), NodeKind::Sequence | NodeKind::Mapping) {
            let children: Vec<Node<'_>> = node.children().collect();
            stack.extend(children.into_iter().rev());
        } else {
            hasher.update(&(node.text().len() as u64).to_le_bytes());
            hasher.update(node.text().as_bytes());
        }
    }
    hasher.finalize().to_hex().as_str()[..8].to_owned()
}
