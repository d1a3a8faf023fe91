//! Where output goes, and what it may look like there.

mod progress;

use std::env;
use std::ffi::OsStr;
use std::io::{self, BufWriter, IsTerminal, LineWriter, Write};

use clap::ValueEnum;

use crate::render::Style;
pub(super) use progress::Progress;

/// Columns of output that goes to no terminal.
const DEFAULT_WIDTH: usize = 100;

/// When output has colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum ColourChoice {
    /// On terminals that show them, unless `NO_COLOR` is set; `CLICOLOR_FORCE` and `FORCE_COLOR`
    /// force them
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The two outputs of the process.
pub(super) struct Terminal {
    /// The result.
    pub(super) out: Box<dyn Write>,
    /// Everything else.
    pub(super) error: Box<dyn Write>,
    /// How the result may look.
    pub(super) style: Style,
    /// How everything else may look.
    pub(super) error_style: Style,
    /// True if a person waits at the terminal.
    pub(super) is_watched: bool,
}

impl Terminal {
    /// The outputs of this process.
    pub(super) fn open(colour: ColourChoice) -> Self {
        let (out, error) = (io::stdout(), io::stderr());
        let is_ci = is_set("CI");
        let is_dumb = env::var_os("TERM").is_some_and(|term| term == *"dumb");
        let style = |is_terminal: bool| Style {
            colour: has_colour(colour, is_terminal && !is_dumb),
            links: is_terminal && !is_dumb && !is_ci && colour != ColourChoice::Never,
            ascii: is_terminal && is_dumb,
            // What goes to a file or a program is the same whatever window it is started from.
            width: columns().filter(|_| is_terminal).unwrap_or(DEFAULT_WIDTH),
            ..Style::default()
        };
        Self {
            style: style(out.is_terminal()),
            error_style: style(error.is_terminal()),
            is_watched: error.is_terminal() && !is_dumb && !is_ci,
            out: Box::new(BufWriter::with_capacity(64 * 1024, out.lock())),
            // Not locked: the line of progress is written from elsewhere. A line goes out whole, or
            // an annotation on the other output could land in the middle of it where both are read
            // as one.
            error: Box::new(LineWriter::new(error)),
        }
    }

    /// What a run is doing, for a person who waits for longer than a moment.
    pub(super) fn progress(&self, is_wanted: bool) -> Progress {
        Progress::start(is_wanted && self.is_watched)
    }
}

/// The flag wins over `NO_COLOR`, that over `CLICOLOR_FORCE` and `FORCE_COLOR`, and those over
/// what the output is.
fn has_colour(choice: ColourChoice, is_terminal: bool) -> bool {
    match choice {
        ColourChoice::Always => true,
        ColourChoice::Never => false,
        // Any value but the empty one counts, `0` too: https://no-color.org.
        ColourChoice::Auto if env::var_os("NO_COLOR").is_some_and(|set| !set.is_empty()) => false,
        ColourChoice::Auto => is_terminal || is_set("CLICOLOR_FORCE") || is_set("FORCE_COLOR"),
    }
}

/// True if an environment variable is there and neither empty, `0` nor `false`.
fn is_set(name: &str) -> bool {
    let is_off = |value: &OsStr| ["", "0", "false"].iter().any(|off| value == *off);
    env::var_os(name).is_some_and(|value| !is_off(&value))
}

fn columns() -> Option<usize> {
    let (terminal_size::Width(width), _) = terminal_size::terminal_size()?;
    Some(usize::from(width)).filter(|width| *width > 0)
}
