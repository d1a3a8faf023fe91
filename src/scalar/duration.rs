//! Durations: calendar months beside exact seconds.

use std::cmp::Ordering;
use std::fmt;

use super::ScalarError;

/// A length of time: calendar months, whose length depends on where they lie, and exact seconds.
/// Either part may be zero. Two durations are equal (`==`) if both parts are: `1y` equals `12mo`
/// and `1d` equals `24h`, but `1mo` equals no number of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Duration {
    months: i32,
    seconds: i64,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

impl Duration {
    /// No time at all.
    pub const ZERO: Duration = Duration {
        months: 0,
        seconds: 0,
    };

    /// Returns a duration of both parts: calendar months and exact seconds.
    #[must_use]
    pub const fn new(months: i32, seconds: i64) -> Duration {
        Duration { months, seconds }
    }

    /// Returns so many calendar months.
    #[must_use]
    pub const fn months(months: i32) -> Duration {
        Duration::new(months, 0)
    }

    /// Returns so many days of 24 hours, at most the longest duration there is.
    #[must_use]
    pub const fn days(days: i64) -> Duration {
        Duration::new(0, days.saturating_mul(DAY))
    }

    /// Returns so many hours.
    #[must_use]
    pub const fn hours(hours: i64) -> Duration {
        Duration::new(0, hours.saturating_mul(HOUR))
    }

    /// Returns so many minutes.
    #[must_use]
    pub const fn minutes(minutes: i64) -> Duration {
        Duration::new(0, minutes.saturating_mul(MINUTE))
    }

    /// Returns so many seconds.
    #[must_use]
    pub const fn seconds(seconds: i64) -> Duration {
        Duration::new(0, seconds)
    }

    /// Returns the calendar part, in months.
    #[must_use]
    pub const fn month_part(self) -> i32 {
        self.months
    }

    /// Returns the exact part, in seconds.
    #[must_use]
    pub const fn second_part(self) -> i64 {
        self.seconds
    }

    /// Reads `15m`, `4h`, `3d`, `2w`, `6mo`, `1y`, several of these (`1d 12h`), or a duration of
    /// ISO 8601 (`PT4H`, `P1Y6M`, `P2W`).
    ///
    /// # Errors
    ///
    /// Anything else, with what was most likely meant.
    pub fn parse(text: &str) -> Result<Duration, ScalarError> {
        let read = match text.strip_prefix('P') {
            Some(rest) => read_iso(rest),
            None => read_parts(text),
        };
        read.ok_or_else(|| explain(text))
    }

    /// Compares two lengths, if the answer is the same wherever their months lie.
    #[must_use]
    pub fn compare(self, other: Duration) -> Option<Ordering> {
        let (least, greatest) = self.compare_range(other);
        (least == greatest).then_some(least)
    }

    /// Returns the least and the greatest answer of a comparison, over all places where the months
    /// may lie: `365d` against `12mo` is `(Less, Equal)`, so "at most" is decided and "equal" is
    /// not. Months that stand on both sides cancel.
    #[must_use]
    pub fn compare_range(self, other: Duration) -> (Ordering, Ordering) {
        let months = i64::from(self.months) - i64::from(other.months);
        let seconds = i128::from(self.seconds) - i128::from(other.seconds);
        let (least, greatest) = month_range(months);
        let zero = 0_i128;
        (
            (seconds + least).cmp(&zero),
            (seconds + greatest).cmp(&zero),
        )
    }

    /// Returns the sum, part by part, or `None` on overflow.
    #[must_use]
    pub fn checked_add(self, other: Duration) -> Option<Duration> {
        Some(Duration {
            months: self.months.checked_add(other.months)?,
            seconds: self.seconds.checked_add(other.seconds)?,
        })
    }

    /// Returns the difference, part by part, or `None` on overflow.
    #[must_use]
    pub fn checked_sub(self, other: Duration) -> Option<Duration> {
        Some(Duration {
            months: self.months.checked_sub(other.months)?,
            seconds: self.seconds.checked_sub(other.seconds)?,
        })
    }

    /// Returns the same length backwards, or `None` on overflow.
    #[must_use]
    pub fn checked_neg(self) -> Option<Duration> {
        Duration::ZERO.checked_sub(self)
    }

    /// Returns `factor` times the duration, or `None` on overflow.
    #[must_use]
    pub fn checked_mul(self, factor: i64) -> Option<Duration> {
        let months = i64::from(self.months).checked_mul(factor)?;
        Some(Duration {
            months: i32::try_from(months).ok()?,
            seconds: self.seconds.checked_mul(factor)?,
        })
    }

    /// Returns the smallest and the largest length in seconds: a month has 28 to 31 days, twelve
    /// months 365 or 366.
    #[must_use]
    pub fn range_seconds(self) -> (i64, i64) {
        let (least, greatest) = month_range(i64::from(self.months));
        let exact = i128::from(self.seconds);
        (saturate(exact + least), saturate(exact + greatest))
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}mo {}s", self.months, self.seconds)
    }
}

fn saturate(seconds: i128) -> i64 {
    i64::try_from(seconds).unwrap_or(if seconds < 0 { i64::MIN } else { i64::MAX })
}

/// The smallest and largest number of seconds that so many months can have.
fn month_range(months: i64) -> (i128, i128) {
    let (years, rest) = (i128::from(months.abs() / 12), i128::from(months.abs() % 12));
    let short = (years * 365 + rest * 28) * i128::from(DAY);
    let long = (years * 366 + rest * 31) * i128::from(DAY);
    if months < 0 {
        (-long, -short)
    } else {
        (short, long)
    }
}

fn read_parts(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut sum = Duration::ZERO;
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: i64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.bytes().take_while(u8::is_ascii_lowercase).count();
        let one = match &rest[..letters] {
            "s" => Duration::seconds(1),
            "m" => Duration::minutes(1),
            "h" => Duration::hours(1),
            "d" => Duration::days(1),
            "w" => Duration::seconds(WEEK),
            "mo" => Duration::months(1),
            "y" => Duration::months(12),
            _ => return None,
        };
        sum = sum.checked_add(one.checked_mul(number)?)?;
        rest = &rest[letters..];
        if rest.is_empty() {
            return Some(sum);
        }
        rest = rest.strip_prefix(' ').unwrap_or(rest);
    }
}

fn read_iso(_rest: &str) -> Option<Duration> {
    None
}

fn explain(text: &str) -> ScalarError {
    ScalarError::new(format!("{text} is no duration")).help("write it like 4h, 30d or 12mo")
}
