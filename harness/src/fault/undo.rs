//! Healing what a run left that did not end by itself.

use super::progress::Progress;
pub(crate) use super::record::NAMESPACE;
use super::site::{Site, SiteError};
use super::{heal, record};
use crate::cluster::kinds::Kinds;
use crate::inputs::Inputs;
use crate::provider::kind::Kind;
use crate::provider::{Provider, ProviderError};
use crate::state::State;
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
    Read(#[source] Box<SiteError>),
    /// One could not be followed.
    #[error("could not heal {what}")]
    Heal {
        /// The fault, or what is held.
        what: String,
        /// Why.
        #[source]
        source: Box<SiteError>,
    },
    /// The namespace of the records does not go.
    #[error("everything is healed, and the namespace of the undo records could not be removed")]
    Close(#[source] Box<SiteError>),
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
pub async fn heal(client: kube::Client, inputs: &Inputs, state: &State) -> Result<Healed, UndoError> {
    let site = Site { kinds: Kinds::new(client), inputs: inputs.clone(), state: state.clone() };
    on_site(&site, &Progress::on_stderr(0)).await
}

/// Heals all that any run left on a cluster that meshproof made, the newest first, and removes the undo records.
pub async fn heal_left(
    client: kube::Client,
    inputs: &Inputs,
    kind: &Kind,
    progress: &Progress,
) -> Result<Healed, UndoError> {
    let _taken = kind.take()?;
    let site = Site { kinds: Kinds::new(client), inputs: inputs.clone(), state: kind.state().clone() };
    on_site(&site, progress).await
}

pub(super) async fn on_site(site: &Site, progress: &Progress) -> Result<Healed, UndoError> {
    let mut healed = Healed::default();
    for (address, record) in record::left(site).await.map_err(|error| UndoError::Read(Box::new(error)))? {
        progress.now(&format!("healing what run {} left: {}", record.run, record.what));
        let failed = |source| UndoError::Heal { what: record.what.clone(), source: Box::new(source) };
        heal::heal(site, &record).await.map_err(failed)?;
        record::remove(site, &address).await.map_err(failed)?;
        healed.0.push(record.what);
    }
    record::close(site).await.map_err(|error| UndoError::Close(Box::new(error)))?;
    Ok(healed)
}
