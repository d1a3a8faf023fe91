//! Names of sheets: unique, and nothing in them that a spreadsheet refuses.

use std::collections::BTreeSet;

use crate::report::Section;

/// The most characters in the name of a sheet.
const LONGEST: usize = 31;

/// Returns a name for the sheet of each section.
pub(super) fn sheet_names(sections: &[&Section]) -> Vec<String> {
    // "History" is reserved, and the summary is there already; case makes no difference.
    let mut taken = BTreeSet::from(["summary".to_owned(), "history".to_owned()]);
    let sections = sections.iter();
    sections
        .map(|section| unique(&allowed(&section.title), &mut taken))
        .collect()
}

fn allowed(title: &str) -> String {
    let harmless = |character: char| {
        let is_refused = "[]:*?/\\'".contains(character) || character.is_control();
        if is_refused { ' ' } else { character }
    };
    let words: String = super::sheet::plain(title).chars().map(harmless).collect();
    let words = words.trim();
    if words.is_empty() { "Section" } else { words }.to_owned()
}

fn unique(title: &str, taken: &mut BTreeSet<String>) -> String {
    let numbers = std::iter::once(String::new()).chain((2..).map(|number| format!(" {number}")));
    let mut names = numbers.map(|number| {
        let shortened = shorten(title, LONGEST - number.len());
        format!("{shortened}{number}")
    });
    let name = names.find(|name| taken.insert(name.to_lowercase()));
    name.expect("there are more numbers than sections")
}

/// The beginning of a text, of so many UTF-16 units, which spreadsheets count.
fn shorten(text: &str, most: usize) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, character)| {
        units += character.len_utf16();
        units > most
    });
    end.map_or(text, |(end, _)| text[..end].trim_end())
}
