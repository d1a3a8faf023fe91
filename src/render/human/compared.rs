//! What a base revision shows besides the findings: what was lost, what is weaker, and counts.

use std::io::{self, Write};

use super::summary::count;
use super::{MOST_FINDINGS, Page, clean, snippet};
use crate::assessment::{Assessment, Cause, Change, Comparison, Outcome, Past, Weakening};

/// Writes lost findings and weakenings, and unless it is to be quiet what else is gone.
pub(super) fn write(
    page: &Page<'_>,
    comparison: &Comparison,
    out: &mut dyn Write,
) -> io::Result<()> {
    for past in comparison.with(Outcome::Lost).take(MOST_FINDINGS) {
        write_lost(page, past, out)?;
    }
    let lost = comparison.with(Outcome::Lost).count();
    page.write_left(lost.saturating_sub(MOST_FINDINGS), out)?;
    for weakening in &comparison.weakenings {
        write_weakening(page, weakening, out)?;
    }
    if page.style.quiet {
        return Ok(());
    }
    let told = [Outcome::Hidden, Outcome::Fixed, Outcome::Removed];
    for past in told
        .into_iter()
        .flat_map(|outcome| comparison.with(outcome))
        .take(MOST_FINDINGS)
    {
        write_gone(page, past, out)?;
    }
    if !comparison.past.is_empty() || !comparison.weakenings.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}

/// What became of findings since the base, in a few words; nothing without a base.
pub(super) fn counts(assessment: &Assessment) -> Option<String> {
    let comparison = assessment.comparison.as_ref()?;
    let changes = || {
        assessment
            .findings
            .iter()
            .filter_map(|triaged| triaged.change)
    };
    let known = |change: &Change| matches!(change, Change::Known { .. } | Change::Changed { .. });
    let by_time = |change: &Change| change.cause() == Some(Cause::Time);
    let mut words = Vec::new();
    for outcome in Outcome::ALL {
        let number = comparison.with(outcome).count();
        if number > 0 {
            words.push(format!("{number} {}", outcome.as_str()));
        }
    }
    let number = changes().filter(known).count();
    let time = match changes().filter(by_time).count() {
        0 => String::new(),
        time => format!(" ({time} by time)"),
    };
    words.push(format!("{number} known{time}"));
    Some(format!(
        "{} since {}",
        words.join(", "),
        clean(&comparison.base.asked)
    ))
}

fn write_lost(page: &Page<'_>, past: &Past, out: &mut dyn Write) -> io::Result<()> {
    page.write_header(&past.finding, out)?;
    snippet::write(
        &page.assessment.sources,
        &past.finding,
        page.style,
        page.palette,
        out,
    )?;
    let place = past.now.as_ref().map(|label| {
        let place = snippet::place(&page.assessment.sources, label.span);
        format!("; look at {place}")
    });
    let text = format!(
        "was so at the base, and cannot be judged any more: what made it fail was taken away, not mended{}",
        place.unwrap_or_default()
    );
    page.write_note("lost", &text, out)?;
    writeln!(out)
}

fn write_weakening(page: &Page<'_>, weakening: &Weakening, out: &mut dyn Write) -> io::Result<()> {
    let place = weakening.span.map_or(String::new(), |span| {
        format!(" ({})", snippet::place(&page.assessment.sources, span))
    });
    let hides = match weakening.hides {
        0 => String::new(),
        number => format!(", which hides {}", count(number, "finding")),
    };
    let head = page.palette.strong("weaker:");
    writeln!(out, "{head} {}{place}{hides}", clean(&weakening.message))
}

fn write_gone(page: &Page<'_>, past: &Past, out: &mut dyn Write) -> io::Result<()> {
    let finding = &past.finding;
    let line = format!(
        "{}[{}]: {}",
        past.outcome.as_str(),
        page.palette.rule(&finding.rule, &finding.code),
        clean(&finding.message),
    );
    writeln!(out, "{}", page.palette.faint(&line))
}
