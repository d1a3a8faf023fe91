//! Properties over generated trees and texts.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::tree;
use crate::expr::ast::{BinaryOp, Expr, ExprKind, Name, UnaryOp};
use crate::expr::{ParseError, Part, parse, parse_template};
use crate::source::TextRange;

const OPERATORS: &[BinaryOp] = &[
    BinaryOp::Or,
    BinaryOp::And,
    BinaryOp::Eq,
    BinaryOp::Ne,
    BinaryOp::Lt,
    BinaryOp::Le,
    BinaryOp::Gt,
    BinaryOp::Ge,
    BinaryOp::In,
    BinaryOp::Add,
    BinaryOp::Sub,
    BinaryOp::Mul,
    BinaryOp::Div,
    BinaryOp::Rem,
];

fn plain(kind: ExprKind) -> Expr {
    let range = TextRange::default();
    Expr { kind, range }
}

fn name(text: String) -> Name {
    let range = TextRange::default();
    Name { text, range }
}

fn any_name() -> impl Strategy<Value = String> {
    select(
        &[
            "a", "b", "self", "it", "x1", "_", "inner", "r", "b", "u", "e5",
        ][..],
    )
    .prop_map(str::to_owned)
}

fn any_field() -> impl Strategy<Value = Name> {
    prop_oneof![
        any_name(),
        "[a-z0-9_./ -]{1,6}",
        select(&["in", "true", "while"][..]).prop_map(str::to_owned)
    ]
    .prop_map(name)
}

fn any_leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        Just(ExprKind::Null),
        any::<bool>().prop_map(ExprKind::Bool),
        prop_oneof![any::<i64>(), -2..3_i64, Just(i64::MIN)].prop_map(ExprKind::Int),
        any::<u64>().prop_map(ExprKind::Uint),
        prop_oneof![proptest::num::f64::NORMAL, proptest::num::f64::ZERO]
            .prop_map(ExprKind::Double),
        any::<String>().prop_map(ExprKind::String),
        vec(any::<u8>(), 0..5).prop_map(ExprKind::Bytes),
        any_name().prop_map(ExprKind::Ident),
        any_name().prop_map(|name| ExprKind::Ident(format!(".{name}"))),
    ]
    .prop_map(plain)
}

fn any_expr() -> impl Strategy<Value = Expr> {
    any_leaf().prop_recursive(6, 48, 4, |inner| {
        let boxed = inner.clone().prop_map(Box::new).boxed();
        let argument = prop_oneof![
            8 => inner.clone(),
            1 => any_name().prop_map(|text| plain(ExprKind::Backwards(name(text)))),
        ];
        prop_oneof![
            (boxed.clone(), any_field(), any::<bool>()).prop_map(|(base, field, optional)| {
                ExprKind::Select {
                    base,
                    field,
                    optional,
                }
            }),
            (boxed.clone(), boxed.clone(), any::<bool>()).prop_map(|(base, index, optional)| {
                ExprKind::Index {
                    base,
                    index,
                    optional,
                }
            }),
            (
                proptest::option::of(boxed.clone()),
                any_name(),
                vec(argument, 0..4)
            )
                .prop_map(|(target, function, arguments)| ExprKind::Call {
                    target,
                    function: name(function),
                    arguments,
                }),
            (any::<bool>(), boxed.clone()).prop_map(|(not, operand)| ExprKind::Unary {
                op: if not { UnaryOp::Not } else { UnaryOp::Negate },
                operand,
            }),
            (select(OPERATORS), boxed.clone(), boxed.clone()).prop_map(|(op, left, right)| {
                ExprKind::Binary {
                    op,
                    left,
                    right,
                    op_range: TextRange::default(),
                }
            }),
            (boxed.clone(), boxed.clone(), boxed).prop_map(|(condition, then, otherwise)| {
                ExprKind::Conditional {
                    condition,
                    then,
                    otherwise,
                }
            }),
            vec(inner.clone(), 0..4).prop_map(ExprKind::List),
            vec((inner.clone(), inner), 0..3).prop_map(ExprKind::Map),
        ]
        .prop_map(plain)
    })
}

/// The text of an expression, with parentheses only where the grammar needs them.
fn print(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Select {
            base,
            field,
            optional,
        } => {
            let mark = if *optional { "?" } else { "" };
            format!("{}.{mark}{}", at_level(7, base), print_field(&field.text))
        }
        ExprKind::Index {
            base,
            index,
            optional,
        } => {
            let mark = if *optional { "?" } else { "" };
            format!("{}[{mark}{}]", at_level(7, base), print(index))
        }
        ExprKind::Call {
            target,
            function,
            arguments,
        } => {
            let target = target.iter().map(|target| at_level(7, target) + ".");
            format!(
                "{}{}({})",
                target.collect::<String>(),
                function.text,
                print_all(arguments)
            )
        }
        ExprKind::Unary { op, operand } => print_unary(*op, operand),
        ExprKind::Binary {
            op, left, right, ..
        } => {
            let own = level(expr);
            format!(
                "{} {} {}",
                at_level(own, left),
                op.symbol(),
                at_level(own + 1, right)
            )
        }
        ExprKind::Conditional {
            condition,
            then,
            otherwise,
        } => {
            format!(
                "{} ? {} : {}",
                at_level(1, condition),
                at_level(1, then),
                print(otherwise)
            )
        }
        ExprKind::List(items) => format!("[{}]", print_all(items)),
        ExprKind::Map(entries) => {
            let entry = |(key, value): &(Expr, Expr)| format!("{}: {}", print(key), print(value));
            format!(
                "{{{}}}",
                entries.iter().map(entry).collect::<Vec<_>>().join(", ")
            )
        }
        leaf => print_leaf(leaf),
    }
}

fn print_leaf(kind: &ExprKind) -> String {
    match kind {
        ExprKind::Null => "null".to_owned(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Uint(value) => format!("{value}u"),
        ExprKind::Double(value) => format!("{value:?}"),
        ExprKind::String(value) => print_string(value),
        ExprKind::Bytes(value) => {
            let escape = |byte: &u8| format!("\\x{byte:02x}");
            format!("b'{}'", value.iter().map(escape).collect::<String>())
        }
        ExprKind::Ident(name) => name.clone(),
        ExprKind::Backwards(name) => format!("~{}", name.text),
        other => panic!("not a leaf: {other:?}"),
    }
}

fn print_all(expressions: &[Expr]) -> String {
    expressions.iter().map(print).collect::<Vec<_>>().join(", ")
}

fn print_string(value: &str) -> String {
    let escape = |letter: char| match letter {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\\' | '"' => format!("\\{letter}"),
        _ => letter.to_string(),
    };
    format!("\"{}\"", value.chars().map(escape).collect::<String>())
}

fn print_field(text: &str) -> String {
    let is_keyword = ["in", "true", "false", "null"].contains(&text);
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let starts_with_digit = text.starts_with(|first: char| first.is_ascii_digit());
    if text.chars().all(is_part) && !starts_with_digit && !is_keyword {
        text.to_owned()
    } else {
        format!("`{text}`")
    }
}

/// A sign goes before a member or the same sign; `-` before a number would become part of it.
fn print_unary(op: UnaryOp, operand: &Expr) -> String {
    let same = matches!(operand.kind, ExprKind::Unary { op: inner, .. } if inner == op);
    let text = if same {
        print(operand)
    } else {
        at_level(7, operand)
    };
    let joins = op == UnaryOp::Negate && text.starts_with(|first: char| first.is_ascii_digit());
    if joins {
        format!("-({text})")
    } else {
        op.symbol().to_owned() + &text
    }
}

fn at_level(least: u8, expr: &Expr) -> String {
    if level(expr) < least {
        format!("({})", print(expr))
    } else {
        print(expr)
    }
}

/// How tightly the outermost operator of an expression binds, as the specification numbers it.
fn level(expr: &Expr) -> u8 {
    match &expr.kind {
        ExprKind::Conditional { .. } => 0,
        ExprKind::Binary { op, .. } => match op.symbol() {
            "||" => 1,
            "&&" => 2,
            "+" | "-" => 4,
            "*" | "/" | "%" => 5,
            _ => 3,
        },
        ExprKind::Unary { .. } => 6,
        _ => 7,
    }
}

/// Fails if a range of `expr` is empty, off a character boundary, or not inside its parent's.
fn assert_ranges_nest(text: &str, expr: &Expr) {
    assert!(
        text.get(expr.range.start as usize..expr.range.end as usize)
            .is_some_and(|slice| !slice.is_empty())
    );
    expr.children(&mut |child| {
        assert_eq!(expr.range.cover(child.range), expr.range, "{text}");
        assert_ranges_nest(text, child);
    });
}

/// Texts that are nearly expressions.
fn any_soup() -> impl Strategy<Value = String> {
    let pieces = [
        "a",
        "self",
        "in",
        "and",
        "not",
        "if",
        "null",
        "1",
        "0x",
        "1e",
        "9223372036854775808",
        "2u",
        ".5",
        "8h",
        "'",
        "\"",
        "'''",
        "r'",
        "b\"",
        "\\",
        "\\u12",
        "'s'",
        "\n",
        " ",
        "//",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "{{",
        "}}",
        ",",
        ":",
        "?",
        ".",
        "~",
        "-",
        "!",
        "+",
        "=",
        "==",
        "<",
        ">",
        "&",
        "|",
        "&&",
        "`",
        "ä",
        "“",
        "\u{a0}",
    ];
    vec(select(pieces.to_vec()), 0..24).prop_map(|pieces| pieces.concat())
}

/// Fails if the error about `text` has no message or no place in the text.
fn assert_error_fits(text: &str, error: &ParseError) {
    let (start, end) = (error.range.start as usize, error.range.end as usize);
    assert!(text.get(start..end).is_some(), "{text:?}: {error:?}");
    assert!(
        !error.message.is_empty() && !error.message.ends_with('.') && !error.message.contains('\n')
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_printed_tree_is_read_back(expr in any_expr()) {
        let text = print(&expr);
        match parse(&text) {
            Ok(parsed) => {
                prop_assert_eq!(tree(&parsed), tree(&expr), "{}", text);
                assert_ranges_nest(&text, &parsed);
            }
            Err(error) => prop_assert!(false, "{}", super::render(&text, &error)),
        }
    }

    #[test]
    fn a_printed_tree_is_read_back_from_a_hole(expr in any_expr()) {
        let template = format!("ä {{{{ {{ {} }} }}}}", print(&expr));
        match parse_template(&template) {
            Ok(parsed) => {
                let Part::Expr { expr: hole, .. } = &parsed.parts[1] else {
                    return Err(TestCaseError::fail(template));
                };
                prop_assert_eq!(tree(hole), tree(&expr), "{}", template);
            }
            Err(error) => prop_assert!(false, "{}", super::render(&template, &error)),
        }
    }

    #[test]
    fn no_text_panics(text in prop_oneof![any::<String>(), any_soup()]) {
        if let Err(error) = parse(&text) {
            assert_error_fits(&text, &error);
        }
        if let Err(error) = parse_template(&text) {
            assert_error_fits(&text, &error);
        }
    }
}
