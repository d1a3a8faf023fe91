//! What a text that is no ISO date meant, for the error that says so.

use std::str::FromStr;

use super::super::error::{ScalarError, shown};
use super::super::word::{Piece, look_up, pieces};
use super::calendar::days_in_month;
use super::{Date, split_iso};
use crate::scalar::Duration;

/// What can be made of a malformed date.
enum Meaning {
    /// This day and no other.
    Day(Date),
    /// One of two days: the order of day and month is not known.
    Either(Date, Date),
    /// Year, month and day were given, but the calendar has no such day.
    NoSuchDay(i32, u32, u32),
    /// More than a day: "a month", and its first and last day.
    Stretch(&'static str, Date, Date),
    /// Only the last two digits of the year were given.
    ShortYear,
    /// A day, with a time of day behind it.
    DayAndTime(Date),
    /// A day, with a note behind it.
    DayAndNote(Date),
    /// No end.
    Endless,
    /// The day number of a spreadsheet.
    Serial(Date),
}

/// Returns the error of a text that is no date.
pub(super) fn explain(text: &str) -> ScalarError {
    if let Some(error) = ScalarError::of_nothing(text, "a date") {
        return error;
    }
    let trimmed = text.trim();
    let meaning = day_and_more(trimmed)
        .or_else(|| endless(trimmed))
        .or_else(|| meaning(&meaningful(trimmed)));
    match meaning {
        Some(meaning) => meaning.error(text),
        None => ScalarError::new(format!("{} is no date", shown(text)))
            .help("write a date as YYYY-MM-DD, such as 2026-03-31"),
    }
}

impl Meaning {
    fn error(self, text: &str) -> ScalarError {
        let text = shown(text);
        match self {
            Meaning::Day(date) => {
                ScalarError::new(format!("{text} is no date of the form YYYY-MM-DD"))
                    .suggest(date.to_string())
            }
            Meaning::Either(one, other) => {
                ScalarError::new(format!("{text} may be one of two days"))
                    .help(format!("write the date as YYYY-MM-DD: {one} or {other}"))
            }
            Meaning::NoSuchDay(year, month, day) => no_such_day(&text, year, month, day),
            Meaning::Stretch(what, first, last) => {
                ScalarError::new(format!("{text} is {what}, not a day"))
                    .help(format!("write a day from {first} to {last}"))
            }
            Meaning::ShortYear => ScalarError::new(format!("{text} has a year of two digits"))
                .help("write a date as YYYY-MM-DD, such as 2026-03-31"),
            Meaning::DayAndTime(date) => ScalarError::new(format!(
                "{text} has a time of day, where only a date is wanted"
            ))
            .suggest(date.to_string()),
            Meaning::DayAndNote(date) => ScalarError::new(format!("{text} holds more than a date"))
                .help(format!("write {date}, and the rest in a comment")),
            Meaning::Endless if text == "open-ended" => {
                ScalarError::new("open-ended is no date, and this field takes nothing else")
                    .help("leave the field out if there is no end")
            }
            Meaning::Endless => ScalarError::new(format!("{text} is no date"))
                .help("write open-ended if this field takes it, or leave the field out"),
            Meaning::Serial(date) => ScalarError::new(format!("{text} is no date")).help(format!(
                "write {date}, if this is the day number of a spreadsheet"
            )),
        }
    }
}

fn no_such_day(text: &str, year: i32, month: u32, day: u32) -> ScalarError {
    let error = |reason: String| ScalarError::new(format!("{text} is no date: {reason}"));
    if year == 0 {
        return error("there is no year 0".into());
    }
    let Some(name) = MONTHS.get((month as usize).wrapping_sub(1)) else {
        let swapped = Date::from_ymd(year, day, month);
        let error = error(format!("there is no month {month}"));
        return match swapped {
            Some(date) => error.help(format!("write {date}, if {month} is the day")),
            None => error,
        };
    };
    if day == 0 {
        return error("days count from 1".into());
    }
    let last = days_in_month(year, month);
    error(format!("{name} {year} has {last} days")).help(format!(
        "the last day of {name} {year} is {year:04}-{month:02}-{last}"
    ))
}

/// A date followed by something else, such as the time of day of RFC 3339.
fn day_and_more(text: &str) -> Option<Meaning> {
    let (year, month, of_month) = split_iso(text.as_bytes().get(..10)?)?;
    let rest = &text[10..];
    let time = rest.trim_start_matches([' ', 'T', 't']);
    let is_time = time.len() < rest.len() && time.starts_with(|c: char| c.is_ascii_digit());
    match day(year, month, of_month) {
        Meaning::Day(date) if is_time => Some(Meaning::DayAndTime(date)),
        Meaning::Day(date) if rest.starts_with([' ', ',', ';', '(']) => {
            Some(Meaning::DayAndNote(date))
        }
        Meaning::NoSuchDay(..) if is_time || rest.is_empty() => Some(day(year, month, of_month)),
        _ => None,
    }
}

fn endless(text: &str) -> Option<Meaning> {
    look_up(&ENDLESS, text).map(|()| Meaning::Endless)
}

const ENDLESS: [(&str, ()); 12] = [
    ("evergreen", ()),
    ("forever", ()),
    ("indefinite", ()),
    ("indefinitely", ()),
    ("never", ()),
    ("no end", ()),
    ("ongoing", ()),
    ("open", ()),
    ("open-ended", ()),
    ("open ended", ()),
    ("permanent", ()),
    ("perpetual", ()),
];

/// The pieces of a text without those that say nothing about the day: commas, "of", the name of
/// the weekday, the ending of "4th", the point after a word.
fn meaningful(text: &str) -> Vec<Piece<'_>> {
    let mut kept: Vec<Piece<'_>> = Vec::new();
    for piece in pieces(text) {
        let drop = match piece {
            Piece::Word("of" | "the") | Piece::Mark(',') => true,
            Piece::Word("st" | "nd" | "rd" | "th") => matches!(kept.last(), Some(Piece::Digits(_))),
            Piece::Word(word) => is_weekday(word),
            Piece::Mark('.') => matches!(kept.last(), None | Some(Piece::Word(_))),
            _ => false,
        };
        if !drop {
            kept.push(piece);
        }
    }
    kept
}

fn meaning(pieces: &[Piece<'_>]) -> Option<Meaning> {
    use Piece::{Digits, Mark};
    match *pieces {
        [
            Digits(y),
            Mark('-' | '/' | '.'),
            Digits(m),
            Mark('-' | '/' | '.'),
            Digits(d),
        ] if y.len() == 4 => Some(day(number(y)?, number(m)?, number(d)?)),
        [Digits(y), Digits(m), Digits(d)] if y.len() == 4 => {
            Some(day(number(y)?, number(m)?, number(d)?))
        }
        [Digits(a), Mark('.'), Digits(b), Mark('.'), Digits(y)] => {
            // With points the day comes first, wherever dates are written so.
            day_first(number(a)?, number(b)?, y)
        }
        [
            Digits(a),
            Mark('-' | '/'),
            Digits(b),
            Mark('-' | '/'),
            Digits(y),
        ] => any_order(number(a)?, number(b)?, y),
        [Digits(all)] if all.len() == 8 => {
            let (y, m, d) = (number(&all[..4])?, number(&all[4..6])?, number(&all[6..])?);
            Date::from_ymd(y, m, d).map(Meaning::Day)
        }
        [Digits(all)] if all.len() == 5 => serial(number(all)?),
        [Digits(y)] if y.len() == 4 => stretch("a year", number(y)?, 1, 12),
        [Digits(y), Mark('-' | '/' | '.'), Digits(m)] if y.len() == 4 => {
            month(number(y)?, number(m)?)
        }
        [Digits(m), Mark('-' | '/' | '.'), Digits(y)] if y.len() == 4 => {
            month(number(y)?, number(m)?)
        }
        _ => meaning_with_words(&without_dashes(pieces)),
    }
}

fn meaning_with_words(pieces: &[Piece<'_>]) -> Option<Meaning> {
    use Piece::{Digits, Word};
    match *pieces {
        [Digits(d), Word(m), Digits(y)] | [Word(m), Digits(d), Digits(y)]
            if d.len() <= 2 && !is_quarter(m) =>
        {
            day_first(number(d)?, month_number(m)?, y)
        }
        [Digits(y), Word(m), Digits(d)] if y.len() == 4 && !is_quarter(m) && m != "W" => {
            Some(day(number(y)?, month_number(m)?, number(d)?))
        }
        [Word(m), Digits(y)] | [Digits(y), Word(m)] if y.len() == 4 => {
            month(number(y)?, month_number(m)?)
        }
        [Digits(y), Word(q), Digits(n)] | [Word(q), Digits(n), Digits(y)]
            if y.len() == 4 && is_quarter(q) =>
        {
            let quarter = number::<u32>(n).filter(|quarter| (1..=4).contains(quarter))?;
            stretch("a quarter", number(y)?, quarter * 3 - 2, quarter * 3)
        }
        [Digits(y), Word("W" | "w"), Digits(w)] if y.len() == 4 => week(number(y)?, number(w)?),
        _ => None,
    }
}

fn without_dashes<'a>(pieces: &[Piece<'a>]) -> Vec<Piece<'a>> {
    let dash = |piece: &Piece<'_>| matches!(piece, Piece::Mark('-' | '/' | '.'));
    pieces
        .iter()
        .copied()
        .filter(|piece| !dash(piece))
        .collect()
}

fn number<T: FromStr>(digits: &str) -> Option<T> {
    digits.parse().ok()
}

fn day(year: i32, month: u32, day: u32) -> Meaning {
    match Date::from_ymd(year, month, day) {
        Some(date) => Meaning::Day(date),
        None => Meaning::NoSuchDay(year, month, day),
    }
}

/// A date written with the day before the month, unless only the other order gives a day.
fn day_first(first: u32, second: u32, year: &str) -> Option<Meaning> {
    let year = match full_year(year)? {
        Ok(year) => year,
        Err(short) => return Some(short),
    };
    let swapped = Date::from_ymd(year, first, second).map(Meaning::Day);
    match day(year, second, first) {
        Meaning::NoSuchDay(..) if second > 12 => swapped,
        meaning => Some(meaning),
    }
}

fn any_order(first: u32, second: u32, year: &str) -> Option<Meaning> {
    let year = match full_year(year)? {
        Ok(year) => year,
        Err(short) => return Some(short),
    };
    let month_first = Date::from_ymd(year, first, second);
    let day_first = Date::from_ymd(year, second, first);
    match (month_first, day_first) {
        (Some(one), Some(other)) if one != other => Some(Meaning::Either(one, other)),
        (Some(date), _) | (None, Some(date)) => Some(Meaning::Day(date)),
        (None, None) if first > 12 => Some(Meaning::NoSuchDay(year, second, first)),
        (None, None) => Some(Meaning::NoSuchDay(year, first, second)),
    }
}

fn full_year(digits: &str) -> Option<Result<i32, Meaning>> {
    match digits.len() {
        4 => Some(Ok(number(digits)?)),
        2 => Some(Err(Meaning::ShortYear)),
        _ => None,
    }
}

fn month(year: i32, month: u32) -> Option<Meaning> {
    stretch("a month", year, month, month)
}

fn stretch(what: &'static str, year: i32, first: u32, last: u32) -> Option<Meaning> {
    let start = Date::from_ymd(year, first, 1)?;
    let end = Date::from_ymd(year, last, days_in_month(year, last))?;
    Some(Meaning::Stretch(what, start, end))
}

/// A week of ISO 8601: week 1 holds January 4th, and weeks start on Monday.
fn week(year: i32, week: i32) -> Option<Meaning> {
    let fourth = Date::from_ymd(year, 1, 4)?;
    if !(1..=53).contains(&week) {
        return None;
    }
    let inside = Date::from_days(fourth.days() + 7 * (week - 1));
    let monday = inside.minus(Duration::days(i64::from(inside.weekday())))?;
    let sunday = monday.plus(Duration::days(6))?;
    Some(Meaning::Stretch("a week", monday, sunday))
}

/// The day numbers of spreadsheets count from 1899-12-30; five digits of today's decades only.
fn serial(number: i32) -> Option<Meaning> {
    let epoch = Date::from_ymd(1899, 12, 30)?;
    (36_526..=73_050)
        .contains(&number)
        .then(|| Meaning::Serial(Date::from_days(epoch.days() + number)))
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

const QUARTERS: [(&str, ()); 3] = [("q", ()), ("qtr", ()), ("quarter", ())];

fn is_quarter(word: &str) -> bool {
    look_up(&QUARTERS, word).is_some()
}

/// The number of a month by its English name or an abbreviation of three letters or more.
fn month_number(word: &str) -> Option<u32> {
    let index = MONTHS.iter().position(|name| abbreviates(word, name))?;
    u32::try_from(index + 1).ok()
}

fn is_weekday(word: &str) -> bool {
    WEEKDAYS.iter().any(|name| abbreviates(word, name))
}

fn abbreviates(word: &str, name: &str) -> bool {
    word.len() >= 3
        && name
            .get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
}
