//! A policy-as-code linter for technology governance.

pub mod catalog;
pub mod expr;
pub mod finding;
pub mod kind;
pub mod scalar;
pub mod source;
pub mod syntax;
