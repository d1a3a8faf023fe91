//! What a text that is no amount of money meant, for the error that says so.

use super::super::error::{ScalarError, shown};
use super::currency::meant as meant_currency;
use super::{Currency, Money, looks_like_thousands, read_printed, read_units};

/// Returns the error of a text that is no number of [`Money::parse_number`].
pub(super) fn explain_number(text: &str) -> ScalarError {
    if let Some(error) = ScalarError::of_nothing(text, "an amount of money") {
        return error;
    }
    let name = shown(text);
    if looks_like_thousands(text, None) {
        let thousands = text.replace('.', "");
        return ScalarError::new(format!("{name} may mean thousands or thousandths")).help(
            format!("write {thousands} for thousands, or {text}0 for thousandths"),
        );
    }
    if let Some(error) = unfit(text) {
        return error;
    }
    match meaning(text) {
        Some(money) => ScalarError::new(format!("{name} is no plain number")).suggest(plain(money)),
        None => ScalarError::new(format!("{name} is no amount of money"))
            .help("write a plain number, such as 250000 or 99.50"),
    }
}

/// Returns the error of a text that [`Money::parse`] cannot read.
pub(super) fn explain_printed(text: &str) -> ScalarError {
    match meaning(text) {
        Some(money) if unfit(text).is_none() => {
            ScalarError::new(format!("{} is no plain amount of money", shown(text)))
                .suggest(money.to_string())
        }
        _ => explain_number(text),
    }
}

/// Returns the error of a text in a record, where amounts are numbers: `{amount, currency}` says
/// what a text with a currency wants to say.
pub(in super::super) fn explain_text(text: &str) -> ScalarError {
    if Money::parse_number(text, None).is_ok() {
        return ScalarError::new(format!(
            "{} is text, because it stands in quotes",
            shown(text)
        ))
        .suggest(text);
    }
    let error = || ScalarError::new(format!("{} is text, and amounts are numbers", shown(text)));
    if let Some(money) = read_printed(text).or_else(|| meaning(text)) {
        return error().suggest(plain(money));
    }
    match meaning(&text.replace('$', "")) {
        Some(money) => error().help(in_dollars(money)),
        None => explain_number(text),
    }
}

/// The sign of the dollar belongs to many currencies.
fn in_dollars(money: Money) -> String {
    let number = plain(money);
    format!("write {number}, or {{amount: {number}, currency: USD}} for US dollars")
}

/// A number that is well formed, but does not fit.
fn unfit(text: &str) -> Option<ScalarError> {
    let (number, _) = text.split_once(['e', 'E']).unwrap_or((text, ""));
    let digits = number.trim_start_matches(['-', '+']);
    let formed = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !formed || digits.matches('.').count() > 1 || !digits.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let name = shown(text);
    let decimals = digits.split_once('.').map_or(0, |(_, part)| part.len());
    Some(if decimals > 4 {
        ScalarError::new(format!("{name} has more than four decimals"))
            .help("round it to what the currency can pay")
    } else {
        ScalarError::new(format!("{name} is more money than there is"))
    })
}

/// The form in which a record writes an amount.
fn plain(money: Money) -> String {
    let bare = Money {
        currency: None,
        ..money
    };
    let number = bare.to_string().replace(',', "");
    match money.currency {
        Some(currency) => format!("{{amount: {number}, currency: {currency}}}"),
        None => number,
    }
}

/// Reads amounts as people write them: with the sign or code of a currency on either side,
/// thousands separated in any way, and a word for thousands or millions.
fn meaning(text: &str) -> Option<Money> {
    let (currency, amount) = take_currency(text.trim());
    let (power, amount) = take_magnitude(amount);
    if power > 0 && is_unclear(amount) {
        return None;
    }
    let number = plain_number(amount)?;
    let units = read_units(&number)?.checked_mul(10_i128.pow(power))?;
    Money::from_units(units, currency)
}

/// True for "1.234" before a word for thousands or millions, which may be one of them or many.
fn is_unclear(amount: &str) -> bool {
    let mut parts = amount.split([',', '.']);
    let last = parts.next_back().map_or(0, str::len);
    last == 3 && parts.count() == 1
}

/// Splits off the currency before or behind an amount.
fn take_currency(text: &str) -> (Option<Currency>, &str) {
    let digit = |c: char| c.is_ascii_digit();
    let (Some(first), Some(last)) = (text.find(digit), text.rfind(digit)) else {
        return (None, text);
    };
    let before = text[..first].trim_end_matches(['-', '+', '.']).trim();
    if let Some(currency) = meant_currency(before) {
        return (
            Some(currency),
            text[..].trim_start_matches(before).trim_start(),
        );
    }
    let after = text[last + 1..].trim_start();
    let word = after.split_whitespace().next_back().unwrap_or("");
    match meant_currency(word) {
        Some(currency) => (
            Some(currency),
            text.strip_suffix(word).unwrap_or(text).trim_end(),
        ),
        None => (None, text),
    }
}

/// Splits off a word for thousands, millions or billions; returns the power of ten.
fn take_magnitude(text: &str) -> (u32, &str) {
    let end = text.trim_end_matches(|c: char| c.is_alphabetic() || c == '.');
    let word = text[end.len()..].trim_end_matches('.').to_ascii_lowercase();
    let power = match word.as_str() {
        "k" | "thousand" => 3,
        "m" | "mn" | "mio" | "mil" | "million" | "millions" => 6,
        "bn" | "billion" | "billions" => 9,
        _ => return (0, text),
    };
    (power, end.trim_end())
}

/// Removes the separators between thousands and makes the decimal one a point; `None` if it is
/// not clear which is which.
fn plain_number(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let separators: Vec<char> = digits.chars().filter(|c| !c.is_ascii_digit()).collect();
    let known = |c: &char| {
        matches!(
            c,
            ',' | '.' | '\'' | '’' | ' ' | '_' | '\u{a0}' | '\u{202f}'
        )
    };
    if !separators.iter().all(known) || !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let decimal = separators
        .last()
        .copied()
        .filter(|last| is_decimal(*last, &separators, digits));
    let (whole, part) = match decimal {
        Some(decimal) => digits.rsplit_once(decimal)?,
        None => (digits, ""),
    };
    let groups: Vec<&str> = whole.split(|c: char| !c.is_ascii_digit()).collect();
    let grouped = groups.len() == 1
        || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
    let one_kind = separators.iter().filter(|c| Some(**c) != decimal);
    let mixed = one_kind.clone().any(|c| Some(c) != one_kind.clone().next());
    if !grouped || mixed || whole.is_empty() {
        return None;
    }
    let point = if part.is_empty() { "" } else { "." };
    Some(format!("{sign}{}{point}{part}", groups.concat()))
}

/// True if the last separator stands before decimals: it stands there once, and either another
/// kind separates thousands before it, or no three digits follow.
fn is_decimal(last: char, separators: &[char], digits: &str) -> bool {
    let once = separators.iter().filter(|c| **c == last).count() == 1;
    let follow = digits.rsplit(last).next().map_or(0, str::len);
    matches!(last, ',' | '.') && once && (separators.len() > 1 || follow != 3)
}
