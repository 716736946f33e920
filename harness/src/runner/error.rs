//! What can keep a run from its end.

use crate::base::sweep::SweepError;
use crate::fault::undo::UndoError;
use crate::inputs::InputsError;
use crate::journal::JournalError;
use crate::provider::ProviderError;
use crate::record::RecordingError;
use crate::record::bundle::BundleError;
use crate::report::page::PageError;
use crate::suites::DetectError;
use std::path::PathBuf;
use thiserror::Error;

/// A run could not begin or end.
#[derive(Debug, Error)]
pub enum RunError {
    /// There is no cluster to work with.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The inputs are wrong.
    #[error(transparent)]
    Inputs(#[from] InputsError),
    /// The flavour could not be told.
    #[error(transparent)]
    Detect(#[from] DetectError),
    /// The journal could not be written or read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The report page could not be made.
    #[error(transparent)]
    Page(#[from] PageError),
    /// A report could not be written.
    #[error("could not write `{path}`")]
    Report {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// What a run before this one broke could not be healed.
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
    Left(#[from] SweepError),
}
