//! Macros: forms that bind a variable or look at a path rather than at its value.

use std::sync::Arc;

use super::calls::has_order;
use super::{Checked, Checker, CompileError, Result};
use crate::expr::ir::{FieldRef, Fold, Ir, Op, Step};
use crate::expr::{Expr, ExprKind, Name};
use crate::kind::{RecordId, Type};
use crate::source::TextRange;

impl Checker<'_, '_> {
    /// Checks a call of a macro; none if `function` is no macro for these arguments.
    pub(super) fn macro_call(
        &mut self,
        range: TextRange,
        target: Option<&Expr>,
        function: &Name,
        arguments: &[Expr],
    ) -> Option<Result<Checked>> {
        Some(match (target, function.text.as_str(), arguments) {
            (None, "has", [path]) => self.has(range, path),
            (None, "known", [value]) => self.known(range, value, false),
            (None, "unknown", [value]) => self.known(range, value, true),
            (None, "inherited", [path]) => self.inherited(range, path),
            (Some(list), "exists", [name, body]) => {
                self.fold(range, Fold::Exists, list, name, body)
            }
            (Some(list), "all", [name, body]) => self.fold(range, Fold::All, list, name, body),
            (Some(list), "exists_one" | "existsOne", [name, body]) => {
                self.fold(range, Fold::ExistsOne, list, name, body)
            }
            (Some(list), "filter", [name, body]) => {
                self.fold(range, Fold::Filter, list, name, body)
            }
            (Some(list), "map", [name, body]) => self.fold(range, Fold::Map, list, name, body),
            (Some(list), "map", [name, test, body]) => {
                self.filter_map(range, list, name, test, body)
            }
            (Some(list), "groupBy", [name, body]) => {
                self.fold(range, Fold::GroupBy, list, name, body)
            }
            (Some(list), "sortBy", [name, body]) => {
                self.fold(range, Fold::SortBy, list, name, body)
            }
            (Some(list), "overlaps", [name, from, to]) => {
                self.intervals(range, true, list, name, [from, to])
            }
            (Some(list), "gaps", [name, from, to]) => {
                self.intervals(range, false, list, name, [from, to])
            }
            (
                Some(Expr {
                    kind: ExprKind::Ident(cel),
                    ..
                }),
                "bind",
                [name, value, body],
            ) if cel == "cel" => self.bind(range, name, value, body),
            _ => return None,
        })
    }

    fn has(&mut self, range: TextRange, path: &Expr) -> Result<Checked> {
        let mut fields = Vec::new();
        let mut base = path;
        while let ExprKind::Select {
            base: inner,
            field,
            optional: false,
        } = &base.kind
        {
            if matches!(&inner.kind, ExprKind::Ident(name) if name == "params" || name == "period")
            {
                break;
            }
            fields.push((inner.as_ref(), field));
            base = inner;
        }
        if fields.is_empty() {
            return Err(CompileError::new(
                path.range,
                "has(...) asks for a field: has(self.owner)",
            )
            .help("to ask whether a value is recorded, write known(...)"));
        }
        let (base_ir, mut ty) = self.check(base)?;
        let mut steps = Vec::new();
        for (owner, field) in fields.into_iter().rev() {
            ty = self.narrowed(owner, ty);
            let (step, next) = self.any_step(&ty, field)?;
            steps.push(step);
            ty = next;
        }
        let op = Op::Has {
            base: Box::new(base_ir),
            steps: steps.into(),
        };
        Ok((Ir { op, range }, Type::Bool))
    }

    /// A step that one of several kinds may lack: there the field is simply absent.
    fn any_step(&mut self, base: &Type, field: &Name) -> Result<(Step, Type)> {
        let Type::Record(ids) = base else {
            return self.step(base, field);
        };
        let kinds = self.scope.kinds;
        let having: Vec<RecordId> = ids
            .iter()
            .copied()
            .filter(|id| kinds.record(*id).free || kinds.record(*id).field(&field.text).is_some())
            .collect();
        if having.is_empty() {
            return self.step(base, field);
        }
        self.record_field(&having, field).or_else(|error| {
            // The kinds that have it may disagree on its type; whether it is there is clear.
            let declared = self.declared(&having, field).ok_or(error)?;
            Ok((Step::Field(declared), Type::Dyn))
        })
    }

    /// A field in the records that declare it; none if there is no such.
    fn declared(&self, ids: &[RecordId], field: &Name) -> Option<FieldRef> {
        let number = |id: &RecordId| {
            let record = self.scope.kinds.record(*id);
            Some((*id, *record.by_name.get(field.text.as_str())?))
        };
        let mut numbers: Vec<(RecordId, u16)> = ids.iter().filter_map(number).collect();
        numbers.sort_unstable();
        (!numbers.is_empty()).then(|| FieldRef {
            name: field.text.as_str().into(),
            numbers: numbers.into(),
        })
    }

    fn known(&mut self, range: TextRange, value: &Expr, unknown: bool) -> Result<Checked> {
        let (ir, _) = self.check(value)?;
        let ir = Box::new(ir);
        let op = if unknown {
            Op::Unknown(ir)
        } else {
            Op::Known(ir)
        };
        Ok((Ir { op, range }, Type::Bool))
    }

    fn inherited(&mut self, range: TextRange, path: &Expr) -> Result<Checked> {
        let ExprKind::Select {
            base,
            field,
            optional: false,
        } = &path.kind
        else {
            return Err(CompileError::new(
                path.range,
                "inherited(...) asks for a field: inherited(self.owner)",
            ));
        };
        let (base_ir, ty) = self.check(base)?;
        let (step, _) = self.any_step(&ty, field)?;
        let declared = match (step, &ty) {
            (Step::Field(declared), _) => Some(declared),
            // A kind that takes whatever is written inherits nothing that it does not declare.
            (Step::Key(_), Type::Record(ids)) => self.declared(ids, field),
            (Step::Key(_), _) => None,
        };
        let Some(field) = declared else {
            return Err(CompileError::new(
                path.range,
                "only fields of resources are inherited",
            ));
        };
        let base = Box::new(base_ir);
        Ok((
            Ir {
                op: Op::Inherited { base, field },
                range,
            },
            Type::Bool,
        ))
    }

    fn fold(
        &mut self,
        range: TextRange,
        fold: Fold,
        list: &Expr,
        name: &Expr,
        body: &Expr,
    ) -> Result<Checked> {
        let (list_ir, list_type) = self.check(list)?;
        let item = self.item_type(list, &list_type)?;
        let (ir, _, ty) = self.fold_checked(range, fold, list_ir, &item, name, body)?;
        Ok((ir, ty))
    }

    /// Checks the body of a fold over items of type `item`. Returns the type of the items for
    /// which the body holds, and the type of the whole.
    fn fold_checked(
        &mut self,
        range: TextRange,
        fold: Fold,
        list: Ir,
        item: &Type,
        name: &Expr,
        body: &Expr,
    ) -> Result<(Ir, Type, Type)> {
        let slot = self.open_variable(name, item.clone())?;
        let result = self.fold_body(fold, body);
        let known = self.facts.len();
        let held = if fold == Fold::Filter && result.is_ok() {
            self.assume(body, true);
            self.narrowed(name, item.clone())
        } else {
            item.clone()
        };
        self.facts.truncate(known);
        self.close_variable(slot);
        let (body_ir, body_type) = result?;
        let ty = match fold {
            Fold::Exists | Fold::All | Fold::ExistsOne => Type::Bool,
            Fold::Filter => Type::list(held.clone()),
            Fold::SortBy => Type::list(item.clone()),
            Fold::Map => Type::list(body_type),
            Fold::GroupBy => Type::Groups(Arc::new((body_type, Type::list(item.clone())))),
        };
        let op = Op::Fold {
            fold,
            list: Box::new(list),
            slot,
            body: Box::new(body_ir),
        };
        Ok((Ir { op, range }, held, ty))
    }

    fn fold_body(&mut self, fold: Fold, body: &Expr) -> Result<Checked> {
        match fold {
            Fold::Exists | Fold::All | Fold::ExistsOne | Fold::Filter => {
                Ok((self.condition(body)?, Type::Bool))
            }
            Fold::SortBy => {
                let (ir, ty) = self.check(body)?;
                if has_order(&ty) {
                    return Ok((ir, ty));
                }
                let have = self.a_type(&ty);
                let message =
                    format!("a value that has an order is wanted here, and this is {have}");
                Err(CompileError::new(body.range, message))
            }
            Fold::Map | Fold::GroupBy => self.check(body),
        }
    }

    fn filter_map(
        &mut self,
        range: TextRange,
        list: &Expr,
        name: &Expr,
        test: &Expr,
        body: &Expr,
    ) -> Result<Checked> {
        let (list_ir, list_type) = self.check(list)?;
        let item = self.item_type(list, &list_type)?;
        let (filtered, held, _) =
            self.fold_checked(range, Fold::Filter, list_ir, &item, name, test)?;
        let (ir, _, ty) = self.fold_checked(range, Fold::Map, filtered, &held, name, body)?;
        Ok((ir, ty))
    }

    fn intervals(
        &mut self,
        range: TextRange,
        overlaps: bool,
        list: &Expr,
        name: &Expr,
        bounds: [&Expr; 2],
    ) -> Result<Checked> {
        let (list_ir, list_type) = self.check(list)?;
        let item = self.item_type(list, &list_type)?;
        let slot = self.open_variable(name, item.clone())?;
        let from = self.check(bounds[0]);
        let to = self.check(bounds[1]);
        self.close_variable(slot);
        let ((from_ir, from_type), (to_ir, _)) = (from?, to?);
        let op = Op::Intervals {
            overlaps,
            list: Box::new(list_ir),
            slot,
            bounds: Box::new([from_ir, to_ir]),
        };
        let fields: Arc<[(Box<str>, Type)]> = if overlaps {
            Arc::from([("left".into(), item.clone()), ("right".into(), item)])
        } else {
            Arc::from([("from".into(), from_type.clone()), ("to".into(), from_type)])
        };
        Ok((Ir { op, range }, Type::list(Type::Struct(fields))))
    }

    fn bind(
        &mut self,
        range: TextRange,
        name: &Expr,
        value: &Expr,
        body: &Expr,
    ) -> Result<Checked> {
        let (value_ir, value_type) = self.check(value)?;
        let slot = self.open_variable(name, value_type)?;
        let body = self.check(body);
        self.close_variable(slot);
        let (body_ir, ty) = body?;
        let op = Op::Bind {
            slot,
            value: Box::new(value_ir),
            body: Box::new(body_ir),
        };
        Ok((Ir { op, range }, ty))
    }

    /// Binds a variable and returns its slot.
    pub(super) fn open_variable(&mut self, name: &Expr, ty: Type) -> Result<u16> {
        let ExprKind::Ident(text) = &name.kind else {
            return Err(CompileError::new(
                name.range,
                "a name for the item is wanted here: exists(x, ...)",
            ));
        };
        let slot = u16::try_from(self.locals.len()).unwrap_or(u16::MAX);
        self.locals.push((text.as_str().into(), ty));
        Ok(slot)
    }

    /// Ends the scope of a variable; what was read from it is no longer a dependency.
    pub(super) fn close_variable(&mut self, slot: u16) {
        self.locals.truncate(slot as usize);
        if self.uses.lowest_slot.is_some_and(|lowest| lowest >= slot) {
            self.uses.lowest_slot = None;
        }
    }

    /// The type of the items of a list, or of the keys of a map.
    pub(super) fn item_type(&self, expr: &Expr, ty: &Type) -> Result<Type> {
        match ty {
            // The items of an empty list may be anything.
            Type::List(item) if **item == Type::Null => Ok(Type::Dyn),
            Type::List(item) => Ok((**item).clone()),
            Type::Map(_) | Type::Struct(_) => Ok(Type::String),
            Type::Groups(both) => Ok(both.0.clone()),
            Type::Dyn => Ok(Type::Dyn),
            other => {
                let message = format!("a list is wanted here, and this is {}", self.a_type(other));
                Err(CompileError::new(expr.range, message))
            }
        }
    }
}
