//! The tree of an expression.
//!
//! It says what was written and nothing of what it means: macros are calls, and a name is a name
//! whether it stands for a field, a function or a relation.

use crate::source::TextRange;

/// A name and the place it was written at.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// The name, without the backticks of a quoted field name.
    pub text: String,
    /// Where it stands, backticks included.
    pub range: TextRange,
}

/// An expression and the place it was written at.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What was written.
    pub kind: ExprKind,
    /// Where, in bytes of the expression's text; enclosing parentheses are not part of it.
    pub range: TextRange,
}

/// What an expression consists of.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `42`, `-42`, `0x2a`: a sign right before the number belongs to it
    Int(i64),
    /// `42u`, `0x2au`
    Uint(u64),
    /// `1.5`, `.5`, `1e3`, `-1.5`
    Double(f64),
    /// `"text"`, with escapes resolved
    String(String),
    /// `b"bytes"`, with escapes resolved
    Bytes(Vec<u8>),
    /// `name`; the text of `.name` keeps its dot
    Ident(String),
    /// `base.field`, `base.?field`
    Select {
        /// What the field is read from.
        base: Box<Expr>,
        /// The field.
        field: Name,
        /// True for `.?`.
        optional: bool,
    },
    /// `base[index]`, `base[?index]`
    Index {
        /// What the item is read from.
        base: Box<Expr>,
        /// A position or a key.
        index: Box<Expr>,
        /// True for `[?`.
        optional: bool,
    },
    /// `function(arguments)`, `target.function(arguments)`; macros too
    Call {
        /// What stands before the dot, if anything does.
        target: Option<Box<Expr>>,
        /// The function or macro.
        function: Name,
        /// What stands between the parentheses.
        arguments: Vec<Expr>,
    },
    /// `!operand`, `-operand`
    Unary {
        /// The operator.
        op: UnaryOp,
        /// What it is applied to.
        operand: Box<Expr>,
    },
    /// `left op right`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// What stands before it.
        left: Box<Expr>,
        /// What stands after it.
        right: Box<Expr>,
        /// Where the operator stands.
        op_range: TextRange,
    },
    /// `condition ? then : otherwise`
    Conditional {
        /// What decides.
        condition: Box<Expr>,
        /// The value if the condition holds.
        then: Box<Expr>,
        /// The value if it does not.
        otherwise: Box<Expr>,
    },
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{key: value}`, in the order written
    Map(Vec<(Expr, Expr)>),
    /// `~relation` as an argument: the relation followed from its target to its origin
    Backwards(Name),
}

/// An operator with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `!`
    Not,
    /// `-`
    Negate,
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `in`
    In,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
}

impl Expr {
    /// Visits this expression and all below it, each before its parts, in the order written.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        self.children(&mut |child| child.walk(visit));
    }

    /// Visits the direct parts of this expression in the order written.
    pub fn children<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Uint(_)
            | ExprKind::Double(_)
            | ExprKind::String(_)
            | ExprKind::Bytes(_)
            | ExprKind::Ident(_)
            | ExprKind::Backwards(_) => {}
            ExprKind::Select { base, .. } => visit(base),
            ExprKind::Unary { operand, .. } => visit(operand),
            ExprKind::Index { base, index, .. } => {
                visit(base);
                visit(index);
            }
            ExprKind::Binary { left, right, .. } => {
                visit(left);
                visit(right);
            }
            ExprKind::Conditional {
                condition,
                then,
                otherwise,
            } => {
                visit(condition);
                visit(then);
                visit(otherwise);
            }
            ExprKind::Call {
                target, arguments, ..
            } => {
                if let Some(target) = target {
                    visit(target);
                }
                arguments.iter().for_each(visit);
            }
            ExprKind::List(items) => items.iter().for_each(visit),
            ExprKind::Map(entries) => entries.iter().for_each(|(key, value)| {
                visit(key);
                visit(value);
            }),
        }
    }
}

impl UnaryOp {
    /// Returns the operator as it is written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Not => "!",
            Self::Negate => "-",
        }
    }
}

impl BinaryOp {
    /// Returns the operator as it is written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::In => "in",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Rem => "%",
        }
    }
}
