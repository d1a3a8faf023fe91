//! Types that fit each other, and literals that take the type of what they meet.

use std::sync::Arc;

use super::{Checked, Checker, CompileError, Result};
use crate::catalog::nearest;
use crate::expr::Expr;
use crate::expr::ir::{Ir, Literal, Op};
use crate::kind::{LadderId, RecordId, Type};
use crate::scalar::{Date, Duration, Money, ScalarError};

impl Checker<'_, '_> {
    /// Checks an expression where a value of type `want` is wanted, and refuses any other.
    pub(super) fn check_as(&mut self, expr: &Expr, want: &Type) -> Result<Checked> {
        let checked = self.check(expr)?;
        let (ir, ty) = self.coerce(checked, want)?;
        if assignable(&ty, want) {
            return Ok((ir, ty));
        }
        let (want_name, have) = (self.a_type(want), self.a_type(&ty));
        let message = format!("{want_name} is wanted here, and this is {have}");
        let error = CompileError::new(expr.range, message);
        Err(match &ty {
            Type::Ref(_) => error.help("follow the reference first: .target()"),
            Type::Optional(_) => error.help("take the value out: .orValue(...)"),
            _ => error,
        })
    }

    /// Gives a literal the type of the value it meets.
    pub(super) fn coerce(&mut self, (ir, ty): Checked, want: &Type) -> Result<Checked> {
        if let (Op::List(_), Type::List(element)) = (&ir.op, want) {
            return self.coerce_list(ir, ty, element);
        }
        let text: Arc<str> = match (&ir.op, want) {
            (Op::Literal(Literal::Str(text)), _) => text.clone(),
            // A bare number is an amount of the organization's currency.
            (Op::Literal(Literal::Int(number)), Type::Money) => number.to_string().into(),
            _ => return Ok((ir, ty)),
        };
        let scalar = |error: ScalarError| {
            let mut out = CompileError::new(ir.range, error.message);
            out.help = error.help;
            out
        };
        let literal = match want {
            Type::Date | Type::AsOf => Literal::Date(Date::parse(&text).map_err(scalar)?),
            Type::Duration => Literal::Duration(Duration::parse(&text).map_err(scalar)?),
            Type::Money => Literal::Money(Money::parse_number(&text, None).map_err(scalar)?),
            Type::Ladder(id) => self.level(*id, &text, &ir)?,
            Type::Kind => self.kind_literal(&text, &ir)?,
            Type::Enum(words) => {
                check_word(words, &text, &ir)?;
                return Ok((ir, want.clone()));
            }
            _ => return Ok((ir, ty)),
        };
        let op = Op::Literal(literal);
        let ty = if *want == Type::AsOf {
            Type::Date
        } else {
            want.clone()
        };
        Ok((
            Ir {
                op,
                range: ir.range,
            },
            ty,
        ))
    }

    fn coerce_list(&mut self, ir: Ir, ty: Type, element: &Type) -> Result<Checked> {
        let Op::List(items) = ir.op else {
            return Ok((ir, ty));
        };
        let known = match &ty {
            Type::List(known) => (**known).clone(),
            _ => Type::Dyn,
        };
        let mut element_type = Type::Null;
        let mut parts = Vec::new();
        for item in items {
            let (part, part_type) = self.coerce((item, known.clone()), element)?;
            element_type = unify(&element_type, &part_type).unwrap_or(Type::Dyn);
            parts.push(part);
        }
        let op = Op::List(parts.into());
        Ok((
            Ir {
                op,
                range: ir.range,
            },
            Type::list(element_type),
        ))
    }

    fn level(&self, ladder: LadderId, text: &Arc<str>, ir: &Ir) -> Result<Literal> {
        let known = self.scope.kinds.ladder(ladder);
        let found = (0u8..)
            .zip(&known.levels)
            .find(|(_, level)| ***level == **text);
        match found {
            Some((rank, _)) => Ok(Literal::Level(ladder, rank, text.clone())),
            None => {
                let words = known.levels.iter().map(|level| &**level);
                Err(unknown_word(
                    ir,
                    text,
                    &format!("level of {}", known.name),
                    words,
                ))
            }
        }
    }

    fn kind_literal(&self, text: &str, ir: &Ir) -> Result<Literal> {
        let kinds = self.scope.kinds;
        // `kind` of an item is the name of its list.
        let is_list = |(kind, list): (&str, &str)| {
            let kind = kinds.find(kind);
            kind.is_some_and(|kind| kinds.item_record(kind, list).is_some())
        };
        match kinds.find(text) {
            Some(kind) => Ok(Literal::Kind(kind)),
            None if text.split_once('#').is_some_and(is_list) => Ok(Literal::Str(text.into())),
            None => {
                let names: Vec<&str> = self
                    .scope
                    .kinds
                    .iter()
                    .map(|(_, kind)| &*kind.name)
                    .collect();
                Err(unknown_word(ir, text, "kind", names.into_iter()))
            }
        }
    }
}

fn check_word(words: &[Box<str>], text: &str, ir: &Ir) -> Result<()> {
    if words.iter().any(|word| **word == *text) {
        return Ok(());
    }
    let words = words.iter().map(|word| &**word);
    Err(unknown_word(ir, text, "word of this vocabulary", words))
}

/// True if a value of type `ty` can be used where `want` is wanted.
pub(super) fn assignable(ty: &Type, want: &Type) -> bool {
    match (ty, want) {
        (_, Type::Dyn) | (Type::Dyn | Type::Null, _) => true,
        (Type::Record(have), Type::Record(allowed)) | (Type::Ref(have), Type::Ref(allowed)) => {
            have.iter().all(|id| allowed.contains(id))
        }
        (Type::List(have), Type::List(allowed))
        | (Type::Map(have), Type::Map(allowed))
        | (Type::Optional(have), Type::Optional(allowed)) => assignable(have, allowed),
        (Type::AsOf, Type::Date)
        | (Type::Int | Type::Percent, Type::Double)
        | (Type::String, Type::Enum(_)) => true,
        (ty, Type::String) => ty.is_text(),
        (ty, want) => ty == want,
    }
}

/// True if values of these types can be compared.
pub(super) fn comparable(left: &Type, right: &Type, equality: bool) -> bool {
    use Type::{
        AsOf, Bool, Date, Duration, Dyn, Ladder, List, Map, Money, Null, Optional, Record, Ref,
        Struct,
    };
    match (left, right) {
        (Dyn, _)
        | (_, Dyn)
        | (Date | AsOf, Date | AsOf)
        | (Duration, Duration)
        | (Money, Money) => true,
        (left, right) if left.is_number() && right.is_number() => true,
        (left, right) if left.is_text() && right.is_text() => true,
        (Money, number) | (number, Money) => number.is_number(),
        (Ladder(left), Ladder(right)) => left == right,
        (Ref(left) | Record(left), Ref(right) | Record(right)) => equality && overlap(left, right),
        (Bool, Bool) | (Null, _) | (_, Null) => equality,
        (List(left), List(right)) | (Map(left), Map(right)) | (Optional(left), Optional(right)) => {
            equality && comparable(left, right, true)
        }
        (Struct(left), Struct(right)) => equality && left.len() == right.len(),
        _ => false,
    }
}

fn overlap(left: &[RecordId], right: &[RecordId]) -> bool {
    left.is_empty() || right.is_empty() || left.iter().any(|id| right.contains(id))
}

/// How many words of a vocabulary a help names before it counts the rest.
const LISTED_WORDS: usize = 12;

pub(super) fn unknown_word<'w>(
    ir: &Ir,
    text: &str,
    what: &str,
    words: impl Iterator<Item = &'w str> + Clone,
) -> CompileError {
    let error = CompileError::new(ir.range, format!("\"{text}\" is no {what}"));
    match nearest(text, words.clone()) {
        Some(near) => error.help(format!("did you mean \"{near}\"?")),
        None => {
            let mut words: Vec<String> = words.map(|word| format!(", {word}")).collect();
            let more = words.len().saturating_sub(LISTED_WORDS);
            if more > 0 {
                words.truncate(LISTED_WORDS);
                words.push(format!(" and {more} more"));
            }
            error.help(format!("it is one of {}", &words.concat()[2..]))
        }
    }
}

/// The type of a value that is of one or the other type, if there is one.
pub(crate) fn unify(left: &Type, right: &Type) -> Option<Type> {
    let union = |left: &[RecordId], right: &[RecordId]| -> Arc<[RecordId]> {
        let mut all: Vec<RecordId> = left.iter().chain(right).copied().collect();
        all.sort_unstable();
        all.dedup();
        all.into()
    };
    Some(match (left, right) {
        (left, right) if left == right => left.clone(),
        (Type::Null, other) | (other, Type::Null) => other.clone(),
        (Type::Dyn, _) | (_, Type::Dyn) => Type::Dyn,
        (Type::Record(left), Type::Record(right)) => Type::Record(union(left, right)),
        (Type::Ref(left), Type::Ref(right)) => Type::Ref(union(left, right)),
        (Type::List(left), Type::List(right)) => Type::list(unify(left, right)?),
        (Type::Map(left), Type::Map(right)) => Type::Map(Arc::new(unify(left, right)?)),
        (Type::Optional(left), Type::Optional(right)) => {
            Type::Optional(Arc::new(unify(left, right)?))
        }
        (Type::Date | Type::AsOf, Type::Date | Type::AsOf) => Type::Date,
        (left, right) if left.is_number() && right.is_number() => Type::Double,
        (left, right) if left.is_text() && right.is_text() => Type::String,
        (Type::Struct(left), Type::Struct(right)) if left.len() == right.len() => {
            let pairs = left.iter().zip(right.iter());
            let fields: Option<Vec<_>> = pairs
                .map(|((name, left), (other, right))| {
                    let ty = (name == other).then(|| unify(left, right))??;
                    Some((name.clone(), ty))
                })
                .collect();
            Type::Struct(fields?.into())
        }
        _ => return None,
    })
}
