//! Links between pages lead to pages and headings that are there.

use std::collections::BTreeSet;
use std::fs;

use crate::blocks::read;

#[test]
fn links_between_pages_lead_somewhere() {
    let mut wrong = Vec::new();
    for page in pages() {
        for target in links(&read(&format!("docs/{page}"))) {
            if target.contains("://") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let file = if file.is_empty() { &page } else { file };
            let leads = match fs::read_to_string(format!("docs/{file}")) {
                Ok(text) => anchor.is_empty() || headings(&text).contains(anchor),
                Err(_) => false,
            };
            if !leads {
                wrong.push(format!("docs/{page}: {target}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

fn pages() -> Vec<String> {
    let entries = fs::read_dir("docs").expect("the pages are there");
    let names = entries.map(|entry| entry.expect("a folder entry can be read").file_name());
    let mut names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.retain(|name| {
        name.rsplit_once('.')
            .is_some_and(|(_, extension)| extension == "md")
    });
    names.sort();
    names
}

fn links(text: &str) -> Vec<String> {
    let parts = text.split("](").skip(1);
    parts
        .filter_map(|part| part.split(')').next())
        .map(str::to_owned)
        .collect()
}

/// The anchors of the headings: letters in lower case, hyphens for spaces, no other marks.
fn headings(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let words = line.trim_start_matches('#').trim().to_lowercase();
            let kept = words
                .chars()
                .filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
            kept.map(|letter| if letter == ' ' { '-' } else { letter })
                .collect()
        })
        .collect()
}
