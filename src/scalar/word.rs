//! Cuts a malformed value into numbers, words and marks, to find out what it meant.

/// A piece of text. Spaces separate pieces and are dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A run of the digits 0 to 9.
    Digits(&'a str),
    /// A run of letters.
    Word(&'a str),
    /// Any other character; all the dashes of Unicode are `-`.
    Mark(char),
}

/// Returns the pieces of a text, in order.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first.is_ascii_digit() {
            run(rest, |c| c.is_ascii_digit())
        } else if first.is_alphabetic() {
            run(rest, char::is_alphabetic)
        } else {
            first.len_utf8()
        };
        let (piece, after) = rest.split_at(length);
        pieces.push(if first.is_ascii_digit() {
            Piece::Digits(piece)
        } else if first.is_alphabetic() {
            Piece::Word(piece)
        } else {
            Piece::Mark(plain_mark(first))
        });
        rest = after.trim_start();
    }
    pieces
}

/// The length in bytes of the characters at the start that fit.
fn run(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|c| !fits(c)).unwrap_or(text.len())
}

fn plain_mark(mark: char) -> char {
    match mark {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}' => '-',
        other => other,
    }
}

/// Returns what stands beside a word in a table, whatever the case of its letters.
pub(super) fn look_up<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(word))
        .map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_numbers_words_and_marks() {
        use Piece::{Digits, Mark, Word};
        assert_eq!(
            pieces(" 4th–März 2026,"),
            [
                Digits("4"),
                Word("th"),
                Mark('-'),
                Word("März"),
                Digits("2026"),
                Mark(',')
            ]
        );
    }
}
