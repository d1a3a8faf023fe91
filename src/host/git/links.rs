//! Where a path of a tree leads, symbolic links included.

use git2::{ObjectType, Oid, Repository};

/// The mode of a symbolic link.
pub(super) const LINK: i32 = 0o120_000;

/// Links that are followed for one path before it counts as a circle.
const MOST_LINKS: usize = 40;

/// The longest text of a link that is followed.
const LONGEST_LINK: usize = 4096;

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// To a file.
    File {
        /// Its own path.
        path: String,
        /// Its blob.
        id: Oid,
    },
    /// To a folder.
    Folder {
        /// Its own path; empty for the root.
        path: String,
        /// Its tree.
        id: Oid,
    },
    /// Into a repository that is part of this one.
    Submodule,
    /// Out of the tree.
    Outside,
    /// To nothing.
    Nowhere,
}

/// Follows a path from the root of a tree.
pub(super) fn follow(
    repository: &Repository,
    tree: Oid,
    path: &str,
) -> Result<Target, git2::Error> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match step(repository, tree, &path)? {
            Step::Arrived(target) => return Ok(target),
            Step::Again(next) => path = next,
        }
    }
    Ok(Target::Nowhere)
}

enum Step {
    Arrived(Target),
    /// To be followed from the root.
    Again(String),
}

/// Goes as far as there is no link.
fn step(repository: &Repository, tree: Oid, path: &str) -> Result<Step, git2::Error> {
    let arrived = |target: Target| Ok(Step::Arrived(target));
    // The folders walked through, so that `..` leads back from where a link has led to.
    let mut walked: Vec<(&str, Oid)> = vec![("", tree)];
    let mut parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    while let Some(part) = parts.next() {
        if part == ".." {
            walked.pop();
            if walked.is_empty() {
                return arrived(Target::Outside);
            }
            continue;
        }
        let (_, here) = walked.last().expect("the root is never left");
        let folder = repository.find_tree(*here)?;
        let Some(entry) = folder.get_name(part) else {
            return arrived(Target::Nowhere);
        };
        let id = entry.id();
        match (entry.filemode(), entry.kind()) {
            (LINK, _) => {
                let rest: Vec<&str> = parts.collect();
                return jump(repository, id, &spell(&walked), &rest.join("/"));
            }
            (_, Some(ObjectType::Tree)) => walked.push((part, id)),
            (_, Some(ObjectType::Commit)) => return arrived(Target::Submodule),
            (_, Some(ObjectType::Blob)) if parts.next().is_none() => {
                walked.push((part, id));
                let path = spell(&walked);
                return arrived(Target::File { path, id });
            }
            _ => return arrived(Target::Nowhere),
        }
    }
    let (_, id) = *walked.last().expect("the root is never left");
    let path = spell(&walked);
    arrived(Target::Folder { path, id })
}

fn spell(walked: &[(&str, Oid)]) -> String {
    let names: Vec<&str> = walked.iter().skip(1).map(|(name, _)| *name).collect();
    names.join("/")
}

/// Where a link in a folder leads, with what is still to be walked after it.
fn jump(repository: &Repository, link: Oid, folder: &str, rest: &str) -> Result<Step, git2::Error> {
    let blob = repository.find_blob(link)?;
    let Ok(text) = std::str::from_utf8(blob.content()) else {
        return Ok(Step::Arrived(Target::Nowhere));
    };
    if text.is_empty() || text.len() > LONGEST_LINK {
        return Ok(Step::Arrived(Target::Nowhere));
    }
    if text.starts_with('/') {
        return Ok(Step::Arrived(Target::Outside));
    }
    Ok(Step::Again(format!("{folder}/{text}/{rest}")))
}
