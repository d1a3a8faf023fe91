//! From JSON Schema files to kinds, records and fields.
//!
//! The dialect is the one that `docs/schemas.md` describes: plain JSON Schema 2020-12 with
//! `x-govlint-*` annotations. What lies outside it becomes a field of type `dyn`.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use super::{
    Expected, Field, Kind, KindId, Kinds, Ladder, LadderId, Record, RecordId, RefPath, RefPathId,
    ReferenceField, Type,
};
use crate::scalar::{Duration, ScalarType};

/// A schema file before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaText {
    /// Where it came from, for messages.
    pub path: String,
    /// The JSON text.
    pub text: String,
}

/// A schema file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}{pointer}: {message}")]
pub struct SchemaError {
    /// The file.
    pub path: String,
    /// JSON pointer into it; empty for the file as a whole.
    pub pointer: String,
    /// One line without a full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl SchemaError {
    fn new(path: &str, pointer: &str, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            pointer: pointer.to_owned(),
            message: message.into(),
            help: None,
        }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

const ANNOTATION_KIND: &str = "x-govlint-kind";
const ANNOTATION_EXTENDS: &str = "x-govlint-extends";

impl Kinds {
    /// Reads schema files into kinds. A file with `x-govlint-kind` describes a kind, one with
    /// `x-govlint-extends` adds properties to a kind, any other holds shared definitions.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the files, in their order.
    pub fn load(files: &[SchemaText]) -> Result<Self, Vec<SchemaError>> {
        let (parsed, errors): (Vec<_>, Vec<_>) = files
            .iter()
            .map(|file| {
                serde_json::from_str::<Value>(&file.text)
                    .map(|schema| (file.path.clone(), schema))
                    .map_err(|error| {
                        SchemaError::new(&file.path, "", format!("is no JSON: {error}"))
                    })
            })
            .partition(Result::is_ok);
        let mut errors: Vec<SchemaError> = errors.into_iter().filter_map(Result::err).collect();
        let parsed: Vec<(String, Value)> = parsed.into_iter().filter_map(Result::ok).collect();
        let mut loader = Loader::default();
        loader.collect(parsed, &mut errors);
        loader.build(&mut errors);
        if errors.is_empty() {
            Ok(loader.finish())
        } else {
            Err(errors)
        }
    }
}

#[derive(Default)]
struct Loader {
    /// Kind name to file and schema, extensions merged in.
    schemas: BTreeMap<String, (String, Value)>,
    shared: Vec<(String, Value)>,
    kinds: Vec<Kind>,
    records: Vec<Record>,
    ladders: Vec<Ladder>,
    by_name: FxHashMap<Box<str>, KindId>,
    /// Reference targets as written, by record and field, until all records are known.
    targets: Vec<(RecordId, u16, Vec<String>, String)>,
}

impl Loader {
    fn collect(&mut self, files: Vec<(String, Value)>, errors: &mut Vec<SchemaError>) {
        let mut extensions = Vec::new();
        for (path, schema) in files {
            self.collect_ladders(&schema);
            if let Some(kind) = text(&schema, ANNOTATION_KIND) {
                if let Some((other, _)) = self.schemas.get(&kind) {
                    errors.push(
                        SchemaError::new(&path, "/x-govlint-kind", format!("kind {kind} is already described by {other}"))
                            .help("to add fields to a kind, write `x-govlint-extends` in place of `x-govlint-kind`"),
                    );
                    continue;
                }
                self.schemas.insert(kind, (path, schema));
            } else if let Some(kind) = text(&schema, ANNOTATION_EXTENDS) {
                extensions.push((kind, path, schema));
            } else {
                let id = text(&schema, "$id").unwrap_or_else(|| path.clone());
                self.shared.push((id, schema));
            }
        }
        for (kind, path, extension) in extensions {
            match self.schemas.get_mut(&kind) {
                Some((_, base)) => extend(base, &extension),
                None => errors.push(SchemaError::new(
                    &path,
                    "/x-govlint-extends",
                    format!("there is no kind {kind} to extend"),
                )),
            }
        }
    }

    fn collect_ladders(&mut self, schema: &Value) {
        let Some(ladders) = schema.get("x-govlint-ladders").and_then(Value::as_object) else {
            return;
        };
        for (name, levels) in ladders {
            if self.ladders.iter().all(|ladder| &*ladder.name != name) {
                let levels = strings(levels);
                self.ladders.push(Ladder {
                    name: name.as_str().into(),
                    levels,
                });
            }
        }
    }

    fn build(&mut self, errors: &mut Vec<SchemaError>) {
        let schemas: Vec<(String, String, Value)> = self
            .schemas
            .iter()
            .map(|(kind, (path, schema))| (kind.clone(), path.clone(), schema.clone()))
            .collect();
        let mut names: Vec<String> = Vec::new();
        for (kind, _, schema) in &schemas {
            names.push(kind.clone());
            names.extend(text(schema, "x-govlint-collection"));
        }
        names.sort();
        for (index, name) in names.iter().enumerate() {
            let id = KindId(u16::try_from(index).unwrap_or(u16::MAX));
            self.by_name.insert(name.as_str().into(), id);
            self.kinds.push(placeholder(name));
        }
        for (name, path, schema) in schemas {
            self.build_kind(&name, &path, schema, errors);
        }
        self.resolve_targets(errors);
        self.mark_references();
    }

    fn build_kind(&mut self, name: &str, path: &str, schema: Value, errors: &mut Vec<SchemaError>) {
        let id = self.by_name[name];
        let schema = with_common_fields(schema, &self.shared);
        let record = self.record(id, Some(id), "", path, "", &schema, errors);
        let collection = text(&schema, "x-govlint-collection");
        let kind = &mut self.kinds[id.0 as usize];
        kind.record = record;
        kind.title = text(&schema, "title")
            .unwrap_or_else(|| name.to_owned())
            .into();
        kind.description = text(&schema, "description").unwrap_or_default().into();
        kind.role = text(&schema, "x-govlint-role").map(Into::into);
        kind.review_default = text(&schema, "x-govlint-review-default")
            .and_then(|written| Duration::parse(&written).ok());
        kind.collection = collection.as_ref().map(|name| self.by_name[name.as_str()]);
        if let Some(collection) = collection {
            self.build_collection(&collection, id, record, path, &schema, errors);
        }
        self.kinds[id.0 as usize].schema = schema;
    }

    /// The collection kind of `item`: a resource with the fields of every resource, `defaults`
    /// and `items`.
    fn build_collection(
        &mut self,
        name: &str,
        item: KindId,
        item_record: RecordId,
        path: &str,
        item_schema: &Value,
        errors: &mut Vec<SchemaError>,
    ) {
        let id = self.by_name[name];
        let schema = collection_schema(name, item_schema, &self.shared);
        let record = self.record(id, Some(id), "", path, "", &schema, errors);
        let root = &mut self.records[record.0 as usize];
        for (name, ty) in [
            ("defaults", Type::record(item_record)),
            ("items", Type::list(Type::record(item_record))),
        ] {
            if let Some(index) = root.by_name.get(name) {
                root.fields[*index as usize].ty = ty;
            }
        }
        let review_default = self.kinds[item.0 as usize].review_default;
        let kind = &mut self.kinds[id.0 as usize];
        kind.record = record;
        kind.title = text(&schema, "title").unwrap_or_default().into();
        kind.items_of = Some(item);
        kind.review_default = review_default;
        kind.schema = schema;
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the place of the schema is five of them"
    )]
    fn record(
        &mut self,
        within: KindId,
        kind: Option<KindId>,
        below: &str,
        file: &str,
        pointer: &str,
        schema: &Value,
        errors: &mut Vec<SchemaError>,
    ) -> RecordId {
        let id = RecordId(u16::try_from(self.records.len()).unwrap_or(u16::MAX));
        self.records.push(Record {
            kind,
            within,
            path: below.into(),
            item_of: None,
            item_key: Box::default(),
            short_form: None,
            fields: Vec::new(),
            by_name: FxHashMap::default(),
            free: schema.get("additionalProperties") != Some(&Value::Bool(false)),
            has_references: false,
        });
        let empty = Map::new();
        let properties = schema
            .get("properties")
            .and_then(Value::as_object)
            .unwrap_or(&empty);
        let required = schema.get("required").map(strings).unwrap_or_default();
        for (index, (name, property)) in properties.iter().enumerate() {
            let place = Place {
                within,
                record: id,
                field: u16::try_from(index).unwrap_or(u16::MAX),
                path: join(below, name),
                file: file.to_owned(),
                pointer: format!("{pointer}/properties/{name}"),
            };
            let mut field = self.field(&place, name, property, errors);
            field.required = required.contains(&field.name);
            let record = &mut self.records[id.0 as usize];
            for name in std::iter::once(&field.name).chain(&*field.aliases) {
                record.by_name.insert(name.clone(), place.field);
            }
            record.fields.push(field);
        }
        id
    }

    fn field(
        &mut self,
        place: &Place,
        name: &str,
        property: &Value,
        errors: &mut Vec<SchemaError>,
    ) -> Field {
        let schema = self.resolve(property, place, errors);
        let list_of_one = flag(&schema, "x-govlint-list-of-one");
        let ty = self.field_type(place, &schema, list_of_one, errors);
        let reference = self.reference(place, &schema);
        Field {
            place: (place.record, place.field),
            name: name.into(),
            aliases: list(&schema, "x-govlint-aliases"),
            ty,
            title: text(&schema, "title").unwrap_or_else(|| words(name)).into(),
            description: text(&schema, "description").unwrap_or_default().into(),
            expected: expected(&schema),
            required: false,
            reference,
            list_of_one,
            tags: list(&schema, "x-govlint-tags"),
            value_tags: value_tags(&schema),
            known: flag(&schema, "x-govlint-known"),
            inherit: flag(&schema, "x-govlint-inherit"),
            weight: flag(&schema, "x-govlint-weight"),
            after_all: list(&schema, "x-govlint-after-all").into_iter().next(),
            names_rule: flag(&schema, "x-govlint-rule"),
            key: list(&schema, "x-govlint-key"),
            role: text(&schema, "x-govlint-role").map(Into::into),
            role_ladder: text(&schema, "x-govlint-ladder").map(Into::into),
        }
    }

    /// Follows `$ref` into the shared definitions; siblings of `$ref` win.
    fn resolve(&self, schema: &Value, place: &Place, errors: &mut Vec<SchemaError>) -> Value {
        let Some(reference) = text(schema, "$ref") else {
            return schema.clone();
        };
        let (file, pointer) = reference.split_once('#').unwrap_or((&reference, ""));
        let target = self
            .shared
            .iter()
            .find(|(id, _)| id.rsplit('/').next() == file.rsplit('/').next())
            .and_then(|(_, shared)| shared.pointer(pointer));
        let Some(target) = target else {
            let message = format!("$ref {reference} leads nowhere");
            errors.push(
                SchemaError::new(&place.file, &place.pointer, message)
                    .help("refer to a definition of common.schema.json, or write the type here"),
            );
            return schema.clone();
        };
        let mut merged = self.resolve(target, place, errors);
        if let (Some(into), Some(own)) = (merged.as_object_mut(), schema.as_object()) {
            for (key, value) in own.iter().filter(|(key, _)| *key != "$ref") {
                into.insert(key.clone(), value.clone());
            }
        }
        merged
    }

    fn field_type(
        &mut self,
        place: &Place,
        schema: &Value,
        list_of_one: bool,
        errors: &mut Vec<SchemaError>,
    ) -> Type {
        if list_of_one {
            let item = schema.get("items").cloned().unwrap_or(Value::Null);
            let item = self.resolve(&item, place, errors);
            return Type::list(self.value_type(place, &item, errors));
        }
        self.value_type(place, schema, errors)
    }

    fn value_type(&mut self, place: &Place, schema: &Value, errors: &mut Vec<SchemaError>) -> Type {
        if schema.get("x-govlint-ref").is_some() && text(schema, "type").as_deref() != Some("array")
        {
            return Type::Ref(Arc::from([]));
        }
        if flag(schema, "x-govlint-rule") {
            return Type::Rule;
        }
        let is_list = text(schema, "type").as_deref() == Some("array");
        if let Some(name) = text(schema, "x-govlint-ladder").filter(|_| !is_list) {
            return self.ladder_type(place, &name, errors);
        }
        if let Some(word) = text(schema, "x-govlint-type") {
            return match ScalarType::parse(&word) {
                Some(scalar) => scalar_type(scalar),
                None => {
                    let message = format!("x-govlint-type {word} is unknown");
                    errors.push(SchemaError::new(&place.file, &place.pointer, message));
                    Type::Dyn
                }
            };
        }
        if let Some(words) = schema.get("enum") {
            return enum_type(words);
        }
        if let Some(alternatives) = schema.get("anyOf").and_then(Value::as_array) {
            let typed = alternatives
                .iter()
                .find(|schema| schema.get("const").is_none());
            return match typed {
                Some(schema) => {
                    let schema = self.resolve(schema, place, errors);
                    self.value_type(place, &schema, errors)
                }
                None => Type::Dyn,
            };
        }
        self.json_type(place, schema, errors)
    }

    fn json_type(&mut self, place: &Place, schema: &Value, errors: &mut Vec<SchemaError>) -> Type {
        match text(schema, "type").as_deref() {
            Some("boolean") => Type::Bool,
            Some("integer") => Type::Int,
            Some("number") => Type::Double,
            Some("string") => Type::String,
            Some("array") => {
                let item = schema.get("items").cloned().unwrap_or(Value::Null);
                let item = self.resolve(&item, place, errors);
                let item_type = self.value_type(&place.item(), &item, errors);
                if let Type::Record(ids) = &item_type {
                    self.records[ids[0].0 as usize].item_key = list(schema, "x-govlint-key");
                }
                if let (Type::Record(ids), Some(word)) =
                    (&item_type, text(schema, "x-govlint-short-form"))
                {
                    self.records[ids[0].0 as usize].short_form = Some(word.into());
                }
                Type::list(item_type)
            }
            Some("object") => self.object_type(place, schema, errors),
            _ if schema.get("const").is_some_and(Value::is_string) => Type::String,
            _ => Type::Dyn,
        }
    }

    fn object_type(
        &mut self,
        place: &Place,
        schema: &Value,
        errors: &mut Vec<SchemaError>,
    ) -> Type {
        if schema.get("properties").is_some() {
            let id = self.record(
                place.within,
                None,
                &place.path,
                &place.file,
                &place.pointer,
                schema,
                errors,
            );
            if let Some(list) = place
                .path
                .strip_suffix("[]")
                .filter(|path| !path.contains('.'))
            {
                self.records[id.0 as usize].item_of = Some(list.into());
            }
            return Type::record(id);
        }
        match schema.get("additionalProperties") {
            Some(value @ Value::Object(_)) => {
                let value = self.resolve(value, place, errors);
                Type::Map(Arc::new(self.value_type(place, &value, errors)))
            }
            _ => Type::Map(Arc::new(Type::Dyn)),
        }
    }

    fn ladder_type(&self, place: &Place, name: &str, errors: &mut Vec<SchemaError>) -> Type {
        match self.ladders.iter().position(|ladder| &*ladder.name == name) {
            Some(index) => Type::Ladder(LadderId(u16::try_from(index).unwrap_or(u16::MAX))),
            None => {
                let message = format!("there is no ladder {name}");
                errors.push(
                    SchemaError::new(&place.file, &place.pointer, message)
                        .help("name it under `x-govlint-ladders` of a shared schema"),
                );
                Type::Dyn
            }
        }
    }

    fn reference(&mut self, place: &Place, schema: &Value) -> Option<ReferenceField> {
        let items = schema
            .get("items")
            .map(|items| self.resolve(items, place, &mut Vec::new()));
        let holder = [Some(schema.clone()), items]
            .into_iter()
            .flatten()
            .find(|schema| schema.get("x-govlint-ref").is_some())?;
        let written = strings(&holder["x-govlint-ref"])
            .iter()
            .map(ToString::to_string)
            .collect();
        self.targets
            .push((place.record, place.field, written, place.file.clone()));
        Some(ReferenceField {
            targets: Arc::from([]),
            subject: flag(&holder, "x-govlint-subject"),
            wildcard: flag(&holder, "x-govlint-wildcard") || flag(schema, "x-govlint-wildcard"),
            literals: list(&holder, "x-govlint-ref-literals"),
            verb: text(&holder, "x-govlint-verb")
                .or_else(|| text(schema, "x-govlint-verb"))
                .unwrap_or_else(|| "names".to_owned())
                .into(),
            path: RefPathId(0),
        })
    }

    fn resolve_targets(&mut self, errors: &mut Vec<SchemaError>) {
        for (record, field, written, file) in std::mem::take(&mut self.targets) {
            let mut targets: Vec<RecordId> = Vec::new();
            for target in &written {
                match self.target_records(target) {
                    Some(records) => targets.extend(records),
                    None => errors.push(SchemaError::new(
                        &file,
                        "",
                        format!("x-govlint-ref {target} is no kind and no list of one"),
                    )),
                }
            }
            let targets: Arc<[RecordId]> = targets.into();
            let field = &mut self.records[record.0 as usize].fields[field as usize];
            set_targets(&mut field.ty, &targets);
            if let Some(reference) = &mut field.reference {
                reference.targets = targets;
            }
        }
    }

    fn target_records(&self, target: &str) -> Option<Vec<RecordId>> {
        if target == "*" {
            let roots = self.kinds.iter().map(|kind| kind.record);
            let items = self
                .record_ids()
                .filter(|(_, record)| record.item_of.is_some());
            return Some(roots.chain(items.map(|(id, _)| id)).collect());
        }
        let (kind, list) = match target.split_once('#') {
            Some((kind, list)) => (kind, Some(list)),
            None => (target, None),
        };
        let kind = *self.by_name.get(kind)?;
        let Some(list) = list else {
            return Some(vec![self.kinds[kind.0 as usize].record]);
        };
        self.record_ids()
            .find(|(_, record)| record.within == kind && record.item_of.as_deref() == Some(list))
            .map(|(id, _)| vec![id])
    }

    fn record_ids(&self) -> impl Iterator<Item = (RecordId, &Record)> {
        self.records
            .iter()
            .enumerate()
            .map(|(index, record)| (RecordId(u16::try_from(index).unwrap_or(u16::MAX)), record))
    }

    /// Children come after their parents, so one pass backwards settles `has_references`.
    fn mark_references(&mut self) {
        for index in (0..self.records.len()).rev() {
            let has = self.records[index].fields.iter().any(|field| {
                field.reference.is_some()
                    || nested_record(&field.ty)
                        .is_some_and(|id| self.records[id.0 as usize].has_references)
            });
            self.records[index].has_references = has;
        }
    }

    fn finish(self) -> Kinds {
        let mut kinds = Kinds {
            kinds: self.kinds,
            records: self.records,
            ladders: self.ladders,
            ref_paths: Vec::new(),
            by_name: self.by_name,
            named_lists: Vec::new(),
            shared: self.shared,
        };
        for index in 0..kinds.records.len() {
            let record = &kinds.records[index];
            let (within, below) = (record.within, record.path.clone());
            let id = RecordId(u16::try_from(index).unwrap_or(u16::MAX));
            let paths: Vec<(u16, String)> = record
                .fields
                .iter()
                .enumerate()
                .filter(|(_, field)| field.reference.is_some())
                .map(|(number, field)| {
                    let list = if matches!(field.ty, Type::List(_)) {
                        "[]"
                    } else {
                        ""
                    };
                    (
                        u16::try_from(number).unwrap_or(u16::MAX),
                        format!("{}{list}", join(&below, &field.name)),
                    )
                })
                .collect();
            for (field, path) in paths {
                let number = RefPathId(u16::try_from(kinds.ref_paths.len()).unwrap_or(u16::MAX));
                let own = &mut kinds.records[index].fields[field as usize];
                if let Some(reference) = &mut own.reference {
                    reference.path = number;
                }
                kinds.ref_paths.push(RefPath {
                    kind: within,
                    path: path.into(),
                    record: id,
                    field,
                });
            }
        }
        kinds.named_lists = vec![Vec::new(); kinds.kinds.len()];
        for (index, record) in (0..).zip(&kinds.records) {
            if record.item_of.is_some() && record.by_name.contains_key("id") {
                kinds.named_lists[record.within.0 as usize].push(RecordId(index));
            }
        }
        kinds
    }
}

/// Where in the schemas a property stands.
struct Place {
    within: KindId,
    record: RecordId,
    field: u16,
    path: String,
    file: String,
    pointer: String,
}

impl Place {
    fn item(&self) -> Self {
        Self {
            within: self.within,
            record: self.record,
            field: self.field,
            path: format!("{}[]", self.path),
            file: self.file.clone(),
            pointer: format!("{}/items", self.pointer),
        }
    }
}

/// The record that a field leads into, directly or as the item of a list.
pub(crate) fn nested_record(ty: &Type) -> Option<RecordId> {
    match ty {
        Type::Record(ids) => ids.first().copied(),
        Type::List(item) | Type::Map(item) => nested_record(item),
        _ => None,
    }
}

fn placeholder(name: &str) -> Kind {
    Kind {
        name: name.into(),
        title: name.into(),
        description: "".into(),
        record: RecordId(0),
        items_of: None,
        collection: None,
        review_default: None,
        role: None,
        schema: Value::Null,
    }
}

/// Merges the properties and requirements of an extension into a schema.
fn extend(base: &mut Value, extension: &Value) {
    for key in ["properties", "patternProperties"] {
        let Some(added) = extension.get(key).and_then(Value::as_object) else {
            continue;
        };
        if let Some(into) = base.get_mut(key).and_then(Value::as_object_mut) {
            into.extend(
                added
                    .iter()
                    .map(|(name, schema)| (name.clone(), schema.clone())),
            );
        }
    }
    if let (Some(into), Some(added)) = (
        base.get_mut("required").and_then(Value::as_array_mut),
        extension.get("required").and_then(Value::as_array),
    ) {
        into.extend(added.iter().cloned());
    }
}

/// The fields of every resource that a collection has as well.
const COLLECTION_FIELDS: [&str; 11] = [
    "apiVersion",
    "kind",
    "id",
    "name",
    "owner",
    "description",
    "labels",
    "links",
    "lastReviewed",
    "reviewedBy",
    "reviewEvery",
];

fn collection_schema(name: &str, item: &Value, shared: &[(String, Value)]) -> Value {
    let mut properties = Map::new();
    let known = item.get("properties").and_then(Value::as_object);
    for field in COLLECTION_FIELDS.into_iter().chain(["annotations"]) {
        let own = known.and_then(|known| known.get(field)).cloned();
        if let Some(mut schema) = own.or_else(|| shared_field(field, shared)) {
            // What is expected of each item is not expected of the register; an owner is.
            if let Some(annotations) = schema.as_object_mut().filter(|_| field != "owner") {
                annotations.shift_remove("x-govlint-expected");
            }
            properties.insert(field.to_owned(), schema);
        }
    }
    properties.insert(
        "kind".into(),
        serde_json::json!({"const": name, "title": "kind", "x-govlint-known": true}),
    );
    properties.insert(
        "defaults".into(),
        serde_json::json!({"type": "object", "title": "default values"}),
    );
    properties.insert(
        "items".into(),
        serde_json::json!({"type": "array", "title": "items"}),
    );
    serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("https://govlint.dev/schemas/v1/{name}"),
        "title": words(name),
        "type": "object",
        "properties": properties,
        "required": ["apiVersion", "kind", "id", "name", "items"],
        "additionalProperties": false,
        "patternProperties": {"^x-": {}},
    })
}

/// The fields that every resource has, added where an organization's schema leaves them out. An
/// owner is not among them: some records have none.
const COMMON_FIELDS: [&str; 7] = [
    "description",
    "labels",
    "links",
    "lastReviewed",
    "reviewedBy",
    "reviewEvery",
    "annotations",
];

fn with_common_fields(mut schema: Value, shared: &[(String, Value)]) -> Value {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for field in COMMON_FIELDS {
            if let Some(definition) =
                shared_field(field, shared).filter(|_| !properties.contains_key(field))
            {
                properties.insert(field.to_owned(), definition);
            }
        }
    }
    schema
}

/// The shared definition of a field that a collection has even if its items have not: a register
/// of people has an owner, a person has none.
fn shared_field(field: &str, shared: &[(String, Value)]) -> Option<Value> {
    let name = words(field).replace(' ', "-");
    let defines = |schema: &Value| schema.pointer(&format!("/$defs/{name}")).is_some();
    let (id, _) = shared.iter().find(|(_, schema)| defines(schema))?;
    Some(serde_json::json!({"$ref": format!("{id}#/$defs/{name}")}))
}

fn set_targets(ty: &mut Type, targets: &Arc<[RecordId]>) {
    match ty {
        Type::Ref(into) => *into = targets.clone(),
        Type::List(item) => {
            let mut inner = (**item).clone();
            set_targets(&mut inner, targets);
            *item = Arc::new(inner);
        }
        _ => {}
    }
}

fn scalar_type(scalar: ScalarType) -> Type {
    match scalar {
        ScalarType::Date => Type::Date,
        ScalarType::Duration => Type::Duration,
        ScalarType::Money => Type::Money,
        ScalarType::Percent => Type::Percent,
        ScalarType::Path | ScalarType::Url | ScalarType::Currency | ScalarType::Country => {
            Type::String
        }
    }
}

fn enum_type(words: &Value) -> Type {
    let list = strings(words);
    if list.len() == words.as_array().map_or(0, Vec::len) {
        Type::Enum(list.into())
    } else {
        Type::Dyn
    }
}

fn expected(schema: &Value) -> Option<Expected> {
    match schema.get("x-govlint-expected")? {
        Value::Bool(true) => Some(Expected::Always),
        Value::Object(object) => object
            .get("if")
            .and_then(Value::as_str)
            .map(|condition| Expected::If(condition.into())),
        _ => None,
    }
}

fn value_tags(schema: &Value) -> BTreeMap<Box<str>, Vec<Box<str>>> {
    let Some(tags) = schema
        .get("x-govlint-value-tags")
        .and_then(Value::as_object)
    else {
        return BTreeMap::new();
    };
    tags.iter()
        .map(|(word, values)| (word.as_str().into(), strings(values)))
        .collect()
}

fn text(schema: &Value, key: &str) -> Option<String> {
    schema
        .get(key)
        .and_then(Value::as_str)
        .map(ToOwned::to_owned)
}

fn flag(schema: &Value, key: &str) -> bool {
    schema.get(key) == Some(&Value::Bool(true))
}

fn list(schema: &Value, key: &str) -> Box<[Box<str>]> {
    schema.get(key).map(strings).unwrap_or_default().into()
}

fn strings(value: &Value) -> Vec<Box<str>> {
    match value {
        Value::Array(items) => items
            .iter()
            .filter_map(Value::as_str)
            .map(Into::into)
            .collect(),
        Value::String(one) => vec![one.as_str().into()],
        _ => Vec::new(),
    }
}

fn join(below: &str, name: &str) -> String {
    if below.is_empty() {
        name.to_owned()
    } else {
        format!("{below}.{name}")
    }
}

/// `lastReviewed` to "last reviewed".
fn words(name: &str) -> String {
    let mut out = String::new();
    for (index, letter) in name.chars().enumerate() {
        if letter.is_ascii_uppercase() && index > 0 {
            out.push(' ');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}
