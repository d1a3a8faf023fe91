//! Which parts of a text are records, and what each of them has to fit.

use super::{Compiled, OWN_KINDS, Strictness, VERSIONS, Validators};
use crate::finding::{Applicability, EngineCheck, Fault};
use crate::kind::vocabulary::is_readable;
use crate::kind::wording::{
    Problem, Report, Shape, Unit, What, cited, explain, fault, found, item_anchor, list, replace,
    similar,
};
use crate::kind::{KindId, LadderWords};
use crate::source::SourceId;
use crate::syntax::{Node, NodeKind, Parsed};

/// The field of a collection that holds its records.
const ITEMS: &str = "items";
/// The field of a collection that holds values for all of them.
const DEFAULTS: &str = "defaults";
/// What a record needs even in a fragment.
const IDENTITY: [&str; 4] = ["apiVersion", "kind", "id", "name"];
/// How many kinds a help names.
const NAMED: usize = 12;

/// Checks every document of a text. Returns the faults in the order of the text, and the numbers
/// of the nodes that rules must not read.
///
/// `words` are the words of ladders that hold where the text lies: [`Vocabulary::at`].
///
/// [`Vocabulary::at`]: crate::kind::Vocabulary::at
#[must_use]
pub fn validate(
    validators: &Validators,
    words: &LadderWords,
    parsed: &Parsed,
    source: SourceId,
    strictness: Strictness,
) -> (Vec<Fault>, Vec<u32>) {
    let mut check = Check {
        validators,
        words,
        strictness,
        report: Report::default(),
    };
    for root in parsed.documents(source) {
        check.document(root);
    }
    check.report.finish()
}

struct Check<'a> {
    validators: &'a Validators,
    words: &'a LadderWords,
    strictness: Strictness,
    report: Report,
}

impl<'a> Check<'a> {
    fn document(&mut self, root: Node<'a>) {
        match root.kind() {
            // A separator at the end of a text begins a document in which nothing stands.
            NodeKind::Null => {}
            NodeKind::Mapping => self.mapping(root),
            _ => {
                let message = format!("a document is a map of fields, and this is {}", found(root));
                let fault = fault(EngineCheck::WrongType, message, root, "not a map of fields");
                let fault = fault.with_help("begin it with `apiVersion: govlint/v1` and `kind:`");
                self.report.push(fault, root, Some(root));
            }
        }
    }

    fn mapping(&mut self, root: Node<'a>) {
        let version = root
            .entry("apiVersion")
            .filter(|(_, value)| value.kind() != NodeKind::Null);
        let kind = root
            .entry("kind")
            .filter(|(_, value)| value.kind() != NodeKind::Null);
        let kind_name = kind.and_then(|(_, value)| value.as_str());
        let known_kind = kind_name.and_then(|name| self.validators.kinds.find(name));
        match version {
            Some((_, version)) if !VERSIONS.contains(&version.text()) => {
                if is_ours(version, known_kind.is_some()) {
                    self.unknown_version(version, self.subject(root, known_kind));
                }
            }
            None if known_kind.is_some() => {
                self.lacks(root, "apiVersion", self.subject(root, known_kind));
            }
            None => self.unrecognized(root, kind_name),
            Some(_) => match (kind, known_kind) {
                (_, Some(kind)) => self.record(root, kind),
                (None, _) => self.lacks(root, "kind", None),
                (Some((_, value)), None) => self.unknown_kind(value),
            },
        }
    }

    fn unknown_version(&mut self, version: Node<'a>, subject: Option<String>) {
        let message = format!(
            "{} is no version that can be read",
            cited(&version.describe())
        );
        let mut fault = fault(
            EngineCheck::UnknownKind,
            message,
            version,
            "unknown version",
        )
        .about(subject, "apiVersion");
        fault.help = Some(format!("write {}", list(VERSIONS, NAMED, "or")));
        fault.fix = replace(
            version,
            "write `govlint/v1`",
            Applicability::Unsafe,
            VERSIONS[0],
        );
        self.report.push(fault, version, Some(version));
    }

    fn lacks(&mut self, root: Node<'a>, name: &str, subject: Option<String>) {
        let empty = root.entry(name).map(|(key, _)| key);
        let first = root.entries().next().map(|(key, _)| key);
        let at = empty.or(first).unwrap_or(root);
        let message = format!("this document has no `{name}`");
        let label = if empty.is_some() {
            "is empty"
        } else {
            "is missing"
        };
        let fault = fault(
            EngineCheck::MissingRequired,
            message,
            at,
            format!("`{name}` {label}"),
        );
        let mut fault = fault.about(subject, name);
        fault.help = Some(match name {
            "kind" => format!("say what it describes: {}", self.kind_names()),
            _ => format!("begin it with `apiVersion: {}`", VERSIONS[0]),
        });
        self.report.push(fault, at, None);
    }

    /// A record that says neither version nor kind would be passed over without a word.
    fn unrecognized(&mut self, root: Node<'a>, kind: Option<&str>) {
        let near = kind.and_then(|kind| self.similar_kind(kind));
        let named = root
            .entry("id")
            .filter(|_| root.get("name").is_some() && kind.is_none());
        let Some(at) = near.and(root.entry("kind")).or(named).map(|(key, _)| key) else {
            return;
        };
        let message = "this looks like a governance record, but does not say so";
        let fault = fault(
            EngineCheck::Unrecognized,
            message,
            at,
            "not read as a record",
        );
        let help = format!(
            "begin the document with `apiVersion: {}` and `kind:`",
            VERSIONS[0]
        );
        self.report.push(fault.with_help(help), at, None);
    }

    fn unknown_kind(&mut self, value: Node<'a>) {
        if value.as_str().is_some_and(|name| OWN_KINDS.contains(&name)) {
            return;
        }
        let fault = if value.is_scalar() {
            let message = format!("there is no kind {}", cited(value.text()));
            fault(EngineCheck::UnknownKind, message, value, "unknown kind")
        } else {
            let message = format!("`kind` is {}, and should be one word", found(value));
            fault(EngineCheck::WrongType, message, value, "kind")
        };
        let mut fault = fault.about(None, "kind");
        match self.similar_kind(value.text()) {
            Some(near) => {
                fault.help = Some(format!("did you mean `{near}`?"));
                fault.fix = replace(
                    value,
                    format!("write `{near}`"),
                    Applicability::Unsafe,
                    near,
                );
            }
            None => fault.help = Some(format!("the kinds are {}", self.kind_names())),
        }
        self.report.push(fault, value, Some(value));
    }

    fn similar_kind(&self, name: &str) -> Option<&'a str> {
        similar(
            name,
            self.validators.kinds.iter().map(|(_, kind)| &*kind.name),
        )
    }

    fn kind_names(&self) -> String {
        let kinds = self
            .validators
            .kinds
            .iter()
            .filter(|(_, kind)| kind.items_of.is_none());
        list(kinds.map(|(_, kind)| &*kind.name), NAMED, "and")
    }

    fn record(&mut self, root: Node<'a>, kind: KindId) {
        let anchor = root.get("kind").unwrap_or(root);
        let Some(compiled) = self.compiled(kind, anchor) else {
            return;
        };
        let mut problems = Vec::new();
        compiled.check(self.words, root, &mut problems);
        self.require(compiled, root, |_| false, &mut problems);
        let item_kind = self.validators.kinds.kind(kind).items_of;
        if item_kind.is_some() {
            let items = root.get(ITEMS).into_iter().flat_map(Node::items);
            problems.extend(
                items
                    .filter(|item| item.kind() != NodeKind::Mapping)
                    .map(misfit),
            );
        }
        if !problems.is_empty() {
            explain(&self.unit(root, kind, anchor), problems, &mut self.report);
        }
        if let Some(item_kind) = item_kind {
            self.items(root, kind, item_kind, anchor);
        }
    }

    /// Checks the records of a collection, and the values it gives to all of them.
    fn items(&mut self, root: Node<'a>, collection: KindId, kind: KindId, anchor: Node<'a>) {
        let Some(compiled) = self.compiled(kind, anchor) else {
            return;
        };
        let defaults = root
            .get(DEFAULTS)
            .filter(|defaults| defaults.kind() == NodeKind::Mapping);
        let mut problems = Vec::new();
        if let Some(defaults) = defaults {
            compiled.check(self.words, defaults, &mut problems);
            let unit = Unit {
                subject: self.subject(root, Some(collection)),
                path: DEFAULTS.to_owned(),
                ..self.unit(defaults, kind, anchor)
            };
            explain(&unit, std::mem::take(&mut problems), &mut self.report);
        }
        // An item takes what it lacks from the defaults, but never its id: it would be no record.
        let implied = |name: &str| match name {
            "apiVersion" | "kind" => true,
            "id" => false,
            name => defaults.is_some_and(|defaults| has(defaults, name)),
        };
        let items = root
            .get(ITEMS)
            .into_iter()
            .flat_map(Node::items)
            .enumerate();
        for (index, item) in items.filter(|(_, item)| item.kind() == NodeKind::Mapping) {
            compiled.check(self.words, item, &mut problems);
            self.require(compiled, item, implied, &mut problems);
            if problems.is_empty() {
                continue;
            }
            let mut unit = self.unit(item, kind, item_anchor(item));
            if unit.subject.is_none() {
                unit.subject = self.subject(root, Some(collection));
                unit.path = format!("{ITEMS}[{index}]");
            }
            explain(&unit, std::mem::take(&mut problems), &mut self.report);
        }
    }

    /// Adds the required fields that a record lacks, save those that are `implied`.
    fn require(
        &self,
        compiled: &Compiled,
        node: Node<'a>,
        implied: impl Fn(&str) -> bool,
        problems: &mut Vec<Problem>,
    ) {
        for name in &compiled.required {
            let lenient = self.strictness == Strictness::Fragment && !IDENTITY.contains(&&**name);
            if !has(node, name) && !lenient && !implied(name) {
                problems.push(Problem {
                    node: node.id().index,
                    title: None,
                    what: What::Missing(name.clone()),
                });
            }
        }
    }

    fn unit(&self, node: Node<'a>, kind: KindId, anchor: Node<'a>) -> Unit<'a> {
        let kinds = &*self.validators.kinds;
        let name = &kinds.kind(kind).name;
        let id = readable_id(node);
        Unit {
            kinds,
            words: self.words,
            node,
            record: kinds.kind(kind).record,
            subject: id.map(|id| format!("{name}/{id}")),
            name: id.map_or_else(|| format!("this {name}"), |id| format!("{name} {id}")),
            path: String::new(),
            anchor,
        }
    }

    fn subject(&self, root: Node<'_>, kind: Option<KindId>) -> Option<String> {
        let kind = &self.validators.kinds.kind(kind?).name;
        readable_id(root).map(|id| format!("{kind}/{id}"))
    }

    /// The compiled schema of a kind; if it is no schema, that is told at `at`.
    fn compiled(&mut self, kind: KindId, at: Node<'a>) -> Option<&'a Compiled> {
        match self.validators.of(kind) {
            Ok(compiled) => Some(compiled),
            Err(error) => {
                let fault = fault(
                    EngineCheck::UnknownKind,
                    error.to_string(),
                    at,
                    "its schema cannot be used",
                );
                self.report
                    .push(fault.with_help("mend the schema"), at, Some(at));
                None
            }
        }
    }
}

/// True for a version that is ours but for a slip. Other programs have kinds of the same names,
/// and put their own name before the version.
fn is_ours(version: Node<'_>, is_known_kind: bool) -> bool {
    let text = version.text().to_ascii_lowercase();
    text.starts_with("govlint")
        || similar(&text, VERSIONS.into_iter()).is_some()
        || (is_known_kind && !text.contains('/'))
}

fn has(node: Node<'_>, name: &str) -> bool {
    node.entry(name)
        .is_some_and(|(_, value)| value.kind() != NodeKind::Null)
}

fn readable_id(node: Node<'_>) -> Option<&str> {
    node.get("id").filter(|id| is_readable(*id)).map(Node::text)
}

fn misfit(item: Node<'_>) -> Problem {
    Problem {
        node: item.id().index,
        title: Some("an item".into()),
        what: What::Shape(vec![Shape::Map]),
    }
}
