//! Views as data: a question of a report, the rows that answer it, and how they are drawn.
//!
//! A view stands in `policies/reports/<audience>/<section>.yaml`. Its rows are a list in the rule
//! language and its columns expressions over `it`, a row; both are checked against the kinds when
//! the view is loaded. A view of a later pack replaces one of the same name. How a chart looks is
//! for the outputs to say.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::file::Document;
use super::load::{File, documents, read_files};
use super::{Located, Message, Mistake, Pack, PackFile, Policies};
use crate::catalog::nearest;
use crate::expr::{Code, Ir, LetType, Scope, Tables, WithResults};
use crate::kind::Type;
use crate::scalar::{Date, Duration};
use crate::source::{Sources, Span};
use crate::syntax::{Node, NodeKind};

/// The folder of views below that of policies.
const FOLDER: &str = "reports/";

/// The name under which the rows can be read by `lead`.
const ROWS: &str = "rows";

/// True if a policy file is a view.
pub(super) fn is_view(file: &PackFile) -> bool {
    file.path.starts_with(FOLDER)
}

/// A section of a report as data.
#[derive(Debug)]
pub struct View {
    /// Its name, `audience/section`.
    pub name: Arc<str>,
    /// Whom it is for: the folder it stands in.
    pub audience: String,
    /// Whom it is for besides.
    pub also: Vec<String>,
    /// The section: the name of its file.
    pub id: String,
    /// Its place among the sections: they are shown by ascending number, then by name.
    pub order: u32,
    /// A few words.
    pub title: String,
    /// The question that it answers.
    pub question: String,
    /// Intermediate values, in order; the last is the list of rows.
    pub lets: Vec<Code>,
    /// The rows.
    pub rows: Ir,
    /// Its columns.
    pub columns: Vec<ViewColumn>,
    /// How it is drawn.
    pub drawing: Drawing,
    /// The columns that rows are sorted by, and whether the highest comes first.
    pub sort: Vec<(usize, bool)>,
    /// The most rows that are shown.
    pub limit: Option<usize>,
    /// The answer in a sentence or two.
    pub lead: Option<Message>,
    /// What stands there if there are no rows.
    pub empty: String,
    /// Small print.
    pub notes: Vec<String>,
    /// Its tests.
    pub examples: Vec<ViewExample>,
    /// True if it reads what a run found, and not records alone.
    pub reads_results: bool,
    /// The names of the rules whose verdicts it reads.
    pub reads: Vec<String>,
    /// The file it stands in, by the place of its title.
    pub span: Span,
}

/// A column of a view.
#[derive(Debug)]
pub struct ViewColumn {
    /// Its name, for roles and sorting.
    pub name: String,
    /// Its head.
    pub title: String,
    /// The value, over `it`.
    pub value: Located,
    /// How the value reads: `"good"`, `"watch"`, `"bad"`, `"faint"` or something else for plain.
    pub tone: Option<Located>,
    /// How a number is printed.
    pub format: Format,
}

/// How a number is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// As it is.
    #[default]
    Plain,
    /// With one decimal.
    Decimal,
    /// As a percentage: 61 is printed as 61 %.
    Percent,
    /// With its sign and one decimal.
    Change,
}

/// The charts by the names that view files give them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartKind {
    /// Rows and columns.
    Table,
    /// One bar for each row.
    Bars,
    /// Words at the crossings of rows and columns.
    Matrix,
    /// Items on two ordered axes.
    HeatMap,
    /// Two values of each row.
    Dumbbell,
    /// Rows on a line of time.
    Timeline,
    /// One value over time.
    Sparkline,
}

/// What a column is to a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: &'static str,
    /// What the column holds.
    wants: Wants,
    /// True if the chart cannot be drawn without it.
    is_required: bool,
}

/// What a column of a chart holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wants {
    /// Anything that can be printed.
    Anything,
    /// Something with a length: a number, an amount, a length of time.
    Quantity,
    /// A number or a level.
    Step,
    /// A day.
    Day,
    /// Yes or no.
    Truth,
}

const fn role(name: &'static str, wants: Wants, is_required: bool) -> Role {
    Role {
        name,
        wants,
        is_required,
    }
}

const CHARTS: &[(ChartKind, &str, &[Role])] = &[
    (ChartKind::Table, "table", &[]),
    (
        ChartKind::Bars,
        "bars",
        &[
            role("label", Wants::Anything, true),
            role("value", Wants::Quantity, true),
            role("target", Wants::Quantity, false),
            role("note", Wants::Anything, false),
            role("trend", Wants::Anything, false),
        ],
    ),
    (
        ChartKind::Matrix,
        "matrix",
        &[
            role("row", Wants::Anything, true),
            role("column", Wants::Anything, true),
            role("cell", Wants::Anything, true),
        ],
    ),
    (
        ChartKind::HeatMap,
        "heat-map",
        &[
            role("label", Wants::Anything, true),
            role("x", Wants::Step, true),
            role("y", Wants::Step, true),
            role("marked", Wants::Truth, false),
        ],
    ),
    (
        ChartKind::Dumbbell,
        "dumbbell",
        &[
            role("label", Wants::Anything, true),
            role("from", Wants::Quantity, true),
            role("to", Wants::Quantity, true),
            role("note", Wants::Anything, false),
        ],
    ),
    (
        ChartKind::Timeline,
        "timeline",
        &[
            role("label", Wants::Anything, true),
            role("start", Wants::Day, true),
            role("end", Wants::Day, false),
            role("lane", Wants::Anything, false),
            role("note", Wants::Anything, false),
        ],
    ),
    (
        ChartKind::Sparkline,
        "sparkline",
        &[
            role("day", Wants::Day, true),
            role("value", Wants::Quantity, true),
        ],
    ),
];

/// How a view is drawn.
#[derive(Debug)]
pub struct Drawing {
    /// The chart.
    pub kind: ChartKind,
    /// The columns by what they are to the chart.
    pub roles: BTreeMap<&'static str, usize>,
    /// The end of the scale.
    pub most: Option<f64>,
    /// The product of steps above which something is beyond appetite.
    pub appetite: Option<Appetite>,
    /// How far a line of time goes from the date of the run.
    pub within: Duration,
    /// Columns that a table does not show: those that are there to sort by.
    pub hidden: Vec<usize>,
    /// The steps of a heat map's axes, from the lowest.
    pub steps: [Vec<String>; 2],
}

/// A line that items of a heat map are not to cross.
#[derive(Debug)]
pub enum Appetite {
    /// A number.
    Fixed(f64),
    /// What the records say.
    Recorded(Box<Located>),
}

/// An example of a view: records, and the rows that they give.
#[derive(Debug, Clone)]
pub struct ViewExample {
    /// What it shows.
    pub name: String,
    /// The records.
    pub given: String,
    /// The date of the run; a fixed one if none is given.
    pub as_of: Option<Date>,
    /// The texts of some columns in each row, in order.
    pub rows: Vec<Vec<(usize, String)>>,
    /// Where it stands.
    pub span: Span,
}

const VIEW_FIELDS: &[&str] = &[
    "apiVersion",
    "kind",
    "title",
    "question",
    "order",
    "also",
    "let",
    "rows",
    "columns",
    "chart",
    "sort",
    "limit",
    "lead",
    "empty",
    "notes",
    "examples",
];

/// The names of the fields of a view file.
#[must_use]
pub fn view_field_names() -> &'static [&'static str] {
    VIEW_FIELDS
}

/// Loads the views of packs, by audience and order. What they compute once per run is added to the
/// tables of the policies.
///
/// # Errors
///
/// Every mistake in the files, in their order.
pub fn load_views(
    packs: &[Pack],
    policies: &mut Policies,
    sources: &mut Sources,
) -> Result<Vec<View>, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let files = read_files(packs, true, sources, &mut mistakes);
    let mut last: BTreeMap<(&str, &str), &File> = BTreeMap::new();
    for file in &files {
        last.insert((&file.folder, &file.stem), file);
    }
    let mut tables = std::mem::take(&mut policies.tables);
    let mut views = Vec::new();
    for file in last.into_values() {
        for document in documents(file) {
            let mut reader = Reader {
                policies,
                rules: WithResults(&policies.rules),
                document,
                tables: &mut tables,
                mistakes: &mut mistakes,
            };
            let read = reader.view(file);
            match read {
                Ok(view) => views.push(view),
                Err(mistake) => mistakes.push(mistake),
            }
        }
    }
    policies.tables = tables;
    views.sort_by(|left, right| {
        let key = |view: &View| (view.audience.clone(), view.order, view.id.clone());
        key(left).cmp(&key(right))
    });
    if mistakes.is_empty() {
        Ok(views)
    } else {
        Err(mistakes)
    }
}

/// Reads one view.
struct Reader<'r> {
    policies: &'r Policies,
    rules: WithResults<'r>,
    document: Document<'r>,
    tables: &'r mut Tables,
    mistakes: &'r mut Vec<Mistake>,
}

/// What is known of a view once its rows are.
struct Rows {
    lets: Vec<Code>,
    types: Vec<LetType>,
    item: Type,
    span: Span,
}

impl<'r> Reader<'r> {
    fn view(&mut self, file: &File) -> Result<View, Mistake> {
        let document = self.document;
        let root = document.root;
        document.only_fields(root, "a view", VIEW_FIELDS, self.mistakes);
        let audience = file.folder.strip_prefix(FOLDER).unwrap_or_default();
        let need = |field: &str| {
            root.get(field)
                .ok_or_else(|| Mistake::new(document.head(), format!("the view has no `{field}`")))
        };
        let rows = self.rows(need("rows")?)?;
        let columns = self.columns(&rows, need("columns")?)?;
        let drawing = self.drawing(&rows, &columns, need("chart")?)?;
        let lead = root.get("lead").map(|node| {
            let scope = scope(self.policies, &self.rules, &rows.types, None);
            Message::compile(&scope, self.tables, node)
        });
        let lead = lead.transpose()?;
        let sort = self.sort(&columns)?;
        let last = rows.lets.len() - 1;
        let uses = rows.lets.iter().map(|code| &code.uses);
        let uses = uses.chain(columns.iter().map(|column| &column.value.code.uses));
        let (mut reads_results, mut reads) = (false, Vec::new());
        for uses in uses {
            reads_results |= uses.results;
            reads.extend(uses.verdicts.iter().cloned());
        }
        let text = |field: &str| document.text(root, field);
        Ok(View {
            name: format!("{audience}/{}", file.stem).into(),
            audience: audience.to_owned(),
            also: self.words("also"),
            id: file.stem.clone(),
            order: self.whole("order")?.unwrap_or(500),
            title: document.required_text(root, "title", "the view", self.mistakes),
            question: document.required_text(root, "question", "the view", self.mistakes),
            rows: Ir::of_let(last),
            examples: self.examples(&columns),
            lets: rows.lets,
            columns,
            drawing,
            sort,
            limit: self.whole("limit")?.map(|limit| limit as usize),
            lead,
            empty: text("empty").unwrap_or_else(|| "There is nothing to show.".to_owned()),
            notes: self.words("notes"),
            reads_results,
            reads,
            span: root.get("title").map_or(rows.span, Node::span),
        })
    }

    fn compile(
        &mut self,
        lets: &[LetType],
        it_type: Option<Type>,
        node: Node<'r>,
        want: Option<&Type>,
    ) -> Result<Located, Mistake> {
        let scope = scope(self.policies, &self.rules, lets, it_type);
        self.document.compile(&scope, self.tables, node, want)
    }

    fn rows(&mut self, node: Node<'r>) -> Result<Rows, Mistake> {
        let (mut lets, mut types): (Vec<Code>, Vec<LetType>) = (Vec::new(), Vec::new());
        let own = self.document.root.get("let");
        let own = own.into_iter().flat_map(Node::entries);
        let own = own.map(|(name, node)| (name.text(), node));
        let mut item = Type::Dyn;
        for (name, node) in own.chain([(ROWS, node)]) {
            let found = self.compile(&types, None, node, None)?;
            if name == ROWS {
                item = match &found.code.ty {
                    Type::List(item) => (**item).clone(),
                    other => {
                        let ty = self.policies.kinds.type_name(other);
                        let message = format!("`rows` wants a list, and this is a {ty}");
                        return Err(Mistake::new(node.span(), message));
                    }
                };
            }
            types.push(LetType {
                name: name.into(),
                ty: found.code.ty.clone(),
                uses: found.code.uses.clone(),
            });
            lets.push(found.code);
        }
        Ok(Rows {
            lets,
            types,
            item,
            span: node.span(),
        })
    }

    fn columns(&mut self, rows: &Rows, node: Node<'r>) -> Result<Vec<ViewColumn>, Mistake> {
        let mut columns = Vec::new();
        for (key, node) in node.entries() {
            let is_long = node.kind() == NodeKind::Mapping;
            if is_long {
                let fields = ["title", "value", "tone", "format"];
                self.document
                    .only_fields(node, "a column", &fields, self.mistakes);
            }
            let value = if is_long {
                node.get("value")
                    .ok_or_else(|| Mistake::new(key.span(), "the column has no `value`"))?
            } else {
                node
            };
            let value = self.compile(&rows.types, Some(rows.item.clone()), value, None)?;
            let tone = node.get("tone").filter(|_| is_long);
            let tone = tone.map(|node| {
                let it = Some(rows.item.clone());
                self.compile(&rows.types, it, node, Some(&Type::String))
            });
            columns.push(ViewColumn {
                name: key.text().to_owned(),
                title: self
                    .document
                    .text(node, "title")
                    .unwrap_or_else(|| key.text().to_owned()),
                value,
                tone: tone.transpose()?,
                format: node.get("format").map_or(Ok(Format::Plain), format)?,
            });
        }
        Ok(columns)
    }

    fn drawing(
        &mut self,
        rows: &Rows,
        columns: &[ViewColumn],
        node: Node<'r>,
    ) -> Result<Drawing, Mistake> {
        let word = node.get("type").unwrap_or(node);
        let found = CHARTS.iter().find(|(_, name, _)| *name == word.text());
        let Some((kind, name, roles)) = found else {
            let names: Vec<&str> = CHARTS.iter().map(|(_, name, _)| *name).collect();
            let message = format!("{} is no chart", word.describe());
            let help = format!("it is one of {}", names.join(", "));
            return Err(Mistake::new(word.span(), message).help(help));
        };
        let extra = [
            "type", "hide", "most", "appetite", "within", "xSteps", "ySteps",
        ];
        let known: Vec<&str> = extra
            .into_iter()
            .chain(roles.iter().map(|role| role.name))
            .collect();
        if node.kind() == NodeKind::Mapping {
            self.document
                .only_fields(node, &format!("the chart `{name}`"), &known, self.mistakes);
        }
        let mut found = BTreeMap::new();
        for role in *roles {
            match node.get(role.name) {
                Some(column) => {
                    found.insert(role.name, self.cast(columns, *role, column)?);
                }
                None if role.is_required => {
                    let message = format!("the chart `{name}` has no `{}`", role.name);
                    return Err(Mistake::new(word.span(), message)
                        .help(format!("write `{}:` and the name of a column", role.name)));
                }
                None => {}
            }
        }
        let document = self.document;
        let steps = |field: &str| -> Vec<String> {
            let steps = document.texts(node, field);
            steps.iter().map(|node| node.text().to_owned()).collect()
        };
        Ok(Drawing {
            kind: *kind,
            roles: found,
            most: node.get("most").map(decimal).transpose()?,
            appetite: match node.get("appetite") {
                None => None,
                Some(node) if node.kind() != NodeKind::String => {
                    Some(Appetite::Fixed(decimal(node)?))
                }
                Some(node) => {
                    let value = self.compile(&rows.types, None, node, Some(&Type::Double))?;
                    Some(Appetite::Recorded(Box::new(value)))
                }
            },
            within: match node.get("within") {
                Some(node) => Duration::parse(node.text())
                    .map_err(|error| Mistake::new(node.span(), error.message))?,
                None => Duration::days(180),
            },
            hidden: document
                .texts(node, "hide")
                .into_iter()
                .map(|node| find_column(columns, node))
                .collect::<Result<_, _>>()?,
            steps: [steps("xSteps"), steps("ySteps")],
        })
    }

    /// The column that plays a role.
    fn cast(&self, columns: &[ViewColumn], role: Role, node: Node<'_>) -> Result<usize, Mistake> {
        let at = find_column(columns, node)?;
        let ty = match &columns[at].value.code.ty {
            Type::Optional(inner) => inner,
            ty => ty,
        };
        let fits = match role.wants {
            Wants::Anything => true,
            Wants::Quantity => ty.is_number() || matches!(ty, Type::Duration | Type::Money),
            Wants::Step => ty.is_number() || matches!(ty, Type::Ladder(_)),
            Wants::Day => matches!(ty, Type::Date | Type::AsOf),
            Wants::Truth => matches!(ty, Type::Bool),
        };
        if fits || matches!(ty, Type::Dyn) {
            return Ok(at);
        }
        let ty = self.policies.kinds.type_name(ty);
        let wants = match role.wants {
            Wants::Anything => "anything",
            Wants::Quantity => "a number, an amount or a length of time",
            Wants::Step => "a number or a level",
            Wants::Day => "a day",
            Wants::Truth => "true or false",
        };
        let message = format!("`{}` wants {wants}, and the column is a {ty}", role.name);
        Err(Mistake::new(node.span(), message))
    }

    fn sort(&self, columns: &[ViewColumn]) -> Result<Vec<(usize, bool)>, Mistake> {
        let mut sort = Vec::new();
        for node in self.document.texts(self.document.root, "sort") {
            let (name, is_descending) = match node.text().strip_prefix('-') {
                Some(name) => (name, true),
                None => (node.text(), false),
            };
            let at = columns.iter().position(|column| column.name == name);
            sort.push((
                at.map_or_else(|| find_column(columns, node), Ok)?,
                is_descending,
            ));
        }
        Ok(sort)
    }

    fn words(&self, field: &str) -> Vec<String> {
        let nodes = self.document.texts(self.document.root, field);
        nodes.iter().map(|node| node.text().to_owned()).collect()
    }

    fn whole(&self, field: &str) -> Result<Option<u32>, Mistake> {
        let node = self.document.root.get(field);
        let read = |node: Node<'_>| {
            let number = node.text().parse();
            number.map_err(|_| Mistake::new(node.span(), format!("`{field}` is a whole number")))
        };
        node.map(read).transpose()
    }

    fn examples(&mut self, columns: &[ViewColumn]) -> Vec<ViewExample> {
        let nodes = self.document.texts(self.document.root, "examples");
        nodes
            .into_iter()
            .filter_map(|node| {
                let read = self.example(columns, node);
                read.map_err(|mistake| self.mistakes.push(mistake)).ok()
            })
            .collect()
    }

    fn example(&mut self, columns: &[ViewColumn], node: Node<'r>) -> Result<ViewExample, Mistake> {
        let fields = ["name", "given", "asOf", "rows"];
        self.document
            .only_fields(node, "an example", &fields, self.mistakes);
        let as_of = node.get("asOf").map(|node| {
            Date::parse(node.text()).map_err(|error| Mistake::new(node.span(), error.message))
        });
        let mut rows = Vec::new();
        for row in node.get("rows").into_iter().flat_map(Node::items) {
            let cells = row.entries().map(|(key, value)| {
                Ok::<_, Mistake>((find_column(columns, key)?, value.text().to_owned()))
            });
            rows.push(cells.collect::<Result<_, _>>()?);
        }
        Ok(ViewExample {
            name: self
                .document
                .required_text(node, "name", "the example", self.mistakes),
            given: self.document.text(node, "given").unwrap_or_default(),
            as_of: as_of.transpose()?,
            rows,
            span: node.get("name").unwrap_or(node).span(),
        })
    }
}

/// What the expressions of a view can name; `self` is the repository.
fn scope<'s>(
    policies: &'s Policies,
    rules: &'s WithResults<'s>,
    lets: &'s [LetType],
    it_type: Option<Type>,
) -> Scope<'s> {
    Scope {
        kinds: &policies.kinds,
        library: &policies.library,
        rules,
        self_type: Some(Type::Struct([].into())),
        it_type,
        params: &[],
        lets,
        locals: Vec::new(),
        guards: Vec::new(),
    }
}

fn find_column(columns: &[ViewColumn], node: Node<'_>) -> Result<usize, Mistake> {
    let name = node.text();
    let at = columns.iter().position(|column| column.name == name);
    at.ok_or_else(|| {
        let mistake = Mistake::new(node.span(), format!("the view has no column `{name}`"));
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        match nearest(name, names.iter().copied()) {
            Some(near) => mistake.help(format!("did you mean `{near}`?")),
            None => mistake.help(format!("it has {}", names.join(", "))),
        }
    })
}

fn format(node: Node<'_>) -> Result<Format, Mistake> {
    Ok(match node.text() {
        "plain" => Format::Plain,
        "decimal" => Format::Decimal,
        "percent" => Format::Percent,
        "change" => Format::Change,
        _ => {
            let message = format!("{} is no format", node.describe());
            let help = "it is plain, decimal, percent or change";
            return Err(Mistake::new(node.span(), message).help(help));
        }
    })
}

fn decimal(node: Node<'_>) -> Result<f64, Mistake> {
    let number = node.text().parse::<f64>().ok();
    let number = number.filter(|number| number.is_finite());
    number.ok_or_else(|| Mistake::new(node.span(), "a number is wanted here"))
}
