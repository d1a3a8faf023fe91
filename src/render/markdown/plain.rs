//! Texts from documents that Markdown leaves as they are.

use crate::render::human::clean;

/// The most characters of one text.
const LONGEST: usize = 400;

/// Returns a text that shows as it is: no markup, HTML, link, mention or reference comes of it.
pub(super) fn plain(text: &str) -> String {
    let text = cut(&clean(text));
    let mut shown = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            // Broken off from what follows, so that it names nobody and nothing. An entity would
            // not do: names are looked for once entities are read.
            '@' | '#' | '!' | '~' | '%' | '$' => {
                shown.extend(['\\', character]);
                shown.push_str("<!-- -->");
            }
            // Neither an address nor a label follows.
            ':' if rest.peek().is_some_and(|next| *next != ' ') => shown.push_str("&#58;"),
            '.' if before == 'w' || before == 'W' => shown.push_str("&#46;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '|' | '^' => {
                shown.extend(['\\', character]);
            }
            _ => shown.push(character),
        }
        before = character;
    }
    shown
}

/// Returns a text as code. Inside of code, only backticks and in tables bars have a meaning.
pub(super) fn code(text: &str) -> String {
    let text = cut(&clean(text)).replace('`', "'").replace('|', "\u{a6}");
    format!("`{text}`")
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
