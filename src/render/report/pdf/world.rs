//! What the typesetter may see: the template, the content of the report, and the fonts. There are no
//! files, packages, clock or network to ask for.

use std::path::PathBuf;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Dict, Duration, IntoValue};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Features, Library, LibraryExt, World};

use super::fonts;

const TEMPLATE: &str = include_str!("report.typ");

/// A world with one document in it.
pub(super) struct Sealed {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    template: Source,
}

impl Sealed {
    /// Returns the world of a report whose content is the given JSON.
    pub(super) fn new(content: String) -> Self {
        let mut inputs = Dict::new();
        inputs.insert("report".into(), Bytes::from_string(content).into_value());
        let library = Library::builder()
            .with_inputs(inputs)
            // Heads of rows are marked as such.
            .with_features(Features::from_iter([Feature::A11yExtras]))
            .build();
        Self {
            library: LazyHash::new(library),
            book: LazyHash::new(FontBook::from_fonts(fonts::all())),
            template: Source::detached(TEMPLATE),
        }
    }
}

impl World for Sealed {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            return Ok(self.template.clone());
        }
        Err(absent())
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(absent())
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts::all().get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn absent() -> FileError {
    FileError::NotFound(PathBuf::new())
}
