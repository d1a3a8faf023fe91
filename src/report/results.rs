//! What a run found, as views read it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Milestone;
use super::plan::{Plan, Step};
use crate::assessment::{Assessment, PolicySummary, RuleSummary, State, Triaged, Verdict};
use crate::check::Loaded;
use crate::expr::{
    RESULTS, ResultTable, Seen, SeenFile, SeenRow, SeenRule, SeenVerdict, Surroundings,
};
use crate::finding::{Fingerprint, Severity};
use crate::forecast::{Event, Forecast, owner};
use crate::scalar::Date;
use crate::score::{Conformance, DomainScore, Grade, Scores, percent};
use crate::source::Span;

/// What a run found, and what it is compared with.
pub struct Results<'r> {
    /// Documents, rules and files.
    pub loaded: &'r Loaded,
    /// The run.
    pub assessment: &'r Assessment,
    /// Its scores.
    pub scores: &'r Scores,
    /// The scores of the revision it is compared with.
    pub before: Option<&'r Scores>,
    /// The identities of the findings that were open there.
    pub known: Option<&'r BTreeSet<Fingerprint>>,
    /// What the last tags were worth, the oldest first.
    pub milestones: &'r [Milestone],
    /// What comes with no edit.
    pub forecast: Option<&'r Forecast>,
    /// What to do first.
    pub plan: &'r Plan,
}

impl Surroundings for Results<'_> {
    fn verdicts(&self, name: &str) -> Vec<SeenVerdict> {
        let rules = &self.assessment.rules;
        let Some(number) = rules.iter().position(|rule| *rule.name == *name) else {
            return Vec::new();
        };
        let findings = self.findings_of(name);
        let ledger = &self.assessment.ledger.rules[number];
        let verdicts = ledger.subjects.iter().zip(&ledger.verdicts);
        verdicts
            .filter(|(_, verdict)| **verdict != Verdict::NotApplicable)
            .map(|(subject, verdict)| {
                let fails = *verdict == Verdict::Fail;
                let triaged = fails
                    .then(|| findings.get(&self.assessment.subject_name(subject)))
                    .flatten();
                SeenVerdict {
                    subject: subject.resource,
                    fails,
                    evaluable: *verdict != Verdict::NotEvaluable,
                    waived: triaged
                        .is_some_and(|triaged| matches!(triaged.state, State::Waived { .. })),
                    place: triaged.map(|triaged| place(triaged)),
                }
            })
            .collect()
    }

    fn rule(&self, word: &str) -> Option<SeenRule> {
        let rule = self.loaded.policies.find(word)?;
        let policy = self.loaded.policies.policies.get(&*rule.policy);
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
        self.loaded.files.get(path).cloned()
    }

    fn results(&self, table: &str) -> Vec<SeenRow> {
        match table {
            "findings" => self.findings(),
            "scores" => self
                .scores
                .domains
                .iter()
                .map(|own| self.score(own))
                .collect(),
            "lapses" => {
                let events = self.forecast.iter().flat_map(|forecast| &forecast.events);
                let lapses = events.filter(|event| event.change.is_lapse());
                lapses.map(|event| self.lapse(event)).collect()
            }
            "plan" => self.plan.steps.iter().map(|step| self.step(step)).collect(),
            "checks" => self.checks(),
            _ => Vec::new(),
        }
    }

    fn course(&self, policy: &str) -> Vec<(Date, f64)> {
        let milestones = self.milestones.iter();
        let past = milestones.filter_map(|own| Some((own.day, *own.domains.get(policy)?)));
        let mut days: BTreeMap<Date, f64> = past.collect();
        let mut domains = self.scores.domains.iter();
        let now = domains.find(|own| *own.policy == *policy);
        let now = now.and_then(|own| own.coverage);
        days.extend(now.map(|share| (self.assessment.as_of, share)));
        // One day shows no direction.
        if days.len() < 2 {
            return Vec::new();
        }
        days.into_iter().collect()
    }
}

impl Results<'_> {
    fn findings_of(&self, rule: &str) -> BTreeMap<String, &Triaged> {
        let findings = self.assessment.findings.iter();
        findings
            .filter(|triaged| *triaged.finding.rule == *rule)
            .map(|triaged| (triaged.finding.subject.clone(), triaged))
            .collect()
    }

    fn findings(&self) -> Vec<SeenRow> {
        let findings = &self.assessment.findings;
        let mut members: BTreeMap<usize, i64> = BTreeMap::new();
        for triaged in findings {
            *members.entry(triaged.head).or_default() += 1;
        }
        let rows = findings.iter().enumerate();
        rows.map(|(number, triaged)| {
            let others = members.get(&number).map_or(0, |count| count - 1);
            self.finding(triaged, triaged.head == number, others)
        })
        .collect()
    }

    fn finding(&self, triaged: &Triaged, is_head: bool, others: i64) -> SeenRow {
        let finding = &triaged.finding;
        let rule = self.assessment.rule(&finding.rule);
        let record = self.record(&finding.subject);
        let resource = record.map(|id| &self.assessment.resources[id as usize]);
        let source = self.assessment.sources.get(finding.primary.span.source);
        let line = source.lines().line(finding.primary.span.range.start);
        let (state, waiver, until, reason) = match &triaged.state {
            State::Open => ("open", Seen::Absent, Seen::Absent, Seen::Absent),
            State::Baselined => ("baselined", Seen::Absent, Seen::Absent, Seen::Absent),
            State::Waived { by, until, reason } => (
                "waived",
                text(by),
                until.map_or(Seen::Absent, Seen::Day),
                text(reason),
            ),
        };
        let policy = rule.and_then(|rule| self.policy(&rule.policy));
        let weight = self.weight(finding.severity, resource.map_or(0, |own| own.weight));
        let mut row = Row::new("findings");
        row.set("rule", text(&finding.rule));
        row.set("code", text(&finding.code));
        row.set("title", rule.map_or(Seen::Absent, |rule| text(&rule.title)));
        row.set("why", rule.map_or(Seen::Absent, |rule| text(&rule.why)));
        row.set(
            "policy",
            rule.map_or(Seen::Absent, |rule| text(&rule.policy)),
        );
        row.set(
            "domain",
            policy.map_or(Seen::Absent, |policy| text(&policy.title)),
        );
        row.set("severity", text(finding.severity.as_str()));
        row.set("message", text(&finding.message));
        row.set("fix", finding.help.as_deref().map_or(Seen::Absent, text));
        row.set("subject", text(&finding.subject));
        row.set("record", record.map_or(Seen::Absent, Seen::Record));
        row.set("cause", finding.cause.as_deref().map_or(Seen::Absent, text));
        row.set("head", Seen::Truth(is_head));
        row.set("others", Seen::Whole(others));
        row.set("owner", self.owner(record));
        row.set("state", text(state));
        row.set("waiver", waiver);
        row.set("until", until);
        row.set("reason", reason);
        let change = match self.known {
            Some(known) if known.contains(&finding.fingerprint) => "known",
            Some(_) => "new",
            None => "",
        };
        row.set("change", text(change));
        row.set("weight", Seen::Whole(weight));
        row.set(
            "critical",
            Seen::Truth(resource.is_some_and(|own| own.is_critical)),
        );
        row.set("path", text(source.path()));
        row.set("line", Seen::Whole(i64::from(line)));
        row.at(vec![place(triaged)])
    }

    fn score(&self, domain: &DomainScore) -> SeenRow {
        let before = self.before.and_then(|before| {
            let mut domains = before.domains.iter();
            domains.find(|own| own.policy == domain.policy)
        });
        let share = |share: Option<f64>| {
            share.map_or(Seen::Absent, |share| Seen::Whole(i64::from(percent(share))))
        };
        let level = |level: Option<f64>| level.map_or(Seen::Absent, Seen::Number);
        let [errors, warnings, infos] = domain.open;
        let caps = domain.caps.iter().map(|cap| Arc::from(&*cap.reason));
        let grade = domain
            .confidence
            .grade()
            .map_or("not measured", Grade::as_str);
        let mut row = Row::new("scores");
        row.set("policy", text(&domain.policy));
        row.set("domain", text(&domain.title));
        row.set("question", text(&domain.question));
        row.set("weight", Seen::Whole(i64::from(domain.weight)));
        row.set("level", level(domain.level));
        row.set("target", Seen::Whole(i64::from(domain.target)));
        row.set("reachable", Seen::Whole(i64::from(domain.reachable)));
        row.set("below", Seen::Truth(domain.is_below_target()));
        row.set("coverage", share(domain.coverage));
        row.set("confidence", text(grade));
        row.set("errors", whole(errors));
        row.set("warnings", whole(warnings));
        row.set("infos", whole(infos));
        row.set("critical", whole(domain.errors_on_critical));
        row.set("caps", Seen::Texts(caps.collect()));
        row.set("levelBefore", level(before.and_then(|before| before.level)));
        row.set(
            "coverageBefore",
            share(before.and_then(|before| before.coverage)),
        );
        row.at(Vec::new())
    }

    fn lapse(&self, event: &Event) -> SeenRow {
        let rule = self.loaded.policies.find(&event.rule);
        let policy = rule.and_then(|rule| self.policy(&rule.policy));
        let record = self.record(&event.subject);
        let resource = record.map(|id| &self.assessment.resources[id as usize]);
        let urgency = event.urgency.map(crate::forecast::Urgency::as_str);
        let mut row = Row::new("lapses");
        row.set("day", Seen::Day(event.day));
        row.set("due", Seen::Day(event.due.unwrap_or(event.last_day())));
        row.set("change", text(event.change.as_str()));
        row.set("severity", text(event.severity.as_str()));
        row.set("rule", text(&event.rule));
        row.set("code", text(&event.code));
        row.set("title", rule.map_or(Seen::Absent, |rule| text(&rule.title)));
        row.set(
            "policy",
            rule.map_or(Seen::Absent, |rule| text(&rule.policy)),
        );
        row.set(
            "domain",
            policy.map_or(Seen::Absent, |policy| text(&policy.title)),
        );
        row.set("message", text(&event.message));
        row.set("subject", text(&event.subject));
        row.set("record", record.map_or(Seen::Absent, Seen::Record));
        row.set("owner", self.owner(record));
        row.set("urgency", text(urgency.unwrap_or_default()));
        row.set(
            "critical",
            Seen::Truth(resource.is_some_and(|own| own.is_critical)),
        );
        row.at(vec![(event.place, event.message.as_str().into())])
    }

    fn step(&self, step: &Step) -> SeenRow {
        let triaged = &self.assessment.findings[step.head];
        let finding = &triaged.finding;
        let rule = self.assessment.rule(&finding.rule);
        let policy = rule.and_then(|rule| self.policy(&rule.policy));
        let record = self.record(&finding.subject);
        let owner = record.and_then(|id| owner(&self.loaded.catalog, id));
        let help = finding.help.as_deref().unwrap_or(&finding.message);
        let mut row = Row::new("plan");
        row.set("phase", text(step.phase.as_str()));
        row.set("due", Seen::Day(step.due));
        row.set("action", text(help));
        row.set("message", text(&finding.message));
        row.set(
            "domain",
            policy.map_or(Seen::Absent, |policy| text(&policy.title)),
        );
        row.set("severity", text(finding.severity.as_str()));
        row.set("record", record.map_or(Seen::Absent, Seen::Record));
        row.set("subject", text(&finding.subject));
        row.set("owner", owner.map_or(Seen::Absent, |owner| text(&owner)));
        row.set("findings", whole(step.findings.len() as u64));
        row.set("files", whole(step.files as u64));
        row.set("effect", Seen::Number(step.effect));
        row.set("reason", text(step.reason.as_str()));
        row.set("code", text(&finding.code));
        let places = step
            .findings
            .iter()
            .map(|number| place(&self.assessment.findings[*number]));
        row.at(places.collect())
    }

    fn checks(&self) -> Vec<SeenRow> {
        let domains = &self.scores.domains;
        let conformances = domains.iter().flat_map(|domain| &domain.rules);
        let mut found: Vec<&Conformance> = conformances.collect();
        found.sort_by_key(|conformance| &self.assessment.rules[conformance.rule].code);
        found
            .into_iter()
            .map(|conformance| self.check(conformance))
            .collect()
    }

    fn check(&self, conformance: &Conformance) -> SeenRow {
        let rule: &RuleSummary = &self.assessment.rules[conformance.rule];
        let subjects = conformance.subjects;
        let controls = rule.controls.iter().map(|control| Arc::from(&**control));
        let policy = self.policy(&rule.policy);
        let share = conformance.share(self.assessment.scoring.waived);
        let mut row = Row::new("checks");
        row.set("rule", text(&rule.name));
        row.set("code", text(&rule.code));
        row.set("title", text(&rule.title));
        row.set("why", text(&rule.why));
        row.set("policy", text(&rule.policy));
        row.set(
            "domain",
            policy.map_or(Seen::Absent, |policy| text(&policy.title)),
        );
        row.set("severity", text(rule.severity.as_str()));
        row.set("maturity", Seen::Whole(i64::from(rule.maturity)));
        row.set("controls", Seen::Texts(controls.collect()));
        row.set("population", whole(subjects.total()));
        row.set("pass", whole(subjects.pass));
        row.set("fail", whole(subjects.fail));
        row.set("waived", whole(subjects.waived));
        row.set("notEvaluable", whole(subjects.not_evaluable));
        row.set("notApplicable", whole(rule.verdicts.not_applicable));
        let share = share.map(|share| Seen::Whole(i64::from(percent(share))));
        row.set("conformance", share.unwrap_or(Seen::Absent));
        row.at(vec![(rule.span, rule.title.as_str().into())])
    }

    fn policy(&self, name: &str) -> Option<&PolicySummary> {
        let mut policies = self.assessment.policies.iter();
        policies.find(|policy| *policy.name == *name)
    }

    /// The resource that a subject is or belongs to.
    fn record(&self, subject: &str) -> Option<u32> {
        crate::evaluate::Subject::named(&self.loaded.catalog, subject)?.resource
    }

    /// Who answers for a record.
    fn owner(&self, record: Option<u32>) -> Seen {
        let owner = record.and_then(|id| owner(&self.loaded.catalog, id));
        let owner = owner.and_then(|owner| self.record(&owner));
        owner.map_or(Seen::Absent, Seen::Record)
    }

    fn weight(&self, severity: Severity, rank: u8) -> i64 {
        let scoring = &self.assessment.scoring;
        i64::from(scoring.severity(severity) * scoring.level(rank))
    }
}

/// A row in the making.
struct Row {
    table: &'static ResultTable,
    values: Vec<Seen>,
}

impl Row {
    fn new(name: &str) -> Self {
        let table = RESULTS.iter().find(|table| table.name == name);
        let table = table.expect("only lists of results that exist are made");
        Self {
            table,
            values: vec![Seen::Absent; table.fields.len()],
        }
    }

    fn set(&mut self, field: &str, value: Seen) {
        let at = self
            .table
            .fields
            .iter()
            .position(|(name, _)| *name == field);
        self.values[at.expect("only fields that exist are set")] = value;
    }

    fn at(self, places: Vec<(Span, Arc<str>)>) -> SeenRow {
        SeenRow {
            values: self.values,
            places,
        }
    }
}

/// Where a finding points, and what it says.
fn place(triaged: &Triaged) -> (Span, Arc<str>) {
    let finding = &triaged.finding;
    (finding.primary.span, finding.message.as_str().into())
}

fn text(text: &str) -> Seen {
    Seen::Text(text.into())
}

fn whole(number: u64) -> Seen {
    Seen::Whole(i64::try_from(number).unwrap_or(i64::MAX))
}
