//! `govlint eval`: the value of an expression of the rule language, and where it comes from.

use std::io::Write;
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::{Value as Json, json};

use super::opening::{Opened, Opening};
use super::output::{Form, places_json, write_json, write_places};
use super::report::with_parts;
use super::subject::{self, Named};
use super::terminal::Terminal;
use crate::catalog::Catalog;
use crate::error::{Error, ErrorKind, ExitStatus};
use crate::evaluate::{labels, self_value};
use crate::expr::{
    Causes, Code, CompileError, Entry, Frame, Machine, Scope, Value, Why, World, compile, parse,
};
use crate::finding::Label;
use crate::kind::{Type, nearest};
use crate::render;
use crate::render::human::{self, Palette, clean, place};
use crate::report;
use crate::rule::Mistake;
use crate::source::{Source, SourceId, Span};

/// How many items of a list are shown before the rest is counted.
const MOST_ITEMS: usize = 50;

/// The name under which the expression is cited.
const EXPRESSION: &str = "expression";

/// Evaluate an expression of the rule language on the records
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Expression, as in `assert:` of a rule; with --view the path
    #[arg(value_name = "EXPR", required_unless_present = "view")]
    expression: Option<String>,
    /// Folder or file that holds the records [default: .]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// What `self` is: Kind/id, an id alone, or Repository
    #[arg(long = "self", value_name = "SUBJECT")]
    subject: Option<String>,
    /// Section of a report to draw: `board/ownership`, or `ownership` alone
    #[arg(long, value_name = "NAME", conflicts_with = "subject")]
    view: Option<String>,
    #[command(flatten)]
    opening: Opening,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Form,
}

const EXAMPLES: &str = "\
Examples:
  govlint eval 'resources(\"Kind\").filter(x, x.criticality == \"high\")'
  govlint eval 'self.dependsOn.map(d, d.type)' --self Kind/id
  govlint eval 'self.approvedOn <= asOf' --self Kind/id --as-of 2026-12-31
  govlint eval --view board/ownership";

/// Evaluates.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    let expression = arguments.expression.as_deref().unwrap_or_default();
    if let Some(name) = &arguments.view {
        // There is no expression beside a view, so the only word is the path.
        let path = arguments.path.clone();
        let path = path.or(arguments.expression.as_ref().map(PathBuf::from));
        return show_view(arguments, name, path.as_slice(), terminal);
    }
    let mut opened = arguments.opening.load(arguments.path.as_slice())?;
    let subject = match &arguments.subject {
        Some(word) => Some(subject::find(&opened.loaded.catalog, word, &[])?),
        None => None,
    };
    let source = Arc::new(Source::new(EXPRESSION, expression));
    let id = opened.loaded.sources.push(source);
    let code = compile_expression(&mut opened, expression, subject.as_ref())
        .map_err(|error| mistaken(&opened, id, error))?;
    let circumstances = opened.circumstances();
    let seen = opened.seen(&circumstances, !code.uses.verdicts.is_empty())?;
    let policies = &opened.loaded.policies;
    let catalog = &opened.loaded.catalog;
    let world = World::new(
        catalog,
        &policies.library,
        &policies.tables,
        &seen,
        opened.as_of,
        None,
    );
    let machine: Machine<'_, Why> = Machine::bare(&world);
    let mut frame = Frame::new(self_value(subject.and_then(|named| named.resource)), None);
    let (value, why) = machine.eval(&code.ir, &mut frame);
    if let Some(error) = machine.error() {
        let mistake = Mistake::new(Span::new(id, error.range), error.message);
        return Err(in_expression(&opened, mistake));
    }
    let answer = Answer::new(&machine, catalog, &value, &why);
    match arguments.format {
        Form::Human => answer.write(&opened, terminal)?,
        Form::Json => {
            let ty = catalog.kinds().type_name(&code.ty);
            write_json(&answer.describe(&opened, expression, &ty), terminal)?;
        }
    }
    Ok(ExitStatus::Clean)
}

/// Draws a view.
fn show_view(
    arguments: &Arguments,
    name: &str,
    paths: &[PathBuf],
    terminal: &mut Terminal,
) -> Result<ExitStatus, Error> {
    let workspace = arguments.opening.open(paths)?;
    let (as_of, _) = arguments.opening.dated(&workspace)?;
    let drawn = with_parts(&workspace, as_of, &mut |parts| {
        let mut views = parts.views.iter();
        let view = views.find(|view| *view.name == *name || view.id == name);
        let names = parts.views.iter();
        let names = names.flat_map(|view| [&*view.name, view.id.as_str()]);
        let near = nearest(name, names).map(ToOwned::to_owned);
        let section = view.map(|view| report::section(parts, view)).transpose()?;
        Ok(section
            .map(|section| (section, parts.loaded.sources.clone()))
            .ok_or(near))
    })?;
    let (section, sources) = drawn.map_err(|near| {
        let error = Error::new(ErrorKind::Usage, format!("there is no view `{name}`"));
        match near {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("a view is named after its file: `board/ownership`"),
        }
    })?;
    match arguments.format {
        Form::Human => human::section(&section, &sources, terminal.style, &mut terminal.out)?,
        Form::Json => write_json(&render::report::json::section(&sources, &section), terminal)?,
    }
    Ok(ExitStatus::Clean)
}

/// Checks the expression as if it stood in a rule about `subject`.
fn compile_expression(
    opened: &mut Opened,
    text: &str,
    subject: Option<&Named>,
) -> Result<Code, CompileError> {
    let expr = parse(text)?;
    let loaded = &mut opened.loaded;
    let kinds = loaded.catalog.kinds().clone();
    let self_type = subject.map(|named| match named.resource {
        Some(id) => Type::record(kinds.kind(loaded.catalog.resource(id).kind).record),
        None => Type::Struct([].into()),
    });
    let policies = Arc::get_mut(&mut loaded.policies).expect("they were loaded for this run");
    let mut tables = mem::take(&mut policies.tables);
    let scope = Scope {
        kinds: &kinds,
        library: &policies.library,
        rules: &policies.rules,
        self_type,
        it_type: None,
        params: &[],
        lets: &[],
        locals: Vec::new(),
        guards: Vec::new(),
    };
    let code = compile(&scope, &mut tables, &expr);
    policies.tables = tables;
    code.map_err(|error| match &error.help {
        None if subject.is_none() && text.contains("self") => CompileError {
            help: Some("say what `self` stands for with --self Kind/id".to_owned()),
            ..error
        },
        _ => error,
    })
}

fn mistaken(opened: &Opened, id: SourceId, error: CompileError) -> Error {
    let mut mistake = Mistake::new(Span::new(id, error.range), error.message);
    mistake.help = error.help;
    in_expression(opened, mistake)
}

fn in_expression(opened: &Opened, mistake: Mistake) -> Error {
    let sources = opened.loaded.sources.clone();
    Error {
        message: "the expression cannot be evaluated".to_owned(),
        ..Error::mistaken(ErrorKind::Usage, vec![mistake], sources)
    }
}

/// A value with everything to be said about it.
struct Answer {
    /// The value in one line.
    value: String,
    /// Why it is not evaluable; none if it is.
    causes: Vec<&'static str>,
    /// The items, if it is a list: each in words, and where it stands.
    items: Option<Vec<(String, Option<Label>)>>,
    /// Where it comes from.
    from: Vec<Label>,
    /// How many more places there are.
    more: usize,
}

impl Answer {
    fn new<'a>(
        machine: &Machine<'a, Why>,
        catalog: &Catalog,
        value: &Value<'a, Why>,
        why: &Why,
    ) -> Self {
        let items = match value {
            Value::Seq(..) | Value::All(_) | Value::List(_) => {
                machine.items_of(&(value.clone(), why.clone()))
            }
            _ => None,
        };
        let (_, more) = why.origins();
        Self {
            value: machine.print(value),
            causes: value.causes().map_or(Vec::new(), Causes::words),
            items: items.map(|items| {
                let items = items.iter();
                items
                    .map(|item| show_item(machine, catalog, item))
                    .collect()
            }),
            from: labels(catalog, why),
            more,
        }
    }

    fn write(&self, opened: &Opened, terminal: &mut Terminal) -> Result<(), Error> {
        let palette = Palette::new(terminal.style);
        let sources = &opened.loaded.sources;
        match &self.items {
            None if self.causes.is_empty() => {
                writeln!(terminal.out, "{}", palette.strong(&clean(&self.value)))?;
            }
            None => {
                let causes = self.causes.join(", ");
                let line = palette.strong(&format!("not evaluable: {causes}"));
                writeln!(terminal.out, "{line}")?;
            }
            Some(items) => {
                for (text, label) in items.iter().take(MOST_ITEMS) {
                    let at = label.as_ref().map(|label| place(sources, label.span));
                    let at = palette.place(&at.unwrap_or_default());
                    let line = format!("{}  {at}", palette.strong(&clean(text)));
                    writeln!(terminal.out, "{}", line.trim_end())?;
                }
                let left = items.len().saturating_sub(MOST_ITEMS);
                if left > 0 {
                    writeln!(terminal.out, "and {left} more")?;
                }
                let count = match items.len() {
                    1 => "1 item".to_owned(),
                    count => format!("{count} items"),
                };
                writeln!(terminal.out, "{}", palette.faint(&count))?;
            }
        }
        if !self.from.is_empty() {
            writeln!(terminal.out, "from:")?;
            write_places(sources, &self.from, "  ", terminal)?;
        }
        if self.more > 0 {
            writeln!(terminal.out, "  and {} more", self.more)?;
        }
        Ok(())
    }

    fn describe(&self, opened: &Opened, expression: &str, ty: &str) -> Json {
        let sources = &opened.loaded.sources;
        let items = self.items.as_ref().map(|items| {
            let items = items.iter().map(|(text, label)| {
                json!({"value": text, "places": places_json(sources, label.as_slice())})
            });
            items.collect::<Json>()
        });
        json!({
            "expression": expression,
            "type": ty,
            "asOf": opened.as_of.to_string(),
            "value": if self.causes.is_empty() { Some(&self.value) } else { None },
            "causes": self.causes,
            "items": items,
            "places": places_json(sources, &self.from),
        })
    }
}

/// An item in words, and the place that stands for it.
fn show_item<'a>(
    machine: &Machine<'a, Why>,
    catalog: &Catalog,
    entry: &Entry<'a, Why>,
) -> (String, Option<Label>) {
    let mut text = match entry.value.causes() {
        Some(causes) => format!("not evaluable: {}", causes.words().join(", ")),
        None => machine.print(&entry.value),
    };
    if let Some(causes) = entry.maybe {
        text = format!("{text} (perhaps: {})", causes.words().join(", "));
    }
    let label = match &entry.value {
        Value::Resource(id) => {
            let id = catalog.node(catalog.resource(*id).id);
            Some(Label::new(id.span(), ""))
        }
        Value::Record(node, _) => Some(Label::new(node.span(), "")),
        _ => labels(catalog, &entry.why).pop(),
    };
    (text, label)
}
