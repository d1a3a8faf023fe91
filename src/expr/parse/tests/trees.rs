//! Texts and their trees.

use super::{render, tree};
use crate::expr::parse;

fn check(text: &str, expect: &str) {
    match parse(text) {
        Ok(expr) => assert_eq!(tree(&expr), expect, "{text}"),
        Err(error) => panic!("no expression:\n{}", render(text, &error)),
    }
}

#[test]
fn literals() {
    for (text, expect) in [
        ("null", "null"),
        ("true", "true"),
        ("false", "false"),
        ("0", "0"),
        ("007", "7"),
        ("42", "42"),
        ("0x2a", "42"),
        ("0xFFu", "255u"),
        ("42U", "42u"),
        ("18446744073709551615u", "18446744073709551615u"),
        ("9223372036854775807", "9223372036854775807"),
        ("1.5", "1.5"),
        (".5", "0.5"),
        ("1e3", "1000.0"),
        ("1.5E-3", "0.0015"),
        (".5e+1", "5.0"),
        ("[1,2.0,]", "[1 2.0]"),
        ("[]", "[]"),
        ("{}", "{}"),
        ("{\"a\": 1, 2u: [x],}", "{\"a\": 1, 2u: [x]}"),
        ("{a ? b : c : d}", "{(? a b c): d}"),
    ] {
        check(text, expect);
    }
}

#[test]
fn a_sign_belongs_to_the_number_after_it() {
    for (text, expect) in [
        ("-1", "-1"),
        ("- 1", "-1"),
        ("-1.5", "-1.5"),
        ("-0x80", "-128"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("-0x8000000000000000", "-9223372036854775808"),
        ("-(1)", "(- 1)"),
        ("--1", "(- -1)"),
        ("-1.f()", "(.f -1)"),
        ("-1u", "(- 1u)"),
        ("-a.b", "(- (. a b))"),
        ("a-1", "(- a 1)"),
        ("a - -1", "(- a -1)"),
        ("2 * -1", "(* 2 -1)"),
        ("!-1", "(! -1)"),
    ] {
        check(text, expect);
    }
}

#[test]
fn strings() {
    for (text, expect) in [
        ("'a' ", "\"a\""),
        ("\"it's\"", "\"it's\""),
        ("'say \"hi\"'", r#""say \"hi\"""#),
        ("''", "\"\""),
        (r"'\a\b\f\n\r\t\v'", r#""\u{7}\u{8}\u{c}\n\r\t\u{b}""#),
        (r#"'\\ \? \" \'' "#, r#""\\ ? \" '""#),
        (r"'\`'", "\"`\""),
        (r"'\x41\X42\103\u00e4\U0001F600'", "\"ABCä😀\""),
        (r"'\xff\377'", "\"ÿÿ\""),
        (r#"r"\d+\""#, r#""\\d+\\""#),
        (r"R'\n'", r#""\\n""#),
        ("'''a\n'b'\n'''", r#""a\n'b'\n""#),
        ("\"\"\"a\"\"b\"\"\"", r#""a\"\"b""#),
        ("\"\"\"\"\"\"", "\"\""),
        ("\"\"\"\\\"\"\"\"", r#""\"""#),
        ("r'''\\\n'''", r#""\\\n""#),
        ("'''a\r\nb\rc'''", r#""a\nb\nc""#),
        ("'größer ≥'", "\"größer ≥\""),
        ("'//'", "\"//\""),
    ] {
        check(text, expect);
    }
}

#[test]
fn bytes() {
    for (text, expect) in [
        ("b'a'", r#"b"a""#),
        ("B\"a\"", r#"b"a""#),
        (r"b'\xff\377\x00'", r#"b"\xff\xff\x00""#),
        ("b'ä'", r#"b"\xc3\xa4""#),
        (r"br'\x'", r#"b"\\x""#),
        ("bR'''\n'''", r#"b"\n""#),
    ] {
        check(text, expect);
    }
}

#[test]
fn operators_bind_as_in_the_specification() {
    for (text, expect) in [
        ("a || b && c", "(|| a (&& b c))"),
        ("a && b || c", "(|| (&& a b) c)"),
        ("a || b || c", "(|| (|| a b) c)"),
        ("a == b && c != d", "(&& (== a b) (!= c d))"),
        ("a < b == c", "(== (< a b) c)"),
        ("a <= b in c", "(in (<= a b) c)"),
        ("a + b * c - d", "(- (+ a (* b c)) d)"),
        ("a * b / c % d", "(% (/ (* a b) c) d)"),
        ("(a + b) * c", "(* (+ a b) c)"),
        ("!a == b", "(== (! a) b)"),
        ("!a.b", "(! (. a b))"),
        ("!!a", "(! (! a))"),
        ("a > -b", "(> a (- b))"),
        ("a>=b", "(>= a b)"),
        ("a ? b : c", "(? a b c)"),
        ("a ? b : c ? d : e", "(? a b (? c d e))"),
        ("a || b ? c && d : e", "(? (|| a b) (&& c d) e)"),
        ("a ? (b ? c : d) : e", "(? a (? b c d) e)"),
        ("a ? .b : .c", "(? a .b .c)"),
        ("a?-1:.5", "(? a -1 0.5)"),
    ] {
        check(text, expect);
    }
}

#[test]
fn members_and_calls() {
    for (text, expect) in [
        ("a.b.c", "(. (. a b) c)"),
        (".a.b", "(. .a b)"),
        ("a .\n b", "(. a b)"),
        ("a.?b.c", "(. (.? a b) c)"),
        ("a[0][?b]", "([?] ([] a 0) b)"),
        ("a[b ? 1 : 2]", "([] a (? b 1 2))"),
        ("a.`content-type`", "(. a content-type)"),
        ("a.`in`.`b.c/d e`", "(. (. a in) b.c/d e)"),
        ("a.while.package", "(. (. a while) package)"),
        ("f()", "(f)"),
        (".f(a)", "(f a)"),
        ("a.f()", "(.f a)"),
        ("a.f(b, c)[0].g()", "(.g ([] (.f a b c) 0))"),
        ("a.loop()", "(.loop a)"),
        ("f(a ? b : c, [d])", "(f (? a b c) [d])"),
        ("[1][0]", "([] [1] 0)"),
        ("{'a': 1}.a", "(. {\"a\": 1} a)"),
        ("'a'.size()", "(.size \"a\")"),
        ("has(a.b)", "(has (. a b))"),
        ("a.exists(x, x > 1)", "(.exists a x (> x 1))"),
        ("(a).f((b))", "(.f a b)"),
        ("self.reach(~dependsOn)", "(.reach self ~dependsOn)"),
        ("reachMax(~ r, x, f(x))", "(reachMax ~r x (f x))"),
    ] {
        check(text, expect);
    }
}

#[test]
fn blanks_and_comments_separate_only() {
    for (text, expect) in [
        (" \t\r\n\x0ca", "a"),
        ("a // b", "a"),
        ("a && // the first\n b //", "(&& a b)"),
        ("// only after this\na", "a"),
        ("a/b", "(/ a b)"),
        ("internal in inner", "(in internal inner)"),
        ("truer || nullable", "(|| truer nullable)"),
        ("r == b && br != R", "(&& (== r b) (!= br R))"),
    ] {
        check(text, expect);
    }
}

/// Compares the slices of all nodes, each before its parts.
fn check_ranges(text: &str, expect: &[&str]) {
    let expr = parse(text).expect("an expression");
    let mut slices = Vec::new();
    expr.walk(&mut |expr| {
        slices.push(&text[expr.range.start as usize..expr.range.end as usize]);
    });
    assert_eq!(slices, expect, "{text}");
}

#[test]
fn a_range_holds_the_node_and_no_more() {
    check_ranges(" a ", &["a"]);
    check_ranges("- 1", &["- 1"]);
    check_ranges("((a))", &["a"]);
    check_ranges("(a) + b", &["(a) + b", "a", "b"]);
    check_ranges(
        "a * ( b + c ) // d",
        &["a * ( b + c )", "a", "b + c", "b", "c"],
    );
    check_ranges("!(a)", &["!(a)", "a"]);
    check_ranges("(a ? b : (c))", &["a ? b : (c)", "a", "b", "c"]);
    check_ranges("(a).b[ 0 ]", &["(a).b[ 0 ]", "(a).b", "a", "0"]);
    check_ranges("(a).f( b , c ) ", &["(a).f( b , c )", "a", "b", "c"]);
    check_ranges(".f(.a)", &[".f(.a)", ".a"]);
    check_ranges(
        "[ a, {b : c} ]",
        &["[ a, {b : c} ]", "a", "{b : c}", "b", "c"],
    );
    check_ranges(
        "f(~r, 'ä' + b)",
        &["f(~r, 'ä' + b)", "~r", "'ä' + b", "'ä'", "b"],
    );
}

#[test]
fn names_and_operators_have_ranges_of_their_own() {
    use crate::expr::ExprKind;
    let text = "a.`b-c` in d.f(~r)";
    let slice = |range: crate::source::TextRange| &text[range.start as usize..range.end as usize];
    let mut found = Vec::new();
    parse(text)
        .expect("an expression")
        .walk(&mut |expr| match &expr.kind {
            ExprKind::Binary { op_range, .. } => found.push(slice(*op_range)),
            ExprKind::Select { field, .. } => found.push(slice(field.range)),
            ExprKind::Call { function, .. } => found.push(slice(function.range)),
            ExprKind::Backwards(name) => found.push(slice(name.range)),
            _ => {}
        });
    assert_eq!(found, ["in", "`b-c`", "f", "r"]);
}
