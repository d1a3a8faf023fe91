//! The object database of a git repository: revisions and their trees, read without a checkout.
//!
//! Objects are read, and nothing of the repository is executed: no hook, no filter, no file system
//! monitor. Variables such as `GIT_DIR` change nothing; objects whose content does not have the
//! hash that they are called by are not read; a repository that belongs to somebody else is not
//! opened. Signatures are noticed, not verified. Reference logs are not consulted, because they
//! differ from clone to clone, and replacement objects neither.

mod ancestry;
mod folder;
mod handles;
mod identity;
mod line;
mod links;
mod listing;
mod remote;
mod tree;
mod working;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use git2::ErrorCode;

use crate::error::{Error, ErrorKind};
use crate::snapshot::{ObjectId, RevisionIdentity};
pub use folder::join;
use handles::Handles;
pub use line::{Line, Tagged};
pub use tree::Tree;
pub use working::{Sides, blob_of};

/// A git repository: with a working tree or bare, shallow, or one of several working trees.
#[derive(Debug, Clone)]
pub struct Repository(Arc<Opened>);

#[derive(Debug)]
struct Opened {
    handles: Handles,
    /// The root of the working tree, absolute and without links; none in a bare repository.
    root: Option<PathBuf>,
    /// The folder of the tree that relative paths start from: empty, or with `/` at its end.
    prefix: String,
}

/// A commit of a repository, and how it was found.
#[derive(Debug, Clone)]
pub struct Revision {
    repository: Repository,
    /// What is recorded of it.
    pub identity: RevisionIdentity,
}

impl Repository {
    /// Opens the repository around a folder: the one it stands in, or that it is itself.
    ///
    /// # Errors
    ///
    /// If there is none, if it belongs to somebody else, or if it is of a kind that cannot be read.
    pub fn discover(folder: &Path) -> Result<Self, Error> {
        let start = fs::canonicalize(folder).map_err(|error| {
            let reason = super::reason(&error);
            Error::new(ErrorKind::Usage, format!("{}: {reason}", folder.display()))
        })?;
        let handles = Handles::discover(&start).map_err(|error| unopened(folder, &error))?;
        let root = handles.root().and_then(|root| fs::canonicalize(root).ok());
        let below = root
            .as_deref()
            .and_then(|root| start.strip_prefix(root).ok());
        let below = below.filter(|_| !handles.holds(&start));
        let prefix = folder::spell(below.unwrap_or(Path::new("")))?;
        let prefix = if prefix.is_empty() {
            prefix
        } else {
            format!("{prefix}/")
        };
        Ok(Self(Arc::new(Opened {
            handles,
            root,
            prefix,
        })))
    }

    /// Finds the commit that a name means: a tag, a branch, `HEAD~2`, a commit id or the start of
    /// one.
    ///
    /// # Errors
    ///
    /// If there is none, or several.
    pub fn revision(&self, name: &str) -> Result<Revision, Error> {
        self.find(|repository| identity::find(repository, name))
    }

    /// Finds the commit from which two revisions went separate ways: the youngest that is an
    /// ancestor of both.
    ///
    /// # Errors
    ///
    /// If they have none in common, or if the history is too shallow to find it.
    pub fn merge_base(&self, one: &Revision, other: &Revision) -> Result<Revision, Error> {
        self.find(|repository| ancestry::merge_base(repository, &one.identity, &other.identity))
    }

    fn find(
        &self,
        find: impl FnOnce(&git2::Repository) -> Result<RevisionIdentity, Error>,
    ) -> Result<Revision, Error> {
        Ok(Revision {
            identity: self.ask(find)?,
            repository: self.clone(),
        })
    }

    fn ask<T>(&self, ask: impl FnOnce(&git2::Repository) -> Result<T, Error>) -> Result<T, Error> {
        self.0.handles.with(ask).unwrap_or_else(|error| {
            let message = format!("the repository cannot be read: {}", error.message());
            Err(Error::new(ErrorKind::Io, message))
        })
    }

    /// The address of the remote that it was cloned from, without user name and password; none if
    /// there is no remote, or several and none of them is called `origin`.
    #[must_use]
    pub fn remote_url(&self) -> Option<String> {
        self.0.handles.with(remote::url).ok().flatten()
    }

    /// The address of the same remote as an absolute URI; none if it is a path on this machine.
    #[must_use]
    pub fn remote_address(&self) -> Option<String> {
        remote::address(&self.remote_url()?)
    }

    /// The folder of the tree at which a folder of the file system stands in the working tree;
    /// none if it stands elsewhere.
    #[must_use]
    pub fn place(&self, folder: &Path) -> Option<String> {
        let below = folder.strip_prefix(self.0.root.as_deref()?).ok()?;
        folder::spell(below).ok()
    }
}

impl Revision {
    /// The repository it is a revision of.
    #[must_use]
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Returns the whole tree of the commit.
    #[must_use]
    pub fn tree_host(&self) -> Tree {
        self.folder("")
    }

    /// Returns a folder of the tree of the commit; an empty one if there is none.
    #[must_use]
    pub fn folder(&self, folder: &str) -> Tree {
        Tree::new(self.repository.clone(), self.identity.tree, folder)
    }
}

fn unopened(folder: &Path, error: &git2::Error) -> Error {
    let shown = folder.display();
    let usage = |message: String| Error::new(ErrorKind::Usage, message);
    let words = error.message();
    match error.code() {
        ErrorCode::NotFound => usage(format!("there is no git repository around {shown}"))
            .hint("name one with `--repo DIR`"),
        ErrorCode::Owner => usage(format!(
            "the git repository around {shown} belongs to another user, so it is not opened"
        ))
        .hint("if you trust it: git config --global --add safe.directory DIR"),
        _ if words.contains("unknown object format") => usage(format!(
            "the git repository around {shown} names its objects with SHA-256, which cannot be read yet"
        ))
        .hint("check a working tree of it, without `--at`"),
        _ if words.contains("extensions.partialclone") => usage(format!(
            "the git repository around {shown} is a partial clone, which lacks files and would have to fetch them"
        ))
        .hint("clone it without `--filter`"),
        _ => usage(format!(
            "the git repository around {shown} cannot be opened: {words}"
        )),
    }
}

/// Why an object could not be read.
fn unreadable(id: ObjectId, error: &git2::Error) -> String {
    match error.code() {
        ErrorCode::NotFound => format!("the object {id} is missing from the repository"),
        _ => format!("the object {id} is damaged: {}", error.message()),
    }
}

fn object_id(id: git2::Oid) -> ObjectId {
    let bytes = id.as_bytes().try_into();
    ObjectId::new(bytes.expect("repositories with longer hashes are not opened"))
}

fn oid(id: ObjectId) -> git2::Oid {
    git2::Oid::from_bytes(id.as_bytes()).expect("an object id has the length of a hash")
}
