//! `govlint test`: the examples that stand in rule files.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::opening::Opening;
use super::terminal::Terminal;
use crate::error::{Error, ErrorKind, ExitStatus};
use crate::examples::{self, Outcome, Outcomes};
use crate::finding::Severity;
use crate::host::os;
use crate::render::human::{Palette, clean, place};
use crate::rule::{Pack, PackFile};
use crate::workspace::{Workspace, policy_files};

/// Run the examples of rules
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Folders of policies, tested on top of the built-in ones; else those that are in force here
    #[arg(value_name = "FOLDER")]
    folders: Vec<PathBuf>,
    /// Configuration, instead of the nearest govlint.yaml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Leave out the built-in policies
    #[arg(long, requires = "folders")]
    alone: bool,
}

const EXAMPLES: &str = "\
Examples:
  govlint test                   the built-in rules and those in `policies/` here
  govlint test policies          the rules in one folder; a file replaces a built-in one of its path
  govlint test --alone policies  without anything built in";

/// Runs the examples.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    let opening = Opening {
        config: arguments.config.clone(),
        ..Opening::default()
    };
    let workspace = opening.open_policies()?;
    let (packs, tested) = packs(arguments, &workspace)?;
    let mut outcomes = examples::run(&workspace.schemas, &packs)?;
    if let Some(tested) = tested {
        outcomes
            .outcomes
            .retain(|outcome| tested.contains(&*outcome.rule));
        let rules: BTreeSet<&str> = outcomes
            .outcomes
            .iter()
            .map(|outcome| &*outcome.rule)
            .collect();
        outcomes.rules = rules.len();
    }
    if outcomes.rules == 0 {
        return Err(Error::new(ErrorKind::Nothing, "there are no rules to test")
            .hint("a rule is a file in a folder of `policies/` with `kind: Rule`"));
    }
    report(&outcomes, terminal)
}

/// The packs, and the names of the rules to test; none for all.
fn packs(
    arguments: &Arguments,
    workspace: &Workspace,
) -> Result<(Vec<Pack>, Option<BTreeSet<String>>), Error> {
    if arguments.folders.is_empty() {
        return Ok((workspace.packs.clone(), None));
    }
    let mut packs = Vec::new();
    let mut tested = BTreeSet::new();
    for path in &arguments.folders {
        let files = read_folder(path, workspace)?;
        tested.extend(files.iter().map(|file| rule_name(&file.path)));
        packs.push(Pack {
            name: path.display().to_string(),
            version: None,
            root: path.display().to_string().trim_end_matches('/').to_owned(),
            files,
        });
    }
    if !arguments.alone {
        let mut built_in = Pack::built_in();
        let replaced: BTreeSet<&str> = packs
            .iter()
            .flat_map(|pack| &pack.files)
            .map(|file| file.path.as_str())
            .collect();
        built_in
            .files
            .retain(|file| !replaced.contains(file.path.as_str()));
        packs.insert(0, built_in);
    }
    Ok((packs, Some(tested)))
}

fn read_folder(path: &Path, workspace: &Workspace) -> Result<Vec<PackFile>, Error> {
    let opened = os::open_folder(path)?;
    let shown = format!("{}/", path.display().to_string().trim_end_matches('/'));
    let files = policy_files(&opened, "", &shown, &workspace.kinds)?;
    if files.is_empty() {
        let message = format!("{} holds no policy files", path.display());
        return Err(Error::new(ErrorKind::Nothing, message)
            .hint("a rule is a YAML file with `apiVersion: govlint/v1` and `kind: Rule`"));
    }
    Ok(files)
}

/// The name of the rule or view that stands in a file.
fn rule_name(path: &str) -> String {
    let extensions = [".yaml", ".yml"];
    let stem = extensions.iter().find_map(|end| path.strip_suffix(end));
    let stem = stem.unwrap_or(path);
    stem.strip_prefix("reports/").unwrap_or(stem).to_owned()
}

fn report(outcomes: &Outcomes, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    let failed: Vec<&Outcome> = outcomes
        .outcomes
        .iter()
        .filter(|outcome| !outcome.problems.is_empty())
        .collect();
    for outcome in &failed {
        write_failure(outcomes, outcome, terminal)?;
    }
    let palette = Palette::new(terminal.style);
    let is_example = |outcome: &&Outcome| outcome.example.is_some();
    let examples = outcomes.outcomes.iter().filter(is_example).count();
    let rules = outcomes.rules;
    let count = match failed.len() {
        0 => palette.severity(Severity::Info, "0 failed"),
        count => palette.severity(Severity::Error, &format!("{count} failed")),
    };
    writeln!(terminal.out, "{rules} rules, {examples} examples, {count}")?;
    Ok(if failed.is_empty() {
        ExitStatus::Clean
    } else {
        ExitStatus::Findings
    })
}

fn write_failure(
    outcomes: &Outcomes,
    outcome: &Outcome,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let palette = Palette::new(terminal.style);
    let head = palette.severity(Severity::Error, "failed");
    let rule = palette.rule(&outcome.rule, &outcome.code);
    let code = clean(&outcome.code);
    let what = outcome
        .example
        .as_deref()
        .unwrap_or("its examples as a whole");
    let at = palette.place(&place(&outcomes.sources, outcome.span));
    writeln!(
        terminal.out,
        "{head} {code} {rule}: {}",
        palette.strong(&clean(what))
    )?;
    writeln!(terminal.out, "  {at}")?;
    for problem in &outcome.problems {
        writeln!(terminal.out, "  {}", clean(problem))?;
    }
    writeln!(terminal.out)?;
    Ok(())
}
