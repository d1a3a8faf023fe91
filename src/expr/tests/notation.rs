//! How the tests write values.

use crate::expr::{Causes, Machine, Trace, Value};

/// Writes a value so that its sort shows: texts in quotes, `NE(...)` with its causes, an item that
/// perhaps belongs with `?`, and `...` at the end of a list that may go on.
pub(super) fn note<'a, W: Trace>(machine: &Machine<'a, W>, value: &Value<'a, W>) -> String {
    match value {
        Value::Ne(causes) => format!("NE({})", causes_of(*causes)),
        Value::Null => "null".into(),
        Value::Double(value) => format!("{value:?}"),
        Value::Str(text) => format!("{text:?}"),
        Value::Text(text) => format!("{text:?}"),
        Value::Optional(Some(value)) => format!("some({})", note(machine, &value.0)),
        Value::Optional(None) => "none".into(),
        Value::Between(bounds) => {
            let bound = |bound: &Option<Value<'a, W>>| {
                bound
                    .as_ref()
                    .map_or(String::new(), |value| note(machine, value))
            };
            format!("{}..{}", bound(&bounds.0), bound(&bounds.1))
        }
        Value::Struct(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, (value, _))| format!("{name}: {}", note(machine, value)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
        Value::Reached(..) => note(machine, &machine.whole(value)),
        Value::Seq(..)
        | Value::Single(..)
        | Value::Dict(..)
        | Value::All(_)
        | Value::List(_)
        | Value::Groups(_) => list(machine, value),
        Value::Ref(node) => format!("-> {}", node.text()),
        Value::Absent(_) => "an absent record".into(),
        other => machine.print(other),
    }
}

fn list<'a, W: Trace>(machine: &Machine<'a, W>, value: &Value<'a, W>) -> String {
    let list = (value.clone(), W::default());
    let list = machine.listed(&list).unwrap();
    let mut items: Vec<String> = list
        .items
        .iter()
        .map(|entry| {
            let doubt = if entry.maybe.is_some() { "?" } else { "" };
            format!("{}{doubt}", note(machine, &entry.value))
        })
        .collect();
    if list.open.is_some() {
        items.push("...".into());
    }
    format!("[{}]", items.join(", "))
}

fn causes_of(causes: Causes) -> String {
    let words: Vec<&str> = [
        (Causes::ABSENT, "absent"),
        (Causes::UNKNOWN, "unknown"),
        (Causes::BROKEN, "broken"),
        (Causes::DANGLING, "dangling"),
        (Causes::OPEN, "open"),
        (Causes::UNDEFINED, "undefined"),
    ]
    .into_iter()
    .filter(|(cause, _)| causes.has(*cause))
    .map(|(_, word)| word)
    .collect();
    words.join(", ")
}
