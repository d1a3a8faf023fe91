//! The way in: files of a working tree or of memory become a [`Snapshot`].
//!
//! A [`Host`] lists and reads; which of the files are documents is decided here, the same way for
//! every host.

pub mod git;
pub mod memory;
pub mod os;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rayon::prelude::*;

use crate::rule::OWN_KINDS;
use crate::snapshot::{
    Document, ObjectId, OtherFile, Recognition, Snapshot, first_kind, recognize,
};
use crate::syntax::limits;

/// A tree of files.
pub trait Host: Sync {
    /// Lists the files below some paths, which are folders and files below the root; the empty path
    /// is the root. Hidden and ignored files are listed only if they are named.
    fn list(&self, paths: &[String]) -> Listing;

    /// Reads the first `limit` bytes of a file into `buffer`, in place of what it holds.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    fn read(&self, path: &str, limit: usize, buffer: &mut Vec<u8>) -> io::Result<()>;

    /// True if there is a folder at a path.
    fn is_folder(&self, path: &str) -> bool;

    /// True if there is a file at a path.
    fn is_file(&self, path: &str) -> bool;

    /// Replaces a file that holds `before`, whole or not at all.
    ///
    /// # Errors
    ///
    /// If this host cannot be written to, the file is reached by a link or holds something else, or
    /// it cannot be written.
    fn replace(&self, _path: &str, _before: &[u8], _after: &[u8]) -> io::Result<()> {
        Err(io::Error::other(
            "it is part of a revision, which does not change",
        ))
    }
}

/// What the command line names: a folder that holds it all, and the paths below it.
#[derive(Debug)]
pub struct Opened<H> {
    /// The folder that paths are spelled from.
    pub folder: H,
    /// What is to be read, below that folder.
    pub paths: Vec<String>,
    /// The configuration, if there is one.
    pub configuration: Option<Configuration<H>>,
}

/// A configuration file.
#[derive(Debug)]
pub struct Configuration<H> {
    /// The folder it stands in.
    pub folder: H,
    /// Its name there.
    pub name: String,
    /// Its folder as messages spell it: empty for the opened folder, else with `/` at its end.
    pub shown: String,
}

/// An opened folder of whatever host, with the place of its policies.
pub struct Ground {
    /// The folder that paths are spelled from.
    pub documents: Box<dyn Host>,
    /// What is to be read, below that folder.
    pub paths: Vec<String>,
    /// Where the organization's own policies and schemas are.
    pub own: Box<dyn Host>,
    /// The name of the configuration there, if there is one.
    pub configuration: Option<String>,
    /// How messages spell the folder of `own`: empty, or with `/` at its end.
    pub own_shown: String,
    /// True if `own` and `documents` have one root.
    pub is_one: bool,
}

impl<H: Host + Clone + PartialEq + 'static> From<Opened<H>> for Ground {
    fn from(opened: Opened<H>) -> Self {
        let configuration = opened.configuration.as_ref();
        let own = configuration.map_or(&opened.folder, |found| &found.folder);
        Self {
            is_one: *own == opened.folder,
            own: Box::new(own.clone()),
            configuration: configuration.map(|found| found.name.clone()),
            own_shown: configuration.map_or(String::new(), |found| found.shown.clone()),
            documents: Box::new(opened.folder),
            paths: opened.paths,
        }
    }
}

/// The names under which a configuration is looked for.
pub const CONFIGURATION_NAMES: [&str; 2] = ["govlint.yaml", ".govlint.yaml"];

/// A file that a host lists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its path from the root, with `/`.
    pub path: String,
    /// Its size, for files that are no YAML.
    pub size: Option<u64>,
    /// True if it was asked for by its own path.
    pub named: bool,
    /// The blob that it stands in, for hosts that know it without reading.
    pub blob: Option<ObjectId>,
}

/// What a host finds.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Files, sorted by path, each once.
    pub entries: Vec<Entry>,
    /// What could not be listed: path and reason.
    pub unread: Vec<(String, String)>,
}

/// Patterns of paths, in the language of `.gitignore`.
#[derive(Debug, Clone)]
pub struct Globs(Gitignore);

impl Globs {
    /// Reads patterns.
    ///
    /// # Errors
    ///
    /// The number of the first pattern that is none, and why.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<Self, (usize, String)> {
        let mut builder = GitignoreBuilder::new("");
        for (index, pattern) in patterns.into_iter().enumerate() {
            builder
                .add_line(None, pattern)
                .map_err(|error| (index, error.to_string()))?;
        }
        let globs = builder.build().map_err(|error| (0, error.to_string()))?;
        Ok(Self(globs))
    }

    /// True if a file, or a folder it stands in, is meant.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        !self.0.is_empty() && self.0.matched_path_or_any_parents(path, false).is_ignore()
    }
}

/// Which files of a host are wanted as documents.
pub struct Wanted<'a> {
    /// Folders and files below the root.
    pub paths: &'a [String],
    /// Files to read whatever they say.
    pub documents: &'a Globs,
    /// Files to leave out.
    pub exclude: &'a Globs,
    /// Files that are read as something else: the configuration, policies and schemas.
    pub own: &'a BTreeSet<String>,
    /// Knows the names of kinds.
    pub is_kind: &'a (dyn Fn(&str) -> bool + Sync),
    /// What an earlier revision held: a document in the same blob is not read again.
    pub known: Option<&'a Snapshot>,
}

/// A snapshot, and what was seen on the way.
#[derive(Debug)]
pub struct Gathered {
    /// The documents, and what else is there.
    pub snapshot: Snapshot,
    /// Policy files outside the folder of policies, which are in force nowhere.
    pub strays: Vec<String>,
    /// How many YAML files were left out because the configuration says so.
    pub excluded: usize,
}

/// Gathers the documents of a host.
#[must_use]
pub fn gather(host: &dyn Host, wanted: &Wanted<'_>) -> Gathered {
    let listing = host.list(wanted.paths);
    let is_excluded = |path: &str| wanted.exclude.matches(path);
    let (entries, left_out): (Vec<Entry>, Vec<Entry>) = listing
        .entries
        .into_iter()
        .partition(|entry| entry.named || !is_excluded(&entry.path));
    let sorted: Vec<Sorted> = entries
        .par_iter()
        .enumerate()
        .map(|(number, entry)| sort(host, wanted, (number, entry)))
        .collect();
    let mut snapshot = Snapshot {
        unread: listing.unread,
        ..Snapshot::default()
    };
    snapshot.unread.retain(|(path, _)| !is_excluded(path));
    let mut strays = Vec::new();
    let mut files = BTreeMap::new();
    for (entry, sorted) in entries.into_iter().zip(sorted) {
        let size = match sorted {
            Sorted::Document(document) => {
                snapshot.documents.push(document);
                continue;
            }
            Sorted::Unread(reason) => {
                snapshot.unread.push((entry.path, reason));
                continue;
            }
            Sorted::Stray(size) => {
                snapshot.skipped += 1;
                strays.push(entry.path.clone());
                size
            }
            Sorted::Skipped(size) => {
                snapshot.skipped += 1;
                size
            }
            Sorted::Other(size) => size,
        };
        let digest = None;
        files.insert(entry.path, OtherFile { size, digest });
    }
    snapshot.files = files;
    snapshot.unread.sort();
    let excluded = left_out.iter().filter(|entry| is_yaml(&entry.path));
    Gathered {
        excluded: excluded.count(),
        snapshot,
        strays,
    }
}

/// True for the names of YAML files.
#[must_use]
pub fn is_yaml(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["yaml", "yml"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// What becomes of a file.
enum Sorted {
    Document(Document),
    /// A YAML file of somebody else.
    Skipped(u64),
    /// A policy file in the wrong place.
    Stray(u64),
    /// No YAML, or one of our own files.
    Other(u64),
    Unread(String),
}

thread_local! {
    /// Most files are skipped or small: one buffer a thread, copied from only if it is kept.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fn sort(host: &dyn Host, wanted: &Wanted<'_>, (number, entry): (usize, &Entry)) -> Sorted {
    let is_asked_for = entry.named || wanted.documents.matches(&entry.path);
    if let Some(size) = entry.size
        && (!is_asked_for || wanted.own.contains(&entry.path))
    {
        return Sorted::Other(size);
    }
    if let Some(document) = recall(wanted, number, entry) {
        return Sorted::Document(document);
    }
    BUFFER.with_borrow_mut(|buffer| {
        // One byte more than is read tells a file that is too long.
        match host.read(&entry.path, limits::SIZE + 1, buffer) {
            Ok(()) if wanted.own.contains(&entry.path) => Sorted::Other(buffer.len() as u64),
            Ok(()) => sort_bytes(wanted, entry, buffer, is_asked_for),
            Err(error) => Sorted::Unread(reason(&error)),
        }
    })
}

/// The document that an earlier revision held in the same blob at the same path. What says that it
/// is ours is ours under all kinds, and whoever asks. `number` is the place where it is looked for
/// first, as mostly few files come and go.
fn recall(wanted: &Wanted<'_>, number: usize, entry: &Entry) -> Option<Document> {
    let documents = &wanted.known?.documents;
    let path = &entry.path;
    let near = documents.get(number);
    let document = match near.filter(|document| document.path == *path) {
        Some(document) => document,
        None => {
            let found = documents.binary_search_by(|document| document.path.cmp(path));
            &documents[found.ok()?]
        }
    };
    let is_same = document.recognition == Recognition::Ours
        && document.blob.is_some()
        && document.blob == entry.blob
        && !wanted.own.contains(path);
    is_same.then(|| document.clone())
}

fn sort_bytes(wanted: &Wanted<'_>, entry: &Entry, bytes: &[u8], is_asked_for: bool) -> Sorted {
    if is_pointer_to_large_file(bytes) {
        return Sorted::Unread(
            "is a pointer to a file in Git LFS, whose content is not here".to_owned(),
        );
    }
    let recognition = recognize(bytes, wanted.is_kind);
    let size = bytes.len() as u64;
    if recognition == Recognition::Foreign && !is_asked_for {
        return Sorted::Skipped(size);
    }
    if recognition == Recognition::Ours && is_policy_file(bytes) {
        return Sorted::Stray(size);
    }
    Sorted::Document(Document {
        path: entry.path.clone(),
        bytes: bytes.into(),
        recognition,
        blob: entry.blob,
    })
}

/// True for what Git LFS leaves in place of a file: the first line and the size of its
/// specification.
fn is_pointer_to_large_file(bytes: &[u8]) -> bool {
    bytes.len() < 1024 && bytes.starts_with(b"version https://git-lfs.github.com/spec/v1\n")
}

/// True for rules, functions, configurations and the like: files of govlint that are no records.
#[must_use]
pub fn is_policy_file(bytes: &[u8]) -> bool {
    first_kind(bytes).is_some_and(|kind| kind == "Config" || OWN_KINDS.contains(&kind))
}

/// The words of the operating system, without its number for them.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_lowercase(),
        None => text,
    }
}

#[cfg(test)]
mod tests;
