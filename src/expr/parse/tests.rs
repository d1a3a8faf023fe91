//! What parses, to what tree, and what is said where it does not.
use super::parse;

#[test]
fn smoke() {
    for text in [
        "a && b || !c",
        "self.criticality in params.levels && !(has(self.lifecycle) && self.lifecycle in [\"proposed\", 'retired'])",
        "-9223372036854775808",
        "reach(~r, {1: 2}[0].?b[?1])",
        "a ? b : c ? d : e",
    ] {
        parse(text).unwrap();
    }
}
