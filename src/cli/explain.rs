//! `govlint explain`: what a rule asks, and why it says of a subject what it says.

mod description;
mod proof;

use std::path::PathBuf;

use clap::Args;

use super::opening::{Opened, Opening};
use super::output::Form;
use super::subject;
use super::terminal::Terminal;
use crate::error::{Error, ExitStatus};
use crate::rule::{Population, Rule};

/// Explain a rule, or why it says of a subject what it says
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Name or code of the rule
    #[arg(value_name = "RULE")]
    rule: String,
    /// Whom the verdict is about: Kind/id, Kind/id#key, an id or Repository
    #[arg(value_name = "SUBJECT")]
    subject: Option<String>,
    /// Folder or file that holds the records [default: .]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    #[command(flatten)]
    opening: Opening,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Form,
}

const EXAMPLES: &str = "\
Examples:
  govlint explain CODE                    what the rule asks, and of whom
  govlint explain CODE Kind/id            its verdict, and the values that led to it
  govlint explain CODE id governance/     the same for records in another folder";

/// Explains.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    let opened = arguments.opening.load(arguments.path.as_slice())?;
    let rule = opened.rule(&arguments.rule)?;
    match &arguments.subject {
        None => description::write(&opened, rule, arguments.format, terminal)?,
        Some(word) => {
            let proofs = proof::find(&opened, rule, word)?;
            proof::write(&opened, rule, &proofs, arguments.format, terminal)?;
        }
    }
    Ok(ExitStatus::Clean)
}

/// The names of those on whom a rule gives verdicts.
fn population(opened: &Opened, rule: &Rule) -> Vec<String> {
    let kinds = opened.loaded.catalog.kinds();
    match rule.condition().map(|condition| &condition.population) {
        None => Vec::new(),
        Some(Population::Repository) => vec![subject::REPOSITORY.to_owned()],
        Some(Population::Kinds(ids)) => ids
            .iter()
            .map(|id| kinds.kind(*id).name.to_string())
            .collect(),
    }
}
