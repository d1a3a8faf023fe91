//! What things are called: modules, and the kinds and rules that Rust code must not name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::tree::{Text, Tree, in_word, is_word, numbered};

/// Module names that say nothing of what is inside.
const VAGUE: &[&str] = &["common", "helper", "helpers", "misc", "util", "utils"];

/// Words in the form of a rule code that are none.
const NO_CODES: &[&str] = &["SHA-224", "SHA-256", "SHA-384", "SHA-512"];

/// The most lines that `src/main.rs` may have.
const MAIN_LINES: usize = 30;

/// The kinds and rules that are data, by the names that their files give them.
pub(crate) struct Concrete {
    pub(crate) kinds: BTreeSet<String>,
    pub(crate) rules: BTreeSet<String>,
}

impl Concrete {
    /// Reads the names from `schemas/` and `policies/`.
    pub(crate) fn read() -> Concrete {
        let schemas = files(Path::new("schemas"), ".schema.json");
        let policies = files(Path::new("policies"), "");
        let rules = policies.iter().flat_map(|policy| files(policy, ".yaml"));
        let kinds: BTreeSet<_> = schemas.iter().filter_map(|path| kind(path)).collect();
        assert!(
            schemas.is_empty() || !kinds.is_empty(),
            "no file of schemas/ has an x-govlint-kind"
        );
        Concrete {
            kinds,
            rules: rules.filter_map(|path| rule(&path)).collect(),
        }
    }
}

/// Modules whose name says nothing, and folders that hold their own module file.
pub(crate) fn vague_modules(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, text) in &tree.files {
        if path.ends_with("/mod.rs") {
            faults.push(format!(
                "{path}:1: name the file after its module and put it beside the folder"
            ));
        }
        for (line, code) in numbered(&text.code) {
            let declared = code
                .split("mod ")
                .nth(1)
                .map(|rest| rest.trim_end_matches([';', '{', ' ']));
            if let Some(name) = declared.filter(|name| VAGUE.contains(name)) {
                faults.push(format!(
                    "{path}:{line}: `{name}` says nothing; name the module after what it holds"
                ));
            }
        }
    }
    faults
}

/// A `main.rs` that does more than call the library.
pub(crate) fn long_main(tree: &Tree) -> Vec<String> {
    let main = tree.files.get_key_value("src/main.rs");
    let lines = main.map_or(0, |(_, text)| text.raw.lines().count());
    let fault =
        format!("src/main.rs:{lines}: at most {MAIN_LINES} lines; move the rest to src/cli.rs");
    Vec::from_iter((lines > MAIN_LINES).then_some(fault))
}

/// Literals that name a kind.
pub(crate) fn named_kinds(tree: &Tree, concrete: &Concrete) -> Vec<String> {
    faults(tree, |raw, literals| {
        let named = concrete
            .kinds
            .iter()
            .filter(|kind| names_kind(raw, literals, kind));
        named
            .map(|kind| {
                format!("`{kind}` is a kind, and kinds are data; find it by its x-govlint-role")
            })
            .collect()
    })
}

/// Literals that name a rule, by code or by path.
pub(crate) fn named_rules(tree: &Tree, concrete: &Concrete) -> Vec<String> {
    faults(tree, |_, literals| {
        let words = literals.split(|c: char| !in_word(c) && !matches!(c, '-' | '/'));
        words
            .filter(|word| is_code(word) || concrete.rules.contains(*word))
            .map(|word| {
                format!(
                    "`{word}` is a rule, and rules are data; let its file ask for what it needs"
                )
            })
            .collect()
    })
}

/// What `check` says of each line, given the line as written and its literals.
fn faults(tree: &Tree, check: impl Fn(&str, &str) -> Vec<String>) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, Text { raw, literals, .. }) in &tree.files {
        for ((line, literals), raw) in numbered(literals).zip(raw.lines()) {
            let found = check(raw, literals).into_iter();
            faults.extend(found.map(|fault| format!("{path}:{line}: {fault}")));
        }
    }
    faults
}

/// A kind is named by a whole literal, a reference (`Kind/id`), a YAML field, or as a word
/// of several parts that no prose would hold.
fn names_kind(raw: &str, literals: &str, kind: &str) -> bool {
    let parts = kind.chars().filter(|c| c.is_uppercase()).count();
    literals.match_indices(kind).any(|(at, _)| {
        let (before, after) = (&raw[..at], &raw[at + kind.len()..]);
        let whole = before.ends_with('"') && after.starts_with('"');
        let used = after.starts_with('/') || before.ends_with("kind: ");
        is_word(literals, at, kind) && (whole || used || parts > 1)
    })
}

fn is_code(word: &str) -> bool {
    let Some((prefix, number)) = word.split_once('-') else {
        return false;
    };
    let lettered =
        (2..=4).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_uppercase());
    let numbered = number.len() == 3 && number.bytes().all(|b| b.is_ascii_digit());
    lettered && numbered && !NO_CODES.contains(&word)
}

/// The entries of a folder whose names end in `suffix`; none if there is no folder.
fn files(folder: &Path, suffix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries
        .map(|entry| entry.expect("a folder entry can be read").path())
        .filter(|path| path.to_string_lossy().ends_with(suffix))
        .collect()
}

fn kind(schema: &Path) -> Option<String> {
    let text = fs::read_to_string(schema).expect("a schema is UTF-8");
    let (_, rest) = text.split_once("\"x-govlint-kind\"")?;
    rest.split('"').nth(1).map(str::to_owned)
}

/// The name of a rule, which is its path; none for what describes the policy itself.
fn rule(path: &Path) -> Option<String> {
    let policy = path.parent()?.file_name()?.to_str()?;
    let rule = path.file_stem()?.to_str()?;
    (rule != "policy").then(|| format!("{policy}/{rule}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(code: &str) -> Tree {
        Tree::of([("src/rule.rs", code)])
    }

    fn concrete() -> Concrete {
        Concrete {
            kinds: ["System", "DecisionRight"].map(str::to_owned).into(),
            rules: ["systems/system-without-owner".to_owned()].into(),
        }
    }

    #[test]
    fn a_vague_module_is_found() {
        for name in VAGUE {
            let fault = format!("src/rule.rs:2: `{name}` says nothing");
            assert!(vague_modules(&tree(&format!("\nmod {name};")))[0].starts_with(&fault));
            assert!(
                vague_modules(&tree(&format!("\npub(crate) mod {name} {{")))[0].starts_with(&fault)
            );
        }
        assert_eq!(vague_modules(&tree("mod commons;\nlet a = util;")), [""; 0]);
    }

    #[test]
    fn a_module_file_inside_its_folder_is_found() {
        let faults = vague_modules(&Tree::of([("src/rule/mod.rs", "")]));
        assert!(faults[0].starts_with("src/rule/mod.rs:1: name the file"));
    }

    #[test]
    fn a_long_main_is_found() {
        let main = |lines| Tree::of([("src/main.rs", &"\n".repeat(lines))]);
        assert_eq!(long_main(&main(MAIN_LINES)), [""; 0]);
        assert!(long_main(&main(MAIN_LINES + 1))[0].starts_with("src/main.rs:31: at most 30"));
    }

    #[test]
    fn a_kind_is_found_where_a_literal_names_it() {
        let named = [
            "\"System\"",
            "\"System/erp\"",
            "\"kind: System\"",
            "\"a DecisionRight of\"",
        ];
        for literal in named {
            let faults = named_kinds(&tree(&format!("\nlet a = {literal};")), &concrete());
            assert_eq!(faults.len(), 1, "{literal}");
            assert!(faults[0].starts_with("src/rule.rs:2: `"), "{literal}");
        }
        let silent = [
            "\"System of record\"",
            "\"Systems\"",
            "System",
            "1; // \"System\"",
        ];
        for code in silent {
            assert_eq!(
                named_kinds(&tree(&format!("let a = {code};")), &concrete()),
                [""; 0]
            );
        }
    }

    #[test]
    fn a_rule_is_found_where_a_literal_names_it() {
        for literal in ["RES-005", "see AI-012.", "systems/system-without-owner"] {
            let faults = named_rules(&tree(&format!("\nlet a = \"{literal}\";")), &concrete());
            assert_eq!(faults.len(), 1, "{literal}");
            assert!(faults[0].starts_with("src/rule.rs:2: `"), "{literal}");
        }
        for literal in ["SHA-256", "UTF-16", "RES-5", "res-005", "systems/other"] {
            let code = format!("/// RES-005\nlet a = \"{literal}\";");
            assert_eq!(named_rules(&tree(&code), &concrete()), [""; 0], "{literal}");
        }
    }
}
