//! What a working tree has to do with the commit that is checked out.

use std::collections::BTreeSet;

use git2::{ObjectType, Oid};

use super::{Repository, Revision, Tree, object_id};
use crate::host::{Host, is_yaml};
use crate::snapshot::{ObjectId, Snapshot};
use crate::syntax::limits;

impl Repository {
    /// The commit that is checked out; none before the first one.
    #[must_use]
    pub fn head(&self) -> Option<Revision> {
        self.revision("HEAD").ok()
    }
}

/// The blob that git would keep these bytes in.
#[must_use]
pub fn blob_of(bytes: &[u8]) -> ObjectId {
    let hash = Oid::hash_object(ObjectType::Blob, bytes);
    object_id(hash.expect("bytes in memory can be hashed"))
}

/// A folder of the working tree, and the same folder of a commit.
pub struct Sides<'a> {
    /// The folder of the working tree.
    pub working: &'a dyn Host,
    /// The folder of the commit.
    pub committed: &'a Tree,
}

impl Sides<'_> {
    /// True if the documents of a snapshot are not those of the commit. The index and the status of
    /// other files are not looked at: nothing but what was read decides.
    #[must_use]
    pub fn documents_differ(&self, snapshot: &Snapshot, paths: &[String]) -> bool {
        let changed = snapshot
            .documents
            .iter()
            .any(|document| !self.is_committed(&document.path, document.blob, &document.bytes));
        changed || self.lost(snapshot, paths)
    }

    /// True if some folders, and some files beside them, are not those of the commit.
    #[must_use]
    pub fn files_differ(&self, paths: &[String]) -> bool {
        let listed = |host: &dyn Host| -> BTreeSet<String> {
            let entries = host.list(paths).entries.into_iter();
            entries.map(|entry| entry.path).collect()
        };
        let (working, committed) = (listed(self.working), listed(self.committed));
        working != committed
            || working.iter().any(|path| {
                let mut bytes = Vec::new();
                let read = self.working.read(path, limits::SIZE + 1, &mut bytes);
                read.is_err() || !self.is_committed(path, None, &bytes)
            })
    }

    fn is_committed(&self, path: &str, blob: Option<ObjectId>, bytes: &[u8]) -> bool {
        let committed = self.committed.blob(path);
        committed.is_some()
            && (committed == Some(blob.unwrap_or_else(|| blob_of(bytes)))
                || committed == without_returns(bytes).map(|bytes| blob_of(&bytes)))
    }

    /// True if the commit holds a YAML file that is gone.
    fn lost(&self, snapshot: &Snapshot, paths: &[String]) -> bool {
        let documents = &snapshot.documents;
        let is_document = |path: &String| {
            documents
                .binary_search_by(|document| document.path.cmp(path))
                .is_ok()
        };
        let mut buffer = Vec::new();
        self.committed.list(paths).entries.iter().any(|entry| {
            is_yaml(&entry.path)
                && !is_document(&entry.path)
                && !snapshot.files.contains_key(&entry.path)
                // What the configuration leaves out is in neither list.
                && self.working.read(&entry.path, 0, &mut buffer).is_err()
        })
    }
}

/// A checkout may have written the line ends of another system.
fn without_returns(bytes: &[u8]) -> Option<Vec<u8>> {
    memchr::memmem::find(bytes, b"\r\n")?;
    let mut rest = bytes;
    let mut kept = Vec::with_capacity(bytes.len());
    while let Some(at) = memchr::memmem::find(rest, b"\r\n") {
        kept.extend_from_slice(&rest[..at]);
        kept.push(b'\n');
        rest = &rest[at + 2..];
    }
    kept.extend_from_slice(rest);
    Some(kept)
}
