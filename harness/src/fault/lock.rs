//! One run at a time breaks or heals a cluster: a lock in the cluster's state, which the kernel lets go when a run is killed.

use crate::state::State;
use std::fs::{File, TryLockError};
use std::io;
use thiserror::Error;

const FILE: &str = "faults.lock";

/// The lock could not be had.
#[derive(Debug, Error)]
pub enum LockError {
    /// Another run has it.
    #[error("another run is trying or healing faults on this cluster")]
    Taken,
    /// The file system refused.
    #[error("could not lock the cluster for this run")]
    Io(#[source] io::Error),
}

/// Held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of a cluster.
    pub(super) fn take(state: &State) -> Result<Self, LockError> {
        let folder = state.folder();
        let file = folder.make().and_then(|()| File::create(folder.path(FILE))).map_err(LockError::Io)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::Taken),
            Err(TryLockError::Error(source)) => Err(LockError::Io(source)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_run_is_refused_until_the_first_ends() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::in_folder(dir.path(), "c");
        let first = Lock::take(&state).unwrap();
        assert!(matches!(Lock::take(&state), Err(LockError::Taken)));
        drop(first);
        Lock::take(&state).unwrap();
    }
}
