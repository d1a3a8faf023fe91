//! What several revisions are worth, one after the other, under the same policies.
//!
//! The first one is judged as a whole; each further one costs what differs from the one before it.
//! Which revisions, and what is made of their scores, is no concern of this module.

use std::sync::Arc;

use super::Workspace;
use crate::check::{Failure, Input, Known, Loaded, judge_after, load_again, sum_up};
use crate::evaluate::Standing;
use crate::kind::Kinds;
use crate::scalar::Date;
use crate::score::{Scores, score};

/// Scores one revision after another.
#[derive(Default)]
pub struct Gauge {
    known: Known,
    kinds: Option<Arc<Kinds>>,
    previous: Option<(Standing, Arc<Loaded>)>,
}

impl Gauge {
    /// Scores a revision on a day. Its policies and schemas are those of the ones before it.
    ///
    /// # Errors
    ///
    /// If the policies are wrong, or a rule cannot be evaluated.
    pub fn scores(&mut self, workspace: &Workspace, as_of: Date) -> Result<Scores, Failure> {
        let kinds = self.kinds.get_or_insert_with(|| workspace.kinds.clone());
        let input = Input {
            may_lack_rules: true,
            ..workspace.input(as_of)
        };
        let loaded = Arc::new(load_again(&input, kinds, &mut self.known)?);
        let (standing, before) = self.previous.take().unzip();
        let before = standing.zip(before.as_deref());
        let (judgement, standing) = judge_after(&input, &loaded, before)?;
        let scores = score(&sum_up(&input, judgement, None));
        self.previous = Some((standing, loaded));
        Ok(scores)
    }
}
