//! Where the files of a report can be read on the web.

use std::path::PathBuf;

use crate::cli::opening::Opening;
use crate::report::Forge;
use crate::snapshot::RevisionIdentity;

/// Returns the site of what was read, if its lines are those of a commit and the site is known.
/// Whatever keeps it from being known is no fault of a report.
pub(super) fn forge(
    opening: &Opening,
    paths: &[PathBuf],
    revision: Option<&RevisionIdentity>,
) -> Option<Forge> {
    let revision = revision.filter(|revision| revision.dirty != Some(true))?;
    let current = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &current } else { paths };
    let repository = opening.repository(paths).ok()?;
    let folder = opening.folder_in(&repository, paths)?;
    Forge::of(
        &repository.remote_url()?,
        &revision.commit.to_string(),
        &folder,
    )
}
