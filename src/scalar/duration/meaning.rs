//! What a text that is no duration meant, for the error that says so.

use super::super::error::{ScalarError, shown};
use super::super::word::{Piece, look_up, pieces};
use super::{Duration, Unit};

/// What can be made of a malformed duration.
enum Meaning {
    /// These parts.
    Parts(Vec<(i64, Unit)>),
    /// This duration, which was written with a fraction or as a word.
    Length(Duration),
    /// Minutes or months.
    MinutesOrMonths(i64),
    /// A number without a unit.
    NoUnit(i64),
    /// It starts with a minus sign.
    Negative,
    /// Working days, which have no fixed length.
    WorkingDays(i64),
    /// A word or a time on a clock that can mean either of two lengths.
    Either(String, String),
    /// From one length to another.
    Range,
    /// Longer than any duration may be.
    TooLong,
}

/// Returns the error of a text that is no duration.
pub(super) fn explain(text: &str) -> ScalarError {
    if let Some(error) = ScalarError::of_nothing(text, "a duration") {
        return error;
    }
    match meaning(text.trim()) {
        Some(meaning) => meaning.error(text),
        None => ScalarError::new(format!("{} is no duration", shown(text))).help(EXAMPLES),
    }
}

const EXAMPLES: &str = "write a duration as a number and a unit, such as 90m, 4h, 30d or 12mo";

const NOT_SHORT: &str = "is not how durations are written";

impl Meaning {
    fn error(self, text: &str) -> ScalarError {
        let name = shown(text);
        let error = |reason: &str| ScalarError::new(format!("{name} {reason}"));
        match self {
            Meaning::Parts(parts) => match spell(parts) {
                Some(spelled) => error(NOT_SHORT).suggest(spelled),
                None => Meaning::TooLong.error(text),
            },
            Meaning::Length(length) if length.can_be_written() => {
                error(NOT_SHORT).suggest(length.to_string())
            }
            Meaning::Length(_) => Meaning::TooLong.error(text),
            Meaning::MinutesOrMonths(number) => error("may mean minutes or months").help(format!(
                "write {number}m for minutes or {number}mo for months"
            )),
            Meaning::NoUnit(number) => error("has no unit").help(format!(
                "write {number}h for hours, {number}d for days or {number}mo for months"
            )),
            Meaning::Negative => error("is negative, and a duration cannot be"),
            Meaning::WorkingDays(number) => error("has no fixed length: it counts working days")
                .help(format!(
                    "write calendar days: {}d, weekends included",
                    with_weekends(number)
                )),
            Meaning::Either(one, other) => {
                error("may mean two lengths").help(format!("write {one} or {other}"))
            }
            Meaning::Range => error("is a range, and a duration is one length")
                .help("write the limit that must hold, such as 8h"),
            Meaning::TooLong => error("is longer than 10,000 years"),
        }
    }
}

/// The calendar days that so many working days can take.
fn with_weekends(days: i64) -> i64 {
    days.saturating_add(days.saturating_add(4) / 5 * 2)
}

/// Writes parts in the short form: largest unit first, each unit once.
fn spell(mut parts: Vec<(i64, Unit)>) -> Option<String> {
    parts.sort_by_key(|(_, unit)| *unit);
    let mut merged: Vec<(i64, Unit)> = Vec::new();
    for (number, unit) in parts {
        match merged.last_mut() {
            Some((sum, last)) if *last == unit => *sum = sum.checked_add(number)?,
            _ => merged.push((number, unit)),
        }
    }
    let spelled: Vec<String> = merged
        .iter()
        .map(|(number, unit)| format!("{number}{}", unit.suffix()))
        .collect();
    let text = spelled.join(" ");
    super::read_short(&text).map(|_| text)
}

fn meaning(text: &str) -> Option<Meaning> {
    if let Some(clock) = clock(text) {
        return Some(clock);
    }
    let all = pieces(text);
    if matches!(all.as_slice(), [Piece::Mark('-'), Piece::Digits(_), ..]) {
        return Some(Meaning::Negative);
    }
    if is_range(&all) {
        return Some(Meaning::Range);
    }
    recurrence(&all)
        .or_else(|| iso(text))
        .or_else(|| parts(&without_bounds(&all)))
}

/// `04:00:00`, and `4:00`, of which nobody knows whether it ends in minutes or seconds.
fn clock(text: &str) -> Option<Meaning> {
    let numbers: Option<Vec<i64>> = text.split(':').map(clock_number).collect();
    match *numbers?.as_slice() {
        [hours, minutes, seconds] if minutes < 60 && seconds < 60 => {
            let seconds = (hours * 60 + minutes) * 60 + seconds;
            Some(Meaning::Length(Duration::seconds(seconds)))
        }
        [major, minor] if minor < 60 => {
            let number = major * 60 + minor;
            Some(Meaning::Either(
                format!("{} for hours and minutes", Duration::minutes(number)),
                format!("{} for minutes and seconds", Duration::seconds(number)),
            ))
        }
        _ => None,
    }
}

fn clock_number(digits: &str) -> Option<i64> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    (plain && digits.len() <= 6).then(|| digits.parse().ok())?
}

/// `4-8h`, `4h - 8h`, `4 to 8 hours`.
fn is_range(all: &[Piece<'_>]) -> bool {
    let from = |piece: &Piece<'_>| matches!(piece, Piece::Digits(_) | Piece::Word(_));
    let to = |piece: &Piece<'_>| matches!(piece, Piece::Mark('-') | Piece::Word("to"));
    let starts = matches!(all.first(), Some(Piece::Digits(_)));
    let crosses = |window: &[Piece<'_>]| {
        from(&window[0]) && to(&window[1]) && matches!(window[2], Piece::Digits(_))
    };
    starts && all.windows(3).any(crosses)
}

/// A word that says how often.
fn recurrence(all: &[Piece<'_>]) -> Option<Meaning> {
    let words: Vec<&str> = all
        .iter()
        .filter_map(|piece| match piece {
            Piece::Word(word) => Some(*word),
            _ => None,
        })
        .collect();
    let only_words = all
        .iter()
        .all(|piece| matches!(piece, Piece::Word(_) | Piece::Mark('-')));
    let word = words.concat();
    if !only_words {
        return None;
    }
    if let Some((one, other)) = look_up(&UNCLEAR, &word) {
        return Some(Meaning::Either(one.into(), other.into()));
    }
    if look_up(&NEXT_DAY, &word).is_some() {
        return Some(Meaning::WorkingDays(1));
    }
    look_up(&RECURRENCES, &word).map(|part| Meaning::Parts(vec![part]))
}

const RECURRENCES: [(&str, (i64, Unit)); 19] = [
    ("hourly", (1, Unit::Hour)),
    ("daily", (1, Unit::Day)),
    ("weekly", (1, Unit::Week)),
    ("fortnightly", (2, Unit::Week)),
    ("monthly", (1, Unit::Month)),
    ("quarterly", (3, Unit::Month)),
    ("halfyearly", (6, Unit::Month)),
    ("halfyear", (6, Unit::Month)),
    ("halfayear", (6, Unit::Month)),
    ("semiannual", (6, Unit::Month)),
    ("semiannually", (6, Unit::Month)),
    ("twiceayear", (6, Unit::Month)),
    ("twiceyearly", (6, Unit::Month)),
    ("annual", (12, Unit::Month)),
    ("annually", (12, Unit::Month)),
    ("onceayear", (12, Unit::Month)),
    ("yearly", (12, Unit::Month)),
    ("biennial", (24, Unit::Month)),
    ("biennially", (24, Unit::Month)),
];

const NEXT_DAY: [(&str, ()); 3] = [("nbd", ()), ("nextbusinessday", ()), ("nextworkingday", ())];

const UNCLEAR: [(&str, (&str, &str)); 5] = [
    (
        "biweekly",
        ("2w for every other week", "84h for twice a week"),
    ),
    (
        "bimonthly",
        ("2mo for every other month", "2w for twice a month"),
    ),
    (
        "biannual",
        ("6mo for twice a year", "2y for every other year"),
    ),
    (
        "biannually",
        ("6mo for twice a year", "2y for every other year"),
    ),
    (
        "biyearly",
        ("6mo for twice a year", "2y for every other year"),
    ),
];

/// A duration of ISO 8601 but for its case or a missing `T`.
fn iso(text: &str) -> Option<Meaning> {
    let upper = text.to_ascii_uppercase();
    let parts = upper.strip_prefix('P')?;
    let timed = || super::read_iso(&format!("T{parts}"));
    super::read_iso(parts).or_else(timed).map(Meaning::Length)
}

/// The pieces without the words and marks of a bound: "within 4h" and "<= 4h" allow 4 hours.
fn without_bounds<'a>(all: &[Piece<'a>]) -> Vec<Piece<'a>> {
    let start = all.iter().position(|piece| match piece {
        Piece::Digits(_) => true,
        Piece::Word(word) => look_up(&BOUNDS, word).is_none(),
        Piece::Mark(mark) => !"<=≤~≈".contains(*mark),
    });
    all[start.unwrap_or(all.len())..].to_vec()
}

const BOUNDS: [(&str, ()); 10] = [
    ("within", ()),
    ("under", ()),
    ("up", ()),
    ("to", ()),
    ("max", ()),
    ("maximum", ()),
    ("at", ()),
    ("most", ()),
    ("every", ()),
    ("each", ()),
];

/// Numbers, each with its unit.
fn parts(all: &[Piece<'_>]) -> Option<Meaning> {
    let mut parts = Vec::new();
    let mut length = None;
    let mut rest = all;
    while !rest.is_empty() {
        let (number, after) = quantity(rest)?;
        let Some((unit, after)) = unit(after, &number) else {
            return match *parts.as_slice() {
                [] => no_unit(&number, after),
                [hours] => minutes_behind(hours, &number, after),
                _ => None,
            };
        };
        let one = match unit {
            Named::Part(factor, unit) => (factor, unit),
            Named::Other(meaning) => return Some(meaning).filter(|_| after.is_empty()),
        };
        match number.whole(one.0) {
            Some(number) => parts.push((number, one.1)),
            None => length = Some(number.times(one.1.length().checked_mul(one.0)?)?),
        }
        rest = without_joint(after);
    }
    match length {
        None => Some(Meaning::Parts(parts)),
        Some(length) if parts.is_empty() => Some(Meaning::Length(length)),
        Some(_) => None,
    }
}

/// A number of a malformed duration: `digits / 10^decimals`.
struct Quantity {
    digits: i64,
    decimals: u32,
}

impl Quantity {
    const fn of(digits: i64) -> Quantity {
        Quantity {
            digits,
            decimals: 0,
        }
    }

    fn whole(&self, factor: i64) -> Option<i64> {
        let scale = 10_i64.checked_pow(self.decimals)?;
        (self.digits % scale == 0).then(|| (self.digits / scale).checked_mul(factor))?
    }

    /// So many times a length, if that is a whole number of months and seconds.
    fn times(&self, one: Duration) -> Option<Duration> {
        let scale = 10_i64.checked_pow(self.decimals)?;
        let all = one.checked_mul(self.digits)?;
        let months = i64::from(all.month_part());
        let whole = months % scale == 0 && all.second_part() % scale == 0;
        let months = i32::try_from(months / scale).ok()?;
        whole.then(|| Duration::new(months, all.second_part() / scale))
    }
}

fn quantity<'a, 'b>(all: &'b [Piece<'a>]) -> Option<(Quantity, &'b [Piece<'a>])> {
    match all {
        // "1,500" may be a thousand and a half or one and a half.
        [Piece::Digits(_), Piece::Mark(','), Piece::Digits(part), ..] if part.len() == 3 => None,
        [
            Piece::Digits(whole),
            Piece::Mark('.' | ','),
            Piece::Digits(part),
            rest @ ..,
        ] => {
            let digits = format!("{whole}{part}").parse().ok()?;
            let decimals = u32::try_from(part.len()).ok()?;
            Some((Quantity { digits, decimals }, rest))
        }
        [Piece::Digits(whole), rest @ ..] => {
            Some((Quantity::of(whole.parse().unwrap_or(i64::MAX)), rest))
        }
        [Piece::Word(word), rest @ ..] => match look_up(&NUMBERS, word) {
            Some(number) => Some((Quantity::of(number), rest)),
            // "every month" counts one; a lone letter counts nothing.
            None if word.len() >= 3 && unit_word(word).is_some() => Some((Quantity::of(1), all)),
            None => None,
        },
        _ => None,
    }
}

const NUMBERS: [(&str, i64); 14] = [
    ("a", 1),
    ("an", 1),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
];

/// What stands after a number.
enum Named {
    /// So many of a unit: a quarter is three months.
    Part(i64, Unit),
    /// Something else, which ends the reading.
    Other(Meaning),
}

fn unit<'a, 'b>(all: &'b [Piece<'a>], number: &Quantity) -> Option<(Named, &'b [Piece<'a>])> {
    // "a 4-hour window" is not a duration, but "4-hour" and "4 hr." are.
    let all = match all {
        [Piece::Mark('-'), rest @ ..] => rest,
        _ => all,
    };
    match all {
        [Piece::Word(kind), Piece::Word(day), rest @ ..]
            if look_up(&WORKING, kind).is_some() && unit_word(day) == Some((1, Unit::Day)) =>
        {
            let days = number.whole(1)?;
            Some((Named::Other(Meaning::WorkingDays(days)), rest))
        }
        [Piece::Word("M"), rest @ ..] => {
            let number = number.whole(1)?;
            Some((Named::Other(Meaning::MinutesOrMonths(number)), rest))
        }
        [Piece::Word(word), rest @ ..] => {
            let (factor, unit) = unit_word(word)?;
            let rest = match rest {
                [Piece::Mark('.'), rest @ ..] => rest,
                _ => rest,
            };
            Some((Named::Part(factor, unit), rest))
        }
        _ => None,
    }
}

fn no_unit(number: &Quantity, after: &[Piece<'_>]) -> Option<Meaning> {
    let number = number.whole(1).filter(|_| after.is_empty())?;
    Some(match number {
        0 => Meaning::Length(Duration::ZERO),
        i64::MAX => Meaning::TooLong,
        _ => Meaning::NoUnit(number),
    })
}

/// `1h30`: the number behind the hours counts minutes.
fn minutes_behind(hours: (i64, Unit), number: &Quantity, after: &[Piece<'_>]) -> Option<Meaning> {
    let minutes = number.whole(1).filter(|minutes| *minutes < 60)?;
    let fits = hours.1 == Unit::Hour && after.is_empty();
    fits.then(|| Meaning::Parts(vec![hours, (minutes, Unit::Minute)]))
}

fn without_joint<'a, 'b>(all: &'b [Piece<'a>]) -> &'b [Piece<'a>] {
    match all {
        [Piece::Mark(',' | '+' | '&'), Piece::Word("and"), rest @ ..]
        | [Piece::Mark(',' | '+' | '&') | Piece::Word("and"), rest @ ..] => rest,
        _ => all,
    }
}

const WORKING: [(&str, ()); 4] = [
    ("working", ()),
    ("business", ()),
    ("work", ()),
    ("bank", ()),
];

fn unit_word(word: &str) -> Option<(i64, Unit)> {
    look_up(&UNITS, word)
}

const UNITS: [(&str, (i64, Unit)); 38] = [
    ("s", (1, Unit::Second)),
    ("sec", (1, Unit::Second)),
    ("secs", (1, Unit::Second)),
    ("second", (1, Unit::Second)),
    ("seconds", (1, Unit::Second)),
    ("m", (1, Unit::Minute)),
    ("min", (1, Unit::Minute)),
    ("mins", (1, Unit::Minute)),
    ("minute", (1, Unit::Minute)),
    ("minutes", (1, Unit::Minute)),
    ("h", (1, Unit::Hour)),
    ("hr", (1, Unit::Hour)),
    ("hrs", (1, Unit::Hour)),
    ("hour", (1, Unit::Hour)),
    ("hours", (1, Unit::Hour)),
    ("d", (1, Unit::Day)),
    ("day", (1, Unit::Day)),
    ("days", (1, Unit::Day)),
    ("w", (1, Unit::Week)),
    ("wk", (1, Unit::Week)),
    ("wks", (1, Unit::Week)),
    ("week", (1, Unit::Week)),
    ("weeks", (1, Unit::Week)),
    ("fortnight", (2, Unit::Week)),
    ("mo", (1, Unit::Month)),
    ("mos", (1, Unit::Month)),
    ("mth", (1, Unit::Month)),
    ("mths", (1, Unit::Month)),
    ("month", (1, Unit::Month)),
    ("months", (1, Unit::Month)),
    ("q", (3, Unit::Month)),
    ("quarter", (3, Unit::Month)),
    ("quarters", (3, Unit::Month)),
    ("y", (1, Unit::Year)),
    ("yr", (1, Unit::Year)),
    ("yrs", (1, Unit::Year)),
    ("year", (1, Unit::Year)),
    ("years", (1, Unit::Year)),
];
