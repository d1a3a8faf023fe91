//! Reports as files: each format is one module with one entry of the same signature, and one line
//! in [`FORMATS`].

pub mod html;
mod inert;
pub mod json;
pub mod markdown;
mod page;
#[cfg(feature = "pdf")]
pub mod pdf;
mod place;
mod scale;
mod snippet;
mod timescale;
pub mod xlsx;

use std::io::{self, Write};

use crate::report::Report;

/// Writes a report in some format.
pub type Renderer = fn(&Report, &mut dyn Write) -> io::Result<()>;

/// The formats by the names that the command line gives them.
pub const FORMATS: &[(&str, Renderer)] = &[
    ("markdown", markdown::render),
    ("html", html::render),
    ("json", json::render),
    ("xlsx", xlsx::render),
    #[cfg(feature = "pdf")]
    ("pdf", pdf::render),
];

/// The papers that a report of fixed pages can be set on, each with its renderer. None where this
/// program writes no such report.
pub const PAPERS: &[(&str, Renderer)] = {
    #[cfg(feature = "pdf")]
    {
        pdf::PAPERS
    }
    #[cfg(not(feature = "pdf"))]
    {
        &[]
    }
};

/// Returns the renderer of the format with this name.
#[must_use]
pub fn by_name(name: &str) -> Option<Renderer> {
    find(FORMATS, name)
}

/// Returns the renderer of fixed pages on the paper with this name.
#[must_use]
pub fn on_paper(name: &str) -> Option<Renderer> {
    find(PAPERS, name)
}

fn find(renderers: &[(&str, Renderer)], name: &str) -> Option<Renderer> {
    let found = renderers.iter().find(|(known, _)| *known == name);
    found.map(|(_, renderer)| *renderer)
}

#[cfg(test)]
mod tests;
