//! What the lines around a place look like.

use crate::source::TextRange;
use crate::syntax::limits::character;
use crate::syntax::offset;

/// A line of a text, without its line break.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// Its first byte.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
}

/// What stands at `at`, for a label.
pub(super) fn found(text: &str, at: usize) -> String {
    let line = line_at(text, at);
    let rest = text.get(at..line.end).unwrap_or("").trim_end();
    let word: String = rest
        .chars()
        .take_while(|character| !character.is_whitespace())
        .take(30)
        .collect();
    if word.is_empty() {
        let last = at >= text.len();
        String::from(if last {
            "the end of the file"
        } else {
            "the end of the line"
        })
    } else {
        format!("found `{word}`")
    }
}

/// The bracket that closes `open`.
pub(super) fn closing(open: char) -> char {
    if open == '[' { ']' } else { '}' }
}

/// True for a character that a reader of the message would not see.
pub(super) fn is_invisible(character: char) -> bool {
    character.is_control() || matches!(character, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

/// How many lines around a place are searched for the slip.
pub(super) const LINES_AROUND: usize = 100;

/// The first tab in the indentation of the line that starts at `start`.
pub(super) fn indenting_tab(text: &str, start: usize) -> Option<usize> {
    let line = text.get(start..)?;
    let content = line.find(|character| character != ' ' && character != '\t')?;
    line[..content].find('\t').map(|tab| start + tab)
}

/// The line that holds `at`.
pub(super) fn line_at(text: &str, at: usize) -> Line {
    let bytes = text.as_bytes();
    let start = memchr::memrchr2(b'\n', b'\r', &bytes[..at]).map_or(0, |found| found + 1);
    let end = memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |found| at + found);
    Line { start, end }
}

/// The last line before `start` that is neither blank nor a comment.
pub(super) fn line_above(text: &str, start: usize) -> Option<Line> {
    let mut start = start;
    for _ in 0..LINES_AROUND {
        let line = line_at(text, start.checked_sub(1)?);
        let content = text[line.start..line.end].trim_start();
        if !content.is_empty() && !content.starts_with('#') {
            return Some(line);
        }
        start = line.start;
    }
    None
}

/// The number of spaces at the start of a line.
pub(super) fn indentation(text: &str, line: Line) -> usize {
    let bytes = text[line.start..line.end].bytes();
    bytes.take_while(|byte| *byte == b' ').count()
}

/// True if a line leaves its value to the lines that follow.
pub(super) fn opens(text: &str, line: Line) -> bool {
    let content = text[line.start..line.end].trim();
    content.ends_with([':', '-', '|', '>', ',', '[', '{', '?']) || content == "---"
}

/// The colon of a line that reads `key:value` and has no `: `.
pub(super) fn tight_colon(text: &str, line: Line) -> Option<usize> {
    let content = &text[line.start..line.end];
    if content.contains(": ") || content.trim_end().ends_with(':') {
        return None;
    }
    let trimmed = content.trim_start().trim_start_matches("- ").trim_start();
    let key = trimmed.find(':')?;
    let is_key = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
    let fits = key > 0 && trimmed[..key].chars().all(is_key) && !trimmed[key..].starts_with("://");
    fits.then(|| line.start + (content.len() - trimmed.len()) + key)
}

/// True if a `: ` stands in the line before `at`.
pub(super) fn has_value_before(text: &str, start: usize, at: usize) -> bool {
    text[start..at].contains(": ")
}

/// The first quote between `from` and `at` that is opened and not closed on its line.
pub(super) fn open_quote(text: &str, from: usize, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut start = from;
    while start < at {
        let end = memchr::memchr2(b'\n', b'\r', &bytes[start..])
            .map_or(bytes.len(), |found| start + found);
        if end >= at {
            return None;
        }
        if let Some(quote) = open_quote_in_line(&bytes[start..end]) {
            return Some(start + quote);
        }
        start = end + 1;
    }
    None
}

fn open_quote_in_line(line: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut before = b' ';
    while at < line.len() {
        let byte = line[at];
        let starts = matches!(before, b' ' | b'\t' | b'[' | b'{' | b',' | b':' | b'-');
        match byte {
            b'#' if matches!(before, b' ' | b'\t') => return None,
            b'"' | b'\'' if starts => match closing_quote(line, at) {
                Some(end) => at = end,
                None => return Some(at),
            },
            _ => {}
        }
        before = byte;
        at += 1;
    }
    None
}

fn closing_quote(line: &[u8], open: usize) -> Option<usize> {
    let quote = line[open];
    let mut at = open + 1;
    while at < line.len() {
        match line[at] {
            b'\\' if quote == b'"' => at += 1,
            byte if byte == quote && quote == b'\'' && line.get(at + 1) == Some(&b'\'') => at += 1,
            byte if byte == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The first escape of the text in double quotes at `open` that does not exist.
pub(super) fn bad_escape(text: &str, open: usize) -> TextRange {
    let bytes = text.as_bytes();
    let mut at = open + 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        at += found;
        let digits = match bytes.get(at + 1) {
            Some(b'x') => 2,
            Some(b'u') => 4,
            Some(b'U') => 8,
            Some(byte) if b"0abt\tnvfre \"/\\N_LP\n\r".contains(byte) => 0,
            _ => break,
        };
        let code = bytes.get(at + 2..at + 2 + digits).unwrap_or(b"");
        if code.len() < digits || !code.iter().all(u8::is_ascii_hexdigit) {
            break;
        }
        at += 2 + digits;
    }
    if bytes.get(at) != Some(&b'\\') {
        return character(text, open);
    }
    let next = character(text, at + 1);
    TextRange::new(offset(at), next.end.max(offset(at + 1)))
}

/// The last character boundary up to `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
