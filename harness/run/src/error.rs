//! Why a run could not begin or end.

use crate::registry::DetectError;
use inputs::InputsError;
use record::RecordingError;
use record::bundle::BundleError;
use record::journal::JournalError;
use stack::provider::ProviderError;
use std::path::PathBuf;
use testbed::sweep::SweepError;
use thiserror::Error;
use undo::UndoError;

/// A run could not begin or end.
#[derive(Debug, Error)]
pub enum RunError {
    /// There is no cluster to work with.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The inputs are wrong.
    #[error(transparent)]
    Inputs(#[from] InputsError),
    /// The flavour could not be detected.
    #[error(transparent)]
    Detect(#[from] DetectError),
    /// The journal could not be written or read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The journal is that of no run.
    #[error("the journal at `{path}` does not begin a run")]
    NoHeader {
        /// The journal.
        path: PathBuf,
    },
    /// The faults of a killed run could not be healed.
    #[error("could not heal what an earlier run left")]
    Undo(#[from] UndoError),
    /// The recording cannot be judged.
    #[error(transparent)]
    Recording(#[from] RecordingError),
    /// The bundle cannot be judged.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// Something that the run made is still in the cluster.
    #[error("the run left something in the cluster")]
    CleanUp(#[from] SweepError),
}
