//! Values as people read them.

use super::Machine;
use crate::expr::trace::Trace;
use crate::expr::value::Value;
use crate::syntax::Node;

/// How many items of a list a message names before it counts the rest.
const LISTED_ITEMS: usize = 2;

impl<'a, W: Trace> Machine<'a, W> {
    /// A value in a message: a list as "a, b and 3 more", a resource as `Kind/id`, what is not
    /// evaluable as "(not recorded)".
    pub fn print(&self, value: &Value<'a, W>) -> String {
        // A resource is named by its kind and id, which are what it is known by.
        if !matches!(value, Value::Resource(_)) {
            self.note_value(value);
        }
        match value {
            Value::Ne(_) | Value::Null => "(not recorded)".into(),
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Double(value) => value.to_string(),
            Value::Str(text) | Value::Level(_, _, text) => (*text).to_owned(),
            Value::Text(text) => text.to_string(),
            Value::Date(day) => day.to_string(),
            Value::AsOf | Value::Moved(_) => {
                let day = self.day(value);
                day.map_or_else(String::new, |day| day.to_string())
            }
            Value::Duration(length) => length.to_string(),
            Value::Money(amount) => amount.to_string(),
            Value::Resource(_) | Value::Record(..) | Value::Absent(_) => self.address(value),
            Value::Ref(node) => self.print_reference(*node),
            Value::Kind(kind) => self.world.catalog.kinds().kind(*kind).name.to_string(),
            Value::Repository => "the repository".into(),
            Value::Optional(Some(value)) => self.print(&value.0),
            Value::Optional(None) => "(not recorded)".into(),
            Value::Between(bounds) => match &**bounds {
                (Some(low), None) => format!("at least {}", self.print(low)),
                (None, Some(high)) => format!("at most {}", self.print(high)),
                (Some(low), Some(high)) => format!("{} to {}", self.print(low), self.print(high)),
                (None, None) => "(not recorded)".into(),
            },
            Value::Reached(..) => self.print(&self.whole(value)),
            Value::Struct(fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(name, (value, _))| format!("{name}: {}", self.print(value)))
                    .collect();
                format!("{{{}}}", fields.join(", "))
            }
            Value::Raw(node) => node.describe().into_owned(),
            _ => self.print_list(value),
        }
    }

    fn print_list(&self, value: &Value<'a, W>) -> String {
        let list = (value.clone(), W::default());
        let Some(list) = self.listed(&list) else {
            return "(not recorded)".into();
        };
        let count = list.items.len();
        // "a, b and 1 more" says less than the third name would.
        let shown = if count <= LISTED_ITEMS + 1 {
            count
        } else {
            LISTED_ITEMS
        };
        let names: Vec<String> = list
            .items
            .iter()
            .take(shown)
            .map(|entry| self.print(&entry.value))
            .collect();
        match (names.as_slice(), count - shown) {
            ([], _) => "nothing".into(),
            ([one], 0) => one.clone(),
            ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
            (names, more) => format!("{} and {more} more", names.join(", ")),
        }
    }

    fn print_reference(&self, node: Node<'a>) -> String {
        let target = self.target(&(Value::Ref(node), W::default())).0;
        if target.is_ne() {
            node.text().to_owned()
        } else {
            self.address(&target)
        }
    }

    /// How a record is named: `Kind/id`, `Kind/id#item`.
    pub(super) fn address(&self, value: &Value<'a, W>) -> String {
        let catalog = self.world.catalog;
        if matches!(value, Value::Record(..)) {
            self.note_value(value);
        }
        match value {
            Value::Resource(id) => catalog.name(*id),
            Value::Record(node, _) => {
                let own = node.get("id").map(Node::text);
                match (catalog.holder(node.id()), own) {
                    (Some(holder), Some(own)) => format!("{}#{own}", catalog.name(holder)),
                    (Some(holder), None) => catalog.name(holder),
                    (None, own) => own.unwrap_or("(unnamed)").to_owned(),
                }
            }
            _ => "(not recorded)".into(),
        }
    }
}
