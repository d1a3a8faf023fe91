//! A history as comma-separated values (RFC 4180), safe to open in a spreadsheet.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::error::Error;
use crate::finding::Severity;
use crate::workspace::history::{Chronicle, Life, Spell};

/// Writes the number of open findings of each revision, policy and severity.
pub(super) fn write_open(chronicle: &Chronicle, out: &mut dyn Write) -> Result<(), Error> {
    let headings = ["revision", "commit", "date", "policy", "severity", "open"];
    write_row(headings.map(Cow::Borrowed), out)?;
    for (number, moment) in chronicle.moments.iter().enumerate() {
        for (policy, counts) in &moment.open {
            for (severity, count) in Severity::ALL.into_iter().zip(counts) {
                let row = [
                    name(chronicle, number).into(),
                    commit(chronicle, number).into(),
                    moment.as_of.to_string().into(),
                    policy.into(),
                    severity.as_str().into(),
                    count.to_string().into(),
                ];
                write_row(row, out)?;
            }
        }
    }
    Ok(())
}

/// Writes every time in which a finding was there.
pub(super) fn write_findings(chronicle: &Chronicle, out: &mut dyn Write) -> Result<(), Error> {
    let headings = [
        "fingerprint",
        "code",
        "rule",
        "severity",
        "subject",
        "message",
        "path",
        "excepted",
        "from",
        "since",
        "until",
        "ended",
        "outcome",
        "days",
        "commit",
        "author",
    ];
    write_row(headings.map(Cow::Borrowed), out)?;
    for life in chronicle.lives() {
        for spell in &life.spells {
            write_row(row(chronicle, life, spell), out)?;
        }
    }
    Ok(())
}

fn row<'a>(chronicle: &'a Chronicle, life: &'a Life, spell: &'a Spell) -> [Cow<'a, str>; 16] {
    let origin = spell.origin.as_ref();
    let ending = spell.until.as_ref();
    let day = |number: usize| chronicle.moments[number].as_of.to_string();
    let is_excepted = if life.is_excepted { "yes" } else { "no" };
    let finding = &*life.finding;
    [
        finding.fingerprint.to_string().into(),
        (&*finding.code).into(),
        (&*finding.rule).into(),
        finding.severity.as_str().into(),
        finding.subject.as_str().into(),
        finding.message.as_str().into(),
        life.path.as_str().into(),
        is_excepted.into(),
        name(chronicle, spell.from).into(),
        chronicle.since(spell).to_string().into(),
        ending
            .map_or("", |ending| name(chronicle, ending.at))
            .into(),
        ending.map_or(String::new(), |ending| day(ending.at)).into(),
        ending.map_or("", |ending| ending.outcome.as_str()).into(),
        chronicle.days(spell).to_string().into(),
        origin
            .map_or(String::new(), |origin| origin.commit.to_string())
            .into(),
        origin.map_or("", |origin| &origin.author.name).into(),
    ]
}

fn name(chronicle: &Chronicle, number: usize) -> &str {
    let revision = chronicle.moments[number].revision.as_ref();
    revision.map_or("", |revision| &revision.asked)
}

fn commit(chronicle: &Chronicle, number: usize) -> String {
    let revision = chronicle.moments[number].revision.as_ref();
    revision.map_or(String::new(), |revision| revision.commit.to_string())
}

fn write_row<const N: usize>(cells: [Cow<'_, str>; N], out: &mut dyn Write) -> io::Result<()> {
    let cells: Vec<Cow<'_, str>> = cells.iter().map(|cell| quoted(cell)).collect();
    // The standard ends lines so.
    write!(out, "{}\r\n", cells.join(","))
}

/// A cell that no spreadsheet takes for a formula, in quotes where it needs them.
fn quoted(cell: &str) -> Cow<'_, str> {
    let is_formula =
        cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<i64>().is_err();
    let guard = if is_formula { "'" } else { "" };
    if !cell.contains([',', '"', '\n', '\r']) && !is_formula {
        return Cow::Borrowed(cell);
    }
    format!("\"{guard}{}\"", cell.replace('"', "\"\"")).into()
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn cells_are_no_formulas_and_keep_their_borders() {
        for (cell, expected) in [
            ("plain", "plain"),
            ("", ""),
            ("-3", "-3"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "\"'=1+1\""),
            ("@x", "\"'@x\""),
            ("-x", "\"'-x\""),
            ("+1 555", "\"'+1 555\""),
        ] {
            assert_eq!(quoted(cell), expected);
        }
    }
}
