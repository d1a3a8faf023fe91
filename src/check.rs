//! One run from documents to assessment: a pure function of its input.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::assessment::{
    Assessment, Counts, DateSource, PackSummary, ParamSummary, Provenance, RuleSummary, State,
    Triaged, Verdicts,
};
use crate::catalog::{Catalog, ResourceId};
use crate::evaluate::{self, Circumstances, Evaluation, Ledger, RuleFailure, Subject, Waivers};
use crate::expr::SeenFile;
use crate::finding::{EngineCheck, Fault, Finding, Fingerprint, Label, Severity};
use crate::kind::validate::{Strictness, Validators, validate};
use crate::kind::{Kinds, SchemaError, SchemaText, Vocabulary};
use crate::rule::{self, Check, Mistake, Overlay, Pack, Policies, Rule};
use crate::scalar::Date;
use crate::snapshot::{Document, Recognition, Snapshot, Suspicion};
use crate::source::{SourceId, Sources, Span, TextRange};
use crate::syntax::{self, NodeKind, Parsed};

/// Everything a run depends on.
pub struct Input<'a> {
    /// The documents.
    pub snapshot: &'a Snapshot,
    /// Texts that spans of the overlay point into; documents and policy files are added to them.
    pub sources: Sources,
    /// Schema files of the kinds.
    pub schemas: &'a [SchemaText],
    /// Packs, in the order in which they apply.
    pub packs: &'a [Pack],
    /// What the configuration sets.
    pub overlay: &'a Overlay,
    /// The date of the run.
    pub as_of: Date,
    /// The start of the period, if one is checked.
    pub from: Option<Date>,
    /// Rules to report on by name, code or policy; none for all.
    pub select: &'a [String],
    /// Rules not to report on.
    pub ignore: &'a [String],
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
    pub policies: Policies,
    /// What is wrong with the documents.
    pub faults: Vec<Fault>,
    /// Files of the snapshot by path.
    pub files: BTreeMap<String, SeenFile>,
}

/// Reads documents and policies.
///
/// # Errors
///
/// If schemas or policies are wrong.
pub fn load(input: &Input<'_>) -> Result<Loaded, Failure> {
    let kinds = Arc::new(Kinds::load(input.schemas).map_err(Failure::Schemas)?);
    load_with(input, &kinds)
}

/// Reads documents and policies under kinds that are loaded already.
///
/// # Errors
///
/// If policies are wrong.
pub fn load_with(input: &Input<'_>, kinds: &Arc<Kinds>) -> Result<Loaded, Failure> {
    let validators = Validators::new(kinds.clone());
    let (mut sources, catalog, faults) = read_documents(input, &validators);
    let policies = rule::load(
        kinds,
        input.packs,
        input.overlay,
        catalog.profile(),
        &mut sources,
    );
    let policies = policies.map_err(|mistakes| Failure::Policies(mistakes, sources.clone()))?;
    let files = input.snapshot.files.iter().map(|(path, file)| {
        let digest = file.digest.as_deref().map(Into::into);
        let size = file.size;
        (path.clone(), SeenFile { digest, size })
    });
    Ok(Loaded {
        files: files.collect(),
        sources,
        catalog,
        policies,
        faults,
    })
}

/// Reads the documents of a snapshot into a catalog, with everything that is wrong with them.
pub(crate) fn read_documents(
    input: &Input<'_>,
    validators: &Validators,
) -> (Sources, Catalog, Vec<Fault>) {
    let mut sources = input.sources.clone();
    let first = sources.len();
    let mut parsed: Vec<Parsed> = input.snapshot.documents.par_iter().map(parse).collect();
    for parsed in &parsed {
        sources.push(parsed.source().clone());
    }
    let mut faults = check_documents(input, validators, &mut parsed, first);
    let mut by_source: Vec<Option<Arc<Parsed>>> = vec![None; first];
    by_source.extend(parsed.into_iter().map(|parsed| Some(Arc::new(parsed))));
    let (catalog, reference_faults) = Catalog::build(validators.kinds().clone(), by_source);
    faults.extend(reference_faults);
    (sources, catalog, faults)
}

/// Assesses a snapshot.
///
/// # Errors
///
/// If schemas, policies or a selection are wrong, or a rule cannot be evaluated.
pub fn assess(input: &Input<'_>) -> Result<Assessment, Failure> {
    let loaded = load(input)?;
    assess_loaded(input, loaded)
}

/// Assesses what is loaded already.
///
/// # Errors
///
/// If a selection is wrong, or a rule cannot be evaluated.
pub fn assess_loaded(input: &Input<'_>, mut loaded: Loaded) -> Result<Assessment, Failure> {
    select(&mut loaded.policies, input)?;
    let faulty = faulty_resources(&loaded);
    let circumstances = Circumstances {
        as_of: input.as_of,
        from: input.from,
        files: &loaded.files,
        explain_not_evaluable: input.explain_not_evaluable,
        only: None,
    };
    let evaluation = evaluate::evaluate(&loaded.policies, &loaded.catalog, &circumstances, &faulty);
    let evaluation =
        evaluation.map_err(|failure| Failure::Rule(failure, loaded.sources.clone()))?;
    Ok(assemble(input, loaded, evaluation))
}

fn parse(document: &Document) -> Parsed {
    syntax::parse_bytes(document.path.as_str(), document.bytes.clone())
}

/// What is wrong with the documents one by one: how they are recognized, read, and fit their kinds.
fn check_documents(
    input: &Input<'_>,
    validators: &Validators,
    parsed: &mut [Parsed],
    first: usize,
) -> Vec<Fault> {
    let shared: Vec<&Parsed> = parsed.iter().collect();
    let vocabulary = Vocabulary::read(validators.kinds(), shared);
    let recognitions: Vec<Recognition> = input
        .snapshot
        .documents
        .iter()
        .map(|document| document.recognition)
        .collect();
    parsed
        .par_iter_mut()
        .zip(recognitions)
        .enumerate()
        .flat_map_iter(|(index, (parsed, recognition))| {
            let source = SourceId::from_index(first + index);
            let mut faults: Vec<Fault> = recognition_fault(parsed, source, recognition)
                .into_iter()
                .collect();
            faults.extend(
                parsed
                    .faults()
                    .iter()
                    .map(|fault| syntax_fault(fault, source)),
            );
            // What does not say that it is ours is told once, and not field by field.
            let is_told = matches!(
                recognition,
                Recognition::Encrypted
                    | Recognition::Suspect(Suspicion::Kind | Suspicion::ApiVersion)
            );
            if !is_told {
                let words = vocabulary.at(parsed.source().path());
                let (found, broken) = validate(validators, words, parsed, source, input.strictness);
                faults.extend(found);
                parsed.mark_broken(broken);
            }
            faults
        })
        .collect()
}

fn syntax_fault(fault: &syntax::SyntaxFault, source: SourceId) -> Fault {
    let label =
        |(range, text): &(TextRange, String)| Label::new(Span::new(source, *range), text.as_str());
    Fault {
        related: fault.related.iter().map(label).collect(),
        help: fault.help.clone(),
        path: format!("{}", fault.primary.0.start),
        ..Fault::new(fault.check, fault.message.as_str(), label(&fault.primary))
    }
}

fn recognition_fault(parsed: &Parsed, source: SourceId, recognition: Recognition) -> Option<Fault> {
    let (check, message, help) = match recognition {
        Recognition::Ours => return None,
        // Documents that are no maps are faults of their own.
        Recognition::Foreign
            if parsed
                .documents(source)
                .any(|root| root.kind() != NodeKind::Mapping) =>
        {
            return None;
        }
        Recognition::Foreign => (
            EngineCheck::Unrecognized,
            "this is to be read as a governance document, but does not say so",
            "begin each document with `apiVersion: govlint/v1` and `kind:`, or do not name the file",
        ),
        Recognition::Encrypted => (
            EngineCheck::Encrypted,
            "the document is encrypted, so nothing in it can be checked",
            "decrypt it before the check, or keep secrets out of governance records",
        ),
        Recognition::Suspect(Suspicion::Kind) => (
            EngineCheck::Unrecognized,
            "this looks like a governance document, but does not say so",
            "add the line `apiVersion: govlint/v1`, or leave the file out with `exclude:`",
        ),
        Recognition::Suspect(Suspicion::ApiVersion) => (
            EngineCheck::Unrecognized,
            "the apiVersion is none that is known",
            "did you mean `apiVersion: govlint/v1`?",
        ),
        Recognition::Suspect(Suspicion::Spelling) => (
            EngineCheck::Unrecognized,
            "the apiVersion is not written on a line of its own without quotes",
            "write the line `apiVersion: govlint/v1`",
        ),
    };
    let text = parsed.source().text();
    let needle = if matches!(recognition, Recognition::Suspect(Suspicion::Kind)) {
        "kind:"
    } else {
        "apiVersion"
    };
    let start = text.find(needle).unwrap_or(0);
    let end = text[start..]
        .find('\n')
        .map_or(text.len(), |length| start + length);
    let offset = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    let span = Span::new(source, TextRange::new(offset(start), offset(end)));
    Some(Fault::new(check, message, Label::new(span, "")).with_help(help))
}

/// Switches off what is not selected. Rules of the engine about reading stay on: nothing that
/// cannot be read may pass in silence.
fn select(policies: &mut Policies, input: &Input<'_>) -> Result<(), Failure> {
    for word in input.select.iter().chain(input.ignore) {
        if policies.rules.iter().any(|rule| rule.is_called(word)) {
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

fn assemble(input: &Input<'_>, loaded: Loaded, evaluation: Evaluation) -> Assessment {
    let Evaluation {
        ledger,
        findings,
        not_evaluable,
        faults,
        waivers,
    } = evaluation;
    let reported: FxHashSet<&str> = loaded
        .policies
        .rules
        .iter()
        .filter(|rule| rule.enabled)
        .map(|rule| &*rule.name)
        .collect();
    let engine = loaded
        .faults
        .iter()
        .chain(&faults)
        .filter_map(|fault| engine_finding(&loaded, fault));
    let mut all: Vec<Finding> = engine
        .chain(
            findings
                .into_iter()
                .filter(|finding| reported.contains(&*finding.rule)),
        )
        .collect();
    if !input.without_waivers {
        let stale = stale_waivers(&loaded.policies, &loaded.catalog, &waivers, &all);
        all.extend(
            stale
                .iter()
                .filter_map(|fault| engine_finding(&loaded, fault)),
        );
    }
    all.sort_by(|left, right| place(&loaded.sources, left).cmp(&place(&loaded.sources, right)));
    all.dedup_by(|left, right| {
        left.fingerprint == right.fingerprint
            && left.primary == right.primary
            && left.message == right.message
    });
    let findings = triage(input, &loaded, &waivers, all);
    let rules: Vec<RuleSummary> = loaded
        .policies
        .rules
        .iter()
        .zip(&ledger.rules)
        .filter(|(rule, _)| rule.enabled)
        .map(|(rule, verdicts)| summary(&loaded, rule, verdicts.count(), &findings))
        .collect();
    let counts = counts(input, &loaded, &rules);
    let not_evaluable = not_evaluable
        .into_iter()
        .filter(|entry| reported.contains(&*entry.rule))
        .collect();
    let provenance = provenance(input, &loaded);
    let _: &Ledger = &ledger;
    Assessment {
        sources: loaded.sources,
        as_of: input.as_of,
        from: input.from,
        rules,
        findings,
        not_evaluable,
        unread: input.snapshot.unread.clone(),
        counts,
        provenance,
    }
}

/// Files, then places, then rules: the order of all output.
fn place<'s>(sources: &'s Sources, finding: &'s Finding) -> (&'s str, TextRange, &'s str, &'s str) {
    let span = finding.primary.span;
    (
        sources.get(span.source).path(),
        span.range,
        &finding.rule,
        &finding.subject,
    )
}

/// A fault under the name, code and severity of the rule file that documents its check.
fn engine_finding(loaded: &Loaded, fault: &Fault) -> Option<Finding> {
    let rule = loaded.policies.engine_rule(fault.check);
    let is_optional = matches!(
        fault.check,
        EngineCheck::ExpectedFieldMissing | EngineCheck::WaiverMatchesNothing
    );
    if is_optional && rule.is_none_or(|rule| !rule.enabled) {
        return None;
    }
    let name: Arc<str> = rule.map_or_else(
        || format!("engine/{}", fault.check.as_str()).into(),
        |rule| rule.name.clone(),
    );
    let code: Arc<str> = rule.map_or_else(|| "ENGINE".into(), |rule| rule.code.clone());
    let path = loaded.sources.get(fault.primary.span.source).path();
    let subject = fault.subject.clone().unwrap_or_default();
    // Without a subject, the file is what the finding is about.
    let about = if subject.is_empty() { path } else { &subject };
    let help = fault
        .help
        .clone()
        .or_else(|| rule.map(|rule| rule.fix.text.clone()));
    Some(Finding {
        fingerprint: Fingerprint::of(&[&name, about, &fault.path]),
        rule: name,
        code,
        severity: rule.map_or(Severity::Error, |rule| rule.severity),
        message: fault.message.clone(),
        primary: fault.primary.clone(),
        related: fault.related.clone(),
        asked: None,
        help: help.filter(|help| !help.is_empty()),
        fix: fault.fix.clone(),
        subject,
        cause: None,
    })
}

/// Waivers in force that cover no finding, told with the nearest miss.
pub(crate) fn stale_waivers(
    policies: &Policies,
    catalog: &Catalog,
    waivers: &Waivers,
    findings: &[Finding],
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for waiver in waivers.0.iter().filter(|waiver| waiver.in_force) {
        let covers = |finding: &&Finding| {
            covering(policies, catalog, waivers, finding)
                .is_some_and(|found| found.name == waiver.name)
        };
        if findings.iter().any(|finding| covers(&finding)) {
            continue;
        }
        let rule = policies.find(&waiver.rule);
        let help = match rule {
            None if waiver.rule != "*" => format!(
                "there is no rule {}; delete the waiver or correct its rule",
                waiver.rule
            ),
            Some(rule) => match findings.iter().find(|finding| finding.rule == rule.name) {
                Some(finding) => format!(
                    "{} does fail on {}; correct the target, or delete the waiver",
                    rule.code, finding.subject
                ),
                None => format!("{} fails on nothing any more; delete the waiver", rule.code),
            },
            None => "delete the waiver".to_owned(),
        };
        let node = catalog.resource_node(waiver.resource);
        let anchor = node
            .get("rule")
            .unwrap_or_else(|| catalog.node(catalog.resource(waiver.resource).id));
        let message = format!("{} covers no finding", waiver.name);
        let fault = Fault::new(
            EngineCheck::WaiverMatchesNothing,
            message,
            Label::new(anchor.span(), "nothing to waive"),
        );
        faults.push(fault.with_help(help).about(Some(waiver.name.clone()), ""));
    }
    faults
}

/// The waiver in force that covers a finding.
fn covering<'w>(
    policies: &Policies,
    catalog: &Catalog,
    waivers: &'w Waivers,
    finding: &Finding,
) -> Option<&'w evaluate::Waiver> {
    let rule = policies.find(&finding.rule)?;
    let (whole, key) = match finding.subject.split_once('#') {
        Some((whole, key)) => (whole, Some(key)),
        None => (finding.subject.as_str(), None),
    };
    let resource = match whole.split_once('/') {
        Some((kind, id)) => Some(catalog.find(policies.kinds.find(kind)?, id)?),
        None if whole == "Repository" => None,
        None => return None,
    };
    let subject = Subject {
        resource,
        key: key.map(Into::into),
        is_undecided: false,
    };
    waivers.covers(rule, &subject)
}

/// Says what becomes of each finding, and which stands for its group.
fn triage(
    input: &Input<'_>,
    loaded: &Loaded,
    waivers: &Waivers,
    findings: Vec<Finding>,
) -> Vec<Triaged> {
    let states: Vec<State> = findings
        .iter()
        .map(|finding| {
            match covering(&loaded.policies, &loaded.catalog, waivers, finding)
                .filter(|_| !input.without_waivers)
            {
                Some(waiver) => State::Waived {
                    by: waiver.name.clone(),
                    until: waiver.expires,
                    reason: waiver.reason.clone(),
                },
                None => State::Open,
            }
        })
        .collect();
    let heads = heads(loaded, &findings, &states);
    let triaged = findings.into_iter().zip(states).zip(heads);
    triaged
        .map(|((finding, state), head)| Triaged {
            finding,
            state,
            head,
        })
        .collect()
}

/// The head of each finding's group: of the findings of a rule with one cause, the one on the
/// subject of highest weight, of those the one with the most places, of those the first.
fn heads(loaded: &Loaded, findings: &[Finding], states: &[State]) -> Vec<usize> {
    let mut groups: BTreeMap<(&str, &str, bool), Vec<usize>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        if let Some(cause) = &finding.cause {
            groups
                .entry((&finding.rule, cause, states[index] == State::Open))
                .or_default()
                .push(index);
        }
    }
    let mut heads: Vec<usize> = (0..findings.len()).collect();
    for members in groups.values() {
        let rank = |index: &usize| {
            (
                weight(loaded, &findings[*index].subject),
                findings[*index].related.len(),
                std::cmp::Reverse(*index),
            )
        };
        let Some(head) = members.iter().copied().max_by_key(rank) else {
            continue;
        };
        for member in members {
            heads[*member] = head;
        }
    }
    heads
}

/// The rank of the level that weighs a resource, 0 if it has none.
fn weight(loaded: &Loaded, subject: &str) -> u8 {
    let whole = subject.split('#').next().unwrap_or_default();
    let found = whole
        .split_once('/')
        .and_then(|(kind, id)| loaded.catalog.find(loaded.policies.kinds.find(kind)?, id));
    let Some(resource) = found else {
        return 0;
    };
    let catalog = &loaded.catalog;
    let record = catalog.kinds().root(catalog.resource(resource).kind);
    let level = record
        .fields
        .iter()
        .find(|field| field.weight)
        .and_then(|field| {
            let (node, _) = catalog.field(resource, field)?;
            match field.ty {
                crate::kind::Type::Ladder(ladder) => {
                    catalog.levels(ladder, node.id().source).rank(node.text())
                }
                _ => None,
            }
        });
    level.map_or(0, |rank| rank + 1)
}

fn summary(loaded: &Loaded, rule: &Rule, verdicts: Verdicts, findings: &[Triaged]) -> RuleSummary {
    let verdicts = match rule.check {
        Check::Condition(_) => verdicts,
        // The engine's checks look at everything that is read; only what they find can be counted.
        Check::Engine(_) => Verdicts {
            fail: findings
                .iter()
                .filter(|triaged| triaged.finding.rule == rule.name)
                .count() as u64,
            ..Verdicts::default()
        },
    };
    let params = rule.params.iter().map(|param| ParamSummary {
        name: param.name.to_string(),
        value: rule::print_literal(&loaded.policies.kinds, &param.value),
        span: param.span,
    });
    RuleSummary {
        name: rule.name.clone(),
        code: rule.code.clone(),
        policy: rule.policy.clone(),
        title: rule.title.clone(),
        why: rule.why.clone(),
        severity: rule.severity,
        controls: rule.controls.clone(),
        span: rule.span,
        verdicts,
        params: params.collect(),
    }
}

fn counts(input: &Input<'_>, loaded: &Loaded, rules: &[RuleSummary]) -> Counts {
    let catalog = &loaded.catalog;
    let mut kinds = BTreeMap::new();
    for (id, kind) in catalog.kinds().iter() {
        let count = catalog.of_kind(id).len();
        if count > 0 {
            kinds.insert(kind.name.to_string(), count);
        }
    }
    let mut verdicts = Verdicts::default();
    rules.iter().for_each(|rule| verdicts.add(rule.verdicts));
    Counts {
        files: input.snapshot.documents.len(),
        skipped: input.snapshot.skipped,
        resources: catalog.len(),
        kinds,
        rules: rules.len(),
        verdicts,
    }
}

fn provenance(input: &Input<'_>, loaded: &Loaded) -> Provenance {
    let mut hasher = blake3::Hasher::new();
    for document in &input.snapshot.documents {
        for part in [document.path.as_bytes(), &document.bytes] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
    }
    let packs = input.packs.iter().map(|pack| PackSummary {
        name: pack.name.clone(),
        version: pack.version.clone(),
        digest: pack.digest(),
        rules: pack
            .files
            .iter()
            .filter(|file| file.text.contains("\nkind: Rule"))
            .count(),
    });
    Provenance {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        root: input.snapshot.root.clone(),
        packs: packs.collect(),
        profile: loaded.policies.profile.clone(),
        documents_digest: hasher.finalize().to_hex().to_string(),
        revision: input.snapshot.revision.clone(),
        date_source: DateSource::default(),
    }
}
