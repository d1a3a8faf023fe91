//! `govlint forecast`: what lapses if nobody edits anything.

mod table;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::check::{say_strays, say_unread, without_documents};
use super::opening::{Opening, parse_date};
use super::output::{place_json, write_json};
use super::terminal::Terminal;
use crate::check::{self, Input};
use crate::error::{Error, ErrorKind, ExitStatus};
use crate::finding::{Label, Severity};
use crate::forecast::{Change, Event, Forecast, Question, forecast};
use crate::render::calendar;
use crate::scalar::{Date, Duration};
use crate::workspace::Workspace;

/// How far back it is looked for what is overdue.
const OVERDUE: Duration = Duration::days(366);

/// List what lapses with no edit, by day
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Folders and files to look at, `-` for standard input [default: .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    opening: Opening,
    /// Last day to look at, or how far to look [default: 90d]
    ///
    /// A day is written YYYY-MM-DD, a distance 90d, 6mo or 1y.
    #[arg(
        long,
        value_name = "DATE|TIME",
        default_value = "90d",
        hide_default_value = true
    )]
    until: String,
    /// How long before its day something is due soon
    #[arg(
        long,
        hide_short_help = true,
        value_name = "TIME",
        default_value = "30d"
    )]
    lead: String,
    /// Look only at these: rules, codes or policies
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not look at these: rules, codes or policies
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    ignore: Vec<String>,
    /// How to write the list
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// End with status 1 if something lapses so soon
    #[arg(long, value_name = "TIME")]
    fail_within: Option<String>,
    /// Mildest severity for that: error, warning or info
    ///
    /// Else `failOn` of the configuration holds, else error.
    #[arg(
        long,
        hide_possible_values = true,
        value_name = "SEVERITY",
        value_parser = ["error", "warning", "info"],
        requires = "fail_within"
    )]
    fail_on: Option<String>,
}

/// How a forecast is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
    /// For calendars (iCalendar)
    Ics,
}

const EXAMPLES: &str = "\
Examples:
  govlint forecast                           the next 90 days
  govlint forecast --until 2026-12-31
  govlint forecast --until 1y -f ics > deadlines.ics
  govlint forecast --fail-within 14d         for a scheduled run";

/// Looks ahead, and says whether something lapses too soon.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<ExitStatus, Error> {
    let workspace = arguments.opening.open(&arguments.paths)?;
    let as_of = arguments.opening.date(&workspace)?;
    let question = question(arguments, as_of)?;
    let fail_until = match &arguments.fail_within {
        Some(text) => Some(day_after("--fail-within", text, as_of)?),
        None => None,
    };
    let input = Input {
        select: &arguments.select,
        ignore: &arguments.ignore,
        ..workspace.input(as_of)
    };
    let loaded = check::load_with(&input, &workspace.kinds)?;
    if loaded.catalog.is_empty() {
        say_unread(&workspace, terminal)?;
        return Err(without_documents(&workspace));
    }
    if !loaded.policies.rules.iter().any(|rule| rule.enabled) {
        let error = Error::new(
            ErrorKind::Nothing,
            "no rule is on, so there is nothing to look at",
        );
        return Err(error.hint("`govlint rules` lists the rules and says which are on"));
    }
    let forecast = forecast(&input, &loaded, question)?;
    match arguments.format {
        Format::Human => table::write(&forecast, terminal)?,
        Format::Json => write_json(&describe(&forecast), terminal)?,
        Format::Ics => calendar::render(&forecast, &mut terminal.out)?,
    }
    terminal.out.flush()?;
    say_strays(&workspace, terminal)?;
    say_unread(&workspace, terminal)?;
    Ok(status(arguments, &workspace, &forecast, fail_until))
}

fn question(arguments: &Arguments, as_of: Date) -> Result<Question, Error> {
    let until = match Date::parse(&arguments.until) {
        Ok(day) => day,
        Err(_) if looks_like_date(&arguments.until) => parse_date("--until", &arguments.until)?,
        Err(_) => day_after("--until", &arguments.until, as_of)?,
    };
    if until < as_of {
        let message = format!("--until: {until} is before the date of the run, {as_of}");
        return Err(Error::new(ErrorKind::Usage, message).hint("write a later day, or a duration"));
    }
    Ok(Question {
        until,
        lead: duration("--lead", &arguments.lead)?,
        overdue_from: as_of.minus(OVERDUE),
    })
}

fn looks_like_date(text: &str) -> bool {
    text.contains(['-', '/', '.']) && !text.starts_with(['-', 'P'])
}

fn day_after(source: &str, text: &str, as_of: Date) -> Result<Date, Error> {
    let length = duration(source, text)?;
    as_of.plus(length).ok_or_else(|| {
        let message = format!("{source}: {text} after {as_of} there are no dates");
        Error::new(ErrorKind::Usage, message)
    })
}

fn duration(source: &str, text: &str) -> Result<Duration, Error> {
    let length = Duration::parse(text).map_err(|wrong| {
        let error = Error::new(ErrorKind::Usage, format!("{source}: {}", wrong.message));
        error.hint(
            wrong
                .help
                .unwrap_or_else(|| "write 90d, 3mo or 1y".to_owned()),
        )
    })?;
    if length.range_seconds().0 < 0 {
        let message = format!("{source}: {text} leads back");
        return Err(Error::new(ErrorKind::Usage, message).hint("write 90d, 3mo or 1y"));
    }
    Ok(length)
}

fn status(
    arguments: &Arguments,
    workspace: &Workspace,
    forecast: &Forecast,
    fail_until: Option<Date>,
) -> ExitStatus {
    let named = arguments.fail_on.as_deref().and_then(Severity::parse);
    let threshold = named
        .or(workspace.config.fail_on)
        .unwrap_or(Severity::Error);
    if !workspace.snapshot.unread.is_empty() {
        return ExitStatus::CouldNotRun;
    }
    match fail_until {
        Some(day) if forecast.has_lapse_until(day, threshold) => ExitStatus::Findings,
        _ => ExitStatus::Clean,
    }
}

fn describe(forecast: &Forecast) -> Value {
    let events = |events: &[Event]| -> Value {
        let events = events.iter();
        events
            .map(|event| describe_event(forecast, event))
            .collect()
    };
    json!({
        "asOf": forecast.as_of.to_string(),
        "until": forecast.until.to_string(),
        "overdue": events(&forecast.overdue),
        "events": events(&forecast.events),
    })
}

fn describe_event(forecast: &Forecast, event: &Event) -> Value {
    let (from, by, reopened) = match &event.change {
        Change::Worsens { from } | Change::Eases { from } => (Some(from.as_str()), None, None),
        Change::Reopens { by } => (None, Some(by.as_str()), None),
        Change::Excepted { by } => (None, by.as_deref(), None),
        Change::Lapses { reopened } => (None, None, Some(reopened)),
        Change::Opens | Change::Closes => (None, None, None),
    };
    let place = place_json(&forecast.sources, &Label::new(event.place, ""));
    json!({
        "date": event.day.to_string(),
        "daysLeft": forecast.as_of.days_until(event.day),
        "change": event.change.as_str(),
        "severity": event.severity.as_str(),
        "severityBefore": from,
        "waiver": by,
        "reopened": reopened,
        "rule": &*event.rule,
        "code": &*event.code,
        "subject": event.subject,
        "message": event.message,
        "owner": event.owner,
        "due": event.due.map(|day| day.to_string()),
        "urgency": event.urgency.map(crate::forecast::Urgency::as_str),
        "fingerprint": event.fingerprint.to_string(),
        "place": {"path": place["path"], "line": place["line"], "column": place["column"]},
    })
}
