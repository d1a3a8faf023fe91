//! Texts that do not match a pattern: ids, words of a list, anything else.

use super::Said;
use crate::finding::{Applicability, EngineCheck};
use crate::kind::wording::suggest::cited;
use crate::kind::wording::{Walk, replace};

impl<'a> Said<'a> {
    pub(super) fn form(&self, walk: &mut Walk<'_, 'a>, pattern: &str, description: Option<&str>) {
        let node = self.place.node;
        let text = node.text();
        if let Some((least, most)) = slug_lengths(pattern) {
            return self.slug(walk, least, most);
        }
        if let Some(words) = alternatives(pattern) {
            let words: Vec<Box<str>> = words
                .iter()
                .map(|word| word.replace(".+", "...").into())
                .collect();
            return self.word(walk, &words);
        }
        let message = format!("{} is not written like {}", self.title, cited(text));
        let help = description.map_or_else(
            || format!("it must match `{pattern}`"),
            |description| description.trim_end_matches('.').to_owned(),
        );
        self.tell(
            walk,
            EngineCheck::ValueNotAllowed,
            message,
            Some(help),
            None,
        );
    }

    /// An id: lower-case letters, digits and hyphens.
    fn slug(&self, walk: &mut Walk<'_, 'a>, least: usize, most: usize) {
        let node = self.place.node;
        let text = node.text();
        let message = if text.is_empty() {
            format!("{} is empty text", self.title)
        } else {
            let ailment = slug_ailment(text, least, most);
            format!("{} {} {ailment}", self.title, cited(text))
        };
        let (help, fix) = match to_slug(text).filter(|slug| (least..=most).contains(&slug.len())) {
            Some(slug) => {
                let fix = replace(
                    node,
                    format!("write `{slug}`"),
                    Applicability::Unsafe,
                    &slug,
                );
                (format!("write it like `{slug}`"), fix)
            }
            None => (
                format!("use {least} to {most} lower-case letters, digits and hyphens"),
                None,
            ),
        };
        self.tell(walk, EngineCheck::ValueNotAllowed, message, Some(help), fix);
    }
}

/// The lengths that a pattern of ids allows.
pub(in crate::kind) fn slug_lengths(pattern: &str) -> Option<(usize, usize)> {
    let counts = pattern
        .strip_prefix("^[a-z0-9][a-z0-9-]{")?
        .strip_suffix("}$")?;
    let (least, most) = counts.split_once(',')?;
    Some((
        least.parse::<usize>().ok()? + 1,
        most.parse::<usize>().ok()? + 1,
    ))
}

/// What keeps a text from being an id.
fn slug_ailment(text: &str, least: usize, most: usize) -> String {
    let stray = |character: &char| !matches!(character, 'a'..='z' | '0'..='9' | '-');
    let length = text.chars().count();
    match text.chars().find(stray) {
        Some(letter) if letter.is_ascii_uppercase() => "has upper-case letters".to_owned(),
        Some('_') => "has an underscore".to_owned(),
        Some(' ') => "has a space".to_owned(),
        Some(letter) if letter.is_alphabetic() => format!("has the letter `{letter}`"),
        Some(other) if !other.is_control() => format!("has the character `{other}`"),
        Some(_) => "has characters that cannot be seen".to_owned(),
        None if text.starts_with('-') => "begins with a hyphen".to_owned(),
        None if length < least => "is too short".to_owned(),
        None if length > most => "is too long".to_owned(),
        None => "is not written as an id".to_owned(),
    }
}

/// The id that a text comes nearest to: `ERP_Core` to `erp-core`. None for letters that no id has.
fn to_slug(text: &str) -> Option<String> {
    if text
        .chars()
        .any(|character| character.is_alphanumeric() && !character.is_ascii())
    {
        return None;
    }
    let mut slug = String::new();
    let mut before = ' ';
    for character in text.chars() {
        let starts_word = character.is_ascii_uppercase() && before.is_ascii_lowercase();
        if (starts_word || !character.is_ascii_alphanumeric())
            && !slug.is_empty()
            && !slug.ends_with('-')
        {
            slug.push('-');
        }
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        }
        before = character;
    }
    Some(slug.trim_end_matches('-').to_owned())
}

/// The words of a pattern that is a list of them.
fn alternatives(pattern: &str) -> Option<Vec<&str>> {
    let words: Vec<&str> = pattern
        .strip_prefix("^(")?
        .strip_suffix(")$")?
        .split('|')
        .collect();
    let is_plain = |word: &&str| {
        word.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_:".contains(&byte))
    };
    words
        .iter()
        .filter(|word| !is_plain(word))
        .all(|word| word.ends_with(":.+"))
        .then_some(words)
}
