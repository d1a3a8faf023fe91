//! Which revisions a history looks at, the oldest first.

use std::collections::BTreeMap;

use super::{Arguments, Selected};
use crate::error::{Error, ErrorKind};
use crate::host::git::{Line, Revision};

/// Selects revisions, and says what was left out.
pub(super) fn select(arguments: &Arguments, head: &Revision) -> Result<Selected, Error> {
    let line = head.repository().line(head)?;
    let mut notes = Vec::new();
    if line.is_cut {
        let note = "the clone is shallow, so older revisions are missing; \
                    fetch them: git fetch --unshallow --tags";
        notes.push(note.to_owned());
    }
    let revisions = if !arguments.revisions.is_empty() {
        named(arguments, head, &line)?
    } else if arguments.monthly {
        let months = line.months().into_iter();
        let at = |(month, position): (String, usize)| line.revision(position, &month);
        months.map(at).collect::<Result<Vec<_>, _>>()?
    } else {
        tagged(head, &line, &mut notes)?
    };
    if revisions.is_empty() {
        let error = Error::new(ErrorKind::Nothing, "there is no tag to look at");
        return Err(notes
            .into_iter()
            .fold(error, Error::hint)
            .hint("name revisions, or look at months: govlint history --monthly"));
    }
    Ok((line, revisions, notes))
}

/// The revisions that are named, each once: as they follow on the line, or by time if one stands
/// beside it.
fn named(arguments: &Arguments, head: &Revision, line: &Line) -> Result<Vec<Revision>, Error> {
    let mut revisions = Vec::new();
    for name in &arguments.revisions {
        let revision = head.repository().revision(name)?;
        let position = line.position(revision.identity.commit);
        revisions.push((position, revision));
    }
    let all_on_line = revisions.iter().all(|(position, _)| position.is_some());
    revisions.sort_by_key(|(position, revision)| {
        let identity = &revision.identity;
        let position = position.filter(|_| all_on_line);
        (position, identity.committer.seconds, identity.commit)
    });
    revisions.dedup_by_key(|(_, revision)| revision.identity.commit);
    Ok(revisions
        .into_iter()
        .map(|(_, revision)| revision)
        .collect())
}

/// The tags on the line. Several of one commit are told as one.
fn tagged(head: &Revision, line: &Line, notes: &mut Vec<String>) -> Result<Vec<Revision>, Error> {
    let mut by_position: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut beside = Vec::new();
    for tag in head.repository().tags()? {
        match line.position(tag.commit) {
            Some(position) => by_position.entry(position).or_default().push(tag.name),
            None => beside.push(tag.name),
        }
    }
    if !beside.is_empty() {
        let asked = &head.identity.asked;
        notes.push(format!(
            "left out, because they are not on the line of first parents of {asked}: {}",
            beside.join(", ")
        ));
    }
    let mut revisions = Vec::new();
    for names in by_position.into_values() {
        let mut revision = head
            .repository()
            .revision(&format!("refs/tags/{}", names[0]))?;
        revision.identity.asked = names.join(", ");
        revisions.push(revision);
    }
    Ok(revisions)
}
