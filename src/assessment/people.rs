//! The people of the records, and the words that stand for them where a result is shown to others:
//! the role that somebody holds, or a made-up name.
//!
//! Who is a person, what names one and who holds a role is said by annotations of the schemas.
//! Names that stand in records outside the register of people are not known here.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::catalog::{Catalog, ResourceId};
use crate::syntax::Node;

/// The role of the kind whose records are people.
const PERSON: &str = "person";
/// The word on fields that name a person.
const PERSONAL: &str = "personal";
/// The word on fields that say who holds a role.
const HOLDER: &str = "holder";

/// Parts of a name shorter than this are left alone: too many words look like them.
const SHORTEST_PART: usize = 3;

/// What stands for somebody whose name several people bear, or who is not in the register.
const SOMEBODY: &str = "a person";

/// The people of a run, with everything they are known by.
#[derive(Debug, Clone, Default)]
pub struct People {
    /// By the first word of what is looked for, in lower case; the longest first.
    names: FxHashMap<String, Vec<Name>>,
    /// What stands for each person, by kind and id.
    aliases: BTreeMap<(Box<str>, Box<str>), Alias>,
}

/// Something that somebody is known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    text: String,
    /// True for a part of a name, which counts only as it is written: `Berg` and no `berg`.
    is_part: bool,
    alias: Alias,
}

/// What stands for a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Alias {
    /// The kind of what stands for the person.
    pub(super) kind: Box<str>,
    /// Its id.
    pub(super) id: Box<str>,
    /// The kind of the person.
    person: Box<str>,
    /// True if it is a role and no made-up name.
    is_role: bool,
}

impl Alias {
    /// How it is written where the kind does not stand before it.
    fn alone(&self) -> String {
        if self.is_role {
            return format!("{}/{}", self.kind, self.id);
        }
        self.id.to_string()
    }
}

impl People {
    /// Returns the people of some catalogs, such as those of two revisions. Who is in several is
    /// called as in the first.
    #[must_use]
    pub fn of(catalogs: &[&Catalog]) -> Self {
        let mut people = Self::default();
        let mut parts: BTreeMap<String, BTreeSet<Alias>> = BTreeMap::new();
        let mut unnamed = 0;
        for catalog in catalogs {
            let roles = roles_by_holder(catalog);
            for person in persons(catalog) {
                let key = (kind_name(catalog, person).into(), catalog.id(person).into());
                let known = people.aliases.get(&key).cloned();
                let alias = known.unwrap_or_else(|| {
                    let role = roles.get(&person).copied();
                    unnamed += usize::from(role.is_none());
                    alias(catalog, person, role, unnamed)
                });
                people.add(catalog.id(person), false, &alias);
                for value in personal_values(catalog, person) {
                    people.add_value(value, &alias, &mut parts);
                }
                people.aliases.insert(key, alias);
            }
        }
        people.add_parts(parts);
        // No order of a map comes out of this: each list is sorted by itself.
        #[expect(
            clippy::iter_over_hash_type,
            reason = "the lists do not depend on each other"
        )]
        for names in people.names.values_mut() {
            names.sort_by(|left, right| (right.text.len(), left).cmp(&(left.text.len(), right)));
            names.dedup();
        }
        people
    }

    /// What stands for a resource, if it is a person.
    pub(super) fn alias(&self, kind: &str, id: &str) -> Option<&Alias> {
        self.aliases.get(&(kind.into(), id.into()))
    }

    /// A text with roles and made-up names in place of people; none if it names nobody.
    pub(crate) fn hidden(&self, text: &str) -> Option<String> {
        self.replaced(text, |alias, shown: &mut String, _| {
            let qualified = format!("{}/", alias.person);
            if shown.ends_with(&qualified) {
                shown.truncate(shown.len() - qualified.len());
                shown.extend([&*alias.kind, "/", &*alias.id]);
                return;
            }
            shown.push_str(&alias.alone());
        })
    }

    /// What stands for whoever made a commit, who need not be in the register.
    pub(crate) fn contributor(&self, name: &str) -> String {
        self.hidden(name).unwrap_or_else(|| SOMEBODY.to_owned())
    }

    /// A text in which people are covered up and everything else stays where it is, to the byte and
    /// to the column; none if it names nobody.
    pub(super) fn covered(&self, text: &str) -> Option<String> {
        self.replaced(text, |alias, shown, name| {
            shown.push_str(&cover(name, &alias.id));
        })
    }

    fn replaced(
        &self,
        text: &str,
        mut replace: impl FnMut(&Alias, &mut String, &str),
    ) -> Option<String> {
        let mut shown = String::new();
        let (mut copied, mut at) = (0, 0);
        let mut before = ' ';
        while let Some(character) = text[at..].chars().next() {
            let starts = character.is_alphanumeric() && !before.is_alphanumeric();
            let Some((name, length)) = starts.then(|| self.find(&text[at..])).flatten() else {
                before = character;
                at += character.len_utf8();
                continue;
            };
            shown.push_str(&text[copied..at]);
            replace(&name.alias, &mut shown, &text[at..at + length]);
            at += length;
            copied = at;
            // What follows is no letter or digit, so the next word starts anew.
            before = ' ';
        }
        if copied == 0 {
            return None;
        }
        shown.push_str(&text[copied..]);
        Some(shown)
    }

    /// The longest name that a text begins with, and how many bytes of the text it takes.
    fn find(&self, text: &str) -> Option<(&Name, usize)> {
        let names = self.names.get(&first_word(text))?;
        names.iter().find_map(|name| {
            let length = begins_with(text, &name.text, name.is_part)?;
            let ends = !text[length..].starts_with(char::is_alphanumeric);
            ends.then_some((name, length))
        })
    }

    /// Adds a value of a field: the whole, the parts of a name, and the local part of an address.
    fn add_value(
        &mut self,
        value: &str,
        alias: &Alias,
        parts: &mut BTreeMap<String, BTreeSet<Alias>>,
    ) {
        self.add(value, false, alias);
        if let Some((local, _)) = value.split_once('@') {
            self.add(local, false, alias);
            return;
        }
        for part in value.split(|character: char| !character.is_alphanumeric()) {
            let is_name = part.starts_with(char::is_uppercase);
            if is_name && part.chars().count() >= SHORTEST_PART {
                let bearers = parts.entry(part.to_owned()).or_default();
                bearers.insert(alias.clone());
            }
        }
    }

    /// Adds parts of names; what several people bear tells them not apart.
    fn add_parts(&mut self, parts: BTreeMap<String, BTreeSet<Alias>>) {
        for (part, aliases) in parts {
            let is_shared = aliases.len() > 1;
            let Some(first) = aliases.into_iter().next() else {
                continue;
            };
            let alias = if is_shared {
                Alias {
                    id: SOMEBODY.into(),
                    is_role: false,
                    ..first
                }
            } else {
                first
            };
            self.add(&part, true, &alias);
        }
    }

    fn add(&mut self, text: &str, is_part: bool, alias: &Alias) {
        let text = text.trim_matches(|character: char| !character.is_alphanumeric());
        if text.is_empty() {
            return;
        }
        let name = Name {
            text: text.to_owned(),
            is_part,
            alias: alias.clone(),
        };
        self.names.entry(first_word(text)).or_default().push(name);
    }
}

/// What stands for a person: the role, if there is one, else a name with a number.
fn alias(catalog: &Catalog, person: ResourceId, role: Option<ResourceId>, number: usize) -> Alias {
    let id = role.map_or_else(
        || format!("person-{number}"),
        |role| catalog.id(role).to_owned(),
    );
    Alias {
        kind: kind_name(catalog, role.unwrap_or(person)).into(),
        id: id.into(),
        person: kind_name(catalog, person).into(),
        is_role: role.is_some(),
    }
}

/// The resources of kinds whose records are people, in the order of their ids.
fn persons(catalog: &Catalog) -> Vec<ResourceId> {
    let kinds = catalog.kinds().iter();
    let kinds = kinds.filter(|(_, kind)| kind.role.as_deref() == Some(PERSON));
    kinds.flat_map(|(kind, _)| catalog.of_kind(kind)).collect()
}

/// For each person the first role that they hold.
pub(super) fn roles_by_holder(catalog: &Catalog) -> BTreeMap<ResourceId, ResourceId> {
    let mut roles = BTreeMap::new();
    for (role, holder) in tagged_references(catalog, HOLDER) {
        roles.entry(holder).or_insert(role);
    }
    roles
}

/// The resources with a field under this word that leads to another one, in order, and that one.
pub(super) fn tagged_references(catalog: &Catalog, tag: &str) -> Vec<(ResourceId, ResourceId)> {
    let mut found = Vec::new();
    for (kind, _) in catalog.kinds().iter() {
        let fields = &catalog.kinds().root(kind).fields;
        let fields: Vec<_> = fields
            .iter()
            .filter(|field| is_tagged(&field.tags, tag))
            .collect();
        for resource in catalog.of_kind(kind).filter(|_| !fields.is_empty()) {
            let targets = fields.iter().filter_map(|field| {
                let (node, _) = catalog.field(resource, field)?;
                catalog.reference_at(node.id())?.target.resource()
            });
            found.extend(targets.map(|target| (resource, target)));
        }
    }
    found
}

fn personal_values(catalog: &Catalog, person: ResourceId) -> Vec<&str> {
    let fields = &catalog.kinds().root(catalog.resource(person).kind).fields;
    let personal = fields
        .iter()
        .filter(|field| is_tagged(&field.tags, PERSONAL));
    personal
        .filter_map(|field| catalog.field(person, field))
        .map(|(node, _): (Node<'_>, _)| node.text())
        .collect()
}

fn is_tagged(tags: &[Box<str>], tag: &str) -> bool {
    tags.iter().any(|word| &**word == tag)
}

fn kind_name(catalog: &Catalog, resource: ResourceId) -> &str {
    &catalog.kinds().kind(catalog.resource(resource).kind).name
}

fn first_word(text: &str) -> String {
    let word = text
        .chars()
        .take_while(|character| character.is_alphanumeric());
    word.flat_map(char::to_lowercase).collect()
}

/// How many bytes of a text a name takes that it begins with.
fn begins_with(text: &str, name: &str, as_written: bool) -> Option<usize> {
    let mut characters = text.char_indices();
    for wanted in name.chars() {
        let (_, found) = characters.next()?;
        let same = found == wanted
            || !as_written && found.to_lowercase().eq(wanted.to_lowercase())
            || as_written && found == wanted.to_uppercase().next().unwrap_or(wanted);
        if !same {
            return None;
        }
    }
    Some(characters.next().map_or(text.len(), |(at, _)| at))
}

/// What covers a name: what stands for it where that fits, and stars, in as many bytes and
/// characters as the name has.
fn cover(name: &str, alias: &str) -> String {
    if name.is_ascii() && alias.is_ascii() && alias.len() <= name.len() {
        return format!("{alias}{}", "*".repeat(name.len() - alias.len()));
    }
    let star = |character: char| match character.len_utf8() {
        1 => '*',
        2 => '×',
        3 => '＊',
        _ => '🞶',
    };
    name.chars().map(star).collect()
}

#[cfg(test)]
mod tests {
    use super::cover;

    #[test]
    fn a_cover_has_the_shape_of_the_name() {
        for (name, alias, covered) in [
            ("Kari Olsen", "cfo", "cfo*******"),
            ("k-olsen", "it-director", "*******"),
            ("Søren", "cio", "*×***"),
            ("李🙂", "a", "＊🞶"),
        ] {
            let shown = cover(name, alias);
            assert_eq!(shown, covered);
            assert_eq!(shown.len(), name.len());
            assert_eq!(shown.chars().count(), name.chars().count());
        }
    }
}
