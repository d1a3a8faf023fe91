//! Examples: the tests that stand in a rule file.

use std::sync::Arc;

use super::Mistake;
use super::file::Document;
use crate::finding::Severity;
use crate::scalar::Date;
use crate::source::{Source, Span};
use crate::syntax::{Node, Parsed, parse};

/// What a line of an example expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Marker {
    /// A finding of this severity points here.
    Primary(Severity),
    /// A finding relates this line.
    Related,
}

/// An example of a rule.
#[derive(Debug, Clone)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// The documents.
    pub given: String,
    /// The date of the run; a fixed one if none is given.
    pub as_of: Option<Date>,
    /// The start of the period.
    pub from: Option<Date>,
    /// Parameters by name, to be read under their types.
    pub params: Vec<(String, super::pack::Setting)>,
    /// Files that the snapshot holds besides: paths.
    pub files: Vec<String>,
    /// What is expected: the line of `given`, from 1, and the marker there.
    pub markers: Vec<(u32, Marker)>,
    /// Where it stands.
    pub span: Span,
}

impl Example {
    /// True if the rule fires in it.
    #[must_use]
    pub fn fires(&self) -> bool {
        self.markers
            .iter()
            .any(|(_, marker)| matches!(marker, Marker::Primary(_)))
    }

    pub(super) fn read(
        document: Document<'_>,
        node: Node<'_>,
        mistakes: &mut Vec<Mistake>,
    ) -> Self {
        let fields = ["name", "given", "asOf", "from", "params", "files"];
        document.only_fields(node, "an example", &fields, mistakes);
        let mut date = |field: &str| {
            let node = node.get(field)?;
            Date::parse(node.text())
                .map_err(|error| mistakes.push(Mistake::new(node.span(), error.message)))
                .ok()
        };
        let (as_of, from) = (date("asOf"), date("from"));
        let params = node.get("params").into_iter().flat_map(Node::entries);
        let params = params.map(|(key, value)| {
            (
                key.text().to_owned(),
                super::pack::Setting::new(document.parsed, value),
            )
        });
        let given = document.text(node, "given").unwrap_or_default();
        let markers =
            markers(&given).unwrap_or_else(|message| {
                let place = node.get("given").unwrap_or(node).span();
                mistakes.push(Mistake::new(place, message).help(
                    "markers are `# <- error`, `# <- warning`, `# <- info` and `# <- related`",
                ));
                Vec::new()
            });
        Self {
            name: document.required_text(node, "name", "the example", mistakes),
            as_of,
            from,
            params: params.collect(),
            files: document
                .texts(node, "files")
                .iter()
                .map(|node| node.text().to_owned())
                .collect(),
            markers,
            given,
            span: node.get("name").unwrap_or(node).span(),
        }
    }

    /// The example's documents, parsed.
    #[must_use]
    pub fn parse(&self) -> Parsed {
        parse(&Arc::new(Source::new("example.yaml", self.given.as_str())))
    }
}

/// The markers in the comments of a text.
fn markers(text: &str) -> Result<Vec<(u32, Marker)>, String> {
    let mut found = Vec::new();
    for (number, line) in (1u32..).zip(text.lines()) {
        let Some((_, words)) = line.split_once("# <-") else {
            continue;
        };
        for word in words.split(',') {
            let word = word.trim();
            let marker = match (word, Severity::parse(word)) {
                ("related", _) => Marker::Related,
                (_, Some(severity)) => Marker::Primary(severity),
                _ => return Err(format!("`{word}` is no marker")),
            };
            found.push((number, marker));
        }
    }
    Ok(found)
}
