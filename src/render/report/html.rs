//! A report as one HTML file that needs nothing else: no network, no script to be read, no font.
//!
//! The page names the digests of its own style and script, so that a browser runs nothing besides
//! them, whatever the records hold. Every text of a record is escaped by the templates and shown as
//! inert text. Charts are drawings with words beside them; see the module of each.
//!
//! It judges nothing, and says what it leaves out: what a drawing has no room for, which the table
//! beside it holds, and long lists. All findings are there.

mod bars;
mod content_policy;
mod dumbbell;
mod excerpt;
mod finding;
mod heat_map;
mod matrix;
mod number;
mod origin;
mod printed;
mod section;
mod shown;
mod sparkline;
mod table;
mod timeline;

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

use askama::Template;

use self::content_policy::ContentPolicy;
use self::finding::Findings;
use self::printed::Printed;
use self::section::SectionView;
use super::inert::{self, Inert};
use super::place::{self, Places};
use super::{page, scale, snippet, timescale};
use crate::report::{Report, Section};

const STYLE: &str = include_str!("html/templates/style.css");
const SCRIPT: &str = include_str!("html/templates/script.js");

/// From how many sections on a page begins with a list of them.
const LEAST_CONTENTS: usize = 5;

/// Writes a report as a page.
///
/// # Errors
///
/// Those of the writer.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    Page::new(report, &page::sections(report)).write_into(&mut out)?;
    out.flush()
}

#[derive(Template)]
#[template(path = "page.html", config = "src/render/report/html/askama.toml")]
struct Page<'a> {
    report: &'a Report,
    sections: Vec<SectionView<'a>>,
    findings: Findings<'a>,
    has_contents: bool,
    policy: ContentPolicy,
    style: &'static str,
    print_style: Printed,
    script: &'static str,
}

impl<'a> Page<'a> {
    fn new(report: &'a Report, sections: &'a [Cow<'a, Section>]) -> Self {
        let places = Places::of(report);
        let mut sections: Vec<_> = sections
            .iter()
            .enumerate()
            .map(|(index, section)| SectionView::new(&places, index + 1, section))
            .collect();
        SectionView::pair_up(&mut sections);
        let print_style = Printed::of(report);
        Self {
            report,
            has_contents: sections.len() >= LEAST_CONTENTS,
            findings: Findings::new(places, &report.findings, sections.len() + 1),
            sections,
            policy: ContentPolicy::of(&[STYLE, &print_style.to_string()], &[SCRIPT]),
            style: STYLE,
            print_style,
            script: SCRIPT,
        }
    }

    /// The audience as a class of the page: the board's fits two sheets of paper.
    fn audience(&self) -> &'static str {
        self.report.audience.as_str()
    }

    fn inert(&self, text: &'a str) -> Inert<'a> {
        Inert(text)
    }

    /// The commit, as much of it as people compare.
    fn short_commit(&self) -> Option<&str> {
        let commit = self.report.commit.as_deref()?;
        Some(commit.get(..10).unwrap_or(commit))
    }
}
