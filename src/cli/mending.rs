//! Fixes of a check: shown as a patch, or written into the files.

use std::io::{self, IsTerminal, Write};

use clap::Args;
use similar::TextDiff;

use super::comparing::Grounds;
use super::terminal::Terminal;
use crate::error::{Error, ErrorKind, ExitStatus};
use crate::finding::Applicability;
use crate::host::reason;
use crate::mend::Mended;
use crate::render::human::{Palette, clean};

/// What is to be mended.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct Mending {
    /// Mend what has one safe way to be mended
    #[arg(long, conflicts_with = "diff", hide_short_help = true)]
    fix: bool,
    /// Mend also what is likely right, to be read before it is kept
    #[arg(long, hide_short_help = true)]
    unsafe_fixes: bool,
    /// Show as a patch what --fix would change, and change nothing
    #[arg(long, hide_short_help = true)]
    diff: bool,
}

impl Mending {
    /// True if something is to be mended.
    pub(super) fn is_wanted(self) -> bool {
        self.fix || self.diff || self.unsafe_fixes
    }

    /// True if nothing is to be changed.
    pub(super) fn only_shows(self) -> bool {
        self.diff
    }

    /// How sure a fix must be.
    pub(super) fn allowed(self) -> Applicability {
        if self.unsafe_fixes {
            Applicability::Unsafe
        } else {
            Applicability::Safe
        }
    }
}

/// Shows what would change as a patch that `git apply` takes. Says whether there is anything.
pub(super) fn show(mended: &[Mended], terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    let watched = io::stdout().is_terminal();
    for file in mended {
        let before = String::from_utf8_lossy(&file.before);
        let diff = TextDiff::from_lines(before.as_ref(), &file.after);
        let (old, new) = (format!("a/{}", file.path), format!("b/{}", file.path));
        let patch = diff.unified_diff().header(&old, &new).to_string();
        if !watched {
            terminal.out.write_all(patch.as_bytes())?;
            continue;
        }
        // A patch for a program is exact; on a terminal nothing may be hidden or obeyed.
        for line in patch.lines() {
            writeln!(terminal.out, "{}", clean(line))?;
        }
    }
    say("would be mended", mended, terminal)?;
    Ok(match mended {
        [] => ExitStatus::Clean,
        _ => ExitStatus::Findings,
    })
}

/// Writes what changed into the files, each whole or not at all.
pub(super) fn write(
    grounds: &Grounds<'_>,
    mended: &[Mended],
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let host = grounds.documents()?;
    for file in mended {
        let written = host.replace(&file.path, &file.before, file.after.as_bytes());
        written.map_err(|error| {
            let message = format!("{} cannot be mended: {}", file.path, reason(&error));
            Error::new(ErrorKind::Io, message)
        })?;
    }
    say("mended", mended, terminal)
}

fn say(what: &str, mended: &[Mended], terminal: &mut Terminal) -> Result<(), Error> {
    let count = |number: usize, noun: &str| match number {
        1 => format!("1 {noun}"),
        number => format!("{number} {noun}s"),
    };
    let fixes = mended.iter().map(|file| file.fixes).sum();
    let line = match mended.len() {
        0 => format!("nothing {what}"),
        files => format!(
            "{what}: {} in {}",
            count(fixes, "finding"),
            count(files, "file")
        ),
    };
    let line = Palette::new(terminal.error_style).strong(&line);
    writeln!(terminal.error, "{line}")?;
    Ok(())
}
