//! Texts with holes: the messages and fixes of rules.
//!
//! `{expr}` is a hole, `{{` and `}}` are braces. How a value is put into words is for the
//! renderer of the message to say.

use super::ast::Expr;
use super::parse::{Outcome, ParseError, Refusal, byte_range, check_length, parse_hole};
use crate::source::TextRange;

/// A text with holes.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Words and holes in the order written; no two texts in a row, no empty text.
    pub parts: Vec<Part>,
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Words, with `{{` and `}}` resolved.
    Text(String),
    /// A hole.
    Expr {
        /// What fills it; its ranges count from the start of the template.
        expr: Expr,
        /// Where the hole stands, braces included.
        range: TextRange,
    },
}

/// Reads a template.
///
/// # Errors
///
/// A brace that opens no hole or closes none, or what is wrong with the expression of a hole.
pub fn parse_template(text: &str) -> Result<Template, ParseError> {
    let parts = parts(text)?;
    Ok(Template { parts })
}

fn parts(text: &str) -> Outcome<Vec<Part>> {
    check_length(text)?;
    let mut parts = Vec::new();
    let mut words = String::new();
    let mut at = 0;
    while let Some(offset) = text[at..].find(['{', '}']) {
        let brace = at + offset;
        words.push_str(&text[at..brace]);
        if let Some(literal) = doubled(&text[brace..]) {
            words.push(literal);
            at = brace + 2;
            continue;
        }
        let (expr, end) = hole(text, brace)?;
        if !words.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut words)));
        }
        let range = byte_range(brace, end);
        parts.push(Part::Expr { expr, range });
        at = end;
    }
    words.push_str(&text[at..]);
    if !words.is_empty() {
        parts.push(Part::Text(words));
    }
    Ok(parts)
}

/// The brace that `text` starts with twice, if it does.
fn doubled(text: &str) -> Option<char> {
    match text.as_bytes() {
        [b'{', b'{', ..] => Some('{'),
        [b'}', b'}', ..] => Some('}'),
        _ => None,
    }
}

/// Reads the hole at `brace` and returns its expression and the offset after it.
fn hole(text: &str, brace: usize) -> Outcome<(Expr, usize)> {
    let place = byte_range(brace, brace + 1);
    if text[brace..].starts_with('}') {
        return Err(Refusal::new("this `}` closes nothing", place)
            .with_help("write `}}` for a brace in the text"));
    }
    let inside = &text[brace + 1..];
    if inside.trim_start().starts_with('}') {
        let width = inside.find('}').unwrap_or(0) + 2;
        return Err(
            Refusal::new("this hole is empty", byte_range(brace, brace + width)).with_help(
                "write an expression between the braces, or `{{}}` for braces in the text",
            ),
        );
    }
    match parse_hole(text, place.end) {
        Ok((expr, close)) => Ok((expr, close.end as usize)),
        Err(_) if !inside.contains('}') => Err(Refusal::new("this `{` is never closed", place)
            .with_help("end the hole with `}`, or write `{{` for a brace in the text")),
        Err(error) => Err(error
            .or_help("a hole holds one expression; write `{{` and `}}` for braces in the text")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, parse_template};
    use crate::expr::parse::tests::{render, tree};

    /// Compares the parts: texts in quotes, holes as trees.
    fn check(text: &str, expect: &[&str]) {
        let template = match parse_template(text) {
            Ok(template) => template,
            Err(error) => panic!("no template:\n{}", render(text, &error)),
        };
        let shown = template.parts.iter().map(|part| match part {
            Part::Text(words) => format!("{words:?}"),
            Part::Expr { expr, .. } => tree(expr),
        });
        assert_eq!(shown.collect::<Vec<_>>(), expect, "{text}");
    }

    #[test]
    fn texts_and_holes_alternate() {
        check("", &[]);
        check("plain", &[r#""plain""#]);
        check("{a}", &["a"]);
        check("{a}{b}", &["a", "b"]);
        check(
            "{a.b} is {c + 1}.",
            &["(. a b)", r#"" is ""#, "(+ c 1)", r#"".""#],
        );
        check("{ a ? b : c }", &["(? a b c)"]);
        check("größer: {\n  a // why\n}", &[r#""größer: ""#, "a"]);
    }

    #[test]
    fn doubled_braces_are_braces() {
        check("{{a}}", &[r#""{a}""#]);
        check("{{{a}}}", &[r#""{""#, "a", r#""}""#]);
        check("a {{}} b", &[r#""a {} b""#]);
        check("{{", &[r#""{""#]);
    }

    #[test]
    fn braces_inside_a_hole_belong_to_its_expression() {
        check(r#"{f("}")}"#, &[r#"(f "}")"#]);
        check(r"{f('{{')} }}", &[r#"(f "{{")"#, r#"" }""#]);
        check(r#"{f({"a": {"b": 1}})}"#, &[r#"(f {"a": {"b": 1}})"#]);
        check(r#"{ {"a": 1}["a"] }"#, &[r#"([] {"a": 1} "a")"#]);
        check(r#"{ {"a": 1}}"#, &[r#"{"a": 1}"#]);
    }

    #[test]
    fn ranges_count_from_the_start_of_the_template() {
        let text = "größer: {{ {a.b} und { c }";
        let slice =
            |range: crate::source::TextRange| &text[range.start as usize..range.end as usize];
        let mut slices = Vec::new();
        for part in parse_template(text).expect("a template").parts {
            if let Part::Expr { expr, range } = part {
                slices.push(slice(range));
                expr.walk(&mut |expr| slices.push(slice(expr.range)));
            }
        }
        assert_eq!(slices, ["{a.b}", "a.b", "a", "{ c }", "c"]);
    }

    fn check_error(text: &str, expect: &str) {
        let error = parse_template(text).expect_err("an error");
        assert_eq!(render(text, &error), expect);
    }

    #[test]
    fn a_brace_that_is_never_closed_is_shown() {
        check_error(
            "{self.name} is {self.level",
            "> {self.name} is {self.level
                 ^ this `{` is never closed
  = end the hole with `}`, or write `{{` for a brace in the text
",
        );
        check_error(
            "Set {self.name to high",
            "> Set {self.name to high
      ^ this `{` is never closed
  = end the hole with `}`, or write `{{` for a brace in the text
",
        );
    }

    #[test]
    fn other_errors_stand_at_their_place() {
        check_error(
            "ä {a} b}",
            "> ä {a} b}
         ^ this `}` closes nothing
  = write `}}` for a brace in the text
",
        );
        check_error(
            "ä { }",
            "> ä { }
    ^^^ this hole is empty
  = write an expression between the braces, or `{{}}` for braces in the text
",
        );
        check_error(
            "{the name} ä",
            "> {the name} ä
       ^^^^ expected an operator or `}`, found `name`
  = a hole holds one expression; write `{{` and `}}` for braces in the text
",
        );
        check_error(
            "ä {a = b}",
            "> ä {a = b}
       ^ `=` is no operator
  = compare with `==`
",
        );
        check_error(
            "{f(a}",
            "> {f(a}
      ^ expected `,` or `)`, found `}`
  = close the `(` before it first
",
        );
    }
}
