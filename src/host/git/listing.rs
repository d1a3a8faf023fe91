//! All files below a folder of a tree, by path.

use std::collections::BTreeSet;

use git2::{ObjectType, Oid, Repository};

use super::links::LINK;
use super::{object_id, unreadable};
use crate::host::is_yaml;

/// The most bytes that the paths of one listing may take. Trees that hold one another a thousand
/// times over make millions of paths out of a few objects.
const MOST_BYTES: usize = 256 * 1024 * 1024;
/// What an entry takes besides its path.
const ENTRY_BYTES: usize = 64;
/// The longest path.
const LONGEST_PATH: usize = 4096;

/// The path of what is wrong with all of a tree.
pub(super) const WHOLE: &str = ".";

/// The files below a folder.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Files by path from the folder, sorted.
    pub(super) files: Vec<(String, File)>,
    /// What is no file that can be read: path and reason.
    pub(super) faults: Vec<(String, String)>,
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum File {
    /// A file with the content of a blob.
    Blob(Oid),
    /// A symbolic link whose text is in a blob.
    Link(Oid),
}

impl Files {
    /// What stands at a path.
    pub(super) fn find(&self, path: &str) -> Option<File> {
        let found = self
            .files
            .binary_search_by(|(known, _)| known.as_str().cmp(path));
        found.ok().map(|index| self.files[index].1)
    }

    /// The files below a folder; the empty path is the root.
    pub(super) fn below(&self, folder: &str) -> &[(String, File)] {
        if folder.is_empty() {
            return &self.files;
        }
        let first = format!("{folder}/");
        let start = self.files.partition_point(|(path, _)| *path < first);
        let count = self.files[start..].partition_point(|(path, _)| path.starts_with(&first));
        &self.files[start..start + count]
    }
}

/// Lists the files below a tree.
pub(super) fn list(repository: &Repository, tree: Oid) -> Files {
    let mut walk = Walk {
        repository,
        found: Files::default(),
        open: vec![(String::new(), tree)],
        bytes: 0,
    };
    while let Some((folder, tree)) = walk.open.pop() {
        walk.enter(&folder, tree);
        if walk.bytes > MOST_BYTES {
            // A part would be read for a long time, and still be no answer.
            let reason = "the tree holds more files than can be listed".to_owned();
            return Files {
                files: Vec::new(),
                faults: vec![(WHOLE.to_owned(), reason)],
            };
        }
    }
    let mut found = walk.found;
    found.files.sort_by(|left, right| left.0.cmp(&right.0));
    let Files { files, faults } = &mut found;
    files.dedup_by(|next, kept| {
        let is_twice = next.0 == kept.0;
        if is_twice {
            let reason = "stands in its folder twice".to_owned();
            faults.push((next.0.clone(), reason));
        }
        is_twice
    });
    found
}

struct Walk<'r> {
    repository: &'r Repository,
    found: Files,
    /// Folders still to be listed.
    open: Vec<(String, Oid)>,
    bytes: usize,
}

impl Walk<'_> {
    fn enter(&mut self, folder: &str, tree: Oid) {
        let tree = match self.repository.find_tree(tree) {
            Ok(tree) => tree,
            Err(error) => {
                let reason = unreadable(object_id(tree), &error);
                return self.found.faults.push((folder.to_owned(), reason));
            }
        };
        let mut folders = BTreeSet::new();
        for entry in &tree {
            let path = joined(folder, entry.name_bytes());
            self.bytes += path.len() + ENTRY_BYTES;
            if self.bytes > MOST_BYTES {
                return;
            }
            if let Some(reason) = unusable(entry.name_bytes(), &path) {
                let is_blob = entry.kind() == Some(ObjectType::Blob);
                if !is_blob || is_yaml(&path) {
                    self.found.faults.push((path, reason.to_owned()));
                }
                continue;
            }
            match (entry.filemode(), entry.kind()) {
                (LINK, _) => self.found.files.push((path, File::Link(entry.id()))),
                (_, Some(ObjectType::Blob)) => {
                    self.found.files.push((path, File::Blob(entry.id())));
                }
                (_, Some(ObjectType::Tree)) if folders.insert(path.clone()) => {
                    self.open.push((path, entry.id()));
                }
                (_, Some(ObjectType::Tree)) => {
                    let reason = "stands in its folder twice".to_owned();
                    self.found.faults.push((path, reason));
                }
                _ => {
                    let reason = "is a submodule, whose files are in a repository of its own";
                    self.found.faults.push((path, reason.to_owned()));
                }
            }
        }
    }
}

fn joined(folder: &str, name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    if folder.is_empty() {
        return name.into_owned();
    }
    format!("{folder}/{name}")
}

/// Why nothing of this name is read. Git itself makes no such entries, except that names need not
/// be UTF-8.
fn unusable(name: &[u8], path: &str) -> Option<&'static str> {
    if std::str::from_utf8(name).is_err() {
        return Some("its name is no UTF-8 text");
    }
    if path.len() > LONGEST_PATH {
        return Some("its path is too long");
    }
    let is_special = matches!(name, b"" | b"." | b"..")
        || name.eq_ignore_ascii_case(b".git")
        || name.contains(&b'/');
    is_special.then_some("its name is none that a file may have")
}
