use crate::render::tests::{Story, north_star};
use crate::render::{Style, human};

fn check(story: &Story, style: Style) -> String {
    story.render(human::render, style)
}

#[test]
#[ignore = "to be looked at: cargo test human::tests::looks -- --ignored --nocapture"]
fn looks() {
    let style = Style {
        colour: true,
        links: true,
        ..Style::default()
    };
    println!("{}", check(&north_star(), style));
}
