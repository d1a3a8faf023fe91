//! A section: its question, its answer, the drawing, and where the figures come from.

use std::fmt;

use askama::Template;

use super::bars::BarsView;
use super::dumbbell::DumbbellView;
use super::heat_map::HeatMapView;
use super::inert::Inert;
use super::matrix::MatrixView;
use super::origin::{OriginView, origins};
use super::place::Places;
use super::sparkline::SparklineView;
use super::table::TableView;
use super::timeline::TimelineView;
use crate::report::{Chart, Section, Table};

/// The most rows of a table beside a drawing that stand open.
const MOST_OPEN: usize = 16;

#[derive(Template)]
#[template(path = "section.html", config = "src/render/report/html/askama.toml")]
pub(super) struct SectionView<'a> {
    id: String,
    number: usize,
    section: &'a Section,
    places: Places<'a>,
    /// The chart as a table, where the drawing alone does not hold it all.
    table: Option<Table>,
    is_open: bool,
    /// True if two of them stand beside each other on the board's paper.
    is_half: bool,
}

impl<'a> SectionView<'a> {
    pub(super) fn new(places: &Places<'a>, number: usize, section: &'a Section) -> Self {
        let table = is_drawn_apart(&section.chart).then(|| section.chart.table());
        let rows = table.as_ref().map_or(0, |table| table.rows.len());
        Self {
            id: anchor(&section.id, number),
            number,
            section,
            places: *places,
            table,
            is_open: matches!(section.chart, Chart::Timeline(_)) && rows <= MOST_OPEN,
            is_half: false,
        }
    }

    /// Sets sections beside each other on paper where two that need little room follow each other.
    pub(super) fn pair_up(sections: &mut [Self]) {
        let mut at = 0;
        while at + 1 < sections.len() {
            let both = [at, at + 1]
                .iter()
                .all(|at| is_narrow(sections[*at].section));
            if both {
                sections[at].is_half = true;
                sections[at + 1].is_half = true;
            }
            at += 1 + usize::from(both);
        }
    }

    /// Where the page has this section.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn number(&self) -> usize {
        self.number
    }

    pub(super) fn title(&self) -> Inert<'a> {
        Inert(&self.section.title)
    }

    fn inert<'t>(&self, text: &'t str) -> Inert<'t> {
        Inert(text)
    }

    fn drawing(&self) -> Drawing<'a> {
        let (places, title) = (&self.places, self.section.title.as_str());
        let id = &self.id;
        match &self.section.chart {
            Chart::Table(table) => Drawing::Table(TableView::new(*places, title, table)),
            Chart::Bars(bars) => Drawing::Bars(BarsView::new(places, title, bars)),
            Chart::Matrix(matrix) => Drawing::Matrix(MatrixView::new(places, title, matrix)),
            Chart::HeatMap(map) => Drawing::HeatMap(HeatMapView::new(places, id, title, map)),
            Chart::Dumbbell(pairs) => Drawing::Dumbbell(DumbbellView::new(places, title, pairs)),
            Chart::Timeline(line) => Drawing::Timeline(TimelineView::new(id, title, line)),
            Chart::Sparkline(line) => Drawing::Sparkline(SparklineView::new(id, title, line)),
        }
    }

    fn table<'t>(&self, table: &'t Table) -> TableView<'t>
    where
        'a: 't,
    {
        let view = TableView::new(self.places, &self.section.title, table);
        match self.section.chart {
            Chart::HeatMap(_) | Chart::Timeline(_) => view.numbered(),
            _ => view,
        }
    }

    fn origins(&self) -> Vec<OriginView<'a>> {
        origins(&self.places, &self.section.chart)
    }
}

/// A chart as it is drawn.
enum Drawing<'a> {
    Table(TableView<'a>),
    Bars(BarsView<'a>),
    Matrix(MatrixView<'a>),
    HeatMap(HeatMapView<'a>),
    Dumbbell(DumbbellView<'a>),
    Timeline(TimelineView<'a>),
    Sparkline(SparklineView<'a>),
}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(view) => view.fmt(formatter),
            Self::Bars(view) => view.fmt(formatter),
            Self::Matrix(view) => view.fmt(formatter),
            Self::HeatMap(view) => view.fmt(formatter),
            Self::Dumbbell(view) => view.fmt(formatter),
            Self::Timeline(view) => view.fmt(formatter),
            Self::Sparkline(view) => view.fmt(formatter),
        }
    }
}

/// The most columns of a matrix that half a sheet has room for.
const MOST_NARROW: usize = 5;

fn is_narrow(section: &Section) -> bool {
    match &section.chart {
        Chart::HeatMap(map) => !map.points.is_empty(),
        Chart::Matrix(matrix) => !matrix.rows.is_empty() && matrix.columns.len() <= MOST_NARROW,
        _ => false,
    }
}

/// True for charts whose drawing needs a table beside it; the others are drawn inside one.
fn is_drawn_apart(chart: &Chart) -> bool {
    matches!(
        chart,
        Chart::HeatMap(_) | Chart::Timeline(_) | Chart::Sparkline(_)
    )
}

/// An anchor that is an identifier whatever the section is called, and unlike those of the page.
fn anchor(id: &str, number: usize) -> String {
    let letters = id
        .bytes()
        .filter(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    let word: String = letters.take(40).map(char::from).collect();
    format!("section-{number}-{word}")
}

#[cfg(test)]
mod tests {
    use super::anchor;

    #[test]
    fn anchors_are_identifiers() {
        assert_eq!(anchor("ownership", 3), "section-3-ownership");
        assert_eq!(anchor("\"><script>", 1), "section-1-script");
        assert_eq!(anchor("", 2), "section-2-");
    }
}
