//! A folder opened for checking: its configuration, policies, schemas and documents.

mod base;
pub mod gauge;
pub mod history;

use std::collections::BTreeSet;
use std::path::{Component, Path};
use std::sync::Arc;

use crate::check::Input;
use crate::config::{self, Config};
use crate::error::{Error, ErrorKind};
use crate::host::{self, Gathered, Globs, Host, Wanted};
use crate::kind::validate::Strictness;
use crate::kind::{Kinds, SchemaError, SchemaText};
use crate::rule::{Mistake, OWN_KINDS, Pack, PackFile, built_in_schemas};
use crate::scalar::Date;
use crate::snapshot::{Document, Recognition, Snapshot, first_kind, recognize};
use crate::source::{Source, SourceId, Sources, Span, Spanned, TextRange};
use crate::syntax::{self, Node, limits};
use crate::triage::baseline::Baseline;

pub use base::{asks_otherwise, judge_base};

/// The name of a baseline beside the configuration, where that names none.
pub const BASELINE: &str = "govlint-baseline.yaml";
/// The folder of an organization's own policies, beside its configuration.
pub const POLICIES: &str = "policies";
/// The folder of an organization's own schemas, beside its configuration.
pub const SCHEMAS: &str = "schemas";

/// Where everything comes from.
pub struct Places<'a> {
    /// How the checked folder is named for people.
    pub name: String,
    /// Where the documents are.
    pub documents: &'a dyn Host,
    /// Folders and files to read; none for nothing but `given`.
    pub paths: &'a [String],
    /// A text to read as one more document, under this path.
    pub given: Option<(String, Vec<u8>)>,
    /// Where the organization's own policies and schemas are; a configuration too if it is named.
    pub own: &'a dyn Host,
    /// The name of the configuration file in `own`.
    pub configuration: Option<String>,
    /// How messages spell the folder of `own`: empty, or with `/` at its end.
    pub own_shown: String,
    /// True if `own` and `documents` have one root.
    pub is_one: bool,
}

/// Everything a run needs except its date and its wishes.
pub struct Workspace {
    /// The text of the configuration.
    pub sources: Sources,
    /// What the configuration says.
    pub config: Config,
    /// The text that it was read from; empty without one.
    pub configuration: String,
    /// Schema files.
    pub schemas: Vec<SchemaText>,
    /// The kinds they describe.
    pub kinds: Arc<Kinds>,
    /// Packs, in the order in which they apply.
    pub packs: Vec<Pack>,
    /// The documents.
    pub snapshot: Snapshot,
    /// Findings that were there when checking began.
    pub baseline: Option<Baseline>,
    /// True if the whole folder is read, and nothing else.
    pub is_whole: bool,
    /// Policy files outside the folder of policies, which are in force nowhere.
    pub strays: Vec<String>,
    /// How many YAML files were left out because the configuration says so.
    pub excluded: usize,
}

impl Workspace {
    /// Opens a folder.
    ///
    /// # Errors
    ///
    /// If the configuration or a schema is wrong, or a policy file cannot be read.
    pub fn open(places: Places<'_>) -> Result<Self, Error> {
        Self::open_after(places, None)
    }

    /// Opens a folder after another revision of it: kinds under the same schemas are not loaded
    /// again, and blobs that are documents there and here are not read again.
    ///
    /// # Errors
    ///
    /// Those of [`Workspace::open`].
    pub fn open_after(places: Places<'_>, before: Option<&Self>) -> Result<Self, Error> {
        let mut sources = Sources::default();
        let mut own = BTreeSet::new();
        let config = match &places.configuration {
            Some(name) => {
                own.insert(name.clone());
                read_configuration(places.own, name, &places.own_shown, &mut sources)?
            }
            None => Config::default(),
        };
        let configuration = sources.iter().map(|(_, source)| source.text()).collect();
        let schemas = schemas(&places, &mut own)?;
        let kinds = match before.filter(|before| before.schemas == schemas) {
            Some(before) => before.kinds.clone(),
            None => load_kinds(&schemas)?,
        };
        let packs = packs(&places, &config, &kinds, &mut own)?;
        let baseline = baseline(&places, &config, &mut own, &mut sources)?;
        if !places.is_one {
            own.clear();
        }
        let documents = globs(&config.documents, &sources)?;
        let exclude = globs(&config.exclude, &sources)?;
        let wanted = Wanted {
            paths: places.paths,
            documents: &documents,
            exclude: &exclude,
            own: &own,
            is_kind: &|name| kinds.find(name).is_some(),
            known: before.map(|before| &before.snapshot),
        };
        let Gathered {
            mut snapshot,
            strays,
            excluded,
        } = host::gather(places.documents, &wanted);
        snapshot.root = places.name;
        let is_whole = places.given.is_none() && places.paths.iter().any(String::is_empty);
        if let Some((path, bytes)) = places.given {
            let recognition = recognize(&bytes, wanted.is_kind);
            snapshot.documents.push(Document {
                path,
                bytes: bytes.into(),
                recognition,
                blob: None,
            });
            snapshot
                .documents
                .sort_by(|left, right| left.path.cmp(&right.path));
        }
        Ok(Self {
            sources,
            config,
            configuration,
            schemas,
            kinds,
            packs,
            snapshot,
            baseline,
            is_whole,
            strays,
            excluded,
        })
    }

    /// What a run depends on, with nothing asked for in particular.
    #[must_use]
    pub fn input(&self, as_of: Date) -> Input<'_> {
        Input {
            snapshot: &self.snapshot,
            sources: self.sources.clone(),
            schemas: &self.schemas,
            packs: &self.packs,
            config: &self.config,
            profile: None,
            baseline: self.baseline.as_ref(),
            is_whole: self.is_whole,
            as_of,
            from: None,
            select: &[],
            ignore: &[],
            may_lack_rules: false,
            strictness: Strictness::Full,
            explain_not_evaluable: false,
            without_waivers: false,
        }
    }

    /// Refuses a baseline that the configuration names and that is not there.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn need_baseline(&self) -> Result<(), Error> {
        match (&self.config.baseline, &self.baseline) {
            (Some(named), None) => {
                let help = "`govlint baseline write` writes it";
                Err(self.mistaken(named.span, "the baseline is not there", help))
            }
            _ => Ok(()),
        }
    }

    /// The mistake of a value in the configuration, as an error.
    #[must_use]
    pub fn mistaken(&self, at: Span, message: impl Into<String>, help: &str) -> Error {
        let mistake = Mistake::new(at, message).help(help);
        Error::mistaken(ErrorKind::Config, vec![mistake], self.sources.clone())
    }
}

fn read_configuration(
    host: &dyn Host,
    name: &str,
    shown: &str,
    sources: &mut Sources,
) -> Result<Config, Error> {
    let path = format!("{shown}{name}");
    refuse_link(host, name, &path)?;
    let text = read_text(host, name, &path, ErrorKind::Config)?;
    let source = Arc::new(Source::new(path, text));
    let id = sources.push(source.clone());
    config::read(&source, id)
        .map_err(|mistakes| Error::mistaken(ErrorKind::Config, mistakes, sources.clone()))
}

/// True for a path that is not one below the folder it starts from.
fn leads_out(path: &str) -> bool {
    let is_below = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    !Path::new(path).components().all(is_below)
}

/// A link that leads out would show what it leads to in the messages about its mistakes.
fn refuse_link(host: &dyn Host, path: &str, shown: &str) -> Result<(), Error> {
    match host.list(&[path.to_owned()]).unread.first() {
        Some((_, reason)) => Err(Error::new(ErrorKind::Io, format!("{shown}: {reason}"))),
        None => Ok(()),
    }
}

fn read_text(host: &dyn Host, path: &str, shown: &str, kind: ErrorKind) -> Result<String, Error> {
    let mut bytes = Vec::new();
    host.read(path, limits::SIZE + 1, &mut bytes)
        .map_err(|error| Error::new(ErrorKind::Io, format!("{shown}: {}", host::reason(&error))))?;
    if bytes.len() > limits::SIZE {
        let message = format!("{shown} is longer than {} bytes", limits::SIZE);
        return Err(Error::new(kind, message).hint("split it"));
    }
    syntax::decode(bytes).map_err(|undecodable| {
        let error = Error::new(kind, format!("{shown}: {}", undecodable.fault.message));
        match undecodable.fault.help {
            Some(help) => error.hint(help),
            None => error,
        }
    })
}

/// The baseline that the configuration names, or the one of the usual name if there is one.
fn baseline(
    places: &Places<'_>,
    config: &Config,
    own: &mut BTreeSet<String>,
    sources: &mut Sources,
) -> Result<Option<Baseline>, Error> {
    let named = config.baseline.as_ref().map(|path| path.value.as_str());
    let name = named.unwrap_or(BASELINE);
    if let Some(named) = config
        .baseline
        .as_ref()
        .filter(|named| leads_out(&named.value))
    {
        let mistake = Mistake::new(named.span, "the baseline lies outside of the repository")
            .help("write a path from the folder of the configuration");
        return Err(Error::mistaken(
            ErrorKind::Config,
            vec![mistake],
            sources.clone(),
        ));
    }
    if !places.own.is_file(name) {
        return Ok(None);
    }
    own.insert(name.to_owned());
    let path = format!("{}{name}", places.own_shown);
    refuse_link(places.own, name, &path)?;
    let text = read_text(places.own, name, &path, ErrorKind::Config)?;
    let source = Arc::new(Source::new(path, text));
    let id = sources.push(source.clone());
    let baseline = Baseline::read(&source, id);
    baseline
        .map(Some)
        .map_err(|mistakes| Error::mistaken(ErrorKind::Config, mistakes, sources.clone()))
}

fn globs(patterns: &[Spanned<String>], sources: &Sources) -> Result<Globs, Error> {
    Globs::new(patterns.iter().map(|pattern| pattern.value.as_str())).map_err(|(index, reason)| {
        let mistake = Mistake::new(patterns[index].span, format!("is no pattern: {reason}"))
            .help("write it as in a .gitignore: `drafts/`, `**/*.generated.yaml`");
        Error::mistaken(ErrorKind::Config, vec![mistake], sources.clone())
    })
}

fn load_kinds(schemas: &[SchemaText]) -> Result<Arc<Kinds>, Error> {
    let kinds = Kinds::load(schemas).map_err(|errors| schema_mistakes(schemas, &errors))?;
    Ok(Arc::new(kinds))
}

/// The built-in schemas, and those of the organization if its folder of schemas describes kinds.
fn schemas(places: &Places<'_>, own: &mut BTreeSet<String>) -> Result<Vec<SchemaText>, Error> {
    let mut schemas = built_in_schemas();
    let mut found = Vec::new();
    for path in files_below(places.own, SCHEMAS)? {
        if path.rsplit('.').next() == Some("json") {
            let shown = format!("{}{path}", places.own_shown);
            let text = read_text(places.own, &path, &shown, ErrorKind::Policies)?;
            found.push((path, SchemaText { path: shown, text }));
        }
    }
    let describes = |schema: &SchemaText| {
        ["\"x-govlint-kind\"", "\"x-govlint-extends\""]
            .iter()
            .any(|annotation| schema.text.contains(annotation))
    };
    if found.iter().any(|(_, schema)| describes(schema)) {
        for (path, schema) in found {
            // A copy of a built-in file adds nothing; the program's own repository holds them all.
            if schemas.iter().all(|known| known.text != schema.text) {
                schemas.push(schema);
            }
            own.insert(path);
        }
    }
    Ok(schemas)
}

/// The built-in policies unless switched off, and those of the organization if it has any.
fn packs(
    places: &Places<'_>,
    config: &Config,
    kinds: &Kinds,
    own: &mut BTreeSet<String>,
) -> Result<Vec<Pack>, Error> {
    let mut packs = Vec::new();
    if !config.without_built_in {
        packs.push(Pack::built_in());
    }
    let mut files = policy_files(places.own, POLICIES, &places.own_shown, kinds)?;
    own.extend(files.iter().map(|file| format!("{POLICIES}/{}", file.path)));
    files.retain(|file| !packs.iter().any(|pack: &Pack| pack.has_copy_of(file)));
    if files.is_empty() {
        return Ok(packs);
    }
    packs.push(Pack {
        name: "own".to_owned(),
        version: None,
        root: format!("{}{POLICIES}", places.own_shown),
        files,
    });
    Ok(packs)
}

/// The policy files in a folder; none unless one of them says that it is a rule or the like, since
/// records may well be kept in a folder called policies.
///
/// # Errors
///
/// If one cannot be read.
pub fn policy_files(
    host: &dyn Host,
    folder: &str,
    shown: &str,
    kinds: &Kinds,
) -> Result<Vec<PackFile>, Error> {
    let is_own = |kind: &str| OWN_KINDS.contains(&kind);
    let (mut files, mut found) = (Vec::new(), false);
    for path in files_below(host, folder)? {
        if !host::is_yaml(&path) {
            continue;
        }
        let text = read_text(host, &path, &format!("{shown}{path}"), ErrorKind::Policies)?;
        let kind = first_kind(text.as_bytes());
        found |= kind.is_some_and(is_own);
        let is_record = kind.is_some_and(|kind| kinds.find(kind).is_some());
        if !is_record && recognize(text.as_bytes(), &is_own) != Recognition::Foreign {
            let below = path.strip_prefix(folder).unwrap_or(&path);
            let path = below.trim_start_matches('/').to_owned();
            files.push(PackFile { path, text });
        }
    }
    Ok(if found { files } else { Vec::new() })
}

fn files_below(host: &dyn Host, folder: &str) -> Result<Vec<String>, Error> {
    if !host.is_folder(folder) {
        return Ok(Vec::new());
    }
    let listing = host.list(&[folder.to_owned()]);
    if let Some((path, reason)) = listing.unread.first() {
        return Err(Error::new(ErrorKind::Io, format!("{path}: {reason}")));
    }
    Ok(listing
        .entries
        .into_iter()
        .map(|entry| entry.path)
        .collect())
}

/// The mistakes of schemas at their places: JSON is read as the YAML that it is, and the pointers
/// are followed in it.
fn schema_mistakes(schemas: &[SchemaText], errors: &[SchemaError]) -> Error {
    let mut sources = Sources::default();
    let mut mistakes = Vec::new();
    for error in errors {
        let text = schemas
            .iter()
            .find(|schema| schema.path == error.path)
            .map_or("", |schema| &schema.text);
        let source = Arc::new(Source::new(error.path.as_str(), text));
        let id = sources.push(source.clone());
        let mut mistake = Mistake::new(follow(&source, id, &error.pointer), error.message.as_str());
        mistake.help.clone_from(&error.help);
        mistakes.push(mistake);
    }
    Error::mistaken(ErrorKind::Policies, mistakes, sources)
}

/// The place that a JSON pointer leads to, as far as it can be followed.
fn follow(source: &Arc<Source>, id: SourceId, pointer: &str) -> Span {
    let parsed = syntax::parse(source);
    let mut span = Span::new(id, TextRange::default());
    let Some(mut node) = parsed.documents(id).next() else {
        return span;
    };
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let item = step
            .parse()
            .ok()
            .and_then(|index: usize| node.items().nth(index));
        let entry = node.entry(&step);
        let Some(next) = entry.map(|(_, value)| value).or(item) else {
            break;
        };
        span = entry.map_or_else(|| next.span(), |(key, _)| Node::span(key));
        node = next;
    }
    span
}
