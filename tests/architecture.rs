//! What the compiler cannot check of the architecture: who may import whom, what code may
//! touch, and what it must not name. The design itself stands in the documentation of the
//! library; each check proves beside its code that it can fail.

#[path = "architecture/floors.rs"]
mod floors;
#[path = "architecture/reach.rs"]
mod reach;
#[path = "architecture/tree.rs"]
mod tree;
#[path = "architecture/wording.rs"]
mod wording;

use floors::Floors;
use tree::Tree;
use wording::Concrete;

#[test]
fn every_module_stands_on_a_floor() {
    let (tree, floors) = package();
    assert!(floors.len() > 0, "src/lib.rs has no floor table");
    assert_none(&floors::homeless(&tree, &floors));
}

#[test]
fn imports_point_down() {
    let (tree, floors) = package();
    assert_none(&floors::upward(&tree, &floors));
}

#[test]
fn imports_name_the_module() {
    let (tree, floors) = package();
    assert_none(&floors::rootward(&tree, &floors));
}

#[test]
fn modules_of_one_floor_form_no_circle() {
    let (tree, floors) = package();
    assert_none(&floors::circular(&tree, &floors));
}

#[test]
fn only_the_upper_floors_touch_the_world() {
    let (tree, floors) = package();
    assert_none(&reach::outside(&tree, &floors));
}

#[test]
fn some_crates_have_one_home() {
    assert_none(&reach::astray(&package().0));
}

#[test]
fn modules_are_named_after_what_they_hold() {
    assert_none(&wording::vague_modules(&package().0));
}

#[test]
fn main_only_calls_the_library() {
    assert_none(&wording::long_main(&package().0));
}

#[test]
fn kinds_are_data() {
    assert_none(&wording::named_kinds(&package().0, &Concrete::read()));
}

#[test]
fn rules_are_data() {
    assert_none(&wording::named_rules(&package().0, &Concrete::read()));
}

fn package() -> (Tree, Floors) {
    let tree = Tree::read("src");
    let floors = Floors::parse(&tree.files["src/lib.rs"].raw);
    (tree, floors)
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}
