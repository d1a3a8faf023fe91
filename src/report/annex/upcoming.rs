//! Every change that comes with no edit.

use super::{Words, line, words};
use crate::finding::Fingerprint;
use crate::forecast::{Event, Forecast};
use crate::report::{Cell, Section};

/// The table of what comes, by day.
pub(super) fn section(forecast: &Forecast) -> Section {
    let columns = words(&[
        "Id",
        "Day",
        "Due",
        "Change",
        "Severity",
        "Code",
        "Subject",
        "What happens",
        "Owner",
        "Place",
        "Finding",
    ]);
    let rows = forecast.events.iter().map(|event| row(forecast, event));
    let until = forecast.until;
    let own = Words {
        id: "upcoming",
        title: "Upcoming",
        question: "What changes with no edit?",
        empty: "Nothing changes with no edit.",
        notes: vec![format!(
            "Up to {until}, if nothing is edited; records still to be written are not foreseen."
        )],
    };
    super::section(own, columns, rows.collect())
}

fn row(forecast: &Forecast, event: &Event) -> Vec<Cell> {
    let finding = event.fingerprint.to_string();
    let change = event.change.as_str();
    // One finding may open, close and open again.
    let id = Fingerprint::of(&[&finding, change, &event.day.to_string()]);
    vec![
        Cell::text(id.to_string()),
        Cell::date(event.day),
        event.due.map_or_else(super::blank, Cell::date),
        Cell::text(change),
        Cell::text(event.severity.as_str()),
        Cell::text(&*event.code),
        Cell::text(&event.subject),
        Cell::text(&event.message),
        event.owner.as_ref().map_or_else(Cell::missing, Cell::text),
        Cell::text(line(&forecast.sources, event.place)),
        Cell::text(finding),
    ]
}
