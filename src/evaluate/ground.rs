//! Grounds: the places that verdicts rest on, for readers who want to see the evidence of what
//! passes as well.
//!
//! Each subject of the population is evaluated once more with its origins traced. That takes a
//! multiple of the verdict itself, so it is done for those who ask. It judges nothing: which
//! verdict was given stands in the ledger.

use std::sync::Arc;

use rayon::prelude::*;

use super::trace::subject_label;
use super::{RuleFailure, RuleLedger, Subject, Verdict, failure, labels, run_lets, visit};
use crate::expr::{Causes, Frame, Machine, RunLets, Why, World};
use crate::finding::Label;
use crate::rule::{Condition, Rule};

/// Resources that are traced in one go.
const CHUNK: usize = 64;

/// What the verdict on a subject rests on.
#[derive(Debug, Clone)]
pub struct Ground {
    /// The subject.
    pub subject: Subject,
    /// What is not known, in words, if the verdict could not be given.
    pub causes: Vec<&'static str>,
    /// The places, in the order of the expression; the subject itself if it reads nothing.
    pub labels: Vec<Label>,
}

/// Returns what the verdicts of a rule rest on, for each subject of its population in the order of
/// the ledger.
///
/// # Errors
///
/// If the rule cannot be evaluated.
pub fn grounds<'a>(
    world: &'a World<'a>,
    rule: &'a Rule,
    ledger: &RuleLedger,
) -> Result<Vec<Ground>, RuleFailure> {
    let Some(condition) = rule.condition() else {
        return Ok(Vec::new());
    };
    let lets: Arc<RunLets<'a, Why>> = run_lets(rule);
    let judged = ledger.subjects.iter().zip(&ledger.verdicts);
    let judged = judged.filter(|(_, verdict)| **verdict != Verdict::NotApplicable);
    let mut resources: Vec<Option<u32>> = judged.map(|(subject, _)| subject.resource).collect();
    resources.dedup();
    let chunks: Vec<Result<Vec<Ground>, RuleFailure>> = resources
        .par_chunks(CHUNK)
        .map(|resources| trace(world, rule, condition, &lets, resources))
        .collect();
    let chunks = chunks.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(chunks.into_iter().flatten().collect())
}

fn trace<'a>(
    world: &'a World<'a>,
    rule: &'a Rule,
    condition: &'a Condition,
    lets: &Arc<RunLets<'a, Why>>,
    resources: &[Option<u32>],
) -> Result<Vec<Ground>, RuleFailure> {
    let machine: Machine<'a, Why> =
        Machine::new(world, &rule.params, &condition.lets, lets, u64::MAX);
    let mut found = Vec::new();
    for resource in resources {
        visit(&machine, condition, *resource, &mut |subject, frame| {
            found.extend(ground(&machine, condition, subject, frame));
        });
    }
    match machine.error() {
        Some(error) => Err(failure(rule, error.message)),
        None => Ok(found),
    }
}

/// What the verdict on one subject rests on; none if it is outside the population.
fn ground<'a>(
    machine: &Machine<'a, Why>,
    condition: &'a Condition,
    subject: Subject,
    frame: &mut Frame<'a, Why>,
) -> Option<Ground> {
    let asked = condition
        .when
        .as_ref()
        .map(|when| machine.truth(&when.code.ir, frame));
    let (causes, whys) = match asked {
        Some((Ok(false), _)) => return None,
        Some((Err(causes), why)) => (Some(causes), vec![why]),
        asked => {
            let (truth, why) = machine.truth(&condition.assert.code.ir, frame);
            let whys = [Some(why), asked.map(|(_, why)| why)];
            (truth.err(), whys.into_iter().flatten().collect())
        }
    };
    let undecided = subject.is_undecided.then_some(Causes::OPEN);
    let catalog = machine.catalog();
    // An assertion that reads nothing rests on what brought its subject into the population.
    let mut places = whys.iter().map(|why| labels(catalog, why));
    let places = places.find(|places| !places.is_empty());
    Some(Ground {
        causes: causes.or(undecided).map(Causes::words).unwrap_or_default(),
        labels: places.unwrap_or_else(|| subject_label(catalog, &subject).into_iter().collect()),
        subject,
    })
}
