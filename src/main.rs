//! The `govlint` command.

use std::process::ExitCode;

/// Records, values and findings are many small things, made by all threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    govlint::cli::run(std::env::args_os()).into()
}
