//! Rules as data: one file, one check.
//!
//! A [`Pack`] is a set of policy files; [`load`] turns packs into a [`Policies`]: rules, functions
//! and relations, checked against the kinds they read. A mistake in a rule file is a [`Mistake`]
//! with its place, and ends the run.

mod example;
mod file;
mod framework;
mod literal;
mod load;
mod message;
mod pack;
mod scoring;
mod signature;
mod view;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use example::{Example, Marker};
pub use framework::Framework;
pub(crate) use literal::print as print_literal;
pub(crate) use load::read_settings;
pub use load::{OWN_KINDS, field_names, load};
pub use message::{Message, MessagePart};
pub use pack::{Overlay, Pack, PackFile, RuleSetting, Setting, built_in_schemas};
pub use scoring::Scoring;
pub use view::{
    Appetite, ChartKind, Drawing, Format, Role, View, ViewColumn, ViewExample, load_views,
    view_field_names,
};

use crate::expr::{Code, LetType, Library, Param, RuleNames, Tables};
use crate::finding::{EngineCheck, Label, Severity};
use crate::kind::{KindId, Kinds, nearest};
use crate::scalar::Date;
use crate::source::Span;

/// A mistake in a policy file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// One line without a full stop.
    pub message: String,
    /// Where, and what stands there.
    pub primary: Label,
    /// Other places.
    pub related: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
}

impl Mistake {
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            primary: Label::new(span, ""),
            related: Vec::new(),
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// An expression of a rule, checked, and where it stands.
#[derive(Debug)]
pub struct Located {
    /// The expression.
    pub code: Code,
    /// Its text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// On which subjects a rule gives verdicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Population {
    /// On the resources of these kinds, in their order.
    Kinds(Vec<KindId>),
    /// On the repository as a whole.
    Repository,
}

/// A check in the condition language.
#[derive(Debug)]
pub struct Condition {
    /// Its subjects.
    pub population: Population,
    /// Intermediate values, in order.
    pub lets: Vec<Code>,
    /// Their names and types.
    pub let_types: Vec<LetType>,
    /// Which subjects count.
    pub when: Option<Located>,
    /// A list whose items are the subjects in place of `self`.
    pub each: Option<Located>,
    /// The key of an item.
    pub key: Option<Located>,
    /// What must hold.
    pub assert: Located,
    /// Where to point.
    pub at: Option<Located>,
    /// What to blame.
    pub cause: Option<Located>,
}

/// What a rule checks.
#[derive(Debug)]
pub enum Check {
    /// A condition.
    Condition(Box<Condition>),
    /// A check that the engine makes.
    Engine(EngineCheck),
}

/// What the verdicts of a rule measure of the records as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Whether a record was looked at within its interval: how fresh the data are.
    Freshness,
}

/// A severity and when it holds.
#[derive(Debug)]
pub struct SeverityCase {
    /// The severity.
    pub severity: Severity,
    /// Its condition; none for the last.
    pub when: Option<Located>,
}

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name, `policy/fault`.
    pub name: Arc<str>,
    /// Its short code.
    pub code: Arc<str>,
    /// The folder it stands in.
    pub policy: Arc<str>,
    /// What is at fault where it fails, in a few words.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// Its severities, the first that holds counting.
    pub severities: Vec<SeverityCase>,
    /// The worst of them, or the one that the configuration sets.
    pub severity: Severity,
    /// True if the configuration sets the severity.
    pub severity_is_set: bool,
    /// Maturity level, 1 to 5, that it is about.
    pub maturity: u8,
    /// The group of profiles it is on in: `all`, `mid+`, `reg`, `fin`.
    pub profile: String,
    /// Whom it concerns.
    pub audience: Vec<String>,
    /// Controls it supports, as `PREFIX:id`.
    pub controls: Vec<String>,
    /// True if it may be waived.
    pub waivable: bool,
    /// What its verdicts measure of the records besides, if anything.
    pub measures: Option<Measure>,
    /// Until this day its severity is `info`.
    pub effective_from: Option<Date>,
    /// The rule that takes its place, if it is deprecated.
    pub replaced_by: Option<String>,
    /// What it checks.
    pub check: Check,
    /// What it says; for an engine check, unused.
    pub message: Message,
    /// What to do.
    pub fix: Message,
    /// Its parameters as they hold.
    pub params: Vec<Param>,
    /// Its examples.
    pub examples: Vec<Example>,
    /// The file it stands in, by the place of its code.
    pub span: Span,
    /// True if it is on.
    pub enabled: bool,
    /// The names of the rules whose verdicts it reads.
    pub(crate) reads: Vec<String>,
    /// The stratum: rules it reads verdicts of stand in lower ones.
    pub stratum: usize,
}

impl Rule {
    /// The condition, if it is one.
    #[must_use]
    pub fn condition(&self) -> Option<&Condition> {
        match &self.check {
            Check::Condition(condition) => Some(condition),
            Check::Engine(_) => None,
        }
    }

    /// The names of the rules whose verdicts it reads.
    #[must_use]
    pub fn reads(&self) -> &[String] {
        &self.reads
    }

    /// True if `word` names this rule: by name, code or policy.
    #[must_use]
    pub fn is_called(&self, word: &str) -> bool {
        *self.name == *word || self.code.eq_ignore_ascii_case(word) || *self.policy == *word
    }
}

/// What `policy.yaml` says of a folder of rules.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Prefix of the codes of its rules.
    pub prefix: String,
    /// Its title.
    pub title: String,
    /// The question of the board that it answers.
    pub question: String,
    /// Its weight in the overall score.
    pub weight: u32,
    /// The maturity level aimed for.
    pub target: u8,
    /// The decision domain whose right-holders may except its rules.
    pub decision_domain: String,
}

/// All rules of a run with what they need.
#[derive(Debug)]
pub struct Policies {
    /// The kinds that the rules are checked against.
    pub kinds: Arc<Kinds>,
    /// Functions and relations.
    pub library: Library,
    /// What is computed once per run.
    pub tables: Tables,
    /// Policies by folder.
    pub policies: BTreeMap<String, Policy>,
    /// Rules by name.
    pub rules: Vec<Rule>,
    /// Conditions under which fields are expected, by record and field.
    pub expected: Vec<ExpectedField>,
    /// The profile that held.
    pub profile: String,
    /// How scores are counted.
    pub scoring: Scoring,
    /// The kinds of which the profile wants at least one record.
    pub required_kinds: Vec<KindId>,
}

/// A field that is expected under a condition.
#[derive(Debug)]
pub struct ExpectedField {
    /// The record and number of the field.
    pub field: (crate::kind::RecordId, u16),
    /// When; none for always.
    pub condition: Option<Code>,
}

impl Policies {
    /// The rule that is called `word` by name or code.
    #[must_use]
    pub fn find(&self, word: &str) -> Option<&Rule> {
        self.rules
            .iter()
            .find(|rule| *rule.name == *word || rule.code.eq_ignore_ascii_case(word))
    }

    /// The number of the rule with this name.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<usize> {
        self.rules.iter().position(|rule| *rule.name == *name)
    }

    /// The rule file of an engine check.
    #[must_use]
    pub fn engine_rule(&self, check: EngineCheck) -> Option<&Rule> {
        self.rules
            .iter()
            .find(|rule| matches!(rule.check, Check::Engine(own) if own == check))
    }
}

impl RuleNames for Vec<Rule> {
    fn resolve(&self, word: &str) -> Option<String> {
        let mut rules = self.iter();
        let found = rules.find(|rule| *rule.name == *word || rule.code.eq_ignore_ascii_case(word));
        found.map(|rule| rule.name.to_string())
    }

    fn similar(&self, word: &str) -> Option<String> {
        let words = self.iter().flat_map(|rule| [&*rule.name, &*rule.code]);
        nearest(word, words).map(ToOwned::to_owned)
    }
}
