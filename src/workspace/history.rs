//! One revision after another: what was found when, for how long, and how it went away.
//!
//! A [`Historian`] judges revisions in their order and keeps what the next one can use again; a
//! [`Chronicle`] puts their findings together by fingerprint. Which revisions, and where they come
//! from, is no concern of this module.

mod chronicle;

use std::sync::Arc;

use super::{Workspace, asks_otherwise};
use crate::check::{
    Failure, Input, Judgement, Known, judge, judge_after, load_again, load_knowing, retold,
};
use crate::evaluate::Standing;
use crate::finding::Finding;
use crate::scalar::Date;
pub use chronicle::{Chronicle, Ending, Life, Moment, Spell};

/// Judges one revision after another.
#[derive(Default)]
pub struct Historian {
    wishes: Wishes,
    known: Known,
    previous: Option<Judged>,
}

/// A revision that was judged.
pub struct Judged {
    /// What it holds.
    pub workspace: Workspace,
    /// The verdicts on it. Its findings may count days up to an earlier day in their words; see
    /// [`Judged::told`].
    pub judgement: Judgement,
    /// The day on which it was judged.
    pub as_of: Date,
    /// What the verdicts rest on, until the next revision starts from it.
    standing: Option<Standing>,
}

impl Judged {
    /// Tells findings of this revision in the words of its day.
    #[must_use]
    pub fn told(&self, findings: &[Arc<Finding>]) -> Vec<Arc<Finding>> {
        let input = self.workspace.input(self.as_of);
        retold(&input, &self.judgement, findings)
    }
}

/// What to report on.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// Rules by name, code or policy; none for all.
    pub select: Vec<String>,
    /// Rules to leave out.
    pub ignore: Vec<String>,
}

impl Historian {
    /// Returns one that reports on what is wished for.
    #[must_use]
    pub fn new(wishes: Wishes) -> Self {
        Self {
            wishes,
            ..Self::default()
        }
    }

    /// Judges a revision after the one before it. Blobs that did not change are parsed once, and
    /// verdicts are given again where they rest on something that did.
    ///
    /// # Errors
    ///
    /// If its policies are wrong, or a rule cannot be evaluated.
    pub fn judge(&mut self, mut workspace: Workspace, as_of: Date) -> Result<Judged, Failure> {
        self.share_kinds(&mut workspace);
        let standing = self.previous.as_mut().and_then(|last| last.standing.take());
        let previous = self.previous.as_ref();
        if previous.is_none_or(|previous| reads_otherwise(&previous.workspace, &workspace)) {
            self.known.forget_policies();
        }
        let input = wished(&self.wishes, &workspace, as_of);
        let loaded = Arc::new(load_again(&input, &workspace.kinds, &mut self.known)?);
        let before = previous.map(|previous| &*previous.judgement.loaded);
        let (judgement, standing) = judge_after(&input, &loaded, standing.zip(before))?;
        Ok(Judged {
            workspace,
            judgement,
            as_of,
            standing: Some(standing),
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
        mut workspace: Workspace,
        as_of: Date,
    ) -> Result<Judgement, Failure> {
        self.share_kinds(&mut workspace);
        let before = self.previous.as_ref();
        let profile = before.map(|before| before.judgement.loaded.policies.profile.as_str());
        let input = Input {
            profile: profile.filter(|profile| !profile.is_empty()),
            ..wished(&self.wishes, &workspace, as_of)
        };
        let documents = Some(&mut self.known.documents);
        let loaded = load_knowing(&input, &workspace.kinds, documents)?;
        judge(&input, &Arc::new(loaded))
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
        let previous = self.previous.replace(judged);
        // Giving back what a large repository held takes a while, and nobody waits for it.
        rayon::spawn(|| drop(previous));
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

/// True if policies have to be loaded anew, or the texts beside them differ.
fn reads_otherwise(one: &Workspace, other: &Workspace) -> bool {
    let (left, right) = (one.sources.iter(), other.sources.iter());
    let has_same_texts = left
        .map(|(_, source)| (source.path(), source.text()))
        .eq(right.map(|(_, source)| (source.path(), source.text())));
    !has_same_texts || asks_otherwise(one, other)
}

fn wished<'a>(wishes: &'a Wishes, workspace: &'a Workspace, as_of: Date) -> Input<'a> {
    Input {
        select: &wishes.select,
        ignore: &wishes.ignore,
        may_lack_rules: true,
        ..workspace.input(as_of)
    }
}
