//! Texts that would overflow a stack or a budget.

use crate::expr::parse::{MAX_DEPTH, MAX_LENGTH};
use crate::expr::{ExprKind, parse};

/// The smallest stack that a caller is expected to have.
const STACK: usize = 1024 * 1024;

/// Parses, walks, clones, compares and drops `text` on a small stack; returns the message if it
/// is refused.
fn outcome(text: String) -> Option<String> {
    std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || match parse(&text) {
            Ok(expr) => {
                let mut nodes = 0;
                expr.walk(&mut |_| nodes += 1);
                assert!(nodes > 0 && expr.clone() == expr);
                None
            }
            Err(error) => Some(error.message),
        })
        .expect("a thread")
        .join()
        .expect("no overflow")
}

/// Shapes that grow by one level for each repetition of their middle.
const SHAPES: &[(&str, &str, &str, &str)] = &[
    ("", "(", "a", ")"),
    ("", "[", "a", "]"),
    ("", "{a: ", "a", "}"),
    ("", "f(", "a", ")"),
    ("", "a[", "a", "]"),
    ("", "!", "a", ""),
    ("", "-", "a", ""),
    ("", "a + ", "a", ""),
    ("", "a || ", "a", ""),
    ("", "a ? b : ", "c", ""),
    ("a", "", "", ".b"),
    ("a", "", "", "[0]"),
    ("a", "", "", ".f()"),
];

fn repeated((head, before, middle, after): (&str, &str, &str, &str), count: usize) -> String {
    [head, &before.repeat(count), middle, &after.repeat(count)].concat()
}

#[test]
fn every_shape_is_read_up_to_the_limit_and_refused_beyond_it() {
    let too_deep = format!("the expression is more than {MAX_DEPTH} levels deep");
    let limit = MAX_DEPTH as usize;
    for shape in SHAPES {
        assert_eq!(outcome(repeated(*shape, limit - 1)), None, "{shape:?}");
        for count in [limit + 1, MAX_LENGTH / 16] {
            assert_eq!(
                outcome(repeated(*shape, count)),
                Some(too_deep.clone()),
                "{shape:?}"
            );
        }
    }
}

#[test]
fn every_operator_between_two_parentheses_counts() {
    assert_eq!(
        outcome("a||b&&c==d+e*(".repeat(33) + "a" + &")".repeat(33)),
        None
    );
    let text = "a||b&&c==d+e*(".repeat(2000) + "a" + &")".repeat(2000);
    assert!(outcome(text).is_some());
}

#[test]
fn long_texts_are_refused_at_once() {
    let too_long = format!("this text is longer than {MAX_LENGTH} bytes");
    for shape in SHAPES {
        assert_eq!(
            outcome(repeated(*shape, 200_000)),
            Some(too_long.clone()),
            "{shape:?}"
        );
    }
    assert_eq!(outcome("a".repeat(MAX_LENGTH)), None);
    assert_eq!(outcome("ä".repeat(MAX_LENGTH)), Some(too_long));
}

#[test]
fn wide_expressions_have_no_limit_but_their_length() {
    let text = format!("[{}]", "1,".repeat(30_000));
    let expr = parse(&text).expect("an expression");
    assert!(matches!(expr.kind, ExprKind::List(items) if items.len() == 30_000));
}

/// The repetitions that the CEL specification asks every implementation to support.
#[test]
fn the_repetitions_of_the_specification_are_supported() {
    for (unit, joint, count) in [
        ("a", " || ", 32),
        ("a", " && ", 32),
        ("a", " == ", 24),
        ("a", " + ", 24),
        ("a", ".", 12),
        ("f(a", ", ", 32),
    ] {
        let text = vec![unit; count].join(joint);
        let closing = ")".repeat(text.matches('(').count());
        assert_eq!(outcome(text + &closing), None);
    }
}
