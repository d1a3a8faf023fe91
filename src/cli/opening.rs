//! What all commands that read documents have in common: which folder, which date.

use std::env;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::assessment::DateSource;
use crate::check::{self, Failure, Loaded};
use crate::error::{Error, ErrorKind};
use crate::evaluate::{Circumstances, Seen};
use crate::expr::RuleNames;
use crate::host::git::{Repository, Revision, join};
use crate::host::{Host, Opened as Found, os};
use crate::rule::Rule;
use crate::scalar::Date;
use crate::snapshot::RevisionIdentity;
use crate::syntax::limits;
use crate::workspace::{Places, Workspace};

/// The variable that holds the date of the run where no flag gives it.
const AS_OF_VARIABLE: &str = "GOVLINT_AS_OF";

/// The path under which the standard input is read.
const STANDARD_INPUT: &str = "stdin.yaml";

/// The configuration, the date and the revision.
#[derive(Debug, Default, Args)]
pub(super) struct Opening {
    /// Configuration, instead of the nearest govlint.yaml
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Date to judge by, else `GOVLINT_AS_OF`, else today
    ///
    /// Written YYYY-MM-DD. Give one where the result must be the same tomorrow. With --at, today is
    /// the day on which the revision was committed; else it is taken in the `timezone` of the
    /// configuration, or in UTC.
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<String>,
    /// Read a revision instead of files: tag, branch or commit
    #[arg(long, value_name = "REV")]
    pub(super) at: Option<String>,
    /// Repository that holds the revision, and folder that paths start from [default: .]
    #[arg(long, hide_short_help = true, value_name = "DIR", requires = "at")]
    pub(super) repo: Option<PathBuf>,
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
        match &self.at {
            Some(name) => self.open_at(paths, &self.repository()?.revision(name)?),
            None => self.open_files(paths),
        }
    }

    /// The repository that revisions are looked up in.
    pub(super) fn repository(&self) -> Result<Repository, Error> {
        Repository::discover(self.repo.as_deref().unwrap_or(Path::new(".")))
    }

    /// Opens what `paths` name in a revision: its documents, under its own configuration, policies
    /// and schemas.
    pub(super) fn open_at(
        &self,
        paths: &[PathBuf],
        revision: &Revision,
    ) -> Result<Workspace, Error> {
        if paths.iter().any(|path| *path == *Path::new("-")) {
            let message = "the standard input belongs to no revision";
            return Err(Error::new(ErrorKind::Usage, message).hint("leave out `-` or `--at`"));
        }
        let opened = revision.open(paths, self.config.as_deref())?;
        let mut workspace = Workspace::open(places(&opened, named(paths), None))?;
        workspace.snapshot.revision = Some(revision.identity.clone());
        Ok(workspace)
    }

    fn open_files(&self, paths: &[PathBuf]) -> Result<Workspace, Error> {
        let (input, files): (Vec<&PathBuf>, Vec<&PathBuf>) =
            paths.iter().partition(|path| **path == *Path::new("-"));
        let given = if input.is_empty() {
            None
        } else {
            Some((STANDARD_INPUT.to_owned(), read_standard_input()?))
        };
        let files: Vec<PathBuf> = files.into_iter().cloned().collect();
        let opened = os::open(&files, self.config.as_deref())?;
        Workspace::open(places(&opened, named(paths), given))
    }

    /// Opens in another revision what `paths` name, so that the two can be compared: in the folder
    /// that paths are spelled from, and without what the revision does not hold.
    pub(super) fn open_beside(
        &self,
        paths: &[PathBuf],
        revision: &Revision,
    ) -> Result<Workspace, Error> {
        let current = [PathBuf::from(".")];
        let paths = if paths.is_empty() { &current } else { paths };
        let name = named(paths);
        let mut workspace = match &self.at {
            Some(own) => {
                let own = revision.repository().revision(own)?;
                let opened = own.open(paths, self.config.as_deref())?;
                let configuration = self.config.as_ref().and(opened.configuration.as_ref());
                let configuration =
                    configuration.map(|found| join(found.folder.folder(), &found.name));
                let root = opened.folder.folder();
                let beside = revision.open_beside(root, &opened.paths, configuration.as_deref())?;
                Workspace::open(places(&beside, name, None))?
            }
            None => self.open_beside_files(paths, name, revision)?,
        };
        workspace.snapshot.revision = Some(revision.identity.clone());
        Ok(workspace)
    }

    fn open_beside_files(
        &self,
        paths: &[PathBuf],
        name: String,
        revision: &Revision,
    ) -> Result<Workspace, Error> {
        let files = paths.iter().filter(|path| **path != *Path::new("-"));
        let files: Vec<PathBuf> = files.cloned().collect();
        let opened = os::open(&files, self.config.as_deref())?;
        let repository = revision.repository();
        let root = repository.place(opened.folder.path()).ok_or_else(|| {
            let message = format!("{name} is outside of the repository of the revision");
            Error::new(ErrorKind::Usage, message)
        })?;
        let given = self.config.as_ref().and(opened.configuration.as_ref());
        let configuration = given.and_then(|found| {
            let folder = repository.place(found.folder.path())?;
            Some(join(&folder, &found.name))
        });
        let beside = revision.open_beside(&root, &opened.paths, configuration.as_deref())?;
        let mut places = places(&beside, name, None);
        if let (Some(found), None) = (given, &configuration) {
            // What is kept outside of the repository is the same for both.
            places.own = &found.folder;
            places.configuration = Some(found.name.clone());
            places.own_shown.clone_from(&found.shown);
            places.is_one = false;
        }
        Workspace::open(places)
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

    /// The date of the run: the flag, the variable, the day of the revision, or today.
    pub(super) fn date(&self, workspace: &Workspace) -> Result<Date, Error> {
        Ok(self.dated(workspace)?.0)
    }

    /// The date of the run, and where it comes from.
    pub(super) fn dated(&self, workspace: &Workspace) -> Result<(Date, DateSource), Error> {
        if let Some(text) = &self.as_of {
            return Ok((parse_date("--as-of", text)?, DateSource::Flag));
        }
        if let Some(text) = env::var_os(AS_OF_VARIABLE).filter(|text| !text.is_empty()) {
            let date = parse_date(AS_OF_VARIABLE, &text.to_string_lossy())?;
            return Ok((date, DateSource::Variable));
        }
        if let Some(revision) = workspace
            .snapshot
            .revision
            .as_ref()
            .filter(|_| self.at.is_some())
        {
            return Ok((committed_on(revision)?, DateSource::Revision));
        }
        let today = match &workspace.config.timezone {
            Some(zone) => os::today(&zone.value).map_err(|reason| {
                let help = "write a name of the IANA database: Europe/Berlin, America/New_York";
                workspace.mistaken(zone.span, reason, help)
            }),
            None => os::today("UTC").map_err(|reason| Error::new(ErrorKind::Io, reason)),
        };
        Ok((today?, DateSource::Today))
    }
}

/// The day on which a revision was committed, on the calendar of whoever committed it.
fn committed_on(revision: &RevisionIdentity) -> Result<Date, Error> {
    revision.committer.date().ok_or_else(|| {
        let asked = &revision.asked;
        let message = format!("`{asked}` was committed at a time outside of the calendar");
        Error::new(ErrorKind::Usage, message).hint("give the date with --as-of")
    })
}

/// How people have named what is to be read.
fn named(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    names.join(", ")
}

fn places<H: Host + PartialEq>(
    opened: &Found<H>,
    name: String,
    given: Option<(String, Vec<u8>)>,
) -> Places<'_> {
    let configuration = opened.configuration.as_ref();
    Places {
        name,
        documents: &opened.folder,
        paths: &opened.paths,
        given,
        own: configuration.map_or(&opened.folder, |found| &found.folder),
        configuration: configuration.map(|found| found.name.clone()),
        own_shown: configuration.map_or(String::new(), |found| found.shown.clone()),
        is_one: configuration.is_none_or(|found| found.folder == opened.folder),
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
