//! Lists: items that certainly or perhaps belong, and lists that an unreadable document may extend.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};

use super::compare::Relation;
use super::read::{optional, read_origin};
use super::{Frame, Machine, Out, ne};
use crate::expr::ir::{Fold, Ir, Op};
use crate::expr::trace::{Origin, SHOWN_ITEMS, Trace};
use crate::expr::value::{Causes, Entry, Group, GroupIndex, Groups, Item, List, Placed, Value};
use crate::kind::{Field, Type};
use crate::source::TextRange;
use crate::syntax::Node;

/// What is known of a list besides its items.
type Openness = Result<Option<Causes>, Causes>;

impl<'a, W: Trace> Machine<'a, W> {
    /// Visits the items of a list, each as a value of its own. Returns whether the list is open, or
    /// why it is not evaluable; none if the value is no list.
    pub(super) fn each(
        &self,
        list: &Out<'a, W>,
        act: &mut dyn FnMut(Entry<'a, W>) -> ControlFlow<()>,
    ) -> Option<Openness> {
        self.visit(list, &mut |item| {
            act(Entry {
                value: item.value.clone(),
                why: item.why.clone(),
                maybe: item.maybe,
            })
        })
    }

    /// Visits the items of a list where they are.
    pub(super) fn visit(
        &self,
        (list, why): &Out<'a, W>,
        act: &mut dyn FnMut(Item<'_, 'a, W>) -> ControlFlow<()>,
    ) -> Option<Openness> {
        self.note_value(list);
        let catalog = self.world.catalog;
        let mut certain = |value: Value<'a, W>, why: W| {
            act(Item {
                value: &value,
                why: &why,
                maybe: None,
            })
            .is_break()
        };
        match list {
            Value::Seq(node, ty, field) => {
                for item in node.items() {
                    let (value, why) = self.item(item, ty, *field);
                    if certain(value, why) {
                        break;
                    }
                }
            }
            Value::Single(node, ty, field) => {
                let (value, why) = self.item(*node, ty, *field);
                certain(value, why);
            }
            Value::Dict(node, _) => {
                for (key, _) in node.entries() {
                    if certain(Value::Str(key.text()), read_origin(key)) {
                        break;
                    }
                }
            }
            Value::All(kind) => {
                for id in catalog.of_kind(*kind) {
                    if certain(Value::Resource(id), W::default()) {
                        break;
                    }
                }
                return Some(Ok(catalog.is_open(*kind).then_some(Causes::OPEN)));
            }
            Value::List(list) => {
                visit_all(list.items.iter().map(Entry::as_item), act);
                return Some(Ok(list.open));
            }
            Value::Struct(fields) => {
                for (name, (_, why)) in fields.iter() {
                    if certain(Value::Text((&**name).into()), why.clone()) {
                        break;
                    }
                }
            }
            Value::Reached(..) => return self.visit(&(self.whole(list), why.clone()), act),
            Value::Groups(groups) => {
                let keys: Vec<Entry<'a, W>> = keys(groups).collect();
                visit_all(keys.iter().map(Entry::as_item), act);
                return Some(Ok(groups.open));
            }
            Value::Ne(causes) => return Some(Err(*causes)),
            _ => return None,
        }
        Some(Ok(None))
    }

    fn item(&self, node: Node<'a>, ty: &'a Type, field: Option<&'a Field>) -> Out<'a, W> {
        let value = self.read(node, ty, None);
        let why = match &value {
            // The fields of an item say where they stand; the item itself would say nothing more.
            Value::Record(..) | Value::Resource(_) => W::default(),
            _ => W::origin(|| Origin::Read {
                node: node.id(),
                field: field.map(|field| field.place),
            }),
        };
        (value, why)
    }

    /// The items of a list, collected; none if the value is no list or not evaluable.
    pub(in crate::expr) fn listed<'l>(&self, list: &'l Out<'a, W>) -> Option<Cow<'l, List<'a, W>>> {
        if let Value::List(list) = &list.0 {
            return Some(Cow::Borrowed(list));
        }
        let mut items = Vec::new();
        let open = self.each(list, &mut |entry| {
            items.push(entry);
            ControlFlow::Continue(())
        })?;
        self.step(items.len() as u64);
        let open = open.ok()?;
        Some(Cow::Owned(List { items, open }))
    }

    /// The items of a list; none if the value is not evaluable.
    pub fn items_of(&self, list: &Out<'a, W>) -> Option<Vec<Entry<'a, W>>> {
        self.listed(list).map(|list| list.into_owned().items)
    }

    /// What a label says of an item that brings no place of its own.
    pub(super) fn place_of(&self, value: &Value<'a, W>, why: &W) -> W {
        let own = match value {
            Value::Resource(id) => W::origin(|| Origin::Resource(*id)),
            Value::Record(node, _) => W::origin(|| Origin::Item(node.id())),
            _ => W::default(),
        };
        why.clone().and(own)
    }

    pub(super) fn fold(
        &self,
        range: TextRange,
        fold: Fold,
        list: &'a Ir,
        slot: u16,
        body: &'a Ir,
        frame: &mut Frame<'a, W>,
    ) -> Out<'a, W> {
        let list = self.eval(list, frame);
        match fold {
            Fold::Exists => self.quantify(range, &list, slot, body, frame, true),
            Fold::All => self.quantify(range, &list, slot, body, frame, false),
            Fold::ExistsOne => self.exists_one(range, &list, slot, body, frame),
            Fold::Filter => self.filter(range, &list, slot, body, frame),
            Fold::Map => self.map(range, &list, slot, body, frame),
            Fold::GroupBy => self.group_by(range, &list, slot, body, frame),
            Fold::SortBy => self.sort_by(range, &list, slot, body, frame),
        }
    }

    /// `exists` with `decisive` true, `all` with `decisive` false.
    fn quantify(
        &self,
        range: TextRange,
        list: &Out<'a, W>,
        slot: u16,
        body: &'a Ir,
        frame: &mut Frame<'a, W>,
        decisive: bool,
    ) -> Out<'a, W> {
        let mut deciding: Vec<W> = Vec::new();
        let mut other: Vec<W> = Vec::new();
        let (mut decided, mut total) = (0, 0);
        let mut doubts: Option<(Causes, W)> = None;
        let openness = self.each(list, &mut |entry| {
            total += 1;
            let item_why = entry.why.clone();
            frame.set_local(slot, (entry.value, entry.why));
            let (truth, why) = self.truth(body, frame);
            match (truth, entry.maybe) {
                (Ok(value), None) if value == decisive => {
                    decided += 1;
                    if !W::ON {
                        return ControlFlow::Break(());
                    }
                    if deciding.len() < SHOWN_ITEMS {
                        deciding.push(item_why.and(why));
                    }
                }
                (Ok(value), Some(causes)) if value == decisive => {
                    add_doubt(&mut doubts, causes, item_why.and(why));
                }
                (Err(causes), maybe) => add_doubt(
                    &mut doubts,
                    maybe.map_or(causes, |more| more.with(causes)),
                    why,
                ),
                _ => {
                    if W::ON && other.len() < SHOWN_ITEMS {
                        other.push(item_why.and(why));
                    }
                }
            }
            ControlFlow::Continue(())
        });
        let open = match openness {
            Some(Ok(open)) => open,
            Some(Err(causes)) => return (Value::Ne(causes), list.1.clone()),
            None => return self.fail(range, "is asked of something that is no list"),
        };
        if decided > 0 {
            return (Value::Bool(decisive), W::some_of(deciding, decided));
        }
        if let Some((causes, why)) = doubts {
            let causes = open.map_or(causes, |more| causes.with(more));
            return (Value::Ne(causes), why);
        }
        if let Some(causes) = open {
            return (Value::Ne(causes), list.1.clone());
        }
        (
            Value::Bool(!decisive),
            list.1.clone().and(W::some_of(other, total)),
        )
    }

    fn exists_one(
        &self,
        range: TextRange,
        list: &Out<'a, W>,
        slot: u16,
        body: &'a Ir,
        frame: &mut Frame<'a, W>,
    ) -> Out<'a, W> {
        let mut true_count = 0;
        let mut doubts: Option<(Causes, W)> = None;
        let mut shown = W::default();
        let openness = self.each(list, &mut |entry| {
            frame.set_local(slot, (entry.value, entry.why));
            let (truth, why) = self.truth(body, frame);
            match (truth, entry.maybe) {
                (Ok(true), None) => {
                    true_count += 1;
                    shown = std::mem::take(&mut shown).and(why);
                }
                (Ok(true), Some(causes)) | (Err(causes), _) => add_doubt(&mut doubts, causes, why),
                (Ok(false), _) => {}
            }
            ControlFlow::Continue(())
        });
        let open = match openness {
            Some(Ok(open)) => open,
            Some(Err(causes)) => return (Value::Ne(causes), list.1.clone()),
            None => return self.fail(range, "is asked of something that is no list"),
        };
        if true_count > 1 {
            return (Value::Bool(false), shown);
        }
        match (doubts, open) {
            (Some((causes, why)), _) => (Value::Ne(causes), why),
            (None, Some(causes)) => (Value::Ne(causes), list.1.clone()),
            (None, None) => (Value::Bool(true_count == 1), list.1.clone().and(shown)),
        }
    }

    fn filter(
        &self,
        range: TextRange,
        list: &Out<'a, W>,
        slot: u16,
        body: &'a Ir,
        frame: &mut Frame<'a, W>,
    ) -> Out<'a, W> {
        let mut kept = Vec::new();
        let mut dropped = Vec::new();
        let mut total = 0;
        let openness = self.each(list, &mut |entry| {
            frame.set_local(slot, (entry.value.clone(), entry.why.clone()));
            let (truth, why) = self.truth(body, frame);
            match truth {
                Ok(true) => kept.push(Entry {
                    why: entry.why.and(why),
                    ..entry
                }),
                Ok(false) => {
                    total += 1;
                    if W::ON && dropped.len() < SHOWN_ITEMS {
                        dropped.push(entry.why.and(why));
                    }
                }
                Err(causes) => kept.push(Entry {
                    why: entry.why.and(why),
                    maybe: Some(entry.maybe.map_or(causes, |more| more.with(causes))),
                    ..entry
                }),
            }
            ControlFlow::Continue(())
        });
        // Where nothing is left, what was left out is the reason.
        let left_out = if W::ON && kept.is_empty() {
            W::some_of(dropped, total)
        } else {
            W::default()
        };
        let (value, why) = self.collected(range, list, openness, kept);
        (value, why.and(left_out))
    }

    fn map(
        &self,
        range: TextRange,
        list: &Out<'a, W>,
        slot: u16,
        body: &'a Ir,
        frame: &mut Frame<'a, W>,
    ) -> Out<'a, W> {
        let mut mapped = Vec::new();
        let openness = self.each(list, &mut |entry| {
            let item_why = entry.why.clone();
            frame.set_local(slot, (entry.value, entry.why));
            let (value, why) = self.eval(body, frame);
            mapped.push(Entry {
                value,
                why: item_why.and(why),
                maybe: entry.maybe,
            });
            ControlFlow::Continue(())
        });
        self.collected(range, list, openness, mapped)
    }

    fn collected(
        &self,
        range: TextRange,
        list: &Out<'a, W>,
        openness: Option<Openness>,
        items: Vec<Entry<'a, W>>,
    ) -> Out<'a, W> {
        match openness {
            Some(Ok(open)) => (Value::List(Arc::new(List { items, open })), list.1.clone()),
            Some(Err(causes)) => (Value::Ne(causes), list.1.clone()),
            None => self.fail(range, "is asked of something that is no list"),
        }
    }

    fn keyed(
        &self,
        list: &Out<'a, W>,
        slot: u16,
        body: &'a Ir,
        frame: &mut Frame<'a, W>,
    ) -> Option<(Vec<(Out<'a, W>, Entry<'a, W>)>, Openness)> {
        let mut found = Vec::new();
        let openness = self.each(list, &mut |entry| {
            frame.set_local(slot, (entry.value.clone(), entry.why.clone()));
            found.push((self.eval(body, frame), entry));
            ControlFlow::Continue(())
        })?;
        Some((found, openness))
    }

    /// Groups in the order of their first items. An item whose key is not evaluable might belong
    /// to any group.
    fn group_by(
        &self,
        range: TextRange,
        list: &Out<'a, W>,
        slot: u16,
        body: &'a Ir,
        frame: &mut Frame<'a, W>,
    ) -> Out<'a, W> {
        let (found, openness) = match self.keyed(list, slot, body, frame) {
            Some((found, Ok(open))) => (found, open),
            Some((_, Err(causes))) => return (Value::Ne(causes), list.1.clone()),
            None => return self.fail(range, "is asked of something that is no list"),
        };
        let mut made = Groups {
            groups: Vec::new(),
            index: GroupIndex::default(),
            strays: Vec::new(),
            open: openness,
        };
        for (position, (key, entry)) in found.into_iter().enumerate() {
            match self.group_of(&made, &key.0) {
                Ok(Some(group)) => made.groups[group as usize].items.push((position, entry)),
                Ok(None) => {
                    let number = u32::try_from(made.groups.len()).unwrap_or(u32::MAX);
                    let hash = self.hash(&key.0).unwrap_or_default();
                    made.index.entry(hash).or_default().push(number);
                    made.groups.push(Group {
                        key,
                        items: vec![(position, entry)],
                        list: OnceLock::new(),
                    });
                }
                Err(causes) => {
                    let maybe = Some(entry.maybe.map_or(causes, |more| more.with(causes)));
                    made.strays.push((position, Entry { maybe, ..entry }));
                }
            }
        }
        (Value::Groups(Arc::new(made)), list.1.clone())
    }

    /// The group that has this key, or why that is not settled.
    fn group_of(&self, groups: &Groups<'a, W>, key: &Value<'a, W>) -> Result<Option<u32>, Causes> {
        let Some(hash) = self.hash(key) else {
            return Err(key.causes().unwrap_or(Causes::UNDEFINED));
        };
        let mut doubt = None;
        for group in groups.index.get(&hash).into_iter().flatten() {
            match self.equal(&groups.groups[*group as usize].key.0, key) {
                Ok(true) => return Ok(Some(*group)),
                Ok(false) => {}
                Err(causes) => doubt = Some(causes),
            }
        }
        doubt.map_or(Ok(None), Err)
    }

    fn sort_by(
        &self,
        range: TextRange,
        list: &Out<'a, W>,
        slot: u16,
        body: &'a Ir,
        frame: &mut Frame<'a, W>,
    ) -> Out<'a, W> {
        let Some((found, openness)) = self.keyed(list, slot, body, frame) else {
            return self.fail(range, "is asked of something that is no list");
        };
        if let Some(causes) = found.iter().find_map(|((key, _), _)| key.causes()) {
            return (Value::Ne(causes), list.1.clone());
        }
        let mut found: Vec<_> = found
            .into_iter()
            .map(|((key, _), entry)| (key, entry))
            .collect();
        if let Err(causes) = self.sorted(range, &mut found) {
            return (Value::Ne(causes), list.1.clone());
        }
        let items = found.into_iter().map(|(_, entry)| entry).collect();
        self.collected(range, list, Some(openness), items)
    }

    pub(super) fn member(
        &self,
        item: &'a Ir,
        list: &'a Ir,
        frame: &mut Frame<'a, W>,
    ) -> Out<'a, W> {
        let (value, why) = self.eval(item, frame);
        let mut doubts: Option<(Causes, W)> = None;
        let mut matched = None;
        let mut compare = |other: &Value<'a, W>, other_why: &W, maybe: Option<Causes>| {
            let doubt = match (self.relate(&value, other), maybe) {
                (Relation::Order(Ordering::Equal, Ordering::Equal), None) => {
                    matched = Some(other_why.clone());
                    return ControlFlow::Break(());
                }
                (Relation::Order(Ordering::Equal, Ordering::Equal), maybe) => maybe,
                (Relation::Unknown(causes), maybe) => {
                    Some(maybe.map_or(causes, |more| more.with(causes)))
                }
                (Relation::Order(low, high), _) if low != high && may_equal(low, high) => {
                    Some(Causes::UNDEFINED)
                }
                _ => None,
            };
            if let Some(causes) = doubt {
                add_doubt(&mut doubts, causes, other_why.clone());
            }
            ControlFlow::Continue(())
        };
        let mut list_why = W::default();
        let mut open = None;
        if let Op::List(items) = &list.op {
            // A list written in place needs no list: most conditions compare with a few words.
            for item in &**items {
                let (other, other_why) = self.eval(item, frame);
                if compare(&other, &other_why, None).is_break() {
                    break;
                }
            }
        } else {
            let list = self.eval(list, frame);
            match self.visit(&list, &mut |item| compare(item.value, item.why, item.maybe)) {
                Some(Ok(is_open)) => open = is_open,
                Some(Err(causes)) => add_doubt(&mut doubts, causes, list.1.clone()),
                None => {}
            }
            list_why = list.1;
        }
        match (matched, doubts, open) {
            (Some(found), ..) => (Value::Bool(true), why.and(found)),
            (None, Some((causes, doubtful)), _) => (Value::Ne(causes), why.and(doubtful)),
            (None, None, Some(causes)) => (Value::Ne(causes), why.and(list_why)),
            (None, None, None) => (Value::Bool(false), why.and(list_why)),
        }
    }

    pub(super) fn index(
        &self,
        range: TextRange,
        sides: &'a [Ir; 2],
        is_optional: bool,
        frame: &mut Frame<'a, W>,
    ) -> Out<'a, W> {
        let base = self.eval(&sides[0], frame);
        let (index, index_why) = self.eval(&sides[1], frame);
        if let Some(causes) = index.causes() {
            return (Value::Ne(causes), index_why);
        }
        if matches!(index, Value::Between(_)) {
            return (Value::Ne(Causes::UNDEFINED), index_why);
        }
        let (value, why) = match (&base.0, &index) {
            (Value::Groups(groups), key) => self.group(groups, key, is_optional),
            (Value::Struct(_) | Value::Reached(..) | Value::Dict(..) | Value::Raw(_), key) => {
                match key.as_text() {
                    Some(text) => self.key(&base, text),
                    None => return self.fail(range, "the key of a map is a text"),
                }
            }
            (Value::Ne(causes), _) => (Value::Ne(*causes), base.1.clone()),
            (_, Value::Int(position)) => self.at(&base, *position),
            _ => return self.fail(range, "has no such item"),
        };
        let why = why.and(index_why);
        if is_optional {
            optional(value, why)
        } else {
            (value, why)
        }
    }

    /// The items that have a key. Where items might have any key, a key that none certainly has
    /// may still have some.
    fn group(&self, groups: &Groups<'a, W>, key: &Value<'a, W>, is_optional: bool) -> Out<'a, W> {
        let group = match self.group_of(groups, key) {
            Ok(Some(group)) => Some(&groups.groups[group as usize]),
            Ok(None) => None,
            Err(causes) => return ne(causes),
        };
        let own = group.map_or(&[][..], |group| &group.items);
        self.step((own.len() + groups.strays.len()) as u64);
        let list = || {
            let mut items: Vec<&Placed<'a, W>> = own.iter().chain(&groups.strays).collect();
            items.sort_by_key(|(position, _)| *position);
            let list = List {
                items: items.into_iter().map(|(_, entry)| entry.clone()).collect(),
                open: groups.open,
            };
            let doubts = list.doubts();
            (Arc::new(list), doubts)
        };
        let (list, doubts) = match group {
            Some(group) if groups.strays.is_empty() => group.list.get_or_init(list).clone(),
            _ => list(),
        };
        match doubts {
            Some(causes) if is_optional && list.items.iter().all(|entry| entry.maybe.is_some()) => {
                ne(causes)
            }
            None if list.items.is_empty() => ne(Causes::ABSENT),
            _ => (Value::List(list), W::default()),
        }
    }

    /// The item at a position; not evaluable if what stands before it is not settled.
    fn at(&self, base: &Out<'a, W>, position: i64) -> Out<'a, W> {
        let Some(list) = self.listed(base) else {
            return ne(Causes::UNDEFINED);
        };
        let Ok(position) = usize::try_from(position) else {
            return (Value::Ne(Causes::UNDEFINED), base.1.clone());
        };
        let before = list
            .items
            .iter()
            .take(position + 1)
            .find_map(|entry| entry.maybe);
        if let Some(causes) = list.open {
            // What may be added need not stand at the end.
            return (Value::Ne(causes), base.1.clone());
        }
        match (list.items.get(position), before) {
            (_, Some(causes)) => (Value::Ne(causes), base.1.clone()),
            (Some(entry), None) => (entry.value.clone(), entry.why.clone()),
            (None, None) => (Value::Ne(Causes::ABSENT), base.1.clone()),
        }
    }

    /// `overlaps` and `gaps` of half-open intervals; an absent bound is unbounded.
    pub(super) fn intervals(
        &self,
        range: TextRange,
        overlaps: bool,
        list: &'a Ir,
        slot: u16,
        bounds: &'a [Ir; 2],
        frame: &mut Frame<'a, W>,
    ) -> Out<'a, W> {
        let list = self.eval(list, frame);
        let mut found = Vec::new();
        let mut doubt: Option<Causes> = None;
        let openness = self.each(&list, &mut |entry| {
            frame.set_local(slot, (entry.value.clone(), entry.why.clone()));
            let from = self.eval(&bounds[0], frame);
            let to = self.eval(&bounds[1], frame);
            for (value, _) in [&from, &to] {
                if let Some(causes) = value.causes().filter(|causes| !causes.only(Causes::ABSENT)) {
                    doubt = Some(causes);
                }
            }
            doubt = doubt.or(entry.maybe);
            found.push(Interval { from, to, entry });
            ControlFlow::Continue(())
        });
        let causes = match openness {
            Some(Ok(open)) => doubt.or(open).or_else(|| self.unordered(range, &found)),
            Some(Err(causes)) => Some(causes),
            None => Some(Causes::UNDEFINED),
        };
        if let Some(causes) = causes {
            return (Value::Ne(causes), list.1);
        }
        if self.has_no_order(&found) {
            return (Value::Ne(Causes::UNDEFINED), list.1);
        }
        found.sort_by(|left, right| self.order_bounds(&left.from.0, &right.from.0, Ordering::Less));
        let made = if overlaps {
            self.overlaps(&found)
        } else {
            self.gaps(&found)
        };
        (made, list.1)
    }

    /// True if bounds cannot be compared: amounts in different currencies, say.
    fn has_no_order(&self, intervals: &[Interval<'a, W>]) -> bool {
        let mut bounds = intervals
            .iter()
            .flat_map(|interval| [&interval.from.0, &interval.to.0])
            .filter(|bound| !bound.is_ne());
        let Some(first) = bounds.next() else {
            return false;
        };
        let is_settled =
            |bound| matches!(self.relate(first, bound), Relation::Order(low, high) if low == high);
        !bounds.all(is_settled)
    }

    /// Why the bounds of intervals cannot be put in order, if they cannot.
    fn unordered(&self, range: TextRange, found: &[Interval<'a, W>]) -> Option<Causes> {
        let bounds = found
            .iter()
            .flat_map(|interval| [&interval.from.0, &interval.to.0]);
        let known = bounds.filter(|bound| !bound.is_ne());
        let mut known: Vec<_> = known.map(|bound| (bound.clone(), ())).collect();
        self.sorted(range, &mut known).err()
    }

    /// An absent bound sorts before everything as a lower one, after everything as an upper one.
    fn order_bounds(
        &self,
        left: &Value<'a, W>,
        right: &Value<'a, W>,
        absent: Ordering,
    ) -> Ordering {
        match (left.is_ne(), right.is_ne()) {
            (true, true) => Ordering::Equal,
            (true, false) => absent,
            (false, true) => absent.reverse(),
            (false, false) => self.rank(left, right),
        }
    }

    fn overlaps(&self, sorted: &[Interval<'a, W>]) -> Value<'a, W> {
        let mut pairs = Vec::new();
        let mut open: Vec<&Interval<'a, W>> = Vec::new();
        for interval in sorted {
            // Whatever ends before this one starts meets none of the later ones either.
            open.retain(|other| {
                other.to.0.is_ne()
                    || interval.from.0.is_ne()
                    || self.rank(&other.to.0, &interval.from.0).is_gt()
            });
            self.step(open.len() as u64);
            for other in &open {
                let pair = [("left", *other), ("right", interval)].map(|(name, side)| {
                    let why = self.place_of(&side.entry.value, &side.entry.why);
                    let why = why.and(side.from.1.clone()).and(side.to.1.clone());
                    (name.into(), (side.entry.value.clone(), why))
                });
                pairs.push((Value::Struct(pair.into()), W::default()));
            }
            open.push(interval);
        }
        Value::list(pairs)
    }

    /// What the intervals leave uncovered, unbounded ends included.
    fn gaps(&self, sorted: &[Interval<'a, W>]) -> Value<'a, W> {
        let mut gaps = Vec::new();
        let gap = |from: Out<'a, W>, to: Out<'a, W>| {
            (
                Value::Struct([("from".into(), from), ("to".into(), to)].into()),
                W::default(),
            )
        };
        let Some(first) = sorted.first() else {
            return Value::list([gap(ne(Causes::ABSENT), ne(Causes::ABSENT))]);
        };
        if !first.from.0.is_ne() {
            gaps.push(gap(ne(Causes::ABSENT), first.from.clone()));
        }
        let mut reached = first.to.clone();
        for interval in &sorted[1..] {
            if reached.0.is_ne() {
                break;
            }
            if self
                .order_bounds(&interval.from.0, &reached.0, Ordering::Less)
                .is_gt()
            {
                gaps.push(gap(reached.clone(), interval.from.clone()));
            }
            if self
                .order_bounds(&interval.to.0, &reached.0, Ordering::Greater)
                .is_gt()
            {
                reached = interval.to.clone();
            }
        }
        if !reached.0.is_ne() {
            gaps.push(gap(reached, ne(Causes::ABSENT)));
        }
        Value::list(gaps)
    }
}

/// The keys of groups. A key whose items only perhaps belong to the list is perhaps none, and each
/// item without a settled key might have one of its own.
fn keys<'k, 'a: 'k, W: Trace>(
    groups: &'k Groups<'a, W>,
) -> impl Iterator<Item = Entry<'a, W>> + 'k {
    let own = groups.groups.iter().map(|Group { key, items, .. }| {
        let certain = items.iter().any(|(_, entry)| entry.maybe.is_none());
        let maybe = items.first().and_then(|(_, entry)| entry.maybe);
        Entry {
            value: key.0.clone(),
            why: key.1.clone(),
            maybe: maybe.filter(|_| !certain),
        }
    });
    let strays = groups.strays.iter().map(|(_, entry)| Entry {
        value: Value::Ne(entry.maybe.unwrap_or(Causes::UNDEFINED)),
        why: entry.why.clone(),
        maybe: entry.maybe,
    });
    own.chain(strays)
}

fn visit_all<'i, 'a: 'i, W: Trace>(
    mut items: impl Iterator<Item = Item<'i, 'a, W>>,
    act: &mut dyn FnMut(Item<'_, 'a, W>) -> ControlFlow<()>,
) {
    let _ = items.try_for_each(act);
}

struct Interval<'a, W: Trace> {
    from: Out<'a, W>,
    to: Out<'a, W>,
    entry: Entry<'a, W>,
}

/// True if equality lies between these two.
fn may_equal(low: Ordering, high: Ordering) -> bool {
    low.is_le() && high.is_ge()
}

fn add_doubt<W: Trace>(doubts: &mut Option<(Causes, W)>, causes: Causes, why: W) {
    *doubts = Some(match doubts.take() {
        None => (causes, why),
        Some((known, known_why)) => (known.with(causes), known_why.and(why)),
    });
}
