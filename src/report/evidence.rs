//! Evidence: what each verdict of a run rests on, with the files that it was read from.
//!
//! It holds every verdict of the population, and the blob of every file, so that whoever keeps the
//! repository can look each value up. The sections for people show the failures, what could not be
//! evaluated and a sample of the passes. It tells what the records say; whether that meets a
//! control is for the auditor to judge.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Align, Cell, Chart, Column, Parts, Section, Table, ViewFailure};
use crate::assessment::{State, Triaged, Verdict};
use crate::catalog::Catalog;
use crate::evaluate::{Ground, RuleFailure, grounds};
use crate::expr::World;
use crate::finding::Label;
use crate::snapshot::ObjectId;
use crate::source::{SourceId, Sources};

/// The most places that a verdict keeps: some rules read every record.
const MOST_PLACES: usize = 8;
/// The most places of a verdict that a table shows.
const MOST_SHOWN: usize = 3;
/// The most verdicts of a table.
const MOST_ROWS: usize = 500;
/// The passes of each rule that are shown.
const SAMPLE: usize = 2;
/// The longest quotation, in characters.
const LONGEST: usize = 80;

/// What a run rests on.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// The files that were read as records, in the order in which they were read: by path.
    pub files: Vec<FileRead>,
    /// Every verdict of the population, by code of its rule, then in the order of the subjects.
    pub tested: Vec<Tested>,
}

/// A file that was read as records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRead {
    /// Its text.
    pub source: SourceId,
    /// The blob that git keeps it in, or would.
    pub blob: ObjectId,
}

/// A verdict on a subject of the population, and what it rests on.
#[derive(Debug, Clone)]
pub struct Tested {
    /// The name of the rule.
    pub rule: Arc<str>,
    /// Its code.
    pub code: Arc<str>,
    /// The subject.
    pub subject: String,
    /// The verdict.
    pub verdict: Verdict,
    /// What excepts a failure: the waiver, or the baseline.
    pub excepted: Option<String>,
    /// What the rule says of a failure.
    pub message: Option<String>,
    /// Why the verdict could not be given, in words.
    pub causes: Vec<&'static str>,
    /// The places, as far as they are kept.
    pub labels: Vec<Label>,
    /// How many places there are besides.
    pub more: usize,
}

impl Tested {
    /// The word for what became of the subject.
    #[must_use]
    pub fn outcome(&self) -> &'static str {
        match self.verdict {
            Verdict::Fail if self.excepted.is_some() => "excepted",
            verdict => verdict.as_str(),
        }
    }
}

impl Evidence {
    /// The blob of a file that was read as records.
    #[must_use]
    pub fn blob(&self, source: SourceId) -> Option<ObjectId> {
        let at = self.files.binary_search_by_key(&source, |file| file.source);
        at.ok().map(|at| self.files[at].blob)
    }

    /// The verdicts with an outcome.
    fn with(&self, outcome: Verdict) -> Vec<&Tested> {
        let tested = self.tested.iter();
        tested.filter(|own| own.verdict == outcome).collect()
    }
}

/// Gathers what the verdicts of a run rest on.
///
/// # Errors
///
/// If a rule cannot be evaluated.
pub(super) fn gather<'a>(
    parts: &'a Parts<'_>,
    world: &'a World<'a>,
) -> Result<Evidence, ViewFailure> {
    let assessment = parts.assessment;
    let mut failures = failures_by_rule(&assessment.findings);
    let mut tested = Vec::new();
    for (summary, ledger) in assessment.rules.iter().zip(&assessment.ledger.rules) {
        let mut failed = failures.remove(&*summary.name).unwrap_or_default();
        let rule = parts.loaded.policies.find(&summary.name);
        let traced = rule.map(|rule| grounds(world, rule, ledger).map_err(no_view));
        for ground in traced.transpose()?.unwrap_or_default() {
            let subject = assessment.subject_name(&ground.subject);
            let finding = failed.remove(&subject).and_then(|mut own| own.pop());
            tested.push(match finding {
                Some(triaged) => failure(triaged),
                None => verdict(&summary.name, &summary.code, subject, ground),
            });
        }
        // What the engine finds while it reads has no verdict beside it.
        tested.extend(failed.into_values().flatten().map(failure));
    }
    tested.sort_by(|left, right| left.code.cmp(&right.code));
    Ok(Evidence {
        files: files(parts),
        tested,
    })
}

fn no_view(failure: RuleFailure) -> ViewFailure {
    ViewFailure {
        view: failure.rule,
        message: failure.message,
        span: failure.span,
    }
}

/// Findings by the names of their rules and subjects, each list with the first one last.
fn failures_by_rule(findings: &[Triaged]) -> BTreeMap<&str, BTreeMap<String, Vec<&Triaged>>> {
    let mut found: BTreeMap<&str, BTreeMap<String, Vec<&Triaged>>> = BTreeMap::new();
    for triaged in findings.iter().rev() {
        let finding = &triaged.finding;
        let own = found.entry(&finding.rule).or_default();
        let of_subject = own.entry(finding.subject.clone()).or_default();
        of_subject.push(triaged);
    }
    found
}

fn failure(triaged: &Triaged) -> Tested {
    let finding = &triaged.finding;
    let labels = std::iter::once(&finding.primary).chain(&finding.related);
    let (labels, more) = kept(labels.cloned().collect());
    Tested {
        rule: finding.rule.clone(),
        code: finding.code.clone(),
        subject: finding.subject.clone(),
        verdict: Verdict::Fail,
        excepted: match &triaged.state {
            State::Open => None,
            State::Baselined => Some("the baseline".to_owned()),
            State::Waived { by, .. } => Some(by.clone()),
        },
        message: Some(finding.message.clone()),
        causes: Vec::new(),
        labels,
        more,
    }
}

/// A verdict that is no failure.
fn verdict(rule: &Arc<str>, code: &Arc<str>, subject: String, ground: Ground) -> Tested {
    let (labels, more) = kept(ground.labels);
    let verdict = match ground.causes.as_slice() {
        [] => Verdict::Pass,
        _ => Verdict::NotEvaluable,
    };
    Tested {
        rule: rule.clone(),
        code: code.clone(),
        subject,
        verdict,
        excepted: None,
        message: None,
        causes: ground.causes,
        labels,
        more,
    }
}

fn kept(mut labels: Vec<Label>) -> (Vec<Label>, usize) {
    let more = labels.len().saturating_sub(MOST_PLACES);
    labels.truncate(MOST_PLACES);
    (labels, more)
}

/// The files of the catalog, with their blobs as far as they are known.
fn files(parts: &Parts<'_>) -> Vec<FileRead> {
    let catalog: &Catalog = &parts.loaded.catalog;
    let documents = parts.documents.iter();
    let blobs: BTreeMap<&str, ObjectId> = documents
        .filter_map(|document| Some((document.path.as_str(), document.blob?)))
        .collect();
    let sources = parts.loaded.sources.iter();
    let read = sources.filter(|(id, _)| catalog.parsed(*id).is_some());
    read.filter_map(|(source, own)| {
        let blob = *blobs.get(own.path())?;
        Some(FileRead { source, blob })
    })
    .collect()
}

/// The sections that show evidence to people.
pub(super) fn sections(evidence: &Evidence, sources: &Sources) -> Vec<Section> {
    let tables = Tables { evidence, sources };
    vec![
        tables.failures(),
        tables.not_evaluable(),
        tables.passes(),
        tables.files(),
    ]
}

/// Evidence on its way into tables.
struct Tables<'e> {
    evidence: &'e Evidence,
    sources: &'e Sources,
}

impl Tables<'_> {
    fn failures(&self) -> Section {
        let failed = self.evidence.with(Verdict::Fail);
        let lead = format!(
            "{} of {} verdicts are failures, {} of them excepted.",
            failed.len(),
            self.evidence.tested.len(),
            failed.iter().filter(|own| own.excepted.is_some()).count()
        );
        let note = "An excepted failure names what excepts it.";
        let columns = ["Rule", "Subject", "Outcome"];
        let rows = self.rows(&failed, &|own| {
            let excepted = own.excepted.as_ref();
            let outcome = excepted.map(|by| format!("excepted by {by}"));
            vec![
                Cell::text(&*own.code),
                Cell::text(&own.subject),
                Cell::text(outcome.as_deref().unwrap_or("fail")),
            ]
        });
        Section {
            lead: Some(lead),
            empty: "Nothing failed.".to_owned(),
            notes: self.notes(note, failed.len()),
            ..section(
                "evidence-failures",
                "Evidence of failures",
                "What do the records say where a rule fails?",
                &columns,
                rows,
            )
        }
    }

    fn not_evaluable(&self) -> Section {
        let open = self.evidence.with(Verdict::NotEvaluable);
        let lead = format!(
            "{} of {} verdicts could not be given.",
            open.len(),
            self.evidence.tested.len()
        );
        let note = "What cannot be evaluated counts as not conforming.";
        let rows = self.rows(&open, &|own| {
            vec![
                Cell::text(&*own.code),
                Cell::text(&own.subject),
                Cell::text(own.causes.join(", ")),
            ]
        });
        Section {
            lead: Some(lead),
            empty: "Every verdict could be given.".to_owned(),
            notes: self.notes(note, open.len()),
            ..section(
                "not-evaluable",
                "Not evaluable",
                "Which verdicts could not be given, why, and what is missing?",
                &["Rule", "Subject", "Reason"],
                rows,
            )
        }
    }

    fn passes(&self) -> Section {
        let passed = self.evidence.with(Verdict::Pass);
        let sample = sample(&passed);
        let lead = format!(
            "{} of {} verdicts are passes; {} of them are shown.",
            passed.len(),
            self.evidence.tested.len(),
            sample.len()
        );
        let note = format!(
            "The sample takes up to {SAMPLE} passes of each rule, evenly spaced over its subjects."
        );
        let rows = self.rows(&sample, &|own| {
            vec![Cell::text(&*own.code), Cell::text(&own.subject)]
        });
        Section {
            lead: Some(lead),
            empty: "Nothing passed.".to_owned(),
            notes: self.notes(&note, sample.len()),
            ..section(
                "evidence-passes",
                "Evidence of passes: a sample",
                "What do the records say where a rule passes?",
                &["Rule", "Subject"],
                rows,
            )
        }
    }

    fn files(&self) -> Section {
        let files = &self.evidence.files;
        let rows = files.iter().take(MOST_ROWS).map(|file| {
            let path = self.sources.get(file.source).path();
            vec![Cell::text(path), Cell::text(file.blob.to_string())]
        });
        let note = "A blob is the id under which git keeps a file of this content: `git cat-file -p` shows it.";
        Section {
            lead: Some(format!("{} files were read as records.", files.len())),
            chart: Chart::Table(Table {
                columns: vec![Column::words("File"), Column::words("Blob")],
                rows: rows.collect(),
            }),
            empty: "No file was read.".to_owned(),
            notes: self.notes(note, files.len()),
            ..section(
                "files",
                "What was read",
                "In which files, and in which state of them, does the evidence stand?",
                &[],
                Vec::new(),
            )
        }
    }

    /// A row for each place of each verdict: what is said of the verdict, then the place.
    fn rows(&self, tested: &[&Tested], head: &dyn Fn(&Tested) -> Vec<Cell>) -> Vec<Vec<Cell>> {
        let shown = tested.iter().take(MOST_ROWS);
        let places =
            shown.flat_map(|own| own.labels.iter().take(MOST_SHOWN).map(move |at| (own, at)));
        let row = |(own, label): (&&Tested, &Label)| {
            let mut row = head(own);
            row.extend(self.place(label));
            row
        };
        places.map(row).collect()
    }

    fn place(&self, label: &Label) -> [Cell; 4] {
        let source = self.sources.get(label.span.source);
        let line = source.lines().line(label.span.range.start);
        let blob = self.evidence.blob(label.span.source);
        let place = Cell::text(format!("{}:{line}", source.path()));
        [
            Cell::text(&label.text),
            Cell::text(quoted(source.slice(label.span.range))),
            place.at([label.clone()]),
            Cell::text(blob.map(ObjectId::short).unwrap_or_default()),
        ]
    }

    fn notes(&self, note: &str, count: usize) -> Vec<String> {
        let more = count.saturating_sub(MOST_ROWS);
        let left = (more > 0).then(|| format!("{more} more are not shown."));
        let whole = "The JSON of this report holds all of them, with whole blob ids.".to_owned();
        [note.to_owned()]
            .into_iter()
            .chain(left)
            .chain([whole])
            .collect()
    }
}

/// A section of a table whose first columns are these, and whose last ones tell a place.
fn section(
    id: &str,
    title: &str,
    question: &str,
    columns: &[&str],
    rows: Vec<Vec<Cell>>,
) -> Section {
    let columns = columns
        .iter()
        .chain(&["What it says", "Quoted", "Place", "Blob"]);
    let columns = columns.map(|title| Column {
        title: (*title).to_owned(),
        align: Align::Start,
    });
    Section {
        id: id.to_owned(),
        title: title.to_owned(),
        question: question.to_owned(),
        lead: None,
        chart: Chart::Table(Table {
            columns: columns.collect(),
            rows,
        }),
        empty: String::new(),
        notes: Vec::new(),
    }
}

/// The first line of what stands at a place, short enough for a table.
#[must_use]
pub fn quoted(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim();
    if line.chars().count() <= LONGEST && line.len() == text.len() {
        return line.to_owned();
    }
    let start: String = line.chars().take(LONGEST - 1).collect();
    format!("{}…", start.trim_end())
}

/// Some passes of each rule, evenly spaced.
fn sample<'t>(passed: &[&'t Tested]) -> Vec<&'t Tested> {
    let of_rules = passed.chunk_by(|left, right| left.code == right.code);
    let chosen = of_rules.flat_map(|own| {
        let size = SAMPLE.min(own.len());
        let at: BTreeSet<usize> = (0..size)
            .map(|number| (2 * number + 1) * own.len() / (2 * size))
            .collect();
        at.into_iter().map(|at| own[at])
    });
    chosen.collect()
}
