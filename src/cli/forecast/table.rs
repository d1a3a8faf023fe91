//! A forecast for people: what is overdue, then month by month what comes.

use std::io::Write;

use super::super::terminal::Terminal;
use crate::error::Error;
use crate::finding::Severity;
use crate::forecast::{Change, Event, Forecast, Urgency};
use crate::render::human::{Palette, clean, count, place};
use crate::scalar::Date;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Writes what is overdue, what comes, and the counts.
pub(super) fn write(forecast: &Forecast, terminal: &mut Terminal) -> Result<(), Error> {
    let palette = Palette::new(terminal.style);
    if !forecast.overdue.is_empty() {
        writeln!(terminal.out, "{}", palette.strong("Overdue"))?;
        for event in &forecast.overdue {
            write_event(forecast, event, &palette, terminal)?;
        }
        writeln!(terminal.out)?;
    }
    for month in forecast
        .events
        .chunk_by(|left, right| month(left) == month(right))
    {
        writeln!(terminal.out, "{}", palette.strong(&month_name(&month[0])))?;
        for event in month {
            write_event(forecast, event, &palette, terminal)?;
        }
        writeln!(terminal.out)?;
    }
    writeln!(terminal.out, "{}", counts(forecast, &palette))?;
    let next = palette.strong("next:");
    writeln!(terminal.out, "{next} {}", next_step(forecast))?;
    Ok(())
}

fn month(event: &Event) -> (i32, u32) {
    let (year, month, _) = event.day.ymd();
    (year, month)
}

fn month_name(event: &Event) -> String {
    let (year, month) = month(event);
    let name = MONTHS.get(month as usize - 1).unwrap_or(&"");
    format!("{name} {year}")
}

fn write_event(
    forecast: &Forecast,
    event: &Event,
    palette: &Palette,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let when = format!("{:>12}", distance(forecast.as_of, event.day));
    let severity = format!("{:7}", event.severity.as_str());
    let severity = if event.change.is_lapse() {
        palette.severity(event.severity, &severity)
    } else {
        palette.faint(&severity)
    };
    let message = clean(&event.message);
    writeln!(
        terminal.out,
        "  {}  {when}  {severity}  {message}",
        event.day
    )?;
    let place = place(&forecast.sources, event.place);
    let mut parts = vec![
        what(event),
        clean(&event.subject).into_owned(),
        clean(&event.code).into_owned(),
        palette.place(&place),
    ];
    if let Some(owner) = &event.owner {
        parts.push(format!("owner {}", clean(owner)));
    }
    writeln!(terminal.out, "      {}", parts.join(palette.dot()))?;
    Ok(())
}

/// How far away a day is.
fn distance(as_of: Date, day: Date) -> String {
    match as_of.days_until(day) {
        1 => "tomorrow".to_owned(),
        days @ 1.. => format!("in {days} days"),
        0 => "today".to_owned(),
        -1 => "yesterday".to_owned(),
        days => format!("{} days ago", -days),
    }
}

/// What happens, and where that says more, how near it is.
fn what(event: &Event) -> String {
    let urgency = match (event.urgency, event.due) {
        (Some(Urgency::InGrace), Some(due)) => format!("in grace since {due}"),
        (Some(Urgency::DueSoon), Some(due)) => format!("due soon, {due}"),
        (Some(Urgency::Later), Some(due)) => format!("due {due}"),
        (Some(Urgency::Overdue), _) => return format!("open since {}", event.day),
        _ => String::new(),
    };
    match &event.change {
        Change::Opens => urgency,
        Change::Reopens { by } => format!("open again, {} lapses", clean(by)),
        Change::Worsens { from } => format!("{} before; {urgency}", from.as_str()),
        Change::Eases { from } => format!("{} before", from.as_str()),
        Change::Lapses { .. } => "waiver lapses".to_owned(),
        Change::Excepted { by: Some(by) } => format!("excepted by {}", clean(by)),
        Change::Excepted { by: None } => "in the baseline".to_owned(),
        Change::Closes => "closes".to_owned(),
    }
}

fn counts(forecast: &Forecast, palette: &Palette) -> String {
    let lapses = forecast
        .events
        .iter()
        .filter(|event| event.change.is_lapse());
    let by_severity = Severity::ALL.into_iter().map(|severity| {
        let number = lapses.clone().filter(|event| event.severity == severity);
        let number = number.count();
        let text = count(number, severity.as_str());
        if number == 0 {
            return text;
        }
        palette.severity(severity, &text)
    });
    let by_severity: Vec<String> = by_severity.collect();
    let of = |urgency: Urgency| {
        let events = forecast.events.iter().chain(&forecast.overdue);
        events
            .filter(|event| event.urgency == Some(urgency))
            .count()
    };
    let urgencies = [Urgency::Overdue, Urgency::InGrace, Urgency::DueSoon];
    let urgencies = urgencies.map(|urgency| format!("{} {}", of(urgency), urgency.as_str()));
    let ends = forecast.events.len() - lapses.count();
    [
        format!("{} to come", by_severity.join(", ")),
        urgencies.join(", "),
        format!("{ends} for the better"),
        format!("as of {} until {}", forecast.as_of, forecast.until),
    ]
    .join(palette.dot())
}

fn next_step(forecast: &Forecast) -> String {
    let mut lapses = forecast
        .events
        .iter()
        .filter(|event| event.change.is_lapse());
    let Some(first) = lapses.next() else {
        return format!("nothing lapses until {}", forecast.until);
    };
    let last_day = first.reminder(forecast.as_of);
    format!(
        "see to {} by {last_day}, or put all into a calendar with `govlint forecast -f ics`",
        clean(&first.subject)
    )
}
