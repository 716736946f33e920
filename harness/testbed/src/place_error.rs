//! Why a place could not be made.

use crate::ledger::LedgerError;
use cluster::answer::ApiServerError;
use fixtures::FixtureError;
use stack::install::UnmetConditionError;
use thiserror::Error;
use vocabulary::ObjectRef;

/// A place could not be made.
#[derive(Debug, Error)]
pub enum PlaceError {
    /// Its fixture is broken.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
    /// Its `place.yaml` does not have its shape.
    #[error("could not read the place `{name}`")]
    Spec {
        /// Its name.
        name: String,
        /// What does not fit.
        #[source]
        source: serde_json::Error,
    },
    /// The Secret with which the probe's image is pulled could not be read.
    #[error("could not read {secret}, which `probe.pull_secret` names")]
    PullSecret {
        /// The Secret.
        secret: ObjectRef,
        /// Why.
        #[source]
        source: Option<ApiServerError>,
    },
    /// An object could not be made.
    #[error(transparent)]
    Make(#[from] LedgerError),
    /// A condition that it waits for was not met.
    #[error(transparent)]
    Unmet(#[from] UnmetConditionError),
}
