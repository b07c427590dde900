//! The site's files in memory, each compressed once.

use crate::site;
use std::collections::HashMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// One file as it can be sent.
pub(super) struct File {
    pub(super) plain: Vec<u8>,
    /// Only when it is smaller.
    pub(super) gzip: Option<Vec<u8>>,
    /// A fingerprint of the contents.
    pub(super) tag: String,
    stamp: Stamp,
}

/// What tells that a file on disk has changed.
type Stamp = (Option<SystemTime>, u64);

/// The files below a directory.
pub(super) struct Store {
    directory: PathBuf,
    files: Mutex<HashMap<PathBuf, Arc<File>>>,
}

impl Store {
    pub(super) fn new(directory: PathBuf) -> Store {
        Store { directory, files: Mutex::default() }
    }

    /// A file as it is on disk now.
    pub(super) fn file(&self, relative: &Path) -> io::Result<Arc<File>> {
        let path = self.directory.join(relative);
        let stamp = stamp(&path)?;
        if let Some(file) = self.locked().get(relative).filter(|file| file.stamp == stamp) {
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(File::new(fs::read(&path)?, stamp));
        self.locked().insert(relative.to_owned(), Arc::clone(&file));
        Ok(file)
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, Arc<File>>> {
        // Every insertion is complete, so a panic elsewhere has left nothing half done.
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl File {
    fn new(plain: Vec<u8>, stamp: Stamp) -> File {
        let mut hasher = DefaultHasher::new();
        plain.hash(&mut hasher);
        let gzip = Some(site::gzip(&plain)).filter(|gzip| gzip.len() < plain.len());
        File { plain, gzip, tag: format!("{:016x}", hasher.finish()), stamp }
    }
}

fn stamp(path: &Path) -> io::Result<Stamp> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok((metadata.modified().ok(), metadata.len()))
}
