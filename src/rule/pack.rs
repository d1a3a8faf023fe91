//! Packs: sets of policy files, and what a configuration lays over them.

use std::collections::BTreeMap;

use crate::finding::Severity;
use crate::kind::SchemaText;
use crate::syntax::{Node, Parsed};
use std::sync::Arc;

use crate::source::{SourceId, Span};

/// A policy file before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFile {
    /// Its path below the folder of the pack: `resilience/critical-system-without-plan.yaml`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A set of policy files.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Its name, for provenance.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// Where its files stand, for messages: `policies`.
    pub root: String,
    /// Its files.
    pub files: Vec<PackFile>,
}

impl Pack {
    /// True if it holds the same file under the same path.
    #[must_use]
    pub fn has_copy_of(&self, file: &PackFile) -> bool {
        self.files
            .iter()
            .any(|own| own.path == file.path && own.text == file.text)
    }

    /// BLAKE3 over the paths and texts of its files in the order of their paths, in hexadecimal
    /// digits.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut files: Vec<&PackFile> = self.files.iter().collect();
        files.sort_by(|left, right| left.path.cmp(&right.path));
        let mut hasher = blake3::Hasher::new();
        for file in files {
            for part in [&file.path, &file.text] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part.as_bytes());
            }
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// What a configuration or profile says of one rule.
#[derive(Debug, Clone, Default)]
pub struct RuleSetting {
    /// Where the rule is named.
    pub span: Option<Span>,
    /// On or off.
    pub enabled: Option<bool>,
    /// Another severity.
    pub severity: Option<Severity>,
    /// Parameters by name: the place of the value, to be read under the parameter's type.
    pub params: Vec<(String, Setting)>,
}

/// A value in a configuration, not yet read under a type.
#[derive(Debug, Clone)]
pub struct Setting {
    pub(crate) parsed: Arc<Parsed>,
    pub(crate) source: SourceId,
    pub(crate) index: u32,
}

impl Setting {
    /// Keeps hold of a node.
    #[must_use]
    pub fn new(parsed: &Arc<Parsed>, node: Node<'_>) -> Self {
        Self {
            parsed: parsed.clone(),
            source: node.id().source,
            index: node.id().index,
        }
    }

    /// The node.
    #[must_use]
    pub fn node(&self) -> Node<'_> {
        Node::new(&self.parsed, self.source, self.index)
    }
}

/// What is laid over packs: settings by the word that names the rules (name, code or policy).
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    /// The profile chosen in the configuration, which wins over the organization's.
    pub profile: Option<String>,
    /// Where it is chosen.
    pub profile_span: Option<Span>,
    /// Further profiles laid over it.
    pub overlays: Vec<String>,
    /// Settings by name, code or policy.
    pub rules: BTreeMap<String, RuleSetting>,
}

static BUILT_IN: include_dir::Dir<'static> =
    include_dir::include_dir!("$CARGO_MANIFEST_DIR/policies");
static SCHEMAS: include_dir::Dir<'static> =
    include_dir::include_dir!("$CARGO_MANIFEST_DIR/schemas");

impl Pack {
    /// The policies that come with the program.
    #[must_use]
    pub fn built_in() -> Self {
        let mut files = Vec::new();
        collect(&BUILT_IN, &["yaml"], &mut files);
        Self {
            name: "built-in".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            root: "policies".to_owned(),
            files,
        }
    }
}

/// The schemas that come with the program.
#[must_use]
pub fn built_in_schemas() -> Vec<SchemaText> {
    let mut files = Vec::new();
    collect(&SCHEMAS, &["json"], &mut files);
    // Those below `govlint/` describe the program's own files, not records.
    files.retain(|file| !file.path.contains('/'));
    files
        .into_iter()
        .map(|file| SchemaText {
            path: format!("schemas/{}", file.path),
            text: file.text,
        })
        .collect()
}

fn collect(
    folder: &'static include_dir::Dir<'static>,
    extensions: &[&str],
    found: &mut Vec<PackFile>,
) {
    for entry in folder.entries() {
        match entry {
            include_dir::DirEntry::Dir(inner) => collect(inner, extensions, found),
            include_dir::DirEntry::File(file) => {
                let path = file.path().to_string_lossy().replace('\\', "/");
                let wanted = extensions
                    .iter()
                    .any(|extension| path.rsplit('.').next() == Some(extension));
                if let Some(text) = file.contents_utf8().filter(|_| wanted) {
                    found.push(PackFile {
                        path,
                        text: text.to_owned(),
                    });
                }
            }
        }
    }
    found.sort_by(|left, right| left.path.cmp(&right.path));
}
