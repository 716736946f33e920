//! Healing what a run left that did not end by itself.

use crate::access::{ChangeError, ClusterAccess};
use crate::{heal, undo_record};
use cluster::kinds::Kinds;
use cluster::state::State;
use inputs::Inputs;
use stack::provider::kind::Kind;
use stack::provider::{Provider, ProviderError};
use std::fmt;
use thiserror::Error;

/// What a run left could not be healed; its undo record stays.
#[derive(Debug, Error)]
pub enum UndoError {
    /// Another run is under way.
    #[error(transparent)]
    InUse(#[from] ProviderError),
    /// The records could not be read.
    #[error("could not read the undo records")]
    Read(#[source] Box<ChangeError>),
    /// One could not be followed.
    #[error("could not heal {what}")]
    Heal {
        /// The fault, or what is held.
        what: String,
        /// Why.
        #[source]
        source: Box<ChangeError>,
    },
    /// The namespace of the records does not go.
    #[error("everything is healed, and the namespace of the undo records could not be removed")]
    Close(#[source] Box<ChangeError>),
}

/// What was healed: the fault, or what was held, of each record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Healed(pub Vec<String>);

impl fmt::Display for Healed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [] => f.write_str("no run left anything to heal"),
            healed => healed.iter().try_for_each(|what| writeln!(f, "healed: {what}")),
        }
    }
}

/// Heals all that a run left that is known to have ended, on a cluster that the caller has for itself.
pub async fn heal(
    client: kube::Client,
    inputs: &Inputs,
    state: &State,
    announce: &(dyn Fn(&str) + Sync),
) -> Result<Healed, UndoError> {
    let access = ClusterAccess { kinds: Kinds::new(client), inputs: inputs.clone(), state: state.clone() };
    heal_all(&access, announce).await
}

/// Heals all that any run left on a cluster that meshproof made, the newest first, and removes the undo records.
pub async fn heal_left(
    client: kube::Client,
    inputs: &Inputs,
    kind: &Kind,
    announce: &(dyn Fn(&str) + Sync),
) -> Result<Healed, UndoError> {
    let _lock = kind.lock()?;
    let access =
        ClusterAccess { kinds: Kinds::new(client), inputs: inputs.clone(), state: kind.state().clone() };
    heal_all(&access, announce).await
}

/// Heals all that any run left, the newest first. `announce` is told what is healed.
pub async fn heal_all(access: &ClusterAccess, announce: &(dyn Fn(&str) + Sync)) -> Result<Healed, UndoError> {
    let mut healed = Healed::default();
    for (address, record) in
        undo_record::left(access).await.map_err(|error| UndoError::Read(Box::new(error)))?
    {
        announce(&format!("healing what run {} left: {}", record.run, record.what));
        let failed = |source| UndoError::Heal { what: record.what.clone(), source: Box::new(source) };
        heal::heal(access, &record).await.map_err(failed)?;
        undo_record::remove(access, &address).await.map_err(failed)?;
        healed.0.push(record.what);
    }
    undo_record::close(access).await.map_err(|error| UndoError::Close(Box::new(error)))?;
    Ok(healed)
}
