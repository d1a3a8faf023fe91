//! Functions, relations and the places that are computed once per run.

use rustc_hash::FxHashMap;

use super::compile::Code;
use super::ir::{Best, Ir, Way};
use crate::kind::{KindId, RecordId, RefPathId, Type};

/// What the rule language can ask about other rules.
pub trait RuleNames: Sync {
    /// The name of the rule that is called `word` by name or code.
    fn resolve(&self, word: &str) -> Option<String>;
    /// A rule with a similar name or code.
    fn similar(&self, word: &str) -> Option<String>;
    /// True if the results of the run can be read: in views, which stand above all rules.
    fn has_results(&self) -> bool {
        false
    }
}

/// Rules whose results can be read.
pub struct WithResults<'r>(pub &'r dyn RuleNames);

impl RuleNames for WithResults<'_> {
    fn resolve(&self, word: &str) -> Option<String> {
        self.0.resolve(word)
    }

    fn similar(&self, word: &str) -> Option<String> {
        self.0.similar(word)
    }

    fn has_results(&self) -> bool {
        true
    }
}

/// One case of a function: for arguments of these types.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: Box<str>,
    /// Its parameters.
    pub parameters: Vec<(Box<str>, Type)>,
    /// Its body, in which the parameters are the first variables.
    pub code: Code,
}

/// The edges that one reference field contributes to a relation.
#[derive(Debug)]
pub struct RelationEdges {
    /// The kind whose resources the edges start at.
    pub kind: KindId,
    /// The reference field.
    pub path: RefPathId,
    /// Which references count; `it` is the mapping that holds the reference.
    pub when: Option<Code>,
}

/// Typed edges between resources.
#[derive(Debug)]
pub struct Relation {
    /// Its name.
    pub name: Box<str>,
    /// Where its edges come from.
    pub edges: Vec<RelationEdges>,
    /// The records of all resources it connects.
    pub records: Vec<RecordId>,
}

/// A use of `reachMax` or `reachMin`, computed once per run for all resources.
#[derive(Debug)]
pub struct Site {
    /// Along which relation.
    pub way: Way,
    /// What it looks for.
    pub best: Best,
    /// The variable of the body.
    pub slot: u16,
    /// The value of a resource.
    pub body: Ir,
}

/// An index of the resources of a kind by the value of a path.
#[derive(Debug)]
pub struct Index {
    /// The kind.
    pub kind: KindId,
    /// The path, as written.
    pub path: String,
    /// Its value, over `self`.
    pub value: Ir,
}

/// The functions and relations of a run.
#[derive(Debug, Default)]
pub struct Library {
    functions: Vec<Function>,
    /// The cases of each name.
    cases: Vec<Vec<u16>>,
    by_name: FxHashMap<Box<str>, usize>,
    /// By number of a function, the number of its name.
    name_of: Vec<usize>,
    relations: Vec<Relation>,
}

impl Library {
    /// Adds a case of a function.
    pub fn add_function(&mut self, function: Function) {
        let index = u16::try_from(self.functions.len()).unwrap_or(u16::MAX);
        let next = self.cases.len();
        let name = *self.by_name.entry(function.name.clone()).or_insert(next);
        self.cases
            .resize(self.cases.len().max(name + 1), Vec::new());
        self.cases[name].push(index);
        self.name_of.push(name);
        self.functions.push(function);
    }

    /// Adds a relation.
    pub fn add_relation(&mut self, relation: Relation) {
        self.relations.push(relation);
    }

    /// The cases of the function called `name`.
    #[must_use]
    pub fn cases(&self, name: &str) -> &[u16] {
        self.by_name
            .get(name)
            .map_or(&[], |name| &self.cases[*name])
    }

    /// The cases of the name that a function has.
    #[must_use]
    pub fn cases_of(&self, function: u16) -> &[u16] {
        &self.cases[self.name_of[function as usize]]
    }

    /// The function with this number.
    #[must_use]
    pub fn function(&self, index: u16) -> &Function {
        &self.functions[index as usize]
    }

    /// All functions, in the order they were defined.
    #[must_use]
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// Returns the relation called `name`.
    #[must_use]
    pub fn find_relation(&self, name: &str) -> Option<u16> {
        let index = self
            .relations
            .iter()
            .position(|relation| *relation.name == *name)?;
        u16::try_from(index).ok()
    }

    /// The relation with this number.
    #[must_use]
    pub fn relation(&self, index: u16) -> &Relation {
        &self.relations[index as usize]
    }

    /// All relations, in the order they were defined.
    #[must_use]
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }
}
