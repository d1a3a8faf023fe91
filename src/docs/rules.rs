//! The page on the rules.

use std::collections::BTreeMap;

use super::{head, listed, sentence, table};
use crate::expr::{Function, Relation};
use crate::kind::Kinds;
use crate::rule::{Check, Policies, Policy, Rule};

const COLUMNS: [&str; 6] = [
    "Code",
    "Rule",
    "Severity",
    "What it reports, and why it matters",
    "Controls",
    "Profiles",
];

const INTRODUCTION: &str = "
The built-in rules, by policy. `govlint explain CODE` shows one with its parameters and examples.

Where a rule has several severities, the first that applies to the case counts. **Controls** are
what the rule supports, as `PREFIX:id`. **Profiles** names the group of profiles the rule is on in.
Rules marked † are checks that the engine makes while it reads; the others are conditions in
their file under `policies/`.

Below the rules stand the [functions](#functions) and [relations](#relations) they share.
";

/// Returns the page on all rules, by policy and code.
#[must_use]
pub fn rules(policies: &Policies) -> String {
    let mut by_policy: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in &policies.rules {
        by_policy.entry(&rule.policy).or_default().push(rule);
    }
    let mut page = head("Rules", "`policies/`");
    page.push_str(INTRODUCTION);
    page.push_str(&index(policies, &by_policy));
    for (folder, mut rules) in by_policy {
        rules.sort_by(|left, right| left.code.cmp(&right.code));
        page.push_str(&section(folder, policies.policies.get(folder), &rules));
    }
    page.push_str(&words(policies));
    page
}

/// The functions and relations that rules may use besides those of the language.
fn words(policies: &Policies) -> String {
    let functions: Vec<[String; 2]> = policies
        .library
        .functions()
        .iter()
        .map(|function| signature(&policies.kinds, function))
        .collect();
    let relations: Vec<[String; 2]> = policies
        .library
        .relations()
        .iter()
        .map(|relation| edges(&policies.kinds, relation))
        .collect();
    format!(
        "\n## Functions\n\nWhat rules may call besides the functions of the \
         [rule language](rule-language.md#functions).\n\n{}\n## Relations\n\n{}",
        table(["Function", "Gives"], &functions),
        table(["Relation", "Edges"], &relations)
    )
}

fn signature(kinds: &Kinds, function: &Function) -> [String; 2] {
    let parameters: Vec<String> = function
        .parameters
        .iter()
        .map(|(name, ty)| format!("{name}: {}", kinds.type_name(ty)))
        .collect();
    [
        format!("`{}({})`", function.name, parameters.join(", ")),
        format!("`{}`", kinds.type_name(&function.code.ty)),
    ]
}

fn edges(kinds: &Kinds, relation: &Relation) -> [String; 2] {
    let edges: Vec<String> = relation
        .edges
        .iter()
        .map(|edge| {
            let path = &kinds.ref_paths()[edge.path.0 as usize].path;
            format!("`{}` by `{path}`", kinds.kind(edge.kind).name)
        })
        .collect();
    [format!("`{}`", relation.name), edges.join(", ")]
}

fn index(policies: &Policies, by_policy: &BTreeMap<&str, Vec<&Rule>>) -> String {
    let rows: Vec<[String; 4]> = by_policy
        .iter()
        .map(|(folder, rules)| {
            let policy = policies.policies.get(*folder);
            [
                format!("[{folder}](#{folder})"),
                policy.map_or_else(String::new, |policy| policy.title.clone()),
                policy.map_or_else(String::new, |policy| policy.question.clone()),
                rules.len().to_string(),
            ]
        })
        .collect();
    let columns = ["Policy", "Title", "Question", "Rules"];
    format!("\n{}", table(columns, &rows))
}

fn section(folder: &str, policy: Option<&Policy>, rules: &[&Rule]) -> String {
    let rows: Vec<[String; 6]> = rules.iter().map(|rule| row(rule)).collect();
    let title = policy.map_or("", |policy| policy.title.as_str());
    let question = policy.map_or("", |policy| policy.question.as_str());
    let words = [sentence(title), sentence(question)];
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|words| !words.is_empty())
        .collect();
    format!(
        "\n## {folder}\n\n{}\n\n{}",
        words.join(" "),
        table(COLUMNS, &rows)
    )
}

fn row(rule: &Rule) -> [String; 6] {
    let mark = match rule.check {
        Check::Engine(_) => " †",
        Check::Condition(_) => "",
    };
    let name = rule.name.rsplit('/').next().unwrap_or(&rule.name);
    [
        rule.code.to_string(),
        format!("`{name}`{mark}"),
        severities(rule),
        format!("{} {}", sentence(&rule.title), sentence(&rule.why)),
        rule.controls.join(", "),
        format!("`{}`", rule.profile),
    ]
}

fn severities(rule: &Rule) -> String {
    let mut words: Vec<String> = Vec::new();
    for case in &rule.severities {
        let word = case.severity.to_string();
        if !words.contains(&word) {
            words.push(word);
        }
    }
    listed(&words, "or")
}
