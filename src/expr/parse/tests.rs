//! What parses, to what tree, and what is said where nothing does.

mod errors;
mod generated;
mod limits;
mod oracle;
mod trees;

use super::ParseError;
use crate::expr::ast::{Expr, ExprKind};

/// The tree as an S-expression, without ranges.
pub(in crate::expr) fn tree(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Null => "null".to_owned(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Uint(value) => format!("{value}u"),
        ExprKind::Double(value) => format!("{value:?}"),
        ExprKind::String(value) => format!("{value:?}"),
        ExprKind::Bytes(value) => format!("b\"{}\"", value.escape_ascii()),
        ExprKind::Ident(name) => name.clone(),
        ExprKind::Select {
            base,
            field,
            optional,
        } => {
            let mark = if *optional { ".?" } else { "." };
            format!("({mark} {} {})", tree(base), field.text)
        }
        ExprKind::Index {
            base,
            index,
            optional,
        } => {
            let mark = if *optional { "[?]" } else { "[]" };
            format!("({mark} {} {})", tree(base), tree(index))
        }
        ExprKind::Call {
            target,
            function,
            arguments,
        } => call(
            &function.text,
            target.as_deref().map(tree),
            &trees(arguments),
        ),
        ExprKind::Unary { op, operand } => format!("({} {})", op.symbol(), tree(operand)),
        ExprKind::Binary {
            op, left, right, ..
        } => format!("({} {} {})", op.symbol(), tree(left), tree(right)),
        ExprKind::Conditional {
            condition,
            then,
            otherwise,
        } => format!("(? {} {} {})", tree(condition), tree(then), tree(otherwise)),
        ExprKind::List(items) => format!("[{}]", trees(items).join(" ")),
        ExprKind::Map(entries) => {
            let entry = |(key, value): &(Expr, Expr)| format!("{}: {}", tree(key), tree(value));
            format!(
                "{{{}}}",
                entries.iter().map(entry).collect::<Vec<_>>().join(", ")
            )
        }
        ExprKind::Backwards(name) => format!("~{}", name.text),
    }
}

fn trees(expressions: &[Expr]) -> Vec<String> {
    expressions.iter().map(tree).collect()
}

/// A call of `function`; that of a method has a dot before its name.
fn call(function: &str, target: Option<String>, arguments: &[String]) -> String {
    let dot = if target.is_some() { "." } else { "" };
    let parts: Vec<String> = target
        .into_iter()
        .chain(arguments.iter().cloned())
        .collect();
    format!(
        "({dot}{function}{}{})",
        if parts.is_empty() { "" } else { " " },
        parts.join(" ")
    )
}

/// The error under the line it is about, as a terminal shows it.
pub(in crate::expr) fn render(text: &str, error: &ParseError) -> String {
    let (start, end) = (error.range.start as usize, error.range.end as usize);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let indent = text[line_start..start].chars().count();
    let width = text[start..end]
        .lines()
        .next()
        .unwrap_or("")
        .chars()
        .count();
    let lines_before = text[..start].matches('\n').count();
    let mut shown = Vec::new();
    for (number, line) in text.split('\n').enumerate() {
        shown.push(format!("> {line}").trim_end().to_owned());
        if number == lines_before {
            let carets = "^".repeat(width.max(1));
            shown.push(format!("  {:indent$}{carets} {}", "", error.message));
        }
    }
    if let Some(help) = &error.help {
        shown.push(format!("  = {help}"));
    }
    shown.join("\n") + "\n"
}
