//! Findings for a person at a terminal or in the log of a pipeline.
//!
//! Each finding stands with the lines of every file it involves, why it matters and what to do;
//! the last lines count what was found and say what to do next. Whatever comes from a document is
//! escaped, so that nothing in it can move the cursor, hide text or pose as output of govlint.

mod compared;
mod escape;
mod excerpt;
mod ledger;
mod mistake;
mod palette;
mod snippet;
mod summary;
mod view;

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::assessment::{Assessment, State, Triaged};
use crate::finding::{Finding, Severity};
use crate::render::{Format, Style, Trouble};
pub use escape::clean;
pub(super) use escape::is_hidden;
pub use mistake::{mistakes, problem};
pub use palette::Palette;
pub use snippet::{by_file, id_line, place};
pub use summary::count;
pub(super) use summary::counts;
pub use view::section;

/// For people, with the lines of every file that a finding involves.
pub const FORMAT: Format = Format {
    name: "human",
    tells_everything: false,
    names_revision: false,
    render,
    trouble: render_trouble,
};

/// The most findings that are shown, a group counting once.
const MOST_FINDINGS: usize = 200;

/// The most members that a group names.
const MOST_MEMBERS: usize = 8;

/// The longest value that is repeated beside the member of a group.
const LONGEST_VALUE: usize = 24;

/// Writes an assessment as text with snippets.
///
/// # Errors
///
/// Those of the writer.
pub fn render(assessment: &Assessment, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let palette = Palette::new(style);
    let page = Page {
        assessment,
        style,
        palette: &palette,
    };
    page.write_findings(out)?;
    if let Some(comparison) = &assessment.comparison {
        compared::write(&page, comparison, out)?;
    }
    if style.verbose {
        ledger::write(assessment, &palette, out)?;
    }
    summary::write(assessment, style, &palette, out)
}

/// Writes why a run gave no assessment: every mistake with its lines, then what it is about.
///
/// # Errors
///
/// Those of the writer.
pub fn render_trouble(trouble: &Trouble<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if let Some((found, sources)) = trouble.mistakes {
        mistakes(found, sources, style, out)?;
    }
    problem(trouble.message, trouble.hints, style, out)
}

/// Findings of one rule with one cause, shown once.
struct Group<'a> {
    head: &'a Finding,
    others: Vec<&'a Finding>,
}

/// Returns the findings that count in groups, in the order of their heads. Where the head of a group does
/// not count, its first member that does stands for it.
fn groups(assessment: &Assessment, counts: impl Fn(&Finding) -> bool) -> Vec<Group<'_>> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, triaged) in assessment.findings.iter().enumerate() {
        if triaged.counts() && counts(&triaged.finding) {
            members.entry(triaged.head).or_default().push(index);
        }
    }
    let mut heads: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (head, mut group) in members {
        let at = group.iter().position(|index| *index == head).unwrap_or(0);
        let head = group.remove(at);
        heads.insert(head, group);
    }
    let finding = |index: usize| &*assessment.findings[index].finding;
    let groups = heads.into_iter().map(|(head, others)| Group {
        head: finding(head),
        others: others.into_iter().map(finding).collect(),
    });
    groups.collect()
}

struct Page<'a> {
    assessment: &'a Assessment,
    style: Style,
    palette: &'a Palette,
}

impl Page<'_> {
    fn write_findings(&self, out: &mut dyn Write) -> io::Result<()> {
        let quiet = self.style.quiet;
        let groups = groups(self.assessment, |finding| {
            !quiet || finding.severity == Severity::Error
        });
        for group in groups.iter().take(MOST_FINDINGS) {
            self.write_group(group, out)?;
            writeln!(out)?;
        }
        let left = groups.iter().skip(MOST_FINDINGS);
        self.write_left(left.map(|group| 1 + group.others.len()).sum(), out)?;
        if quiet {
            return Ok(());
        }
        let findings = &self.assessment.findings;
        let waived: Vec<_> = findings
            .iter()
            .filter(|triaged| matches!(triaged.state, State::Waived { .. }))
            .filter(|triaged| {
                // Against a base, only what was open there.
                self.assessment.comparison.is_none() || triaged.change.is_some()
            })
            .collect();
        for triaged in waived.iter().take(MOST_FINDINGS) {
            self.write_waived(triaged, out)?;
        }
        if !waived.is_empty() {
            writeln!(out)?;
        }
        self.write_left(waived.len().saturating_sub(MOST_FINDINGS), out)
    }

    /// Says how many findings are not shown, and how to see them.
    fn write_left(&self, left: usize, out: &mut dyn Write) -> io::Result<()> {
        if left == 0 {
            return Ok(());
        }
        let more = format!("and {}", summary::count(left, "more finding"));
        let how = "narrow with --select, or write them to a file with --format json --output FILE";
        writeln!(out, "{}; {how}\n", self.palette.strong(&more))
    }

    fn write_group(&self, group: &Group<'_>, out: &mut dyn Write) -> io::Result<()> {
        let finding = group.head;
        let rule = self.assessment.rule(&finding.rule);
        self.write_header(finding, out)?;
        snippet::write(
            &self.assessment.sources,
            finding,
            self.style,
            self.palette,
            out,
        )?;
        if !group.others.is_empty() {
            self.write_note("also breaks", &self.members(&group.others), out)?;
        }
        if let Some(rule) = rule.filter(|rule| !rule.why.is_empty()) {
            self.write_note("why", &rule.why, out)?;
        }
        let title = finding.fix.as_ref().map(|fix| &fix.title);
        if let Some(help) = finding.help.as_ref().or(title) {
            self.write_note("fix", help, out)?;
        }
        if let Some(asked) = finding.asked.filter(|_| self.style.verbose) {
            let source = self.assessment.sources.get(asked.source);
            let line = source.lines().line(asked.range.start);
            let place = format!("{}:{line}", clean(source.path()));
            writeln!(out, "  asked by {}", self.palette.place(&place))?;
        }
        let controls = rule.map_or(&[][..], |rule| &rule.controls);
        let code = clean(&finding.code);
        let supports = supported(controls).map(|controls| format!("supports {controls}"));
        let explain = format!("govlint explain {code}");
        let parts = [Some(code.into_owned()), supports, Some(explain)];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        let line = parts.join(self.palette.dot());
        writeln!(out, "  {}", self.palette.faint(&line))
    }

    fn write_header(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let severity = finding.severity;
        let rule = self.palette.rule(&finding.rule, &finding.code);
        let head = format!("{severity}[{rule}]");
        let message = format!(": {}", clean(&finding.message));
        let head = self.palette.severity(severity, &head);
        writeln!(out, "{head}{}", self.palette.strong(&message))
    }

    fn write_waived(&self, triaged: &Triaged, out: &mut dyn Write) -> io::Result<()> {
        let State::Waived { by, until, reason } = &triaged.state else {
            return Ok(());
        };
        let finding = &triaged.finding;
        let place = snippet::place(&self.assessment.sources, finding.primary.span);
        let until = until.map_or(String::new(), |until| format!(" until {until}"));
        let line = format!(
            "waived[{}]: {} ({place}){}by {}{until}: {}",
            self.palette.rule(&finding.rule, &finding.code),
            clean(&finding.message),
            self.palette.dot(),
            clean(by),
            clean(reason),
        );
        writeln!(out, "{}", self.palette.faint(&line))
    }

    /// Writes a named text below a finding, wrapped to the width of the terminal. Blanks and line
    /// ends in it are no more than borders of words.
    fn write_note(&self, name: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let indent = name.chars().count() + 4;
        let room = self.style.width.saturating_sub(indent).max(40);
        let mut lines = vec![String::new()];
        let mut used = 0;
        for word in text.split_whitespace() {
            let word = clean(word);
            let length = word.chars().count();
            if used > 0 && used + 1 + length > room {
                lines.push(String::new());
                used = 0;
            }
            if let Some(line) = lines.last_mut() {
                line.push_str(if used > 0 { " " } else { "" });
                line.push_str(&word);
                used += usize::from(used > 0) + length;
            }
        }
        let text = lines.join(&format!("\n{}", " ".repeat(indent)));
        let name = format!("{name}:");
        writeln!(out, "  {} {text}", self.palette.strong(&name))
    }

    /// The other subjects of a group, with the value to mend where it is short.
    fn members(&self, others: &[&Finding]) -> String {
        let named = others.iter().take(MOST_MEMBERS).map(|finding| {
            let span = finding.primary.span;
            let value = self.assessment.sources.get(span.source).slice(span.range);
            let before = finding.primary.text.strip_suffix(value);
            let stated = before.is_some_and(|before| before.ends_with(": "));
            if stated && !value.is_empty() && value.chars().count() <= LONGEST_VALUE {
                format!("{} ({value})", finding.subject)
            } else {
                finding.subject.clone()
            }
        });
        let mut text = named.collect::<Vec<_>>().join(", ");
        if others.len() > MOST_MEMBERS {
            text = format!("{text} and {} more", others.len() - MOST_MEMBERS);
        }
        text
    }
}

/// The controls that a rule supports in a few words.
fn supported(controls: &[String]) -> Option<String> {
    Some(match controls {
        [] => return None,
        [one] => clean(one).into_owned(),
        [one, two] => format!("{} and {}", clean(one), clean(two)),
        [one, two, more @ ..] => {
            format!("{}, {} and {} more", clean(one), clean(two), more.len())
        }
    })
}

#[cfg(test)]
mod tests;
