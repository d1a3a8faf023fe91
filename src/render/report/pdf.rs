//! A report as a PDF: pages that are the same to the byte for the same report, can be read aloud
//! (PDF/UA-1, tagged) and can be kept (PDF/A-2a).
//!
//! The pages are set by Typst from a template of this module. Texts of records reach the template as
//! data and are never read as markup; nothing is read from files, from the network or from the
//! clock; and the only fonts are the ones in the program. A character that the fonts have no glyph
//! for stands as its code, as no standard for archives allows a blank box.
//!
//! It judges nothing, and says what it leaves out: what a drawing has no room for, which the table
//! beside it holds, the lines of files in the findings for executives, and long lists.

mod chart;
mod content;
mod fonts;
mod repertoire;
mod world;

use std::io::{self, Write};

use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use self::repertoire::{Repertoire, missing};
use self::world::Sealed;
use super::Renderer;
use crate::report::{Audience, Report};

/// What pages conform to. Both are based on PDF 1.7 and are checked as a file is written.
const STANDARDS: [PdfStandard; 2] = [PdfStandard::A_2a, PdfStandard::Ua_1];

/// How often pages are set again with what had no glyph written as codes.
const MOST_ATTEMPTS: usize = 3;

/// How many pages a board reads.
const BOARD_PAGES: usize = 2;

/// The size of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paper {
    A4,
    Letter,
}

impl Paper {
    /// The name that Typst gives it.
    fn as_str(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::Letter => "us-letter",
        }
    }
}

/// The papers by the names that the command line gives them. [`render`] uses the first.
pub const PAPERS: &[(&str, Renderer)] = &[("a4", render), ("letter", render_on_letter)];

/// Writes a report as a PDF on pages of A4.
///
/// # Errors
///
/// Those of the writer, and a fault of the typesetter.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write(report, Paper::A4, out)
}

fn render_on_letter(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write(report, Paper::Letter, out)
}

fn write(report: &Report, paper: Paper, out: &mut dyn Write) -> io::Result<()> {
    let bytes = typeset(report, paper).map_err(io::Error::other)?;
    out.write_all(&bytes)
}

/// Sets the pages with the characters that the fonts have, and with less of them where that fails:
/// some scripts put glyphs together in ways that a font may not know, or that cannot be archived.
fn typeset(report: &Report, paper: Paper) -> Result<Vec<u8>, String> {
    let mut repertoire = Repertoire::of(fonts::all());
    for _ in 0..MOST_ATTEMPTS {
        let document = lay_out(report, paper, &repertoire)?;
        let lacking = missing(&document);
        if lacking.is_empty() {
            match export(report, &document) {
                Ok(bytes) => return Ok(bytes),
                Err(_) => break,
            }
        }
        repertoire.exclude(lacking);
    }
    let document = lay_out(report, paper, &Repertoire::ascii())?;
    export(report, &document)
}

/// Sets the pages, closer where a report would have more of them than its readers take.
fn lay_out(
    report: &Report,
    paper: Paper,
    repertoire: &Repertoire,
) -> Result<PagedDocument, String> {
    let set = |is_dense| {
        let content = content::content(report, paper, is_dense, repertoire);
        let world = Sealed::new(content.to_string());
        let output = typst::compile::<PagedDocument>(&world).output;
        output.map_err(|faults| told(&faults))
    };
    let document = set(false)?;
    let is_short = report.audience != Audience::Board || document.pages().len() <= BOARD_PAGES;
    if is_short { Ok(document) } else { set(true) }
}

fn export(report: &Report, document: &PagedDocument) -> Result<Vec<u8>, String> {
    let options = PdfOptions {
        ident: Smart::Custom(identity(report)),
        creator: Smart::Custom(Some(format!("govlint {}", env!("CARGO_PKG_VERSION")))),
        timestamp: Some(Timestamp::new_utc(midnight(report))),
        standards: PdfStandards::new(&STANDARDS).map_err(|fault| fault.message().to_string())?,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(document, &options).map_err(|faults| told(&faults))
}

/// What tells this report from others, for the identifier of the file.
fn identity(report: &Report) -> String {
    let commit = report.commit.as_deref().unwrap_or_default();
    let audience = report.audience.as_str();
    format!("{commit} {} {audience} {}", report.as_of, report.title)
}

/// The day of the report: pages say nothing of the day on which they were written.
fn midnight(report: &Report) -> Datetime {
    let (year, month, day) = report.as_of.ymd();
    let part = |part: u32| u8::try_from(part).unwrap_or(1);
    let own = Datetime::from_ymd_hms(year, part(month), part(day), 0, 0, 0);
    own.expect("the day of a report is a day of the calendar")
}

fn told(faults: &[SourceDiagnostic]) -> String {
    let faults = faults.iter().map(|fault| fault.message.as_str());
    let faults = faults.collect::<Vec<_>>().join("; ");
    format!("the pages cannot be set: {faults}")
}
