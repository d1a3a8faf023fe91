//! What all commands that read documents have in common: which folder, which date.

use std::env;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use rayon::prelude::*;

use crate::assessment::{DateSource, Upstream};
use crate::check::{self, Failure, Loaded};
use crate::error::{Error, ErrorKind};
use crate::evaluate::{Circumstances, Seen};
use crate::expr::RuleNames;
use crate::host::git::{self, Repository, Revision, Sides, join};
use crate::host::{CONFIGURATION_NAMES, Ground, Host, Opened as Found, os};
use crate::rule::Rule;
use crate::scalar::Date;
use crate::snapshot::{RevisionIdentity, Snapshot};
use crate::syntax::limits;
use crate::workspace::{POLICIES, Places, SCHEMAS, Workspace};

/// The variable that holds the date of the run where no flag gives it.
const AS_OF_VARIABLE: &str = "GOVLINT_AS_OF";

/// The path under which the standard input is read.
const STANDARD_INPUT: &str = "stdin.yaml";

/// The configuration, the date and the revision.
#[derive(Debug, Default, Clone, Args)]
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
    /// Read this tag, branch or commit instead of files
    #[arg(long, value_name = "REV")]
    pub(super) at: Option<String>,
    /// Repository that holds the revision, and folder that paths start from [default: .]
    #[arg(long, hide_short_help = true, value_name = "DIR")]
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
            words_may_lag: false,
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

/// Where documents or policies are, and in which revision.
pub(super) struct Located {
    ground: Ground,
    revision: Option<RevisionIdentity>,
    /// The text of the standard input.
    given: Option<(String, Vec<u8>)>,
}

impl Located {
    /// The revision, unless files are read.
    pub(super) fn revision(&self) -> Option<&RevisionIdentity> {
        self.revision.as_ref()
    }

    /// Where files are; none if a text was given in place of files.
    pub(super) fn host(&self) -> Option<&dyn Host> {
        self.given.is_none().then_some(&*self.ground.documents)
    }

    fn of(ground: Ground, revision: &Revision) -> Self {
        Self {
            ground,
            revision: Some(revision.identity.clone()),
            given: None,
        }
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
        let ground = self.ground(paths)?;
        self.workspace(paths, &ground, &ground)
    }

    /// Opens the documents of one place under the policies of another.
    pub(super) fn workspace(
        &self,
        paths: &[PathBuf],
        documents: &Located,
        own: &Located,
    ) -> Result<Workspace, Error> {
        self.workspace_after(paths, documents, own, None)
    }

    /// Opens the documents of one place under the policies of another, after another revision.
    pub(super) fn workspace_after(
        &self,
        paths: &[PathBuf],
        documents: &Located,
        own: &Located,
        before: Option<&Workspace>,
    ) -> Result<Workspace, Error> {
        let (own, revision) = (&own.ground, &documents.revision);
        let places = Places {
            name: named(paths),
            documents: &*documents.ground.documents,
            paths: &documents.ground.paths,
            given: documents.given.clone(),
            own: &*own.own,
            configuration: own.configuration.clone(),
            own_shown: own.own_shown.clone(),
            is_one: own.is_one,
        };
        let mut workspace = Workspace::open_after(places, before)?;
        workspace.snapshot.revision.clone_from(revision);
        Ok(workspace)
    }

    /// The repository that revisions are looked up in: the one that is named, or the one around
    /// what is read.
    pub(super) fn repository(&self, paths: &[PathBuf]) -> Result<Repository, Error> {
        let here = Path::new(".");
        let named = paths.first().filter(|_| self.at.is_none());
        let named = named.map_or(here, |path| {
            let parent = path.parent().filter(|parent| parent.is_dir());
            if path.is_dir() {
                path
            } else {
                parent.unwrap_or(here)
            }
        });
        Repository::discover(self.repo.as_deref().unwrap_or(named))
    }

    /// The revision that is read, or that is checked out where files are read.
    pub(super) fn revision(&self, paths: &[PathBuf]) -> Result<Revision, Error> {
        let name = self.at.as_deref().unwrap_or("HEAD");
        self.repository(paths)?.revision(name)
    }

    /// Finds what `paths` name.
    pub(super) fn ground(&self, paths: &[PathBuf]) -> Result<Located, Error> {
        if self.at.is_some() {
            return self.ground_at(paths, &self.revision(paths)?);
        }
        if self.repo.is_some() {
            let message = "`--repo` names the repository of a revision, and none is asked for";
            return Err(Error::new(ErrorKind::Usage, message).hint("name one: `--at REV`"));
        }
        let (input, files): (Vec<&PathBuf>, Vec<&PathBuf>) =
            paths.iter().partition(|path| is_input(path));
        let given = if input.is_empty() {
            None
        } else {
            Some((STANDARD_INPUT.to_owned(), read_standard_input()?))
        };
        let files: Vec<PathBuf> = files.into_iter().cloned().collect();
        Ok(Located {
            ground: os::open(&files, self.config.as_deref())?.into(),
            revision: None,
            given,
        })
    }

    /// Finds what `paths` name in a revision.
    pub(super) fn ground_at(
        &self,
        paths: &[PathBuf],
        revision: &Revision,
    ) -> Result<Located, Error> {
        if paths.iter().any(|path| is_input(path)) {
            let message = "the standard input belongs to no revision";
            return Err(Error::new(ErrorKind::Usage, message).hint("leave out `-` or `--at`"));
        }
        let opened = revision.open(paths, self.config.as_deref())?;
        Ok(Located::of(opened.into(), revision))
    }

    /// Finds in another revision what `paths` name, so that the two can be compared: in the folder
    /// that paths are spelled from, and without what the revision does not hold.
    pub(super) fn ground_beside(
        &self,
        paths: &[PathBuf],
        revision: &Revision,
    ) -> Result<Located, Error> {
        let current = [PathBuf::from(".")];
        let paths = if paths.is_empty() { &current } else { paths };
        let Some(own) = &self.at else {
            return self.ground_beside_files(paths, revision);
        };
        let own = revision.repository().revision(own)?;
        let opened = own.open(paths, self.config.as_deref())?;
        let configuration = self.config.as_ref().and(opened.configuration.as_ref());
        let configuration = configuration.map(|found| join(found.folder.folder(), &found.name));
        let root = opened.folder.folder();
        let beside = revision.open_beside(root, &opened.paths, configuration.as_deref())?;
        Ok(Located::of(beside.into(), revision))
    }

    fn ground_beside_files(
        &self,
        paths: &[PathBuf],
        revision: &Revision,
    ) -> Result<Located, Error> {
        let files = paths.iter().filter(|path| !is_input(path));
        let files: Vec<PathBuf> = files.cloned().collect();
        let opened = os::open(&files, self.config.as_deref())?;
        let repository = revision.repository();
        let root = repository.place(opened.folder.path()).ok_or_else(|| {
            let message = format!(
                "{} is outside of the repository of the revision",
                named(paths)
            );
            Error::new(ErrorKind::Usage, message)
        })?;
        let given = self.config.as_ref().and(opened.configuration.as_ref());
        let configuration = given.and_then(|found| {
            let folder = repository.place(found.folder.path())?;
            Some(join(&folder, &found.name))
        });
        let beside = revision.open_beside(&root, &opened.paths, configuration.as_deref())?;
        let mut ground = Ground::from(beside);
        if let (Some(found), None) = (given, &configuration) {
            // What is kept outside of the repository is the same for both.
            ground.own = Box::new(found.folder.clone());
            ground.configuration = Some(found.name.clone());
            ground.own_shown.clone_from(&found.shown);
            ground.is_one = false;
        }
        Ok(Located::of(ground, revision))
    }

    /// Records which commit files stand on, whether they differ from it, and which blobs they would
    /// be: what a result that is kept tells of its source. Takes a hash over everything that was
    /// read, so it is done only for such results. Without a repository there is nothing to record.
    pub(super) fn record_revision(
        &self,
        paths: &[PathBuf],
        workspace: &mut Workspace,
    ) -> Result<(), Error> {
        if self.at.is_some() {
            return Ok(());
        }
        let current = [PathBuf::from(".")];
        let paths = if paths.is_empty() { &current } else { paths };
        let files = paths.iter().filter(|path| **path != *Path::new("-"));
        let files: Vec<PathBuf> = files.cloned().collect();
        let opened = os::open(&files, self.config.as_deref())?;
        let snapshot = &mut workspace.snapshot;
        snapshot.documents.par_iter_mut().for_each(|document| {
            document.blob = Some(git::blob_of(&document.bytes));
        });
        let Ok(repository) = Repository::discover(opened.folder.path()) else {
            return Ok(());
        };
        if let Some(head) = repository.head() {
            let dirty = is_dirty(&head, &opened, snapshot);
            let identity = head.identity;
            snapshot.revision = dirty.map(|dirty| RevisionIdentity {
                dirty: Some(dirty),
                ..identity
            });
        }
        Ok(())
    }

    /// The folder of a repository that paths are spelled from; none if it stands elsewhere.
    pub(super) fn folder_in(&self, repository: &Repository, paths: &[PathBuf]) -> Option<String> {
        if self.at.is_some() {
            let opened = self.revision(paths).ok()?;
            let opened = opened.open(paths, self.config.as_deref()).ok()?;
            return Some(opened.folder.folder().to_owned());
        }
        let opened = os::open(paths, self.config.as_deref()).ok()?;
        repository.place(opened.folder.path())
    }

    /// Where the repository was cloned from. Whatever keeps it from being known is no fault of a run.
    pub(super) fn upstream(&self, paths: &[PathBuf]) -> Option<Upstream> {
        if paths.iter().any(|path| is_input(path)) {
            return None;
        }
        let repository = self.repository(paths).ok()?;
        let folder = self.folder_in(&repository, paths)?;
        Some(Upstream {
            address: repository.remote_address()?,
            is_root: folder.trim_matches('/').is_empty(),
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
pub(super) fn committed_on(revision: &RevisionIdentity) -> Result<Date, Error> {
    revision.committer.date().ok_or_else(|| {
        let asked = &revision.asked;
        let message = format!("`{asked}` was committed at a time outside of the calendar");
        Error::new(ErrorKind::Usage, message).hint("give the date with --as-of")
    })
}

/// True for the name of the standard input.
fn is_input(path: &Path) -> bool {
    path == Path::new("-")
}

/// True if documents, configuration, policies or schemas differ from the commit; none if they do
/// not stand in its working tree.
fn is_dirty(head: &Revision, opened: &Found<os::Folder>, snapshot: &Snapshot) -> Option<bool> {
    let place = |folder: &os::Folder| head.repository().place(folder.path());
    let committed = head.folder(&place(&opened.folder)?);
    let documents = Sides {
        working: &opened.folder,
        committed: &committed,
    };
    let configuration = opened.configuration.as_ref();
    let own = configuration.map_or(&opened.folder, |found| &found.folder);
    let mut names: Vec<String> = CONFIGURATION_NAMES.map(ToOwned::to_owned).to_vec();
    names.extend(configuration.map(|found| found.name.clone()));
    names.extend([POLICIES, SCHEMAS].map(ToOwned::to_owned));
    // A configuration from outside of the repository is recorded by its own digests.
    let own_differs = place(own).is_some_and(|place| {
        let sides = Sides {
            working: own,
            committed: &head.folder(&place),
        };
        sides.files_differ(&names)
    });
    Some(own_differs || documents.documents_differ(snapshot, &opened.paths))
}

/// How people have named what is to be read.
fn named(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    names.join(", ")
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
