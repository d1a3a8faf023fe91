//! Items on two ordered axes as numbered points, and the line that they are not to cross.

use askama::Template;

use super::inert::{Inert, cut};
use super::number::Number;
use super::place::Places;
use super::scale::count;
use super::shown::Shown;
use crate::report::{Axis, HeatMap, Point};

const CELL_WIDTH: f64 = 76.0;
const CELL_HEIGHT: f64 = 52.0;
const LEFT: f64 = 92.0;
const TOP: f64 = 24.0;
/// Room below the cells for the steps of the horizontal axis and its title.
const BOTTOM: f64 = 50.0;

/// The most characters of a step on one line.
const LONGEST_STEP: usize = 13;

/// The most characters of the title of an axis.
const LONGEST_TITLE: usize = 40;

/// The most points that a cell shows beside each other, and below.
const ACROSS: usize = 3;
const DOWN: usize = 2;

/// How far points of a cell stand apart.
const POINT: f64 = 23.0;

/// The most points that are named beside the map; the table holds all.
const MOST_NAMED: usize = 12;

#[derive(Template)]
#[template(path = "heat_map.html", config = "src/render/report/html/askama.toml")]
pub(super) struct HeatMapView<'a> {
    id: String,
    title: Inert<'a>,
    description: String,
    width: Number,
    height: Number,
    x_title: String,
    y_title: String,
    bottom: Number,
    x_steps: Vec<Step>,
    y_steps: Vec<Step>,
    cells: Vec<CellView>,
    /// The line between what is within appetite and what is beyond, as the data of a path.
    appetite: Option<String>,
    points: Vec<PointView>,
    crowds: Vec<Crowd>,
    key: Vec<Named<'a>>,
}

/// A step of an axis: one line, or two.
struct Step {
    at: Number,
    lines: Vec<String>,
}

struct CellView {
    x: Number,
    y: Number,
    is_beyond: bool,
}

struct PointView {
    number: usize,
    words: String,
    x: Number,
    y: Number,
    is_marked: bool,
}

/// How many points of a cell are not drawn.
struct Crowd {
    x: Number,
    y: Number,
    left: usize,
}

/// A point in the list beside the map.
struct Named<'a> {
    number: usize,
    label: Shown<'a>,
    is_marked: bool,
}

impl<'a> HeatMapView<'a> {
    pub(super) fn new(places: &Places<'a>, id: &str, title: &'a str, chart: &'a HeatMap) -> Self {
        let grid = Grid::of(chart);
        let (points, crowds) = placed(chart, grid);
        Self {
            id: id.to_owned(),
            title: Inert(title),
            description: described(chart, grid),
            width: Number(LEFT + count(grid.columns) * CELL_WIDTH + 2.0),
            height: Number(grid.bottom() + BOTTOM),
            x_title: cut(&chart.x.title, LONGEST_TITLE),
            y_title: cut(&chart.y.title, LONGEST_TITLE),
            bottom: Number(grid.bottom() + BOTTOM - 6.0),
            x_steps: x_steps(&chart.x),
            y_steps: y_steps(&chart.y, grid),
            cells: cells(grid),
            appetite: grid
                .appetite
                .map(|_| line(grid))
                .filter(|line| !line.is_empty()),
            points,
            crowds,
            key: key(places, chart),
        }
    }
}

/// How many steps there are, and which crossings of them are beyond appetite.
#[derive(Clone, Copy)]
struct Grid {
    columns: usize,
    rows: usize,
    appetite: Option<f64>,
}

impl Grid {
    fn of(chart: &HeatMap) -> Self {
        Self {
            columns: chart.x.steps.len(),
            rows: chart.y.steps.len(),
            appetite: chart.appetite,
        }
    }

    fn bottom(self) -> f64 {
        TOP + count(self.rows) * CELL_HEIGHT
    }

    /// The left and upper edge of the cell at steps counted from 1.
    fn corner(self, x: usize, y: usize) -> (f64, f64) {
        (
            LEFT + count(x - 1) * CELL_WIDTH,
            TOP + count(self.rows - y) * CELL_HEIGHT,
        )
    }

    fn is_beyond(self, x: usize, y: usize) -> bool {
        self.appetite.is_some_and(|most| count(x * y) > most)
    }

    fn has(self, point: &Point) -> bool {
        (1..=self.columns).contains(&point.x) && (1..=self.rows).contains(&point.y)
    }

    /// All cells by their steps, from below.
    fn cells(self) -> impl Iterator<Item = (usize, usize)> {
        (1..=self.rows).flat_map(move |y| (1..=self.columns).map(move |x| (x, y)))
    }
}

fn cells(grid: Grid) -> Vec<CellView> {
    let cell = |(x, y)| {
        let (left, top) = grid.corner(x, y);
        CellView {
            x: Number(left),
            y: Number(top),
            is_beyond: grid.is_beyond(x, y),
        }
    };
    grid.cells().map(cell).collect()
}

/// The edges at which a cell within appetite meets one beyond.
fn line(grid: Grid) -> String {
    let inside = grid.cells().filter(|(x, y)| !grid.is_beyond(*x, *y));
    let edges = inside.flat_map(|(x, y)| {
        let (left, top) = grid.corner(x, y);
        let right = Number(left + CELL_WIDTH);
        let bottom = Number(top + CELL_HEIGHT);
        let (left, top) = (Number(left), Number(top));
        let at_right = x < grid.columns && grid.is_beyond(x + 1, y);
        let at_top = y < grid.rows && grid.is_beyond(x, y + 1);
        [
            at_right.then(|| format!("M{right} {top}V{bottom}")),
            at_top.then(|| format!("M{left} {top}H{right}")),
        ]
    });
    edges.flatten().collect()
}

fn x_steps(axis: &Axis) -> Vec<Step> {
    let steps = axis.steps.iter().enumerate();
    let middle = |index: usize| LEFT + (count(index) + 0.5) * CELL_WIDTH;
    steps
        .map(|(index, step)| Step {
            at: Number(middle(index)),
            lines: lines(step),
        })
        .collect()
}

fn y_steps(axis: &Axis, grid: Grid) -> Vec<Step> {
    let steps = axis.steps.iter().enumerate();
    let middle = |index: usize| grid.corner(1, index + 1).1 + CELL_HEIGHT / 2.0;
    steps
        .map(|(index, step)| Step {
            at: Number(middle(index)),
            lines: lines(step),
        })
        .collect()
}

/// A step on a line, or on two if it is long and has a blank.
fn lines(step: &str) -> Vec<String> {
    match step.split_once(' ') {
        Some((first, second)) if step.chars().count() > LONGEST_STEP => {
            vec![cut(first, LONGEST_STEP), cut(second, LONGEST_STEP)]
        }
        _ => vec![cut(step, LONGEST_STEP)],
    }
}

/// The points that their cells have room for, and the number of the others.
fn placed(chart: &HeatMap, grid: Grid) -> (Vec<PointView>, Vec<Crowd>) {
    let mut members = vec![Vec::new(); grid.columns * grid.rows];
    for (index, point) in chart.points.iter().enumerate() {
        if grid.has(point) {
            members[(point.y - 1) * grid.columns + point.x - 1].push(index);
        }
    }
    let (mut points, mut crowds) = (Vec::new(), Vec::new());
    for ((x, y), members) in grid.cells().zip(members) {
        let corner = grid.corner(x, y);
        let drawn = members.len().min(ACROSS * DOWN);
        for (slot, index) in members[..drawn].iter().enumerate() {
            points.push(point_view(chart, corner, *index, slot, drawn));
        }
        if members.len() > drawn {
            crowds.push(Crowd {
                x: Number(corner.0 + CELL_WIDTH - 3.0),
                y: Number(corner.1 + CELL_HEIGHT - 2.0),
                left: members.len() - drawn,
            });
        }
    }
    (points, crowds)
}

/// A point in the given slot of its cell, around the middle of which all of them stand.
fn point_view(
    chart: &HeatMap,
    corner: (f64, f64),
    index: usize,
    slot: usize,
    drawn: usize,
) -> PointView {
    let point = &chart.points[index];
    let rows = drawn.div_ceil(ACROSS);
    let in_row = (drawn - slot / ACROSS * ACROSS).min(ACROSS);
    let from_middle = |at: usize, of: usize| (count(at) - (count(of) - 1.0) / 2.0) * POINT;
    PointView {
        number: index + 1,
        words: cut(&point.label.text, 120),
        x: Number(corner.0 + CELL_WIDTH / 2.0 + from_middle(slot % ACROSS, in_row)),
        y: Number(corner.1 + CELL_HEIGHT / 2.0 + from_middle(slot / ACROSS, rows)),
        is_marked: point.is_marked,
    }
}

/// The points that are named beside the map: the marked ones if there are too many.
fn key<'a>(places: &Places<'a>, chart: &'a HeatMap) -> Vec<Named<'a>> {
    let is_short = chart.points.len() <= MOST_NAMED;
    let points = chart.points.iter().enumerate();
    points
        .filter(|(_, point)| is_short || point.is_marked)
        .take(MOST_NAMED)
        .map(|(index, point)| Named {
            number: index + 1,
            label: Shown::new(places, &point.label),
            is_marked: point.is_marked,
        })
        .collect()
}

fn described(chart: &HeatMap, grid: Grid) -> String {
    let points = chart.points.iter().filter(|point| grid.has(point));
    let beyond = points
        .filter(|point| grid.is_beyond(point.x, point.y))
        .count();
    let counted = match chart.appetite {
        Some(_) => format!(
            "{beyond} of {} points lie beyond the line of appetite.",
            chart.points.len()
        ),
        None => format!("{} points.", chart.points.len()),
    };
    let words = format!(
        "{} across, {} upwards, both from lowest to highest. {counted}",
        chart.x.title, chart.y.title
    );
    cut(&words, 400)
}
