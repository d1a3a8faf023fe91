//! From the name of a revision to its identity.

use git2::{Commit, ErrorCode, Object, ObjectType, Reference, Repository, Signature, Tag};

use super::{object_id, unreadable};
use crate::error::{Error, ErrorKind};
use crate::kind::nearest;
use crate::snapshot::{Contributor, ObjectId, RevisionIdentity, TagIdentity};

/// What a reflog expression may say: these name a configured branch, and no time of a clock.
const UPSTREAMS: [&str; 3] = ["upstream}", "u}", "push}"];

/// Finds the commit that a name means.
pub(super) fn find(repository: &Repository, name: &str) -> Result<RevisionIdentity, Error> {
    refuse_logs(name)?;
    let (object, reference) = repository
        .revparse_ext(name)
        .map_err(|error| unresolved(repository, name, &error))?;
    let (tag, commit) = peel(object, name)?;
    let mut identity = of_commit(repository, &commit, name)?;
    identity.tag = tag;
    identity.reference = reference.as_ref().map(full_name);
    Ok(identity)
}

/// The identity of a commit that no tag led to.
pub(super) fn of_commit(
    repository: &Repository,
    commit: &Commit<'_>,
    asked: &str,
) -> Result<RevisionIdentity, Error> {
    let (id, tree) = (object_id(commit.id()), commit.tree_id());
    repository
        .find_tree(tree)
        .map_err(|error| broken(asked, &unreadable(object_id(tree), &error)))?;
    Ok(RevisionIdentity {
        asked: asked.to_owned(),
        reference: None,
        commit: id,
        tree: object_id(tree),
        tag: None,
        signed: is_signed_header(commit.raw_header_bytes()),
        author: contributor(&commit.author()),
        committer: contributor(&commit.committer()),
        dirty: None,
    })
}

/// Reference logs differ from clone to clone, and dates in them ask the clock.
fn refuse_logs(name: &str) -> Result<(), Error> {
    let refused = name.match_indices("@{").any(|(at, mark)| {
        let rest = &name[at + mark.len()..];
        !UPSTREAMS.iter().any(|known| rest.starts_with(known))
    });
    if !refused {
        return Ok(());
    }
    let message = format!("`{name}` asks the reference log, which differs from clone to clone");
    Err(Error::new(ErrorKind::Usage, message)
        .hint("name a tag, a branch or a commit; `git rev-parse` gives the commit id"))
}

/// Follows tags to a commit. The first tag on the way is the one that was asked for.
fn peel<'r>(
    mut object: Object<'r>,
    name: &str,
) -> Result<(Option<TagIdentity>, Commit<'r>), Error> {
    let mut first = None;
    while let Some(tag) = object.as_tag() {
        let target = object_id(tag.target_id());
        let next = tag
            .target()
            .map_err(|error| broken(name, &unreadable(target, &error)))?;
        first.get_or_insert_with(|| tag_identity(tag));
        object = next;
    }
    let kind = object.kind();
    let commit = object.into_commit().map_err(|_| {
        let what = kind.map_or("an object", |kind| kind.str());
        let message = format!("`{name}` is no commit, but a {what}");
        Error::new(ErrorKind::Usage, message).hint("name a tag, a branch or a commit")
    })?;
    Ok((first, commit))
}

fn tag_identity(tag: &Tag<'_>) -> TagIdentity {
    TagIdentity {
        name: String::from_utf8_lossy(tag.name_bytes()).into_owned(),
        id: object_id(tag.id()),
        signed: tag.message_bytes().is_some_and(is_signed_message),
        tagger: tag.tagger().as_ref().map(contributor),
    }
}

/// The signature of a commit is a field of its header.
fn is_signed_header(header: &[u8]) -> bool {
    header
        .split(|byte| *byte == b'\n')
        .any(|line| line.starts_with(b"gpgsig ") || line.starts_with(b"gpgsig-sha256 "))
}

/// The signature of a tag stands at the end of its message: `-----BEGIN PGP SIGNATURE-----`,
/// `-----BEGIN SSH SIGNATURE-----`, `-----BEGIN SIGNED MESSAGE-----` for X.509.
fn is_signed_message(message: &[u8]) -> bool {
    message.split(|byte| *byte == b'\n').any(|line| {
        line.starts_with(b"-----BEGIN ")
            && (line.ends_with(b" SIGNATURE-----")
                || line.ends_with(b" SIGNED MESSAGE-----")
                || line.ends_with(b" MESSAGE-----"))
    })
}

/// Who signed, and when.
pub(super) fn contributor(signature: &Signature<'_>) -> Contributor {
    Contributor {
        name: String::from_utf8_lossy(signature.name_bytes()).into_owned(),
        seconds: signature.when().seconds(),
        offset_minutes: signature.when().offset_minutes(),
    }
}

fn full_name(reference: &Reference<'_>) -> String {
    String::from_utf8_lossy(reference.name_bytes()).into_owned()
}

fn broken(name: &str, reason: &str) -> Error {
    Error::new(
        ErrorKind::Usage,
        format!("`{name}` cannot be read: {reason}"),
    )
    .hint("`git fsck` tells what is damaged; fetch it again from a repository that is whole")
}

/// Why a name led to no object.
fn unresolved(repository: &Repository, name: &str, error: &git2::Error) -> Error {
    let usage = |message: String| Error::new(ErrorKind::Usage, message);
    if let Some((found, target)) = pointing_nowhere(repository, name) {
        return usage(format!(
            "`{found}` points to the object {target}, which is missing from the repository or damaged"
        ))
        .hint("fetch it: git fetch --tags origin");
    }
    match error.code() {
        ErrorCode::Ambiguous => usage(format!("`{name}` is the start of several object ids"))
            .hint("write more of its digits"),
        ErrorCode::UnbornBranch => usage(format!("`{name}` has no commit yet")),
        ErrorCode::NotFound if is_without_commits(repository) => {
            usage("the repository has no commit yet".to_owned())
        }
        ErrorCode::NotFound => unknown(repository, name),
        _ => usage(format!(
            "`{name}` cannot be resolved to a commit: {}",
            error.message()
        )),
    }
}

fn is_without_commits(repository: &Repository) -> bool {
    let references = repository.references();
    references.is_ok_and(|mut references| references.next().is_none())
}

/// The reference of this name whose object is not there.
fn pointing_nowhere(repository: &Repository, name: &str) -> Option<(String, ObjectId)> {
    let reference = repository.resolve_reference_from_short_name(name).ok()?;
    let target = reference.resolve().ok()?.target()?;
    let is_there = repository.find_object(target, None::<ObjectType>).is_ok();
    (!is_there).then(|| (full_name(&reference), object_id(target)))
}

fn unknown(repository: &Repository, name: &str) -> Error {
    let error = Error::new(
        ErrorKind::Usage,
        format!("there is no revision `{name}` in the repository"),
    );
    if repository.is_shallow() {
        return error
            .hint("the repository is shallow; fetch what it lacks: git fetch --unshallow --tags");
    }
    let names = short_names(repository);
    match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("`git tag` and `git branch --all` list the names"),
    }
}

/// Tags and branches by the names that people use, sorted.
fn short_names(repository: &Repository) -> Vec<String> {
    let Ok(references) = repository.references() else {
        return Vec::new();
    };
    let mut names: Vec<String> = references
        .flatten()
        .filter_map(|reference| reference.shorthand().ok().map(ToOwned::to_owned))
        .collect();
    names.sort();
    names
}
