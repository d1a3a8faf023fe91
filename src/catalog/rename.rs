//! Another id for a resource or an item of one, in every place that names it.
//!
//! Only what is understood can be renamed: where a text that names it stands in something that
//! cannot be read, nothing is. Prose, the baseline and whatever lies outside the records are not
//! looked at.

use std::collections::{BTreeMap, BTreeSet};

use super::{Catalog, Reference, ResourceId, Target, outline};
use crate::finding::{Edit, EngineCheck, Fault, Fix};
use crate::kind::{RecordId, ReferenceField, UNKNOWN};
use crate::source::{SourceId, Span, TextRange};
use crate::syntax::{Node, NodeId, Parsed, ScalarStyle, is_bare_text};

impl Catalog {
    /// The edits that give a resource or an item another id: where it is defined, and wherever it is
    /// named. None if the id is taken, or not every place can be found and changed.
    #[must_use]
    pub fn renaming(&self, named: Target, new: &str) -> Option<Vec<Edit>> {
        let texts = Texts::of(self);
        Renaming::of(self, &texts, named, new)?.edits()
    }
}

/// Lets the fix of an id that is written wrongly rename it everywhere; it has none where that cannot
/// be done, or where two ids would become one. In a part of a repository (`is_whole` is false) nobody
/// knows what the rest names.
pub(crate) fn rename_everywhere(catalog: &Catalog, is_whole: bool, faults: &mut [Fault]) {
    let about_ids: Vec<&mut Fault> = faults
        .iter_mut()
        .filter(|fault| is_about_id(fault))
        .collect();
    if about_ids.is_empty() {
        return;
    }
    let (ids, mut texts) = (catalog.ids(), Texts::of(catalog));
    texts.hides |= !is_whole;
    let mut claims: BTreeMap<(RecordId, String), usize> = BTreeMap::new();
    let mut wanted = Vec::new();
    for fault in about_ids {
        let edit = fault.fix.as_ref().and_then(|fix| fix.edits.first());
        let Some((named, edit)) = edit.and_then(|edit| Some((*ids.get(&edit.span)?, edit))) else {
            continue;
        };
        let new = edit.replacement.clone();
        *claims
            .entry((catalog.record_of(named), new.clone()))
            .or_default() += 1;
        wanted.push((fault, named, new));
    }
    for (fault, named, new) in wanted {
        let is_claimed_once = claims[&(catalog.record_of(named), new.clone())] == 1;
        let renaming = Renaming::of(catalog, &texts, named, &new);
        let is_free = is_claimed_once && renaming.as_ref().is_none_or(Renaming::is_free);
        let edits = renaming
            .filter(|_| is_free)
            .and_then(|renaming| renaming.edits());
        fault.fix = fault.fix.take().zip(edits).map(|(fix, edits)| Fix {
            title: title(&new, edits.len()),
            edits,
            comes_last: true,
            ..fix
        });
        if !is_free {
            fault.help = Some(format!("give it another id; `{new}` would be that of two"));
        }
    }
}

fn title(new: &str, places: usize) -> String {
    match places {
        0 | 1 => format!("rename it to `{new}`"),
        2 => format!("rename it to `{new}`, and where it is named"),
        places => format!(
            "rename it to `{new}`, and in the {} places that name it",
            places - 1
        ),
    }
}

fn is_about_id(fault: &Fault) -> bool {
    let is_id = fault.path.rsplit('.').next() == Some("id");
    fault.check == EngineCheck::ValueNotAllowed && is_id && fault.fix.is_some()
}

impl Catalog {
    /// Everything that has an id, by the place of the id.
    fn ids(&self) -> BTreeMap<Span, Target> {
        let resources = (0..).zip(&self.resources);
        let resources =
            resources.map(|(id, resource)| (self.node(resource.id).span(), Target::Resource(id)));
        let items = self.items().filter_map(|item| {
            let id = self.node(item.node).get("id")?;
            Some((id.span(), Target::Item(*item)))
        });
        resources.chain(items).collect()
    }

    /// The fields of what is named.
    fn record_of(&self, named: Target) -> RecordId {
        match named {
            Target::Item(item) => item.record,
            named => {
                let resource = named.resource().expect("only what has an id is renamed");
                self.kinds.kind(self.resource(resource).kind).record
            }
        }
    }
}

/// One resource or item, on its way to another id.
struct Renaming<'a> {
    catalog: &'a Catalog,
    texts: &'a Texts<'a>,
    named: Target,
    /// The resource, or the one that the item stands in.
    resource: ResourceId,
    record: RecordId,
    id: Node<'a>,
    new: &'a str,
}

impl<'a> Renaming<'a> {
    fn of(catalog: &'a Catalog, texts: &'a Texts<'a>, named: Target, new: &'a str) -> Option<Self> {
        let (resource, id) = match named {
            Target::Resource(resource) => (resource, catalog.resource(resource).id),
            Target::Item(item) => (item.holder, catalog.node(item.node).get("id")?.id()),
            _ => return None,
        };
        let renaming = Self {
            catalog,
            texts,
            named,
            resource,
            record: catalog.record_of(named),
            id: catalog.node(id),
            new,
        };
        Some(renaming)
    }

    /// True if nothing of its kind or list has the new id.
    fn is_free(&self) -> bool {
        let catalog = self.catalog;
        let is_taken = match self.named {
            Target::Item(item) => catalog.find_items(item.record, self.new).next().is_some(),
            _ => {
                let kind = catalog.resource(self.resource).kind;
                catalog.find(kind, self.new).is_some()
            }
        };
        self.new != UNKNOWN && !is_taken
    }

    /// True if nothing else of its kind or list has the old id.
    fn is_alone(&self) -> bool {
        let catalog = self.catalog;
        let old = self.id.text();
        if let Target::Item(item) = self.named {
            return catalog.find_items(item.record, old).count() == 1;
        }
        // Equal ids stand side by side.
        let own = catalog.of_kind(catalog.resource(self.resource).kind);
        let before = self.resource.checked_sub(1).into_iter();
        let mut beside = before.chain([self.resource + 1]);
        !beside.any(|other| own.contains(&other) && catalog.id(other) == old)
    }

    /// True if it may be named where nothing is understood.
    fn is_stray(&self) -> bool {
        self.texts.hides || self.texts.strays.contains(self.id.text())
    }

    fn edits(&self) -> Option<Vec<Edit>> {
        if !self.is_free() || !self.is_alone() || self.is_stray() {
            return None;
        }
        let mut changed: BTreeSet<NodeId> = BTreeSet::from([self.id.id()]);
        let mut edits: BTreeMap<Span, String> = BTreeMap::new();
        let whole = TextRange::new(0, length(self.id.text()));
        edits.extend([self.edit(self.id, whole, self.new)?]);
        for (_, reference) in self.catalog.references_to(self.resource) {
            let node = self.catalog.node(reference.node);
            if let Some(place) = self.place_in(reference, node) {
                let word = self.word(reference, node, place);
                edits.extend([self.edit(node, place, &word)?]);
                changed.insert(reference.node);
            }
        }
        let edits = edits.into_iter();
        let edits: Vec<Edit> = edits
            .map(|(span, replacement)| Edit { span, replacement })
            .collect();
        (!self.changes_others(&changed)).then_some(edits)
    }

    /// Where in a reference the id stands; none if the reference does not name it.
    fn place_in(&self, reference: &Reference, node: Node<'_>) -> Option<TextRange> {
        let text = node.text();
        let (path, item) = match text.split_once('#') {
            Some((path, item)) => (path, Some(item)),
            None => (text, None),
        };
        let after = |start: usize| TextRange::new(length(&text[..start]), length(text));
        let of_path = || {
            let start = path.find('/').map_or(0, |slash| slash + 1);
            TextRange::new(length(&path[..start]), length(path))
        };
        let names_subject = || {
            self.reference_field(reference)
                .is_some_and(|field| field.subject)
        };
        let place = match (self.named, reference.target) {
            (Target::Resource(own), target) if target.resource() == Some(own) => match target {
                // A short form names the item, and not what holds it.
                Target::Item(_) if item.is_none() => return None,
                _ => of_path(),
            },
            (Target::Item(own), Target::Item(target)) if own.node == target.node => match item {
                Some(_) => after(path.len() + 1),
                None => of_path(),
            },
            // What a rule says of an item is known by the id of the item.
            (Target::Item(own), Target::Resource(holder))
                if own.holder == holder && item == Some(self.id.text()) && names_subject() =>
            {
                after(path.len() + 1)
            }
            _ => return None,
        };
        let written = text.get(place.start as usize..place.end as usize);
        (written == Some(self.id.text())).then_some(place)
    }

    fn reference_field(&self, reference: &Reference) -> Option<&'a ReferenceField> {
        let catalog = self.catalog;
        catalog.kinds.ref_field(reference.path).reference.as_ref()
    }

    /// What a reference says in place of the old id: where the new id alone would mean something
    /// else too, the whole name.
    fn word(&self, reference: &Reference, node: Node<'_>, place: TextRange) -> String {
        let is_bare = place == TextRange::new(0, length(node.text()));
        let field = self.reference_field(reference);
        if !is_bare || !field.is_some_and(|field| self.is_ambiguous(field)) {
            return self.new.to_owned();
        }
        let name = &self
            .catalog
            .kinds
            .kind(self.catalog.resource(self.resource).kind)
            .name;
        match self.named {
            Target::Item(_) => format!("{name}/{}#{}", self.catalog.id(self.resource), self.new),
            _ => format!("{name}/{}", self.new),
        }
    }

    /// True if the new id alone is a word of the field, or the id of something else that it takes.
    fn is_ambiguous(&self, field: &ReferenceField) -> bool {
        let catalog = self.catalog;
        let is_known = |record: &RecordId| match catalog.kinds.record(*record).kind {
            Some(kind) => catalog.find(kind, self.new).is_some(),
            None => catalog.find_items(*record, self.new).next().is_some(),
        };
        let others = field
            .targets
            .iter()
            .filter(|record| **record != self.record);
        field.literals.iter().any(|word| &**word == self.new) || others.into_iter().any(is_known)
    }

    /// The edit of a part of a scalar; none if it does not stand in the text as it is read.
    fn edit(&self, node: Node<'_>, place: TextRange, word: &str) -> Option<(Span, String)> {
        let source = node.parsed().source();
        let span = node.inner_span(place);
        let text = node.text();
        let (start, end) = (place.start as usize, place.end as usize);
        if !source.is_exact() || source.slice(span.range) != &text[start..end] {
            return None;
        }
        let whole = format!("{}{word}{}", &text[..start], &text[end..]);
        let style = node.parsed().tree().nodes[node.id().index as usize].style;
        if style == ScalarStyle::Plain && !is_bare_text(&whole) {
            return Some((node.span(), format!("\"{whole}\"")));
        }
        Some((span, word.to_owned()))
    }

    /// True if an edit changes more than is meant: through an alias, or in a value that is merged.
    fn changes_others(&self, changed: &BTreeSet<NodeId>) -> bool {
        let mut meant: BTreeMap<Span, usize> = BTreeMap::new();
        for node in changed {
            *meant.entry(self.catalog.node(*node).span()).or_default() += 1;
        }
        let shared = &self.texts.shared;
        let mut meant = meant.iter();
        meant.any(|(span, count)| shared.get(span).is_some_and(|all| all > count))
    }
}

/// What is to be known of all texts before anything in them is renamed.
struct Texts<'a> {
    /// True if one of them cannot be read, or is not there.
    hides: bool,
    /// What could be an id and stands where nothing is understood.
    strays: BTreeSet<&'a str>,
    /// How many nodes are written in one place, in texts with aliases.
    shared: BTreeMap<Span, usize>,
}

impl<'a> Texts<'a> {
    fn of(catalog: &'a Catalog) -> Self {
        let mut texts = Self {
            hides: false,
            strays: BTreeSet::new(),
            shared: BTreeMap::new(),
        };
        for source in (0..catalog.parsed.len()).map(SourceId::from_index) {
            if let Some(parsed) = catalog.parsed(source) {
                texts.add(catalog, parsed, source);
            }
        }
        texts
    }

    fn add(&mut self, catalog: &Catalog, parsed: &'a Parsed, source: SourceId) {
        let faults = parsed.faults();
        self.hides |= faults
            .iter()
            .any(|fault| outline::hides_content(fault.check));
        for document in parsed.documents(source) {
            let is_understood = catalog.resource_at(document.id()).is_some();
            self.add_strays(document, is_understood);
        }
        let tree = parsed.tree();
        if !tree.aliases.is_empty() {
            for node in &tree.nodes {
                *self
                    .shared
                    .entry(Span::new(source, node.range))
                    .or_default() += 1;
            }
        }
    }

    fn add_strays(&mut self, node: Node<'a>, is_understood: bool) {
        let is_understood = is_understood && !node.is_broken();
        if !is_understood && node.is_scalar() {
            self.strays.extend(node.text().split(['/', '#']));
        }
        for item in node.items() {
            self.add_strays(item, is_understood);
        }
        // An id names nothing but what it stands in.
        for (_, value) in node.entries().filter(|(key, _)| key.text() != "id") {
            self.add_strays(value, is_understood);
        }
    }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
