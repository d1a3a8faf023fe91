//! What formats list: the findings of today and those that were lost, each with one word for what
//! became of it and a place in lines and columns.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::assessment::{Assessment, Change, Outcome, Past, RuleSummary, State, Triaged};
use crate::finding::{Finding, Severity};
use crate::source::{LineColumn, Sources, Span};

/// A finding as formats list it.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    /// The finding.
    pub(super) finding: &'a Finding,
    /// What became of it.
    pub(super) status: Status<'a>,
    /// How it relates to the base revision.
    pub(super) change: Option<Change>,
    /// True if it can fail the run.
    pub(super) counts: bool,
}

/// What became of a finding.
#[derive(Clone, Copy)]
pub(super) enum Status<'a> {
    /// It is open, and nothing was compared.
    Open,
    /// It is open, and was not so at the base.
    New,
    /// It is open, and was so at the base.
    Known,
    /// It is open, and had another severity at the base.
    Changed,
    /// A waiver covers it.
    Waived(&'a State),
    /// The baseline records it.
    Baselined,
    /// It was open at the base, and cannot be judged any more.
    Lost(&'a Past),
}

impl Status<'_> {
    /// The word for it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::New => "new",
            Self::Known => "known",
            Self::Changed => "changed",
            Self::Waived(_) => "waived",
            Self::Baselined => "baselined",
            Self::Lost(_) => "lost",
        }
    }
}

/// The findings in the order of files and places, then the lost ones.
pub(super) fn entries(assessment: &Assessment) -> impl Iterator<Item = Entry<'_>> {
    let findings = assessment.findings.iter().map(Entry::of);
    findings.chain(assessment.past(Outcome::Lost).map(Entry::lost))
}

/// The findings that can fail the run, lost ones included.
pub(super) fn counting(assessment: &Assessment) -> impl Iterator<Item = Entry<'_>> {
    entries(assessment).filter(|entry| entry.counts)
}

impl<'a> Entry<'a> {
    fn of(triaged: &'a Triaged) -> Self {
        let status = match (&triaged.state, triaged.change) {
            (State::Waived { .. }, _) => Status::Waived(&triaged.state),
            (State::Baselined, _) => Status::Baselined,
            (State::Open, None) => Status::Open,
            (State::Open, Some(Change::New { .. })) => Status::New,
            (State::Open, Some(Change::Changed { .. })) => Status::Changed,
            (State::Open, Some(Change::Known { .. } | Change::Excepted)) => Status::Known,
        };
        Self {
            finding: &triaged.finding,
            status,
            change: triaged.change,
            counts: triaged.counts(),
        }
    }

    /// A finding of the base revision that is not there any more.
    pub(super) fn lost(past: &'a Past) -> Self {
        Self {
            finding: &past.finding,
            status: Status::Lost(past),
            change: None,
            counts: past.outcome == Outcome::Lost,
        }
    }

    /// What is said: the message, and of a lost finding what that means.
    pub(super) fn message(&self) -> Cow<'a, str> {
        match self.status {
            Status::Lost(_) => {
                let message = &self.finding.message;
                Cow::Owned(format!(
                    "{message} (lost: it was so at the base, and cannot be judged any more)"
                ))
            }
            _ => Cow::Borrowed(&self.finding.message),
        }
    }

    /// Where it is shown: at its primary label; what is lost, where the subject stands today.
    pub(super) fn span(&self) -> Span {
        match self.status {
            Status::Lost(Past { now: Some(now), .. }) => now.span,
            _ => self.finding.primary.span,
        }
    }

    /// What to do, if that is known.
    pub(super) fn advice(&self) -> Option<&'a str> {
        let title = self.finding.fix.as_ref().map(|fix| fix.title.as_str());
        self.finding.help.as_deref().or(title)
    }
}

/// A range in a file, in numbers that count from 1; the end is the place after the last character.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// The file.
    pub(super) path: &'a str,
    /// The first character.
    pub(super) start: LineColumn,
    /// The place after the last one.
    pub(super) end: LineColumn,
}

/// Returns where a span lies.
pub(super) fn place(sources: &Sources, span: Span) -> Place<'_> {
    let source = sources.get(span.source);
    let find = |offset| source.lines().line_column(source.text(), offset);
    Place {
        path: source.path(),
        start: find(span.range.start),
        end: find(span.range.end),
    }
}

/// The rules of a run by name.
pub(super) struct RulesByName<'a>(FxHashMap<&'a str, (usize, &'a RuleSummary)>);

impl<'a> RulesByName<'a> {
    pub(super) fn of(assessment: &'a Assessment) -> Self {
        let rules = assessment.rules.iter().enumerate();
        Self(
            rules
                .map(|(number, rule)| (&*rule.name, (number, rule)))
                .collect(),
        )
    }

    /// The rule with this name, and its number.
    pub(super) fn find(&self, name: &str) -> Option<(usize, &'a RuleSummary)> {
        self.0.get(name).copied()
    }

    /// The title of the rule of a finding; its name if it has none.
    pub(super) fn title(&self, finding: &'a Finding) -> &'a str {
        let title = self
            .find(&finding.rule)
            .map(|(_, rule)| rule.title.as_str());
        title.unwrap_or(&finding.rule)
    }
}

/// Counts entries by severity, from worst to mildest.
pub(super) fn by_severity<'a>(entries: impl Iterator<Item = Entry<'a>>) -> [usize; 3] {
    let mut counts = [0; 3];
    entries.for_each(|entry| counts[entry.finding.severity as usize] += 1);
    counts
}

/// Returns a number with the word for a severity: `2 errors`.
pub(super) fn counted(number: usize, severity: Severity) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {severity}{plural}")
}
