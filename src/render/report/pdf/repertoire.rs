//! Which characters can be printed, and the codes that stand for the others: `[U+1F6A2]`.
//!
//! Standards for archives forbid glyphs that stand for no character, and characters that mean
//! something to their owner alone. Words and texts that nobody could read are cut, and say how much
//! of them is left out: a letter of an endless word costs the typesetter as much as a paragraph.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write;

use typst::layout::{Frame, FrameItem};
use typst::text::Font;
use typst_layout::PagedDocument;

use crate::render::human::clean;

/// The most codes in a row that are written.
const MOST_CODES: usize = 8;

/// The most characters of a word and of a text, and how many are kept of a word that has more.
const LONGEST_WORD: usize = 240;
const LONGEST_TEXT: usize = 6_000;
const KEPT_OF_WORD: usize = 120;

/// The characters that can be printed.
pub(super) struct Repertoire {
    /// None for those of ASCII only.
    fonts: &'static [Font],
    /// Characters that belong together and cannot be printed, though each alone might be.
    excluded: BTreeSet<String>,
}

impl Repertoire {
    /// The characters of some fonts.
    pub(super) fn of(fonts: &'static [Font]) -> Self {
        Self {
            fonts,
            excluded: BTreeSet::new(),
        }
    }

    /// The characters that every font has and no script changes.
    pub(super) fn ascii() -> Self {
        Self::of(&[])
    }

    /// Takes characters away that belong together.
    pub(super) fn exclude(&mut self, clusters: BTreeSet<String>) {
        self.excluded.extend(clusters);
    }

    /// Returns a text as it is printed: on one line, with nothing in it that a reader cannot see.
    pub(super) fn print(&self, text: &str) -> String {
        let text = clean(text);
        if text.is_ascii() {
            return shortened(text.into_owned());
        }
        let mut printed = String::with_capacity(text.len());
        let mut codes: Vec<char> = Vec::new();
        let mut rest = &*text;
        while let Some(character) = rest.chars().next() {
            let cluster = self.excluded_at(rest);
            let length = cluster.map_or(character.len_utf8(), str::len);
            let is_printed = cluster.is_none() && self.has(character);
            match (is_printed, is_attached(character), codes.is_empty()) {
                // It says how the character before it looks, which here it cannot.
                (_, true, true) if !is_joiner(character) => {}
                (_, true, false) | (false, ..) => codes.extend(rest[..length].chars()),
                (true, ..) => {
                    push_codes(&mut printed, &mut codes);
                    printed.push(character);
                }
            }
            rest = &rest[length..];
        }
        push_codes(&mut printed, &mut codes);
        shortened(printed)
    }

    fn excluded_at<'t>(&self, text: &'t str) -> Option<&'t str> {
        let found = self.excluded.iter().filter(|own| text.starts_with(*own));
        let longest = found.map(String::len).max()?;
        Some(&text[..longest])
    }

    fn has(&self, character: char) -> bool {
        let code = u32::from(character);
        let has = |font: &Font| font.info().coverage.contains(code);
        character.is_ascii() || !is_private(character) && self.fonts.iter().any(has)
    }
}

/// Writes what cannot be printed as codes.
fn push_codes(printed: &mut String, codes: &mut Vec<char>) {
    if codes.is_empty() {
        return;
    }
    let written = codes.iter().take(MOST_CODES);
    let written = written.map(|own| format!("U+{:04X}", u32::from(*own)));
    let written = written.collect::<Vec<_>>().join(" ");
    // Writing to a string cannot fail.
    let _ = match codes.len().saturating_sub(MOST_CODES) {
        0 => write!(printed, "[{written}]"),
        left => write!(printed, "[{written} and {left} more]"),
    };
    codes.clear();
}

/// Cuts what is too long to be read.
fn shortened(text: String) -> String {
    if text.len() <= LONGEST_WORD {
        return text;
    }
    let words = text.split(' ').map(|word| {
        if word.chars().count() <= LONGEST_WORD {
            Cow::Borrowed(word)
        } else {
            Cow::Owned(cut(word, KEPT_OF_WORD))
        }
    });
    let text = words.collect::<Vec<_>>().join(" ");
    if text.chars().count() <= LONGEST_TEXT {
        text
    } else {
        cut(&text, LONGEST_TEXT)
    }
}

fn cut(text: &str, kept: usize) -> String {
    let left = text.chars().count() - kept;
    let kept: String = text.chars().take(kept).collect();
    format!("{kept}… [{left} more characters]")
}

/// True for what changes the look of the character before it, or joins it to the one after.
fn is_attached(character: char) -> bool {
    is_joiner(character) || matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

fn is_private(character: char) -> bool {
    matches!(
        character,
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}'
    )
}

/// Returns the characters on some pages that were set without a glyph.
pub(super) fn missing(document: &PagedDocument) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for page in document.pages() {
        search(&page.frame, &mut found);
    }
    found
}

fn search(frame: &Frame, found: &mut BTreeSet<String>) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => search(&group.frame, found),
            FrameItem::Text(text) => {
                let lacking = text.glyphs.iter().filter(|glyph| glyph.id == 0);
                let lacking = lacking.map(|glyph| text.text[glyph.range()].to_owned());
                found.extend(lacking.filter(|cluster| !cluster.is_empty()));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::report::pdf::fonts;

    #[test]
    fn what_has_no_glyph_stands_as_its_code() {
        let repertoire = Repertoire::of(fonts::all());
        for (text, expected) in [
            ("Zoë, Łódź, Ωμέγα, Київ", "Zoë, Łódź, Ωμέγα, Київ"),
            ("ship 🚢!", "ship [U+1F6A2]!"),
            ("👩\u{200d}💻", "[U+1F469 U+200D U+1F4BB]"),
            ("漢字 a", "[U+6F22 U+5B57] a"),
            ("\u{e000}\u{f8ff}", "[U+E000 U+F8FF]"),
            ("a\u{fe0f}b", "ab"),
            ("a\u{202e}b\n", "a\\u{202e}b\\n"),
        ] {
            assert_eq!(repertoire.print(text), expected, "{text}");
        }
        let many = repertoire.print(&"漢".repeat(2000));
        assert!(many.ends_with("U+6F22 and 1992 more]"), "{many}");
        assert_eq!(many.matches("U+6F22").count(), MOST_CODES);
    }

    #[test]
    fn what_nobody_could_read_is_cut() {
        let repertoire = Repertoire::of(fonts::all());
        let word = repertoire.print(&format!("a {} b", "w".repeat(2000)));
        assert_eq!(
            word,
            format!("a {}… [1880 more characters] b", "w".repeat(120))
        );
        let name = "Zoë ".repeat(500);
        assert_eq!(repertoire.print(&name), name);
        let text = repertoire.print(&name.repeat(5));
        assert!(text.ends_with("… [4000 more characters]"), "{text}");
        assert_eq!(text.chars().count(), 6_024);
    }

    #[test]
    fn less_is_printed_where_that_is_wanted() {
        let mut repertoire = Repertoire::of(fonts::all());
        repertoire.exclude(BTreeSet::from(["é".to_owned()]));
        assert_eq!(repertoire.print("né à"), "n[U+00E9] à");
        assert_eq!(Repertoire::ascii().print("né à"), "n[U+00E9] [U+00E0]");
    }
}
