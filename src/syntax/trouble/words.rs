//! The words for each trouble, where the lines around it explain nothing more.

use crate::finding::EngineCheck;
use crate::source::TextRange;

use super::lines::{bad_escape, closing, found, indentation, is_invisible, line_at};
use super::{Place, Trouble};
use crate::syntax::limits::character;
use crate::syntax::{SyntaxFault, offset};

impl Place<'_> {
    /// The fault for a trouble at its own place.
    pub(super) fn table(self, trouble: Trouble) -> SyntaxFault {
        self.about_quotes_and_brackets(trouble)
            .or_else(|| self.about_structure(trouble))
            .or_else(|| self.about_signs(trouble))
            .unwrap_or_else(|| {
                self.here(
                    "this is no YAML",
                    &found(self.text, self.at),
                    "look for a missing quote, colon or space here or in the line above",
                )
            })
    }

    fn about_quotes_and_brackets(self, trouble: Trouble) -> Option<SyntaxFault> {
        Some(match trouble {
            Trouble::AfterQuote => self.here(
                "text follows the closing quote",
                "this is outside the quotes",
                r#"put the whole value in quotes; within '...' write '' for a quote, within "..." write \""#,
            ),
            Trouble::Escape => syntax(
                bad_escape(self.text, self.at),
                "this escape does not exist in double quotes",
                "no escape",
                r"write \\ for a backslash, or put the text in single quotes",
            ),
            Trouble::UnclosedBracket(open) => self.here(
                &format!("the bracket `{open}` is opened here and not closed"),
                "opened here",
                &format!("close it with `{}`", closing(open)),
            ),
            Trouble::MismatchedBracket(open, close) => self.here(
                &format!("`{close}` closes a bracket that was opened with `{open}`"),
                "the wrong bracket",
                &format!("write `{}`", closing(open)),
            ),
            Trouble::ExtraBracket => self.here(
                "this bracket closes nothing",
                "no bracket is open here",
                "remove it, or put the text in quotes",
            ),
            Trouble::Separator => self.here(
                "expected `,` or the closing bracket",
                &found(self.text, self.at),
                "separate the entries with `, `, and put texts that hold `,`, `[`, `{` or `: ` in quotes",
            ),
            _ => return None,
        })
    }

    fn about_structure(self, trouble: Trouble) -> Option<SyntaxFault> {
        Some(match trouble {
            Trouble::Colon => self.here(
                "a `:` stands where no value can start",
                "this colon",
                "put texts that hold `: ` in quotes",
            ),
            Trouble::KeyExpected => self.line(
                "expected `key: value`",
                "write `key: value`, or put a text that goes on here in quotes or after `>-`",
            ),
            Trouble::AfterValue => self.here(
                "text follows a value that is complete",
                &found(self.text, self.at),
                "remove it, or put the whole value in quotes",
            ),
            Trouble::AfterDirective => self.here(
                "expected `---` after the `%` line",
                &found(self.text, self.at),
                "write `---` on a line of its own, or remove the `%` line",
            ),
            Trouble::ItemExpected => self.line(
                "expected `- ` and the next item of the list",
                "start every item with `- `, in the column of the first",
            ),
            Trouble::ItemNotAllowed => self.here(
                "a list cannot start here",
                "this dash",
                "start the list on a line of its own, or write it as [a, b]",
            ),
            Trouble::Indentation => self.line(
                "the indentation of this line fits no line above",
                "align it with the line it belongs to",
            ),
            Trouble::BlockIndentation => self.line(
                "this line is indented less than the text block it stands in",
                "indent all lines of the block by the same number of spaces",
            ),
            Trouble::BlockHeader => self.here(
                "text follows the `|` or `>` of a text block",
                "only `-`, `+`, a digit from 1 to 9 and a comment can stand here",
                "start the text on the next line",
            ),
            _ => return None,
        })
    }

    fn about_signs(self, trouble: Trouble) -> Option<SyntaxFault> {
        Some(match trouble {
            Trouble::Character(character) if is_invisible(character) => self.here(
                &format!(
                    "the character U+{:04X} cannot stand in YAML",
                    u32::from(character)
                ),
                "a control character",
                "remove it, or write it as an escape in double quotes",
            ),
            Trouble::Character('`') => self.here(
                "a text cannot start with a backtick",
                "needs quotes",
                "put the text in quotes",
            ),
            Trouble::Character(character) => self.here(
                &format!("a text cannot start with `{character}`"),
                "needs quotes",
                "put the text in quotes",
            ),
            Trouble::CommentSpace => self.here(
                "a comment needs a space before its `#`",
                "no space before this",
                "write a space before `#`, or put the text in quotes",
            ),
            Trouble::CommentInText => self.here(
                "a comment stands within a text of several lines",
                "the text goes on after this",
                "move the comment above the text, or write the text after `>-`",
            ),
            Trouble::Directive => self.here(
                "this `%` line cannot be read",
                "a directive",
                "remove it, or put a text that starts with `%` in quotes",
            ),
            Trouble::Tag => self.here(
                "this tag cannot be read",
                "a text that starts with `!` is a tag",
                "put the text in quotes, or write it after `>-`",
            ),
            Trouble::AnchorName => self.here(
                "a name is missing after `*` or `&`",
                "an anchor or alias without a name",
                "put a text that starts with `*` or `&` in quotes",
            ),
            _ => return None,
        })
    }

    /// A fault at the character where the reader stopped.
    fn here(self, message: &str, label: &str, help: &str) -> SyntaxFault {
        syntax(character(self.text, self.at), message, label, help)
    }

    /// A fault of the whole line on which the reader stopped.
    fn line(self, message: &str, help: &str) -> SyntaxFault {
        let line = line_at(self.text, self.at);
        let start = (line.start + indentation(self.text, line)).min(line.end);
        let range = TextRange::new(offset(start), offset(line.end));
        syntax(range, message, &found(self.text, start), help)
    }
}

/// A fault of the syntax.
pub(super) fn syntax(range: TextRange, message: &str, label: &str, help: &str) -> SyntaxFault {
    SyntaxFault {
        check: EngineCheck::Syntax,
        message: String::from(message),
        primary: (range, String::from(label)),
        related: Vec::new(),
        help: Some(String::from(help)),
    }
}
