//! Which resource a word of the command line means.

use crate::catalog::{Catalog, ResourceId};
use crate::error::{Error, ErrorKind};
use crate::kind::{KindId, nearest};

/// The word for the repository as a whole.
pub(super) const REPOSITORY: &str = "Repository";

/// How many candidates are named one by one.
const MOST_NAMED: usize = 8;

/// A resource or the repository, and perhaps one item of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// None for the repository.
    pub(super) resource: Option<ResourceId>,
    /// The key of an item.
    pub(super) key: Option<String>,
}

/// Finds what `word` names: `Kind/id`, `Kind/id#key`, `Repository`, or an id alone. Of several
/// resources with one id, those of a kind in `preferred` win.
pub(super) fn find(catalog: &Catalog, word: &str, preferred: &[KindId]) -> Result<Named, Error> {
    let (whole, key) = match word.split_once('#') {
        Some((whole, key)) => (whole, Some(key.to_owned())),
        None => (word, None),
    };
    let resource = match whole.split_once('/') {
        None if whole == REPOSITORY => None,
        Some((kind, id)) => Some(of_kind(catalog, kind, id)?),
        None => Some(alone(catalog, whole, preferred)?),
    };
    Ok(Named { resource, key })
}

fn of_kind(catalog: &Catalog, kind: &str, id: &str) -> Result<ResourceId, Error> {
    let kinds = catalog.kinds();
    let Some(found) = kinds.find(kind) else {
        let names = kinds.iter().map(|(_, kind)| &*kind.name);
        let error = Error::new(ErrorKind::Usage, format!("there is no kind `{kind}`"));
        return Err(match nearest(kind, names) {
            Some(near) => error.hint(format!("did you mean `{near}/{id}`?")),
            None => error.hint("`govlint schema` lists the kinds"),
        });
    };
    catalog.find(found, id).ok_or_else(|| {
        let resources: Vec<ResourceId> = catalog.of_kind(found).collect();
        unknown(catalog, &format!("{kind}/{id}"), id, &resources)
    })
}

fn alone(catalog: &Catalog, id: &str, preferred: &[KindId]) -> Result<ResourceId, Error> {
    let kinds = catalog.kinds().iter();
    let mut found: Vec<ResourceId> = kinds
        .filter_map(|(kind, _)| catalog.find(kind, id))
        .collect();
    if found.len() > 1 {
        let is_preferred =
            |resource: &ResourceId| preferred.contains(&catalog.resource(*resource).kind);
        if found.iter().any(is_preferred) {
            found.retain(is_preferred);
        }
    }
    match found.as_slice() {
        [one] => Ok(*one),
        [] => {
            let count = u32::try_from(catalog.len()).unwrap_or(u32::MAX);
            let all: Vec<ResourceId> = (0..count).collect();
            Err(unknown(catalog, id, id, &all))
        }
        several => {
            let names: Vec<String> = several.iter().map(|id| catalog.name(*id)).collect();
            let message = format!("`{id}` names {} resources", names.len());
            Err(Error::new(ErrorKind::Usage, message)
                .hint(format!("say which: {}", names.join(", "))))
        }
    }
}

fn unknown(catalog: &Catalog, word: &str, id: &str, candidates: &[ResourceId]) -> Error {
    let error = Error::new(ErrorKind::Usage, format!("there is no resource `{word}`"));
    let ids = candidates.iter().map(|resource| catalog.id(*resource));
    if let Some(near) = nearest(id, ids) {
        let found = candidates
            .iter()
            .find(|resource| catalog.id(**resource) == near);
        let name = found.map_or_else(|| near.to_owned(), |resource| catalog.name(*resource));
        return error.hint(format!("did you mean `{name}`?"));
    }
    let names: Vec<String> = candidates
        .iter()
        .take(MOST_NAMED)
        .map(|resource| catalog.name(*resource))
        .collect();
    match (
        names.is_empty(),
        candidates.len().saturating_sub(MOST_NAMED),
    ) {
        (true, _) => error.hint("no such resource was read; name the folder that holds it"),
        (false, 0) => error.hint(format!("there is {}", names.join(", "))),
        (false, more) => error.hint(format!("there is {} and {more} more", names.join(", "))),
    }
}
