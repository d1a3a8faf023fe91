//! A run against another revision: which one, and by whose policies.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;

use super::opening::{Located, Opening, committed_on};
use crate::assessment::{DateSource, Upstream};
use crate::check::{Base, Input, load_with};
use crate::error::{Error, ErrorKind};
use crate::host::Host;
use crate::host::git::Revision;
use crate::scalar::Date;
use crate::triage::BaseName;
use crate::workspace::{Workspace, asks_otherwise, judge_base};

/// What to compare with.
#[derive(Debug, Default, Args)]
pub(super) struct Comparing {
    /// Fail only on what is new since this revision
    ///
    /// That is, since it and the checked one parted.
    #[arg(long, value_name = "REV")]
    pub(super) new_since: Option<String>,
    /// Judge by the policies of this revision
    ///
    /// And by its configuration, schemas and profile.
    #[arg(long, hide_short_help = true, value_name = "REV")]
    pub(super) policies_from: Option<String>,
}

/// The places that a run reads from.
pub(super) struct Grounds<'a> {
    opening: &'a Opening,
    paths: Vec<PathBuf>,
    documents: Located,
    /// Where policies are, if not beside the documents.
    policies: Option<Located>,
    /// The profile that is pinned with the policies.
    pub(super) profile: Option<String>,
}

impl Comparing {
    /// Finds what `paths` name, and the policies to judge by.
    pub(super) fn grounds<'a>(
        &self,
        opening: &'a Opening,
        paths: &[PathBuf],
    ) -> Result<Grounds<'a>, Error> {
        let paths = match paths {
            [] => vec![PathBuf::from(".")],
            given => given.to_owned(),
        };
        let mut grounds = Grounds {
            opening,
            documents: opening.ground(&paths)?,
            policies: None,
            profile: None,
            paths,
        };
        if let Some(name) = &self.policies_from {
            let revision = opening.repository(&grounds.paths)?.revision(name)?;
            let pinned = opening.ground_beside(&grounds.paths, &revision)?;
            grounds.profile = grounds.profile_of(&pinned)?;
            grounds.policies = Some(pinned);
        }
        Ok(grounds)
    }

    /// The revision to compare with: where the one that is named and the checked one parted.
    pub(super) fn base(
        &self,
        opening: &Opening,
        grounds: &Grounds<'_>,
    ) -> Result<Option<Revision>, Error> {
        let Some(name) = &self.new_since else {
            return Ok(None);
        };
        let head = opening.revision(&grounds.paths)?;
        let repository = head.repository();
        let named = repository.revision(name)?;
        let mut base = repository.merge_base(&head, &named)?;
        base.identity.asked.clone_from(name);
        Ok(Some(base))
    }
}

/// True if a document is typed at the terminal: nothing else may be written there.
pub(super) fn is_typed(paths: &[PathBuf]) -> bool {
    paths.iter().any(|path| path == Path::new("-")) && io::stdin().is_terminal()
}

impl Grounds<'_> {
    /// True if a document is typed at the terminal: nothing else may be written there.
    pub(super) fn are_typed(&self) -> bool {
        is_typed(&self.paths)
    }

    /// The files that may be written.
    pub(super) fn documents(&self) -> Result<&dyn Host, Error> {
        let host = self
            .documents
            .host()
            .filter(|_| self.documents.revision().is_none());
        host.ok_or_else(|| {
            let message = "only files of a folder can be mended";
            Error::new(ErrorKind::Usage, message).hint("`--diff` shows what would change")
        })
    }

    /// Opens the documents under their policies.
    pub(super) fn workspace(&self) -> Result<Workspace, Error> {
        self.open(&self.documents, &self.documents)
    }

    /// Judges another revision as the base of a run.
    pub(super) fn judge_base(
        &self,
        input: &Input<'_>,
        workspace: &Workspace,
        profile: &str,
        revision: &Revision,
    ) -> Result<Base, Error> {
        let beside = self.opening.ground_beside(&self.paths, revision)?;
        let base = self.open(&beside, &beside)?;
        let across = asks_otherwise(workspace, &base)
            .then(|| self.open(&self.documents, &beside))
            .transpose()?;
        let name = BaseName {
            asked: revision.identity.asked.clone(),
            commit: Some(revision.identity.commit.to_string()),
            day: committed_on(&revision.identity)?,
        };
        let judged = judge_base(input, (workspace, profile), &base, across.as_ref(), name);
        judged.map_err(|failure| {
            let error = Error::from(failure);
            error.hint(format!(
                "this is about the base, {}",
                revision.identity.asked
            ))
        })
    }

    /// Records which commit files stand on.
    pub(super) fn record_revision(&self, workspace: &mut Workspace) -> Result<(), Error> {
        self.opening.record_revision(&self.paths, workspace)
    }

    /// Where the repository was cloned from, if that is known.
    pub(super) fn upstream(&self) -> Option<Upstream> {
        self.opening.upstream(&self.paths)
    }

    /// The date of the run, and where it comes from.
    pub(super) fn dated(&self, workspace: &Workspace) -> Result<(Date, DateSource), Error> {
        self.opening.dated(workspace)
    }

    /// Opens documents under the policies of a place, unless others are pinned.
    fn open(&self, documents: &Located, own: &Located) -> Result<Workspace, Error> {
        let own = self.policies.as_ref().unwrap_or(own);
        let workspace = self.opening.workspace(&self.paths, documents, own)?;
        workspace.need_baseline()?;
        Ok(workspace)
    }

    /// The profile that holds at a revision. Records choose it, so they are read.
    fn profile_of(&self, located: &Located) -> Result<Option<String>, Error> {
        let workspace = self.opening.workspace(&self.paths, located, located)?;
        let day = located
            .revision()
            .map(committed_on)
            .transpose()?
            .ok_or_else(|| Error::new(ErrorKind::Usage, "the policies are of no revision"))?;
        let loaded = load_with(&workspace.input(day), &workspace.kinds)?;
        let profile = loaded.policies.profile.clone();
        Ok((!profile.is_empty()).then_some(profile))
    }
}
