//! What a fault and its undo need of a cluster.

use cluster::kinds::Kinds;
use cluster::state::State;
use inputs::Inputs;

/// What a fault and its undo need of a cluster.
pub struct ClusterAccess {
    /// The resources of its API server, with the client.
    pub kinds: Kinds,
    /// The inputs of the run.
    pub inputs: Inputs,
    /// What is kept of the cluster on this machine.
    pub state: State,
}
