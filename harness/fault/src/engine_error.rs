//! Why the fault engine stopped.

use crate::error::InjectError;
use inputs::InputsError;
use run::RunError;
use stack::install::DEFAULT_FLAVOUR;
use stack::provider::ProviderError;
use std::path::PathBuf;
use thiserror::Error;
use undo::{ChangeError, UndoError};

/// The fault engine stopped.
#[derive(Debug, Error)]
pub enum FaultEngineError {
    /// No cluster can be used.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// Detection of the cluster, or what the run does at its end, failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The faults change objects that this cluster does not have.
    #[error("the faults are written for the flavour `{DEFAULT_FLAVOUR}`, and this cluster is of `{0}`")]
    OtherFlavour(String),
    /// The inputs are wrong.
    #[error(transparent)]
    Inputs(#[from] InputsError),
    /// The faults of a killed run could not be healed.
    #[error(transparent)]
    Undo(#[from] UndoError),
    /// A change of the cluster that belongs to no fault failed.
    #[error("could not {action}")]
    Change {
        /// What was to be done.
        action: &'static str,
        /// Why.
        #[source]
        source: Box<InjectError>,
    },
    /// A fault could not be healed. Its undo record stays.
    #[error("could not heal {fault}")]
    Heal {
        /// The fault.
        fault: String,
        /// Why.
        #[source]
        source: Box<ChangeError>,
    },
    /// Somebody asked to stop before the first fault.
    #[error("stopped by {by} before the first fault")]
    Interrupted {
        /// What asked.
        by: String,
    },
    /// The fault report could not be written.
    #[error("could not write `{path}`")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl FaultEngineError {
    /// Makes the error of a change that belongs to no fault.
    pub(crate) fn change<E: Into<InjectError>>(action: &'static str) -> impl Fn(E) -> Self {
        move |source| Self::Change { action, source: Box::new(source.into()) }
    }
}
