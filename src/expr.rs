//! The condition language: CEL, the Common Expression Language.
//!
//! The text of an expression becomes an [`Expr`] whose nodes know their byte ranges in that text,
//! so that whoever blames a part of it can point at exactly that part. Nothing here knows where
//! the text stands in a file; the loader of a rule maps the ranges back. A [`Template`] is a text
//! with expressions in it, its ranges counted the same way.

mod ast;
mod compile;
mod eval;
mod ir;
mod library;
mod parse;
mod reads;
mod results;
mod template;
#[cfg(test)]
mod tests;
mod trace;
mod value;

pub use ast::{BinaryOp, Expr, ExprKind, Name, UnaryOp};
use compile::FUNCTION_NAMES;
pub use compile::{Code, CompileError, LetType, Scope, Tables, Uses, compile, compile_as};
pub use eval::{
    Digest, Earlier, EvalError, Frame, LetGround, Machine, RunLet, RunLets, SeenFile, SeenRule,
    SeenVerdict, Shared, Surroundings, World,
};
pub use ir::{Ir, Literal, Param};
pub use library::{Function, Library, Relation, RelationEdges, RuleNames, WithResults};
pub use parse::{MAX_DEPTH, MAX_LENGTH, ParseError, parse};
pub use reads::{Read, Reads};
pub use results::{RESULTS, ResultTable, ResultType, Seen, SeenRow};
pub use template::{Part, Template, parse_template};
pub use trace::{Origin, Trace, Why};
pub use value::{Causes, Entry, List, Moved, Out, Value};

/// The names of all functions and macros that are part of the language.
#[must_use]
pub fn function_names() -> &'static [&'static str] {
    FUNCTION_NAMES
}
