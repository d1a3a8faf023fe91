//! Reports: sections with a question, an answer and a chart each, before they take a form.
//!
//! A [`Report`] holds everything that an output shows. It knows seven charts and no kind of record;
//! an output (HTML, PDF, XLSX, JSON, Markdown) draws the charts and adds nothing. Every [`Cell`]
//! keeps the places it was read from, so that each figure leads back to file and line.

mod annex;
mod build;
mod controls;
mod detail;
mod draw;
mod evidence;
mod forge;
mod method;
mod plain;
mod plan;
mod redact;
mod results;

pub use annex::annex;
pub use build::{Milestone, Movement, Parts, Past, build, section};
pub use detail::{Detail, details};
pub use draw::{ViewFailure, draw, rows};
pub use evidence::{Evidence, FileRead, Tested, quoted};
pub use forge::Forge;
pub use plan::{Phase, Plan, Reason, Step, plan};
pub use results::Results;

use crate::finding::Label;
use crate::scalar::{Date, Duration, Money};
use crate::score::percent;
use crate::source::Sources;

/// Whom a report is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Two pages in plain words, without codes of rules.
    Board,
    /// All sections that somebody acts on.
    Executive,
    /// Populations, exceptions, controls and method.
    Auditor,
    /// Findings by owner and by file.
    It,
}

impl Audience {
    /// All audiences, in the order in which the command line names them.
    pub const ALL: [Self; 4] = [Self::Board, Self::Executive, Self::Auditor, Self::It];

    /// The word for it: of the command line, and of its folder below `policies/reports/`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Board => "board",
            Self::Executive => "executive",
            Self::Auditor => "auditor",
            Self::It => "it",
        }
    }

    /// Returns the audience named `word`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|audience| audience.as_str() == word)
    }
}

/// A report, complete for any output.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its title: "Technology governance: report to the board".
    pub title: String,
    /// Whose records it is about, as they name themselves; empty if they do not.
    pub organization: String,
    /// Whom it is for.
    pub audience: Audience,
    /// The date on which everything was judged.
    pub as_of: Date,
    /// The revision that was judged, as it was asked for; none for the files as they are.
    pub revision: Option<String>,
    /// Its commit in hexadecimal digits, if it is one.
    pub commit: Option<String>,
    /// What it is compared with, as it was asked for, and the day of it.
    pub since: Option<(String, Date)>,
    /// One sentence that says where things stand, where they go and why.
    pub verdict: String,
    /// Its sections, in order.
    pub sections: Vec<Section>,
    /// The findings in full, for the audiences that mend them.
    pub findings: Vec<Detail>,
    /// What each verdict rests on, for the audience that tests them.
    pub evidence: Option<Evidence>,
    /// What a reader must know to trust it: what was not read, what the tool does not see.
    pub notes: Vec<String>,
    /// Where the files of the commit can be read on the web, if that is known.
    pub forge: Option<Forge>,
    /// The texts that the places of its cells point into.
    pub sources: Sources,
}

/// A section: one question, and the chart that answers it.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// A word for it, unique in its report: `ownership`. Good for anchors and names of sheets.
    pub id: String,
    /// A few words.
    pub title: String,
    /// The question of the reader that it answers.
    pub question: String,
    /// The answer in a sentence or two, if it has one.
    pub lead: Option<String>,
    /// The answer drawn.
    pub chart: Chart,
    /// What stands in place of a chart without data: why there is none, in a sentence.
    pub empty: String,
    /// Small print: limits, formula, population, how many rows were left out.
    pub notes: Vec<String>,
}

/// One of the seven ways to draw data. Each can be given as a table too: see [`Chart::table`].
#[derive(Debug, Clone, PartialEq)]
pub enum Chart {
    /// Rows and columns.
    Table(Table),
    /// One bar for each item, perhaps with a mark for its target.
    Bars(Bars),
    /// Words at the crossings of rows and columns.
    Matrix(Matrix),
    /// Items on two ordered axes, with a line that they are not to cross.
    HeatMap(HeatMap),
    /// Two values of each item with the gap between them: promised and proven.
    Dumbbell(Dumbbell),
    /// Items on a line of time.
    Timeline(Timeline),
    /// One value over time.
    Sparkline(Sparkline),
}

/// A piece of a chart: what is printed, what it is worth, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// As it is printed; "not recorded" where nothing is.
    pub text: String,
    /// What it is worth.
    pub value: Value,
    /// How it reads.
    pub tone: Tone,
    /// Where it was read from; empty for what was computed from verdicts.
    pub places: Vec<Label>,
}

/// What a cell is worth, for programs, scales and spreadsheets.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing is recorded.
    Missing,
    /// Words.
    Text,
    /// A count or another plain number.
    Number(f64),
    /// A share, 1 for all.
    Share(f64),
    /// A day.
    Date(Date),
    /// A length of time.
    Duration(Duration),
    /// An amount.
    Money(Money),
    /// A level of an ordered vocabulary, by its rank from 0.
    Level(u8),
    /// Yes or no.
    Flag(bool),
}

/// How a cell reads. Outputs never tell it by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Neither good nor bad.
    #[default]
    Plain,
    /// As it should be.
    Good,
    /// To be watched.
    Watch,
    /// To be mended.
    Bad,
    /// Beside the point, or not known.
    Faint,
}

impl Tone {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Watch => "watch",
            Self::Bad => "bad",
            Self::Faint => "faint",
        }
    }
}

/// Rows and columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with a cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its head.
    pub title: String,
    /// How its cells are set.
    pub align: Align,
}

/// How the cells of a column are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// Words.
    #[default]
    Start,
    /// Numbers.
    End,
}

/// One bar for each item.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// What the length of a bar means: "systems", "level".
    pub measure: String,
    /// The end of the scale, if it has one: 5 for levels.
    pub most: Option<f64>,
    /// The bars, in order.
    pub bars: Vec<Bar>,
}

/// A bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it is about.
    pub label: Cell,
    /// Its length.
    pub value: Cell,
    /// Where it should end, if anywhere.
    pub target: Option<Cell>,
    /// A few words beside it.
    pub note: Option<Cell>,
    /// How far it had come on days of the past and has today, the oldest first; empty where the
    /// past is not looked at.
    pub trend: Vec<(Date, Cell)>,
}

/// Words at the crossings of rows and columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// What the rows are: "Decision".
    pub row_title: String,
    /// The heads of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<MatrixRow>,
}

/// A row of a matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct MatrixRow {
    /// What it is about.
    pub label: Cell,
    /// A cell for each column; none where nothing crosses.
    pub cells: Vec<Option<Cell>>,
}

/// Items on two ordered axes.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// What the horizontal axis is, and its steps from lowest to highest.
    pub x: Axis,
    /// What the vertical axis is, and its steps from lowest to highest.
    pub y: Axis,
    /// The product of steps (counted from 1) above which an item is beyond appetite.
    pub appetite: Option<f64>,
    /// The items.
    pub points: Vec<Point>,
}

/// An ordered axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// What it is.
    pub title: String,
    /// Its steps, from lowest to highest.
    pub steps: Vec<String>,
}

/// An item on a heat map.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// What it is.
    pub label: Cell,
    /// The number of its horizontal step, from 1.
    pub x: usize,
    /// The number of its vertical step, from 1.
    pub y: usize,
    /// True if it is one of the few to look at.
    pub is_marked: bool,
}

/// Two values of each item.
#[derive(Debug, Clone, PartialEq)]
pub struct Dumbbell {
    /// What the first value is: "promised".
    pub from: String,
    /// What the second value is: "proven".
    pub to: String,
    /// The items.
    pub items: Vec<Pair>,
}

/// Two values of one item.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// What they are about.
    pub label: Cell,
    /// The first value.
    pub from: Cell,
    /// The second value.
    pub to: Cell,
    /// A few words beside it.
    pub note: Option<Cell>,
}

/// Items on a line of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Timeline {
    /// The first day that is drawn.
    pub from: Date,
    /// The last day that is drawn.
    pub to: Date,
    /// The items, by day.
    pub events: Vec<Event>,
}

/// An item on a line of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its day, or its first.
    pub start: Cell,
    /// Its last day, if it takes several.
    pub end: Option<Cell>,
    /// What happens.
    pub label: Cell,
    /// The row it is drawn in: "renewals"; empty for the only one.
    pub lane: String,
    /// A few words beside it: who acts.
    pub note: Option<Cell>,
}

/// One value over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Sparkline {
    /// What the value is.
    pub measure: String,
    /// The end of the scale, if it has one.
    pub most: Option<f64>,
    /// The values, oldest first: the day, and what it was worth then.
    pub points: Vec<(Date, Cell)>,
}

impl Cell {
    /// Words.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            value: Value::Text,
            tone: Tone::Plain,
            places: Vec::new(),
        }
    }

    /// What is not recorded.
    #[must_use]
    pub fn missing() -> Self {
        Self {
            value: Value::Missing,
            tone: Tone::Faint,
            ..Self::text("not recorded")
        }
    }

    /// A count.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of records are far below 2^53"
    )]
    pub fn count(count: u64) -> Self {
        Self {
            value: Value::Number(count as f64),
            ..Self::text(count.to_string())
        }
    }

    /// A whole number that may be negative.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of records and days are far below 2^53"
    )]
    pub fn whole(number: i64) -> Self {
        Self {
            value: Value::Number(number as f64),
            ..Self::text(number.to_string())
        }
    }

    /// A share, in whole percent.
    #[must_use]
    pub fn share(share: f64) -> Self {
        Self {
            value: Value::Share(share),
            ..Self::text(format!("{} %", percent(share)))
        }
    }

    /// A day.
    #[must_use]
    pub fn date(date: Date) -> Self {
        Self {
            value: Value::Date(date),
            ..Self::text(date.to_string())
        }
    }

    /// The same cell as it reads.
    #[must_use]
    pub fn toned(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// The same cell with where it comes from.
    #[must_use]
    pub fn at(mut self, places: impl IntoIterator<Item = Label>) -> Self {
        self.places.extend(places);
        self
    }

    /// What it is worth as a number, where it can be drawn as one: days for dates, hours for
    /// lengths of time.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "days and seconds of records are far below 2^53"
    )]
    pub fn magnitude(&self) -> Option<f64> {
        match &self.value {
            Value::Missing | Value::Text | Value::Flag(_) => None,
            Value::Number(number) | Value::Share(number) => Some(*number),
            Value::Level(rank) => Some(f64::from(*rank)),
            Value::Date(date) => Some(f64::from(date.days())),
            Value::Duration(duration) => Some(duration.range_seconds().1 as f64 / 3600.0),
            Value::Money(money) => Some(money.as_f64()),
        }
    }
}

impl Column {
    /// A column of words.
    #[must_use]
    pub fn words(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            align: Align::Start,
        }
    }

    /// A column of numbers.
    #[must_use]
    pub fn numbers(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            align: Align::End,
        }
    }
}

impl Chart {
    /// The word for it in view files.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Table(_) => "table",
            Self::Bars(_) => "bars",
            Self::Matrix(_) => "matrix",
            Self::HeatMap(_) => "heat-map",
            Self::Dumbbell(_) => "dumbbell",
            Self::Timeline(_) => "timeline",
            Self::Sparkline(_) => "sparkline",
        }
    }

    /// True if there is nothing to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Table(table) => table.rows.is_empty(),
            Self::Bars(bars) => bars.bars.is_empty(),
            Self::Matrix(matrix) => matrix.rows.is_empty(),
            Self::HeatMap(map) => map.points.is_empty(),
            Self::Dumbbell(dumbbell) => dumbbell.items.is_empty(),
            Self::Timeline(timeline) => timeline.events.is_empty(),
            Self::Sparkline(sparkline) => sparkline.points.is_empty(),
        }
    }

    /// The same data as a table: for outputs that cannot draw, and beside every drawing for readers
    /// who cannot see it.
    #[must_use]
    pub fn table(&self) -> Table {
        match self {
            Self::Table(table) => table.clone(),
            Self::Bars(bars) => bars.table(),
            Self::Matrix(matrix) => matrix.table(),
            Self::HeatMap(map) => map.table(),
            Self::Dumbbell(dumbbell) => dumbbell.table(),
            Self::Timeline(timeline) => timeline.table(),
            Self::Sparkline(sparkline) => sparkline.table(),
        }
    }
}

/// A cell that may not be there, in a table.
fn or_blank(cell: Option<&Cell>) -> Cell {
    cell.cloned().unwrap_or_else(|| Cell::text(""))
}

impl Bar {
    /// The values of its trend in words.
    #[must_use]
    pub fn course(&self) -> String {
        let texts = self.trend.iter().map(|(_, cell)| cell.text.as_str());
        texts.collect::<Vec<_>>().join(", ")
    }
}

impl Bars {
    /// True if a bar shows how it came to its length.
    #[must_use]
    pub fn has_trend(&self) -> bool {
        self.bars.iter().any(|bar| !bar.trend.is_empty())
    }

    fn table(&self) -> Table {
        let has_target = self.bars.iter().any(|bar| bar.target.is_some());
        let has_note = self.bars.iter().any(|bar| bar.note.is_some());
        let has_trend = self.has_trend();
        let mut columns = vec![Column::words(""), Column::numbers(&self.measure)];
        columns.extend(has_target.then(|| Column::numbers("target")));
        columns.extend(has_trend.then(|| Column::words("over the last tags")));
        columns.extend(has_note.then(|| Column::words("")));
        let row = |bar: &Bar| {
            let mut row = vec![bar.label.clone(), bar.value.clone()];
            row.extend(has_target.then(|| or_blank(bar.target.as_ref())));
            row.extend(has_trend.then(|| Cell::text(bar.course())));
            row.extend(has_note.then(|| or_blank(bar.note.as_ref())));
            row
        };
        Table {
            columns,
            rows: self.bars.iter().map(row).collect(),
        }
    }
}

impl Matrix {
    fn table(&self) -> Table {
        let heads = self.columns.iter().map(Column::words);
        let row = |row: &MatrixRow| {
            let cells = row.cells.iter().map(|cell| or_blank(cell.as_ref()));
            std::iter::once(row.label.clone()).chain(cells).collect()
        };
        Table {
            columns: std::iter::once(Column::words(&self.row_title))
                .chain(heads)
                .collect(),
            rows: self.rows.iter().map(row).collect(),
        }
    }
}

impl HeatMap {
    fn table(&self) -> Table {
        let step = |axis: &Axis, number: usize| {
            let step = number.checked_sub(1).and_then(|at| axis.steps.get(at));
            Cell::text(step.cloned().unwrap_or_default())
        };
        let row = |point: &Point| {
            vec![
                point.label.clone(),
                step(&self.x, point.x),
                step(&self.y, point.y),
            ]
        };
        Table {
            columns: vec![
                Column::words(""),
                Column::words(&self.x.title),
                Column::words(&self.y.title),
            ],
            rows: self.points.iter().map(row).collect(),
        }
    }
}

impl Dumbbell {
    fn table(&self) -> Table {
        let has_note = self.items.iter().any(|item| item.note.is_some());
        let mut columns = vec![
            Column::words(""),
            Column::numbers(&self.from),
            Column::numbers(&self.to),
        ];
        columns.extend(has_note.then(|| Column::words("")));
        let row = |item: &Pair| {
            let mut row = vec![item.label.clone(), item.from.clone(), item.to.clone()];
            row.extend(has_note.then(|| or_blank(item.note.as_ref())));
            row
        };
        Table {
            columns,
            rows: self.items.iter().map(row).collect(),
        }
    }
}

impl Timeline {
    fn table(&self) -> Table {
        let has_end = self.events.iter().any(|event| event.end.is_some());
        let has_lane = self.events.iter().any(|event| !event.lane.is_empty());
        let has_note = self.events.iter().any(|event| event.note.is_some());
        let mut columns = vec![Column::words(if has_end { "from" } else { "day" })];
        columns.extend(has_end.then(|| Column::words("until")));
        columns.extend(has_lane.then(|| Column::words("")));
        columns.push(Column::words("what"));
        columns.extend(has_note.then(|| Column::words("")));
        let row = |event: &Event| {
            let mut row = vec![event.start.clone()];
            row.extend(has_end.then(|| or_blank(event.end.as_ref())));
            row.extend(has_lane.then(|| Cell::text(&event.lane)));
            row.push(event.label.clone());
            row.extend(has_note.then(|| or_blank(event.note.as_ref())));
            row
        };
        Table {
            columns,
            rows: self.events.iter().map(row).collect(),
        }
    }
}

impl Sparkline {
    fn table(&self) -> Table {
        let points = self.points.iter();
        Table {
            columns: vec![Column::words("day"), Column::numbers(&self.measure)],
            rows: points
                .map(|(day, cell)| vec![Cell::date(*day), cell.clone()])
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests;
