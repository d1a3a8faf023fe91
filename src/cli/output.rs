//! In which formats a result is written, and where to.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, ValueEnum};
use serde_json::{Value, json};

use super::terminal::Terminal;
use crate::assessment::Assessment;
use crate::error::{Error, ErrorKind};
use crate::finding::Label;
use crate::host::reason;
use crate::render::human::{Palette, clean, place};
use crate::render::{FORMATS, Style, by_name};
use crate::source::Sources;

/// How a short answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Form {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

/// Writes an answer for programs.
pub(super) fn write_json(answer: &Value, terminal: &mut Terminal) -> Result<(), Error> {
    serde_json::to_writer_pretty(&mut terminal.out, answer).map_err(io::Error::from)?;
    writeln!(terminal.out)?;
    Ok(())
}

/// A place for programs: lines and columns count from 1.
pub(super) fn place_json(sources: &Sources, label: &Label) -> Value {
    let source = sources.get(label.span.source);
    let start = source
        .lines()
        .line_column(source.text(), label.span.range.start);
    json!({
        "path": source.path(),
        "line": start.line,
        "column": start.column,
        "text": label.text,
    })
}

/// Places for programs.
pub(super) fn places_json(sources: &Sources, labels: &[Label]) -> Value {
    labels
        .iter()
        .map(|label| place_json(sources, label))
        .collect()
}

/// Writes places for people, one a line: where, and what stands there.
pub(super) fn write_places(
    sources: &Sources,
    labels: &[Label],
    indent: &str,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let palette = Palette::new(terminal.style);
    let places: Vec<String> = labels
        .iter()
        .map(|label| place(sources, label.span))
        .collect();
    let width = places.iter().map(|place| place.chars().count()).max();
    for (label, place) in labels.iter().zip(&places) {
        let gap = " ".repeat(width.unwrap_or(0) - place.chars().count() + 2);
        let line = format!("{}{gap}{}", palette.place(place), clean(&label.text));
        writeln!(terminal.out, "{indent}{}", line.trim_end())?;
    }
    Ok(())
}

/// The format for people.
const HUMAN: &str = "human";

/// `--format` and `--output` in the order in which they were given.
#[derive(Debug, Clone)]
pub(super) struct OutputArguments(Vec<Word>);

/// One of them.
#[derive(Debug, Clone)]
enum Word {
    Format(String),
    File(PathBuf),
}

/// Results to be written.
#[derive(Debug)]
pub(super) struct Outputs(Vec<Output>);

/// One result to be written.
#[derive(Debug)]
struct Output {
    /// The name of the format.
    format: String,
    /// The file; none for the standard output.
    file: Option<PathBuf>,
}

impl Outputs {
    /// True if one of them also tells what could not be evaluated.
    pub(super) fn tell_everything(&self) -> bool {
        let formats = self.0.iter().filter_map(|output| by_name(&output.format));
        formats.into_iter().any(|format| format.tells_everything)
    }

    /// True if one of them names the revision that files stand on.
    pub(super) fn name_revision(&self) -> bool {
        let formats = self.0.iter().filter_map(|output| by_name(&output.format));
        formats.into_iter().any(|format| format.names_revision)
    }

    /// True if a person reads the result.
    pub(super) fn are_read_by_people(&self) -> bool {
        self.0
            .iter()
            .any(|output| output.format == HUMAN && output.file.is_none())
    }

    /// Writes the assessment in every format asked for.
    pub(super) fn write(
        &self,
        assessment: &Assessment,
        style: Style,
        terminal: &mut Terminal,
    ) -> Result<(), Error> {
        for output in &self.0 {
            let Some(format) = by_name(&output.format) else {
                continue;
            };
            match &output.file {
                None => (format.render)(assessment, style, &mut terminal.out)?,
                Some(file) => write_file(file, &mut |out| {
                    (format.render)(assessment, plain(style), out)
                })?,
            }
        }
        Ok(())
    }

    /// Writes in every format asked for why there is no assessment, so that the failure looks like
    /// success to no reader. A person at the terminal is told on the standard error.
    pub(super) fn write_error(&self, error: &Error, terminal: &mut Terminal) -> Result<(), Error> {
        let trouble = error.trouble();
        for output in &self.0 {
            let Some(format) = by_name(&output.format) else {
                continue;
            };
            let style = plain(terminal.style);
            match &output.file {
                None if output.format == HUMAN => {}
                None => (format.trouble)(&trouble, style, &mut terminal.out)?,
                Some(file) => {
                    write_file(file, &mut |out| (format.trouble)(&trouble, style, out))?;
                }
            }
        }
        Ok(())
    }
}

/// The style of a file: nothing that only a terminal understands.
fn plain(style: Style) -> Style {
    Style {
        verbose: style.verbose,
        quiet: style.quiet,
        ..Style::default()
    }
}

fn write_file(
    path: &Path,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    let written = File::create(path).and_then(|file| {
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        out.flush()
    });
    written.map_err(|error| {
        let reason = reason(&error);
        let message = format!("{} cannot be written: {reason}", path.display());
        Error::new(ErrorKind::Io, message)
    })
}

impl FromArgMatches for OutputArguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given: Vec<(usize, Word)> = Vec::new();
        let formats = matches.get_many::<String>("format").unwrap_or_default();
        let at = matches.indices_of("format").unwrap_or_default();
        given.extend(at.zip(formats.map(|name| Word::Format(name.clone()))));
        let files = matches.get_many::<PathBuf>("output").unwrap_or_default();
        let at = matches.indices_of("output").unwrap_or_default();
        given.extend(at.zip(files.map(|file| Word::File(file.clone()))));
        given.sort_by_key(|(at, _)| *at);
        Ok(Self(given.into_iter().map(|(_, word)| word).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for OutputArguments {
    fn augment_args(command: Command) -> Command {
        let names = FORMATS.iter().map(|format| format.name);
        let format = Arg::new("format")
            .short('f')
            .long("format")
            .value_name("FORMAT")
            .action(ArgAction::Append)
            .value_parser(PossibleValuesParser::new(names))
            .help("How to write the result; may be given several times [default: human]");
        let output = Arg::new("output")
            .short('o')
            .long("output")
            .value_name("FILE")
            .action(ArgAction::Append)
            .value_parser(clap::value_parser!(PathBuf))
            .help("File for the format before it [default: stdout]");
        command.arg(format).arg(output)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl OutputArguments {
    /// Pairs each file with the format before it, or with the one after it if there is none
    /// before. Without any, a person reads the standard output.
    pub(super) fn pair(&self) -> Result<Outputs, Error> {
        let mut outputs = paired(&self.0)?;
        if outputs.is_empty() {
            outputs.push(Output {
                format: HUMAN.to_owned(),
                file: None,
            });
        }
        let mut direct = outputs.iter().filter(|output| output.file.is_none());
        if let (Some(_), Some(second)) = (direct.next(), direct.next()) {
            let message = "only one format can go to the standard output";
            let hint = format!("write `--output FILE` after `--format {}`", second.format);
            return Err(Error::new(ErrorKind::Usage, message).hint(hint));
        }
        Ok(Outputs(outputs))
    }
}

fn paired(given: &[Word]) -> Result<Vec<Output>, Error> {
    let mut outputs = Vec::new();
    let (mut format, mut file): (Option<String>, Option<PathBuf>) = (None, None);
    for word in given.iter().cloned() {
        match word {
            Word::Format(name) if file.is_some() => outputs.push(Output {
                format: name,
                file: file.take(),
            }),
            Word::Format(name) => outputs.extend(
                format
                    .replace(name)
                    .map(|format| Output { format, file: None }),
            ),
            Word::File(path) => match (format.take(), &file) {
                (Some(format), _) => outputs.push(Output {
                    format,
                    file: Some(path),
                }),
                (None, None) => file = Some(path),
                (None, Some(_)) => return Err(without_format(&path)),
            },
        }
    }
    outputs.extend(format.map(|format| Output { format, file: None }));
    if let Some(path) = file {
        let format = by_extension(&path).ok_or_else(|| without_format(&path))?;
        outputs.push(Output {
            format,
            file: Some(path),
        });
    }
    Ok(outputs)
}

/// The format that is named like the extension of a file.
fn by_extension(path: &Path) -> Option<String> {
    let extension = path.extension()?.to_str()?;
    by_name(extension).map(|_| extension.to_owned())
}

fn without_format(path: &Path) -> Error {
    let message = format!("`--output {}` has no format", path.display());
    Error::new(ErrorKind::Usage, message).hint("write `--format FORMAT` before it")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `given` holds formats, and files as `>file`.
    fn check(given: &str, expected: &str) {
        let words = given
            .split_whitespace()
            .map(|word| match word.strip_prefix('>') {
                Some(file) => Word::File(file.into()),
                None => Word::Format(word.to_owned()),
            });
        let found = match OutputArguments(words.collect()).pair() {
            Err(error) => error.message,
            Ok(Outputs(outputs)) => {
                let shown = outputs.iter().map(|Output { format, file }| match file {
                    Some(file) => format!("{format}>{}", file.display()),
                    None => format.clone(),
                });
                shown.collect::<Vec<_>>().join(" ")
            }
        };
        assert!(found.starts_with(expected), "{given}: {found}");
    }

    #[test]
    fn files_belong_to_formats() {
        check("", "human");
        check("json", "json");
        check("json >a", "json>a");
        check(">a json", "json>a");
        check("human json >a", "human json>a");
        check("json >a human", "json>a human");
        check("json >a json >b", "json>a json>b");
        check(">a.json", "json>a.json");
        check("json human", "only one format");
        check("json >a >b", "`--output b` has no format");
        check(">a >b json", "`--output b` has no format");
    }
}
