//! From a kind's JSON Schema to the one that is compiled.
//!
//! References into shared schemas are resolved as [`Kinds`] resolves them (siblings of `$ref`
//! win), and what plain JSON Schema does not know is written out: `unknown` at every leaf that
//! need not be known, scalar types, ladders, other names of a field, and lists of one.

use serde_json::{Map, Value, json};

use crate::kind::Kinds;
use crate::kind::wording::slug_lengths;

/// The keyword of scalar types: `{is, after, unknown}`.
pub(super) const SCALAR: &str = "x-govlint-scalar";
/// The keyword of ladders: `{is, unknown}`.
pub(super) const LADDER: &str = "x-govlint-levels";
/// The keyword of texts that may not say `unknown`: `true`.
pub(super) const KNOWN: &str = "x-govlint-known";
/// The keyword of ids: the pattern in whose place it stands.
pub(super) const SLUG: &str = "x-govlint-slug";
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

/// A schema with what its `$ref` leads to: what is written nearer wins.
struct Merged<'s>(Vec<&'s Map<String, Value>>);

impl<'s> Merged<'s> {
    fn get(&self, key: &str) -> Option<&'s Value> {
        self.0.iter().find_map(|object| object.get(key))
    }

    fn iter(&self) -> impl Iterator<Item = (&'s String, &'s Value)> + '_ {
        let last = self.0.len() - 1;
        self.0.iter().enumerate().flat_map(move |(depth, object)| {
            object.iter().filter(move |(key, _)| match key.as_str() {
                // All but the last have been followed.
                "$ref" => depth == last,
                key => !self.0[..depth]
                    .iter()
                    .any(|nearer| nearer.contains_key(key)),
            })
        })
    }

    fn is_true(&self, key: &str) -> bool {
        self.get(key) == Some(&Value::Bool(true))
    }

    fn accepts(&self, word: &str) -> bool {
        match self.get("type") {
            Some(Value::Array(words)) => words.iter().any(|other| other == word),
            Some(other) => other == word,
            None => false,
        }
    }

    /// The words of the schema for people.
    fn described(&self) -> Map<String, Value> {
        let words = ["title", "description"].iter();
        words
            .filter_map(|word| Some(((*word).to_owned(), self.get(word)?.clone())))
            .collect()
    }
}

#[derive(Clone, Copy)]
struct Preparation<'a> {
    kinds: &'a Kinds,
    /// How many references lie around.
    depth: usize,
}

impl<'a> Preparation<'a> {
    fn schema(self, schema: &Value, known: bool) -> Value {
        let Some(object) = schema.as_object() else {
            return schema.clone();
        };
        let (merged, inner) = self.resolve(object);
        let known = known || merged.is_true("x-govlint-known");
        let Some(word) = merged.get("x-govlint-type").filter(|word| word.is_string()) else {
            return inner.untyped(&merged, known);
        };
        let after = merged
            .get("x-govlint-after-all")
            .cloned()
            .unwrap_or(json!([]));
        let mut body = merged.described();
        body.insert(
            SCALAR.into(),
            json!({"is": word, "after": after, "unknown": !known}),
        );
        Value::Object(body)
    }

    /// Follows `$ref` into the shared schemas.
    fn resolve<'s>(self, object: &'s Map<String, Value>) -> (Merged<'s>, Self)
    where
        'a: 's,
    {
        let mut chain = vec![object];
        let mut depth = self.depth;
        while let Some(reference) = chain[chain.len() - 1].get("$ref").and_then(Value::as_str)
            && depth < REFERENCES
            && let Some(target) = shared(self.kinds, reference).and_then(Value::as_object)
        {
            chain.push(target);
            depth += 1;
        }
        (Merged(chain), Self { depth, ..self })
    }

    fn untyped(self, merged: &Merged<'_>, known: bool) -> Value {
        let is_list = merged.accepts("array");
        let ladder = merged
            .get("x-govlint-ladder")
            .and_then(Value::as_str)
            .filter(|_| !is_list);
        if let Some(ladder) = ladder.and_then(|name| self.kinds.find_ladder(name)) {
            let mut body = merged.described();
            body.insert(LADDER.into(), json!({"is": ladder.0, "unknown": !known}));
            return Value::Object(body);
        }
        let mut body = self.body(merged, known);
        if is_list && merged.is_true("x-govlint-list-of-one") {
            body.insert("type".into(), "array".into());
            let item = body.get("items").cloned().unwrap_or(Value::Bool(true));
            body = into_map(json!({"if": {"type": "array"}, "then": body, "else": item}));
        }
        if !self.is_leaf(merged) {
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

    fn body(self, merged: &Merged<'_>, known: bool) -> Map<String, Value> {
        let mut body = Map::new();
        for (key, value) in merged.iter() {
            let mut key = key.as_str();
            let value = match key {
                "$id" | "$schema" | "$comment" | "default" | "examples" => continue,
                word if word.starts_with("x-") => continue,
                // Every kind has ids, and compiling their pattern takes as long as half a kind.
                "pattern" if value.as_str().and_then(slug_lengths).is_some() => {
                    key = SLUG;
                    value.clone()
                }
                "properties" => self.properties(value, known),
                "patternProperties" | "dependentSchemas" | "$defs" | "definitions" => {
                    Value::Object(self.each(value, known))
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
            body.insert(key.to_owned(), value);
        }
        if let Some(entries) = self.entries(merged) {
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

    fn each(self, value: &Value, known: bool) -> Map<String, Value> {
        let each = value.as_object().into_iter().flatten();
        each.map(|(name, schema)| (name.clone(), self.schema(schema, known)))
            .collect()
    }

    fn properties(self, value: &Value, known: bool) -> Value {
        let mut properties = self.each(value, known);
        for (name, schema) in value.as_object().into_iter().flatten() {
            for alias in self.aliases(schema) {
                if let Some(schema) = properties.get(name).cloned() {
                    properties.entry(alias).or_insert(schema);
                }
            }
        }
        Value::Object(properties)
    }

    fn aliases<'s>(self, schema: &'s Value) -> impl Iterator<Item = &'s str>
    where
        'a: 's,
    {
        let merged = schema.as_object().map(|object| self.resolve(object).0);
        let names = merged.and_then(|merged| merged.get("x-govlint-aliases")?.as_array());
        names.into_iter().flatten().filter_map(Value::as_str)
    }

    /// What the validator has to know of a record beyond JSON Schema: which keys without a value
    /// are no fields, and which fields have several names.
    fn entries(self, merged: &Merged<'_>) -> Option<Value> {
        let properties = merged.get("properties")?.as_object()?;
        let mut names: Vec<&str> = properties.keys().map(String::as_str).collect();
        let mut spellings = Map::new();
        for (name, schema) in properties {
            for alias in self.aliases(schema) {
                names.push(alias);
                spellings.insert(alias.to_owned(), name.as_str().into());
            }
        }
        let patterns = merged.get("patternProperties").and_then(Value::as_object);
        let free = patterns.is_some_and(|patterns| patterns.keys().any(|pattern| pattern != "^x-"));
        let closed = !free && merged.get("additionalProperties") == Some(&Value::Bool(false));
        (closed || !spellings.is_empty())
            .then(|| json!({"names": names, "closed": closed, "spellings": spellings}))
    }

    /// True for what holds no fields: a scalar, or a list of scalars.
    fn is_leaf(self, merged: &Merged<'_>) -> bool {
        let holds_fields = ["properties", "additionalProperties", "patternProperties"];
        let branches = ["anyOf", "oneOf", "allOf", "items"];
        let asserts = merged
            .iter()
            .any(|(key, _)| !matches!(&**key, "title" | "description"));
        asserts
            && !merged.accepts("object")
            && !holds_fields.iter().any(|word| merged.get(word).is_some())
            && branches.iter().all(|word| match merged.get(word) {
                Some(Value::Array(items)) => items.iter().all(|item| self.leads_to_leaf(item)),
                Some(item) => self.leads_to_leaf(item),
                None => true,
            })
    }

    fn leads_to_leaf(self, schema: &Value) -> bool {
        schema.as_object().is_none_or(|object| {
            let (merged, inner) = self.resolve(object);
            object.is_empty() || inner.is_leaf(&merged)
        })
    }
}

/// The shared schema that a reference leads to.
fn shared<'k>(kinds: &'k Kinds, reference: &str) -> Option<&'k Value> {
    let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
    let name = |path: &str| path.rfind('/').map_or(0, |slash| slash + 1);
    let file = &file[name(file)..];
    let (_, schema) = kinds
        .shared()
        .iter()
        .find(|(id, _)| &id[name(id)..] == file)?;
    schema.pointer(pointer)
}

fn into_map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
