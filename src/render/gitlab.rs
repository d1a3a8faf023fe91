//! A Code Quality report, which GitLab shows in merge requests.
//!
//! GitLab compares reports of two branches by fingerprint and keeps only the first of equal ones.
//! It has no place for excepted findings, so only what can fail the run is listed.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};

use serde_json::{Value, json};

use super::entry::{Entry, counting, place};
use super::human::clean;
use super::inert::Inert;
use super::{Format, Style, Trouble};
use crate::assessment::Assessment;
use crate::finding::{Fingerprint, Severity};

/// A Code Quality report.
pub(super) const FORMAT: Format = Format {
    name: "gitlab",
    tells_everything: false,
    names_revision: false,
    render,
    trouble,
};

/// The severity of what kept the run from being complete. No finding has it.
const WORST: &str = "blocker";

/// Where something is shown that no file holds.
const NO_FILE: &str = "govlint.yaml";

fn render(assessment: &Assessment, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let mut seen = BTreeSet::new();
    let unread = assessment.unread.iter().map(|(path, reason)| {
        let message = format!("not read, so the result is not complete: {reason}");
        fault("unread", &message, path, 1)
    });
    let issues = counting(assessment).map(|entry| issue(assessment, &entry, &mut seen));
    write_issues(unread.chain(issues), &mut out)?;
    out.flush()
}

fn trouble(trouble: &Trouble<'_>, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let items = trouble.items();
    let issues = items.iter().map(|item| {
        let (path, line) = item
            .place
            .map_or((NO_FILE, 1), |at| (at.path, at.start.line));
        fault("could-not-run", &item.told(), path, line)
    });
    write_issues(issues, out)
}

fn write_issues(issues: impl Iterator<Item = Value>, out: &mut dyn Write) -> io::Result<()> {
    let mut before = "[\n";
    for issue in issues {
        out.write_all(before.as_bytes())?;
        Inert::compact(out, &issue)?;
        before = ",\n";
    }
    let end = if before == "[\n" { "[]\n" } else { "\n]\n" };
    out.write_all(end.as_bytes())
}

fn issue(assessment: &Assessment, entry: &Entry<'_>, seen: &mut BTreeSet<Fingerprint>) -> Value {
    let finding = entry.finding;
    let at = place(&assessment.sources, entry.span());
    let mut fingerprint = finding.fingerprint;
    let mut number = 1;
    while !seen.insert(fingerprint) {
        number += 1;
        fingerprint = finding.fingerprint.repeated(number);
    }
    json!({
        "description": format!("{}: {}", clean(&finding.code), clean(&entry.message())),
        "check_name": &*finding.rule,
        "fingerprint": fingerprint.to_string(),
        "severity": severity(finding.severity),
        "location": {
            "path": at.path,
            "lines": {"begin": at.start.line, "end": at.end.line},
        },
    })
}

fn fault(check: &str, message: &str, path: &str, line: u32) -> Value {
    json!({
        "description": format!("govlint: {}", clean(message)),
        "check_name": format!("govlint/{check}"),
        "fingerprint": Fingerprint::of(&["govlint", check, message, path]).to_string(),
        "severity": WORST,
        "location": {"path": path, "lines": {"begin": line}},
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Info => "info",
    }
}
