//! What is said about a record that does not fit its schema: one mistake, one fault, in words for
//! the author of the record.
//!
//! The validator finds problems by node; [`explain`] goes through the record once, from problem
//! to problem, and knows at each the field and the record around it. It judges nothing itself.

mod field;
mod suggest;
mod value;

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::vec;

pub(super) use field::item_anchor;
pub(super) use suggest::{cited, list, similar};
pub(crate) use suggest::{distance, nearest};
pub(super) use value::{found, is_scalar_value, slug_lengths};

use super::vocabulary::is_readable;
use super::{Field, Kinds, LadderId, LadderWords, Record, RecordId, Type};
use crate::finding::{Applicability, Edit, EngineCheck, Fault, Fix, Label};
use crate::scalar::ScalarType;
use crate::source::{Span, TextRange};
use crate::syntax::{Node, NodeKind, cut};

/// One problem at one node.
#[derive(Debug)]
pub(super) struct Problem {
    /// The node: the value that does not fit, or the mapping whose fields do not.
    pub node: u32,
    /// The title of what the schema wants there.
    pub title: Option<Box<str>>,
    /// What is wrong.
    pub what: What,
}

/// What is wrong with a node.
#[derive(Debug)]
pub(super) enum What {
    /// These keys are no fields.
    Unknown(Vec<String>),
    /// This field is required.
    Missing(Box<str>),
    /// This field stands there under two of its names.
    Twice(Box<str>),
    /// It says `unknown` where the value must be known.
    Known,
    /// It should be one of these.
    Shape(Vec<Shape>),
    /// It is no value of this type, and none of these words.
    Scalar {
        /// The type.
        scalar: ScalarType,
        /// The words that are accepted beside it.
        words: Vec<Box<str>>,
    },
    /// It is no level of this ladder.
    Level(LadderId),
    /// It is none of these words.
    Word(Vec<Box<str>>),
    /// It is not this one value.
    Always(Box<str>),
    /// It is neither one of these words nor of these shapes.
    Either {
        /// The words.
        words: Vec<Box<str>>,
        /// The shapes.
        shapes: Vec<Shape>,
    },
    /// It does not match a pattern.
    Form {
        /// The regular expression.
        pattern: String,
        /// What the schema says about the value.
        description: Option<Box<str>>,
    },
    /// It is too long or too short.
    Length(Bounds),
    /// It is too large or too small.
    Amount(Bounds),
    /// It holds too many or too few items.
    Count(Bounds),
    /// It holds an item twice.
    Repeated,
    /// It breaks a keyword for which there are no words.
    Other(String),
}

impl What {
    /// True if the node itself is wrong, and not the set of its fields.
    pub(super) fn is_misfit(&self) -> bool {
        !matches!(self, Self::Unknown(_) | Self::Missing(_) | Self::Twice(_))
    }

    /// The lower, the closer to the cause: a list where a word is wanted has no length to judge.
    fn rank(&self) -> u8 {
        match self {
            Self::Unknown(_) | Self::Missing(_) | Self::Twice(_) => 0,
            Self::Known => 1,
            Self::Shape(_) => 2,
            Self::Scalar { .. } | Self::Level(_) => 3,
            Self::Word(_) | Self::Always(_) => 4,
            Self::Either { .. } => 5,
            Self::Form { .. } => 6,
            Self::Length(_) | Self::Amount(_) | Self::Count(_) => 7,
            Self::Repeated => 8,
            Self::Other(_) => 9,
        }
    }
}

/// What a value can look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    Text,
    Truth,
    Whole,
    Number,
    List,
    Map,
    Nothing,
}

/// The limits of a number, as the schema writes them.
#[derive(Debug, Default)]
pub(super) struct Bounds {
    /// Inclusive.
    pub least: Option<Box<str>>,
    /// Inclusive.
    pub most: Option<Box<str>>,
    /// Exclusive.
    pub above: Option<Box<str>>,
    /// Exclusive.
    pub below: Option<Box<str>>,
}

/// A record that is examined by itself: a document, an item of a collection, its defaults.
pub(super) struct Unit<'a> {
    /// The kinds of the run.
    pub kinds: &'a Kinds,
    /// The words of ladders where the record stands.
    pub words: &'a LadderWords,
    /// Its mapping.
    pub node: Node<'a>,
    /// Its fields.
    pub record: RecordId,
    /// What is blamed: `Kind/id`, if the id can be read.
    pub subject: Option<String>,
    /// How messages speak of it: "System erp".
    pub name: String,
    /// Where it stands within the subject.
    pub path: String,
    /// Where to point if it lacks a field.
    pub anchor: Node<'a>,
}

/// What has been found so far.
#[derive(Default)]
pub(super) struct Report {
    faults: Vec<(Fault, Option<TextRange>)>,
    broken: Vec<u32>,
}

impl Report {
    /// Adds a fault; `blamed` is the node that rules must not read.
    pub(super) fn push(&mut self, fault: Fault, at: Node<'_>, blamed: Option<Node<'_>>) {
        let definition = at.alias_span().map(|_| at.range());
        self.faults.push((fault, definition));
        self.broken.extend(blamed.map(|node| node.id().index));
    }

    /// The faults in the order of the text, each once, and the nodes that rules must not read.
    ///
    /// A mistake in an aliased value that is told where the value is written is not told again
    /// where it is used.
    pub(super) fn finish(self) -> (Vec<Fault>, Vec<u32>) {
        let Self { faults, mut broken } = self;
        let has_aliases = faults.iter().any(|(_, definition)| definition.is_some());
        let told: BTreeSet<(EngineCheck, TextRange, String)> = faults
            .iter()
            .filter(|(_, definition)| has_aliases && definition.is_none())
            .map(|(fault, _)| (fault.check, fault.primary.span.range, fault.message.clone()))
            .collect();
        let mut faults: Vec<Fault> = faults
            .into_iter()
            .filter(|(fault, definition)| {
                definition.is_none_or(|range| {
                    !told.contains(&(fault.check, range, fault.message.clone()))
                })
            })
            .map(|(fault, _)| fault)
            .collect();
        faults.sort_by(|left, right| order(left).cmp(&order(right)));
        faults.dedup();
        broken.sort_unstable();
        broken.dedup();
        (faults, broken)
    }
}

fn order(fault: &Fault) -> (TextRange, EngineCheck, &str, &str) {
    (
        fault.primary.span.range,
        fault.check,
        &fault.path,
        &fault.message,
    )
}

/// Puts the problems of a record into words.
pub(super) fn explain(unit: &Unit<'_>, mut problems: Vec<Problem>, report: &mut Report) {
    problems.sort_by_key(|problem| (problem.node, problem.what.rank()));
    let root = Place {
        node: unit.node,
        end: u32::MAX,
        record: Some(unit.record),
        ty: None,
        field: None,
        key: None,
        ordinal: None,
        outer: None,
    };
    let mut walk = Walk {
        unit,
        problems: problems.into_iter().peekable(),
        path: unit.path.clone(),
        report,
    };
    walk.visit(root);
}

/// A node and what the schema knows of it.
#[derive(Clone, Copy)]
struct Place<'a> {
    node: Node<'a>,
    /// One past the last node in it.
    end: u32,
    /// The fields it has, if it is a mapping of fields.
    record: Option<RecordId>,
    ty: Option<&'a Type>,
    /// The field it is the value of, or an item of the value.
    field: Option<&'a Field>,
    /// The key of that field.
    key: Option<Node<'a>>,
    /// Its number, from one, if it is an item of a list.
    ordinal: Option<u32>,
    /// The record around it.
    outer: Option<RecordId>,
}

struct Walk<'w, 'a> {
    unit: &'w Unit<'a>,
    problems: Peekable<vec::IntoIter<Problem>>,
    path: String,
    report: &'w mut Report,
}

impl<'a> Walk<'_, 'a> {
    fn visit(&mut self, place: Place<'a>) {
        let index = place.node.id().index;
        let mut own = Vec::new();
        while let Some(problem) = self.problems.next_if(|problem| problem.node == index) {
            own.push(problem);
        }
        let misfit = own
            .iter()
            .filter(|problem| problem.what.is_misfit())
            .min_by_key(|problem| problem.what.rank());
        if let Some(misfit) = misfit {
            value::explain(self, place, misfit);
            // What stands below a value of the wrong type is no mistake of its own.
            while self
                .problems
                .next_if(|problem| problem.node < place.end)
                .is_some()
            {}
            return;
        }
        if !own.is_empty() {
            field::explain(self, place, own);
        }
        if place.node.kind() == NodeKind::Sequence {
            self.visit_items(place);
        } else {
            self.visit_fields(place);
        }
    }

    fn is_next_before(&mut self, end: u32) -> bool {
        self.problems
            .peek()
            .is_some_and(|problem| problem.node < end)
    }

    fn visit_fields(&mut self, place: Place<'a>) {
        let mut entries = place.node.entries().peekable();
        while self.is_next_before(place.end)
            && let Some((key, node)) = entries.next()
        {
            let end = entries.peek().map_or(place.end, |(key, _)| key.id().index);
            if !self.is_next_before(end) {
                continue;
            }
            let field = self
                .record(place)
                .and_then(|record| record.field(key.text()));
            let ty = match place.ty {
                Some(Type::Map(inner)) => Some(&**inner),
                _ => field.map(|field| &field.ty),
            };
            let name = field.map_or(key.text(), |field| &field.name);
            let step = format!("{}{name}", if self.path.is_empty() { "" } else { "." });
            self.descend(
                &step,
                Place {
                    node,
                    end,
                    record: record_of(ty),
                    ty,
                    field,
                    key: Some(key),
                    ordinal: None,
                    outer: place.record,
                },
            );
        }
    }

    fn visit_items(&mut self, place: Place<'a>) {
        let mut items = (1..).zip(place.node.items()).peekable();
        while self.is_next_before(place.end)
            && let Some((ordinal, node)) = items.next()
        {
            let end = items.peek().map_or(place.end, |(_, next)| next.id().index);
            if !self.is_next_before(end) {
                continue;
            }
            let ty = match place.ty {
                Some(Type::List(inner)) => Some(&**inner),
                _ => None,
            };
            let key = item_key(node, place.field).unwrap_or_else(|| (ordinal - 1).to_string());
            let step = format!("[{key}]");
            self.descend(
                &step,
                Place {
                    node,
                    end,
                    record: record_of(ty),
                    ty,
                    field: place.field,
                    key: place.key,
                    ordinal: Some(ordinal),
                    outer: place.outer,
                },
            );
        }
    }

    fn descend(&mut self, step: &str, place: Place<'a>) {
        let length = self.path.len();
        self.path.push_str(step);
        self.visit(place);
        self.path.truncate(length);
    }

    fn record(&self, place: Place<'a>) -> Option<&'a Record> {
        place.record.map(|record| self.unit.kinds.record(record))
    }

    /// A fault at `node`; for a copy made by an alias, at the alias.
    fn fault(&self, check: EngineCheck, message: String, node: Node<'_>, label: String) -> Fault {
        fault(check, message, node, label).about(self.unit.subject.clone(), &*self.path)
    }
}

/// A fault at `node`; for a copy made by an alias, at the alias.
pub(super) fn fault(
    check: EngineCheck,
    message: impl Into<String>,
    node: Node<'_>,
    label: impl Into<String>,
) -> Fault {
    match node.alias_span() {
        Some(alias) => Fault::new(check, message, Label::new(alias, label))
            .with_related(Label::new(node.span(), "written here")),
        None => Fault::new(check, message, Label::new(node.span(), label)),
    }
}

/// The edit that puts `replacement` in place of `node`. What an alias brought has none: it would
/// change every other use of the value.
pub(super) fn replace(
    node: Node<'_>,
    title: impl Into<String>,
    applicability: Applicability,
    replacement: &str,
) -> Option<Fix> {
    node.alias_span().is_none().then(|| Fix {
        title: title.into(),
        applicability,
        edits: vec![Edit {
            span: node.span(),
            replacement: replacement.to_owned(),
        }],
        comes_last: false,
    })
}

/// The edit that takes entries out of a list. It is safe where equal ones stay, unless a comment goes
/// with them, which may say what stands nowhere else.
pub(crate) fn without(
    list: Node<'_>,
    entries: &[Node<'_>],
    title: impl Into<String>,
) -> Option<Fix> {
    let cut = cut(list, entries)?;
    let source = list.id().source;
    let edit = |range: &TextRange| Edit {
        span: Span::new(source, *range),
        replacement: String::new(),
    };
    Some(Fix {
        title: title.into(),
        applicability: if cut.takes_comment {
            Applicability::Unsafe
        } else {
            Applicability::Safe
        },
        edits: cut.ranges.iter().map(edit).collect(),
        comes_last: false,
    })
}

/// What identifies an item of a list: its id, the fields that the schema names, or itself.
fn item_key(item: Node<'_>, field: Option<&Field>) -> Option<String> {
    if item.is_scalar() {
        return is_readable(item).then(|| short(item.text()));
    }
    if let Some(id) = item.get("id").filter(|id| is_readable(*id)) {
        return Some(short(id.text()));
    }
    let parts = field?
        .key
        .iter()
        .map(|name| item.get(name).filter(|part| is_readable(*part)));
    let parts: Option<Vec<&str>> = parts.map(|part| part.map(Node::text)).collect();
    parts
        .filter(|parts| !parts.is_empty())
        .map(|parts| short(&parts.join("/")))
}

fn short(text: &str) -> String {
    const LONGEST: usize = 80;
    let line = text.lines().next().unwrap_or("");
    line.chars().take(LONGEST).collect()
}

fn record_of(ty: Option<&Type>) -> Option<RecordId> {
    match ty {
        Some(Type::Record(ids)) => ids.first().copied(),
        _ => None,
    }
}
