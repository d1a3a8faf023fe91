//! Handles of one repository: as many as threads read at once, each used by one at a time.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use git2::{Repository, RepositoryOpenFlags};

/// Opens handles as they are needed, and keeps them.
pub(super) struct Handles {
    /// The folder of the repository itself.
    folder: PathBuf,
    root: Option<PathBuf>,
    idle: Mutex<Vec<Repository>>,
}

impl Handles {
    /// Opens the repository around a folder.
    pub(super) fn discover(start: &Path) -> Result<Self, git2::Error> {
        let repository = open(start, RepositoryOpenFlags::empty())?;
        Ok(Self {
            folder: repository.path().to_owned(),
            root: repository.workdir().map(Path::to_owned),
            idle: Mutex::new(vec![repository]),
        })
    }

    /// The root of the working tree, if there is one.
    pub(super) fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// Asks something of a handle that nobody else uses meanwhile.
    pub(super) fn with<T>(&self, ask: impl FnOnce(&Repository) -> T) -> Result<T, git2::Error> {
        let idle = self.lock().pop();
        let repository = match idle {
            Some(repository) => repository,
            None => open(&self.folder, RepositoryOpenFlags::NO_SEARCH)?,
        };
        let answer = ask(&repository);
        self.lock().push(repository);
        Ok(answer)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Repository>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Handles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Handles")
            .field(&self.folder)
            .finish()
    }
}

/// Unlike git, without a look at the environment.
fn open(folder: &Path, flags: RepositoryOpenFlags) -> Result<Repository, git2::Error> {
    Repository::open_ext(folder, flags, &[] as &[&OsStr])
}
