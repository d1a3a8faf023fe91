//! Why a run could not be done.
//!
//! A broken document is a finding and never an [`Error`]; an error ends the run. Its kind decides
//! the exit status.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::process::ExitCode;

use crate::check::Failure;
use crate::render::Trouble;
use crate::rule::Mistake;
use crate::source::Sources;

/// How the command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Nothing at or above the threshold was found.
    Clean,
    /// Something was found.
    Findings,
    /// The job could not be done.
    CouldNotRun,
    /// There was nothing to check.
    NothingToCheck,
}

impl ExitStatus {
    /// The number that the system is given.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::CouldNotRun => 2,
            Self::NothingToCheck => 3,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.code())
    }
}

/// What sort of thing went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command line or the environment asks for something that does not exist.
    Usage,
    /// The configuration is wrong.
    Config,
    /// Rules, functions, relations, profiles or schemas are wrong.
    Policies,
    /// A file cannot be read or written.
    Io,
    /// Nothing was there to check.
    Nothing,
    /// Whoever read the output has seen enough.
    BrokenPipe,
}

/// Why a run could not be done, and the way out.
#[derive(Debug)]
pub struct Error {
    /// What sort of thing went wrong.
    pub kind: ErrorKind,
    /// One line without a full stop.
    pub message: String,
    /// What to do, one line each.
    pub hints: Vec<String>,
    /// The mistakes in files, if that is what it is about, with the texts they point into.
    pub mistakes: Option<Box<(Vec<Mistake>, Sources)>>,
}

impl Error {
    /// Returns an error of a kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hints: Vec::new(),
            mistakes: None,
        }
    }

    /// The same error with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Returns the error of a failed write to the output.
    #[must_use]
    pub fn writing(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(ErrorKind::BrokenPipe, "the output was closed");
        }
        Self::new(
            ErrorKind::Io,
            format!("the output cannot be written: {error}"),
        )
    }

    /// Returns the error of mistakes in files: `2 mistakes in govlint.yaml`.
    #[must_use]
    pub fn mistaken(kind: ErrorKind, mistakes: Vec<Mistake>, sources: Sources) -> Self {
        let number = match mistakes.len() {
            1 => "1 mistake".to_owned(),
            count => format!("{count} mistakes"),
        };
        let files: BTreeSet<&str> = mistakes
            .iter()
            .map(|mistake| mistake.primary.span.source)
            .filter(|source| source.index() < sources.len())
            .map(|source| sources.get(source).path())
            .collect();
        let message = match (files.first(), files.len()) {
            (Some(path), 1) => format!("{number} in {path}"),
            (_, 0) => number,
            (_, count) => format!("{number} in {count} files"),
        };
        Self {
            mistakes: Some(Box::new((mistakes, sources))),
            ..Self::new(kind, message)
        }
    }

    /// The same for a renderer.
    #[must_use]
    pub fn trouble(&self) -> Trouble<'_> {
        let mistakes = self.mistakes.as_deref();
        Trouble {
            version: env!("CARGO_PKG_VERSION"),
            status: self.exit_status().code(),
            message: &self.message,
            hints: &self.hints,
            mistakes: mistakes.map(|(mistakes, sources)| (mistakes.as_slice(), sources)),
        }
    }

    /// The status that a command ends with because of this.
    #[must_use]
    pub fn exit_status(&self) -> ExitStatus {
        match self.kind {
            ErrorKind::Usage | ErrorKind::Config | ErrorKind::Policies | ErrorKind::Io => {
                ExitStatus::CouldNotRun
            }
            ErrorKind::Nothing => ExitStatus::NothingToCheck,
            ErrorKind::BrokenPipe => ExitStatus::Clean,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::writing(&error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Schemas(errors) => {
                let count = errors.len();
                let error = Self::new(
                    ErrorKind::Policies,
                    format!(
                        "{count} {} in schemas",
                        if count == 1 { "mistake" } else { "mistakes" }
                    ),
                );
                errors
                    .iter()
                    .fold(error, |error, schema| error.hint(schema.to_string()))
            }
            Failure::Policies(mistakes, sources) => {
                Self::mistaken(ErrorKind::Policies, mistakes, sources)
            }
            Failure::Rule(failure, sources) => {
                let mistake = Mistake::new(failure.span, failure.to_string())
                    .help("ask for less: a rule that compares all with all does not scale");
                Self::mistaken(ErrorKind::Policies, vec![mistake], sources)
            }
            Failure::NoSuchRule(word, near) => {
                let error = Self::new(
                    ErrorKind::Usage,
                    format!("there is no rule or policy `{word}`"),
                );
                match near {
                    Some(near) => error.hint(format!("did you mean `{near}`?")),
                    None => error.hint("`govlint rules` lists them"),
                }
            }
        }
    }
}
