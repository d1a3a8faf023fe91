//! Durations: calendar months beside exact seconds.
//!
//! Two spellings are read. The short one is numbers with a unit, largest unit first: `s` seconds,
//! `m` minutes, `h` hours, `d` days of 24 hours, `w` weeks, `mo` calendar months, `y` years of
//! twelve months; parts stand together or are separated by one space (`1d 12h`). The other is the
//! duration of ISO 8601 (`PT4H`, `P1Y6M`, `P2W`), where weeks may stand beside other parts as
//! ISO 8601-2 allows. Neither takes fractions or signs. What other spellings meant is worked out
//! in [`meaning`] for the error alone.

mod meaning;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::ScalarError;

/// A length of time: calendar months, whose length depends on where they lie, and exact seconds.
/// Either part may be zero, and arithmetic may make either negative.
///
/// Two durations are equal (`==`) if both parts are: `1y` equals `12mo` and `1d` equals `24h`, but
/// `1mo` equals no number of days. There is no total order; see [`Duration::compare`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Duration {
    months: i32,
    seconds: i64,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The units that a duration is written in, largest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
}

impl Duration {
    /// No time at all.
    pub const ZERO: Duration = Duration::new(0, 0);

    /// Returns a duration of calendar months and exact seconds.
    #[must_use]
    pub const fn new(months: i32, seconds: i64) -> Duration {
        Duration { months, seconds }
    }

    /// Returns so many calendar months.
    #[must_use]
    pub const fn months(months: i32) -> Duration {
        Duration::new(months, 0)
    }

    /// Returns so many days of 24 hours; what does not fit is cut to what does.
    #[must_use]
    pub const fn days(days: i64) -> Duration {
        Duration::new(0, days.saturating_mul(DAY))
    }

    /// Returns so many hours; what does not fit is cut to what does.
    #[must_use]
    pub const fn hours(hours: i64) -> Duration {
        Duration::new(0, hours.saturating_mul(HOUR))
    }

    /// Returns so many minutes; what does not fit is cut to what does.
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

    /// Reads a duration: `15m`, `4h`, `3d`, `2w`, `6mo`, `1y`, several parts (`1d 12h`), or the
    /// form of ISO 8601 (`PT4H`, `P1Y6M`). Neither part is negative, nor longer than 10,000 years.
    ///
    /// # Errors
    ///
    /// Any other text; the error carries the short form if there is no doubt what was meant.
    pub fn parse(text: &str) -> Result<Duration, ScalarError> {
        let read = match text.strip_prefix('P') {
            Some(parts) => read_iso(parts),
            None => read_short(text),
        };
        read.ok_or_else(|| meaning::explain(text))
    }

    /// Compares two lengths, if the answer is the same wherever their months lie.
    #[must_use]
    pub fn compare(self, other: Duration) -> Option<Ordering> {
        let (least, greatest) = self.compare_range(other);
        (least == greatest).then_some(least)
    }

    /// Returns the least and the greatest answer of a comparison over the places where the months
    /// may lie: `365d` against `12mo` gives `(Less, Equal)`, so "at most" is decided and "equal" is
    /// not. Months that stand on both sides cancel; the rest is compared as
    /// [`Duration::range_seconds`] describes.
    #[must_use]
    pub fn compare_range(self, other: Duration) -> (Ordering, Ordering) {
        let months = i64::from(self.months) - i64::from(other.months);
        let seconds = i128::from(self.seconds) - i128::from(other.seconds);
        let (least, greatest) = month_range(months);
        ((seconds + least).cmp(&0), (seconds + greatest).cmp(&0))
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

    /// No part that is read may be longer than 10,000 years.
    const fn can_be_written(self) -> bool {
        self.months <= MOST_MONTHS && self.seconds <= MOST_SECONDS
    }

    /// Returns the smallest and the largest length in seconds. One month has 28 to 31 days, three
    /// have 89 to 92, six have 181 to 184, twelve have 365 or 366; the end of a month clamps. Both
    /// numbers are the same if there are no months.
    #[must_use]
    pub fn range_seconds(self) -> (i64, i64) {
        let (least, greatest) = month_range(i64::from(self.months));
        let exact = i128::from(self.seconds);
        (saturate(exact + least), saturate(exact + greatest))
    }
}

/// Prints the short form, as a person would write it:
///
/// * months as `mo` (`12mo`, `18mo`), from 24 on as `y` where they are whole years (`7y`);
/// * exact time up to 72 hours in hours (`24h`, `72h`), longer or beside months in days and the
///   hours left over (`4d`, `4d 4h`, `1mo 1d`), never in weeks;
/// * whole minutes up to two hours as minutes (`90m`), then hours and minutes (`2h 30m`); odd
///   seconds in the same way (`90s`, `2m 30s`);
/// * nothing as `0h`; a negative calendar or exact part with a sign before it (`-1mo`, `1mo -3d`).
impl fmt::Display for Duration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Duration::ZERO {
            return formatter.write_str("0h");
        }
        write_months(formatter, self.months)?;
        if self.months != 0 && self.seconds != 0 {
            formatter.write_str(" ")?;
        }
        if self.seconds < 0 {
            formatter.write_str("-")?;
        }
        write_seconds(formatter, self.seconds.unsigned_abs(), self.months != 0)
    }
}

impl FromStr for Duration {
    type Err = ScalarError;

    fn from_str(text: &str) -> Result<Duration, ScalarError> {
        Duration::parse(text)
    }
}

impl Unit {
    const fn suffix(self) -> &'static str {
        match self {
            Unit::Year => "y",
            Unit::Month => "mo",
            Unit::Week => "w",
            Unit::Day => "d",
            Unit::Hour => "h",
            Unit::Minute => "m",
            Unit::Second => "s",
        }
    }

    const fn length(self) -> Duration {
        match self {
            Unit::Year => Duration::months(12),
            Unit::Month => Duration::months(1),
            Unit::Week => Duration::days(7),
            Unit::Day => Duration::days(1),
            Unit::Hour => Duration::hours(1),
            Unit::Minute => Duration::minutes(1),
            Unit::Second => Duration::seconds(1),
        }
    }
}

/// The months of 10,000 years.
const MOST_MONTHS: i32 = 120_000;

/// The seconds of 10,000 years, leap days included.
const MOST_SECONDS: i64 = 3_652_500 * DAY;

/// Reads numbers with the suffixes of [`Unit`], each unit once, largest first.
fn read_short(text: &str) -> Option<Duration> {
    let mut sum = Duration::ZERO;
    let mut before = None;
    let mut rest = text;
    loop {
        let (number, after) = read_number(rest)?;
        let (unit, after) = read_suffix(after)?;
        if before.is_some_and(|before| before >= unit) {
            return None;
        }
        sum = add_part(sum, number, unit)?;
        if after.is_empty() {
            return Some(sum);
        }
        before = Some(unit);
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
}

/// Reads a duration of ISO 8601 without its `P`.
fn read_iso(text: &str) -> Option<Duration> {
    let mut sum = Duration::ZERO;
    let mut before = None;
    let mut timed = false;
    let mut rest = text;
    while !rest.is_empty() || before.is_none() {
        if let Some(after) = rest.strip_prefix('T').filter(|_| !timed) {
            (timed, rest) = (true, after);
        }
        let (number, after) = read_number(rest)?;
        let unit = iso_unit(*after.as_bytes().first()?, timed)?;
        if before.is_some_and(|before| before >= unit) {
            return None;
        }
        sum = add_part(sum, number, unit)?;
        before = Some(unit);
        rest = &after[1..];
    }
    Some(sum)
}

fn iso_unit(letter: u8, timed: bool) -> Option<Unit> {
    match (letter, timed) {
        (b'Y', false) => Some(Unit::Year),
        (b'M', false) => Some(Unit::Month),
        (b'W', false) => Some(Unit::Week),
        (b'D', false) => Some(Unit::Day),
        (b'H', true) => Some(Unit::Hour),
        (b'M', true) => Some(Unit::Minute),
        (b'S', true) => Some(Unit::Second),
        _ => None,
    }
}

fn read_number(text: &str) -> Option<(i64, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, after) = text.split_at(length);
    Some((digits.parse().ok()?, after))
}

fn read_suffix(text: &str) -> Option<(Unit, &str)> {
    let bytes = text.as_bytes();
    let unit = match bytes.first()? {
        b'y' => Unit::Year,
        b'm' if bytes.get(1) == Some(&b'o') => Unit::Month,
        b'w' => Unit::Week,
        b'd' => Unit::Day,
        b'h' => Unit::Hour,
        b'm' => Unit::Minute,
        b's' => Unit::Second,
        _ => return None,
    };
    Some((unit, &text[unit.suffix().len()..]))
}

/// Adds `number` times the unit, within the length that a duration may have.
fn add_part(sum: Duration, number: i64, unit: Unit) -> Option<Duration> {
    let sum = sum.checked_add(unit.length().checked_mul(number)?)?;
    sum.can_be_written().then_some(sum)
}

/// The least number of days that so many months of less than a year can have, over all days to
/// start from. The greatest number is three more, but for no months at all.
const LEAST_DAYS: [i64; 12] = [0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334];

/// The smallest and largest number of seconds that so many months can have.
fn month_range(months: i64) -> (i128, i128) {
    let years = months.abs() / 12;
    let rest = usize::try_from(months.abs() % 12).unwrap_or_default();
    let least = LEAST_DAYS[rest];
    let greatest = if rest == 0 { 0 } else { least + 3 };
    let short = i128::from(years * 365 + least) * i128::from(DAY);
    let long = i128::from(years * 366 + greatest) * i128::from(DAY);
    if months < 0 {
        (-long, -short)
    } else {
        (short, long)
    }
}

fn saturate(seconds: i128) -> i64 {
    i64::try_from(seconds).unwrap_or(if seconds < 0 { i64::MIN } else { i64::MAX })
}

fn write_months(formatter: &mut fmt::Formatter<'_>, months: i32) -> fmt::Result {
    match months {
        0 => Ok(()),
        _ if months % 12 == 0 && months.unsigned_abs() >= 24 => {
            write!(formatter, "{}y", months / 12)
        }
        _ => write!(formatter, "{months}mo"),
    }
}

fn write_seconds(
    formatter: &mut fmt::Formatter<'_>,
    seconds: u64,
    beside_months: bool,
) -> fmt::Result {
    let [minute, hour, day] = [MINUTE, HOUR, DAY].map(i64::unsigned_abs);
    // Numbers below twice the next unit stay whole: 90s, 90m, 72h.
    if seconds < 2 * minute && !seconds.is_multiple_of(minute) {
        return write!(formatter, "{seconds}s");
    }
    if seconds < 2 * hour && seconds.is_multiple_of(minute) && !seconds.is_multiple_of(hour) {
        return write!(formatter, "{}m", seconds / minute);
    }
    let in_days = seconds > 3 * day || beside_months;
    let days = if in_days { seconds / day } else { 0 };
    let rest = seconds - days * day;
    let parts = [
        (days, "d"),
        (rest / hour, "h"),
        (rest % hour / minute, "m"),
        (rest % minute, "s"),
    ];
    let mut space = "";
    for (number, suffix) in parts.into_iter().filter(|(number, _)| *number > 0) {
        write!(formatter, "{space}{number}{suffix}")?;
        space = " ";
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::Date;

    fn duration(text: &str) -> Duration {
        Duration::parse(text).expect(text)
    }

    /// `error`: the message, and after `|` the help.
    fn check(text: &str, error: &str) {
        let found = Duration::parse(text).expect_err(text);
        let help = found.help.map(|help| format!(" | {help}"));
        assert_eq!(found.message + &help.unwrap_or_default(), error);
    }

    #[test]
    fn reads_both_spellings() {
        let spellings = [
            ("15m", 0, 15 * MINUTE),
            ("4h", 0, 4 * HOUR),
            ("3d", 0, 3 * DAY),
            ("2w", 0, 14 * DAY),
            ("6mo", 6, 0),
            ("1y", 12, 0),
            ("90s", 0, 90),
            ("1d12h", 0, 36 * HOUR),
            ("1d 12h", 0, 36 * HOUR),
            (
                "1y 6mo 2w 1d 4h 5m 6s",
                18,
                15 * DAY + 4 * HOUR + 5 * MINUTE + 6,
            ),
            ("0h", 0, 0),
            ("PT4H", 0, 4 * HOUR),
            ("PT15M", 0, 15 * MINUTE),
            ("P1M", 1, 0),
            ("P1Y6M", 18, 0),
            ("P2W", 0, 14 * DAY),
            ("P1DT12H", 0, 36 * HOUR),
            ("P1Y2M3W4DT5H6M7S", 14, 25 * DAY + 5 * HOUR + 6 * MINUTE + 7),
        ];
        for (text, months, seconds) in spellings {
            assert_eq!(duration(text), Duration::new(months, seconds), "{text}");
        }
    }

    #[test]
    fn prints_what_a_person_would_write() {
        let same = [
            "0h", "45s", "90s", "1m", "15m", "90m", "1h", "2h", "2h 30m", "24h", "36h", "72h",
            "4d", "4d 4h", "30d", "90d", "1mo", "6mo", "12mo", "18mo", "2y", "7y", "12mo 3d",
            "25h 30m",
        ];
        for text in same {
            assert_eq!(duration(text).to_string(), text);
        }
        for (text, printed) in [("1d", "24h"), ("3d", "72h"), ("2w", "14d"), ("1y", "12mo")] {
            assert_eq!(duration(text).to_string(), printed);
        }
        assert_eq!(Duration::hours(-4).to_string(), "-4h");
        assert_eq!(Duration::new(-1, -DAY).to_string(), "-1mo -1d");
        assert_eq!(Duration::new(1, -DAY).to_string(), "1mo -1d");
        assert_eq!(Duration::new(-1, DAY).to_string(), "-1mo 1d");
    }

    #[test]
    fn proposes_the_short_form() {
        let spellings = [
            ("12 months", "12mo"),
            ("1 year", "1y"),
            ("90 days", "90d"),
            ("8hrs", "8h"),
            ("4H", "4h"),
            ("12MO", "12mo"),
            ("30 min", "30m"),
            ("5 hr.", "5h"),
            ("1 day, 12 hours", "1d 12h"),
            ("1 day and 12 hours", "1d 12h"),
            ("12h 1d", "1d 12h"),
            ("1h 20m 1h", "2h 20m"),
            ("2 quarters", "6mo"),
            ("two weeks", "2w"),
            ("a month", "1mo"),
            ("every month", "1mo"),
            ("1.5h", "90m"),
            ("1,5 h", "90m"),
            ("1.5 years", "18mo"),
            ("2.5d", "60h"),
            ("quarterly", "3mo"),
            ("annually", "12mo"),
            ("Semi-annual", "6mo"),
            ("pt4h", "4h"),
            ("P4H", "4h"),
            ("within 4 hours", "4h"),
            ("<= 4h", "4h"),
            (" 4h", "4h"),
            ("24-hour", "24h"),
            ("04:00:00", "4h"),
            ("weekly", "1w"),
            ("1h30", "1h 30m"),
            ("1 hour 30", "1h 30m"),
            ("0", "0h"),
            ("1d  12h", "1d 12h"),
        ];
        for (text, suggestion) in spellings {
            let error = Duration::parse(text).expect_err(text);
            assert_eq!(
                error.suggestion.as_deref(),
                Some(suggestion),
                "{text}: {error}"
            );
            duration(suggestion);
        }
        check(
            "12 months",
            "\"12 months\" is not how durations are written | write 12mo",
        );
    }

    #[test]
    fn does_not_guess() {
        check(
            "12M",
            "12M may mean minutes or months | write 12m for minutes or 12mo for months",
        );
        check(
            "90",
            "90 has no unit | write 90h for hours, 90d for days or 90mo for months",
        );
        check("-4h", "-4h is negative, and a duration cannot be");
        check(
            "5 business days",
            "\"5 business days\" has no fixed length: it counts working days | \
             write calendar days: 7d, weekends included",
        );
        check(
            "4-8h",
            "4-8h is a range, and a duration is one length | \
             write the limit that must hold, such as 8h",
        );
        check(
            "4:00",
            "4:00 may mean two lengths | write 4h for hours and minutes or 4m for minutes and seconds",
        );
        check(
            "biannual",
            "biannual may mean two lengths | write 6mo for twice a year or 2y for every other year",
        );
        for text in ["99999y", "99999999999999999999 h", "120001mo"] {
            let error = Duration::parse(text).expect_err(text);
            assert!(
                error.message.ends_with("is longer than 10,000 years"),
                "{error}"
            );
        }
        for text in ["1,500h", "P", "PT", "4hh", "h", "soon", "4 hours ago"] {
            let error = Duration::parse(text).expect_err(text);
            assert!(error.message.ends_with("is no duration"), "{error}");
            assert_eq!(error.suggestion, None);
        }
    }

    #[test]
    fn compares_where_the_answer_is_decided() {
        use Ordering::{Equal, Greater, Less};
        let compare = |one: &str, other: &str| duration(one).compare_range(duration(other));
        assert_eq!(compare("90m", "2h"), (Less, Less));
        assert_eq!(compare("1d", "24h"), (Equal, Equal));
        assert_eq!(compare("1y", "12mo"), (Equal, Equal));
        assert_eq!(compare("27d", "1mo"), (Less, Less));
        assert_eq!(compare("28d", "1mo"), (Less, Equal));
        assert_eq!(compare("30d", "1mo"), (Less, Greater));
        assert_eq!(compare("31d", "1mo"), (Equal, Greater));
        assert_eq!(compare("32d", "1mo"), (Greater, Greater));
        assert_eq!(compare("180d", "6mo"), (Less, Less));
        assert_eq!(compare("365d", "12mo"), (Less, Equal));
        assert_eq!(compare("13mo", "1y 27d"), (Greater, Greater));
        assert_eq!(duration("30d").compare(duration("1mo")), None);
    }

    /// Counts the days of every stretch of whole months in the 400 years after which the calendar
    /// repeats itself.
    #[test]
    fn knows_how_long_months_can_be() {
        let days = |from: Date, months: i32| {
            let to = from
                .plus(Duration::months(months))
                .expect("within the calendar");
            from.days_until(to)
        };
        for months in (1..=25).chain([48, 96, 97, 1200]) {
            let starts = (0..146_097).step_by(if months < 12 { 1 } else { 7 });
            let lengths = starts.map(|day| days(Date::from_days(day), months));
            let (least, greatest) = lengths.fold((i64::MAX, 0), |(least, greatest), days| {
                (least.min(days), greatest.max(days))
            });
            let (low, high) = Duration::months(months).range_seconds();
            assert!(low <= least * DAY && greatest * DAY <= high, "{months}");
            if months <= 12 {
                assert_eq!((low, high), (least * DAY, greatest * DAY), "{months}");
            }
        }
    }

    #[test]
    fn reckons_without_overflow() {
        let most = Duration::new(i32::MAX, i64::MAX);
        assert_eq!(most.checked_add(Duration::months(1)), None);
        assert_eq!(most.checked_mul(2), None);
        assert_eq!(Duration::new(i32::MIN, 0).checked_neg(), None);
        assert_eq!(most.range_seconds(), (i64::MAX, i64::MAX));
        assert_eq!(duration("1mo 1d").checked_mul(3), Some(duration("3mo 3d")));
        assert_eq!(
            duration("1mo 1d").checked_sub(duration("2d")),
            Some(Duration::new(1, -DAY))
        );
    }
}
