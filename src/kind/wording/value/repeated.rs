//! Entries that stand in a list twice.

use std::collections::BTreeMap;

use super::Said;
use crate::finding::{EngineCheck, Fault, Label};
use crate::kind::wording::{Walk, without};
use crate::syntax::{Node, canonical};

impl<'a> Said<'a> {
    /// A list in which an entry stands again: the first one stays.
    pub(super) fn repeated(&self, walk: &mut Walk<'_, 'a>) {
        let list = self.place.node;
        let again = again(list);
        let Some((first, second)) = again.first().copied() else {
            return;
        };
        let message = format!("{} holds the same item twice", self.title);
        let fault = walk.fault(
            EngineCheck::ValueNotAllowed,
            message,
            second,
            "stands here again".to_owned(),
        );
        let doomed: Vec<Node<'a>> = again.iter().map(|(_, second)| *second).collect();
        let fault = Fault {
            help: Some("remove what stands there again".to_owned()),
            fix: without(list, &doomed, "remove what stands there again"),
            ..fault.with_related(Label::new(first.span(), "stands here first"))
        };
        walk.report.push(fault, second, Some(list));
    }
}

/// The items that are equal to one before them, each with the first of its kind.
fn again(list: Node<'_>) -> Vec<(Node<'_>, Node<'_>)> {
    let mut first: BTreeMap<String, Node<'_>> = BTreeMap::new();
    let mut again = Vec::new();
    for item in list.items() {
        let known = *first.entry(canonical(item)).or_insert(item);
        if known.id() != item.id() {
            again.push((known, item));
        }
    }
    again
}
