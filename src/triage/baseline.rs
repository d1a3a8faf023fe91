//! The baseline: findings that were there when checking began, recorded in a file.
//!
//! What it records stays visible and fails nothing. It is for adoption, and for nothing else: a
//! waiver has a reason, an approver and an end, and a baseline has none of them, so it may only
//! shrink unless somebody says otherwise.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use super::{State, Triaged};
use crate::finding::{Fingerprint, Severity};
use crate::kind::nearest;
use crate::rule::Mistake;
use crate::scalar::Date;
use crate::source::{Source, SourceId, Span};
use crate::syntax::{self, Node, NodeKind};

/// The version of the file's form.
const VERSION: &str = "1";

/// The keys of the file, and of one entry in it.
const KEYS: [&str; 3] = ["version", "asOf", "findings"];
const ENTRY_KEYS: [&str; 4] = ["fingerprint", "severity", "rule", "subject"];

/// The findings that a baseline file records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The path of the file, for messages.
    pub path: String,
    /// What it records, in the order of the file.
    pub entries: Vec<Entry>,
}

/// A recorded finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// How bad it was.
    pub severity: Severity,
    /// The code of its rule, for people.
    pub code: String,
    /// Its subject, for people.
    pub subject: String,
    /// Where it is recorded; none before it is written.
    pub span: Option<Span>,
}

/// What became of a baseline in a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Use {
    /// The path of the file.
    pub path: String,
    /// How many findings it records that are still there.
    pub known: usize,
    /// Entries that no finding answers to any more.
    pub stale: Vec<Entry>,
}

impl Baseline {
    /// Returns the baseline that records the open findings, and those the old one recorded already.
    #[must_use]
    pub fn of(findings: &[Triaged]) -> Self {
        let recorded = findings
            .iter()
            .filter(|triaged| !matches!(triaged.state, State::Waived { .. }));
        let mut entries: Vec<Entry> = recorded
            .map(|triaged| Entry {
                fingerprint: triaged.finding.fingerprint,
                severity: triaged.finding.severity,
                code: triaged.finding.code.to_string(),
                subject: triaged.finding.subject.clone(),
                span: None,
            })
            .collect();
        entries.sort_by(|left, right| order(left).cmp(&order(right)));
        Self {
            path: String::new(),
            entries,
        }
    }

    /// The severity that each recorded finding had. One that is worse today is open again.
    #[must_use]
    pub fn recorded(&self) -> BTreeMap<Fingerprint, Severity> {
        let entries = self.entries.iter();
        entries
            .map(|entry| (entry.fingerprint, entry.severity))
            .collect()
    }

    /// The entries of this baseline that another one does not have.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> Vec<&Entry> {
        let known = other.recorded();
        let is_known = |entry: &&Entry| {
            let known = known.get(&entry.fingerprint);
            known.is_some_and(|severity| *severity <= entry.severity)
        };
        let entries = self.entries.iter();
        entries.filter(|entry| !is_known(entry)).collect()
    }

    /// Says what becomes of the baseline in a run with these findings. `is_whole` is true if
    /// everything was checked, so that what is not found is not there.
    #[must_use]
    pub fn used(&self, findings: &[Triaged], is_whole: bool) -> Use {
        let found: BTreeSet<Fingerprint> = findings
            .iter()
            .map(|triaged| triaged.finding.fingerprint)
            .collect();
        let entries = self.entries.iter();
        let stale = entries.filter(|entry| is_whole && !found.contains(&entry.fingerprint));
        let known = findings
            .iter()
            .filter(|triaged| triaged.state == State::Baselined);
        Use {
            path: self.path.clone(),
            known: known.count(),
            stale: stale.cloned().collect(),
        }
    }

    /// The file that records this, in YAML.
    #[must_use]
    pub fn to_yaml(&self, as_of: Date) -> String {
        let mut text = format!(
            "# Written by `govlint baseline write`. Findings recorded here fail no run; delete\n\
             # lines as they are mended, or let the same command do it.\n\
             version: {VERSION}\nasOf: {as_of}\nfindings:"
        );
        if self.entries.is_empty() {
            text.push_str(" []");
        }
        for entry in &self.entries {
            let (code, subject) = (quoted(&entry.code), quoted(&entry.subject));
            let Entry {
                fingerprint,
                severity,
                ..
            } = entry;
            let _ = write!(
                text,
                "\n  - {{fingerprint: \"{fingerprint}\", severity: {severity}, rule: {code}, subject: {subject}}}"
            );
        }
        text.push('\n');
        text
    }

    /// Reads a baseline file.
    ///
    /// # Errors
    ///
    /// Every mistake in it, at its place.
    pub fn read(source: &Arc<Source>, id: SourceId) -> Result<Self, Vec<Mistake>> {
        let parsed = syntax::parse(source);
        let faults = parsed.faults().iter();
        let mut mistakes: Vec<Mistake> = faults
            .map(|fault| Mistake::new(Span::new(id, fault.primary.0), fault.message.clone()))
            .collect();
        let mut baseline = Self {
            path: source.path().to_owned(),
            entries: Vec::new(),
        };
        if let Some(root) = parsed.documents(id).next() {
            only_keys(root, "a baseline", &KEYS, &mut mistakes);
            let version = root.get("version").map(Node::text);
            if version != Some(VERSION) {
                let message = "this is no baseline that this version of govlint can read";
                mistakes.push(
                    Mistake::new(root.get("version").unwrap_or(root).span(), message)
                        .help("write it anew with `govlint baseline write`"),
                );
            }
            let findings = root.get("findings").into_iter().flat_map(Node::items);
            for item in findings {
                match entry(item, &mut mistakes) {
                    Ok(entry) => baseline.entries.push(entry),
                    Err(mistake) => mistakes.push(mistake),
                }
            }
        }
        if mistakes.is_empty() {
            Ok(baseline)
        } else {
            Err(mistakes)
        }
    }
}

/// By rule, subject and fingerprint, so that a change of the file reads well.
fn order(entry: &Entry) -> (&str, &str, Fingerprint) {
    (&entry.code, &entry.subject, entry.fingerprint)
}

/// A text in double quotes, as YAML and JSON both read it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn only_keys(mapping: Node<'_>, what: &str, keys: &[&str], mistakes: &mut Vec<Mistake>) {
    if mapping.kind() != NodeKind::Mapping {
        mistakes.push(Mistake::new(mapping.span(), format!("{what} is a map")));
    }
    for (key, _) in mapping.entries() {
        let name = key.text();
        if !keys.contains(&name) {
            let mistake = Mistake::new(key.span(), format!("{what} has no key `{name}`"));
            mistakes.push(match nearest(name, keys.iter().copied()) {
                Some(near) => mistake.help(format!("did you mean `{near}`?")),
                None => mistake.help(format!("it has {}", keys.join(", "))),
            });
        }
    }
}

fn entry(item: Node<'_>, mistakes: &mut Vec<Mistake>) -> Result<Entry, Mistake> {
    only_keys(item, "an entry of a baseline", &ENTRY_KEYS, mistakes);
    let text = |key: &str| item.get(key).map_or("", Node::text);
    let help = "write the file anew with `govlint baseline write`";
    let wrong = |key: &str, what: &str| {
        let span = item.get(key).unwrap_or(item).span();
        Mistake::new(span, format!("the entry has no {what}")).help(help)
    };
    Ok(Entry {
        fingerprint: Fingerprint::parse(text("fingerprint"))
            .ok_or_else(|| wrong("fingerprint", "fingerprint of 32 hexadecimal digits"))?,
        severity: Severity::parse(text("severity"))
            .ok_or_else(|| wrong("severity", "severity: error, warning or info"))?,
        code: text("rule").to_owned(),
        subject: text("subject").to_owned(),
        span: Some(item.span()),
    })
}

#[cfg(test)]
mod tests;
