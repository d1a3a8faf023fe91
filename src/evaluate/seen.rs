//! What rules can know after a run: for questions that are asked outside of it.

use super::{
    Circumstances, Known, Ledger, RuleFailure, Standing, Subject, Traced, Waiver, Waivers,
};
use crate::catalog::{Catalog, ResourceId};
use crate::expr::{SeenFile, SeenRule, SeenVerdict, Surroundings};
use crate::rule::{Policies, Rule};

/// The verdicts of a run, and its rules and files, as rules see them.
pub struct Seen<'a> {
    policies: &'a Policies,
    circumstances: &'a Circumstances<'a>,
    ledger: Ledger,
    waivers: Waivers,
    traced: Vec<Vec<Traced>>,
}

impl<'a> Seen<'a> {
    /// Sees rules and files, and no verdicts: for what reads none.
    #[must_use]
    pub fn without_verdicts(policies: &'a Policies, circumstances: &'a Circumstances<'a>) -> Self {
        let rules = policies.rules.len();
        Self {
            policies,
            circumstances,
            ledger: Ledger::new(rules),
            waivers: Waivers::default(),
            traced: (0..rules).map(|_| Vec::new()).collect(),
        }
    }

    /// Evaluates the rules, and sees their verdicts.
    ///
    /// # Errors
    ///
    /// Those of [`evaluate`](super::evaluate).
    pub fn with_verdicts(
        policies: &'a Policies,
        catalog: &Catalog,
        circumstances: &'a Circumstances<'a>,
        faulty: &[ResourceId],
    ) -> Result<Self, RuleFailure> {
        let standing = Standing::first(policies, catalog, circumstances, faulty)?;
        let (ledger, waivers, traced) = standing.into_parts();
        Ok(Self {
            policies,
            circumstances,
            ledger,
            waivers,
            traced,
        })
    }

    /// The waiver in force that covers the failure of a rule on a subject.
    #[must_use]
    pub fn waiver(&self, rule: &Rule, subject: &Subject) -> Option<&Waiver> {
        self.waivers.covers(rule, subject)
    }

    fn known(&self) -> Known<'_> {
        Known {
            policies: self.policies,
            circumstances: self.circumstances,
            ledger: &self.ledger,
            waivers: &self.waivers,
            traced: &self.traced,
        }
    }
}

impl Surroundings for Seen<'_> {
    fn verdicts(&self, rule: &str) -> Vec<SeenVerdict> {
        self.known().verdicts(rule)
    }

    fn rule(&self, word: &str) -> Option<SeenRule> {
        self.known().rule(word)
    }

    fn file(&self, path: &str) -> Option<SeenFile> {
        self.known().file(path)
    }
}
