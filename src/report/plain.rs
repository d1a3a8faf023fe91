//! A report in plain words: names of records in place of `Kind/id`, titles of rules in place of codes.
//!
//! It changes what is said and nothing of what is counted: values, places and order stay.

use super::Report;
use super::redact::words;
use crate::check::Loaded;

impl Report {
    /// Says every text with the names of records and the titles of rules.
    pub(super) fn say_plainly(&mut self, loaded: &Loaded) {
        let mut say = |text: &mut String| {
            if let Some(plain) = plain(text, &|token| named(loaded, token)) {
                *text = plain;
            }
        };
        say(&mut self.verdict);
        self.notes.iter_mut().for_each(&mut say);
        for section in &mut self.sections {
            words(section, &mut say);
        }
    }
}

/// A text with other words where `say` knows some; none if it knows none.
fn plain(text: &str, say: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let mut plain = String::new();
    let mut rest = text;
    let mut is_changed = false;
    while let Some(start) = rest.find(is_token) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|character| !is_token(character));
        let (token, after) = from.split_at(end.unwrap_or(from.len()));
        plain.push_str(before);
        match say(token) {
            Some(words) => {
                let is_first = plain.is_empty();
                plain.push_str(&if is_first { capitalized(&words) } else { words });
                is_changed = true;
            }
            None => plain.push_str(token),
        }
        rest = after;
    }
    plain.push_str(rest);
    is_changed.then_some(plain)
}

/// True for what references, codes and names of rules are spelled with.
fn is_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '/' | '#' | '-' | '_' | '+' | '~')
}

/// What a reference, or the code or name of a rule, stands for.
fn named(loaded: &Loaded, token: &str) -> Option<String> {
    let Some((kind, id)) = token.split_once('/') else {
        return rule(loaded, token).filter(|_| token.contains('-'));
    };
    let Some(kind) = loaded.policies.kinds.find(kind) else {
        return rule(loaded, token);
    };
    let (id, item) = match id.split_once('#') {
        Some((id, item)) => (id, Some(item)),
        None => (id, None),
    };
    let title = &loaded.policies.kinds.kind(kind).title;
    let name = name(loaded, kind, id).unwrap_or_else(|| id.to_owned());
    let item = item.map_or(String::new(), |item| format!(" ({item})"));
    Some(format!("the {title} {name}{item}"))
}

fn rule(loaded: &Loaded, word: &str) -> Option<String> {
    let rule = loaded.policies.find(word)?;
    Some(format!("“{}”", rule.title))
}

/// How people call a record.
fn name(loaded: &Loaded, kind: crate::kind::KindId, id: &str) -> Option<String> {
    let catalog = &loaded.catalog;
    let resource = catalog.find(kind, id)?;
    let field = catalog.kinds().root(kind).field("name")?;
    let (node, _) = catalog.field(resource, field)?;
    Some(node.text().to_owned()).filter(|name| !name.is_empty())
}

fn capitalized(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn references_are_replaced_wherever_they_stand() {
        let say = |token: &str| match token {
            "System/erp" => Some("the system ERP".to_owned()),
            "System/erp#bi" => Some("the system ERP (bi)".to_owned()),
            "RES-005" => Some("“No plan”".to_owned()),
            _ => None,
        };
        for (text, expected) in [
            ("System/erp fails", Some("The system ERP fails")),
            ("of System/erp, and", Some("of the system ERP, and")),
            ("System/erp's own", Some("The system ERP's own")),
            ("see System/erp#bi.", Some("see the system ERP (bi).")),
            ("(RES-005)", Some("(“No plan”)")),
            ("Systems/erp and a/b", None),
            ("né System/erp", Some("né the system ERP")),
            ("", None),
        ] {
            assert_eq!(plain(text, &say).as_deref(), expected, "{text}");
        }
    }
}
