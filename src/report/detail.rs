//! Findings in full, for the readers of a report who mend them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Audience;
use crate::assessment::{Assessment, Change, RuleSummary, State, Triaged};
use crate::finding::Finding;

/// A finding, and what a reader needs to know to mend it.
#[derive(Debug, Clone)]
pub struct Detail {
    /// The finding, unchanged.
    pub finding: Arc<Finding>,
    /// The title of the policy that its rule belongs to.
    pub policy: String,
    /// Why it matters.
    pub why: String,
    /// The controls that its rule supports, as `PREFIX:id`.
    pub controls: Vec<String>,
    /// The subjects of the other findings of its group, which are not told again.
    pub also: Vec<String>,
    /// What became of it, where it is excepted or is compared with another revision.
    pub standing: Option<String>,
    /// True if it is neither waived nor recorded in the baseline.
    pub is_open: bool,
}

/// Returns the findings of an assessment in full for an audience that mends them, and none for the
/// others: what is open by severity, then what is excepted, each in the order of files and places.
#[must_use]
pub fn details(assessment: &Assessment, audience: Audience) -> Vec<Detail> {
    if !matches!(audience, Audience::It | Audience::Executive) {
        return Vec::new();
    }
    let rules: BTreeMap<&str, &RuleSummary> = assessment
        .rules
        .iter()
        .map(|rule| (&*rule.name, rule))
        .collect();
    let policies: BTreeMap<&str, &str> = assessment
        .policies
        .iter()
        .map(|policy| (&*policy.name, policy.title.as_str()))
        .collect();
    let mut details: Vec<Detail> = groups(assessment)
        .into_iter()
        .map(|(head, others)| {
            let rule = rules.get(&*head.finding.rule).copied();
            let policy = rule.and_then(|rule| policies.get(&*rule.policy));
            detail(head, &others, rule, policy.copied().unwrap_or_default())
        })
        .collect();
    details.sort_by_key(|detail| (!detail.is_open, detail.finding.severity));
    details
}

/// The findings that are told, in the order of files and places, each with those of its group that
/// are told with it. What is excepted stands alone.
fn groups(assessment: &Assessment) -> Vec<(&Triaged, Vec<&Triaged>)> {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, triaged) in assessment.findings.iter().enumerate() {
        let head = if triaged.is_open() {
            triaged.head
        } else {
            index
        };
        groups.entry(head).or_default().push(index);
    }
    let triaged = |index: &usize| &assessment.findings[*index];
    let mut told: Vec<(usize, Vec<usize>)> = groups
        .into_iter()
        .flat_map(|(head, members)| {
            // The head of a group may be excepted while others of it are open.
            let (open, excepted): (Vec<usize>, Vec<usize>) = members
                .into_iter()
                .partition(|index| assessment.findings[*index].is_open());
            let alone = excepted.into_iter().map(|index| (index, Vec::new()));
            let mut open = open;
            let at = open.iter().position(|index| *index == head).unwrap_or(0);
            let led = (!open.is_empty()).then(|| (open.remove(at), open));
            led.into_iter().chain(alone).collect::<Vec<_>>()
        })
        .collect();
    told.sort_by_key(|(head, _)| *head);
    told.iter()
        .map(|(head, others)| (triaged(head), others.iter().map(triaged).collect()))
        .collect()
}

fn detail(
    triaged: &Triaged,
    others: &[&Triaged],
    rule: Option<&RuleSummary>,
    policy: &str,
) -> Detail {
    let also = others.iter().map(|other| other.finding.subject.clone());
    Detail {
        finding: triaged.finding.clone(),
        policy: policy.to_owned(),
        why: rule.map(|rule| rule.why.clone()).unwrap_or_default(),
        controls: rule.map(|rule| rule.controls.clone()).unwrap_or_default(),
        also: also.collect(),
        standing: standing(triaged),
        is_open: triaged.is_open(),
    }
}

fn standing(triaged: &Triaged) -> Option<String> {
    match &triaged.state {
        State::Waived { by, until, reason } => {
            let until = until.map_or(String::new(), |until| format!(" until {until}"));
            Some(format!("waived by {by}{until}: {reason}"))
        }
        State::Baselined => Some("recorded in the baseline".to_owned()),
        State::Open => triaged.change.and_then(changed),
    }
}

fn changed(change: Change) -> Option<String> {
    let cause = change.cause().map(|cause| match cause.as_str() {
        "time" => "by the date".to_owned(),
        word => format!("by {word}"),
    });
    let since = |words: &str| {
        let cause = cause.as_deref().map(|cause| format!(", {cause}"));
        Some(format!("{words}{}", cause.unwrap_or_default()))
    };
    match change {
        Change::New { .. } => since("new since the revision compared with"),
        Change::Changed { from, .. } => since(&format!("was {from} before")),
        Change::Known { cause: Some(_) } => since("came since the revision compared with"),
        Change::Known { cause: None } | Change::Excepted => None,
    }
}
