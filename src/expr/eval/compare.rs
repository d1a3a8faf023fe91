//! Comparisons: equality by what is meant, order where there is one, and bounds where only bounds
//! are known.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::{Machine, Out, bounds, number, one_currency, shift};
use crate::catalog::{ResourceId, Target};
use crate::expr::ir::Compare;
use crate::expr::trace::Trace;
use crate::expr::value::{Causes, Value};
use crate::kind::LadderId;
use crate::scalar::{Date, Duration, Money};
use crate::source::TextRange;
use crate::syntax::NodeId;

/// What is known of how two values relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// The order lies between these two, both possible.
    Order(Ordering, Ordering),
    /// They differ, and have no order.
    Different,
    /// Not evaluable.
    Unknown(Causes),
    /// They cannot be compared at all.
    Mismatch,
}

/// What a record or reference stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Identity {
    Resource(ResourceId),
    Item(NodeId),
    Word(u64),
}

impl Relation {
    fn exactly(order: Ordering) -> Self {
        Self::Order(order, order)
    }

    fn equality(equal: bool) -> Self {
        if equal {
            Self::exactly(Ordering::Equal)
        } else {
            Self::Different
        }
    }
}

impl<'a, W: Trace> Machine<'a, W> {
    pub(super) fn compare(
        &self,
        range: TextRange,
        op: Compare,
        left: Out<'a, W>,
        right: Out<'a, W>,
    ) -> Out<'a, W> {
        let relation = self.relate(&left.0, &right.0);
        let why = left.1.and(right.1);
        let value = match relation {
            Relation::Order(low, high) => {
                let (at_low, at_high) = (holds(op, low), holds(op, high));
                let middle = low != high && low == Ordering::Less && high == Ordering::Greater;
                let agrees = at_low == at_high && (!middle || holds(op, Ordering::Equal) == at_low);
                if agrees {
                    Value::Bool(at_low)
                } else {
                    Value::Ne(Causes::UNDEFINED)
                }
            }
            Relation::Different => match op {
                Compare::Eq => Value::Bool(false),
                Compare::Ne => Value::Bool(true),
                _ => return self.fail(range, "these values have no order"),
            },
            Relation::Unknown(causes) => Value::Ne(causes),
            // As in CEL, values of different types are never equal; untyped parts of a record may
            // well hold such.
            Relation::Mismatch if op == Compare::Eq => Value::Bool(false),
            Relation::Mismatch if op == Compare::Ne => Value::Bool(true),
            Relation::Mismatch => {
                return self.fail(range, "values of different types are compared");
            }
        };
        (value, why)
    }

    pub(super) fn relate(&self, left: &Value<'a, W>, right: &Value<'a, W>) -> Relation {
        match (left, right) {
            (Value::Ne(left), Value::Ne(right)) => Relation::Unknown(left.with(*right)),
            (Value::Ne(causes), _) | (_, Value::Ne(causes)) => Relation::Unknown(*causes),
            (Value::Bool(left), Value::Bool(right)) => Relation::equality(left == right),
            (Value::Int(left), Value::Int(right)) => Relation::exactly(left.cmp(right)),
            (Value::Date(left), Value::Date(right)) => Relation::exactly(left.cmp(right)),
            (Value::Level(own, left, _), Value::Level(other, right, _)) if own == other => {
                Relation::exactly(left.cmp(right))
            }
            (Value::Level(ladder, rank, _), Value::Str(text)) => {
                self.relate_level(*ladder, *rank, text)
            }
            (Value::Str(text), Value::Level(ladder, rank, _)) => {
                reverse(self.relate_level(*ladder, *rank, text))
            }
            (Value::Duration(left), Value::Duration(right)) => {
                let (low, high) = left.compare_range(*right);
                Relation::Order(low, high)
            }
            (Value::Money(left), Value::Money(right)) => relate_money(*left, *right),
            (Value::Kind(left), Value::Kind(right)) => Relation::equality(left == right),
            (Value::Kind(kind), other) | (other, Value::Kind(kind))
                if other.as_text().is_some() =>
            {
                let name = &self.world.catalog.kinds().kind(*kind).name;
                Relation::equality(other.as_text() == Some(name))
            }
            (Value::Null, Value::Null) => Relation::equality(true),
            (Value::Null, _) | (_, Value::Null) => Relation::Different,
            (Value::Between(bounds), other) => self.relate_bounds(bounds, other),
            (other, Value::Between(bounds)) => reverse(self.relate_bounds(bounds, other)),
            _ => self.relate_more(left, right),
        }
    }

    fn relate_more(&self, left: &Value<'a, W>, right: &Value<'a, W>) -> Relation {
        if let Some(relation) = self.relate_days(left, right) {
            return relation;
        }
        if let (Some(left), Some(right)) = (self.identity(left), self.identity(right)) {
            return match (left, right) {
                (Ok(left), Ok(right)) => Relation::equality(left == right),
                (Err(causes), _) | (_, Err(causes)) => Relation::Unknown(causes),
            };
        }
        if let (Some(left), Some(right)) = (left.as_text(), right.as_text()) {
            return Relation::exactly(left.cmp(right));
        }
        if let Some(relation) = relate_numbers(left, right) {
            return relation;
        }
        match (left, right) {
            (Value::Money(amount), other) => match money_of(*amount, other) {
                Some(other) => relate_money(*amount, other),
                None => Relation::Mismatch,
            },
            (other, Value::Money(_)) => reverse(self.relate(right, other)),
            (Value::Optional(left), Value::Optional(right)) => match (left, right) {
                (Some(left), Some(right)) => self.relate(&left.0, &right.0),
                (left, right) => Relation::equality(left.is_none() && right.is_none()),
            },
            (Value::Reached(..), _) | (_, Value::Reached(..)) => {
                self.relate(&self.whole(left), &self.whole(right))
            }
            (Value::Struct(left), Value::Struct(right)) => {
                let pairs: Option<Vec<_>> = left
                    .iter()
                    .map(|(name, (value, _))| {
                        let other = right.iter().find(|(other, _)| other == name)?;
                        Some((value, &other.1.0))
                    })
                    .collect();
                let same_names = left.len() == right.len() && pairs.is_some();
                self.relate_all(same_names, pairs.into_iter().flatten())
            }
            _ => self.relate_lists(left, right),
        }
    }

    fn relate_lists(&self, left: &Value<'a, W>, right: &Value<'a, W>) -> Relation {
        let lists = [left, right].map(|list| (list.clone(), W::default()));
        let [left, right] = &lists;
        let (Some(left), Some(right)) = (self.listed(left), self.listed(right)) else {
            return Relation::Mismatch;
        };
        if let Some(causes) = left.doubts().or(right.doubts()) {
            return Relation::Unknown(causes);
        }
        let pairs = left
            .items
            .iter()
            .map(|entry| &entry.value)
            .zip(right.items.iter().map(|entry| &entry.value));
        self.relate_all(left.items.len() == right.items.len(), pairs)
    }

    fn relate_all<'v>(
        &self,
        same_length: bool,
        pairs: impl Iterator<Item = (&'v Value<'a, W>, &'v Value<'a, W>)>,
    ) -> Relation
    where
        'a: 'v,
        W: 'v,
    {
        if !same_length {
            return Relation::Different;
        }
        let mut doubt = None;
        for (left, right) in pairs {
            match self.relate(left, right) {
                Relation::Order(Ordering::Equal, Ordering::Equal) => {}
                Relation::Unknown(causes) => doubt = Some(causes),
                Relation::Order(low, high) if low != high => doubt = Some(Causes::UNDEFINED),
                Relation::Mismatch => return Relation::Mismatch,
                _ => return Relation::Different,
            }
        }
        doubt.map_or(Relation::equality(true), Relation::Unknown)
    }

    fn relate_level(&self, ladder: LadderId, rank: u8, text: &str) -> Relation {
        let levels = &self.world.catalog.kinds().ladder(ladder).levels;
        match (0u8..).zip(levels).find(|(_, level)| ***level == *text) {
            Some((other, _)) => Relation::exactly(rank.cmp(&other)),
            None => Relation::Different,
        }
    }

    fn relate_bounds(
        &self,
        bounds: &(Option<Value<'a, W>>, Option<Value<'a, W>>),
        other: &Value<'a, W>,
    ) -> Relation {
        let against = |bound: &Option<Value<'a, W>>, unbounded: Ordering| match bound {
            None => Relation::exactly(unbounded),
            Some(bound) => self.relate(bound, other),
        };
        match (
            against(&bounds.0, Ordering::Less),
            against(&bounds.1, Ordering::Greater),
        ) {
            (Relation::Order(low, _), Relation::Order(_, high)) => Relation::Order(low, high),
            (Relation::Unknown(causes), _) | (_, Relation::Unknown(causes)) => {
                Relation::Unknown(causes)
            }
            _ => Relation::Mismatch,
        }
    }

    /// Comparisons of dates in which the date of the run takes part. Each notes the next day on
    /// which its outcome can change.
    fn relate_days(&self, left: &Value<'a, W>, right: &Value<'a, W>) -> Option<Relation> {
        fn steps<'v, W: Trace>(value: &'v Value<'_, W>) -> Option<&'v [Duration]> {
            match value {
                Value::AsOf => Some(&[]),
                Value::Moved(moved) => Some(&moved.steps),
                _ => None,
            }
        }
        let today = self.world.as_of;
        let at = |value: &Value<'a, W>| match value {
            Value::Date(day) => Some(*day),
            Value::AsOf => Some(today),
            Value::Moved(moved) => Some(moved.date),
            _ => None,
        };
        let (left_day, right_day) = (at(left)?, at(right)?);
        match (steps(left), steps(right)) {
            (Some(steps), None) => self.note_flip(next_flip(today, steps, right_day)),
            (None, Some(steps)) => self.note_flip(next_flip(today, steps, left_day)),
            (Some(_), Some(_)) => self.note_flip(Some(today.next())),
            (None, None) => {}
        }
        Some(Relation::exactly(left_day.cmp(&right_day)))
    }

    /// True or false if it is settled whether two values are equal, otherwise why it is not.
    pub(super) fn equal(&self, left: &Value<'a, W>, right: &Value<'a, W>) -> Result<bool, Causes> {
        match self.relate(left, right) {
            Relation::Order(low, high) if low == high => Ok(low.is_eq()),
            Relation::Order(low, high) if low.is_gt() || high.is_lt() => Ok(false),
            Relation::Order(..) => Err(Causes::UNDEFINED),
            Relation::Unknown(causes) => Err(causes),
            Relation::Different | Relation::Mismatch => Ok(false),
        }
    }

    /// Sorts by keys. Not evaluable if two neighbours have no settled order.
    pub(super) fn sorted<T>(
        &self,
        range: TextRange,
        items: &mut [(Value<'a, W>, T)],
    ) -> Result<(), Causes> {
        items.sort_by(|(left, _), (right, _)| self.rank(left, right));
        for pair in items.windows(2) {
            self.check_at_most(range, &pair[0].0, &pair[1].0)?;
        }
        Ok(())
    }

    /// Holds if `left` is certainly not after `right`.
    pub(super) fn check_at_most(
        &self,
        range: TextRange,
        left: &Value<'a, W>,
        right: &Value<'a, W>,
    ) -> Result<(), Causes> {
        match self.relate(left, right) {
            Relation::Order(_, high) if high.is_le() => Ok(()),
            Relation::Order(..) => Err(Causes::UNDEFINED),
            Relation::Unknown(causes) => Err(causes),
            Relation::Different | Relation::Mismatch => {
                self.fail(range, "these values have no order");
                Err(Causes::UNDEFINED)
            }
        }
    }

    /// Why the order of two values is not settled, if it is not.
    pub(super) fn unsettled(&self, left: &Value<'a, W>, right: &Value<'a, W>) -> Option<Causes> {
        match self.relate(left, right) {
            Relation::Order(low, high) if low.is_ge() || high.is_le() => None,
            Relation::Unknown(causes) => Some(causes),
            _ => Some(Causes::UNDEFINED),
        }
    }

    /// A total order that agrees with every order that is settled: what `sort_by` needs. Durations
    /// stand by their length in months of average days, amounts by currency first.
    pub(super) fn rank(&self, left: &Value<'a, W>, right: &Value<'a, W>) -> Ordering {
        match (left, right) {
            (Value::Duration(left), Value::Duration(right)) => {
                average_seconds(*left).cmp(&average_seconds(*right))
            }
            (Value::Money(left), Value::Money(right)) => {
                let code = |amount: &Money| amount.currency().map(|currency| currency.to_string());
                let by_currency = code(left).cmp(&code(right));
                by_currency.then_with(|| left.compare(*right).unwrap_or(Ordering::Equal))
            }
            (Value::Between(_), _) | (_, Value::Between(_)) => {
                let ((low, high), (other_low, other_high)) = (bounds(left), bounds(right));
                let bound = |left: Option<Value<'a, W>>, right: Option<Value<'a, W>>, none| match (
                    left, right,
                ) {
                    (Some(left), Some(right)) => self.rank(&left, &right),
                    (None, None) => Ordering::Equal,
                    (None, Some(_)) => none,
                    (Some(_), None) => Ordering::reverse(none),
                };
                bound(low, other_low, Ordering::Less)
                    .then_with(|| bound(high, other_high, Ordering::Greater))
            }
            _ => sort(left)
                .cmp(&sort(right))
                .then_with(|| self.order(left, right)),
        }
    }

    /// The order of two values; equal if it is not settled.
    fn order(&self, left: &Value<'a, W>, right: &Value<'a, W>) -> Ordering {
        match self.relate(left, right) {
            Relation::Order(low, high) if low == high => low,
            _ => Ordering::Equal,
        }
    }

    /// What a record or a reference stands for; none for other values.
    pub(super) fn identity(&self, value: &Value<'a, W>) -> Option<Result<Identity, Causes>> {
        if matches!(value, Value::Ref(_)) {
            self.note_value(value);
        }
        match value {
            Value::Resource(id) => Some(Ok(Identity::Resource(*id))),
            Value::Record(node, _) => Some(Ok(Identity::Item(node.id()))),
            Value::Ref(node) => Some(
                match self
                    .world
                    .catalog
                    .reference_at(node.id())
                    .map(|found| found.target)
                {
                    Some(Target::Resource(id)) => Ok(Identity::Resource(id)),
                    Some(Target::Item(item)) => Ok(Identity::Item(item.node)),
                    Some(Target::Literal | Target::Wildcard(_)) => {
                        Ok(Identity::Word(hash_of(node.text())))
                    }
                    _ => Err(Causes::DANGLING),
                },
            ),
            _ => None,
        }
    }

    /// A hash under which equal values meet; none if the value has no settled one.
    pub(super) fn hash(&self, value: &Value<'a, W>) -> Option<u64> {
        if let Some(identity) = self.identity(value) {
            return identity.ok().map(hash_of);
        }
        if let Some(text) = value.as_text() {
            return Some(match value {
                Value::Level(_, rank, _) => hash_of(rank),
                _ => hash_of(text),
            });
        }
        Some(match value {
            Value::Int(_) | Value::Double(_) => hash_of((number(value)? + 0.0).to_bits()),
            Value::Bool(value) => hash_of(value),
            Value::Date(day) => hash_of(day.days()),
            Value::Kind(kind) => hash_of(kind.0),
            Value::AsOf | Value::Moved(_) => hash_of(self.day(value)?.days()),
            Value::Ne(_) | Value::Between(_) => return None,
            // Equal values of these need not look alike; they are compared one by one.
            _ => 0,
        })
    }
}

/// Compares a number with one that has a fraction, exactly: a large whole number has no double.
fn relate_numbers<W: Trace>(left: &Value<'_, W>, right: &Value<'_, W>) -> Option<Relation> {
    let order = match (left, right) {
        (Value::Double(left), Value::Double(right)) => left.partial_cmp(right),
        (Value::Int(left), Value::Double(right)) => whole_against(*left, *right),
        (Value::Double(left), Value::Int(right)) => {
            whole_against(*right, *left).map(Ordering::reverse)
        }
        _ => return None,
    };
    Some(order.map_or(Relation::Different, Relation::exactly))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "both directions are tried: the double decides unless it rounds to the same"
)]
fn whole_against(whole: i64, other: f64) -> Option<Ordering> {
    let rough = (whole as f64).partial_cmp(&other)?;
    // From 2^63 on a double is beyond every whole number.
    if rough.is_ne() || other >= 9_223_372_036_854_775_808.0 {
        return Some(if rough.is_eq() { Ordering::Less } else { rough });
    }
    Some(whole.cmp(&(other as i64)))
}

/// A number for each sort of values that are ordered among each other.
fn sort<W: Trace>(value: &Value<'_, W>) -> u8 {
    match value {
        Value::Int(_) | Value::Double(_) => 0,
        Value::Date(_) | Value::AsOf | Value::Moved(_) => 1,
        Value::Duration(_) => 2,
        Value::Money(_) => 3,
        Value::Level(..) => 4,
        _ => 5,
    }
}

/// The length in seconds if a month has 30.4375 days.
fn average_seconds(length: Duration) -> i128 {
    const MONTH: i128 = 2_629_800;
    i128::from(length.month_part()) * MONTH + i128::from(length.second_part())
}

pub(super) fn hash_of(value: impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

fn holds(op: Compare, order: Ordering) -> bool {
    match op {
        Compare::Eq => order.is_eq(),
        Compare::Ne => order.is_ne(),
        Compare::Lt => order.is_lt(),
        Compare::Le => order.is_le(),
        Compare::Gt => order.is_gt(),
        Compare::Ge => order.is_ge(),
    }
}

fn reverse(relation: Relation) -> Relation {
    match relation {
        Relation::Order(low, high) => Relation::Order(high.reverse(), low.reverse()),
        other => other,
    }
}

/// A number beside an amount is an amount of the same currency.
fn money_of<W: Trace>(amount: Money, other: &Value<'_, W>) -> Option<Money> {
    Money::from_f64(number(other)?, amount.currency())
}

fn relate_money(left: Money, right: Money) -> Relation {
    let (left, right) = one_currency(left, right);
    match left.compare(right) {
        Some(order) => Relation::exactly(order),
        None => Relation::Unknown(Causes::UNDEFINED),
    }
}

/// The next day after `today` on which the shifted date of the run stands differently to `fixed`.
///
/// Shifts are monotone in the day they start from, so the day is found by bisection; a shift by
/// months can move a day by at most three against its neighbours, which bounds the search.
fn next_flip(today: Date, steps: &[Duration], fixed: Date) -> Option<Date> {
    let at = |day: Date| shift(day, steps).map(|shifted| shifted.cmp(&fixed));
    let current = at(today)?;
    if current == Ordering::Greater || fixed.is_after_all() {
        return None;
    }
    let distance = shift(today, steps)?.days_until(fixed);
    if steps.iter().all(|by| by.month_part() == 0) {
        // Every day is shifted by as many days.
        let after = i64::from(current == Ordering::Equal);
        let day = i64::from(today.days()) + distance + after;
        let day = Date::from_days(i32::try_from(day).ok()?);
        return (day <= Date::MAX).then_some(day);
    }
    let mut low = today;
    let mut high = Date::from_days(i32::try_from(i64::from(today.days()) + distance + 8).ok()?);
    if at(high)? == current {
        return None;
    }
    while low.next() < high {
        let middle = Date::from_days(low.days() + (high.days() - low.days()) / 2);
        if at(middle)? == current {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flip_is_the_first_day_on_which_the_outcome_differs() {
        let day = |text: &str| Date::parse(text).unwrap();
        let flip = |today: &str, steps: &[Duration], fixed: &str| {
            next_flip(day(today), steps, day(fixed)).map(|day| day.to_string())
        };
        assert_eq!(
            flip("2026-01-01", &[], "2026-03-05").as_deref(),
            Some("2026-03-05")
        );
        assert_eq!(
            flip("2026-03-05", &[], "2026-03-05").as_deref(),
            Some("2026-03-06")
        );
        assert_eq!(flip("2026-03-06", &[], "2026-03-05"), None);
        let months = [Duration::months(1)];
        assert_eq!(
            flip("2026-01-01", &months, "2026-02-28").as_deref(),
            Some("2026-01-28")
        );
        assert_eq!(
            flip("2026-01-28", &months, "2026-02-28").as_deref(),
            Some("2026-02-01")
        );
        assert_eq!(
            flip("2026-01-01", &[Duration::days(90)], "2026-12-31").as_deref(),
            Some("2026-10-02")
        );
    }
}
