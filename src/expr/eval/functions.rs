//! Functions that take values and give a value.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::compare::Relation;
use super::read::optional;
use super::{Frame, Machine, Out, bounds, ne, number};
use crate::expr::ir::{Builtin, Ir};
use crate::expr::reads::Read;
use crate::expr::trace::{Origin, SHOWN_ITEMS, Trace};
use crate::expr::value::{Causes, Entry, List, Value};
use crate::kind::Type;
use crate::scalar::{Date, Duration};
use crate::source::TextRange;

/// The most arguments that a function of the language takes.
const MOST_ARGUMENTS: usize = 3;

/// The most occurrences a cadence may have in a period; more is a mistake of units.
const MAX_OCCURRENCES: usize = 10_000;

impl<'a, W: Trace> Machine<'a, W> {
    #[expect(clippy::too_many_lines, reason = "a table: one entry for each case")]
    pub(super) fn builtin(
        &self,
        range: TextRange,
        function: Builtin,
        arguments: &'a [Ir],
        frame: &mut Frame<'a, W>,
    ) -> Out<'a, W> {
        // Nearly every call has one or two arguments, which need no list.
        let mut values: [Out<'a, W>; MOST_ARGUMENTS] =
            std::array::from_fn(|index| match arguments.get(index) {
                Some(argument) => self.eval(argument, frame),
                None => ne(Causes::ABSENT),
            });
        let values = &mut values[..arguments.len()];
        match function {
            Builtin::OrValue => return or_value(values),
            Builtin::OptionalNone => return (Value::Optional(None), W::default()),
            Builtin::Flatten
            | Builtin::Distinct
            | Builtin::Sum
            | Builtin::Max
            | Builtin::Min
            | Builtin::Sort
            | Builtin::First
            | Builtin::Last
            | Builtin::Join => {
                return self.list_function(range, function, values);
            }
            _ => {}
        }
        let why = values
            .iter()
            .fold(W::default(), |why, (_, own)| why.and(own.clone()));
        if let Some(causes) = values
            .iter()
            .filter_map(|(value, _)| value.causes())
            .reduce(Causes::with)
        {
            return (Value::Ne(causes), why);
        }
        let is_range = |(value, _): &Out<'a, W>| matches!(value, Value::Between(_));
        if values.iter().any(is_range) {
            return (Value::Ne(Causes::UNDEFINED), why);
        }
        let value = match (function, &*values) {
            (Builtin::Size, [list]) => return self.size(range, list),
            (Builtin::Target, [value]) => return self.target(value),
            (Builtin::Holder, [(value, _)]) => self.holder(value),
            (Builtin::Kind, [(value, _)]) => self.kind_of(value),
            (Builtin::Address, [(value, _)]) => Value::Text(self.address(value).into()),
            (Builtin::ReviewDefault, [(Value::Resource(id), _)]) => self.review_default(*id),
            (Builtin::Expected, [(Value::Resource(id), _)]) => {
                return self.expected_texts(*id, why);
            }
            (Builtin::HasValue, [(Value::Optional(value), _)]) => Value::Bool(value.is_some()),
            (Builtin::OptionalValue, [(Value::Optional(value), _)]) => match value {
                Some(value) => return (**value).clone(),
                None => Value::Ne(Causes::ABSENT),
            },
            (Builtin::OptionalOf, [(value, _)]) => return optional(value.clone(), why),
            (Builtin::Occurrences, [(from, _), (Value::Duration(every), _), (until, _)]) => {
                self.occurrences(from, *every, until)
            }
            (Builtin::File, [(path, _)]) => self.file(path.as_text().unwrap_or_default()),
            (Builtin::Year | Builtin::Month | Builtin::Day, [(value, _)]) => {
                self.date_part(function, value)
            }
            (
                Builtin::ToInt
                | Builtin::ToDouble
                | Builtin::ToString
                | Builtin::ToDate
                | Builtin::ToDuration,
                [(value, _)],
            ) => self.convert(function, value),
            _ => match self.text_function(function, values) {
                Some(value) => value,
                None => return self.fail(range, "the function does not work on these values"),
            },
        };
        (value, why)
    }

    fn text_function(&self, function: Builtin, values: &[Out<'a, W>]) -> Option<Value<'a, W>> {
        let mut texts = [""; MOST_ARGUMENTS];
        for (text, (value, _)) in texts.iter_mut().zip(values) {
            *text = value.as_text()?;
        }
        Some(match (function, &texts[..values.len()]) {
            (Builtin::Contains, [text, part]) => Value::Bool(text.contains(part)),
            (Builtin::StartsWith, [text, part]) => Value::Bool(text.starts_with(part)),
            (Builtin::EndsWith, [text, part]) => Value::Bool(text.ends_with(part)),
            (Builtin::Matches, [text, pattern]) => match self.pattern(pattern) {
                Some(pattern) => Value::Bool(pattern.is_match(text)),
                None => Value::Ne(Causes::UNDEFINED),
            },
            (Builtin::LowerAscii, [text]) => Value::Text(text.to_ascii_lowercase().into()),
            (Builtin::UpperAscii, [text]) => Value::Text(text.to_ascii_uppercase().into()),
            (Builtin::Trim, [text]) => Value::Text(text.trim().into()),
            (Builtin::Replace, [text, from, to]) => Value::Text(text.replace(from, to).into()),
            (Builtin::Split, [text, at]) => Value::list(
                text.split(at)
                    .map(|part| (Value::Text(part.into()), W::default())),
            ),
            _ => return None,
        })
    }

    /// A regular expression, compiled once per run; none if it is not one. A machine keeps those
    /// that it has met, since others ask for them at the same time.
    fn pattern(&self, pattern: &str) -> Option<Arc<regex::Regex>> {
        let mut own = self.patterns.borrow_mut();
        if let Some(known) = own.get(pattern) {
            return known.clone();
        }
        let found = self.world.pattern(pattern);
        own.insert(pattern.into(), found.clone());
        found
    }

    /// Exact, or a range if the membership of items is not settled.
    fn size(&self, range: TextRange, list: &Out<'a, W>) -> Out<'a, W> {
        if let Some(text) = list
            .0
            .as_text()
            .filter(|_| !matches!(list.0, Value::Raw(_)))
        {
            return (int(text.chars().count()), list.1.clone());
        }
        if let (Value::All(kind), false) = (&list.0, W::ON) {
            let catalog = self.world.catalog;
            self.note_value(&list.0);
            let count = catalog.of_kind(*kind).len();
            let upper = (!catalog.is_open(*kind)).then(|| int(count));
            return (between(int(count), upper, count), W::default());
        }
        let (mut certain, mut total) = (0, 0);
        let mut shown = Vec::new();
        let openness = self.visit(list, &mut |item| {
            total += 1;
            certain += usize::from(item.maybe.is_none());
            if W::ON && shown.len() < SHOWN_ITEMS {
                shown.push(self.place_of(item.value, item.why));
            }
            ControlFlow::Continue(())
        });
        let Some(Ok(open)) = openness else {
            return self.fail(range, "size(...) is asked of something that is no list");
        };
        self.step(total as u64);
        let upper = open.is_none().then(|| int(total));
        let why = list.1.clone().and(W::some_of(shown, total));
        (between(int(certain), upper, total), why)
    }

    fn list_function(
        &self,
        range: TextRange,
        function: Builtin,
        values: &[Out<'a, W>],
    ) -> Out<'a, W> {
        let list = &values[0];
        if let Value::Ne(causes) = list.0 {
            return (Value::Ne(causes), list.1.clone());
        }
        let Some(items) = self.listed(list) else {
            return self.fail(range, "is asked of something that is no list");
        };
        match function {
            Builtin::Flatten => return self.flatten(list, &items),
            Builtin::Max => return self.extreme(range, list, &items, true),
            Builtin::Min => return self.extreme(range, list, &items, false),
            Builtin::Distinct => return self.distinct(list, items.into_owned()),
            _ => {}
        }
        if let Some(causes) = items.doubts() {
            let why = items
                .items
                .iter()
                .filter(|entry| entry.maybe.is_some() || entry.value.is_ne())
                .fold(list.1.clone(), |why, entry| why.and(entry.why.clone()));
            return (Value::Ne(causes), why);
        }
        match function {
            Builtin::Sum => self.sum(range, list, &items, &values[1].0),
            Builtin::Sort => {
                let items = items.into_owned().items.into_iter();
                let mut sorted: Vec<_> = items.map(|entry| (entry.value.clone(), entry)).collect();
                if let Err(causes) = self.sorted(range, &mut sorted) {
                    return (Value::Ne(causes), list.1.clone());
                }
                let items = sorted.into_iter().map(|(_, entry)| entry).collect();
                let sorted = List { items, open: None };
                (Value::List(Arc::new(sorted)), list.1.clone())
            }
            Builtin::Join => {
                let separator = values
                    .get(1)
                    .and_then(|(value, _)| value.as_text())
                    .unwrap_or(", ");
                if items
                    .items
                    .iter()
                    .any(|entry| matches!(entry.value, Value::Between(_)))
                {
                    return (Value::Ne(Causes::UNDEFINED), list.1.clone());
                }
                let texts: Vec<String> = items
                    .items
                    .iter()
                    .map(|entry| {
                        self.note_day(&entry.value);
                        self.print(&entry.value)
                    })
                    .collect();
                (Value::Text(texts.join(separator).into()), list.1.clone())
            }
            _ => {
                let found = if function == Builtin::First {
                    items.items.first()
                } else {
                    items.items.last()
                };
                match found {
                    Some(entry) => (entry.value.clone(), entry.why.clone()),
                    None => (Value::Ne(Causes::ABSENT), list.1.clone()),
                }
            }
        }
    }

    fn flatten(&self, list: &Out<'a, W>, outer: &List<'a, W>) -> Out<'a, W> {
        let mut items = Vec::new();
        let mut open = outer.open;
        for entry in &outer.items {
            let inner = (entry.value.clone(), entry.why.clone());
            let openness = self.each(&inner, &mut |item| {
                items.push(Entry {
                    why: entry.why.clone().and(item.why),
                    maybe: item.maybe.or(entry.maybe),
                    value: item.value,
                });
                ControlFlow::Continue(())
            });
            if let Some(Ok(inner)) = openness {
                open = Causes::either(open, inner);
                continue;
            }
            // It may hold any number of items.
            let causes = entry.value.causes().unwrap_or(Causes::UNDEFINED);
            open = Causes::either(open, Some(causes));
            items.push(Entry {
                value: Value::Ne(causes),
                why: entry.why.clone(),
                maybe: Some(causes),
            });
        }
        self.step(items.len() as u64);
        (Value::List(Arc::new(List { items, open })), list.1.clone())
    }

    /// Each value once. An item that might equal another one is perhaps none of its own.
    fn distinct(&self, list: &Out<'a, W>, found: List<'a, W>) -> Out<'a, W> {
        let mut items: Vec<Entry<'a, W>> = Vec::new();
        let mut index = crate::expr::value::GroupIndex::default();
        let mut unsettled = Vec::new();
        for mut entry in found.items {
            let Some(hash) = self.hash(&entry.value) else {
                unsettled.push(items.len());
                items.push(entry);
                continue;
            };
            let known = index.entry(hash).or_default();
            let mut twin = None;
            for position in known.iter().map(|position| *position as usize) {
                match self.equal(&items[position].value, &entry.value) {
                    Ok(true) => twin = Some(position),
                    Ok(false) => {}
                    Err(causes) => entry.maybe = entry.maybe.or(Some(causes)),
                }
            }
            match twin {
                // An item that certainly belongs settles the matter for its equals.
                Some(position) if entry.maybe.is_none() => items[position].maybe = None,
                Some(_) => {}
                None => {
                    known.push(u32::try_from(items.len()).unwrap_or(u32::MAX));
                    items.push(entry);
                }
            }
        }
        let settled = items
            .iter()
            .filter(|entry| self.hash(&entry.value).is_some());
        let mut any = settled.into_iter().any(|entry| entry.maybe.is_none());
        for position in unsettled {
            let entry = &mut items[position];
            if any && entry.maybe.is_none() {
                entry.maybe = Some(entry.value.causes().unwrap_or(Causes::UNDEFINED));
            }
            any |= entry.maybe.is_none();
        }
        let open = found.open;
        let distinct = List { items, open };
        (Value::List(Arc::new(distinct)), list.1.clone())
    }

    /// The largest or smallest item, or a bound for it where items are in doubt.
    fn extreme(
        &self,
        range: TextRange,
        list: &Out<'a, W>,
        items: &List<'a, W>,
        largest: bool,
    ) -> Out<'a, W> {
        let certain = || {
            items
                .items
                .iter()
                .filter(|entry| entry.maybe.is_none() && !entry.value.is_ne())
        };
        let Some(best) = certain().reduce(|best, entry| {
            let order = self.rank(&entry.value, &best.value);
            let better = if largest {
                order.is_gt()
            } else {
                order.is_lt()
            };
            if better { entry } else { best }
        }) else {
            let causes = items.doubts().unwrap_or(Causes::UNDEFINED);
            let doubtful = items.items.iter();
            let why = doubtful.fold(list.1.clone(), |why, entry| why.and(entry.why.clone()));
            return (Value::Ne(causes), why);
        };
        let mut settled = items.doubts().is_none();
        for entry in certain().filter(|entry| !std::ptr::eq(*entry, best)) {
            let (lesser, greater) = if largest {
                (entry, best)
            } else {
                (best, entry)
            };
            match self.check_at_most(range, &lesser.value, &greater.value) {
                Ok(()) => {}
                // What cannot be put in order with the best one may be better by some measure.
                Err(Causes::UNDEFINED) if self.overlap(&lesser.value, &greater.value) => {
                    settled = false;
                }
                Err(causes) => return (Value::Ne(causes), list.1.clone()),
            }
        }
        if settled {
            return (best.value.clone(), self.place_of(&Value::Null, &best.why));
        }
        let (low, high) = bounds(&best.value);
        let value = match (largest, low, high) {
            (true, Some(low), _) => Value::Between(Arc::new((Some(low), None))),
            (false, _, Some(high)) => Value::Between(Arc::new((None, Some(high)))),
            _ => Value::Ne(Causes::UNDEFINED),
        };
        (value, best.why.clone())
    }

    /// True if two values have an order that is only not settled; amounts of different currencies
    /// have none.
    fn overlap(&self, left: &Value<'a, W>, right: &Value<'a, W>) -> bool {
        matches!(self.relate(left, right), Relation::Order(..))
    }

    fn sum(
        &self,
        range: TextRange,
        list: &Out<'a, W>,
        items: &List<'a, W>,
        zero: &Value<'a, W>,
    ) -> Out<'a, W> {
        let mut total: Option<Value<'a, W>> = None;
        for entry in &items.items {
            let next = entry.value.clone();
            total = Some(match total {
                None => next,
                Some(known) => {
                    self.arithmetic(
                        range,
                        crate::expr::ir::Arith::Add,
                        (known, W::default()),
                        (next, W::default()),
                    )
                    .0
                }
            });
        }
        let shown = items
            .items
            .iter()
            .take(SHOWN_ITEMS)
            .map(|entry| entry.why.clone())
            .collect();
        let why = list.1.clone().and(W::some_of(shown, items.items.len()));
        (total.unwrap_or_else(|| zero.clone()), why)
    }

    fn holder(&self, value: &Value<'a, W>) -> Value<'a, W> {
        self.note_value(value);
        match value {
            Value::Resource(_) => value.clone(),
            Value::Record(node, _) => match self.world.catalog.holder(node.id()) {
                Some(id) => Value::Resource(id),
                None => Value::Ne(Causes::UNDEFINED),
            },
            _ => Value::Ne(Causes::UNDEFINED),
        }
    }

    fn kind_of(&self, value: &Value<'a, W>) -> Value<'a, W> {
        let kinds = self.world.catalog.kinds();
        match (value, self.record_of(value)) {
            (Value::Resource(id), _) => Value::Kind(self.world.catalog.resource(*id).kind),
            (_, Some(record)) => Value::Text(kinds.record_name(record).into()),
            _ => Value::Ne(Causes::UNDEFINED),
        }
    }

    fn review_default(&self, id: crate::catalog::ResourceId) -> Value<'a, W> {
        let catalog = self.world.catalog;
        match catalog
            .kinds()
            .kind(catalog.resource(id).kind)
            .review_default
        {
            Some(every) => Value::Duration(every),
            None => Value::Ne(Causes::ABSENT),
        }
    }

    /// The texts of the fields of a resource that are expected, if only under a condition.
    fn expected_texts(&self, id: crate::catalog::ResourceId, why: W) -> Out<'a, W> {
        self.note_value(&Value::Resource(id));
        let catalog = self.world.catalog;
        let record = catalog.kinds().root(catalog.resource(id).kind);
        let mut texts = Vec::new();
        for field in &record.fields {
            let counts = field.expected.is_some() || field.required;
            if !counts || !matches!(field.ty, Type::String | Type::Dyn) {
                continue;
            }
            if let Some((node, _)) = catalog
                .field(id, field)
                .filter(|(node, _)| node.as_str().is_some() && !node.is_broken())
            {
                let why = W::origin(|| Origin::Read {
                    node: node.id(),
                    field: Some(field.place),
                });
                texts.push((Value::Str(node.text()), why));
            }
        }
        (Value::list(texts), why)
    }

    /// The days of a cadence from its start, up to and including the last day.
    fn occurrences(
        &self,
        from: &Value<'a, W>,
        every: Duration,
        until: &Value<'a, W>,
    ) -> Value<'a, W> {
        let (Some(from), Some(until)) = (self.day(from), self.day(until)) else {
            return Value::Ne(Causes::UNDEFINED);
        };
        let mut days: Vec<Date> = Vec::new();
        // Each day is counted from the start, so that months clamped to a short one do not drift.
        for count in 0..MAX_OCCURRENCES {
            let day = every
                .checked_mul(i64::try_from(count).unwrap_or(0))
                .and_then(|by| from.plus(by));
            match day {
                Some(day) if day <= until && days.last().is_none_or(|last| *last < day) => {
                    days.push(day);
                }
                _ => break,
            }
        }
        Value::list(days.into_iter().map(|day| (Value::Date(day), W::default())))
    }

    fn file(&self, path: &str) -> Value<'a, W> {
        self.note(|| Read::Anything);
        let path = crate::scalar::normal_path(path);
        let found = self.world.surroundings.file(&path);
        let digest = found.as_ref().and_then(|file| file.digest.clone());
        let size = found.as_ref().map(|file| file.size);
        let fields = [
            ("exists".into(), Value::Bool(found.is_some())),
            (
                "digest".into(),
                digest.map_or(Value::Ne(Causes::ABSENT), Value::Text),
            ),
            (
                "size".into(),
                size.and_then(|size| i64::try_from(size).ok())
                    .map_or(Value::Ne(Causes::ABSENT), Value::Int),
            ),
        ];
        Value::Struct(
            fields
                .map(|(name, value)| (name, (value, W::default())))
                .into(),
        )
    }

    fn date_part(&self, function: Builtin, value: &Value<'a, W>) -> Value<'a, W> {
        let Some((year, month, day)) = self.day(value).map(Date::ymd) else {
            return Value::Ne(Causes::UNDEFINED);
        };
        // CEL counts months and days of the month from zero.
        Value::Int(match function {
            Builtin::Year => i64::from(year),
            Builtin::Month => i64::from(month) - 1,
            _ => i64::from(day) - 1,
        })
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range is checked first"
    )]
    fn convert(&self, function: Builtin, value: &Value<'a, W>) -> Value<'a, W> {
        let converted = match function {
            Builtin::ToString => {
                self.note_day(value);
                Some(Value::Text(self.print(value).into()))
            }
            Builtin::ToDate => match value {
                Value::Date(_) | Value::AsOf | Value::Moved(_) => Some(value.clone()),
                other => other
                    .as_text()
                    .and_then(|text| Date::parse(text).ok())
                    .map(Value::Date),
            },
            Builtin::ToDuration => match value {
                Value::Duration(_) => Some(value.clone()),
                other => other
                    .as_text()
                    .and_then(|text| Duration::parse(text).ok())
                    .map(Value::Duration),
            },
            // "inf" and "NaN" parse as well, and are no values here.
            Builtin::ToDouble => number(value)
                .or_else(|| value.as_text()?.parse().ok())
                .filter(|number| number.is_finite())
                .map(Value::Double),
            _ => match value {
                Value::Int(_) => Some(value.clone()),
                Value::Double(value) if value.abs() < 9e18 => {
                    Some(Value::Int(value.trunc() as i64))
                }
                other => other
                    .as_text()
                    .and_then(|text| text.parse().ok())
                    .map(Value::Int),
            },
        };
        converted.unwrap_or(Value::Ne(Causes::UNDEFINED))
    }
}

fn or_value<'a, W: Trace>(values: &mut [Out<'a, W>]) -> Out<'a, W> {
    let [value, default] = values else {
        return ne(Causes::UNDEFINED);
    };
    let (value, why) = std::mem::replace(value, ne(Causes::UNDEFINED));
    match value {
        Value::Optional(Some(value)) => (value.0.clone(), why.and(value.1.clone())),
        Value::Optional(None) => (default.0.clone(), why.and(default.1.clone())),
        other => (other, why),
    }
}

fn int<'a, W: Trace>(count: usize) -> Value<'a, W> {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

fn between<'a, W: Trace>(
    low: Value<'a, W>,
    high: Option<Value<'a, W>>,
    total: usize,
) -> Value<'a, W> {
    match (&low, &high) {
        (Value::Int(low), Some(Value::Int(high))) if low == high => int(total),
        _ => Value::Between(Arc::new((Some(low), high))),
    }
}
