//! Findings one below the other, each to be opened.

use askama::Template;

use super::excerpt::{Excerpt, excerpts};
use super::inert::Inert;
use super::place::Places;
use crate::finding::Severity;
use crate::report::Detail;

/// The most other subjects of a group that are named.
const MOST_NAMED: usize = 40;

#[derive(Template)]
#[template(path = "findings.html", config = "src/render/report/html/askama.toml")]
pub(super) struct Findings<'a> {
    details: &'a [Detail],
    places: Places<'a>,
    number: usize,
    /// The titles of their policies, sorted.
    policies: Vec<&'a str>,
}

#[derive(Template)]
#[template(path = "finding.html", config = "src/render/report/html/askama.toml")]
struct FindingView<'a> {
    detail: &'a Detail,
    place: String,
    shape: &'static str,
    policy: usize,
    excerpts: Vec<Excerpt>,
    also: Vec<Inert<'a>>,
    also_left: usize,
}

impl<'a> Findings<'a> {
    pub(super) fn new(places: Places<'a>, details: &'a [Detail], number: usize) -> Self {
        let titles = details.iter().map(|detail| detail.policy.as_str());
        let mut policies: Vec<&str> = titles.filter(|title| !title.is_empty()).collect();
        policies.sort_unstable();
        policies.dedup();
        Self {
            details,
            places,
            number,
            policies,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.details.is_empty()
    }

    pub(super) fn number(&self) -> usize {
        self.number
    }

    fn inert(&self, text: &'a str) -> Inert<'a> {
        Inert(text)
    }

    /// The severities and how many open findings each has.
    fn counts(&self) -> Vec<(Severity, usize)> {
        let open = |severity| {
            let details = self.details.iter();
            details
                .filter(|detail| detail.is_open && detail.finding.severity == severity)
                .count()
        };
        Severity::ALL
            .into_iter()
            .map(|severity| (severity, open(severity)))
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    fn excepted(&self) -> usize {
        self.details.iter().filter(|detail| !detail.is_open).count()
    }

    fn views(&self) -> impl Iterator<Item = FindingView<'a>> {
        self.details.iter().map(|detail| self.view(detail))
    }

    fn view(&self, detail: &'a Detail) -> FindingView<'a> {
        let finding = &detail.finding;
        let (path, line) = self.places.path_and_line(finding.primary.span);
        let policy = self.policies.binary_search(&detail.policy.as_str());
        FindingView {
            detail,
            place: format!("{}:{line}", Inert(path)),
            shape: if detail.is_open {
                shape(finding.severity)
            } else {
                "excepted"
            },
            policy: policy.map_or(0, |index| index + 1),
            excerpts: excerpts(&self.places, finding),
            also: detail
                .also
                .iter()
                .take(MOST_NAMED)
                .map(|subject| Inert(subject))
                .collect(),
            also_left: detail.also.len().saturating_sub(MOST_NAMED),
        }
    }
}

impl<'a> FindingView<'a> {
    fn inert(&self, text: &'a str) -> Inert<'a> {
        Inert(text)
    }

    /// What is told before the message: the severity, or that it is excepted.
    fn word(&self) -> &'static str {
        if self.detail.is_open {
            self.detail.finding.severity.as_str()
        } else {
            "excepted"
        }
    }

    fn fix(&self) -> Option<Inert<'a>> {
        let finding = &self.detail.finding;
        let title = finding.fix.as_ref().map(|fix| &fix.title);
        finding.help.as_ref().or(title).map(|text| Inert(text))
    }
}

fn shape(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "bad",
        Severity::Warning => "watch",
        Severity::Info => "from",
    }
}
