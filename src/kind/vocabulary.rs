//! The words of ladders, as each part of a repository writes them.
//!
//! They are read before documents are checked, and so straight off the trees: an organization
//! that is itself in disorder still names its levels.

use super::{Field, KindId, Kinds, LadderId};
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
        let mut folders = Vec::new();
        for parsed in texts {
            for (kind, root) in naming(kinds, parsed) {
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

    /// True if a text may have words for ladders.
    #[must_use]
    pub fn may_read(kinds: &Kinds, parsed: &Parsed) -> bool {
        naming(kinds, parsed).next().is_some()
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

/// The documents of a text that are of a kind with words for ladders.
fn naming<'p>(kinds: &Kinds, parsed: &'p Parsed) -> impl Iterator<Item = (KindId, Node<'p>)> {
    let names = |field: &Field| field.role.as_deref() == Some("ladders");
    let documents = parsed.documents(SourceId::from_index(0));
    documents.filter_map(move |root| {
        let kind = kinds.find(root.get("kind").and_then(Node::as_str)?)?;
        let mut fields = kinds.root(kind).fields.iter();
        fields.any(names).then_some((kind, root))
    })
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::kind::SchemaText;
    use crate::source::Source;
    use crate::syntax::parse;

    fn kinds() -> Kinds {
        let company = r#"{
            "x-govlint-kind": "Company", "x-govlint-ladders": {"heat": ["cold", "warm", "hot"]},
            "properties": {
                "heats": {
                    "type": "array", "x-govlint-role": "ladders", "x-govlint-ladder": "heat",
                    "items": {"properties": {"level": {"type": "string"}, "means": {"type": "string"}}}
                }
            }
        }"#;
        let file = SchemaText {
            path: "company.json".to_owned(),
            text: company.to_owned(),
        };
        Kinds::load(&[file]).unwrap()
    }

    fn check(texts: &[(&str, &str)], path: &str, expected: &[&str]) {
        let kinds = kinds();
        let parsed: Vec<Parsed> = texts
            .iter()
            .map(|(path, text)| parse(&Arc::new(Source::new(*path, *text))))
            .collect();
        let vocabulary = Vocabulary::read(&kinds, &parsed);
        let ladder = kinds.find_ladder("heat").unwrap();
        let words: Vec<&str> = vocabulary
            .at(path)
            .words(ladder)
            .iter()
            .map(|word| &**word)
            .collect();
        assert_eq!(words, expected, "{path}");
    }

    const MILD: &str = "kind: Company\nid: mild\nheats: [{level: tepid, means: warm}]\n";
    const HARSH: &str = "kind: Company\nid: harsh\nheats:\n- {level: fire, means: hot}\n- {level: ice, means: cold}\n";

    #[test]
    fn without_an_organization_the_built_in_levels_hold() {
        check(&[], "a.yaml", &["cold", "warm", "hot"]);
        check(
            &[("a.yaml", "kind: Company\nid: a\n")],
            "a.yaml",
            &["cold", "warm", "hot"],
        );
    }

    #[test]
    fn a_level_takes_the_place_of_the_one_it_means() {
        check(&[("o.yaml", MILD)], "a/b.yaml", &["cold", "tepid", "hot"]);
        check(&[("o.yaml", HARSH)], "a/b.yaml", &["ice", "warm", "fire"]);
        let two = "kind: Company\nid: a\nheats: [{level: mild, means: warm}, {level: tepid, means: warm}]\n";
        check(
            &[("o.yaml", two)],
            "a.yaml",
            &["cold", "mild", "tepid", "hot"],
        );
    }

    #[test]
    fn the_nearest_organization_governs_a_text() {
        let texts = [("o.yaml", MILD), ("north/o.yaml", HARSH)];
        check(&texts, "north/deep/a.yaml", &["ice", "warm", "fire"]);
        check(&texts, "south/a.yaml", &["cold", "tepid", "hot"]);
        let texts = [("north/o.yaml", HARSH), ("south/o.yaml", MILD)];
        check(&texts, "west/a.yaml", &["ice", "warm", "fire"]);
    }

    #[test]
    fn disorder_in_the_list_is_passed_over() {
        let text = "kind: Company\nid: a\nheats: [tepid, {level: 5, means: hot}, {means: warm}, {level: x, means: y}]\n";
        check(&[("o.yaml", text)], "a.yaml", &["cold", "warm", "hot"]);
        check(
            &[("o.yaml", "kind: Company\nid: a\nheats: tepid\n")],
            "a.yaml",
            &["cold", "warm", "hot"],
        );
    }
}
