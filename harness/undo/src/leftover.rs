//! Heals the faults of runs that were killed, by the undo records that they left.

use crate::access::ClusterAccess;
use crate::change_error::ChangeError;
use crate::deletion::delete_object;
use crate::heal;
use crate::undo_record::{list_records, remove_namespace_if_empty};
use cluster::kinds::Kinds;
use cluster::state::State;
use inputs::Inputs;
use stack::provider::kind::KindCluster;
use stack::provider::{Provider, ProviderError};
use std::fmt;
use thiserror::Error;

/// The faults of a killed run could not be healed. Their undo records stay.
#[derive(Debug, Error)]
pub enum UndoError {
    /// Another run is under way.
    #[error(transparent)]
    InUse(#[from] ProviderError),
    /// The records could not be read.
    #[error("could not read the undo records")]
    Read(#[source] Box<ChangeError>),
    /// The objects of a record could not be put back.
    #[error("could not heal {what}")]
    Heal {
        /// The fault, or the hold on an operator.
        what: String,
        /// Why.
        #[source]
        source: Box<ChangeError>,
    },
    /// The namespace of the records could not be removed.
    #[error("everything is healed, and the namespace of the undo records could not be removed")]
    Close(#[source] Box<ChangeError>),
}

/// What was healed: the fault, or the hold on an operator, of each record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HealReport(pub Vec<String>);

impl fmt::Display for HealReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [] => f.write_str("no run left anything to heal"),
            healed => healed.iter().try_for_each(|what| writeln!(f, "healed: {what}")),
        }
    }
}

/// Heals a cluster that the caller has locked.
pub async fn heal_locked(
    client: kube::Client,
    inputs: &Inputs,
    state: &State,
    announce: &(dyn Fn(&str) + Sync),
) -> Result<HealReport, UndoError> {
    let access = ClusterAccess { kinds: Kinds::new(client), inputs: inputs.clone(), state: state.clone() };
    heal_all(&access, announce).await
}

/// Locks a cluster that meshproof made, and heals it.
pub async fn lock_and_heal(
    client: kube::Client,
    inputs: &Inputs,
    kind: &KindCluster,
    announce: &(dyn Fn(&str) + Sync),
) -> Result<HealReport, UndoError> {
    let _lock = kind.lock()?;
    let access =
        ClusterAccess { kinds: Kinds::new(client), inputs: inputs.clone(), state: kind.state().clone() };
    heal_all(&access, announce).await
}

/// Heals all faults with an undo record on the cluster, the newest first, and removes the records. `announce` is called before
/// each.
pub async fn heal_all(
    access: &ClusterAccess,
    announce: &(dyn Fn(&str) + Sync),
) -> Result<HealReport, UndoError> {
    let mut report = HealReport::default();
    for (id, record) in list_records(access).await.map_err(|error| UndoError::Read(Box::new(error)))? {
        announce(&format!("healing what run {} left: {}", record.run, record.what));
        let failed = |source| UndoError::Heal { what: record.what.clone(), source: Box::new(source) };
        heal::heal(access, &record).await.map_err(failed)?;
        delete_object(access, &id).await.map_err(failed)?;
        report.0.push(record.what);
    }
    remove_namespace_if_empty(access).await.map_err(|error| UndoError::Close(Box::new(error)))?;
    Ok(report)
}
