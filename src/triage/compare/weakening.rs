//! Where the rules ask for less than at the base, or more is excepted: so that a change which
//! makes findings go away by other means than mending them is seen.

use std::collections::BTreeMap;

use super::super::{Cause, Change, State, Weakening, WeakeningKind};
use super::{Compared, Outcome, Side};
use crate::config::Config;
use crate::finding::Severity;
use crate::rule::{Rule, print_literal};

/// What one side of a comparison judged under.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// The side.
    pub side: Side<'a>,
    /// The configuration.
    pub config: &'a Config,
}

/// Returns what is weaker at the head, with the number of open findings of the base that each
/// keeps from counting. What asks for something else, rather than for less, is told only if it
/// hides something.
#[must_use]
pub fn weakenings(head: Rules<'_>, base: Rules<'_>, compared: &Compared) -> Vec<Weakening> {
    let mut hidden: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, outcome) in &compared.gone {
        if *outcome == Outcome::Hidden {
            let rule = &*base.side.findings[*number].rule;
            *hidden.entry(rule).or_default() += 1;
        }
    }
    let mut milder = milder(head, compared);
    let mut found = configuration(head.config, base.config);
    for rule in base.side.policies.rules.iter().filter(|rule| rule.enabled) {
        let hides = hidden.remove(&*rule.name).unwrap_or(0);
        let weakening = of_rule(head, base, rule, hides);
        found.extend(weakening.map(|weakening| match weakening.kind {
            WeakeningKind::Severity => Weakening {
                hides: milder.remove(&*rule.code).map_or(0, |milder| milder.hides),
                ..weakening
            },
            _ => weakening,
        }));
    }
    found.extend(milder.into_values());
    found.extend(exceptions(head, compared));
    found
}

fn of_rule(head: Rules<'_>, base: Rules<'_>, old: &Rule, hides: usize) -> Option<Weakening> {
    let policies = head.side.policies;
    let weakening = |kind, message, span| {
        Some(Weakening {
            kind,
            about: old.code.to_string(),
            message,
            span,
            hides,
        })
    };
    let code = &old.code;
    let new = policies
        .number(&old.name)
        .map(|number| &policies.rules[number]);
    let Some(new) = new else {
        return weakening(WeakeningKind::RuleGone, format!("{code} is gone"), None);
    };
    if !new.enabled {
        let span = setting_span(head.config, new);
        return weakening(WeakeningKind::RuleOff, format!("{code} is off"), span);
    }
    if new.severity > old.severity {
        let (from, to) = (old.severity, new.severity);
        let message = format!("{code} is {to} in place of {from}");
        return weakening(
            WeakeningKind::Severity,
            message,
            setting_span(head.config, new),
        );
    }
    if hides == 0 {
        return None;
    }
    if let Some((message, span)) = parameter(head, base, old, new) {
        return weakening(WeakeningKind::Parameter, message, Some(span));
    }
    let text = |side: Side<'_>, rule: &Rule| side.sources.get(rule.span.source).text().to_owned();
    if text(head.side, new) != text(base.side, old) {
        let message = format!("{code} asks for something else");
        return weakening(WeakeningKind::Condition, message, Some(new.span));
    }
    let message = format!(
        "what {code} rests on differs: functions, relations, profiles, schemas or what is read"
    );
    weakening(WeakeningKind::Library, message, None)
}

/// The first parameter that has another value, and where it is set.
fn parameter(
    head: Rules<'_>,
    base: Rules<'_>,
    old: &Rule,
    new: &Rule,
) -> Option<(String, crate::source::Span)> {
    let print = |rules: Rules<'_>, value| print_literal(&rules.side.policies.kinds, value);
    for before in &old.params {
        let Some(after) = new.params.iter().find(|param| param.name == before.name) else {
            continue;
        };
        let (from, to) = (print(base, &before.value), print(head, &after.value));
        if from != to {
            let message = format!(
                "`{}` of {} is {to} in place of {from}",
                after.name, new.code
            );
            return Some((message, after.span));
        }
    }
    None
}

/// Where the configuration speaks of a rule.
fn setting_span(config: &Config, rule: &Rule) -> Option<crate::source::Span> {
    let settings = config.overlay.rules.iter();
    settings
        .filter(|(word, _)| rule.is_called(word))
        .find_map(|(_, setting)| setting.span)
}

fn configuration(head: &Config, base: &Config) -> Vec<Weakening> {
    let weakening = |about: &str, message: String, span| Weakening {
        kind: WeakeningKind::Configuration,
        about: about.to_owned(),
        message,
        span,
        hides: 0,
    };
    let mut found = Vec::new();
    let threshold = |config: &Config| config.fail_on.unwrap_or(Severity::Error);
    let (from, to) = (threshold(base), threshold(head));
    if to < from {
        let message = format!("a run fails on {to} in place of {from}");
        found.push(weakening("failOn", message, None));
    }
    if head.without_built_in && !base.without_built_in {
        let message = "the built-in policies are off".to_owned();
        found.push(weakening("builtIn", message, None));
    }
    for pattern in &head.exclude {
        if base.exclude.iter().all(|old| old.value != pattern.value) {
            let message = format!("`{}` is left out", pattern.value);
            found.push(weakening("exclude", message, Some(pattern.span)));
        }
    }
    for pattern in &base.documents {
        if head.documents.iter().all(|new| new.value != pattern.value) {
            let message = format!("`{}` is not read whatever it says any more", pattern.value);
            found.push(weakening("documents", message, None));
        }
    }
    found
}

/// Rules, by code, with findings whose severity a change of policy made milder.
fn milder<'a>(head: Rules<'a>, compared: &Compared) -> BTreeMap<&'a str, Weakening> {
    let mut found: BTreeMap<&str, Weakening> = BTreeMap::new();
    for (finding, change) in head.side.findings.iter().zip(&compared.changes) {
        let Some(Change::Changed { from, cause }) = change else {
            continue;
        };
        if *cause != Cause::Policy || *from > finding.severity {
            continue;
        }
        let (code, to) = (&finding.code, finding.severity);
        let weakening = found.entry(code).or_insert_with(|| Weakening {
            kind: WeakeningKind::Severity,
            about: code.to_string(),
            message: format!("findings of {code} are {to} in place of {from}"),
            span: finding.asked,
            hides: 0,
        });
        weakening.hides += 1;
    }
    found
}

/// Waivers and the baseline, where they cover what was open.
fn exceptions(head: Rules<'_>, compared: &Compared) -> Vec<Weakening> {
    let mut covered: BTreeMap<(WeakeningKind, &str), usize> = BTreeMap::new();
    for (state, change) in head.side.states.iter().zip(&compared.changes) {
        if *change != Some(Change::Excepted) {
            continue;
        }
        let by = match state {
            State::Waived { by, .. } => (WeakeningKind::Waiver, by.as_str()),
            State::Baselined | State::Open => (WeakeningKind::Baseline, "the baseline"),
        };
        *covered.entry(by).or_default() += 1;
    }
    let found = covered.into_iter().map(|((kind, about), hides)| Weakening {
        kind,
        about: about.to_owned(),
        message: format!("{about} covers what was open"),
        span: None,
        hides,
    });
    found.collect()
}
