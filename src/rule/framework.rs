//! The frameworks whose controls rules cite as `PREFIX:id`: what a prefix stands for.
//!
//! Titles of controls are there only where the framework is in the public domain.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// A framework of controls.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Framework {
    /// How the command line and outputs name it: `iso-22301-2019`.
    pub slug: String,
    /// Its own name, with the edition.
    pub name: String,
    /// What stands before the colon where a control of it is cited.
    pub prefix: String,
    /// Titles of controls by id; empty where they are under copyright.
    pub titles: BTreeMap<String, String>,
}

impl Framework {
    /// All known frameworks.
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Framework>> = OnceLock::new();
        ALL.get_or_init(|| {
            let text = include_str!("../../policies/frameworks.json");
            serde_json::from_str(text).expect("the table of frameworks is well-formed")
        })
    }

    /// The framework with this prefix.
    #[must_use]
    pub fn of_prefix(prefix: &str) -> Option<&'static Self> {
        Self::all()
            .iter()
            .find(|framework| framework.prefix == prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::Framework;
    use crate::rule::Pack;

    /// Prefixes that rules cite without the id of a control in a known framework.
    #[test]
    fn every_prefix_that_a_built_in_rule_cites_is_known() {
        let pack = Pack::built_in();
        let mut cited = 0;
        for file in &pack.files {
            let line = file
                .text
                .lines()
                .find_map(|line| line.strip_prefix("controls: ["));
            let list = line.map_or("", |line| line.trim_end_matches(']'));
            for control in list.split(", ").filter(|control| !control.is_empty()) {
                let control = control.trim_matches('"');
                let (prefix, _) = control.split_once(':').expect(control);
                let known = Framework::of_prefix(prefix).is_some();
                assert!(known || prefix == "NIS2", "{}: {control}", file.path);
                cited += 1;
            }
        }
        assert!(cited > 50, "{cited} controls were found");
    }
}
