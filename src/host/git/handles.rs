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
    /// The folder of what several working trees share.
    shared: PathBuf,
    /// True if the repository lacks objects on purpose.
    is_partial: bool,
    idle: Mutex<Vec<Repository>>,
}

impl Handles {
    /// Opens the repository around a folder.
    pub(super) fn discover(start: &Path) -> Result<Self, git2::Error> {
        let repository = open(start, RepositoryOpenFlags::empty())?;
        Ok(Self {
            folder: repository.path().to_owned(),
            root: repository.workdir().map(Path::to_owned),
            shared: repository.commondir().to_owned(),
            is_partial: is_partial(&repository),
            idle: Mutex::new(vec![repository]),
        })
    }

    /// The root of the working tree, if there is one.
    pub(super) fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// True for folders of the repository itself, beside or inside the working tree.
    pub(super) fn holds(&self, folder: &Path) -> bool {
        let folders = [&self.folder, &self.shared].into_iter();
        folders
            .filter_map(|own| own.canonicalize().ok())
            .any(|own| folder.starts_with(own))
    }

    /// True if the repository was cloned without some of its objects.
    pub(super) fn is_partial(&self) -> bool {
        self.is_partial
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

fn is_partial(repository: &Repository) -> bool {
    let Ok(config) = repository.config() else {
        return false;
    };
    config
        .entries(Some(r"^remote\..*\.promisor$"))
        .is_ok_and(|mut entries| {
            let mut found = false;
            while let Some(Ok(entry)) = entries.next() {
                found |= entry.value().is_ok_and(|value| value == "true");
            }
            found
        })
}
