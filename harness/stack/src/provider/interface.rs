//! The interface of providers. A check sees of its provider only capabilities and the allowed tier.

use crate::provider::error::ProviderError;
use cluster::client::RequestPolicy;
use cluster::lock::ClusterLock;
use cluster::state::State;
use futures::future::BoxFuture;
use inputs::DiscoveredInputs;
use vocabulary::{Capability, Tier};

/// Where a cluster comes from.
pub trait Provider: std::fmt::Debug + Send + Sync {
    /// The cluster in a few words, for a person: `kind cluster meshproof`.
    fn describe(&self) -> String;

    /// The capabilities that it adds to those of the cluster's APIs.
    fn capabilities(&self) -> Vec<Capability>;

    /// The highest tier of checks that it allows.
    fn allowed(&self) -> Tier;

    /// Whether a run that only reads watches changes, too: the cluster may still be settling, and a check waits within its
    /// budget.
    fn watches_changes(&self) -> bool;

    /// Inputs that it knows of its cluster: dotted key → (value, the file that it is from).
    fn known_inputs(&self) -> Result<DiscoveredInputs, ProviderError> {
        Ok(DiscoveredInputs::new())
    }

    /// Locks the cluster for one run. `None`: clusters of this provider cannot be locked.
    fn lock(&self) -> Result<Option<ClusterLock>, ProviderError> {
        Ok(None)
    }

    /// What is kept of the cluster on this machine. `None`: meshproof did not make it.
    fn state(&self) -> Option<&State> {
        None
    }

    /// A client that sends by this policy, after the API server has answered once.
    fn connect<'a>(&'a self, policy: &'a RequestPolicy)
    -> BoxFuture<'a, Result<kube::Client, ProviderError>>;
}
