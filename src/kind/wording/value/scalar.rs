//! Dates, durations, amounts and the like that cannot be read.

use super::shape::found;
use super::{EMPTY_ITEM, Said, meant};
use crate::finding::{Applicability, EngineCheck, Fault, Fix};
use crate::kind::wording::suggest::{cited, similar};
use crate::kind::wording::{Walk, replace};
use crate::scalar::{Currency, ScalarError, ScalarType};
use crate::syntax::{Node, NodeKind};

impl<'a> Said<'a> {
    pub(super) fn scalar(&self, walk: &mut Walk<'_, 'a>, scalar: ScalarType, words: &[Box<str>]) {
        let node = self.place.node;
        if scalar == ScalarType::Money && node.kind() == NodeKind::Mapping {
            return self.amount_of_money(walk);
        }
        let also: Vec<String> = words.iter().map(|word| format!(", or `{word}`")).collect();
        let also = also.concat();
        let error = match node.kind() {
            NodeKind::Null | NodeKind::Sequence | NodeKind::Mapping => {
                let message = format!(
                    "{} is {}, and should be {}{also}",
                    self.name,
                    found(node),
                    scalar.describe()
                );
                let help = (node.kind() == NodeKind::Null).then(|| EMPTY_ITEM.to_owned());
                return self.tell(walk, EngineCheck::WrongType, message, help, None);
            }
            _ => check_scalar(scalar, node),
        };
        let Err(error) = error else {
            let message = format!(
                "{} is {}, and should be {}",
                self.name,
                found(node),
                scalar.describe()
            );
            return self.tell(walk, EngineCheck::WrongType, message, None, None);
        };
        let near = similar(node.text(), words.iter().map(|word| &**word));
        let (help, fix) = match near {
            Some(near) => meant(node, near),
            None => malformed(node, &error),
        };
        // The parser of the type does not know the words that its field takes beside it.
        let told = fix.is_some() || words.is_empty();
        let help = help
            .filter(|_| told)
            .unwrap_or_else(|| format!("write {}{also}", scalar.describe()));
        self.tell(
            walk,
            EngineCheck::MalformedValue,
            error.message,
            Some(help),
            fix,
        );
    }

    /// `{amount, currency}`.
    fn amount_of_money(&self, walk: &mut Walk<'_, 'a>) {
        let node = self.place.node;
        let help = Some("write a number, or {amount: 250000, currency: USD}".to_owned());
        if node
            .get("amount")
            .is_none_or(|amount| amount.kind() == NodeKind::Null)
        {
            let message = format!("{} has no `amount`", self.name);
            return self.tell(walk, EngineCheck::MalformedValue, message, help, None);
        }
        for (key, value) in node
            .entries()
            .filter(|(_, value)| value.kind() != NodeKind::Null)
        {
            let part = match key.text() {
                "amount" => ScalarType::Money,
                "currency" => ScalarType::Currency,
                other => {
                    let message = format!("{} has no field {}", self.name, cited(other));
                    let fault = walk.fault(
                        EngineCheck::UnknownField,
                        message,
                        key,
                        "unknown field".to_owned(),
                    );
                    let path = format!("{}.{other}", fault.path);
                    let fault = Fault {
                        help: help.clone(),
                        path,
                        ..fault
                    };
                    walk.report.push(fault, key, Some(node));
                    continue;
                }
            };
            let (check, message, (own, fix)) = match check_scalar(part, value) {
                _ if !value.is_scalar() => {
                    let message = format!(
                        "`{}` is {}, and should be {}",
                        key.text(),
                        found(value),
                        part.describe()
                    );
                    (EngineCheck::WrongType, message, (None, None))
                }
                Ok(()) => continue,
                Err(error) => {
                    let remedy = malformed(value, &error);
                    (EngineCheck::MalformedValue, error.message, remedy)
                }
            };
            let fault = walk.fault(check, message, value, self.title.clone());
            let path = format!("{}.{}", fault.path, key.text());
            let help = own.or_else(|| help.clone());
            walk.report.push(
                Fault {
                    help,
                    fix,
                    path,
                    ..fault
                },
                value,
                Some(node),
            );
        }
    }
}

/// True if a node holds a value of a scalar type.
pub(in crate::kind) fn is_scalar_value(scalar: ScalarType, node: Node<'_>) -> bool {
    match node.kind() {
        NodeKind::Mapping if scalar == ScalarType::Money => is_money(node),
        NodeKind::Null | NodeKind::Sequence | NodeKind::Mapping => false,
        _ => check_scalar(scalar, node).is_ok() && node.kind() != NodeKind::Bool,
    }
}

fn is_money(node: Node<'_>) -> bool {
    let mut has_amount = false;
    node.entries().all(|(key, value)| match key.text() {
        "amount" => {
            has_amount = true;
            is_scalar_value(ScalarType::Money, value)
        }
        "currency" => {
            value.kind() == NodeKind::Null
                || value
                    .as_str()
                    .is_some_and(|text| Currency::parse(text).is_ok())
        }
        _ => false,
    }) && has_amount
}

fn check_scalar(scalar: ScalarType, node: Node<'_>) -> Result<(), ScalarError> {
    let is_number = matches!(node.kind(), NodeKind::Int | NodeKind::Float);
    scalar.check(node.text(), is_number)
}

/// Help and fix of a scalar that cannot be read.
fn malformed(node: Node<'_>, error: &ScalarError) -> (Option<String>, Option<Fix>) {
    let fix = error.suggestion.as_deref().and_then(|suggestion| {
        replace(
            node,
            format!("write `{suggestion}`"),
            Applicability::Safe,
            suggestion,
        )
    });
    (error.help.clone(), fix)
}
