//! How scores are counted: the weights and targets that profiles set.

use std::collections::BTreeMap;

use super::file::Document;
use super::{Mistake, Policy};
use crate::catalog::nearest;
use crate::finding::Severity;
use crate::source::Span;
use crate::syntax::Node;

/// The level aimed for where no profile says.
pub(super) const TARGET: u8 = 3;

/// The highest level there is.
const MOST_LEVEL: u32 = 5;

/// A weight above which a sum says nothing but that one thing weighs all.
const MOST_WEIGHT: u32 = 1_000;

/// How verdicts are counted in scores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scoring {
    /// What a rule of each severity weighs: error, warning, info.
    pub severities: [u32; 3],
    /// What a record of each level weighs, from the lowest level; one without a level weighs what
    /// the lowest does.
    pub levels: Vec<u32>,
    /// How much of a pass a failure counts that a waiver covers, in percent.
    pub waived: u32,
}

impl Default for Scoring {
    fn default() -> Self {
        Self {
            severities: [5, 2, 0],
            levels: vec![1, 2, 4, 8],
            waived: 50,
        }
    }
}

impl Scoring {
    /// What a rule of a severity weighs.
    #[must_use]
    pub fn severity(&self, severity: Severity) -> u32 {
        self.severities[severity as usize]
    }

    /// What a record weighs whose level has this rank, counted from 1; 0 for none.
    #[must_use]
    pub fn level(&self, rank: u8) -> u32 {
        let index = usize::from(rank.saturating_sub(1)).min(self.levels.len().saturating_sub(1));
        self.levels.get(index).copied().unwrap_or(1)
    }
}

/// What one profile says of scores.
#[derive(Debug, Clone, Default)]
pub(super) struct ScoringSetting {
    target: Option<u8>,
    targets: BTreeMap<String, (u8, Span)>,
    weights: BTreeMap<String, (u32, Span)>,
    severities: [Option<u32>; 3],
    levels: Vec<u32>,
    waived: Option<u32>,
}

impl ScoringSetting {
    /// Reads `scores:` of a profile.
    pub(super) fn read(
        document: Document<'_>,
        node: Node<'_>,
        mistakes: &mut Vec<Mistake>,
    ) -> Self {
        let fields = [
            "target",
            "targets",
            "weights",
            "severities",
            "levels",
            "waived",
        ];
        document.only_fields(node, "`scores`", &fields, mistakes);
        let entries = |field: &str| node.get(field).into_iter().flat_map(Node::entries);
        let mut setting = Self {
            target: node.get("target").and_then(|node| level(node, mistakes)),
            ..Self::default()
        };
        for (key, value) in entries("targets") {
            let target = level(value, mistakes).map(|level| (level, key.span()));
            setting
                .targets
                .extend(target.map(|target| (key.text().to_owned(), target)));
        }
        for (key, value) in entries("weights") {
            let weight = number(value, MOST_WEIGHT, mistakes).map(|weight| (weight, key.span()));
            setting
                .weights
                .extend(weight.map(|weight| (key.text().to_owned(), weight)));
        }
        for (key, value) in entries("severities") {
            match Severity::parse(key.text()) {
                Some(severity) => {
                    setting.severities[severity as usize] = number(value, MOST_WEIGHT, mistakes);
                }
                None => mistakes.push(
                    Mistake::new(key.span(), format!("{} is no severity", key.describe()))
                        .help("it is error, warning or info"),
                ),
            }
        }
        for value in document.texts(node, "levels") {
            setting.levels.extend(number(value, MOST_WEIGHT, mistakes));
        }
        setting.waived = node
            .get("waived")
            .and_then(|node| number(node, 100, mistakes));
        setting
    }

    /// Lays what it says of counting over what holds.
    pub(super) fn count(&self, scoring: &mut Scoring) {
        for (weight, own) in scoring.severities.iter_mut().zip(self.severities) {
            *weight = own.unwrap_or(*weight);
        }
        if !self.levels.is_empty() {
            scoring.levels = self.levels.clone();
        }
        scoring.waived = self.waived.unwrap_or(scoring.waived);
    }

    /// Lays its weights over those of the policies.
    pub(super) fn weigh(&self, policies: &mut BTreeMap<String, Policy>) {
        for (name, (weight, _)) in &self.weights {
            if let Some(policy) = policies.get_mut(name) {
                policy.weight = *weight;
            }
        }
    }

    /// The level that it aims for in a policy, if it says so.
    pub(super) fn target(&self, policy: &str) -> Option<u8> {
        self.targets.get(policy).map(|(target, _)| *target)
    }

    /// The level that it aims for in all policies of which nothing else is said.
    pub(super) fn general_target(&self) -> Option<u8> {
        self.target
    }

    /// Reports weights and targets of policies that do not exist.
    pub(super) fn check(&self, policies: &BTreeMap<String, Policy>, mistakes: &mut Vec<Mistake>) {
        let targets = self.targets.iter().map(|(name, (_, span))| (name, *span));
        let weights = self.weights.iter().map(|(name, (_, span))| (name, *span));
        for (name, span) in targets.chain(weights) {
            if policies.contains_key(name) {
                continue;
            }
            let mistake = Mistake::new(span, format!("there is no policy {name}"));
            let names = policies.keys().map(String::as_str);
            mistakes.push(match nearest(name, names) {
                Some(near) => mistake.help(format!("did you mean {near}?")),
                None => mistake.help("`govlint score` lists them"),
            });
        }
    }
}

/// A level of maturity.
fn level(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Option<u8> {
    let level = number(node, MOST_LEVEL, mistakes)?;
    u8::try_from(level).ok()
}

/// A whole number from 0 to `most`.
fn number(node: Node<'_>, most: u32, mistakes: &mut Vec<Mistake>) -> Option<u32> {
    let number = node.text().parse().ok().filter(|number| *number <= most);
    if number.is_none() {
        let message = format!("{} is no number here", node.describe());
        let help = format!("write a whole number from 0 to {most}");
        mistakes.push(Mistake::new(node.span(), message).help(help));
    }
    number
}
