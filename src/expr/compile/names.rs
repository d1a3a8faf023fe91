//! Names: variables, parameters, intermediate values.

use super::{Checked, Checker, CompileError, Result};
use crate::catalog::nearest;
use crate::expr::ir::{Ir, Op};
use crate::expr::{Expr, ExprKind, Name};
use crate::kind::Type;
use crate::source::TextRange;

impl Checker<'_, '_> {
    pub(super) fn identifier(&mut self, name: &str, range: TextRange) -> Result<Checked> {
        let (op, ty) = self.meaning(name, range)?;
        let kind = ExprKind::Ident(name.to_owned());
        let ty = self.narrowed(&Expr { kind, range }, ty);
        Ok((Ir { op, range }, ty))
    }

    fn meaning(&mut self, name: &str, range: TextRange) -> Result<(Op, Type)> {
        if let Some(slot) = self.slot_of(name) {
            let ty = self.locals[slot].1.clone();
            let slot = u16::try_from(slot).unwrap_or(u16::MAX);
            let lowest = self
                .uses
                .lowest_slot
                .map_or(slot, |lowest| lowest.min(slot));
            self.uses.lowest_slot = Some(lowest);
            return Ok((Op::Local(slot), ty));
        }
        if let Some(index) = self
            .scope
            .lets
            .iter()
            .rposition(|known| *known.name == *name)
        {
            let known = &self.scope.lets[index];
            self.uses.merge(&known.uses);
            return Ok((
                Op::Let(u16::try_from(index).unwrap_or(u16::MAX)),
                known.ty.clone(),
            ));
        }
        match (name, &self.scope.self_type, &self.scope.it_type) {
            ("self", Some(ty), _) => {
                self.uses.this = true;
                Ok((Op::SelfValue, ty.clone()))
            }
            ("it", _, Some(ty)) => {
                self.uses.it = true;
                Ok((Op::It, ty.clone()))
            }
            ("asOf", ..) => Ok((Op::AsOf, Type::AsOf)),
            ("it", ..) => Err(CompileError::new(range, "there is no `it` here")
                .help("`it` is an item of the rule's `each:` list")),
            ("self", ..) => Err(CompileError::new(range, "there is no `self` here")),
            ("params" | "period", ..) => {
                let message = format!("`{name}` has fields; name one: {name}.x");
                Err(CompileError::new(range, message))
            }
            _ => Err(self.unknown_name(name, range)),
        }
    }

    /// The slot of the innermost variable of this name.
    pub(super) fn slot_of(&self, name: &str) -> Option<usize> {
        self.locals.iter().rposition(|(local, _)| **local == *name)
    }

    fn unknown_name(&self, name: &str, range: TextRange) -> CompileError {
        let scope = self.scope;
        let error = CompileError::new(range, format!("there is no `{name}` here"));
        if scope.library.find_relation(name).is_some() {
            return error.help(format!(
                "{name} is a relation: x.reach({name}), x.path({name}, y)"
            ));
        }
        if scope.kinds.find(name).is_some() {
            return error.help(format!("the name of a kind stands in quotes: \"{name}\""));
        }
        if scope.params.iter().any(|param| *param.name == *name) {
            return error.help(format!("did you mean params.{name}?"));
        }
        if let Some(Type::Record(ids)) = &scope.self_type
            && ids
                .iter()
                .any(|id| scope.kinds.record(*id).field(name).is_some())
        {
            return error.help(format!("did you mean self.{name}?"));
        }
        let locals = self.locals.iter().map(|(local, _)| &**local);
        let lets = scope.lets.iter().map(|known| &*known.name);
        match nearest(
            name,
            locals
                .chain(lets)
                .chain(["self", "it", "asOf", "params", "period"]),
        ) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error,
        }
    }

    pub(super) fn param(&mut self, field: &Name, range: TextRange) -> Result<Checked> {
        let params = self.scope.params;
        let Some(index) = params.iter().position(|param| *param.name == *field.text) else {
            let message = format!("the rule has no parameter `{}`", field.text);
            let error = CompileError::new(field.range, message);
            return Err(
                match nearest(&field.text, params.iter().map(|param| &*param.name)) {
                    Some(near) => error.help(format!("did you mean `{near}`?")),
                    None => error.help("declare it under `params:` with a type and a default"),
                },
            );
        };
        let op = Op::Param(u16::try_from(index).unwrap_or(u16::MAX));
        Ok((Ir { op, range }, params[index].ty.clone()))
    }
}
