//! Percentages.

use super::ScalarError;

/// Reads a percentage from 0 to 100, with or without the sign: `25`, `99.5`, `25%`.
///
/// # Errors
///
/// Anything else.
pub fn parse_percent(text: &str) -> Result<f64, ScalarError> {
    let digits = text.strip_suffix('%').unwrap_or(text);
    match digits.parse::<f64>() {
        Ok(value) if (0.0..=100.0).contains(&value) => Ok(value),
        _ => Err(ScalarError::new(format!(
            "{text} is no percentage from 0 to 100"
        ))),
    }
}
