//! `govlint completions`: the script that lets a shell complete commands and flags.

use std::io::Write;

use clap::Args;
use clap_complete::Shell;

use super::terminal::Terminal;
use crate::error::{Error, ExitStatus};

/// Print the completion script of a shell
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Shell that is to complete
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  govlint completions bash > ~/.local/share/bash-completion/completions/govlint
  govlint completions zsh > ~/.zfunc/_govlint      with ~/.zfunc in $fpath
  govlint completions fish > ~/.config/fish/completions/govlint.fish
  govlint completions powershell >> $PROFILE";

/// Prints the script.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    // The generator stops the process where it cannot write, so it writes to memory.
    let mut script = Vec::new();
    let mut command = super::command();
    clap_complete::generate(arguments.shell, &mut command, super::NAME, &mut script);
    terminal.out.write_all(&script)?;
    Ok(ExitStatus::Clean)
}
