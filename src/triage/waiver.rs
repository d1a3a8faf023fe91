//! Waivers against findings: which covers what, and why one covers nothing.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::catalog::Catalog;
use crate::evaluate::{
    Ledger, NotEvaluable, Subject, Verdict, Waiver, Waivers, decides_on_waivers,
};
use crate::finding::{EngineCheck, Fault, Finding, Label, Severity};
use crate::kind::nearest;
use crate::rule::{Policies, Rule};
use crate::scalar::Date;

/// The waivers of a run with what they are matched under.
#[derive(Clone, Copy)]
pub struct Matcher<'a> {
    /// The rules.
    pub policies: &'a Policies,
    /// The resources.
    pub catalog: &'a Catalog,
    /// The verdicts.
    pub ledger: &'a Ledger,
    /// The waivers.
    pub waivers: &'a Waivers,
}

/// How a waiver stands, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It holds, and covers findings.
    InForce,
    /// It holds, and there is nothing for it to cover.
    CoversNothing,
    /// Its last day has passed.
    Expired,
    /// It does not hold for another reason.
    NotInForce,
}

impl Status {
    /// The status of a waiver on a day.
    #[must_use]
    pub fn of(waiver: &Waiver, covers_something: bool, as_of: Date) -> Self {
        match waiver.in_force {
            true if covers_something => Self::InForce,
            true => Self::CoversNothing,
            false if waiver.expires.is_some_and(|day| day < as_of) => Self::Expired,
            false => Self::NotInForce,
        }
    }

    /// The words for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InForce => "in force",
            Self::CoversNothing => "covers nothing",
            Self::Expired => "expired",
            Self::NotInForce => "not in force",
        }
    }
}

/// True if a finding keeps a waiver from holding.
#[must_use]
pub fn is_obstacle(policies: &Policies, waiver: &Waiver, finding: &Finding) -> bool {
    let is_fault = finding.asked.is_none() && finding.severity == Severity::Error;
    is_about(waiver, &finding.subject) && (is_fault || disarms(policies, &finding.rule))
}

fn is_about(waiver: &Waiver, subject: &str) -> bool {
    subject.split('#').next() == Some(&waiver.name)
}

fn disarms(policies: &Policies, rule: &str) -> bool {
    let rule = policies.find(rule);
    rule.is_none_or(|rule| decides_on_waivers(policies, rule))
}

/// How a waiver stands, with what makes it stand so.
#[derive(Debug)]
pub struct Standing<'f> {
    /// Findings that keep it from holding.
    pub obstacles: Vec<&'f Finding>,
    /// Verdicts about it that could not be given, which keep it from holding as well.
    pub undecided: Vec<&'f NotEvaluable>,
    /// Findings that it covers.
    pub covered: Vec<&'f Finding>,
}

impl<'a> Matcher<'a> {
    /// Returns the waiver in force that covers a finding.
    #[must_use]
    pub fn covering(self, finding: &Finding) -> Option<&'a Waiver> {
        if self.waivers.0.is_empty() {
            return None;
        }
        let rule = self.policies.find(&finding.rule)?;
        let subject = Subject::named(self.catalog, &finding.subject)?;
        self.waivers.covers(rule, &subject)
    }

    /// Returns a fault for each waiver in force that covers no finding, with its nearest miss.
    #[must_use]
    pub fn unmatched(self, findings: &[Arc<Finding>]) -> Vec<Fault> {
        let used: FxHashSet<&str> = findings
            .iter()
            .filter_map(|finding| Some(self.covering(finding)?.name.as_str()))
            .collect();
        let idle = self.idle(|name| used.contains(name));
        idle.map(|waiver| {
            let nearest = self.nearest_miss(waiver, findings);
            self.covers_nothing(waiver).with_help(nearest)
        })
        .collect()
    }

    /// The waivers in force that are not used by their name, and those that name no rule.
    pub fn idle(self, is_used: impl Fn(&str) -> bool) -> impl Iterator<Item = &'a Waiver> {
        self.waivers.0.iter().filter(move |waiver| {
            waiver.in_force && !is_used(&waiver.name) || self.names_no_rule(waiver)
        })
    }

    /// Says how a waiver stands: what it covers, or what keeps it from holding.
    #[must_use]
    pub fn standing<'f>(
        self,
        waiver: &Waiver,
        findings: &'f [Arc<Finding>],
        not_evaluable: &'f [NotEvaluable],
    ) -> Standing<'f> {
        let findings = findings.iter().map(|finding| &**finding);
        let obstacles = findings
            .clone()
            .filter(|finding| is_obstacle(self.policies, waiver, finding));
        let undecided = not_evaluable.iter().filter(|entry| {
            is_about(waiver, &entry.subject) && disarms(self.policies, &entry.rule)
        });
        let covered = findings.filter(|finding| {
            let covering = self.covering(finding);
            covering.is_some_and(|covering| covering.name == waiver.name)
        });
        Standing {
            obstacles: obstacles.filter(|_| !waiver.in_force).collect(),
            undecided: undecided.filter(|_| !waiver.in_force).collect(),
            covered: covered.collect(),
        }
    }

    /// The fault of a waiver that covers no finding.
    #[must_use]
    pub fn covers_nothing(self, waiver: &Waiver) -> Fault {
        let node = self.catalog.resource_node(waiver.resource);
        let id = self.catalog.resource(waiver.resource).id;
        let anchor = node.get("rule").unwrap_or_else(|| self.catalog.node(id));
        let message = format!("{} covers no finding", waiver.name);
        let label = Label::new(anchor.span(), "nothing to waive");
        Fault::new(EngineCheck::WaiverMatchesNothing, message, label)
            .about(Some(waiver.name.clone()), "")
    }

    /// True if there is no rule of the name. Rules about waivers cannot judge such a one.
    fn names_no_rule(self, waiver: &Waiver) -> bool {
        waiver.rule != "*" && self.policies.find(&waiver.rule).is_none()
    }

    /// Says what a waiver that covers no finding comes closest to, and what to do about it.
    #[must_use]
    pub fn nearest_miss(self, waiver: &Waiver, findings: &[Arc<Finding>]) -> String {
        let Some(rule) = self.policies.find(&waiver.rule) else {
            return match waiver.rule.as_str() {
                "*" => "delete the waiver".to_owned(),
                word => self.unknown_rule(word),
            };
        };
        let code = &rule.code;
        if !rule.enabled {
            return format!("{code} is off; delete the waiver, or switch the rule on");
        }
        let targets = waiver.targets.iter();
        let verdicts = targets.filter_map(|target| self.verdict(rule, target));
        if let Some((subject, verdict)) = verdicts.max_by_key(|(_, verdict)| closeness(*verdict)) {
            let judged = match verdict {
                Verdict::Pass => format!("{code} passes on {subject}"),
                Verdict::NotEvaluable => format!("{code} cannot be judged on {subject}"),
                Verdict::NotApplicable => format!("{code} does not apply to {subject}"),
                Verdict::Fail => format!("another waiver covers {code} on {subject}"),
            };
            return format!("{judged}; delete the waiver");
        }
        let mut elsewhere = findings.iter().filter(|finding| finding.rule == rule.name);
        match elsewhere.next() {
            Some(other) => {
                let subject = &other.subject;
                format!("{code} does fail on {subject}; correct the target, or delete the waiver")
            }
            None => format!("{code} fails on nothing any more; delete the waiver"),
        }
    }

    fn unknown_rule(self, word: &str) -> String {
        let rules = self.policies.rules.iter();
        let names = rules.flat_map(|rule| [&*rule.name, &*rule.code]);
        match nearest(word, names) {
            Some(near) => format!("there is no rule {word}; did you mean {near}?"),
            None => format!("there is no rule {word}; delete the waiver or correct its rule"),
        }
    }

    /// The verdict of a rule on a target, if it gives one: the first on the resource or its items.
    fn verdict(
        self,
        rule: &Rule,
        (resource, key): &(Option<u32>, Option<String>),
    ) -> Option<(String, Verdict)> {
        let ledger = &self.ledger.rules[self.policies.number(&rule.name)?];
        let judged = ledger.subjects.iter().zip(&ledger.verdicts);
        judged
            .filter(|(subject, _)| subject.resource == *resource)
            .filter(|(subject, _)| key.is_none() || subject.key.as_deref() == key.as_deref())
            .map(|(subject, verdict)| (subject.name(self.catalog), *verdict))
            .max_by_key(|(_, verdict)| closeness(*verdict))
    }
}

/// How close a verdict comes to a failure that could be waived.
fn closeness(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::NotApplicable => 0,
        Verdict::Pass => 1,
        Verdict::NotEvaluable => 2,
        Verdict::Fail => 3,
    }
}
