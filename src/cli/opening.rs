//! What all commands that read documents have in common: which folder, which date.

use std::env;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::check::{self, Failure, Loaded};
use crate::error::{Error, ErrorKind};
use crate::evaluate::{Circumstances, Seen};
use crate::expr::RuleNames;
use crate::host::os;
use crate::rule::Rule;
use crate::scalar::Date;
use crate::syntax::limits;
use crate::workspace::{Places, Workspace};

/// The variable that holds the date of the run where no flag gives it.
const AS_OF_VARIABLE: &str = "GOVLINT_AS_OF";

/// The path under which the standard input is read.
const STANDARD_INPUT: &str = "stdin.yaml";

/// The configuration and the date.
#[derive(Debug, Args)]
pub(super) struct Opening {
    /// Configuration to use instead of the nearest govlint.yaml
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Date on which everything is judged (YYYY-MM-DD); else `GOVLINT_AS_OF`, else today
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<String>,
}

/// A folder with everything in it read.
pub(super) struct Opened {
    /// Its configuration, packs and kinds.
    pub(super) workspace: Workspace,
    /// Its documents and rules.
    pub(super) loaded: Loaded,
    /// The date of the run.
    pub(super) as_of: Date,
}

impl Opened {
    /// What rules can know besides the documents.
    pub(super) fn circumstances(&self) -> Circumstances<'_> {
        Circumstances {
            as_of: self.as_of,
            from: None,
            files: &self.loaded.files,
            explain_not_evaluable: false,
            only: None,
        }
    }

    /// What is seen while a rule or an expression is evaluated; the verdicts of all rules only if
    /// they are read, since they take a whole run.
    pub(super) fn seen<'s>(
        &'s self,
        circumstances: &'s Circumstances<'s>,
        reads_verdicts: bool,
    ) -> Result<Seen<'s>, Error> {
        let Loaded {
            policies, catalog, ..
        } = &self.loaded;
        if !reads_verdicts {
            return Ok(Seen::without_verdicts(policies, circumstances));
        }
        let faulty = check::faulty_resources(&self.loaded);
        let seen = Seen::with_verdicts(policies, catalog, circumstances, &faulty);
        seen.map_err(|failure| Failure::Rule(failure, self.loaded.sources.clone()).into())
    }

    /// The rule that `word` names.
    pub(super) fn rule(&self, word: &str) -> Result<&Rule, Error> {
        let policies = &self.loaded.policies;
        policies.find(word).ok_or_else(|| {
            let error = Error::new(ErrorKind::Usage, format!("there is no rule `{word}`"));
            match policies.rules.similar(word) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("`govlint rules` lists them"),
            }
        })
    }
}

impl Opening {
    /// Opens what `paths` name; the current folder if they name nothing.
    pub(super) fn open(&self, paths: &[PathBuf]) -> Result<Workspace, Error> {
        let current = [PathBuf::from(".")];
        self.open_no_more(if paths.is_empty() { &current } else { paths })
    }

    /// Opens the policies and schemas of the current folder, and no documents.
    pub(super) fn open_policies(&self) -> Result<Workspace, Error> {
        self.open_no_more(&[])
    }

    fn open_no_more(&self, paths: &[PathBuf]) -> Result<Workspace, Error> {
        let (input, files): (Vec<&PathBuf>, Vec<&PathBuf>) =
            paths.iter().partition(|path| **path == *Path::new("-"));
        let given = if input.is_empty() {
            None
        } else {
            Some((STANDARD_INPUT.to_owned(), read_standard_input()?))
        };
        let files: Vec<PathBuf> = files.into_iter().cloned().collect();
        let opened = os::open(&files, self.config.as_deref())?;
        let name: Vec<String> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let configuration = opened.configuration.as_ref();
        Workspace::open(Places {
            name: name.join(", "),
            documents: &opened.folder,
            paths: &opened.paths,
            given,
            own: configuration.map_or(&opened.folder, |found| &found.folder),
            configuration: configuration.map(|found| found.name.clone()),
            own_shown: configuration.map_or(String::new(), |found| found.shown.clone()),
            is_one: configuration.is_none_or(|found| found.folder == opened.folder),
        })
    }

    /// Opens what `paths` name, and reads documents and policies.
    pub(super) fn load(&self, paths: &[PathBuf]) -> Result<Opened, Error> {
        let workspace = self.open(paths)?;
        let as_of = self.date(&workspace)?;
        let loaded = check::load_with(&workspace.input(as_of), &workspace.kinds)?;
        Ok(Opened {
            workspace,
            loaded,
            as_of,
        })
    }

    /// The date of the run: the flag, the variable, or today.
    pub(super) fn date(&self, workspace: &Workspace) -> Result<Date, Error> {
        if let Some(text) = &self.as_of {
            return parse_date("--as-of", text);
        }
        if let Some(text) = env::var_os(AS_OF_VARIABLE).filter(|text| !text.is_empty()) {
            return parse_date(AS_OF_VARIABLE, &text.to_string_lossy());
        }
        match &workspace.config.timezone {
            Some(zone) => os::today(&zone.value).map_err(|reason| {
                let help = "write a name of the IANA database: Europe/Berlin, America/New_York";
                workspace.mistaken(zone.span, reason, help)
            }),
            None => os::today("UTC").map_err(|reason| Error::new(ErrorKind::Io, reason)),
        }
    }
}

/// Reads the date that a flag or variable gives.
pub(super) fn parse_date(source: &str, text: &str) -> Result<Date, Error> {
    Date::parse(text).map_err(|wrong| {
        let error = Error::new(ErrorKind::Usage, format!("{source}: {}", wrong.message));
        error.hint(wrong.help.unwrap_or_else(|| "write YYYY-MM-DD".to_owned()))
    })
}

fn read_standard_input() -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut input = io::stdin().lock().take(limits::SIZE as u64 + 1);
    input.read_to_end(&mut bytes).map_err(|error| {
        let message = format!("the standard input cannot be read: {error}");
        Error::new(ErrorKind::Io, message)
    })?;
    Ok(bytes)
}
