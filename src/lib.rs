//! A policy-as-code linter for technology governance.

pub mod expr;
pub mod finding;
pub mod source;
pub mod syntax;
