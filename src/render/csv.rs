//! A table for spreadsheets: RFC 4180 in UTF-8, one row a finding, excepted ones included.
//!
//! Spreadsheets take a cell that begins with one of a few characters for a formula, also between
//! quotes. Such a text gets an apostrophe in front, which they take for "this is text".

use std::io::{self, BufWriter, Write};

use super::entry::{Entry, RulesByName, Status, entries, place};
use super::human::clean;
use super::{Format, Style, Trouble};
use crate::assessment::{Assessment, Cause, Change, State};

/// A table of comma-separated values.
pub(super) const FORMAT: Format = Format {
    name: "csv",
    tells_everything: false,
    names_revision: false,
    render,
    trouble,
};

const COLUMNS: [&str; 21] = [
    "status",
    "counts",
    "severity",
    "code",
    "rule",
    "subject",
    "message",
    "path",
    "line",
    "column",
    "endLine",
    "endColumn",
    "causedBy",
    "title",
    "controls",
    "fix",
    "waiver",
    "waivedUntil",
    "waiverReason",
    "changeCause",
    "fingerprint",
];

fn render(assessment: &Assessment, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let rules = RulesByName::of(assessment);
    write_row(&mut out, &COLUMNS)?;
    for (path, reason) in &assessment.unread {
        write_fault(&mut out, "unread", reason, Some((path, None)))?;
    }
    for entry in entries(assessment) {
        write_entry(assessment, &rules, &entry, &mut out)?;
    }
    out.flush()
}

fn write_entry(
    assessment: &Assessment,
    rules: &RulesByName<'_>,
    entry: &Entry<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let finding = entry.finding;
    let at = place(&assessment.sources, entry.span());
    let controls = rules.find(&finding.rule);
    let controls = controls.map_or_else(String::new, |(_, rule)| rule.controls.join(" "));
    let (by, until, reason) = match entry.status {
        Status::Waived(State::Waived { by, until, reason }) => {
            let until = until.map_or_else(String::new, |until| until.to_string());
            (by.as_str(), until, reason.as_str())
        }
        _ => ("", String::new(), ""),
    };
    let numbers = [at.start.line, at.start.column, at.end.line, at.end.column];
    let [line, column, end_line, end_column] = numbers.map(|number| number.to_string());
    let cause = entry.change.and_then(Change::cause);
    let row = [
        entry.status.as_str(),
        if entry.counts { "true" } else { "false" },
        finding.severity.as_str(),
        &finding.code,
        &finding.rule,
        &finding.subject,
        &entry.message(),
        at.path,
        &line,
        &column,
        &end_line,
        &end_column,
        finding.cause.as_deref().unwrap_or(""),
        rules.title(finding),
        &controls,
        entry.advice().unwrap_or(""),
        by,
        &until,
        reason,
        cause.map_or("", Cause::as_str),
        &finding.fingerprint.to_string(),
    ];
    write_row(out, &row)
}

fn trouble(trouble: &Trouble<'_>, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    write_row(out, &COLUMNS)?;
    for item in trouble.items() {
        let at = item.place.map(|at| (at.path, Some(at.start)));
        write_fault(out, "failed", &item.told(), at)?;
    }
    Ok(())
}

/// Writes a row about something that kept the run from being complete.
fn write_fault(
    out: &mut dyn Write,
    status: &str,
    message: &str,
    at: Option<(&str, Option<crate::source::LineColumn>)>,
) -> io::Result<()> {
    let mut row = [""; COLUMNS.len()];
    let start = at.and_then(|(_, start)| start);
    let line = start.map_or_else(String::new, |start| start.line.to_string());
    let column = start.map_or_else(String::new, |start| start.column.to_string());
    row[..3].copy_from_slice(&[status, "true", "error"]);
    row[6] = message;
    row[7] = at.map_or("", |(path, _)| path);
    row[8] = &line;
    row[9] = &column;
    write_row(out, &row)
}

fn write_row(out: &mut dyn Write, cells: &[&str; COLUMNS.len()]) -> io::Result<()> {
    for (number, cell) in cells.iter().enumerate() {
        if number > 0 {
            out.write_all(b",")?;
        }
        write_cell(out, cell)?;
    }
    out.write_all(b"\r\n")
}

fn write_cell(out: &mut dyn Write, text: &str) -> io::Result<()> {
    let text = clean(text);
    let is_formula = is_formula(&text);
    let guard = if is_formula { "'" } else { "" };
    if text.contains([',', '"', ';', ' ']) || is_formula {
        return write!(out, "\"{guard}{}\"", text.replace('"', "\"\""));
    }
    write!(out, "{text}")
}

/// True if a spreadsheet takes a cell of CSV with this text for a formula.
pub(in crate::render) fn is_formula(text: &str) -> bool {
    // Full-width forms count as the plain ones in some settings.
    text.starts_with(['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠'])
}
