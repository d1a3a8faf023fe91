//! `govlint history`: the assessment at one revision after another.

mod csv;
mod json;
mod origin;
mod selection;
mod table;

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::opening::{Opening, parse_date};
use super::output::write_json;
use super::terminal::Terminal;
use crate::error::{Error, ErrorKind, ExitStatus};
use crate::host::git::{Line, Revision};
use crate::render::human::{Palette, clean};
use crate::workspace::Workspace;
use crate::workspace::history::{Chronicle, Historian, Judged, Wishes};

/// Show how findings came and went over revisions
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Revisions to look at [default: all tags]
    ///
    /// That is, those on the line of first parents of HEAD, or of --at.
    #[arg(value_name = "REV", conflicts_with = "monthly")]
    revisions: Vec<String>,
    /// Look at the last commit of each month instead
    #[arg(long)]
    monthly: bool,
    /// Find the commit that brought each open finding
    ///
    /// It looks at commits in between.
    #[arg(long)]
    exact: bool,
    /// Folder or file to check, several times if wanted
    ///
    /// It is checked in each revision; else the whole repository is.
    #[arg(long = "path", value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    opening: Opening,
    /// Report only on these: rules, codes or policies
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not report on these: rules, codes or policies
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    ignore: Vec<String>,
    /// How to write the history
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Form,
}

/// How a history is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Form {
    /// Tables for people
    #[default]
    Human,
    /// Everything, for programs
    Json,
    /// Open findings by revision, policy and severity
    Csv,
    /// Every finding there ever was, with its times
    FindingsCsv,
}

const EXAMPLES: &str = "\
Examples:
  govlint history                          all tags
  govlint history --monthly                the last commit of each month
  govlint history v2025 v2026 HEAD
  govlint history --monthly --exact        and which commit brought each open finding
  govlint history --format csv > open.csv";

/// A history, and what is to be said about how it came about.
struct Told {
    chronicle: Chronicle,
    /// Revisions that were left out, and why.
    notes: Vec<String>,
}

/// Judges one revision after another, and writes what they show.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    let teller = Teller::new(arguments)?;
    let (line, revisions, notes) = selection::select(arguments, &teller.head)?;
    let mut told = Told {
        chronicle: Chronicle::default(),
        notes,
    };
    let last_is_judged = teller.tell(&revisions, &mut told, terminal)?;
    if told.chronicle.moments.is_empty() {
        say_notes(&told.notes, terminal)?;
        return Err(Error::new(ErrorKind::Usage, "no revision could be judged"));
    }
    if arguments.exact {
        origin::find(&teller, &line, &mut told, terminal)?;
    }
    match arguments.format {
        Form::Human => table::write(&told.chronicle, terminal)?,
        Form::Json => write_json(&json::describe(&told), terminal)?,
        Form::Csv => csv::write_open(&told.chronicle, &mut terminal.out)?,
        Form::FindingsCsv => csv::write_findings(&told.chronicle, &mut terminal.out)?,
    }
    terminal.out.flush()?;
    say_notes(&told.notes, terminal)?;
    let moments = told.chronicle.moments.iter();
    let is_whole = last_is_judged && moments.clone().all(|moment| moment.unread.is_empty());
    if is_whole {
        Ok(ExitStatus::Clean)
    } else {
        Ok(ExitStatus::CouldNotRun)
    }
}

/// Judges revisions as the command line wishes.
struct Teller<'a> {
    arguments: &'a Arguments,
    opening: Opening,
    paths: Vec<PathBuf>,
    head: Revision,
}

impl<'a> Teller<'a> {
    fn new(arguments: &'a Arguments) -> Result<Self, Error> {
        // Paths are those of the last revision, whatever lies in the working tree.
        let opening = Opening {
            at: Some(arguments.opening.at.clone().unwrap_or("HEAD".to_owned())),
            ..arguments.opening.clone()
        };
        if let Some(text) = &opening.as_of {
            parse_date("--as-of", text)?;
        }
        let paths = match arguments.paths.as_slice() {
            [] => vec![PathBuf::from(".")],
            given => given.to_owned(),
        };
        Ok(Self {
            head: opening.revision(&paths)?,
            arguments,
            opening,
            paths,
        })
    }

    fn historian(&self) -> Historian {
        Historian::new(Wishes {
            select: self.arguments.select.clone(),
            ignore: self.arguments.ignore.clone(),
        })
    }

    /// Judges all revisions; what cannot be judged becomes a note. Says whether the last one could.
    fn tell(
        &self,
        revisions: &[Revision],
        told: &mut Told,
        terminal: &mut Terminal,
    ) -> Result<bool, Error> {
        let mut historian = self.historian();
        let mut is_judged = true;
        for (number, revision) in revisions.iter().enumerate() {
            show_progress(number, revisions.len(), terminal)?;
            let asked = &revision.identity.asked;
            match self.judge(&mut historian, revision) {
                Ok(judged) => {
                    self.add(&mut historian, judged, &mut told.chronicle)?;
                    is_judged = true;
                }
                Err(error) => {
                    let note = format!("{asked} could not be judged: {}", error.message);
                    told.notes.push(note);
                    is_judged = false;
                }
            }
        }
        if let Some(last) = historian.previous() {
            told.chronicle.end(last);
        }
        end_progress(terminal)?;
        Ok(is_judged)
    }

    /// Judges one revision.
    fn judge(&self, historian: &mut Historian, revision: &Revision) -> Result<Judged, Error> {
        let before = historian.previous().map(|before| &before.workspace);
        let workspace = self.workspace(revision, before)?;
        let as_of = self.opening.date(&workspace)?;
        Ok(historian.judge(workspace, as_of)?)
    }

    fn workspace(
        &self,
        revision: &Revision,
        before: Option<&Workspace>,
    ) -> Result<Workspace, Error> {
        let located = self.opening.ground_beside(&self.paths, revision)?;
        let opening = &self.opening;
        opening.workspace_after(&self.paths, &located, &located, before)
    }

    /// Adds a judged revision to the chronicle, which may need it to be judged once more.
    fn add(
        &self,
        historian: &mut Historian,
        judged: Judged,
        chronicle: &mut Chronicle,
    ) -> Result<(), Error> {
        let across = match historian.previous() {
            Some(before) if historian.asks_otherwise(&judged) => {
                let workspace = self.across(&judged, before)?;
                Some(historian.judge_across(workspace, judged.as_of)?)
            }
            _ => None,
        };
        chronicle.add(&judged, historian.previous(), across.as_ref());
        historian.move_on(judged);
        Ok(())
    }

    /// The records of a revision under the policies of the one before.
    fn across(&self, judged: &Judged, before: &Judged) -> Result<Workspace, Error> {
        let revision = |judged: &Judged| {
            let identity = judged.workspace.snapshot.revision.as_ref();
            let id = identity.map(|identity| identity.commit.to_string());
            self.head.repository().revision(&id.unwrap_or_default())
        };
        let documents = self
            .opening
            .ground_beside(&self.paths, &revision(judged)?)?;
        let own = self
            .opening
            .ground_beside(&self.paths, &revision(before)?)?;
        let (opening, paths) = (&self.opening, &self.paths);
        opening.workspace_after(paths, &documents, &own, Some(&before.workspace))
    }
}

/// What a person reads who waits.
fn show_progress(number: usize, count: usize, terminal: &mut Terminal) -> Result<(), Error> {
    if terminal.is_watched {
        write!(terminal.error, "\r{} of {count} revisions", number + 1)?;
        terminal.error.flush()?;
    }
    Ok(())
}

fn end_progress(terminal: &mut Terminal) -> Result<(), Error> {
    if terminal.is_watched {
        write!(terminal.error, "\r\u{1b}[K")?;
        terminal.error.flush()?;
    }
    Ok(())
}

fn say_notes(notes: &[String], terminal: &mut Terminal) -> Result<(), Error> {
    let head = Palette::new(terminal.error_style).strong("note:");
    for note in notes {
        writeln!(terminal.error, "{head} {}", clean(note))?;
    }
    Ok(())
}

/// The line is needed where commits in between are looked at.
type Selected = (Line, Vec<Revision>, Vec<String>);
