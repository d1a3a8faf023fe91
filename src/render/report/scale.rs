//! From values to places on a drawing, as shares of its length: the same on every output.

use crate::report::{Bar, Bars, Cell, Dumbbell, Sparkline};
use crate::scalar::Date;

/// Up to which end a scale is divided into its whole numbers.
const MOST_STEPS: f64 = 10.0;

/// How many times the smallest value the largest may be on a scale of equal steps.
const MOST_RATIO: f64 = 40.0;

/// The place of a value on a scale from `least` to `most`, from 0 to 1 and never beside it.
pub(super) fn share(value: f64, least: f64, most: f64) -> f64 {
    let share = (value - least) / (most - least);
    if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
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

/// A point of a line: its day and value, and its place as shares of the drawing from its lower left.
pub(super) type Point<'a> = (&'a Date, &'a Cell, (f64, f64));

/// The points of a line that are known, at their days.
pub(super) fn line(chart: &Sparkline) -> Vec<Point<'_>> {
    let known = known(&chart.points);
    let across = Range::of(known.iter().map(|(day, ..)| f64::from(day.days())));
    let up = Range::of(known.iter().map(|(.., value)| *value)).widened(chart.most);
    let points = known.into_iter().map(|(day, cell, value)| {
        let x = across.share(f64::from(day.days()));
        (day, cell, (x, up.share(value)))
    });
    points.collect()
}

/// How a bar came to its length. The points that are known stand evenly, so that rows can be read
/// across; fewer than two are no course.
pub(super) fn course(bar: &Bar) -> Vec<Point<'_>> {
    let known = known(&bar.trend);
    let Some(steps) = known.len().checked_sub(1).filter(|steps| *steps > 0) else {
        return Vec::new();
    };
    let up = Range::of(known.iter().map(|(.., value)| *value)).widened(Some(1.0));
    let points = known.into_iter().enumerate();
    let points = points.map(|(at, (day, cell, value))| {
        let x = count(at) / count(steps);
        (day, cell, (x, up.share(value)))
    });
    points.collect()
}

fn known(points: &[(Date, Cell)]) -> Vec<(&Date, &Cell, f64)> {
    let known = points.iter().filter_map(|(day, cell)| {
        let value = cell.magnitude().filter(|value| value.is_finite())?;
        Some((day, cell, value))
    });
    known.collect()
}

/// The end of the scale of bars: that which the chart names, or a round number that all bars and targets stay below.
pub(super) fn end_of_bars(chart: &Bars) -> f64 {
    let values = chart.bars.iter().flat_map(|bar| {
        let target = bar.target.as_ref().and_then(Cell::magnitude);
        bar.value.magnitude().into_iter().chain(target)
    });
    let largest = values.fold(0.0, f64::max);
    match chart.most {
        Some(most) if most > 0.0 => most.max(largest),
        _ => round_up(largest),
    }
}

/// Where the whole numbers inside a scale stand, if it is short enough to show them.
pub(super) fn steps(most: Option<f64>) -> Vec<f64> {
    let Some(most) = most.filter(|most| (2.0..=MOST_STEPS).contains(most)) else {
        return Vec::new();
    };
    let whole = (1_u8..10).map(f64::from);
    whole
        .take_while(|at| *at < most)
        .map(|at| share(at, 0.0, most))
        .collect()
}

/// From the two values of items to their places on one scale.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    least: f64,
    most: f64,
    /// True if equal ratios have equal lengths.
    pub(super) is_logarithmic: bool,
}

impl Scale {
    /// Equal steps from zero, or equal ratios where the values are too far apart for that.
    pub(super) fn of(chart: &Dumbbell) -> Self {
        let values = chart.items.iter().flat_map(|item| {
            let values = [&item.from, &item.to].into_iter();
            values.filter_map(Cell::magnitude)
        });
        let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
        let most = values.iter().copied().fold(0.0, f64::max);
        let least = values
            .iter()
            .copied()
            .filter(|value| *value > 0.0)
            .fold(f64::INFINITY, f64::min);
        let is_logarithmic = least.is_finite() && most / least > MOST_RATIO;
        Self {
            least: if is_logarithmic { least } else { 0.0 },
            most: if is_logarithmic { most } else { round_up(most) },
            is_logarithmic,
        }
    }

    /// The place of a value, if it has one.
    pub(super) fn place(self, cell: &Cell) -> Option<f64> {
        let value = cell.magnitude()?;
        if self.is_logarithmic {
            let value = value.max(self.least);
            return Some(share(value.ln(), self.least.ln(), self.most.ln()));
        }
        Some(share(value, self.least, self.most))
    }
}

/// From the least to the largest of some values.
#[derive(Debug, Clone, Copy)]
struct Range {
    least: f64,
    most: f64,
}

impl Range {
    fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        Self {
            least: values.clone().fold(f64::INFINITY, f64::min),
            most: values.fold(f64::NEG_INFINITY, f64::max),
        }
    }

    /// The same range, but at least a fifth of a scale that ends at `end`, so that a small movement
    /// does not look like a large one. The drawing shows movement: its lower edge is not zero.
    fn widened(self, end: Option<f64>) -> Self {
        let least_height = end.unwrap_or(self.most).abs() / 5.0;
        let missing = (least_height - (self.most - self.least)).max(0.0);
        Self {
            least: self.least - missing / 2.0,
            most: self.most + missing / 2.0,
        }
    }

    /// Where a value stands in it, from 0 to 1.
    fn share(self, value: f64) -> f64 {
        if self.most > self.least {
            (value - self.least) / (self.most - self.least)
        } else {
            1.0
        }
    }
}

/// The end of a scale that has room for `value`: 1, 2, 2.5 or 5 times a power of ten.
fn round_up(value: f64) -> f64 {
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
    #[expect(clippy::float_cmp, reason = "the ends of a scale are exact")]
    fn nothing_stands_beside_its_scale() {
        assert_eq!(share(7.0, 0.0, 5.0), 1.0);
        assert_eq!(share(-7.0, 0.0, 5.0), 0.0);
        assert_eq!(share(1.0, 1.0, 1.0), 0.0);
        assert_eq!(share(f64::NAN, 0.0, 1.0), 0.0);
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
