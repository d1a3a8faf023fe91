//! What guards let one know of the kinds of a value.

use std::sync::Arc;

use super::Checker;
use crate::expr::{BinaryOp, Expr, ExprKind, UnaryOp};
use crate::kind::{RecordId, Type};

/// Something that holds of the value of a path.
#[derive(Debug, Clone)]
pub(super) enum Fact {
    /// It is of one of these kinds.
    Kinds(Vec<String>),
    /// It is of none of these kinds.
    NotKinds(Vec<String>),
    /// It has this field.
    Field(String),
}

impl Checker<'_, '_> {
    /// Notes what is known where `condition` is `truth`.
    pub(super) fn assume(&mut self, condition: &Expr, truth: bool) {
        match &condition.kind {
            ExprKind::Unary {
                op: UnaryOp::Not,
                operand,
            } => self.assume(operand, !truth),
            ExprKind::Binary {
                op: BinaryOp::And,
                left,
                right,
                ..
            } if truth => {
                self.assume(left, true);
                self.assume(right, true);
            }
            ExprKind::Binary {
                op: BinaryOp::Or,
                left,
                right,
                ..
            } if !truth => {
                self.assume(left, false);
                self.assume(right, false);
            }
            ExprKind::Binary {
                op, left, right, ..
            } => self.assume_kind(*op, left, right, truth),
            ExprKind::Call {
                target: None,
                function,
                arguments,
            } if function.text == "has" && truth => {
                if let [
                    Expr {
                        kind: ExprKind::Select { base, field, .. },
                        ..
                    },
                ] = arguments.as_slice()
                {
                    self.assume_fields(base, &field.text);
                }
            }
            _ => {}
        }
    }

    fn assume_fields(&mut self, base: &Expr, field: &str) {
        if let Some(path) = self.path_of(base) {
            self.facts.push((path, Fact::Field(field.to_owned())));
        }
        if let ExprKind::Select { base, field, .. } = &base.kind {
            self.assume_fields(base, &field.text);
        }
    }

    fn assume_kind(&mut self, op: BinaryOp, left: &Expr, right: &Expr, truth: bool) {
        let (left, right) = if kind_argument(right).is_some() {
            (right, left)
        } else {
            (left, right)
        };
        let Some(path) = kind_argument(left).and_then(|argument| self.path_of(argument)) else {
            return;
        };
        let names = match (&right.kind, op) {
            (ExprKind::String(name), BinaryOp::Eq | BinaryOp::Ne) => vec![name.clone()],
            (ExprKind::List(items), BinaryOp::In) => {
                items.iter().filter_map(string_literal).collect()
            }
            _ => return,
        };
        let holds = truth == (op != BinaryOp::Ne);
        let fact = if holds {
            Fact::Kinds(names)
        } else {
            Fact::NotKinds(names)
        };
        self.facts.push((path, fact));
    }

    /// The type of the value of a path, less the kinds that guards rule out.
    pub(super) fn narrowed(&self, expr: &Expr, ty: Type) -> Type {
        let Type::Record(ids) = &ty else {
            return ty;
        };
        let Some(path) = self.path_of(expr).filter(|_| !self.facts.is_empty()) else {
            return ty;
        };
        let holds = |id: RecordId| {
            let mut facts = self.facts.iter().filter(|(other, _)| *other == path);
            facts.all(|(_, fact)| self.allows(fact, id))
        };
        let left: Arc<[RecordId]> = ids.iter().copied().filter(|id| holds(*id)).collect();
        if left.is_empty() {
            ty
        } else {
            Type::Record(left)
        }
    }

    /// The text of a path made of names, fields and references followed on the way. A variable
    /// stands in it with its slot, as an inner one of the same name is another value.
    fn path_of(&self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Ident(name) => Some(match self.slot_of(name) {
                Some(slot) => format!("{name}@{slot}"),
                None => name.clone(),
            }),
            ExprKind::Select { base, field, .. } => {
                Some(format!("{}.{}", self.path_of(base)?, field.text))
            }
            ExprKind::Call {
                target: Some(target),
                function,
                arguments,
            } if function.text == "target" && arguments.is_empty() => {
                Some(format!("{}.target()", self.path_of(target)?))
            }
            _ => None,
        }
    }

    fn allows(&self, fact: &Fact, id: RecordId) -> bool {
        let kinds = self.scope.kinds;
        match fact {
            Fact::Kinds(names) => names.contains(&kinds.record_name(id)),
            Fact::NotKinds(names) => !names.contains(&kinds.record_name(id)),
            Fact::Field(field) => {
                let record = kinds.record(id);
                record.free || record.by_name.contains_key(field.as_str())
            }
        }
    }
}

fn string_literal(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn kind_argument(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Call {
            target: None,
            function,
            arguments,
        } if function.text == "kind" => match arguments.as_slice() {
            [argument] => Some(argument),
            _ => None,
        },
        _ => None,
    }
}
