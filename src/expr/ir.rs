//! Checked expressions, ready to be evaluated.

use std::sync::Arc;

use super::results::ResultTable;
use crate::kind::{KindId, LadderId, RecordId, RefPathId};
use crate::scalar::{Date, Duration, Money};
use crate::source::{Span, TextRange};

/// A checked expression.
#[derive(Debug)]
pub struct Ir {
    /// What to do.
    pub op: Op,
    /// Where it stands in the text of the expression.
    pub range: TextRange,
}

impl Ir {
    /// Reads the intermediate value with this number.
    pub(crate) fn of_let(index: usize) -> Self {
        Self {
            op: Op::Let(u16::try_from(index).unwrap_or(u16::MAX)),
            range: TextRange::default(),
        }
    }
}

/// A constant with its type settled.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Double(f64),
    /// A text.
    Str(Arc<str>),
    /// A date.
    Date(Date),
    /// A length of time.
    Duration(Duration),
    /// An amount.
    Money(Money),
    /// A level of a ladder.
    Level(LadderId, u8, Arc<str>),
    /// A kind.
    Kind(KindId),
    /// A list.
    List(Vec<Literal>),
    /// A map.
    Map(Vec<(Box<str>, Literal)>),
}

/// A field by name, and its number in every record that the base may be.
#[derive(Debug, Clone)]
pub struct FieldRef {
    /// The name.
    pub name: Box<str>,
    /// Field numbers by record.
    pub numbers: Box<[(RecordId, u16)]>,
}

/// A step of a path that `has` follows.
#[derive(Debug)]
pub enum Step {
    /// A field of a record.
    Field(FieldRef),
    /// A key of a map, or of something without a type.
    Key(Box<str>),
}

/// Comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// Arithmetic operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arith {
    /// `+`, also of lists, texts, dates and durations
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
}

/// What a macro does with the items of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// True if the body holds for one.
    Exists,
    /// True if it holds for all.
    All,
    /// True if it holds for exactly one.
    ExistsOne,
    /// The items for which it holds.
    Filter,
    /// The values of the body.
    Map,
    /// Groups by the value of the body.
    GroupBy,
    /// The items in the order of the body's value.
    SortBy,
}

/// Which value `reachMax` and its kin look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Best {
    /// The largest.
    Max,
    /// The smallest.
    Min,
}

/// A relation, forwards or backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Way {
    /// Its number.
    pub relation: u16,
    /// True for `~relation`.
    pub backwards: bool,
}

impl Way {
    /// The same relation, forwards.
    #[must_use]
    pub fn forwards(self) -> Self {
        Self {
            backwards: false,
            ..self
        }
    }
}

/// Functions that take values and give a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Builtin {
    Size,
    Contains,
    StartsWith,
    EndsWith,
    Matches,
    LowerAscii,
    UpperAscii,
    Trim,
    Split,
    Join,
    Replace,
    ToInt,
    ToDouble,
    ToString,
    ToDate,
    ToDuration,
    Year,
    Month,
    Day,
    Kind,
    Flatten,
    Distinct,
    Sum,
    Max,
    Min,
    Sort,
    First,
    Last,
    OrValue,
    HasValue,
    OptionalValue,
    OptionalOf,
    OptionalNone,
    Target,
    Holder,
    Occurrences,
    ReviewDefault,
    File,
    Expected,
    Address,
}

/// What a checked expression does.
#[derive(Debug)]
pub enum Op {
    Literal(Literal),
    SelfValue,
    It,
    Local(u16),
    Let(u16),
    Param(u16),
    AsOf,
    PeriodFrom,
    Field {
        base: Box<Ir>,
        field: FieldRef,
    },
    Key {
        base: Box<Ir>,
        name: Box<str>,
    },
    Has {
        base: Box<Ir>,
        steps: Box<[Step]>,
    },
    OptionalField {
        base: Box<Ir>,
        step: Step,
    },
    Inherited {
        base: Box<Ir>,
        field: FieldRef,
    },
    Known(Box<Ir>),
    Unknown(Box<Ir>),
    And(Box<[Ir]>),
    Or(Box<[Ir]>),
    Not(Box<Ir>),
    If(Box<[Ir; 3]>),
    Compare {
        op: Compare,
        sides: Box<[Ir; 2]>,
    },
    In(Box<[Ir; 2]>),
    Arith {
        op: Arith,
        sides: Box<[Ir; 2]>,
    },
    Negate(Box<Ir>),
    Index {
        sides: Box<[Ir; 2]>,
        optional: bool,
    },
    List(Box<[Ir]>),
    Struct(Box<[(Box<str>, Ir)]>),
    Fold {
        fold: Fold,
        list: Box<Ir>,
        slot: u16,
        body: Box<Ir>,
    },
    Intervals {
        overlaps: bool,
        list: Box<Ir>,
        slot: u16,
        bounds: Box<[Ir; 2]>,
    },
    Bind {
        slot: u16,
        value: Box<Ir>,
        body: Box<Ir>,
    },
    Call {
        function: Builtin,
        arguments: Box<[Ir]>,
    },
    User {
        function: u16,
        arguments: Box<[Ir]>,
    },
    Referrers {
        base: Box<Ir>,
        paths: Box<[RefPathId]>,
        items: bool,
    },
    Resources(Box<[KindId]>),
    ResourcesOf(Box<Ir>),
    Lookup {
        index: u16,
        value: Box<Ir>,
    },
    Only(KindId),
    Reach {
        way: Way,
        base: Box<Ir>,
    },
    Component {
        way: Way,
        base: Box<Ir>,
    },
    Cycle {
        way: Way,
        base: Box<Ir>,
    },
    Path {
        way: Way,
        ends: Box<[Ir; 2]>,
    },
    ReachBest {
        site: u16,
        base: Box<Ir>,
    },
    Tagged {
        base: Box<Ir>,
        word: Box<str>,
    },
    ValueTags {
        base: Box<Ir>,
        words: Arc<[(Box<str>, Vec<Box<str>>)]>,
    },
    Verdicts(Box<Ir>),
    RuleInfo(Box<Ir>),
    Results(&'static ResultTable),
}

/// A parameter as it holds in a run.
#[derive(Debug, Clone)]
pub struct Param {
    /// Its name.
    pub name: Box<str>,
    /// Its type.
    pub ty: crate::kind::Type,
    /// Its value.
    pub value: Literal,
    /// Where that value was set.
    pub span: Span,
}
