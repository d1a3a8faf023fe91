//! The source files as text, with code, comments and literals told apart.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// All files of a source folder, by path (`src/source/span.rs`).
pub(crate) struct Tree {
    pub(crate) files: BTreeMap<String, Text>,
}

/// One file, blanked in three ways; every view has the length and the lines of the file.
pub(crate) struct Text {
    pub(crate) raw: String,
    /// Code outside test modules, without comments and without what stands inside literals.
    pub(crate) code: String,
    /// What stands inside string and character literals outside test modules.
    pub(crate) literals: String,
}

impl Tree {
    /// Reads the Rust files below `folder`. Tests run in the folder of the package.
    pub(crate) fn read(folder: &str) -> Tree {
        let mut files = BTreeMap::new();
        read_folder(Path::new(folder), &mut files);
        Tree { files }
    }

    /// A tree made up for a test.
    pub(crate) fn of<const N: usize>(files: [(&str, &str); N]) -> Tree {
        let files = files
            .into_iter()
            .map(|(path, raw)| (path.to_owned(), Text::new(path, raw)))
            .collect();
        Tree { files }
    }
}

impl Text {
    fn new(path: &str, raw: &str) -> Text {
        let classes = classify(raw);
        let mut code = keep(raw, &classes, Class::Code);
        let mut literals = keep(raw, &classes, Class::Literal);
        if path.ends_with("/tests.rs") || path.contains("/tests/") {
            blank(&mut code, 0, raw.len());
            blank(&mut literals, 0, raw.len());
        }
        blank_test_items(&mut code, &mut literals);
        Text {
            raw: raw.to_owned(),
            code,
            literals,
        }
    }
}

/// The number of the line that holds the byte `at`, counted from one.
pub(crate) fn line_of(view: &str, at: usize) -> usize {
    1 + view[..at].matches('\n').count()
}

/// The lines of a view with their numbers, counted from one.
pub(crate) fn numbered(view: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(view.lines())
}

/// Whether `word`, found in `line` at `at`, stands there as a word of its own.
pub(crate) fn is_word(line: &str, at: usize, word: &str) -> bool {
    let before = line[..at].chars().next_back();
    let after = line[at + word.len()..].chars().next();
    !before.is_some_and(in_word) && !after.is_some_and(in_word)
}

/// Whether a character can stand inside a Rust name.
pub(crate) fn in_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn read_folder(folder: &Path, files: &mut BTreeMap<String, Text>) {
    for entry in fs::read_dir(folder).expect("the source folder is there") {
        let path = entry.expect("a folder entry can be read").path();
        if path.is_dir() {
            read_folder(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let raw = fs::read_to_string(&path).expect("a source file is UTF-8");
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            let name = parts.join("/");
            let text = Text::new(&name, &raw);
            files.insert(name, text);
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Code,
    Comment,
    Literal,
}

/// The class of each byte. Quotes count as code, so that blanked code keeps its shape.
fn classify(raw: &str) -> Vec<Class> {
    let mut classes = Vec::with_capacity(raw.len());
    while classes.len() < raw.len() {
        let (open, body, close, class) = token(&raw[classes.len()..]);
        classes.extend(std::iter::repeat_n(Class::Code, open));
        classes.extend(std::iter::repeat_n(class, body));
        classes.extend(std::iter::repeat_n(Class::Code, close));
    }
    classes
}

/// The lengths of the opening, body and closing of the token that `rest` begins with.
fn token(rest: &str) -> (usize, usize, usize, Class) {
    if rest.starts_with("//") {
        return (0, rest.find('\n').unwrap_or(rest.len()), 0, Class::Comment);
    }
    if rest.starts_with("/*") {
        return (0, block_comment(rest), 0, Class::Comment);
    }
    if let Some((open, close)) = raw_string(rest) {
        let body = rest[open..].find(&close).unwrap_or(rest.len() - open);
        let close = close.len().min(rest.len() - open - body);
        return (open, body, close, Class::Literal);
    }
    if rest.starts_with('"') || is_character(rest) {
        let body = escaped(rest);
        let close = (rest.len() - 1 - body).min(1);
        return (1, body, close, Class::Literal);
    }
    (word_length(rest), 0, 0, Class::Code)
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        let tail = &rest.as_bytes()[at..];
        match tail {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// For `r"`, `br#"` and the like: the length of the opening, and the closing.
fn raw_string(rest: &str) -> Option<(usize, String)> {
    let after = rest.trim_start_matches(['b', 'c']);
    let prefix = rest.len() - after.len();
    let hashes = after.strip_prefix('r').filter(|_| prefix <= 1)?;
    let quote = hashes.trim_start_matches('#');
    let count = hashes.len() - quote.len();
    quote
        .starts_with('"')
        .then(|| (prefix + count + 2, format!("\"{}", "#".repeat(count))))
}

/// The length from behind the opening quote up to the same quote, unescaped.
fn escaped(rest: &str) -> usize {
    let quote = rest.chars().next();
    let mut skip = false;
    for (at, character) in rest[1..].char_indices() {
        match character {
            _ if skip => skip = false,
            '\\' => skip = true,
            _ if Some(character) == quote => return at,
            _ => {}
        }
    }
    rest.len() - 1
}

/// Whether `rest` begins with a character literal and not with a lifetime.
fn is_character(rest: &str) -> bool {
    let mut characters = rest.chars();
    characters.next() == Some('\'')
        && match characters.next() {
            Some('\\') => true,
            Some(_) => characters.next() == Some('\''),
            None => false,
        }
}

/// A whole word at once, so that the `r` at the end of `for` opens no raw string.
fn word_length(rest: &str) -> usize {
    let first = rest.chars().next().map_or(0, char::len_utf8);
    rest.find(|c| !in_word(c)).unwrap_or(rest.len()).max(first)
}

fn keep(raw: &str, classes: &[Class], class: Class) -> String {
    let kept = |(at, c): (usize, char)| {
        if classes[at] == class {
            c.to_string()
        } else {
            blanked(c)
        }
    };
    raw.char_indices().map(kept).collect()
}

fn blank(text: &mut String, start: usize, end: usize) {
    let blanks: String = text[start..end].chars().map(blanked).collect();
    text.replace_range(start..end, &blanks);
}

/// Blanks as long as the character, or the line end that it is.
fn blanked(c: char) -> String {
    if c == '\n' {
        return c.to_string();
    }
    " ".repeat(c.len_utf8())
}

/// Blanks what follows `#[cfg(test)]`, up to its closing brace or semicolon, or up to the
/// end of what it stands in.
fn blank_test_items(code: &mut String, literals: &mut String) {
    const MARK: &str = "#[cfg(test)]";
    while let Some(start) = code.find(MARK) {
        let end = start + MARK.len() + item_length(&code[start + MARK.len()..]);
        blank(code, start, end);
        blank(literals, start, end);
    }
}

fn item_length(rest: &str) -> usize {
    let mut depth = 0;
    for (at, c) in rest.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return at;
        }
        if depth == 0 && matches!(c, '}' | ';') {
            return at + 1;
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_keeps_one_class_and_every_line() {
        let text = Text::new(
            "src/a.rs",
            "let a = \"fs\"; // fs\nlet 'b: r#\"x\"y\"#, '\\'', b\"z\" /* /* fs */ fs */ end\n",
        );
        assert_eq!(
            squeeze(&text.code),
            "let a = \" \"; let 'b: r#\" \"#, ' ', b\" \" end"
        );
        assert_eq!(squeeze(&text.literals), r#"fs x"y \' z"#);
        assert_eq!(text.code.len(), text.raw.len());
        assert_eq!(line_of(&text.code, text.raw.find("end").unwrap()), 2);
    }

    #[test]
    fn test_items_are_blank_and_what_follows_them_is_not() {
        let raw =
            "#[cfg(test)]\nmod tests { fn a() { \"x\" } }\nfn b() {}\n#[cfg(test)] mod c;\nuse d;";
        let text = Text::new("src/a.rs", raw);
        assert_eq!(squeeze(&text.code), "fn b() {} use d;");
        assert_eq!(squeeze(&text.literals), "");
        assert_eq!(Text::new("src/a/tests.rs", "use std::fs;").code.trim(), "");
    }

    #[test]
    fn a_test_field_ends_with_its_struct() {
        let text = Text::new("src/a.rs", "struct A {\n #[cfg(test)]\n b: C,\n}\nuse d;");
        assert_eq!(squeeze(&text.code), "struct A { } use d;");
    }

    fn squeeze(view: &str) -> String {
        view.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
