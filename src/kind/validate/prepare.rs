//! From a kind's JSON Schema to the one that is compiled.
//!
//! References into shared schemas are resolved as [`Kinds`] resolves them (siblings of `$ref`
//! win), and what plain JSON Schema does not know is written out: `unknown` at every leaf that
//! need not be known, scalar types, ladders, other names of a field, and lists of one.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::kind::Kinds;

/// The keyword of scalar types: `{is, after, unknown}`.
pub(super) const SCALAR: &str = "x-govlint-scalar";
/// The keyword of ladders: `{is, unknown}`.
pub(super) const LADDER: &str = "x-govlint-levels";
/// The keyword of texts that may not say `unknown`: `true`.
pub(super) const KNOWN: &str = "x-govlint-known";
/// The keyword of records: `{names, closed, spellings}`.
pub(super) const ENTRIES: &str = "x-govlint-entries";

/// References that are followed into one another; a longer chain is a circle, left to the
/// compiler.
const REFERENCES: usize = 16;

/// Returns the schema of a kind as it is compiled. What is required of the root itself is left
/// out: it depends on where the record stands.
pub(super) fn prepare(kinds: &Kinds, schema: &Value) -> Value {
    let mut prepared = Preparation { kinds, depth: 0 }.schema(schema, false);
    if let Some(root) = prepared.as_object_mut() {
        root.remove("required");
        if let Some(dialect) = schema.get("$schema") {
            root.insert("$schema".into(), dialect.clone());
        }
        if let Some(properties) = root.get_mut("properties").and_then(Value::as_object_mut) {
            for name in ["apiVersion", "kind"] {
                properties.entry(name).or_insert(Value::Bool(true));
            }
        }
    }
    prepared
}

#[derive(Clone, Copy)]
struct Preparation<'a> {
    kinds: &'a Kinds,
    /// How many references lie around.
    depth: usize,
}

impl Preparation<'_> {
    fn schema(self, schema: &Value, known: bool) -> Value {
        let Some(object) = schema.as_object() else {
            return schema.clone();
        };
        let (object, inner) = self.resolve(object);
        let known = known || is_true(&object, "x-govlint-known");
        let Some(word) = object.get("x-govlint-type").filter(|word| word.is_string()) else {
            return inner.untyped(&object, known);
        };
        let after = object
            .get("x-govlint-after-all")
            .cloned()
            .unwrap_or(json!([]));
        let mut body = described(&object);
        body.insert(
            SCALAR.into(),
            json!({"is": word, "after": after, "unknown": !known}),
        );
        Value::Object(body)
    }

    /// Follows `$ref` into the shared schemas.
    fn resolve<'s>(self, object: &'s Map<String, Value>) -> (Cow<'s, Map<String, Value>>, Self) {
        let target = object
            .get("$ref")
            .and_then(Value::as_str)
            .filter(|_| self.depth < REFERENCES)
            .and_then(|reference| shared(self.kinds, reference));
        let Some(target) = target.and_then(Value::as_object) else {
            return (Cow::Borrowed(object), self);
        };
        let inner = Self {
            depth: self.depth + 1,
            ..self
        };
        let (merged, inner) = inner.resolve(target);
        let mut merged = merged.into_owned();
        let own = object.iter().filter(|(key, _)| *key != "$ref");
        merged.extend(own.map(|(key, value)| (key.clone(), value.clone())));
        (Cow::Owned(merged), inner)
    }

    fn untyped(self, object: &Map<String, Value>, known: bool) -> Value {
        let is_list = accepts_lists(object);
        let ladder = object
            .get("x-govlint-ladder")
            .and_then(Value::as_str)
            .filter(|_| !is_list);
        if let Some(ladder) = ladder.and_then(|name| self.kinds.find_ladder(name)) {
            let mut body = described(object);
            body.insert(LADDER.into(), json!({"is": ladder.0, "unknown": !known}));
            return Value::Object(body);
        }
        let mut body = self.body(object, known);
        if is_list && is_true(object, "x-govlint-list-of-one") {
            body.insert("type".into(), "array".into());
            let item = body.get("items").cloned().unwrap_or(Value::Bool(true));
            body = into_map(json!({"if": {"type": "array"}, "then": body, "else": item}));
        }
        if !self.is_leaf(object) {
            return Value::Object(body);
        }
        let is_text = body.get("type").is_some_and(|word| word == "string");
        let closed = ["enum", "const"]
            .iter()
            .any(|word| body.contains_key(*word));
        match (known, is_text && !closed) {
            (true, true) => {
                body.insert(KNOWN.into(), Value::Bool(true));
                Value::Object(body)
            }
            (true, false) => Value::Object(body),
            (false, _) => json!({"if": {"const": "unknown"}, "else": body}),
        }
    }

    fn body(self, object: &Map<String, Value>, known: bool) -> Map<String, Value> {
        let mut body = Map::new();
        for (key, value) in object {
            let value = match key.as_str() {
                "$id" | "$schema" | "$comment" | "default" | "examples" => continue,
                word if word.starts_with("x-") => continue,
                "properties" => self.properties(value, known),
                "patternProperties" | "dependentSchemas" | "$defs" | "definitions" => {
                    self.each(value, known)
                }
                "items"
                | "additionalProperties"
                | "then"
                | "else"
                | "anyOf"
                | "oneOf"
                | "allOf"
                | "prefixItems" => self.below(value, known),
                _ => value.clone(),
            };
            body.insert(key.clone(), value);
        }
        if let Some(entries) = self.entries(object) {
            body.insert(ENTRIES.into(), entries);
        }
        body
    }

    /// A schema, or a list of schemas.
    fn below(self, value: &Value, known: bool) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.schema(item, known)).collect(),
            _ => self.schema(value, known),
        }
    }

    fn each(self, value: &Value, known: bool) -> Value {
        let Some(map) = value.as_object() else {
            return value.clone();
        };
        let each = map
            .iter()
            .map(|(name, schema)| (name.clone(), self.schema(schema, known)));
        Value::Object(each.collect())
    }

    fn properties(self, value: &Value, known: bool) -> Value {
        let mut properties = into_map(self.each(value, known));
        for (name, schema) in value.as_object().into_iter().flatten() {
            for alias in self.aliases(schema) {
                if let Some(schema) = properties.get(name).cloned() {
                    properties.entry(alias).or_insert(schema);
                }
            }
        }
        Value::Object(properties)
    }

    fn aliases(self, schema: &Value) -> Vec<String> {
        let Some(object) = schema.as_object() else {
            return Vec::new();
        };
        let (object, _) = self.resolve(object);
        let names = object.get("x-govlint-aliases").and_then(Value::as_array);
        let names = names.into_iter().flatten().filter_map(Value::as_str);
        names.map(ToOwned::to_owned).collect()
    }

    /// What the validator has to know of a record beyond JSON Schema: which keys without a value
    /// are no fields, and which fields have several names.
    fn entries(self, object: &Map<String, Value>) -> Option<Value> {
        let properties = object.get("properties")?.as_object()?;
        let mut names: Vec<String> = properties.keys().cloned().collect();
        let mut spellings = Map::new();
        for (name, schema) in properties {
            for alias in self.aliases(schema) {
                names.push(alias.clone());
                spellings.insert(alias, name.as_str().into());
            }
        }
        let patterns = object.get("patternProperties").and_then(Value::as_object);
        let free = patterns.is_some_and(|patterns| patterns.keys().any(|pattern| pattern != "^x-"));
        let closed = !free && object.get("additionalProperties") == Some(&Value::Bool(false));
        (closed || !spellings.is_empty())
            .then(|| json!({"names": names, "closed": closed, "spellings": spellings}))
    }

    /// True for what holds no fields: a scalar, or a list of scalars.
    fn is_leaf(self, object: &Map<String, Value>) -> bool {
        let holds_fields = ["properties", "additionalProperties", "patternProperties"];
        let branches = ["anyOf", "oneOf", "allOf", "items"];
        let asserts = object
            .keys()
            .any(|key| !matches!(&**key, "title" | "description"));
        asserts
            && !accepts(object, "object")
            && !holds_fields.iter().any(|word| object.contains_key(*word))
            && branches.iter().all(|word| match object.get(*word) {
                Some(Value::Array(items)) => items.iter().all(|item| self.leads_to_leaf(item)),
                Some(item) => self.leads_to_leaf(item),
                None => true,
            })
    }

    fn leads_to_leaf(self, schema: &Value) -> bool {
        schema.as_object().is_none_or(|object| {
            let (object, inner) = self.resolve(object);
            object.is_empty() || inner.is_leaf(&object)
        })
    }
}

/// The shared schema that a reference leads to.
fn shared<'k>(kinds: &'k Kinds, reference: &str) -> Option<&'k Value> {
    let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let (_, schema) = kinds
        .shared()
        .iter()
        .find(|(id, _)| name(id) == name(file))?;
    schema.pointer(pointer)
}

/// The words of a schema for people.
fn described(object: &Map<String, Value>) -> Map<String, Value> {
    let words = ["title", "description"].iter();
    words
        .filter_map(|word| Some(((*word).to_owned(), object.get(*word)?.clone())))
        .collect()
}

fn accepts(object: &Map<String, Value>, word: &str) -> bool {
    match object.get("type") {
        Some(Value::Array(words)) => words.iter().any(|other| other == word),
        Some(other) => other == word,
        None => false,
    }
}

fn accepts_lists(object: &Map<String, Value>) -> bool {
    accepts(object, "array")
}

fn is_true(object: &Map<String, Value>, key: &str) -> bool {
    object.get(key) == Some(&Value::Bool(true))
}

fn into_map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
