//! The calendar as a calendar program reads it.

use std::collections::BTreeMap;

use super::brute::story;
use super::command::Folder;

type Entry = BTreeMap<String, String>;

/// The entries of a calendar; fails on what RFC 5545 does not allow.
fn read(text: &str) -> Vec<Entry> {
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    assert!(text.split("\r\n").all(|line| !line.contains(['\r', '\n'])));
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    let unfolded = text.replace("\r\n ", "");
    let mut entries = Vec::new();
    let mut entry = None;
    for line in unfolded.lines() {
        let (name, value) = line.split_once(':').unwrap();
        match (name, value) {
            ("BEGIN", "VEVENT") => entry = Some(Entry::new()),
            ("END", "VEVENT") => entries.push(entry.take().unwrap()),
            _ => {
                if let Some(entry) = &mut entry {
                    let old = entry.insert(name.to_owned(), value.to_owned());
                    assert_eq!(old, None, "{name} twice");
                }
            }
        }
    }
    entries
}

#[test]
fn entries_are_whole_and_keep_their_identity() {
    let folder = Folder::new(&story("halden-freight"));
    let run = |words: &str| folder.run(&format!("forecast --format ics {words}"));
    let first = run("--as-of 2026-11-22 --until 2027-03-31");
    assert_eq!(first.status, 0, "{}", first.stderr);
    let entries = read(&first.stdout);
    assert!(entries.len() > 5, "{}", first.stdout);
    for entry in &entries {
        for name in ["UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY"] {
            assert!(entry.contains_key(name), "{entry:?}");
        }
        assert_eq!(entry["DTSTAMP"], "20261122T000000Z");
        assert!(
            entry["DTSTART;VALUE=DATE"].as_str() >= "20261122",
            "{entry:?}"
        );
        assert!(entry["DTEND;VALUE=DATE"] > entry["DTSTART;VALUE=DATE"]);
    }
    let days = |entries: &[Entry]| -> BTreeMap<String, String> {
        let entries = entries.iter();
        entries
            .map(|entry| (entry["UID"].clone(), entry["DTSTART;VALUE=DATE"].clone()))
            .collect()
    };
    assert_eq!(days(&entries).len(), entries.len(), "an UID stands twice");
    let again = run("--as-of 2026-11-22 --until 2027-03-31");
    assert_eq!(first.stdout, again.stdout);
    // A week later, what is still to come has the same UIDs, and its days where they lie ahead.
    let later = days(&read(&run("--as-of 2026-11-29 --until 2027-03-31").stdout));
    let first = days(&entries);
    let still: Vec<_> = first
        .iter()
        .filter(|(_, day)| ***day >= *"20261129")
        .collect();
    assert!(still.len() > 3, "{first:?}");
    for (uid, day) in still {
        assert_eq!(later.get(uid), Some(day), "{uid}");
    }
}
