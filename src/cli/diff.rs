//! `govlint diff`: one revision against another.

use std::path::PathBuf;

use clap::Args;

use super::check::{Wishes, check, tell};
use super::comparing::Comparing;
use super::opening::Opening;
use super::terminal::Terminal;
use crate::error::{Error, ExitStatus};

/// Compare two revisions: what is new, known, fixed or lost
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Revision to compare with: a tag, a branch, a commit
    #[arg(value_name = "BASE")]
    base: String,
    /// Revision to look at
    #[arg(value_name = "HEAD", default_value = "HEAD")]
    head: String,
    /// Folders and files to look at [default: .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Configuration, instead of the nearest govlint.yaml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Date to judge both by, else `GOVLINT_AS_OF`
    ///
    /// Written YYYY-MM-DD. Without either, it is the day on which HEAD was committed.
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Repository that holds the revisions, and folder that paths start from [default: .]
    #[arg(long, hide_short_help = true, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// Judge by the policies of this revision
    ///
    /// And by its configuration, schemas and profile.
    #[arg(long, value_name = "REV")]
    policies_from: Option<String>,
    #[command(flatten)]
    wishes: Wishes,
}

const EXAMPLES: &str = "\
Examples:
  govlint diff v2026-q2 v2026-q3
  govlint diff main my-branch --policies-from main
  govlint diff v2026-q2 -f json -o changes.json";

/// Compares, and says whether what is new or lost reaches the threshold.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    let opening = Opening {
        config: arguments.config.clone(),
        as_of: arguments.as_of.clone(),
        at: Some(arguments.head.clone()),
        repo: arguments.repo.clone(),
    };
    let comparing = Comparing {
        new_since: None,
        policies_from: arguments.policies_from.clone(),
    };
    tell(&arguments.wishes, terminal, |outputs, terminal| {
        let grounds = comparing.grounds(&opening, &arguments.paths)?;
        let base = opening.repository(&[])?.revision(&arguments.base)?;
        check(&arguments.wishes, &grounds, Some(&base), outputs, terminal)
    })
}
