//! Civil dates: a day of the proleptic Gregorian calendar, without time of day and time zone.
//!
//! The form read is the extended calendar date of ISO 8601, `YYYY-MM-DD`, and no other. What other
//! forms meant is worked out in [`meaning`] for the error alone.

mod calendar;
mod meaning;

use std::fmt;
use std::str::FromStr;

use super::{Duration, ScalarError};
use calendar::{civil_from_days, days_from_civil, days_in_month};

/// A day of the proleptic Gregorian calendar between the years 0001 and 9999, or
/// [`Date::AFTER_ALL`]. Stored as days since 1970-01-01, so that dates order as numbers do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

/// Seconds of a civil day.
const DAY_SECONDS: i64 = 86_400;

impl Date {
    /// Sorts after every date: the end of what is open-ended. Prints as `open-ended`.
    pub const AFTER_ALL: Date = Date(i32::MAX);
    /// 0001-01-01, the first date that can be written.
    pub const MIN: Date = Date(days_from_civil(1, 1, 1));
    /// 9999-12-31, the last date that can be written.
    pub const MAX: Date = Date(days_from_civil(9999, 12, 31));

    /// Returns the date of a year (1 to 9999), month (1 to 12) and day of the month (from 1), if
    /// there is such a day.
    #[must_use]
    pub const fn from_ymd(year: i32, month: u32, day: u32) -> Option<Date> {
        if year < 1 || year > 9999 || month < 1 || month > 12 {
            return None;
        }
        if day < 1 || day > days_in_month(year, month) {
            return None;
        }
        Some(Date(days_from_civil(year, month, day)))
    }

    /// Returns the year, the month (1 to 12) and the day of the month (from 1).
    /// [`Date::AFTER_ALL`] has no meaningful one; ask [`Date::is_after_all`] first.
    #[must_use]
    pub const fn ymd(self) -> (i32, u32, u32) {
        civil_from_days(self.0)
    }

    /// Returns the number of days since 1970-01-01, negative before it.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.0
    }

    /// Returns the date that is `days` days after 1970-01-01. A number outside the years 0001 to
    /// 9999 gives the nearest date inside, except that of [`Date::AFTER_ALL`], which gives it back.
    #[must_use]
    pub const fn from_days(days: i32) -> Date {
        if days == Date::AFTER_ALL.0 {
            Date::AFTER_ALL
        } else if days < Date::MIN.0 {
            Date::MIN
        } else if days > Date::MAX.0 {
            Date::MAX
        } else {
            Date(days)
        }
    }

    /// Returns true for [`Date::AFTER_ALL`].
    #[must_use]
    pub const fn is_after_all(self) -> bool {
        self.0 == Date::AFTER_ALL.0
    }

    /// Reads a calendar date of ISO 8601 in its extended form, `YYYY-MM-DD`.
    ///
    /// # Errors
    ///
    /// Any other text; the error carries the ISO form if there is no doubt which day was meant.
    pub fn parse(text: &str) -> Result<Date, ScalarError> {
        split_iso(text.as_bytes())
            .and_then(|(year, month, day)| Date::from_ymd(year, month, day))
            .ok_or_else(|| meaning::explain(text))
    }

    /// Returns the date moved forward by a duration: first by its months, clamped to the last day
    /// of the month, then by its days. What is left of less than a day moves no date, so `36h` is
    /// one day. [`Date::AFTER_ALL`] stays where it is. `None` outside the years 0001 to 9999.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Option<Date> {
        let days = duration.second_part() / DAY_SECONDS;
        self.shift(i64::from(duration.month_part()), days)
    }

    /// Returns the date moved back by a duration, in the order of [`Date::plus`]: months, clamped,
    /// then days.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Option<Date> {
        let days = duration.second_part() / DAY_SECONDS;
        self.shift(-i64::from(duration.month_part()), -days)
    }

    /// Returns the days from this date to the other, negative if the other is earlier.
    #[must_use]
    pub const fn days_until(self, other: Date) -> i64 {
        other.0 as i64 - self.0 as i64
    }

    /// Returns the day after; after [`Date::MAX`] comes [`Date::AFTER_ALL`], and that stays.
    #[must_use]
    pub const fn next(self) -> Date {
        if self.0 >= Date::MAX.0 {
            Date::AFTER_ALL
        } else {
            Date(self.0 + 1)
        }
    }

    /// Returns the day of the week, from 0 for Monday to 6 for Sunday.
    #[must_use]
    pub const fn weekday(self) -> u32 {
        // Day 0, 1970-01-01, was a Thursday.
        (self.0.rem_euclid(7) as u32 + 3) % 7
    }

    fn shift(self, months: i64, days: i64) -> Option<Date> {
        if self.is_after_all() {
            return Some(self);
        }
        let start = if months == 0 {
            self
        } else {
            self.shift_months(months)?
        };
        let moved = i64::from(start.0).checked_add(days)?;
        let date = Date(i32::try_from(moved).ok()?);
        (Date::MIN..=Date::MAX).contains(&date).then_some(date)
    }

    fn shift_months(self, months: i64) -> Option<Date> {
        let (year, month, day) = self.ymd();
        let count = i64::from(year) * 12 + i64::from(month) - 1 + months;
        let year = i32::try_from(count.div_euclid(12)).ok()?;
        let month = u32::try_from(count.rem_euclid(12)).ok()? + 1;
        Date::from_ymd(year, month, day.min(days_in_month(year, month)))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_after_all() {
            return formatter.pad("open-ended");
        }
        let (year, month, day) = self.ymd();
        let year = year.unsigned_abs();
        let [y1, y2, y3, y4] = [year / 1000, year / 100, year / 10, year].map(last_digit);
        let [m1, m2, d1, d2] = [month / 10, month, day / 10, day].map(last_digit);
        let text = [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2];
        formatter.pad(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl FromStr for Date {
    type Err = ScalarError;

    fn from_str(text: &str) -> Result<Date, ScalarError> {
        Date::parse(text)
    }
}

fn last_digit(number: u32) -> u8 {
    b'0' + (number % 10) as u8
}

/// Splits a text of the form `YYYY-MM-DD` into its numbers, which need not be those of a day.
fn split_iso(bytes: &[u8]) -> Option<(i32, u32, u32)> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else {
        return None;
    };
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    let year = digit(y1)? * 1000 + digit(y2)? * 100 + digit(y3)? * 10 + digit(y4)?;
    let month = digit(m1)? * 10 + digit(m2)?;
    let day = digit(d1)? * 10 + digit(d2)?;
    Some((i32::try_from(year).ok()?, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).expect(text)
    }

    /// `error`: the message, and after `|` the help.
    fn check(text: &str, error: &str) {
        let found = Date::parse(text).expect_err(text);
        let help = found.help.map(|help| format!(" | {help}"));
        assert_eq!(found.message + &help.unwrap_or_default(), error);
        if let Some(suggestion) = found.suggestion {
            assert_eq!(date(&suggestion).to_string(), suggestion);
        }
    }

    #[test]
    fn reads_and_prints_iso_dates() {
        for text in [
            "2026-03-31",
            "2024-02-29",
            "0001-01-01",
            "9999-12-31",
            "1970-01-01",
        ] {
            assert_eq!(date(text).to_string(), text);
        }
        assert_eq!(date("1970-01-01").days(), 0);
        assert_eq!(date("2026-11-22").weekday(), 6);
        assert_eq!(Date::MIN.to_string(), "0001-01-01");
        assert_eq!(Date::MAX.to_string(), "9999-12-31");
        assert_eq!(Date::AFTER_ALL.to_string(), "open-ended");
    }

    #[test]
    fn says_which_days_there_are() {
        check(
            "2026-02-30",
            "2026-02-30 is no date: February 2026 has 28 days | \
             the last day of February 2026 is 2026-02-28",
        );
        check(
            "2026-13-01",
            "2026-13-01 is no date: there is no month 13 | write 2026-01-13, if 13 is the day",
        );
        check("2026-13-32", "2026-13-32 is no date: there is no month 13");
        check(
            "31/04/2026",
            "31/04/2026 is no date: April 2026 has 30 days | \
             the last day of April 2026 is 2026-04-30",
        );
        check("2026-01-00", "2026-01-00 is no date: days count from 1");
        check("0000-01-01", "0000-01-01 is no date: there is no year 0");
    }

    #[test]
    fn proposes_the_iso_form() {
        let forms = [
            "2026-3-4",
            "2026/03/04",
            "2026.03.04",
            "20260304",
            "2026 03 04",
            "4.3.2026",
            "04.03.2026",
            "4 March 2026",
            "March 4, 2026",
            "Mar 4 2026",
            "4-Mar-2026",
            "4th of March 2026",
            "Wed, 4 Mar 2026",
            "Mar. 4, 2026",
            "2026-Mar-04",
            " 2026-03-04",
            "2026\u{2011}03\u{2011}04",
            "2026\u{2013}03\u{2013}04",
        ];
        for text in forms {
            let error = Date::parse(text).expect_err(text);
            assert_eq!(error.suggestion.as_deref(), Some("2026-03-04"), "{text}");
        }
        check(
            "3/14/2026",
            "3/14/2026 is no date of the form YYYY-MM-DD | write 2026-03-14",
        );
        check(
            "2026-03-04T10:00:00Z",
            "2026-03-04T10:00:00Z has a time of day, where only a date is wanted | write 2026-03-04",
        );
    }

    #[test]
    fn does_not_guess() {
        check(
            "03/04/2026",
            "03/04/2026 may be one of two days | \
             write the date as YYYY-MM-DD: 2026-03-04 or 2026-04-03",
        );
        check(
            "03/04/26",
            "03/04/26 has a year of two digits | write a date as YYYY-MM-DD, such as 2026-03-31",
        );
        check(
            "2026-02",
            "2026-02 is a month, not a day | write a day from 2026-02-01 to 2026-02-28",
        );
        check(
            "2026",
            "2026 is a year, not a day | write a day from 2026-01-01 to 2026-12-31",
        );
        check(
            "Q4 2026",
            "\"Q4 2026\" is a quarter, not a day | write a day from 2026-10-01 to 2026-12-31",
        );
        check(
            "2026-W01",
            "2026-W01 is a week, not a day | write a day from 2025-12-29 to 2026-01-04",
        );
        check(
            "46112",
            "46112 is no date | write 2026-03-31, if this is the day number of a spreadsheet",
        );
        check(
            "soon",
            "soon is no date | write a date as YYYY-MM-DD, such as 2026-03-31",
        );
        check(
            "TBD",
            "TBD where a date is wanted | write unknown if it is not known yet, or leave the field out",
        );
        check(
            "2026-12-31 (planned)",
            "\"2026-12-31 (planned)\" holds more than a date | \
             write 2026-12-31, and the rest in a comment",
        );
        check(
            "ongoing",
            "ongoing is no date | write open-ended if this field takes it, or leave the field out",
        );
        check("", "empty text where a date is wanted");
    }

    #[test]
    fn adds_months_first_then_days() {
        let plus = |text: &str, duration: &str| {
            let duration = Duration::parse(duration).expect(duration);
            date(text).plus(duration).map(|date| date.to_string())
        };
        assert_eq!(plus("2026-01-31", "1mo").as_deref(), Some("2026-02-28"));
        assert_eq!(plus("2024-02-29", "1y").as_deref(), Some("2025-02-28"));
        assert_eq!(plus("2026-01-31", "1mo 1d").as_deref(), Some("2026-03-01"));
        assert_eq!(plus("2026-01-31", "36h").as_deref(), Some("2026-02-01"));
        assert_eq!(plus("2026-01-31", "23h").as_deref(), Some("2026-01-31"));
        assert_eq!(plus("9999-12-31", "1d"), None);
        let back = date("2026-03-31").minus(Duration::new(1, 36 * 3600));
        assert_eq!(back, Some(date("2026-02-27")));
        assert_eq!(date("0001-01-01").minus(Duration::months(1)), None);
        assert_eq!(
            Date::AFTER_ALL.plus(Duration::days(1)),
            Some(Date::AFTER_ALL)
        );
        assert_eq!(date("2026-01-01").plus(Duration::seconds(i64::MAX)), None);
        assert_eq!(
            date("2026-01-01").minus(Duration::new(i32::MIN, i64::MIN)),
            None
        );
    }

    #[test]
    fn counts_days() {
        assert_eq!(date("2026-01-01").days_until(date("2027-01-01")), 365);
        assert_eq!(date("2026-12-31").next(), date("2027-01-01"));
        assert_eq!(Date::MAX.next(), Date::AFTER_ALL);
        assert_eq!(Date::AFTER_ALL.next(), Date::AFTER_ALL);
        assert!(Date::MAX < Date::AFTER_ALL);
        assert_eq!(Date::from_days(i32::MIN), Date::MIN);
        assert_eq!(Date::from_days(i32::MAX), Date::AFTER_ALL);
    }
}
