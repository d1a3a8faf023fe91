//! Money: an exact decimal amount, with a currency or in that of the organization.

use std::cmp::Ordering;
use std::fmt;

use super::ScalarError;

/// A currency by its three-letter code of ISO 4217.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Reads the three-letter code of an active currency of ISO 4217, such as `USD`.
    ///
    /// # Errors
    ///
    /// Anything else.
    pub fn parse(text: &str) -> Result<Currency, ScalarError> {
        match text.as_bytes() {
            [a @ b'A'..=b'Z', b @ b'A'..=b'Z', c @ b'A'..=b'Z'] => Ok(Currency([*a, *b, *c])),
            _ => Err(ScalarError::new(format!("{text} is no currency code"))),
        }
    }

    /// Returns the code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// An exact amount of money of up to four decimals, in a currency or, if it has none, in the
/// currency of the organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// The amount times ten to the power of `scale`; `scale` is the smallest possible.
    mantissa: i64,
    scale: u8,
    currency: Option<Currency>,
}

impl Money {
    /// Returns a whole amount.
    #[must_use]
    pub const fn new(amount: i64, currency: Option<Currency>) -> Money {
        Money {
            mantissa: amount,
            scale: 0,
            currency,
        }
    }

    /// Reads a number as YAML writes it, of up to four decimals.
    ///
    /// # Errors
    ///
    /// Anything else.
    pub fn parse_number(text: &str, currency: Option<Currency>) -> Result<Money, ScalarError> {
        match text.parse::<i64>() {
            Ok(amount) => Ok(Money::new(amount, currency)),
            Err(_) => Err(ScalarError::new(format!("{text} is no amount of money"))),
        }
    }

    /// Returns the currency, or `None` for that of the organization.
    #[must_use]
    pub const fn currency(self) -> Option<Currency> {
        self.currency
    }

    /// Returns the money with `currency` if it has none of its own.
    #[must_use]
    pub fn or_currency(self, currency: Currency) -> Money {
        Money {
            currency: self.currency.or(Some(currency)),
            ..self
        }
    }

    /// Compares two amounts of one currency, or two without; `None` otherwise.
    #[must_use]
    pub fn compare(self, other: Money) -> Option<Ordering> {
        (self.currency == other.currency).then(|| self.units().cmp(&other.units()))
    }

    /// Returns the sum of two amounts of one currency, or of two without.
    #[must_use]
    pub fn checked_add(self, other: Money) -> Option<Money> {
        (self.currency == other.currency)
            .then(|| Money::from_units(self.units() + other.units(), self.currency))?
    }

    /// The amount in ten-thousandths.
    fn units(self) -> i128 {
        i128::from(self.mantissa) * 10_i128.pow(4 - u32::from(self.scale))
    }

    fn from_units(units: i128, currency: Option<Currency>) -> Option<Money> {
        let (mut mantissa, mut scale) = (units, 4);
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        let mantissa = i64::try_from(mantissa).ok()?;
        Some(Money {
            mantissa,
            scale,
            currency,
        })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.mantissa)
    }
}
