//! What is wrong with policy files, configurations and the command line itself.

use std::io::{self, Write};

use super::escape::clean;
use super::palette::Palette;
use super::snippet;
use crate::finding::{Finding, Fingerprint, Severity};
use crate::render::Style;
use crate::rule::Mistake;
use crate::scalar::Date;
use crate::source::Sources;

/// Writes mistakes with the lines of every file involved, a blank line after each.
///
/// # Errors
///
/// Those of the writer.
pub fn mistakes(
    mistakes: &[Mistake],
    sources: &Sources,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let palette = Palette::new(style);
    for mistake in mistakes {
        write_head(&mistake.message, &palette, out)?;
        // A mistake that no file holds has no place among the texts.
        if mistake.primary.span.source.index() < sources.len() {
            snippet::write(sources, &finding(mistake), style, &palette, out)?;
        }
        if let Some(help) = &mistake.help {
            write_help(help, &palette, out)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Writes what is wrong in one line, and below it what to do.
///
/// # Errors
///
/// Those of the writer.
pub fn problem(
    message: &str,
    hints: &[String],
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let palette = Palette::new(style);
    write_head(message, &palette, out)?;
    hints
        .iter()
        .try_for_each(|hint| write_help(hint, &palette, out))
}

fn write_head(message: &str, palette: &Palette, out: &mut dyn Write) -> io::Result<()> {
    let head = palette.severity(Severity::Error, Severity::Error.as_str());
    let message = format!(": {}", clean(message));
    writeln!(out, "{head}{}", palette.strong(&message))
}

fn write_help(help: &str, palette: &Palette, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  {} {}", palette.strong("help:"), clean(help))
}

/// The mistake in the shape that snippets are drawn from.
fn finding(mistake: &Mistake) -> Finding {
    Finding {
        rule: "".into(),
        code: "".into(),
        severity: Severity::Error,
        message: mistake.message.clone(),
        primary: mistake.primary.clone(),
        related: mistake.related.clone(),
        asked: None,
        help: None,
        fix: None,
        subject: String::new(),
        cause: None,
        words_until: Date::AFTER_ALL,
        fingerprint: Fingerprint::of(&[]),
    }
}
