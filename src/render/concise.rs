//! One line a finding, `path:line:column: severity[CODE] message`, for editors and for `grep`.
//!
//! Only what can fail the run is listed; the last line counts the rest.

use std::io::{self, Write};

use super::entry::{Entry, counting, place};
use super::human::{Palette, clean, counts};
use super::{Format, Style, Trouble};
use crate::assessment::Assessment;
use crate::finding::Severity;

/// One line a finding.
pub(super) const FORMAT: Format = Format {
    name: "concise",
    tells_everything: false,
    names_revision: false,
    render,
    trouble,
};

fn render(assessment: &Assessment, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let palette = Palette::new(style);
    for (path, reason) in &assessment.unread {
        let head = palette.severity(Severity::Error, "error");
        writeln!(out, "{}: {head} not read: {}", shown(path), clean(reason))?;
    }
    let wanted = |entry: &Entry<'_>| !style.quiet || entry.finding.severity == Severity::Error;
    for entry in counting(assessment).filter(wanted) {
        let finding = entry.finding;
        let at = place(&assessment.sources, entry.span());
        let (path, line, column) = (shown(at.path), at.start.line, at.start.column);
        let head = format!("{}[{}]", finding.severity, clean(&finding.code));
        let head = palette.severity(finding.severity, &head);
        let at = palette.place(&format!("{path}:{line}:{column}"));
        writeln!(out, "{at}: {head} {}", clean(&entry.message()))?;
    }
    writeln!(out, "{}", counts(assessment, &palette))
}

fn trouble(trouble: &Trouble<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let palette = Palette::new(style);
    let head = palette.severity(Severity::Error, "error");
    for item in trouble.items() {
        let at = item.place.map_or_else(
            || "govlint".to_owned(),
            |at| format!("{}:{}:{}", shown(at.path), at.start.line, at.start.column),
        );
        writeln!(
            out,
            "{}: {head} {}",
            palette.place(&at),
            clean(&item.told())
        )?;
    }
    Ok(())
}

/// A path at the start of a line. Build servers take some lines for commands, so no path may look
/// like one.
fn shown(path: &str) -> String {
    let path = clean(path);
    if path.starts_with([':', '#']) {
        return format!("./{path}");
    }
    path.into_owned()
}
