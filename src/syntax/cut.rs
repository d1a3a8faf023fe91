//! Entries cut out of a list: the bytes that go, so that everything else stays as it is.
//!
//! What cannot be cut without touching something else is not cut: an entry that an anchor names, or
//! one that shares its lines with more than its own comment.

use crate::source::TextRange;

use super::{Node, offset};

/// What goes with entries of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The bytes, in the order of the text; they neither overlap nor touch, save for whole lines.
    pub ranges: Vec<TextRange>,
    /// True if a comment goes with them.
    pub takes_comment: bool,
}

/// Returns what goes with entries of a list, none of which is its first.
#[must_use]
pub fn cut(list: Node<'_>, entries: &[Node<'_>]) -> Option<Cut> {
    if list.alias_span().is_some() {
        return None;
    }
    let text = list.parsed().source().text();
    let is_flow = text[list.range().start as usize..].starts_with('[');
    let mut whole = Cut {
        ranges: Vec::new(),
        takes_comment: false,
    };
    for entry in entries {
        let place = place(*entry);
        if has_properties(*entry, place) {
            return None;
        }
        let (range, takes_comment) = if is_flow {
            in_brackets(text, place)
        } else {
            lines(text, place)?
        };
        whole.ranges.push(range);
        whole.takes_comment |= takes_comment;
    }
    Some(whole)
}

/// Where an entry is written: for what an alias brought, the alias.
fn place(entry: Node<'_>) -> TextRange {
    let alias = entry.alias_span().map(|span| span.range);
    alias.unwrap_or(entry.range())
}

/// True if there is a tag or an anchor before the entry or in it. What an alias brought has those of
/// the value it names, which stays where it is.
fn has_properties(entry: Node<'_>, place: TextRange) -> bool {
    let is_own = entry.alias_span().is_none() && entry.properties_span().is_some();
    let within = |range: TextRange| place.start <= range.start && range.end <= place.end;
    let properties = &entry.parsed().tree().properties;
    is_own || properties.iter().any(|(_, range)| within(*range))
}

/// The entry with the comma before it; without a comma, where a comment stands between them, the
/// entry alone.
fn in_brackets(text: &str, place: TextRange) -> (TextRange, bool) {
    let before = &text[..place.start as usize];
    let start = before
        .trim_end_matches([' ', '\t', '\r', '\n'])
        .strip_suffix(',')
        .map_or(before.len(), str::len);
    let range = TextRange::new(offset(start), place.end);
    (range, has_comment(slice(text, place)))
}

/// The lines of the entry, if nothing but its indicator and a comment stands on them.
fn lines(text: &str, place: TextRange) -> Option<(TextRange, bool)> {
    let start = text[..place.start as usize]
        .rfind('\n')
        .map_or(0, |end| end + 1);
    let lead = &text[start..place.start as usize];
    let indicator = lead.trim_matches([' ', '\t']);
    // The range of a text that keeps its line ends runs to the start of the next line.
    let last = text[..place.end as usize]
        .trim_end_matches(['\r', '\n'])
        .len();
    let end = text[last..]
        .find('\n')
        .map_or(text.len(), |length| last + length + 1);
    let rest = text[last..end].trim();
    let is_alone = indicator == "-" && (rest.is_empty() || rest.starts_with('#'));
    let range = TextRange::new(offset(start), offset(end.max(place.end as usize)));
    is_alone.then(|| (range, !rest.is_empty() || has_comment(slice(text, place))))
}

fn slice(text: &str, range: TextRange) -> &str {
    &text[range.start as usize..range.end as usize]
}

/// True if a comment may stand in a text of several lines.
fn has_comment(text: &str) -> bool {
    text.contains('\n') && (text.contains(" #") || text.contains("\n#") || text.contains("\t#"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::cut;
    use crate::source::{Source, SourceId};
    use crate::syntax::{Node, parse};

    /// Cuts the entries with these numbers out of the list under `list`. A comment that goes is told
    /// by `!` before the text.
    #[track_caller]
    fn check(text: &str, numbers: &[usize], expected: Option<&str>) {
        let parsed = parse(&Arc::new(Source::new("a.yaml", text)));
        let id = SourceId::from_index(0);
        let root = parsed.documents(id).next().unwrap();
        let list = root.get("list").unwrap();
        let items: Vec<Node<'_>> = list.items().collect();
        let doomed: Vec<Node<'_>> = numbers.iter().map(|number| items[*number]).collect();
        let cut = cut(list, &doomed).map(|cut| {
            let mut after = text.to_owned();
            for range in cut.ranges.iter().rev() {
                after.replace_range(range.start as usize..range.end as usize, "");
            }
            let sign = if cut.takes_comment { "!" } else { "" };
            format!("{sign}{after}")
        });
        assert_eq!(cut.as_deref(), expected, "{text}");
    }

    #[test]
    fn entries_on_lines_of_their_own_go_with_their_lines() {
        check("list:\n- a\n- b\n- a\n", &[2], Some("list:\n- a\n- b\n"));
        check("list:\n- a\n- a", &[1], Some("list:\n- a\n"));
        check(
            "list:\r\n  - a\r\n  - a\r\nb: 1\r\n",
            &[1],
            Some("list:\r\n  - a\r\nb: 1\r\n"),
        );
        check(
            "list:\n# one\n- a\n# two\n- a\n# three\n- b\n",
            &[1],
            Some("list:\n# one\n- a\n# two\n# three\n- b\n"),
        );
        check(
            "list:\n- {a: 1}\n- a: 1\n  b: 2\nc: 3\n",
            &[1],
            Some("list:\n- {a: 1}\nc: 3\n"),
        );
        check(
            "list:\n- a\n- |\n  a\n  b\n- c\n",
            &[1],
            Some("list:\n- a\n- c\n"),
        );
        check("list:\n- a\n- a\n- a\n", &[1, 2], Some("list:\n- a\n"));
        check(
            "list:\n- - a\n  - a\n- - a\n",
            &[1],
            Some("list:\n- - a\n  - a\n"),
        );
    }

    #[test]
    fn a_comment_that_goes_is_told() {
        check(
            "list:\n- a # one\n- a # two\n",
            &[1],
            Some("!list:\n- a # one\n"),
        );
        check(
            "list:\n- a\n- a: 1 # two\n  b: 1\n",
            &[1],
            Some("!list:\n- a\n"),
        );
    }

    #[test]
    fn entries_between_brackets_go_with_a_comma() {
        check("list: [a, b, a]\n", &[2], Some("list: [a, b]\n"));
        check("list: [a, a, a, b]\n", &[1, 2], Some("list: [a, b]\n"));
        check(
            "list: [a,\n  a, # two\n  b]\n",
            &[1],
            Some("list: [a, # two\n  b]\n"),
        );
        check(
            "list: [\n  a, # one\n  a\n]\n",
            &[1],
            Some("list: [\n  a, # one\n  \n]\n"),
        );
        check(
            "list: [a, {b: 1, # two\n  c: 2}]\n",
            &[1],
            Some("!list: [a]\n"),
        );
    }

    #[test]
    fn what_an_anchor_names_stays() {
        check("list:\n- a\n- &x a\nb: *x\n", &[1], None);
        check("list: [a, &x a]\nb: *x\n", &[1], None);
        check(
            "list:\n- &x a\n- *x\n- b\n",
            &[1],
            Some("list:\n- &x a\n- b\n"),
        );
        check("of: &x [a, a]\nlist: *x\n", &[1], None);
        check("list:\n-\n  a\n-\n  a\n", &[1], None);
    }
}
