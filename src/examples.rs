//! The examples in rule files, run as tests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::catalog::Catalog;
use crate::check::{Failure, Input, read_documents};
use crate::config::Config;
use crate::evaluate::{Circumstances, Seen, evaluate};
use crate::expr::{SeenFile, World};
use crate::finding::{EngineCheck, Fault, Label, Severity};
use crate::kind::validate::{Strictness, Validators};
use crate::kind::{Kinds, SchemaText};
use crate::report::{self, Cell};
use crate::rule::{
    self, Check, Example, Marker, Overlay, Pack, Policies, Rule, RuleSetting, View, ViewExample,
};
use crate::scalar::Date;
use crate::snapshot::{Document, Recognition, Snapshot};
use crate::source::{Sources, Span};
use crate::triage::waiver::Matcher;

/// The date of examples that name none.
const DATE: (i32, u32, u32) = (2026, 11, 22);

/// What became of an example, or of a rule's examples as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Name of the rule.
    pub rule: Arc<str>,
    /// Code of the rule.
    pub code: Arc<str>,
    /// Name of the example; none for a fault of the rule's examples as a whole.
    pub example: Option<String>,
    /// Where it stands.
    pub span: Span,
    /// What differs from what is expected, a line each; empty if it holds.
    pub problems: Vec<String>,
}

/// The outcomes of all examples, and the texts their places point into.
#[derive(Debug)]
pub struct Outcomes {
    /// By rule, in the order of the examples.
    pub outcomes: Vec<Outcome>,
    /// The texts.
    pub sources: Sources,
    /// The number of rules.
    pub rules: usize,
}

/// Runs the examples of all rules of these packs.
///
/// # Errors
///
/// If schemas or policies are wrong.
pub fn run(schemas: &[SchemaText], packs: &[Pack]) -> Result<Outcomes, Failure> {
    let kinds = Arc::new(Kinds::load(schemas).map_err(Failure::Schemas)?);
    let overlay = Overlay::default();
    let mut sources = Sources::default();
    let mut policies = rule::load(&kinds, packs, &overlay, None, &mut sources)
        .map_err(|mistakes| Failure::Policies(mistakes, sources.clone()))?;
    let views = rule::load_views(packs, &mut policies, &mut sources)
        .map_err(|mistakes| Failure::Policies(mistakes, sources.clone()))?;
    let bench = Bench {
        kinds: &kinds,
        packs,
        validators: Validators::new(kinds.clone()),
    };
    let mut outcomes: Vec<Outcome> = policies
        .rules
        .par_iter()
        .enumerate()
        .flat_map_iter(|(index, rule)| bench.rule(&policies, index, rule))
        .collect();
    let views = views.iter();
    outcomes.extend(views.flat_map(|view| bench.view(&policies, view)));
    Ok(Outcomes {
        outcomes,
        rules: policies.rules.len(),
        sources,
    })
}

struct Bench<'b> {
    kinds: &'b Arc<Kinds>,
    packs: &'b [Pack],
    validators: Validators,
}

impl Bench<'_> {
    fn rule(&self, policies: &Policies, index: usize, rule: &Rule) -> Vec<Outcome> {
        let mut outcomes = vec![whole(rule)];
        for example in &rule.examples {
            let problems = if example.params.is_empty() {
                self.example(policies, index, example)
            } else {
                self.with_params(rule, example)
            };
            outcomes.push(Outcome {
                rule: rule.name.clone(),
                code: rule.code.clone(),
                example: Some(example.name.clone()),
                span: example.span,
                problems,
            });
        }
        outcomes
    }

    /// Runs the examples of a view.
    fn view(&self, policies: &Policies, view: &View) -> Vec<Outcome> {
        let examples = view.examples.iter();
        examples
            .map(|example| Outcome {
                rule: view.name.clone(),
                code: "view".into(),
                example: Some(example.name.clone()),
                span: example.span,
                problems: self.view_example(policies, view, example),
            })
            .collect()
    }

    fn view_example(&self, policies: &Policies, view: &View, example: &ViewExample) -> Vec<String> {
        let snapshot = snapshot(&example.given);
        let config = Config::default();
        let as_of = example.as_of.unwrap_or(default_day());
        let input = input(&snapshot, &config, as_of, None);
        let (sources, catalog, faults) = read_documents(&input, &self.validators, None);
        let files = BTreeMap::new();
        let circumstances = Circumstances {
            as_of: input.as_of,
            from: None,
            files: &files,
            explain_not_evaluable: false,
            only: None,
            words_may_lag: false,
        };
        let seen = Seen::without_verdicts(policies, &circumstances);
        let world = World::new(
            &catalog,
            &policies.library,
            &policies.tables,
            &seen,
            input.as_of,
            None,
        );
        let wrong = faults
            .iter()
            .filter(|fault| !is_expected_of_fragments(fault));
        let wrong = wrong.map(|fault| {
            let place = at(&sources, &fault.primary, &fault.message);
            format!("the example itself is wrong: {place}")
        });
        let mut problems: Vec<String> = wrong.collect();
        match report::rows(view, &world) {
            Ok(rows) => problems.extend(compare_rows(view, example, &rows)),
            Err(failure) => problems.push(failure.message),
        }
        problems
    }

    /// Parameters are part of a loaded rule, so an example that sets some loads the rules anew.
    fn with_params(&self, rule: &Rule, example: &Example) -> Vec<String> {
        let setting = RuleSetting {
            params: example.params.clone(),
            ..RuleSetting::default()
        };
        let overlay = Overlay {
            rules: BTreeMap::from([(rule.name.to_string(), setting)]),
            ..Overlay::default()
        };
        let mut sources = Sources::default();
        match rule::load(self.kinds, self.packs, &overlay, None, &mut sources) {
            Ok(policies) => {
                let index = policies
                    .rules
                    .iter()
                    .position(|other| other.name == rule.name);
                self.example(&policies, index.unwrap_or_default(), example)
            }
            Err(mistakes) => mistakes
                .into_iter()
                .map(|mistake| mistake.message)
                .collect(),
        }
    }

    #[expect(clippy::too_many_lines, reason = "a table: one entry for each case")]
    fn example(&self, policies: &Policies, index: usize, example: &Example) -> Vec<String> {
        let rule = &policies.rules[index];
        let snapshot = snapshot(&example.given);
        let as_of = example.as_of.unwrap_or(default_day());
        let config = Config::default();
        let input = input(&snapshot, &config, as_of, example.from);
        let (sources, catalog, mut faults) = read_documents(&input, &self.validators, None);
        let files = example.files.iter().map(|path| {
            (
                path.clone(),
                SeenFile {
                    digest: None,
                    size: 1,
                },
            )
        });
        let files = files.collect();
        // Whether a waiver covers anything is for all rules together to say.
        let is_about_stale = matches!(rule.check, Check::Engine(EngineCheck::WaiverMatchesNothing));
        let only = if is_about_stale {
            (0..policies.rules.len()).collect()
        } else {
            needed(policies, index)
        };
        let circumstances = Circumstances {
            as_of,
            from: example.from,
            files: &files,
            explain_not_evaluable: false,
            only: Some(&only),
            words_may_lag: false,
        };
        let evaluation = match evaluate(policies, &catalog, &circumstances, &[]) {
            Ok(evaluation) => evaluation,
            Err(failure) => return vec![failure.to_string()],
        };
        faults.extend(evaluation.faults);
        if is_about_stale {
            let matcher = Matcher {
                policies,
                catalog: &catalog,
                ledger: &evaluation.ledger,
                waivers: &evaluation.waivers,
            };
            faults.extend(matcher.unmatched(&evaluation.findings));
        }
        let mut found = Found::default();
        let mut problems = Vec::new();
        for finding in evaluation
            .findings
            .iter()
            .filter(|finding| finding.rule == rule.name)
        {
            found.add(
                &sources,
                finding.severity,
                &finding.primary,
                &finding.related,
                &finding.message,
            );
        }
        for fault in &faults {
            if matches!(rule.check, Check::Engine(check) if check == fault.check) {
                found.add(
                    &sources,
                    rule.severity,
                    &fault.primary,
                    &fault.related,
                    &fault.message,
                );
            } else if !is_expected_of_fragments(fault) {
                problems.push(format!(
                    "the example itself is wrong: {}",
                    at(&sources, &fault.primary, &fault.message)
                ));
            }
        }
        problems.extend(found.compare(&catalog, example));
        problems
    }
}

/// The rules whose verdicts a rule needs, itself included.
fn needed(policies: &Policies, index: usize) -> Vec<usize> {
    let mut found = BTreeSet::from([index]);
    let mut pending = vec![index];
    while let Some(next) = pending.pop() {
        for name in policies.rules[next].reads() {
            let read = policies.rules.iter().position(|rule| *rule.name == *name);
            if let Some(read) = read.filter(|read| found.insert(*read)) {
                pending.push(read);
            }
        }
    }
    // Whether a finding counts as waived is for the rules about waivers to say.
    if policies.rules[index].reads().is_empty() {
        return found.into_iter().collect();
    }
    let about_waivers = policies.rules.iter().enumerate();
    found.extend(
        about_waivers
            .filter(|(_, rule)| crate::evaluate::is_about_waivers(policies, rule))
            .map(|(index, _)| index),
    );
    found.into_iter().collect()
}

fn whole(rule: &Rule) -> Outcome {
    let mut problems = Vec::new();
    if !rule.examples.iter().any(Example::fires) {
        problems.push("the rule has no example in which it fires".to_owned());
    }
    if rule.examples.iter().all(Example::fires) {
        problems.push("the rule has no example in which it does not fire".to_owned());
    }
    Outcome {
        rule: rule.name.clone(),
        code: rule.code.clone(),
        example: None,
        span: rule.span,
        problems,
    }
}

fn snapshot(given: &str) -> Snapshot {
    let recognition = crate::snapshot::recognize(given.as_bytes(), &|_| true);
    Snapshot {
        root: String::new(),
        documents: vec![Document {
            path: "example.yaml".to_owned(),
            bytes: given.as_bytes().into(),
            blob: None,
            recognition: if recognition == Recognition::Foreign {
                Recognition::Ours
            } else {
                recognition
            },
        }],
        ..Snapshot::default()
    }
}

/// A run over an example.
fn input<'i>(
    snapshot: &'i Snapshot,
    config: &'i Config,
    as_of: Date,
    from: Option<Date>,
) -> Input<'i> {
    Input {
        snapshot,
        sources: Sources::default(),
        schemas: &[],
        packs: &[],
        config,
        profile: None,
        baseline: None,
        is_whole: true,
        as_of,
        from,
        select: &[],
        ignore: &[],
        may_lack_rules: false,
        strictness: Strictness::Fragment,
        explain_not_evaluable: false,
        without_waivers: false,
    }
}

fn default_day() -> Date {
    let (year, month, day) = DATE;
    Date::from_ymd(year, month, day).unwrap_or(Date::MIN)
}

/// How the rows of a view differ from those of an example.
fn compare_rows(view: &View, example: &ViewExample, rows: &[Vec<Cell>]) -> Vec<String> {
    let mut problems = Vec::new();
    if rows.len() != example.rows.len() {
        let (found, expected) = (rows.len(), example.rows.len());
        problems.push(format!("{expected} rows expected, and there are {found}"));
    }
    for (number, (row, expected)) in (1..).zip(rows.iter().zip(&example.rows)) {
        for (column, text) in expected {
            let found = &row[*column].text;
            if found != text {
                let name = &view.columns[*column].name;
                problems.push(format!("row {number}, {name}: {found}; {text} expected"));
            }
        }
    }
    problems
}

/// A fragment leaves out what the rule does not look at.
fn is_expected_of_fragments(fault: &Fault) -> bool {
    matches!(
        fault.check,
        EngineCheck::DanglingReference | EngineCheck::ExpectedFieldMissing
    )
}

fn at(sources: &Sources, label: &Label, message: &str) -> String {
    let source = sources.get(label.span.source);
    let line = source.lines().line(label.span.range.start);
    format!("line {line}: {message}")
}

/// What the findings of an example point at.
#[derive(Default)]
struct Found {
    /// Line, severity and message.
    primary: Vec<(u32, Severity, String)>,
    related: BTreeSet<u32>,
}

impl Found {
    fn add(
        &mut self,
        sources: &Sources,
        severity: Severity,
        primary: &Label,
        related: &[Label],
        message: &str,
    ) {
        let line = |label: &Label| {
            sources
                .get(label.span.source)
                .lines()
                .line(label.span.range.start)
        };
        self.primary
            .push((line(primary), severity, message.to_owned()));
        self.related.extend(related.iter().map(line));
    }

    fn compare(mut self, _: &Catalog, example: &Example) -> Vec<String> {
        let mut problems = Vec::new();
        for (line, marker) in &example.markers {
            match marker {
                Marker::Related if self.related.contains(line) => {}
                Marker::Related => {
                    let lines: Vec<String> = self.related.iter().map(ToString::to_string).collect();
                    problems.push(format!(
                        "line {line} is not related (related are lines {})",
                        lines.join(", ")
                    ));
                }
                Marker::Primary(severity) => {
                    let position = self
                        .primary
                        .iter()
                        .position(|(found, own, _)| found == line && own == severity);
                    match position {
                        Some(position) => {
                            self.primary.remove(position);
                        }
                        None => problems.push(format!(
                            "line {line}: {severity} expected, and none points here"
                        )),
                    }
                }
            }
        }
        for (line, severity, message) in self.primary {
            problems.push(format!("line {line}: {severity} not expected: {message}"));
        }
        problems
    }
}
