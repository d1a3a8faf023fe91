//! Values from documents, made harmless for a terminal.

use std::borrow::Cow;
use std::fmt::Write;

/// Returns `text` on one line and without anything that a terminal would obey or hide: control
/// characters, line ends, direction overrides and invisible characters stand as escapes, `\u{1b}`.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let mut before = ' ';
    let harmless = text.chars().all(|character| {
        let shown = !is_hidden(before, character);
        before = character;
        shown
    });
    if harmless {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len() + 8);
    before = ' ';
    for character in text.chars() {
        push_clean(&mut cleaned, before, character);
        before = character;
    }
    Cow::Owned(cleaned)
}

/// Appends one character of a text, escaped if need be; `before` is the one that it follows.
pub(super) fn push_clean(text: &mut String, before: char, character: char) {
    match character {
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        '\t' => text.push_str("\\t"),
        _ if is_hidden(before, character) => {
            // Writing to a string cannot fail.
            let _ = write!(text, "\\u{{{:x}}}", u32::from(character));
        }
        _ => text.push(character),
    }
}

/// True for what a terminal would obey or hide, after the character `before`.
pub(in crate::render) fn is_hidden(before: char, character: char) -> bool {
    match character {
        // Joiners belong to emoji and to scripts that connect letters, not to ASCII.
        '\u{200c}' | '\u{200d}' => before.is_ascii(),
        // Soft hyphen, letter mark, fillers and separators that take no room.
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{3164}'
        // Zero-width space, direction marks, line separators, overrides, isolates.
        | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        // Byte order mark, interlinear annotations, tags.
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        _ => character.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_obey_or_hide() {
        let cases = [
            ("plain, ä 漢 👩\u{200d}💻", "plain, ä 漢 👩\u{200d}💻"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("two\nlines\r\n\tof", "two\\nlines\\r\\n\\tof"),
            ("a\u{202e}b\u{2066}c", "a\\u{202e}b\\u{2066}c"),
            ("er\u{200b}p, er\u{200d}p", "er\\u{200b}p, er\\u{200d}p"),
            ("\u{9b}0m\u{7f}\u{feff}", "\\u{9b}0m\\u{7f}\\u{feff}"),
            ("\u{e0041}", "\\u{e0041}"),
        ];
        for (text, expected) in cases {
            assert_eq!(clean(text), expected);
        }
    }
}
