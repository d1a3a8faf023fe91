//! Text to tree, by precedence climbing over the grammar of the CEL specification.
//!
//! It knows the shape of expressions and nothing of names: whether a function exists, takes these
//! arguments or has this type is for others to say. Every tree is at most [`MAX_DEPTH`] levels
//! deep, so that whoever walks it may recurse.

mod lexer;
mod literal;
mod slip;
#[cfg(test)]
mod tests;

pub(super) use lexer::range as byte_range;
use lexer::{Token, TokenKind, next_token};

use super::ast::{BinaryOp, Expr, ExprKind, Name, UnaryOp};
use crate::source::TextRange;

/// The longest text that is read, in bytes.
pub const MAX_LENGTH: usize = 64 * 1024;

/// How deep an expression may be: nesting, and operators, calls or fields in a row.
pub const MAX_DEPTH: u32 = 200;

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

impl ParseError {
    pub(super) fn new(message: impl Into<String>, range: TextRange) -> Self {
        Self {
            message: message.into(),
            range,
            help: None,
        }
    }

    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Reads a CEL expression.
///
/// # Errors
///
/// The first place at which the text stops being an expression, or the limit it exceeds.
pub fn parse(text: &str) -> Result<Expr, ParseError> {
    let mut parser = Parser::new(text, 0)?;
    let expr = parser.expression()?;
    match parser.token.kind {
        TokenKind::End => Ok(expr),
        _ => Err(parser.unexpected("an operator or the end of the expression")),
    }
}

/// Reads the expression that starts at byte `from` and ends before a `}`, and returns it with the
/// range of that brace.
pub(super) fn parse_hole(text: &str, from: u32) -> Result<(Expr, TextRange), ParseError> {
    let mut parser = Parser::new(text, from)?;
    let expr = parser.expression()?;
    match parser.token.kind {
        TokenKind::CloseBrace => Ok((expr, parser.token.range)),
        _ => Err(parser.unexpected("an operator or `}`")),
    }
}

/// Refuses a text that exceeds [`MAX_LENGTH`].
pub(super) fn check_length(text: &str) -> Result<(), ParseError> {
    if text.len() <= MAX_LENGTH {
        return Ok(());
    }
    let boundary = (0..=MAX_LENGTH).rfind(|at| text.is_char_boundary(*at));
    let start = byte_range(0, boundary.unwrap_or(0)).end;
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let message = format!("this text is longer than {MAX_LENGTH} bytes");
    Err(ParseError::new(message, TextRange::new(start, end))
        .with_help("name parts of it under `let`, or move data into a param"))
}

/// How tightly an operator binds; all associate to the left.
fn precedence(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => 1,
        BinaryOp::And => 2,
        BinaryOp::Eq
        | BinaryOp::Ne
        | BinaryOp::Lt
        | BinaryOp::Le
        | BinaryOp::Gt
        | BinaryOp::Ge
        | BinaryOp::In => 3,
        BinaryOp::Add | BinaryOp::Sub => 4,
        BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => 5,
    }
}

struct Parser<'a> {
    text: &'a str,
    /// The token to be read next.
    token: Token,
    /// The token read last; `End` before the first.
    previous: Token,
    /// How many constructs are open around the next token.
    depth: u32,
    /// The height of the tree read last.
    height: u32,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, from: u32) -> Result<Self, ParseError> {
        check_length(text)?;
        Ok(Self {
            text,
            token: next_token(text, from)?,
            previous: Token {
                kind: TokenKind::End,
                range: TextRange::new(from, from),
            },
            depth: 0,
            height: 0,
        })
    }

    /// `or ["?" or ":" expression]`
    fn expression(&mut self) -> Result<Expr, ParseError> {
        let start = self.token.range.start;
        let condition = self.binary(0)?;
        if self.token.kind != TokenKind::Question {
            return Ok(condition);
        }
        let height = self.height;
        let question = self.advance()?;
        let then = self.binary(0)?;
        let height = height.max(self.height);
        if self.token.kind != TokenKind::Colon {
            return Err(self.missing_colon(question));
        }
        self.advance()?;
        self.enter()?;
        let otherwise = self.expression()?;
        self.leave();
        let kind = ExprKind::Conditional {
            condition: Box::new(condition),
            then: Box::new(then),
            otherwise: Box::new(otherwise),
        };
        self.grown(height, start, kind)
    }

    /// Operators that bind at least as tightly as `minimum`, and their operands.
    fn binary(&mut self, minimum: u8) -> Result<Expr, ParseError> {
        let start = self.token.range.start;
        let mut left = self.unary(None)?;
        while let TokenKind::Operator(op) = self.token.kind
            && precedence(op) >= minimum
        {
            let height = self.height;
            let operator = self.advance()?;
            self.enter()?;
            let right = self.binary(precedence(op) + 1)?;
            self.leave();
            let kind = ExprKind::Binary {
                op,
                left: Box::new(left),
                right: Box::new(right),
                op_range: operator.range,
            };
            left = self.grown(height, start, kind)?;
        }
        Ok(left)
    }

    /// `{"!"} member | {"-"} member`; `outer` is the operator right before.
    fn unary(&mut self, outer: Option<UnaryOp>) -> Result<Expr, ParseError> {
        let op = match self.token.kind {
            TokenKind::Not => UnaryOp::Not,
            TokenKind::Operator(BinaryOp::Sub) => UnaryOp::Negate,
            _ => return self.member(),
        };
        let sign = self.advance()?;
        let start = sign.range.start;
        if op == UnaryOp::Negate && matches!(self.token.kind, TokenKind::Int | TokenKind::Double) {
            let number = self.literal(start)?;
            return self.suffixes(start, number);
        }
        if let Some(outer) = outer.filter(|outer| *outer != op) {
            return Err(mixed_signs(outer, op, sign.range));
        }
        self.enter()?;
        let operand = Box::new(self.unary(Some(op))?);
        self.leave();
        self.grown(0, start, ExprKind::Unary { op, operand })
    }

    /// A primary expression and the fields, indices and calls after it.
    fn member(&mut self) -> Result<Expr, ParseError> {
        let start = self.token.range.start;
        let primary = self.primary()?;
        self.suffixes(start, primary)
    }

    fn suffixes(&mut self, start: u32, mut expr: Expr) -> Result<Expr, ParseError> {
        loop {
            expr = match self.token.kind {
                TokenKind::Dot => self.select(start, expr)?,
                TokenKind::OpenBracket => self.index(start, expr)?,
                _ => return Ok(expr),
            };
        }
    }

    /// `base "." ["?"] field | base "." function "(" arguments ")"`
    fn select(&mut self, start: u32, base: Expr) -> Result<Expr, ParseError> {
        let height = self.height;
        let base = Box::new(base);
        self.advance()?;
        let optional = self.eat(TokenKind::Question)?;
        let quoted = self.token.kind == TokenKind::QuotedIdent;
        let name = self.field_name()?;
        if self.token.kind != TokenKind::OpenParen {
            self.height = 0;
            let kind = ExprKind::Select {
                base,
                field: name,
                optional,
            };
            return self.grown(height, start, kind);
        }
        if optional || quoted {
            return Err(self.uncallable(&name, optional));
        }
        let arguments = self.arguments()?;
        let kind = ExprKind::Call {
            target: Some(base),
            function: name,
            arguments,
        };
        self.grown(height, start, kind)
    }

    /// `base "[" ["?"] index "]"`
    fn index(&mut self, start: u32, base: Expr) -> Result<Expr, ParseError> {
        let height = self.height;
        let open = self.open()?;
        let optional = self.eat(TokenKind::Question)?;
        let index = Box::new(self.expression()?);
        self.close(open, TokenKind::CloseBracket, "`]`")?;
        let kind = ExprKind::Index {
            base: Box::new(base),
            index,
            optional,
        };
        self.grown(height, start, kind)
    }

    /// `"(" [argument {"," argument}] ")"`
    fn arguments(&mut self) -> Result<Vec<Expr>, ParseError> {
        let open = self.open()?;
        let mut arguments = Vec::new();
        let mut height = 0;
        if self.token.kind != TokenKind::CloseParen {
            loop {
                arguments.push(self.argument()?);
                height = height.max(self.height);
                if !self.eat(TokenKind::Comma)? {
                    break;
                }
            }
        }
        self.close(open, TokenKind::CloseParen, "`,` or `)`")?;
        self.height = height;
        Ok(arguments)
    }

    /// `"~" relation | expression`
    fn argument(&mut self) -> Result<Expr, ParseError> {
        if self.token.kind != TokenKind::Tilde {
            return self.expression();
        }
        let start = self.advance()?.range.start;
        if self.token.kind != TokenKind::Ident {
            return Err(self.unexpected("the name of a relation after `~`"));
        }
        let name = self.name()?;
        self.height = 0;
        self.grown(0, start, ExprKind::Backwards(name))
    }

    fn primary(&mut self) -> Result<Expr, ParseError> {
        let start = self.token.range.start;
        match self.token.kind {
            TokenKind::Ident => self.ident_or_call(start, false),
            TokenKind::Dot => {
                self.advance()?;
                match self.token.kind {
                    TokenKind::Ident => self.ident_or_call(start, true),
                    _ => Err(self.unexpected("a name after `.`")),
                }
            }
            TokenKind::OpenParen => self.parenthesis(),
            TokenKind::OpenBracket => self.list(start),
            TokenKind::OpenBrace => self.map(start),
            _ => self.literal(start),
        }
    }

    /// `["."] name | ["."] function "(" arguments ")"`
    fn ident_or_call(&mut self, start: u32, dotted: bool) -> Result<Expr, ParseError> {
        let name = self.name()?;
        self.height = 0;
        if self.token.kind == TokenKind::OpenParen {
            let arguments = self.arguments()?;
            let kind = ExprKind::Call {
                target: None,
                function: name,
                arguments,
            };
            return self.grown(0, start, kind);
        }
        let text = match dotted {
            true => format!(".{}", name.text),
            false => name.text,
        };
        self.grown(0, start, ExprKind::Ident(text))
    }

    fn parenthesis(&mut self) -> Result<Expr, ParseError> {
        let open = self.open()?;
        let expr = self.expression()?;
        if self.token.kind == TokenKind::Comma {
            return Err(self
                .unexpected("`)`")
                .with_help("a list is written in brackets: `[a, b]`"));
        }
        self.close(open, TokenKind::CloseParen, "an operator or `)`")?;
        Ok(expr)
    }

    /// `"[" [expression {"," expression}] [","] "]"`
    fn list(&mut self, start: u32) -> Result<Expr, ParseError> {
        let open = self.open()?;
        let mut items = Vec::new();
        let mut height = 0;
        while self.token.kind != TokenKind::CloseBracket {
            self.refuse_optional("item")?;
            items.push(self.expression()?);
            height = height.max(self.height);
            if !self.eat(TokenKind::Comma)? {
                break;
            }
        }
        self.close(open, TokenKind::CloseBracket, "`,` or `]`")?;
        self.height = height;
        self.grown(0, start, ExprKind::List(items))
    }

    /// `"{" [key ":" value {"," key ":" value}] [","] "}"`
    fn map(&mut self, start: u32) -> Result<Expr, ParseError> {
        let open = self.open()?;
        let mut entries = Vec::new();
        let mut height = 0;
        while self.token.kind != TokenKind::CloseBrace {
            self.refuse_optional("entry")?;
            let key = self.expression()?;
            height = height.max(self.height);
            if !self.eat(TokenKind::Colon)? {
                return Err(match self.token.kind {
                    TokenKind::End => unclosed(open),
                    _ => self.unexpected("`:` and a value after the key"),
                });
            }
            entries.push((key, self.expression()?));
            height = height.max(self.height);
            if !self.eat(TokenKind::Comma)? {
                break;
            }
        }
        self.close(open, TokenKind::CloseBrace, "`,` or `}`")?;
        self.height = height;
        self.grown(0, start, ExprKind::Map(entries))
    }

    /// A literal; `start` is the place of its sign, if it has one.
    fn literal(&mut self, start: u32) -> Result<Expr, ParseError> {
        let (text, digits) = (self.text, self.token.range);
        let range = TextRange::new(start, digits.end);
        let kind = match self.token.kind {
            TokenKind::True => ExprKind::Bool(true),
            TokenKind::False => ExprKind::Bool(false),
            TokenKind::Null => ExprKind::Null,
            TokenKind::Int => ExprKind::Int(literal::int(text, range, digits)?),
            TokenKind::Uint => ExprKind::Uint(literal::uint(text, range)?),
            TokenKind::Double => ExprKind::Double(literal::double(text, range, digits)?),
            TokenKind::String => ExprKind::String(literal::string(text, range)?),
            TokenKind::Bytes => ExprKind::Bytes(literal::bytes(text, range)?),
            _ => return Err(self.missing_operand()),
        };
        self.advance()?;
        self.height = 0;
        self.grown(0, start, kind)
    }

    /// The name at the next token, which is an identifier.
    fn name(&mut self) -> Result<Name, ParseError> {
        let text = self.slice(self.token.range);
        if slip::RESERVED.contains(&text) {
            return Err(self.reserved(text));
        }
        let range = self.advance()?.range;
        Ok(Name {
            text: text.to_owned(),
            range,
        })
    }

    /// A name after a dot, where reserved words are free.
    fn field_name(&mut self) -> Result<Name, ParseError> {
        let written = self.slice(self.token.range);
        let text = match self.token.kind {
            TokenKind::Ident => written,
            TokenKind::QuotedIdent => &written[1..written.len() - 1],
            TokenKind::True
            | TokenKind::False
            | TokenKind::Null
            | TokenKind::Operator(BinaryOp::In) => {
                let message =
                    format!("expected a field name after `.`, found the keyword `{written}`");
                return Err(ParseError::new(message, self.token.range)
                    .with_help(format!("write the name in backticks: `` a.`{written}` ``")));
            }
            _ => return Err(self.unexpected("a field name after `.`")),
        };
        let range = self.advance()?.range;
        Ok(Name {
            text: text.to_owned(),
            range,
        })
    }

    /// Reads the next token and returns it.
    fn advance(&mut self) -> Result<Token, ParseError> {
        self.previous = self.token;
        self.token = next_token(self.text, self.previous.range.end)?;
        Ok(self.previous)
    }

    /// Reads the next token if it is of this kind.
    fn eat(&mut self, kind: TokenKind) -> Result<bool, ParseError> {
        let found = self.token.kind == kind;
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Reads an opening bracket of any sort.
    fn open(&mut self) -> Result<Token, ParseError> {
        self.enter()?;
        self.advance()
    }

    /// Reads the closing bracket to `open`.
    fn close(&mut self, open: Token, kind: TokenKind, expected: &str) -> Result<(), ParseError> {
        if self.token.kind == kind {
            self.leave();
            return self.advance().map(|_| ());
        }
        Err(match self.token.kind {
            TokenKind::End => unclosed(open),
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                let message = format!("expected {expected}, found {}", self.found());
                let opening = self.slice(open.range);
                ParseError::new(message, self.token.range)
                    .with_help(format!("close the `{opening}` before it first"))
            }
            _ => self.unexpected(expected),
        })
    }

    fn enter(&mut self) -> Result<(), ParseError> {
        self.depth += 1;
        match self.depth {
            ..=MAX_DEPTH => Ok(()),
            _ => Err(too_deep(self.place())),
        }
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }

    /// The expression from `start` to the token read last, one level above the tree read last and
    /// above one of the given height.
    fn grown(&mut self, height: u32, start: u32, kind: ExprKind) -> Result<Expr, ParseError> {
        self.height = self.height.max(height) + 1;
        if self.height > MAX_DEPTH {
            return Err(too_deep(self.previous.range));
        }
        Ok(Expr {
            kind,
            range: TextRange::new(start, self.previous.range.end),
        })
    }

    fn slice(&self, range: TextRange) -> &'a str {
        &self.text[range.start as usize..range.end as usize]
    }
}

/// What goes wrong.
impl Parser<'_> {
    /// The place of the next token; where there is none, of the last.
    fn place(&self) -> TextRange {
        match self.token.kind {
            TokenKind::End => self.previous.range,
            _ => self.token.range,
        }
    }

    /// The next token as a message names it.
    fn found(&self) -> String {
        match self.token.kind {
            TokenKind::End => "the end".to_owned(),
            _ => format!("`{}`", shortened(self.slice(self.token.range))),
        }
    }

    /// The error about the next token, which cannot follow an operand here.
    fn unexpected(&self, expected: &str) -> ParseError {
        if let Some(error) = self.misused_word() {
            return error;
        }
        let found = self.found();
        let place = self.place();
        let error = ParseError::new(format!("expected {expected}, found {found}"), place);
        match self.token.kind {
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                ParseError::new(format!("{found} closes nothing"), place)
            }
            TokenKind::OpenBrace if self.previous.kind == TokenKind::Ident => {
                let message = format!(
                    "`{}{{...}}` would build a message, and there are no message types here",
                    shortened(self.slice(self.previous.range))
                );
                ParseError::new(message, self.previous.range.cover(place))
                    .with_help("write a map: `{\"field\": value}`")
            }
            TokenKind::Tilde => misplaced_tilde(place),
            TokenKind::Not => error.with_help("negate the whole comparison: `!(a in b)`"),
            TokenKind::String if self.previous.kind == TokenKind::String => {
                error.with_help("join texts with `+`")
            }
            TokenKind::Double if self.slice(place).starts_with('.') => {
                error.with_help("items are counted from 0 in brackets: `a[0]`")
            }
            _ => error,
        }
    }

    /// The error about a word that is an operator in other languages, if one stands here.
    fn misused_word(&self) -> Option<ParseError> {
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
    fn missing_operand(&self) -> ParseError {
        let found = self.found();
        let place = self.place();
        let last = self.slice(self.previous.range);
        match (self.previous.kind, self.token.kind) {
            (_, TokenKind::Tilde) => misplaced_tilde(place),
            (TokenKind::End, TokenKind::End) => ParseError::new(
                "expected an expression, found nothing",
                byte_range(0, self.text.len()),
            ),
            (TokenKind::End, _) => {
                ParseError::new(format!("expected an expression, found {found}"), place)
            }
            (TokenKind::Comma, TokenKind::CloseParen) => ParseError::new(
                format!("expected an argument after `,`, found {found}"),
                self.previous.range,
            )
            .with_help("remove the comma"),
            _ => {
                let message = format!("expected an expression after `{last}`, found {found}");
                ParseError::new(message, place)
            }
        }
    }

    fn missing_colon(&self, question: Token) -> ParseError {
        let after = question.range.end;
        let outcomes = "a condition has two outcomes: `condition ? then : otherwise`";
        if self.text[after as usize..].starts_with('.') {
            let place = TextRange::new(question.range.start, after + 1);
            let help = "write `a.?b` to read a field that may be absent";
            return slip::no_operator("?.", help, place);
        }
        match self.token.kind {
            TokenKind::End => {
                ParseError::new("this `?` has no `:`", question.range).with_help(outcomes)
            }
            TokenKind::Question => ParseError::new("expected `:`, found `?`", self.place())
                .with_help("put the inner condition in parentheses: `a ? (b ? c : d) : e`"),
            _ => {
                let error = self.unexpected("an operator or `:`");
                match error.help {
                    Some(_) => error,
                    None => error.with_help(outcomes),
                }
            }
        }
    }

    fn reserved(&self, word: &str) -> ParseError {
        let help = slip::word_operator(word).map_or_else(
            || "choose another name; after a dot it is allowed: `a.".to_owned() + word + "`",
            str::to_owned,
        );
        ParseError::new(format!("`{word}` is a reserved word"), self.token.range).with_help(help)
    }

    fn uncallable(&self, name: &Name, optional: bool) -> ParseError {
        let message = if optional {
            "`.?` reads a field and cannot call a function"
        } else {
            "a name in backticks is a field and cannot be called"
        };
        ParseError::new(message, name.range.cover(self.token.range))
    }

    /// Refuses `?` before an item of a list or an entry of a map.
    fn refuse_optional(&self, what: &str) -> Result<(), ParseError> {
        if self.token.kind != TokenKind::Question {
            return Ok(());
        }
        let message = format!("an optional {what} is not supported");
        Err(ParseError::new(message, self.token.range)
            .with_help("decide with `condition ? a : b`, or give a default: `a.?b.orValue(c)`"))
    }
}

fn too_deep(place: TextRange) -> ParseError {
    let message = format!("the expression is more than {MAX_DEPTH} levels deep");
    ParseError::new(message, place).with_help(
        "nesting counts, and so do operators in a row; name a part of it under `let`, or use a list",
    )
}

fn unclosed(open: Token) -> ParseError {
    let (opening, closing) = match open.kind {
        TokenKind::OpenBracket => ('[', ']'),
        TokenKind::OpenBrace => ('{', '}'),
        _ => ('(', ')'),
    };
    ParseError::new(format!("this `{opening}` is never closed"), open.range)
        .with_help(format!("add the `{closing}`"))
}

fn mixed_signs(outer: UnaryOp, inner: UnaryOp, place: TextRange) -> ParseError {
    let (outer, inner) = (outer.symbol(), inner.symbol());
    let message = format!("expected an expression after `{outer}`, found `{inner}`");
    ParseError::new(message, place).with_help(format!("use parentheses: `{outer}({inner}a)`"))
}

fn misplaced_tilde(place: TextRange) -> ParseError {
    ParseError::new(
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
    match kept.len() < text.len() {
        true => kept + "...",
        false => kept,
    }
}
