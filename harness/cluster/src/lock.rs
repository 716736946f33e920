//! The lock on a cluster that one run has for itself: a file in its state, which a process that is killed lets go of.

use crate::state::{StateError, StateFolder};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use thiserror::Error;

const LOCK: &str = "run";

/// The cluster could not be locked.
#[derive(Debug, Error)]
pub enum LockError {
    /// Another run is under way on the cluster.
    #[error("{run} is under way on {cluster}")]
    InUse {
        /// The cluster, for a person.
        cluster: String,
        /// The run that is.
        run: String,
    },
    /// The lock could not be read or written.
    #[error(transparent)]
    State(#[from] StateError),
}

/// The lock on a cluster that one run has for itself.
#[derive(Debug)]
pub struct ClusterLock {
    file: File,
    /// The run that had it before and never said that it ended.
    pub left_by: Option<String>,
}

impl ClusterLock {
    /// Locks it, unless another process has it.
    pub fn lock(folder: &StateFolder, cluster: String) -> Result<Self, LockError> {
        let path = folder.path(LOCK);
        let failed = |source| StateError::Write { path: path.clone(), source };
        folder.make().map_err(failed)?;
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = opened.map_err(failed)?;
        let locked = file.try_lock();
        let mut run = String::new();
        file.read_to_string(&mut run).map_err(failed)?;
        match locked {
            Ok(()) => Ok(Self { file, left_by: (!run.is_empty()).then_some(run) }),
            Err(TryLockError::WouldBlock) => {
                let run = if run.is_empty() { "another run".to_owned() } else { format!("run {run}") };
                Err(LockError::InUse { cluster, run })
            }
            Err(TryLockError::Error(error)) => Err(failed(error).into()),
        }
    }

    /// Says which run has it.
    pub fn begin(&mut self, run: &str) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(run.as_bytes())
    }

    /// Says that nothing of the run is left.
    pub fn end(&mut self) -> std::io::Result<()> {
        self.file.set_len(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_that_never_ended_is_named_to_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let folder = StateFolder::at(folder.path());
        let mut first = ClusterLock::lock(&folder, "kind cluster a".to_owned()).unwrap();
        assert_eq!(first.left_by, None);
        first.begin("run-1").unwrap();
        let second = ClusterLock::lock(&folder, "kind cluster a".to_owned()).unwrap_err();
        assert_eq!(second.to_string(), "run run-1 is under way on kind cluster a");
        drop(first);
        let mut third = ClusterLock::lock(&folder, "kind cluster a".to_owned()).unwrap();
        assert_eq!(third.left_by.as_deref(), Some("run-1"));
        third.end().unwrap();
        drop(third);
        assert_eq!(ClusterLock::lock(&folder, String::new()).unwrap().left_by, None);
    }
}
