//! Test results in the XML of `JUnit`: a suite for each rule, and in it a case for each subject.
//!
//! What passes is there as well; what is excepted or cannot be evaluated is skipped, with the reason.
//! The form satisfies the schemas of Ant's and of Jenkins' readers at once.

mod xml;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};

use super::entry::{Entry, Status, entries, place};
use super::{Format, Style, Trouble};
use crate::assessment::{Assessment, NotEvaluable, RuleLedger, State, Verdict};
use xml::Xml;

/// Test results.
pub(super) const FORMAT: Format = Format {
    name: "junit",
    tells_everything: true,
    names_revision: true,
    render,
    trouble,
};

/// The suite of what concerns the run as a whole.
const RUN: &str = "govlint";

/// The case of a rule that looks at everything and found nothing.
const ALL: &str = "all records";

/// The day that stands where a run failed before it had one.
const NO_DAY: &str = "1970-01-01";

fn render(assessment: &Assessment, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let day = assessment.as_of.to_string();
    let mut report = Report::start(&mut out, &day)?;
    if !assessment.unread.is_empty() {
        let unread = assessment.unread.iter().map(|(path, reason)| {
            let message = "not read, so the result is not complete";
            let text = format!("{path}: {reason}");
            Case::new(path.clone(), Outcome::Error(message.to_owned(), text))
        });
        report.suite(RUN, "files that were read", unread.collect())?;
    }
    let mut found = by_rule(assessment);
    let unevaluated = reasons(assessment);
    for (rule, ledger) in assessment.rules.iter().zip(&assessment.ledger.rules) {
        let found = found.remove(&*rule.name).unwrap_or_default();
        let cases = Cases {
            assessment,
            rule: &rule.name,
            unevaluated: &unevaluated,
        };
        let title = format!("{} {}", rule.code, rule.title);
        report.suite(&rule.name, &title, cases.of(ledger, found))?;
    }
    // What is left are rules that are not on: those of lost findings, and the engine's own.
    for (rule, found) in found {
        let cases = found.into_iter().flat_map(|(subject, entries)| {
            let case = move |entry| Case::of(assessment, subject, &entry);
            entries.into_iter().map(case)
        });
        report.suite(rule, rule, cases.collect())?;
    }
    report.end()?;
    out.flush()
}

fn trouble(trouble: &Trouble<'_>, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::start(out, NO_DAY)?;
    let cases = trouble.items().into_iter().map(|item| {
        let at = item.place.map_or_else(String::new, |at| {
            format!("{}:{}:{}: ", at.path, at.start.line, at.start.column)
        });
        let name = format!("{at}{}", item.message);
        Case::new(
            name,
            Outcome::Error(trouble.message.to_owned(), item.told()),
        )
    });
    report.suite(RUN, "the run", cases.collect())?;
    report.end()
}

/// Findings by rule and subject.
type Found<'a> = BTreeMap<&'a str, Vec<Entry<'a>>>;

fn by_rule(assessment: &Assessment) -> BTreeMap<&str, Found<'_>> {
    let mut found: BTreeMap<&str, Found<'_>> = BTreeMap::new();
    for entry in entries(assessment) {
        let subject = subject(assessment, &entry);
        let subjects = found.entry(&entry.finding.rule).or_default();
        subjects.entry(subject).or_default().push(entry);
    }
    found
}

/// Whom a finding is about; the file where that is nobody.
fn subject<'a>(assessment: &'a Assessment, entry: &Entry<'a>) -> &'a str {
    match entry.finding.subject.as_str() {
        "" => assessment.sources.get(entry.span().source).path(),
        subject => subject,
    }
}

/// Why verdicts could not be given, by rule and subject.
type Reasons<'a> = BTreeMap<(&'a str, &'a str), &'a NotEvaluable>;

fn reasons(assessment: &Assessment) -> Reasons<'_> {
    let verdicts = assessment.not_evaluable.iter();
    verdicts
        .map(|verdict| ((&*verdict.rule, verdict.subject.as_str()), verdict))
        .collect()
}

/// How a subject fared.
enum Outcome {
    Pass,
    /// Message, type and text.
    Failure(String, &'static str, String),
    /// Message and text.
    Error(String, String),
    /// Message and text.
    Skipped(String, String),
}

struct Case {
    name: String,
    outcome: Outcome,
}

impl Case {
    fn new(name: String, outcome: Outcome) -> Self {
        Self { name, outcome }
    }

    fn of(assessment: &Assessment, subject: &str, entry: &Entry<'_>) -> Self {
        let outcome = if entry.counts {
            let kind = entry.finding.severity.as_str();
            Outcome::Failure(
                entry.message().into_owned(),
                kind,
                details(assessment, entry),
            )
        } else {
            Outcome::Skipped(exception(assessment, entry), details(assessment, entry))
        };
        Self::new(subject.to_owned(), outcome)
    }
}

/// The places of a finding and what to do about it, one a line.
fn details(assessment: &Assessment, entry: &Entry<'_>) -> String {
    let finding = entry.finding;
    let line = |span, text: &str| {
        let at = place(&assessment.sources, span);
        let (path, start) = (at.path, at.start);
        format!("{path}:{}:{}: {text}", start.line, start.column)
    };
    let mut lines = vec![line(entry.span(), &finding.primary.text)];
    let related = finding.related.iter();
    lines.extend(related.map(|label| line(label.span, &label.text)));
    lines.extend(entry.advice().map(|advice| format!("fix: {advice}")));
    lines.push(format!("status: {}", entry.status.as_str()));
    lines.join("\n")
}

/// Why a finding fails nothing.
fn exception(assessment: &Assessment, entry: &Entry<'_>) -> String {
    let message = &entry.finding.message;
    match entry.status {
        Status::Waived(State::Waived { by, until, reason }) => {
            let until = until.map_or_else(String::new, |until| format!(" until {until}"));
            format!("waived by {by}{until}: {reason} ({message})")
        }
        Status::Baselined => {
            let path = assessment
                .baseline
                .as_ref()
                .map_or("", |used| used.path.as_str());
            format!("baselined in {path}: {message}")
        }
        status => format!("{}: {message}", status.as_str()),
    }
}

/// The cases of one rule.
struct Cases<'a> {
    assessment: &'a Assessment,
    rule: &'a str,
    unevaluated: &'a Reasons<'a>,
}

impl Cases<'_> {
    /// The subjects of the ledger in their order, then what only findings tell of.
    fn of(&self, ledger: &RuleLedger, mut found: Found<'_>) -> Vec<Case> {
        let mut cases = Vec::with_capacity(ledger.subjects.len());
        for (subject, verdict) in ledger.subjects.iter().zip(&ledger.verdicts) {
            let name = self.assessment.subject_name(subject);
            match found.remove(name.as_str()) {
                Some(entries) => self.tell(&name, entries, &mut cases),
                None => cases.extend(self.unfound(name, *verdict, subject.is_undecided)),
            }
        }
        for (subject, entries) in found {
            self.tell(subject, entries, &mut cases);
        }
        if ledger.subjects.is_empty() && cases.is_empty() {
            cases.push(Case::new(ALL.to_owned(), Outcome::Pass));
        }
        cases
    }

    fn tell(&self, subject: &str, entries: Vec<Entry<'_>>, cases: &mut Vec<Case>) {
        let told = entries.iter();
        cases.extend(told.map(|entry| Case::of(self.assessment, subject, entry)));
    }

    /// The case of a subject without a finding; none if it is outside the population.
    fn unfound(&self, name: String, verdict: Verdict, is_undecided: bool) -> Option<Case> {
        let outcome = match verdict {
            Verdict::NotApplicable => return None,
            Verdict::Pass if !is_undecided => Outcome::Pass,
            _ => {
                let reason = self.unevaluated.get(&(self.rule, name.as_str()));
                let causes = reason.map_or_else(String::new, |reason| {
                    format!(": {}", reason.causes.join(", "))
                });
                Outcome::Skipped(format!("not evaluable{causes}"), String::new())
            }
        };
        Some(Case::new(name, outcome))
    }
}

/// A report in the making.
struct Report<'o> {
    xml: Xml<'o>,
    day: &'o str,
    suites: usize,
}

impl<'o> Report<'o> {
    fn start(out: &'o mut dyn Write, day: &'o str) -> io::Result<Self> {
        let mut xml = Xml(out);
        xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n")?;
        Ok(Self {
            xml,
            day,
            suites: 0,
        })
    }

    fn end(mut self) -> io::Result<()> {
        self.xml.raw("</testsuites>\n")
    }

    /// Writes a suite; one without cases is left out.
    fn suite(&mut self, name: &str, title: &str, cases: Vec<Case>) -> io::Result<()> {
        if cases.is_empty() {
            return Ok(());
        }
        let count = |wanted: fn(&Outcome) -> bool| {
            cases
                .iter()
                .filter(|case| wanted(&case.outcome))
                .count()
                .to_string()
        };
        let failures = count(|outcome| matches!(outcome, Outcome::Failure(..)));
        let errors = count(|outcome| matches!(outcome, Outcome::Error(..)));
        let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(..)));
        let package = name.split('/').next().unwrap_or(name);
        let xml = &mut self.xml;
        xml.raw("  <testsuite")?;
        xml.attribute("id", &self.suites.to_string())?;
        xml.attribute("package", package)?;
        xml.attribute("name", name)?;
        xml.attribute("timestamp", &format!("{}T00:00:00", self.day))?;
        xml.attribute("hostname", "localhost")?;
        xml.attribute("tests", &cases.len().to_string())?;
        xml.attribute("failures", &failures)?;
        xml.attribute("errors", &errors)?;
        xml.attribute("skipped", &skipped)?;
        xml.attribute("time", "0")?;
        xml.raw(">\n    <properties><property name=\"title\"")?;
        xml.attribute("value", title)?;
        xml.raw("/></properties>\n")?;
        let mut used = BTreeSet::new();
        for case in cases {
            self.case(name, case, &mut used)?;
        }
        self.suites += 1;
        self.xml
            .raw("    <system-out/>\n    <system-err/>\n  </testsuite>\n")
    }

    fn case(&mut self, suite: &str, case: Case, used: &mut BTreeSet<String>) -> io::Result<()> {
        let mut name = case.name.clone();
        let mut number = 1;
        while !used.insert(name.clone()) {
            number += 1;
            name = format!("{}~{number}", case.name);
        }
        let xml = &mut self.xml;
        xml.raw("    <testcase")?;
        xml.attribute("classname", suite)?;
        xml.attribute("name", &name)?;
        xml.attribute("time", "0")?;
        let (element, message, kind, text) = match &case.outcome {
            Outcome::Pass => return xml.raw("/>\n"),
            Outcome::Failure(message, kind, text) => ("failure", message, *kind, text.as_str()),
            Outcome::Error(message, text) => ("error", message, "could-not-run", text.as_str()),
            Outcome::Skipped(message, text) => ("skipped", message, "", text.as_str()),
        };
        xml.raw("><")?;
        xml.raw(element)?;
        xml.attribute("message", message)?;
        if !kind.is_empty() {
            xml.attribute("type", kind)?;
        }
        xml.raw(">")?;
        xml.text(text)?;
        xml.raw("</")?;
        xml.raw(element)?;
        xml.raw("></testcase>\n")
    }
}
