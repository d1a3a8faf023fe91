//! The line of first parents: the states that a branch had, one after the other.

use std::collections::BTreeMap;

use git2::{Oid, Repository as Opened};

use super::{Repository, Revision, identity, object_id, oid, unreadable};
use crate::error::{Error, ErrorKind};
use crate::snapshot::{Contributor, ObjectId};

/// The commits from a revision back along first parents.
#[derive(Debug)]
pub struct Line {
    repository: Repository,
    /// The oldest first.
    commits: Vec<Moment>,
    /// True if there are older commits that a shallow clone does not hold.
    pub is_cut: bool,
}

/// A commit on a line.
#[derive(Debug, Clone)]
struct Moment {
    id: ObjectId,
    committer: Contributor,
}

/// A tag, and the commit that it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged {
    /// Its name without `refs/tags/`.
    pub name: String,
    /// The commit.
    pub commit: ObjectId,
}

impl Repository {
    /// Follows first parents from a revision to the first commit.
    ///
    /// # Errors
    ///
    /// If a commit cannot be read.
    pub fn line(&self, last: &Revision) -> Result<Line, Error> {
        let (mut commits, is_cut) =
            self.ask(|repository| walk(repository, oid(last.identity.commit)))?;
        commits.reverse();
        Ok(Line {
            repository: self.clone(),
            commits,
            is_cut,
        })
    }

    /// The tags that lead to commits, by name.
    ///
    /// # Errors
    ///
    /// If the references cannot be read.
    pub fn tags(&self) -> Result<Vec<Tagged>, Error> {
        self.ask(|repository| {
            tags(repository).map_err(|error| {
                let message = format!("the tags cannot be read: {}", error.message());
                Error::new(ErrorKind::Io, message)
            })
        })
    }
}

impl Line {
    /// The number of commits.
    #[must_use]
    pub fn len(&self) -> usize {
        self.commits.len()
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.commits.is_empty()
    }

    /// The place of a commit on the line.
    #[must_use]
    pub fn position(&self, commit: ObjectId) -> Option<usize> {
        self.commits.iter().position(|moment| moment.id == commit)
    }

    /// The revision at a place, which is asked for under a name.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn revision(&self, position: usize, asked: &str) -> Result<Revision, Error> {
        let id = oid(self.commits[position].id);
        self.repository.find(|repository| {
            let commit = repository
                .find_commit(id)
                .map_err(|error| broken(id, &error))?;
            identity::of_commit(repository, &commit, asked)
        })
    }

    /// The last commit of each month, on the calendars of the committers, by `YYYY-MM`.
    #[must_use]
    pub fn months(&self) -> BTreeMap<String, usize> {
        let mut months = BTreeMap::new();
        for (position, moment) in self.commits.iter().enumerate() {
            if let Some(date) = moment.committer.date() {
                let (year, month, _) = date.ymd();
                // Later commits stand further on.
                months.insert(format!("{year:04}-{month:02}"), position);
            }
        }
        months
    }
}

fn walk(repository: &Opened, last: Oid) -> Result<(Vec<Moment>, bool), Error> {
    let mut commits = Vec::new();
    let mut next = Some(last);
    let mut is_cut = false;
    while let Some(id) = next {
        let commit = repository
            .find_commit(id)
            .map_err(|error| broken(id, &error))?;
        commits.push(Moment {
            id: object_id(id),
            committer: identity::contributor(&commit.committer()),
        });
        next = commit.parent_id(0).ok();
        // A shallow clone keeps the header, which names the parents that it lacks.
        let header = commit.raw_header_bytes();
        let names_parent = header
            .split(|byte| *byte == b'\n')
            .any(|line| line.starts_with(b"parent "));
        is_cut = next.is_none() && names_parent;
    }
    Ok((commits, is_cut))
}

fn tags(repository: &Opened) -> Result<Vec<Tagged>, git2::Error> {
    let mut found = Vec::new();
    for reference in repository.references_glob("refs/tags/*")? {
        let reference = reference?;
        let name = String::from_utf8_lossy(reference.name_bytes());
        let name = name.strip_prefix("refs/tags/").unwrap_or(&name).to_owned();
        // A tag of something else is no state of the records.
        if let Ok(commit) = reference.peel_to_commit() {
            let commit = object_id(commit.id());
            found.push(Tagged { name, commit });
        }
    }
    found.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(found)
}

fn broken(id: Oid, error: &git2::Error) -> Error {
    let reason = unreadable(object_id(id), error);
    Error::new(
        ErrorKind::Usage,
        format!("the history cannot be read: {reason}"),
    )
    .hint("`git fsck` tells what is damaged")
}
