//! Percentages.

use super::error::{ScalarError, shown};

/// Reads a percentage from 0 to 100, with or without the sign: `25`, `99.5`, `25%`.
///
/// # Errors
///
/// Any other text; the error carries the number if there is no doubt what was meant.
pub fn parse_percent(text: &str) -> Result<f64, ScalarError> {
    match read(text.strip_suffix('%').unwrap_or(text)) {
        Some(value) if (0.0..=100.0).contains(&value) => Ok(value),
        Some(_) => Err(outside(text)),
        None => Err(explain(text)),
    }
}

/// Reads a number as YAML writes it; `inf` and `nan`, which the parser of floats knows, are none.
fn read(text: &str) -> Option<f64> {
    let numeric = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    text.bytes().all(numeric).then(|| text.parse().ok())?
}

fn outside(text: &str) -> ScalarError {
    ScalarError::new(format!("{} is no share of a whole", shown(text)))
        .help("write a percentage from 0 to 100")
}

fn explain(text: &str) -> ScalarError {
    if let Some(error) = ScalarError::of_nothing(text, "a percentage") {
        return error;
    }
    let error = ScalarError::new(format!("{} is no percentage", shown(text)));
    let number = text
        .trim()
        .trim_end_matches(|c: char| c.is_alphabetic() || c == '%' || c.is_whitespace())
        .replace(',', ".");
    let ending = text.trim()[number.len()..].trim();
    let known = ["", "%", "percent", "per cent", "pct"].contains(&ending);
    match read(&number) {
        Some(value) if known && (0.0..=100.0).contains(&value) => error.suggest(number),
        _ => error.help("write a number from 0 to 100, such as 25 or 99.5"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Result<f64, (&str, Option<&str>)>) {
        let found = parse_percent(text);
        let found = found
            .as_ref()
            .map(|value| *value)
            .map_err(|error| (error.message.as_str(), error.suggestion.as_deref()));
        assert_eq!(found, expect);
    }

    #[test]
    fn reads_percentages() {
        check("25", Ok(25.0));
        check("25%", Ok(25.0));
        check("99.5", Ok(99.5));
        check("0", Ok(0.0));
        check("1e2", Ok(100.0));
        check("101", Err(("101 is no share of a whole", None)));
        check("-1%", Err(("-1% is no share of a whole", None)));
        check("25 %", Err(("\"25 %\" is no percentage", Some("25"))));
        check(
            "25 percent",
            Err(("\"25 percent\" is no percentage", Some("25"))),
        );
        check("99,5", Err(("\"99,5\" is no percentage", Some("99.5"))));
        check("inf", Err(("inf is no percentage", None)));
        check("most", Err(("most is no percentage", None)));
        check("", Err(("empty text where a percentage is wanted", None)));
    }
}
