//! Rules, configurations and schemas that are wrong or ask for too much.

use std::fmt::Write;

use crate::{RECORD, RULE, Tree, assert_said};

const ASSERT: &str = "assert: self.name != \"\"";
const RULE_FILE: &str = "policies/own/named.yaml";

/// What is written in place of the rule's assertion, the place of the mistake, and words of the
/// answer.
type Mistake = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const MISTAKES: [Mistake; 9] = [
    (
        "a misspelt field",
        "assert: self.nam != \"\"",
        "7:14",
        &["nam", "did you mean `name`?"],
    ),
    (
        "a wrong type",
        "assert: self.name > 3",
        "7:19",
        &["string and int"],
    ),
    (
        "no truth value",
        "assert: self.name",
        "7:9",
        &["string", "bool"],
    ),
    (
        "an unknown function",
        "assert: self.name.strtsWith(\"A\")",
        "7:19",
        &["did you mean `startsWith`?"],
    ),
    ("a syntax error", "assert: self.name == ==", "7:22", &["=="]),
    (
        "an unknown parameter",
        "params:\n  least: {type: int, default: 3}\nassert: size(self.name) > params.leest",
        "9:34",
        &["did you mean `least`?"],
    ),
    (
        "a misspelt word of the rule",
        "asert: self.name != \"\"",
        "7:1",
        &["did you mean `assert`?"],
    ),
    (
        "an unknown kind",
        "assert: resources(\"Persn\").size() > 0",
        "7:19",
        &["did you mean \"Person\"?"],
    ),
    (
        "a misspelt word of a vocabulary",
        "assert: self.status == \"activ\"",
        "7:24",
        &["did you mean \"active\"?"],
    ),
];

#[test]
fn a_mistake_in_a_rule_is_shown_where_it_stands() {
    for (name, assert, place, words) in MISTAKES {
        let tree = ruled(&RULE.replace(ASSERT, assert));
        let ended = tree.check();
        let place = format!("[{RULE_FILE}:{place}]");
        assert_said(name, &ended, 2, &[&place]);
        assert_said(name, &ended, 2, words);
        assert_eq!(ended.stdout, "", "{name}");
    }
}

#[test]
fn what_the_folders_of_policies_and_schemas_hold_is_not_trusted() {
    let twice = RULE.replace("has a name", "has a name again");
    let circle = "apiVersion: govlint/v1\nkind: Functions\nfunctions:\n  \
                  - function: \"loop(n: int)\"\n    value: loop(n + 1) > 0\n";
    let cases: [(&str, &str, &str, &[&str]); 5] = [
        (
            "a code that is taken",
            "policies/own/twice.yaml",
            &twice,
            &["OWN-001", "policies/own/twice.yaml"],
        ),
        (
            "a function that calls itself",
            "policies/functions.yaml",
            circle,
            &["loop", "policies/functions.yaml"],
        ),
        (
            "a configuration with an unknown key",
            "govlint.yaml",
            "builtIn: false\nexclud: [drafts/]\n",
            &["govlint.yaml:2:1", "did you mean `exclude`?"],
        ),
        (
            "a schema that is no JSON",
            "schemas/own.schema.json",
            "{\"x-govlint-kind\": \"Own\",",
            &["schemas/own.schema.json"],
        ),
        (
            "a configuration that is no mapping",
            "govlint.yaml",
            "- a\n",
            &["govlint.yaml"],
        ),
    ];
    for (name, path, text, words) in cases {
        let tree = ruled(RULE).with(path, text);
        assert_said(name, &tree.check(), 2, words);
    }
}

/// A rule that compares all with all is stopped by counting, so on every machine alike.
#[test]
fn a_rule_that_asks_for_too_much_is_named() {
    let quadratic = "assert: >-\n  !resources(\"Person\").exists(a, \
                     resources(\"Person\").exists(b, a.name + b.name == self.name))";
    let tree = ruled(&RULE.replace(ASSERT, quadratic)).with("many.yaml", people(5_000));
    let ended = tree.check();
    assert_said("all with all", &ended, 2, &["own/named", RULE_FILE]);
}

#[test]
fn deep_expressions_are_refused() {
    let deep = [
        format!(
            "{}self.name != \"\"{}",
            "(".repeat(100_000),
            ")".repeat(100_000)
        ),
        format!(">-\n  {}true", "!".repeat(100_000)),
        format!("{}1{} == []", "[".repeat(100_000), "]".repeat(100_000)),
        format!("true{}", " && true".repeat(100_000)),
        format!("self.name{} != \"\"", " + self.name".repeat(100_000)),
        format!(
            "{}true{}",
            "true ? (".repeat(10_000),
            ") : false".repeat(10_000)
        ),
    ];
    for expression in deep {
        let tree = ruled(&RULE.replace(ASSERT, &format!("assert: {expression}")));
        let name: String = expression.chars().take(20).collect();
        assert_said(&name, &tree.check(), 2, &[RULE_FILE]);
    }
}

fn ruled(rule: &str) -> Tree {
    Tree::new().with("a.yaml", RECORD).with(RULE_FILE, rule)
}

fn people(count: usize) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        let _ = write!(
            text,
            "---\n{}",
            RECORD.replace("ada", &format!("p{number}"))
        );
        text
    })
}
