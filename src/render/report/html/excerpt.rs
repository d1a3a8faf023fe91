//! The lines of a file that a finding involves, with their marks and labels.

use askama::Template;

use super::place::Places;
use super::snippet::{Row, Snippet, snippets};
use crate::finding::Finding;

#[derive(Template)]
#[template(path = "snippet.html", config = "src/render/report/html/askama.toml")]
pub(super) struct Excerpt {
    place: String,
    address: Option<String>,
    rows: Vec<Row>,
}

/// Returns the excerpts of a finding: first the file to mend, then the others.
pub(super) fn excerpts(places: &Places<'_>, finding: &Finding) -> Vec<Excerpt> {
    let snippets = snippets(places, finding).into_iter();
    let excerpt = |own: Snippet| Excerpt {
        place: own.place,
        address: own.address,
        rows: own.rows,
    };
    snippets.map(excerpt).collect()
}
