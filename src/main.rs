//! The `govlint` command.

use std::process::ExitCode;

/// Many threads allocate at once while records are read.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    govlint::cli::run(std::env::args_os()).into()
}
