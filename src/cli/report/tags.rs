//! What a report is about where nobody names a revision: the latest tag, against the one before it.
//!
//! Only tags on the line of first parents count, as in a history: others are no earlier state of
//! what is checked out. Where there is none, the files are reported on as they are.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Arguments;
use crate::cli::terminal::Terminal;
use crate::error::Error;
use crate::host::git::{Repository, Tagged};
use crate::render::human::{Palette, clean};

/// Fills in the tags to report on, and says which; leaves alone what was named.
pub(super) fn fill_in(arguments: &Arguments, terminal: &mut Terminal) -> Result<Arguments, Error> {
    let mut filled = arguments.clone();
    let is_named = arguments.opening.at.is_some() || arguments.working_tree;
    if is_named || arguments.paths.iter().any(|path| path == Path::new("-")) {
        return Ok(filled);
    }
    let Some(repository) = repository(&mut filled) else {
        return Ok(arguments.clone());
    };
    let [latest, before] = latest(&repository)?;
    let Some(latest) = latest else {
        return Ok(arguments.clone());
    };
    if filled.since.is_none() {
        filled.since = before;
    }
    let compared = filled.since.as_ref();
    let compared = compared.map_or_else(
        || "and no tag before it to compare with".to_owned(),
        |name| format!("compared with {}", clean(name)),
    );
    let head = Palette::new(terminal.error_style).strong("note:");
    writeln!(
        terminal.error,
        "{head} this is about {}, the latest tag, {compared}; `--working-tree` reports on the files as they are",
        clean(&latest)
    )?;
    filled.opening.at = Some(latest);
    Ok(filled)
}

/// The repository around what is reported on. Paths of a revision start at the current folder, so
/// one folder of another repository becomes where they start.
fn repository(filled: &mut Arguments) -> Option<Repository> {
    if let Some(folder) = &filled.opening.repo {
        return Repository::discover(folder).ok();
    }
    let absolute = |path: &PathBuf| fs::canonicalize(path).ok();
    let paths: Option<Vec<PathBuf>> = filled.paths.iter().map(absolute).collect();
    let paths = paths?;
    if let Ok(here) = Repository::discover(Path::new("."))
        && paths.iter().all(|path| here.place(path).is_some())
    {
        return Some(here);
    }
    let [folder] = paths.as_slice() else {
        return None;
    };
    let there = Repository::discover(folder)
        .ok()
        .filter(|_| folder.is_dir())?;
    filled.opening.repo = Some(std::mem::take(&mut filled.paths).swap_remove(0));
    Some(there)
}

/// The latest tag on the line of what is checked out, and the one before it on another commit.
fn latest(repository: &Repository) -> Result<[Option<String>; 2], Error> {
    let Some(head) = repository.head() else {
        return Ok([None, None]);
    };
    let line = repository.line(&head)?;
    let mut by_position: BTreeMap<usize, Tagged> = BTreeMap::new();
    for tag in repository.tags()? {
        if let Some(position) = line.position(tag.commit) {
            by_position.entry(position).or_insert(tag);
        }
    }
    let mut tags = by_position.into_values().rev();
    Ok([(); 2].map(|()| tags.next().map(|tag| name(repository, tag))))
}

/// The name of a tag, at length where it means something else alone.
fn name(repository: &Repository, tag: Tagged) -> String {
    let meant = repository.revision(&tag.name);
    if meant.is_ok_and(|meant| meant.identity.commit == tag.commit) {
        return tag.name;
    }
    format!("refs/tags/{}", tag.name)
}
