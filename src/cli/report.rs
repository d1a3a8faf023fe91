//! `govlint report`: what a board, an executive, an auditor or an IT team wants to see.

mod forge;
mod milestones;
mod tags;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::check::say_unread;
use super::opening::{Opening, committed_on};
use super::terminal::Terminal;
use crate::assessment::{Assessment, People};
use crate::check::{self, Failure};
use crate::error::{Error, ErrorKind, ExitStatus};
use crate::forecast::{Question, forecast};
use crate::host::reason;
use crate::render::report::{Renderer, by_name, on_paper};
use crate::report::{Audience, Milestone, Parts, Past, Report, ViewFailure, annex, build};
use crate::rule::{Mistake, load_views};
use crate::scalar::{Date, Duration};
use crate::workspace::Workspace;

/// How far the report looks ahead.
const HORIZON_DAYS: i64 = 180;

/// How long before its due date something is due soon.
const LEAD_DAYS: i64 = 90;

/// Report to a board, executives, auditors or the IT team
///
/// Where there are tags, and neither --at nor --working-tree is given, the report is about the latest
/// tag, compared with the one before it. The tags are those of HEAD and its first parents.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Folders and files to report on [default: .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    opening: Opening,
    /// Revision to compare with: the last report
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Report on the files as they are, whether there are tags or not
    #[arg(long, conflicts_with = "at")]
    working_tree: bool,
    /// Whom it is for
    #[arg(
        long,
        value_name = "WHOM",
        default_value = "board",
        value_parser = ["board", "executive", "auditor", "it"]
    )]
    audience: String,
    /// Put roles and made-up names in place of people
    #[arg(long, value_name = "WHAT", value_parser = ["people"])]
    redact: Option<String>,
    /// How to write the report
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "markdown",
        value_parser = ["markdown", "html", "json", "xlsx", PDF]
    )]
    format: String,
    /// Size of the pages of a PDF [default: a4]
    #[arg(long, value_name = "SIZE", value_parser = ["a4", "letter"], hide_short_help = true)]
    paper: Option<String>,
    /// File to write it to, instead of the standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The format of fixed pages, which not every build writes.
const PDF: &str = "pdf";

const EXAMPLES: &str = "\
Examples:
  govlint report                                 two pages for the board on the latest tag, as Markdown
  govlint report --working-tree                  the same on the files as they are
  govlint report --at v2026-q3 --since v2026-q2  a tag, compared with the one before
  govlint report -f html -o report.html          one page that needs nothing else
  govlint report -f pdf -o report.pdf            pages to print, to keep, and to read aloud
  govlint report --audience auditor -f json -o report.json
  govlint report --audience auditor -f xlsx -o report.xlsx";

/// Reports. Findings are what a report is about, so they are no failure of it.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    let render = renderer(arguments)?;
    let filled = tags::fill_in(arguments, terminal)?;
    let is_chosen = arguments.opening.at != filled.opening.at;
    let opened = filled.opening.open(&filled.paths);
    let mut workspace = opened.map_err(|error| {
        if is_chosen {
            error.hint("`--working-tree` reports on the files as they are")
        } else {
            error
        }
    })?;
    let arguments = &filled;
    let opening = &arguments.opening;
    opening.record_revision(&arguments.paths, &mut workspace)?;
    let (as_of, _) = opening.dated(&workspace)?;
    let past = match &arguments.since {
        Some(name) => Some(earlier(arguments, name, as_of)?),
        None => None,
    };
    let audience = Audience::parse(&arguments.audience).unwrap_or(Audience::Board);
    let revision = workspace.snapshot.revision.as_ref();
    let (milestones, untold) = match audience {
        Audience::It => Default::default(),
        _ => milestones::milestones(opening, &arguments.paths, revision)?,
    };
    let before = Before {
        past: past.as_ref(),
        milestones: &milestones,
    };
    let mut report = report(arguments, &workspace, as_of, audience, &before)?;
    report.notes.extend(untold);
    report.forge = forge::forge(opening, &arguments.paths, revision);
    write(arguments, render, &report, terminal)?;
    say_unread(&workspace, terminal)?;
    if workspace.snapshot.unread.is_empty() {
        Ok(ExitStatus::Clean)
    } else {
        Ok(ExitStatus::CouldNotRun)
    }
}

/// An earlier revision, judged by the rules of today.
struct Earlier {
    name: String,
    then: Assessment,
    aged: Assessment,
}

/// What a report is set beside.
struct Before<'a> {
    past: Option<&'a Earlier>,
    milestones: &'a [Milestone],
}

/// Builds the report of an audience. Auditors find every row behind it in a workbook.
fn report(
    arguments: &Arguments,
    workspace: &Workspace,
    as_of: Date,
    audience: Audience,
    before: &Before<'_>,
) -> Result<Report, Error> {
    let has_annex = audience == Audience::Auditor && arguments.format == "xlsx";
    with_parts(workspace, as_of, &mut |parts| {
        let mut report = build(&Parts {
            audience,
            past: before.past.map(|past| Past {
                name: past.name.clone(),
                then: &past.then,
                aged: &past.aged,
            }),
            milestones: before.milestones,
            ..*parts
        })?;
        let people = arguments.redact.as_ref();
        let people = people.map(|_| People::of(&[&parts.loaded.catalog]));
        if has_annex {
            report.prepend(annex(parts, people.as_ref()));
        }
        if let Some(people) = &people {
            report.redact(people);
        }
        Ok(report)
    })
}

/// Judges what is read, looks ahead, and hands over what sections are made from.
pub(super) fn with_parts<T>(
    workspace: &Workspace,
    as_of: Date,
    act: &mut dyn FnMut(&Parts<'_>) -> Result<T, ViewFailure>,
) -> Result<T, Error> {
    let input = workspace.input(as_of);
    let mut loaded = check::load_with(&input, &workspace.kinds)?;
    if loaded.catalog.is_empty() && workspace.snapshot.unread.is_empty() {
        let root = &workspace.snapshot.root;
        let message = format!("there is nothing to report on in {root}");
        return Err(
            Error::new(ErrorKind::Nothing, message).hint("`govlint check` says what was read")
        );
    }
    let policies = Arc::get_mut(&mut loaded.policies).expect("they were loaded for this run");
    let views = load_views(&workspace.packs, policies, &mut loaded.sources)
        .map_err(|mistakes| Failure::Policies(mistakes, loaded.sources.clone()))?;
    let question = Question {
        until: as_of.plus(Duration::days(HORIZON_DAYS)).unwrap_or(as_of),
        lead: Duration::days(LEAD_DAYS),
        overdue_from: None,
    };
    let coming = forecast(&input, &loaded, question)?;
    let loaded = Arc::new(loaded);
    let judgement = check::judge(&input, &loaded)?;
    let waivers = judgement.waivers.clone();
    let assessment = check::sum_up(&input, judgement, None);
    let parts = Parts {
        loaded: &loaded,
        documents: &workspace.snapshot.documents,
        views: &views,
        assessment: &assessment,
        waivers: &waivers,
        past: None,
        milestones: &[],
        forecast: Some(&coming),
        audience: Audience::Board,
    };
    act(&parts).map_err(|failure| {
        let mistake = Mistake::new(failure.span, failure.message);
        Failure::Policies(vec![mistake], loaded.sources.clone()).into()
    })
}

/// Judges the revision to compare with, on its own day and on that of the run.
fn earlier(arguments: &Arguments, name: &str, as_of: Date) -> Result<Earlier, Error> {
    let opening = &arguments.opening;
    let paths = match arguments.paths.as_slice() {
        [] => vec![PathBuf::from(".")],
        given => given.to_owned(),
    };
    let revision = opening.repository(&paths)?.revision(name)?;
    let day = committed_on(&revision.identity)?;
    let beside = opening.ground_beside(&paths, &revision)?;
    let workspace = opening.workspace(&paths, &beside, &opening.ground(&paths)?)?;
    let judge = |day: Date| -> Result<Assessment, Error> {
        let input = workspace.input(day);
        let loaded = Arc::new(check::load_with(&input, &workspace.kinds)?);
        Ok(check::sum_up(&input, check::judge(&input, &loaded)?, None))
    };
    Ok(Earlier {
        name: name.to_owned(),
        then: judge(day)?,
        aged: judge(as_of)?,
    })
}

/// The renderer of the format and paper that are asked for.
fn renderer(arguments: &Arguments) -> Result<Renderer, Error> {
    let format = arguments.format.as_str();
    let usage = |message: String| Error::new(ErrorKind::Usage, message);
    let found = match &arguments.paper {
        Some(paper) if format == PDF => on_paper(paper),
        Some(_) => {
            let message = format!("`--paper` is for pages, and {format} has none");
            return Err(usage(message).hint("`-f pdf` writes pages"));
        }
        None => by_name(format),
    };
    found.ok_or_else(|| {
        usage(format!("this govlint was built without {format}"))
            .hint("released programs write it; so does `cargo install govlint --features pdf`")
            .hint("`-f html` writes a page that a browser prints")
    })
}

fn write(
    arguments: &Arguments,
    render: Renderer,
    report: &Report,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let Some(path) = &arguments.output else {
        return Ok(render(report, &mut terminal.out)?);
    };
    let written = File::create(path).and_then(|file| {
        let mut out = BufWriter::new(file);
        render(report, &mut out)?;
        out.flush()
    });
    written.map_err(|error| {
        let message = format!("{} cannot be written: {}", path.display(), reason(&error));
        Error::new(ErrorKind::Io, message)
    })
}
