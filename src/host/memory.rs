//! Texts in memory: for tests, and for an editor's unsaved files.

use std::collections::BTreeMap;
use std::io;

use super::{Entry, Host, Listing, is_yaml};

/// Files by path.
#[derive(Debug, Clone, Default)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl Memory {
    /// Returns a host that holds these texts.
    pub fn new<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let files = files.into_iter();
        Self(
            files
                .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
                .collect(),
        )
    }
}

impl Host for Memory {
    fn list(&self, paths: &[String]) -> Listing {
        let named = |path: &str| paths.iter().any(|named| named == path);
        let below = |path: &str| paths.iter().any(|folder| is_below(path, folder));
        let entries = self
            .0
            .iter()
            .filter(|(path, _)| named(path) || below(path) && !is_hidden(path))
            .map(|(path, bytes)| Entry {
                path: path.clone(),
                size: (!is_yaml(path)).then_some(bytes.len() as u64),
                named: named(path),
                blob: None,
            });
        Listing {
            entries: entries.collect(),
            unread: Vec::new(),
        }
    }

    fn read(&self, path: &str, limit: usize, buffer: &mut Vec<u8>) -> io::Result<()> {
        let bytes = self.0.get(path).ok_or(io::ErrorKind::NotFound)?;
        buffer.clear();
        buffer.extend_from_slice(&bytes[..bytes.len().min(limit)]);
        Ok(())
    }

    fn is_folder(&self, path: &str) -> bool {
        self.0.keys().any(|file| is_below(file, path))
    }

    fn is_file(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
}

fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.'))
}
