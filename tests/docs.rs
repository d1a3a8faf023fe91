//! The pages under `docs/`: those that are data are written from it, and what the others show is
//! read, compiled and evaluated.

#[path = "docs/blocks.rs"]
mod blocks;
#[path = "docs/configuration.rs"]
mod configuration;
#[path = "docs/differences.rs"]
mod differences;
#[path = "docs/expressions.rs"]
mod expressions;
#[path = "docs/generated.rs"]
mod generated;
#[path = "docs/links.rs"]
mod links;
#[path = "docs/policies.rs"]
mod policies;
#[path = "docs/records.rs"]
mod records;
#[path = "docs/schemas.rs"]
mod schemas;
