//! Civil dates: a day of the proleptic Gregorian calendar, without time of day and time zone.

use std::fmt;

use super::{Duration, ScalarError};

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
    pub const MIN: Date = Date(-719_162);
    /// 9999-12-31, the last date that can be written.
    pub const MAX: Date = Date(2_932_896);

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
    /// 9999 gives the nearest date inside, except that [`Date::AFTER_ALL`] gives itself back.
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
    /// Anything else, with the ISO form of what was most likely meant.
    pub fn parse(text: &str) -> Result<Date, ScalarError> {
        match split_iso(text.as_bytes()).and_then(|(y, m, d)| Date::from_ymd(y, m, d)) {
            Some(date) => Ok(date),
            None => Err(explain(text)),
        }
    }

    /// Returns the date moved forward by a duration: first by its months, clamped to the last day
    /// of the month, then by its whole days. What is left of less than a day moves no date.
    /// [`Date::AFTER_ALL`] stays where it is. `None` outside the years 0001 to 9999.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Option<Date> {
        let months = i64::from(duration.month_part());
        self.shift(months, duration.second_part() / DAY_SECONDS)
    }

    /// Returns the date moved back by a duration, in the order of [`Date::plus`]: months, clamped,
    /// then whole days.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Option<Date> {
        let months = -i64::from(duration.month_part());
        self.shift(months, -(duration.second_part() / DAY_SECONDS))
    }

    /// Returns the days from this date to the other, negative if the other is earlier.
    #[must_use]
    pub fn days_until(self, other: Date) -> i64 {
        i64::from(other.0) - i64::from(self.0)
    }

    /// Returns the day after; after [`Date::MAX`] comes [`Date::AFTER_ALL`], which stays.
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
        // 1970-01-01 was a Thursday.
        (self.0 as i64 + 3).rem_euclid(7) as u32
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
        if !(1..=9999).contains(&year) {
            return None;
        }
        Date::from_ymd(year, month, day.min(days_in_month(year, month)))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_after_all() {
            return formatter.pad("open-ended");
        }
        let (year, month, day) = self.ymd();
        write!(formatter, "{year:04}-{month:02}-{day:02}")
    }
}

fn split_iso(bytes: &[u8]) -> Option<(i32, u32, u32)> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else {
        return None;
    };
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    let year = digit(y1)? * 1000 + digit(y2)? * 100 + digit(y3)? * 10 + digit(y4)?;
    let month = digit(m1)? * 10 + digit(m2)?;
    let day = digit(d1)? * 10 + digit(d2)?;
    Some((year as i32, month, day))
}

const fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01. Years start in March, so that the leap day is the last of its year.
const fn days_from_civil(year: i32, month: u32, day: u32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month as i32 + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day as i32 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`].
const fn civil_from_days(days: i32) -> (i32, u32, u32) {
    let days = days as i64 + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = era * 400 + year_of_era + (month <= 2) as i64;
    (year as i32, month as u32, day as u32)
}

fn explain(text: &str) -> ScalarError {
    ScalarError::new(format!("{text} is no date")).help("write the date as YYYY-MM-DD")
}
