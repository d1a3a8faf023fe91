//! Failures, evaluated once more with their origins.

use std::borrow::Borrow;
use std::sync::Arc;

use rayon::prelude::*;

use super::again::Before;
use super::label::{Place, Rank, places};
use super::words::words;
use super::{
    NotEvaluable, RuleFailure, RuleLedger, Subject, Verdict, failure, run_lets, severity, visit,
};
use crate::catalog::{Catalog, ResourceId};
use crate::expr::{Causes, Frame, Machine, Origin, Read, RunLets, Value, Why, World};
use crate::finding::{Finding, Fingerprint, Label};
use crate::kind::{KindId, RecordId};
use crate::rule::{Condition, Rule};
use crate::scalar::Date;
use crate::source::{SourceId, Span, TextRange};
use crate::syntax::NodeId;

/// Resources that are traced in one go.
pub(super) const TRACED_CHUNK: usize = 16;

/// What tracing a verdict gives.
#[derive(Debug, Clone)]
pub(super) struct Traced {
    /// Number of the rule.
    pub(super) rule: usize,
    pub(super) subject: Subject,
    pub(super) finding: Option<Arc<Finding>>,
    pub(super) not_evaluable: Option<NotEvaluable>,
    /// Fields whose absence it speaks about.
    pub(super) missing: Vec<(NodeId, (RecordId, u16))>,
    /// What the pass that traced it read, if that was recorded.
    pub(super) reads: Box<[Read]>,
    /// The first day on which it can point elsewhere.
    pub(super) until: Date,
}

impl Traced {
    /// The first day on which it can say the same in other words.
    pub(super) fn words_until(&self) -> Date {
        let finding = self.finding.as_ref();
        finding.map_or(Date::AFTER_ALL, |finding| finding.words_until)
    }

    /// The same in a later run, in which its resource has the number `resource`; none if it points
    /// into a text that was read again.
    pub(super) fn carried(
        mut self,
        resource: Option<ResourceId>,
        known: Before<'_>,
    ) -> Option<Self> {
        let source = |id: SourceId| known.source(id);
        let carry = |span: &mut Span| {
            span.source = source(span.source)?;
            Some(())
        };
        let carry_all = |labels: &mut [Label]| {
            labels
                .iter_mut()
                .try_for_each(|label| carry(&mut label.span))
        };
        if let Some(finding) = &mut self.finding {
            let mut is_moved = false;
            for span in spans(finding) {
                is_moved |= source(span.source)? != span.source;
            }
            if is_moved {
                let finding = Arc::make_mut(finding);
                carry(&mut finding.primary.span)?;
                carry_all(&mut finding.related)?;
                finding.related.sort_by_key(|label| label.span);
                finding.asked.iter_mut().try_for_each(carry)?;
            }
        }
        if let Some(unknown) = &mut self.not_evaluable {
            carry_all(&mut unknown.labels)?;
        }
        for (node, _) in &mut self.missing {
            node.source = source(node.source)?;
        }
        self.subject.resource = resource;
        Some(self)
    }
}

/// All places that a finding points at.
fn spans(finding: &Finding) -> impl Iterator<Item = Span> + '_ {
    let related = finding.related.iter().map(|label| label.span);
    let others = related.chain(finding.asked);
    std::iter::once(finding.primary.span).chain(others)
}

/// Traces the failures of rules, and with `explain` the verdicts that could not be given.
pub(super) fn failures<'a>(
    world: &'a World<'a>,
    rules: &[(usize, &'a Rule)],
    ledgers: &[impl Borrow<RuleLedger>],
    known: &[Vec<Traced>],
    explain: bool,
) -> Result<Vec<Traced>, RuleFailure> {
    let ledgers = ledgers.iter().map(Borrow::borrow);
    let wanted = ledgers.enumerate().map(|(position, ledger)| {
        let mut wanted: Vec<Option<u32>> = ledger
            .subjects
            .iter()
            .zip(&ledger.verdicts)
            .filter(|(subject, verdict)| match verdict {
                Verdict::Fail => !subject.is_undecided || explain,
                Verdict::NotEvaluable => explain,
                _ => false,
            })
            .map(|(subject, _)| subject.resource)
            .collect();
        wanted.dedup();
        let known = known.get(position).map_or(&[][..], Vec::as_slice);
        let is_known = |wanted: &Option<u32>| {
            known
                .binary_search_by_key(wanted, |traced| traced.subject.resource)
                .is_ok()
        };
        wanted.retain(|wanted| !is_known(wanted));
        wanted
    });
    let wanted: Vec<Vec<Option<ResourceId>>> = wanted.collect();
    resources(world, rules, &wanted, explain)
}

/// Traces what each rule says of these resources, in the order of the rules and resources.
pub(super) fn resources<'a>(
    world: &'a World<'a>,
    rules: &[(usize, &'a Rule)],
    wanted: &[Vec<Option<ResourceId>>],
    explain: bool,
) -> Result<Vec<Traced>, RuleFailure> {
    let lets: Vec<Arc<RunLets<'a, Why>>> = rules.iter().map(|(_, rule)| run_lets(rule)).collect();
    let tasks = wanted.iter().enumerate().flat_map(|(position, wanted)| {
        let chunks = wanted.chunks(TRACED_CHUNK);
        chunks.map(move |chunk| (position, chunk))
    });
    let tasks: Vec<(usize, &[Option<ResourceId>])> = tasks.collect();
    let traced: Vec<Result<Vec<Traced>, RuleFailure>> = tasks
        .into_par_iter()
        .map(|(position, subjects)| {
            let (number, rule) = rules[position];
            trace_chunk(world, number, rule, &lets[position], subjects, explain)
        })
        .collect();
    let mut all = Vec::new();
    for chunk in traced {
        all.extend(chunk?);
    }
    Ok(all)
}

fn trace_chunk<'a>(
    world: &'a World<'a>,
    number: usize,
    rule: &'a Rule,
    lets: &Arc<RunLets<'a, Why>>,
    subjects: &[Option<u32>],
    explain: bool,
) -> Result<Vec<Traced>, RuleFailure> {
    let Some(condition) = rule.condition() else {
        return Ok(Vec::new());
    };
    let machine: Machine<'a, Why> =
        Machine::new(world, &rule.params, &condition.lets, lets, u64::MAX);
    let machine = if world.is_kept() {
        machine.recording()
    } else {
        machine
    };
    let mut found: Vec<Traced> = Vec::new();
    for subject in subjects {
        let first = found.len();
        visit(&machine, condition, *subject, &mut |subject, frame| {
            let tracer = Tracer {
                machine: &machine,
                rule,
                condition,
            };
            if let Some(traced) = tracer.trace(number, subject, frame, explain) {
                found.push(traced);
            }
        });
        if let Some(error) = machine.error() {
            return Err(failure(rule, error.message));
        }
        let (reads, until) = (machine.take_reads(), machine.take_until());
        for traced in &mut found[first..] {
            traced.reads = reads.clone().into();
            traced.until = until;
        }
    }
    Ok(found)
}

struct Tracer<'m, 'a> {
    machine: &'m Machine<'a, Why>,
    rule: &'a Rule,
    condition: &'a Condition,
}

impl<'a> Tracer<'_, 'a> {
    fn trace(
        &self,
        rule: usize,
        subject: Subject,
        frame: &mut Frame<'a, Why>,
        explain: bool,
    ) -> Option<Traced> {
        if let Some(when) = &self.condition.when {
            match self.machine.truth(&when.code.ir, frame) {
                (Ok(true), _) => {}
                (Ok(false), _) => return None,
                (Err(causes), why) => {
                    return explain.then(|| self.not_evaluable(rule, subject, causes, &why));
                }
            }
        }
        let (truth, why) = self.machine.truth(&self.condition.assert.code.ir, frame);
        match truth {
            Ok(true) => None,
            Ok(false) if subject.is_undecided => {
                explain.then(|| self.not_evaluable(rule, subject, Causes::OPEN, &why))
            }
            Ok(false) => Some(self.failure(rule, subject, frame, &why)),
            Err(causes) => explain.then(|| self.not_evaluable(rule, subject, causes, &why)),
        }
    }

    fn not_evaluable(&self, rule: usize, subject: Subject, causes: Causes, why: &Why) -> Traced {
        let catalog = self.machine.catalog();
        let mut labels: Vec<Label> = places(catalog, why)
            .into_iter()
            .map(|place| place.label)
            .collect();
        if labels.is_empty() {
            labels.extend(subject_label(catalog, &subject));
        }
        Traced {
            rule,
            finding: None,
            not_evaluable: Some(NotEvaluable {
                rule: self.rule.name.clone(),
                code: self.rule.code.clone(),
                subject: subject.name(catalog),
                causes: causes.words(),
                labels,
            }),
            subject,
            missing: Vec::new(),
            reads: [].into(),
            until: Date::AFTER_ALL,
        }
    }

    fn failure(
        &self,
        rule: usize,
        subject: Subject,
        frame: &mut Frame<'a, Why>,
        why: &Why,
    ) -> Traced {
        let catalog = self.machine.catalog();
        let mut found = places(catalog, why);
        let (origins, _) = why.origins();
        let missing = origins
            .iter()
            .filter_map(|origin| match origin {
                Origin::Missing { parent, field } => Some((*parent, *field)),
                _ => None,
            })
            .collect();
        let primary = self.primary(&subject, frame, &mut found);
        let name = subject.name(catalog);
        let cause = self
            .cause(frame)
            .or_else(|| primary.default.clone())
            .filter(|cause| *cause != name);
        let mut related: Vec<Label> = Vec::new();
        related.extend(primary.beside.clone());
        for place in found {
            related.push(place.label);
            related.extend(place.beside);
        }
        related.retain(|label| label.span != primary.label.span);
        related.sort_by_key(|label| label.span);
        related.dedup_by_key(|label| label.span);
        let severity = severity(self.machine, self.rule, frame);
        let until = self.machine.take_until();
        let message = words(self.machine, &self.rule.message, frame);
        let help = words(self.machine, &self.rule.fix, frame);
        let words_until = self.machine.take_until();
        self.machine.note_until(until);
        let finding = Finding {
            rule: self.rule.name.clone(),
            code: self.rule.code.clone(),
            severity,
            message,
            primary: primary.label,
            related,
            asked: Some(self.condition.assert.span),
            help: Some(help),
            fix: None,
            fingerprint: Fingerprint::of(&[&self.rule.name, &name]),
            subject: name,
            cause,
            words_until,
        };
        Traced {
            rule,
            subject,
            finding: Some(finding.into()),
            not_evaluable: None,
            missing,
            reads: [].into(),
            until: Date::AFTER_ALL,
        }
    }

    /// The place to point at: `at:` if the rule says so, else the last place inside the subject,
    /// else the subject itself.
    fn primary(
        &self,
        subject: &Subject,
        frame: &mut Frame<'a, Why>,
        found: &mut Vec<Place>,
    ) -> Place {
        let catalog = self.machine.catalog();
        if let Some(at) = &self.condition.at {
            let (value, why) = self.machine.eval(&at.code.ir, frame);
            if let Some(place) = places(catalog, &why)
                .pop()
                .or_else(|| whole(catalog, &value))
            {
                return place;
            }
        }
        let item = match frame_item(frame) {
            Some(Value::Record(node, _)) if self.condition.each.is_some() => Some(*node),
            _ => None,
        };
        let within = |place: &Place| match (item, place.node) {
            (Some(item), Some(node)) => {
                node.source == item.id().source
                    && item.range().start <= place.label.span.range.start
                    && place.label.span.range.end <= item.range().end
            }
            _ => subject.resource.is_some() && place.resource == subject.resource,
        };
        // Of the places that rank highest, the last: an assertion ends in what it is about.
        let ranked = found.iter().enumerate().filter(|(_, place)| within(place));
        let position = ranked
            .max_by_key(|(index, place)| (place.rank, *index))
            .map(|(index, _)| index);
        if let Some(position) = position {
            return found.remove(position);
        }
        if let Some(item) = item {
            let value: Value<'a, Why> = Value::Record(item, RecordId(0));
            if let Some(place) = whole(catalog, &value) {
                return place;
            }
        }
        match subject_label(catalog, subject) {
            Some(label) => at_label(label, subject.resource),
            None if !found.is_empty() => found.remove(0),
            None => at_label(self.repository_label(), None),
        }
    }

    /// Gaps in the whole are shown at the record that describes the whole, else at the first one.
    fn repository_label(&self) -> Label {
        let catalog = self.machine.catalog();
        let kinds = catalog.kinds();
        let describes = |kind: KindId| {
            let mut fields = kinds.root(kind).fields.iter();
            fields.any(|field| field.role.is_some())
        };
        let look = |kind: KindId| {
            // Other records may come to be the first.
            self.machine.note_value(&Value::All(kind));
            catalog.of_kind(kind).next()
        };
        let all = || kinds.iter().map(|(kind, _)| kind);
        let describing: Vec<_> = all().filter(|kind| describes(*kind)).map(look).collect();
        let found = describing.into_iter().flatten().min();
        let found = found.or_else(|| {
            all()
                .map(look)
                .collect::<Vec<_>>()
                .into_iter()
                .flatten()
                .min()
        });
        match found {
            Some(resource) => Label::new(
                catalog.node(catalog.resource(resource).id).span(),
                "the repository as a whole",
            ),
            None => Label::new(Span::new(SourceId::from_index(0), TextRange::default()), ""),
        }
    }

    fn cause(&self, frame: &mut Frame<'a, Why>) -> Option<String> {
        let cause = self.condition.cause.as_ref()?;
        let (value, _) = self.machine.eval(&cause.code.ir, frame);
        (!value.is_ne()).then(|| self.machine.print(&value))
    }
}

fn frame_item<'f, 'a>(frame: &'f Frame<'a, Why>) -> Option<&'f Value<'a, Why>> {
    frame.item()
}

fn at_label(label: Label, resource: Option<u32>) -> Place {
    Place {
        label,
        resource,
        node: None,
        beside: None,
        default: None,
        rank: Rank::Value,
    }
}

/// The place of a whole record.
fn whole(catalog: &Catalog, value: &Value<'_, Why>) -> Option<Place> {
    let label = match value {
        Value::Resource(id) => Label::new(
            catalog.node(catalog.resource(*id).id).span(),
            catalog.name(*id),
        ),
        Value::Record(node, _) => {
            let first = node
                .get("id")
                .or_else(|| node.entries().next().map(|(_, value)| value))?;
            Label::new(first.span(), first.text().to_owned())
        }
        _ => return None,
    };
    Some(at_label(label, None))
}

pub(super) fn subject_label(catalog: &Catalog, subject: &Subject) -> Option<Label> {
    let id = catalog.node(catalog.resource(subject.resource?).id);
    Some(Label::new(id.span(), subject.name(catalog)))
}

/// One step of a proof: an expression, its value, and where that came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// `when`, `assert` or the name of a `let`.
    pub part: String,
    /// The expression as written.
    pub text: String,
    /// Its value, printed.
    pub value: String,
    /// Where the value came from.
    pub labels: Vec<Label>,
}

/// Why a rule gives the verdict it gives on a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The subject.
    pub subject: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Causes, if it is not evaluable.
    pub causes: Vec<&'static str>,
    /// The steps that lead there.
    pub steps: Vec<Step>,
    /// What the rule says of it, if it fails.
    pub message: Option<String>,
}

/// Proves the verdicts of a rule on the subjects that `resource` (none for the repository) stands
/// for.
///
/// # Errors
///
/// If the rule cannot be evaluated.
pub fn explain<'a>(
    world: &'a World<'a>,
    rule: &'a Rule,
    resource: Option<u32>,
) -> Result<Vec<Proof>, RuleFailure> {
    let lets = run_lets(rule);
    let Some(condition) = rule.condition() else {
        return Ok(Vec::new());
    };
    let machine: Machine<'a, Why> =
        Machine::new(world, &rule.params, &condition.lets, &lets, u64::MAX);
    let mut proofs = Vec::new();
    visit(&machine, condition, resource, &mut |subject, frame| {
        let tracer = Tracer {
            machine: &machine,
            rule,
            condition,
        };
        proofs.push(tracer.prove(&subject, frame));
    });
    match machine.error() {
        Some(error) => Err(failure(rule, error.message)),
        None => Ok(proofs),
    }
}

impl<'a> Tracer<'_, 'a> {
    fn prove(&self, subject: &Subject, frame: &mut Frame<'a, Why>) -> Proof {
        let catalog = self.machine.catalog();
        let mut proof = Proof {
            subject: subject.name(catalog),
            verdict: Verdict::NotEvaluable,
            causes: Vec::new(),
            steps: Vec::new(),
            message: None,
        };
        if let Some(when) = &self.condition.when {
            let (truth, why) = self.machine.truth(&when.code.ir, frame);
            proof.steps.push(self.step("when", &when.text, truth, &why));
            match truth {
                Ok(true) => {}
                Ok(false) => {
                    proof.verdict = Verdict::NotApplicable;
                    return proof;
                }
                Err(causes) => {
                    proof.causes = causes.words();
                    return proof;
                }
            }
        }
        for (known, code) in self.condition.let_types.iter().zip(&self.condition.lets) {
            let (value, why) = self.machine.eval(&code.ir, frame);
            let labels = places(catalog, &why)
                .into_iter()
                .map(|place| place.label)
                .collect();
            proof.steps.push(Step {
                part: known.name.to_string(),
                text: String::new(),
                value: self.machine.print(&value),
                labels,
            });
        }
        let (truth, why) = self.machine.truth(&self.condition.assert.code.ir, frame);
        proof
            .steps
            .push(self.step("assert", &self.condition.assert.text, truth, &why));
        match truth {
            Ok(true) => proof.verdict = Verdict::Pass,
            Ok(false) => {
                proof.verdict = Verdict::Fail;
                proof.message = Some(words(self.machine, &self.rule.message, frame));
            }
            Err(causes) => proof.causes = causes.words(),
        }
        proof
    }

    fn step(&self, part: &str, text: &str, truth: Result<bool, Causes>, why: &Why) -> Step {
        let labels = places(self.machine.catalog(), why)
            .into_iter()
            .map(|place| place.label)
            .collect();
        let value = match truth {
            Ok(value) => value.to_string(),
            Err(causes) => format!("not evaluable: {}", causes.words().join(", ")),
        };
        Step {
            part: part.to_owned(),
            text: text.trim().to_owned(),
            value,
            labels,
        }
    }
}
