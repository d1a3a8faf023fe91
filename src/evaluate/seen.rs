//! What rules can know after a run: for questions that are asked outside of it.

use std::collections::BTreeMap;

use super::ledger::Places;
use super::{
    Circumstances, Evaluation, Known, Ledger, RuleFailure, Subject, Verdict, Waiver, Waivers,
    evaluate,
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
    places: Places,
}

impl<'a> Seen<'a> {
    /// Sees rules and files, and no verdicts: for what reads none.
    #[must_use]
    pub fn without_verdicts(policies: &'a Policies, circumstances: &'a Circumstances<'a>) -> Self {
        Self {
            policies,
            circumstances,
            ledger: Ledger::new(policies.rules.len()),
            waivers: Waivers::default(),
            places: BTreeMap::new(),
        }
    }

    /// Evaluates the rules, and sees their verdicts.
    ///
    /// # Errors
    ///
    /// Those of [`evaluate`].
    pub fn with_verdicts(
        policies: &'a Policies,
        catalog: &Catalog,
        circumstances: &'a Circumstances<'a>,
        faulty: &[ResourceId],
    ) -> Result<Self, RuleFailure> {
        let evaluation = evaluate(policies, catalog, circumstances, faulty)?;
        let places = places(policies, catalog, &evaluation);
        let Evaluation {
            ledger, waivers, ..
        } = evaluation;
        Ok(Self {
            policies,
            circumstances,
            ledger,
            waivers,
            places,
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
            places: &self.places,
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

/// Where the findings point, by rule and subject.
fn places(policies: &Policies, catalog: &Catalog, evaluation: &Evaluation) -> Places {
    let findings: BTreeMap<(&str, &str), _> = evaluation
        .findings
        .iter()
        .map(|finding| ((&*finding.rule, finding.subject.as_str()), finding))
        .collect();
    let mut places = Places::new();
    for (index, (rule, ledger)) in policies
        .rules
        .iter()
        .zip(&evaluation.ledger.rules)
        .enumerate()
    {
        for (subject, verdict) in ledger.subjects.iter().zip(&ledger.verdicts) {
            if *verdict != Verdict::Fail {
                continue;
            }
            let name = subject.name(catalog);
            if let Some(finding) = findings.get(&(&*rule.name, name.as_str())) {
                let place = (finding.primary.span, finding.message.as_str().into());
                places.insert((index, subject.clone()), place);
            }
        }
    }
    places
}
