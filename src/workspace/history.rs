//! One revision after another: what was found when, for how long, and how it went away.
//!
//! A [`Historian`] judges revisions in their order and keeps what the next one can use again; a
//! [`Chronicle`] puts their findings together by fingerprint. Which revisions, and where they come
//! from, is no concern of this module.

mod chronicle;

use std::sync::Arc;

use super::{Workspace, asks_otherwise};
use crate::check::{Failure, Input, Judgement, KnownDocuments, judge, load_knowing};
use crate::scalar::Date;
pub use chronicle::{Chronicle, Ending, Life, Moment, Spell};

/// Judges one revision after another.
#[derive(Default)]
pub struct Historian {
    /// Blobs that did not change are parsed once.
    known: KnownDocuments,
    previous: Option<Judged>,
}

/// A revision that was judged.
pub struct Judged {
    /// What it holds.
    pub workspace: Workspace,
    /// The verdicts on it.
    pub judgement: Judgement,
    /// The day on which it was judged.
    pub as_of: Date,
}

/// What to report on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wishes<'a> {
    /// Rules by name, code or policy; none for all.
    pub select: &'a [String],
    /// Rules to leave out.
    pub ignore: &'a [String],
}

impl Historian {
    /// Judges a revision after those before it.
    ///
    /// # Errors
    ///
    /// If its policies are wrong, or a rule cannot be evaluated.
    pub fn judge(
        &mut self,
        mut workspace: Workspace,
        as_of: Date,
        wishes: Wishes<'_>,
    ) -> Result<Judged, Failure> {
        self.share_kinds(&mut workspace);
        let judgement = self.judge_as(&workspace, None, as_of, wishes)?;
        Ok(Judged {
            workspace,
            judgement,
            as_of,
        })
    }

    /// Judges the records of a revision under the policies of the one before it, which
    /// `workspace` holds: what a change of policies hid is told from what was mended.
    ///
    /// # Errors
    ///
    /// If a rule cannot be evaluated.
    pub fn judge_across(
        &mut self,
        workspace: &Workspace,
        as_of: Date,
        wishes: Wishes<'_>,
    ) -> Result<Judgement, Failure> {
        let before = self.previous.as_ref();
        let profile = before.map(|before| before.judgement.loaded.policies.profile.clone());
        let profile = profile.filter(|profile| !profile.is_empty());
        self.judge_as(workspace, profile.as_deref(), as_of, wishes)
    }

    /// The revision that was judged last.
    #[must_use]
    pub fn previous(&self) -> Option<&Judged> {
        self.previous.as_ref()
    }

    /// True if a revision is judged by other policies than the one before it.
    #[must_use]
    pub fn asks_otherwise(&self, judged: &Judged) -> bool {
        self.previous.as_ref().is_some_and(|previous| {
            asks_otherwise(&previous.workspace, &judged.workspace)
                || previous.judgement.loaded.policies.profile
                    != judged.judgement.loaded.policies.profile
        })
    }

    /// Goes on to the next revision.
    pub fn move_on(&mut self, judged: Judged) {
        self.previous = Some(judged);
    }

    fn judge_as(
        &mut self,
        workspace: &Workspace,
        profile: Option<&str>,
        as_of: Date,
        wishes: Wishes<'_>,
    ) -> Result<Judgement, Failure> {
        let input = Input {
            profile,
            select: wishes.select,
            ignore: wishes.ignore,
            may_lack_rules: true,
            ..workspace.input(as_of)
        };
        let loaded = load_knowing(&input, &workspace.kinds, Some(&mut self.known))?;
        judge(&input, &Arc::new(loaded))
    }

    /// What was checked under the same schemas need not be checked again.
    fn share_kinds(&self, workspace: &mut Workspace) {
        if let Some(previous) = &self.previous
            && previous.workspace.schemas == workspace.schemas
        {
            workspace.kinds = previous.workspace.kinds.clone();
        }
    }
}
