//! What code may touch: the outside world, and crates that belong to one file.

use crate::floors::{Floors, module, names};
use crate::tree::{Tree, in_word, is_word, line_of, numbered};

/// The lowest floor that touches the world.
const WORLD: usize = 7;

/// What is forbidden below the world, and what to do instead.
const OUTSIDE: &[(&str, &str)] = &[
    (
        "std::fs",
        "read texts from the `Snapshot`; src/host/ opens files",
    ),
    ("std::env", "take the value as an argument"),
    (
        "std::process",
        "return an `Error`; a shell decides how to end",
    ),
    ("std::net", "do without; govlint works offline"),
    ("stdin", "take the text as an argument"),
    ("stdout", "write to the `&mut dyn Write` of the caller"),
    ("stderr", "write to the `&mut dyn Write` of the caller"),
    ("print!", "write to the `&mut dyn Write` of the caller"),
    ("println!", "write to the `&mut dyn Write` of the caller"),
    ("eprint!", "return a finding or an `Error`"),
    ("eprintln!", "return a finding or an `Error`"),
    ("is_terminal", "take the choice as an argument"),
    ("IsTerminal", "take the choice as an argument"),
    ("SystemTime", "take the date as an argument"),
    ("Instant::now", "measure in a shell or a benchmark"),
    ("Timestamp::now", "take the date as an argument"),
    ("Zoned::now", "take the date as an argument"),
    ("TimeZone::system", "take the time zone as an argument"),
    (
        "canonicalize",
        "compare paths as the `Snapshot` spells them",
    ),
    ("read_dir", "list the sources of the `Snapshot`"),
];

/// Crates with one home: where they may be named, and what the rest of the code uses.
const HOMES: &[(&str, &str, &str)] = &[
    (
        "askama",
        "src/render/report/html",
        "return a `Report`; an output writes it",
    ),
    ("clap", "src/cli", "take the value as an argument"),
    (
        "clap_complete",
        "src/cli/completions",
        "call the `completions` command",
    ),
    ("clap_mangen", "src/cli/man", "call the `man` command"),
    (
        "git2",
        "src/host/git",
        "read the `Snapshot` that the host gives",
    ),
    (
        "granit_parser",
        "src/syntax/reader",
        "read the tree of `syntax::parse`",
    ),
    (
        "ignore",
        "src/host",
        "read the `Snapshot` that the host gives",
    ),
    ("jsonschema", "src/kind", "call the validation of `kind`"),
    (
        "lsp_server",
        "src/lsp",
        "return an `Assessment`; the language server sends it",
    ),
    (
        "lsp_types",
        "src/lsp",
        "return an `Assessment`; the language server sends it",
    ),
    (
        "miette",
        "src/render/human",
        "return a `Finding`; a renderer draws it",
    ),
    (
        "rust_xlsxwriter",
        "src/render/report/xlsx",
        "return a `Report`; an output writes it",
    ),
    (
        "typst",
        "src/render/report/pdf",
        "return a `Report`; an output writes it",
    ),
    (
        "typst_assets",
        "src/render/report/pdf",
        "return a `Report`; an output writes it",
    ),
    (
        "typst_layout",
        "src/render/report/pdf",
        "return a `Report`; an output writes it",
    ),
    (
        "typst_pdf",
        "src/render/report/pdf",
        "return a `Report`; an output writes it",
    ),
];

/// Code below the world that touches it.
pub(crate) fn outside(tree: &Tree, floors: &Floors) -> Vec<String> {
    let below = tree.files.iter().filter(|(path, _)| is_below(path, floors));
    let mut faults = Vec::new();
    for (path, text) in below {
        for (forbidden, instead) in OUTSIDE {
            faults.extend(uses(&text.code, forbidden).into_iter().map(|line| {
                format!("{path}:{line}: `{forbidden}` is for floor {WORLD} and above; {instead}")
            }));
        }
    }
    faults
}

/// Crates named away from their home.
pub(crate) fn astray(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, text) in &tree.files {
        for (name, home, instead) in HOMES.iter().filter(|(_, home, _)| !is_in(path, home)) {
            let lines = numbered(&text.code).filter(|(_, line)| names_crate(line, name));
            faults.extend(lines.map(|(line, _)| {
                format!("{path}:{line}: `{name}` is for {home}.rs or {home}/; {instead}")
            }));
        }
    }
    faults
}

fn is_below(path: &str, floors: &Floors) -> bool {
    let floor = module(path).and_then(|module| floors.of(module));
    path != "src/main.rs" && floor.is_none_or(|floor| floor < WORLD)
}

/// The lines that use a name, a macro, or a module of the standard library.
fn uses(code: &str, forbidden: &str) -> Vec<usize> {
    if let Some(part) = forbidden.strip_prefix("std::") {
        return standard_parts(code, part);
    }
    let places = code.match_indices(forbidden);
    places
        .filter(|(at, _)| is_word(code, *at, forbidden))
        .map(|(at, _)| line_of(code, at))
        .collect()
}

fn standard_parts(code: &str, part: &str) -> Vec<usize> {
    let starts = code.match_indices("std::").map(|(at, std)| at + std.len());
    let parts = starts.flat_map(|start| {
        let names = names(&code[start..]).into_iter();
        names.map(move |(offset, name)| (start + offset, name))
    });
    parts
        .filter(|(_, name)| *name == part)
        .map(|(at, _)| line_of(code, at))
        .collect()
}

fn is_in(path: &str, home: &str) -> bool {
    path.strip_prefix(home)
        .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

/// Whether a line names a crate: `name::` at the head of a path, or `use name`.
fn names_crate(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + name.len()..]);
        let inner = before
            .strip_suffix("::")
            .is_some_and(|path| path.ends_with(in_word));
        let head = after.starts_with("::") || before.trim_end().ends_with("use");
        is_word(line, at, name) && !inner && head
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_outside(path: &str, code: &str) -> Vec<String> {
        let floors = Floors::parse("//! | 3 | meaning | kind |\n//! | 7 | world | host |");
        outside(&Tree::of([(path, code)]), &floors)
    }

    #[test]
    fn each_way_to_the_world_is_found_below_it() {
        for (forbidden, instead) in OUTSIDE {
            let code = format!("\nlet a = {forbidden}(b);");
            let fault =
                format!("src/kind/wording.rs:2: `{forbidden}` is for floor 7 and above; {instead}");
            assert_eq!(check_outside("src/kind/wording.rs", &code), [fault]);
            assert_eq!(check_outside("src/host/os.rs", &code), [""; 0]);
            assert_eq!(check_outside("src/main.rs", &code), [""; 0]);
        }
    }

    #[test]
    fn the_world_is_found_inside_a_group() {
        let code = "use std::{\n    collections::{BTreeMap, fs},\n    env, fs::File,\n};";
        let faults = check_outside("src/lib.rs", code);
        assert_eq!(faults.len(), 2);
        assert!(faults[0].starts_with("src/lib.rs:3: `std::fs`"));
        assert!(faults[1].starts_with("src/lib.rs:3: `std::env`"));
    }

    #[test]
    fn words_in_comments_and_tests_touch_nothing() {
        let code =
            "//! std::fs\n\"println!\"\nfingerprint!();\n#[cfg(test)]\nmod t { use std::fs; }";
        assert_eq!(check_outside("src/kind.rs", code), [""; 0]);
    }

    #[test]
    fn each_crate_is_found_away_from_its_home() {
        for (name, home, instead) in HOMES {
            let code = format!("use {name}::A;\n\nfn a() -> ::{name}::B {{}}");
            let fault = |line| {
                format!("src/finding.rs:{line}: `{name}` is for {home}.rs or {home}/; {instead}")
            };
            assert_eq!(
                astray(&Tree::of([("src/finding.rs", &code)])),
                [fault(1), fault(3)]
            );
            assert_eq!(astray(&Tree::of([(&format!("{home}.rs"), &code)])), [""; 0]);
            assert_eq!(
                astray(&Tree::of([(&format!("{home}/part.rs"), &code)])),
                [""; 0]
            );
            assert_eq!(
                astray(&Tree::of([(&format!("{home}hub.rs"), &code)])).len(),
                2
            );
        }
    }

    #[test]
    fn a_word_that_is_no_path_names_no_crate() {
        let code = "let ignore = a.ignore;\nself::ignore::b();\nignored::c();";
        assert_eq!(astray(&Tree::of([("src/finding.rs", code)])), [""; 0]);
    }
}
