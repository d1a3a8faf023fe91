//! Money: an exact decimal amount, in a currency or in that of the organization.
//!
//! A record writes a number, or a number beside a currency of ISO 4217; amounts are never floating
//! point, so that sums add up. What other spellings meant is worked out in
//! [`meaning`] for the error alone.

mod currency;
mod meaning;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::ScalarError;
pub use currency::Currency;
pub(super) use meaning::explain_text;

/// An exact amount of money of up to four decimals (no currency has more), in a currency or, if it
/// names none, in the currency of the organization.
///
/// Two amounts are equal (`==`) if amount and currency are; an amount without currency equals none
/// with one. For rules, which know the currency of the organization, see [`Money::or_currency`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// The amount times ten to the power of `decimals`.
    digits: i64,
    /// From 0 to 4, and the smallest that can hold the amount: one amount has one form.
    decimals: u8,
    currency: Option<Currency>,
}

/// The most decimals that an amount can have.
const MOST_DECIMALS: u8 = 4;

/// Ten to the power of [`MOST_DECIMALS`].
const UNITS: f64 = 10_000.0;

impl Money {
    /// Returns a whole amount.
    #[must_use]
    pub const fn new(amount: i64, currency: Option<Currency>) -> Money {
        Money {
            digits: amount,
            decimals: 0,
            currency,
        }
    }

    /// Returns the amount nearest to a number, with four decimals; `None` if it does not fit.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the size is checked")]
    pub fn from_f64(amount: f64, currency: Option<Currency>) -> Option<Money> {
        let units = (amount * UNITS).round();
        let fits = units.is_finite() && units.abs() < 1e30;
        fits.then(|| Money::from_units(units as i128, currency))?
    }

    /// Reads a number as YAML and JSON write it: `310000`, `12.50`, `3.1e5`, of up to four
    /// decimals. `310.000` is refused unless the currency counts thousandths, because half of the
    /// world writes thousands so.
    ///
    /// # Errors
    ///
    /// Any other text; the error carries the number if there is no doubt what was meant.
    pub fn parse_number(text: &str, currency: Option<Currency>) -> Result<Money, ScalarError> {
        if looks_like_thousands(text, currency) {
            return Err(meaning::explain_number(text));
        }
        read_units(text)
            .and_then(|units| Money::from_units(units, currency))
            .ok_or_else(|| meaning::explain_number(text))
    }

    /// Reads what [`Money`] prints: `310,000 USD`, and also `310000 USD` and `310,000`.
    ///
    /// # Errors
    ///
    /// Any other text, with the spelling that was most likely meant.
    pub fn parse(text: &str) -> Result<Money, ScalarError> {
        read_printed(text).ok_or_else(|| meaning::explain_printed(text))
    }

    /// Returns the currency, or `None` for that of the organization.
    #[must_use]
    pub const fn currency(self) -> Option<Currency> {
        self.currency
    }

    /// Returns the money with `currency` if it names none.
    #[must_use]
    pub const fn or_currency(self, currency: Currency) -> Money {
        let currency = match self.currency {
            Some(own) => own,
            None => currency,
        };
        Money {
            currency: Some(currency),
            ..self
        }
    }

    /// Returns the amount without its currency, as near as a floating-point number comes.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "the documentation says so")]
    pub fn as_f64(self) -> f64 {
        self.digits as f64 / 10_f64.powi(i32::from(self.decimals))
    }

    /// Compares two amounts of one currency, or two that name none; otherwise `None`.
    #[must_use]
    pub fn compare(self, other: Money) -> Option<Ordering> {
        (self.currency == other.currency).then(|| self.units().cmp(&other.units()))
    }

    /// Returns the sum of two amounts of one currency, or of two that name none.
    #[must_use]
    pub fn checked_add(self, other: Money) -> Option<Money> {
        let sum = self.units() + other.units();
        (self.currency == other.currency).then(|| Money::from_units(sum, self.currency))?
    }

    /// Returns the difference of two amounts of one currency, or of two that name none.
    #[must_use]
    pub fn checked_sub(self, other: Money) -> Option<Money> {
        self.checked_add(other.checked_neg()?)
    }

    /// Returns the amount with the other sign, or `None` on overflow.
    #[must_use]
    pub fn checked_neg(self) -> Option<Money> {
        let digits = self.digits.checked_neg()?;
        Some(Money { digits, ..self })
    }

    /// Returns `factor` times the amount, or `None` on overflow.
    #[must_use]
    pub fn checked_mul(self, factor: i64) -> Option<Money> {
        let units = self.units().checked_mul(i128::from(factor))?;
        Money::from_units(units, self.currency)
    }

    /// Returns `factor` times the amount, rounded to four decimals, or `None` if it does not fit.
    #[must_use]
    pub fn times(self, factor: f64) -> Option<Money> {
        Money::from_f64(self.as_f64() * factor, self.currency)
    }

    /// Returns how many times the other amount goes into this one, if both are of one currency or
    /// name none, and the other is not zero.
    #[must_use]
    pub fn ratio(self, other: Money) -> Option<f64> {
        let comparable = self.currency == other.currency && other.digits != 0;
        comparable.then(|| self.as_f64() / other.as_f64())
    }

    /// The amount in ten-thousandths.
    fn units(self) -> i128 {
        let missing = u32::from(MOST_DECIMALS - self.decimals);
        i128::from(self.digits) * 10_i128.pow(missing)
    }

    fn from_units(units: i128, currency: Option<Currency>) -> Option<Money> {
        let (mut digits, mut decimals) = (units, MOST_DECIMALS);
        while decimals > 0 && digits % 10 == 0 {
            digits /= 10;
            decimals -= 1;
        }
        Some(Money {
            digits: i64::try_from(digits).ok()?,
            decimals,
            currency,
        })
    }
}

/// Prints thousands with commas, decimals in pairs (`12.50`), and the currency last, if there is
/// one: `310,000 USD`.
impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10_u64.pow(u32::from(self.decimals));
        let digits = self.digits.unsigned_abs();
        if self.digits < 0 {
            formatter.write_str("-")?;
        }
        write_grouped(formatter, digits / scale)?;
        let thousandths = self.currency.is_some_and(Currency::counts_thousandths);
        let shown = match self.decimals {
            1 => 2,
            3 if !thousandths => 4,
            decimals => decimals,
        };
        if shown > 0 {
            let part = digits % scale * 10_u64.pow(u32::from(shown - self.decimals));
            write!(formatter, ".{part:0width$}", width = usize::from(shown))?;
        }
        match self.currency {
            Some(currency) => write!(formatter, " {currency}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Money {
    type Err = ScalarError;

    fn from_str(text: &str) -> Result<Money, ScalarError> {
        Money::parse(text)
    }
}

fn write_grouped(formatter: &mut fmt::Formatter<'_>, number: u64) -> fmt::Result {
    if number < 1000 {
        return write!(formatter, "{number}");
    }
    write_grouped(formatter, number / 1000)?;
    write!(formatter, ",{:03}", number % 1000)
}

/// Reads `[+-]digits[.digits][e[+-]digits]` as ten-thousandths, if that is exact.
fn read_units(text: &str) -> Option<i128> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i16>().ok()?),
        None => (text, 0),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let all_digits = || whole.bytes().chain(part.bytes());
    if all_digits().next().is_none() || !all_digits().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut digits: i128 = 0;
    for byte in all_digits() {
        let digit = i128::from(byte - b'0');
        digits = digits.checked_mul(10)?.checked_add(digit)?;
    }
    let power = i32::from(exponent) - i32::try_from(part.len()).ok()? + i32::from(MOST_DECIMALS);
    let units = shift_decimal(digits, power)?;
    Some(if negative { -units } else { units })
}

/// Returns `digits * 10^power`, if that is a whole number and fits.
fn shift_decimal(digits: i128, power: i32) -> Option<i128> {
    if digits == 0 {
        return Some(0);
    }
    let factor = 10_i128.checked_pow(power.unsigned_abs())?;
    match power {
        0.. => digits.checked_mul(factor),
        _ => (digits % factor == 0).then(|| digits / factor),
    }
}

/// True for `310.000`, which reads as 310 and was likely meant as thousands.
fn looks_like_thousands(text: &str, currency: Option<Currency>) -> bool {
    let Some((whole, part)) = text.split_once('.') else {
        return false;
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = whole.trim_start_matches(['-', '+']);
    let grouped = part.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    grouped && digits(whole) && digits(part) && !currency.is_some_and(Currency::counts_thousandths)
}

/// Reads an amount with or without commas between its thousands, and its currency behind a space.
fn read_printed(text: &str) -> Option<Money> {
    let (amount, currency) = match text.split_once(' ') {
        Some((amount, code)) => (amount, Some(Currency::parse(code).ok()?)),
        None => (text, None),
    };
    if !amount.contains(',') {
        return Money::parse_number(amount, currency).ok();
    }
    let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
    let whole = without_commas(whole)?;
    let point = if part.is_empty() { "" } else { "." };
    Money::from_units(read_units(&format!("{whole}{point}{part}"))?, currency)
}

/// Removes commas that separate groups of three digits.
fn without_commas(whole: &str) -> Option<String> {
    let unsigned = whole.trim_start_matches(['-', '+']);
    let mut groups = unsigned.split(',');
    let first = groups.next()?;
    let fits = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    fits.then(|| whole.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        Money::parse(text).expect(text)
    }

    fn usd() -> Option<Currency> {
        Currency::parse("USD").ok()
    }

    /// `error`: the message, and after `|` the help.
    fn check(found: Result<Money, ScalarError>, error: &str) {
        let found = found.expect_err(error);
        let help = found.help.map(|help| format!(" | {help}"));
        assert_eq!(found.message + &help.unwrap_or_default(), error);
    }

    #[test]
    fn reads_numbers_exactly() {
        for (text, printed) in [
            ("310000", "310,000 USD"),
            ("0.1", "0.10 USD"),
            ("12.50", "12.50 USD"),
            ("-1234567.8", "-1,234,567.80 USD"),
            ("3.1e5", "310,000 USD"),
            ("1.2345", "1.2345 USD"),
            ("1.1250", "1.1250 USD"),
            ("+5", "5 USD"),
            ("12500e-2", "125 USD"),
            ("0", "0 USD"),
            ("1.00000", "1 USD"),
            ("9223372036854775807", "9,223,372,036,854,775,807 USD"),
        ] {
            let money = Money::parse_number(text, usd()).expect(text);
            assert_eq!(money.to_string(), printed);
        }
        let dinar = Money::parse_number("12.125", Currency::parse("KWD").ok());
        assert_eq!(
            dinar.map(|money| money.to_string()).as_deref(),
            Ok("12.125 KWD")
        );
        assert_eq!(size_of::<Money>(), 16);
    }

    #[test]
    fn refuses_numbers_that_are_not_what_they_seem() {
        check(
            Money::parse_number("310.000", usd()),
            "310.000 may mean thousands or thousandths | \
             write 310000 for thousands, or 310.0000 for thousandths",
        );
        check(
            Money::parse_number("1.23456", None),
            "1.23456 has more than four decimals | round it to what the currency can pay",
        );
        check(
            Money::parse_number("1e300", None),
            "1e300 is more money than there is",
        );
        for text in [
            "", ".", "-", "1_000", "0x10", "inf", "nan", "1e", "1.2.3", "--1",
        ] {
            assert!(Money::parse_number(text, None).is_err(), "{text}");
        }
    }

    #[test]
    fn says_how_records_write_amounts() {
        for (text, suggestion) in [
            ("310,000", "310000"),
            ("310 000", "310000"),
            ("1'310'000.50", "1310000.50"),
            ("310.000,50", "310000.50"),
            ("12,50", "12.50"),
            ("310k", "310000"),
            ("1.2M", "1200000"),
            ("2 million", "2000000"),
            ("310,000 USD", "{amount: 310000, currency: USD}"),
            ("EUR 310.000", "{amount: 310000, currency: EUR}"),
            ("€1.5m", "{amount: 1500000, currency: EUR}"),
            ("5 eur", "{amount: 5, currency: EUR}"),
        ] {
            let error = explain_text(text);
            assert_eq!(
                error.suggestion.as_deref(),
                Some(suggestion),
                "{text}: {error}"
            );
            assert!(
                error.message.ends_with("is text, and amounts are numbers"),
                "{error}"
            );
        }
        let error = explain_text("$310,000");
        assert_eq!(
            error.message,
            "\"$310,000\" is text, and amounts are numbers"
        );
        assert_eq!(
            error.help.as_deref(),
            Some("write 310000, or {amount: 310000, currency: USD} for US dollars")
        );
        let error = explain_text("310000");
        assert_eq!(error.message, "310000 is text, because it stands in quotes");
        assert_eq!(error.suggestion.as_deref(), Some("310000"));
        for text in ["a lot", "1.234k", "3,10,000", "1 2 3", "USD", "10%"] {
            assert_eq!(explain_text(text).suggestion, None, "{text}");
        }
    }

    #[test]
    fn reads_what_it_prints() {
        assert_eq!(money("310,000 USD"), Money::new(310_000, usd()));
        assert_eq!(money("310000 USD"), Money::new(310_000, usd()));
        assert_eq!(money("310,000"), Money::new(310_000, None));
        check(
            Money::parse("USD 5"),
            "\"USD 5\" is no plain amount of money | write 5 USD",
        );
    }

    #[test]
    fn compares_and_adds_within_a_currency() {
        let (ten, one) = (money("10 USD"), money("1.50 USD"));
        assert_eq!(ten.compare(one), Some(Ordering::Greater));
        assert_eq!(ten.compare(money("10.00 USD")), Some(Ordering::Equal));
        assert_eq!(ten.compare(money("10 EUR")), None);
        assert_eq!(ten.compare(money("10")), None);
        let dollar = Currency::parse("USD").expect("a code");
        assert_eq!(
            ten.compare(money("10").or_currency(dollar)),
            Some(Ordering::Equal)
        );
        assert_eq!(ten.checked_add(one), Some(money("11.50 USD")));
        assert_eq!(one.checked_sub(ten), Some(money("-8.50 USD")));
        assert_eq!(ten.checked_add(money("10 EUR")), None);
        assert_eq!(one.checked_mul(4), Some(money("6 USD")));
        assert_eq!(ten.times(0.15), Some(one));
        assert_eq!(ten.ratio(money("4 USD")), Some(2.5));
        assert_eq!(ten.ratio(money("0 USD")), None);
        assert_eq!(
            Money::new(i64::MAX, None).checked_add(Money::new(1, None)),
            None
        );
        assert_eq!(Money::new(i64::MIN, None).checked_neg(), None);
        assert_eq!(Money::from_f64(f64::NAN, None), None);
    }
}
