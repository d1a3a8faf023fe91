//! The words of `x-govlint-type`: which of these types a schema asks for.

use super::{
    Country, Currency, Date, Duration, Money, ScalarError, check_path, check_url, parse_percent,
};

/// A type of value that a schema can ask for with `x-govlint-type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScalarType {
    /// A civil date.
    Date,
    /// A length of time.
    Duration,
    /// An amount of money.
    Money,
    /// A percentage from 0 to 100.
    Percent,
    /// A file of the repository.
    Path,
    /// A web or mail address.
    Url,
    /// A currency of ISO 4217.
    Currency,
    /// A country of ISO 3166-1.
    Country,
}

impl ScalarType {
    /// Every type, in the order of the documentation.
    pub const ALL: [ScalarType; 8] = [
        ScalarType::Date,
        ScalarType::Duration,
        ScalarType::Money,
        ScalarType::Percent,
        ScalarType::Path,
        ScalarType::Url,
        ScalarType::Currency,
        ScalarType::Country,
    ];

    /// Returns the word of `x-govlint-type`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ScalarType::Date => "date",
            ScalarType::Duration => "duration",
            ScalarType::Money => "money",
            ScalarType::Percent => "percent",
            ScalarType::Path => "path",
            ScalarType::Url => "url",
            ScalarType::Currency => "currency",
            ScalarType::Country => "country",
        }
    }

    /// Returns the type of a word of `x-govlint-type`.
    #[must_use]
    pub fn parse(word: &str) -> Option<ScalarType> {
        ScalarType::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }

    /// Checks that a scalar is a value of this type. `is_number` says that the syntax tree holds a
    /// number, whose text is as written.
    ///
    /// # Errors
    ///
    /// What the parser of the type says.
    pub fn check(self, text: &str, is_number: bool) -> Result<(), ScalarError> {
        let _ = is_number;
        match self {
            ScalarType::Date => Date::parse(text).map(drop),
            ScalarType::Duration => Duration::parse(text).map(drop),
            ScalarType::Money => Money::parse_number(text, None).map(drop),
            ScalarType::Percent => parse_percent(text).map(drop),
            ScalarType::Path => check_path(text),
            ScalarType::Url => check_url(text),
            ScalarType::Currency => Currency::parse(text).map(drop),
            ScalarType::Country => Country::parse(text).map(drop),
        }
    }

    /// Returns the type in words, with an example.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            ScalarType::Date => "a date such as 2026-03-31",
            ScalarType::Duration => "a duration such as 4h, 30d or 12mo",
            ScalarType::Money => "an amount of money such as 250000",
            ScalarType::Percent => "a percentage such as 25 or 99.5",
            ScalarType::Path => "a path of the repository such as docs/plan.md",
            ScalarType::Url => "an address such as https://example.com/page",
            ScalarType::Currency => "a currency code such as USD",
            ScalarType::Country => "a country code such as DE",
        }
    }
}
