//! Tests of the whole floor: texts, and the trees read off them.

mod differential;
mod hostile;
mod properties;

use std::fmt::Write as _;
use std::sync::Arc;

use super::*;
use crate::source::Span;

fn source(text: &str) -> Arc<Source> {
    Arc::new(Source::new("test.yaml", text))
}

fn parse_text(text: &str) -> Parsed {
    parse(&source(text))
}

/// Compares the outline of what is read off `text`.
#[track_caller]
fn check(text: &str, expected: &str) {
    let lines = expected
        .trim()
        .lines()
        .map(|line| line.strip_prefix("        ").unwrap_or(line));
    let expected: Vec<_> = lines.collect();
    let outline = outline(&parse_text(text));
    assert_eq!(
        outline.trim_end(),
        expected.join("\n"),
        "\n{text}\n\n{outline}"
    );
}

/// Prints the documents as an indented outline: what a node is, its range, its text, the tags and
/// anchors before it, the alias it came by. Then `#` and the comments, `!` and the faults.
fn outline(parsed: &Parsed) -> String {
    let mut out = String::new();
    for document in parsed.documents(SourceId::from_index(0)) {
        outline_node(&mut out, document, 0, "");
    }
    for range in parsed.comments() {
        let _ = writeln!(out, "# {}", place(*range));
    }
    for fault in parsed.faults() {
        outline_fault(&mut out, fault);
    }
    out
}

fn outline_node(out: &mut String, node: Node<'_>, depth: usize, name: &str) {
    let indentation = depth * 2;
    let (kind, range) = (node.kind(), place(node.range()));
    let _ = write!(out, "{:indentation$}{name}{kind:?} {range}", "");
    if node.is_scalar() {
        let _ = write!(out, " {:?}", node.text());
    }
    let slice = |span: Span| node.parsed().source().slice(span.range);
    if let Some(span) = node.properties_span() {
        let _ = write!(out, " with {:?}", slice(span));
    }
    if let Some(span) = node.alias_span() {
        let _ = write!(out, " by {:?}", slice(span));
    }
    out.push('\n');
    for (number, child) in node.children().enumerate() {
        let is_value = kind == NodeKind::Mapping && number % 2 == 1;
        outline_node(out, child, depth + 1, if is_value { ": " } else { "" });
    }
}

fn outline_fault(out: &mut String, fault: &SyntaxFault) {
    let (range, label) = &fault.primary;
    let (check, message) = (fault.check.as_str(), &fault.message);
    let _ = write!(out, "! {} {check}: {message} ({label})", place(*range));
    for (range, label) in &fault.related {
        let _ = write!(out, "; {} {label}", place(*range));
    }
    if let Some(help) = &fault.help {
        let _ = write!(out, "; {help}");
    }
    out.push('\n');
}

fn place(range: TextRange) -> String {
    format!("{}..{}", range.start, range.end)
}

/// Block maps and lists; absent values are empty ranges where the value would stand.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn block_collections() {
    check(
        "a: 1\nb:\n",
        r#"
        Mapping 0..7
          String 0..1 "a"
          : Int 3..4 "1"
          String 5..6 "b"
          : Null 7..7 ""
        "#,
    );
    check(
        "a:\n- x\n-\n- \n-  # c\n- y: 1\n  z:\nb: ",
        r#"
        Mapping 0..33
          String 0..1 "a"
          : Sequence 3..30
            String 5..6 "x"
            Null 8..8 ""
            Null 10..10 ""
            Null 13..13 ""
            Mapping 21..30
              String 21..22 "y"
              : Int 24..25 "1"
              String 28..29 "z"
              : Null 30..30 ""
          String 31..32 "b"
          : Null 33..33 ""
        # 15..18
        "#,
    );
    check(
        "- - a\n  - b\n- c: d\n  e:\n    - f\n-\n  g: h\n",
        r#"
        Sequence 0..40
          Sequence 2..11
            String 4..5 "a"
            String 10..11 "b"
          Mapping 14..31
            String 14..15 "c"
            : String 17..18 "d"
            String 21..22 "e"
            : Sequence 28..31
              String 30..31 "f"
          Mapping 36..40
            String 36..37 "g"
            : String 39..40 "h"
        "#,
    );
    check(
        "a:\n    b:\n     c: ~\n     d: null\n",
        r#"
        Mapping 0..32
          String 0..1 "a"
          : Mapping 7..32
            String 7..8 "b"
            : Mapping 15..32
              String 15..16 "c"
              : Null 18..19 "~"
              String 25..26 "d"
              : Null 28..32 "null"
        "#,
    );
    check(
        "top\n",
        r#"
        String 0..3 "top"
        "#,
    );
    check(
        "'a b': x y\n\"c\": z:no\n",
        r#"
        Mapping 0..20
          String 0..5 "a b"
          : String 7..10 "x y"
          String 11..14 "c"
          : String 16..20 "z:no"
        "#,
    );
    check(
        "a:    # c\n\n  b  : 1   \n\n",
        r#"
        Mapping 0..19
          String 0..1 "a"
          : Mapping 13..19
            String 13..14 "b"
            : Int 18..19 "1"
        # 6..9
        "#,
    );
    check(
        "-1: -x\n-a:\n  - -\n",
        r#"
        Mapping 0..16
          Int 0..2 "-1"
          : String 4..6 "-x"
          String 7..9 "-a"
          : Sequence 13..16
            Sequence 15..16
              Null 16..16 ""
        "#,
    );
    check(
        "a: http://x?y#z\nb: x:y\nc:d: x::y\n",
        r#"
        Mapping 0..32
          String 0..1 "a"
          : String 3..15 "http://x?y#z"
          String 16..17 "b"
          : String 19..22 "x:y"
          String 23..26 "c:d"
          : String 28..32 "x::y"
        "#,
    );
}

/// Keys written with `?`.
#[test]
fn explicit_keys() {
    check(
        "? a\n: b\n? c\n",
        r#"
        Mapping 0..11
          String 2..3 "a"
          : String 6..7 "b"
          String 10..11 "c"
          : Null 11..11 ""
        "#,
    );
    check(
        "? a\n\n# c\n: - b\n",
        r#"
        Mapping 0..14
          String 2..3 "a"
          : Sequence 11..14
            String 13..14 "b"
        # 5..8
        "#,
    );
    check(
        ": a\n",
        r#"
        Mapping 0..3
          Null 0..0 ""
          : String 2..3 "a"
        "#,
    );
    check(
        "{? a : b, ? c, : d}\n",
        r#"
        Mapping 0..19
          String 3..4 "a"
          : String 7..8 "b"
          String 12..13 "c"
          : Null 13..13 ""
          Null 15..15 ""
          : String 17..18 "d"
        "#,
    );
}

/// Lists and maps in brackets.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn flow_collections() {
    check(
        "[]",
        r"
        Sequence 0..2
        ",
    );
    check(
        "{}",
        r"
        Mapping 0..2
        ",
    );
    check(
        "a: {}\nb: [ ]\n",
        r#"
        Mapping 0..12
          String 0..1 "a"
          : Mapping 3..5
          String 6..7 "b"
          : Sequence 9..12
        "#,
    );
    check(
        "[1, {a: b, c}, d: e,]",
        r#"
        Sequence 0..21
          Int 1..2 "1"
          Mapping 4..13
            String 5..6 "a"
            : String 8..9 "b"
            String 11..12 "c"
            : Null 12..12 ""
          Mapping 15..19
            String 15..16 "d"
            : String 18..19 "e"
        "#,
    );
    check(
        "{x:, y: , \"q\":1, z}",
        r#"
        Mapping 0..19
          String 1..2 "x"
          : Null 3..3 ""
          String 5..6 "y"
          : Null 7..7 ""
          String 10..13 "q"
          : Int 14..15 "1"
          String 17..18 "z"
          : Null 18..18 ""
        "#,
    );
    check(
        "[a,\n  [b, c],\n  # c\n  {d:\n   e}]\n",
        r#"
        Sequence 0..32
          String 1..2 "a"
          Sequence 6..12
            String 7..8 "b"
            String 10..11 "c"
          Mapping 22..31
            String 23..24 "d"
            : String 29..30 "e"
        # 16..19
        "#,
    );
    check(
        "[a b, 'c, d', http://e:80/, -1, -x]",
        r#"
        Sequence 0..35
          String 1..4 "a b"
          String 6..12 "c, d"
          String 14..26 "http://e:80/"
          Int 28..30 "-1"
          String 32..34 "-x"
        "#,
    );
    check(
        "{a: [b: c], d: [[], {}]}",
        r#"
        Mapping 0..24
          String 1..2 "a"
          : Sequence 4..10
            Mapping 5..9
              String 5..6 "b"
              : String 8..9 "c"
          String 12..13 "d"
          : Sequence 15..23
            Sequence 16..18
            Mapping 20..22
        "#,
    );
}

/// Quotes, escapes and folded lines.
#[test]
fn quoted_scalars() {
    check(
        "'a'",
        r#"
        String 0..3 "a"
        "#,
    );
    check(
        "'it''s'",
        r#"
        String 0..7 "it's"
        "#,
    );
    check(
        "\"a\"",
        r#"
        String 0..3 "a"
        "#,
    );
    check(
        "\"a\\tb\\\"c\\\\ \\u00e4\\x41\\U0001F600\\\n\"",
        r#"
        String 0..34 "a\tb\"c\\ äA😀"
        "#,
    );
    check(
        "\"\\ud83d\\ude00!\"",
        r#"
        String 0..15 "😀!"
        "#,
    );
    check(
        "'one\n  two\n\n\n  three '\n",
        r#"
        String 0..22 "one two\n\nthree "
        "#,
    );
    check(
        "\"one \\\n  two\\n\n  three\"",
        r#"
        String 0..23 "one two\n three"
        "#,
    );
    check(
        "\"\"",
        r#"
        String 0..2 ""
        "#,
    );
    check(
        "''",
        r#"
        String 0..2 ""
        "#,
    );
    check(
        "a: \" b \"\n",
        r#"
        Mapping 0..8
          String 0..1 "a"
          : String 3..8 " b "
        "#,
    );
    check(
        "\"a\\/\\_\\0\\L\"",
        r#"
        String 0..11 "a/\u{a0}\0\u{2028}"
        "#,
    );
}

/// Bare texts that go on.
#[test]
fn plain_scalars_of_several_lines() {
    check(
        "a: one\n  two\n\n  three\nb: x # c\n",
        r#"
        Mapping 0..26
          String 0..1 "a"
          : String 3..21 "one two\nthree"
          String 22..23 "b"
          : String 25..26 "x"
        # 27..30
        "#,
    );
    check(
        "one\ntwo\n",
        r#"
        String 0..7 "one two"
        "#,
    );
    check(
        "- a\n  b\n",
        r#"
        Sequence 0..7
          String 2..7 "a b"
        "#,
    );
    check(
        "[one\n two, x]",
        r#"
        Sequence 0..13
          String 1..9 "one two"
          String 11..12 "x"
        "#,
    );
}

/// Text blocks: the range starts at the indicator and ends with the last line of content.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn block_scalars() {
    check(
        "a: |\n  x\n  y\n\n# c\nb: >-\n  q\n   r\n\n",
        r#"
        Mapping 0..32
          String 0..1 "a"
          : String 3..12 "x\ny\n"
          String 18..19 "b"
          : String 21..32 "q\n r"
        # 14..17
        "#,
    );
    check(
        "a: |-\n  x\nb: |+\n  y\n\n\nc: >\n  one\n  two\n\n  three\n\n\n    code\n  four\n",
        r#"
        Mapping 0..65
          String 0..1 "a"
          : String 3..9 "x"
          String 10..11 "b"
          : String 13..19 "y\n\n\n"
          String 22..23 "c"
          : String 25..65 "one two\nthree\n\n\n  code\nfour\n"
        "#,
    );
    check(
        "a: |  # comment\n  text\n",
        r#"
        Mapping 0..22
          String 0..1 "a"
          : String 3..22 "text\n"
        # 6..15
        "#,
    );
    check(
        "- |2\n    x\n   y\n- >1\n x\n",
        r#"
        Sequence 0..23
          String 2..15 "  x\n y\n"
          String 18..23 "x\n"
        "#,
    );
    check(
        "--- |\ntext\nmore\n",
        r#"
        String 4..15 "text\nmore\n"
        "#,
    );
    check(
        "a: |\n  no end",
        r#"
        Mapping 0..13
          String 0..1 "a"
          : String 3..13 "no end\n"
        "#,
    );
    check(
        "a: |\nb: >-\n\nc: |+\n\n\nd: 1\n",
        r#"
        Mapping 0..24
          String 0..1 "a"
          : String 3..4 ""
          String 5..6 "b"
          : String 8..10 ""
          String 12..13 "c"
          : String 15..17 "\n\n"
          String 20..21 "d"
          : Int 23..24 "1"
        "#,
    );
    check(
        "a: |\n\n\n  x\n",
        r#"
        Mapping 0..10
          String 0..1 "a"
          : String 3..10 "\n\nx\n"
        "#,
    );
    check(
        "a: |\r\n  x\r\n  y\r\nb: >\r\n  x\r\n  y\r\n",
        r#"
        Mapping 0..30
          String 0..1 "a"
          : String 3..14 "x\ny\n"
          String 16..17 "b"
          : String 19..30 "x y\n"
        "#,
    );
    check(
        "a: !t &x |\n  y\n",
        r#"
        Mapping 0..14
          String 0..1 "a"
          : String 9..14 "y\n" with "!t &x"
        "#,
    );
    check(
        "a: |\n  x\n    \n  y\n   \n",
        r#"
        Mapping 0..21
          String 0..1 "a"
          : String 3..21 "x\n  \ny\n \n"
        "#,
    );
    check(
        "a: |\n  x\n---\nb: >\n  y\n...\n",
        r#"
        Mapping 0..8
          String 0..1 "a"
          : String 3..8 "x\n"
        Mapping 13..21
          String 13..14 "b"
          : String 16..21 "y\n"
        "#,
    );
}

/// Scalars resolve by the core schema only.
#[test]
fn core_schema() {
    check(
        "[yes, no, on, off, true, False, ~, null, 011, 0o17, 0x1F, 1_000, 12:30, 2026-01-01, .inf, -1.5e3, 'true', \"1\"]",
        r#"
        Sequence 0..110
          String 1..4 "yes"
          String 6..8 "no"
          String 10..12 "on"
          String 14..17 "off"
          Bool 19..23 "true"
          Bool 25..30 "False"
          Null 32..33 "~"
          Null 35..39 "null"
          Int 41..44 "011"
          Int 46..50 "0o17"
          Int 52..56 "0x1F"
          String 58..63 "1_000"
          String 65..70 "12:30"
          String 72..82 "2026-01-01"
          Float 84..88 ".inf"
          Float 90..96 "-1.5e3"
          String 98..104 "true"
          String 106..109 "1"
        "#,
    );
}

/// Tags and anchors, their places, and what they change.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn tags_and_anchors() {
    check(
        "a: !!str\nb: &x\nc: !t &y foo\nd: &z [1]\ne: &w\n  k: v\nf: *w\n",
        r#"
        Mapping 0..56
          String 0..1 "a"
          : String 8..8 "" with "!!str"
          String 9..10 "b"
          : Null 14..14 "" with "&x"
          String 15..16 "c"
          : String 24..27 "foo" with "!t &y"
          String 28..29 "d"
          : Sequence 34..37 with "&z"
            Int 35..36 "1"
          String 38..39 "e"
          : Mapping 46..50 with "&w"
            String 46..47 "k"
            : String 49..50 "v"
          String 51..52 "f"
          : Mapping 46..50 with "&w" by "*w"
            String 46..47 "k" by "*w"
            : String 49..50 "v" by "*w"
        "#,
    );
    check(
        "x: !has(x) && y\n",
        r#"
        Mapping 0..15
          String 0..1 "x"
          : String 14..15 "y" with "!has(x) &&"
        "#,
    );
    check(
        "[!!str 1, !!int \"2\", !!float 3, !!bool 'true', !!null '', ! 5, !x 6, !<tag:yaml.org,2002:str> 7]",
        r#"
        Sequence 0..96
          String 7..8 "1" with "!!str"
          Int 16..19 "2" with "!!int"
          Float 29..30 "3" with "!!float"
          Bool 39..45 "true" with "!!bool"
          Null 54..56 "" with "!!null"
          String 60..61 "5" with "!"
          String 66..67 "6" with "!x"
          String 94..95 "7" with "!<tag:yaml.org,2002:str>"
        "#,
    );
    check(
        "&m\n&k a: &v b\n*k : *v\n",
        r#"
        Mapping 3..21 with "&m"
          String 6..7 "a" with "&k"
          : String 12..13 "b" with "&v"
          String 6..7 "a" with "&k" by "*k"
          : String 12..13 "b" with "&v" by "*v"
        ! 14..16 duplicate-key: the key `a` stands here twice (written again here); 6..7 first written here; keep one of the two
        "#,
    );
    check(
        "- &a !t\n- !t\n- *a\n",
        r#"
        Sequence 0..17
          Null 7..7 "" with "&a !t"
          Null 12..12 "" with "!t"
          Null 7..7 "" with "&a !t" by "*a"
        "#,
    );
    check(
        "!!int a: !!bool b\n",
        r"
        ! 6..7 syntax: this value is not what its tag `!!int` says (another type of value); remove the tag, or correct the value
        ! 16..17 syntax: this value is not what its tag `!!bool` says (another type of value); remove the tag, or correct the value
        ",
    );
}

/// Aliases are copied, `<<` takes over what is not there.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn aliases_and_merge_keys() {
    check(
        "a: &a {x: 1, y: [2]}\nb: *a\nc: [*a]\n",
        r#"
        Mapping 0..34
          String 0..1 "a"
          : Mapping 6..20 with "&a"
            String 7..8 "x"
            : Int 10..11 "1"
            String 13..14 "y"
            : Sequence 16..19
              Int 17..18 "2"
          String 21..22 "b"
          : Mapping 6..20 with "&a" by "*a"
            String 7..8 "x" by "*a"
            : Int 10..11 "1" by "*a"
            String 13..14 "y" by "*a"
            : Sequence 16..19 by "*a"
              Int 17..18 "2" by "*a"
          String 27..28 "c"
          : Sequence 30..34
            Mapping 6..20 with "&a" by "*a"
              String 7..8 "x" by "*a"
              : Int 10..11 "1" by "*a"
              String 13..14 "y" by "*a"
              : Sequence 16..19 by "*a"
                Int 17..18 "2" by "*a"
        "#,
    );
    check(
        "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  x: 3\nc: {<<: *a}\nd:\n  q: 1\n  <<: [*a, {z: 1}]\n",
        r#"
        Mapping 0..78
          String 0..1 "a"
          : Mapping 6..18 with "&a"
            String 7..8 "x"
            : Int 10..11 "1"
            String 13..14 "y"
            : Int 16..17 "2"
          String 19..20 "b"
          : Mapping 24..37
            String 33..34 "x"
            : Int 36..37 "3"
            String 13..14 "y" by "*a"
            : Int 16..17 "2" by "*a"
          String 38..39 "c"
          : Mapping 41..49
            String 7..8 "x" by "*a"
            : Int 10..11 "1" by "*a"
            String 13..14 "y" by "*a"
            : Int 16..17 "2" by "*a"
          String 50..51 "d"
          : Mapping 55..78
            String 55..56 "q"
            : Int 58..59 "1"
            String 7..8 "x" by "*a"
            : Int 10..11 "1" by "*a"
            String 13..14 "y" by "*a"
            : Int 16..17 "2" by "*a"
            String 72..73 "z"
            : Int 75..76 "1"
        "#,
    );
    check(
        "a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: [*b, *a], z: *b}\n",
        r#"
        Mapping 0..58
          String 0..1 "a"
          : Mapping 6..12 with "&a"
            String 7..8 "x"
            : Int 10..11 "1"
          String 13..14 "b"
          : Mapping 19..33 with "&b"
            String 28..29 "y"
            : Int 31..32 "2"
            String 7..8 "x" by "*a"
            : Int 10..11 "1" by "*a"
          String 34..35 "c"
          : Mapping 37..58
            String 52..53 "z"
            : Mapping 19..33 with "&b" by "*b"
              String 28..29 "y" by "*b"
              : Int 31..32 "2" by "*b"
              String 7..8 "x" by "*b"
              : Int 10..11 "1" by "*b"
            String 28..29 "y" by "*b"
            : Int 31..32 "2" by "*b"
            String 7..8 "x" by "*b"
            : Int 10..11 "1" by "*b"
        "#,
    );
    check(
        "<<: {a: 1}\n",
        r#"
        Mapping 0..10
          String 5..6 "a"
          : Int 8..9 "1"
        "#,
    );
    check(
        "a: &a\nb: {<<: *a}\n",
        r"
        ! 14..16 syntax: `<<` takes over the entries of a map, and this is none (no map); 5..5 what the alias names; give it a map, an alias of a map, or a list of these
        ",
    );
    check(
        "<<: 1\n",
        r"
        ! 4..5 syntax: `<<` takes over the entries of a map, and this is none (no map); give it a map, an alias of a map, or a list of these
        ",
    );
    check(
        "<<: [{a: 1}, 2]\n",
        r"
        ! 13..14 syntax: `<<` takes over the entries of a map, and this is none (no map); give it a map, an alias of a map, or a list of these
        ",
    );
    check(
        "'<<': 1\n",
        r#"
        Mapping 0..7
          String 0..4 "<<"
          : Int 6..7 "1"
        "#,
    );
    check(
        "a: &a {}\nb: {<<: *a}\n",
        r#"
        Mapping 0..20
          String 0..1 "a"
          : Mapping 6..8 with "&a"
          String 9..10 "b"
          : Mapping 12..20
        "#,
    );
    check(
        "a: &a \"x\\n\"\nb: *a\n",
        r#"
        Mapping 0..17
          String 0..1 "a"
          : String 6..11 "x\n" with "&a"
          String 12..13 "b"
          : String 6..11 "x\n" with "&a" by "*a"
        "#,
    );
    check(
        "a: &a {\"k\\t\": 1}\nb: {<<: *a}\n",
        r#"
        Mapping 0..28
          String 0..1 "a"
          : Mapping 6..16 with "&a"
            String 7..12 "k\t"
            : Int 14..15 "1"
          String 17..18 "b"
          : Mapping 20..28
            String 7..12 "k\t" by "*a"
            : Int 14..15 "1" by "*a"
        "#,
    );
    check(
        "a: &a {x: 1}\nb: {<<: *a, <<: *a}\n",
        r#"
        Mapping 0..32
          String 0..1 "a"
          : Mapping 6..12 with "&a"
            String 7..8 "x"
            : Int 10..11 "1"
          String 13..14 "b"
          : Mapping 16..32
            String 7..8 "x" by "*a"
            : Int 10..11 "1" by "*a"
        ! 25..27 duplicate-key: the key `<<` stands here twice (written again here); 17..19 first written here; keep one of the two
        "#,
    );
    check(
        "a: &a 1\nb: &a 2\nc: *a\n",
        r#"
        Mapping 0..21
          String 0..1 "a"
          : Int 6..7 "1" with "&a"
          String 8..9 "b"
          : Int 14..15 "2" with "&a"
          String 16..17 "c"
          : Int 14..15 "2" with "&a" by "*a"
        "#,
    );
}

/// Aliases that lead nowhere or to themselves.
#[test]
fn alias_faults() {
    check(
        "owner: &owner 1\nb: *ownr\n",
        r"
        ! 19..24 syntax: `*ownr` names no anchor of this document (an alias of nothing); 7..13 an anchor of a similar name; did you mean `*owner`?
        ",
    );
    check(
        "b: *.yaml\n",
        r"
        ! 3..9 syntax: `*.yaml` names no anchor of this document (an alias of nothing); a text that starts with `*` needs quotes; an alias needs an anchor `&.yaml` before it
        ",
    );
    check(
        "a: &a [*a]\n",
        r"
        ! 7..9 syntax: `*a` stands inside the value it names (this value would never end); 3..5 the anchor it names; refer to a resource by its id instead
        ",
    );
    check(
        "a: &a {b: {<<: *a}}\n",
        r"
        ! 15..17 syntax: `*a` stands inside the value it names (this value would never end); 3..5 the anchor it names; refer to a resource by its id instead
        ",
    );
    check(
        "a: &a 1\n---\nb: *a\n---\nc: 1\n",
        r#"
        Mapping 0..7
          String 0..1 "a"
          : Int 6..7 "1" with "&a"
        Mapping 22..26
          String 22..23 "c"
          : Int 25..26 "1"
        ! 15..17 syntax: `*a` names no anchor of this document (an alias of nothing); a text that starts with `*` needs quotes; an alias needs an anchor `&a` before it
        "#,
    );
}

/// A key written twice; both entries stay.
#[test]
fn duplicate_keys() {
    check(
        "a: 1\nb: 2\na: 3\n",
        r#"
        Mapping 0..14
          String 0..1 "a"
          : Int 3..4 "1"
          String 5..6 "b"
          : Int 8..9 "2"
          String 10..11 "a"
          : Int 13..14 "3"
        ! 10..11 duplicate-key: the key `a` stands here twice (written again here); 0..1 first written here; keep one of the two
        "#,
    );
    check(
        "{a: 1, 'a': 2, \"\\x61\": 3}\n",
        r#"
        Mapping 0..25
          String 1..2 "a"
          : Int 4..5 "1"
          String 7..10 "a"
          : Int 12..13 "2"
          String 15..21 "a"
          : Int 23..24 "3"
        ! 7..10 duplicate-key: the key `a` stands here twice (written again here); 1..2 first written here; keep one of the two
        ! 15..21 duplicate-key: the key `a` stands here twice (written again here); 1..2 first written here; keep one of the two
        "#,
    );
    check(
        "a: {b: 1, b: 2}\n---\na: 1\n",
        r#"
        Mapping 0..15
          String 0..1 "a"
          : Mapping 3..15
            String 4..5 "b"
            : Int 7..8 "1"
            String 10..11 "b"
            : Int 13..14 "2"
        Mapping 20..24
          String 20..21 "a"
          : Int 23..24 "1"
        ! 10..11 duplicate-key: the key `b` stands here twice (written again here); 4..5 first written here; keep one of the two
        "#,
    );
    check(
        "[a, a]\n",
        r#"
        Sequence 0..6
          String 1..2 "a"
          String 4..5 "a"
        "#,
    );
    check(
        "a: 1\na:\n  - b: 1\n    b: 2\n",
        r#"
        Mapping 0..25
          String 0..1 "a"
          : Int 3..4 "1"
          String 5..6 "a"
          : Sequence 10..25
            Mapping 12..25
              String 12..13 "b"
              : Int 15..16 "1"
              String 21..22 "b"
              : Int 24..25 "2"
        ! 5..6 duplicate-key: the key `a` stands here twice (written again here); 0..1 first written here; keep one of the two
        ! 21..22 duplicate-key: the key `b` stands here twice (written again here); 12..13 first written here; keep one of the two
        "#,
    );
}

/// Lists and maps as keys.
#[test]
fn keys_that_are_no_scalars() {
    check(
        "[a, b]: c\n",
        r"
        ! 0..1 syntax: a list or map cannot be a key (the key starts here); use a text as key; put `{...}` or `[...]` in quotes
        ",
    );
    check(
        "? [a]\n: b",
        r"
        ! 2..3 syntax: a list or map cannot be a key (the key starts here); use a text as key; put `{...}` or `[...]` in quotes
        ",
    );
    check(
        "{[a]: b}\n---\nc: d\n",
        r#"
        Mapping 13..17
          String 13..14 "c"
          : String 16..17 "d"
        ! 1..2 syntax: a list or map cannot be a key (the key starts here); use a text as key; put `{...}` or `[...]` in quotes
        "#,
    );
    check(
        "a: &a [1]\n*a : b\n",
        r"
        ! 10..11 syntax: a list or map cannot be a key (the key starts here); use a text as key; put `{...}` or `[...]` in quotes
        ",
    );
}

/// Several documents; empty ones are none.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn documents() {
    check("", "");
    check(
        "# c\n",
        r"
        # 0..3
        ",
    );
    check("---\n", "");
    check(
        "---\n---\na: 1\n...\n# x\n---\n# y\n",
        r#"
        Mapping 8..12
          String 8..9 "a"
          : Int 11..12 "1"
        # 17..20
        # 25..28
        "#,
    );
    check(
        "a: 1\n---\nb: 2\n--- c\n--- # d\n- e\n",
        r#"
        Mapping 0..4
          String 0..1 "a"
          : Int 3..4 "1"
        Mapping 9..13
          String 9..10 "b"
          : Int 12..13 "2"
        String 18..19 "c"
        Sequence 28..31
          String 30..31 "e"
        # 24..27
        "#,
    );
    check(
        "--- ~\n",
        r#"
        Null 4..5 "~"
        "#,
    );
    check(
        "%YAML 1.2\n---\na: 1\n",
        r#"
        Mapping 14..18
          String 14..15 "a"
          : Int 17..18 "1"
        "#,
    );
    check(
        "#!/usr/bin/govlint\na: 1",
        r#"
        Mapping 19..23
          String 19..20 "a"
          : Int 22..23 "1"
        # 0..18
        "#,
    );
    check(
        "\u{feff}a: 1\n",
        r#"
        Mapping 3..7
          String 3..4 "a"
          : Int 6..7 "1"
        "#,
    );
    check(
        "a: 1\n...\nb: 2\n",
        r#"
        Mapping 0..4
          String 0..1 "a"
          : Int 3..4 "1"
        Mapping 9..13
          String 9..10 "b"
          : Int 12..13 "2"
        "#,
    );
}

/// The documents around a broken one are read.
#[test]
fn broken_documents() {
    check(
        "a: 1\n---\nb: [\n---\nc: 3\n",
        r#"
        Mapping 0..4
          String 0..1 "a"
          : Int 3..4 "1"
        Mapping 18..22
          String 18..19 "c"
          : Int 21..22 "3"
        ! 12..13 syntax: the bracket `[` is opened here and not closed (opened here); close it with `]`
        "#,
    );
    check(
        "a: \"x\n---\nb: 1\n",
        r#"
        Mapping 10..14
          String 10..11 "b"
          : Int 13..14 "1"
        ! 3..4 syntax: the quote `"` is opened here and not closed (opened here); 6..7 the text in quotes reaches this line; close it on the same line, or write a text of several lines after `>-` or `|`
        "#,
    );
    check(
        "a: 'x\n\n--- # c\nb: 1\n---\n]\n---\nc: 1",
        r#"
        Mapping 15..19
          String 15..16 "b"
          : Int 18..19 "1"
        Mapping 30..34
          String 30..31 "c"
          : Int 33..34 "1"
        # 11..14
        ! 3..4 syntax: the quote `'` is opened here and not closed (opened here); 7..8 the text in quotes reaches this line; close it on the same line, or write a text of several lines after `>-` or `|`
        ! 24..25 syntax: this bracket closes nothing (no bracket is open here); remove it, or put the text in quotes
        "#,
    );
    check(
        "a\n: b\n",
        r"
        ! 2..5 syntax: expected `key: value` (found `:`); write `key: value`, or put a text that goes on here in quotes or after `>-`
        ",
    );
    check(
        "a: 1\n...\n]\n",
        r#"
        Mapping 0..4
          String 0..1 "a"
          : Int 3..4 "1"
        ! 9..10 syntax: this bracket closes nothing (no bracket is open here); remove it, or put the text in quotes
        "#,
    );
    check(
        "a: 1\n---\n@\n",
        r#"
        Mapping 0..4
          String 0..1 "a"
          : Int 3..4 "1"
        ! 9..10 syntax: a text cannot start with `@` (needs quotes); put the text in quotes
        "#,
    );
}

/// Tabs as indentation have their own message.
#[test]
fn tabs() {
    check(
        "a:\n\tb: 1\n",
        r"
        ! 3..4 syntax: a tab is used as indentation (a tab); indent with spaces
        ",
    );
    check(
        "a:\n  b: 1\n \tc: 2\n",
        r"
        ! 11..12 syntax: a tab is used as indentation (a tab); indent with spaces
        ",
    );
    check(
        "- a\n-\tb: 1\n",
        r#"
        Sequence 0..10
          String 2..3 "a"
          Mapping 6..10
            String 6..7 "b"
            : Int 9..10 "1"
        "#,
    );
    check(
        "\ta: 1\n",
        r#"
        Mapping 1..5
          String 1..2 "a"
          : Int 4..5 "1"
        "#,
    );
    check(
        "a: |\n\tx\n",
        r"
        ! 5..6 syntax: a tab is used as indentation (a tab); indent with spaces
        ",
    );
    check(
        "a: \"x\n\ty\"\n",
        r"
        ! 6..7 syntax: a tab is used as indentation (a tab); indent with spaces
        ",
    );
    check(
        "a:\tb\t# c\n",
        r#"
        Mapping 0..4
          String 0..1 "a"
          : String 3..4 "b"
        # 5..8
        "#,
    );
}

/// Quotes and what follows them.
#[test]
fn quotes_gone_wrong() {
    check(
        "a: \"unclosed\nb: c\nd: e\n",
        r#"
        ! 3..4 syntax: the quote `"` is opened here and not closed (opened here); 13..14 the text in quotes reaches this line; close it on the same line, or write a text of several lines after `>-` or `|`
        "#,
    );
    check(
        "a: 'unclosed",
        r"
        ! 3..4 syntax: the quote `'` is opened here and not closed (opened here); close it on the same line, or write a text of several lines after `>-` or `|`
        ",
    );
    check(
        "a: \"un\nb: \"x\"\n",
        r#"
        ! 3..4 syntax: the quote `"` is opened here and not closed (opened here); 7..8 the text in quotes reaches this line; close it on the same line, or write a text of several lines after `>-` or `|`
        "#,
    );
    check(
        "a: 'x' y\n",
        r#"
        ! 7..8 syntax: text follows the closing quote (this is outside the quotes); put the whole value in quotes; within '...' write '' for a quote, within "..." write \"
        "#,
    );
    check(
        "a: 'it's'\n",
        r#"
        ! 7..8 syntax: text follows the closing quote (this is outside the quotes); put the whole value in quotes; within '...' write '' for a quote, within "..." write \"
        "#,
    );
    check(
        "a: \"C:\\dir\"\n",
        r"
        ! 6..8 syntax: this escape does not exist in double quotes (no escape); write \\ for a backslash, or put the text in single quotes
        ",
    );
    check(
        "a: \"\\x4\"\n",
        r"
        ! 4..6 syntax: this escape does not exist in double quotes (no escape); write \\ for a backslash, or put the text in single quotes
        ",
    );
    check(
        "a: 'x'#y\n",
        r"
        ! 6..7 syntax: a comment needs a space before its `#` (no space before this); write a space before `#`, or put the text in quotes
        ",
    );
}

/// Brackets.
#[test]
fn brackets_gone_wrong() {
    check(
        "a: [1, 2\nb: 3\n",
        r"
        ! 3..4 syntax: the bracket `[` is opened here and not closed (opened here); 10..11 this line cannot be part of it; close it with `]`
        ",
    );
    check(
        "{a: 1",
        r"
        ! 0..1 syntax: the bracket `{` is opened here and not closed (opened here); close it with `}`
        ",
    );
    check(
        "a: ]\n",
        r"
        ! 3..4 syntax: this bracket closes nothing (no bracket is open here); remove it, or put the text in quotes
        ",
    );
    check(
        "a: [1}\n",
        r"
        ! 3..4 syntax: `}` closes a bracket that was opened with `[` (the wrong bracket); write `]`
        ",
    );
    check(
        "a: {b: 1\nc: 2\n",
        r"
        ! 3..4 syntax: the bracket `{` is opened here and not closed (opened here); 10..11 this line cannot be part of it; close it with `}`
        ",
    );
    check(
        "a: [x, 'b' c]\n",
        r#"
        ! 11..12 syntax: text follows the closing quote (this is outside the quotes); put the whole value in quotes; within '...' write '' for a quote, within "..." write \"
        "#,
    );
    check(
        "a: [1] 2\n",
        r"
        ! 7..8 syntax: text follows a value that is complete (found `2`); remove it, or put the whole value in quotes
        ",
    );
}

/// Colons, keys and indentation.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn colons_and_indentation_gone_wrong() {
    check(
        "a: b: c\n",
        r"
        ! 4..5 syntax: a second `: ` stands in one line (this colon); put the value in quotes, or write the inner map on lines of its own
        ",
    );
    check(
        "a:b\nc: d\n",
        r"
        ! 1..2 syntax: a space is missing after the colon (no space after `:`); write `key: value`
        ",
    );
    check(
        "name:x\n",
        r#"
        String 0..6 "name:x"
        "#,
    );
    check(
        "a: 1\n b: 2\n",
        r"
        ! 6..10 syntax: this line is indented deeper than the one above, which already has its value (indented too deep); 0..4 the line above; align the lines of one map
        ",
    );
    check(
        "a:\n  b: 1\n c: 2\n",
        r"
        ! 11..15 syntax: the indentation of this line fits no line above (found `c:`); align it with the line it belongs to
        ",
    );
    check(
        "a: 1\nb\nc: 2\n",
        r"
        ! 5..6 syntax: expected `key: value` (found `b`); write `key: value`, or put a text that goes on here in quotes or after `>-`
        ",
    );
    check(
        "- a\nb: c\n",
        r"
        ! 4..8 syntax: expected `- ` and the next item of the list (found `b:`); start every item with `- `, in the column of the first
        ",
    );
    check(
        "a: 1\n- b\n",
        r"
        ! 7..8 syntax: text follows a value that is complete (found `b`); remove it, or put the whole value in quotes
        ",
    );
    check(
        "a:\n  - b\n c: d\n",
        r"
        ! 10..14 syntax: the indentation of this line fits no line above (found `c:`); align it with the line it belongs to
        ",
    );
    check(
        "a: - b\n",
        r"
        ! 3..4 syntax: a list cannot start here (this dash); start the list on a line of its own, or write it as [a, b]
        ",
    );
    check(
        "a: 1\n  # c\n- x\n",
        r"
        # 7..10
        ! 13..14 syntax: text follows a value that is complete (found `x`); remove it, or put the whole value in quotes
        ",
    );
    check(
        "- a: 1\n   b: 2\n",
        r"
        ! 10..14 syntax: this line is indented deeper than the one above, which already has its value (indented too deep); 0..6 the line above; align the lines of one map
        ",
    );
    check(
        "a: Note: see b\n",
        r"
        ! 7..8 syntax: a second `: ` stands in one line (this colon); put the value in quotes, or write the inner map on lines of its own
        ",
    );
    check(
        "title: text\n  goes: on\n",
        r"
        ! 14..22 syntax: this line is indented deeper than the one above, which already has its value (indented too deep); 0..11 the line above; align the lines of one map
        ",
    );
}

/// Characters that cannot stand where they do.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn characters_gone_wrong() {
    check(
        "a: @x\n",
        r"
        ! 3..4 syntax: a text cannot start with `@` (needs quotes); put the text in quotes
        ",
    );
    check(
        "a: `x`\n",
        r"
        ! 3..4 syntax: a text cannot start with a backtick (needs quotes); put the text in quotes
        ",
    );
    check(
        "a: %x\n",
        r"
        ! 3..4 syntax: a text cannot start with `%` (needs quotes); put the text in quotes
        ",
    );
    check(
        "a: *\n",
        r"
        ! 3..4 syntax: a name is missing after `*` or `&` (an anchor or alias without a name); put a text that starts with `*` or `&` in quotes
        ",
    );
    check(
        "a: & b\n",
        r"
        ! 3..4 syntax: a name is missing after `*` or `&` (an anchor or alias without a name); put a text that starts with `*` or `&` in quotes
        ",
    );
    check(
        "a: |x\n foo\n",
        r"
        ! 3..4 syntax: text follows the `|` or `>` of a text block (only `-`, `+`, a digit from 1 to 9 and a comment can stand here); start the text on the next line
        ",
    );
    check(
        "a: |0\n foo\n",
        r"
        ! 3..4 syntax: text follows the `|` or `>` of a text block (only `-`, `+`, a digit from 1 to 9 and a comment can stand here); start the text on the next line
        ",
    );
    check(
        "a: x\u{7}\n",
        r"
        ! 3..4 syntax: the character U+0007 cannot stand in YAML (a control character); remove it, or write it as an escape in double quotes
        ",
    );
    check(
        "a: \"x\ty\u{7}\"\n",
        r"
        ! 7..8 syntax: the character U+0007 cannot stand in YAML (a control character); remove it, or write it as an escape in double quotes
        ",
    );
    check(
        "%X\na: 1\n",
        r"
        ! 3..4 syntax: expected `---` after the `%` line (found `a:`); write `---` on a line of its own, or remove the `%` line
        ",
    );
    check(
        "a: !<x\n",
        r"
        ! 3..4 syntax: this tag cannot be read (a text that starts with `!` is a tag); put the text in quotes, or write it after `>-`
        ",
    );
    check(
        "a: x # c\n  y\n",
        r"
        # 5..8
        ! 5..6 syntax: a comment stands within a text of several lines (the text goes on after this); move the comment above the text, or write the text after `>-`
        ",
    );
    check(
        "a: >\n    x\n  y\n",
        r"
        ! 13..14 syntax: expected `key: value` (found `y`); write `key: value`, or put a text that goes on here in quotes or after `>-`
        ",
    );
}

/// A place in a decoded text leads to the place in the source.
#[test]
fn decoded_texts_lead_back_to_the_source() {
    let table = [
        ("a: \"x\\ty, wrong\"", "wrong", "wrong"),
        ("a: 'it''s wrong'", "wrong", "wrong"),
        ("a: >-\n  one\n  two wrong\n\n  three", "wrong", "wrong"),
        (
            "a: >-\n  one\n  two wrong\n\n  three",
            "two wrong\nthree",
            "two wrong\n\n  three",
        ),
        ("a: |\n\n  one\n    wrong\n", "wrong", "wrong"),
        ("a: one\n  is wrong", "wrong", "wrong"),
        ("a: \"\\u00e4 wrong\"", "ä", "\\u00e4"),
        ("a: \"one\\\n  wrong\"", "wrong", "wrong"),
        ("a: |\r\n  one\r\n  wrong\r\n", "wrong", "wrong"),
        ("a: bare wrong", "wrong", "wrong"),
        ("a: 'quoted wrong'", "wrong", "wrong"),
    ];
    for (text, inner, expected) in table {
        let parsed = parse_text(text);
        let document = parsed.documents(SourceId::from_index(0)).next().unwrap();
        let node = document.get("a").unwrap();
        let start = node.text().find(inner).unwrap();
        let range = TextRange::new(offset(start), offset(start + inner.len()));
        let found = parsed.source().slice(node.inner_span(range).range);
        assert!(
            expected.starts_with(found) && !found.is_empty(),
            "{text:?}: {found:?}"
        );
        let whole = inner.is_ascii();
        assert!(!whole || found == expected, "{text:?}: {found:?}");
    }
}

/// Bytes that are no text give a fault, what can be shown of the text, and no document.
#[test]
fn bytes_become_text_or_a_fault() {
    let parsed = parse_bytes("a.yaml", b"a: \xE4\n".to_vec());
    assert_eq!(parsed.source().text(), "a: \u{FFFD}\n");
    assert_eq!(
        outline(&parsed),
        "! 3..6 encoding: line 1 holds a byte that is no UTF-8 (0xE4, byte 3 of the file, which is \
         `ä` in Latin-1); save the file as UTF-8\n"
    );
    let parsed = parse_text("a: \0");
    assert!(parsed.documents(SourceId::from_index(0)).next().is_none());
    assert_eq!(parsed.faults()[0].check, EngineCheck::Encoding);
    assert!(
        parse_bytes("a.yaml", b"\xEF\xBB\xBFa: 1".to_vec())
            .faults()
            .is_empty()
    );
}
