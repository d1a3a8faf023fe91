//! Messages with holes: `{self.name} has no owner`.

use super::Mistake;
use super::file::locate;
use crate::expr::{Code, CompileError, Part, Scope, Tables, compile, parse_template};
use crate::syntax::Node;

/// A part of a message.
#[derive(Debug)]
pub enum MessagePart {
    /// Text as it stands.
    Text(String),
    /// A value.
    Hole(Code),
}

/// A message with its holes checked.
#[derive(Debug, Default)]
pub struct Message {
    /// Its parts, in order.
    pub parts: Vec<MessagePart>,
    /// As it is written.
    pub text: String,
}

impl Message {
    /// A message without holes.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self {
            parts: vec![MessagePart::Text(text.to_owned())],
            text: text.to_owned(),
        }
    }

    /// Checks the message that a node holds.
    pub(super) fn compile(
        scope: &Scope<'_>,
        tables: &mut Tables,
        node: Node<'_>,
    ) -> Result<Self, Mistake> {
        let at = |error: CompileError| locate(node, error);
        let template = parse_template(node.text()).map_err(|error| at(error.into()))?;
        let parts = template.parts.into_iter().map(|part| match part {
            Part::Text(text) => Ok(MessagePart::Text(text)),
            Part::Expr { expr, .. } => compile(scope, tables, &expr)
                .map(MessagePart::Hole)
                .map_err(at),
        });
        Ok(Self {
            parts: parts.collect::<Result<_, _>>()?,
            text: node.text().trim().to_owned(),
        })
    }
}
