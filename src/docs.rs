//! Pages of the documentation that are data: written from the kinds and the rules as they are
//! loaded, so that they cannot say anything else.
//!
//! The pages are Markdown. They hold no date and no place of the machine that wrote them.

mod kinds;
mod rules;

pub use kinds::kinds;
pub use rules::rules;

/// The first lines of a page, which say where it comes from.
fn head(title: &str, source: &str) -> String {
    format!(
        "<!-- Generated from {source} by `UPDATE=1 cargo test --test docs`; edit those. -->\n\
         \n# {title}\n"
    )
}

/// A table, or nothing if it has no rows.
fn table<const N: usize>(columns: [&str; N], rows: &[[String; N]]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let line = |cells: &[&str]| format!("| {} |\n", cells.join(" | "));
    let mut page = line(&columns);
    page.push_str(&line(&["---"; N]));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| cell_text(cell)).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        page.push_str(&line(&cells));
    }
    page
}

/// A text as it stands in a cell: on one line, without an end of the cell in it.
fn cell_text(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace('|', "\\|")
}

/// A phrase as a sentence: with a capital at its start and a full stop at its end.
fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut letters = text.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let stop = if text.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    format!("{}{}{stop}", first.to_uppercase(), letters.as_str())
}

/// Words in a row: "a, b or c".
fn listed(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_keeps_its_columns() {
        let rows = [["`a || b`".to_owned(), "two\nlines".to_owned()]];
        let expected = "| x | y |\n| --- | --- |\n| `a \\|\\| b` | two lines |\n";
        assert_eq!(table(["x", "y"], &rows), expected);
        assert_eq!(table(["x"], &[]), "");
    }

    #[test]
    fn phrases_become_sentences() {
        assert_eq!(sentence("date of the review"), "Date of the review.");
        assert_eq!(sentence("Who decides?"), "Who decides?");
        assert_eq!(sentence(""), "");
    }
}
