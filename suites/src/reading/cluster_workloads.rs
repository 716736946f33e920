//! The workloads of a cluster, with what decides about their injection.

use crate::reading::injection_ground::is_webhook_for_all;
use semantics::istio::injection::ClusterWorkloads;
use vocabulary::HarnessError;
use world::Context;

/// Reads all workloads, their pods and namespaces.
pub async fn cluster_workloads(cx: &Context) -> Result<ClusterWorkloads, HarnessError> {
    Ok(ClusterWorkloads {
        deployments: cx.known_objects().await?,
        stateful_sets: cx.known_objects().await?,
        namespaces: cx.known_objects().await?,
        pods: cx.known_objects().await?,
        is_webhook_for_all: is_webhook_for_all(cx),
        missing_flavour: cx.flavour().missing(),
    })
}
