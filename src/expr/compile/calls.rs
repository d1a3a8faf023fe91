//! Calls of functions.

use std::sync::Arc;

use super::coerce::{assignable, comparable};
use super::{Checked, Checker, CompileError, Result, Scope, compile};
use crate::catalog::nearest;
use crate::expr::ir::{Best, Builtin, Ir, Literal, Op, Way};
use crate::expr::library::{Index, Site};
use crate::expr::results::ResultTable;
use crate::expr::{Expr, ExprKind, Name, parse};
use crate::kind::{KindId, RecordId, RefPathId, Type};
use crate::scalar::{Duration, Money};
use crate::source::TextRange;

/// The functions that take a target or plain values: name, function, number of arguments with the
/// target, and how types go in and out.
const BUILTINS: &[(&str, Builtin, usize, Shape)] = &[
    ("size", Builtin::Size, 1, Shape::Size),
    ("contains", Builtin::Contains, 2, Shape::TextTest),
    ("startsWith", Builtin::StartsWith, 2, Shape::TextTest),
    ("endsWith", Builtin::EndsWith, 2, Shape::TextTest),
    ("matches", Builtin::Matches, 2, Shape::Pattern),
    ("lowerAscii", Builtin::LowerAscii, 1, Shape::Text),
    ("upperAscii", Builtin::UpperAscii, 1, Shape::Text),
    ("trim", Builtin::Trim, 1, Shape::Text),
    ("replace", Builtin::Replace, 3, Shape::Text),
    ("split", Builtin::Split, 2, Shape::Split),
    ("join", Builtin::Join, 2, Shape::Join),
    ("int", Builtin::ToInt, 1, Shape::To(Type::Int)),
    ("double", Builtin::ToDouble, 1, Shape::To(Type::Double)),
    ("string", Builtin::ToString, 1, Shape::To(Type::String)),
    ("date", Builtin::ToDate, 1, Shape::To(Type::Date)),
    (
        "duration",
        Builtin::ToDuration,
        1,
        Shape::To(Type::Duration),
    ),
    ("getFullYear", Builtin::Year, 1, Shape::DatePart),
    ("getMonth", Builtin::Month, 1, Shape::DatePart),
    ("getDayOfMonth", Builtin::Day, 1, Shape::DatePart),
    ("kind", Builtin::Kind, 1, Shape::RecordTo(Type::Kind)),
    (
        "address",
        Builtin::Address,
        1,
        Shape::RecordTo(Type::String),
    ),
    (
        "reviewDefault",
        Builtin::ReviewDefault,
        1,
        Shape::RecordTo(Type::Duration),
    ),
    ("expectedTexts", Builtin::Expected, 1, Shape::ExpectedTexts),
    ("holder", Builtin::Holder, 1, Shape::Holder),
    ("flatten", Builtin::Flatten, 1, Shape::Flatten),
    ("distinct", Builtin::Distinct, 1, Shape::SameList),
    ("sort", Builtin::Sort, 1, Shape::Ordered),
    ("sum", Builtin::Sum, 1, Shape::Sum),
    ("max", Builtin::Max, 1, Shape::Extreme),
    ("min", Builtin::Min, 1, Shape::Extreme),
    ("first", Builtin::First, 1, Shape::Item),
    ("last", Builtin::Last, 1, Shape::Item),
    ("orValue", Builtin::OrValue, 2, Shape::OrValue),
    ("hasValue", Builtin::HasValue, 1, Shape::HasValue),
    ("value", Builtin::OptionalValue, 1, Shape::OptionalValue),
    ("target", Builtin::Target, 1, Shape::Target),
    ("occurrences", Builtin::Occurrences, 3, Shape::Occurrences),
    ("file", Builtin::File, 1, Shape::File),
];

/// How the types of a function's arguments relate to the type of its value.
#[derive(Debug, Clone, PartialEq)]
enum Shape {
    Size,
    TextTest,
    Pattern,
    Text,
    Split,
    Join,
    To(Type),
    DatePart,
    RecordTo(Type),
    ExpectedTexts,
    Holder,
    Flatten,
    SameList,
    Ordered,
    Extreme,
    Sum,
    Item,
    OrValue,
    HasValue,
    OptionalValue,
    Target,
    Occurrences,
    File,
}

/// The names of all functions and macros, for suggestions and the documentation.
pub(crate) const FUNCTION_NAMES: &[&str] = &[
    "has",
    "known",
    "unknown",
    "inherited",
    "exists",
    "all",
    "exists_one",
    "filter",
    "map",
    "groupBy",
    "sortBy",
    "overlaps",
    "gaps",
    "resources",
    "lookup",
    "only",
    "referrers",
    "references",
    "reach",
    "component",
    "cycle",
    "path",
    "reachMax",
    "reachMin",
    "reachUnion",
    "tagged",
    "tags",
    "verdicts",
    "rule",
    "findings",
    "scores",
    "lapses",
    "plan",
    "checks",
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "lowerAscii",
    "upperAscii",
    "trim",
    "replace",
    "split",
    "join",
    "int",
    "double",
    "string",
    "date",
    "duration",
    "getFullYear",
    "getMonth",
    "getDayOfMonth",
    "kind",
    "address",
    "reviewDefault",
    "expectedTexts",
    "holder",
    "flatten",
    "distinct",
    "sort",
    "sum",
    "max",
    "min",
    "first",
    "last",
    "orValue",
    "hasValue",
    "value",
    "target",
    "occurrences",
    "file",
];

impl Checker<'_, '_> {
    pub(super) fn call(
        &mut self,
        range: TextRange,
        target: Option<&Expr>,
        function: &Name,
        arguments: &[Expr],
    ) -> Result<Checked> {
        if let Some(result) = self.macro_call(range, target, function, arguments) {
            return result;
        }
        if let Some(result) = self.query_call(range, target, function, arguments) {
            return result;
        }
        if let Some(result) = self.relation_call(range, target, function, arguments) {
            return result;
        }
        let all: Vec<&Expr> = target.into_iter().chain(arguments).collect();
        if target.is_none() && !self.scope.library.cases(&function.text).is_empty() {
            return self.user_call(range, function, arguments);
        }
        if let Some((_, builtin, _, shape)) = BUILTINS
            .iter()
            .find(|(name, _, count, _)| *name == function.text && *count == all.len())
        {
            return self.builtin(range, *builtin, shape, &all);
        }
        Err(self.unknown_function(function, arguments.len()))
    }

    fn unknown_function(&self, function: &Name, count: usize) -> CompileError {
        if FUNCTION_NAMES.contains(&function.text.as_str()) {
            let arguments = match count {
                0 => "without arguments".to_owned(),
                1 => "with 1 argument".to_owned(),
                _ => format!("with {count} arguments"),
            };
            let message = format!("`{}` cannot be called {arguments}", function.text);
            return CompileError::new(function.range, message)
                .help("the page on the rule language shows how it is called");
        }
        let error = CompileError::new(
            function.range,
            format!("there is no function `{}`", function.text),
        );
        let own = self
            .scope
            .library
            .functions()
            .iter()
            .map(|function| &*function.name);
        match nearest(&function.text, FUNCTION_NAMES.iter().copied().chain(own)) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error,
        }
    }

    fn builtin(
        &mut self,
        range: TextRange,
        function: Builtin,
        shape: &Shape,
        arguments: &[&Expr],
    ) -> Result<Checked> {
        let mut checked = Vec::new();
        for argument in arguments {
            checked.push(self.check(argument)?);
        }
        let ty = self.shape(shape, arguments, &mut checked)?;
        if *shape == Shape::Sum {
            // What the sum of nothing is depends on what is added.
            let zero = match ty {
                Type::Duration => Literal::Duration(Duration::ZERO),
                Type::Money => Literal::Money(Money::new(0, None)),
                _ => Literal::Int(0),
            };
            checked.push((literal(zero, range), ty.clone()));
        }
        let arguments = checked.into_iter().map(|(ir, _)| ir).collect();
        Ok((
            Ir {
                op: Op::Call {
                    function,
                    arguments,
                },
                range,
            },
            ty,
        ))
    }

    #[expect(clippy::too_many_lines, reason = "a table: one entry for each case")]
    fn shape(&mut self, shape: &Shape, exprs: &[&Expr], checked: &mut [Checked]) -> Result<Type> {
        let first = checked[0].1.clone();
        let wrong = |want: &str| {
            let message = format!(
                "a {want} is wanted here, and this is {}",
                self.a_type(&first)
            );
            Err(CompileError::new(exprs[0].range, message))
        };
        let list_item = |ty: &Type| match ty {
            Type::List(item) => Some((**item).clone()),
            Type::Dyn => Some(Type::Dyn),
            _ => None,
        };
        match shape {
            Shape::Size => match first {
                Type::List(_)
                | Type::Map(_)
                | Type::Struct(_)
                | Type::Groups(_)
                | Type::String
                | Type::Enum(_)
                | Type::Dyn => Ok(Type::Int),
                _ => wrong("list or text"),
            },
            Shape::TextTest | Shape::Pattern | Shape::Text | Shape::Split => {
                for ((_, ty), expr) in checked.iter().zip(exprs) {
                    if !(ty.is_text() || matches!(ty, Type::Dyn | Type::Ladder(_))) {
                        let message =
                            format!("a text is wanted here, and this is {}", self.a_type(ty));
                        return Err(CompileError::new(expr.range, message));
                    }
                }
                if *shape == Shape::Pattern {
                    check_pattern(&checked[1].0, exprs[1].range)?;
                }
                Ok(match shape {
                    Shape::TextTest | Shape::Pattern => Type::Bool,
                    Shape::Split => Type::list(Type::String),
                    _ => Type::String,
                })
            }
            Shape::Join => match (list_item(&first), &checked[1].1) {
                (None, _) => wrong("list"),
                (_, ty) if ty.is_text() || *ty == Type::Dyn => Ok(Type::String),
                (_, ty) => {
                    let have = self.a_type(ty);
                    let message = format!("a text is wanted here, and this is {have}");
                    Err(CompileError::new(exprs[1].range, message))
                }
            },
            Shape::To(ty) => self.conversion(ty, checked),
            Shape::DatePart => match first {
                Type::Date | Type::AsOf | Type::Dyn => Ok(Type::Int),
                _ => wrong("date"),
            },
            Shape::RecordTo(ty) => match first {
                Type::Record(_) | Type::Dyn => Ok(ty.clone()),
                Type::Struct(_) if *ty == Type::String => Ok(ty.clone()),
                _ => wrong("resource"),
            },
            Shape::ExpectedTexts => match first {
                Type::Record(_) => Ok(Type::list(Type::String)),
                _ => wrong("resource"),
            },
            Shape::Holder => self.holder_type(&first, exprs[0]),
            Shape::Flatten => match list_item(&first) {
                Some(Type::List(item)) => Ok(Type::List(item)),
                Some(Type::Dyn | Type::Null) => Ok(Type::list(Type::Dyn)),
                _ => wrong("list of lists"),
            },
            Shape::SameList => {
                list_item(&first).map_or_else(|| wrong("list"), |item| Ok(Type::list(item)))
            }
            Shape::Ordered | Shape::Extreme => match list_item(&first) {
                Some(item) if has_order(&item) && *shape == Shape::Extreme => Ok(item),
                Some(item) if has_order(&item) => Ok(Type::list(item)),
                _ => wrong("list of values that have an order"),
            },
            Shape::Sum => match list_item(&first) {
                Some(Type::Null) => Ok(Type::Int),
                Some(item) if has_sum(&item) => Ok(item),
                _ => wrong("list of numbers, durations or amounts"),
            },
            Shape::Item => list_item(&first).map_or_else(|| wrong("list"), Ok),
            Shape::OrValue => match &first {
                Type::Optional(value) => self.or_value(value, exprs, checked),
                _ => wrong("optional (x.?f, xs[?i])"),
            },
            Shape::HasValue => match first {
                Type::Optional(_) => Ok(Type::Bool),
                _ => wrong("optional (x.?f, xs[?i])"),
            },
            Shape::OptionalValue => match &first {
                Type::Optional(value) => Ok((**value).clone()),
                _ => wrong("optional (x.?f, xs[?i])"),
            },
            Shape::Target => match &first {
                Type::Ref(ids) => Ok(Type::Record(ids.clone())),
                Type::Dyn => Ok(Type::Dyn),
                _ => wrong("reference"),
            },
            Shape::Occurrences => self.occurrences(exprs, checked),
            Shape::File => Ok(Type::Struct(Arc::from([
                ("exists".into(), Type::Bool),
                ("digest".into(), Type::String),
                ("size".into(), Type::Int),
            ]))),
        }
    }

    fn occurrences(&mut self, exprs: &[&Expr], checked: &mut [Checked]) -> Result<Type> {
        for (index, want) in [Type::Date, Type::Duration, Type::Date].iter().enumerate() {
            let own = std::mem::replace(
                &mut checked[index],
                (literal(Literal::Null, exprs[index].range), Type::Null),
            );
            checked[index] = self.coerce(own, want)?;
            if !assignable(&checked[index].1, want) {
                let message = format!(
                    "{} is wanted here, and this is {}",
                    self.a_type(want),
                    self.a_type(&checked[index].1)
                );
                return Err(CompileError::new(exprs[index].range, message));
            }
        }
        Ok(Type::list(Type::Date))
    }

    fn or_value(&mut self, value: &Type, exprs: &[&Expr], checked: &mut [Checked]) -> Result<Type> {
        let own = std::mem::replace(
            &mut checked[1],
            (literal(Literal::Null, exprs[1].range), Type::Null),
        );
        checked[1] = self.coerce(own, value)?;
        super::unify(value, &checked[1].1).ok_or_else(|| {
            let message = format!(
                "{} is wanted here, and this is {}",
                self.a_type(value),
                self.a_type(&checked[1].1)
            );
            CompileError::new(exprs[1].range, message)
        })
    }

    /// Conversions of literals happen at load, so that mistakes in them are found then.
    fn conversion(&mut self, ty: &Type, checked: &mut [Checked]) -> Result<Type> {
        if matches!(ty, Type::Date | Type::Duration) {
            let range = checked[0].0.range;
            let own =
                std::mem::replace(&mut checked[0], (literal(Literal::Null, range), Type::Null));
            checked[0] = self.coerce(own, ty)?;
        }
        Ok(ty.clone())
    }

    fn holder_type(&self, ty: &Type, expr: &Expr) -> Result<Type> {
        let kinds = self.scope.kinds;
        match ty {
            Type::Record(ids) => {
                let mut roots: Vec<RecordId> = ids
                    .iter()
                    .map(|id| kinds.kind(kinds.record(*id).within).record)
                    .collect();
                roots.sort_unstable();
                roots.dedup();
                Ok(Type::Record(roots.into()))
            }
            _ => Err(CompileError::new(
                expr.range,
                "holder(...) wants an item of a resource",
            )),
        }
    }

    fn user_call(
        &mut self,
        range: TextRange,
        function: &Name,
        arguments: &[Expr],
    ) -> Result<Checked> {
        let mut checked = Vec::new();
        for argument in arguments {
            checked.push(self.check(argument)?);
        }
        let library = self.scope.library;
        let cases = library.cases(&function.text);
        let mut ty: Option<Type> = None;
        let mut covered: Vec<RecordId> = Vec::new();
        let mut first_case = None;
        for case in cases {
            let candidate = library.function(*case);
            if candidate.parameters.len() != checked.len() {
                continue;
            }
            for ((_, want), own) in candidate.parameters.iter().zip(&mut checked) {
                let placeholder = (literal(Literal::Null, range), Type::Null);
                let taken = std::mem::replace(own, placeholder);
                *own = self.coerce(taken, want)?;
            }
            if !case_applies(&candidate.parameters, &checked) {
                continue;
            }
            if let Some((_, Type::Record(ids))) = candidate.parameters.first() {
                covered.extend(ids.iter());
            }
            first_case.get_or_insert(*case);
            self.uses.merge(&candidate.code.uses);
            ty = Some(match ty {
                None => candidate.code.ty.clone(),
                Some(known) => super::unify(&known, &candidate.code.ty).unwrap_or(Type::Dyn),
            });
        }
        let (Some(case), Some(ty)) = (first_case, ty) else {
            return Err(self.no_case(function, cases, &checked));
        };
        if let Some((_, Type::Record(ids))) = checked.first()
            && let Some(uncovered) = ids.iter().find(|id| !covered.contains(id))
        {
            let name = self.scope.kinds.record_name(*uncovered);
            let own = self.a_type(&Type::record(*uncovered));
            let message = format!("`{}` has no case for {own}", function.text);
            return Err(CompileError::new(function.range, message).help(format!(
                "guard it: kind(x) != \"{name}\" && ..., or add a case"
            )));
        }
        let arguments = checked.into_iter().map(|(ir, _)| ir).collect();
        Ok((
            Ir {
                op: Op::User {
                    function: case,
                    arguments,
                },
                range,
            },
            ty,
        ))
    }

    fn no_case(&self, function: &Name, cases: &[u16], checked: &[Checked]) -> CompileError {
        let have: Vec<String> = checked.iter().map(|(_, ty)| self.type_name(ty)).collect();
        let message = format!("`{}` has no case for ({})", function.text, have.join(", "));
        let wanted: Vec<String> = cases
            .iter()
            .map(|case| {
                let parameters = &self.scope.library.function(*case).parameters;
                let types: Vec<String> = parameters
                    .iter()
                    .map(|(_, ty)| self.type_name(ty))
                    .collect();
                format!("{}({})", function.text, types.join(", "))
            })
            .collect();
        CompileError::new(function.range, message).help(format!("it has {}", wanted.join(", ")))
    }

    /// Functions that ask the catalog: their arguments are names, not values.
    fn query_call(
        &mut self,
        range: TextRange,
        target: Option<&Expr>,
        function: &Name,
        arguments: &[Expr],
    ) -> Option<Result<Checked>> {
        Some(match (target, function.text.as_str(), arguments) {
            (None, "resources", [kind]) => self.resources(range, kind),
            (None, "only", [kind]) => self.only(range, kind),
            (None, "lookup", [kind, path, value]) => self.lookup(range, kind, path, value),
            (Some(base), "referrers", [kind, path]) => {
                self.referrers(range, base, kind, path, false)
            }
            (Some(base), "references", [kind, path]) => {
                self.referrers(range, base, kind, path, true)
            }
            (None, "tagged", [base, word]) => self.tagged(range, base, word),
            (None, "tags", [value]) => self.tags(range, value),
            (None, "verdicts", [rule]) => self.verdicts(range, rule),
            (None, "rule", [name]) => self.rule_info(range, name),
            (None, name, []) if ResultTable::find(name).is_some() => {
                let table = ResultTable::find(name)?;
                self.results(range, table)
            }
            (
                Some(Expr {
                    kind: ExprKind::Ident(name),
                    ..
                }),
                "none",
                [],
            ) if name == "optional" => {
                let arguments = Box::new([]);
                let op = Op::Call {
                    function: Builtin::OptionalNone,
                    arguments,
                };
                Ok((Ir { op, range }, Type::Optional(Arc::new(Type::Null))))
            }
            (
                Some(Expr {
                    kind: ExprKind::Ident(name),
                    ..
                }),
                "of",
                [value],
            ) if name == "optional" => self.check(value).map(|(ir, ty)| {
                let op = Op::Call {
                    function: Builtin::OptionalOf,
                    arguments: Box::new([ir]),
                };
                (Ir { op, range }, Type::Optional(Arc::new(ty)))
            }),
            _ => return None,
        })
    }

    /// A kind that stands as a text: `"System"`.
    fn kind_name(&self, expr: &Expr) -> Result<KindId> {
        let ExprKind::String(name) = &expr.kind else {
            return Err(CompileError::new(
                expr.range,
                "the name of a kind is wanted here: \"System\"",
            ));
        };
        self.scope.kinds.find(name).ok_or_else(|| {
            let error = CompileError::new(expr.range, format!("there is no kind {name}"));
            match nearest(name, self.scope.kinds.iter().map(|(_, kind)| &*kind.name)) {
                Some(near) => error.help(format!("did you mean \"{near}\"?")),
                None => error.help("`govlint schema` lists the kinds"),
            }
        })
    }

    fn resources(&mut self, range: TextRange, kind: &Expr) -> Result<Checked> {
        if let ExprKind::String(_) = &kind.kind {
            let id = self.kind_name(kind)?;
            let ty = Type::list(Type::record(self.scope.kinds.kind(id).record));
            return Ok((
                Ir {
                    op: Op::Resources(Box::new([id])),
                    range,
                },
                ty,
            ));
        }
        let (ir, _) = self.check_as(kind, &Type::Kind)?;
        let ty = Type::list(Type::Record(self.scope.kinds.all_roots()));
        Ok((
            Ir {
                op: Op::ResourcesOf(Box::new(ir)),
                range,
            },
            ty,
        ))
    }

    fn only(&mut self, range: TextRange, kind: &Expr) -> Result<Checked> {
        let id = self.kind_name(kind)?;
        let ty = Type::record(self.scope.kinds.kind(id).record);
        Ok((
            Ir {
                op: Op::Only(id),
                range,
            },
            ty,
        ))
    }

    fn lookup(
        &mut self,
        range: TextRange,
        kind: &Expr,
        path: &Expr,
        value: &Expr,
    ) -> Result<Checked> {
        let id = self.kind_name(kind)?;
        let ExprKind::String(path_text) = &path.kind else {
            return Err(CompileError::new(
                path.range,
                "the path of a field is wanted here: \"domain\"",
            ));
        };
        let record = Type::record(self.scope.kinds.kind(id).record);
        let scope = Scope {
            self_type: Some(record.clone()),
            it_type: None,
            params: &[],
            lets: &[],
            locals: Vec::new(),
            guards: Vec::new(),
            ..*self.scope
        };
        let at_path = |error: CompileError| CompileError {
            range: path.range,
            ..error
        };
        let expr = parse(&format!("self.{path_text}")).map_err(|error| at_path(error.into()))?;
        let code = compile(&scope, self.tables, &expr).map_err(at_path)?;
        let (value_ir, value_type) = self.check(value)?;
        let (value_ir, value_type) = self.coerce((value_ir, value_type), &code.ty)?;
        if !super::comparable(&value_type, &code.ty, true) {
            let message = format!(
                "{path_text} is {}, and this is {}",
                self.a_type(&code.ty),
                self.a_type(&value_type)
            );
            return Err(CompileError::new(value.range, message));
        }
        let known = self
            .tables
            .indexes
            .iter()
            .position(|index| index.kind == id && index.path == *path_text);
        let index = known.unwrap_or_else(|| {
            self.tables.indexes.push(Index {
                kind: id,
                path: path_text.clone(),
                value: code.ir,
            });
            self.tables.indexes.len() - 1
        });
        let op = Op::Lookup {
            index: u16::try_from(index).unwrap_or(u16::MAX),
            value: Box::new(value_ir),
        };
        Ok((Ir { op, range }, Type::list(record)))
    }

    fn referrers(
        &mut self,
        range: TextRange,
        base: &Expr,
        kind: &Expr,
        path: &Expr,
        items: bool,
    ) -> Result<Checked> {
        let (base_ir, base_type) = self.check(base)?;
        if !matches!(base_type, Type::Record(_) | Type::Ref(_) | Type::Dyn) {
            let message = format!("{} is not referred to", self.a_type(&base_type));
            return Err(CompileError::new(base.range, message));
        }
        let id = self.kind_name(kind)?;
        let ExprKind::String(path_text) = &path.kind else {
            return Err(CompileError::new(
                path.range,
                "the path of a reference field is wanted here: \"covers\"",
            ));
        };
        let kinds = self.scope.kinds;
        let all = || {
            kinds
                .ref_paths()
                .iter()
                .enumerate()
                .filter(|(_, known)| known.kind == id)
        };
        let paths: Vec<RefPathId> = all()
            .filter(|(_, known)| path_matches(&known.to_string(), path_text))
            .map(|(index, _)| RefPathId(u16::try_from(index).unwrap_or(u16::MAX)))
            .collect();
        let Some(first) = paths.first() else {
            let name = &kinds.kind(id).name;
            let error = CompileError::new(
                path.range,
                format!("{name} has no reference field `{path_text}`"),
            );
            let known: Vec<String> = all().map(|(_, path)| path.to_string()).collect();
            return Err(match nearest(path_text, known.iter().map(String::as_str)) {
                Some(near) => error.help(format!("did you mean \"{near}\"?")),
                None => error.help(format!("its references are {}", super::some_of(known, 8))),
            });
        };
        let record = if items {
            kinds.ref_paths()[first.0 as usize].record
        } else {
            kinds.kind(id).record
        };
        let op = Op::Referrers {
            base: Box::new(base_ir),
            paths: paths.into(),
            items,
        };
        Ok((Ir { op, range }, Type::list(Type::record(record))))
    }

    fn tagged(&mut self, range: TextRange, base: &Expr, word: &Expr) -> Result<Checked> {
        let (base_ir, base_type) = self.check(base)?;
        let (Type::Record(ids), ExprKind::String(word_text)) = (&base_type, &word.kind) else {
            return Err(CompileError::new(
                range,
                "tagged(...) wants a resource and a word: tagged(self, \"past-date\")",
            ));
        };
        let kinds = self.scope.kinds;
        let mut ty: Option<Type> = None;
        let mut known: Vec<&str> = Vec::new();
        for record in kinds.records() {
            for field in &record.fields {
                known.extend(field.tags.iter().map(|tag| &**tag));
                let within = ids
                    .iter()
                    .any(|id| kinds.record(*id).within == record.within);
                if within && field.tags.iter().any(|tag| **tag == **word_text) {
                    ty = Some(ty.map_or_else(
                        || field.ty.clone(),
                        |ty| super::unify(&ty, &field.ty).unwrap_or(Type::Dyn),
                    ));
                }
            }
        }
        let Some(ty) = ty else {
            let error =
                CompileError::new(word.range, format!("no field is tagged \"{word_text}\""));
            return Err(match nearest(word_text, known.into_iter()) {
                Some(near) => error.help(format!("did you mean \"{near}\"?")),
                None => error,
            });
        };
        let op = Op::Tagged {
            base: Box::new(base_ir),
            word: word_text.as_str().into(),
        };
        Ok((Ir { op, range }, Type::list(ty)))
    }

    fn tags(&mut self, range: TextRange, value: &Expr) -> Result<Checked> {
        let (ir, ty) = self.check(value)?;
        let Type::Enum(words) = &ty else {
            let message = format!(
                "tags(...) wants a word of a vocabulary, and this is {}",
                self.a_type(&ty)
            );
            return Err(CompileError::new(value.range, message));
        };
        let mut tags: Vec<(Box<str>, Vec<Box<str>>)> = Vec::new();
        for record in self.scope.kinds.records() {
            for field in &record.fields {
                let same = matches!(&field.ty, Type::Enum(other) if other == words)
                    || matches!(&field.ty, Type::List(item) if matches!(&**item, Type::Enum(other) if other == words));
                if same {
                    tags.extend(
                        field
                            .value_tags
                            .iter()
                            .map(|(word, values)| (word.clone(), values.clone())),
                    );
                }
            }
        }
        let op = Op::ValueTags {
            base: Box::new(ir),
            words: tags.into(),
        };
        Ok((Ir { op, range }, Type::list(Type::String)))
    }

    fn verdicts(&mut self, range: TextRange, rule: &Expr) -> Result<Checked> {
        let ir = if let ExprKind::String(name) = &rule.kind {
            let Some(resolved) = self.scope.rules.resolve(name) else {
                let error = CompileError::new(rule.range, format!("there is no rule {name}"));
                return Err(match self.scope.rules.similar(name) {
                    Some(near) => error.help(format!("did you mean \"{near}\"?")),
                    None => error,
                });
            };
            self.uses.verdicts.push(resolved.clone());
            literal(Literal::Str(resolved.into()), rule.range)
        } else {
            let (ir, _) = self.check_as(rule, &Type::Rule)?;
            let named: Vec<String> = self
                .scope
                .params
                .iter()
                .flat_map(|param| rules_in(&param.ty, &param.value))
                .collect();
            self.uses.verdicts.extend(named);
            ir
        };
        let fields: Arc<[(Box<str>, Type)]> = Arc::from([
            ("subject".into(), Type::Record(self.scope.kinds.all_roots())),
            ("fails".into(), Type::Bool),
            ("evaluable".into(), Type::Bool),
            ("waived".into(), Type::Bool),
        ]);
        Ok((
            Ir {
                op: Op::Verdicts(Box::new(ir)),
                range,
            },
            Type::list(Type::Struct(fields)),
        ))
    }

    fn results(&mut self, range: TextRange, table: &'static ResultTable) -> Result<Checked> {
        if !self.scope.rules.has_results() {
            let message = format!("{}() can be read by views only", table.name);
            let help = "a rule reads the verdicts of other rules with verdicts(\"rule\")";
            return Err(CompileError::new(range, message).help(help));
        }
        self.uses.results = true;
        let op = Op::Results(table);
        Ok((Ir { op, range }, table.list_type(self.scope.kinds)))
    }

    fn rule_info(&mut self, range: TextRange, name: &Expr) -> Result<Checked> {
        let (ir, _) = self.check_as(name, &Type::String)?;
        let fields: Arc<[(Box<str>, Type)]> = Arc::from([
            ("name".into(), Type::String),
            ("code".into(), Type::String),
            ("policy".into(), Type::String),
            ("decisionDomain".into(), Type::String),
            ("severity".into(), Type::String),
            ("waivable".into(), Type::Bool),
        ]);
        Ok((
            Ir {
                op: Op::RuleInfo(Box::new(ir)),
                range,
            },
            Type::Struct(fields),
        ))
    }

    fn relation_call(
        &mut self,
        range: TextRange,
        target: Option<&Expr>,
        function: &Name,
        arguments: &[Expr],
    ) -> Option<Result<Checked>> {
        let base = target?;
        Some(match (function.text.as_str(), arguments) {
            ("reach", [way]) => self.along(range, base, way, |way, base| Op::Reach { way, base }),
            ("component", [way]) => {
                self.along(range, base, way, |way, base| Op::Component { way, base })
            }
            ("cycle", [way]) => self.along(range, base, way, |way, base| Op::Cycle { way, base }),
            ("path", [way, end]) => self.path(range, base, way, end),
            ("reachMax", [way, name, body]) => {
                self.reach_best(range, Best::Max, base, way, name, body)
            }
            ("reachMin", [way, name, body]) => {
                self.reach_best(range, Best::Min, base, way, name, body)
            }
            ("reachUnion", [way, name, body]) => self.reach_union(range, base, way, name, body),
            _ => return None,
        })
    }

    fn way(&self, expr: &Expr) -> Result<(Way, Type)> {
        let (name, backwards) = match &expr.kind {
            ExprKind::Ident(name) => (name.as_str(), false),
            ExprKind::Backwards(name) => (name.text.as_str(), true),
            _ => {
                return Err(CompileError::new(
                    expr.range,
                    "the name of a relation is wanted here",
                ));
            }
        };
        let library = self.scope.library;
        let Some(relation) = library.find_relation(name) else {
            let error = CompileError::new(expr.range, format!("there is no relation `{name}`"));
            let names = library.relations().iter().map(|relation| &*relation.name);
            return Err(match nearest(name, names) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help("relations stand in policies/relations.yaml"),
            });
        };
        let records = library.relation(relation).records.clone();
        Ok((
            Way {
                relation,
                backwards,
            },
            Type::Record(records.into()),
        ))
    }

    fn along(
        &mut self,
        range: TextRange,
        base: &Expr,
        way: &Expr,
        op: impl Fn(Way, Box<Ir>) -> Op,
    ) -> Result<Checked> {
        let (way, records) = self.way(way)?;
        let base = self.node_of_relation(base, &records)?;
        Ok((
            Ir {
                op: op(way, Box::new(base)),
                range,
            },
            Type::list(records),
        ))
    }

    fn node_of_relation(&mut self, base: &Expr, records: &Type) -> Result<Ir> {
        let (ir, ty) = self.check(base)?;
        if super::comparable(&ty, records, true) {
            return Ok(ir);
        }
        let message = format!("the relation does not connect {}", self.a_type(&ty));
        Err(CompileError::new(base.range, message))
    }

    fn path(&mut self, range: TextRange, base: &Expr, way: &Expr, end: &Expr) -> Result<Checked> {
        let (way, records) = self.way(way)?;
        let from = self.node_of_relation(base, &records)?;
        let to = self.node_of_relation(end, &records)?;
        let ends = Box::new([from, to]);
        Ok((
            Ir {
                op: Op::Path { way, ends },
                range,
            },
            Type::list(records),
        ))
    }

    fn reach_best(
        &mut self,
        range: TextRange,
        best: Best,
        base: &Expr,
        way: &Expr,
        name: &Expr,
        body: &Expr,
    ) -> Result<Checked> {
        let (way, records) = self.way(way)?;
        let base = self.node_of_relation(base, &records)?;
        let outer = std::mem::take(&mut self.uses);
        let slot = self.open_variable(name, records.clone())?;
        let checked = self.check(body);
        self.close_variable(slot);
        let own = std::mem::replace(&mut self.uses, outer);
        let (body_ir, ty) = checked?;
        if !has_order(&ty) {
            let have = self.a_type(&ty);
            let message = format!("a value that has an order is wanted here, and this is {have}");
            return Err(CompileError::new(body.range, message));
        }
        if own.this || own.it || own.lowest_slot.is_some() {
            return Err(CompileError::new(
                body.range,
                "the value may depend on the resource alone, as it is computed once for all",
            )
            .help("compare with self outside: self.reachMax(r, x, f(x)).value"));
        }
        self.uses.merge(&own);
        self.tables.sites.push(Site {
            way,
            best,
            slot,
            body: body_ir,
        });
        let op = Op::ReachBest {
            site: u16::try_from(self.tables.sites.len() - 1).unwrap_or(u16::MAX),
            base: Box::new(base),
        };
        let fields: Arc<[(Box<str>, Type)]> = Arc::from([
            ("value".into(), ty),
            ("at".into(), records.clone()),
            ("path".into(), Type::list(records)),
        ]);
        Ok((Ir { op, range }, Type::Struct(fields)))
    }

    /// `x.reachUnion(r, y, f(y))` is `x.reach(r).map(y, f(y)).flatten().distinct()`.
    fn reach_union(
        &mut self,
        range: TextRange,
        base: &Expr,
        way: &Expr,
        name: &Expr,
        body: &Expr,
    ) -> Result<Checked> {
        let call = |target: Expr, function: &str, arguments: Vec<Expr>| Expr {
            kind: ExprKind::Call {
                target: Some(Box::new(target)),
                function: Name {
                    text: function.to_owned(),
                    range,
                },
                arguments,
            },
            range,
        };
        let reached = call(base.clone(), "reach", vec![way.clone()]);
        let mapped = call(reached, "map", vec![name.clone(), body.clone()]);
        let flat = call(mapped, "flatten", Vec::new());
        self.check(&call(flat, "distinct", Vec::new()))
    }
}

/// True if values of a type can be sorted, and one of them be the largest.
pub(super) fn has_order(ty: &Type) -> bool {
    matches!(ty, Type::Null) || comparable(ty, ty, false)
}

fn has_sum(ty: &Type) -> bool {
    ty.is_number() || matches!(ty, Type::Duration | Type::Money | Type::Dyn)
}

/// A pattern that stands as a text is checked at load.
fn check_pattern(pattern: &Ir, range: TextRange) -> Result<()> {
    let Op::Literal(Literal::Str(pattern)) = &pattern.op else {
        return Ok(());
    };
    let Err(error) = regex::Regex::new(pattern) else {
        return Ok(());
    };
    let reason = error.to_string();
    let reason = reason.lines().last().unwrap_or_default();
    let reason = reason.strip_prefix("error: ").unwrap_or(reason);
    let message = format!("this is no regular expression: {reason}");
    Err(CompileError::new(range, message))
}

fn case_applies(parameters: &[(Box<str>, Type)], checked: &[Checked]) -> bool {
    parameters
        .iter()
        .zip(checked)
        .enumerate()
        .all(|(index, ((_, want), (_, have)))| match (want, have) {
            // The first argument chooses the case, so a part of its kinds is enough.
            (Type::Record(allowed), Type::Record(ids)) if index == 0 => {
                ids.iter().any(|id| allowed.contains(id))
            }
            _ => assignable(have, want),
        })
}

/// True if a reference path is `path` or lies below it.
fn path_matches(known: &str, path: &str) -> bool {
    known
        .strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn rules_in(ty: &Type, value: &Literal) -> Vec<String> {
    match (ty, value) {
        (Type::Rule, Literal::Str(name)) => vec![name.to_string()],
        (Type::List(item), Literal::List(values)) => values
            .iter()
            .flat_map(|value| rules_in(item, value))
            .collect(),
        (Type::Map(item), Literal::Map(values)) => values
            .iter()
            .flat_map(|(_, value)| rules_in(item, value))
            .collect(),
        _ => Vec::new(),
    }
}

fn literal(value: Literal, range: TextRange) -> Ir {
    Ir {
        op: Op::Literal(value),
        range,
    }
}
