//! `govlint score`: how far each domain has come, and how sure that is.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::check::say_unread;
use super::opening::Opening;
use super::output::{Form, write_json};
use super::terminal::Terminal;
use crate::assessment::Assessment;
use crate::check;
use crate::error::{Error, ErrorKind, ExitStatus};
use crate::render::human::{Palette, clean};
use crate::render::json;
use crate::score::{Confidence, DomainScore, Grade, Overall, percent, score};

/// Score each domain of governance, and show from what
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Folders and files to score, `-` for the standard input [default: .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    opening: Opening,
    /// How to write the scores
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Form,
}

const EXAMPLES: &str = "\
Examples:
  govlint score
  govlint score --as-of 2026-12-31      what they will be if nothing is done
  govlint score --format json           with the weights and counts behind each number";

/// Scores. Scores are no findings: the status is that of a clean run, unless there is nothing to
/// score or something could not be read.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    let workspace = arguments.opening.open(&arguments.paths)?;
    let input = workspace.input(arguments.opening.date(&workspace)?);
    let loaded = Arc::new(check::load_with(&input, &workspace.kinds)?);
    let assessment = check::sum_up(&input, check::judge(&input, &loaded)?, None);
    let scores = score(&assessment);
    if scores.overall.coverage.is_none() && workspace.snapshot.unread.is_empty() {
        let message = "no rule applied to anything, so there is no score";
        return Err(Error::new(ErrorKind::Nothing, message)
            .hint("`govlint check` says what was read, and `govlint rules` which rules are on"));
    }
    match arguments.format {
        Form::Json => write_json(&json::scores(&assessment), terminal)?,
        Form::Human => {
            write_domains(&scores.domains, terminal)?;
            write_overall(&assessment, &scores.domains, &scores.overall, terminal)?;
        }
    }
    say_unread(&workspace, terminal)?;
    if workspace.snapshot.unread.is_empty() {
        Ok(ExitStatus::Clean)
    } else {
        Ok(ExitStatus::CouldNotRun)
    }
}

/// A table of the domains that have a score, the lowest level first.
fn write_domains(domains: &[DomainScore], terminal: &mut Terminal) -> Result<(), Error> {
    let mut scored: Vec<&DomainScore> = domains
        .iter()
        .filter(|domain| domain.coverage.is_some())
        .collect();
    let tenths = |domain: &DomainScore| domain.level.map_or(0, |level| percent(level / 10.0));
    scored.sort_by_key(|domain| (tenths(domain), domain.coverage.map(percent)));
    let heads = [
        "domain",
        "level",
        "target",
        "coverage",
        "confidence",
        "open",
    ];
    let mut rows = vec![heads.map(ToOwned::to_owned)];
    rows.extend(scored.iter().map(|domain| row(domain)));
    let widths: [usize; 6] = std::array::from_fn(|column| {
        let lengths = rows.iter().map(|row| row[column].chars().count());
        lengths.max().unwrap_or(0)
    });
    let palette = Palette::new(terminal.style);
    for (number, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(widths).enumerate();
        let cells: Vec<String> = cells
            .map(|(column, (cell, width))| match column {
                1..=3 => format!("{cell:>width$}"),
                _ => format!("{cell:width$}"),
            })
            .collect();
        let line = cells.join("  ");
        match number.checked_sub(1).map(|at| scored[at]) {
            None => writeln!(terminal.out, "{}", palette.faint(line.trim_end()))?,
            Some(domain) => {
                writeln!(terminal.out, "{}", line.trim_end())?;
                for cap in &domain.caps {
                    let line = format!("  at most {}: {}", cap.level, cap.reason);
                    writeln!(terminal.out, "{}", palette.faint(&line))?;
                }
                if domain.reachable < domain.target {
                    let line = format!(
                        "  no rule of it is about a level above {}",
                        domain.reachable
                    );
                    writeln!(terminal.out, "{}", palette.faint(&line))?;
                }
            }
        }
    }
    Ok(())
}

fn row(domain: &DomainScore) -> [String; 6] {
    let is_met = domain
        .level
        .is_some_and(|level| level >= f64::from(domain.target));
    let mark = if is_met { "met" } else { "" };
    let open = domain.open.iter().zip(["error", "warning", "info"]);
    let open: Vec<String> = open
        .filter(|(count, _)| **count > 0)
        .map(|(count, noun)| many(*count, noun))
        .collect();
    [
        clean(&domain.title).into_owned(),
        domain
            .level
            .map_or(String::new(), |level| format!("{level:.1}")),
        format!("{} {mark:>3}", domain.target),
        domain
            .coverage
            .map_or(String::new(), |share| format!("{} %", percent(share))),
        grade(domain.confidence).to_owned(),
        open.join(", "),
    ]
}

fn write_overall(
    assessment: &Assessment,
    domains: &[DomainScore],
    overall: &Overall,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let palette = Palette::new(terminal.style);
    let title = |policy: &str| {
        let domain = domains.iter().find(|domain| &*domain.policy == policy);
        domain.map_or(policy, |domain| &domain.title).to_owned()
    };
    let mut parts = Vec::new();
    if let Some(coverage) = overall.coverage {
        parts.push(palette.strong(&format!("overall {} %", percent(coverage))));
    }
    if let Some((level, at)) = &overall.lowest {
        let names: Vec<String> = at.iter().map(|policy| title(policy)).collect();
        parts.push(format!(
            "lowest level {level:.1} ({})",
            clean(&names.join(", "))
        ));
    }
    let counted = domains.iter().filter(|domain| domain.weight > 0);
    let scored = counted.filter(|domain| domain.coverage.is_some()).count();
    parts.push(format!(
        "{} of {scored} domains below target",
        overall.below_target.len()
    ));
    parts.push(match overall.errors_on_critical {
        1 => "1 open error on a critical record".to_owned(),
        count => format!("{count} open errors on critical records"),
    });
    writeln!(terminal.out, "\n{}", parts.join(" · "))?;
    writeln!(terminal.out, "{}", confidence(overall.confidence))?;
    if let (Some(waivers), Some(evaluable)) = (overall.without_waivers, overall.evaluable_only) {
        writeln!(
            terminal.out,
            "sensitivity: {} % with waivers counted as failures, {} % with what could not be evaluated left out",
            percent(waivers),
            percent(evaluable)
        )?;
    }
    if !overall.unscored.is_empty() {
        let names: Vec<String> = overall
            .unscored
            .iter()
            .map(|policy| title(policy))
            .collect();
        let names = names.join(", ");
        writeln!(
            terminal.out,
            "not scored, because no rule applied to anything: {}",
            clean(&names)
        )?;
    }
    let checks = assessment.counts.verdicts.checks();
    let line = format!(
        "{}, {checks} checks, profile {} · as of {} · recorded assertions, not running systems",
        many(assessment.counts.resources as u64, "record"),
        clean(&assessment.provenance.profile),
        assessment.as_of
    );
    writeln!(terminal.out, "{}", palette.faint(&line))?;
    Ok(())
}

fn confidence(confidence: Confidence) -> String {
    let share = |share: Option<f64>| match share {
        Some(share) => format!("{} %", percent(share)),
        None => "not measured".to_owned(),
    };
    format!(
        "confidence {}: {} of what is expected is recorded, {} of the records were reviewed in time",
        grade(confidence),
        share(confidence.completeness()),
        share(confidence.freshness())
    )
}

fn grade(confidence: Confidence) -> &'static str {
    confidence.grade().map_or("not measured", Grade::as_str)
}

fn many(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
