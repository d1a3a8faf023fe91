//! Tests of the whole floor: texts and the trees read off them.

use std::fmt::Write as _;
use std::sync::Arc;

use super::*;

fn source(text: &str) -> Arc<Source> {
    Arc::new(Source::new("test.yaml", text))
}

/// Prints the documents as an indented outline: what a node is, its range, its text.
fn outline(parsed: &Parsed) -> String {
    let mut out = String::new();
    for document in parsed.documents(SourceId::from_index(0)) {
        write_node(&mut out, document, 0, "");
    }
    for range in parsed.comments() {
        let _ = writeln!(out, "# {}..{}", range.start, range.end);
    }
    for fault in parsed.faults() {
        let (range, label) = &fault.primary;
        let _ = write!(
            out,
            "! {}..{} {}: {} ({label})",
            range.start,
            range.end,
            fault.check.as_str(),
            fault.message
        );
        for (range, label) in &fault.related {
            let _ = write!(out, "; {}..{} {label}", range.start, range.end);
        }
        let _ = writeln!(
            out,
            "{}",
            fault
                .help
                .as_ref()
                .map_or(String::new(), |help| format!("; {help}"))
        );
    }
    out
}

fn write_node(out: &mut String, node: Node<'_>, depth: usize, name: &str) {
    let range = node.range();
    let _ = write!(
        out,
        "{:1$}{name}{2:?} {3}..{4}",
        "",
        depth * 2,
        node.kind(),
        range.start,
        range.end
    );
    if node.is_scalar() {
        let _ = write!(out, " {:?}", node.text());
    }
    if let Some(span) = node.properties_span() {
        let _ = write!(out, " with {:?}", node.parsed().source().slice(span.range));
    }
    if let Some(span) = node.alias_span() {
        let _ = write!(out, " by {:?}", node.parsed().source().slice(span.range));
    }
    out.push('\n');
    if node.kind() == NodeKind::Mapping {
        for (key, value) in node.entries() {
            write_node(out, key, depth + 1, "");
            write_node(out, value, depth + 1, ": ");
        }
    } else {
        for child in node.children() {
            write_node(out, child, depth + 1, "");
        }
    }
}

#[test]
fn print_them() {
    let cases = [
        "a: 1\nb:\n",
        "a:\n- x\n-\n- \n-  # c\n- y: 1\n  z:\nb: ",
        "a: |\n  x\n  y\n\n# c\nb: >-\n  q\n   r\n\n",
        "a: 'x'\nb: \"q\\n\"\nc: [1, {a: b, c}, d: e,]\nd: {x:, y: }\n",
        "? a\n: b\n? c\n",
        "a: !!str\nb: &x\nc: !t &y foo\nd: &z [1]\ne: &w\n  k: v\nf: *w\n",
        "---\n---\na: 1\n...\n# x\n---\n# y\n",
        "\u{feff}a: 1\n",
        "- - a\n  - b\n- c: d\n",
        "a: one\n  two\n\n  three\nb: x # c\n",
        "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  x: 3\nc: {<<: *a}\nd:\n  q: 1\n  <<: [*a, {z: 1}]\n",
        "a: 1\na: 2\n",
        "<<: 1\n",
        "&a a: *a\nb: *c\n",
        "a: &a [*a]\n",
        "a: b: c\n",
        "a:\n\tb: 1\n",
        "a: \"unclosed\nb: c\n---\nd: 1\n",
        "a: [1, 2\n---\nd: 1\n",
        "a: |  # comment\n  text\n",
        "a: 1\n b: 2\n",
        "- a\nb: c\n",
        "a\r\n: b\r\nc: d\r\n",
        "a: @x\n",
        "a:b\nc: d\n",
        "a: 'x' y\n",
        "[a, b]: c\n",
        "a: ]\n",
        "{a: 1\n",
        "a: - b\n",
        "a: \"\\q\"\n",
        "a: \"un\nb: \"x\"\n",
        "a: 1\n  # c\nb\nc: 2\n",
        "a:\n  b: 1\n c: 2\n",
        "key: *nope\n",
        "x: !has(x) && y\n",
        "!!int a: !!int b\n",
        "? [a]\n: b",
        "a: *\n",
        "- a\n b\n- c\n",
        "a:\n  - b\n c: d\n",
        "a: x#y\nb: 'x'#y\n",
        "a: {b: 1\nc: 2\n",
        "a: [b c: d e]\n",
        "a: |x\n foo\n",
        "%YAML 1.2\n---\na: 1\n",
        "#!/x\na: 1",
        "a: \"x\\ty\u{7}\"\n",
        "a: x\u{7}\n",
    ];
    for case in cases {
        println!("=== {case:?}\n{}", outline(&parse(&source(case))));
    }
}
