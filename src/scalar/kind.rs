//! The words of `x-govlint-type`: which of these types a schema asks for.

use super::error::shown;
use super::money::explain_text;
use super::{
    Country, Currency, Date, Duration, Money, ScalarError, check_link, check_path, parse_percent,
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
    /// A web or mail address, or a file of the repository.
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

    /// Checks that a scalar of a record is a value of this type. `is_number` says that the syntax
    /// tree holds a number, whose text is as written. Amounts of money are numbers, so a text is
    /// none; percentages are numbers or texts; addresses, paths and codes are never numbers.
    ///
    /// # Errors
    ///
    /// What the parser of the type says.
    pub fn check(self, text: &str, is_number: bool) -> Result<(), ScalarError> {
        match self {
            ScalarType::Date => Date::parse(text).map(drop),
            ScalarType::Duration => Duration::parse(text).map(drop),
            ScalarType::Money if is_number => Money::parse_number(text, None).map(drop),
            ScalarType::Money => Err(explain_text(text)),
            ScalarType::Percent => parse_percent(text).map(drop),
            _ if is_number => Err(self.number_error(text)),
            ScalarType::Path => check_path(text),
            ScalarType::Url => check_link(text),
            ScalarType::Currency => Currency::parse(text).map(drop),
            ScalarType::Country => Country::parse(text).map(drop),
        }
    }

    fn number_error(self, text: &str) -> ScalarError {
        ScalarError::new(format!("{} is a number", shown(text)))
            .help(format!("write {}", self.describe()))
    }

    /// Returns the type in words, with an example.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            ScalarType::Date => "a date such as 2026-03-31",
            ScalarType::Duration => "a duration such as 4h, 30d or 12mo",
            ScalarType::Money => "an amount of money such as 250000",
            ScalarType::Percent => "a percentage such as 25 or 99.5",
            ScalarType::Path => "a path of this repository such as docs/plan.md",
            ScalarType::Url => {
                "an address such as https://example.com/page, or a path of this repository"
            }
            ScalarType::Currency => "a currency code such as USD",
            ScalarType::Country => "a country code such as DE",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_a_word_and_an_example_for_every_type() {
        for kind in ScalarType::ALL {
            assert_eq!(ScalarType::parse(kind.as_str()), Some(kind));
            assert!(!kind.describe().is_empty());
        }
        assert_eq!(ScalarType::parse("text"), None);
    }

    #[test]
    fn checks_scalars_of_records() {
        for (kind, text, is_number, accepted) in [
            (ScalarType::Date, "2026-03-31", false, true),
            (ScalarType::Date, "20260331", true, false),
            (ScalarType::Duration, "4h", false, true),
            (ScalarType::Duration, "4", true, false),
            (ScalarType::Money, "250000", true, true),
            (ScalarType::Money, "250000", false, false),
            (ScalarType::Percent, "25", true, true),
            (ScalarType::Percent, "25%", false, true),
            (ScalarType::Path, "docs/plan.md", false, true),
            (ScalarType::Path, "2026", true, false),
            (ScalarType::Url, "https://example.com", false, true),
            (ScalarType::Url, "docs/plan.md", false, true),
            (ScalarType::Currency, "USD", false, true),
            (ScalarType::Country, "DE", false, true),
        ] {
            assert_eq!(
                kind.check(text, is_number).is_ok(),
                accepted,
                "{kind:?} {text}"
            );
        }
    }
}
