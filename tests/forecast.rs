//! The forecast against brute force: what a full judgement on every single day finds.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

#[path = "forecast/brute.rs"]
mod brute;
#[path = "forecast/calendar.rs"]
mod calendar;
#[path = "forecast/command.rs"]
mod command;
#[path = "process/govlint.rs"]
mod govlint;
#[path = "forecast/windows.rs"]
mod windows;
