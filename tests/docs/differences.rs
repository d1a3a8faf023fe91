//! The table of differences from CEL: each row shows an expression on which the two differ, what
//! another implementation of CEL gives, and what it gives here. Both are asked.
//!
//! The results of CEL in backquotes, and errors, are held to that implementation; what stands there
//! in plain words is a part of CEL that it lacks.

use std::collections::HashMap;

use govlint::check::Loaded;
use govlint::syntax::{Node, NodeKind};

use crate::blocks::{read, tagged};
use crate::expressions::{PAGE, outcome};
use crate::records::load;

const SECTION: &str = "## Differences from CEL";

/// How a row says that there is no value.
const ERROR: &str = "an error";
const REFUSED: &str = "refused";
const NOT_EVALUABLE: &str = "not evaluable";

/// A row of the table.
struct Difference {
    line: usize,
    expression: String,
    theirs: String,
    ours: String,
}

#[test]
fn differences_from_cel_are_those_of_the_page() {
    let loaded = load(&tagged(PAGE, "yaml govlint"));
    let rows = differences();
    assert!(rows.len() > 15, "the table of differences was not found");
    let mut wrong = Vec::new();
    for row in &rows {
        let theirs = their_answer(&loaded, &row.expression);
        let is_told = row.theirs == ERROR || row.theirs.starts_with('`');
        if is_told && theirs != row.theirs {
            wrong.push(format!("{PAGE}:{}: CEL gives {theirs}", row.line));
        }
        let ours = our_answer(&loaded, &row.expression);
        if ours != row.ours {
            wrong.push(format!("{PAGE}:{}: it gives {ours} here", row.line));
        }
        if theirs == ours {
            wrong.push(format!("{PAGE}:{}: both give {ours}", row.line));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The rows of the table whose second cell is an expression.
fn differences() -> Vec<Difference> {
    let page = read(PAGE);
    (1..)
        .zip(page.lines())
        .skip_while(|(_, line)| *line != SECTION)
        .filter_map(|(line, text)| {
            let text = text.replace("\\|", "\u{0}");
            let cells: Vec<&str> = text.split('|').map(str::trim).collect();
            let ["", _, expression, theirs, ours, ""] = cells.as_slice() else {
                return None;
            };
            let expression = expression.strip_prefix('`')?.strip_suffix('`')?;
            Some(Difference {
                line,
                expression: expression.replace('\u{0}', "|"),
                theirs: (*theirs).to_owned(),
                ours: (*ours).to_owned(),
            })
        })
        .collect()
}

fn our_answer(loaded: &Loaded, expression: &str) -> String {
    match outcome(loaded, "System", expression) {
        Err(_) => REFUSED.to_owned(),
        Ok(value) if value == NOT_EVALUABLE => value,
        Ok(value) => format!("`{value}`"),
    }
}

/// What the other implementation gives, with the first system of the page as `self`.
fn their_answer(loaded: &Loaded, expression: &str) -> String {
    let kinds = &loaded.policies.kinds;
    let system = kinds.find("System").expect("there is such a kind");
    let first = loaded.catalog.of_kind(system).start;
    let mut context = cel::Context::default();
    context.add_variable_from_value("self", value(loaded.catalog.resource_node(first)));
    let program = cel::Program::compile(expression).ok();
    match program.map(|program| program.execute(&context)) {
        Some(Ok(cel::Value::Bool(value))) => format!("`{value}`"),
        Some(Ok(other)) => format!("{other:?}"),
        Some(Err(_)) | None => ERROR.to_owned(),
    }
}

fn value(node: Node<'_>) -> cel::Value {
    match node.kind() {
        NodeKind::Mapping => {
            let entries = node
                .entries()
                .map(|(key, item)| (key.text().to_owned(), value(item)));
            cel::Value::from(entries.collect::<HashMap<_, _>>())
        }
        NodeKind::Sequence => cel::Value::from(node.items().map(value).collect::<Vec<_>>()),
        NodeKind::Bool => cel::Value::Bool(node.as_bool().unwrap_or_default()),
        NodeKind::Int => cel::Value::Int(node.as_int().unwrap_or_default()),
        NodeKind::Float => cel::Value::Float(node.as_f64().unwrap_or_default()),
        NodeKind::Null => cel::Value::Null,
        NodeKind::String => cel::Value::from(node.text()),
    }
}
