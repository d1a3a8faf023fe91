//! From what was found on a day to the findings that are told, in order, with what is excepted.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Input, Loaded};
use crate::evaluate::{Ledger, Waivers};
use crate::finding::Severity;
use crate::finding::{EngineCheck, Fault, Finding, Fingerprint};
use crate::scalar::Date;
use crate::source::{Sources, TextRange};
use crate::triage::State;
use crate::triage::baseline::Baseline;
use crate::triage::waiver::Matcher;

/// What was found on a day, before it is known what is excepted.
pub(crate) struct Found<'a> {
    /// The verdicts.
    pub(crate) ledger: &'a Ledger,
    /// The waivers.
    pub(crate) waivers: &'a Waivers,
    /// A finding for each failure.
    pub(crate) findings: Vec<Arc<Finding>>,
    /// Expected fields that are absent.
    pub(crate) faults: &'a [Fault],
}

/// Adds what the engine found to the findings of the rules that are on, puts all in order, and says
/// of each whether it is excepted.
pub(crate) fn settle(
    input: &Input<'_>,
    loaded: &Loaded,
    found: Found<'_>,
) -> (Vec<Arc<Finding>>, Vec<State>) {
    let matcher = Matcher {
        policies: &loaded.policies,
        catalog: &loaded.catalog,
        ledger: found.ledger,
        waivers: found.waivers,
    };
    let faults = loaded.faults.iter().chain(found.faults);
    let mut findings = reported(loaded, found.findings, faults);
    if !input.without_waivers {
        let unmatched = matcher.unmatched(&findings);
        findings.extend(reported(loaded, Vec::new(), &unmatched));
    }
    put_in_order(&loaded.sources, &mut findings);
    let states = states(input, matcher, &findings);
    (findings, states)
}

/// What the engine found, and the findings of the rules that are on.
pub(crate) fn reported<'f>(
    loaded: &Loaded,
    mut findings: Vec<Arc<Finding>>,
    faults: impl IntoIterator<Item = &'f Fault>,
) -> Vec<Arc<Finding>> {
    let rules = loaded.policies.rules.iter();
    let enabled: FxHashSet<&str> = rules
        .filter(|rule| rule.enabled)
        .map(|rule| &*rule.name)
        .collect();
    let engine = faults.into_iter();
    let engine = engine.filter_map(|fault| engine_finding(loaded, fault));
    let mut reported: Vec<Arc<Finding>> = engine.collect();
    findings.retain(|finding| enabled.contains(&*finding.rule));
    reported.append(&mut findings);
    reported
}

/// Sorts findings by files, then places, then rules, which is the order of all output, and gives each
/// an identity of its own.
pub(crate) fn put_in_order(sources: &Sources, findings: &mut Vec<Arc<Finding>>) {
    let ranks = ranks(sources);
    let mut placed: Vec<(u32, TextRange, Arc<Finding>)> = std::mem::take(findings)
        .into_par_iter()
        .map(|finding| {
            let span = finding.primary.span;
            (ranks[span.source.index()], span.range, finding)
        })
        .collect();
    placed.par_sort_by(|(rank, range, finding), (other_rank, other_range, other)| {
        let rules = || (&finding.rule, &finding.subject).cmp(&(&other.rule, &other.subject));
        let places = (rank, range).cmp(&(other_rank, other_range));
        places.then_with(rules)
    });
    findings.extend(placed.into_iter().map(|(_, _, finding)| finding));
    findings.dedup_by(|left, right| {
        left.fingerprint == right.fingerprint
            && left.primary == right.primary
            && left.message == right.message
    });
    let mut seen: FxHashMap<Fingerprint, usize> = FxHashMap::default();
    for finding in findings {
        let number = seen.entry(finding.fingerprint).or_default();
        *number += 1;
        if *number > 1 {
            let own = Arc::make_mut(finding);
            own.fingerprint = own.fingerprint.repeated(*number);
        }
    }
}

/// Says of each finding whether it is excepted.
pub(crate) fn states(
    input: &Input<'_>,
    matcher: Matcher<'_>,
    findings: &[Arc<Finding>],
) -> Vec<State> {
    let recorded = input.baseline.map(Baseline::recorded).unwrap_or_default();
    let state = |finding: &Arc<Finding>| {
        let waiver = matcher.covering(finding).filter(|_| !input.without_waivers);
        if let Some(waiver) = waiver {
            return State::Waived {
                by: waiver.name.clone(),
                until: waiver.expires,
                reason: waiver.reason.clone(),
            };
        }
        match recorded.get(&finding.fingerprint) {
            Some(severity) if *severity <= finding.severity => State::Baselined,
            _ => State::Open,
        }
    };
    findings.iter().map(state).collect()
}

/// By number of a source: the place of its path among all, the same for equal paths.
fn ranks(sources: &Sources) -> Vec<u32> {
    let mut order: Vec<(&str, usize)> = sources
        .iter()
        .map(|(id, source)| (source.path(), id.index()))
        .collect();
    order.sort_unstable();
    let mut ranks = vec![0; order.len()];
    for (rank, same) in (0..).zip(order.chunk_by(|left, right| left.0 == right.0)) {
        for (_, number) in same {
            ranks[*number] = rank;
        }
    }
    ranks
}

/// A fault under the name, code and severity of the rule file that documents its check.
fn engine_finding(loaded: &Loaded, fault: &Fault) -> Option<Arc<Finding>> {
    let rule = loaded.policies.engine_rule(fault.check);
    let is_optional = matches!(
        fault.check,
        EngineCheck::ExpectedFieldMissing | EngineCheck::WaiverMatchesNothing
    );
    if is_optional && rule.is_none_or(|rule| !rule.enabled) {
        return None;
    }
    let name: Arc<str> = rule.map_or_else(|| fault.check.name().into(), |rule| rule.name.clone());
    // Without a rule file that gives it a code, a check is called by its name.
    let code = rule.map_or_else(|| name.clone(), |rule| rule.code.clone());
    let path = loaded.sources.get(fault.primary.span.source).path();
    let subject = fault.subject.clone().unwrap_or_default();
    // Without a subject, the file is what the finding is about.
    let about = if subject.is_empty() { path } else { &subject };
    let help = fault
        .help
        .clone()
        .or_else(|| rule.map(|rule| rule.fix.text.clone()));
    let finding = Finding {
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
        words_until: Date::AFTER_ALL,
    };
    Some(finding.into())
}
