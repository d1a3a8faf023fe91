//! The command line: one file per command, all of the same shape.
//!
//! A command fetches what the pure core needs, calls it, and renders. Results go to the standard
//! output, everything else to the standard error.

mod baseline;
mod check;
mod comparing;
mod completions;
mod diff;
mod eval;
mod explain;
mod forecast;
mod history;
mod man;
mod mending;
mod opening;
mod output;
mod report;
mod rules;
mod schema;
mod score;
mod subject;
mod terminal;
mod test;
mod waivers;

use std::ffi::OsString;
use std::io::Write;

use clap::{CommandFactory, Parser, Subcommand};

use crate::error::{Error, ErrorKind, ExitStatus};
use crate::render::human;
use terminal::{ColourChoice, Terminal};

/// Checks governance records kept as YAML against policies
#[derive(Debug, Parser)]
#[command(
    name = NAME,
    version,
    propagate_version = true,
    max_term_width = WIDEST_HELP,
    after_help = EXIT_STATUS,
    after_long_help = AFTER_LONG_HELP,
    disable_help_subcommand = true
)]
struct Arguments {
    /// When to use colours
    #[arg(
        long,
        value_enum,
        default_value_t,
        global = true,
        hide_short_help = true,
        value_name = "WHEN"
    )]
    color: ColourChoice,
    #[command(subcommand)]
    command: Command,
}

/// The name of the program.
const NAME: &str = "govlint";

/// Columns that help fits into; a terminal has no fewer.
const WIDEST_HELP: usize = 80;

const EXIT_STATUS: &str =
    "Exit status: 0 clean, 1 findings, 2 could not do the job, 3 nothing to check.";

const AFTER_LONG_HELP: &str = "\
Exit status: 0 clean, 1 findings, 2 could not do the job, 3 nothing to check.

Examples:
  govlint check                  the records of the current folder
  govlint explain CODE           why a rule exists, and what to do
  govlint COMMAND --help         examples of a command";

/// A command is its file, its `mod` line above, and its line in this list, which is in the order of
/// the help.
macro_rules! commands {
    ($($name:ident => $module:ident),+ $(,)?) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $($name($module::Arguments),)+
        }

        impl Command {
            fn run(&self, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
                match self {
                    $(Self::$name(arguments) => $module::run(arguments, terminal),)+
                }
            }
        }
    };
}

commands! {
    Check => check,
    Diff => diff,
    Waivers => waivers,
    Baseline => baseline,
    Forecast => forecast,
    Report => report,
    Score => score,
    History => history,
    Explain => explain,
    Eval => eval,
    Rules => rules,
    Test => test,
    Schema => schema,
    Completions => completions,
    Man => man,
}

/// Runs the command line and says how it ends.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitStatus {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return show_usage(&error),
    };
    let mut terminal = Terminal::open(arguments.color);
    let ended = arguments.command.run(&mut terminal);
    let ended = ended.and_then(|status| {
        terminal.out.flush()?;
        Ok(status)
    });
    ended.unwrap_or_else(|error| show(&error, &mut terminal))
}

/// All commands and flags, as data.
fn command() -> clap::Command {
    Arguments::command()
}

/// What clap has to say: help and version on the standard output, mistakes on the other.
fn show_usage(error: &clap::Error) -> ExitStatus {
    // Nobody is left to tell where the message itself cannot be written.
    let _ = error.print();
    if error.use_stderr() {
        ExitStatus::CouldNotRun
    } else {
        ExitStatus::Clean
    }
}

fn show(error: &Error, terminal: &mut Terminal) -> ExitStatus {
    if error.kind == ErrorKind::BrokenPipe {
        return error.exit_status();
    }
    let (style, out) = (terminal.error_style, &mut terminal.error);
    let mut written = terminal.out.flush();
    if let Some(inner) = &error.mistakes {
        let (mistakes, sources) = &**inner;
        written = written.and(human::mistakes(mistakes, sources, style, out));
    }
    written = written.and(human::problem(&error.message, &error.hints, style, out));
    match written.and(out.flush()) {
        // Whoever closed the error output has seen enough of it; the status still tells.
        Ok(()) | Err(_) => error.exit_status(),
    }
}
