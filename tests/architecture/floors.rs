//! Imports point down: the floor table, who imports whom, and circles on one floor.

use std::collections::{BTreeMap, BTreeSet};

use crate::tree::{Tree, in_word, line_of};

/// The floor of each module, as the documentation of `src/lib.rs` has it.
pub(crate) struct Floors(BTreeMap<String, usize>);

/// One module naming another, and where it does so.
struct Import<'t> {
    path: &'t str,
    line: usize,
    from: &'t str,
    to: &'t str,
}

impl Floors {
    /// Reads the rows `| floor | what | modules |`.
    pub(crate) fn parse(library: &str) -> Floors {
        let rows = library.lines().filter_map(|line| {
            let cells: Vec<_> = line.strip_prefix("//! |")?.split('|').collect();
            Some((cells[0].trim().parse().ok()?, cells.get(2)?.trim()))
        });
        let modules = rows.flat_map(|(floor, modules)| {
            let names = modules.split(',').map(str::trim);
            names.map(move |module| (module.to_owned(), floor))
        });
        Floors(modules.collect())
    }

    /// The number of modules in the table.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The floor of a module, if the table has it.
    pub(crate) fn of(&self, module: &str) -> Option<usize> {
        self.0.get(module).copied()
    }
}

/// The top-level module that a file belongs to; none for `lib.rs` and `main.rs`.
pub(crate) fn module(path: &str) -> Option<&str> {
    let inner = path.strip_prefix("src/")?;
    let module = inner.split('/').next()?.trim_end_matches(".rs");
    (!matches!(inner, "lib.rs" | "main.rs")).then_some(module)
}

/// The names that follow `path::`, one or a group in braces, each with its place in `rest`.
pub(crate) fn names(rest: &str) -> Vec<(usize, &str)> {
    if !rest.starts_with('{') {
        return vec![(0, first_name(rest))];
    }
    let mut depth = 0;
    let mut names = Vec::new();
    for (at, character) in rest.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && matches!(character, '{' | ',') {
            let item = rest[at + 1..].trim_start();
            names.push((rest.len() - item.len(), first_name(item)));
        }
    }
    names.retain(|(_, name)| !name.is_empty());
    names
}

/// Modules that the table does not name.
pub(crate) fn homeless(tree: &Tree, floors: &Floors) -> Vec<String> {
    let modules = tree
        .files
        .keys()
        .filter_map(|path| Some((path, module(path)?)));
    modules
        .filter(|(_, module)| floors.of(module).is_none())
        .map(|(path, module)| {
            format!("{path}:1: `{module}` stands on no floor; add it to the table in src/lib.rs")
        })
        .collect()
}

/// Imports from a higher floor.
pub(crate) fn upward(tree: &Tree, floors: &Floors) -> Vec<String> {
    let faults = imports(tree, floors).filter_map(|import| {
        let Import {
            path,
            line,
            from,
            to,
        } = import;
        let (above, own) = (floors.of(to)?, floors.of(from)?);
        (above > own).then(|| {
            format!(
                "{path}:{line}: `{from}` on floor {own} imports `{to}` from floor {above}; \
                 take the value as an argument, or move the type down"
            )
        })
    });
    faults.collect()
}

/// Imports from the crate root, where a name does not show its floor.
pub(crate) fn rootward(tree: &Tree, floors: &Floors) -> Vec<String> {
    let inside = tree.files.iter().filter(|(path, _)| module(path).is_some());
    let mut faults = Vec::new();
    for (path, text) in inside {
        for (at, name) in after(&text.code, "crate::") {
            if floors.of(name).is_none() && name != "self" {
                let line = line_of(&text.code, at);
                faults.push(format!(
                    "{path}:{line}: `crate::{name}` does not show its floor; \
                     write `crate::<module>::` with a module of the table in src/lib.rs"
                ));
            }
        }
    }
    faults
}

/// Imports inside one floor that lead back to where they came from.
pub(crate) fn circular(tree: &Tree, floors: &Floors) -> Vec<String> {
    let level: Vec<_> = imports(tree, floors)
        .filter(|import| import.from != import.to && floors.of(import.from) == floors.of(import.to))
        .collect();
    let edges: BTreeSet<_> = level
        .iter()
        .map(|import| (import.from, import.to))
        .collect();
    let faults = level
        .iter()
        .filter(|import| reaches(&edges, import.to, import.from));
    faults
        .map(
            |Import {
                 path,
                 line,
                 from,
                 to,
             }| {
                format!(
                    "{path}:{line}: `{from}` imports `{to}`, which leads back to `{from}`; \
                 move what both need into one of them, or to a lower floor"
                )
            },
        )
        .collect()
}

fn imports<'t>(tree: &'t Tree, floors: &Floors) -> impl Iterator<Item = Import<'t>> {
    tree.files.iter().flat_map(move |(path, text)| {
        let from = module(path).unwrap_or_default();
        let named = after(&text.code, "crate::").into_iter();
        let climbed = after(&text.code, &"super::".repeat(path.matches('/').count()));
        named
            .chain(climbed)
            .filter(|(_, to)| floors.of(to).is_some())
            .map(|(at, to)| Import {
                path,
                line: line_of(&text.code, at),
                from,
                to,
            })
            .collect::<Vec<_>>()
    })
}

/// The names after every `prefix` in the code, each with its place.
fn after<'t>(code: &'t str, prefix: &str) -> Vec<(usize, &'t str)> {
    let starts = code.match_indices(prefix).filter(|(at, _)| {
        let before = code[..*at].chars().next_back();
        !before.is_some_and(in_word)
    });
    starts
        .flat_map(|(at, _)| {
            let start = at + prefix.len();
            names(&code[start..])
                .into_iter()
                .map(move |(offset, name)| (start + offset, name))
        })
        .collect()
}

fn first_name(rest: &str) -> &str {
    let length = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
    if rest.starts_with('*') {
        "*"
    } else {
        &rest[..length]
    }
}

fn reaches(edges: &BTreeSet<(&str, &str)>, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(module) = open.pop() {
        let next = edges.iter().filter(|(start, _)| *start == module);
        open.extend(next.map(|(_, end)| *end).filter(|end| seen.insert(end)));
    }
    seen.contains(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
//! | floor | what | modules |
//! |---|---|---|
//! | 0 | text | source |
//! | 3 | meaning | kind, catalog, config |
//! | 8 | shells | cli |
";

    fn check(checker: fn(&Tree, &Floors) -> Vec<String>, path: &str, code: &str) -> Vec<String> {
        let tree = Tree::of([
            (path, code),
            ("src/lib.rs", "pub use crate::cli::run;"),
            ("src/main.rs", "use govlint::cli;"),
            (
                "src/config.rs",
                "use crate::source::Span;\nuse crate::kind::Kind;",
            ),
        ]);
        let cut = |fault: String| {
            fault
                .split([';', ','])
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        checker(&tree, &Floors::parse(TABLE))
            .into_iter()
            .map(cut)
            .collect()
    }

    #[test]
    fn a_module_outside_the_table_is_found() {
        assert_eq!(check(homeless, "src/kind/wording.rs", ""), [""; 0]);
        assert_eq!(
            check(homeless, "src/extra/part.rs", ""),
            ["src/extra/part.rs:1: `extra` stands on no floor"]
        );
    }

    #[test]
    fn an_import_from_above_is_found_in_every_spelling() {
        let upward_at = |path, code| check(upward, path, code);
        let fault = |at: &str| {
            vec![format!(
                "{at}: `catalog` on floor 3 imports `cli` from floor 8"
            )]
        };
        let own = "use crate::{catalog::Graph, kind, source::{self, Span}};\nuse super::cli;";
        assert_eq!(upward_at("src/catalog/graph.rs", own), [""; 0]);
        assert_eq!(
            upward_at("src/catalog.rs", "\nuse crate::cli::run;"),
            fault("src/catalog.rs:2")
        );
        assert_eq!(
            upward_at("src/catalog.rs", "crate::cli::run()"),
            fault("src/catalog.rs:1")
        );
        assert_eq!(
            upward_at("src/catalog.rs", "use super::cli;"),
            fault("src/catalog.rs:1")
        );
        assert_eq!(
            upward_at(
                "src/catalog/graph.rs",
                "use super::super::{\n    kind,\n    cli::run,\n};"
            ),
            fault("src/catalog/graph.rs:3")
        );
        assert_eq!(
            upward_at("src/catalog.rs", "use crate::{kind::{Kind, b::C}, cli};"),
            fault("src/catalog.rs:1")
        );
    }

    #[test]
    fn an_import_in_a_comment_a_literal_or_a_test_is_none() {
        let code =
            "// crate::cli\nlet a = \"crate::cli\";\n#[cfg(test)]\nmod tests { use crate::cli; }";
        assert_eq!(check(upward, "src/catalog.rs", code), [""; 0]);
    }

    #[test]
    fn a_name_from_the_crate_root_is_found() {
        assert_eq!(
            check(rootward, "src/kind.rs", "use crate::source::Span;"),
            [""; 0]
        );
        assert_eq!(
            check(rootward, "src/kind.rs", "use crate::{source, Span};"),
            ["src/kind.rs:1: `crate::Span` does not show its floor"]
        );
        assert_eq!(
            check(rootward, "src/kind.rs", "use crate::*;"),
            ["src/kind.rs:1: `crate::*` does not show its floor"]
        );
    }

    #[test]
    fn a_circle_inside_a_floor_is_found() {
        assert_eq!(
            check(circular, "src/kind.rs", "use crate::catalog;"),
            [""; 0]
        );
        assert_eq!(
            check(
                circular,
                "src/kind/wording.rs",
                "use crate::config::Config;"
            ),
            [
                "src/config.rs:2: `config` imports `kind`",
                "src/kind/wording.rs:1: `kind` imports `config`",
            ]
        );
    }
}
