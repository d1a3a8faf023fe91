//! Evaluation of checked expressions on the nodes of a catalog.
//!
//! A value is known or not evaluable; truth is Kleene's three-valued logic. The same code runs
//! with and without recording where values come from (see [`Trace`]). Nothing here reads a clock:
//! the date of the run is part of the [`World`], and every comparison with it notes the next day
//! on which its outcome can change.

mod compare;
mod digest;
mod functions;
mod graph;
mod lists;
mod print;
mod query;
mod read;
mod record;
mod same;
mod shared;

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::compile::{Code, Tables};
use super::ir::{Arith, Ir, Literal, Op, Param};
use super::library::Library;
use super::reads::Read;
use super::results::SeenRow;
use super::trace::{Origin, Trace};
use super::value::{Causes, List, Moved, Out, Value};
use crate::catalog::{Catalog, ResourceId};
use crate::scalar::{Date, Money};
use crate::source::TextRange;
pub use digest::{Digest, LetGround};
use graph::BestOf;
pub use same::Earlier;
pub use shared::Shared;

/// The verdict of a rule on a subject, as another rule sees it.
#[derive(Debug, Clone)]
pub struct SeenVerdict {
    /// The resource the subject is, or is an item of; none for the repository.
    pub subject: Option<ResourceId>,
    /// True if it fails.
    pub fails: bool,
    /// False if it could not be evaluated.
    pub evaluable: bool,
    /// True if a waiver in force covers it.
    pub waived: bool,
    /// Where its finding points, and what stands there.
    pub place: Option<(crate::source::Span, Arc<str>)>,
}

/// What the rule language can know of a rule.
#[derive(Debug, Clone)]
pub struct SeenRule {
    /// Its name.
    pub name: Arc<str>,
    /// Its code.
    pub code: Arc<str>,
    /// Its policy.
    pub policy: Arc<str>,
    /// The decision domain whose right-holders may except it.
    pub decision_domain: Arc<str>,
    /// Its worst severity under this run's configuration.
    pub severity: &'static str,
    /// True if it may be waived.
    pub waivable: bool,
}

/// What the rule language can know of a file of the snapshot.
#[derive(Debug, Clone)]
pub struct SeenFile {
    /// Its digest: BLAKE3 unless the document says otherwise, in hexadecimal digits.
    pub digest: Option<Arc<str>>,
    /// Its size in bytes.
    pub size: u64,
}

/// What lies outside the catalog.
pub trait Surroundings: Sync {
    /// The verdicts of a rule of a lower stratum.
    fn verdicts(&self, rule: &str) -> Vec<SeenVerdict>;
    /// A rule by name or code.
    fn rule(&self, word: &str) -> Option<SeenRule>;
    /// A file of the snapshot by its path from the root.
    fn file(&self, path: &str) -> Option<SeenFile>;
    /// The items of a list of results; none while rules are evaluated.
    fn results(&self, _table: &str) -> Vec<SeenRow> {
        Vec::new()
    }
    /// What share something had on days of the past and has today, the oldest first; none where
    /// the past is not looked at.
    fn course(&self, _of: &str) -> Vec<(Date, f64)> {
        Vec::new()
    }
}

/// Everything that the machines of a run share.
pub struct World<'a> {
    /// The resources.
    pub catalog: &'a Catalog,
    /// Functions and relations.
    pub library: &'a Library,
    /// What is computed once per run.
    pub tables: &'a Tables,
    /// The date of the run.
    pub as_of: Date,
    /// The start of the period, if one is checked.
    pub from: Option<Date>,
    /// Verdicts, rules and files.
    pub surroundings: &'a dyn Surroundings,
    shared: Arc<Shared>,
    /// True if what is computed is kept for a later run.
    is_kept: bool,
    best: Vec<OnceLock<BestOf<'a>>>,
    suspects: OnceLock<query::Suspects>,
    patterns: Mutex<Patterns>,
}

impl<'a> World<'a> {
    /// Returns the world of a run.
    #[must_use]
    pub fn new(
        catalog: &'a Catalog,
        library: &'a Library,
        tables: &'a Tables,
        surroundings: &'a dyn Surroundings,
        as_of: Date,
        from: Option<Date>,
    ) -> Self {
        Self {
            catalog,
            library,
            tables,
            as_of,
            from,
            surroundings,
            shared: Arc::new(Shared::new(library, tables)),
            is_kept: false,
            best: (0..tables.sites.len()).map(|_| OnceLock::new()).collect(),
            suspects: OnceLock::new(),
            patterns: Mutex::default(),
        }
    }

    /// The same world, which shares with other parts of the run what it computes for all resources.
    #[must_use]
    pub fn sharing(self, shared: &Arc<Shared>) -> Self {
        Self {
            shared: shared.clone(),
            ..self
        }
    }

    /// True if what is computed is kept for a later run.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.is_kept
    }

    /// The same world, with what it computes kept for a later run.
    #[must_use]
    pub fn kept(self) -> Self {
        Self {
            is_kept: true,
            ..self
        }
    }

    fn pattern(&self, pattern: &str) -> Option<Arc<regex::Regex>> {
        let mut known = self.patterns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(pattern) {
            return known.clone();
        }
        let compiled = regex::RegexBuilder::new(pattern)
            .size_limit(1 << 20)
            .build();
        let compiled = compiled.ok().map(Arc::new);
        known.insert(pattern.into(), compiled.clone());
        compiled
    }
}

/// The values that a rule computes once per run: one place per `let`.
pub type RunLets<'a, W> = Vec<OnceLock<RunLet<'a, W>>>;

/// A value that a rule computes once per run.
pub struct RunLet<'a, W: Trace> {
    value: Out<'a, W>,
    /// The day until which it holds.
    until: Date,
    /// What was read for it, if that is recorded.
    reads: Box<[Read]>,
}

/// Why an evaluation could not be finished. It ends the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvalError {
    /// One line without a full stop.
    pub message: String,
    /// Where in the expression.
    pub range: TextRange,
}

/// Evaluates the expressions of one rule.
pub struct Machine<'a, W: Trace> {
    world: &'a World<'a>,
    params: &'a [Param],
    values: Vec<Out<'a, W>>,
    lets: &'a [Code],
    run_lets: Arc<RunLets<'a, W>>,
    until: Cell<Date>,
    steps: Cell<u64>,
    limit: u64,
    depth: Cell<u32>,
    /// True while the condition of `?:` is evaluated, where the first reason is enough.
    brief: Cell<bool>,
    error: RefCell<Option<EvalError>>,
    patterns: RefCell<Patterns>,
    /// What was read, if that is recorded.
    reads: Option<RefCell<Vec<Read>>>,
    /// What absent lists read as.
    nothing: Arc<List<'a, W>>,
}

/// Regular expressions by their text; none for a text that is no such expression.
type Patterns = FxHashMap<Box<str>, Option<Arc<regex::Regex>>>;

/// The variables of an evaluation.
pub struct Frame<'a, W: Trace> {
    this: Out<'a, W>,
    it: Out<'a, W>,
    /// The variables of the functions that are being called, those of the innermost from `base` on.
    locals: Vec<Out<'a, W>>,
    base: usize,
    lets: Vec<Option<Out<'a, W>>>,
}

impl<'a, W: Trace> Frame<'a, W> {
    /// The frame for a subject: `self`, and `it` for an item.
    #[must_use]
    pub fn new(this: Value<'a, W>, it: Option<Out<'a, W>>) -> Self {
        Self {
            this: (this, W::default()),
            it: it.unwrap_or((Value::Ne(Causes::ABSENT), W::default())),
            locals: Vec::new(),
            base: 0,
            lets: Vec::new(),
        }
    }

    fn local(&self, slot: u16) -> Option<&Out<'a, W>> {
        self.locals.get(self.base + slot as usize)
    }

    fn set_local(&mut self, slot: u16, value: Out<'a, W>) {
        let slot = self.base + slot as usize;
        if self.locals.len() <= slot {
            self.locals.resize(slot + 1, ne(Causes::UNDEFINED));
        }
        self.locals[slot] = value;
    }

    /// Starts variables of its own for a function, of which `arguments` have been put at the end;
    /// gives what [`Frame::leave`] wants back.
    fn enter(&mut self, arguments: usize) -> usize {
        let base = self.locals.len() - arguments;
        std::mem::replace(&mut self.base, base)
    }

    fn leave(&mut self, outer: usize) {
        self.locals.truncate(self.base);
        self.base = outer;
    }

    /// The value of `it`, if there is one.
    #[must_use]
    pub fn item(&self) -> Option<&Value<'a, W>> {
        Some(&self.it.0).filter(|value| !value.is_ne())
    }
}

/// Calls of functions within functions; functions do not recurse, so this is never met in earnest.
const MAX_DEPTH: u32 = 64;

impl<'a, W: Trace> Machine<'a, W> {
    /// Returns a machine for a rule with these parameters and intermediate values, which may take
    /// `limit` steps.
    #[must_use]
    pub fn new(
        world: &'a World<'a>,
        params: &'a [Param],
        lets: &'a [Code],
        run_lets: &Arc<RunLets<'a, W>>,
        limit: u64,
    ) -> Self {
        let values = params
            .iter()
            .map(|param| {
                let why = W::origin(|| Origin::Param(param.span));
                (literal_value(&param.value), why)
            })
            .collect();
        Self {
            world,
            params,
            values,
            lets,
            run_lets: run_lets.clone(),
            until: Cell::new(Date::AFTER_ALL),
            steps: Cell::new(0),
            limit,
            depth: Cell::new(0),
            brief: Cell::new(false),
            error: RefCell::new(None),
            patterns: RefCell::default(),
            reads: None,
            nothing: Arc::new(List::certain([])),
        }
    }

    /// A machine for expressions that belong to no rule.
    #[must_use]
    pub fn bare(world: &'a World<'a>) -> Self {
        Self::new(world, &[], &[], &Arc::default(), u64::MAX)
    }

    /// The day until which the outcomes since the last call cannot change; resets it.
    pub fn take_until(&self) -> Date {
        self.until.replace(Date::AFTER_ALL)
    }

    /// Notes a day on which something that was found out before can change.
    pub fn note_until(&self, day: Date) {
        self.note_flip(Some(day));
    }

    /// The steps taken so far.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps.get()
    }

    /// The first error met, if any; what was evaluated after it does not count.
    #[must_use]
    pub fn error(&self) -> Option<EvalError> {
        self.error.borrow().clone()
    }

    /// The date of the run.
    #[must_use]
    pub fn as_of(&self) -> Date {
        self.world.as_of
    }

    /// The catalog it evaluates on.
    #[must_use]
    pub fn catalog(&self) -> &'a Catalog {
        self.world.catalog
    }

    fn fail(&self, range: TextRange, message: impl Into<String>) -> Out<'a, W> {
        let mut error = self.error.borrow_mut();
        if error.is_none() {
            *error = Some(EvalError {
                message: message.into(),
                range,
            });
        }
        ne(Causes::UNDEFINED)
    }

    fn note_flip(&self, day: Option<Date>) {
        if let Some(day) = day
            && day < self.until.get()
        {
            self.until.set(day);
        }
    }

    fn step(&self, count: u64) -> bool {
        let steps = self.steps.get() + count;
        self.steps.set(steps);
        steps <= self.limit
    }

    /// Evaluates an expression.
    #[expect(clippy::too_many_lines, reason = "a table: one entry for each case")]
    pub fn eval(&self, ir: &'a Ir, frame: &mut Frame<'a, W>) -> Out<'a, W> {
        if !self.step(1) {
            return self.fail(ir.range, "takes too many steps");
        }
        match &ir.op {
            Op::Literal(literal) => (literal_value(literal), W::default()),
            Op::SelfValue => frame.this.clone(),
            Op::It => frame.it.clone(),
            Op::Local(slot) => frame
                .local(*slot)
                .cloned()
                .unwrap_or_else(|| ne(Causes::UNDEFINED)),
            Op::Let(index) => self.let_value(*index, frame),
            Op::Param(index) => self.values[*index as usize].clone(),
            Op::AsOf => (Value::AsOf, W::default()),
            Op::PeriodFrom => match self.world.from {
                Some(day) => (Value::Date(day), W::default()),
                None => ne(Causes::ABSENT),
            },
            Op::Field { base, field } => {
                let base = self.eval(base, frame);
                self.field(&base, field)
            }
            Op::Key { base, name } => {
                let base = self.eval(base, frame);
                self.key(&base, name)
            }
            Op::Has { base, steps } => {
                let base = self.eval(base, frame);
                self.has(base, steps)
            }
            Op::OptionalField { base, step } => {
                let base = self.eval(base, frame);
                self.optional_step(base, step)
            }
            Op::Inherited { base, field } => {
                let base = self.eval(base, frame);
                self.inherited(&base, field)
            }
            Op::Known(value) => self.known(value, frame),
            Op::Unknown(value) => self.unknown(value, frame),
            Op::And(parts) => self.connect(parts, frame, false),
            Op::Or(parts) => self.connect(parts, frame, true),
            Op::Not(operand) => match self.eval(operand, frame) {
                (Value::Bool(value), why) => (Value::Bool(!value), why),
                other => self.truth_or_error(ir.range, other),
            },
            Op::If(parts) => self.branch(ir.range, parts, frame),
            Op::Compare { op, sides } => {
                let left = self.eval(&sides[0], frame);
                let right = self.eval(&sides[1], frame);
                self.compare(ir.range, *op, left, right)
            }
            Op::In(sides) => self.member(&sides[0], &sides[1], frame),
            Op::Arith { op, sides } => {
                let left = self.eval(&sides[0], frame);
                let right = self.eval(&sides[1], frame);
                self.arithmetic(ir.range, *op, left, right)
            }
            Op::Negate(operand) => self.negate(ir.range, operand, frame),
            Op::Index { sides, optional } => self.index(ir.range, sides, *optional, frame),
            Op::List(items) => {
                let items: Vec<_> = items.iter().map(|item| self.eval(item, frame)).collect();
                (Value::list(items), W::default())
            }
            Op::Struct(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, value)| (name.clone(), self.eval(value, frame)))
                    .collect();
                (Value::Struct(fields), W::default())
            }
            Op::Fold {
                fold,
                list,
                slot,
                body,
            } => self.fold(ir.range, *fold, list, *slot, body, frame),
            Op::Intervals {
                overlaps,
                list,
                slot,
                bounds,
            } => self.intervals(ir.range, *overlaps, list, *slot, bounds, frame),
            Op::Bind { slot, value, body } => {
                let value = self.eval(value, frame);
                frame.set_local(*slot, value);
                self.eval(body, frame)
            }
            Op::Call {
                function,
                arguments,
            } => self.builtin(ir.range, *function, arguments, frame),
            Op::User {
                function,
                arguments,
            } => self.user(ir.range, *function, arguments, frame),
            _ => self.query(ir, frame),
        }
    }

    /// Evaluates a condition to true, false or not evaluable.
    pub fn truth(&self, ir: &'a Ir, frame: &mut Frame<'a, W>) -> (Result<bool, Causes>, W) {
        let (value, why) = self.eval(ir, frame);
        match value {
            Value::Bool(value) => (Ok(value), why),
            Value::Ne(causes) => (Err(causes), why),
            _ => {
                self.fail(
                    ir.range,
                    "is no condition: its value is neither true nor false",
                );
                (Err(Causes::UNDEFINED), why)
            }
        }
    }

    fn truth_or_error(&self, range: TextRange, (value, why): Out<'a, W>) -> Out<'a, W> {
        match value {
            Value::Ne(_) | Value::Bool(_) => (value, why),
            _ => self.fail(
                range,
                "is no condition: its value is neither true nor false",
            ),
        }
    }

    /// `&&` with `decisive` false, `||` with `decisive` true. The order of the parts never matters.
    fn connect(&self, parts: &'a [Ir], frame: &mut Frame<'a, W>, decisive: bool) -> Out<'a, W> {
        let mut doubts: Option<Causes> = None;
        let mut doubtful = W::default();
        let mut agreeing = W::default();
        let mut decided: Option<W> = None;
        for part in parts {
            match self.truth(part, frame) {
                (Ok(value), why) if value == decisive => {
                    if !W::ON || self.brief.get() {
                        return (Value::Bool(decisive), why);
                    }
                    decided = Some(match decided {
                        None => why,
                        Some(known) => known.and(why),
                    });
                }
                (Ok(_), why) => agreeing = agreeing.and(why),
                (Err(causes), why) => {
                    doubts = Some(doubts.map_or(causes, |known| known.with(causes)));
                    doubtful = doubtful.and(why);
                }
            }
        }
        match (decided, doubts) {
            (Some(why), _) => (Value::Bool(decisive), why),
            (None, Some(causes)) => (Value::Ne(causes), doubtful),
            (None, None) => (Value::Bool(!decisive), agreeing),
        }
    }

    fn branch(&self, range: TextRange, parts: &'a [Ir; 3], frame: &mut Frame<'a, W>) -> Out<'a, W> {
        let outer = self.brief.replace(true);
        let (test, why) = self.eval(&parts[0], frame);
        self.brief.set(outer);
        let taken = match test {
            Value::Bool(true) => &parts[1],
            Value::Bool(false) => &parts[2],
            other => return self.truth_or_error(range, (other, why)),
        };
        let (value, branch_why) = self.eval(taken, frame);
        (value, why.and(branch_why))
    }

    fn known(&self, ir: &'a Ir, frame: &mut Frame<'a, W>) -> Out<'a, W> {
        let (value, why) = self.eval(ir, frame);
        let answer = match value.causes() {
            None => Value::Bool(true),
            Some(causes) if causes.only(Causes::ABSENT.with(Causes::UNKNOWN)) => Value::Bool(false),
            Some(causes) => Value::Ne(causes),
        };
        (answer, why)
    }

    fn unknown(&self, ir: &'a Ir, frame: &mut Frame<'a, W>) -> Out<'a, W> {
        let (value, why) = self.eval(ir, frame);
        let answer = match value.causes() {
            None => Value::Bool(false),
            Some(causes) if causes.has(Causes::UNKNOWN) => Value::Bool(true),
            Some(causes) if causes.only(Causes::ABSENT) => Value::Bool(false),
            Some(causes) => Value::Ne(causes),
        };
        (answer, why)
    }

    fn let_value(&self, index: u16, frame: &mut Frame<'a, W>) -> Out<'a, W> {
        let index = index as usize;
        let code = &self.lets[index];
        if !code.uses.this && !code.uses.it {
            self.note(|| Read::Let(u16::try_from(index).unwrap_or(u16::MAX)));
            return self.run_let(index);
        }
        if frame.lets.len() <= index {
            frame.lets.resize(self.lets.len(), None);
        }
        if let Some(known) = &frame.lets[index] {
            return known.clone();
        }
        let base = frame.enter(0);
        // It is kept for other uses, in which one reason may not be enough.
        let outer = self.brief.replace(false);
        let value = self.eval(&code.ir, frame);
        self.brief.set(outer);
        frame.leave(base);
        frame.lets[index] = Some(value.clone());
        value
    }

    /// A value that depends on no subject is computed once per run.
    fn run_let(&self, index: usize) -> Out<'a, W> {
        let known = self.run_lets[index].get_or_init(|| {
            let (outer, brief) = (self.take_until(), self.brief.replace(false));
            // Who asks for the value rests on it, not on what it took to find it out.
            let reads = self.take_reads();
            let mut frame = Frame::new(Value::Repository, None);
            let value = self.eval(&self.lets[index].ir, &mut frame);
            self.brief.set(brief);
            let own = self.take_reads().into();
            self.put_back(reads);
            RunLet {
                value,
                until: self.until.replace(outer),
                reads: own,
            }
        });
        self.note_flip(Some(known.until));
        known.value.clone()
    }

    fn user(
        &self,
        range: TextRange,
        function: u16,
        arguments: &'a [Ir],
        frame: &mut Frame<'a, W>,
    ) -> Out<'a, W> {
        self.push_arguments(arguments, frame);
        let outer = frame.enter(arguments.len());
        let value = match self.case_for(function, frame.local(0)) {
            Ok(case) => self.call(range, case, frame),
            Err(value) => value,
        };
        frame.leave(outer);
        value
    }

    /// Puts the values of arguments at the end of the variables. None is put there before all are
    /// known, since the arguments have variables too.
    fn push_arguments(&self, arguments: &'a [Ir], frame: &mut Frame<'a, W>) {
        if let [before @ .., last] = arguments {
            let value = self.eval(last, frame);
            self.push_arguments(before, frame);
            frame.locals.push(value);
        }
    }

    /// The case of a function for this first argument, or the value of the call if there is none.
    fn case_for(&self, function: u16, first: Option<&Out<'a, W>>) -> Result<u16, Out<'a, W>> {
        let library = self.world.library;
        let cases = library.cases_of(function);
        let (Some((value, why)), [_, _, ..]) = (first, cases) else {
            return cases.first().copied().ok_or_else(|| ne(Causes::UNDEFINED));
        };
        let Some(record) = self.record_of(value) else {
            let causes = value.causes().unwrap_or(Causes::UNDEFINED);
            return Err((Value::Ne(causes), why.clone()));
        };
        let takes = |case: &u16| matches!(library.function(*case).parameters.first(), Some((_, crate::kind::Type::Record(ids))) if ids.contains(&record));
        let case = cases.iter().copied().find(takes);
        case.ok_or_else(|| ne(Causes::UNDEFINED))
    }

    fn call(&self, range: TextRange, case: u16, frame: &mut Frame<'a, W>) -> Out<'a, W> {
        let depth = self.depth.get();
        if depth > MAX_DEPTH {
            return self.fail(range, "calls functions too deeply");
        }
        self.depth.set(depth + 1);
        let value = self.eval(&self.world.library.function(case).code.ir, frame);
        self.depth.set(depth);
        value
    }

    fn arithmetic(
        &self,
        range: TextRange,
        op: Arith,
        left: Out<'a, W>,
        right: Out<'a, W>,
    ) -> Out<'a, W> {
        let why = left.1.and(right.1);
        if let (Some(causes), other) | (other, Some(causes)) = (left.0.causes(), right.0.causes()) {
            return (
                Value::Ne(other.map_or(causes, |other| other.with(causes))),
                why,
            );
        }
        let value = match (op, left.0, right.0) {
            (op, Value::Int(left), Value::Int(right)) => {
                int_arithmetic(op, left, right).map(Value::Int)
            }
            (Arith::Add, Value::List(left), Value::List(right)) => {
                Some(Value::List(Arc::new(concat(&left, &right))))
            }
            (Arith::Add | Arith::Sub, Value::AsOf, Value::Duration(by)) => {
                let by = if op == Arith::Sub {
                    by.checked_neg()
                } else {
                    Some(by)
                };
                by.and_then(|by| self.moved(Vec::new(), by))
            }
            (Arith::Add | Arith::Sub, Value::Moved(moved), Value::Duration(by)) => {
                let by = if op == Arith::Sub {
                    by.checked_neg()
                } else {
                    Some(by)
                };
                by.and_then(|by| self.moved(moved.steps.clone(), by))
            }
            (Arith::Add, Value::Date(day), Value::Duration(by))
            | (Arith::Add, Value::Duration(by), Value::Date(day)) => day.plus(by).map(Value::Date),
            (Arith::Sub, Value::Date(day), Value::Duration(by)) => day.minus(by).map(Value::Date),
            (Arith::Add, Value::Duration(left), Value::Duration(right)) => {
                left.checked_add(right).map(Value::Duration)
            }
            (Arith::Sub, Value::Duration(left), Value::Duration(right)) => {
                left.checked_sub(right).map(Value::Duration)
            }
            (Arith::Mul, Value::Duration(by), Value::Int(factor))
            | (Arith::Mul, Value::Int(factor), Value::Duration(by)) => {
                by.checked_mul(factor).map(Value::Duration)
            }
            (op, left, right) => return self.mixed_arithmetic(range, op, left, right, why),
        };
        (value.unwrap_or(Value::Ne(Causes::UNDEFINED)), why)
    }

    fn mixed_arithmetic(
        &self,
        range: TextRange,
        op: Arith,
        left: Value<'a, W>,
        right: Value<'a, W>,
        why: W,
    ) -> Out<'a, W> {
        if matches!(left, Value::Between(_)) || matches!(right, Value::Between(_)) {
            return (self.range_arithmetic(range, op, &left, &right), why);
        }
        if let (Some(left), Some(right)) = (number(&left), number(&right)) {
            let value = match op {
                Arith::Add => left + right,
                Arith::Sub => left - right,
                Arith::Mul => left * right,
                Arith::Div if right != 0.0 => left / right,
                _ => f64::NAN,
            };
            let value = if value.is_finite() {
                Value::Double(value)
            } else {
                Value::Ne(Causes::UNDEFINED)
            };
            return (value, why);
        }
        if let (Arith::Sub, Some(left), Some(right)) = (op, self.day(&left), self.day(&right)) {
            return (
                Value::Duration(crate::scalar::Duration::days(right.days_until(left))),
                why,
            );
        }
        if let Some(value) = money_arithmetic(op, &left, &right) {
            return (value.unwrap_or(Value::Ne(Causes::UNDEFINED)), why);
        }
        if let (Arith::Add, Some(left), Some(right)) = (op, left.as_text(), right.as_text()) {
            return (Value::Text(format!("{left}{right}").into()), why);
        }
        if let (Arith::Add, Some(left), Some(right)) = (
            op,
            self.listed(&(left, W::default())),
            self.listed(&(right, W::default())),
        ) {
            return (Value::List(Arc::new(concat(&left, &right))), why);
        }
        self.fail(range, "the operator does not work on these values")
    }

    /// Arithmetic on values of which only bounds are known: bounds of the result where the operator
    /// keeps the order or turns it round, otherwise it is not evaluable.
    fn range_arithmetic(
        &self,
        range: TextRange,
        op: Arith,
        left: &Value<'a, W>,
        right: &Value<'a, W>,
    ) -> Value<'a, W> {
        let factor = number(right).or_else(|| number(left).filter(|_| op == Arith::Mul));
        let ((low, high), (other_low, other_high)) = (bounds(left), bounds(right));
        if [&low, &high]
            .into_iter()
            .flatten()
            .any(|bound| bound.as_text().is_some())
        {
            return Value::Ne(Causes::UNDEFINED);
        }
        let pairs = match op {
            Arith::Add => [(low, other_low), (high, other_high)],
            Arith::Sub => [(low, other_high), (high, other_low)],
            Arith::Mul | Arith::Div => match factor {
                Some(factor) if factor > 0.0 => [(low, other_low), (high, other_high)],
                Some(factor) if factor < 0.0 => [(high, other_high), (low, other_low)],
                _ => return Value::Ne(Causes::UNDEFINED),
            },
            Arith::Rem => return Value::Ne(Causes::UNDEFINED),
        };
        let [low, high] = pairs.map(|(left, right)| {
            let sides = ((left?, W::default()), (right?, W::default()));
            Some(self.arithmetic(range, op, sides.0, sides.1).0)
        });
        match (low, high) {
            (None, None) => Value::Ne(Causes::UNDEFINED),
            (Some(Value::Ne(causes)), _) | (_, Some(Value::Ne(causes))) => Value::Ne(causes),
            bounds => Value::Between(Arc::new(bounds)),
        }
    }

    /// A date, or the date of the run read as one: its use is then only good for a day.
    fn day(&self, value: &Value<'a, W>) -> Option<Date> {
        match value {
            Value::Date(day) => Some(*day),
            Value::AsOf => {
                self.note_flip(Some(self.world.as_of.next()));
                Some(self.world.as_of)
            }
            Value::Moved(moved) => {
                self.note_flip(Some(self.world.as_of.next()));
                Some(moved.date)
            }
            _ => None,
        }
    }

    /// Notes that a value that is the date of the run is only good for a day.
    fn note_day(&self, value: &Value<'a, W>) {
        if matches!(value, Value::AsOf | Value::Moved(_)) {
            self.day(value);
        }
    }

    fn moved(
        &self,
        mut steps: Vec<crate::scalar::Duration>,
        by: crate::scalar::Duration,
    ) -> Option<Value<'a, W>> {
        steps.push(by);
        let date = shift(self.world.as_of, &steps)?;
        Some(Value::Moved(Arc::new(Moved { date, steps })))
    }

    fn negate(&self, range: TextRange, operand: &'a Ir, frame: &mut Frame<'a, W>) -> Out<'a, W> {
        let (value, why) = self.eval(operand, frame);
        match negated(&value) {
            Some(value) => (value, why),
            None => self.fail(range, "`-` works on numbers, durations and amounts"),
        }
    }
}

/// A value with the other sign; none if it has no sign.
fn negated<'a, W: Trace>(value: &Value<'a, W>) -> Option<Value<'a, W>> {
    let negative = match value {
        Value::Int(value) => value.checked_neg().map(Value::Int),
        Value::Double(value) => Some(Value::Double(-value)),
        Value::Money(value) => value.checked_neg().map(Value::Money),
        Value::Duration(value) => value.checked_neg().map(Value::Duration),
        Value::Ne(causes) => Some(Value::Ne(*causes)),
        Value::Between(bounds) => {
            let bound = |side: &Option<Value<'a, W>>| side.as_ref().and_then(negated);
            Some(Value::Between(Arc::new((
                bound(&bounds.1),
                bound(&bounds.0),
            ))))
        }
        _ => return None,
    };
    Some(negative.unwrap_or(Value::Ne(Causes::UNDEFINED)))
}

/// A lower and an upper bound, or none.
type Bounds<'a, W> = (Option<Value<'a, W>>, Option<Value<'a, W>>);

/// The bounds of a value; an exact one is both.
fn bounds<'a, W: Trace>(value: &Value<'a, W>) -> Bounds<'a, W> {
    match value {
        Value::Between(bounds) => Bounds::clone(bounds),
        value => (Some(value.clone()), Some(value.clone())),
    }
}

/// A value that is not evaluable, without a place.
fn ne<'a, W: Trace>(causes: Causes) -> Out<'a, W> {
    (Value::Ne(causes), W::default())
}

fn shift(day: Date, steps: &[crate::scalar::Duration]) -> Option<Date> {
    steps.iter().try_fold(day, |day, by| day.plus(*by))
}

/// The value of a constant.
pub(crate) fn literal_value<'a, W: Trace>(literal: &'a Literal) -> Value<'a, W> {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Int(value) => Value::Int(*value),
        Literal::Double(value) => Value::Double(*value),
        Literal::Str(text) => Value::Str(text),
        Literal::Date(day) => Value::Date(*day),
        Literal::Duration(length) => Value::Duration(*length),
        Literal::Money(amount) => Value::Money(*amount),
        Literal::Level(ladder, rank, text) => Value::Level(*ladder, *rank, text),
        Literal::Kind(kind) => Value::Kind(*kind),
        Literal::List(items) => {
            Value::list(items.iter().map(|item| (literal_value(item), W::default())))
        }
        Literal::Map(entries) => Value::Struct(
            entries
                .iter()
                .map(|(name, value)| (name.clone(), (literal_value(value), W::default())))
                .collect(),
        ),
    }
}

fn int_arithmetic(op: Arith, left: i64, right: i64) -> Option<i64> {
    match op {
        Arith::Add => left.checked_add(right),
        Arith::Sub => left.checked_sub(right),
        Arith::Mul => left.checked_mul(right),
        Arith::Div => left.checked_div(right),
        Arith::Rem => left.checked_rem(right),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "numbers of records are far below 2^53"
)]
fn number<W: Trace>(value: &Value<'_, W>) -> Option<f64> {
    match value {
        Value::Int(value) => Some(*value as f64),
        Value::Double(value) => Some(*value),
        _ => None,
    }
}

/// Arithmetic on amounts; none if no side is an amount, `Some(None)` if it has no result.
fn money_arithmetic<'a, W: Trace>(
    op: Arith,
    left: &Value<'a, W>,
    right: &Value<'a, W>,
) -> Option<Option<Value<'a, W>>> {
    Some(match (op, left, right) {
        (op, Value::Money(left), Value::Money(right)) => {
            let (left, right) = one_currency(*left, *right);
            match op {
                Arith::Add => left.checked_add(right).map(Value::Money),
                Arith::Sub => left.checked_sub(right).map(Value::Money),
                Arith::Div => left.ratio(right).map(Value::Double),
                Arith::Mul | Arith::Rem => return None,
            }
        }
        (Arith::Mul, Value::Money(amount), factor) | (Arith::Mul, factor, Value::Money(amount)) => {
            scaled(*amount, number(factor)?)
        }
        (Arith::Div, Value::Money(amount), divisor) => scaled(*amount, 1.0 / number(divisor)?),
        _ => return None,
    })
}

/// Two amounts, of which one that names no currency is in the other's.
fn one_currency(left: Money, right: Money) -> (Money, Money) {
    let with = |amount: Money, other: Money| match other.currency() {
        Some(currency) => amount.or_currency(currency),
        None => amount,
    };
    (with(left, right), with(right, left))
}

fn scaled<'a, W: Trace>(amount: Money, factor: f64) -> Option<Value<'a, W>> {
    amount.times(factor).map(Value::Money)
}

fn concat<'a, W: Trace>(left: &List<'a, W>, right: &List<'a, W>) -> List<'a, W> {
    List {
        items: left.items.iter().chain(&right.items).cloned().collect(),
        open: Causes::either(left.open, right.open),
    }
}
