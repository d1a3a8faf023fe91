//! What the command line names, in the tree of a revision.

use std::path::{Component, Path, PathBuf};

use super::links::Target;
use super::{Revision, Tree};
use crate::error::{Error, ErrorKind};
use crate::host::{CONFIGURATION_NAMES, Configuration, Opened};

impl Revision {
    /// Opens the folder of the tree that holds all `paths`, or the folder above it that holds the
    /// configuration. Relative paths start at the folder that the repository was discovered from.
    ///
    /// # Errors
    ///
    /// If a path is not in the tree.
    pub fn open(
        &self,
        paths: &[PathBuf],
        configuration: Option<&Path>,
    ) -> Result<Opened<Tree>, Error> {
        let whole = self.tree_host();
        let places = paths
            .iter()
            .map(|path| self.place(&whole, path))
            .collect::<Result<Vec<_>, _>>()?;
        let mut root = common_folder(&places)
            .unwrap_or_else(|| self.repository.0.prefix.trim_end_matches('/').to_owned());
        let found = match configuration {
            Some(path) => Some(self.place(&whole, path)?.path),
            None => discover(&whole, &root),
        };
        if let Some(found) = &found
            && let Some(folder) = holding(found, &root)
        {
            root = folder.to_owned();
        }
        let folder = self.folder(&root);
        let paths = places.iter().map(|place| below(&root, &place.path));
        Ok(Opened {
            paths: paths.collect(),
            configuration: found.map(|path| self.configuration(&folder, &path, configuration)),
            folder,
        })
    }

    /// Opens a folder of the tree at which the same folder of another revision was opened, with
    /// the paths that were opened there. What this revision does not hold is left out.
    ///
    /// # Errors
    ///
    /// If an object cannot be read.
    pub fn open_beside(
        &self,
        root: &str,
        paths: &[String],
        configuration: Option<&str>,
    ) -> Result<Opened<Tree>, Error> {
        let whole = self.tree_host();
        let found = match configuration {
            Some(path) => self
                .follow(&whole, path)?
                .is_some_and(|place| !place.is_folder)
                .then(|| path.to_owned()),
            None => discover(&whole, root),
        };
        let folder = self.folder(root);
        Ok(Opened {
            paths: paths.to_vec(),
            configuration: found.map(|path| self.configuration(&folder, &path, None)),
            folder,
        })
    }

    fn configuration(
        &self,
        opened: &Tree,
        path: &str,
        given: Option<&Path>,
    ) -> Configuration<Tree> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let shown = match given.and_then(Path::parent) {
            Some(parent) if folder != opened.folder() => format!("{}/", parent.display()),
            _ => String::new(),
        };
        let folder = if folder == opened.folder() {
            opened.clone()
        } else {
            self.folder(folder)
        };
        Configuration {
            folder,
            name: name.to_owned(),
            shown,
        }
    }

    /// Finds what the command line names.
    fn place(&self, whole: &Tree, path: &Path) -> Result<Place, Error> {
        let usage = |message: String| Error::new(ErrorKind::Usage, message);
        let (shown, asked) = (path.display(), &self.identity.asked);
        let written = self.written(path)?;
        let place = self.follow(whole, &written)?;
        place.ok_or_else(|| {
            usage(format!("{shown}: there is no such path in `{asked}`"))
                .hint("paths are looked up in the revision, from the folder that you are in")
        })
    }

    fn follow(&self, whole: &Tree, path: &str) -> Result<Option<Place>, Error> {
        let asked = &self.identity.asked;
        let found = whole.follow(path).map_err(|error| {
            let message = format!("`{asked}` cannot be read: {}", error.message());
            Error::new(ErrorKind::Usage, message).hint("`git fsck` tells what is damaged")
        })?;
        let outside = |what: &str| {
            let message = format!("{path}: {what}, which `{asked}` does not hold");
            Err(Error::new(ErrorKind::Usage, message))
        };
        match found {
            Target::Folder { path, .. } => Ok(Some(Place {
                path,
                is_folder: true,
            })),
            // A link to a file keeps its own name.
            Target::File { .. } => Ok(Some(Place {
                path: path.to_owned(),
                is_folder: false,
            })),
            Target::Submodule => outside("leads into a submodule"),
            Target::Outside => outside("leads out of the repository"),
            Target::Nowhere => Ok(None),
        }
    }

    /// The path from the root of the repository that a path of the command line spells.
    fn written(&self, path: &Path) -> Result<String, Error> {
        let opened = &self.repository.0;
        let (start, rest) = match &opened.root {
            Some(root) if path.is_absolute() => match path.strip_prefix(root) {
                Ok(below) => ("", below),
                Err(_) => return Err(outside(path)),
            },
            None if path.is_absolute() => return Err(outside(path)),
            _ => (opened.prefix.as_str(), path),
        };
        let mut parts: Vec<String> = start
            .split('/')
            .filter(|part| !part.is_empty())
            .map(ToOwned::to_owned)
            .collect();
        for component in rest.components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir => {
                    parts.pop().ok_or_else(|| outside(path))?;
                }
                Component::Normal(part) => parts.push(spell(Path::new(part))?),
                Component::RootDir | Component::Prefix(_) => return Err(outside(path)),
            }
        }
        Ok(parts.join("/"))
    }
}

/// A path of the tree.
struct Place {
    path: String,
    is_folder: bool,
}

/// A relative path with `/`.
pub(super) fn spell(path: &Path) -> Result<String, Error> {
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/")).ok_or_else(|| {
        let message = format!("{}: its name is no UTF-8 text", path.display());
        Error::new(ErrorKind::Usage, message).hint("rename it")
    })
}

/// The path of a file in a folder of the tree.
#[must_use]
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        return name.to_owned();
    }
    format!("{folder}/{name}")
}

fn outside(path: &Path) -> Error {
    let message = format!("{} is outside of the repository", path.display());
    Error::new(ErrorKind::Usage, message)
        .hint("name paths of the revision, or another repository with `--repo DIR`")
}

fn common_folder(places: &[Place]) -> Option<String> {
    let mut folders = places
        .iter()
        .map(|place| match place.path.rsplit_once('/') {
            _ if place.is_folder => place.path.as_str(),
            Some((folder, _)) => folder,
            None => "",
        });
    let first = folders.next()?.to_owned();
    Some(folders.fold(first, |mut common, folder| {
        while !is_below(folder, &common) {
            let parent = common.rfind('/').unwrap_or(0);
            common.truncate(parent);
        }
        common
    }))
}

/// The configuration in a folder or the nearest one above it.
fn discover(whole: &Tree, start: &str) -> Option<String> {
    let mut folder = start;
    loop {
        for name in CONFIGURATION_NAMES {
            let path = join(folder, name);
            if matches!(whole.follow(&path), Ok(Target::File { .. })) {
                return Some(path);
            }
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
}

/// The folder of a file, if it holds another folder as well.
fn holding<'p>(file: &'p str, folder: &str) -> Option<&'p str> {
    let own = file.rsplit_once('/').map_or("", |(own, _)| own);
    is_below(folder, own).then_some(own)
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn below(folder: &str, path: &str) -> String {
    let rest = path.strip_prefix(folder).unwrap_or(path);
    rest.trim_start_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_that_holds_all_is_found() {
        let check = |paths: &str, expected: Option<&str>| {
            let places: Vec<Place> = paths
                .split_whitespace()
                .map(|path| Place {
                    path: path.trim_end_matches('/').to_owned(),
                    is_folder: path.ends_with('/'),
                })
                .collect();
            assert_eq!(common_folder(&places).as_deref(), expected, "{paths}");
        };
        check("", None);
        check("a/b/", Some("a/b"));
        check("a/b", Some("a"));
        check("a/b/ a/bc/", Some("a"));
        check("a/b/ a/b/c/d", Some("a/b"));
        check("a/ b/", Some(""));
        check("a.yaml b/", Some(""));
    }
}
