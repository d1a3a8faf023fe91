//! The records that the pages show are read without a fault, those that show a mistake are not.

use std::sync::Arc;

use govlint::check::{self, Failure, Input, Loaded};
use govlint::config::Config;
use govlint::finding::Fault;
use govlint::kind::SchemaText;
use govlint::kind::validate::Strictness;
use govlint::rule::built_in_schemas;
use govlint::scalar::{Date, ScalarType};
use govlint::snapshot::{Document, Snapshot, recognize};
use govlint::source::{Source, Sources};
use govlint::syntax::{self, NodeKind};

use crate::blocks::{Block, blocks, read, tagged};

#[test]
fn the_records_of_the_page_on_documents_are_right() {
    let shown = tagged("docs/documents.md", "yaml govlint");
    let loaded = load(&shown);
    let faults: Vec<String> = loaded
        .faults
        .iter()
        .map(|fault| told(&loaded, fault))
        .collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn all_records_that_pages_show_are_recognized() {
    for page in [
        "docs/documents.md",
        "docs/rule-language.md",
        "docs/schemas.md",
    ] {
        for block in blocks(page)
            .iter()
            .filter(|block| block.info.starts_with("yaml govlint"))
        {
            let found = recognize(block.text.as_bytes(), &|_| true);
            assert_eq!(
                found,
                govlint::snapshot::Recognition::Ours,
                "{page}:{}",
                block.line
            );
        }
    }
}

/// Reads blocks as the files of one repository.
pub(crate) fn load(shown: &[Block]) -> Loaded {
    load_under(Vec::new(), shown)
}

/// The same with schemas of its own.
pub(crate) fn load_under(own: Vec<SchemaText>, shown: &[Block]) -> Loaded {
    let mut schemas = built_in_schemas();
    schemas.extend(own);
    let documents = shown.iter().map(|block| Document {
        path: format!("line-{:04}.yaml", block.line),
        bytes: block.text.clone().into_bytes().into(),
        recognition: recognize(block.text.as_bytes(), &|_| true),
        blob: None,
    });
    let snapshot = Snapshot {
        documents: documents.collect(),
        ..Snapshot::default()
    };
    let input = Input {
        snapshot: &snapshot,
        sources: Sources::default(),
        schemas: &schemas,
        packs: &[govlint::rule::Pack::built_in()],
        config: &Config::default(),
        profile: None,
        baseline: None,
        is_whole: true,
        as_of: Date::MIN,
        from: None,
        select: &[],
        ignore: &[],
        may_lack_rules: false,
        strictness: Strictness::Full,
        explain_not_evaluable: false,
        without_waivers: false,
    };
    // The texts that come with the mistakes would bury them.
    let loaded = check::load(&input).map_err(|failure| match failure {
        Failure::Policies(mistakes, _) => format!("{mistakes:#?}"),
        failure => format!("{failure:?}"),
    });
    loaded.expect("the policies are right")
}

pub(crate) fn told(loaded: &Loaded, fault: &Fault) -> String {
    let source = loaded.sources.get(fault.primary.span.source);
    let line = source.lines().line(fault.primary.span.range.start);
    format!("{}, line {line}: {}", source.path(), fault.message)
}

/// The words in backquotes of a cell.
fn words(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn the_table_of_forms_is_right() {
    let page = read("docs/documents.md");
    let mut checked = 0;
    for line in page.lines() {
        let cells: Vec<&str> = line.split(" | ").collect();
        let [first, written, not] = cells.as_slice() else {
            continue;
        };
        let Some(form) = ScalarType::parse(first.trim_start_matches("| ")) else {
            continue;
        };
        for (word, right) in words(written)
            .map(|word| (word, true))
            .chain(words(not).map(|word| (word, false)))
            .filter(|(word, _)| !word.starts_with('{'))
        {
            let source = Arc::new(Source::new("form.yaml", word));
            let parsed = syntax::parse(&source);
            let id = Sources::default().push(source);
            let node = parsed.documents(id).next().expect("a scalar is a document");
            let is_number = matches!(node.kind(), NodeKind::Int | NodeKind::Float);
            let found = form.check(node.text(), is_number).is_ok();
            assert_eq!(found, right, "{} {word}", form.as_str());
            checked += 1;
        }
    }
    assert!(checked > 20, "the table of forms was not found");
}
