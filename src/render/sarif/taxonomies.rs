//! The frameworks whose controls the rules support.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::rules::Rules;
use crate::rule::Framework;

/// Frameworks by name, each with the cited controls.
pub(super) struct Taxonomies<'a>(BTreeMap<&'a str, Taxonomy<'a>>);

struct Taxonomy<'a> {
    /// None if nothing is known of it but its prefix.
    framework: Option<&'static Framework>,
    /// Cited controls, and the number of each.
    controls: BTreeMap<&'a str, usize>,
}

impl<'a> Taxonomies<'a> {
    pub(super) fn of(rules: &Rules<'a>) -> Self {
        let mut found: BTreeMap<&str, Taxonomy<'a>> = BTreeMap::new();
        for control in rules.on.iter().flat_map(|rule| &rule.controls) {
            let (framework, name, id) = split(control);
            let taxonomy = found.entry(name).or_insert_with(|| Taxonomy {
                framework,
                controls: BTreeMap::new(),
            });
            taxonomy.controls.insert(id, 0);
        }
        for taxonomy in found.values_mut() {
            for (number, place) in taxonomy.controls.values_mut().enumerate() {
                *place = number;
            }
        }
        Self(found)
    }

    /// References to all of them.
    pub(super) fn references(&self) -> Vec<Value> {
        let names = self.0.keys().enumerate();
        names
            .map(|(index, name)| json!({"name": name, "index": index}))
            .collect()
    }

    /// All of them with what is cited.
    pub(super) fn components(&self) -> Vec<Value> {
        let component = |(name, taxonomy): (&&str, &Taxonomy<'_>)| {
            let full_name = taxonomy.framework.map_or(*name, |known| &known.name);
            let titles = taxonomy.framework.map(|known| &known.titles);
            let control = |id: &&str| {
                let mut control = json!({"id": id});
                if let Some(title) = titles.and_then(|titles| titles.get(*id)) {
                    control["shortDescription"] = json!({"text": title});
                }
                control
            };
            json!({
                "name": name,
                "fullName": full_name,
                "shortDescription": {"text": format!("Controls of {full_name}.")},
                "isComprehensive": false,
                "taxa": taxonomy.controls.keys().map(control).collect::<Vec<_>>(),
            })
        };
        self.0.iter().map(component).collect()
    }

    /// How a rule relates to the controls that it cites.
    pub(super) fn relationships(&self, controls: &[String]) -> Vec<Value> {
        let related = controls.iter().filter_map(|control| {
            let (_, name, id) = split(control);
            let index = self.0.keys().position(|known| *known == name)?;
            let number = self.0[name].controls.get(id)?;
            let component = json!({"name": name, "index": index});
            let target = json!({"id": id, "index": number, "toolComponent": component});
            Some(json!({"target": target, "kinds": ["relevant"]}))
        });
        related.collect()
    }
}

/// The framework of a control, what it is called, and the control within it.
fn split(control: &str) -> (Option<&'static Framework>, &str, &str) {
    let (prefix, id) = control.split_once(':').unwrap_or(("", control));
    let framework = Framework::of_prefix(prefix);
    (framework, framework.map_or(prefix, |known| &known.slug), id)
}
