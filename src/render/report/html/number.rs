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
    /// The place of a value on a scale from `least` to `most`, in percent and never beside it.
    pub(super) fn share(value: f64, least: f64, most: f64) -> Self {
        let share = (value - least) / (most - least) * 100.0;
        Self(if share.is_finite() {
            share.clamp(0.0, 100.0)
        } else {
            0.0
        })
    }
}

/// A count as a number of a drawing.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of what is drawn are far below 2^53"
)]
pub(super) fn count(count: usize) -> f64 {
    count as f64
}

/// The end of a scale that has room for `value`: 1, 2, 2.5 or 5 times a power of ten.
pub(super) fn round_up(value: f64) -> f64 {
    if !value.is_finite() || value <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(value.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0];
    let step = steps.into_iter().find(|step| step * power >= value);
    step.unwrap_or(10.0) * power
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
        assert_eq!(Number::share(7.0, 0.0, 5.0), Number(100.0));
        assert_eq!(Number::share(1.0, 1.0, 1.0), Number(0.0));
    }

    #[test]
    fn scales_end_at_round_numbers() {
        for (value, end) in [
            (3.0, 5.0),
            (21.0, 25.0),
            (25.0, 25.0),
            (0.7, 1.0),
            (-1.0, 1.0),
        ] {
            assert!((round_up(value) - end).abs() < 1e-9, "{value}");
        }
    }
}
