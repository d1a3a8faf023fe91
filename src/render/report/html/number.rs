//! Numbers of drawings: lengths and shares, printed alike on every machine.

use std::fmt;

/// A length in pixels or a share in percent, to a tenth.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(super) struct Number(pub(super) f64);

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).round();
        if !tenths.is_finite() || tenths == 0.0 {
            return formatter.write_str("0");
        }
        if tenths % 10.0 == 0.0 {
            return write!(formatter, "{:.0}", tenths / 10.0);
        }
        write!(formatter, "{:.1}", tenths / 10.0)
    }
}

impl Number {
    /// A share of a scale in percent.
    pub(super) fn percent(share: f64) -> Self {
        Self(share * 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_finite() {
        let cases = [
            (0.0, "0"),
            (-0.01, "0"),
            (33.333, "33.3"),
            (100.0, "100"),
            (f64::NAN, "0"),
            (f64::INFINITY, "0"),
        ];
        for (number, expected) in cases {
            assert_eq!(Number(number).to_string(), expected);
        }
        assert_eq!(Number::percent(0.5).to_string(), "50");
    }
}
