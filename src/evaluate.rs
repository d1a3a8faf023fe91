//! Verdicts: every rule on every subject, and for each failure the places that made it fail.
//!
//! The verdict pass records nothing. What failed is evaluated once more with its origins traced;
//! the conditions are pure, so both passes agree.

mod again;
mod expected;
mod ground;
mod label;
mod later;
mod ledger;
mod seen;
mod standing;
mod subject;
mod trace;
mod waive;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use rayon::prelude::*;

pub use expected::Completeness;
pub use ground::{Ground, grounds};
pub use label::labels;
pub use later::{Elapsed, Side};
pub use ledger::{Ledger, RuleLedger, Verdict, Verdicts};
pub use seen::Seen;
pub use standing::Standing;
pub use subject::{REPOSITORY, Subject};
use trace::Traced;
pub use trace::{Proof, Step, explain};
pub use waive::{Waiver, Waivers};
pub use words::retold;

use crate::catalog::Catalog;
use crate::expr::{
    Frame, Machine, Out, RunLets, SeenFile, SeenRule, SeenVerdict, Surroundings, Trace, Value,
    World,
};
use crate::finding::{Fault, Finding, Label, Severity};
use crate::rule::{Condition, Policies, Population, Rule};
use crate::scalar::Date;
use crate::source::Span;
use subject::item_key;

/// What a run is told besides documents and policies.
pub struct Circumstances<'a> {
    /// The date of the run.
    pub as_of: Date,
    /// The start of the period, if one is checked.
    pub from: Option<Date>,
    /// Files of the snapshot by path from its root.
    pub files: &'a BTreeMap<String, SeenFile>,
    /// True if verdicts that could not be given are explained as well.
    pub explain_not_evaluable: bool,
    /// The numbers of the rules to run, on or off; none for those that are on.
    pub only: Option<&'a [usize]>,
    /// True if what is found again may count days up to an earlier day, until [`retold`] tells it
    /// anew.
    pub words_may_lag: bool,
}

/// What evaluation gives.
pub struct Evaluation {
    /// Verdicts by rule, in the order of the rules.
    pub ledger: Ledger,
    /// A finding for each failure.
    pub findings: Vec<Arc<Finding>>,
    /// What could not be evaluated, if asked for.
    pub not_evaluable: Vec<NotEvaluable>,
    /// Expected fields that are absent and that no rule speaks about.
    pub faults: Vec<Fault>,
    /// Waivers in force.
    pub waivers: Waivers,
    /// How complete each resource is, by number.
    pub completeness: Vec<Completeness>,
}

/// A verdict that could not be given.
#[derive(Debug, Clone)]
pub struct NotEvaluable {
    /// Name of the rule.
    pub rule: Arc<str>,
    /// Code of the rule.
    pub code: Arc<str>,
    /// The subject.
    pub subject: String,
    /// Why, in words: "not recorded", "written as unknown".
    pub causes: Vec<&'static str>,
    /// The places that would have to say more.
    pub labels: Vec<Label>,
}

/// A rule that could not be evaluated. It ends the run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} {message}")]
pub struct RuleFailure {
    /// Name of the rule.
    pub rule: Arc<str>,
    /// Its code.
    pub code: Arc<str>,
    /// One line without a full stop.
    pub message: String,
    /// Where the rule stands.
    pub span: crate::source::Span,
}

/// Steps that any rule may take in a run. A condition that looks at all resources for each resource
/// exceeds them from a few thousand resources on.
pub const BASE_STEPS: u64 = 2_000_000;

/// Further steps for each resource and each reference.
pub const STEPS_EACH: u64 = 2_000;

/// The steps that any rule may take in a run.
fn step_limit(catalog: &Catalog) -> u64 {
    BASE_STEPS + STEPS_EACH * (catalog.len() + catalog.reference_count()) as u64
}

/// Resources that are evaluated in one go.
const CHUNK: usize = 128;

/// Evaluates all rules that are on.
///
/// `faulty` are the resources with a fault of their own, by number: their waivers are not in force.
///
/// # Errors
///
/// The first rule, by name, that takes too many steps or meets values of a wrong type.
pub fn evaluate(
    policies: &Policies,
    catalog: &Catalog,
    circumstances: &Circumstances<'_>,
    faulty: &[crate::catalog::ResourceId],
) -> Result<Evaluation, RuleFailure> {
    Ok(Standing::first(policies, catalog, circumstances, faulty)?.into())
}

/// Rules for waivers run whatever is selected, since they decide which waivers are in force.
fn runs(policies: &Policies, rule: &Rule) -> bool {
    rule.enabled && rule.condition().is_some() || is_about_waivers(policies, rule)
}

/// True if a failure of a rule keeps a waiver from holding.
#[must_use]
pub fn decides_on_waivers(policies: &Policies, rule: &Rule) -> bool {
    rule.severity == Severity::Error && is_about_waivers(policies, rule)
}

/// True if the subjects of a rule are the waivers.
pub(crate) fn is_about_waivers(policies: &Policies, rule: &Rule) -> bool {
    let Some(Condition {
        population: Population::Kinds(kinds),
        ..
    }) = rule.condition()
    else {
        return false;
    };
    kinds.len() == 1 && policies.kinds.kind(kinds[0]).role.as_deref() == Some("waiver")
}

/// What rules can know of each other, of files, and of waivers.
struct Known<'a> {
    policies: &'a Policies,
    circumstances: &'a Circumstances<'a>,
    ledger: &'a Ledger,
    waivers: &'a Waivers,
    /// What was traced, by number of the rule and in the order of the resources.
    traced: &'a [Vec<Traced>],
}

impl Known<'_> {
    /// Where the finding of a rule on a subject points, and what it says.
    fn place(&self, rule: usize, subject: &Subject) -> Option<(Span, Arc<str>)> {
        let traced = self.traced.get(rule)?;
        let first = traced.partition_point(|traced| traced.subject.resource < subject.resource);
        let mut own = traced[first..]
            .iter()
            .take_while(|traced| traced.subject.resource == subject.resource);
        let finding = own.find(|traced| traced.subject == *subject)?;
        let finding = finding.finding.as_ref()?;
        Some((finding.primary.span, finding.message.as_str().into()))
    }
}

impl Surroundings for Known<'_> {
    fn verdicts(&self, name: &str) -> Vec<SeenVerdict> {
        let Some(index) = self.policies.number(name) else {
            return Vec::new();
        };
        let rule = &self.policies.rules[index];
        let found = self.ledger.rules[index]
            .subjects
            .iter()
            .zip(&self.ledger.rules[index].verdicts);
        found
            .filter(|(_, verdict)| **verdict != Verdict::NotApplicable)
            .map(|(subject, verdict)| {
                let fails = *verdict == Verdict::Fail;
                let place = fails.then(|| self.place(index, subject)).flatten();
                SeenVerdict {
                    subject: subject.resource,
                    fails,
                    evaluable: *verdict != Verdict::NotEvaluable,
                    waived: fails && self.waivers.covers(rule, subject).is_some(),
                    place,
                }
            })
            .collect()
    }

    fn rule(&self, word: &str) -> Option<SeenRule> {
        let rule = self.policies.find(word)?;
        let policy = self.policies.policies.get(&*rule.policy);
        Some(SeenRule {
            name: rule.name.clone(),
            code: rule.code.clone(),
            policy: rule.policy.clone(),
            decision_domain: policy.map_or("", |policy| &policy.decision_domain).into(),
            severity: rule.severity.as_str(),
            waivable: rule.waivable,
        })
    }

    fn file(&self, path: &str) -> Option<SeenFile> {
        self.circumstances.files.get(path).cloned()
    }
}

/// What a chunk of subjects gives.
struct Chunk {
    subjects: Vec<Subject>,
    verdicts: Vec<Verdict>,
    until: Vec<Date>,
    /// The first day on which there can be other subjects.
    subjects_until: Date,
    /// Which subjects each resource stands for, if what is read is recorded.
    visits: Vec<again::Visit>,
    steps: u64,
    error: Option<String>,
}

fn verdicts_of<'a>(
    world: &'a World<'a>,
    rules: &[(usize, &'a Rule)],
) -> Result<Vec<RuleLedger>, RuleFailure> {
    let catalog = world.catalog;
    let limit = step_limit(catalog);
    let lets: Vec<Arc<RunLets<'a, ()>>> = rules.iter().map(|(_, rule)| run_lets(rule)).collect();
    let spent: Vec<AtomicU64> = rules.iter().map(|_| AtomicU64::new(0)).collect();
    let judged = |stretch: &Stretch, position: usize| {
        if spent[position].load(Relaxed) > limit {
            return None;
        }
        let rule = rules[position].1;
        let chunk = chunk(world, rule, &lets[position], &stretch.subjects, limit);
        spent[position].fetch_add(chunk.steps, Relaxed);
        Some((position, chunk))
    };
    let stretches = stretches(catalog, rules);
    let chunks: Vec<Vec<(usize, Chunk)>> = stretches
        .par_iter()
        .enumerate()
        .map(|(number, stretch)| {
            let positions = stretch.rules_from(number);
            positions
                .filter_map(|position| judged(stretch, position))
                .collect()
        })
        .collect();
    let mut ledgers: Vec<RuleLedger> = rules.iter().map(|_| RuleLedger::default()).collect();
    let mut errors: BTreeMap<usize, String> = BTreeMap::new();
    for (position, chunk) in chunks.into_iter().flatten() {
        if let Some(message) = chunk.error {
            errors.entry(position).or_insert(message);
        }
        ledgers[position].note_subjects(chunk.subjects_until);
        ledgers[position].extend(chunk.subjects, chunk.verdicts, chunk.until);
    }
    // Who takes too many steps may have stopped before another error, or after it.
    for (position, spent) in spent.into_iter().enumerate() {
        if spent.into_inner() > limit {
            errors.insert(position, "takes too many steps".to_owned());
        }
    }
    match errors.pop_first() {
        Some((position, message)) => Err(failure(rules[position].1, message)),
        None => Ok(ledgers),
    }
}

fn failure(rule: &Rule, message: String) -> RuleFailure {
    RuleFailure {
        rule: rule.name.clone(),
        code: rule.code.clone(),
        message,
        span: rule.span,
    }
}

/// Room for the values that a rule computes once per run.
pub(crate) fn run_lets<'a, W: Trace>(rule: &Rule) -> Arc<RunLets<'a, W>> {
    let count = rule.condition().map_or(0, |condition| condition.lets.len());
    Arc::new((0..count).map(|_| std::sync::OnceLock::new()).collect())
}

/// Subjects that lie beside each other, and the rules about them. All rules look at one stretch
/// before the next, since its texts are then at hand.
struct Stretch {
    subjects: Vec<Option<u32>>,
    rules: Vec<usize>,
}

impl Stretch {
    /// Its rules, from another one on in each stretch: what a rule computes once per run, others
    /// would wait for.
    fn rules_from(&self, start: usize) -> impl Iterator<Item = usize> {
        let count = self.rules.len();
        (0..count).map(move |offset| self.rules[(start + offset) % count])
    }
}

/// The subjects that rules start from, in the order of the ledger: the repository, or resources.
fn stretches(catalog: &Catalog, rules: &[(usize, &Rule)]) -> Vec<Stretch> {
    let about = |wanted: &dyn Fn(&Population) -> bool| -> Vec<usize> {
        let conditions = rules.iter().map(|(_, rule)| rule.condition());
        let positions = conditions
            .enumerate()
            .filter_map(|(position, condition)| wanted(&condition?.population).then_some(position));
        positions.collect()
    };
    let whole = about(&|population| matches!(population, Population::Repository));
    let mut stretches: Vec<Stretch> = whole
        .into_iter()
        .map(|position| Stretch {
            subjects: vec![None],
            rules: vec![position],
        })
        .collect();
    for (kind, _) in catalog.kinds().iter() {
        let rules = about(&|population| match population {
            Population::Kinds(kinds) => kinds.contains(&kind),
            Population::Repository => false,
        });
        if rules.is_empty() {
            continue;
        }
        let resources: Vec<Option<u32>> = catalog.of_kind(kind).map(Some).collect();
        stretches.extend(resources.chunks(CHUNK).map(|subjects| Stretch {
            subjects: subjects.to_vec(),
            rules: rules.clone(),
        }));
    }
    stretches
}

fn chunk<'a, W: Trace>(
    world: &'a World<'a>,
    rule: &'a Rule,
    lets: &Arc<RunLets<'a, W>>,
    subjects: &[Option<u32>],
    limit: u64,
) -> Chunk {
    let mut chunk = Chunk {
        subjects: Vec::with_capacity(subjects.len()),
        verdicts: Vec::with_capacity(subjects.len()),
        until: Vec::with_capacity(subjects.len()),
        subjects_until: Date::AFTER_ALL,
        visits: Vec::new(),
        steps: 0,
        error: None,
    };
    let Some(condition) = rule.condition() else {
        return chunk;
    };
    let machine = Machine::new(world, &rule.params, &condition.lets, lets, limit).recording();
    for subject in subjects {
        let first = chunk.subjects.len();
        visit(&machine, condition, *subject, &mut |subject, frame| {
            let verdict = judge(&machine, condition, frame);
            if verdict == Verdict::Fail {
                // What it is worth changes with the day as well.
                severity(&machine, rule, frame);
            }
            chunk.subjects.push(subject);
            chunk.verdicts.push(verdict);
            chunk.until.push(machine.take_until());
        });
        let subjects_until = machine.take_until();
        chunk.subjects_until = chunk.subjects_until.min(subjects_until);
        if W::READS {
            let until = chunk.until[first..].iter().copied();
            chunk.visits.push(again::Visit {
                resource: *subject,
                first,
                count: chunk.subjects.len() - first,
                subjects_until,
                until: until.fold(subjects_until, Date::min),
                reads: machine.take_reads().into(),
            });
        }
        if let Some(error) = machine.error() {
            chunk.error = Some(error.message);
            break;
        }
    }
    chunk.steps = machine.steps();
    chunk
}

/// The value of `self` for a subject.
pub(crate) fn self_value<'a, W: Trace>(subject: Option<u32>) -> Value<'a, W> {
    subject.map_or(Value::Repository, Value::Resource)
}

/// Visits the subjects that a resource (or the repository) stands for: itself, or the items of
/// the rule's list. The day on which the list can change holds for each of its items, and is noted
/// once more in the end, since there may be none.
pub(crate) fn visit<'a, W: Trace>(
    machine: &Machine<'a, W>,
    condition: &'a Condition,
    subject: Option<u32>,
    act: &mut dyn FnMut(Subject, &mut Frame<'a, W>),
) {
    let whole = Subject::whole(subject);
    let Some(each) = &condition.each else {
        let mut frame = Frame::new(self_value(subject), None);
        act(whole, &mut frame);
        return;
    };
    let mut frame = Frame::new(self_value(subject), None);
    let list: Out<'a, W> = machine.eval(&each.code.ir, &mut frame);
    let Some(items) = machine.items_of(&list) else {
        // A list that is not evaluable is one verdict on the whole that is not evaluable either.
        let mut frame = Frame::new(self_value(subject), Some(list));
        act(whole.undecided(), &mut frame);
        return;
    };
    let until = machine.take_until();
    let mut keys = BTreeMap::new();
    for entry in items {
        machine.note_value(&entry.value);
        let mut frame = Frame::new(
            self_value(subject),
            Some((entry.value.clone(), entry.why.clone())),
        );
        let key = condition
            .key
            .as_ref()
            .map(|key| machine.eval(&key.code.ir, &mut frame).0);
        let key = item_key(machine, key.as_ref(), &entry.value);
        let count: &mut u32 = keys.entry(key.clone()).or_default();
        *count += 1;
        let key = if *count > 1 {
            format!("{key}~{count}")
        } else {
            key
        };
        let item = whole.item(&key, entry.maybe.is_some());
        machine.note_until(until);
        act(item, &mut frame);
    }
    machine.note_until(until);
}

fn judge<'a, W: Trace>(
    machine: &Machine<'a, W>,
    condition: &'a Condition,
    frame: &mut Frame<'a, W>,
) -> Verdict {
    if let Some(when) = &condition.when {
        match machine.truth(&when.code.ir, frame).0 {
            Ok(true) => {}
            Ok(false) => return Verdict::NotApplicable,
            Err(_) => return Verdict::NotEvaluable,
        }
    }
    match machine.truth(&condition.assert.code.ir, frame).0 {
        Ok(true) => Verdict::Pass,
        Ok(false) => Verdict::Fail,
        Err(_) => Verdict::NotEvaluable,
    }
}

/// The severity of a failure: the first case that is not false; until the rule takes effect,
/// `info`.
fn severity<'a, W: Trace>(
    machine: &Machine<'a, W>,
    rule: &'a Rule,
    frame: &mut Frame<'a, W>,
) -> Severity {
    if let Some(day) = rule.effective_from.filter(|day| machine.as_of() < *day) {
        machine.note_until(day);
        return Severity::Info;
    }
    for case in &rule.severities {
        match &case.when {
            None => return case.severity,
            Some(when) if machine.truth(&when.code.ir, frame).0 != Ok(false) => {
                return case.severity;
            }
            Some(_) => {}
        }
    }
    rule.severity
}
