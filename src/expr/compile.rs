//! From a parsed expression to a checked one: names resolved, types settled, mistakes reported
//! where they stand.
//!
//! Fields are checked against the schemas of the kinds an expression reads. A field that only some
//! of several kinds have may be read where a guard (`kind(x) == "K" &&`, `has(x.f) &&`) leaves no
//! other kind.

mod calls;
mod coerce;
mod facts;
mod macros;
mod names;

use std::sync::Arc;

use super::ir::{Arith, Compare, FieldRef, Ir, Literal, Op, Step};
use super::library::{Index, Library, RuleNames, Site};
use super::{BinaryOp, Expr, ExprKind, Name, UnaryOp};
use crate::catalog::nearest;
use crate::kind::{Kinds, RecordId, Type};
use crate::source::TextRange;

pub(crate) use calls::FUNCTION_NAMES;
use coerce::comparable;
pub(crate) use coerce::unify;
use facts::Fact;

/// A mistake in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError {
    /// One line without a full stop.
    pub message: String,
    /// Where, in bytes of the expression's text.
    pub range: TextRange,
    /// What to do.
    pub help: Option<String>,
}

impl CompileError {
    pub(super) fn new(range: TextRange, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            range,
            help: None,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl From<super::ParseError> for CompileError {
    fn from(error: super::ParseError) -> Self {
        Self {
            message: error.message,
            range: error.range,
            help: error.help,
        }
    }
}

/// A checked expression and its type.
type Checked = (Ir, Type);
type Result<T> = std::result::Result<T, CompileError>;

/// What an expression depends on.
#[derive(Debug, Clone, Default)]
pub struct Uses {
    /// It reads `self`.
    pub this: bool,
    /// It reads `it`.
    pub it: bool,
    /// The lowest slot of a variable it reads that was bound outside it.
    pub lowest_slot: Option<u16>,
    /// Rules whose verdicts it reads, by name as resolved.
    pub verdicts: Vec<String>,
    /// It reads what the run found.
    pub results: bool,
}

impl Uses {
    fn merge(&mut self, other: &Self) {
        self.this |= other.this;
        self.it |= other.it;
        self.lowest_slot = match (self.lowest_slot, other.lowest_slot) {
            (Some(left), Some(right)) => Some(left.min(right)),
            (left, right) => left.or(right),
        };
        self.verdicts.extend(other.verdicts.iter().cloned());
        self.results |= other.results;
    }
}

/// An intermediate value that an expression can name.
#[derive(Debug, Clone)]
pub struct LetType {
    /// Its name.
    pub name: Box<str>,
    /// Its type.
    pub ty: Type,
    /// What it depends on.
    pub uses: Uses,
}

/// What the names of an expression mean.
pub struct Scope<'k> {
    /// The kinds.
    pub kinds: &'k Kinds,
    /// Functions and relations.
    pub library: &'k Library,
    /// The rules whose verdicts can be read.
    pub rules: &'k dyn RuleNames,
    /// The type of `self`.
    pub self_type: Option<Type>,
    /// The type of `it`.
    pub it_type: Option<Type>,
    /// Parameters: name, type, and the rules they name.
    pub params: &'k [super::ir::Param],
    /// Intermediate values known so far.
    pub lets: &'k [LetType],
    /// Variables bound outside: the parameters of a function.
    pub locals: Vec<(Box<str>, Type)>,
    /// Guards that hold, such as the rule's `when`.
    pub guards: Vec<&'k Expr>,
}

/// An expression with everything the evaluator needs to know.
#[derive(Debug)]
pub struct Code {
    /// The expression.
    pub ir: Ir,
    /// Its type.
    pub ty: Type,
    /// What it depends on.
    pub uses: Uses,
}

/// Places that grow while expressions are checked.
#[derive(Debug, Default)]
pub struct Tables {
    /// Uses of `reachMax` and its kin.
    pub sites: Vec<Site>,
    /// Indexes that `lookup` needs.
    pub indexes: Vec<Index>,
}

/// Checks an expression.
///
/// # Errors
///
/// The first mistake.
pub fn compile(scope: &Scope<'_>, tables: &mut Tables, expr: &Expr) -> Result<Code> {
    with_checker(scope, tables, |checker| checker.check(expr))
}

/// Checks an expression that must have the type `want`.
///
/// # Errors
///
/// The first mistake, or another type.
pub fn compile_as(
    scope: &Scope<'_>,
    tables: &mut Tables,
    expr: &Expr,
    want: &Type,
) -> Result<Code> {
    with_checker(scope, tables, |checker| checker.check_as(expr, want))
}

fn with_checker(
    scope: &Scope<'_>,
    tables: &mut Tables,
    check: impl FnOnce(&mut Checker<'_, '_>) -> Result<Checked>,
) -> Result<Code> {
    let mut checker = Checker {
        scope,
        tables,
        locals: scope.locals.clone(),
        facts: Vec::new(),
        uses: Uses::default(),
    };
    for guard in &scope.guards {
        checker.assume(guard, true);
    }
    let (ir, ty) = check(&mut checker)?;
    let uses = checker.uses;
    Ok(Code { ir, ty, uses })
}

struct Checker<'s, 'k> {
    scope: &'s Scope<'k>,
    tables: &'s mut Tables,
    locals: Vec<(Box<str>, Type)>,
    facts: Vec<(String, Fact)>,
    uses: Uses,
}

impl Checker<'_, '_> {
    fn check(&mut self, expr: &Expr) -> Result<Checked> {
        let range = expr.range;
        let (op, ty) = match &expr.kind {
            ExprKind::Null => (Op::Literal(Literal::Null), Type::Null),
            ExprKind::Bool(value) => (Op::Literal(Literal::Bool(*value)), Type::Bool),
            ExprKind::Int(value) => (Op::Literal(Literal::Int(*value)), Type::Int),
            ExprKind::Uint(value) => match i64::try_from(*value) {
                Ok(value) => (Op::Literal(Literal::Int(value)), Type::Int),
                Err(_) => return Err(CompileError::new(range, "the number is too large")),
            },
            ExprKind::Double(value) => (Op::Literal(Literal::Double(*value)), Type::Double),
            ExprKind::String(text) => (
                Op::Literal(Literal::Str(text.as_str().into())),
                Type::String,
            ),
            ExprKind::Bytes(_) => {
                return Err(
                    CompileError::new(range, "records hold no bytes").help("write a text: \"...\"")
                );
            }
            ExprKind::Ident(name) => return self.identifier(name, range),
            ExprKind::Select {
                base,
                field,
                optional,
            } => return self.select(expr, base, field, *optional),
            ExprKind::Index {
                base,
                index,
                optional,
            } => return self.index(range, base, index, *optional),
            ExprKind::Call {
                target,
                function,
                arguments,
            } => {
                let (ir, ty) = self.call(range, target.as_deref(), function, arguments)?;
                return Ok((ir, self.narrowed(expr, ty)));
            }
            ExprKind::Unary { op, operand } => return self.unary(range, *op, operand),
            ExprKind::Binary {
                op,
                left,
                right,
                op_range,
            } => return self.binary(range, *op, left, right, *op_range),
            ExprKind::Conditional {
                condition,
                then,
                otherwise,
            } => {
                return self.conditional(range, condition, then, otherwise);
            }
            ExprKind::List(items) => return self.list(range, items),
            ExprKind::Map(entries) => return self.map(range, entries),
            ExprKind::Backwards(name) => {
                let message = format!(
                    "~{} stands for a relation, which only relation functions take",
                    name.text
                );
                return Err(CompileError::new(range, message));
            }
        };
        Ok((Ir { op, range }, ty))
    }

    /// Checks a condition: a truth value.
    fn condition(&mut self, expr: &Expr) -> Result<Ir> {
        let (ir, ty) = self.check(expr)?;
        match ty {
            Type::Bool | Type::Dyn => Ok(ir),
            other => {
                let name = self.a_type(&other);
                let error = CompileError::new(
                    expr.range,
                    format!("a condition is wanted here, and this is {name}"),
                );
                Err(match other {
                    Type::List(_) => error.help("ask `size(...) > 0`, or use exists(x, ...)"),
                    _ => error.help("compare it with something, or ask has(...)"),
                })
            }
        }
    }

    fn conditions(&mut self, expr: &Expr, op: BinaryOp, found: &mut Vec<Ir>) -> Result<()> {
        if let ExprKind::Binary {
            op: own,
            left,
            right,
            ..
        } = &expr.kind
            && *own == op
        {
            self.conditions(left, op, found)?;
            let known = self.facts.len();
            self.assume(left, op == BinaryOp::And);
            let result = self.conditions(right, op, found);
            self.facts.truncate(known);
            return result;
        }
        found.push(self.condition(expr)?);
        Ok(())
    }

    fn unary(&mut self, range: TextRange, op: UnaryOp, operand: &Expr) -> Result<Checked> {
        match op {
            UnaryOp::Not => {
                let ir = self.condition(operand)?;
                Ok((
                    Ir {
                        op: Op::Not(Box::new(ir)),
                        range,
                    },
                    Type::Bool,
                ))
            }
            UnaryOp::Negate => {
                let (ir, ty) = self.check(operand)?;
                if !(ty.is_number() || matches!(ty, Type::Duration | Type::Money | Type::Dyn)) {
                    let message = format!(
                        "`-` wants a number, a duration or an amount, and this is {}",
                        self.a_type(&ty)
                    );
                    return Err(CompileError::new(operand.range, message));
                }
                Ok((
                    Ir {
                        op: Op::Negate(Box::new(ir)),
                        range,
                    },
                    ty,
                ))
            }
        }
    }

    fn binary(
        &mut self,
        range: TextRange,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        op_range: TextRange,
    ) -> Result<Checked> {
        let whole = |op| Ok((Ir { op, range }, Type::Bool));
        match op {
            BinaryOp::And | BinaryOp::Or => {
                let mut parts = Vec::new();
                self.conditions(left, op, &mut parts)?;
                let known = self.facts.len();
                self.assume(left, op == BinaryOp::And);
                let result = self.conditions(right, op, &mut parts);
                self.facts.truncate(known);
                result?;
                whole(if op == BinaryOp::And {
                    Op::And(parts.into())
                } else {
                    Op::Or(parts.into())
                })
            }
            BinaryOp::Eq => self.comparison(range, Compare::Eq, left, right, op_range),
            BinaryOp::Ne => self.comparison(range, Compare::Ne, left, right, op_range),
            BinaryOp::Lt => self.comparison(range, Compare::Lt, left, right, op_range),
            BinaryOp::Le => self.comparison(range, Compare::Le, left, right, op_range),
            BinaryOp::Gt => self.comparison(range, Compare::Gt, left, right, op_range),
            BinaryOp::Ge => self.comparison(range, Compare::Ge, left, right, op_range),
            BinaryOp::In => self.membership(range, left, right),
            BinaryOp::Add => self.arithmetic(range, Arith::Add, left, right, op_range),
            BinaryOp::Sub => self.arithmetic(range, Arith::Sub, left, right, op_range),
            BinaryOp::Mul => self.arithmetic(range, Arith::Mul, left, right, op_range),
            BinaryOp::Div => self.arithmetic(range, Arith::Div, left, right, op_range),
            BinaryOp::Rem => self.arithmetic(range, Arith::Rem, left, right, op_range),
        }
    }

    fn comparison(
        &mut self,
        range: TextRange,
        op: Compare,
        left: &Expr,
        right: &Expr,
        op_range: TextRange,
    ) -> Result<Checked> {
        let (left_ir, left_type) = self.check(left)?;
        let (right_ir, right_type) = self.check(right)?;
        Self::refuse_unknown(&left_ir, &right_type)?;
        Self::refuse_unknown(&right_ir, &left_type)?;
        let (left_ir, left_type) = self.coerce((left_ir, left_type), &right_type)?;
        let (right_ir, right_type) = self.coerce((right_ir, right_type), &left_type)?;
        let equality = matches!(op, Compare::Eq | Compare::Ne);
        if !comparable(&left_type, &right_type, equality) {
            let (left, right) = (self.type_name(&left_type), self.type_name(&right_type));
            let error =
                CompileError::new(op_range, format!("{left} and {right} cannot be compared"));
            return Err(match (&left_type, &right_type) {
                (Type::Ref(_), _) | (_, Type::Ref(_)) => {
                    error.help("follow the reference first: .target()")
                }
                (Type::Optional(_), _) | (_, Type::Optional(_)) => {
                    error.help("take the value out: .orValue(...)")
                }
                _ => error,
            });
        }
        let sides = Box::new([left_ir, right_ir]);
        Ok((
            Ir {
                op: Op::Compare { op, sides },
                range,
            },
            Type::Bool,
        ))
    }

    /// `x == "unknown"` never holds, since what is written as unknown is not evaluable.
    fn refuse_unknown(ir: &Ir, other: &Type) -> Result<()> {
        let is_unknown = matches!(&ir.op, Op::Literal(Literal::Str(text)) if &**text == "unknown");
        if !is_unknown || *other == Type::Dyn {
            return Ok(());
        }
        let error = CompileError::new(ir.range, "a comparison with \"unknown\" never holds");
        Err(error.help("ask unknown(...) to see whether `unknown` is written there"))
    }

    fn membership(&mut self, range: TextRange, item: &Expr, list: &Expr) -> Result<Checked> {
        let (item_ir, item_type) = self.check(item)?;
        let (list_ir, list_type) = self.check(list)?;
        let words = match &list_ir.op {
            Op::List(words) => words.as_ref(),
            _ => &[],
        };
        for word in words.iter().chain([&item_ir]) {
            Self::refuse_unknown(word, &item_type)?;
        }
        let element = match &list_type {
            Type::List(element) => (**element).clone(),
            Type::Map(_) | Type::Struct(_) => Type::String,
            Type::Groups(both) => both.0.clone(),
            Type::Dyn => Type::Dyn,
            other => {
                let message = format!("`in` wants a list, and this is {}", self.a_type(other));
                return Err(CompileError::new(list.range, message));
            }
        };
        let (item_ir, item_type) = self.coerce((item_ir, item_type), &element)?;
        let (list_ir, list_type) =
            self.coerce((list_ir, list_type), &Type::list(item_type.clone()))?;
        let element = match &list_type {
            Type::List(element) => (**element).clone(),
            _ => element,
        };
        if !comparable(&item_type, &element, true) {
            let message = format!(
                "a list of {} holds no {}",
                self.type_name(&element),
                self.type_name(&item_type)
            );
            return Err(CompileError::new(range, message));
        }
        Ok((
            Ir {
                op: Op::In(Box::new([item_ir, list_ir])),
                range,
            },
            Type::Bool,
        ))
    }

    fn arithmetic(
        &mut self,
        range: TextRange,
        op: Arith,
        left: &Expr,
        right: &Expr,
        op_range: TextRange,
    ) -> Result<Checked> {
        let mut left = self.check(left)?;
        let mut right = self.check(right)?;
        if matches!(left.1, Type::Date | Type::AsOf | Type::Duration) {
            right = self.coerce(right, &Type::Duration)?;
        } else if right.1 == Type::Duration {
            left = self.coerce(left, &Type::Duration)?;
        }
        let Some(ty) = arithmetic_type(op, &left.1, &right.1) else {
            let (left, right) = (self.type_name(&left.1), self.type_name(&right.1));
            let sign = ["+", "-", "*", "/", "%"][op as usize];
            let error = CompileError::new(
                op_range,
                format!("`{sign}` does not work on {left} and {right}"),
            );
            return Err(match (left.as_str(), op) {
                ("date (asOf)", Arith::Sub) => error
                    .help("compare asOf with a shifted date instead: asOf > x + duration(\"90d\")"),
                _ => error,
            });
        };
        let sides = Box::new([left.0, right.0]);
        Ok((
            Ir {
                op: Op::Arith { op, sides },
                range,
            },
            ty,
        ))
    }

    fn conditional(
        &mut self,
        range: TextRange,
        condition: &Expr,
        then: &Expr,
        otherwise: &Expr,
    ) -> Result<Checked> {
        let test = self.condition(condition)?;
        let known = self.facts.len();
        self.assume(condition, true);
        let then_result = self.check(then);
        self.facts.truncate(known);
        let then_checked = then_result?;
        self.assume(condition, false);
        let otherwise_result = self.check(otherwise);
        self.facts.truncate(known);
        let otherwise_checked = otherwise_result?;
        let then_checked = self.coerce(then_checked, &otherwise_checked.1)?;
        let otherwise_checked = self.coerce(otherwise_checked, &then_checked.1)?;
        let Some(ty) = unify(&then_checked.1, &otherwise_checked.1) else {
            let (left, right) = (
                self.type_name(&then_checked.1),
                self.type_name(&otherwise_checked.1),
            );
            let message = format!("the two branches have different types, {left} and {right}");
            return Err(CompileError::new(range, message));
        };
        let parts = Box::new([test, then_checked.0, otherwise_checked.0]);
        Ok((
            Ir {
                op: Op::If(parts),
                range,
            },
            ty,
        ))
    }

    fn list(&mut self, range: TextRange, items: &[Expr]) -> Result<Checked> {
        let mut ty = Type::Null;
        let mut parts = Vec::new();
        for item in items {
            let (ir, item_type) = self.check(item)?;
            ty = unify(&ty, &item_type).unwrap_or(Type::Dyn);
            parts.push(ir);
        }
        Ok((
            Ir {
                op: Op::List(parts.into()),
                range,
            },
            Type::list(ty),
        ))
    }

    fn map(&mut self, range: TextRange, entries: &[(Expr, Expr)]) -> Result<Checked> {
        let mut fields = Vec::new();
        let mut types = Vec::new();
        for (key, value) in entries {
            let ExprKind::String(name) = &key.kind else {
                return Err(CompileError::new(key.range, "the keys of a map are texts")
                    .help("write {\"key\": value}"));
            };
            let (ir, ty) = self.check(value)?;
            types.push((name.as_str().into(), ty));
            fields.push((name.as_str().into(), ir));
        }
        Ok((
            Ir {
                op: Op::Struct(fields.into()),
                range,
            },
            Type::Struct(types.into()),
        ))
    }

    fn index(
        &mut self,
        range: TextRange,
        base: &Expr,
        index: &Expr,
        optional: bool,
    ) -> Result<Checked> {
        let (base_ir, base_type) = self.check(base)?;
        let (key, value) = match &base_type {
            Type::List(item) => (Type::Int, (**item).clone()),
            Type::Map(value) => (Type::String, (**value).clone()),
            Type::Groups(both) => (both.0.clone(), both.1.clone()),
            Type::Struct(_) => (Type::String, Type::Dyn),
            Type::Dyn => (Type::Dyn, Type::Dyn),
            other => {
                let message = format!("{} has no items to pick from", self.a_type(other));
                return Err(CompileError::new(range, message));
            }
        };
        let (index_ir, index_type) = self.check_as(index, &key)?;
        if !comparable(&index_type, &key, true) {
            let message = format!(
                "the key is {}, and {} is wanted",
                self.a_type(&index_type),
                self.a_type(&key)
            );
            return Err(CompileError::new(index.range, message));
        }
        let ty = if optional {
            Type::Optional(Arc::new(value))
        } else {
            value
        };
        let sides = Box::new([base_ir, index_ir]);
        Ok((
            Ir {
                op: Op::Index { sides, optional },
                range,
            },
            ty,
        ))
    }

    fn select(
        &mut self,
        expr: &Expr,
        base: &Expr,
        field: &Name,
        optional: bool,
    ) -> Result<Checked> {
        if let ExprKind::Ident(name) = &base.kind
            && let Some(found) = self.special(name, field, expr.range)?
        {
            return Ok(found);
        }
        let base = self.check(base)?;
        if optional {
            let (step, ty) = self.step(&base.1, field)?;
            let op = Op::OptionalField {
                base: Box::new(base.0),
                step,
            };
            return Ok((
                Ir {
                    op,
                    range: expr.range,
                },
                Type::Optional(Arc::new(ty)),
            ));
        }
        let (step, ty) = self.step(&base.1, field)?;
        let base = Box::new(base.0);
        let op = match step {
            Step::Field(field) => Op::Field { base, field },
            Step::Key(name) => Op::Key { base, name },
        };
        let ty = self.narrowed(expr, ty);
        Ok((
            Ir {
                op,
                range: expr.range,
            },
            ty,
        ))
    }

    /// `params.x`, `period.from` and `cel.bind` look like fields of a name.
    fn special(&mut self, name: &str, field: &Name, range: TextRange) -> Result<Option<Checked>> {
        match name {
            "params" => self.param(field, range).map(Some),
            "period" => match field.text.as_str() {
                "to" => Ok(Some((
                    Ir {
                        op: Op::AsOf,
                        range,
                    },
                    Type::AsOf,
                ))),
                "from" => Ok(Some((
                    Ir {
                        op: Op::PeriodFrom,
                        range,
                    },
                    Type::Date,
                ))),
                _ => Err(CompileError::new(
                    field.range,
                    "period has the fields `from` and `to`",
                )),
            },
            _ => Ok(None),
        }
    }

    /// The field that a step leads to, and its type.
    fn step(&mut self, base: &Type, field: &Name) -> Result<(Step, Type)> {
        match base {
            Type::Record(ids) => self.record_field(ids, field),
            Type::Struct(fields) => match fields.iter().find(|(name, _)| **name == *field.text) {
                Some((name, ty)) => Ok((Step::Key(name.clone()), ty.clone())),
                None => {
                    let names = fields.iter().map(|(name, _)| &**name);
                    Err(self.unknown_field("the record", field, names))
                }
            },
            Type::Map(value) => Ok((Step::Key(field.text.as_str().into()), (**value).clone())),
            Type::Dyn => Ok((Step::Key(field.text.as_str().into()), Type::Dyn)),
            other => {
                let name = self.a_type(other);
                let error =
                    CompileError::new(field.range, format!("{name} has no field `{}`", field.text));
                Err(match other {
                    Type::Ref(_) => error.help(format!(
                        "follow the reference first: .target().{}",
                        field.text
                    )),
                    Type::List(_) => {
                        error.help(format!("ask its items: .exists(x, x.{})", field.text))
                    }
                    Type::Optional(_) => error.help("take the value out first: .orValue(...)"),
                    _ => error,
                })
            }
        }
    }

    fn record_field(&mut self, ids: &[RecordId], field: &Name) -> Result<(Step, Type)> {
        let kinds = self.scope.kinds;
        let mut numbers = Vec::new();
        let mut ty: Option<Type> = None;
        let mut lacking = Vec::new();
        for id in ids {
            let record = kinds.record(*id);
            let Some(number) = record.by_name.get(field.text.as_str()) else {
                if record.free {
                    return Ok((Step::Key(field.text.as_str().into()), Type::Dyn));
                }
                lacking.push(*id);
                continue;
            };
            numbers.push((*id, *number));
            let own = &record.fields[*number as usize].ty;
            ty = Some(match ty {
                None => own.clone(),
                Some(known) => unify(&known, own).ok_or_else(|| {
                    let message = format!(
                        "`{}` is {} in one kind and {} in another",
                        field.text,
                        self.a_type(&known),
                        self.a_type(own)
                    );
                    CompileError::new(field.range, message)
                        .help("guard it with kind(...) == \"...\" &&")
                })?,
            });
        }
        let Some(ty) = ty else {
            let fields = ids
                .iter()
                .flat_map(|id| kinds.record(*id).fields.iter().map(|field| &*field.name));
            let owner = self.type_name(&Type::Record(ids.into()));
            return Err(self.unknown_field(&owner, field, fields));
        };
        if !lacking.is_empty() {
            return Err(self.missing_in(field, &lacking));
        }
        numbers.sort_unstable();
        let field = FieldRef {
            name: field.text.as_str().into(),
            numbers: numbers.into(),
        };
        Ok((Step::Field(field), ty))
    }

    fn missing_in(&self, field: &Name, lacking: &[RecordId]) -> CompileError {
        let names = lacking.iter().map(|id| self.scope.kinds.record_name(*id));
        let verb = if lacking.len() == 1 { "has" } else { "have" };
        let names = some_of(names.collect(), 3);
        let message = format!("{names} {verb} no field `{}`", field.text);
        CompileError::new(field.range, message).help(format!(
            "guard it: has(x.{}) && ..., or kind(x) == \"...\" && ...",
            field.text
        ))
    }

    fn unknown_field<'n>(
        &self,
        owner: &str,
        field: &Name,
        names: impl Iterator<Item = &'n str> + Clone,
    ) -> CompileError {
        let error = CompileError::new(
            field.range,
            format!("{owner} has no field `{}`", field.text),
        );
        match nearest(&field.text, names.clone()) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => {
                let mut all: Vec<String> = names.map(ToOwned::to_owned).collect();
                all.sort_unstable();
                all.dedup();
                error.help(format!("it has {}", some_of(all, 8)))
            }
        }
    }

    fn type_name(&self, ty: &Type) -> String {
        self.scope.kinds.type_name(ty)
    }

    /// The name of a type with its article.
    fn a_type(&self, ty: &Type) -> String {
        let name = self.type_name(ty);
        let article = if name.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) {
            "an"
        } else {
            "a"
        };
        format!("{article} {name}")
    }
}

/// "a, b and c", or the first `most` of them and how many there are more.
fn some_of(mut names: Vec<String>, most: usize) -> String {
    let more = names.len().saturating_sub(most);
    names.truncate(most);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    }
}

fn arithmetic_type(op: Arith, left: &Type, right: &Type) -> Option<Type> {
    use Type::{AsOf, Date, Double, Duration, Dyn, Int, List, Money, String};
    Some(match (op, left, right) {
        (_, Dyn, _) | (_, _, Dyn) => Dyn,
        (_, Int, Int) => Int,
        (Arith::Rem, ..) => return None,
        (_, left, right) if left.is_number() && right.is_number() => Double,
        (Arith::Add, left, right) if left.is_text() && right.is_text() => String,
        (Arith::Add, List(left), List(right)) => Type::list(unify(left, right)?),
        (Arith::Add | Arith::Sub, Date, Duration) => Date,
        (Arith::Add | Arith::Sub, AsOf, Duration) => AsOf,
        (Arith::Add, Duration, Date) => Date,
        (Arith::Sub, Date, Date) | (Arith::Add | Arith::Sub, Duration, Duration) => Duration,
        (Arith::Add | Arith::Sub, Money, Money) => Money,
        (Arith::Mul, Money | Duration, Int) => left.clone(),
        (Arith::Mul, Int, Money | Duration) => right.clone(),
        (Arith::Mul | Arith::Div, Money, right) if right.is_number() => Money,
        (Arith::Div, Money, Money) => Double,
        _ => return None,
    })
}
