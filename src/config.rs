//! The configuration: `govlint.yaml`, every key with its place.

use std::sync::Arc;

use crate::finding::Severity;
use crate::kind::nearest;
use crate::rule::{Mistake, Overlay, read_settings};
use crate::source::{Source, SourceId, Span, Spanned};
use crate::syntax::{self, Node, NodeKind, Parsed};

/// What `govlint.yaml` says.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Profile and settings of rules.
    pub overlay: Overlay,
    /// Globs of files to read as governance documents whatever they say.
    pub documents: Vec<Spanned<String>>,
    /// Globs of files to leave out.
    pub exclude: Vec<Spanned<String>>,
    /// The path of the baseline, from the folder of the configuration.
    pub baseline: Option<Spanned<String>>,
    /// The IANA name of the time zone in which today is taken.
    pub timezone: Option<Spanned<String>>,
    /// The mildest severity that fails a run.
    pub fail_on: Option<Severity>,
    /// False if the built-in policies are not to apply.
    pub without_built_in: bool,
}

const FIELDS: &[&str] = &[
    "apiVersion",
    "kind",
    "profile",
    "overlays",
    "rules",
    "documents",
    "exclude",
    "baseline",
    "timezone",
    "failOn",
    "builtIn",
];

/// The names of the keys of a configuration.
#[must_use]
pub fn key_names() -> &'static [&'static str] {
    FIELDS
}

/// Reads a configuration.
///
/// # Errors
///
/// Every mistake in it, at its place.
pub fn read(source: &Arc<Source>, id: SourceId) -> Result<Config, Vec<Mistake>> {
    let parsed = Arc::new(syntax::parse(source));
    let mut mistakes: Vec<Mistake> = parsed
        .faults()
        .iter()
        .map(|fault| Mistake {
            help: fault.help.clone(),
            ..Mistake::new(Span::new(id, fault.primary.0), fault.message.clone())
        })
        .collect();
    let mut config = Config::default();
    if let Some(root) = parsed.documents(id).next() {
        fill(&parsed, root, &mut config, &mut mistakes);
    }
    if mistakes.is_empty() {
        Ok(config)
    } else {
        Err(mistakes)
    }
}

fn fill(parsed: &Arc<Parsed>, root: Node<'_>, config: &mut Config, mistakes: &mut Vec<Mistake>) {
    if root.kind() != NodeKind::Mapping {
        mistakes.push(
            Mistake::new(root.span(), "the configuration is a map")
                .help("write `rules:`, `profile:` and the like, one a line"),
        );
        return;
    }
    for (key, value) in root.entries() {
        match key.text() {
            "apiVersion" if value.text() != "govlint/v1" => {
                mistakes.push(
                    Mistake::new(
                        value.span(),
                        format!("{} is no version of the configuration", value.describe()),
                    )
                    .help("write govlint/v1"),
                );
            }
            "kind" if value.text() != "Config" => {
                mistakes.push(Mistake::new(
                    value.span(),
                    "the configuration is of kind Config",
                ));
            }
            "apiVersion" | "kind" => {}
            "profile" => {
                config.overlay.profile = text(value, mistakes).map(|text| text.value);
                config.overlay.profile_span = Some(value.span());
            }
            "overlays" => {
                let names = texts(value, mistakes).into_iter();
                config.overlay.overlays = names.map(|name| name.value).collect();
            }
            "documents" => config.documents = texts(value, mistakes),
            "exclude" => config.exclude = texts(value, mistakes),
            "baseline" => config.baseline = text(value, mistakes),
            "timezone" => config.timezone = text(value, mistakes),
            "failOn" => config.fail_on = severity(value, mistakes),
            "builtIn" => match value.as_bool() {
                Some(on) => config.without_built_in = !on,
                None => mistakes.push(Mistake::new(value.span(), "`builtIn` is true or false")),
            },
            "rules" => config.overlay.rules = read_settings(parsed, value, mistakes),
            name if name.starts_with("x-") => {}
            name => {
                let mistake =
                    Mistake::new(key.span(), format!("the configuration has no key `{name}`"));
                mistakes.push(match nearest(name, FIELDS.iter().copied()) {
                    Some(near) => mistake.help(format!("did you mean `{near}`?")),
                    None => mistake.help(format!("it has {}", FIELDS.join(", "))),
                });
            }
        }
    }
}

fn text(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Option<Spanned<String>> {
    if node.is_scalar() && node.kind() != NodeKind::Null {
        return Some(Spanned::new(node.text().to_owned(), node.span()));
    }
    mistakes.push(Mistake::new(
        node.span(),
        format!("a word is wanted here, and this is {}", node.describe()),
    ));
    None
}

fn texts(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Vec<Spanned<String>> {
    if node.kind() != NodeKind::Sequence {
        return text(node, mistakes).into_iter().collect();
    }
    node.items()
        .filter_map(|item| text(item, mistakes))
        .collect()
}

fn severity(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Option<Severity> {
    let found = Severity::parse(node.text());
    if found.is_none() {
        mistakes.push(
            Mistake::new(node.span(), format!("{} is no severity", node.describe()))
                .help("it is error, warning or info"),
        );
    }
    found
}
