//! Assessments made by hand, for the tests of all renderers.

mod agreement;
mod hostile;
mod limits;
mod shown;

use std::sync::Arc;

use crate::assessment::{
    Assessment, BaseName, Change, Comparison, Counts, Ledger, NotEvaluable, Outcome, PackSummary,
    ParamSummary, Past, PolicySummary, Provenance, RuleSummary, Scoring, State, Triaged, Verdicts,
};
use crate::finding::{Finding, Fingerprint, Label, Severity};
use crate::render::{FORMATS, Renderer, Style, by_name};
use crate::scalar::Date;
use crate::source::{Source, SourceId, Sources, Span, TextRange};

#[test]
fn formats_are_found_by_name() {
    let style = Style::default();
    for format in FORMATS {
        let found = by_name(format.name).expect(format.name);
        let story = north_star();
        let rendered = story.render(format.render, style);
        assert_eq!(story.render(found.render, style), rendered);
        assert!(!rendered.is_empty(), "{}", format.name);
    }
    assert!(by_name("smoke-signals").is_none());
}

/// An assessment in the making: texts with marked spans, and what is said about them.
pub(crate) struct Story {
    pub(crate) assessment: Assessment,
    spans: Vec<Span>,
}

impl Story {
    /// Returns an assessment of nothing on 2026-11-22.
    pub(crate) fn new() -> Self {
        let assessment = Assessment {
            sources: Sources::default(),
            as_of: Date::parse("2026-11-22").unwrap(),
            from: None,
            policies: Vec::new(),
            rules: Vec::new(),
            ledger: Ledger::default(),
            resources: Vec::new(),
            findings: Vec::new(),
            comparison: None,
            baseline: None,
            not_evaluable: Vec::new(),
            unread: Vec::new(),
            counts: Counts::default(),
            scoring: Scoring::default(),
            required_kinds: Vec::new(),
            provenance: Provenance {
                version: "0.1.0".to_owned(),
                root: ".".to_owned(),
                packs: vec![PackSummary {
                    name: "builtin".to_owned(),
                    version: Some("1.0.0".to_owned()),
                    digest: "d1".to_owned(),
                    rules: 144,
                }],
                profile: "mid-market".to_owned(),
                documents_digest: "d2".to_owned(),
                ..Provenance::default()
            },
        };
        Self {
            assessment,
            spans: Vec::new(),
        }
    }

    /// Adds a policy with its weight and target.
    pub(crate) fn policy(mut self, name: &str, weight: u32, target: u8) -> Self {
        self.assessment.policies.push(PolicySummary {
            name: name.into(),
            prefix: "S".to_owned(),
            title: name.to_owned(),
            question: "How far are we?".to_owned(),
            weight,
            target,
        });
        self
    }

    /// Adds a file; each `⟦…⟧` in its text becomes the next span, counted from 0 over all files.
    pub(crate) fn file(mut self, path: &str, marked: &str) -> Self {
        let id = SourceId::from_index(self.assessment.sources.len());
        let (mut text, mut open) = (String::new(), Vec::new());
        for character in marked.chars() {
            let at = u32::try_from(text.len()).unwrap();
            match character {
                '⟦' => {
                    open.push(self.spans.len());
                    self.spans.push(Span::new(id, TextRange::new(at, at)));
                }
                '⟧' => self.spans[open.pop().expect("⟦ before ⟧")].range.end = at,
                _ => text.push(character),
            }
        }
        let source = Source::new(path, text);
        self.assessment.counts.files += 1;
        self.assessment.sources.push(Arc::new(source));
        self
    }

    /// Adds a rule of severity error, `PREFIX-001 policy/fault`, and its controls.
    pub(crate) fn rule(mut self, rule: &str, why: &str, controls: &[&str]) -> Self {
        let (code, name) = rule.split_once(' ').unwrap();
        let span = self.spans.first().copied();
        let span = span.unwrap_or(Span::new(SourceId::from_index(0), TextRange::default()));
        self.assessment.rules.push(RuleSummary {
            name: name.into(),
            code: code.into(),
            policy: name.split_once('/').unwrap().0.into(),
            title: "A title".to_owned(),
            why: why.to_owned(),
            severity: Severity::Error,
            maturity: 2,
            audience: vec!["auditor".to_owned()],
            is_waivable: true,
            is_engine: false,
            kinds: Vec::new(),
            measures: None,
            controls: controls.iter().map(|&control| control.to_owned()).collect(),
            span,
            verdicts: Verdicts {
                pass: 30,
                fail: 2,
                not_applicable: 25,
                not_evaluable: 1,
            },
            params: vec![ParamSummary {
                name: "levels".to_owned(),
                value: "[critical, high]".to_owned(),
                span,
            }],
        });
        self.assessment.counts.rules += 1;
        self
    }

    /// Adds a finding on `subject`: the rule as in [`Story::rule`], then its labels by the number of
    /// their span, the primary one first.
    pub(crate) fn finding(
        mut self,
        severity: Severity,
        rule: &str,
        subject: &str,
        message: &str,
        labels: &[(usize, &str)],
    ) -> Self {
        let (code, name) = rule.split_once(' ').unwrap();
        let label = |(span, text): &(usize, &str)| Label::new(self.spans[*span], *text);
        let finding = Finding {
            rule: name.into(),
            code: code.into(),
            severity,
            message: message.to_owned(),
            primary: label(&labels[0]),
            related: labels[1..].iter().map(label).collect(),
            asked: None,
            help: None,
            fix: None,
            subject: subject.to_owned(),
            cause: None,
            words_until: Date::AFTER_ALL,
            fingerprint: Fingerprint::of(&[name, subject]),
        };
        let head = self.assessment.findings.len();
        self.assessment.findings.push(Triaged {
            finding: finding.into(),
            state: State::Open,
            change: None,
            head,
        });
        self
    }

    /// Gives the last finding some advice.
    pub(crate) fn help(mut self, help: &str) -> Self {
        Arc::make_mut(&mut self.last().finding).help = Some(help.to_owned());
        self
    }

    /// Gives the last finding the line of its rule that asked.
    pub(crate) fn asked(mut self, span: usize) -> Self {
        let span = self.spans[span];
        Arc::make_mut(&mut self.last().finding).asked = Some(span);
        self
    }

    /// Puts the last finding into the group of another.
    pub(crate) fn behind(mut self, head: usize) -> Self {
        self.last().head = head;
        self
    }

    /// Waives the last finding.
    pub(crate) fn waived(mut self, by: &str, until: &str, reason: &str) -> Self {
        self.last().state = State::Waived {
            by: by.to_owned(),
            until: Date::parse(until).ok(),
            reason: reason.to_owned(),
        };
        self
    }

    /// Says how the last finding relates to the base.
    pub(crate) fn change(mut self, change: Change) -> Self {
        self.last().change = Some(change);
        self
    }

    /// Makes the last finding one of the base that is not there any more.
    pub(crate) fn gone(mut self, outcome: Outcome) -> Self {
        let triaged = self.assessment.findings.pop().expect("a finding");
        let comparison = self
            .assessment
            .comparison
            .get_or_insert_with(|| Comparison {
                base: BaseName {
                    asked: "origin/main".to_owned(),
                    commit: None,
                    day: Date::parse("2026-11-20").unwrap(),
                },
                past: Vec::new(),
                weakenings: Vec::new(),
            });
        comparison.past.push(Past {
            finding: triaged.finding,
            outcome,
            now: None,
        });
        self
    }

    /// Records the last finding in the baseline.
    pub(crate) fn baselined(mut self) -> Self {
        self.last().state = State::Baselined;
        self
    }

    /// Adds a verdict that could not be given, with a label at a span.
    pub(crate) fn not_evaluable(mut self, rule: &str, subject: &str, label: (usize, &str)) -> Self {
        let (code, name) = rule.split_once(' ').unwrap();
        self.assessment.counts.verdicts.not_evaluable += 1;
        self.assessment.not_evaluable.push(NotEvaluable {
            rule: name.into(),
            code: code.into(),
            subject: subject.to_owned(),
            causes: vec!["not recorded"],
            labels: vec![Label::new(self.spans[label.0], label.1)],
        });
        self
    }

    /// Sets the numbers of resources and passed checks.
    pub(crate) fn checked(mut self, resources: usize, pass: u64) -> Self {
        self.assessment.counts.resources = resources;
        self.assessment.counts.verdicts.pass = pass;
        self
    }

    /// What a renderer writes about it.
    pub(crate) fn render(&self, renderer: Renderer, style: Style) -> String {
        let mut out = Vec::new();
        renderer(&self.assessment, style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn last(&mut self) -> &mut Triaged {
        self.assessment.findings.last_mut().expect("a finding")
    }
}

/// The picture of the design: a promise that a dependency in another file breaks.
pub(crate) fn north_star() -> Story {
    Story::new()
        .file(
            "governance/continuity/services.yaml",
            "apiVersion: govlint/v1\nkind: BusinessServiceList\n\n# Services that customers see.\n\
             \ndefaults:\n  owner: Role/cio\nservices:\n  - id: shipment-billing\n    \
             name: Shipment billing\n    tier: 1\n    summary: Bills every shipment on the day.\n    \
             mtpd: 3d\n    rto: ⟦8h⟧\n    rpo: 1h\n    hours: business\n    contact: Person/jo\n    \
             dependsOn: {systems: [{ref: ⟦erp⟧, type: hard}]}\n",
        )
        .file(
            "governance/systems/finance.yaml",
            &format!(
                "{}  dependsOn: [{{system: ⟦erp-bank-link⟧, type: hard}}]\n{}  \
                 recovery: {{rto: ⟦24h⟧, rpo: 4h}}\n",
                "# …\n".repeat(21),
                "# …\n".repeat(8),
            ),
        )
        .rule(
            SLOWER,
            "A promise that a dependency cannot keep fails on the first real outage.",
            &["ISO22301:8.2.2", "CSF:PR.IR-03", "CSF:RC.RP-01", "NIS2:21.2.c"],
        )
        .finding(
            Severity::Error,
            SLOWER,
            "BusinessService/shipment-billing",
            "Shipment billing promises recovery in 8h, but needs a system that takes 24h",
            &[
                (0, "recovery time objective: 8h"),
                (1, "depends on System/erp (hard)"),
                (2, "depends on System/erp-bank-link (hard)"),
                (3, "recovery time objective: 24h"),
            ],
        )
        .help(
            "Shorten erp-bank-link's recovery to 8h, make the dependency soft, or promise 24h.",
        )
        .checked(61, 412)
}

/// The rule of [`north_star`].
pub(crate) const SLOWER: &str = "RES-003 resilience/dependency-recovers-slower";
