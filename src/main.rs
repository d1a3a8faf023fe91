//! The `govlint` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    govlint::cli::run(std::env::args_os()).into()
}
