//! Why a run could not begin or end.

use crate::registry::DetectError;
use inputs::InputsError;
use record::RecordingError;
use record::bundle::BundleError;
use record::journal::JournalError;
use report::ReportError;
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
    /// A report could not be rendered.
    #[error(transparent)]
    RenderReport(#[from] ReportError),
    /// A file of the run's folder could not be written.
    #[error("could not write `{path}`")]
    WriteFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
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
