//! The values that governance records are made of beyond plain text and numbers: dates, durations,
//! money, percentages, currencies, countries, paths and addresses.
//!
//! One parser per type serves the schema validator, the rule language and the configuration, so
//! that a value accepted in one place means the same in all. Everything here is pure: no clock, no
//! file system, no locale. Reading a well-formed value allocates nothing; reading a malformed one
//! takes the time to say what is wrong and what the author most likely meant.

mod country;
mod date;
mod duration;
mod error;
mod kind;
mod location;
mod money;
mod percent;
mod word;

pub use country::Country;
pub use date::Date;
pub use duration::Duration;
pub use error::ScalarError;
pub use kind::ScalarType;
pub use location::{check_address, check_link, check_path, normal_path};
pub use money::{Currency, Money};
pub use percent::parse_percent;

#[cfg(test)]
mod properties;
