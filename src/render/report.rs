//! Reports as files: each format is one module with one entry of the same signature, and one line
//! in [`FORMATS`].

pub mod html;
mod inert;
pub mod json;
pub mod markdown;
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
];

/// Returns the renderer of the format with this name.
#[must_use]
pub fn by_name(name: &str) -> Option<Renderer> {
    let format = FORMATS.iter().find(|(known, _)| *known == name);
    format.map(|(_, renderer)| *renderer)
}

#[cfg(test)]
mod tests;
