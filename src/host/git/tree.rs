//! A folder of the tree of a commit, read like a folder of the file system.
//!
//! `.gitignore` plays no role: what is committed is meant. Files stand as they were committed,
//! without the filters and line ends of a checkout.

use std::io;
use std::sync::{Arc, OnceLock};

use git2::{ErrorCode, Odb, Oid};
use rayon::prelude::*;

use super::links::{self, Target};
use super::listing::{self, File, Files, WHOLE};
use super::{Repository, object_id, oid, unreadable};
use crate::host::{Entry, Host, Listing, is_yaml, reason};
use crate::snapshot::ObjectId;

/// Blobs above this are not looked into, since the object database gives them whole or not at all.
const LARGEST: usize = 256 * 1024 * 1024;

/// A folder of the tree of a commit.
#[derive(Debug, Clone)]
pub struct Tree(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    repository: Repository,
    /// The whole tree.
    tree: ObjectId,
    /// The folder in it; empty for all.
    folder: String,
    files: OnceLock<Files>,
}

impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        (self.0.tree, &self.0.folder) == (other.0.tree, &other.0.folder)
    }
}

impl Tree {
    pub(super) fn new(repository: Repository, tree: ObjectId, folder: &str) -> Self {
        Self(Arc::new(Inner {
            repository,
            tree,
            folder: folder.to_owned(),
            files: OnceLock::new(),
        }))
    }

    /// The folder of the repository that this is; empty for all of it.
    #[must_use]
    pub fn folder(&self) -> &str {
        &self.0.folder
    }

    /// Finds a path from the root of the repository.
    pub(super) fn follow(&self, path: &str) -> Result<Target, git2::Error> {
        let tree = oid(self.0.tree);
        let opened = &self.0.repository.0;
        opened
            .handles
            .with(|repository| links::follow(repository, tree, path))?
    }

    fn files(&self) -> &Files {
        self.0.files.get_or_init(|| {
            let listed = self.follow(&self.0.folder).and_then(|target| match target {
                Target::Folder { id, .. } => {
                    let opened = &self.0.repository.0;
                    opened
                        .handles
                        .with(|repository| listing::list(repository, id))
                }
                _ => Ok(Files::default()),
            });
            listed.unwrap_or_else(|error| Files {
                faults: vec![(WHOLE.to_owned(), error.message().to_owned())],
                ..Files::default()
            })
        })
    }

    /// Asks the object database; `what` is the object that is asked for.
    fn ask<T>(
        &self,
        what: Oid,
        ask: impl FnOnce(&Odb<'_>) -> Result<T, git2::Error>,
    ) -> io::Result<T> {
        let opened = &self.0.repository.0;
        let answer = opened.handles.with(|repository| ask(&repository.odb()?));
        answer
            .and_then(|answer| answer)
            .map_err(|error| self.unread(what, &error))
    }

    /// Why the content of a blob cannot be read.
    fn unread(&self, id: Oid, error: &git2::Error) -> io::Error {
        let reason = unreadable(object_id(id), error);
        let is_missing = error.code() == ErrorCode::NotFound;
        if is_missing && self.0.repository.0.handles.is_partial() {
            return io::Error::other(format!("{reason}, which is a partial clone"));
        }
        io::Error::other(reason)
    }

    fn size(&self, blob: Oid) -> io::Result<usize> {
        self.ask(blob, |objects| Ok(objects.read_header(blob)?.0))
    }

    /// Where a path of this folder leads, by the path from this folder.
    fn target(&self, path: &str) -> Result<Followed, git2::Error> {
        let found = match self.0.folder.as_str() {
            "" => self.follow(path)?,
            folder => self.follow(&format!("{folder}/{path}"))?,
        };
        let below = |path: String| match self.0.folder.as_str() {
            "" => Some(path),
            folder if path == folder => Some(String::new()),
            folder => Some(path.strip_prefix(folder)?.strip_prefix('/')?.to_owned()),
        };
        Ok(match found {
            Target::File { path, id } => match below(path) {
                Some(path) => Followed::File(path, id),
                None => Followed::Outside,
            },
            Target::Folder { path, .. } => match below(path) {
                Some(path) => Followed::Folder(path),
                None => Followed::Outside,
            },
            Target::Submodule | Target::Outside => Followed::Outside,
            Target::Nowhere => Followed::Nowhere,
        })
    }

    /// The blob that a file of the folder stands in.
    pub(super) fn blob(&self, path: &str) -> Option<ObjectId> {
        self.blob_at(path).map(object_id)
    }

    fn blob_at(&self, path: &str) -> Option<Oid> {
        self.blob_of(path, self.files().find(path)?)
    }

    fn blob_of(&self, path: &str, file: File) -> Option<Oid> {
        match file {
            File::Blob(id) => Some(id),
            File::Link(_) => match self.target(path).ok()? {
                Followed::File(_, id) => Some(id),
                _ => None,
            },
        }
    }
}

/// Where a link leads, by the path from the folder.
enum Followed {
    File(String, Oid),
    Folder(String),
    Outside,
    Nowhere,
}

impl Host for Tree {
    fn list(&self, paths: &[String]) -> Listing {
        let mut seen: Vec<(Entry, File)> = Vec::new();
        let mut listing = Listing::default();
        for path in paths {
            self.see(path, &mut seen, &mut listing.unread);
        }
        // Of two entries of one file, the one that was asked for by its path stays.
        seen.sort_by(|(left, _), (right, _)| {
            (&left.path, right.named).cmp(&(&right.path, left.named))
        });
        seen.dedup_by(|(next, _), (kept, _)| next.path == kept.path);
        let mut links = Vec::new();
        for (entry, seen) in self.measure(seen) {
            match seen {
                Seen::File => listing.entries.push(entry),
                Seen::Link(target) => links.push((entry, target)),
                Seen::Nothing => {}
                Seen::Unread(reason) => listing.unread.push((entry.path, reason)),
            }
        }
        links.retain(|(_, target)| {
            let entries = &listing.entries;
            entries
                .binary_search_by(|entry| entry.path.cmp(target))
                .is_err()
        });
        listing
            .entries
            .extend(links.into_iter().map(|(entry, _)| entry));
        listing.entries.sort();
        listing.unread.sort();
        listing.unread.dedup();
        listing
    }

    fn read(&self, path: &str, limit: usize, buffer: &mut Vec<u8>) -> io::Result<()> {
        buffer.clear();
        let blob = self.blob_at(path).ok_or(io::ErrorKind::NotFound)?;
        let size = self.size(blob)?;
        if size > LARGEST {
            let message = format!("is too large to be looked into: {size} bytes");
            return Err(io::Error::other(message));
        }
        self.ask(blob, |objects| {
            let object = objects.read(blob)?;
            let bytes = object.data();
            buffer.extend_from_slice(&bytes[..bytes.len().min(limit)]);
            Ok(())
        })
    }

    fn is_folder(&self, path: &str) -> bool {
        path.is_empty() || !self.files().below(path).is_empty()
    }

    fn is_file(&self, path: &str) -> bool {
        self.blob_at(path).is_some()
    }
}

/// What becomes of an entry.
enum Seen {
    File,
    /// A link to a file of this path.
    Link(String),
    Nothing,
    Unread(String),
}

impl Tree {
    /// The files that a path of the command line means, and what cannot be read of them.
    fn see(&self, path: &str, seen: &mut Vec<(Entry, File)>, unread: &mut Vec<(String, String)>) {
        let files = self.files();
        let entry = |path: &str, named: bool| Entry {
            path: path.to_owned(),
            size: None,
            named,
            blob: None,
        };
        if let Some(file) = files.find(path) {
            seen.push((entry(path, true), file));
        }
        let start = if path.is_empty() { 0 } else { path.len() + 1 };
        let is_hidden = |found: &str| found.get(start..).is_some_and(is_hidden);
        let shown = files
            .below(path)
            .iter()
            .filter(|(found, _)| !is_hidden(found));
        seen.extend(shown.map(|(found, file)| (entry(found, false), *file)));
        let is_meant = |found: &str| {
            let below = found.strip_prefix(path);
            found == path
                || found == WHOLE
                || below.is_some_and(|below| path.is_empty() || below.starts_with('/'))
                    && !is_hidden(found)
        };
        let faults = files.faults.iter();
        unread.extend(faults.filter(|(found, _)| is_meant(found)).cloned());
    }

    /// Adds the sizes of what is no YAML, and follows links.
    fn measure(&self, seen: Vec<(Entry, File)>) -> Vec<(Entry, Seen)> {
        seen.into_par_iter()
            .map(|(mut entry, file)| {
                entry.blob = self.blob_of(&entry.path, file).map(object_id);
                let seen = match file {
                    File::Link(_) => self.see_link(&entry),
                    File::Blob(_) if is_yaml(&entry.path) => Seen::File,
                    File::Blob(blob) => match self.size(blob) {
                        Ok(size) => {
                            entry.size = Some(size as u64);
                            Seen::File
                        }
                        Err(error) => Seen::Unread(reason(&error)),
                    },
                };
                (entry, seen)
            })
            .collect()
    }

    /// The same as for links of the file system: inside the folder the target is read under its
    /// own name, unless nothing else would read it; what leads out is said and not followed.
    fn see_link(&self, entry: &Entry) -> Seen {
        let Entry { path, named, .. } = entry;
        let unread = |reason: &str| Seen::Unread(reason.to_owned());
        match self.target(path) {
            Ok(Followed::File(target, _)) if is_yaml(path) || *named => {
                if *named {
                    Seen::File
                } else {
                    Seen::Link(target)
                }
            }
            Ok(Followed::File(..)) => Seen::Nothing,
            Ok(Followed::Folder(target)) if is_hidden(&target) => {
                unread("is a link to a hidden folder, which is not followed")
            }
            Ok(Followed::Folder(_)) => Seen::Nothing,
            Ok(Followed::Outside) => {
                unread("is a link out of the checked folder, which is not followed")
            }
            Ok(Followed::Nowhere) if is_yaml(path) => unread("is a link that leads nowhere"),
            Ok(Followed::Nowhere) => Seen::Nothing,
            Err(error) => Seen::Unread(error.message().to_owned()),
        }
    }
}

/// `..` is no hidden name, but one that must not go unnoticed.
fn is_hidden(path: &str) -> bool {
    path.split('/')
        .any(|part| part.starts_with('.') && part != "..")
}
