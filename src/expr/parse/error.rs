//! What is said about a text that is no expression: what was found, what was expected, and where.

use super::lexer::{Token, TokenKind, range};
use super::{MAX_DEPTH, MAX_LENGTH, Parser, slip};
use crate::expr::ast::{Name, UnaryOp};
use crate::source::TextRange;

/// Why a text is no expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// What was found and what was expected: one line without a full stop.
    pub message: String,
    /// The place to mend, in bytes of the text.
    pub range: TextRange,
    /// What to do.
    pub help: Option<String>,
}

/// An error on its way out. It is boxed because it is rare and large, and small results keep the
/// frames of the recursion small.
#[derive(Debug)]
pub(in crate::expr) struct Refusal(Box<ParseError>);

/// The result of a part of the work.
pub(in crate::expr) type Outcome<T> = Result<T, Refusal>;

impl From<Refusal> for ParseError {
    fn from(refusal: Refusal) -> Self {
        *refusal.0
    }
}

impl Refusal {
    pub(in crate::expr) fn new(message: impl Into<String>, range: TextRange) -> Self {
        Self(Box::new(ParseError {
            message: message.into(),
            range,
            help: None,
        }))
    }

    pub(in crate::expr) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// The same with `help`, unless it has better advice.
    pub(in crate::expr) fn or_help(self, help: &str) -> Self {
        match self.0.help {
            Some(_) => self,
            None => self.with_help(help),
        }
    }
}

/// Refuses a text that exceeds [`MAX_LENGTH`].
pub(in crate::expr) fn check_length(text: &str) -> Outcome<()> {
    if text.len() <= MAX_LENGTH {
        return Ok(());
    }
    let boundary = (0..=MAX_LENGTH).rfind(|at| text.is_char_boundary(*at));
    let start = range(0, boundary.unwrap_or(0)).end;
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let message = format!("this text is longer than {MAX_LENGTH} bytes");
    Err(Refusal::new(message, TextRange::new(start, end))
        .with_help("name parts of it under `let`, or move data into a param"))
}

impl Parser<'_> {
    /// The place of the next token; where there is none, of the last.
    pub(super) fn place(&self) -> TextRange {
        match self.token.kind {
            TokenKind::End => self.previous.range,
            _ => self.token.range,
        }
    }

    /// The next token as a message names it.
    pub(super) fn found(&self) -> String {
        match self.token.kind {
            TokenKind::End => "the end".to_owned(),
            _ => format!("`{}`", shortened(self.slice(self.token.range))),
        }
    }

    /// The error about the next token, which cannot follow an operand here.
    pub(super) fn unexpected(&self, expected: &str) -> Refusal {
        if let Some(error) = self.misused_word() {
            return error;
        }
        let found = self.found();
        let place = self.place();
        let error = Refusal::new(format!("expected {expected}, found {found}"), place);
        match self.token.kind {
            TokenKind::OpenBrace if self.previous.kind == TokenKind::Ident => {
                let message = format!(
                    "`{}{{...}}` would build a message, and there are no message types here",
                    shortened(self.slice(self.previous.range))
                );
                Refusal::new(message, self.previous.range.cover(place))
                    .with_help("write a map: `{\"field\": value}`")
            }
            TokenKind::Tilde => misplaced_tilde(place),
            TokenKind::Not => error.with_help("negate the whole comparison: `!(a in b)`"),
            TokenKind::String if self.previous.kind == TokenKind::String => {
                error.with_help("join texts with `+`")
            }
            _ if self.follows_string() => error.with_help(
                "the string ends before it; write `\\'` or `\\\"` for a quote inside a string",
            ),
            TokenKind::Double if self.slice(place).starts_with('.') => {
                error.with_help("items are counted from 0 in brackets: `a[0]`")
            }
            _ => error,
        }
    }

    /// The error about the next token, which cannot follow the whole expression.
    pub(super) fn unexpected_end(&self, expected: &str) -> Refusal {
        match self.token.kind {
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                Refusal::new(format!("{} closes nothing", self.found()), self.place())
            }
            _ => self.unexpected(expected),
        }
    }

    /// True if the next token touches the string before it.
    fn follows_string(&self) -> bool {
        self.previous.kind == TokenKind::String
            && self.token.kind == TokenKind::Ident
            && self.token.range.start == self.previous.range.end
    }

    /// The error about a word that is an operator in other languages, if one stands here.
    fn misused_word(&self) -> Option<Refusal> {
        let is_name = |token: Token| token.kind == TokenKind::Ident && !self.follows_dot(token);
        [self.token, self.previous]
            .into_iter()
            .filter(|token| is_name(*token))
            .find_map(|token| {
                let word = self.slice(token.range);
                let help = slip::word_operator(word)?;
                Some(slip::no_operator(word, help, token.range))
            })
    }

    fn follows_dot(&self, token: Token) -> bool {
        self.text[..token.range.start as usize]
            .trim_end()
            .ends_with('.')
    }

    /// The error about the next token, which begins no operand.
    pub(super) fn missing_operand(&self) -> Refusal {
        let found = self.found();
        let place = self.place();
        let last = self.slice(self.previous.range);
        match (self.previous.kind, self.token.kind) {
            (_, TokenKind::Tilde) => misplaced_tilde(place),
            (_, TokenKind::QuotedIdent) => {
                Refusal::new("a name in backticks stands only after a dot", place)
                    .with_help("a text stands in quotes: `\"a\"`")
            }
            (TokenKind::End, TokenKind::End) => Refusal::new(
                "expected an expression, found nothing",
                range(0, self.text.len()),
            ),
            (
                TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace,
                TokenKind::End,
            ) => unclosed(self.previous),
            (TokenKind::End, _) => {
                Refusal::new(format!("expected an expression, found {found}"), place)
            }
            (TokenKind::Comma, TokenKind::CloseParen) => Refusal::new(
                format!("expected an argument after `,`, found {found}"),
                self.previous.range,
            )
            .with_help("remove the comma"),
            _ => {
                let message = format!("expected an expression after `{last}`, found {found}");
                Refusal::new(message, place)
            }
        }
    }

    pub(super) fn missing_colon(&self, question: Token) -> Refusal {
        let outcomes = "a condition has two outcomes: `condition ? then : otherwise`";
        let Token { range, .. } = question;
        if let [b'.', b'_' | b'a'..=b'z' | b'A'..=b'Z', ..] =
            &self.text.as_bytes()[range.end as usize..]
        {
            let place = TextRange::new(range.start, range.end + 1);
            let help = "write `a.?b` to read a field that may be absent";
            return slip::no_operator("?.", help, place);
        }
        match self.token.kind {
            TokenKind::End => Refusal::new("this `?` has no `:`", range).with_help(outcomes),
            TokenKind::Question => Refusal::new("expected `:`, found `?`", self.place())
                .with_help("put the inner condition in parentheses: `a ? (b ? c : d) : e`"),
            _ => self.unexpected("an operator or `:`").or_help(outcomes),
        }
    }

    pub(super) fn reserved(&self, word: &str) -> Refusal {
        let help = slip::word_operator(word).map_or_else(
            || "choose another name; after a dot it is allowed: `a.".to_owned() + word + "`",
            str::to_owned,
        );
        Refusal::new(format!("`{word}` is a reserved word"), self.token.range).with_help(help)
    }

    pub(super) fn uncallable(&self, name: &Name, optional: bool) -> Refusal {
        let message = if optional {
            "`.?` reads a field and cannot call a function"
        } else {
            "a name in backticks is a field and cannot be called"
        };
        Refusal::new(message, name.range.cover(self.token.range))
    }

    /// Refuses `?` before an item of a list or an entry of a map.
    pub(super) fn refuse_optional(&self, what: &str) -> Outcome<()> {
        if self.token.kind != TokenKind::Question {
            return Ok(());
        }
        let message = format!("an optional {what} is not supported");
        Err(Refusal::new(message, self.token.range)
            .with_help("decide with `condition ? a : b`, or give a default: `a.?b.orValue(c)`"))
    }
}

pub(super) fn too_deep(place: TextRange) -> Refusal {
    let message = format!("the expression is more than {MAX_DEPTH} levels deep");
    Refusal::new(message, place).with_help(
        "nesting counts, and so do operators in a row; name a part of it under `let`, or use a list",
    )
}

pub(super) fn unclosed(open: Token) -> Refusal {
    let (opening, closing) = match open.kind {
        TokenKind::OpenBracket => ('[', ']'),
        TokenKind::OpenBrace => ('{', '}'),
        _ => ('(', ')'),
    };
    Refusal::new(format!("this `{opening}` is never closed"), open.range)
        .with_help(format!("add the `{closing}`"))
}

pub(super) fn mixed_signs(outer: UnaryOp, inner: UnaryOp, place: TextRange) -> Refusal {
    let (outer, inner) = (outer.symbol(), inner.symbol());
    let message = format!("expected an expression after `{outer}`, found `{inner}`");
    Refusal::new(message, place).with_help(format!("use parentheses: `{outer}({inner}a)`"))
}

fn misplaced_tilde(place: TextRange) -> Refusal {
    Refusal::new(
        "`~` stands only before a relation that is an argument",
        place,
    )
    .with_help("it follows the relation backwards: `self.reach(~dependsOn)`")
}

/// The first line of `text`, cut to a length that fits into a message.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 32;
    let line = text.lines().next().unwrap_or_default();
    let kept: String = line.chars().take(LONGEST).collect();
    if kept.len() < text.len() {
        kept + "..."
    } else {
        kept
    }
}
