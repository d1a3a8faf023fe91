//! A policy-as-code linter for technology governance.

pub mod finding;
pub mod scalar;
pub mod source;
pub mod syntax;
