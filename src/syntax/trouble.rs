//! What can be wrong with a text, in words for the people who wrote it.
//!
//! A reader knows what it stumbled over and where; this module looks at the lines around that
//! place for the slip that most likely caused it, and points there.

mod lines;
mod words;

use crate::source::TextRange;

use self::lines::{
    LINES_AROUND, floor, has_value_before, indentation, indenting_tab, line_above, line_at,
    open_quote, opens, tight_colon,
};
use self::words::syntax;
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
        let tab = match indenting_tab(self.text, line.start) {
            // The reader may have stopped at the start of what the tab cuts short.
            None if trouble == Trouble::Tab => {
                let next = memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.at..]);
                next.take(LINES_AROUND)
                    .find_map(|end| indenting_tab(self.text, self.at + end + 1))
                    .or_else(|| {
                        self.text[line.start..line.end]
                            .find('\t')
                            .map(|tab| line.start + tab)
                    })
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
        let mut fault = if opened.start < line.start
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
        let above = line_above(self.text, line.start);
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
        if trouble == Trouble::Colon && has_value_before(self.text, line.start, self.at) {
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
        let start = line.start + indentation(self.text, line);
        let mut fault = syntax(
            TextRange::new(offset(start), offset(line.end)),
            "this line is indented deeper than the one above, which already has its value",
            "indented too deep",
            "align the lines of one map",
        );
        let start = deeper.start + indentation(self.text, deeper);
        fault.related.push((
            TextRange::new(offset(start), offset(deeper.end)),
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
        let content = self.text[line.start..line.end].trim();
        let above = line_above(self.text, line.start);
        if above.is_some_and(|above| self.text[above.start..].starts_with('%')) {
            Trouble::AfterDirective
        } else if !self.text[line.start..self.at].trim().is_empty() {
            Trouble::AfterValue
        } else if !content.starts_with(':') && (content.contains(": ") || content.ends_with(':')) {
            Trouble::Indentation
        } else {
            trouble
        }
    }
}
