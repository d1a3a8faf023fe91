//! An assessment as JSON, for programs: everything, in one versioned document.
//!
//! Every field is always there; what does not exist is `null`. Lines and columns count from 1,
//! columns in characters (Unicode scalar values); an end is the place after the last character.
//! Bytes count from 0. A later govlint may add fields under the same version, and nothing else.

mod scores;
mod shape;

use std::io::{self, BufWriter, Write};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::assessment::{
    Assessment, BaselineUse, Cause, Change, Comparison, NotEvaluable, Past, RuleSummary, State,
    Triaged,
};
use crate::finding::{Fix, Label};
use crate::render::inert::Inert;
use crate::render::{Format, Style, Trouble};
use crate::rule::Mistake;
use crate::source::{Sources, Span};

/// What the schemas of the output are known under.
const SCHEMA_FOLDER: &str = "https://govlint.dev/schemas/v1/govlint/";

/// Everything, for programs.
pub const FORMAT: Format = Format {
    name: "json",
    tells_everything: true,
    names_revision: true,
    render,
    trouble: render_trouble,
};

/// Writes an assessment as JSON. The style changes nothing.
///
/// # Errors
///
/// Those of the writer.
pub fn render(assessment: &Assessment, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    Inert::pretty(&mut out, &document(assessment))?;
    writeln!(out)?;
    out.flush()
}

/// Writes as JSON why a run gave no assessment. The style changes nothing.
///
/// # Errors
///
/// Those of the writer.
pub fn render_trouble(trouble: &Trouble<'_>, _style: Style, out: &mut dyn Write) -> io::Result<()> {
    Inert::pretty(out, &failure(trouble))?;
    writeln!(out)
}

/// Returns the JSON Schema (2020-12) of what [`render`] writes.
#[must_use]
pub fn schema() -> Value {
    schema_of::<shape::Document<'_>>("assessment")
}

/// Returns the JSON Schema (2020-12) of what [`render_trouble`] writes.
#[must_use]
pub fn failure_schema() -> Value {
    schema_of::<shape::Failure<'_>>("failure")
}

fn schema_of<T: JsonSchema>(name: &str) -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert(
        "$id".to_owned(),
        format!("{SCHEMA_FOLDER}{name}.schema.json").into(),
    );
    schema.insert("title".to_owned(), name.into());
    let mut schema = schema.to_value();
    join_lines(&mut schema);
    schema
}

/// Returns the scores of an assessment, as they stand in what [`render`] writes.
#[must_use]
pub fn scores(assessment: &Assessment) -> Value {
    serde_json::to_value(scores::scores(assessment)).expect("scores are numbers, words and lists")
}

/// Makes each paragraph of a description one line, however it is broken in the source.
fn join_lines(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(text)) = fields.get_mut("description") {
                *text = text.replace('\n', " ");
            }
            fields.values_mut().for_each(join_lines);
        }
        Value::Array(items) => items.iter_mut().for_each(join_lines),
        _ => {}
    }
}

fn document(assessment: &Assessment) -> shape::Document<'_> {
    let [errors, warnings, infos] = assessment.counting_by_severity();
    shape::Document {
        schema_version: shape::Version::V1,
        tool: shape::Tool {
            name: "govlint",
            version: &assessment.provenance.version,
        },
        as_of: assessment.as_of.to_string(),
        from: assessment.from.map(|from| from.to_string()),
        summary: shape::Summary {
            errors,
            warnings,
            infos,
            waived: assessment.waived(),
            baselined: assessment.baseline.as_ref().map_or(0, |used| used.known),
            not_evaluable: assessment.counts.verdicts.not_evaluable,
            checks: assessment.counts.verdicts.checks(),
        },
        unread: assessment
            .unread
            .iter()
            .map(|(path, reason)| shape::Unread { path, reason })
            .collect(),
        counts: counts(assessment),
        scores: scores::scores(assessment),
        provenance: provenance(assessment),
        rules: assessment
            .rules
            .iter()
            .map(|summary| rule(&assessment.sources, summary))
            .collect(),
        comparison: assessment
            .comparison
            .as_ref()
            .map(|comparison| compared(&assessment.sources, comparison)),
        baseline: assessment
            .baseline
            .as_ref()
            .map(|used| baseline(&assessment.sources, used)),
        findings: shape::Findings(assessment),
        not_evaluable: shape::Unevaluated(assessment),
    }
}

fn failure<'a>(trouble: &Trouble<'a>) -> shape::Failure<'a> {
    let (mistakes, sources) = trouble.mistakes.unzip();
    let mistakes = mistakes.unwrap_or_default().iter();
    let mistake = |mistake: &'a Mistake| {
        let span = mistake.primary.span;
        let sources = sources.filter(|sources| span.source.index() < sources.len());
        shape::Mistake {
            message: &mistake.message,
            help: mistake.help.as_deref(),
            place: sources.map(|sources| labelled(sources, &mistake.primary)),
        }
    };
    shape::Failure {
        schema_version: shape::Version::V1,
        tool: shape::Tool {
            name: "govlint",
            version: trouble.version,
        },
        error: shape::Trouble {
            status: trouble.status,
            message: trouble.message,
            hints: trouble.hints,
            mistakes: mistakes.map(mistake).collect(),
        },
    }
}

fn counts(assessment: &Assessment) -> shape::Counts<'_> {
    let counts = &assessment.counts;
    shape::Counts {
        files: counts.files,
        skipped: counts.skipped,
        resources: counts.resources,
        kinds: &counts.kinds,
        rules: counts.rules,
        verdicts: counts.verdicts.into(),
    }
}

fn provenance(assessment: &Assessment) -> shape::Provenance<'_> {
    let provenance = &assessment.provenance;
    let packs = provenance.packs.iter();
    shape::Provenance {
        root: &provenance.root,
        profile: &provenance.profile,
        documents_digest: &provenance.documents_digest,
        packs: packs
            .map(|pack| shape::Pack {
                name: &pack.name,
                version: pack.version.as_deref(),
                digest: &pack.digest,
                rules: pack.rules,
            })
            .collect(),
        revision: provenance.revision.as_ref().map(Into::into),
        as_of_source: provenance.date_source.into(),
        redacted: provenance.is_redacted,
        owner: provenance.owner.as_deref(),
    }
}

fn rule<'a>(sources: &'a Sources, summary: &'a RuleSummary) -> shape::Rule<'a> {
    let params = summary.params.iter();
    shape::Rule {
        name: &summary.name,
        code: &summary.code,
        policy: &summary.policy,
        title: &summary.title,
        why: &summary.why,
        severity: summary.severity.into(),
        maturity: summary.maturity,
        audience: &summary.audience,
        waivable: summary.is_waivable,
        engine: summary.is_engine,
        kinds: summary.kinds.iter().map(|kind| &**kind).collect(),
        controls: &summary.controls,
        place: place(sources, summary.span, ""),
        verdicts: summary.verdicts.into(),
        params: params
            .map(|param| shape::Param {
                name: &param.name,
                value: &param.value,
                place: place(sources, param.span, ""),
            })
            .collect(),
    }
}

fn finding<'a>(assessment: &'a Assessment, triaged: &'a Triaged) -> shape::Finding<'a> {
    let sources = &assessment.sources;
    let finding = &triaged.finding;
    let head = assessment.findings.get(triaged.head).unwrap_or(triaged);
    let related = finding.related.iter();
    shape::Finding {
        rule: &finding.rule,
        code: &finding.code,
        severity: finding.severity.into(),
        message: &finding.message,
        state: match triaged.state {
            State::Open => shape::State::Open,
            State::Waived { .. } => shape::State::Waived,
            State::Baselined => shape::State::Baselined,
        },
        counts: triaged.counts(),
        change: triaged.change.map(change),
        waiver: waiver(&triaged.state),
        subject: &finding.subject,
        cause: finding.cause.as_deref(),
        fingerprint: finding.fingerprint.to_string(),
        group: head.finding.fingerprint.to_string(),
        primary: labelled(sources, &finding.primary),
        related: related.map(|label| labelled(sources, label)).collect(),
        asked: finding.asked.map(|span| place(sources, span, "")),
        help: finding.help.as_deref(),
        fix: finding.fix.as_ref().map(|finding| fix(sources, finding)),
    }
}

fn change(change: Change) -> shape::Change {
    shape::Change {
        status: change.as_str(),
        cause: change.cause().map(Cause::as_str),
        from: match change {
            Change::Changed { from, .. } => Some(from.into()),
            _ => None,
        },
    }
}

fn compared<'a>(sources: &'a Sources, comparison: &'a Comparison) -> shape::Comparison<'a> {
    let past = comparison.past.iter();
    let weakenings = comparison.weakenings.iter();
    shape::Comparison {
        base: &comparison.base.asked,
        commit: comparison.base.commit.as_deref(),
        day: comparison.base.day.to_string(),
        past: past.map(|past| gone(sources, past)).collect(),
        weakenings: weakenings
            .map(|weakening| shape::Weakening {
                kind: weakening.kind.as_str(),
                about: &weakening.about,
                message: &weakening.message,
                place: weakening.span.map(|span| place(sources, span, "")),
                hides: weakening.hides,
            })
            .collect(),
    }
}

fn gone<'a>(sources: &'a Sources, past: &'a Past) -> shape::Past<'a> {
    let finding = &past.finding;
    shape::Past {
        outcome: past.outcome.as_str(),
        rule: &finding.rule,
        code: &finding.code,
        severity: finding.severity.into(),
        message: &finding.message,
        subject: &finding.subject,
        fingerprint: finding.fingerprint.to_string(),
        primary: labelled(sources, &finding.primary),
        now: past.now.as_ref().map(|label| labelled(sources, label)),
    }
}

fn baseline<'a>(sources: &'a Sources, used: &'a BaselineUse) -> shape::Baseline<'a> {
    let stale = used.stale.iter();
    shape::Baseline {
        path: &used.path,
        known: used.known,
        stale: stale
            .map(|entry| shape::BaselineEntry {
                fingerprint: entry.fingerprint.to_string(),
                code: &entry.code,
                subject: &entry.subject,
                place: entry.span.map(|span| place(sources, span, "")),
            })
            .collect(),
    }
}

fn waiver(state: &State) -> Option<shape::Waiver<'_>> {
    match state {
        State::Open | State::Baselined => None,
        State::Waived { by, until, reason } => Some(shape::Waiver {
            by,
            until: until.map(|until| until.to_string()),
            reason,
        }),
    }
}

fn fix<'a>(sources: &'a Sources, fix: &'a Fix) -> shape::Fix<'a> {
    let edits = fix.edits.iter();
    shape::Fix {
        title: &fix.title,
        applicability: fix.applicability.into(),
        edits: edits
            .map(|edit| shape::Edit {
                place: place(sources, edit.span, ""),
                replacement: &edit.replacement,
            })
            .collect(),
    }
}

fn not_evaluable<'a>(sources: &'a Sources, verdict: &'a NotEvaluable) -> shape::NotEvaluable<'a> {
    let labels = verdict.labels.iter();
    shape::NotEvaluable {
        rule: &verdict.rule,
        code: &verdict.code,
        subject: &verdict.subject,
        causes: &verdict.causes,
        labels: labels.map(|label| labelled(sources, label)).collect(),
    }
}

fn labelled<'a>(sources: &'a Sources, label: &'a Label) -> shape::Place<'a> {
    place(sources, label.span, &label.text)
}

fn place<'a>(sources: &'a Sources, span: Span, text: &'a str) -> shape::Place<'a> {
    let source = sources.get(span.source);
    let find = |offset| source.lines().line_column(source.text(), offset);
    let (start, end) = (find(span.range.start), find(span.range.end));
    shape::Place {
        path: source.path(),
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
        start_byte: span.range.start,
        end_byte: span.range.end,
        text,
    }
}

#[cfg(test)]
mod tests;
