//! Reading the fields of a policy file, each with its place.

use std::sync::Arc;

use super::{Located, Mistake};
use crate::catalog::nearest;
use crate::expr::{self, Code, CompileError, Expr, Scope, Tables, compile, compile_as};
use crate::kind::Type;
use crate::source::{Span, TextRange};
use crate::syntax::{Node, NodeKind, Parsed};

/// A document of a policy file.
#[derive(Clone, Copy)]
pub(super) struct Document<'a> {
    pub(super) parsed: &'a Arc<Parsed>,
    pub(super) root: Node<'a>,
}

impl<'a> Document<'a> {
    /// Reports fields that the document does not have.
    pub(super) fn only_fields(
        self,
        mapping: Node<'a>,
        what: &str,
        fields: &[&str],
        mistakes: &mut Vec<Mistake>,
    ) {
        for (key, _) in mapping.entries() {
            let name = key.text();
            if fields.contains(&name) || name.starts_with("x-") {
                continue;
            }
            let mistake = Mistake::new(key.span(), format!("{what} has no field `{name}`"));
            mistakes.push(match nearest(name, fields.iter().copied()) {
                Some(near) => mistake.help(format!("did you mean `{near}`?")),
                None => mistake.help(format!("it has {}", fields.join(", "))),
            });
        }
    }

    /// A text, if it is there.
    pub(super) fn text(self, mapping: Node<'a>, field: &str) -> Option<String> {
        mapping
            .get(field)
            .filter(|node| node.is_scalar())
            .map(|node| node.text().to_owned())
    }

    /// A text that must be there.
    pub(super) fn required_text(
        self,
        mapping: Node<'a>,
        field: &str,
        what: &str,
        mistakes: &mut Vec<Mistake>,
    ) -> String {
        match self
            .text(mapping, field)
            .filter(|text| !text.trim().is_empty())
        {
            Some(text) => text,
            None => {
                mistakes.push(
                    Mistake::new(self.head(), format!("{what} has no `{field}`"))
                        .help(format!("add `{field}:`")),
                );
                String::new()
            }
        }
    }

    /// The place of the document's first line.
    pub(super) fn head(self) -> Span {
        let first = self.root.get("code").or_else(|| self.root.get("kind"));
        first.map_or_else(|| self.root.span(), Node::span)
    }

    /// A list of texts; a single one may stand for a list.
    pub(super) fn texts(self, mapping: Node<'a>, field: &str) -> Vec<Node<'a>> {
        match mapping.get(field) {
            Some(node) if node.kind() == NodeKind::Sequence => node.items().collect(),
            Some(node) if node.kind() == NodeKind::Null => Vec::new(),
            Some(node) => vec![node],
            None => Vec::new(),
        }
    }

    /// Parses the expression that a node holds.
    pub(super) fn expression(self, node: Node<'a>) -> Result<Expr, Mistake> {
        self.refuse_yaml_traps(node)?;
        expr::parse(node.text()).map_err(|error| {
            let error = CompileError::from(error);
            locate(node, error)
        })
    }

    /// What YAML makes of `!has(x)`, `a # b` or `true` is no expression any more.
    fn refuse_yaml_traps(self, node: Node<'a>) -> Result<(), Mistake> {
        let way_out = "write it after `>-` on a line of its own, or in quotes";
        let text = self.parsed.source().slice(node.range());
        if text.starts_with(['!', '&']) || (node.kind() != NodeKind::String && node.is_scalar()) {
            let what = match node.kind() {
                NodeKind::Null | NodeKind::String => {
                    "YAML reads a tag or nothing here, and no expression"
                }
                NodeKind::Bool => "YAML reads a boolean here, and no expression",
                _ => "YAML reads a number here, and no expression",
            };
            return Err(Mistake::new(node.span(), what).help(way_out));
        }
        if !node.is_scalar() {
            return Err(Mistake::new(
                node.span(),
                format!(
                    "an expression is wanted here, and this is {}",
                    node.describe()
                ),
            )
            .help(way_out));
        }
        let line = |offset| self.parsed.source().lines().line(offset);
        let is_plain = !text.starts_with(['"', '\'', '|', '>']);
        let comment = self.parsed.comments().iter().find(|comment| {
            comment.start >= node.range().end && line(comment.start) == line(node.range().end)
        });
        if let Some(comment) = comment.filter(|_| is_plain) {
            let span = Span::new(node.id().source, *comment);
            return Err(Mistake::new(
                span,
                "YAML cuts the expression off here: ` #` starts a comment",
            )
            .help(way_out));
        }
        Ok(())
    }

    /// Checks the expression that a node holds; with `want`, as one of that type.
    pub(super) fn compile(
        self,
        scope: &Scope<'_>,
        tables: &mut Tables,
        node: Node<'a>,
        want: Option<&Type>,
    ) -> Result<Located, Mistake> {
        let expr = self.expression(node)?;
        let code = match want {
            Some(want) => compile_as(scope, tables, &expr, want),
            None => compile(scope, tables, &expr),
        };
        let code = code.map_err(|error| locate(node, error))?;
        Ok(located(node, code))
    }
}

pub(super) fn located(node: Node<'_>, code: Code) -> Located {
    Located {
        code,
        text: node.text().to_owned(),
        span: node.span(),
    }
}

/// An error inside a scalar, at its place in the file.
pub(super) fn locate(node: Node<'_>, error: CompileError) -> Mistake {
    let length = u32::try_from(node.text().len()).unwrap_or(u32::MAX);
    let range = TextRange::new(error.range.start.min(length), error.range.end.min(length));
    let mut mistake = Mistake::new(node.inner_span(range), error.message);
    mistake.help = error.help;
    mistake
}
