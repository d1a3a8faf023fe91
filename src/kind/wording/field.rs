//! Fields that a record does not have, lacks, or has twice.

use std::collections::BTreeSet;

use super::suggest::{applicability, begun, cited, list, nearest, same_letters};
use super::{Place, Problem, Walk, What, item_key, replace};
use crate::finding::{EngineCheck, Label};
use crate::kind::{Field, Kinds, Record, Type, nested_record};
use crate::syntax::{Node, NodeKind};

/// How many fields a help names.
const NAMED: usize = 8;
/// For how many unknown fields of a record it is searched what they were meant to be.
const SEARCHED: usize = 200;

/// Tells of the fields of the mapping at `place` that are unknown, missing or written twice.
pub(super) fn explain<'a>(walk: &mut Walk<'_, 'a>, place: Place<'a>, problems: Vec<Problem>) {
    let mut unknown = BTreeSet::new();
    let mut missing = BTreeSet::new();
    for problem in problems {
        match problem.what {
            What::Unknown(keys) => unknown.extend(keys),
            What::Missing(field) => {
                missing.insert(field);
            }
            What::Twice(field) => twice(walk, place, &field),
            _ => {}
        }
    }
    if !unknown.is_empty() {
        strays(walk, place, unknown, &mut missing);
    }
    for field in missing {
        lacking(walk, place, &field);
    }
}

/// Tells of the keys that are no fields; takes out of `missing` what one of them was meant to be.
fn strays<'a>(
    walk: &mut Walk<'_, 'a>,
    place: Place<'a>,
    mut keys: BTreeSet<String>,
    missing: &mut BTreeSet<Box<str>>,
) {
    let record = walk.record(place);
    let lacking: Vec<Box<str>> = missing.iter().cloned().collect();
    let mut free: Vec<&str> = record
        .map(|record| free_names(record, place.node))
        .unwrap_or_default();
    free.extend(
        lacking
            .iter()
            .map(|name| &**name)
            .filter(|_| record.is_none()),
    );
    let mut searches = 0..SEARCHED;
    for (key, value) in place.node.entries() {
        // A key that stands there twice is told once; its second place is a fault of the syntax.
        if !keys.remove(key.text()) {
            continue;
        }
        let name = key.text();
        let message = format!("{} has no field {}", sort(walk, place), cited(name));
        let label = "unknown field".to_owned();
        let mut fault = walk.fault(EngineCheck::UnknownField, message, key, label);
        fault.path = join(&fault.path, name);
        let advice = searches.next().map(|_| advise(walk, place, &free, name));
        match advice.unwrap_or(Advice::None) {
            Advice::Rename(near) => {
                let field = record.and_then(|record| record.field(near));
                missing.remove(field.map_or(near, |field| &*field.name));
                fault.help = Some(format!("did you mean `{near}`?"));
                let title = format!("rename it to `{near}`");
                fault.fix = replace(key, title, applicability(name, near), near);
            }
            Advice::Move(help) => fault.help = Some(help),
            Advice::None => fault.help = record.map(all_fields),
        }
        walk.report.push(fault, key, Some(value));
    }
}

/// What to do with a key that is no field.
enum Advice<'r> {
    /// It was meant to be this one.
    Rename(&'r str),
    /// It belongs elsewhere, as this says.
    Move(String),
    None,
}

fn advise<'r>(walk: &Walk<'_, '_>, place: Place<'_>, free: &[&'r str], name: &str) -> Advice<'r> {
    if let Some(same) = same_letters(name, free.iter().copied()) {
        return Advice::Rename(same);
    }
    let elsewhere = walk
        .record(place)
        .and_then(|record| elsewhere(walk, place, record, name));
    if let Some(help) = elsewhere {
        return Advice::Move(help);
    }
    let near = nearest(name, free.iter().copied()).or_else(|| begun(name, free));
    near.map_or(Advice::None, Advice::Rename)
}

/// The names, other names included, of the fields that the mapping does not have yet.
fn free_names<'r>(record: &'r Record, node: Node<'_>) -> Vec<&'r str> {
    let mut present = vec![false; record.fields.len()];
    for (key, value) in node.entries() {
        if let Some(index) = record.by_name.get(key.text()) {
            present[*index as usize] |= value.kind() != NodeKind::Null;
        }
    }
    let fields = record
        .fields
        .iter()
        .zip(present)
        .filter(|(_, present)| !present);
    fields
        .flat_map(|(field, _)| std::iter::once(&field.name).chain(&*field.aliases))
        .map(|name| &**name)
        .collect()
}

/// Where a field of this name belongs, if that is near: a level below, or the level above.
fn elsewhere(walk: &Walk<'_, '_>, place: Place<'_>, record: &Record, name: &str) -> Option<String> {
    let kinds = walk.unit.kinds;
    let holds = |field: &&Field| {
        let nested = nested_record(&field.ty);
        nested.is_some_and(|nested| kinds.record(nested).by_name.contains_key(name))
    };
    let holders: Vec<String> = record.fields.iter().filter(holds).map(place_name).collect();
    match holders.as_slice() {
        [] => {}
        [one] => return Some(format!("`{name}` stands {one}")),
        several if several.len() <= 3 => {
            return Some(format!("`{name}` stands {}", several.join(" or ")));
        }
        _ => return None,
    }
    let outer = kinds.record(place.outer?);
    let key = place.key?;
    outer
        .by_name
        .contains_key(name)
        .then(|| format!("`{name}` stands beside {}, not in it", cited(key.text())))
}

fn place_name(field: &Field) -> String {
    match field.ty {
        Type::List(_) => format!("in each item of `{}`", field.name),
        _ => format!("under `{}`", field.name),
    }
}

/// The fields of a record, as a help names them.
pub(super) fn all_fields(record: &Record) -> String {
    let names = record.fields.iter().map(|field| &*field.name);
    let names: Vec<&str> = names
        .filter(|name| !matches!(*name, "apiVersion" | "kind"))
        .collect();
    let verb = if names.len() == 1 {
        "its field is"
    } else {
        "its fields are"
    };
    format!("{verb} {}", list(names, NAMED, "and"))
}

/// Tells of a required field that is not there, or has no value.
fn lacking<'a>(walk: &mut Walk<'_, 'a>, place: Place<'a>, name: &str) {
    let empty = place.node.entry(name).map(|(key, _)| key);
    let field = walk.record(place).and_then(|record| record.field(name));
    let mut aliases = field.into_iter().flat_map(|field| &*field.aliases);
    if aliases.any(|alias| {
        place
            .node
            .get(alias)
            .is_some_and(|value| value.kind() != NodeKind::Null)
    }) {
        return;
    }
    let message = format!("{} has no `{name}`", holder(walk, place));
    let (at, label) = match empty {
        Some(key) => (key, format!("`{name}` is empty")),
        None => (anchor(walk, place), format!("`{name}` is missing")),
    };
    let mut fault = walk.fault(EngineCheck::MissingRequired, message, at, label);
    fault.path = join(&fault.path, name);
    let verb = if empty.is_some() { "fill in" } else { "add" };
    fault.help = Some(match field.map(|field| &field.ty) {
        Some(Type::Enum(words)) => {
            format!(
                "{verb} `{name}`: {}",
                list(words.iter().map(|word| &**word), 12, "or")
            )
        }
        _ => format!("{verb} `{name}`"),
    });
    walk.report.push(fault, at, None);
}

/// The place to point at for what is not there: the key under which the mapping stands, or what
/// names it.
fn anchor<'a>(walk: &Walk<'_, 'a>, place: Place<'a>) -> Node<'a> {
    match (place.key, place.ordinal) {
        (None, _) => walk.unit.anchor,
        (Some(key), None) => key,
        (Some(_), Some(_)) => item_anchor(place.node),
    }
}

/// What names an item of a list: its id, else its first key, else the item.
pub(in crate::kind) fn item_anchor(item: Node<'_>) -> Node<'_> {
    let id = item.get("id").filter(|id| super::is_readable(*id));
    let first = || item.entries().next().map(|(key, _)| key);
    id.or_else(first).unwrap_or(item)
}

/// Tells of a field that stands there under two of its names.
fn twice<'a>(walk: &mut Walk<'_, 'a>, place: Place<'a>, name: &str) {
    let record = walk.record(place);
    let field = record.and_then(|record| record.field(name));
    let is_it = |key: &str| {
        key == name || field.is_some_and(|field| field.aliases.iter().any(|alias| &**alias == key))
    };
    let mut spellings: Vec<(Node<'a>, Node<'a>)> = place
        .node
        .entries()
        .filter(|(key, value)| value.kind() != NodeKind::Null && is_it(key.text()))
        .collect();
    spellings.dedup_by(|later, first| later.0.text() == first.0.text());
    let (message, label, at, value) = if let [(first, _), (second, value), ..] = spellings[..] {
        let (first, key) = (first.text(), second.text());
        let message = format!("`{first}` and `{key}` are names of one field");
        (message, "written again here", second, Some(value))
    } else {
        // The record lies outside the dialect that kinds are read in.
        let message = format!("`{name}` is written under two of its names");
        (message, "one field twice", anchor(walk, place), None)
    };
    let mut fault = walk
        .fault(EngineCheck::DuplicateKey, message, at, label.to_owned())
        .with_help("keep one of the two");
    fault.path = join(&fault.path, name);
    if let (Some(_), Some((first, _))) = (value, spellings.first()) {
        fault
            .related
            .push(Label::new(first.span(), "first written here"));
    }
    walk.report.push(fault, at, value);
}

/// How a message about the fields that such a record can have speaks of it.
fn sort(walk: &Walk<'_, '_>, place: Place<'_>) -> String {
    match (place.key, place.ordinal) {
        (None, _) => kind_name(walk.unit.kinds, walk.unit.kinds.record(walk.unit.record)),
        (Some(key), None) => cited(key.text()),
        (Some(key), Some(_)) => format!("an item of {}", cited(key.text())),
    }
}

/// How a message about this very record speaks of it.
fn holder(walk: &Walk<'_, '_>, place: Place<'_>) -> String {
    match (place.key, place.ordinal) {
        (None, _) => walk.unit.name.clone(),
        (Some(key), None) => format!("{} of {}", cited(key.text()), walk.unit.name),
        (Some(key), Some(ordinal)) => match item_key(place.node, place.field) {
            Some(item) => format!("item {} of {}", cited(&item), cited(key.text())),
            None => format!("item {ordinal} of {}", cited(key.text())),
        },
    }
}

fn kind_name(kinds: &Kinds, record: &Record) -> String {
    kinds.kind(record.within).name.to_string()
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
