//! A policy-as-code linter for technology governance.
//!
//! govlint reads governance records kept as YAML in a git repository, checks them against
//! policies that are data, and reports each gap at the place that causes it.
//!
//! # Floors
//!
//! A module imports only from lower floors, or from its own floor without a circle.
//! Files, clock, environment, network and terminal are touched on floor 7 and above;
//! below it, whatever the machine knows arrives as an argument.
//! `tests/architecture.rs` reads this table and holds the source to it.
//!
//! | floor | what | modules |
//! |---|---|---|
//! | 0 | texts, and values in them | source, scalar |
//! | 1 | findings | finding |
//! | 2 | syntax | syntax |
//! | 3 | meaning | snapshot, kind, catalog |
//! | 4 | rules | expr, rule, config, evaluate |
//! | 5 | triage | triage |
//! | 6 | report | assessment, score, report, forecast, check, examples, docs, render, mend |
//! | 7 | world | error, host, workspace |
//! | 8 | shells | cli, lsp |

pub mod assessment;
pub mod catalog;
pub mod check;
pub mod cli;
pub mod config;
pub mod docs;
pub mod error;
pub mod evaluate;
pub mod examples;
pub mod expr;
pub mod finding;
pub mod forecast;
pub mod host;
pub mod kind;
pub mod mend;
pub mod render;
pub mod report;
pub mod rule;
pub mod scalar;
pub mod score;
pub mod snapshot;
pub mod source;
pub mod syntax;
pub mod triage;
pub mod workspace;
