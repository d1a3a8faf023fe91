//! A history for people: the revisions, the policies, and what has been there the longest.

use std::io::Write;

use crate::cli::terminal::Terminal;
use crate::error::Error;
use crate::finding::Severity;
use crate::render::human::{Palette, clean};
use crate::triage::Outcome;
use crate::workspace::history::{Chronicle, Life, Moment};

/// The most revisions that the table of policies has columns for.
const MOST_COLUMNS: usize = 8;
/// The most findings that are listed one by one.
const MOST_LISTED: usize = 10;

const HEADINGS: [&str; 10] = [
    "revision", "as of", "records", "errors", "warnings", "infos", "excepted", "came", "ended",
    "lost",
];

/// Writes a history.
pub(super) fn write(chronicle: &Chronicle, terminal: &mut Terminal) -> Result<(), Error> {
    let palette = Palette::new(terminal.style);
    let mut rows = vec![HEADINGS.map(str::to_owned).to_vec()];
    rows.extend(chronicle.moments.iter().map(moment));
    write_table(&rows, 2, &palette, terminal)?;
    write_policies(chronicle, &palette, terminal)?;
    write_closed(chronicle, terminal)?;
    write_oldest(chronicle, &palette, terminal)?;
    write_reopened(chronicle, &palette, terminal)?;
    write_last(chronicle, &palette, terminal)
}

fn moment(moment: &Moment) -> Vec<String> {
    let [errors, warnings, infos] = moment.open_by_severity();
    let ended = |outcomes: [Outcome; 2]| {
        let counts = outcomes
            .iter()
            .filter_map(|outcome| moment.ended.get(outcome));
        counts.sum::<usize>().to_string()
    };
    vec![
        name(moment),
        moment.as_of.to_string(),
        moment.resources.to_string(),
        errors.to_string(),
        warnings.to_string(),
        infos.to_string(),
        moment.excepted.to_string(),
        moment.appeared.to_string(),
        ended([Outcome::Fixed, Outcome::Removed]),
        ended([Outcome::Lost, Outcome::Hidden]),
    ]
}

/// Open findings of each policy over the last revisions.
fn write_policies(
    chronicle: &Chronicle,
    palette: &Palette,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let first = chronicle.moments.len().saturating_sub(MOST_COLUMNS);
    let shown = &chronicle.moments[first..];
    let mut policies: Vec<&String> = shown.iter().flat_map(|moment| moment.open.keys()).collect();
    policies.sort();
    policies.dedup();
    if policies.is_empty() {
        return Ok(());
    }
    let mut rows = vec![vec!["open by policy".to_owned()]];
    rows[0].extend(shown.iter().map(name));
    for policy in policies {
        let mut row = vec![clean(policy).into_owned()];
        row.extend(shown.iter().map(|moment| {
            let counts = moment.open.get(policy).copied().unwrap_or_default();
            counts.iter().sum::<usize>().to_string()
        }));
        rows.push(row);
    }
    write_table(&rows, 1, palette, terminal)
}

/// How long it took until findings were mended.
fn write_closed(chronicle: &Chronicle, terminal: &mut Terminal) -> Result<(), Error> {
    let lives = chronicle.lives();
    let mut parts = Vec::new();
    for severity in Severity::ALL {
        let of_severity = lives
            .iter()
            .filter(|life| life.finding.severity == severity);
        let mut days: Vec<i32> = of_severity
            .flat_map(|life| &life.spells)
            .filter(|spell| {
                let ending = spell.until.as_ref();
                ending.is_some_and(|ending| ending.outcome == Outcome::Fixed)
            })
            .map(|spell| chronicle.days(spell))
            .collect();
        days.sort_unstable();
        if let Some(median) = days.get(days.len() / 2) {
            let count = days.len();
            parts.push(format!("{severity} {median} d ({count} mended)"));
        }
    }
    if !parts.is_empty() {
        let parts = parts.join(", ");
        writeln!(terminal.out, "median time until mended: {parts}\n")?;
    }
    Ok(())
}

fn write_oldest(
    chronicle: &Chronicle,
    palette: &Palette,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let mut there = chronicle.lives();
    there.retain(|life| life.is_there() && !life.is_excepted);
    there.sort_by_key(|life| (life.finding.severity, chronicle.since(life.last())));
    write_list("open the longest", &there, chronicle, palette, terminal)
}

fn write_reopened(
    chronicle: &Chronicle,
    palette: &Palette,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let mut again = chronicle.lives();
    again.retain(|life| life.is_reopened());
    write_list("there again", &again, chronicle, palette, terminal)
}

fn write_list(
    heading: &str,
    lives: &[&Life],
    chronicle: &Chronicle,
    palette: &Palette,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    if lives.is_empty() {
        return Ok(());
    }
    writeln!(terminal.out, "{}", palette.strong(heading))?;
    for life in lives.iter().take(MOST_LISTED) {
        let spell = life.last();
        let (since, days) = (chronicle.since(spell), chronicle.days(spell));
        let finding = &*life.finding;
        let severity = palette.severity(finding.severity, finding.severity.as_str());
        let message = clean(&finding.message);
        writeln!(
            terminal.out,
            "  {since}  {days:>4} d  {severity} {}  {message}",
            finding.code
        )?;
        if let Some(origin) = &spell.origin {
            let (commit, author) = (origin.commit.short(), clean(&origin.author.name));
            writeln!(terminal.out, "              since {commit} by {author}")?;
        }
    }
    if lives.len() > MOST_LISTED {
        writeln!(terminal.out, "  and {} more", lives.len() - MOST_LISTED)?;
    }
    writeln!(terminal.out)?;
    Ok(())
}

/// The direction in one line, and what to do next.
fn write_last(
    chronicle: &Chronicle,
    palette: &Palette,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let open = |moment: &Moment| moment.open_by_severity().iter().sum::<usize>();
    let [first, .., last] = chronicle.moments.as_slice() else {
        let hint = "name a second revision to see a direction";
        writeln!(terminal.out, "{} {hint}", palette.strong("next:"))?;
        return Ok(());
    };
    writeln!(
        terminal.out,
        "{} revisions{dot}{} open findings at {}, {} at {}",
        chronicle.moments.len(),
        open(first),
        name(first),
        open(last),
        name(last),
        dot = palette.dot(),
    )?;
    let has_origins = chronicle
        .lives()
        .iter()
        .any(|life| life.last().origin.is_some());
    let next = match (open(last), has_origins) {
        (0, _) => "nothing is open",
        (_, true) => "mend what has been open the longest",
        (_, false) => "--exact finds the commit that brought each open finding",
    };
    writeln!(terminal.out, "{} {next}", palette.strong("next:"))?;
    Ok(())
}

fn name(moment: &Moment) -> String {
    let revision = moment.revision.as_ref();
    revision.map_or(String::new(), |revision| {
        clean(&revision.asked).into_owned()
    })
}

/// Writes rows under headings; the first columns are text, the others numbers.
fn write_table(
    rows: &[Vec<String>],
    text: usize,
    palette: &Palette,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for (number, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(&widths).enumerate();
        let cells: Vec<String> = cells
            .map(|(column, (cell, width))| {
                if column < text {
                    format!("{cell:width$}")
                } else {
                    format!("{cell:>width$}")
                }
            })
            .collect();
        let line = cells.join("   ");
        let line = line.trim_end();
        match number {
            0 => writeln!(terminal.out, "{}", palette.strong(line))?,
            _ => writeln!(terminal.out, "{line}")?,
        }
    }
    writeln!(terminal.out)?;
    Ok(())
}
