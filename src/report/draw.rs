//! From a view to a section: rows and columns evaluated, each cell with where it comes from.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{
    Align, Axis, Bar, Bars, Cell, Chart, Column, Dumbbell, Event, HeatMap, Matrix, MatrixRow, Pair,
    Point, Section, Sparkline, Table, Timeline, Tone, Value,
};
use crate::catalog::Catalog;
use crate::evaluate::labels;
use crate::expr::{Causes, Entry, Frame, Machine, Out, RunLets, Value as Known, Why, World};
use crate::finding::Label;
use crate::rule::{Appetite, ChartKind, Drawing, Format, Message, MessagePart, View, ViewColumn};
use crate::scalar::Date;

/// The most places that a cell keeps.
const MOST_PLACES: usize = 8;

/// A view that could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewFailure {
    /// Its name.
    pub view: Arc<str>,
    /// One line without a full stop.
    pub message: String,
    /// Where it stands.
    pub span: crate::source::Span,
}

/// What share something had on days of the past and has today.
type Course<'c> = &'c dyn Fn(&str) -> Vec<(Date, f64)>;

/// A row of a view: a cell for each column.
type Row = Vec<Cell>;

/// Evaluates a view and lays out its chart.
///
/// # Errors
///
/// If a value of a wrong type is met where no type could be checked.
pub fn draw<'a>(view: &'a View, world: &'a World<'a>) -> Result<Section, ViewFailure> {
    let lets: RunLets<'a, Why> = view
        .lets
        .iter()
        .map(|_| std::sync::OnceLock::new())
        .collect();
    let machine: Machine<'a, Why> = Machine::new(world, &[], &view.lets, &Arc::new(lets), u64::MAX);
    let artist = Artist {
        view,
        machine: &machine,
    };
    let course = |of: &str| world.surroundings.course(of);
    let section = artist.section(&course);
    match machine.error() {
        None => Ok(section),
        Some(error) => Err(ViewFailure {
            view: view.name.clone(),
            message: error.message,
            span: view.span,
        }),
    }
}

/// Evaluates the rows of a view as they are before they are drawn: sorted, and all of them.
///
/// # Errors
///
/// Those of [`draw`].
pub fn rows<'a>(view: &'a View, world: &'a World<'a>) -> Result<Vec<Row>, ViewFailure> {
    let lets: RunLets<'a, Why> = view
        .lets
        .iter()
        .map(|_| std::sync::OnceLock::new())
        .collect();
    let machine: Machine<'a, Why> = Machine::new(world, &[], &view.lets, &Arc::new(lets), u64::MAX);
    let artist = Artist {
        view,
        machine: &machine,
    };
    let (rows, _) = artist.rows();
    match machine.error() {
        None => Ok(rows),
        Some(error) => Err(ViewFailure {
            view: view.name.clone(),
            message: error.message,
            span: view.span,
        }),
    }
}

/// What is said of the list of rows as a whole.
#[derive(Default)]
struct Doubts {
    /// Why there are no rows to be had.
    none: Option<Causes>,
    /// Why there may be more rows, or fewer.
    perhaps: Option<Causes>,
}

struct Artist<'m, 'a> {
    view: &'a View,
    machine: &'m Machine<'a, Why>,
}

impl<'a> Artist<'_, 'a> {
    fn section(&self, course: Course<'_>) -> Section {
        let view = self.view;
        let (mut rows, doubts) = self.rows();
        let mut notes = view.notes.clone();
        if let Some(limit) = view.limit.filter(|limit| rows.len() > *limit) {
            notes.push(format!("{} more are not shown.", rows.len() - limit));
            rows.truncate(limit);
        }
        if let Some(causes) = doubts.perhaps {
            let causes = causes.words().join(", ");
            notes.push(format!(
                "The list may not be complete: some of it is {causes}."
            ));
        }
        let empty = match doubts.none {
            Some(causes) => format!("This cannot be said: {}.", causes.words().join(", ")),
            None => view.empty.clone(),
        };
        Section {
            id: view.id.clone(),
            title: view.title.clone(),
            question: view.question.clone(),
            lead: view.lead.as_ref().map(|lead| self.words(lead)),
            chart: lay_out(self.machine.as_of(), view, self.appetite(), course, rows),
            empty,
            notes,
        }
    }

    /// The line that items of a heat map are not to cross.
    fn appetite(&self) -> Option<f64> {
        match self.view.drawing.appetite.as_ref()? {
            Appetite::Fixed(number) => Some(*number),
            Appetite::Recorded(located) => {
                let mut frame = Frame::new(Known::Repository, None);
                match self.machine.eval(&located.code.ir, &mut frame).0 {
                    #[expect(clippy::cast_precision_loss, reason = "scores are small")]
                    Known::Int(number) => Some(number as f64),
                    Known::Double(number) => Some(number),
                    _ => None,
                }
            }
        }
    }

    fn rows(&self) -> (Vec<Row>, Doubts) {
        let mut frame = Frame::new(Known::Repository, None);
        let list = self.machine.eval(&self.view.rows, &mut frame);
        let mut doubts = Doubts::default();
        let Some(entries) = self.machine.items_of(&list) else {
            doubts.none = list.0.causes().or(Some(Causes::UNDEFINED));
            return (Vec::new(), doubts);
        };
        if let Known::List(list) = &list.0 {
            doubts.perhaps = list.open;
        }
        let mut rows = Vec::new();
        for entry in &entries {
            // Whether the row belongs here is not known: it is said, not shown as if it did.
            if let Some(causes) = entry.maybe {
                doubts.perhaps = Causes::either(doubts.perhaps, Some(causes));
                continue;
            }
            rows.push(self.row(entry));
        }
        rows.sort_by(|left, right| self.compare(left, right));
        (rows, doubts)
    }

    fn row(&self, entry: &Entry<'a, Why>) -> Row {
        let catalog = self.machine.catalog();
        let own = own_places(catalog, entry);
        let columns = self.view.columns.iter();
        columns
            .map(|column| {
                // Why a row is there says nothing of what stands in its cells.
                let item = (entry.value.clone(), Why::default());
                let mut frame = Frame::new(Known::Repository, Some(item));
                let out = self.machine.eval(&column.value.code.ir, &mut frame);
                let tone = column.tone.as_ref().map(|tone| {
                    let (value, _) = self.machine.eval(&tone.code.ir, &mut frame);
                    value.as_text().and_then(parse_tone).unwrap_or_default()
                });
                let mut cell = self.cell(column, &out);
                if cell.places.is_empty() {
                    cell.places = own.clone();
                }
                if let Some(tone) = tone {
                    cell.tone = tone;
                }
                cell
            })
            .collect()
    }

    fn cell(&self, column: &ViewColumn, (value, why): &Out<'a, Why>) -> Cell {
        if let Known::Optional(Some(inner)) = value {
            return self.cell(column, inner);
        }
        let mut places = labels(self.machine.catalog(), why);
        places.truncate(MOST_PLACES);
        let (text, value, tone) = match value {
            Known::Ne(causes) => (unknown(*causes), Value::Missing, Tone::Faint),
            Known::Null | Known::Optional(None) => {
                ("not recorded".to_owned(), Value::Missing, Tone::Faint)
            }
            #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
            Known::Int(number) => {
                let number = *number as f64;
                (
                    print(column.format, number),
                    Value::Number(number),
                    Tone::Plain,
                )
            }
            Known::Double(number) => (
                print(column.format, *number),
                Value::Number(*number),
                Tone::Plain,
            ),
            other => {
                let value = self.worth(other);
                (self.machine.print(other), value, Tone::Plain)
            }
        };
        Cell {
            text,
            value,
            tone,
            places,
        }
    }

    fn worth(&self, value: &Known<'a, Why>) -> Value {
        match value {
            Known::Bool(truth) => Value::Flag(*truth),
            Known::Date(day) => Value::Date(*day),
            Known::AsOf => Value::Date(self.machine.as_of()),
            Known::Moved(moved) => Value::Date(moved.date),
            Known::Duration(length) => Value::Duration(*length),
            Known::Money(amount) => Value::Money(*amount),
            Known::Level(_, rank, _) => Value::Level(*rank),
            _ => Value::Text,
        }
    }

    fn words(&self, message: &'a Message) -> String {
        let mut frame = Frame::new(Known::Repository, None);
        let parts = message.parts.iter().map(|part| match part {
            MessagePart::Text(text) => text.clone(),
            MessagePart::Hole(code) => {
                let (value, _) = self.machine.eval(&code.ir, &mut frame);
                self.machine.print(&value)
            }
        });
        parts.collect::<String>().trim().to_owned()
    }

    fn compare(&self, left: &Row, right: &Row) -> Ordering {
        for (column, is_descending) in &self.view.sort {
            let (left, right) = (&left[*column], &right[*column]);
            let ordering = match (left.value == Value::Missing, right.value == Value::Missing) {
                // What is not recorded comes last, whichever way the rest is sorted.
                (true, true) => Ordering::Equal,
                (true, false) => return Ordering::Greater,
                (false, true) => return Ordering::Less,
                (false, false) => compare_cells(left, right),
            };
            let ordering = match is_descending {
                true => ordering.reverse(),
                false => ordering,
            };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        Ordering::Equal
    }
}

fn compare_cells(left: &Cell, right: &Cell) -> Ordering {
    match (left.magnitude(), right.magnitude()) {
        (Some(left), Some(right)) => left.total_cmp(&right),
        _ => left.text.cmp(&right.text),
    }
}

/// The places of a row as a whole.
fn own_places(catalog: &Catalog, entry: &Entry<'_, Why>) -> Vec<Label> {
    match &entry.value {
        Known::Resource(id) => {
            let node = catalog.node(catalog.resource(*id).id);
            vec![Label::new(node.span(), catalog.name(*id))]
        }
        Known::Record(node, _) => {
            let first = node.get("id");
            let first = first.or_else(|| node.entries().next().map(|(_, value)| value));
            let span = first.map_or_else(|| node.span(), crate::syntax::Node::span);
            vec![Label::new(span, "")]
        }
        _ => labels(catalog, &entry.why),
    }
}

fn unknown(causes: Causes) -> String {
    if causes.only(Causes::ABSENT.with(Causes::UNDEFINED)) {
        return "not recorded".to_owned();
    }
    if causes == Causes::UNKNOWN {
        return "unknown".to_owned();
    }
    causes.words().join(", ")
}

/// A number as its column wants it, without decimals that say nothing.
fn print(format: Format, number: f64) -> String {
    match format {
        Format::Plain => format!("{number:.2}")
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned(),
        Format::Decimal => format!("{number:.1}"),
        Format::Percent => format!("{} %", (number + 0.5).floor()),
        Format::Change => format!("{number:+.1}"),
    }
}

fn parse_tone(word: &str) -> Option<Tone> {
    Some(match word {
        "good" => Tone::Good,
        "watch" => Tone::Watch,
        "bad" => Tone::Bad,
        "faint" => Tone::Faint,
        _ => return None,
    })
}

/// The chart of a view's rows.
fn lay_out(
    as_of: Date,
    view: &View,
    appetite: Option<f64>,
    course: Course<'_>,
    rows: Vec<Row>,
) -> Chart {
    let drawing = &view.drawing;
    let layout = Layout { view, drawing };
    match drawing.kind {
        ChartKind::Table => layout.table(rows),
        ChartKind::Bars => layout.bars(course, &rows),
        ChartKind::Matrix => layout.matrix(&rows),
        ChartKind::HeatMap => layout.heat_map(appetite, &rows),
        ChartKind::Dumbbell => layout.dumbbell(&rows),
        ChartKind::Timeline => layout.timeline(as_of, &rows),
        ChartKind::Sparkline => layout.sparkline(&rows),
    }
}

struct Layout<'v> {
    view: &'v View,
    drawing: &'v Drawing,
}

impl Layout<'_> {
    /// The cell that plays a role in a row.
    fn cell(&self, row: &Row, role: &str) -> Option<Cell> {
        let at = *self.drawing.roles.get(role)?;
        row.get(at).cloned()
    }

    fn need(&self, row: &Row, role: &str) -> Cell {
        self.cell(row, role).unwrap_or_else(Cell::missing)
    }

    /// The head of the column that plays a role.
    fn title(&self, role: &str) -> String {
        let at = self.drawing.roles.get(role);
        at.map_or(String::new(), |at| self.view.columns[*at].title.clone())
    }

    fn table(&self, rows: Vec<Row>) -> Chart {
        let hidden = &self.drawing.hidden;
        let shown: Vec<usize> = (0..self.view.columns.len())
            .filter(|at| !hidden.contains(at))
            .collect();
        let columns = shown.iter().map(|at| Column {
            title: self.view.columns[*at].title.clone(),
            align: alignment(&rows, *at),
        });
        let columns = columns.collect();
        let rows = rows.into_iter().map(|row| {
            let cells = row.into_iter().enumerate();
            let cells = cells.filter(|(at, _)| !hidden.contains(at));
            cells.map(|(_, cell)| cell).collect()
        });
        Chart::Table(Table {
            columns,
            rows: rows.collect(),
        })
    }

    fn bars(&self, course: Course<'_>, rows: &[Row]) -> Chart {
        let trend = |row: &Row| {
            let of = self.cell(row, "trend");
            let points = of
                .map_or_else(Vec::new, |cell| course(&cell.text))
                .into_iter();
            points
                .map(|(day, share)| (day, Cell::share(share)))
                .collect()
        };
        let bar = |row: &Row| Bar {
            label: self.need(row, "label"),
            value: self.need(row, "value"),
            target: self.cell(row, "target"),
            note: self.note(row),
            trend: trend(row),
        };
        Chart::Bars(Bars {
            measure: self.title("value"),
            most: self.drawing.most,
            bars: rows.iter().map(bar).collect(),
        })
    }

    /// Rows and columns in the order in which they first occur.
    fn matrix(&self, rows: &[Row]) -> Chart {
        let mut columns: Vec<String> = Vec::new();
        let mut found: Vec<MatrixRow> = Vec::new();
        for row in rows {
            let head = self.need(row, "column").text;
            let column = position(&mut columns, head);
            let label = self.need(row, "row");
            let at = found.iter().position(|own| own.label.text == label.text);
            let at = at.unwrap_or_else(|| {
                found.push(MatrixRow {
                    label,
                    cells: Vec::new(),
                });
                found.len() - 1
            });
            let cells = &mut found[at].cells;
            cells.resize(cells.len().max(column + 1), None);
            let cell = self.need(row, "cell");
            cells[column] = Some(match cells[column].take() {
                None => cell,
                Some(first) => joined(first, cell),
            });
        }
        for row in &mut found {
            row.cells.resize(columns.len(), None);
        }
        Chart::Matrix(Matrix {
            row_title: self.title("row"),
            columns,
            rows: found,
        })
    }

    fn heat_map(&self, appetite: Option<f64>, rows: &[Row]) -> Chart {
        let [x, y] = [("x", 0), ("y", 1)].map(|(role, at)| Axis {
            title: self.title(role),
            steps: self.steps(rows, role, at),
        });
        let points = rows.iter().filter_map(|row| {
            let marked = self.cell(row, "marked").map(|cell| cell.value);
            Some(Point {
                label: self.need(row, "label"),
                x: step(&self.need(row, "x"), x.steps.len())?,
                y: step(&self.need(row, "y"), y.steps.len())?,
                is_marked: marked == Some(Value::Flag(true)),
            })
        });
        let points = points.collect();
        Chart::HeatMap(HeatMap {
            x,
            y,
            appetite,
            points,
        })
    }

    /// The steps of an axis: those of the view, else numbers up to the highest that occurs.
    fn steps(&self, rows: &[Row], role: &str, at: usize) -> Vec<String> {
        if !self.drawing.steps[at].is_empty() {
            return self.drawing.steps[at].clone();
        }
        let steps = rows
            .iter()
            .filter_map(|row| step(&self.need(row, role), usize::MAX));
        let most = steps.max().unwrap_or(0).max(5);
        (1..=most).map(|step| step.to_string()).collect()
    }

    fn dumbbell(&self, rows: &[Row]) -> Chart {
        let pair = |row: &Row| Pair {
            label: self.need(row, "label"),
            from: self.need(row, "from"),
            to: self.need(row, "to"),
            note: self.note(row),
        };
        Chart::Dumbbell(Dumbbell {
            from: self.title("from"),
            to: self.title("to"),
            items: rows.iter().map(pair).collect(),
        })
    }

    fn timeline(&self, as_of: Date, rows: &[Row]) -> Chart {
        let event = |row: &Row| Event {
            start: self.need(row, "start"),
            end: self
                .cell(row, "end")
                .filter(|cell| cell.value != Value::Missing),
            label: self.need(row, "label"),
            lane: self
                .cell(row, "lane")
                .map_or(String::new(), |cell| cell.text),
            note: self.note(row),
        };
        let to = as_of.plus(self.drawing.within).unwrap_or(as_of);
        Chart::Timeline(Timeline {
            from: as_of,
            to,
            events: rows.iter().map(event).collect(),
        })
    }

    fn sparkline(&self, rows: &[Row]) -> Chart {
        let points = rows
            .iter()
            .filter_map(|row| match self.need(row, "day").value {
                Value::Date(day) => Some((day, self.need(row, "value"))),
                _ => None,
            });
        Chart::Sparkline(Sparkline {
            measure: self.title("value"),
            most: self.drawing.most,
            points: points.collect(),
        })
    }

    /// A note that says something.
    fn note(&self, row: &Row) -> Option<Cell> {
        self.cell(row, "note").filter(|cell| !cell.text.is_empty())
    }
}

/// How a column is set: as numbers if it holds nothing else.
fn alignment(rows: &[Row], at: usize) -> Align {
    let cells = rows.iter().filter_map(|row| row.get(at));
    let mut worth = cells
        .map(|cell| &cell.value)
        .filter(|value| **value != Value::Missing)
        .peekable();
    let has_any = worth.peek().is_some();
    let is_number =
        |value: &Value| matches!(value, Value::Number(_) | Value::Money(_) | Value::Share(_));
    if has_any && worth.all(is_number) {
        Align::End
    } else {
        Align::Start
    }
}

/// The position of a word in a list, to which it is added if it is not there.
fn position(words: &mut Vec<String>, word: String) -> usize {
    let at = words.iter().position(|own| *own == word);
    at.unwrap_or_else(|| {
        words.push(word);
        words.len() - 1
    })
}

/// Two cells at one crossing.
fn joined(mut first: Cell, second: Cell) -> Cell {
    if first.text != second.text {
        first.text = format!("{}, {}", first.text, second.text);
        first.value = Value::Text;
    }
    first.places.extend(second.places);
    first.places.truncate(MOST_PLACES);
    first
}

/// The number of the step that a cell names, from 1; none beyond the axis.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the bounds are checked"
)]
fn step(cell: &Cell, most: usize) -> Option<usize> {
    let step = match &cell.value {
        Value::Level(rank) => usize::from(*rank) + 1,
        Value::Number(number) if *number >= 1.0 && *number < 1e6 => *number as usize,
        _ => return None,
    };
    (step <= most).then_some(step)
}
