//! Rows and columns. On a narrow page each row becomes a block, its cells named by their columns.

use askama::Template;

use super::inert::Inert;
use super::place::Places;
use super::shown::{Shown, fit};
use crate::report::{Align, Column, Table};

#[derive(Template)]
#[template(path = "table.html", config = "src/render/report/html/askama.toml")]
pub(super) struct TableView<'a> {
    caption: Inert<'a>,
    heads: Vec<Head<'a>>,
    rows: &'a [Vec<crate::report::Cell>],
    places: Places<'a>,
    /// True if the rows are counted from 1, as the points of a drawing are.
    is_numbered: bool,
}

/// The head of a column.
struct Head<'a> {
    title: Inert<'a>,
    fit: &'static str,
    is_number: bool,
    is_blank: bool,
}

impl<'a> TableView<'a> {
    pub(super) fn new(places: Places<'a>, caption: &'a str, table: &'a Table) -> Self {
        Self {
            caption: Inert(caption),
            heads: table.columns.iter().map(head).collect(),
            rows: &table.rows,
            places,
            is_numbered: false,
        }
    }

    /// The same table with its rows counted from 1.
    pub(super) fn numbered(self) -> Self {
        Self {
            is_numbered: true,
            ..self
        }
    }

    fn shown(&self, cell: &'a crate::report::Cell) -> Shown<'a> {
        Shown::new(&self.places, cell)
    }
}

fn head(column: &Column) -> Head<'_> {
    Head {
        title: Inert(&column.title),
        fit: fit(&column.title),
        is_number: column.align == Align::End,
        is_blank: column.title.trim().is_empty(),
    }
}
