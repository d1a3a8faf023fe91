//! What can be wrong with a text, in words for the people who wrote it.
//!
//! A reader knows what it stumbled over and where; this module looks at the lines around that
//! place for the slip that most likely caused it, and points there.

use crate::finding::EngineCheck;
use crate::source::TextRange;

use super::limits::character;
use super::{SyntaxFault, offset};

/// What a reader stumbled over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A tab where only spaces may stand.
    Tab,
    /// A quote that is not closed.
    UnclosedQuote,
    /// Text after a closing quote.
    AfterQuote,
    /// An escape that does not exist, in a text in double quotes.
    Escape,
    /// A `[` or `{` that is not closed.
    UnclosedBracket(char),
    /// A `[` or `{` closed by the wrong bracket.
    MismatchedBracket(char, char),
    /// A `]` or `}` that closes nothing.
    ExtraBracket,
    /// Something other than `,` or the closing bracket in a list or map in brackets.
    Separator,
    /// A `:` where no value can start.
    Colon,
    /// Something other than `key: value` in a map.
    KeyExpected,
    /// Text after a value that is complete.
    AfterValue,
    /// Something other than `---` after a `%` line.
    AfterDirective,
    /// Something other than `- item` in a list.
    ItemExpected,
    /// A `- item` where no list can start.
    ItemNotAllowed,
    /// A line whose indentation fits no line above.
    Indentation,
    /// A character that cannot stand here.
    Character(char),
    /// A `#` without space before it.
    CommentSpace,
    /// A comment within a text of several lines.
    CommentInText,
    /// Something after the `|` or `>` of a text block.
    BlockHeader,
    /// A line of a text block that is indented too little.
    BlockIndentation,
    /// A `%` line that cannot be read.
    Directive,
    /// A tag (`!name`) that cannot be read.
    Tag,
    /// A `*` or `&` without a name.
    AnchorName,
    /// Anything else.
    Other,
}

/// Returns the fault for what the reader stumbled over at `at`, having understood everything up
/// to `from`. If it was reading a list or map in brackets, that started at `bracket`.
#[must_use]
pub(super) fn describe(
    trouble: Trouble,
    text: &str,
    from: usize,
    at: usize,
    bracket: Option<usize>,
) -> SyntaxFault {
    let at = floor(text, at);
    let place = Place {
        text,
        from: floor(text, from.min(at)),
        at,
        bracket: bracket.map(|bracket| floor(text, bracket.min(at))),
    };
    place
        .tab(trouble)
        .or_else(|| place.unclosed_quote(trouble))
        .or_else(|| place.bracket(trouble))
        .or_else(|| place.colon(trouble))
        .unwrap_or_else(|| place.table(place.refine(trouble)))
}

/// The end of what was understood, and the place where the reader stopped.
#[derive(Clone, Copy)]
struct Place<'a> {
    text: &'a str,
    from: usize,
    at: usize,
    /// The innermost bracket that is open.
    bracket: Option<usize>,
}

impl Place<'_> {
    /// Tabs in the indentation of the line explain whatever went wrong in it.
    fn tab(self, trouble: Trouble) -> Option<SyntaxFault> {
        let line = line_at(self.text, self.at);
        let tab = match indenting_tab(self.text, line.0) {
            // The reader may have stopped at the start of what the tab cuts short.
            None if trouble == Trouble::Tab => {
                let next = memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.at..]);
                next.take(LINES_AROUND)
                    .find_map(|end| indenting_tab(self.text, self.at + end + 1))
                    .or_else(|| self.text[line.0..line.1].find('\t').map(|tab| line.0 + tab))
                    .unwrap_or(self.at)
            }
            tab => tab?,
        };
        let tabs = self.text[tab..]
            .bytes()
            .take_while(|byte| *byte == b'\t')
            .count();
        Some(syntax(
            TextRange::new(offset(tab), offset(tab + tabs)),
            "a tab is used as indentation",
            "a tab",
            "indent with spaces",
        ))
    }

    /// A quote that is not closed on its line explains what goes wrong on a later one.
    fn unclosed_quote(self, trouble: Trouble) -> Option<SyntaxFault> {
        let certain = trouble == Trouble::UnclosedQuote;
        if !certain && !matches!(trouble, Trouble::AfterQuote | Trouble::Indentation) {
            return None;
        }
        let quote =
            open_quote(self.text, self.from, self.at).or_else(|| certain.then_some(self.at))?;
        let sign = self.text[quote..].chars().next()?;
        let mut fault = syntax(
            character(self.text, quote),
            &format!("the quote `{sign}` is opened here and not closed"),
            "opened here",
            "close it on the same line, or write a text of several lines after `>-` or `|`",
        );
        if !certain {
            let range = character(self.text, self.at);
            fault
                .related
                .push((range, String::from("the text in quotes reaches this line")));
        }
        Some(fault)
    }

    /// A bracket that is not closed explains what goes wrong on a later line, if that is indented
    /// no deeper than the line of the bracket.
    fn bracket(self, trouble: Trouble) -> Option<SyntaxFault> {
        if !matches!(
            trouble,
            Trouble::Colon | Trouble::Separator | Trouble::ItemNotAllowed
        ) {
            return None;
        }
        let bracket = self.bracket?;
        let (opened, line) = (line_at(self.text, bracket), line_at(self.text, self.at));
        let mut fault = if opened.0 < line.0
            && indentation(self.text, line) <= indentation(self.text, opened)
        {
            let sign = self.text[bracket..].chars().next()?;
            let open = Place {
                at: bracket,
                ..self
            };
            let mut fault = open.table(Trouble::UnclosedBracket(sign));
            let here = character(self.text, self.at);
            fault
                .related
                .push((here, String::from("this line cannot be part of it")));
            return Some(fault);
        } else if trouble == Trouble::Separator {
            self.table(trouble)
        } else {
            return None;
        };
        let open = character(self.text, bracket);
        fault
            .related
            .push((open, String::from("the bracket that is open")));
        Some(fault)
    }

    /// A missing space or a wrong indentation shows where the next `:` does not fit.
    fn colon(self, trouble: Trouble) -> Option<SyntaxFault> {
        if !matches!(
            trouble,
            Trouble::Colon | Trouble::KeyExpected | Trouble::Indentation
        ) {
            return None;
        }
        let line = line_at(self.text, self.at);
        let above = line_above(self.text, line.0);
        let tight = tight_colon(self.text, line)
            .or_else(|| above.and_then(|above| tight_colon(self.text, above)));
        if let Some(colon) = tight {
            return Some(syntax(
                TextRange::new(offset(colon), offset(colon + 1)),
                "a space is missing after the colon",
                "no space after `:`",
                "write `key: value`",
            ));
        }
        if trouble == Trouble::Colon && has_value_before(self.text, line.0, self.at) {
            return Some(syntax(
                character(self.text, self.at),
                "a second `: ` stands in one line",
                "this colon",
                "put the value in quotes, or write the inner map on lines of its own",
            ));
        }
        let deeper = above.filter(|above| {
            indentation(self.text, line) > indentation(self.text, *above)
                && !opens(self.text, *above)
        })?;
        let start = line.0 + indentation(self.text, line);
        let mut fault = syntax(
            TextRange::new(offset(start), offset(line.1)),
            "this line is indented deeper than the one above, which already has its value",
            "indented too deep",
            "align the lines of one map",
        );
        let start = deeper.0 + indentation(self.text, deeper);
        fault.related.push((
            TextRange::new(offset(start), offset(deeper.1)),
            String::from("the line above"),
        ));
        Some(fault)
    }

    /// Says more exactly what is wrong where a key was expected.
    fn refine(self, trouble: Trouble) -> Trouble {
        if trouble != Trouble::KeyExpected {
            return trouble;
        }
        let line = line_at(self.text, self.at);
        let content = self.text[line.0..line.1].trim();
        let above = line_above(self.text, line.0);
        if above.is_some_and(|above| self.text[above.0..].starts_with('%')) {
            Trouble::AfterDirective
        } else if !self.text[line.0..self.at].trim().is_empty() {
            Trouble::AfterValue
        } else if !content.starts_with(':') && (content.contains(": ") || content.ends_with(':')) {
            Trouble::Indentation
        } else {
            trouble
        }
    }

    fn table(self, trouble: Trouble) -> SyntaxFault {
        let here = character(self.text, self.at);
        let line = line_at(self.text, self.at);
        let start = (line.0 + indentation(self.text, line)).min(line.1);
        let whole = TextRange::new(offset(start), offset(line.1));
        match trouble {
            Trouble::AfterQuote => syntax(
                here,
                "text follows the closing quote",
                "this is outside the quotes",
                "put the whole value in quotes; within '...' write '' for a quote, within \"...\" write \\\"",
            ),
            Trouble::Escape => {
                let escape = bad_escape(self.text, self.at);
                syntax(
                    escape,
                    "this escape does not exist in double quotes",
                    "no escape",
                    "write \\\\ for a backslash, or put the text in single quotes",
                )
            }
            Trouble::UnclosedBracket(open) => syntax(
                here,
                &format!("the bracket `{open}` is opened here and not closed"),
                "opened here",
                &format!("close it with `{}`", closing(open)),
            ),
            Trouble::MismatchedBracket(open, close) => syntax(
                here,
                &format!("`{close}` closes a bracket that was opened with `{open}`"),
                "the wrong bracket",
                &format!("write `{}`", closing(open)),
            ),
            Trouble::ExtraBracket => syntax(
                here,
                "this bracket closes nothing",
                "no bracket is open here",
                "remove it, or put the text in quotes",
            ),
            Trouble::Separator => syntax(
                here,
                "expected `,` or the closing bracket",
                &found(self.text, self.at),
                "separate the entries with `, `, and put texts that hold `,`, `[`, `{` or `: ` in quotes",
            ),
            Trouble::Colon => syntax(
                here,
                "a `:` stands where no value can start",
                "this colon",
                "put texts that hold `: ` in quotes",
            ),
            Trouble::KeyExpected => syntax(
                whole,
                "expected `key: value`",
                &found(self.text, start),
                "write `key: value`, or put a text that goes on here in quotes or after `>-`",
            ),
            Trouble::ItemExpected => syntax(
                whole,
                "expected `- ` and the next item of the list",
                &found(self.text, start),
                "start every item with `- `, in the column of the first",
            ),
            Trouble::ItemNotAllowed => syntax(
                here,
                "a list cannot start here",
                "this dash",
                "start the list on a line of its own, or write it as [a, b]",
            ),
            Trouble::Indentation => syntax(
                whole,
                "the indentation of this line fits no line above",
                &found(self.text, start),
                "align it with the line it belongs to",
            ),
            Trouble::BlockIndentation => syntax(
                whole,
                "this line is indented less than the text block it stands in",
                "indented too little",
                "indent all lines of the block by the same number of spaces",
            ),
            _ => self.rare(trouble, here),
        }
    }

    fn rare(self, trouble: Trouble, here: TextRange) -> SyntaxFault {
        match trouble {
            Trouble::Character(character) if is_invisible(character) => syntax(
                here,
                &format!(
                    "the character U+{:04X} cannot stand in YAML",
                    u32::from(character)
                ),
                "a control character",
                "remove it, or write it as an escape in double quotes",
            ),
            Trouble::Character(character) => syntax(
                here,
                &match character {
                    '`' => String::from("a text cannot start with a backtick"),
                    other => format!("a text cannot start with `{other}`"),
                },
                "needs quotes",
                "put the text in quotes",
            ),
            Trouble::AfterValue => syntax(
                here,
                "text follows a value that is complete",
                &found(self.text, self.at),
                "remove it, or put the whole value in quotes",
            ),
            Trouble::AfterDirective => syntax(
                here,
                "expected `---` after the `%` line",
                &found(self.text, self.at),
                "write `---` on a line of its own, or remove the `%` line",
            ),
            Trouble::CommentSpace => syntax(
                here,
                "a comment needs a space before its `#`",
                "no space before this",
                "write a space before `#`, or put the text in quotes",
            ),
            Trouble::CommentInText => syntax(
                here,
                "a comment stands within a text of several lines",
                "the text goes on after this",
                "move the comment above the text, or write the text after `>-`",
            ),
            Trouble::BlockHeader => syntax(
                here,
                "text follows the `|` or `>` of a text block",
                "only `-`, `+`, a digit from 1 to 9 and a comment can stand here",
                "start the text on the next line",
            ),
            Trouble::Directive => syntax(
                here,
                "this `%` line cannot be read",
                "a directive",
                "remove it, or put a text that starts with `%` in quotes",
            ),
            Trouble::Tag => syntax(
                here,
                "this tag cannot be read",
                "a text that starts with `!` is a tag",
                "put the text in quotes, or write it after `>-`",
            ),
            Trouble::AnchorName => syntax(
                here,
                "a name is missing after `*` or `&`",
                "an anchor or alias without a name",
                "put a text that starts with `*` or `&` in quotes",
            ),
            _ => syntax(
                here,
                "this is no YAML",
                &found(self.text, self.at),
                "look for a missing quote, colon or space here or in the line above",
            ),
        }
    }
}

fn syntax(range: TextRange, message: &str, label: &str, help: &str) -> SyntaxFault {
    SyntaxFault {
        check: EngineCheck::Syntax,
        message: String::from(message),
        primary: (range, String::from(label)),
        related: Vec::new(),
        help: Some(String::from(help)),
    }
}

/// What stands at `at`, for a label.
fn found(text: &str, at: usize) -> String {
    let line = line_at(text, at);
    let rest = text.get(at..line.1).unwrap_or("").trim_end();
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

fn closing(open: char) -> char {
    if open == '[' { ']' } else { '}' }
}

fn is_invisible(character: char) -> bool {
    character.is_control() || matches!(character, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

/// How many lines around a place are searched for the slip.
const LINES_AROUND: usize = 100;

/// The first tab in the indentation of the line that starts at `start`.
fn indenting_tab(text: &str, start: usize) -> Option<usize> {
    let line = text.get(start..)?;
    let content = line.find(|character| character != ' ' && character != '\t')?;
    line[..content].find('\t').map(|tab| start + tab)
}

/// The start and end of the line that holds `at`, without its line break.
fn line_at(text: &str, at: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let start = memchr::memrchr2(b'\n', b'\r', &bytes[..at]).map_or(0, |found| found + 1);
    let end = memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |found| at + found);
    (start, end)
}

/// The last line before `start` that is neither blank nor a comment.
fn line_above(text: &str, start: usize) -> Option<(usize, usize)> {
    let mut start = start;
    for _ in 0..LINES_AROUND {
        let line = line_at(text, start.checked_sub(1)?);
        let content = text[line.0..line.1].trim_start();
        if !content.is_empty() && !content.starts_with('#') {
            return Some(line);
        }
        start = line.0;
    }
    None
}

fn indentation(text: &str, line: (usize, usize)) -> usize {
    let bytes = text[line.0..line.1].bytes();
    bytes.take_while(|byte| *byte == b' ').count()
}

/// True if a line leaves its value to the lines that follow.
fn opens(text: &str, line: (usize, usize)) -> bool {
    let content = text[line.0..line.1].trim();
    content.ends_with([':', '-', '|', '>', ',', '[', '{', '?']) || content == "---"
}

/// The colon of a line that reads `key:value` and has no `: `.
fn tight_colon(text: &str, line: (usize, usize)) -> Option<usize> {
    let content = &text[line.0..line.1];
    if content.contains(": ") || content.trim_end().ends_with(':') {
        return None;
    }
    let trimmed = content.trim_start().trim_start_matches("- ").trim_start();
    let key = trimmed.find(':')?;
    let is_key = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
    let fits = key > 0 && trimmed[..key].chars().all(is_key) && !trimmed[key..].starts_with("://");
    fits.then(|| line.0 + (content.len() - trimmed.len()) + key)
}

/// True if a `: ` stands in the line before `at`.
fn has_value_before(text: &str, start: usize, at: usize) -> bool {
    text[start..at].contains(": ")
}

/// The first quote between `from` and `at` that is opened and not closed on its line.
fn open_quote(text: &str, from: usize, at: usize) -> Option<usize> {
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
fn bad_escape(text: &str, open: usize) -> TextRange {
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
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
