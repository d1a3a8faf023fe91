//! The words of ladders, as each part of a repository writes them.
//!
//! They are read before documents are checked, and so straight off the trees: an organization
//! that is itself in disorder still names its levels.

use std::sync::Arc;

use super::{Field, Kinds, LadderId};
use crate::source::SourceId;
use crate::syntax::{Node, NodeKind, Parsed};

/// The words that the fields of each ladder accept in one part of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LadderWords(Vec<Vec<Box<str>>>);

impl LadderWords {
    /// The levels that the schemas name.
    #[must_use]
    pub fn built_in(kinds: &Kinds) -> Self {
        let ladders = kinds.ladders().iter();
        Self(ladders.map(|ladder| ladder.levels.clone()).collect())
    }

    /// The words of a ladder, from the lowest level to the highest.
    #[must_use]
    pub fn words(&self, ladder: LadderId) -> &[Box<str>] {
        self.0.get(ladder.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// Replaces levels by the organization's own, each at the place of the level it means. A
    /// level that none of them means keeps its word.
    fn rename(&mut self, ladder: LadderId, list: Node<'_>) {
        let Some(words) = self.0.get_mut(ladder.0 as usize) else {
            return;
        };
        let mut renamed = Vec::with_capacity(words.len());
        for word in std::mem::take(words) {
            let before = renamed.len();
            let own = list.items().filter(|item| {
                let means = item.get("means");
                means.is_some_and(|means| means.text() == &*word)
            });
            renamed.extend(own.filter_map(|item| item.get("level")?.as_str().map(Into::into)));
            if renamed.len() == before {
                renamed.push(word);
            }
        }
        *words = renamed;
    }
}

/// The words of ladders in every folder of a repository: those of the organization in the nearest
/// folder around a text; where no folder around it has one, those of the first organization.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    built_in: LadderWords,
    /// Folder, id of the organization, words; sorted.
    folders: Vec<(Box<str>, Box<str>, LadderWords)>,
}

impl Vocabulary {
    /// Reads the words off the documents of these texts.
    #[must_use]
    pub fn read<'a>(kinds: &Kinds, texts: impl IntoIterator<Item = &'a Parsed>) -> Self {
        let built_in = LadderWords::built_in(kinds);
        let naming: Vec<_> = kinds
            .iter()
            .map(|(_, kind)| &kinds.record(kind.record).fields)
            .map(|fields| {
                fields
                    .iter()
                    .any(|field| field.role.as_deref() == Some("ladders"))
            })
            .collect();
        let mut folders = Vec::new();
        for parsed in texts {
            for root in parsed.documents(SourceId::from_index(0)) {
                let kind = root.get("kind").and_then(Node::as_str);
                let kind = kind.and_then(|name| kinds.find(name));
                let Some(kind) = kind.filter(|kind| naming[kind.0 as usize]) else {
                    continue;
                };
                let Some(id) = root.get("id").filter(|id| is_readable(*id)) else {
                    continue;
                };
                let words = read_words(kinds, &kinds.root(kind).fields, root, &built_in);
                folders.push((
                    folder(parsed.source().path()).into(),
                    id.text().into(),
                    words,
                ));
            }
        }
        folders.sort_by(|left, right| (&left.0, &left.1).cmp(&(&right.0, &right.1)));
        Self { built_in, folders }
    }

    /// The words that hold in the text at `path`.
    #[must_use]
    pub fn at(&self, path: &str) -> &LadderWords {
        let around = self
            .folders
            .iter()
            .filter(|(folder, ..)| path.starts_with(&**folder));
        around
            .max_by_key(|(folder, ..)| folder.len())
            .or(self.folders.first())
            .map_or(&self.built_in, |(.., words)| words)
    }
}

/// True for a scalar that can serve as an id.
pub(super) fn is_readable(id: Node<'_>) -> bool {
    id.is_scalar() && id.kind() != NodeKind::Null && !id.text().is_empty()
}

fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |end| &path[..=end])
}

fn read_words(
    kinds: &Kinds,
    fields: &[Field],
    root: Node<'_>,
    built_in: &LadderWords,
) -> LadderWords {
    let mut words = built_in.clone();
    for field in fields {
        let ladder = field
            .role_ladder
            .as_deref()
            .filter(|_| field.role.as_deref() == Some("ladders"));
        let ladder = ladder.and_then(|name| kinds.find_ladder(name));
        if let (Some(ladder), Some(list)) = (ladder, root.get(&field.name)) {
            words.rename(ladder, list);
        }
    }
    words
}
