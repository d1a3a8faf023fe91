//! `govlint check`: documents against policies.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;

use super::comparing::{Comparing, Grounds, is_typed};
use super::mending::{self, Mending};
use super::opening::{Opening, parse_date};
use super::output::{OutputArguments, Outputs};
use super::terminal::Terminal;
use crate::assessment::{Assessment, Owned, People, redact};
use crate::catalog::Catalog;
use crate::check::{self, Input};
use crate::error::{Error, ErrorKind, ExitStatus};
use crate::finding::Severity;
use crate::host::git::Revision;
use crate::mend::{self, Mended};
use crate::render::human::{Palette, clean};
use crate::snapshot::Snapshot;
use crate::workspace::Workspace;

/// How many files are named one by one before they are only counted.
const MOST_NAMED: usize = 20;

/// Check governance records against policies
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Folders and files to check, `-` for the standard input [default: .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    opening: Opening,
    #[command(flatten)]
    comparing: Comparing,
    #[command(flatten)]
    mending: Mending,
    #[command(flatten)]
    wishes: Wishes,
}

/// What is to be reported, and how.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(super) struct Wishes {
    /// First day of the period that is checked (YYYY-MM-DD)
    #[arg(long, hide_short_help = true, value_name = "DATE")]
    from: Option<String>,
    /// Report only on these: rules, codes or policies
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not report on these: rules, codes or policies
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Mildest severity that fails: error, warning or info
    ///
    /// Else `failOn` of the configuration holds, else error.
    #[arg(
        long,
        hide_possible_values = true,
        value_name = "SEVERITY",
        value_parser = ["error", "warning", "info"]
    )]
    fail_on: Option<String>,
    #[command(flatten)]
    outputs: OutputArguments,
    /// Show errors and the counts, nothing else
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Show also passes, skips and what is not evaluable
    #[arg(short, long)]
    verbose: bool,
    /// Show only what this owner has to mend, such as Role/cfo
    #[arg(long, value_name = "OWNER", hide_short_help = true)]
    owner: Option<String>,
    /// Put roles and made-up names in place of people, in every format
    #[arg(long, value_name = "WHAT", value_parser = ["people"], hide_short_help = true)]
    redact: Option<String>,
    /// Report what waivers cover, as if there were none
    #[arg(long, hide_short_help = true)]
    no_waivers: bool,
    /// End with status 0 whatever is found
    #[arg(long, hide_short_help = true)]
    exit_zero: bool,
}

const EXAMPLES: &str = "\
Examples:
  govlint check                             the current folder
  govlint check governance --fail-on warning
  govlint check --as-of 2026-12-31          what will be wrong at the end of the year
  govlint check --select resilience,systems two policies
  govlint check --new-since origin/main     only what this change broke
  govlint check --at v2026-q3               a tag, without a checkout
  govlint check --diff --unsafe-fixes       what could be mended, as a patch
  govlint check -f human -f json -o report.json
  cat system.yaml | govlint check -";

/// Checks, and says whether the threshold was reached.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    let Arguments {
        paths,
        opening,
        comparing,
        mending,
        wishes,
    } = arguments;
    if mending.only_shows() {
        let grounds = comparing.grounds(opening, paths)?;
        return mending::show(&mend(*mending, wishes, &grounds)?, terminal);
    }
    tell(wishes, terminal, |outputs, terminal| {
        let progress = terminal.progress(!wishes.quiet && !is_typed(paths));
        progress.say("reading files");
        let grounds = comparing.grounds(opening, paths)?;
        drop(progress);
        if mending.is_wanted() {
            grounds.documents()?;
            mending::write(&grounds, &mend(*mending, wishes, &grounds)?, terminal)?;
        }
        let base = comparing.base(opening, &grounds)?;
        check(wishes, &grounds, base.as_ref(), outputs, terminal)
    })
}

/// What becomes of the documents if they are mended.
fn mend(mending: Mending, wishes: &Wishes, grounds: &Grounds<'_>) -> Result<Vec<Mended>, Error> {
    let workspace = grounds.workspace()?;
    if workspace.snapshot.documents.is_empty() {
        return Err(without_documents(&workspace));
    }
    let (as_of, _) = grounds.dated(&workspace)?;
    let mut snapshot = workspace.snapshot.clone();
    let assess = |snapshot: &Snapshot| {
        let input = Input {
            snapshot,
            select: &wishes.select,
            ignore: &wishes.ignore,
            profile: grounds.profile.as_deref(),
            ..workspace.input(as_of)
        };
        let loaded = Arc::new(check::load_with(&input, &workspace.kinds)?);
        let judgement = check::judge(&input, &loaded)?;
        Ok(check::sum_up(&input, judgement, None))
    };
    mend::mend(&mut snapshot, mending.allowed(), &assess)
}

/// Does a check and writes what it found; or why it could not be done, in the same formats.
pub(super) fn tell(
    wishes: &Wishes,
    terminal: &mut Terminal,
    check: impl FnOnce(&Outputs, &mut Terminal) -> Result<Checked, Error>,
) -> Result<ExitStatus, Error> {
    let started = Instant::now();
    let outputs = wishes.outputs.pair()?;
    let Checked {
        workspace,
        assessment,
        status,
    } = match check(&outputs, terminal) {
        Ok(checked) => checked,
        Err(error) => {
            outputs.write_error(&error, terminal)?;
            return Err(error);
        }
    };
    let style = crate::render::Style {
        quiet: wishes.quiet,
        verbose: wishes.verbose,
        ..terminal.style
    };
    outputs.write(&assessment, style, terminal)?;
    terminal.out.flush()?;
    say_strays(&workspace, terminal)?;
    say_unread(&workspace, terminal)?;
    if terminal.is_watched && !wishes.quiet && outputs.are_read_by_people() {
        let seconds = started.elapsed().as_secs_f64();
        let line = Palette::new(terminal.error_style).faint(&format!("checked in {seconds:.2} s"));
        writeln!(terminal.error, "{line}")?;
    }
    Ok(status)
}

/// What a check found, and how it ends.
pub(super) struct Checked {
    workspace: Workspace,
    assessment: Assessment,
    status: ExitStatus,
}

/// Checks what stands on some grounds, against a base if there is one.
pub(super) fn check(
    wishes: &Wishes,
    grounds: &Grounds<'_>,
    base: Option<&Revision>,
    outputs: &Outputs,
    terminal: &mut Terminal,
) -> Result<Checked, Error> {
    let progress = terminal.progress(!wishes.quiet && !grounds.are_typed());
    progress.say("reading files");
    let mut workspace = grounds.workspace()?;
    if workspace.snapshot.documents.is_empty() {
        drop(progress);
        say_unread(&workspace, terminal)?;
        return Err(without_documents(&workspace));
    }
    if outputs.name_revision() {
        grounds.record_revision(&mut workspace)?;
    }
    let from = match &wishes.from {
        Some(text) => Some(parse_date("--from", text)?),
        None => None,
    };
    let (as_of, date_source) = grounds.dated(&workspace)?;
    let input = Input {
        from,
        select: &wishes.select,
        ignore: &wishes.ignore,
        profile: grounds.profile.as_deref(),
        // What is lost is explained by what it lacks.
        explain_not_evaluable: wishes.verbose || outputs.tell_everything() || base.is_some(),
        without_waivers: wishes.no_waivers,
        ..workspace.input(as_of)
    };
    progress.say("reading records and rules");
    let loaded = Arc::new(check::load_with(&input, &workspace.kinds)?);
    progress.say("checking records");
    let judgement = check::judge(&input, &loaded)?;
    let base = match base {
        Some(base) => {
            progress.say("checking the base");
            let profile = &loaded.policies.profile;
            Some(grounds.judge_base(&input, &workspace, profile, base)?)
        }
        None => None,
    };
    let mut assessment = check::sum_up(&input, judgement, base.as_ref());
    drop(progress);
    assessment.provenance.date_source = date_source;
    if outputs.name_revision() {
        assessment.provenance.upstream = grounds.upstream();
    }
    if let Some(owner) = &wishes.owner {
        let owned = Owned::by(&loaded.catalog, owner).map_err(|near| no_owner(owner, near))?;
        owned.keep(&mut assessment);
    }
    if wishes.redact.is_some() {
        let base = base.as_ref().map(|base| &base.before.loaded.catalog);
        let catalogs: Vec<&Catalog> = base.into_iter().collect();
        let catalogs = [&[&loaded.catalog], &catalogs[..]].concat();
        redact(&mut assessment, &People::of(&catalogs));
    }
    let status = status(wishes, &workspace, &assessment)?;
    Ok(Checked {
        workspace,
        assessment,
        status,
    })
}

fn no_owner(owner: &str, near: Option<String>) -> Error {
    let error = Error::new(ErrorKind::Usage, format!("there is no owner `{owner}`"));
    match near {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("write it as `Kind/id`"),
    }
}

fn status(
    wishes: &Wishes,
    workspace: &Workspace,
    assessment: &Assessment,
) -> Result<ExitStatus, Error> {
    let named = wishes.fail_on.as_deref().and_then(Severity::parse);
    let threshold = named
        .or(workspace.config.fail_on)
        .unwrap_or(Severity::Error);
    let open = assessment.counting_by_severity();
    let fails = Severity::ALL
        .into_iter()
        .zip(open)
        .any(|(severity, count)| severity <= threshold && count > 0);
    if !workspace.snapshot.unread.is_empty() {
        return Ok(ExitStatus::CouldNotRun);
    }
    if fails && !wishes.exit_zero {
        return Ok(ExitStatus::Findings);
    }
    if assessment.counts.resources == 0 && open == [0; 3] {
        return Err(without_documents(workspace));
    }
    if assessment.counts.rules == 0 {
        return Err(without_rules(wishes));
    }
    Ok(ExitStatus::Clean)
}

pub(super) fn without_documents(workspace: &Workspace) -> Error {
    if !workspace.snapshot.unread.is_empty() {
        return Error::new(ErrorKind::Io, "no governance document could be read");
    }
    let files = |count: usize, what: &str| match count {
        1 => format!("1 YAML file was {what}"),
        count => format!("{count} YAML files were {what}"),
    };
    let skipped = match (workspace.snapshot.skipped, workspace.excluded) {
        (0, 0) => "there is no YAML file".to_owned(),
        (skipped, 0) => files(skipped, "skipped"),
        (0, excluded) => files(excluded, "left out by `exclude:`"),
        (skipped, excluded) => {
            let skipped = files(skipped, "skipped");
            format!("{skipped}, and {excluded} left out by `exclude:`")
        }
    };
    let root = &workspace.snapshot.root;
    let message = format!("no governance documents found in {root}: {skipped}");
    let error = Error::new(ErrorKind::Nothing, message)
        .hint("a document starts with the line `apiVersion: govlint/v1`; `govlint schema` lists the kinds");
    match workspace.strays.first() {
        Some(path) => error.hint(format!(
            "{path} is a policy file; put it into `policies/` beside govlint.yaml, and test it with `govlint test`"
        )),
        None => error,
    }
}

fn without_rules(wishes: &Wishes) -> Error {
    if wishes.select.is_empty() && wishes.ignore.is_empty() {
        return Error::new(ErrorKind::Nothing, "no rule is on, so nothing was checked")
            .hint("`govlint rules` lists the rules and says why each is off");
    }
    let message = "no rule that is on is left after --select and --ignore, so nothing was checked";
    Error::new(ErrorKind::Nothing, message)
        .hint("`govlint rules` lists the rules and says which are on")
}

/// Policy files that nothing reads are no documents, but neither are they in force.
pub(super) fn say_strays(workspace: &Workspace, terminal: &mut Terminal) -> Result<(), Error> {
    let strays = &workspace.strays;
    if strays.is_empty() {
        return Ok(());
    }
    let head = Palette::new(terminal.error_style).strong("note:");
    let what = "policies and configurations that are not in force, because they stand elsewhere";
    writeln!(terminal.error, "{head} {what}:")?;
    name_some(strays.iter().map(|path| clean(path).into_owned()), terminal)
}

pub(super) fn say_unread(workspace: &Workspace, terminal: &mut Terminal) -> Result<(), Error> {
    let unread = &workspace.snapshot.unread;
    if unread.is_empty() {
        return Ok(());
    }
    let head = Palette::new(terminal.error_style).severity(Severity::Error, "error");
    let what = match unread.len() {
        1 => "1 path was not read".to_owned(),
        count => format!("{count} paths were not read"),
    };
    writeln!(
        terminal.error,
        "{head}: {what}, so the result is not complete:"
    )?;
    let lines = unread
        .iter()
        .map(|(path, reason)| format!("{}: {}", clean(path), clean(reason)));
    name_some(lines, terminal)?;
    writeln!(
        terminal.error,
        "  help: make them readable, or leave them out with `exclude:` in govlint.yaml"
    )?;
    Ok(())
}

fn name_some(
    lines: impl ExactSizeIterator<Item = String>,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let left = lines.len().saturating_sub(MOST_NAMED);
    for line in lines.take(MOST_NAMED) {
        writeln!(terminal.error, "  {line}")?;
    }
    if left > 0 {
        writeln!(terminal.error, "  and {left} more")?;
    }
    Ok(())
}
