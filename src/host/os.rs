//! The working tree, the clock, and nothing else of the machine.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::{CONFIGURATION_NAMES, Configuration, Entry, Host, Listing, Opened, is_yaml, reason};
use crate::error::{Error, ErrorKind};
use crate::scalar::Date;

/// A folder of the file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Absolute, without links.
    root: PathBuf,
}

/// Opens the folder that holds all `paths`, or the folder above it that holds the configuration.
///
/// # Errors
///
/// If a path does not exist.
pub fn open(paths: &[PathBuf], configuration: Option<&Path>) -> Result<Opened<Folder>, Error> {
    let resolved = paths
        .iter()
        .map(|path| resolve(path))
        .collect::<Result<Vec<_>, _>>()?;
    let mut root = match common_folder(&resolved) {
        Some(root) => root,
        None => resolve(Path::new("."))?.path,
    };
    let found = match configuration {
        Some(path) => Some(resolve(path)?.path),
        None => discover(&root),
    };
    if let Some(folder) = found.as_deref().and_then(Path::parent)
        && root.starts_with(folder)
    {
        folder.clone_into(&mut root);
    }
    let folder = Folder { root };
    let paths = resolved
        .iter()
        .map(|resolved| folder.relative(&resolved.path))
        .collect::<Result<Vec<_>, _>>()?;
    let configuration = found
        .map(|path| named_configuration(&folder, &path, configuration))
        .transpose()?;
    Ok(Opened {
        folder,
        paths,
        configuration,
    })
}

/// Opens one folder.
///
/// # Errors
///
/// If there is none.
pub fn open_folder(path: &Path) -> Result<Folder, Error> {
    let resolved = resolve(path)?;
    if resolved.is_folder {
        return Ok(Folder {
            root: resolved.path,
        });
    }
    let message = format!("{} is no folder", path.display());
    Err(Error::new(ErrorKind::Usage, message))
}

/// Today's date in a time zone of the IANA database.
///
/// # Errors
///
/// If there is no such time zone.
pub fn today(zone: &str) -> Result<Date, String> {
    let zone = jiff::tz::TimeZone::get(zone).map_err(|error| error.to_string())?;
    let date = jiff::Timestamp::now().to_zoned(zone).date();
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    Date::from_ymd(i32::from(date.year()), u32::from(month), u32::from(day))
        .ok_or_else(|| "the clock shows no year from 1 to 9999".to_owned())
}

/// A path that exists, absolute and without links in its folders.
struct Resolved {
    path: PathBuf,
    is_folder: bool,
}

fn resolve(path: &Path) -> Result<Resolved, Error> {
    let failed = |error: io::Error| {
        let error = Error::new(
            ErrorKind::Usage,
            format!("{}: {}", path.display(), reason(&error)),
        );
        error.hint("give folders, files, or `-` for the standard input")
    };
    let is_folder = fs::metadata(path).map_err(failed)?.is_dir();
    let path = if is_folder {
        fs::canonicalize(path).map_err(failed)?
    } else {
        // A link to a file keeps its own name.
        let parent = path.parent().filter(|parent| *parent != Path::new(""));
        let parent = fs::canonicalize(parent.unwrap_or(Path::new("."))).map_err(failed)?;
        parent.join(path.file_name().unwrap_or_default())
    };
    Ok(Resolved { path, is_folder })
}

fn common_folder(resolved: &[Resolved]) -> Option<PathBuf> {
    let mut folders = resolved.iter().filter_map(|resolved| {
        if resolved.is_folder {
            Some(resolved.path.as_path())
        } else {
            resolved.path.parent()
        }
    });
    let first = folders.next()?.to_owned();
    Some(folders.fold(first, |mut common, folder| {
        while !folder.starts_with(&common) && common.pop() {}
        common
    }))
}

/// The configuration in a folder or the nearest one above it, within the repository.
fn discover(start: &Path) -> Option<PathBuf> {
    for folder in start.ancestors() {
        let mut candidates = CONFIGURATION_NAMES.iter().map(|name| folder.join(name));
        if let Some(found) = candidates.find(|path| path.is_file()) {
            return Some(found);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

fn named_configuration(
    opened: &Folder,
    path: &Path,
    given: Option<&Path>,
) -> Result<Configuration<Folder>, Error> {
    let folder = Folder {
        root: path.parent().unwrap_or(Path::new("/")).to_owned(),
    };
    let name = folder.relative(path)?;
    let shown = match given.and_then(Path::parent) {
        Some(parent) if folder.root != opened.root => format!("{}/", parent.display()),
        _ => String::new(),
    };
    Ok(Configuration {
        folder,
        name,
        shown,
    })
}

impl Folder {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Writes a file below the root, whole or not at all, whether it is there already or not.
    ///
    /// # Errors
    ///
    /// If it lies outside of the root, if a link leads to it, or if it cannot be written.
    pub fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        match self.without_links(path) {
            Ok(full) => self.replace(path, &fs::read(full)?, bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.create(path, bytes),
            Err(error) => Err(error),
        }
    }

    fn create(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let full = self.without_links(folder)?.join(name);
        let written = File::create_new(&full)?.write_all(bytes);
        if written.is_err() {
            // What is left half written helps nobody; that it stays is no worse than the error.
            let _ = fs::remove_file(&full);
        }
        written
    }

    /// The place of a file below the root, if no link leads there.
    fn without_links(&self, path: &str) -> io::Result<PathBuf> {
        let mut full = self.root.clone();
        for part in Path::new(path).components() {
            let Component::Normal(part) = part else {
                return Err(io::Error::other("it lies outside the checked folder"));
            };
            full.push(part);
            if fs::symlink_metadata(&full)?.is_symlink() {
                return Err(io::Error::other("a link leads to it"));
            }
        }
        Ok(full)
    }

    /// The path of a file below the root, with `/`.
    fn relative(&self, path: &Path) -> Result<String, Error> {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        spell(below).ok_or_else(|| {
            let message = format!("{}: its name is no UTF-8 text", path.display());
            Error::new(ErrorKind::Usage, message).hint("rename it")
        })
    }

    fn walk(&self, paths: &[String]) -> Vec<Seen> {
        let Some((first, others)) = paths.split_first() else {
            return Vec::new();
        };
        let mut builder = WalkBuilder::new(self.root.join(first));
        for path in others {
            builder.add(self.root.join(path));
        }
        // `.ignore` files are for search tools; what git leaves out is left out here.
        let walk = builder.ignore(false).threads(rayon::current_num_threads());
        let sink = Mutex::new(Vec::new());
        walk.build_parallel().run(|| {
            let mut batch = Batch {
                found: Vec::new(),
                sink: &sink,
            };
            Box::new(move |entry| {
                batch.found.extend(self.see(entry));
                WalkState::Continue
            })
        });
        sink.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn see(&self, entry: Result<DirEntry, ignore::Error>) -> Option<Seen> {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return Some(self.unreadable(&error)),
        };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            return None;
        }
        let below = entry
            .path()
            .strip_prefix(&self.root)
            .unwrap_or(entry.path());
        let Some(path) = spell(below) else {
            let shown = below.to_string_lossy().into_owned();
            return is_yaml(&shown)
                .then(|| Seen::Unread(shown, "its name is no UTF-8 text".to_owned()));
        };
        let named = entry.depth() == 0;
        // A walk follows the links that it starts with.
        if kind.is_symlink() || (named && entry.path().is_symlink()) {
            return self.see_link(path, entry.path(), named);
        }
        if !kind.is_file() && !named {
            return is_yaml(&path).then(|| Seen::Unread(path, "is no regular file".to_owned()));
        }
        let size = if is_yaml(&path) {
            None
        } else {
            Some(entry.metadata().ok()?.len())
        };
        Some(Seen::File(entry_of(path, size, named)))
    }

    /// A link is not followed out of the tree, not even if it is named: what a pull request adds
    /// may be named by whoever checks it. Inside the tree its target is read under its own name,
    /// unless nothing else would read it.
    fn see_link(&self, path: String, full: &Path, named: bool) -> Option<Seen> {
        let Ok(target) = fs::canonicalize(full) else {
            let reason = "is a link that leads nowhere".to_owned();
            return is_yaml(&path).then_some(Seen::Unread(path, reason));
        };
        let is_folder = target.is_dir();
        if !is_folder && !is_yaml(&path) && !named {
            return None;
        }
        if !is_folder && !target.is_file() {
            // Reading a pipe would wait for somebody to write to it.
            return Some(Seen::Unread(path, "is no regular file".to_owned()));
        }
        let Ok(below) = target.strip_prefix(&self.root) else {
            let reason = "is a link out of the checked folder, which is not followed";
            return Some(Seen::Unread(path, reason.to_owned()));
        };
        if named {
            let size = None;
            return Some(Seen::File(entry_of(path, size, named)));
        }
        let target = spell(below)?;
        if !is_folder {
            return Some(Seen::Link { path, target });
        }
        let is_hidden = target.split('/').any(|part| part.starts_with('.'));
        let reason = "is a link to a hidden folder, which is not followed".to_owned();
        is_hidden.then_some(Seen::Unread(path, reason))
    }

    fn unreadable(&self, error: &ignore::Error) -> Seen {
        let mut path = String::new();
        let mut inner = error;
        loop {
            match inner {
                ignore::Error::WithPath { path: at, err } => {
                    let below = at.strip_prefix(&self.root).unwrap_or(at);
                    path = below.to_string_lossy().into_owned();
                    inner = err;
                }
                ignore::Error::WithDepth { err, .. }
                | ignore::Error::WithLineNumber { err, .. } => {
                    inner = err;
                }
                _ => break,
            }
        }
        let words = inner.io_error().map_or_else(|| inner.to_string(), reason);
        Seen::Unread(path, words)
    }
}

/// What a walk comes upon.
enum Seen {
    File(Entry),
    /// A link to a YAML file of the tree.
    Link {
        path: String,
        target: String,
    },
    Unread(String, String),
}

/// What one thread of a walk has found, handed over when it ends.
struct Batch<'s> {
    found: Vec<Seen>,
    sink: &'s Mutex<Vec<Seen>>,
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        sink.append(&mut self.found);
    }
}

impl Host for Folder {
    fn list(&self, paths: &[String]) -> Listing {
        let mut listing = Listing::default();
        let mut links = Vec::new();
        for seen in self.walk(paths) {
            match seen {
                Seen::File(entry) => listing.entries.push(entry),
                Seen::Link { path, target } => links.push((path, target)),
                Seen::Unread(path, reason) => listing.unread.push((path, reason)),
            }
        }
        // Of two entries of one file, the one that was asked for by its path stays.
        listing
            .entries
            .sort_by(|left, right| (&left.path, right.named).cmp(&(&right.path, left.named)));
        listing
            .entries
            .dedup_by(|next, kept| next.path == kept.path);
        links.sort();
        let read = |path: &String, entries: &[Entry]| {
            entries
                .binary_search_by(|entry| entry.path.cmp(path))
                .is_ok()
        };
        links.retain(|(_, target)| !read(target, &listing.entries));
        listing.entries.extend(
            links
                .into_iter()
                .map(|(path, _)| entry_of(path, None, false)),
        );
        listing.entries.sort();
        listing.unread.sort();
        listing.unread.dedup();
        listing
    }

    fn read(&self, path: &str, limit: usize, buffer: &mut Vec<u8>) -> io::Result<()> {
        buffer.clear();
        let file = File::open(self.root.join(path))?;
        file.take(limit as u64).read_to_end(buffer)?;
        Ok(())
    }

    fn replace(&self, path: &str, before: &[u8], after: &[u8]) -> io::Result<()> {
        let full = self.without_links(path)?;
        if fs::read(&full)? != before {
            return Err(io::Error::other("it changed meanwhile"));
        }
        let name = full.file_name().unwrap_or_default().to_string_lossy();
        let beside = full.with_file_name(format!(".{name}.govlint-new"));
        let written = write_new(&beside, &full, after).and_then(|()| fs::rename(&beside, &full));
        if written.is_err() {
            // What is left half written helps nobody; that it stays is no worse than the error.
            let _ = fs::remove_file(&beside);
        }
        written
    }

    fn is_folder(&self, path: &str) -> bool {
        self.root.join(path).is_dir()
    }

    fn is_file(&self, path: &str) -> bool {
        self.root.join(path).is_file()
    }
}

fn entry_of(path: String, size: Option<u64>, named: bool) -> Entry {
    Entry {
        path,
        size,
        named,
        blob: None,
    }
}

/// Writes a file that is not there yet, with the rights of another one.
fn write_new(path: &Path, like: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.set_permissions(fs::metadata(like)?.permissions())?;
    file.sync_all()
}

/// A relative path with `/`, if it is UTF-8.
fn spell(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}
