//! `govlint man`: the manual pages, one for the program and one for each command.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man;

use super::terminal::Terminal;
use crate::error::{Error, ErrorKind, ExitStatus};
use crate::host::reason;

/// Print the manual page, or write those of all commands
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Folder to write the pages of all commands into
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  govlint man | man -l -
  govlint man --dir ~/.local/share/man/man1";

/// Prints the page of the program, or writes all pages.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    let mut command = super::command();
    command.build();
    match &arguments.dir {
        None => terminal.out.write_all(&page(&command)?)?,
        Some(folder) => write_all(&command, folder)?,
    }
    Ok(ExitStatus::Clean)
}

fn write_all(command: &Command, folder: &Path) -> Result<(), Error> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    write(folder, name, &page(command)?)?;
    for command in command.get_subcommands() {
        write_all(command, folder)?;
    }
    Ok(())
}

fn write(folder: &Path, name: &str, page: &[u8]) -> Result<(), Error> {
    let path = folder.join(format!("{name}.1"));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, page))
        .map_err(|error| {
            let message = format!("{} cannot be written: {}", path.display(), reason(&error));
            Error::new(ErrorKind::Io, message)
        })
}

/// What the foot of each page shows.
const VERSION: &str = concat!("govlint ", env!("CARGO_PKG_VERSION"));

/// What the page of the program says besides the flags.
const SECTIONS: &[(&str, &[(&str, &str)])] = &[
    (
        "EXIT STATUS",
        &[
            ("0", "Nothing was found at or above the threshold."),
            ("1", "There are findings."),
            (
                "2",
                "The job could not be done: a wrong flag, configuration, schema or rule, or a file \
                 that cannot be read.",
            ),
            ("3", "There was nothing to check."),
        ],
    ),
    (
        "ENVIRONMENT",
        &[
            ("GOVLINT_AS_OF", "The date to judge by, without --as-of."),
            ("NO_COLOR", "Switches colours off."),
            (
                "CLICOLOR_FORCE, FORCE_COLOR",
                "Switch colours on where the output is no terminal.",
            ),
            ("CI", "Switches links and the line of progress off."),
        ],
    ),
    (
        "FILES",
        &[
            (
                "govlint.yaml",
                "The configuration, in the checked folder or the nearest one above it within the \
                 repository.",
            ),
            (
                "policies/",
                "Rules of the organization, beside govlint.yaml.",
            ),
            (
                "schemas/",
                "Kinds of the organization, beside govlint.yaml.",
            ),
        ],
    ),
];

fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let man = Man::new(command.clone()).source(VERSION);
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    if command.get_name() == super::NAME {
        write_sections(&mut page)?;
    }
    write_examples(command, &mut page)?;
    Ok(page)
}

fn write_sections(page: &mut Vec<u8>) -> io::Result<()> {
    for (heading, entries) in SECTIONS {
        writeln!(page, ".SH \"{heading}\"")?;
        for (term, text) in *entries {
            writeln!(page, ".TP\n{}\n{}", line(term), line(text))?;
        }
    }
    Ok(())
}

/// The examples of a command, each on its own line as it is written.
fn write_examples(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    let help = command.get_after_long_help().map(ToString::to_string);
    let examples = help
        .as_deref()
        .and_then(|help| help.split_once("Examples:\n"));
    let Some((_, examples)) = examples else {
        return Ok(());
    };
    writeln!(page, ".SH EXAMPLES\n.nf")?;
    for example in examples.lines() {
        writeln!(page, "{}", line(example.trim()))?;
    }
    writeln!(page, ".fi")
}

/// A line that roff prints as it is: neither a request nor an escape.
fn line(text: &str) -> String {
    format!("\\&{}", text.replace('\\', "\\e").replace('-', "\\-"))
}
