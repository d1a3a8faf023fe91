//! The last lines: how much was found, and what to do next.

use std::io::{self, Write};

use super::escape::clean;
use super::palette::Palette;
use super::{Group, groups, snippet};
use crate::assessment::{Assessment, DateSource};
use crate::finding::Severity;
use crate::render::Style;
use crate::snapshot::RevisionIdentity;

/// Writes the counts of a run, and unless it is to be quiet the next step.
pub(super) fn write(
    assessment: &Assessment,
    style: Style,
    palette: &Palette,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{}", counts(assessment, palette))?;
    if style.quiet {
        return Ok(());
    }
    let next = palette.strong("next:");
    writeln!(out, "{next} {}", next_step(assessment))
}

/// Returns a number with its noun, in the plural where English wants it.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// How much was found and read, in one line.
pub(in crate::render) fn counts(assessment: &Assessment, palette: &Palette) -> String {
    let open = assessment.counting_by_severity();
    let severities = Severity::ALL.into_iter().zip(open);
    let found: Vec<_> = severities
        .map(|(severity, number)| {
            let text = count(number, severity.as_str());
            if number == 0 {
                return text;
            }
            palette.severity(severity, &text)
        })
        .collect();
    let counts = &assessment.counts;
    let checks = usize::try_from(counts.verdicts.checks()).unwrap_or(usize::MAX);
    let read = format!(
        "{}, {}, {}",
        count(counts.files, "file"),
        count(counts.resources, "resource"),
        count(checks, "check"),
    );
    let from = assessment
        .from
        .map_or(String::new(), |from| format!("from {from} "));
    let mut parts = vec![found.join(", ")];
    parts.extend(super::compared::counts(assessment));
    parts.push(format!("{} waived", assessment.waived()));
    if let Some(used) = &assessment.baseline {
        let mended = match used.stale.len() {
            0 => String::new(),
            number => format!(", {number} of it mended"),
        };
        parts.push(format!("{} in the baseline{mended}", used.known));
    }
    if let Some(owner) = &assessment.provenance.owner {
        parts.push(format!("only records of {}", clean(owner)));
    }
    parts.push(format!("{} not evaluable", counts.verdicts.not_evaluable));
    parts.push(read);
    parts.extend(revision(assessment).map(identity));
    parts.push(format!(
        "{from}as of {}{}",
        assessment.as_of,
        date_source(assessment)
    ));
    parts.join(palette.dot())
}

/// The revision, if one was asked for: files of a working tree are what people have before them.
fn revision(assessment: &Assessment) -> Option<&RevisionIdentity> {
    let revision = assessment.provenance.revision.as_ref();
    revision.filter(|revision| revision.dirty.is_none())
}

fn identity(revision: &RevisionIdentity) -> String {
    let signature = if revision.is_signed() {
        "signed, not verified"
    } else {
        "unsigned"
    };
    let (asked, commit) = (clean(&revision.asked), revision.commit.short());
    format!("{asked} at {commit} ({signature})")
}

/// Where the date comes from, which is no matter of course where a revision has one of its own.
fn date_source(assessment: &Assessment) -> &'static str {
    match (assessment.provenance.date_source, revision(assessment)) {
        (DateSource::Revision, _) => ", the day of the commit",
        (DateSource::Variable, Some(_)) => ", the day that GOVLINT_AS_OF gives",
        _ => "",
    }
}

/// What to do next, a function of the counts.
fn next_step(assessment: &Assessment) -> String {
    let counts = &assessment.counts;
    let [errors, warnings, infos] = assessment.counting_by_severity();
    if errors > 0 {
        return mend(assessment, Severity::Error, errors);
    }
    if warnings > 0 {
        return mend(assessment, Severity::Warning, warnings);
    }
    if counts.resources == 0 {
        let found = match counts.skipped {
            0 => "no governance records were found".to_owned(),
            1 => "the one YAML file found is no governance record".to_owned(),
            many => format!("none of the {many} YAML files found is a governance record"),
        };
        return format!(
            "nothing was checked, because {found}; \
             name the folder that holds them; a record starts with the line `apiVersion: govlint/v1`"
        );
    }
    if counts.verdicts.checks() == 0 {
        return "nothing was checked, because no rule applies to these records; \
                look at --select and at the profile"
            .to_owned();
    }
    let open = usize::try_from(counts.verdicts.not_evaluable).unwrap_or(usize::MAX);
    if open > 0 {
        let what = count(open, "check");
        return format!(
            "record what {what} could not be evaluated without; --verbose lists the places"
        );
    }
    if infos > 0 {
        let what = count(infos, "info");
        return format!("nothing has to be mended; read the {what} when there is time");
    }
    "nothing to mend".to_owned()
}

/// What to mend, and where to begin: with the largest group of this severity, or with the first
/// finding if all stand alone.
fn mend(assessment: &Assessment, severity: Severity, number: usize) -> String {
    let groups = groups(assessment, |finding| finding.severity == severity);
    let size = |group: &Group<'_>| 1 + group.others.len();
    let largest = groups.iter().map(size).max().unwrap_or(0);
    let Some(group) = groups.iter().find(|group| size(group) == largest) else {
        return String::new();
    };
    let place = snippet::place(&assessment.sources, group.head.primary.span);
    if number == 1 {
        return format!("mend the {severity} at {place}");
    }
    let what = count(number, severity.as_str());
    if largest == 1 {
        return format!("mend the {what} first, starting at {place}");
    }
    let rule = clean(&group.head.rule);
    let size = count(largest, severity.as_str());
    format!("mend the {what} first, worst group: {rule} ({size}, {place})")
}
