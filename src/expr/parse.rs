//! Text to tree, by precedence climbing over the grammar of the CEL specification.
//!
//! It knows the shape of expressions and nothing of names: whether a function exists, takes these
//! arguments or has this type is for others to say. Every tree is at most [`MAX_DEPTH`] levels
//! deep, so that whoever walks it may recurse.

mod error;
mod lexer;
mod literal;
mod slip;
#[cfg(test)]
pub(super) mod tests;

pub use error::ParseError;
pub(super) use error::{Outcome, Refusal, check_length};
use error::{mixed_signs, too_deep, unclosed};
pub(super) use lexer::range as byte_range;
use lexer::{Token, TokenKind, next_token};

use super::ast::{BinaryOp, Expr, ExprKind, Name, UnaryOp};
use crate::source::TextRange;

/// The longest text that is read, in bytes.
pub const MAX_LENGTH: usize = 64 * 1024;

/// How deep an expression may be: nesting, and operators, calls or fields in a row.
pub const MAX_DEPTH: u32 = 200;

/// Reads a CEL expression.
///
/// # Errors
///
/// The first place at which the text stops being an expression, or the limit it exceeds.
pub fn parse(text: &str) -> Result<Expr, ParseError> {
    let mut parser = Parser::new(text, 0)?;
    let expr = parser.expression()?;
    match parser.token.kind {
        TokenKind::End => Ok(*expr),
        _ => Err(parser
            .unexpected_end("an operator or the end of the expression")
            .into()),
    }
}

/// Reads the expression that starts at byte `from` and ends before a `}`, and returns it with the
/// range of that brace.
pub(super) fn parse_hole(text: &str, from: u32) -> Outcome<(Expr, TextRange)> {
    let mut parser = Parser::new(text, from)?;
    let expr = parser.expression()?;
    match parser.token.kind {
        TokenKind::CloseBrace => Ok((*expr, parser.token.range)),
        _ => Err(parser.unexpected_end("an operator or `}`")),
    }
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
    fn new(text: &'a str, from: u32) -> Outcome<Self> {
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
    fn expression(&mut self) -> Outcome<Box<Expr>> {
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
            condition,
            then,
            otherwise,
        };
        self.grown(height, start, kind)
    }

    /// Operators that bind at least as tightly as `minimum`, and their operands.
    fn binary(&mut self, minimum: u8) -> Outcome<Box<Expr>> {
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
                left,
                right,
                op_range: operator.range,
            };
            left = self.grown(height, start, kind)?;
        }
        Ok(left)
    }

    /// `{"!"} member | {"-"} member`; `outer` is the operator right before.
    fn unary(&mut self, outer: Option<UnaryOp>) -> Outcome<Box<Expr>> {
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
        let operand = self.unary(Some(op))?;
        self.leave();
        self.grown(0, start, ExprKind::Unary { op, operand })
    }

    /// A primary expression and the fields, indices and calls after it.
    fn member(&mut self) -> Outcome<Box<Expr>> {
        let start = self.token.range.start;
        let primary = self.primary()?;
        self.suffixes(start, primary)
    }

    fn suffixes(&mut self, start: u32, mut expr: Box<Expr>) -> Outcome<Box<Expr>> {
        loop {
            expr = match self.token.kind {
                TokenKind::Dot => self.select(start, expr)?,
                TokenKind::OpenBracket => self.index(start, expr)?,
                _ => return Ok(expr),
            };
        }
    }

    /// `base "." ["?"] field | base "." function "(" arguments ")"`
    fn select(&mut self, start: u32, base: Box<Expr>) -> Outcome<Box<Expr>> {
        let height = self.height;
        self.advance()?;
        let optional = self.eat(TokenKind::Question)?;
        let quoted = self.token.kind == TokenKind::QuotedIdent;
        let name = self.field_name()?;
        if self.token.kind != TokenKind::OpenParen {
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
    fn index(&mut self, start: u32, base: Box<Expr>) -> Outcome<Box<Expr>> {
        let height = self.height;
        let open = self.open()?;
        let optional = self.eat(TokenKind::Question)?;
        let index = self.expression()?;
        self.close(open, TokenKind::CloseBracket, "`]`")?;
        let kind = ExprKind::Index {
            base,
            index,
            optional,
        };
        self.grown(height, start, kind)
    }

    /// `"(" [argument {"," argument}] ")"`
    fn arguments(&mut self) -> Outcome<Vec<Expr>> {
        let open = self.open()?;
        let mut arguments = Vec::new();
        let mut height = 0;
        if self.token.kind != TokenKind::CloseParen {
            loop {
                arguments.push(*self.argument()?);
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
    fn argument(&mut self) -> Outcome<Box<Expr>> {
        if self.token.kind != TokenKind::Tilde {
            return self.expression();
        }
        let start = self.advance()?.range.start;
        if self.token.kind != TokenKind::Ident {
            return Err(self.unexpected("the name of a relation after `~`"));
        }
        let name = self.name()?;
        self.leaf(start, ExprKind::Backwards(name))
    }

    fn primary(&mut self) -> Outcome<Box<Expr>> {
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
    fn ident_or_call(&mut self, start: u32, dotted: bool) -> Outcome<Box<Expr>> {
        let name = self.name()?;
        if self.token.kind == TokenKind::OpenParen {
            let arguments = self.arguments()?;
            let kind = ExprKind::Call {
                target: None,
                function: name,
                arguments,
            };
            return self.grown(0, start, kind);
        }
        let text = if dotted {
            format!(".{}", name.text)
        } else {
            name.text
        };
        self.leaf(start, ExprKind::Ident(text))
    }

    fn parenthesis(&mut self) -> Outcome<Box<Expr>> {
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
    fn list(&mut self, start: u32) -> Outcome<Box<Expr>> {
        let open = self.open()?;
        let mut items = Vec::new();
        let mut height = 0;
        while self.token.kind != TokenKind::CloseBracket {
            self.refuse_optional("item")?;
            items.push(*self.expression()?);
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
    fn map(&mut self, start: u32) -> Outcome<Box<Expr>> {
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
            entries.push((*key, *self.expression()?));
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
    fn literal(&mut self, start: u32) -> Outcome<Box<Expr>> {
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
        self.leaf(start, kind)
    }

    /// The name at the next token, which is an identifier.
    fn name(&mut self) -> Outcome<Name> {
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
    fn field_name(&mut self) -> Outcome<Name> {
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
                return Err(Refusal::new(message, self.token.range)
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
    fn advance(&mut self) -> Outcome<Token> {
        self.previous = self.token;
        self.token = next_token(self.text, self.previous.range.end)?;
        Ok(self.previous)
    }

    /// Reads the next token if it is of this kind.
    fn eat(&mut self, kind: TokenKind) -> Outcome<bool> {
        let found = self.token.kind == kind;
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Reads an opening bracket of any sort.
    fn open(&mut self) -> Outcome<Token> {
        self.enter()?;
        self.advance()
    }

    /// Reads the closing bracket to `open`.
    fn close(&mut self, open: Token, kind: TokenKind, expected: &str) -> Outcome<()> {
        if self.token.kind == kind {
            self.leave();
            return self.advance().map(|_| ());
        }
        Err(match self.token.kind {
            TokenKind::End => unclosed(open),
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                let message = format!("expected {expected}, found {}", self.found());
                let opening = self.slice(open.range);
                Refusal::new(message, self.token.range)
                    .with_help(format!("close the `{opening}` before it first"))
            }
            _ => self.unexpected(expected),
        })
    }

    fn enter(&mut self) -> Outcome<()> {
        self.depth += 1;
        match self.depth {
            ..=MAX_DEPTH => Ok(()),
            _ => Err(too_deep(self.place())),
        }
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }

    /// An expression without parts, from `start` to the token read last.
    fn leaf(&mut self, start: u32, kind: ExprKind) -> Outcome<Box<Expr>> {
        self.height = 0;
        self.grown(0, start, kind)
    }

    /// The expression from `start` to the token read last, one level above its parts: the tree
    /// read last and others of the given height.
    fn grown(&mut self, height: u32, start: u32, kind: ExprKind) -> Outcome<Box<Expr>> {
        self.height = self.height.max(height) + 1;
        if self.height > MAX_DEPTH {
            return Err(too_deep(self.previous.range));
        }
        Ok(Box::new(Expr {
            kind,
            range: TextRange::new(start, self.previous.range.end),
        }))
    }

    fn slice(&self, range: TextRange) -> &'a str {
        &self.text[range.start as usize..range.end as usize]
    }
}
