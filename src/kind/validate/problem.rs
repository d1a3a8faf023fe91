//! From the validator's errors to problems in our own terms.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

use super::prepare::{ENTRIES, KNOWN, LADDER, SCALAR, SLUG};
use crate::kind::LadderId;
use crate::kind::wording::{Bounds, Problem, Shape, What};
use crate::scalar::ScalarType;

/// Turns errors into problems; `schema` is the one that was compiled, and `root` the node that
/// takes the blame for what stands in no node, such as the name of a property.
pub(super) fn collect<'e>(
    schema: &Value,
    root: u32,
    errors: impl IntoIterator<Item = ValidationError<'e>>,
    problems: &mut Vec<Problem>,
) {
    for error in errors {
        let parts = error.into_parts();
        let node = parts
            .instance
            .as_u64()
            .and_then(|node| u32::try_from(node).ok());
        let node = node.unwrap_or(root);
        let keyword = parts.schema_path.as_str();
        let place = keyword
            .rsplit_once('/')
            .and_then(|(place, _)| schema.pointer(place));
        let place = place.unwrap_or(&Value::Null);
        match parts.kind {
            ValidationErrorKind::AnyOf { context }
            | ValidationErrorKind::OneOfNotValid { context } => {
                let branches = context.into_iter().map(|errors| {
                    let mut problems = Vec::new();
                    collect(schema, root, errors, &mut problems);
                    problems
                });
                problems.extend(choose(node, place, branches.collect()));
            }
            kind => problems.extend(what(kind, place).into_iter().map(|what| Problem {
                node,
                title: title(place),
                what,
            })),
        }
    }
}

fn title(place: &Value) -> Option<Box<str>> {
    place.get("title").and_then(Value::as_str).map(Into::into)
}

fn what(kind: ValidationErrorKind, place: &Value) -> Option<What> {
    use ValidationErrorKind as Kind;
    let found = match kind {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            What::Unknown(unexpected)
        }
        Kind::Required { property } => What::Missing(property.as_str()?.into()),
        Kind::Custom { keyword, message } => return custom(&keyword, &message),
        Kind::Type { kind } => What::Shape(shapes(&kind)),
        Kind::Enum { options } => What::Word(words(&options)),
        Kind::Constant { expected_value } => What::Always(word(&expected_value)),
        Kind::Pattern { pattern } => What::Form {
            pattern,
            description: place
                .get("description")
                .and_then(Value::as_str)
                .map(Into::into),
        },
        Kind::Minimum { .. }
        | Kind::Maximum { .. }
        | Kind::ExclusiveMinimum { .. }
        | Kind::ExclusiveMaximum { .. } => What::Amount(bounds(
            place,
            ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
        )),
        Kind::MinLength { .. } | Kind::MaxLength { .. } => {
            What::Length(bounds(place, ["minLength", "maxLength", "", ""]))
        }
        Kind::MinItems { .. } | Kind::MaxItems { .. } => {
            What::Count(bounds(place, ["minItems", "maxItems", "", ""]))
        }
        Kind::MinProperties { .. } | Kind::MaxProperties { .. } => {
            What::Count(bounds(place, ["minProperties", "maxProperties", "", ""]))
        }
        Kind::UniqueItems => What::Repeated,
        other => What::Other(other.keyword().to_owned()),
    };
    Some(found)
}

fn custom(keyword: &str, message: &str) -> Option<What> {
    let (first, rest) = message.split_once(' ').unwrap_or((message, ""));
    Some(match (keyword, first) {
        (SCALAR, word) => What::Scalar {
            scalar: ScalarType::parse(word)?,
            words: rest.split_whitespace().map(Into::into).collect(),
        },
        (LADDER, number) => What::Level(LadderId(number.parse().ok()?)),
        (SLUG, _) => What::Form {
            pattern: message.to_owned(),
            description: None,
        },
        (KNOWN, _) => What::Known,
        (ENTRIES, "stray") => What::Unknown(vec![rest.to_owned()]),
        (ENTRIES, _) => What::Twice(rest.into()),
        _ => What::Other(keyword.to_owned()),
    })
}

/// What to say of a node that fits no branch: the problems of the branch that it nearly fits, or
/// all that the branches together accept.
fn choose(node: u32, place: &Value, branches: Vec<Vec<Problem>>) -> Vec<Problem> {
    let (mut words, mut shapes) = (Vec::new(), Vec::new());
    let mut nearest: Option<Vec<Problem>> = None;
    for branch in branches {
        let misfit = branch
            .iter()
            .find(|problem| problem.node == node && problem.what.is_misfit());
        match misfit.map(|problem| &problem.what) {
            Some(What::Shape(wanted)) => shapes.extend(wanted.iter().copied()),
            Some(What::Word(wanted)) => words.extend(wanted.iter().cloned()),
            Some(What::Always(wanted)) => words.push(wanted.clone()),
            _ => {
                let fewer = nearest
                    .as_ref()
                    .is_none_or(|other| branch.len() < other.len());
                nearest = if fewer { Some(branch) } else { nearest };
            }
        }
    }
    let Some(mut nearest) = nearest else {
        return vec![Problem {
            node,
            title: title(place),
            what: What::Either { words, shapes },
        }];
    };
    for problem in nearest.iter_mut().filter(|problem| problem.node == node) {
        problem.title = title(place).or(problem.title.take());
        if let What::Scalar { words: also, .. } = &mut problem.what {
            also.append(&mut words);
        }
    }
    nearest
}

fn shapes(kind: &TypeKind) -> Vec<Shape> {
    match kind {
        TypeKind::Single(one) => vec![shape(*one)],
        TypeKind::Multiple(several) => several.iter().map(shape).collect(),
    }
}

fn shape(json: JsonType) -> Shape {
    match json {
        JsonType::Null => Shape::Nothing,
        JsonType::Boolean => Shape::Truth,
        JsonType::Integer => Shape::Whole,
        JsonType::Number => Shape::Number,
        JsonType::String => Shape::Text,
        JsonType::Array => Shape::List,
        JsonType::Object => Shape::Map,
    }
}

fn bounds(place: &Value, [least, most, above, below]: [&str; 4]) -> Bounds {
    let read = |key: &str| place.get(key).map(word);
    Bounds {
        least: read(least),
        most: read(most),
        above: read(above),
        below: read(below),
    }
}

fn words(options: &Value) -> Vec<Box<str>> {
    options.as_array().into_iter().flatten().map(word).collect()
}

/// A value of a schema as it is written in YAML.
fn word(value: &Value) -> Box<str> {
    value
        .as_str()
        .map_or_else(|| value.to_string().into(), Into::into)
}
