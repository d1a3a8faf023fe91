//! Markdown for the summary of a job and for a comment on a pull request.
//!
//! A comment holds 65,536 characters and a summary 1 MiB, so the text stays below the first: rules
//! with counts, then single findings from the worst on, as far as there is room, and what is left is
//! counted. Whatever comes from a document stands as plain text: it can be no markup, link, image,
//! mention or reference.

mod plain;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::entry::{Entry, RulesByName, by_severity, counted, counting, place};
use super::human::{Palette, counts};
use super::{Format, RULES_URL, Style, Trouble};
use crate::assessment::{Assessment, RuleSummary};
use crate::finding::Severity;
use plain::{code, plain};

/// Markdown as GitHub and GitLab read it.
pub(super) const FORMAT: Format = Format {
    name: "markdown",
    tells_everything: false,
    names_revision: false,
    render,
    trouble,
};

/// The most bytes of the table of rules, and of all.
const ROOM_FOR_RULES: usize = 16_000;
const ROOM: usize = 60_000;

/// The most bytes of one finding.
const ROOM_FOR_ONE: usize = 6_000;

/// The most other places that are named.
const MOST_PLACES: usize = 8;

/// The most paths that could not be read that are named.
const MOST_UNREAD: usize = 20;

fn render(assessment: &Assessment, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { out, written: 0 };
    let rules = RulesByName::of(assessment);
    let mut found: Vec<Entry<'_>> = counting(assessment).collect();
    found.sort_by_key(|entry| entry.finding.severity);
    page.write(&heading(assessment, &found))?;
    write_unread(assessment, &mut page)?;
    if !found.is_empty() {
        write_rules(&rules, &found, &mut page)?;
        write_findings(assessment, &rules, &found, &mut page)?;
    }
    let counts = counts(assessment, &Palette::new(Style::default()));
    page.write(&format!("{}\n", plain(&counts)))
}

fn trouble(trouble: &Trouble<'_>, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { out, written: 0 };
    page.write(&format!(
        "### govlint: could not do the job\n\n{}\n\n",
        plain(trouble.message)
    ))?;
    let items: Vec<String> = trouble
        .items()
        .iter()
        .map(|item| {
            let at = item.place.map_or_else(String::new, |at| {
                format!("{} ", code(&format!("{}:{}", at.path, at.start.line)))
            });
            format!("* {at}{}\n", plain(&item.told()))
        })
        .collect();
    page.write_some(&items, ROOM, "mistake")
}

/// The page, with how much of its room is used.
struct Page<'o> {
    out: &'o mut dyn Write,
    written: usize,
}

impl Page<'_> {
    fn write(&mut self, text: &str) -> io::Result<()> {
        self.written += text.len();
        self.out.write_all(text.as_bytes())
    }

    /// Writes what there is room for, and counts the rest.
    fn write_some(&mut self, parts: &[String], room: usize, noun: &str) -> io::Result<()> {
        let mut told = 0;
        for part in parts {
            if self.written + part.len() > room {
                break;
            }
            self.write(part)?;
            told += 1;
        }
        let left = parts.len() - told;
        if left > 0 {
            let plural = if left == 1 { "" } else { "s" };
            self.write(&format!("\nand {left} more {noun}{plural}\n"))?;
        }
        self.write("\n")
    }
}

fn heading(assessment: &Assessment, found: &[Entry<'_>]) -> String {
    let counts = by_severity(found.iter().copied());
    let severities = Severity::ALL.into_iter().zip(counts);
    let told: Vec<String> = severities
        .filter(|(_, number)| *number > 0)
        .map(|(severity, number)| counted(number, severity))
        .collect();
    let told = match (told.is_empty(), assessment.unread.is_empty()) {
        (false, _) => told.join(", "),
        (true, true) => "nothing to mend".to_owned(),
        (true, false) => "the result is not complete".to_owned(),
    };
    let since = assessment.comparison.as_ref();
    let since = since.map_or_else(String::new, |comparison| {
        format!(" since {}", plain(&comparison.base.asked))
    });
    format!("### govlint: {told}{since}\n\n")
}

fn write_unread(assessment: &Assessment, page: &mut Page<'_>) -> io::Result<()> {
    if assessment.unread.is_empty() {
        return Ok(());
    }
    page.write("**Not read, so the result is not complete:**\n\n")?;
    let unread = assessment.unread.iter();
    let lines: Vec<String> = unread
        .map(|(path, reason)| format!("* {}: {}\n", code(path), plain(reason)))
        .collect();
    let (shown, left) = lines.split_at(lines.len().min(MOST_UNREAD));
    page.write_some(shown, ROOM_FOR_RULES, "path")?;
    if left.is_empty() {
        return Ok(());
    }
    page.write(&format!("and {} more\n\n", left.len()))
}

/// Writes a row for each rule, from the worst on.
fn write_rules(
    rules: &RulesByName<'_>,
    found: &[Entry<'_>],
    page: &mut Page<'_>,
) -> io::Result<()> {
    let mut by_rule: BTreeMap<(Severity, &str), (&Entry<'_>, usize)> = BTreeMap::new();
    for entry in found {
        let key = (entry.finding.severity, &*entry.finding.rule);
        by_rule.entry(key).or_insert((entry, 0)).1 += 1;
    }
    let mut rows: Vec<((Severity, &str), (&Entry<'_>, usize))> = by_rule.into_iter().collect();
    rows.sort_by_key(|((severity, name), (_, number))| {
        (*severity, std::cmp::Reverse(*number), *name)
    });
    let row = |((severity, _), (entry, number)): &((Severity, &str), (&Entry<'_>, usize))| {
        let finding = entry.finding;
        let title = plain(rules.title(finding));
        format!(
            "| {severity} | {} | {title} | {number} |\n",
            rule_link(rules, entry)
        )
    };
    page.write("| Severity | Rule | What | Findings |\n| --- | --- | --- | ---: |\n")?;
    let rows: Vec<String> = rows.iter().map(row).collect();
    page.write_some(&rows, ROOM_FOR_RULES, "rule")
}

fn write_findings(
    assessment: &Assessment,
    rules: &RulesByName<'_>,
    found: &[Entry<'_>],
    page: &mut Page<'_>,
) -> io::Result<()> {
    page.write("<details><summary>Findings, the worst first</summary>\n\n")?;
    let mut told = 0;
    for entry in found {
        let item = item(assessment, rules, entry);
        // No reader sees a page that is cut somewhere, so what there is no room for is counted.
        if page.written + item.len() > ROOM {
            break;
        }
        page.write(&item)?;
        told += 1;
    }
    let left = found.len() - told;
    if left > 0 {
        page.write(&format!("\nand {left} more\n"))?;
    }
    page.write("\n</details>\n\n")
}

fn item(assessment: &Assessment, rules: &RulesByName<'_>, entry: &Entry<'_>) -> String {
    let finding = entry.finding;
    let at = |span| {
        let at = place(&assessment.sources, span);
        code(&format!(
            "{}:{}:{}",
            at.path, at.start.line, at.start.column
        ))
    };
    let mut item = format!(
        "* **{}** {} {}: {}\n",
        finding.severity,
        rule_link(rules, entry),
        at(entry.span()),
        plain(&entry.message()),
    );
    for label in finding.related.iter().take(MOST_PLACES) {
        // Writing to a string cannot fail.
        let _ = writeln!(item, "  * {} {}", at(label.span), plain(&label.text));
    }
    let more = finding.related.len().saturating_sub(MOST_PLACES);
    if more > 0 {
        let _ = writeln!(item, "  * and {more} more places");
    }
    if let Some(advice) = entry.advice() {
        let _ = writeln!(item, "  * fix: {}", plain(advice));
    }
    if item.len() > ROOM_FOR_ONE {
        let severity = finding.severity;
        return format!(
            "* **{severity}** {} {}\n",
            rule_link(rules, entry),
            at(entry.span())
        );
    }
    item
}

/// The code of a rule; leading to its description if it is one that has been published.
fn rule_link(rules: &RulesByName<'_>, entry: &Entry<'_>) -> String {
    let finding = entry.finding;
    let known = rules
        .find(&finding.rule)
        .map(|(_, rule): (usize, &RuleSummary)| &rule.code);
    let is_plain = |code: &str| {
        code.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    match known.filter(|code| is_plain(code)) {
        Some(code) => format!("[{code}]({RULES_URL}{code})"),
        None => plain(&finding.code),
    }
}
