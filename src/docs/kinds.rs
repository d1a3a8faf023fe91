//! The page on the kinds of records and their fields.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use super::{head, listed, sentence, table};
use crate::kind::{Expected, Field, Kind, Kinds, RecordId, ReferenceField, Type, nested_record};

const COLUMNS: [&str; 4] = ["Field", "Type", "Expected", "Meaning"];

const INTRODUCTION: &str = "
What each kind of record holds. [Documents](documents.md) explains how records are written.

**Expected** says whether a field belongs to a complete record. Without a *required* field the
record cannot be read. An *expected* field that is absent is reported by a rule. Where a condition
stands, the field is expected if it holds; it is written in the
[condition language](rule-language.md), `self` being the record and `it` the item around the field.

`unknown` may stand for any value except where the table says *never `unknown`*.

An organization may [add kinds and fields](schemas.md) of its own.
";

const COLLECTIONS: &str = "
A collection is a record too. It has the fields below, `defaults` (values for all its items) and
`items` (a list of records of the one kind it collects).
";

/// Returns the page on all kinds: their fields, what they refer to, and the ordered vocabularies.
#[must_use]
pub fn kinds(kinds: &Kinds) -> String {
    let shared = Shared::of(kinds);
    let mut page = head("Kinds of records", "`schemas/`");
    page.push_str(INTRODUCTION);
    page.push_str(&index(kinds));
    page.push_str("\n## Forms of values\n\n");
    page.push_str(&forms(kinds));
    page.push_str("\n## Ordered vocabularies\n\n");
    page.push_str(&ladders(kinds));
    page.push_str("\n## Fields that most kinds have\n\n");
    page.push_str(&shared.page);
    page.push_str("\n## Collections\n");
    page.push_str(COLLECTIONS);
    page.push('\n');
    page.push_str(&collections(kinds, &shared));
    for (_, kind) in own(kinds) {
        page.push_str(&section(kinds, kind, &shared));
    }
    page
}

/// The kinds that people describe; collections only hold them.
fn own(kinds: &Kinds) -> impl Iterator<Item = (crate::kind::KindId, &Kind)> {
    kinds.iter().filter(|(_, kind)| kind.items_of.is_none())
}

fn index(kinds: &Kinds) -> String {
    let rows: Vec<[String; 4]> = own(kinds)
        .map(|(_, kind)| {
            [
                link(&kind.name),
                sentence(&kind.description),
                kind.collection
                    .map_or_else(String::new, |id| format!("`{}`", kinds.kind(id).name)),
                review(kind),
            ]
        })
        .collect();
    let columns = ["Kind", "What it is", "Collection", "Reviewed every"];
    format!("\n{}", table(columns, &rows))
}

fn review(kind: &Kind) -> String {
    kind.review_default
        .map_or_else(String::new, |every| every.to_string())
}

/// The types of values that are written in a form of their own.
fn forms(kinds: &Kinds) -> String {
    let rows: Vec<[String; 2]> = definitions(kinds)
        .filter(|(name, definition)| text(definition, "x-govlint-type") == name.as_str())
        .map(|(name, definition)| [name.clone(), text(definition, "description").to_owned()])
        .collect();
    format!(
        "[Documents](documents.md#forms-of-values) says more on each.\n\n{}",
        table(["Type", "How it is written"], &rows)
    )
}

fn ladders(kinds: &Kinds) -> String {
    let rows: Vec<[String; 2]> = kinds
        .ladders()
        .iter()
        .map(|ladder| {
            let levels: Vec<String> = ladder.levels.iter().map(|level| code(level)).collect();
            [code(&ladder.name), levels.join(", ")]
        })
        .collect();
    format!(
        "Levels stand from the lowest to the highest. An organization may use words of its own for \
         them.\n\n{}",
        table(["Ladder", "Levels"], &rows)
    )
}

/// The fields that most kinds have in the same words.
struct Shared {
    /// Their blocks, by name.
    blocks: BTreeMap<String, Block>,
    page: String,
}

impl Shared {
    fn of(kinds: &Kinds) -> Self {
        let mut counts: Vec<(Block, usize)> = Vec::new();
        let all: Vec<&Kind> = own(kinds).map(|(_, kind)| kind).collect();
        for block in all.iter().flat_map(|kind| blocks(kinds, kind.record)) {
            match counts.iter_mut().find(|(known, _)| *known == block) {
                Some((_, count)) => *count += 1,
                None => counts.push((block, 1)),
            }
        }
        let most = counts
            .into_iter()
            .filter(|(_, count)| 2 * count > all.len())
            .map(|(block, _)| block);
        let most: Vec<Block> = most.collect();
        Self {
            page: tables(&most.iter().collect::<Vec<_>>()),
            blocks: most
                .into_iter()
                .map(|block| (block.name.clone(), block))
                .collect(),
        }
    }

    fn has(&self, block: &Block) -> bool {
        self.blocks.get(&block.name) == Some(block)
    }
}

/// What the page says of one field: its row, and the tables of the records below it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    name: String,
    row: [String; 4],
    /// Paths and tables.
    below: Vec<(String, Vec<[String; 4]>)>,
}

fn blocks(kinds: &Kinds, record: RecordId) -> Vec<Block> {
    let fields = &kinds.record(record).fields;
    fields
        .iter()
        .map(|field| {
            let mut below = Vec::new();
            if let Some(inner) = nested_record(&field.ty) {
                records_below(kinds, inner, &mut below);
            }
            Block {
                name: field.name.to_string(),
                row: row(kinds, field),
                below,
            }
        })
        .collect()
}

fn records_below(kinds: &Kinds, id: RecordId, found: &mut Vec<(String, Vec<[String; 4]>)>) {
    let record = kinds.record(id);
    // A part of this record has a path; the root of a kind has a section of its own.
    if record.path.is_empty() {
        return;
    }
    let rows = record.fields.iter().map(|field| row(kinds, field));
    found.push((record.path.to_string(), rows.collect()));
    for inner in record
        .fields
        .iter()
        .filter_map(|field| nested_record(&field.ty))
    {
        records_below(kinds, inner, found);
    }
}

fn tables(blocks: &[&Block]) -> String {
    let rows: Vec<[String; 4]> = blocks.iter().map(|block| block.row.clone()).collect();
    let mut page = table(COLUMNS, &rows);
    for (path, rows) in blocks.iter().flat_map(|block| &block.below) {
        let _ = write!(page, "\n`{path}`\n\n{}", table(COLUMNS, rows));
    }
    page
}

fn collections(kinds: &Kinds, shared: &Shared) -> String {
    let mut found: Vec<Block> = Vec::new();
    for (_, kind) in kinds.iter().filter(|(_, kind)| kind.items_of.is_some()) {
        for block in blocks(kinds, kind.record) {
            let is_own = matches!(block.name.as_str(), "defaults" | "items");
            if !is_own && !found.iter().any(|known| known.name == block.name) {
                found.push(block);
            }
        }
    }
    let (known, other): (Vec<&Block>, Vec<&Block>) =
        found.iter().partition(|block| shared.has(block));
    let names: Vec<String> = known.iter().map(|block| code(&block.name)).collect();
    let page = format!("From the table above: {}.\n", names.join(", "));
    if other.is_empty() {
        page
    } else {
        format!("{page}\n{}", tables(&other))
    }
}

fn section(kinds: &Kinds, kind: &Kind, shared: &Shared) -> String {
    let all = blocks(kinds, kind.record);
    let (common, own): (Vec<&Block>, Vec<&Block>) = all.iter().partition(|block| shared.has(block));
    let mut page = format!("\n## {}\n\n{}\n\n", kind.name, sentence(&kind.description));
    for line in facts(kinds, kind) {
        let _ = writeln!(page, "{line}");
    }
    page.push_str(&common_line(shared, &common, &own));
    page.push_str(&tables(&own));
    page
}

fn facts(kinds: &Kinds, kind: &Kind) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(collection) = kind.collection {
        lines.push(format!("* Collected in `{}`.", kinds.kind(collection).name));
    }
    if kind.review_default.is_some() {
        lines.push(format!(
            "* Reviewed every {} unless `reviewEvery` says otherwise.",
            review(kind)
        ));
    }
    lines
}

/// Which of the common fields a kind has, and which it lacks.
fn common_line(shared: &Shared, common: &[&Block], own: &[&Block]) -> String {
    let lacking: Vec<String> = shared
        .blocks
        .keys()
        .filter(|name| {
            let has = |block: &&Block| block.name == **name;
            !common.iter().any(has) && !own.iter().any(has)
        })
        .map(|name| code(name))
        .collect();
    let but = if lacking.is_empty() {
        String::new()
    } else {
        format!(" except {}", listed(&lacking, "and"))
    };
    format!("* Has the [fields that most kinds have](#fields-that-most-kinds-have){but}.\n\n")
}

fn row(kinds: &Kinds, field: &Field) -> [String; 4] {
    [
        code(&field.name),
        type_words(kinds, field, &field.ty),
        expected(field),
        meaning(kinds, field),
    ]
}

fn expected(field: &Field) -> String {
    match &field.expected {
        _ if field.required => "required".to_owned(),
        Some(Expected::Always) => "expected".to_owned(),
        Some(Expected::If(condition)) => format!("if `{condition}`"),
        None => String::new(),
    }
}

fn type_words(kinds: &Kinds, field: &Field, ty: &Type) -> String {
    match ty {
        Type::Bool => "true or false".to_owned(),
        Type::Int => "whole number".to_owned(),
        Type::Double => "number".to_owned(),
        Type::Percent => "percent".to_owned(),
        Type::String => "text".to_owned(),
        Type::Enum(words) => {
            let words: Vec<String> = words.iter().map(|word| code(word)).collect();
            listed(&words, "or")
        }
        Type::Ladder(id) => format!(
            "level of [{}](#ordered-vocabularies)",
            kinds.ladder(*id).name
        ),
        Type::Ref(targets) => reference(kinds, field, targets),
        Type::List(item) => match &**item {
            Type::Ref(targets) => {
                reference(kinds, field, targets).replacen("reference", "references", 1)
            }
            Type::Enum(_) | Type::Ladder(_) => {
                format!("list, each {}", type_words(kinds, field, item))
            }
            _ => format!("list of {}", plural(&type_words(kinds, field, item))),
        },
        Type::Map(value) if **value == Type::Dyn => "map".to_owned(),
        Type::Map(value) => format!("map of {}", plural(&type_words(kinds, field, value))),
        Type::Record(_) => "record".to_owned(),
        Type::Rule => "name or code of a rule".to_owned(),
        Type::Dyn => "anything".to_owned(),
        other => kinds.type_name(other),
    }
}

fn plural(noun: &str) -> String {
    match noun {
        "true or false" | "anything" | "money" => noun.to_owned(),
        _ if noun.ends_with('y') && !noun.ends_with("ey") => {
            format!("{}ies", &noun[..noun.len() - 1])
        }
        _ => format!("{noun}s"),
    }
}

fn reference(kinds: &Kinds, field: &Field, targets: &[RecordId]) -> String {
    let mut words = targets_of(kinds, targets);
    if let Some(ReferenceField {
        subject,
        wildcard,
        literals,
        ..
    }) = &field.reference
    {
        if *subject {
            words.push("an item of it as `Kind/id#key`".to_owned());
        }
        if *wildcard {
            words.push("`Kind/*`".to_owned());
        }
        words.extend(literals.iter().map(|word| match word.strip_prefix('*') {
            Some(_) => "any other word".to_owned(),
            None => format!("the word `{word}`"),
        }));
    }
    format!("reference to {}", listed(&words, "or"))
}

/// The more a field may refer to, the less a list of it says.
const MOST_TARGETS: usize = 6;

fn targets_of(kinds: &Kinds, targets: &[RecordId]) -> Vec<String> {
    if targets.len() > MOST_TARGETS {
        return vec!["any record".to_owned()];
    }
    targets
        .iter()
        .map(|target| {
            let record = kinds.record(*target);
            let kind = &kinds.kind(record.within).name;
            match &record.item_of {
                Some(list) => format!("[{kind}#{list}](#{})", anchor(kind)),
                None => link(kind),
            }
        })
        .collect()
}

fn meaning(kinds: &Kinds, field: &Field) -> String {
    let description = own_description(kinds, field);
    let title = if says_the_name(field) && !description.is_empty() {
        String::new()
    } else {
        sentence(&field.title)
    };
    let mut sentences = vec![title, sentence(description)];
    if !field.aliases.is_empty() {
        let names: Vec<String> = field.aliases.iter().map(|alias| code(alias)).collect();
        sentences.push(format!("May be written {}.", listed(&names, "or")));
    }
    if field.list_of_one {
        sentences.push("A single value may stand for a list of one.".to_owned());
    }
    if let Some(word) = &field.after_all {
        sentences.push(format!("`{word}` stands for a date after all others."));
    }
    if field.inherit {
        sentences.push("An item takes it from its collection.".to_owned());
    }
    if field.known {
        sentences.push("Never `unknown`.".to_owned());
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences.join(" ")
}

/// The description of a field; empty where it is that of every value of its type, which the table
/// of forms gives once.
fn own_description<'k>(kinds: &'k Kinds, field: &'k Field) -> &'k str {
    let has_form = matches!(
        field.ty,
        Type::Date | Type::Duration | Type::Money | Type::Percent | Type::Ladder(_)
    );
    let is_shared = has_form
        && definitions(kinds)
            .any(|(_, definition)| text(definition, "description") == &*field.description);
    if is_shared { "" } else { &field.description }
}

/// The shared definitions, by name.
fn definitions(kinds: &Kinds) -> impl Iterator<Item = (&String, &Value)> {
    let shared = kinds.shared().iter();
    shared
        .filter_map(|(_, schema)| schema.get("$defs")?.as_object())
        .flatten()
}

fn text<'v>(schema: &'v Value, key: &str) -> &'v str {
    schema.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// True if a title says no more than the name of the field does.
fn says_the_name(field: &Field) -> bool {
    let plain = |text: &str| text.to_lowercase().replace([' ', '-'], "");
    plain(&field.title) == plain(&field.name)
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn link(kind: &str) -> String {
    format!("[{kind}](#{})", anchor(kind))
}

fn anchor(kind: &str) -> String {
    kind.to_lowercase()
}
