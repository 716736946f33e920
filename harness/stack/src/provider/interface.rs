//! What every provider of a cluster offers. It reaches a check only as capabilities and an allowed tier.

use crate::provider::error::ProviderError;
use cluster::client::UserAgent;
use cluster::lock::ClusterLock;
use cluster::state::State;
use futures::future::BoxFuture;
use inputs::DiscoveredInputs;
use vocabulary::{Capability, Tier};

/// Where a cluster comes from.
pub trait Provider: std::fmt::Debug + Send + Sync {
    /// The cluster in a few words, for a person: `kind cluster meshproof`.
    fn describe(&self) -> String;

    /// What it offers beyond the cluster's own APIs.
    fn capabilities(&self) -> Vec<Capability>;

    /// The most that a check may do to it.
    fn allowed(&self) -> Tier;

    /// Whether changes are watched, also by a run that only reads: the cluster may still be settling, and a check waits for
    /// its condition within its budget.
    fn watches_changes(&self) -> bool;

    /// Inputs that it knows of its cluster: dotted key → (value, where it is written down).
    fn known_inputs(&self) -> Result<DiscoveredInputs, ProviderError> {
        Ok(DiscoveredInputs::new())
    }

    /// Locks the cluster for one run with traffic, where two of them can be told apart from here.
    fn lock(&self) -> Result<Option<ClusterLock>, ProviderError> {
        Ok(None)
    }

    /// What is kept of the cluster on this machine, if meshproof made it.
    fn state(&self) -> Option<&State> {
        None
    }

    /// A client, after the API server has answered once.
    fn connect<'a>(&'a self, agent: &'a UserAgent) -> BoxFuture<'a, Result<kube::Client, ProviderError>>;
}
