//! What a run found, as lists that views can read: `findings()`, `scores()` and their like.
//!
//! A rule cannot read them, because they are made of verdicts; see [`RuleNames::has_results`].
//!
//! [`RuleNames::has_results`]: super::RuleNames::has_results

use std::sync::Arc;

use super::trace::{Origin, Trace};
use super::value::{Causes, Out, Value};
use crate::catalog::ResourceId;
use crate::kind::{Kinds, Type};
use crate::scalar::Date;
use crate::source::Span;

/// A list of results: how the function is called, and what its items hold.
#[derive(Debug)]
pub struct ResultTable {
    /// The name of the function.
    pub name: &'static str,
    /// The fields of an item.
    pub fields: &'static [(&'static str, ResultType)],
}

/// The type of a field of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultType {
    /// Words.
    Text,
    /// A list of words.
    Texts,
    /// A number.
    Number,
    /// A whole number.
    Whole,
    /// Yes or no.
    Truth,
    /// A day.
    Day,
    /// A resource of any kind.
    Record,
}

/// A value of a result.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// There is none.
    Absent,
    /// Words.
    Text(Arc<str>),
    /// A list of words.
    Texts(Vec<Arc<str>>),
    /// A number.
    Number(f64),
    /// A whole number.
    Whole(i64),
    /// Yes or no.
    Truth(bool),
    /// A day.
    Day(Date),
    /// A resource.
    Record(ResourceId),
}

/// An item of a list of results: a value for each field, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenRow {
    /// The values, in the order of the fields.
    pub values: Vec<Seen>,
    /// Places, and what stands there.
    pub places: Vec<(Span, Arc<str>)>,
}

use ResultType::{Day, Number, Record, Text, Texts, Truth, Whole};

/// The lists of results.
pub const RESULTS: &[ResultTable] = &[
    ResultTable {
        name: "findings",
        fields: &[
            ("rule", Text),
            ("code", Text),
            ("title", Text),
            ("why", Text),
            ("policy", Text),
            ("domain", Text),
            ("severity", Text),
            ("message", Text),
            ("fix", Text),
            ("subject", Text),
            ("record", Record),
            ("cause", Text),
            ("head", Truth),
            ("others", Whole),
            ("owner", Record),
            ("state", Text),
            ("waiver", Text),
            ("until", Day),
            ("reason", Text),
            ("change", Text),
            ("weight", Whole),
            ("critical", Truth),
            ("path", Text),
            ("line", Whole),
        ],
    },
    ResultTable {
        name: "scores",
        fields: &[
            ("policy", Text),
            ("domain", Text),
            ("question", Text),
            ("weight", Whole),
            ("level", Number),
            ("target", Whole),
            ("reachable", Whole),
            ("below", Truth),
            ("coverage", Whole),
            ("confidence", Text),
            ("errors", Whole),
            ("warnings", Whole),
            ("infos", Whole),
            ("critical", Whole),
            ("caps", Texts),
            ("levelBefore", Number),
            ("coverageBefore", Whole),
        ],
    },
    ResultTable {
        name: "lapses",
        fields: &[
            ("day", Day),
            ("due", Day),
            ("change", Text),
            ("severity", Text),
            ("rule", Text),
            ("code", Text),
            ("title", Text),
            ("policy", Text),
            ("domain", Text),
            ("message", Text),
            ("subject", Text),
            ("record", Record),
            ("owner", Record),
            ("urgency", Text),
            ("critical", Truth),
        ],
    },
    ResultTable {
        name: "plan",
        fields: &[
            ("phase", Text),
            ("due", Day),
            ("action", Text),
            ("message", Text),
            ("domain", Text),
            ("severity", Text),
            ("record", Record),
            ("subject", Text),
            ("owner", Record),
            ("findings", Whole),
            ("files", Whole),
            ("effect", Number),
            ("reason", Text),
            ("code", Text),
        ],
    },
    ResultTable {
        name: "checks",
        fields: &[
            ("rule", Text),
            ("code", Text),
            ("title", Text),
            ("why", Text),
            ("policy", Text),
            ("domain", Text),
            ("severity", Text),
            ("maturity", Whole),
            ("controls", Texts),
            ("population", Whole),
            ("pass", Whole),
            ("fail", Whole),
            ("waived", Whole),
            ("notEvaluable", Whole),
            ("notApplicable", Whole),
            ("conformance", Whole),
        ],
    },
];

impl ResultTable {
    /// The table of the function called `name`.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        RESULTS.iter().find(|table| table.name == name)
    }

    /// The type of the list.
    pub(super) fn list_type(&self, kinds: &Kinds) -> Type {
        let fields = self.fields.iter().map(|(name, ty)| {
            let ty = match ty {
                Text => Type::String,
                Texts => Type::list(Type::String),
                Number => Type::Double,
                Whole => Type::Int,
                Truth => Type::Bool,
                Day => Type::Date,
                Record => Type::Record(kinds.all_roots()),
            };
            ((*name).into(), ty)
        });
        Type::list(Type::Struct(fields.collect()))
    }
}

/// The list of results as a value.
pub(super) fn list<'a, W: Trace>(table: &ResultTable, rows: Vec<SeenRow>) -> Out<'a, W> {
    let items = rows.into_iter().map(|row| {
        let why = row.places.iter().fold(W::default(), |why, (span, text)| {
            why.and(W::origin(|| Origin::Verdict {
                span: *span,
                text: text.clone(),
            }))
        });
        let fields = table.fields.iter().zip(row.values);
        let fields = fields.map(|((name, _), seen)| ((*name).into(), (value(seen), why.clone())));
        (Value::Struct(fields.collect()), why.clone())
    });
    (Value::list(items), W::default())
}

fn value<'a, W: Trace>(seen: Seen) -> Value<'a, W> {
    match seen {
        Seen::Absent => Value::Ne(Causes::ABSENT),
        Seen::Text(text) => Value::Text(text),
        Seen::Texts(texts) => Value::list(
            texts
                .into_iter()
                .map(|text| (Value::Text(text), W::default())),
        ),
        Seen::Number(number) => Value::Double(number),
        Seen::Whole(number) => Value::Int(number),
        Seen::Truth(truth) => Value::Bool(truth),
        Seen::Day(day) => Value::Date(day),
        Seen::Record(record) => Value::Resource(record),
    }
}
