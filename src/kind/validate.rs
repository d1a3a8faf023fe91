//! Checks documents against the schemas of their kinds.
//!
//! The `jsonschema` crate judges, on the tree as it is; `wording` says what is
//! wrong. A document that fits costs one pass; only one that does not is looked at again. This
//! module decides what is a document, and which schema each of its parts has to fit. References
//! between documents are none of its business.

mod document;
mod keyword;
mod prepare;
mod problem;
mod view;

use std::sync::{Arc, OnceLock};

use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

pub use document::validate;

use super::wording::Problem;
use super::{KindId, Kinds, LadderWords, SchemaError};
use crate::syntax::Node;
use view::{Tree, View};

/// Kinds of the program's own files, which are no records.
pub const OWN_KINDS: [&str; 6] = ["Config", "Functions", "Policy", "Relations", "Rule", "View"];

/// The versions of the document format that are read.
pub const VERSIONS: [&str; 1] = ["govlint/v1"];

/// How complete a document has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Strictness {
    /// Everything that reading needs must be there.
    Full,
    /// As in the examples of rules: a record needs its version, kind, id and name only.
    Fragment,
}

/// The schemas of all kinds, each compiled when the first record of its kind is met.
#[derive(Debug)]
pub struct Validators {
    kinds: Arc<Kinds>,
    compiled: Vec<OnceLock<Result<Compiled, SchemaError>>>,
}

impl Validators {
    /// Returns the validators of `kinds`; nothing is compiled yet.
    #[must_use]
    pub fn new(kinds: Arc<Kinds>) -> Self {
        let compiled = (0..kinds.len()).map(|_| OnceLock::new()).collect();
        Self { kinds, compiled }
    }

    /// The kinds whose documents are checked.
    #[must_use]
    pub fn kinds(&self) -> &Arc<Kinds> {
        &self.kinds
    }

    /// Compiles every schema and returns what is wrong with them. Without this call, a schema that
    /// cannot be compiled is told at the documents of its kind.
    #[must_use]
    pub fn schema_errors(&self) -> Vec<SchemaError> {
        let all = self.kinds.iter().map(|(kind, _)| self.of(kind));
        all.filter_map(|compiled| compiled.as_ref().err().cloned())
            .collect()
    }

    fn of(&self, kind: KindId) -> &Result<Compiled, SchemaError> {
        self.compiled[kind.0 as usize].get_or_init(|| compile(&self.kinds, kind))
    }
}

/// A schema that is ready to judge, without what is required of the root.
#[derive(Debug)]
struct Compiled {
    schema: Value,
    validator: Validator<Tree>,
    /// The required fields of the root.
    required: Vec<Box<str>>,
}

impl Compiled {
    /// Adds what is wrong with a record, what it lacks at its root aside.
    fn check(&self, words: &LadderWords, node: Node<'_>, problems: &mut Vec<Problem>) {
        let view = View::Node(node, words);
        if !self.validator.is_valid(view) {
            let errors = self.validator.iter_errors(view);
            problem::collect(&self.schema, node.id().index, errors, problems);
        }
    }
}

fn compile(kinds: &Kinds, kind: KindId) -> Result<Compiled, SchemaError> {
    let described = kinds.kind(kind);
    let schema = prepare::prepare(kinds, &described.schema);
    // The schema of an organization is not to be trusted with time: no backtracking.
    let options = jsonschema::options_for::<Tree>()
        .offline()
        .with_pattern_options(PatternOptions::regex());
    let validator = keyword::register(options)
        .build(&schema)
        .map_err(|error| SchemaError {
            path: format!("schema of {}", described.name),
            pointer: error.schema_path().to_string(),
            message: error.to_string(),
            help: None,
        })?;
    let required = kinds.record(described.record).fields.iter();
    let required = required
        .filter(|field| field.required)
        .map(|field| field.name.clone());
    Ok(Compiled {
        schema,
        validator,
        required: required.collect(),
    })
}

#[cfg(test)]
mod tests;
