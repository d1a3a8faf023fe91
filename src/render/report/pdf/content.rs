//! A report as the data that the template sets: every text as it is printed, every place on a
//! drawing as a share of its length.

use serde_json::{Value as Json, json};

use super::Paper;
use super::chart::chart;
use super::fonts;
use super::repertoire::Repertoire;
use crate::render::report::inert::cut;
use crate::render::report::page;
use crate::render::report::place::{Origin, Places, origins};
use crate::render::report::snippet::{Row, Snippet, snippets};
use crate::report::{Audience, Cell, Chart, Detail, Report, Section, Table, Tone, Value};

/// The most characters of what stands where no text can wrap, or in the particulars of the file,
/// which may not be long.
const LONGEST_MARGIN: usize = 72;
const LONGEST_HEAD: usize = 300;

/// The most other subjects of a group of findings that are named.
const MOST_NAMED: usize = 40;

/// Texts on their way to the page.
#[derive(Clone, Copy)]
pub(super) struct Printer<'a> {
    places: Places<'a>,
    repertoire: &'a Repertoire,
}

/// Returns a report as the template reads it.
pub(super) fn content(
    report: &Report,
    paper: Paper,
    is_dense: bool,
    repertoire: &Repertoire,
) -> Json {
    let printer = Printer {
        places: Places::of(report),
        repertoire,
    };
    let sections = page::sections(report);
    let sections = sections.iter().enumerate();
    let sections = sections.map(|(index, own)| section(printer, report.audience, index + 1, own));
    let details = report.findings.iter().take(page::MOST);
    let left = report.findings.len().saturating_sub(page::MOST);
    let has_lines = report.audience == Audience::It;
    json!({
        "paper": paper.as_str(),
        "isDense": is_dense,
        "textFont": fonts::TEXT,
        "fileFont": fonts::MONO,
        "audience": report.audience.as_str(),
        "title": title(printer, &report.title),
        "organization": printer.cut(&report.organization, LONGEST_HEAD),
        "verdict": printer.text(&report.verdict),
        "facts": facts(printer, report),
        "margin": margin(printer, report),
        "sections": sections.collect::<Vec<_>>(),
        "findings": details.map(|own| finding(printer, has_lines, own)).collect::<Vec<_>>(),
        "findingsCounted": counted(&report.findings),
        "findingsLeft": (left > 0).then(|| {
            format!("{left} more findings are left out here. The report as HTML holds all of them.")
        }),
        "notes": printer.texts(&report.notes),
    })
}

/// How many findings there are, by their words.
fn counted(findings: &[Detail]) -> String {
    let words = ["error", "warning", "info", "excepted"].map(|word| {
        let count = findings.iter().filter(|own| standing(own) == word).count();
        let plural = if count == 1 || word == "excepted" {
            ""
        } else {
            "s"
        };
        (count > 0).then(|| format!("{count} {word}{plural}"))
    });
    let words: Vec<String> = words.into_iter().flatten().collect();
    format!("{}.", words.join(", "))
}

/// How a finding stands, in a word.
fn standing(own: &Detail) -> &'static str {
    if own.is_open {
        own.finding.severity.as_str()
    } else {
        "excepted"
    }
}

/// The title of the file, which no standard lets be blank.
fn title(printer: Printer<'_>, title: &str) -> String {
    if title.trim().is_empty() {
        return "Report".to_owned();
    }
    printer.cut(title, LONGEST_HEAD)
}

fn facts(printer: Printer<'_>, report: &Report) -> Vec<[String; 2]> {
    let mut facts = vec![["As of", &report.as_of.to_string()].map(str::to_owned)];
    let mut add = |name: &str, value: String| facts.push([name.to_owned(), value]);
    if let Some(revision) = &report.revision {
        add("Revision", printer.cut(revision, LONGEST_MARGIN));
    }
    if let Some(commit) = &report.commit {
        add("Commit", printer.text(commit));
    }
    if let Some((since, day)) = &report.since {
        let since = printer.cut(since, LONGEST_MARGIN);
        add("Compared with", format!("{since}, {day}"));
    }
    facts
}

/// What stands at the foot of every page.
fn margin(printer: Printer<'_>, report: &Report) -> [String; 2] {
    let named = [report.organization.as_str(), report.title.as_str()];
    let named: Vec<&str> = named.into_iter().filter(|name| !name.is_empty()).collect();
    let mut right = format!("as of {}", report.as_of);
    if let Some(commit) = &report.commit {
        let short = commit.get(..10).unwrap_or(commit);
        right.push_str(" · commit ");
        right.push_str(&printer.text(short));
    }
    [printer.cut(&named.join(" · "), LONGEST_MARGIN), right]
}

fn section(printer: Printer<'_>, audience: Audience, number: usize, own: &Section) -> Json {
    // A board reads words; whoever acts on a figure wants to know where it stands.
    let origins = match audience {
        Audience::Board => Vec::new(),
        _ => origins(&printer.places, &own.chart),
    };
    json!({
        "number": number,
        "title": printer.cut(&own.title, LONGEST_HEAD),
        "question": printer.text(&own.question),
        "lead": own.lead.as_ref().map(|lead| printer.text(lead)),
        "chart": (!own.chart.is_empty()).then(|| chart(printer, own)),
        "table": beside(&own.chart).map(|table| printer.table(&table)),
        "empty": printer.text(&own.empty),
        "notes": printer.texts(&own.notes),
        "origins": origins.iter().map(|own| origin(printer, own)).collect::<Vec<_>>(),
    })
}

/// The table beside a drawing that does not hold its words.
fn beside(chart: &Chart) -> Option<Table> {
    let is_wanted = matches!(chart, Chart::HeatMap(_) | Chart::Timeline(_));
    (is_wanted && !chart.is_empty()).then(|| chart.table())
}

fn origin(printer: Printer<'_>, own: &Origin<'_>) -> Json {
    let lines = own.lines.iter();
    json!({
        "path": printer.text(own.path),
        "lines": lines.map(|(line, address)| json!({
            "line": line.to_string(), "address": address,
        })).collect::<Vec<_>>(),
    })
}

fn finding(printer: Printer<'_>, has_lines: bool, own: &Detail) -> Json {
    let finding = &own.finding;
    let (path, line) = printer.places.path_and_line(finding.primary.span);
    let fix = finding.fix.as_ref().map(|fix| &fix.title);
    let named = own.also.iter().take(MOST_NAMED);
    let snippets = has_lines.then(|| snippets(&printer.places, finding));
    let snippets = snippets.unwrap_or_default();
    json!({
        "word": standing(own),
        "message": printer.text(&finding.message),
        "code": printer.text(&finding.code),
        "rule": printer.text(&finding.rule),
        "place": printer.text(&format!("{path}:{line}")),
        "address": printer.places.address(path, line),
        "snippets": snippets.iter().map(|own| snippet(printer, own)).collect::<Vec<_>>(),
        "standing": own.standing.as_ref().map(|standing| printer.text(standing)),
        "also": named.map(|subject| printer.text(subject)).collect::<Vec<_>>(),
        "alsoLeft": own.also.len().saturating_sub(MOST_NAMED),
        "why": printer.text(&own.why),
        "fix": finding.help.as_ref().or(fix).map(|fix| printer.text(fix)),
        "controls": printer.texts(&own.controls),
    })
}

fn snippet(printer: Printer<'_>, own: &Snippet) -> Json {
    let row = |row: &Row| match row {
        Row::Line { number, pieces } => json!({
            "number": number,
            "pieces": pieces.iter().map(|piece| json!({
                "text": printer.text(&piece.text), "mark": piece.class,
            })).collect::<Vec<_>>(),
        }),
        Row::Label {
            indent,
            text,
            is_primary,
        } => json!({
            "indent": indent.len(), "label": printer.text(text), "isPrimary": is_primary,
        }),
    };
    json!({
        "place": printer.text(&own.place),
        "address": own.address,
        "rows": own.rows.iter().map(row).collect::<Vec<_>>(),
    })
}

impl Printer<'_> {
    pub(super) fn text(&self, text: &str) -> String {
        self.repertoire.print(text)
    }

    pub(super) fn cut(&self, text: &str, most: usize) -> String {
        cut(&self.text(text), most)
    }

    fn texts(&self, texts: &[String]) -> Vec<String> {
        texts.iter().map(|text| self.text(text)).collect()
    }

    pub(super) fn cell(&self, cell: &Cell) -> Json {
        let first = cell.places.first();
        let is_faint = cell.tone == Tone::Faint || cell.value == Value::Missing;
        json!({
            "text": self.text(&cell.text),
            "tone": (if is_faint { Tone::Faint } else { cell.tone }).as_str(),
            "address": first.and_then(|label| self.places.address_of(label.span)),
        })
    }

    pub(super) fn table(&self, table: &Table) -> Json {
        let columns = table.columns.iter();
        let rows = table.rows.iter();
        json!({
            "columns": columns.map(|column| json!({
                "title": self.text(&column.title),
                "isNumber": column.align == crate::report::Align::End,
            })).collect::<Vec<_>>(),
            "rows": rows.map(|row| {
                row.iter().map(|cell| self.cell(cell)).collect::<Vec<_>>()
            }).collect::<Vec<_>>(),
        })
    }
}
