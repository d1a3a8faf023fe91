//! The lines of one file that figures were read from, each a link where it has an address.

use askama::Template;

use super::inert::Inert;
use super::place::{self, Places};
use crate::report::Chart;

#[derive(Template)]
#[template(path = "origin.html", config = "src/render/report/html/askama.toml")]
pub(super) struct OriginView<'a> {
    path: Inert<'a>,
    lines: Vec<(u32, Option<String>)>,
}

/// Returns the lines that the cells of a chart were read from, by file.
pub(super) fn origins<'a>(places: &Places<'a>, chart: &Chart) -> Vec<OriginView<'a>> {
    let origins = place::origins(places, chart).into_iter();
    origins
        .map(|origin| OriginView {
            path: Inert(origin.path),
            lines: origin.lines,
        })
        .collect()
}
