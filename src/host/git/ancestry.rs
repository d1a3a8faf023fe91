//! Where two lines of history part.

use git2::{ErrorCode, Oid, Repository};

use super::{identity, oid};
use crate::error::{Error, ErrorKind};
use crate::snapshot::RevisionIdentity;

/// Finds the youngest of the best common ancestors of two commits.
pub(super) fn merge_base(
    repository: &Repository,
    one: &RevisionIdentity,
    other: &RevisionIdentity,
) -> Result<RevisionIdentity, Error> {
    let found = repository.merge_bases(oid(one.commit), oid(other.commit));
    let bases: Vec<Oid> = match found {
        Ok(bases) => bases.iter().copied().collect(),
        Err(error) if error.code() == ErrorCode::NotFound => Vec::new(),
        Err(error) => return Err(failed(one, other, &error)),
    };
    let mut commits = Vec::new();
    for base in bases {
        let commit = repository.find_commit(base);
        commits.push(commit.map_err(|error| failed(one, other, &error))?);
    }
    // Crossing merges leave several; the order of a list must not decide.
    let youngest = commits
        .iter()
        .max_by_key(|commit| (commit.time().seconds(), commit.id()));
    match youngest {
        Some(commit) => {
            let asked = format!("merge base of {} and {}", one.asked, other.asked);
            identity::of_commit(repository, commit, &asked)
        }
        None => Err(without_base(repository, one, other)),
    }
}

fn without_base(
    repository: &Repository,
    one: &RevisionIdentity,
    other: &RevisionIdentity,
) -> Error {
    let (one, other) = (&one.asked, &other.asked);
    if repository.is_shallow() {
        let message = format!(
            "the history is too shallow to tell where `{one}` and `{other}` parted, so nothing can be called new"
        );
        return Error::new(ErrorKind::Usage, message).hint(
            "fetch the whole history: git fetch --unshallow; or with actions/checkout: fetch-depth: 0",
        );
    }
    let message = format!("`{one}` and `{other}` have no commit in common");
    Error::new(ErrorKind::Usage, message).hint("name a revision of the same history")
}

fn failed(one: &RevisionIdentity, other: &RevisionIdentity, error: &git2::Error) -> Error {
    let message = format!(
        "the history of `{}` and `{}` cannot be read: {}",
        one.asked,
        other.asked,
        error.message()
    );
    Error::new(ErrorKind::Usage, message).hint("`git fsck` tells what is damaged")
}
