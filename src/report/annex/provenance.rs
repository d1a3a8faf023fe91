//! What was read, at which revision, by which rules, and what cannot be known from it.

use crate::assessment::{Assessment, People};
use crate::report::{Cell, Chart, Section, method};

/// The method of a report, with the identity of the revision and what was not read.
pub(super) fn section(assessment: &Assessment, people: Option<&People>) -> Section {
    let row = |name: &str, value: String| vec![Cell::text(name), Cell::text(value)];
    let mut rows = revision(assessment, people);
    let unread = assessment.unread.iter();
    rows.extend(unread.map(|(path, reason)| row("Not read", format!("{path}: {reason}"))));
    rows.push(row(
        "Limits",
        "tests recorded assertions, not running systems".to_owned(),
    ));
    let mut own = method::section(assessment);
    if let Chart::Table(table) = &mut own.chart {
        rows.append(&mut table.rows);
        table.rows = rows;
    }
    Section {
        title: "Provenance".to_owned(),
        ..own
    }
}

/// The identity of the revision, as far as it is known.
fn revision(assessment: &Assessment, people: Option<&People>) -> Vec<Vec<Cell>> {
    let Some(revision) = &assessment.provenance.revision else {
        let files = Cell::text("files as they are, of no known revision");
        return vec![vec![Cell::text("Revision"), files]];
    };
    let tag = revision.tag.as_ref();
    let tag = tag.map_or("none", |tag| tag.name.as_str());
    let signed = if revision.is_signed() {
        "there, not verified"
    } else {
        "none"
    };
    let committer = &revision.committer;
    let differs = match revision.dirty {
        Some(true) => "yes",
        Some(false) => "no",
        None => "no: read from the commit itself",
    };
    let name = people.map_or_else(
        || committer.name.clone(),
        |people| people.contributor(&committer.name),
    );
    let rows = [
        ("Revision", revision.asked.clone()),
        ("Tree", revision.tree.to_string()),
        ("Tag", tag.to_owned()),
        ("Signature", signed.to_owned()),
        ("Committed", committer.time().unwrap_or_default()),
        ("Committed by", name),
        ("Files differ from the commit", differs.to_owned()),
    ];
    let text = |(name, value): (&str, String)| vec![Cell::text(name), Cell::text(value)];
    rows.into_iter().map(text).collect()
}
