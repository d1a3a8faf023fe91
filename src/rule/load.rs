//! From packs to policies: every rule checked against the kinds it reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::file::Document;
use super::pack::{Overlay, Pack, RuleSetting, Setting};
use super::scoring::{Scoring, ScoringSetting};
use super::signature::{parse_signature, parse_type};
use super::{
    Check, Condition, Example, ExpectedField, Located, Measure, Message, Mistake, Policies, Policy,
    Population, Rule, SeverityCase, literal, scoring, view,
};
use crate::catalog::nearest;
use crate::expr::{
    Expr, Function, LetType, Library, Literal, Param, Relation, RelationEdges, RuleNames, Scope,
    Tables, compile, parse,
};
use crate::finding::{EngineCheck, Severity};
use crate::kind::{Expected, KindId, Kinds, RecordId, RefPathId, Type};
use crate::scalar::Date;
use crate::source::{Source, SourceId, Sources, Span};
use crate::syntax::{self, Node, NodeKind, Parsed};

const RULE_FIELDS: &[&str] = &[
    "apiVersion",
    "kind",
    "code",
    "title",
    "severity",
    "maturity",
    "profile",
    "audience",
    "controls",
    "params",
    "for",
    "let",
    "when",
    "each",
    "key",
    "assert",
    "at",
    "cause",
    "message",
    "why",
    "fix",
    "examples",
    "waivable",
    "measures",
    "since",
    "deprecated",
    "replacedBy",
    "effectiveFrom",
    "engine",
];

/// The names of the fields of a rule file.
#[must_use]
pub fn field_names() -> &'static [&'static str] {
    RULE_FIELDS
}

/// Loads packs: the later ones add to the earlier ones. `profile` is the organization's; the
/// overlay's own wins over it.
///
/// # Errors
///
/// Every mistake in the files, in their order.
pub fn load(
    kinds: &Arc<Kinds>,
    packs: &[Pack],
    overlay: &Overlay,
    profile: Option<&str>,
    sources: &mut Sources,
) -> Result<Policies, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let files = read_files(packs, false, sources, &mut mistakes);
    let names = Names::collect(&files, &mut mistakes);
    let mut loader = Loader {
        kinds,
        names: &names,
        tables: Tables::default(),
        mistakes,
    };
    let mut library = Library::default();
    for (_, document) in of_kind(&files, "Relations") {
        loader.relations(document, &mut library);
    }
    loader.functions(&files, &mut library);
    let mut policies = loader.policies(&files);
    let profiles = loader.profiles(&files);
    let named = overlay.profile.as_deref().or(profile);
    // Without the built-in pack there may be no profile of the default's name: all rules are on.
    let fallback = "mid-market";
    let has_fallback = profiles.contains_key(fallback);
    let chosen = named.unwrap_or(if has_fallback { fallback } else { "" });
    if !profiles.is_empty() && !chosen.is_empty() {
        loader.check_profiles(&profiles, chosen, overlay);
    }
    let settings = loader.settings(&profiles, chosen, overlay);
    let scoring = loader.scoring(&profiles, chosen, overlay, &mut policies);
    let mut rules: Vec<Rule> = Vec::new();
    for (policy, document) in of_kind(&files, "Rule") {
        loader.header(document);
        rules.extend(loader.rule(&library, policy, document, &settings));
    }
    loader.check_settings(&rules, overlay);
    rules.sort_by(|left, right| left.name.cmp(&right.name));
    loader.stratify(&mut rules);
    let required_kinds = loader.required_kinds(&files, &rules);
    let expected = loader.expected_fields(&library);
    let Loader {
        tables, mistakes, ..
    } = loader;
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    Ok(Policies {
        kinds: kinds.clone(),
        library,
        tables,
        policies,
        rules,
        expected,
        profile: chosen.to_owned(),
        scoring,
        required_kinds,
    })
}

/// A parsed policy file.
pub(super) struct File {
    /// The folder it stands in.
    pub(super) folder: String,
    /// The name without folder and extension.
    pub(super) stem: String,
    parsed: Arc<Parsed>,
    source: SourceId,
}

/// Reads the files of views, or all others. Views are only read where somebody wants to see one.
pub(super) fn read_files(
    packs: &[Pack],
    are_views: bool,
    sources: &mut Sources,
    mistakes: &mut Vec<Mistake>,
) -> Vec<File> {
    use rayon::prelude::*;
    let texts: Vec<(&Pack, &super::PackFile)> = packs
        .iter()
        .flat_map(|pack| pack.files.iter().map(move |file| (pack, file)))
        .filter(|(_, file)| view::is_view(file) == are_views)
        .collect();
    let parsed: Vec<(Arc<Source>, Arc<Parsed>)> = texts
        .par_iter()
        .map(|(pack, file)| {
            let source = Arc::new(Source::new(
                format!("{}/{}", pack.root, file.path),
                file.text.as_str(),
            ));
            let parsed = Arc::new(syntax::parse(&source));
            (source, parsed)
        })
        .collect();
    let mut files = Vec::new();
    for ((source, parsed), (_, file)) in parsed.into_iter().zip(texts) {
        let id = sources.push(source);
        for fault in parsed.faults() {
            let mut mistake = Mistake::new(Span::new(id, fault.primary.0), fault.message.clone());
            mistake.help = fault.help.clone();
            mistakes.push(mistake);
        }
        let path = file
            .path
            .strip_suffix(".yaml")
            .or_else(|| file.path.strip_suffix(".yml"))
            .unwrap_or(&file.path);
        let (folder, stem) = path.rsplit_once('/').unwrap_or(("", path));
        files.push(File {
            folder: folder.to_owned(),
            stem: stem.to_owned(),
            parsed,
            source: id,
        });
    }
    files
}

pub(super) fn documents(file: &File) -> impl Iterator<Item = Document<'_>> {
    file.parsed.documents(file.source).map(|root| Document {
        parsed: &file.parsed,
        root,
    })
}

fn of_kind<'f>(
    files: &'f [File],
    kind: &'static str,
) -> impl Iterator<Item = (&'f File, Document<'f>)> {
    files
        .iter()
        .flat_map(|file| documents(file).map(move |document| (file, document)))
        .filter(move |(_, document)| {
            document
                .root
                .get("kind")
                .is_some_and(|node| node.text() == kind)
        })
}

/// The kinds of policy files.
pub const OWN_KINDS: &[&str] = &[
    "Rule",
    "Policy",
    "Functions",
    "Relations",
    "Profile",
    "View",
];

/// Names and codes of all rules, before any is checked.
struct Names {
    /// Name by name and by code in upper case.
    by_word: BTreeMap<String, String>,
}

impl Names {
    fn collect(files: &[File], mistakes: &mut Vec<Mistake>) -> Self {
        let mut by_word: BTreeMap<String, (String, Span)> = BTreeMap::new();
        for file in files {
            for document in documents(file) {
                let kind = document.root.get("kind");
                let word = kind.map_or("", Node::text);
                if !OWN_KINDS.contains(&word) {
                    let mistake = Mistake::new(
                        kind.unwrap_or(document.root).span(),
                        format!("`{word}` is no kind of policy file"),
                    );
                    mistakes.push(match nearest(word, OWN_KINDS.iter().copied()) {
                        Some(near) => mistake.help(format!("did you mean {near}?")),
                        None => mistake.help(format!("it is one of {}", OWN_KINDS.join(", "))),
                    });
                }
                if word != "Rule" {
                    continue;
                }
                if file.folder.is_empty() {
                    let mistake = Mistake::new(document.head(), "the rule stands in no policy");
                    let path = format!("<policy>/{}.yaml", file.stem);
                    mistakes.push(mistake.help(format!(
                        "move it into the folder of a policy, which is part of its name: {path}"
                    )));
                }
                let name = format!("{}/{}", file.folder, file.stem);
                let code = document.root.get("code");
                let words = [
                    (name.clone(), document.head()),
                    (code.map_or("", Node::text).to_uppercase(), document.head()),
                ];
                for (word, span) in words {
                    if let Some((_, first)) = by_word.get(&word) {
                        let mut mistake = Mistake::new(span, format!("{word} names two rules"));
                        mistake
                            .related
                            .push(crate::finding::Label::new(*first, "the first one is here"));
                        mistakes.push(mistake.help("give one of them another code and file name"));
                    }
                    by_word.insert(word, (name.clone(), span));
                }
            }
        }
        let by_word = by_word
            .into_iter()
            .map(|(word, (name, _))| (word, name))
            .collect();
        Self { by_word }
    }
}

impl RuleNames for Names {
    fn resolve(&self, word: &str) -> Option<String> {
        self.by_word
            .get(word)
            .or_else(|| self.by_word.get(&word.to_uppercase()))
            .cloned()
    }

    fn similar(&self, word: &str) -> Option<String> {
        nearest(word, self.by_word.keys().map(String::as_str)).map(ToOwned::to_owned)
    }
}

/// A named overlay on the packs.
struct Profile {
    extends: Option<String>,
    groups: Vec<String>,
    settings: BTreeMap<String, RuleSetting>,
    scores: ScoringSetting,
}

/// What holds for rules after profiles and configuration are laid over each other.
struct Settings {
    /// Groups of rules that are on.
    groups: Vec<String>,
    /// Layers from the weakest to the strongest, with a mark on the configuration's own.
    layers: Vec<(BTreeMap<String, RuleSetting>, bool)>,
}

/// The role of a parameter that names the kinds of which at least one record is wanted.
const REQUIRED_KINDS: &str = "required-kinds";

/// A profile with those it builds on, the lowest first.
fn chain<'p>(
    profiles: &'p BTreeMap<String, Profile>,
    name: &str,
) -> impl Iterator<Item = &'p Profile> {
    let mut chain: Vec<String> = Vec::new();
    let mut next = Some(name.to_owned());
    while let Some(name) = next.filter(|name| !chain.contains(name)) {
        next = profiles
            .get(&name)
            .and_then(|profile| profile.extends.clone());
        chain.push(name);
    }
    let names = chain.into_iter().rev();
    names.filter_map(|name| profiles.get(&name))
}

/// The kinds that a constant names.
fn kinds_in(literal: &Literal) -> Vec<KindId> {
    match literal {
        Literal::Kind(kind) => vec![*kind],
        Literal::List(items) => items.iter().flat_map(kinds_in).collect(),
        _ => Vec::new(),
    }
}

struct Loader<'l> {
    kinds: &'l Arc<Kinds>,
    names: &'l Names,
    tables: Tables,
    mistakes: Vec<Mistake>,
}

impl Loader<'_> {
    fn note<T>(&mut self, result: Result<T, Mistake>) -> Option<T> {
        result.map_err(|mistake| self.mistakes.push(mistake)).ok()
    }

    fn policies(&mut self, files: &[File]) -> BTreeMap<String, Policy> {
        let fields = [
            "apiVersion",
            "kind",
            "prefix",
            "title",
            "question",
            "weight",
            "decisionDomain",
            "description",
        ];
        let mut found = BTreeMap::new();
        for (file, document) in of_kind(files, "Policy") {
            document.only_fields(document.root, "a policy", &fields, &mut self.mistakes);
            let text = |field: &str| document.text(document.root, field).unwrap_or_default();
            let policy = Policy {
                prefix: text("prefix"),
                title: text("title"),
                question: text("question"),
                weight: text("weight").parse().unwrap_or(1),
                target: 0,
                decision_domain: text("decisionDomain"),
            };
            found.insert(file.folder.clone(), policy);
        }
        found
    }

    fn profiles(&mut self, files: &[File]) -> BTreeMap<String, Profile> {
        let fields = [
            "apiVersion",
            "kind",
            "title",
            "extends",
            "groups",
            "rules",
            "scores",
            "description",
        ];
        let mut found = BTreeMap::new();
        for (file, document) in of_kind(files, "Profile") {
            document.only_fields(document.root, "a profile", &fields, &mut self.mistakes);
            let groups = document
                .texts(document.root, "groups")
                .iter()
                .map(|node| node.text().to_owned())
                .collect();
            let settings = document
                .root
                .get("rules")
                .map(|rules| read_settings(document.parsed, rules, &mut self.mistakes));
            let profile = Profile {
                extends: document.text(document.root, "extends"),
                groups,
                settings: settings.unwrap_or_default(),
                scores: document
                    .root
                    .get("scores")
                    .map_or_else(ScoringSetting::default, |scores| {
                        ScoringSetting::read(document, scores, &mut self.mistakes)
                    }),
            };
            found.insert(file.stem.clone(), profile);
        }
        found
    }

    /// A profile that no file describes would leave nearly every rule off.
    fn check_profiles(
        &mut self,
        profiles: &BTreeMap<String, Profile>,
        chosen: &str,
        overlay: &Overlay,
    ) {
        let extended = profiles
            .values()
            .filter_map(|profile| profile.extends.as_deref());
        let named = std::iter::once(chosen).chain(overlay.overlays.iter().map(String::as_str));
        for name in named.chain(extended) {
            if profiles.contains_key(name) {
                continue;
            }
            let start = Span::new(SourceId::from_index(0), crate::source::TextRange::default());
            let span = overlay.profile_span.unwrap_or(start);
            let mistake = Mistake::new(span, format!("there is no profile {name}"));
            self.mistakes
                .push(match nearest(name, profiles.keys().map(String::as_str)) {
                    Some(near) => mistake.help(format!("did you mean {near}?")),
                    None => {
                        let names: Vec<&str> = profiles.keys().map(String::as_str).collect();
                        mistake.help(format!(
                            "write policies/profiles/{name}.yaml, or choose {}",
                            names.join(", ")
                        ))
                    }
                });
        }
    }

    /// The fields at the head of a rule file that hold one of a few words.
    fn header(&mut self, document: Document<'_>) {
        const AUDIENCES: &[&str] = &["it-team", "auditor", "cto"];
        const GROUPS: &[&str] = &["all", "mid+", "reg", "fin"];
        const LEVELS: &[&str] = &["1", "2", "3", "4", "5"];
        let words: [(&str, &[&str]); 6] = [
            ("apiVersion", &["govlint/v1"]),
            ("audience", AUDIENCES),
            ("profile", GROUPS),
            ("maturity", LEVELS),
            ("waivable", &["true", "false"]),
            ("measures", &["freshness"]),
        ];
        for (field, allowed) in words {
            for node in document.texts(document.root, field) {
                if !allowed.contains(&node.text()) {
                    let message = format!("{} is no {field}", node.describe());
                    let help = format!("it is one of {}", allowed.join(", "));
                    self.mistakes
                        .push(Mistake::new(node.span(), message).help(help));
                }
            }
        }
        for field in ["effectiveFrom"] {
            for node in document.texts(document.root, field) {
                if let Err(error) = Date::parse(node.text()) {
                    let mut mistake = Mistake::new(node.span(), error.message);
                    mistake.help = error.help;
                    self.mistakes.push(mistake);
                }
            }
        }
        for node in document.texts(document.root, "replacedBy") {
            if self.names.resolve(node.text()).is_none() {
                let message = format!("there is no rule {}", node.text());
                self.mistakes.push(Mistake::new(node.span(), message));
            }
        }
    }

    fn settings(
        &mut self,
        profiles: &BTreeMap<String, Profile>,
        chosen: &str,
        overlay: &Overlay,
    ) -> Settings {
        let mut settings = Settings {
            groups: Vec::new(),
            layers: Vec::new(),
        };
        let names = std::iter::once(chosen).chain(overlay.overlays.iter().map(String::as_str));
        for name in names {
            for profile in chain(profiles, name) {
                settings.groups.extend(profile.groups.iter().cloned());
                settings.layers.push((profile.settings.clone(), false));
            }
        }
        if profiles.is_empty() || chosen.is_empty() {
            settings
                .groups
                .extend(["all", "mid+", "reg", "fin"].map(ToOwned::to_owned));
        }
        settings.layers.push((overlay.rules.clone(), true));
        settings
    }

    /// How scores are counted, and the weights and targets of the policies. Of profiles laid over
    /// each other the higher target holds.
    fn scoring(
        &mut self,
        profiles: &BTreeMap<String, Profile>,
        chosen: &str,
        overlay: &Overlay,
        policies: &mut BTreeMap<String, Policy>,
    ) -> Scoring {
        let mut scoring = Scoring::default();
        let names = std::iter::once(chosen).chain(overlay.overlays.iter().map(String::as_str));
        for name in names {
            let layers: Vec<&ScoringSetting> = chain(profiles, name)
                .map(|profile| &profile.scores)
                .collect();
            for layer in &layers {
                layer.count(&mut scoring);
                layer.weigh(policies);
            }
            let last = |target: &dyn Fn(&ScoringSetting) -> Option<u8>| {
                layers.iter().rev().find_map(|layer| target(layer))
            };
            for (name, policy) in &mut *policies {
                let own = last(&|layer| layer.target(name));
                let target = own.or_else(|| last(&ScoringSetting::general_target));
                policy.target = policy.target.max(target.unwrap_or(0));
            }
        }
        for policy in policies.values_mut().filter(|policy| policy.target == 0) {
            policy.target = scoring::TARGET;
        }
        for profile in profiles.values() {
            profile.scores.check(policies, &mut self.mistakes);
        }
        scoring
    }

    /// The kinds that a parameter marked `role: required-kinds` names.
    fn required_kinds(&self, files: &[File], rules: &[Rule]) -> Vec<KindId> {
        let mut found = Vec::new();
        for (file, document) in of_kind(files, "Rule") {
            let params = document.root.get("params");
            let marked = params.into_iter().flat_map(Node::entries);
            let marked = marked.filter(|(_, param)| {
                let role = param.get("role");
                role.is_some_and(|role| role.text() == REQUIRED_KINDS)
            });
            let name = format!("{}/{}", file.folder, file.stem);
            let rule = rules.iter().find(|rule| *rule.name == *name);
            for (key, _) in marked {
                let params = rule.iter().flat_map(|rule| &rule.params);
                let values = params.filter(|param| *param.name == *key.text());
                found.extend(values.flat_map(|param| kinds_in(&param.value)));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Settings that name no rule.
    fn check_settings(&mut self, rules: &[Rule], overlay: &Overlay) {
        for (word, setting) in &overlay.rules {
            if rules.iter().any(|rule| rule.is_called(word)) {
                continue;
            }
            let Some(span) = setting.span else { continue };
            let policies = rules.iter().map(|rule| &*rule.policy);
            let words = rules
                .iter()
                .flat_map(|rule| [&*rule.name, &*rule.code])
                .chain(policies);
            let mistake = Mistake::new(span, format!("there is no rule or policy {word}"));
            self.mistakes.push(match nearest(word, words) {
                Some(near) => mistake.help(format!("did you mean {near}?")),
                None => mistake.help("`govlint rules` lists them"),
            });
        }
    }

    fn relations(&mut self, document: Document<'_>, library: &mut Library) {
        let fields = ["apiVersion", "kind", "relations"];
        document.only_fields(
            document.root,
            "a file of relations",
            &fields,
            &mut self.mistakes,
        );
        for node in document.texts(document.root, "relations") {
            document.only_fields(
                node,
                "a relation",
                &["name", "doc", "edges"],
                &mut self.mistakes,
            );
            let name = document.required_text(node, "name", "the relation", &mut self.mistakes);
            let mut edges = Vec::new();
            for part in document.texts(node, "edges") {
                document.only_fields(
                    part,
                    "an edge",
                    &["from", "edges", "to", "when"],
                    &mut self.mistakes,
                );
                let result = self.relation_edges(document, part, library);
                edges.extend(self.note(result));
            }
            let mut records: Vec<RecordId> = Vec::new();
            for part in &edges {
                records.push(self.kinds.kind(part.kind).record);
                let field = self.kinds.ref_field(part.path);
                records.extend(
                    field
                        .reference
                        .iter()
                        .flat_map(|reference| reference.targets.iter().copied()),
                );
            }
            records.sort_unstable();
            records.dedup();
            // Vendors, roles and the like have no edges of their own: the relation ends there.
            records.retain(|record| self.kinds.record(*record).kind.is_some());
            library.add_relation(Relation {
                name: name.into(),
                edges,
                records,
            });
        }
    }

    fn relation_edges(
        &mut self,
        document: Document<'_>,
        part: Node<'_>,
        library: &Library,
    ) -> Result<RelationEdges, Mistake> {
        let missing = |field: &str| Mistake::new(part.span(), format!("the edge has no `{field}`"));
        let from = part.get("from").ok_or_else(|| missing("from"))?;
        let kind = self.kinds.find(from.text()).ok_or_else(|| {
            Mistake::new(from.span(), format!("there is no kind {}", from.text()))
        })?;
        let edges = part.get("edges").ok_or_else(|| missing("edges"))?;
        let path = match part.get("to") {
            Some(to) => format!("{}.{}", edges.text(), to.text()),
            None => edges.text().to_owned(),
        };
        let paths = self.kinds.ref_paths();
        let index = paths
            .iter()
            .position(|known| known.kind == kind && *known.path == *path)
            .ok_or_else(|| {
                let known: Vec<&str> = paths
                    .iter()
                    .filter(|known| known.kind == kind)
                    .map(|known| &*known.path)
                    .collect();
                Mistake::new(
                    edges.span(),
                    format!("{} has no reference at {path}", from.text()),
                )
                .help(format!("its references are {}", known.join(", ")))
            })?;
        let when = match part.get("when") {
            None => None,
            Some(node) => {
                let scope = Scope {
                    kinds: self.kinds,
                    library,
                    rules: self.names,
                    self_type: Some(Type::record(self.kinds.kind(kind).record)),
                    it_type: Some(Type::record(paths[index].record)),
                    params: &[],
                    lets: &[],
                    locals: Vec::new(),
                    guards: Vec::new(),
                };
                Some(
                    document
                        .compile(&scope, &mut self.tables, node, Some(&Type::Bool))?
                        .code,
                )
            }
        };
        let path = RefPathId(u16::try_from(index).unwrap_or(u16::MAX));
        Ok(RelationEdges { kind, path, when })
    }

    /// Functions may stand in any order and call each other, but not in a circle: each round
    /// adds those whose callees are known.
    fn functions(&mut self, files: &[File], library: &mut Library) {
        let mut pending: Vec<(Document<'_>, Node<'_>)> = Vec::new();
        for (_, document) in of_kind(files, "Functions") {
            let fields = ["apiVersion", "kind", "functions"];
            document.only_fields(
                document.root,
                "a file of functions",
                &fields,
                &mut self.mistakes,
            );
            for node in document.texts(document.root, "functions") {
                let fields = ["function", "value", "doc"];
                document.only_fields(node, "a function", &fields, &mut self.mistakes);
                pending.push((document, node));
            }
        }
        loop {
            let before = pending.len();
            let mut failed = Vec::new();
            for (document, node) in std::mem::take(&mut pending) {
                let (sites, indexes) = (self.tables.sites.len(), self.tables.indexes.len());
                match self.function(document, node, library) {
                    Ok(function) => library.add_function(function),
                    Err(mistake) => {
                        self.tables.sites.truncate(sites);
                        self.tables.indexes.truncate(indexes);
                        failed.push(mistake);
                        pending.push((document, node));
                    }
                }
            }
            if pending.is_empty() || pending.len() == before {
                self.mistakes.extend(failed);
                return;
            }
        }
    }

    fn function(
        &mut self,
        document: Document<'_>,
        node: Node<'_>,
        library: &Library,
    ) -> Result<Function, Mistake> {
        let signature = node.get("function").ok_or_else(|| {
            Mistake::new(node.span(), "the function has no signature")
                .help("write `function: name(x: Kind)`")
        })?;
        let (name, parameters) =
            parse_signature(self.kinds, signature.text()).map_err(|(message, help)| {
                let mut mistake = Mistake::new(signature.span(), message);
                mistake.help = help;
                mistake
            })?;
        let value = node
            .get("value")
            .ok_or_else(|| Mistake::new(node.span(), "the function has no `value`"))?;
        let scope = Scope {
            kinds: self.kinds,
            library,
            rules: self.names,
            self_type: None,
            it_type: None,
            params: &[],
            lets: &[],
            locals: parameters.clone(),
            guards: Vec::new(),
        };
        let mut code = document
            .compile(&scope, &mut self.tables, value, None)?
            .code;
        code.uses.lowest_slot = None;
        Ok(Function {
            name: name.into(),
            parameters,
            code,
        })
    }

    #[expect(clippy::too_many_lines, reason = "a table: one entry for each case")]
    fn rule(
        &mut self,
        library: &Library,
        file: &File,
        document: Document<'_>,
        settings: &Settings,
    ) -> Option<Rule> {
        let root = document.root;
        document.only_fields(root, "a rule", RULE_FIELDS, &mut self.mistakes);
        let name = format!("{}/{}", file.folder, file.stem);
        let code = document.required_text(root, "code", "the rule", &mut self.mistakes);
        let title = document.required_text(root, "title", "the rule", &mut self.mistakes);
        let why = document.required_text(root, "why", "the rule", &mut self.mistakes);
        let profile = document
            .text(root, "profile")
            .unwrap_or_else(|| "all".into());
        let own: Vec<(&RuleSetting, bool)> = settings
            .layers
            .iter()
            .flat_map(|(layer, configured)| {
                layer
                    .iter()
                    .map(move |(word, setting)| (word, setting, *configured))
            })
            .filter(|(word, ..)| {
                **word == name || word.eq_ignore_ascii_case(&code) || **word == file.folder
            })
            .map(|(_, setting, configured)| (setting, configured))
            .collect();
        let params = self.params(document, &own);
        let mut drafted = Draft {
            document,
            library,
            params: &params,
            condition: None,
            severities: Vec::new(),
            message: Message::default(),
            fix: Message::default(),
        };
        let check = match root.get("engine") {
            Some(engine) => {
                self.engine_texts(&mut drafted);
                let check = EngineCheck::parse(engine.text());
                if check.is_none() {
                    let names = EngineCheck::ALL.map(EngineCheck::as_str);
                    self.mistakes.push(
                        Mistake::new(
                            engine.span(),
                            format!("the engine makes no check {}", engine.text()),
                        )
                        .help(format!("it makes {}", names.join(", "))),
                    );
                }
                Check::Engine(check?)
            }
            None => {
                let result = self.condition(&mut drafted);
                self.note(result)?;
                Check::Condition(Box::new(drafted.condition.take()?))
            }
        };
        let Draft {
            mut severities,
            message,
            fix,
            ..
        } = drafted;
        let mut enabled = settings.groups.contains(&profile);
        let mut severity_is_set = false;
        for (setting, _) in &own {
            enabled = setting.enabled.unwrap_or(enabled);
            if let Some(severity) = setting.severity {
                severities = vec![SeverityCase {
                    severity,
                    when: None,
                }];
                severity_is_set = true;
            }
        }
        let severity = severities
            .iter()
            .map(|case| case.severity)
            .min()
            .unwrap_or(Severity::Error);
        let date = |field: &str| {
            root.get(field)
                .and_then(|node| Date::parse(node.text()).ok())
        };
        let texts = |field: &str| {
            document
                .texts(root, field)
                .iter()
                .map(|node| node.text().to_owned())
                .collect::<Vec<_>>()
        };
        let examples = document
            .texts(root, "examples")
            .into_iter()
            .map(|node| Example::read(document, node, &mut self.mistakes))
            .collect();
        Some(Rule {
            name: name.into(),
            code: code.into(),
            policy: file.folder.as_str().into(),
            title,
            why,
            severities,
            severity,
            severity_is_set,
            maturity: document
                .text(root, "maturity")
                .and_then(|text| text.parse().ok())
                .unwrap_or(1),
            profile,
            audience: texts("audience"),
            controls: texts("controls"),
            waivable: root.get("waivable").and_then(Node::as_bool).unwrap_or(true),
            measures: root.get("measures").map(|_| Measure::Freshness),
            effective_from: date("effectiveFrom"),
            replaced_by: document.text(root, "replacedBy"),
            check,
            message,
            fix,
            params,
            examples,
            span: document.head(),
            enabled,
            reads: Vec::new(),
            stratum: 0,
        })
    }

    fn params(&mut self, document: Document<'_>, settings: &[(&RuleSetting, bool)]) -> Vec<Param> {
        let mut found: Vec<Param> = Vec::new();
        let declared = document.root.get("params");
        for (key, node) in declared.into_iter().flat_map(Node::entries) {
            document.only_fields(
                node,
                "a parameter",
                &["type", "default", "stricter", "doc", "role"],
                &mut self.mistakes,
            );
            let result = self.param(key, node);
            let Some(mut param) = self.note(result) else {
                continue;
            };
            let stricter = node.get("stricter").map_or("", Node::text);
            let mut is_set = false;
            for (setting, configured) in settings {
                for (_, value) in setting
                    .params
                    .iter()
                    .filter(|(name, _)| **name == *param.name)
                {
                    let result = literal::read(self.kinds, self.names, &param.ty, value.node());
                    let Some(value_read) = self.note(result) else {
                        continue;
                    };
                    // A configuration says what it wants, and so does the first profile;
                    // profiles laid over each other agree on the stricter value.
                    param.value = if *configured || !is_set {
                        value_read
                    } else {
                        literal::stricter(stricter, param.value, value_read)
                    };
                    is_set = true;
                    param.span = value.node().span();
                }
            }
            found.push(param);
        }
        for (name, value) in settings.iter().flat_map(|(setting, _)| &setting.params) {
            if declared.and_then(|declared| declared.get(name)).is_none() {
                let mistake = Mistake::new(
                    value.node().span(),
                    format!("the rule has no parameter `{name}`"),
                );
                let names = found.iter().map(|param| &*param.name);
                self.mistakes.push(match nearest(name, names) {
                    Some(near) => mistake.help(format!("did you mean `{near}`?")),
                    None => mistake,
                });
            }
        }
        found
    }

    fn param(&mut self, key: Node<'_>, node: Node<'_>) -> Result<Param, Mistake> {
        let ty_node = node.get("type").ok_or_else(|| {
            Mistake::new(key.span(), "the parameter has no type")
                .help("write {type: ..., default: ...}")
        })?;
        let ty = parse_type(self.kinds, ty_node.text()).map_err(|(message, help)| {
            let mut mistake = Mistake::new(ty_node.span(), message);
            mistake.help = help;
            mistake
        })?;
        let default = node
            .get("default")
            .ok_or_else(|| Mistake::new(key.span(), "the parameter has no default"))?;
        let value = literal::read(self.kinds, self.names, &ty, default)?;
        Ok(Param {
            name: key.text().into(),
            ty,
            value,
            span: default.span(),
        })
    }

    fn engine_texts(&mut self, draft: &mut Draft<'_>) {
        let root = draft.document.root;
        draft.fix = Message::plain(&draft.document.text(root, "fix").unwrap_or_default());
        let severity = root
            .get("severity")
            .and_then(|node| Severity::parse(node.text()));
        draft.severities = vec![SeverityCase {
            severity: severity.unwrap_or(Severity::Error),
            when: None,
        }];
    }

    #[expect(clippy::too_many_lines, reason = "a table: one entry for each case")]
    fn condition(&mut self, draft: &mut Draft<'_>) -> Result<(), Mistake> {
        let document = draft.document;
        let root = document.root;
        let need = |field: &str| {
            root.get(field)
                .ok_or_else(|| Mistake::new(document.head(), format!("the rule has no `{field}`")))
        };
        let (population, self_type) = self.population(need("for")?)?;
        let mut scope = Scope {
            kinds: self.kinds,
            library: draft.library,
            rules: self.names,
            self_type: Some(self_type),
            it_type: None,
            params: draft.params,
            lets: &[],
            locals: Vec::new(),
            guards: Vec::new(),
        };
        let mut lets: Vec<crate::expr::Code> = Vec::new();
        let mut let_types: Vec<LetType> = Vec::new();
        let when_expr: Option<Expr> = root
            .get("when")
            .map(|node| document.expression(node))
            .transpose()?;
        let mut each = None;
        // Intermediate values may read `it`, so its type must be known before them; `each` in turn
        // may read those that stand before it and do not.
        let each_node = root.get("each");
        let mut pending: Vec<(Node<'_>, Node<'_>)> = root
            .get("let")
            .into_iter()
            .flat_map(Node::entries)
            .collect();
        pending.reverse();
        loop {
            let scope_now = Scope {
                lets: &let_types,
                guards: Vec::new(),
                locals: Vec::new(),
                self_type: scope.self_type.clone(),
                it_type: scope.it_type.clone(),
                ..scope
            };
            if let Some(node) = each_node.filter(|_| each.is_none())
                && let Ok(found) = document.compile(&scope_now, &mut self.tables, node, None)
            {
                scope.it_type = Some(match &found.code.ty {
                    Type::List(item) => (**item).clone(),
                    Type::Map(_) => Type::String,
                    Type::Groups(both) => both.0.clone(),
                    Type::Dyn => Type::Dyn,
                    other => {
                        let message = format!(
                            "`each` wants a list, and this is a {}",
                            self.kinds.type_name(other)
                        );
                        return Err(Mistake::new(node.span(), message));
                    }
                });
                each = Some(found);
                continue;
            }
            let Some((name, node)) = pending.pop() else {
                break;
            };
            let found = document.compile(&scope_now, &mut self.tables, node, None)?;
            let_types.push(LetType {
                name: name.text().into(),
                ty: found.code.ty.clone(),
                uses: found.code.uses.clone(),
            });
            lets.push(found.code);
        }
        scope.lets = &let_types;
        if let Some(node) = each_node.filter(|_| each.is_none()) {
            document.compile(&scope, &mut self.tables, node, None)?;
        }
        let when = root
            .get("when")
            .map(|node| document.compile(&scope, &mut self.tables, node, Some(&Type::Bool)))
            .transpose()?;
        scope.guards = when_expr.iter().collect();
        let assert =
            document.compile(&scope, &mut self.tables, need("assert")?, Some(&Type::Bool))?;
        let mut optional = |field: &str| {
            root.get(field)
                .map(|node| document.compile(&scope, &mut self.tables, node, None))
                .transpose()
        };
        let (key, at, cause) = (optional("key")?, optional("at")?, optional("cause")?);
        draft.message = Message::compile(&scope, &mut self.tables, need("message")?)?;
        draft.fix = Message::compile(&scope, &mut self.tables, need("fix")?)?;
        draft.severities = self.severities(document, &scope)?;
        draft.condition = Some(Condition {
            population,
            lets,
            let_types,
            when,
            each,
            key,
            assert,
            at,
            cause,
        });
        Ok(())
    }

    fn severities(
        &mut self,
        document: Document<'_>,
        scope: &Scope<'_>,
    ) -> Result<Vec<SeverityCase>, Mistake> {
        let node = document
            .root
            .get("severity")
            .ok_or_else(|| Mistake::new(document.head(), "the rule has no `severity`"))?;
        let word = |node: Node<'_>| {
            Severity::parse(node.text()).ok_or_else(|| {
                Mistake::new(node.span(), format!("{} is no severity", node.describe()))
                    .help("it is error, warning or info")
            })
        };
        if node.is_scalar() {
            return Ok(vec![SeverityCase {
                severity: word(node)?,
                when: None,
            }]);
        }
        let mut cases = Vec::new();
        for case in node.items() {
            document.only_fields(case, "a case", &["level", "when"], &mut self.mistakes);
            let level = case.get("level").unwrap_or(case);
            let when = case
                .get("when")
                .map(|node| document.compile(scope, &mut self.tables, node, Some(&Type::Bool)))
                .transpose()?;
            cases.push(SeverityCase {
                severity: word(level)?,
                when,
            });
        }
        match cases.last() {
            Some(SeverityCase { when: None, .. }) => Ok(cases),
            _ => Err(
                Mistake::new(node.span(), "the last case of a severity has no condition")
                    .help("end the list with {level: info}"),
            ),
        }
    }

    fn population(&self, node: Node<'_>) -> Result<(Population, Type), Mistake> {
        if node.text() == "Repository" {
            return Ok((Population::Repository, Type::Struct([].into())));
        }
        let mut kinds: Vec<KindId> = Vec::new();
        for node in node
            .items()
            .chain(std::iter::once(node).filter(|node| node.is_scalar()))
        {
            if node.text() == "*" {
                kinds.extend(self.kinds.iter().map(|(id, _)| id));
                continue;
            }
            kinds.push(self.kinds.find(node.text()).ok_or_else(|| {
                let mistake =
                    Mistake::new(node.span(), format!("there is no kind {}", node.text()));
                match nearest(node.text(), self.kinds.iter().map(|(_, kind)| &*kind.name)) {
                    Some(near) => mistake.help(format!("did you mean {near}?")),
                    None => mistake.help(
                        "`govlint schema` lists the kinds; `Repository` and \"*\" are allowed too",
                    ),
                }
            })?);
        }
        kinds.sort_unstable();
        kinds.dedup();
        let records = kinds
            .iter()
            .map(|kind| self.kinds.kind(*kind).record)
            .collect();
        Ok((Population::Kinds(kinds), Type::Record(records)))
    }

    /// Puts every rule above the rules whose verdicts it reads.
    fn stratify(&mut self, rules: &mut [Rule]) {
        for rule in &mut *rules {
            rule.reads = verdicts_read(rule);
        }
        let positions: BTreeMap<String, usize> = rules
            .iter()
            .enumerate()
            .map(|(index, rule)| (rule.name.to_string(), index))
            .collect();
        let reads: Vec<Vec<usize>> = rules
            .iter()
            .map(|rule| {
                rule.reads
                    .iter()
                    .filter_map(|name| positions.get(name).copied())
                    .collect()
            })
            .collect();
        // A chain of reads can be no longer than there are rules; whatever still rises then is a circle.
        for _ in 0..=rules.len() {
            let mut rose = false;
            for index in 0..rules.len() {
                let above = reads[index]
                    .iter()
                    .map(|read| rules[*read].stratum + 1)
                    .max()
                    .unwrap_or(0);
                if above > rules[index].stratum {
                    rules[index].stratum = above;
                    rose = true;
                }
            }
            if !rose {
                return;
            }
        }
        let circle = rules.iter().max_by_key(|rule| rule.stratum);
        if let Some(rule) = circle {
            let message = format!("{} reads its own verdicts by way of other rules", rule.code);
            self.mistakes
                .push(Mistake::new(rule.span, message).help("break the circle of `verdicts(...)`"));
        }
    }

    /// Fields that the schemas expect, with their conditions checked.
    fn expected_fields(&mut self, library: &Library) -> Vec<ExpectedField> {
        let mut found = Vec::new();
        let kinds = self.kinds.clone();
        for (index, record) in kinds.records().iter().enumerate() {
            let record_id = RecordId(u16::try_from(index).unwrap_or(u16::MAX));
            for field in &record.fields {
                let condition = match &field.expected {
                    None => continue,
                    Some(Expected::Always) => None,
                    Some(Expected::If(text)) => {
                        let scope = Scope {
                            kinds: &kinds,
                            library,
                            rules: self.names,
                            self_type: Some(Type::record(kinds.kind(record.within).record)),
                            it_type: Some(Type::record(kinds.item_around(record_id))),
                            params: &[],
                            lets: &[],
                            locals: Vec::new(),
                            guards: Vec::new(),
                        };
                        let code = parse(text)
                            .map_err(Into::into)
                            .and_then(|expr| compile(&scope, &mut self.tables, &expr));
                        match code {
                            Ok(code) => Some(code),
                            Err(error) => {
                                let place =
                                    format!("{}.{}", kinds.record_name(record_id), field.name);
                                let message = format!(
                                    "the condition under which {place} is expected: {}",
                                    error.message
                                );
                                let span = Span::new(
                                    SourceId::from_index(0),
                                    crate::source::TextRange::default(),
                                );
                                self.mistakes.push(
                                    Mistake::new(span, message).help(format!("it reads: {text}")),
                                );
                                continue;
                            }
                        }
                    }
                };
                found.push(ExpectedField {
                    field: field.place,
                    condition,
                });
            }
        }
        found
    }
}

/// What is known of a rule while it is read.
struct Draft<'d> {
    document: Document<'d>,
    library: &'d Library,
    params: &'d [Param],
    condition: Option<Condition>,
    severities: Vec<SeverityCase>,
    message: Message,
    fix: Message,
}

fn verdicts_read(rule: &Rule) -> Vec<String> {
    let Some(condition) = rule.condition() else {
        return Vec::new();
    };
    let located = [
        &condition.when,
        &condition.each,
        &condition.key,
        &condition.at,
        &condition.cause,
    ];
    let mut names: Vec<String> = condition.assert.code.uses.verdicts.clone();
    names.extend(
        located
            .into_iter()
            .flatten()
            .flat_map(|located: &Located| located.code.uses.verdicts.clone()),
    );
    names.extend(
        condition
            .lets
            .iter()
            .flat_map(|code| code.uses.verdicts.clone()),
    );
    names
}

/// Reads `rules:` of a profile or configuration: settings by name, code or policy.
pub(crate) fn read_settings(
    parsed: &Arc<Parsed>,
    rules: Node<'_>,
    mistakes: &mut Vec<Mistake>,
) -> BTreeMap<String, RuleSetting> {
    let fields = ["enabled", "severity", "params", "reason"];
    let mut found = BTreeMap::new();
    for (key, node) in rules.entries() {
        let mut setting = RuleSetting {
            span: Some(key.span()),
            ..RuleSetting::default()
        };
        let document = Document { parsed, root: node };
        match node.kind() {
            NodeKind::Mapping => {
                document.only_fields(node, "the setting of a rule", &fields, mistakes);
            }
            _ => match (node.text(), Severity::parse(node.text())) {
                ("off", _) => setting.enabled = Some(false),
                ("on", _) => setting.enabled = Some(true),
                (_, Some(severity)) => setting.severity = Some(severity),
                _ => mistakes.push(
                    Mistake::new(
                        node.span(),
                        format!("{} is no setting of a rule", node.describe()),
                    )
                    .help("write on, off, a severity, or {enabled, severity, params}"),
                ),
            },
        }
        if let Some(enabled) = node.get("enabled") {
            setting.enabled = enabled.as_bool();
            if setting.enabled.is_none() {
                mistakes.push(Mistake::new(enabled.span(), "`enabled` is true or false"));
            }
        }
        if let Some(severity) = node.get("severity") {
            setting.severity = Severity::parse(severity.text());
            if setting.severity.is_none() {
                mistakes.push(
                    Mistake::new(
                        severity.span(),
                        format!("{} is no severity", severity.describe()),
                    )
                    .help("it is error, warning or info"),
                );
            }
        }
        let params = node.get("params").into_iter().flat_map(Node::entries);
        setting.params = params
            .map(|(key, value)| (key.text().to_owned(), Setting::new(parsed, value)))
            .collect();
        found.insert(key.text().to_owned(), setting);
    }
    found
}
