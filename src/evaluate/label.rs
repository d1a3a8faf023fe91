//! From origins to labels: which places a finding shows, and what it says at each.

use crate::catalog::{Catalog, ResourceId, Target};
use crate::expr::{Origin, Why};
use crate::finding::Label;
use crate::kind::{Field, RecordId};
use crate::source::Span;
use crate::syntax::{Node, NodeId, NodeKind};

/// How well a place says what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// A resource as a whole.
    Whole,
    /// A reference that leads on.
    Edge,
    /// A value, or a field that is missing.
    Value,
}

/// A place with what is needed to rank it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) label: Label,
    /// The resource it stands in.
    pub(super) resource: Option<ResourceId>,
    /// The node it stands at.
    pub(super) node: Option<NodeId>,
    /// A further place that belongs to it: the definition of an alias, a default.
    pub(super) beside: Option<Label>,
    /// Set if the value comes from the defaults of a collection: what to blame.
    pub(super) default: Option<String>,
    /// How well it says what is wrong.
    pub(super) rank: Rank,
}

/// The places that a value came from, each once, in the order of its expression.
#[must_use]
pub fn labels(catalog: &Catalog, why: &Why) -> Vec<Label> {
    let places = places(catalog, why).into_iter();
    places.map(|place| place.label).collect()
}

/// The places of a reason, in order, each once.
pub(super) fn places(catalog: &Catalog, why: &Why) -> Vec<Place> {
    let (origins, _) = why.origins();
    let mut found: Vec<Place> = Vec::new();
    for origin in &origins {
        let Some(place) = place(catalog, origin) else {
            continue;
        };
        match found
            .iter_mut()
            .find(|known| known.label.span == place.label.span)
        {
            Some(known) if known.label.text.is_empty() || known.rank < place.rank => {
                known.label.text = place.label.text;
                known.rank = place.rank;
            }
            Some(_) => {}
            None => found.push(place),
        }
    }
    let spans: Vec<Span> = found.iter().map(|place| place.label.span).collect();
    found.retain(|place| !is_only_around(catalog, place, &spans));
    found
}

/// True for a mapping that was read on the way to what is shown inside it: its own label could say
/// no more than its title.
fn is_only_around(catalog: &Catalog, place: &Place, spans: &[Span]) -> bool {
    let mapping = place.node.map(|node| catalog.node(node));
    let Some(mapping) = mapping.filter(|node| node.kind() == NodeKind::Mapping) else {
        return false;
    };
    let (own, range) = (place.label.span, mapping.range());
    let is_inside = |span: &Span| {
        *span != own
            && span.source == own.source
            && range.start <= span.range.start
            && span.range.end <= range.end
    };
    place.rank == Rank::Edge && place.beside.is_none() && spans.iter().any(is_inside)
}

fn place(catalog: &Catalog, origin: &Origin) -> Option<Place> {
    match origin {
        Origin::Read { node, field } => Some(read(catalog, catalog.node(*node), *field)),
        Origin::Missing { parent, field } => Some(missing(catalog, catalog.node(*parent), *field)),
        Origin::Default {
            resource,
            node,
            field,
        } => Some(default(catalog, *resource, catalog.node(*node), *field)),
        Origin::Edge { node, notes } => Some(edge(catalog, catalog.node(*node), notes)),
        Origin::Resource(id) => {
            let resource = catalog.resource(*id);
            Some(Place {
                label: Label::new(catalog.node(resource.id).span(), catalog.name(*id)),
                resource: Some(*id),
                node: Some(resource.id),
                beside: None,
                default: None,
                rank: Rank::Whole,
            })
        }
        Origin::Item(node) => {
            let mapping = catalog.node(*node);
            let first = mapping
                .get("id")
                .or_else(|| mapping.entries().next().map(|(key, _)| key))?;
            Some(plain(catalog, first, first.text().to_owned()))
        }
        // The line of the rule that asked is shown with the finding as it is.
        Origin::Param(_) => None,
        Origin::Verdict { span, text } => Some(Place {
            label: Label::new(*span, text.to_string()),
            resource: None,
            node: None,
            beside: None,
            default: None,
            rank: Rank::Value,
        }),
    }
}

fn plain(catalog: &Catalog, node: Node<'_>, text: String) -> Place {
    let (span, beside) = match node.alias_span() {
        Some(use_site) => (use_site, Some(Label::new(node.span(), "defined here"))),
        None => (node.span(), None),
    };
    Place {
        label: Label::new(span, text),
        resource: catalog.holder(node.id()),
        node: Some(node.id()),
        beside,
        default: None,
        rank: Rank::Value,
    }
}

fn read(catalog: &Catalog, node: Node<'_>, field: Option<(RecordId, u16)>) -> Place {
    let field =
        field.map(|(record, number)| &catalog.kinds().record(record).fields[number as usize]);
    if catalog.reference_at(node.id()).is_some() {
        let mut place = edge(catalog, node, &[]);
        // The value of a reference is a value of its own where the field is compared.
        place.rank = Rank::Edge;
        return place;
    }
    let text = match (field, node.kind()) {
        (Some(field), NodeKind::Mapping) => field.title.to_string(),
        (Some(field), NodeKind::Sequence) => {
            let count = node.items().count();
            let items = if count == 1 {
                "1 item".to_owned()
            } else {
                format!("{count} items")
            };
            format!("{}: {items}", field.title)
        }
        (Some(field), _) => format!("{}: {}", field.title, shorten(node.text())),
        (None, _) => shorten(&node.describe()),
    };
    let mut place = plain(catalog, node, text);
    if !node.is_scalar() {
        place.rank = Rank::Edge;
    }
    if !node.is_scalar() {
        // A whole collection is shown by its key, which is one line.
        place.label.span = key_of(catalog, node).unwrap_or(place.label.span);
    }
    place
}

/// The key under which a node stands, or the id of the resource it is.
fn key_of(catalog: &Catalog, node: Node<'_>) -> Option<Span> {
    let holder = catalog.holder(node.id())?;
    if catalog.resource(holder).node == node.id() {
        return Some(catalog.node(catalog.resource(holder).id).span());
    }
    let mut current = catalog.resource_node(holder);
    loop {
        let target = node.id().index;
        match current.kind() {
            NodeKind::Mapping => {
                let (key, value) = current
                    .entries()
                    .take_while(|(key, _)| key.id().index < target)
                    .last()?;
                if value.id() == node.id() {
                    return Some(key.span());
                }
                current = value;
            }
            NodeKind::Sequence => {
                current = current
                    .items()
                    .take_while(|item| item.id().index <= target)
                    .last()?;
                if current.id() == node.id() {
                    let first = current
                        .get("id")
                        .or_else(|| current.entries().next().map(|(key, _)| key));
                    return first.map(Node::span);
                }
            }
            _ => return None,
        }
    }
}

fn missing(catalog: &Catalog, parent: Node<'_>, (record, number): (RecordId, u16)) -> Place {
    let field = &catalog.kinds().record(record).fields[number as usize];
    let holder = catalog.holder(parent.id());
    let written = crate::catalog::entry(parent, field);
    // A key with nothing after it is the narrowest place there is.
    let span = match written {
        Some(node) => key_of(catalog, node).unwrap_or_else(|| node.span()),
        None => key_of(catalog, parent).unwrap_or_else(|| parent.span()),
    };
    Place {
        label: Label::new(span, format!("no {} recorded", field.title)),
        resource: holder,
        node: Some(parent.id()),
        beside: None,
        default: None,
        rank: Rank::Value,
    }
}

fn default(
    catalog: &Catalog,
    resource: ResourceId,
    node: Node<'_>,
    field: (RecordId, u16),
) -> Place {
    let own = read(catalog, node, Some(field));
    let id = catalog.resource(resource).id;
    Place {
        label: Label::new(
            catalog.node(id).span(),
            format!("{} (from its collection)", own.label.text),
        ),
        resource: Some(resource),
        node: Some(id),
        default: Some(format!(
            "{}:{}",
            node.parsed().source().path(),
            node.range().start
        )),
        beside: Some(own.label),
        rank: own.rank,
    }
}

fn edge(catalog: &Catalog, node: Node<'_>, notes: &[NodeId]) -> Place {
    let reference = catalog.reference_at(node.id());
    let field: Option<&Field> =
        reference.map(|reference| catalog.kinds().ref_field(reference.path));
    let verb = field
        .and_then(|field| field.reference.as_ref())
        .map_or("names", |reference| &*reference.verb);
    let target = match reference.map(|reference| reference.target) {
        Some(Target::Resource(id)) => catalog.name(id),
        Some(Target::Item(item)) => {
            let id = catalog.node(item.node).get("id").map_or("", Node::text);
            format!("{}#{id}", catalog.name(item.holder))
        }
        _ => shorten(node.text()),
    };
    let notes: Vec<&str> = notes
        .iter()
        .map(|note| catalog.node(*note).text())
        .collect();
    let notes = if notes.is_empty() {
        String::new()
    } else {
        format!(" ({})", notes.join(", "))
    };
    let mut place = plain(catalog, node, format!("{verb} {target}{notes}"));
    place.rank = Rank::Edge;
    place
}

/// A value short enough for a label.
fn shorten(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= LONGEST && line.len() == text.len() {
        return line.to_owned();
    }
    let start: String = line.chars().take(LONGEST - 1).collect();
    format!("{}…", start.trim_end())
}
