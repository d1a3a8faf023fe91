//! What findings say, and how they are told anew on a later day.
//!
//! Words that count days differ from day to day while all else holds. They are filled in without
//! tracing; where many findings are carried along that nobody may ever read, not before they are
//! asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::standing::Run;
use super::trace::{TRACED_CHUNK, Traced};
use super::{Circumstances, Known, Ledger, Subject, Waivers, run_lets, self_value};
use crate::catalog::{Catalog, ResourceId};
use crate::expr::{Frame, Machine, RunLets, Trace, World};
use crate::finding::Finding;
use crate::rule::{Message, MessagePart, Policies, Rule};

/// A message with its holes filled.
pub(super) fn words<'a, W: Trace>(
    machine: &Machine<'a, W>,
    message: &'a Message,
    frame: &mut Frame<'a, W>,
) -> String {
    let mut told = String::new();
    for part in &message.parts {
        match part {
            MessagePart::Text(text) => told.push_str(text),
            MessagePart::Hole(code) => {
                let (value, _) = machine.eval(&code.ir, frame);
                told.push_str(&machine.print(&value));
            }
        }
    }
    let trimmed = told.trim();
    if trimmed.len() == told.len() {
        return told;
    }
    trimmed.to_owned()
}

/// True if the words of a rule's findings can be told anew without tracing them: there is no list
/// to find the subject in.
pub(super) fn can_reword(rule: &Rule) -> bool {
    let condition = rule.condition();
    condition.is_some_and(|condition| condition.each.is_none())
}

/// True if the words of a rule's findings may be those of an earlier day: they can be told anew by
/// whoever knows the records, and no other rule repeats them.
pub(super) fn may_lag(rule: &Rule, read: &FxHashSet<&str>) -> bool {
    can_reword(rule) && rule.reads().is_empty() && !read.contains(&*rule.name)
}

/// The names of the rules whose verdicts others read.
pub(super) fn read_by_others(policies: &Policies) -> FxHashSet<&str> {
    let rules = policies.rules.iter();
    rules
        .flat_map(|rule| rule.reads().iter().map(String::as_str))
        .collect()
}

/// Tells findings of a rule in the words of the day, if that has come on which these can differ.
/// What they point at has to hold. Where they may lag, only those are told that could not be later,
/// as another resource has the name of theirs.
pub(super) fn reword<'a>(
    world: &'a World<'a>,
    rule: &'a Rule,
    may_lag: bool,
    traced: &mut [Traced],
) {
    if !can_reword(rule) {
        return;
    }
    let has_namesake =
        |resource: Option<ResourceId>| resource.is_some_and(|id| world.catalog.has_namesake(id));
    let mut stale: Vec<(Option<ResourceId>, &mut Arc<Finding>)> = traced
        .iter_mut()
        .filter_map(|traced| Some((traced.subject.resource, traced.finding.as_mut()?)))
        .filter(|(_, finding)| finding.words_until <= world.as_of)
        .filter(|(resource, _)| !may_lag || has_namesake(*resource))
        .collect();
    tell(world, rule, &mut stale);
}

/// Tells findings of a rule, each on its resource, in the words of the day.
fn tell<'a>(
    world: &'a World<'a>,
    rule: &'a Rule,
    findings: &mut [(Option<ResourceId>, &mut Arc<Finding>)],
) {
    let Some(condition) = rule.condition() else {
        return;
    };
    let is_filled = |part: &MessagePart| matches!(part, MessagePart::Hole(_));
    let helps_alike = !rule.fix.parts.iter().any(is_filled);
    let lets: Arc<RunLets<'a, ()>> = run_lets(rule);
    findings.par_chunks_mut(TRACED_CHUNK).for_each(|findings| {
        let machine: Machine<'a, ()> =
            Machine::new(world, &rule.params, &condition.lets, &lets, u64::MAX);
        for (resource, finding) in findings {
            let finding = Arc::make_mut(finding);
            let mut frame = Frame::new(self_value(*resource), None);
            finding.message = words(&machine, &rule.message, &mut frame);
            if !helps_alike {
                finding.help = Some(words(&machine, &rule.fix, &mut frame));
            }
            finding.words_until = machine.take_until();
        }
    });
}

/// Tells findings of a run in which words could lag in those of its day.
#[must_use]
pub fn retold(
    policies: &Policies,
    catalog: &Catalog,
    circumstances: &Circumstances<'_>,
    (ledger, waivers): (&Ledger, &Waivers),
    findings: &[Arc<Finding>],
) -> Vec<Arc<Finding>> {
    let names = policies.rules.iter().map(|rule| &*rule.name);
    let numbers: FxHashMap<&str, usize> = names.zip(0..).collect();
    let mut told = findings.to_vec();
    let mut stale: BTreeMap<usize, Vec<(Option<ResourceId>, &mut Arc<Finding>)>> = BTreeMap::new();
    for finding in &mut told {
        if finding.words_until > circumstances.as_of {
            continue;
        }
        let number = numbers.get(&*finding.rule);
        let subject = Subject::named(catalog, &finding.subject);
        if let (Some(number), Some(subject)) = (number, subject) {
            let of_rule = stale.entry(*number).or_default();
            of_rule.push((subject.resource, finding));
        }
    }
    let known = Known {
        policies,
        circumstances,
        ledger,
        waivers,
        // Only rules that read no verdicts lag.
        traced: &[],
    };
    let run = Run {
        policies,
        catalog,
        circumstances,
        faulty: &[],
    };
    let world = run.world(&known, &run.shared());
    for (number, mut findings) in stale {
        tell(&world, &policies.rules[number], &mut findings);
    }
    told
}
