//! What holds for every text.

use proptest::prelude::*;

use super::*;

/// Ranges lie within the text and on character boundaries, children within their parents and in
/// order; copies for aliases stand elsewhere.
fn check_ranges(parsed: &Parsed) {
    let text = parsed.source().text();
    let within = |range: TextRange| {
        assert!(
            text.get(range.start as usize..range.end as usize).is_some(),
            "{range:?} in {text:?}"
        );
    };
    for document in parsed.documents(SourceId::from_index(0)) {
        check_node(document, &within);
    }
    parsed.comments().iter().copied().for_each(within);
    for comments in parsed.comments().windows(2) {
        assert!(comments[0].end <= comments[1].start);
    }
    for fault in parsed.faults() {
        let related = fault.related.iter().map(|label| label.0);
        std::iter::once(fault.primary.0)
            .chain(related)
            .for_each(within);
        assert!(!fault.message.contains('\n'));
    }
}

fn check_node(node: Node<'_>, within: &impl Fn(TextRange)) {
    within(node.range());
    check_runs(node);
    let mut end = node.range().start;
    for child in node.children() {
        check_node(child, within);
        let merged = child.range().start < node.range().start || child.range().start < end;
        if child.alias_span().is_none() && !merged {
            assert!(
                child.range().end <= node.range().end,
                "{child:?} in {node:?}"
            );
            end = child.range().end;
        } else {
            let text = node.parsed().source().text();
            assert!(
                text.contains("<<") || text.contains('*'),
                "{child:?} in {node:?}"
            );
        }
    }
}

/// Each run of a decoded text agrees with the source, but for what closes it: an escape or the
/// line ends and spaces for a line end.
fn check_runs(node: Node<'_>) {
    let Some(decoded) = node.parsed().tree().decoded_at(node.id().index) else {
        return;
    };
    let source = node.parsed().source().text().as_bytes();
    let text = decoded.text.as_bytes();
    let ends = decoded.runs.iter().skip(1).map(|run| run.0 as usize);
    for ((start, at), end) in decoded.runs.iter().zip(ends.chain([text.len()])) {
        let run = &text[*start as usize..end];
        let original = &source[*at as usize..];
        let same = run.iter().zip(original).take_while(|(a, b)| a == b).count();
        let rest = std::str::from_utf8(&run[same..]).expect("runs start at characters");
        let closes = rest.chars().count() <= 1 || rest.bytes().all(|byte| byte == b'\n');
        assert!(closes, "{rest:?} of {decoded:?}");
    }
}

/// Pieces of YAML, good and bad.
#[expect(clippy::too_many_lines, reason = "a table of cases")]
pub(super) fn fragment() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a",
        "b",
        "key",
        "ä€😀",
        "1",
        "true",
        "null",
        "~",
        ": ",
        ":",
        "- ",
        "-",
        "? ",
        "\n",
        "\n",
        "\n  ",
        "\n    ",
        "\n- ",
        "\n---\n",
        "\n...\n",
        "--- ",
        " ",
        "  ",
        "\t",
        "\r\n",
        "\r",
        "#",
        " # c",
        "'",
        "''",
        "\"",
        "\\n",
        "\\",
        "\\x41",
        "\\u00e4",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ",",
        "|",
        "|-",
        "|+\n",
        ">",
        ">-\n",
        "|2\n",
        "&a ",
        "*a",
        "&b",
        "*b ",
        "!t ",
        "!",
        "!!int ",
        "<<: ",
        "<<: *a",
        "%YAML 1.2\n",
        "@",
        "`",
        "\u{feff}",
        "\u{85}",
        "\u{a0}",
        "\u{2028}",
        "\u{7}",
        "\0",
        "a: 1\n",
        "a: &a {x: 1}\n",
        "- b: |\n    c\n",
        "  c: >\n    d\n\n    e\n",
    ]);
    let pieces = pieces.prop_map(String::from);
    prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn no_text_of_fragments_breaks_the_reader(text in fragment()) {
        check_ranges(&parse_text(&text));
    }

    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,60}|[ -~\\n\\t]{0,60}") {
        check_ranges(&parse_text(&text));
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        check_ranges(&parse_bytes("a.yaml", bytes));
    }
}
