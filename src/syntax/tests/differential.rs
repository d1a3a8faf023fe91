//! The fast reader reads what it accepts exactly as the full reader does.

#![expect(
    clippy::format_push_string,
    reason = "tests put texts together in the plainest way"
)]

use proptest::prelude::*;

use super::properties::fragment;
use super::*;

/// Everything about a parsed text that anyone can see.
fn facts(parsed: &Parsed) -> String {
    let tree = parsed.tree();
    let decoded = tree.decoded.iter();
    let decoded: Vec<_> = decoded
        .map(|(node, decoded)| (node, &decoded.text, &decoded.runs))
        .collect();
    format!(
        "{:#?}\n{decoded:?}\n{:?} {:?}\n{:?}\n{:?}\n{:#?}",
        tree.nodes,
        tree.properties,
        tree.aliases,
        parsed.documents,
        parsed.comments(),
        parsed.faults()
    )
}

/// Compares the two readers; true if the fast one accepts the text.
#[track_caller]
fn agree(text: &str) -> bool {
    let source = source(text);
    let Some(fast) = plain::read(&source) else {
        return false;
    };
    let full = reader::read(&source);
    if facts(&fast) != facts(&full) {
        assert_eq!(outline(&fast), outline(&full), "{text}");
        assert_eq!(facts(&fast), facts(&full), "{text}");
    }
    true
}

const PLAIN: &[&str] = &[
    "",
    "\n\n",
    "# c",
    "a: 1",
    "a: 1\n",
    "a: 1\r\nb:\r\n  - x # c\r\n  - 'y'\r\nc: |\r\n  t\r\n\r\n  u\r\n",
    "a:\nb:\n",
    "a:   # c\n\n  # d\n  b: 1\n# e\n  c: 2 # f\n",
    "- a\n-\n-\n  b: 1\n- - c\n  - d\n- e:\n  - f\n  g: h\n-  - - i\n",
    "a:\n- b\n- c: d\n  e:\n  - f\ng: h\n",
    "'a': \"b\"\n\"c d\" : 'it''s'\ne: \"x\\ty \\u00e4\\x41\\\"\" # c\n",
    "a: [b, 'c', \"d\", {e: f, g, h: , \"i\": [], 'j k' : l m}, ] # c\nb: {}\nc: []\nd: [[], [a b]]\n",
    "- [a]\n- {a: b}\n- |\n  x\n- >-\n  y\n  z\n",
    "a: |\n  x\n   y\n\n  z\n\n\nb: >\n  p\n  q\n\n  r\n    s\n  t\nc: |+\n  u\n\nd: >-\n\n  v\n",
    "a: |\n  x\n  \n    \n  y\n# c\nb: |-\n  z",
    "a: |  # c\n  x\n  # no comment\n # comment\nb: 1\n",
    "a:\n  b: |\n    x\n  c: >+\n    y\n\n",
    "---\na: 1\n---   # c\nb: 2\n---\n---\n- c\n",
    "# c\n---\na: 1\n",
    "a b: c d  \ne#f: g#h #i\nj:k: l:m\nhttp://n: http://o\n-p: -q\n",
    "ä: ö # ü\n€: 😀\nnb: a\u{a0}b\u{2028}c\n",
    "a: 1\na: 2\nb: {c: 1, c: 2}\n",
    "a: <<\nb: =\nc: (d)\ne: ~\nf: $g\nh: ^i\n",
    "a:\n    b:\n      c: 1\n    d: 2\ne: 3\n",
    "   a: 1\n   b: 2\n",
    "  - a\n  - b\n",
    "a: 1\n   \n\nb: 2\n      ",
    "a:\n  - b\n\n  # c\n\n  - d\n    # e\nf: g\n",
    "a: 0x1F\nb: 1e3\nc: yes\nd: 2026-01-01\ne: null\nf: True\n1: 2\nnull: x\n",
    "- - - a\n    - b\n  - c\n- d\n",
    "a: {b: {c: {d: [e, {f: g}]}}}\n",
    "a: [http://b, c:d, e#f, -g, h-]\n",
    "a: [\"b\", 'c' , d ,e]\n",
    "{: }",
];

#[test]
fn plain_texts_are_read_alike() {
    for text in PLAIN {
        assert!(agree(text) || text.starts_with('{'), "declined: {text:?}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn other_texts_are_declined_or_read_alike() {
    for text in [
        "a",
        "'a'",
        "[a]",
        "{a: b}",
        "a: 1\n b: 2\n",
        "a: b\n c\n",
        "a: 'b\n c'\n",
        "a: [b,\n c]\n",
        "a: &b c\n",
        "a: *b\n",
        "a: !b c\n",
        "? a\n: b\n",
        "<<: {a: 1}\n",
        "a:\tb\n",
        "a: b\n...\n",
        "%YAML 1.2\n---\na: 1\n",
        "--- a\n",
        "a: b: c\n",
        "a: - b\n",
        "a:\n- b\nc\n",
        "- a\nb: c\n",
        "a: 1\n- b\n",
        "a: ]\n",
        "a: [b}\n",
        "a: |2\n   b\n",
        "a: |\nb: 1\n",
        "a: |\n",
        "a: |x\n  b\n",
        "a: |\n    \n  b\n",
        "a: 'b' c\n",
        "a: \"\\q\"\n",
        "a: \"\\ud83d\\ude00\"\n",
        "a: [b: c]\n",
        "a: {b: c: d}\n",
        "a: [b]c\n",
        "[a]: b\n",
        "a: {[b]: c}\n",
        "a: @b\n",
        "a: `b\n",
        "a: %b\n",
        "a: ,b\n",
        "a: ?b\n",
        "a: :b\n",
        "a: ? b\n",
        "a: [-]\n",
        "a: [- b]\n",
        "a: [,]\n",
        "a: {b:[c]}\n",
        "a: {\"b\":c}\n",
        "a: {\"b\":[c]}\n",
        "a: #b\n",
        "a: b #c\n  d\n",
        "a:\n b\n",
        "a: 1\n\n\n  # c\n  b\n",
        "\u{feff}a: 1\n",
        "a: \u{85}b\n",
        "a: b\u{7}\n",
        "a: b\u{7f}\n",
        "a: \u{9f}\n",
        "a: b\rc: d\r",
        "a: |\n  b\n c: d\n",
        "a: [b # c\n]\n",
        "a: [b #c]\n",
        "a: {b #c\n: d}\n",
        "- a: b\n c: d\n",
        "a: |--\n  b\n",
        "a: >-+\n  b\n",
        "a: |-2-\n  b\n",
        "-a\n",
        "- -\n",
        "-\n",
        "a:\n-\n",
        "---\n-\n",
        "a: 'b'#c\n",
        "a: [b]#c\n",
        "a: |#c\n  d\n",
        "---#\na: 1\n",
        "---a: 1\n",
        "-- a: b\n",
        "a: >\n\n\n",
        "- |\n a\n- |\n  b\n c\n",
    ] {
        agree(text);
    }
    let long = "x".repeat(1_020);
    for text in [
        format!("{long}: 1\n"),
        format!("a: {{{long}: 1}}\n"),
        format!("a{long}xx: 1\n"),
    ] {
        agree(&text);
    }
    for depth in [127, 128, 129] {
        agree(&("- ".repeat(depth) + "a\n"));
        agree(&format!("a: {}{}\n", "[".repeat(depth), "]".repeat(depth)));
    }
}

/// A value to be written down in one way or another.
#[derive(Debug, Clone)]
enum Value {
    Absent,
    Scalar(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

fn value() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "a",
        "b c",
        "key",
        "1",
        "0x1F",
        "2.5",
        "true",
        "null",
        "~",
        "yes",
        "it's",
        "say \"hi\"",
        "a: b",
        "x # y",
        "- z",
        "ä€😀",
        "http://a/b",
        "[c]",
        "{d",
        "*e",
        "&f",
        "!g",
        "|",
        ">",
        "%h",
        "@i",
        "back\\slash",
        " lead",
        "trail ",
        "",
        "two\nlines",
        "three\n\nlines\n",
        "code\n  deeper\nback\n",
        "\n",
        "#",
        "-",
        ":",
        "?",
        "a,b",
        "<<",
        "Critical system",
        "2026-01-01",
        "12:30",
        "8h",
        "..",
        "---",
        "x:",
        "tab\there",
    ]);
    let words = words.prop_map(String::from);
    let leaf = prop_oneof![
        1 => Just(Value::Absent),
        6 => words.clone().prop_map(Value::Scalar),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        let entries = prop::collection::vec((words.clone(), inner.clone()), 1..6);
        prop_oneof![
            prop::collection::vec(inner, 1..6).prop_map(Value::List),
            entries.prop_map(Value::Map),
        ]
    })
}

/// Writes values down, asking a list of numbers which of several ways to take.
struct Writer {
    out: String,
    choices: Vec<u8>,
    next: usize,
}

impl Writer {
    fn choose(&mut self, ways: u8) -> u8 {
        self.next += 1;
        self.choices[self.next % self.choices.len()] % ways
    }

    fn one_of(&mut self, ways: &[&str]) {
        let choice = self.choose(u8::try_from(ways.len()).unwrap());
        self.out.push_str(ways[usize::from(choice)]);
    }

    fn line_end(&mut self) {
        self.one_of(&[
            "\n",
            "\n",
            "\n",
            " \n",
            " # c\n",
            "\n\n",
            "\n# d\n",
            "\n  # e\n",
        ]);
    }

    /// Writes a value after `key:` or `-`, whose column is `column`.
    fn value(&mut self, value: &Value, column: usize, in_list: bool) {
        match value {
            Value::Absent => self.line_end(),
            Value::Scalar(text) => {
                self.out.push(' ');
                self.scalar(text, column);
            }
            Value::List(_) | Value::Map(_) if self.choose(4) == 0 && is_simple(value) => {
                self.out.push(' ');
                self.flow(value);
                self.line_end();
            }
            Value::List(items) => {
                let column = match self.choose(3) {
                    0 if !in_list => column,
                    1 if in_list => {
                        self.out.push(' ');
                        return self.list(items, column + 2, true);
                    }
                    way => column + 1 + usize::from(way),
                };
                self.line_end();
                self.list(items, column, false);
            }
            Value::Map(entries) => {
                if in_list && self.choose(3) > 0 {
                    self.out.push(' ');
                    return self.map(entries, column + 2, true);
                }
                self.line_end();
                let deeper = 1 + usize::from(self.choose(4));
                self.map(entries, column + deeper, false);
            }
        }
    }

    fn list(&mut self, items: &[Value], column: usize, on_line: bool) {
        for (number, item) in items.iter().enumerate() {
            if number > 0 || !on_line {
                self.indent(column);
            }
            self.out.push('-');
            self.value(item, column, true);
        }
    }

    fn map(&mut self, entries: &[(String, Value)], column: usize, on_line: bool) {
        for (number, (key, value)) in entries.iter().enumerate() {
            if number > 0 || !on_line {
                self.indent(column);
            }
            self.word(key, false);
            self.one_of(&[":", ":", " :"]);
            self.value(value, column, false);
        }
    }

    fn flow(&mut self, value: &Value) {
        match value {
            Value::Absent => self.out.push('~'),
            Value::Scalar(text) => self.word(text, true),
            Value::List(items) => {
                self.out.push('[');
                for item in items {
                    self.flow(item);
                    self.one_of(&[", ", ",", " , "]);
                }
                self.out.push(']');
            }
            Value::Map(entries) => {
                self.out.push('{');
                for (key, value) in entries {
                    self.word(key, true);
                    if !matches!(value, Value::Absent) {
                        self.out.push_str(": ");
                        self.flow(value);
                    }
                    self.out.push_str(", ");
                }
                self.out.push('}');
            }
        }
    }

    fn scalar(&mut self, text: &str, column: usize) {
        let block = !text.trim().is_empty() && !text.starts_with([' ', '\n', '\t']);
        if block && !text.contains('\t') && (text.contains('\n') || self.choose(8) == 0) {
            self.one_of(&["|", ">", "|-", ">-", "|+", ">+"]);
            self.one_of(&["\n", " # c\n", "\n\n"]);
            let deeper = 1 + usize::from(self.choose(3));
            for line in text.split_terminator('\n') {
                if !line.is_empty() {
                    self.indent(column + deeper);
                }
                self.out.push_str(line);
                self.out.push('\n');
            }
            return;
        }
        self.word(text, false);
        self.line_end();
    }

    /// Writes a text of one line, bare if it can be.
    fn word(&mut self, text: &str, in_flow: bool) {
        let indicators = ",[]{}#&*!|>'\"%@`?:-";
        let bare = !text.is_empty()
            && text.trim() == text
            && !text.starts_with(|sign| indicators.contains(sign))
            && !text.contains(": ")
            && !text.ends_with(':')
            && !text.contains(" #")
            && !text.contains(['\n', '\t'])
            && !text.starts_with("..")
            && text != "<<"
            && !(in_flow && text.contains([',', '[', ']', '{', '}', ':']));
        match self.choose(3) {
            0 | 1 if bare => self.out.push_str(text),
            2 if !text.contains(['\n', '\t']) => {
                self.out
                    .push_str(&format!("'{}'", text.replace('\'', "''")));
            }
            _ => {
                let text = text.replace('\\', "\\\\").replace('"', "\\\"");
                let text = text.replace('\n', "\\n").replace('\t', "\\t");
                self.out.push_str(&format!("\"{text}\""));
            }
        }
    }

    fn indent(&mut self, column: usize) {
        self.out.push_str(&" ".repeat(column));
    }
}

fn is_simple(value: &Value) -> bool {
    match value {
        Value::Absent => false,
        Value::Scalar(_) => true,
        Value::List(items) => items.iter().all(is_simple),
        Value::Map(entries) => entries.iter().all(|(_, value)| is_simple(value)),
    }
}

/// Documents of maps and lists, written within the plain subset.
fn documents() -> impl Strategy<Value = String> {
    let roots = value().prop_filter("a collection", |value| {
        matches!(value, Value::List(_) | Value::Map(_))
    });
    let choices = prop::collection::vec(any::<u8>(), 1..40);
    (prop::collection::vec(roots, 1..4), choices).prop_map(|(roots, choices)| {
        let mut writer = Writer {
            out: String::new(),
            choices,
            next: 0,
        };
        for root in &roots {
            if !writer.out.is_empty() || writer.choose(2) == 0 {
                writer.out.push_str("---");
                writer.line_end();
            }
            match root {
                Value::List(items) => writer.list(items, 0, false),
                Value::Map(entries) => writer.map(entries, 0, false),
                Value::Absent | Value::Scalar(_) => {}
            }
        }
        writer.out
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn generated_texts_are_read_alike(text in documents()) {
        prop_assert!(agree(&text), "declined: {}", text);
    }

    #[test]
    fn generated_texts_with_windows_line_ends_are_read_alike(text in documents()) {
        prop_assert!(agree(&text.replace('\n', "\r\n")), "declined: {}", text);
    }

    #[test]
    fn damaged_texts_are_declined_or_read_alike(
        text in documents(),
        damage in fragment(),
        place in any::<prop::sample::Index>(),
        length in 0_usize..4,
    ) {
        let mut characters: Vec<char> = text.chars().collect();
        let start = place.index(characters.len() + 1);
        let end = (start + length).min(characters.len());
        let piece: Vec<char> = damage.chars().take(6).collect();
        characters.splice(start..end, piece);
        agree(&characters.into_iter().collect::<String>());
    }

    #[test]
    fn fragments_are_declined_or_read_alike(text in fragment()) {
        agree(&text);
    }
}
