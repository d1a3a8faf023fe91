//! `govlint explain`: what a rule asks, and why it says of a subject what it says.

mod description;
mod proof;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::opening::{Opened, Opening};
use super::output::Form;
use super::subject;
use super::terminal::Terminal;
use crate::error::{Error, ErrorKind, ExitStatus};
use crate::finding::EngineCheck;
use crate::render::human::Palette;
use crate::rule::{self, Overlay, Pack, Population, Rule};

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
    let mut opened = arguments.opening.load(arguments.path.as_slice())?;
    let word = arguments.rule.as_str();
    let check = EngineCheck::named(word).filter(|_| opened.loaded.policies.find(word).is_none());
    let word = match check {
        Some(check) => &document(check, &mut opened, terminal)?,
        None => word,
    };
    let rule = opened.rule(word)?;
    match &arguments.subject {
        None => description::write(&opened, rule, arguments.format, terminal)?,
        Some(word) => {
            let proofs = proof::find(&opened, rule, word)?;
            proof::write(&opened, rule, &proofs, arguments.format, terminal)?;
        }
    }
    Ok(ExitStatus::Clean)
}

/// Takes the policies that document a check of the engine, where those in force do not. Returns the
/// name of the rule.
fn document(
    check: EngineCheck,
    opened: &mut Opened,
    terminal: &mut Terminal,
) -> Result<String, Error> {
    let kinds = opened.loaded.catalog.kinds().clone();
    let sources = &mut opened.loaded.sources;
    let packs = [Pack::built_in()];
    let built_in = rule::load(&kinds, &packs, &Overlay::default(), None, sources);
    let built_in = built_in
        .map_err(|mistakes| Error::mistaken(ErrorKind::Policies, mistakes, sources.clone()))?;
    let rule = built_in
        .engine_rule(check)
        .expect("each check is documented");
    let name = rule.name.to_string();
    opened.loaded.policies = Arc::new(built_in);
    let head = Palette::new(terminal.error_style).strong("note:");
    let asked = check.name();
    let what = "is a check that govlint makes itself, under all policies";
    writeln!(
        terminal.error,
        "{head} `{asked}` {what}; the built-in ones describe it as {name}"
    )?;
    Ok(name)
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
