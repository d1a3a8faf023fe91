//! The document that is written. Its documentation is that of the schema.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::scores::Scores;
use crate::assessment::{self, Assessment, Verdicts as RuleVerdicts};
use crate::finding;
use crate::snapshot;

/// The result of one run of govlint: every rule with its verdicts, every finding with its places.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document<'a> {
    /// The version of this document. Fields may be added within a version.
    pub(super) schema_version: Version,
    /// What wrote it.
    pub(super) tool: Tool<'a>,
    /// The date of the run, `YYYY-MM-DD`.
    pub(super) as_of: String,
    /// The first day of the period that was checked, if one was.
    pub(super) from: Option<String>,
    /// How much was found.
    pub(super) summary: Summary,
    /// What could not be read. Unless this is empty, the result is not complete.
    pub(super) unread: Vec<Unread<'a>>,
    /// What was read and checked.
    pub(super) counts: Counts<'a>,
    /// How far each domain has come.
    pub(super) scores: Scores,
    /// Where documents and policies came from.
    pub(super) provenance: Provenance<'a>,
    /// The rules that were on, by code.
    pub(super) rules: Vec<Rule<'a>>,
    /// What a base revision shows besides; `null` if there is none.
    pub(super) comparison: Option<Comparison<'a>>,
    /// What became of the baseline; `null` if there is none.
    pub(super) baseline: Option<Baseline<'a>>,
    /// All findings in the order of files and places, excepted ones included.
    #[schemars(with = "Vec<Finding<'a>>")]
    pub(super) findings: Findings<'a>,
    /// Verdicts that could not be given.
    #[schemars(with = "Vec<NotEvaluable<'a>>")]
    pub(super) not_evaluable: Unevaluated<'a>,
}

/// Why a run of govlint gave no result.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Failure<'a> {
    /// The version of this document. Fields may be added within a version.
    pub(super) schema_version: Version,
    /// What wrote it.
    pub(super) tool: Tool<'a>,
    /// What went wrong. No result has this field.
    pub(super) error: Trouble<'a>,
}

/// What went wrong.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Trouble<'a> {
    /// The status that the run ended with: 2 if the job could not be done, 3 if there was nothing
    /// to check.
    pub(super) status: u8,
    /// One line without a full stop.
    pub(super) message: &'a str,
    /// What to do, one line each.
    pub(super) hints: &'a [String],
    /// The mistakes in files, if that is what it is about.
    pub(super) mistakes: Vec<Mistake<'a>>,
}

/// A mistake in a policy file or a configuration.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Mistake<'a> {
    /// One line without a full stop.
    pub(super) message: &'a str,
    /// What to do.
    pub(super) help: Option<&'a str>,
    /// Where, if a file holds it.
    pub(super) place: Option<Place<'a>>,
}

/// A version of this document.
#[derive(Serialize, JsonSchema)]
pub(super) enum Version {
    /// The only one there is.
    #[serde(rename = "1")]
    V1,
}

/// A program.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tool<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Its version.
    pub(super) version: &'a str,
}

/// How much was found.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    /// Findings of severity error that count: open ones, or against a base revision those that
    /// are new there or lost.
    pub(super) errors: usize,
    /// Findings of severity warning that count.
    pub(super) warnings: usize,
    /// Findings of severity info that count.
    pub(super) infos: usize,
    /// Findings that a waiver covers.
    pub(super) waived: usize,
    /// Findings that the baseline records.
    pub(super) baselined: usize,
    /// Verdicts that could not be given.
    pub(super) not_evaluable: u64,
    /// Verdicts on subjects that a rule applies to: pass, fail and not evaluable.
    pub(super) checks: u64,
}

/// A path that could not be read.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Unread<'a> {
    /// The path from the root.
    pub(super) path: &'a str,
    /// Why it was not read.
    pub(super) reason: &'a str,
}

/// What was read and checked.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Counts<'a> {
    /// Files that were read as governance documents.
    pub(super) files: usize,
    /// YAML files that are none of ours.
    pub(super) skipped: usize,
    /// Resources, collections included.
    pub(super) resources: usize,
    /// Resources by kind.
    pub(super) kinds: &'a BTreeMap<String, usize>,
    /// Rules that were on.
    pub(super) rules: usize,
    /// Verdicts of all rules.
    pub(super) verdicts: Verdicts,
}

/// How many verdicts of each sort.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Verdicts {
    /// The assertion holds.
    pub(super) pass: u64,
    /// It does not.
    pub(super) fail: u64,
    /// The rule does not apply to the subject.
    pub(super) not_applicable: u64,
    /// A value that it needs is absent, unknown or unreadable.
    pub(super) not_evaluable: u64,
}

/// Where documents and policies came from.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Provenance<'a> {
    /// The folder that was checked, as named on the command line.
    pub(super) root: &'a str,
    /// The profile that held.
    pub(super) profile: &'a str,
    /// BLAKE3 over paths and contents of all documents, in hexadecimal digits.
    pub(super) documents_digest: &'a str,
    /// The sets of policies, in the order in which they apply.
    pub(super) packs: Vec<Pack<'a>>,
    /// The revision of the git repository that was checked, or that the checked files stand on.
    pub(super) revision: Option<Revision<'a>>,
    /// Where the date of the run comes from.
    pub(super) as_of_source: DateSource,
    /// True if roles and made-up names stand in place of people. Texts of files are covered then,
    /// and places in them are those of the files.
    pub(super) redacted: bool,
    /// Whose records the result is about, if it is about those of one owner.
    pub(super) owner: Option<&'a str>,
}

/// Where a date comes from.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum DateSource {
    /// Whoever asked gave it.
    Flag,
    /// The variable `GOVLINT_AS_OF`.
    Variable,
    /// The day on which the revision was committed, on the committer's own calendar.
    Revision,
    /// The clock.
    Today,
}

/// A revision of a git repository.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Revision<'a> {
    /// How it was asked for; `HEAD` for files of a working tree.
    pub(super) asked: &'a str,
    /// The full name of the reference that was meant, if it was one.
    pub(super) reference: Option<&'a str>,
    /// The id of the commit.
    pub(super) commit: String,
    /// The id of its tree.
    pub(super) tree: String,
    /// The annotated tag that led to the commit.
    pub(super) tag: Option<Tag<'a>>,
    /// Whether the commit carries a signature.
    pub(super) signature: Signature,
    /// Who wrote the change.
    pub(super) author: Contributor<'a>,
    /// Who made the commit.
    pub(super) committer: Contributor<'a>,
    /// For files of a working tree, whether what was read differs from the commit.
    pub(super) dirty: Option<bool>,
}

/// An annotated tag.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tag<'a> {
    /// Its name, as the tag itself gives it.
    pub(super) name: &'a str,
    /// The id of the tag object.
    pub(super) id: String,
    /// Whether it carries a signature.
    pub(super) signature: Signature,
    /// Who made it.
    pub(super) tagger: Option<Contributor<'a>>,
}

/// Whether something carries a signature.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum Signature {
    /// It carries one, which was not verified.
    Signed,
    /// It carries none.
    Unsigned,
}

/// Somebody who made a commit or a tag.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Contributor<'a> {
    /// The name.
    pub(super) name: &'a str,
    /// The day, `YYYY-MM-DD`, on their own calendar.
    pub(super) date: Option<String>,
    /// The time on their own clock, as of RFC 3339.
    pub(super) time: Option<String>,
}

/// A set of policies.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pack<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Its version, if it has one.
    pub(super) version: Option<&'a str>,
    /// BLAKE3 over paths and contents of its files, in hexadecimal digits.
    pub(super) digest: &'a str,
    /// The number of its rules.
    pub(super) rules: usize,
}

/// A rule and the verdicts it gave.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule<'a> {
    /// Its name, `policy/fault`.
    pub(super) name: &'a str,
    /// Its short code.
    pub(super) code: &'a str,
    /// The policy it belongs to.
    pub(super) policy: &'a str,
    /// What is at fault where it fails, in a few words.
    pub(super) title: &'a str,
    /// Why it matters.
    pub(super) why: &'a str,
    /// Its worst severity.
    pub(super) severity: Severity,
    /// The level of maturity, 1 to 5, that it is about.
    pub(super) maturity: u8,
    /// Whom it concerns.
    pub(super) audience: &'a [String],
    /// True if it may be waived.
    pub(super) waivable: bool,
    /// True if the check is made while records are read: then every record of its kinds that has no
    /// finding of it passes.
    pub(super) engine: bool,
    /// The kinds whose records it gives verdicts on; empty for all kinds, and for the repository as
    /// a whole.
    pub(super) kinds: Vec<&'a str>,
    /// The controls it supports, as `PREFIX:id`.
    pub(super) controls: &'a [String],
    /// The file it stands in.
    pub(super) place: Place<'a>,
    /// The verdicts it gave.
    pub(super) verdicts: Verdicts,
    /// Its parameters as they held in this run.
    pub(super) params: Vec<Param<'a>>,
}

/// A parameter as it held in a run.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Param<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Its value, as it would be written in YAML.
    pub(super) value: &'a str,
    /// Where it was set.
    pub(super) place: Place<'a>,
}

/// How bad a finding is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Severity {
    /// Must be mended.
    Error,
    /// Should be mended.
    Warning,
    /// Worth knowing; moves no score.
    Info,
}

/// One problem.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finding<'a> {
    /// Name of the rule, `policy/fault`.
    pub(super) rule: &'a str,
    /// Short code of the rule.
    pub(super) code: &'a str,
    /// How bad it is.
    pub(super) severity: Severity,
    /// One line without a full stop.
    pub(super) message: &'a str,
    /// True if it can fail a run: it is open, and was not so at the base revision already.
    pub(super) counts: bool,
    /// Whether it is excepted.
    pub(super) state: State,
    /// How it relates to the base revision; `null` without one, and for what is excepted on both
    /// sides.
    pub(super) change: Option<Change>,
    /// The waiver that covers it, if it is waived.
    pub(super) waiver: Option<Waiver<'a>>,
    /// Whom the rule gave its verdict on: `Kind/id`, `Kind/id#key`, `Repository` or empty.
    pub(super) subject: &'a str,
    /// What to blame where it is not the subject.
    pub(super) cause: Option<&'a str>,
    /// Its identity across revisions, 32 hexadecimal digits.
    pub(super) fingerprint: String,
    /// The fingerprint of the finding that stands for it in lists: the head of its group, the
    /// findings of one rule with one cause. A head names itself.
    pub(super) group: String,
    /// The narrowest place to mend.
    pub(super) primary: Place<'a>,
    /// Every other place that made it so, in any file.
    pub(super) related: Vec<Place<'a>>,
    /// The line of the rule that asked; none for checks of govlint itself.
    pub(super) asked: Option<Place<'a>>,
    /// What to do.
    pub(super) help: Option<&'a str>,
    /// An edit that mends it.
    pub(super) fix: Option<Fix<'a>>,
}

/// Whether a finding is excepted.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// It is not.
    Open,
    /// A waiver in force covers it.
    Waived,
    /// The baseline records it.
    Baselined,
}

/// How a finding relates to the base revision.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Change {
    /// `new`, `known`, `changed` (another severity) or `excepted` (open at the base, and waived or
    /// in the baseline now).
    pub(super) status: &'static str,
    /// What brought it: `data`, `policy` or `time`, where that is known.
    pub(super) cause: Option<&'static str>,
    /// The severity at the base, if it was another one.
    pub(super) from: Option<Severity>,
}

/// What a base revision shows besides the findings.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Comparison<'a> {
    /// The base as it was asked for.
    pub(super) base: &'a str,
    /// Its commit, in hexadecimal digits.
    pub(super) commit: Option<&'a str>,
    /// Its day, `YYYY-MM-DD`.
    pub(super) day: String,
    /// Findings of the base that are not there any more.
    pub(super) past: Vec<Past<'a>>,
    /// Where the rules ask for less than at the base, or more is excepted.
    pub(super) weakenings: Vec<Weakening<'a>>,
}

/// A finding of the base revision that is not there any more.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Past<'a> {
    /// `fixed`, `lost` (what made it fail was taken away rather than mended; counts like new),
    /// `removed` (its subject was deleted) or `hidden` (the rule would still fail; it is gone, off or
    /// weaker).
    pub(super) outcome: &'static str,
    /// Name of the rule, `policy/fault`.
    pub(super) rule: &'a str,
    /// Short code of the rule.
    pub(super) code: &'a str,
    /// How bad it was.
    pub(super) severity: Severity,
    /// One line without a full stop.
    pub(super) message: &'a str,
    /// Whom the rule gave its verdict on.
    pub(super) subject: &'a str,
    /// Its identity across revisions, 32 hexadecimal digits.
    pub(super) fingerprint: String,
    /// Where it stood at the base.
    pub(super) primary: Place<'a>,
    /// Where its subject stands now, if it still does.
    pub(super) now: Option<Place<'a>>,
}

/// A place where the rules ask for less than at the base, or more is excepted.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Weakening<'a> {
    /// `rule-gone`, `rule-off`, `severity`, `parameter`, `condition`, `library`, `configuration`,
    /// `waiver` or `baseline`.
    pub(super) kind: &'static str,
    /// What it is about: the code of a rule, a waiver, a key of the configuration.
    pub(super) about: &'a str,
    /// One line without a full stop.
    pub(super) message: &'a str,
    /// Where it is written now, if anywhere.
    pub(super) place: Option<Place<'a>>,
    /// How many open findings of the base it keeps from counting.
    pub(super) hides: usize,
}

/// What became of the baseline.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Baseline<'a> {
    /// The path of the file.
    pub(super) path: &'a str,
    /// How many findings it records that are still there.
    pub(super) known: usize,
    /// Entries that no finding answers to any more.
    pub(super) stale: Vec<BaselineEntry<'a>>,
}

/// A recorded finding.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct BaselineEntry<'a> {
    /// Its identity, 32 hexadecimal digits.
    pub(super) fingerprint: String,
    /// The code of its rule.
    pub(super) code: &'a str,
    /// Its subject.
    pub(super) subject: &'a str,
    /// Where it is recorded.
    pub(super) place: Option<Place<'a>>,
}

/// An exception that was granted.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Waiver<'a> {
    /// The waiver, `Kind/id`.
    pub(super) by: &'a str,
    /// The last day on which it holds, `YYYY-MM-DD` or `open-ended`.
    pub(super) until: Option<String>,
    /// Why it was granted.
    pub(super) reason: &'a str,
}

/// A set of edits that belong together.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Fix<'a> {
    /// What it does, as a command.
    pub(super) title: &'a str,
    /// How sure it is.
    pub(super) applicability: Applicability,
    /// Edits that do not overlap.
    pub(super) edits: Vec<Edit<'a>>,
}

/// How sure a fix is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Applicability {
    /// Keeps the meaning, or is the only reading there is.
    Safe,
    /// Likely right, to be read before it is kept.
    Unsafe,
    /// A sketch to show, never applied.
    DisplayOnly,
}

/// Replaces the text at a place; an empty place inserts.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Edit<'a> {
    /// What is replaced.
    pub(super) place: Place<'a>,
    /// By what.
    pub(super) replacement: &'a str,
}

/// A verdict that could not be given.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NotEvaluable<'a> {
    /// Name of the rule.
    pub(super) rule: &'a str,
    /// Short code of the rule.
    pub(super) code: &'a str,
    /// The subject.
    pub(super) subject: &'a str,
    /// Why, in words.
    pub(super) causes: &'a [&'static str],
    /// The places that would have to say more.
    pub(super) labels: Vec<Place<'a>>,
}

/// A range in a file. Lines and columns count from 1, columns in characters; the end is the place
/// after the last character. Bytes count from 0.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Place<'a> {
    /// The file, relative to the checked folder and with `/` between its parts.
    pub(super) path: &'a str,
    /// The line of the first character.
    #[schemars(range(min = 1))]
    pub(super) start_line: u32,
    /// The column of the first character.
    #[schemars(range(min = 1))]
    pub(super) start_column: u32,
    /// The line of the end.
    #[schemars(range(min = 1))]
    pub(super) end_line: u32,
    /// The column of the end.
    #[schemars(range(min = 1))]
    pub(super) end_column: u32,
    /// The first byte.
    pub(super) start_byte: u32,
    /// The byte after the last one.
    pub(super) end_byte: u32,
    /// What stands there, in a few words; may be empty.
    pub(super) text: &'a str,
}

/// The findings of an assessment, each brought into shape only while it is written.
pub(super) struct Findings<'a>(pub(super) &'a Assessment);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let findings = self.0.findings.iter();
        serializer.collect_seq(findings.map(|triaged| super::finding(self.0, triaged)))
    }
}

/// The verdicts of an assessment that could not be given, shaped as [`Findings`] are.
pub(super) struct Unevaluated<'a>(pub(super) &'a Assessment);

impl Serialize for Unevaluated<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let verdicts = self.0.not_evaluable.iter();
        let sources = &self.0.sources;
        serializer.collect_seq(verdicts.map(|verdict| super::not_evaluable(sources, verdict)))
    }
}

impl From<finding::Severity> for Severity {
    fn from(severity: finding::Severity) -> Self {
        match severity {
            finding::Severity::Error => Self::Error,
            finding::Severity::Warning => Self::Warning,
            finding::Severity::Info => Self::Info,
        }
    }
}

impl From<finding::Applicability> for Applicability {
    fn from(applicability: finding::Applicability) -> Self {
        match applicability {
            finding::Applicability::Safe => Self::Safe,
            finding::Applicability::Unsafe => Self::Unsafe,
            finding::Applicability::DisplayOnly => Self::DisplayOnly,
        }
    }
}

impl From<RuleVerdicts> for Verdicts {
    fn from(verdicts: RuleVerdicts) -> Self {
        Self {
            pass: verdicts.pass,
            fail: verdicts.fail,
            not_applicable: verdicts.not_applicable,
            not_evaluable: verdicts.not_evaluable,
        }
    }
}

impl From<assessment::DateSource> for DateSource {
    fn from(source: assessment::DateSource) -> Self {
        match source {
            assessment::DateSource::Flag => Self::Flag,
            assessment::DateSource::Variable => Self::Variable,
            assessment::DateSource::Revision => Self::Revision,
            assessment::DateSource::Today => Self::Today,
        }
    }
}

impl<'a> From<&'a snapshot::RevisionIdentity> for Revision<'a> {
    fn from(revision: &'a snapshot::RevisionIdentity) -> Self {
        Self {
            asked: &revision.asked,
            reference: revision.reference.as_deref(),
            commit: revision.commit.to_string(),
            tree: revision.tree.to_string(),
            tag: revision.tag.as_ref().map(Into::into),
            signature: revision.signed.into(),
            author: (&revision.author).into(),
            committer: (&revision.committer).into(),
            dirty: revision.dirty,
        }
    }
}

impl<'a> From<&'a snapshot::TagIdentity> for Tag<'a> {
    fn from(tag: &'a snapshot::TagIdentity) -> Self {
        Self {
            name: &tag.name,
            id: tag.id.to_string(),
            signature: tag.signed.into(),
            tagger: tag.tagger.as_ref().map(Into::into),
        }
    }
}

impl From<bool> for Signature {
    fn from(signed: bool) -> Self {
        if signed { Self::Signed } else { Self::Unsigned }
    }
}

impl<'a> From<&'a snapshot::Contributor> for Contributor<'a> {
    fn from(contributor: &'a snapshot::Contributor) -> Self {
        Self {
            name: &contributor.name,
            date: contributor.date().map(|date| date.to_string()),
            time: contributor.time(),
        }
    }
}
