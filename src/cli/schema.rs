//! `govlint schema`: which kinds of records there are, and the JSON Schema of one.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::opening::Opening;
use super::output::{Form, write_json};
use super::terminal::Terminal;
use crate::error::{Error, ErrorKind, ExitStatus};
use crate::kind::{Kind, Kinds, nearest};
use crate::render::human::{Palette, clean};
use crate::render::json;

/// The word for the schema of the JSON output of `govlint check`.
const ASSESSMENT: &str = "assessment";

/// List the kinds of records, or print the JSON Schema of one
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Kind whose JSON Schema is printed; `assessment` for that of `govlint check --format json`
    #[arg(value_name = "KIND")]
    kind: Option<String>,
    /// Configuration, instead of the nearest govlint.yaml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How to write the list
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Form,
}

const EXAMPLES: &str = "\
Examples:
  govlint schema                 the kinds of records
  govlint schema KIND            the fields of one kind, as JSON Schema
  govlint schema assessment      the fields of `govlint check --format json`";

/// Lists the kinds, or prints a schema.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    let opening = Opening {
        config: arguments.config.clone(),
        ..Opening::default()
    };
    let workspace = opening.open_policies()?;
    match &arguments.kind {
        None => list(&workspace.kinds, arguments.format, terminal)?,
        Some(name) if name == ASSESSMENT => write_json(&json::schema(), terminal)?,
        Some(name) => write_json(&schema(&workspace.kinds, name)?, terminal)?,
    }
    Ok(ExitStatus::Clean)
}

fn list(kinds: &Kinds, form: Form, terminal: &mut Terminal) -> Result<(), Error> {
    // Collections are named with the kind of their items.
    let kinds: Vec<(&Kind, Option<&str>)> = kinds
        .iter()
        .filter(|(_, kind)| kind.items_of.is_none())
        .map(|(_, kind)| {
            let collection = kind.collection.map(|id| &*kinds.kind(id).name);
            (kind, collection)
        })
        .collect();
    if form == Form::Json {
        let list = kinds.iter().map(|(kind, collection)| {
            json!({
                "kind": kind.name,
                "collection": collection,
                "title": kind.title,
                "description": kind.description,
            })
        });
        return write_json(&list.collect(), terminal);
    }
    let palette = Palette::new(terminal.style);
    let width = kinds.iter().map(|(kind, _)| kind.name.len()).max();
    for (kind, collection) in kinds {
        let gap = " ".repeat(width.unwrap_or(0) - kind.name.len() + 2);
        let name = palette.strong(&kind.name);
        writeln!(terminal.out, "{name}{gap}{}", clean(&kind.description))?;
        if let Some(collection) = collection {
            let line = format!("several in one document: kind {collection}, below `items:`");
            let indent = " ".repeat(width.unwrap_or(0) + 2);
            writeln!(terminal.out, "{indent}{}", palette.faint(&line))?;
        }
    }
    Ok(())
}

/// The schema of a kind, with the shared definitions that it refers to inside.
fn schema(kinds: &Kinds, name: &str) -> Result<Value, Error> {
    let Some(id) = kinds.find(name) else {
        let error = Error::new(ErrorKind::Usage, format!("there is no kind `{name}`"));
        let names = kinds.iter().map(|(_, kind)| &*kind.name);
        return Err(match nearest(name, names) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("`govlint schema` lists the kinds"),
        });
    };
    let mut schema = kinds.kind(id).schema.clone();
    if let Some(root) = schema.as_object_mut() {
        let definitions = root.entry("$defs").or_insert_with(|| json!({}));
        if let Some(definitions) = definitions.as_object_mut() {
            for (uri, shared) in kinds.shared() {
                let name = uri.rsplit('/').next().unwrap_or(uri);
                definitions.insert(name.to_owned(), shared.clone());
            }
        }
    }
    Ok(schema)
}
