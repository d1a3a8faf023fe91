//! All verdicts in numbers, and those that could not be given one by one.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::escape::clean;
use super::palette::Palette;
use super::{snippet, summary};
use crate::assessment::{Assessment, NotEvaluable, Verdicts};

/// The most verdicts that are listed because they could not be given.
const MOST_NOT_EVALUABLE: usize = 200;

const HEADINGS: [&str; 6] = [
    "policy",
    "rules",
    "passed",
    "failed",
    "not applicable",
    "not evaluable",
];

/// Writes the table of verdicts by policy, the list of what could not be evaluated, and how many
/// files were passed over.
pub(super) fn write(
    assessment: &Assessment,
    palette: &Palette,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_table(assessment, palette, out)?;
    write_not_evaluable(assessment, palette, out)?;
    let skipped = assessment.counts.skipped;
    if skipped > 0 {
        let what = summary::count(skipped, "YAML file");
        writeln!(out, "{what} skipped: not written for govlint\n")?;
    }
    Ok(())
}

fn write_table(assessment: &Assessment, palette: &Palette, out: &mut dyn Write) -> io::Result<()> {
    let mut policies: BTreeMap<&str, (usize, Verdicts)> = BTreeMap::new();
    let mut total = (0, Verdicts::default());
    for rule in &assessment.rules {
        let policy = policies.entry(&rule.policy).or_default();
        for sum in [policy, &mut total] {
            sum.0 += 1;
            sum.1.add(rule.verdicts);
        }
    }
    if policies.is_empty() {
        return Ok(());
    }
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(policies.into_iter().map(|(name, sum)| row(name, sum)));
    rows.push(row("all", total));
    let widths: Vec<_> = (0..HEADINGS.len())
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max())
        .map(Option::unwrap_or_default)
        .collect();
    for (index, row) in rows.iter().enumerate() {
        let cells = row[1..].iter().zip(&widths[1..]);
        let numbers = cells.map(|(cell, width)| format!("{cell:>width$}"));
        let name = format!("{:width$}", row[0], width = widths[0]);
        let line: Vec<_> = std::iter::once(name).chain(numbers).collect();
        let line = line.join("   ");
        let framed = index == 0 || index + 1 == rows.len();
        let line = if framed { palette.strong(&line) } else { line };
        writeln!(out, "{line}")?;
    }
    writeln!(out)
}

fn row(name: &str, (rules, verdicts): (usize, Verdicts)) -> [String; 6] {
    [
        clean(name).into_owned(),
        rules.to_string(),
        verdicts.pass.to_string(),
        verdicts.fail.to_string(),
        verdicts.not_applicable.to_string(),
        verdicts.not_evaluable.to_string(),
    ]
}

fn write_not_evaluable(
    assessment: &Assessment,
    palette: &Palette,
    out: &mut dyn Write,
) -> io::Result<()> {
    let open = &assessment.not_evaluable;
    if open.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", palette.strong("not evaluable"))?;
    for verdict in open.iter().take(MOST_NOT_EVALUABLE) {
        write_verdict(assessment, verdict, palette, out)?;
    }
    if open.len() > MOST_NOT_EVALUABLE {
        writeln!(out, "  and {} more", open.len() - MOST_NOT_EVALUABLE)?;
    }
    writeln!(out)
}

fn write_verdict(
    assessment: &Assessment,
    verdict: &NotEvaluable,
    palette: &Palette,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rule = palette.rule(&verdict.rule, &verdict.code);
    let causes = verdict.causes.join(", ");
    let subject = clean(&verdict.subject);
    let dot = palette.dot();
    writeln!(out, "  {rule}{dot}{subject}: {causes}")?;
    for label in &verdict.labels {
        let place = snippet::place(&assessment.sources, label.span);
        let separator = if label.text.is_empty() { "" } else { ": " };
        let text = clean(&label.text);
        writeln!(out, "      {}{separator}{text}", palette.place(&place))?;
    }
    Ok(())
}
