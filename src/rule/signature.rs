//! Types and signatures as policy files write them: `list<ladder<criticality>>`,
//! `rto(s: System|BusinessService)`.

use std::sync::Arc;

use crate::catalog::nearest;
use crate::kind::{Kinds, RecordId, Type};

/// Reads a type.
///
/// # Errors
///
/// What is wrong with it, and perhaps a suggestion.
pub(super) fn parse_type(kinds: &Kinds, text: &str) -> Result<Type, (String, Option<String>)> {
    let text = text.trim();
    if let Some((outer, inner)) = text.strip_suffix('>').and_then(|rest| rest.split_once('<')) {
        return generic(kinds, outer.trim(), inner.trim());
    }
    Ok(match text {
        "bool" => Type::Bool,
        "int" => Type::Int,
        "double" => Type::Double,
        "string" => Type::String,
        "date" => Type::Date,
        "duration" => Type::Duration,
        "money" => Type::Money,
        "percent" => Type::Percent,
        "rule" => Type::Rule,
        "kind" => Type::Kind,
        "dyn" => Type::Dyn,
        "any" => Type::Record(kinds.all_roots()),
        _ => return records(kinds, text).map(|ids| Type::Record(ids.into())),
    })
}

fn generic(kinds: &Kinds, outer: &str, inner: &str) -> Result<Type, (String, Option<String>)> {
    match outer {
        "list" => Ok(Type::list(parse_type(kinds, inner)?)),
        "map" => Ok(Type::Map(Arc::new(parse_type(kinds, inner)?))),
        "ref" => Ok(Type::Ref(records(kinds, inner)?.into())),
        "ladder" => match kinds.find_ladder(inner) {
            Some(ladder) => Ok(Type::Ladder(ladder)),
            None => {
                let names = kinds.ladders().iter().map(|ladder| &*ladder.name);
                let help =
                    nearest(inner, names).map(|near| format!("did you mean ladder<{near}>?"));
                Err((format!("there is no ladder {inner}"), help))
            }
        },
        _ => Err((
            format!("there is no type {outer}<...>"),
            Some("there are list<T>, map<T>, ladder<name> and ref<K>".into()),
        )),
    }
}

fn records(kinds: &Kinds, text: &str) -> Result<Vec<RecordId>, (String, Option<String>)> {
    text.split('|')
        .map(|name| {
            let name = name.trim();
            let (kind, list) = name
                .split_once('#')
                .map_or((name, None), |(kind, list)| (kind, Some(list)));
            let found = kinds.find(kind).and_then(|kind| match list {
                None => Some(kinds.kind(kind).record),
                Some(list) => kinds.item_record(kind, list),
            });
            found.ok_or_else(|| {
                let names = kinds.iter().map(|(_, kind)| &*kind.name);
                let simple = [
                    "bool", "int", "double", "string", "date", "duration", "money", "percent",
                    "rule", "kind", "any",
                ];
                let near = nearest(name, names.chain(simple));
                (
                    format!("there is no type {name}"),
                    near.map(|near| format!("did you mean {near}?")),
                )
            })
        })
        .collect()
}

/// A function's name and its parameters.
pub(super) type Signature = (String, Vec<(Box<str>, Type)>);

/// Reads a signature: `name(parameter: type, ...)`.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn parse_signature(
    kinds: &Kinds,
    text: &str,
) -> Result<Signature, (String, Option<String>)> {
    let shape = || {
        (
            "this is no signature".to_owned(),
            Some("write it as name(parameter: type, ...)".to_owned()),
        )
    };
    let (name, rest) = text.split_once('(').ok_or_else(shape)?;
    let inner = rest.trim_end().strip_suffix(')').ok_or_else(shape)?;
    let mut parameters = Vec::new();
    for part in split_outside_brackets(inner) {
        let (parameter, ty) = part.split_once(':').ok_or_else(shape)?;
        parameters.push((parameter.trim().into(), parse_type(kinds, ty)?));
    }
    Ok((name.trim().to_owned(), parameters))
}

/// Splits at commas that stand in no `<...>`.
fn split_outside_brackets(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (index, letter) in text.char_indices() {
        match letter {
            '<' => depth += 1,
            '>' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.retain(|part| !part.trim().is_empty());
    parts
}
