//! The records of an example as they are written: read here, and not by the library.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

/// A record with the defaults of its collection.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) kind: String,
    /// What such a record is called.
    pub(crate) title: String,
    pub(crate) fields: Value,
    /// What it weighs.
    pub(crate) weight: u64,
    /// True if its level is the highest.
    pub(crate) is_critical: bool,
}

/// The records below a folder by `Kind/id`, collections included.
pub(crate) fn records(folder: &Path) -> BTreeMap<String, Record> {
    let kinds = kinds();
    let mut found = BTreeMap::new();
    for path in files(folder) {
        let text = fs::read_to_string(path).unwrap();
        for document in serde_yaml::Deserializer::from_str(&text) {
            let document = Value::deserialize(document).unwrap();
            let kind = document["kind"].as_str().unwrap().to_owned();
            let Some(items) = document["items"].as_array() else {
                add(&mut found, &kinds, &kind, document);
                continue;
            };
            let item_kind = kinds.values().find(|own| own.collection == kind).unwrap();
            for item in items {
                let mut fields = document["defaults"]
                    .as_object()
                    .cloned()
                    .unwrap_or_default();
                let own = item.as_object().unwrap();
                fields.extend(
                    own.iter()
                        .map(|(name, value)| (name.clone(), value.clone())),
                );
                add(&mut found, &kinds, &item_kind.name, Value::Object(fields));
            }
            add(&mut found, &kinds, &kind, document);
        }
    }
    found
}

fn add(
    found: &mut BTreeMap<String, Record>,
    kinds: &BTreeMap<String, Kind>,
    kind: &str,
    fields: Value,
) {
    let field = kinds.get(kind).and_then(|own| own.weighs.as_deref());
    let level = field.and_then(|field| fields[field].as_str());
    let name = format!("{kind}/{}", fields["id"].as_str().unwrap());
    let record = Record {
        kind: kind.to_owned(),
        title: kinds
            .get(kind)
            .map_or(String::new(), |own| own.title.clone()),
        weight: match level {
            Some("critical") => 8,
            Some("high") => 4,
            Some("medium") => 2,
            _ => 1,
        },
        is_critical: level == Some("critical"),
        fields,
    };
    assert!(found.insert(name, record).is_none());
}

/// A kind of record.
struct Kind {
    name: String,
    title: String,
    collection: String,
    /// Its field that weighs it.
    weighs: Option<String>,
}

fn kinds() -> BTreeMap<String, Kind> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir("schemas").unwrap() {
        let Ok(text) = fs::read_to_string(entry.unwrap().path()) else {
            continue;
        };
        let schema: Value = serde_json::from_str(&text).unwrap();
        let Some(name) = schema["x-govlint-kind"].as_str() else {
            continue;
        };
        let mut fields = schema["properties"].as_object().into_iter().flatten();
        let weighs = fields.find(|(_, field)| field["x-govlint-weight"] == true);
        let kind = Kind {
            name: name.to_owned(),
            title: schema["title"].as_str().unwrap().to_owned(),
            collection: schema["x-govlint-collection"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            weighs: weighs.map(|(field, _)| field.clone()),
        };
        found.insert(name.to_owned(), kind);
    }
    found
}

/// The files below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
