//! The `cel` crate as an oracle: it must read the same texts, to the same trees.

use cel::common::ast::{EntryExpr, Expr as OracleExpr, LiteralValue};
use cel::parser::{Expression, Parser};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{call, render, tree};
use crate::expr::parse;

/// Texts that both read, without macros: the oracle replaces those while parsing.
const ACCEPTED: &[&str] = &[
    "1",
    "-1",
    "- 1",
    "007",
    "0xfFu",
    "-0x8000000000000000",
    "-9223372036854775808",
    "1.5e3",
    ".5",
    "1e-3",
    "'a' + \"b\"",
    "r'\\d' + '''x'y''' + r\"\"\"a\\\"\"\"",
    "'\\x41\\101\\u00e4\\U0001F600\\n\\`\\?'",
    "b'\\xff\\377' + B'ä' + br'\\x'",
    "'''a\r\nb'''",
    "a",
    ".a.b",
    "a.b.c.d",
    "a . b",
    "a.while",
    "a.package.loop()",
    "a.`content-type`",
    "a.`b c`.`d/e.f`",
    "a.?b.?c",
    "a[0][b]['c']",
    "a[?0]",
    "f()",
    ".f()",
    "f(a, b, c)",
    "a.f().g(b)",
    "-1.f()",
    "1.f()",
    "1.0.f()",
    "[]",
    "[1, 2]",
    "[1, 2,]",
    "{}",
    "{'a': 1, 2: b,}",
    "{a ? b : c : d}",
    "[[1], {2: [3]}][0]",
    "!a",
    "-a",
    "-(-a)",
    "!-1",
    "!a.b[0]",
    "-a.b",
    "a - 1",
    "a -1",
    "a-b-c",
    "a - -1",
    "a * b / c % d",
    "a + b * c - d",
    "(a + b) * (c - d)",
    "a < b == c",
    "a == b == c",
    "a in b in c",
    "a in [1, 2] && b != c",
    "a || b && c || d",
    "(a || b) && c",
    "a ? b : c",
    "a ? b : c ? d : e",
    "a ? (b ? c : d) : e",
    "a || b ? c && d : e || f",
    "a ? .b : .c",
    "a // b",
    "a && // b\n c",
    "\t\r\n\x0ca",
    "inner in internal",
    "truer || falsey || nullable",
    "self.criticality in params.levels && !(self.lifecycle in [\"proposed\", \"retired\"])",
    "self.referrers(\"ContinuityPlan\", \"covers\").size() > 0",
    "asOf > self.reviewed + duration(\"90d\")",
];

/// Texts that both read, and of which the oracle cancels pairs of signs or balances chains.
const REARRANGED: &[&str] = &[
    "!!a",
    "!!!a",
    "--a",
    "--1",
    "a || b || c || d",
    "a && b && c && d || e && f",
];

/// Texts that both refuse.
const REFUSED: &[&str] = &[
    "",
    " ",
    "// a",
    "a b",
    "a &&",
    "&& a",
    "a & b",
    "a | b",
    "a = b",
    "a === b",
    "a <> b",
    "a + + b",
    "a ! b",
    "!",
    "(a",
    "a)",
    "[a",
    "a]",
    "{a: b",
    "{a}",
    "{a: }",
    "f(a,)",
    "f(a",
    "f(,)",
    "a.",
    "a..b",
    "a.1",
    "a[",
    "a[]",
    "a ? b",
    "a ? b :",
    "a ? b ? c : d : e",
    "a ? : b",
    "'a",
    "\"a",
    "'a\nb'",
    "'''a''",
    "'\\q'",
    "'\\x4'",
    "'\\08'",
    "'\\400'",
    "'\\ud800'",
    "b'\\u00e4'",
    "`a`",
    "a.`b",
    "a.``",
    "a.`b`()",
    "a.?b()",
    "a.in",
    "a.true",
    "in",
    "if",
    "while + 1",
    "let(a)",
    ".for",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616u",
    "1e999",
    "1_000",
    "0x",
    "1.5u",
    "12abc",
    "!-a",
    "-!a",
    "a ?? b",
    "a?.b",
    "a => b",
    "a; b",
    "a # b",
    "“a”",
    "größe",
    "~a",
];

fn oracle(text: &str) -> Option<Expression> {
    Parser::new()
        .enable_optional_syntax(true)
        .enable_ident_escape_syntax(true)
        .parse(text)
        .ok()
}

#[test]
fn the_same_texts_are_read_to_the_same_trees() {
    for text in ACCEPTED {
        let ours = parse(text).unwrap_or_else(|error| panic!("{}", render(text, &error)));
        let theirs = oracle(text).unwrap_or_else(|| panic!("refused by the oracle: {text}"));
        assert_eq!(tree(&ours), oracle_tree(&theirs), "{text}");
    }
    for text in REARRANGED {
        assert!(parse(text).is_ok() && oracle(text).is_some(), "{text}");
    }
}

#[test]
fn the_same_texts_are_refused() {
    for text in REFUSED {
        assert!(parse(text).is_err(), "we read {text:?}");
        assert!(oracle(text).is_none(), "the oracle reads {text:?}");
    }
}

/// The differences that are meant, with the reason.
#[test]
fn texts_that_only_one_of_the_two_reads() {
    // Our extension: a relation followed backwards.
    assert!(parse("f(~a)").is_ok() && oracle("f(~a)").is_none());
    for text in [
        "Type{field: 1}", // there are no message types
        "[?a]",           // optional items and entries: `a.?b.orValue(c)` says it more plainly
        "{?a: b}",
        "[,]", // a list of nothing with a comma is a slip
        "{,}",
        "1in [1]", // a number that runs into a word is one too
    ] {
        assert!(parse(text).is_err() && oracle(text).is_some(), "{text}");
    }
}

fn oracle_tree(expr: &Expression) -> String {
    match &expr.expr {
        OracleExpr::Literal(literal) => oracle_literal(literal),
        OracleExpr::Ident(name) => name.clone(),
        OracleExpr::Select(select) => {
            format!("(. {} {})", oracle_tree(&select.operand), select.field)
        }
        OracleExpr::List(list) => format!("[{}]", oracle_trees(&list.elements).join(" ")),
        OracleExpr::Map(map) => {
            let entries = map.entries.iter().map(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => {
                    format!("{}: {}", oracle_tree(&entry.key), oracle_tree(&entry.value))
                }
                EntryExpr::StructField(field) => panic!("a message field: {field:?}"),
            });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        OracleExpr::Call(called) => {
            let arguments = oracle_trees(&called.args);
            match called.func_name.as_str() {
                "_?._" => format!("(.? {} {})", arguments[0], arguments[1].trim_matches('"')),
                name => {
                    let name = operator_symbol(name).unwrap_or(name);
                    let name = name.strip_prefix('.').unwrap_or(name);
                    call(name, called.target.as_deref().map(oracle_tree), &arguments)
                }
            }
        }
        other => panic!("no tree of ours: {other:?}"),
    }
}

fn oracle_trees(expressions: &[Expression]) -> Vec<String> {
    expressions.iter().map(oracle_tree).collect()
}

fn oracle_literal(literal: &LiteralValue) -> String {
    match literal {
        LiteralValue::Boolean(value) => value.inner().to_string(),
        LiteralValue::Bytes(value) => format!("b\"{}\"", value.inner().escape_ascii()),
        LiteralValue::Double(value) => format!("{:?}", value.inner()),
        LiteralValue::Int(value) => value.inner().to_string(),
        LiteralValue::Null => "null".to_owned(),
        LiteralValue::String(value) => format!("{:?}", value.inner()),
        LiteralValue::UInt(value) => format!("{}u", value.inner()),
    }
}

/// The symbol of the function that the oracle makes of an operator.
fn operator_symbol(function: &str) -> Option<&str> {
    match function {
        "_?_:_" => Some("?"),
        "@in" => Some("in"),
        "_[_]" => Some("[]"),
        "_[?_]" => Some("[?]"),
        "!_" | "-_" => function.strip_suffix('_'),
        _ => function.strip_prefix('_')?.strip_suffix('_'),
    }
}

/// Tokens that random texts are made of.
const TOKENS: &[&str] = &[
    "a", "b", "f", "in", "1", "2u", ".5", "'s'", "true", "(", ")", "[", "]", "{", "}", ",", ":",
    "?", ".", "-", "!", "+", "*", "==", "<", "&&", "||", "`c`", "if",
];

/// Pieces that random literals are made of.
const LITERAL_PIECES: &[&str] = &[
    "'", "\"", "'''", "\"\"\"", "r", "b", "R", "\\", "\\x", "\\u", "\\U000", "n", "0", "1", "7",
    "9", "f", "e", "x", ".", "e-", "u", "a", "\r", "\n", "ä", " ",
];

/// True if `text` may contain something that only the oracle reads.
fn may_differ(text: &str) -> bool {
    let after = |mark: char| {
        text.match_indices(mark)
            .map(move |(at, _)| text[..at].trim_end())
    };
    after('{').any(|before| before.ends_with(|last: char| last.is_ascii_alphanumeric()))
        || after('?').any(|before| before.ends_with(['[', '{', ',']))
        || after(',').any(|before| before.ends_with(['[', '{']))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn random_texts_are_read_by_both_or_neither(tokens in vec(select(TOKENS), 1..9)) {
        let text = tokens.join(" ");
        if !may_differ(&text) {
            prop_assert_eq!(parse(&text).is_ok(), oracle(&text).is_some(), "{}", text);
        }
    }

    #[test]
    fn random_literals_are_read_alike(
        pieces in vec(select(LITERAL_PIECES), 1..8),
        quote in select(&["", "'", "\"", "'''"][..]),
    ) {
        let text = format!("{quote}{}{quote}", pieces.concat());
        let theirs = oracle(&text).map(|expr| oracle_tree(&expr));
        prop_assert_eq!(parse(&text).ok().map(|expr| tree(&expr)), theirs, "{:?}", text);
    }
}
