//! Pages that are written from the kinds and rules. `UPDATE=1` writes them anew.

use std::fs;
use std::sync::Arc;

use govlint::docs;
use govlint::kind::Kinds;
use govlint::rule::{self, Overlay, Pack, Policies, built_in_schemas};
use govlint::source::Sources;

#[test]
fn the_page_on_kinds_is_current() {
    check("docs/kinds.md", &docs::kinds(&kinds()));
}

#[test]
fn the_page_on_rules_is_current() {
    check("docs/rules.md", &docs::rules(&policies()));
}

pub(crate) fn kinds() -> Arc<Kinds> {
    Arc::new(Kinds::load(&built_in_schemas()).expect("the built-in schemas are right"))
}

pub(crate) fn policies() -> Policies {
    let mut sources = Sources::default();
    let packs = [Pack::built_in()];
    rule::load(&kinds(), &packs, &Overlay::default(), None, &mut sources)
        .expect("the built-in policies are right")
}

fn check(path: &str, expected: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, expected).expect("a page can be written");
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == expected,
        "{path} is not what the data say; run `UPDATE=1 cargo test --test docs`"
    );
}
