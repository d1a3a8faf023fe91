//! The last tags of what is reported on: where each domain stood, by the rules of today.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::cli::opening::{Opening, committed_on};
use crate::error::Error;
use crate::host::git::Revision;
use crate::report::Milestone;
use crate::snapshot::RevisionIdentity;
use crate::workspace::gauge::Gauge;

/// The most tags that are looked at. Each costs what differs from the one before it.
const MOST: usize = 8;

/// What the last tags were worth, the oldest first, and what is to be said of those that could not
/// be judged. Fewer than two tags show no direction.
pub(super) fn milestones(
    opening: &Opening,
    paths: &[PathBuf],
    judged: Option<&RevisionIdentity>,
) -> Result<(Vec<Milestone>, Vec<String>), Error> {
    let paths = match paths {
        [] => vec![PathBuf::from(".")],
        given => given.to_owned(),
    };
    let (mut milestones, mut notes) = (Vec::new(), Vec::new());
    let Some(judged) = judged.filter(|_| paths.iter().all(|path| path != Path::new("-"))) else {
        return Ok((milestones, notes));
    };
    let mut gauge = Gauge::default();
    for revision in tagged(opening, &paths, judged)? {
        match milestone(opening, &paths, &revision, &mut gauge) {
            Ok(milestone) => milestones.push(milestone),
            Err(error) => {
                let asked = &revision.identity.asked;
                notes.push(format!(
                    "{asked} is missing from what is shown over time: {}.",
                    error.message
                ));
            }
        }
    }
    Ok((milestones, notes))
}

/// The last tags on the line of first parents that leads to what is judged, without the one that
/// is judged itself.
fn tagged(
    opening: &Opening,
    paths: &[PathBuf],
    judged: &RevisionIdentity,
) -> Result<Vec<Revision>, Error> {
    let repository = opening.repository(paths)?;
    let line = repository.line(&repository.revision(&judged.commit.to_string())?)?;
    let mut by_position: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for tag in repository.tags()? {
        if let Some(position) = line.position(tag.commit) {
            by_position.entry(position).or_default().insert(tag.name);
        }
    }
    if by_position.len() < 2 {
        return Ok(Vec::new());
    }
    let is_shown_anyway = judged.dirty != Some(true);
    let last = line.position(judged.commit).filter(|_| is_shown_anyway);
    let left = by_position.len().saturating_sub(MOST);
    let tags = by_position.into_iter().skip(left);
    let tags = tags.filter(|(position, _)| Some(*position) != last);
    tags.map(|(position, names)| {
        let names: Vec<String> = names.into_iter().collect();
        line.revision(position, &names.join(", "))
    })
    .collect()
}

/// Judges a tag on its own day, by the policies of what is reported on.
fn milestone(
    opening: &Opening,
    paths: &[PathBuf],
    revision: &Revision,
    gauge: &mut Gauge,
) -> Result<Milestone, Error> {
    let day = committed_on(&revision.identity)?;
    let beside = opening.ground_beside(paths, revision)?;
    let workspace = opening.workspace(paths, &beside, &opening.ground(paths)?)?;
    Ok(Milestone::of(day, &gauge.scores(&workspace, day)?))
}
