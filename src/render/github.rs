//! Workflow commands, which GitHub shows as annotations beside the changed lines.
//!
//! GitHub keeps ten annotations of a kind for each step and drops the others without a word, so the
//! worst come first and the last one says how many are not shown.

use std::io::{self, Write};

use super::entry::{Entry, Place, RulesByName, by_severity, counted, counting, place};
use super::human::clean;
use super::{Format, Style, Trouble};
use crate::assessment::Assessment;
use crate::finding::Severity;

/// Annotations of a GitHub workflow.
pub(super) const FORMAT: Format = Format {
    name: "github",
    tells_everything: false,
    names_revision: false,
    render,
    trouble,
};

/// The most annotations of a kind that GitHub keeps for a step.
const MOST: usize = 10;

/// The most characters of a message; GitHub cuts far later, and without a word.
const LONGEST: usize = 4_000;

/// The most places that a message names besides its own.
const MOST_PLACES: usize = 5;

fn render(assessment: &Assessment, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let rules = RulesByName::of(assessment);
    let unread = assessment.unread.len();
    for (path, reason) in assessment.unread.iter().take(MOST) {
        let title = "govlint: not read, so the result is not complete";
        let file = format!("file={},", property(path));
        write_command(out, "error", &file, title, &clean(reason))?;
    }
    let shown: [usize; 3] = [MOST - unread.min(MOST), MOST, MOST - 1];
    for severity in Severity::ALL {
        let entries = counting(assessment).filter(|entry| entry.finding.severity == severity);
        for entry in entries.take(shown[severity as usize]) {
            write_entry(assessment, &rules, &entry, out)?;
        }
    }
    let found = by_severity(counting(assessment));
    let mut left: Vec<String> = Severity::ALL
        .into_iter()
        .map(|severity| {
            (
                severity,
                found[severity as usize].saturating_sub(shown[severity as usize]),
            )
        })
        .filter(|(_, left)| *left > 0)
        .map(|(severity, left)| counted(left, severity))
        .collect();
    if unread > MOST {
        left.push(format!("{} paths that were not read", unread - MOST));
    }
    if left.is_empty() {
        return Ok(());
    }
    let message = format!(
        "not shown here: {}; the log and the other formats have them all",
        left.join(", ")
    );
    write_command(out, "notice", "", "govlint: not all is shown", &message)
}

fn write_entry(
    assessment: &Assessment,
    rules: &RulesByName<'_>,
    entry: &Entry<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let finding = entry.finding;
    let title = format!("{} {}", finding.code, rules.title(finding));
    let mut lines = vec![clean(&entry.message()).into_owned()];
    for label in finding.related.iter().take(MOST_PLACES) {
        let at = place(&assessment.sources, label.span);
        let text = clean(&label.text);
        lines.push(format!("{}:{}: {text}", clean(at.path), at.start.line));
    }
    let more = finding.related.len().saturating_sub(MOST_PLACES);
    if more > 0 {
        lines.push(format!("and {more} more places"));
    }
    if let Some((_, rule)) = rules
        .find(&finding.rule)
        .filter(|(_, rule)| !rule.why.is_empty())
    {
        lines.push(format!("why: {}", clean(&rule.why)));
    }
    if let Some(advice) = entry.advice() {
        lines.push(format!("fix: {}", clean(advice)));
    }
    let at = at(place(&assessment.sources, entry.span()));
    write_command(
        out,
        command(finding.severity),
        &at,
        &title,
        &lines.join("\n"),
    )
}

fn trouble(trouble: &Trouble<'_>, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let items = trouble.items();
    for item in items.iter().take(MOST) {
        let at = item.place.map_or_else(String::new, at);
        let title = "govlint could not do the job";
        write_command(out, "error", &at, title, &clean(&item.told()))?;
    }
    let left = items.len().saturating_sub(MOST);
    if left > 0 {
        let message = format!("and {left} more; the log has them all");
        write_command(out, "notice", "", "govlint: not all is shown", &message)?;
    }
    Ok(())
}

fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// The properties that say where, with a comma after each. GitHub refuses columns where a range
/// goes over several lines.
fn at(place: Place<'_>) -> String {
    let (start, end) = (place.start, place.end);
    let file = property(place.path);
    let lines = format!("file={file},line={},endLine={},", start.line, end.line);
    if start.line == end.line {
        // The last column belongs to the range here.
        let last = end.column.saturating_sub(1).max(start.column);
        return format!("{lines}col={},endColumn={last},", start.column);
    }
    lines
}

fn write_command(
    out: &mut dyn Write,
    command: &str,
    at: &str,
    title: &str,
    message: &str,
) -> io::Result<()> {
    let title = property(title);
    let message: String = message.chars().take(LONGEST).collect();
    writeln!(out, "::{command} {at}title={title}::{}", data(&message))
}

/// A value of a property, in which commas and colons have a meaning too.
fn property(text: &str) -> String {
    data(&clean(text)).replace(':', "%3A").replace(',', "%2C")
}

/// What stands after a command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}
