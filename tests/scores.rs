//! The scores of the example company, recomputed from what stands beside them.
//!
//! Nothing of the library is used here: weights come from the records as they are written, and the
//! formulas are those of `docs/scores.md`.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

#[path = "process/govlint.rs"]
mod govlint;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use govlint::Run;

const DAY: &str = "2026-11-22";
const STORIES: [&str; 2] = ["halden-freight", "halden-freight-clean"];

#[test]
fn the_scores_of_the_examples_can_be_recomputed() {
    for story in STORIES {
        let assessment = assess(story);
        let scores = &assessment["scores"];
        let (mut weights, mut sum) = (0.0, 0.0);
        let mut lowest: f64 = 5.0;
        for domain in array(&scores["domains"]) {
            let Some(coverage) = coverage(domain, &|_| true) else {
                assert_eq!(domain["coverage"], Value::Null);
                continue;
            };
            let name = &domain["policy"];
            assert_close(&domain["coverage"], coverage, name);
            assert_close(&domain["level"], level(domain), name);
            let weight = domain["weight"].as_f64().unwrap();
            weights += weight;
            sum += weight * coverage;
            if weight > 0.0 {
                lowest = lowest.min(level(domain));
            }
        }
        assert_close(
            &scores["overall"]["coverage"],
            sum / weights,
            &scores["overall"],
        );
        assert_close(
            &scores["overall"]["lowestLevel"],
            lowest,
            &scores["overall"],
        );
    }
}

#[test]
fn the_weights_of_the_examples_are_those_of_the_records() {
    let mut checked = 0;
    for story in STORIES {
        let assessment = assess(story);
        let levels = levels(&Path::new("examples").join(story));
        for rule in rules(&assessment) {
            let name = rule["rule"].as_str().unwrap();
            let own = array(&assessment["rules"]).iter();
            let verdicts = own.clone().find(|rule| rule["name"] == name).unwrap();
            let Some(verdicts) = Some(&verdicts["verdicts"]).filter(|own| own["pass"] != 0) else {
                continue;
            };
            let subjects = &rule["subjects"];
            assert_eq!(subjects["pass"], verdicts["pass"], "{name}");
            assert_eq!(subjects["notEvaluable"], verdicts["notEvaluable"], "{name}");
            let fails = number(&subjects["fail"]) + number(&subjects["waived"]);
            assert_eq!(fails, number(&verdicts["fail"]), "{name}");
            for (state, field) in [("open", "fail"), ("waived", "waived")] {
                let findings = array(&assessment["findings"]).iter();
                let own = findings.filter(|own| own["rule"] == name && own["state"] == state);
                let weight: u64 = own.map(|own| weight(&levels, own)).sum();
                assert_eq!(number(&rule["weights"][field]), weight, "{name}: {field}");
                checked += weight;
            }
        }
    }
    assert!(checked > 100, "the examples fail where it weighs something");
}

#[test]
fn score_shows_what_check_holds() {
    let folder = Path::new("examples/halden-freight");
    let run = Run::new(folder, &["score", "--as-of", DAY, "-f", "json"]).end();
    assert_eq!(run.status, 0, "{}", run.stderr);
    let scores: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(scores, assess("halden-freight")["scores"]);
    let run = Run::new(folder, &["score", "--as-of", DAY]).end();
    let percent = scores["overall"]["percent"].as_u64().unwrap();
    let line = format!("overall {percent} % · lowest level ");
    assert!(run.stdout.contains(&line), "{}", run.stdout);
}

#[test]
fn nothing_to_score_is_no_success() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("govlint.yaml"),
        "kind: Config\nbuiltIn: false\n",
    )
    .unwrap();
    let record = "apiVersion: govlint/v1\nkind: Person\nid: ada\nname: Ada\nstatus: active\n";
    fs::write(folder.path().join("ada.yaml"), record).unwrap();
    let run = Run::new(folder.path(), &["score"]).end();
    assert_eq!(run.status, 3, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("there is no score"), "{}", run.stderr);
}

fn assess(story: &str) -> Value {
    let folder = Path::new("examples").join(story);
    let run = Run::new(&folder, &["check", "--as-of", DAY, "-f", "json"]).end();
    serde_json::from_str(&run.stdout).unwrap()
}

/// The mean conformance of the rules of a domain that count, by severity.
fn coverage(domain: &Value, counts: &dyn Fn(&Value) -> bool) -> Option<f64> {
    let (mut severities, mut sum) = (0.0, 0.0);
    for rule in array(&domain["rules"]).iter().filter(|rule| counts(rule)) {
        let weight = |field: &str| rule["weights"][field].as_f64().unwrap();
        let fields = ["pass", "fail", "waived", "notEvaluable"];
        let total: f64 = fields.iter().map(|field| weight(field)).sum();
        let conformance = match rule["isAbsent"].as_bool().unwrap() {
            true => 0.0,
            false if total == 0.0 => continue,
            false => (weight("pass") + weight("waived") / 2.0) / total,
        };
        let severity = rule["severity"].as_f64().unwrap();
        severities += severity;
        sum += severity * conformance;
    }
    (severities > 0.0).then_some(sum / severities)
}

/// The level of a domain with its caps.
fn level(domain: &Value) -> f64 {
    let mut level = 0.0;
    let mut held = true;
    for number in 1..=5 {
        let Some(conformance) = coverage(domain, &|rule| rule["level"] == number) else {
            continue;
        };
        if held && conformance >= 0.5 - 1e-9 {
            level = f64::from(number);
            held = conformance >= 0.85 - 1e-9;
            continue;
        }
        level += f64::min(0.9, (conformance / 0.05 + 1e-9).floor() / 10.0);
        break;
    }
    let caps = array(&domain["caps"]).iter();
    caps.map(|cap| cap["level"].as_f64().unwrap())
        .fold(level, f64::min)
}

fn rules(assessment: &Value) -> impl Iterator<Item = &Value> {
    let domains = array(&assessment["scores"]["domains"]).iter();
    domains.flat_map(|domain| array(&domain["rules"]))
}

/// What the record of a finding weighs.
fn weight(levels: &BTreeMap<String, String>, finding: &Value) -> u64 {
    let subject = finding["subject"].as_str().unwrap();
    let record = subject.split('#').next().unwrap();
    match levels.get(record).map(String::as_str) {
        Some("critical") => 8,
        Some("high") => 4,
        Some("medium") => 2,
        _ => 1,
    }
}

/// The level of each record that weighs it, as the files and the defaults of collections have it.
fn levels(folder: &Path) -> BTreeMap<String, String> {
    let kinds = kinds();
    let mut found = BTreeMap::new();
    for path in files(&folder.join("governance")) {
        let text = fs::read_to_string(path).unwrap();
        for document in serde_yaml::Deserializer::from_str(&text) {
            let document = Value::deserialize(document).unwrap();
            let kind = document["kind"].as_str().unwrap_or_default();
            let Some(Kind { name, field }) = kinds.get(kind) else {
                continue;
            };
            let default = &document["defaults"][field];
            let single = [document.clone()];
            let records = document["items"].as_array();
            for record in records.map_or(&single[..], Vec::as_slice) {
                let own = record[field].as_str().or(default.as_str());
                let name = format!("{name}/{}", record["id"].as_str().unwrap_or_default());
                found.extend(own.map(|own| (name, own.to_owned())));
            }
        }
    }
    found
}

/// A kind of record, and its field that weighs it.
#[derive(Clone)]
struct Kind {
    name: String,
    field: String,
}

/// The kinds that weigh something, by name of the kind and of its collection.
fn kinds() -> BTreeMap<String, Kind> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir("schemas").unwrap() {
        let Ok(text) = fs::read_to_string(entry.unwrap().path()) else {
            continue;
        };
        let schema: Value = serde_json::from_str(&text).unwrap();
        let fields = schema["properties"].as_object().into_iter().flatten();
        let mut weighing = fields.filter(|(_, field)| field["x-govlint-weight"] == true);
        let (Some((field, _)), Some(name)) = (weighing.next(), schema["x-govlint-kind"].as_str())
        else {
            continue;
        };
        let kind = Kind {
            name: name.to_owned(),
            field: field.clone(),
        };
        let collection = schema["x-govlint-collection"].as_str();
        found.extend(collection.map(|collection| (collection.to_owned(), kind.clone())));
        found.insert(name.to_owned(), kind);
    }
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
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

fn array(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn assert_close(value: &Value, expected: f64, about: &Value) {
    let value = value.as_f64().unwrap();
    assert!(
        (value - expected).abs() < 1e-5,
        "{value} for {expected}: {about}"
    );
}
