//! `govlint baseline`: the findings that were there when checking began.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::opening::Opening;
use super::terminal::Terminal;
use crate::check::{self, Input};
use crate::error::{Error, ErrorKind, ExitStatus};
use crate::finding::Fingerprint;
use crate::host::{os, reason};
use crate::render::human::{Palette, clean};
use crate::triage::baseline::{Baseline, Entry};
use crate::workspace::{BASELINE, Workspace};

/// Record the findings that are there, so that only new ones fail
#[derive(Debug, Args)]
#[command(arg_required_else_help = true, after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Write(WriteArguments),
}

/// Write the baseline, or take out of it what is mended
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
struct WriteArguments {
    /// Folder that is checked [default: .]
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Configuration, instead of the nearest govlint.yaml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Date to judge by, else `GOVLINT_AS_OF`, else today
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Record also what the baseline of before does not hold
    #[arg(long)]
    allow_growth: bool,
}

const EXAMPLES: &str = "\
Examples:
  govlint baseline write                   adopt today's state; later, take out what is mended
  govlint baseline write --allow-growth    record new findings too

A baseline only shrinks. For a gap that is to stay for a while, write a waiver: it has a reason, an
approver and an end.";

/// Runs the action.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    match &arguments.action {
        Action::Write(arguments) => write(arguments, terminal),
    }
}

fn write(arguments: &WriteArguments, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    let folder = arguments.folder.clone().unwrap_or_else(|| ".".into());
    let opening = Opening {
        config: arguments.config.clone(),
        as_of: arguments.as_of.clone(),
        ..Opening::default()
    };
    let paths = [folder];
    let workspace = opening.open(&paths)?;
    refuse_parts(&workspace)?;
    let as_of = opening.date(&workspace)?;
    let input = Input {
        baseline: None,
        ..workspace.input(as_of)
    };
    let loaded = Arc::new(check::load_with(&input, &workspace.kinds)?);
    let assessment = check::sum_up(&input, check::judge(&input, &loaded)?, None);
    let found = Baseline::of(&assessment.findings);
    let change = Change::between(workspace.baseline.as_ref(), found, arguments.allow_growth);
    let text = change.written.to_yaml(as_of);
    let name = write_file(&opening, &paths, &workspace, &text)?;
    say(&change, &name, terminal)
}

/// What is not checked would be taken for mended.
fn refuse_parts(workspace: &Workspace) -> Result<(), Error> {
    if !workspace.is_whole {
        let message = "a baseline is written for everything, not for a part";
        let hint = "name the folder that holds govlint.yaml, or none";
        return Err(Error::new(ErrorKind::Usage, message).hint(hint));
    }
    if let Some((path, reason)) = workspace.snapshot.unread.first() {
        let message = format!("{}: {}", clean(path), clean(reason));
        let hint = "what cannot be read would be taken for mended";
        return Err(Error::new(ErrorKind::Io, message).hint(hint));
    }
    if workspace.snapshot.documents.is_empty() {
        let message = "no governance documents found, so there is nothing to record";
        return Err(Error::new(ErrorKind::Nothing, message));
    }
    Ok(())
}

/// What a baseline becomes.
struct Change {
    written: Baseline,
    /// How many entries of before are not written any more.
    removed: usize,
    /// What is open and not recorded, since the baseline may not grow.
    refused: Vec<Entry>,
}

impl Change {
    fn between(before: Option<&Baseline>, mut found: Baseline, may_grow: bool) -> Self {
        let Some(before) = before else {
            return Self {
                written: found,
                removed: 0,
                refused: Vec::new(),
            };
        };
        let beyond = found.beyond(before).into_iter();
        let more: BTreeSet<Fingerprint> = beyond
            .filter(|_| !may_grow)
            .map(|entry| entry.fingerprint)
            .collect();
        let (refused, written): (Vec<Entry>, Vec<Entry>) = found
            .entries
            .drain(..)
            .partition(|entry| more.contains(&entry.fingerprint));
        let kept: BTreeSet<Fingerprint> = written.iter().map(|entry| entry.fingerprint).collect();
        let old = before.entries.iter();
        Self {
            removed: old
                .filter(|entry| !kept.contains(&entry.fingerprint))
                .count(),
            written: Baseline {
                entries: written,
                ..found
            },
            refused,
        }
    }
}

/// Writes the baseline beside the configuration, else in the checked folder, and says its name.
fn write_file(
    opening: &Opening,
    paths: &[PathBuf],
    workspace: &Workspace,
    text: &str,
) -> Result<String, Error> {
    let opened = os::open(paths, opening.config.as_deref())?;
    let configuration = opened.configuration.as_ref();
    let folder = configuration.map_or(&opened.folder, |found| &found.folder);
    let named = workspace.config.baseline.as_ref();
    let name = named.map_or(BASELINE, |named| named.value.as_str());
    folder.write(name, text.as_bytes()).map_err(|error| {
        let message = format!("{} cannot be written: {}", clean(name), reason(&error));
        Error::new(ErrorKind::Io, message)
    })?;
    Ok(name.to_owned())
}

fn say(change: &Change, name: &str, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    let count = |number: usize| match number {
        1 => "1 finding".to_owned(),
        number => format!("{number} findings"),
    };
    let name = clean(name);
    let removed = match change.removed {
        0 => String::new(),
        number => format!(", {number} taken out"),
    };
    let recorded = count(change.written.entries.len());
    writeln!(terminal.out, "{recorded} recorded in {name}{removed}")?;
    let next = Palette::new(terminal.style).strong("next:");
    if change.refused.is_empty() {
        writeln!(
            terminal.out,
            "{next} commit the file; from here on `govlint check` fails on new findings only"
        )?;
        return Ok(ExitStatus::Clean);
    }
    for entry in change.refused.iter().take(20) {
        let (code, subject) = (clean(&entry.code), clean(&entry.subject));
        writeln!(
            terminal.out,
            "  not recorded: {} {code} {subject}",
            entry.severity
        )?;
    }
    writeln!(
        terminal.out,
        "{next} mend the {} that the baseline did not hold, waive them, or record them with --allow-growth",
        count(change.refused.len())
    )?;
    Ok(ExitStatus::Findings)
}
