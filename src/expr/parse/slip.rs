//! What people write when they mean something else: habits from other languages, characters from
//! word processors. The tables hold the slip and the advice.

use super::lexer::range;
use super::{Outcome, Refusal};
use crate::source::TextRange;

/// Spellings that are no operator, longer ones before their beginnings, and what to do instead.
const OPERATORS: &[(&str, &str)] = &[
    ("===", "write `==`"),
    ("!==", "write `!=`"),
    (
        "=>",
        "write `>=` to compare; a macro takes its variable as first argument: `list.exists(x, x > 1)`",
    ),
    ("=<", "write `<=`"),
    ("<>", "write `!=`"),
    ("=~", "write `text.matches(\"pattern\")`"),
    ("~=", "write `text.matches(\"pattern\")`"),
    ("!~", "write `!text.matches(\"pattern\")`"),
    (
        "->",
        "a macro takes its variable as first argument: `list.exists(x, x > 1)`",
    ),
    ("**", "write the factors out: `a * a`"),
    ("??", "write `a.?b.orValue(c)`"),
    ("/*", "a comment starts with `//` and ends with its line"),
    (":=", "compare with `==`; values are named under `let`"),
];

/// Words that stand where an operator belongs, in lower case, and what to do instead.
const WORDS: &[(&str, &str)] = &[
    ("and", "write `&&`"),
    ("or", "write `||`"),
    ("xor", "write `!=`"),
    ("not", "write `!`: `!a`, `!(a in b)`"),
    ("is", "compare with `==` or `!=`"),
    ("isnt", "compare with `!=`"),
    ("eq", "write `==`"),
    ("ne", "write `!=`"),
    ("lt", "write `<`"),
    ("le", "write `<=`"),
    ("gt", "write `>`"),
    ("ge", "write `>=`"),
    ("mod", "write `%`"),
    ("div", "write `/`"),
    ("implies", "write `!a || b`"),
    ("like", "write `text.matches(\"pattern\")`"),
    ("contains", "call it on the text or list: `a.contains(b)`"),
    ("startswith", "call it on the text: `a.startsWith(b)`"),
    ("endswith", "call it on the text: `a.endsWith(b)`"),
    ("matches", "call it on the text: `a.matches(\"pattern\")`"),
    ("if", "write `condition ? then : otherwise`"),
    ("then", "write `condition ? then : otherwise`"),
    ("else", "write `condition ? then : otherwise`"),
];

/// Characters that take no space.
const INVISIBLE: &str = "\u{feff}\u{200b}\u{200c}\u{200d}\u{2060}\u{ad}";

/// Characters that no expression contains outside strings: what they are and what to do instead.
const CHARACTERS: &[(&str, &str, &str)] = &[
    ("“”„‟«»″", "a typographic quote", "write `\"`"),
    ("‘’‚‛′´", "a typographic quote", "write `'`"),
    ("–—−‐‑", "a typographic dash", "write `-`"),
    ("≠", "a typographic operator", "write `!=`"),
    ("≤", "a typographic operator", "write `<=`"),
    ("≥", "a typographic operator", "write `>=`"),
    ("×·", "a typographic operator", "write `*`"),
    ("÷", "a typographic operator", "write `/`"),
    ("∧", "a typographic operator", "write `&&`"),
    ("∨", "a typographic operator", "write `||`"),
    ("¬", "a typographic operator", "write `!`"),
    ("∈", "a typographic operator", "write `in`"),
    (
        "\u{a0}\u{2007}\u{2009}\u{202f}\u{3000}",
        "no ordinary space",
        "write an ordinary space",
    ),
    (INVISIBLE, "an invisible character", "delete it"),
    (
        "#",
        "no part of an expression",
        "a comment starts with `//`",
    ),
    (
        "$@",
        "no part of a name",
        "names consist of letters, digits and `_`",
    ),
    (
        ";",
        "no part of an expression",
        "an expression is one value: join conditions with `&&`",
    ),
    (
        "\\",
        "no part of an expression",
        "a backslash stands only inside strings",
    ),
    ("=", "no operator", "compare with `==`"),
    ("&", "no operator", "write `&&`"),
    ("|", "no operator", "write `||`"),
    ("^", "no operator", "write the factors out: `a * a`"),
];

/// The words that are reserved for languages around CEL.
pub(super) const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "namespace",
    "package",
    "return",
    "var",
    "void",
    "while",
];

/// The error if `text` holds a spelling at `start` that only looks like an operator.
pub(super) fn operator(text: &str, start: usize) -> Option<Refusal> {
    let rest = &text[start..];
    let (spelling, help) = OPERATORS
        .iter()
        .find(|(spelling, _)| rest.starts_with(spelling))?;
    Some(no_operator(
        spelling,
        help,
        range(start, start + spelling.len()),
    ))
}

/// The advice if `word` is used as an operator somewhere else.
pub(super) fn word_operator(word: &str) -> Option<&'static str> {
    WORDS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(word))
        .map(|(_, help)| *help)
}

/// The error about a word or mark that is used like an operator.
pub(super) fn no_operator(spelling: &str, help: &str, range: TextRange) -> Refusal {
    Refusal::new(format!("`{spelling}` is no operator"), range).with_help(help)
}

/// The error about the character at `start`, which begins no token.
pub(super) fn character(text: &str, start: usize) -> Refusal {
    let Some(letter) = text[start..].chars().next() else {
        return Refusal::new("expected an expression", range(start, start));
    };
    let place = range(start, start + letter.len_utf8());
    if letter.is_alphanumeric() {
        return foreign_letter(letter, text, start, place);
    }
    let shown = visible(letter);
    match CHARACTERS
        .iter()
        .find(|(letters, ..)| letters.contains(letter))
    {
        Some((_, what, help)) => {
            Refusal::new(format!("`{shown}` is {what}"), place).with_help(*help)
        }
        None => Refusal::new(format!("`{shown}` is no part of an expression"), place),
    }
}

/// The letter, or its number if nobody would see it.
pub(super) fn visible(letter: char) -> String {
    let hidden = letter.is_control() || letter.is_whitespace() || INVISIBLE.contains(letter);
    if hidden {
        format!("U+{:04X}", u32::from(letter))
    } else {
        letter.to_string()
    }
}

/// Refuses a letter outside ASCII at `end`, right after the name that began at `start`.
pub(super) fn reject_letter(text: &str, start: usize, end: usize) -> Outcome<()> {
    match text[end..].chars().next() {
        Some(letter) if letter.is_alphanumeric() => {
            let place = range(end, end + letter.len_utf8());
            Err(foreign_letter(letter, text, start, place))
        }
        _ => Ok(()),
    }
}

fn foreign_letter(letter: char, text: &str, start: usize, place: TextRange) -> Refusal {
    let is_part = |letter: &char| letter.is_alphanumeric() || *letter == '_';
    let name: String = text[start..].chars().take_while(is_part).take(40).collect();
    Refusal::new(format!("`{letter}` cannot be part of a name"), place).with_help(format!(
        "names consist of the letters a to z, digits and `_`; read such a field by its key: `a[\"{name}\"]`"
    ))
}

/// The error about a number that a name follows at once; `tail` is what cannot belong to it.
pub(super) fn number_runs_on(text: &str, whole: TextRange, tail: TextRange) -> Refusal {
    let written = &text[whole.start as usize..whole.end as usize];
    let help = match &text[tail.start as usize..tail.end as usize] {
        "s" | "m" | "h" | "d" | "w" | "mo" | "y" | "ms" => {
            format!("write a duration as `duration(\"{written}\")`")
        }
        "u" | "U" => "a number with `u` has no fraction and no exponent".to_owned(),
        "x" => "hexadecimal digits (0 to 9, a to f) follow `0x`".to_owned(),
        "e" | "E" => "digits follow `e`: `1e6`".to_owned(),
        tail if tail.starts_with('X') => "hexadecimal numbers start with `0x`".to_owned(),
        tail if tail.starts_with('_') => "write the digits without `_`".to_owned(),
        _ => "a name cannot start with a digit; text stands in quotes".to_owned(),
    };
    Refusal::new(format!("`{written}` is no number"), whole).with_help(help)
}
