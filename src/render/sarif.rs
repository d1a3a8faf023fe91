//! SARIF 2.1.0, for code scanning and for viewers.
//!
//! One run. Its readers set limits: 25,000 results, of which GitHub shows the first 5,000, so the
//! worst come first and a notification says what was left out; a message links to the other places,
//! since only linked ones are shown; paths are relative and percent-encoded. Findings that are
//! excepted are there as well, suppressed.

mod artifacts;
mod result;
mod rules;
mod taxonomies;

use std::io::{self, BufWriter, Write};

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::entry::{Entry, entries};
use super::human::clean;
use super::inert::Inert;
use super::{Format, Style, Trouble};
use crate::assessment::{Assessment, Outcome};
use artifacts::{Artifacts, at, location};
use rules::Rules;
use taxonomies::Taxonomies;

/// Static Analysis Results Interchange Format.
pub(super) const FORMAT: Format = Format {
    name: "sarif",
    tells_everything: false,
    names_revision: true,
    render,
    trouble,
};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const HOME: &str = "https://govlint.dev/";

/// The most results that readers accept.
const MOST_RESULTS: usize = 25_000;

/// What notifications are about: id, name, and a sentence.
const NOTIFICATIONS: [(&str, &str, &str); 3] = [
    (
        UNREAD,
        "FileNotRead",
        "A file could not be read, so the result is not complete.",
    ),
    (
        LEFT_OUT,
        "ResultsLeftOut",
        "There are more findings than readers of this format accept.",
    ),
    (COULD_NOT_RUN, "RunFailed", "The run could not be done."),
];
const UNREAD: &str = "unread";
const LEFT_OUT: &str = "left-out";
const COULD_NOT_RUN: &str = "could-not-run";

fn render(assessment: &Assessment, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    Inert::compact(&mut out, &Log(Run::of(assessment)))?;
    writeln!(out)?;
    out.flush()
}

fn trouble(trouble: &Trouble<'_>, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let items = trouble.items();
    let notifications = items.iter().map(|item| {
        let locations = item
            .place
            .map(|place| json!({"physicalLocation": at(place)}));
        notification(COULD_NOT_RUN, "error", &item.told(), locations)
    });
    // A run that found nothing has an empty list of results; this one has no list at all.
    let run = json!({
        "tool": {"driver": driver(trouble.version, &[], &[])},
        "invocations": [{
            "executionSuccessful": false,
            "exitCode": trouble.status,
            "exitCodeDescription": sentence(trouble.message),
            "toolExecutionNotifications": notifications.collect::<Vec<_>>(),
        }],
        "columnKind": "unicodeCodePoints",
    });
    Inert::compact(out, &Log(run))?;
    writeln!(out)
}

/// The document around a run.
struct Log<R>(R);

impl<R: Serialize> Serialize for Log<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut log = serializer.serialize_map(Some(3))?;
        log.serialize_entry("$schema", SCHEMA)?;
        log.serialize_entry("version", "2.1.0")?;
        log.serialize_entry("runs", &[&self.0])?;
        log.end()
    }
}

/// A run with what its results refer to by number.
struct Run<'a> {
    assessment: &'a Assessment,
    results: Vec<Entry<'a>>,
    left_out: usize,
    rules: Rules<'a>,
    artifacts: Artifacts<'a>,
    taxonomies: Taxonomies<'a>,
}

impl<'a> Run<'a> {
    fn of(assessment: &'a Assessment) -> Self {
        let mut results: Vec<Entry<'a>> = entries(assessment).collect();
        let gone = [Outcome::Fixed, Outcome::Removed, Outcome::Hidden];
        let gone = gone
            .into_iter()
            .flat_map(|outcome| assessment.past(outcome));
        results.extend(gone.map(Entry::lost));
        results.sort_by_key(|entry| (!entry.counts, entry.finding.severity));
        let left_out = results.len().saturating_sub(MOST_RESULTS);
        results.truncate(MOST_RESULTS);
        let rules = Rules::of(assessment, &results);
        Self {
            artifacts: Artifacts::of(assessment, &results),
            taxonomies: Taxonomies::of(&rules),
            assessment,
            results,
            left_out,
            rules,
        }
    }

    fn invocation(&self) -> Value {
        let unread = self.assessment.unread.iter().map(|(path, reason)| {
            let place = json!({"physicalLocation": {"artifactLocation": location(path)}});
            notification(UNREAD, "error", &format!("not read: {reason}"), Some(place))
        });
        let left_out = (self.left_out > 0).then(|| {
            let text = format!(
                "{} of {} results are left out, the mildest ones; readers of this format accept {MOST_RESULTS}",
                self.left_out,
                self.left_out + self.results.len(),
            );
            notification(LEFT_OUT, "warning", &text, None)
        });
        json!({
            "executionSuccessful": self.assessment.unread.is_empty(),
            "toolExecutionNotifications": unread.chain(left_out).collect::<Vec<_>>(),
        })
    }

    /// Where what was checked can be fetched. A revision is named only if its files are those that were
    /// checked.
    fn version_control(&self) -> Option<Value> {
        let provenance = &self.assessment.provenance;
        let upstream = provenance.upstream.as_ref()?;
        let mut details = json!({"repositoryUri": upstream.address});
        if let Some(revision) = &provenance.revision {
            let name = revision.reference.as_deref().unwrap_or_default();
            let is_exact = revision.dirty != Some(true);
            if is_exact {
                details["revisionId"] = revision.commit.to_string().into();
            }
            if let Some(branch) = name.strip_prefix("refs/heads/") {
                details["branch"] = clean(branch).into();
            }
            if let Some(tag) = name.strip_prefix("refs/tags/").filter(|_| is_exact) {
                details["revisionTag"] = clean(tag).into();
            }
        }
        if upstream.is_root {
            details["mappedTo"] = json!({"uriBaseId": artifacts::ROOT});
        }
        Some(details)
    }

    /// What SARIF has no word for.
    fn properties(&self) -> Value {
        let provenance = &self.assessment.provenance;
        let packs = provenance
            .packs
            .iter()
            .map(|pack| json!({"name": pack.name, "version": pack.version, "digest": pack.digest}));
        let [errors, warnings, infos] = self.assessment.counting_by_severity();
        let verdicts = self.assessment.counts.verdicts;
        let revision = provenance.revision.as_ref();
        json!({
            "asOf": self.assessment.as_of.to_string(),
            "from": self.assessment.from.map(|from| from.to_string()),
            "base": self.assessment.comparison.as_ref().map(|comparison| &comparison.base.asked),
            "revision": revision.map(|revision| revision.commit.to_string()),
            "profile": provenance.profile,
            "redacted": provenance.is_redacted,
            "owner": provenance.owner,
            "documentsDigest": provenance.documents_digest,
            "packs": packs.collect::<Vec<_>>(),
            "errors": errors,
            "warnings": warnings,
            "infos": infos,
            "checks": verdicts.checks(),
            "notEvaluable": verdicts.not_evaluable,
        })
    }
}

impl Serialize for Run<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let version = &self.assessment.provenance.version;
        let rules = self.rules.descriptors(&self.taxonomies);
        let driver = driver(version, &rules, &self.taxonomies.references());
        let mut run = serializer.serialize_map(None)?;
        run.serialize_entry("tool", &json!({"driver": driver}))?;
        run.serialize_entry("automationDetails", &json!({"id": "govlint/"}))?;
        run.serialize_entry("invocations", &[self.invocation()])?;
        if let Some(source) = self.version_control() {
            run.serialize_entry("versionControlProvenance", &[source])?;
        }
        run.serialize_entry("columnKind", "unicodeCodePoints")?;
        let root = json!({"description": {"text": "The folder that was checked."}});
        run.serialize_entry("originalUriBaseIds", &json!({artifacts::ROOT: root}))?;
        run.serialize_entry("artifacts", &self.artifacts.descriptions())?;
        run.serialize_entry("taxonomies", &self.taxonomies.components())?;
        run.serialize_entry("results", &Results(self))?;
        run.serialize_entry("properties", &self.properties())?;
        run.end()
    }
}

/// The results, each brought into shape only while it is written.
struct Results<'a, 'r>(&'r Run<'a>);

impl Serialize for Results<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let run = self.0;
        let mut results = serializer.serialize_seq(Some(run.results.len()))?;
        for entry in &run.results {
            results.serialize_element(&result::result(run, entry))?;
        }
        results.end()
    }
}

fn driver(version: &str, rules: &[Value], taxonomies: &[Value]) -> Value {
    let notifications = NOTIFICATIONS.map(|(id, name, text)| {
        let text = json!({"text": text});
        json!({
            "id": id,
            "name": name,
            "shortDescription": text,
            "fullDescription": text,
            "help": text,
        })
    });
    let mut driver = json!({
        "name": "govlint",
        "fullName": format!("govlint {version}"),
        "version": version,
        "semanticVersion": version,
        "informationUri": HOME,
        "language": "en",
        "rules": rules,
        "notifications": notifications,
    });
    if !taxonomies.is_empty() {
        driver["supportedTaxonomies"] = taxonomies.into();
    }
    driver
}

fn notification(id: &str, level: &str, text: &str, place: Option<Value>) -> Value {
    let index = NOTIFICATIONS.iter().position(|(known, ..)| *known == id);
    let mut notification = json!({
        "descriptor": {"id": id, "index": index},
        "level": level,
        "message": {"text": sentence(text)},
    });
    if let Some(place) = place {
        notification["locations"] = json!([place]);
    }
    notification
}

/// A message as readers expect it: harmless, and with a full stop.
fn sentence(text: &str) -> String {
    let text = clean(text);
    let end = if text.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    format!("{text}{end}")
}

/// `plan-unexercised` as `PlanUnexercised`.
fn pascal_case(words: &str) -> String {
    let words = words.split(['-', '/', '_']);
    let capital = words.map(|word| {
        let mut characters = word.chars();
        let first = characters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(characters).collect::<String>()
    });
    capital.collect()
}
