//! One run from documents to assessment: pure functions of their input.
//!
//! [`judge`] gives verdicts and findings of one revision under one set of policies on one day;
//! [`assess`] sets a judgement beside those of a base revision, if there is one, and sums up.

mod group;
mod known;
mod read;
mod settle;
mod summary;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::assessment::{Assessment, Completeness, NotEvaluable};
use crate::catalog::{Catalog, ResourceId};
use crate::config::Config;
use crate::evaluate::{self, Circumstances, Evaluation, Ledger, RuleFailure, Standing, Waivers};
use crate::expr::SeenFile;
use crate::finding::{Fault, Finding, Label};
use crate::kind::validate::{Strictness, Validators};
use crate::kind::{Kinds, SchemaError, SchemaText};
use crate::rule::{self, Mistake, Pack, Policies};
use crate::scalar::Date;
use crate::snapshot::Snapshot;
use crate::source::{SourceId, Sources};
use crate::triage::baseline::Baseline;
use crate::triage::compare::{self, Rules, Side, Sides};
use crate::triage::waiver::Matcher;
use crate::triage::{BaseName, Comparison, Outcome, Past, State, Triaged};
use known::KnownPolicies;
pub use known::{Known, KnownDocuments};
pub(crate) use read::read_documents;
pub(crate) use settle::{Found, put_in_order, reported, settle, states};

/// Everything a run depends on.
pub struct Input<'a> {
    /// The documents.
    pub snapshot: &'a Snapshot,
    /// Texts that spans of the configuration point into; documents and policy files are added to them.
    pub sources: Sources,
    /// Schema files of the kinds.
    pub schemas: &'a [SchemaText],
    /// Packs, in the order in which they apply.
    pub packs: &'a [Pack],
    /// What the configuration says.
    pub config: &'a Config,
    /// The profile to judge under, whatever the records say; none for the one they say.
    pub profile: Option<&'a str>,
    /// Findings that were there when checking began, and fail nothing.
    pub baseline: Option<&'a Baseline>,
    /// True if the whole repository is checked, so that what is not found is not there.
    pub is_whole: bool,
    /// The date of the run.
    pub as_of: Date,
    /// The start of the period, if one is checked.
    pub from: Option<Date>,
    /// Rules to report on by name, code or policy; none for all.
    pub select: &'a [String],
    /// Rules not to report on.
    pub ignore: &'a [String],
    /// True if there may be no rule of a selected or ignored name: at another revision.
    pub may_lack_rules: bool,
    /// How complete documents have to be.
    pub strictness: Strictness,
    /// True if verdicts that could not be given are explained as well.
    pub explain_not_evaluable: bool,
    /// True if waivers are not to apply.
    pub without_waivers: bool,
}

/// Why there is no assessment.
#[derive(Debug)]
pub enum Failure {
    /// Schema files are wrong.
    Schemas(Vec<SchemaError>),
    /// Policy files or the configuration are wrong, with the texts their places point into.
    Policies(Vec<Mistake>, Sources),
    /// A rule could not be evaluated.
    Rule(RuleFailure, Sources),
    /// `--select` or `--ignore` names no rule: the word, and a similar one.
    NoSuchRule(String, Option<String>),
}

/// The catalog of a run with everything it was built from: what commands that ask questions need.
pub struct Loaded {
    /// All texts.
    pub sources: Sources,
    /// The resources.
    pub catalog: Catalog,
    /// The rules.
    pub policies: Arc<Policies>,
    /// What is wrong with the documents.
    pub faults: Vec<Fault>,
    /// Files of the snapshot by path.
    pub files: BTreeMap<String, SeenFile>,
}

/// Reads documents and policies.
///
/// # Errors
///
/// If schemas, policies or a selection are wrong.
pub fn load(input: &Input<'_>) -> Result<Loaded, Failure> {
    let kinds = Arc::new(Kinds::load(input.schemas).map_err(Failure::Schemas)?);
    load_with(input, &kinds)
}

/// Reads documents and policies under kinds that are loaded already.
///
/// # Errors
///
/// If policies or a selection are wrong.
pub fn load_with(input: &Input<'_>, kinds: &Arc<Kinds>) -> Result<Loaded, Failure> {
    load_knowing(input, kinds, None)
}

/// Reads documents and policies; documents that are known already are not parsed again.
///
/// # Errors
///
/// If policies or a selection are wrong.
pub fn load_knowing(
    input: &Input<'_>,
    kinds: &Arc<Kinds>,
    known: Option<&mut KnownDocuments>,
) -> Result<Loaded, Failure> {
    let validators = Validators::new(kinds.clone());
    let (mut sources, catalog, faults) = read_documents(input, &validators, known);
    let policies = load_policies(input, kinds, &catalog, &mut sources)?;
    Ok(loaded(
        input,
        (sources, catalog, faults),
        Arc::new(policies),
    ))
}

/// Reads documents after others, under the same configuration and the same packs. The texts of
/// policies come before those of documents, so that they keep their numbers.
///
/// # Errors
///
/// If policies or a selection are wrong.
pub fn load_again(
    input: &Input<'_>,
    kinds: &Arc<Kinds>,
    known: &mut Known,
) -> Result<Loaded, Failure> {
    let validators = known.validators(kinds);
    if known.policies.is_none() {
        learn_policies(input, &validators, known)?;
    }
    let read = read_after_policies(input, &validators, known);
    let named = known
        .policies
        .as_ref()
        .and_then(|known| known.profile.as_deref());
    if read.1.profile() == named {
        let policies = known.policies.as_ref().expect("they were learned above");
        return Ok(loaded(input, read, policies.policies.clone()));
    }
    learn_policies(input, &validators, known)?;
    let read = read_after_policies(input, &validators, known);
    let policies = known.policies.as_ref().expect("they were learned above");
    Ok(loaded(input, read, policies.policies.clone()))
}

/// Loads the policies that hold for these records, which have to be read to know the profile.
fn learn_policies(
    input: &Input<'_>,
    validators: &Validators,
    known: &mut Known,
) -> Result<(), Failure> {
    let (_, catalog, _) = read_documents(input, validators, Some(&mut known.documents));
    let mut sources = input.sources.clone();
    let policies = load_policies(input, validators.kinds(), &catalog, &mut sources)?;
    known.policies = Some(KnownPolicies {
        policies: Arc::new(policies),
        sources,
        profile: catalog.profile().map(ToOwned::to_owned),
    });
    Ok(())
}

fn read_after_policies(
    input: &Input<'_>,
    validators: &Validators,
    known: &mut Known,
) -> (Sources, Catalog, Vec<Fault>) {
    let policies = known.policies.as_ref().expect("policies are learned first");
    let sources = policies.sources.clone();
    let input = Input { sources, ..*input };
    read_documents(&input, validators, Some(&mut known.documents))
}

fn loaded(
    input: &Input<'_>,
    (sources, catalog, faults): (Sources, Catalog, Vec<Fault>),
    policies: Arc<Policies>,
) -> Loaded {
    let files = input.snapshot.files.iter().map(|(path, file)| {
        let digest = file.digest.as_deref().map(Into::into);
        let size = file.size;
        (path.clone(), SeenFile { digest, size })
    });
    Loaded {
        files: files.collect(),
        sources,
        catalog,
        policies,
        faults,
    }
}

/// Reads the policies that hold for these records.
///
/// # Errors
///
/// If policies or a selection are wrong.
pub(crate) fn load_policies(
    input: &Input<'_>,
    kinds: &Arc<Kinds>,
    catalog: &Catalog,
    sources: &mut Sources,
) -> Result<Policies, Failure> {
    let profile = input.profile.or(catalog.profile());
    let overlay = &input.config.overlay;
    let policies = rule::load(kinds, input.packs, overlay, profile, sources);
    let mut policies = policies.map_err(|mistakes| Failure::Policies(mistakes, sources.clone()))?;
    select(&mut policies, input)?;
    Ok(policies)
}

/// A snapshot judged: every verdict, and every finding with whether it is excepted.
pub struct Judgement {
    /// What it was judged from.
    pub loaded: Arc<Loaded>,
    /// What the configuration says.
    pub config: Config,
    /// The verdicts.
    pub ledger: Ledger,
    /// The waivers.
    pub waivers: Waivers,
    /// The findings in the order of files and places.
    pub findings: Vec<Arc<Finding>>,
    /// Whether each is excepted.
    pub states: Vec<State>,
    /// Verdicts that could not be given, if they were asked for.
    pub not_evaluable: Vec<NotEvaluable>,
    /// What could not be read: path and reason.
    pub unread: Vec<(String, String)>,
    /// How complete each resource is, by number.
    pub completeness: Vec<Completeness>,
}

impl Judgement {
    /// What a comparison looks at.
    #[must_use]
    pub fn side(&self) -> Side<'_> {
        Side {
            policies: &self.loaded.policies,
            catalog: &self.loaded.catalog,
            ledger: &self.ledger,
            findings: &self.findings,
            states: &self.states,
            sources: &self.loaded.sources,
            unread: &self.unread,
        }
    }

    /// What waivers are matched under.
    #[must_use]
    pub fn matcher(&self) -> Matcher<'_> {
        Matcher {
            policies: &self.loaded.policies,
            catalog: &self.loaded.catalog,
            ledger: &self.ledger,
            waivers: &self.waivers,
        }
    }
}

/// The judgements of the base revision that a comparison needs.
pub struct Base {
    /// How it is named.
    pub name: BaseName,
    /// The base under its own policies, on the day of the run.
    pub before: Judgement,
    /// The head under the policies of the base, if they differ from its own.
    pub old_policies: Option<Judgement>,
    /// The base under its own policies on its own day, if it differs from the day of the run.
    pub on_its_day: Option<Judgement>,
}

/// Assesses a snapshot.
///
/// # Errors
///
/// If schemas, policies or a selection are wrong, or a rule cannot be evaluated.
pub fn assess(input: &Input<'_>, base: Option<&Base>) -> Result<Assessment, Failure> {
    let judgement = judge(input, &Arc::new(load(input)?))?;
    Ok(sum_up(input, judgement, base))
}

/// Judges what is loaded.
///
/// # Errors
///
/// If a rule cannot be evaluated.
pub fn judge(input: &Input<'_>, loaded: &Arc<Loaded>) -> Result<Judgement, Failure> {
    let faulty = faulty_resources(loaded);
    let circumstances = circumstances(input, loaded);
    let evaluation = evaluate::evaluate(&loaded.policies, &loaded.catalog, &circumstances, &faulty);
    match evaluation {
        Ok(evaluation) => Ok(judgement(input, loaded.clone(), evaluation)),
        Err(failure) => Err(Failure::Rule(failure, loaded.sources.clone())),
    }
}

/// Judges what is loaded after something that was judged before it, under the same policies: only
/// what rests on something that differs is evaluated, and findings that stay may count days up to an
/// earlier day in their words, until [`retold`] tells them.
///
/// # Errors
///
/// If a rule cannot be evaluated.
pub fn judge_after(
    input: &Input<'_>,
    loaded: &Arc<Loaded>,
    before: Option<(Standing, &Loaded)>,
) -> Result<(Judgement, Standing), Failure> {
    let faulty = faulty_resources(loaded);
    let circumstances = Circumstances {
        words_may_lag: true,
        ..circumstances(input, loaded)
    };
    let (policies, catalog) = (&*loaded.policies, &loaded.catalog);
    let before = before.filter(|(_, before)| Arc::ptr_eq(&before.policies, &loaded.policies));
    let standing = match before {
        Some((standing, before)) => {
            let before = &before.catalog;
            standing.after(before, policies, catalog, &circumstances, &faulty)
        }
        None => Standing::recorded(policies, catalog, &circumstances, &faulty),
    };
    let standing = standing.map_err(|failure| Failure::Rule(failure, loaded.sources.clone()))?;
    let judgement = judgement(input, loaded.clone(), standing.evaluation());
    Ok((judgement, standing))
}

/// Tells findings of a judgement after another one in the words of its day.
#[must_use]
pub fn retold(
    input: &Input<'_>,
    judgement: &Judgement,
    findings: &[Arc<Finding>],
) -> Vec<Arc<Finding>> {
    let loaded = &*judgement.loaded;
    let circumstances = circumstances(input, loaded);
    let seen = (&judgement.ledger, &judgement.waivers);
    evaluate::retold(
        &loaded.policies,
        &loaded.catalog,
        &circumstances,
        seen,
        findings,
    )
}

fn circumstances<'a>(input: &Input<'_>, loaded: &'a Loaded) -> Circumstances<'a> {
    Circumstances {
        as_of: input.as_of,
        from: input.from,
        files: &loaded.files,
        explain_not_evaluable: input.explain_not_evaluable,
        only: None,
        words_may_lag: false,
    }
}

/// Switches off what is not selected. Rules of the engine about reading stay on: nothing that
/// cannot be read may pass in silence.
fn select(policies: &mut Policies, input: &Input<'_>) -> Result<(), Failure> {
    for word in input.select.iter().chain(input.ignore) {
        if input.may_lack_rules || policies.rules.iter().any(|rule| rule.is_called(word)) {
            continue;
        }
        let names = policies
            .rules
            .iter()
            .flat_map(|rule| [&*rule.name, &*rule.code, &*rule.policy]);
        let near = crate::kind::nearest(word, names).map(ToOwned::to_owned);
        return Err(Failure::NoSuchRule(word.clone(), near));
    }
    for rule in &mut policies.rules {
        let selected =
            input.select.is_empty() || input.select.iter().any(|word| rule.is_called(word));
        let ignored = input.ignore.iter().any(|word| rule.is_called(word));
        rule.enabled = rule.enabled && selected && !ignored;
    }
    Ok(())
}

/// Resources whose documents have faults of their own.
pub(crate) fn faulty_resources(loaded: &Loaded) -> Vec<ResourceId> {
    let mut found: Vec<ResourceId> = loaded
        .faults
        .iter()
        .filter_map(|fault| {
            let (kind, id) = fault.subject.as_deref()?.split_once('/')?;
            loaded.catalog.find(loaded.policies.kinds.find(kind)?, id)
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn judgement(input: &Input<'_>, loaded: Arc<Loaded>, evaluation: Evaluation) -> Judgement {
    let Evaluation {
        ledger,
        findings,
        mut not_evaluable,
        faults,
        waivers,
        completeness,
    } = evaluation;
    let found = Found {
        ledger: &ledger,
        waivers: &waivers,
        findings,
        faults: &faults,
    };
    let (findings, states) = settle(input, &loaded, found);
    not_evaluable.retain(|entry| {
        let rule = loaded.policies.find(&entry.rule);
        rule.is_some_and(|rule| rule.enabled)
    });
    Judgement {
        config: input.config.clone(),
        loaded,
        ledger,
        waivers,
        findings,
        states,
        not_evaluable,
        unread: input.snapshot.unread.clone(),
        completeness,
    }
}

/// Sets a judgement beside the base, and sums up.
#[must_use]
pub fn sum_up(input: &Input<'_>, judgement: Judgement, base: Option<&Base>) -> Assessment {
    let mut sources = judgement.loaded.sources.clone();
    let (changes, comparison) = match base {
        Some(base) => {
            let (changes, comparison) = compare_with(&judgement, base, &mut sources);
            (changes, Some(comparison))
        }
        None => (vec![None; judgement.findings.len()], None),
    };
    let Judgement {
        loaded,
        ledger,
        findings,
        states,
        not_evaluable,
        completeness,
        ..
    } = judgement;
    let triaged = findings.into_iter().zip(states).zip(changes);
    let mut findings: Vec<Triaged> = triaged
        .map(|((finding, state), change)| Triaged {
            finding,
            state,
            change,
            head: 0,
        })
        .collect();
    let heads = group::heads(&loaded, &findings);
    for (triaged, head) in findings.iter_mut().zip(heads) {
        triaged.head = head;
    }
    let rules = summary::rules(input, &loaded, &ledger, &findings);
    Assessment {
        sources,
        as_of: input.as_of,
        from: input.from,
        counts: summary::counts(input, &loaded, &rules),
        provenance: summary::provenance(input, &loaded),
        baseline: input
            .baseline
            .map(|baseline| baseline.used(&findings, input.is_whole)),
        policies: summary::policies(&loaded.policies),
        scoring: loaded.policies.scoring.clone(),
        required_kinds: summary::required_kinds(&loaded.policies),
        resources: summary::resources(&loaded.catalog, &completeness),
        ledger: summary::ledger(&loaded.policies, ledger),
        rules,
        findings,
        comparison,
        not_evaluable,
        unread: input.snapshot.unread.clone(),
    }
}

/// Compares a judgement with the base; texts of the base that its findings point into are added to
/// `sources`.
fn compare_with(
    head: &Judgement,
    base: &Base,
    sources: &mut Sources,
) -> (Vec<Option<crate::triage::Change>>, Comparison) {
    let sides = Sides {
        before: base.before.side(),
        old_policies: base.old_policies.as_ref().map(Judgement::side),
        on_its_day: base.on_its_day.as_ref().map(Judgement::side),
    };
    let compared = compare::compare(head.side(), sides);
    let weakenings = compare::weakenings(
        Rules {
            side: head.side(),
            config: &head.config,
        },
        Rules {
            side: base.before.side(),
            config: &base.before.config,
        },
        &compared,
    );
    let mut adopted = Adopted {
        from: &base.before.loaded.sources,
        into: sources,
        known: BTreeMap::new(),
    };
    let past = compared.gone.iter().map(|(number, outcome)| Past {
        finding: adopted.finding(&base.before.findings[*number]).into(),
        outcome: *outcome,
        now: place_now(head, &base.before.findings[*number], *outcome),
    });
    let comparison = Comparison {
        base: base.name.clone(),
        past: past.collect(),
        weakenings,
    };
    (compared.changes, comparison)
}

/// Where the subject of a past finding stands now; for what is lost, what it lacks.
fn place_now(head: &Judgement, finding: &Finding, outcome: Outcome) -> Option<Label> {
    // A list that cannot be read is one entry for all its items.
    let whole = finding.subject.split('#').next();
    let is_about = |subject: &str| subject == finding.subject || Some(subject) == whole;
    let mut lacking = head.not_evaluable.iter().filter(|entry| {
        outcome == Outcome::Lost && entry.rule == finding.rule && is_about(&entry.subject)
    });
    if let Some(label) = lacking.find_map(|entry| entry.labels.last()) {
        return Some(label.clone());
    }
    let catalog = &head.loaded.catalog;
    let subject = evaluate::Subject::named(catalog, &finding.subject)?;
    let id = catalog.node(catalog.resource(subject.resource?).id);
    Some(Label::new(id.span(), subject.name(catalog)))
}

/// Texts of one run that findings in another one point into.
struct Adopted<'a> {
    from: &'a Sources,
    into: &'a mut Sources,
    known: BTreeMap<SourceId, SourceId>,
}

impl Adopted<'_> {
    fn finding(&mut self, finding: &Finding) -> Finding {
        let mut finding = finding.clone();
        finding.primary = self.label(finding.primary);
        finding.related = finding
            .related
            .into_iter()
            .map(|label| self.label(label))
            .collect();
        // The line of a rule that asked is told of what is asked today.
        finding.asked = None;
        finding.fix = None;
        finding
    }

    fn label(&mut self, mut label: Label) -> Label {
        let (from, into) = (self.from, &mut *self.into);
        let source = label.span.source;
        label.span.source = *self
            .known
            .entry(source)
            .or_insert_with(|| into.push(from.get(source).clone()));
        label
    }
}
