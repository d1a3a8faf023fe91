//! A forecast as iCalendar (RFC 5545), for the calendars that people look at.
//!
//! Each thing that lapses is an all-day entry on the day it is due. An entry keeps its UID as long
//! as it is about the same thing, so that a calendar that is read again moves it and adds no second
//! one. The stamp is the day of the run, so that the same records give the same bytes.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::finding::Severity;
use crate::forecast::{Change, Event, Forecast};
use crate::render::human::place;
use crate::scalar::Date;

/// Octets of a line at most, its end not counted (RFC 5545, 3.1).
const LINE: usize = 75;

/// Writes what lapses as a calendar.
///
/// # Errors
///
/// Those of the writer.
pub fn render(forecast: &Forecast, out: &mut dyn Write) -> io::Result<()> {
    let mut calendar = Calendar {
        out,
        uids: BTreeMap::new(),
    };
    calendar.line("BEGIN", "VCALENDAR")?;
    calendar.line("VERSION", "2.0")?;
    calendar.line("PRODID", "-//govlint//forecast//EN")?;
    calendar.line("CALSCALE", "GREGORIAN")?;
    calendar.text("X-WR-CALNAME", "Governance deadlines")?;
    for event in &forecast.events {
        if event.change.is_lapse() {
            calendar.event(forecast, event)?;
        }
    }
    calendar.line("END", "VCALENDAR")
}

struct Calendar<'o> {
    out: &'o mut dyn Write,
    /// How many entries have had each UID.
    uids: BTreeMap<String, usize>,
}

impl Calendar<'_> {
    fn event(&mut self, forecast: &Forecast, event: &Event) -> io::Result<()> {
        let day = event.reminder(forecast.as_of);
        let uid = self.uid(event);
        self.line("BEGIN", "VEVENT")?;
        self.line("UID", &uid)?;
        self.line("DTSTAMP", &format!("{}T000000Z", basic(forecast.as_of)))?;
        self.line("DTSTART;VALUE=DATE", &basic(day))?;
        self.line("DTEND;VALUE=DATE", &basic(day.next()))?;
        self.text("SUMMARY", &event.message)?;
        self.text("DESCRIPTION", &description(forecast, event))?;
        self.text("CATEGORIES", event.severity.as_str())?;
        self.line("PRIORITY", priority(event.severity))?;
        self.line("TRANSP", "TRANSPARENT")?;
        self.line("END", "VEVENT")
    }

    /// The identity of an entry: what it is about, what happens, and which time that happens.
    fn uid(&mut self, event: &Event) -> String {
        let fingerprint = event.fingerprint;
        let uid = match event.change {
            Change::Worsens { .. } => format!("{fingerprint}-{}", event.severity.as_str()),
            _ => format!("{fingerprint}-{}", event.change.as_str()),
        };
        let number = self.uids.entry(uid.clone()).or_default();
        *number += 1;
        match *number {
            1 => format!("{uid}@govlint.dev"),
            number => format!("{uid}-{number}@govlint.dev"),
        }
    }

    fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.line(name, &escape(text))
    }

    fn line(&mut self, name: &str, value: &str) -> io::Result<()> {
        self.out
            .write_all(fold(&format!("{name}:{value}")).as_bytes())
    }
}

fn description(forecast: &Forecast, event: &Event) -> String {
    let what = match &event.change {
        Change::Opens => "fails".to_owned(),
        Change::Reopens { by } => format!("counts again, since {by} lapses,"),
        Change::Worsens { from } => format!("is no longer {} but worse", from.as_str()),
        _ => "lapses".to_owned(),
    };
    let mut lines = vec![
        format!(
            "{} ({}) {what} from {} on",
            event.subject, event.code, event.day
        ),
        format!("Severity: {}", event.severity.as_str()),
    ];
    if let Some(due) = event.due.filter(|due| *due < event.last_day()) {
        lines.push(format!("Due: {due}, grace until {}", event.last_day()));
    }
    if let Some(owner) = &event.owner {
        lines.push(format!("Owner: {owner}"));
    }
    let place = place(&forecast.sources, event.place);
    lines.push(format!("Recorded in {place}"));
    lines.join("\n")
}

/// 1 is the highest of nine (RFC 5545, 3.8.1.9).
fn priority(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "1",
        Severity::Warning => "5",
        Severity::Info => "9",
    }
}

/// A date without hyphens.
fn basic(day: Date) -> String {
    day.to_string().replace('-', "")
}

/// A text as the value of a property: what has a meaning there is escaped, and control characters,
/// which cannot stand there, are left out.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push(character),
            character if character.is_control() => {}
            character => escaped.push(character),
        }
    }
    escaped
}

/// A line with its end, continued on further ones where it is too long. No character is split.
fn fold(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + line.len() / LINE * 3 + 2);
    let mut octets = 0;
    for character in line.chars() {
        if octets + character.len_utf8() > LINE {
            folded.push_str("\r\n ");
            octets = 1;
        }
        folded.push(character);
        octets += character.len_utf8();
    }
    folded.push_str("\r\n");
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_is_escaped() {
        assert_eq!(escape(r"a;b,c\d:e"), r"a\;b\,c\\d:e");
        assert_eq!(escape("a\r\nb\u{1b}[31m\tc\u{7f}"), "a\\nb[31m\tc");
    }

    #[test]
    fn long_lines_are_continued_without_splitting_a_character() {
        assert_eq!(fold(&"a".repeat(75)), format!("{}\r\n", "a".repeat(75)));
        assert_eq!(
            fold(&"a".repeat(76)),
            format!("{}\r\n a\r\n", "a".repeat(75))
        );
        for text in [
            "é".repeat(200),
            "a".to_owned() + &"日本".repeat(90),
            "🗓".repeat(60),
        ] {
            let folded = fold(&text);
            let lines: Vec<&str> = folded.split_terminator("\r\n").collect();
            assert!(lines.iter().all(|line| line.len() <= LINE), "{folded}");
            assert!(lines.len() > 2, "{folded}");
            assert_eq!(folded.replace("\r\n ", "").trim_end(), text);
        }
    }
}
