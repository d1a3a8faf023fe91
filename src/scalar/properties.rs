//! What holds for all values and all texts.

use std::cmp::Ordering;

use jiff::{Span, civil};
use proptest::prelude::*;

use super::*;

fn dates() -> impl Strategy<Value = Date> {
    (Date::MIN.days()..=Date::MAX.days()).prop_map(Date::from_days)
}

fn durations() -> impl Strategy<Value = Duration> {
    prop_oneof![
        (0..=2_000, 0..=100_000_000_i64)
            .prop_map(|(months, seconds)| Duration::new(months, seconds)),
        (0..=40, 0..=1_500_i64).prop_map(|(months, days)| Duration::new(months, days * 86_400)),
        (0..=40, 0..=200_i64).prop_map(|(months, hours)| Duration::new(months, hours * 3_600)),
    ]
}

fn amounts() -> impl Strategy<Value = Money> {
    let currency = prop_oneof![Just(None), Just(Some("USD")), Just(Some("KWD"))];
    (any::<i64>(), 0..=4_u32, currency).prop_filter_map("fits", |(digits, decimals, code)| {
        let currency = code.and_then(|code| Currency::parse(code).ok());
        Money::parse_number(&format!("{digits}e-{decimals}"), currency).ok()
    })
}

/// Texts of the characters that dates, durations and amounts are made of.
fn likely_texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{0,5}[-/.: ,]?[0-9]{0,4}[-/.: ,]?[0-9]{0,5}",
        "P?T?[0-9]{0,20}[a-zA-Z]{0,6}[ .,-]?[0-9]{0,20}[a-zA-Z.]{0,8}",
        "[$€+-]?[0-9]{0,25}[., '][0-9]{0,25}[eE+-]{0,2}[0-9]{0,6} ?[A-Za-z]{0,4}",
        "[a-z:/@.\\[\\]~\\\\?#0-9 -]{0,20}",
    ]
}

fn civil_date(date: Date) -> civil::Date {
    civil::date(1970, 1, 1) + Span::new().days(date.days())
}

proptest! {
    #[test]
    fn dates_read_back(date in dates()) {
        prop_assert_eq!(Date::parse(&date.to_string()), Ok(date));
        let (year, month, day) = date.ymd();
        prop_assert_eq!(Date::from_ymd(year, month, day), Some(date));
        prop_assert_eq!(civil_date(date).to_string(), date.to_string());
        let weekday = civil_date(date).weekday().to_monday_zero_offset();
        prop_assert_eq!(i64::from(weekday), i64::from(date.weekday()));
    }

    #[test]
    fn dates_move_as_calendars_do(date in dates(), months in 0..=30_000_i32, days in 0..=800_000_i64) {
        let duration = Duration::new(months, days * 86_400);
        let [forward, back] = [1_i64, -1].map(|sign| {
            civil_date(date)
                .checked_add(Span::new().months(sign * i64::from(months)))
                .and_then(|moved| moved.checked_add(Span::new().days(sign * days)))
                .ok()
                .filter(|moved| moved.year() >= 1)
        });
        prop_assert_eq!(date.plus(duration).map(civil_date), forward);
        prop_assert_eq!(date.minus(duration).map(civil_date), back);
        prop_assert_eq!(duration.checked_neg().and_then(|back| date.plus(back)), date.minus(duration));
    }

    #[test]
    fn dates_count_days(one in dates(), other in dates()) {
        let days = civil_date(one).until(civil_date(other)).map(|span| i64::from(span.get_days()));
        prop_assert_eq!(one.days_until(other), days.expect("both are dates"));
        prop_assert_eq!(one.cmp(&other), civil_date(one).cmp(&civil_date(other)));
    }

    #[test]
    fn durations_read_back(duration in durations()) {
        prop_assert_eq!(Duration::parse(&duration.to_string()), Ok(duration));
    }

    #[test]
    fn durations_agree_with_iso(duration in durations()) {
        let iso = format!("P{}MT{}S", duration.month_part(), duration.second_part());
        prop_assert_eq!(Duration::parse(&iso), Ok(duration));
    }

    #[test]
    fn comparisons_agree_with_ranges(one in durations(), other in durations()) {
        let (least, greatest) = one.compare_range(other);
        prop_assert!(least <= greatest);
        prop_assert_eq!(other.compare_range(one), (greatest.reverse(), least.reverse()));
        prop_assert_eq!(one.compare(other) == Some(Ordering::Equal), one == other);
        let (one_least, one_most) = one.range_seconds();
        let (other_least, other_most) = other.range_seconds();
        if one_most < other_least {
            prop_assert_eq!(one.compare(other), Some(Ordering::Less));
        }
        if one_least > other_most {
            prop_assert_eq!(one.compare(other), Some(Ordering::Greater));
        }
    }

    /// What is decided holds from wherever the two lengths are laid down.
    #[test]
    fn comparisons_agree_with_the_calendar(
        start in 0..=50_000_i32,
        one in (0..=40, 0..=1_500_i64),
        other in (0..=40, 0..=1_500_i64),
    ) {
        let start = Date::from_days(start);
        let [one, other] = [one, other].map(|(months, days)| Duration::new(months, days * 86_400));
        let [first, second] = [one, other].map(|length| start.plus(length));
        if let Some(order) = one.compare(other) {
            prop_assert_eq!(order, first.cmp(&second));
        }
    }

    #[test]
    fn amounts_read_back(money in amounts()) {
        prop_assert_eq!(Money::parse(&money.to_string()), Ok(money));
    }

    #[test]
    fn amounts_add_up(one in amounts(), other in amounts()) {
        if let Some(sum) = one.checked_add(other) {
            prop_assert_eq!(sum.checked_sub(other), Some(one));
            prop_assert_eq!(sum, other.checked_add(one).expect("addition commutes"));
        }
    }

    /// Any text is read or refused; what an error proposes is accepted.
    #[test]
    fn no_text_panics(text in prop_oneof![any::<String>(), likely_texts()]) {
        for kind in ScalarType::ALL {
            let Err(error) = kind.check(&text, false) else { continue };
            prop_assert!(!error.message.contains('\n') && !error.message.ends_with('.'));
            if let Some(suggestion) = error.suggestion.filter(|text| !text.starts_with('{')) {
                let is_number = kind == ScalarType::Money;
                let checked = kind.check(&suggestion, is_number);
                prop_assert_eq!(checked, Ok(()), "{:?} {:?} {:?}", kind, &text, &suggestion);
            }
        }
    }
}

/// Depth and time do not grow with what a hostile text repeats.
#[test]
fn long_texts_are_refused() {
    for part in [
        "<", "[", "1", "1 ", "a", "../", "-", "1h", "1,", "é", "https://", ".", "\\",
    ] {
        let text = part.repeat(10_000);
        for kind in ScalarType::ALL {
            if let Err(error) = kind.check(&text, kind == ScalarType::Money) {
                assert!(
                    error.message.chars().count() < 200,
                    "{part}: {}",
                    error.message
                );
            }
        }
    }
    let nested = format!("{}x{}", "<".repeat(10_000), ">".repeat(10_000));
    assert!(ScalarType::Url.check(&nested, false).is_err());
}
