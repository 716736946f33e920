//! The reconciler of what Serverless adds to KnativeServing and KnativeEventing beside a mesh.
use futures::stream::select_all;
use kube::ResourceExt as _;
use kube::api::DynamicObject;
use serde_json::Value;

use super::eventing_istio;
use super::kinds::DEPLOYMENT;
use super::network_policies::{Policies, of_eventing, of_serving};
use super::owner::{is_owned, owned};
use crate::changes;
use crate::cluster::{Cluster, ClusterError, Kind};

const KNATIVE_SERVING: Kind = ("operator.knative.dev", "v1beta1", "KnativeServing");
const KNATIVE_EVENTING: Kind = ("operator.knative.dev", "v1beta1", "KnativeEventing");
const NETWORK_POLICY: Kind = ("networking.k8s.io", "v1", "NetworkPolicy");
/// What the two meshes are asked for with.
const MESH_2: Kind = ("maistra.io", "v2", "ServiceMeshControlPlane");
const MESH_3: Kind = ("sailoperator.io", "v1", "Istio");

/// Reconciles for as long as the process lives.
pub(super) async fn run(cluster: Cluster) {
    let watched = [
        (KNATIVE_SERVING, ""),
        (KNATIVE_EVENTING, ""),
        (NETWORK_POLICY, "knative-serving"),
        (NETWORK_POLICY, "knative-eventing"),
        (DEPLOYMENT, "knative-eventing"),
    ];
    let changes = select_all(watched.map(|(kind, namespace)| changes::of(&cluster.client, kind, namespace)));
    changes::look_after(changes, async || reconcile_all(&cluster).await).await;
}

async fn reconcile_all(cluster: &Cluster) -> Result<(), ClusterError> {
    let is_mesh_3 = is_served(MESH_3, cluster).await? && !is_served(MESH_2, cluster).await?;
    for serving in components(KNATIVE_SERVING, cluster).await? {
        let namespace = serving.namespace().unwrap_or_default();
        let policies = of_serving(&as_value(&serving), &namespace, is_mesh_3);
        write(&policies, KNATIVE_SERVING, &serving, cluster).await?;
    }
    for eventing in components(KNATIVE_EVENTING, cluster).await? {
        let (value, namespace) = (as_value(&eventing), eventing.namespace().unwrap_or_default());
        write(&of_eventing(&value, &namespace, is_mesh_3), KNATIVE_EVENTING, &eventing, cluster).await?;
        for object in eventing_istio::objects(&value, &namespace) {
            cluster.apply(&owned(&object, KNATIVE_EVENTING, &eventing)).await?;
        }
    }
    Ok(())
}

/// The objects of a kind that are to stay; none where Knative's operator is not installed.
async fn components(kind: Kind, cluster: &Cluster) -> Result<Vec<DynamicObject>, ClusterError> {
    let mut all = cluster.list_if_served(kind, "", "").await?;
    all.retain(|one| one.metadata.deletion_timestamp.is_none());
    Ok(all)
}

async fn is_served(kind: Kind, cluster: &Cluster) -> Result<bool, ClusterError> {
    match cluster.list(kind, "", "").await {
        Err(error) if error.is_not_served() => Ok(false),
        other => other.map(|_| true),
    }
}

async fn write(
    policies: &Policies,
    kind: Kind,
    owner: &DynamicObject,
    cluster: &Cluster,
) -> Result<(), ClusterError> {
    for policy in &policies.present {
        cluster.apply(&owned(policy, kind, owner)).await?;
    }
    for name in &policies.absent {
        let namespace = owner.namespace().unwrap_or_default();
        if let Some(policy) = cluster.get(NETWORK_POLICY, &namespace, name).await?
            && is_owned(&policy, owner)
        {
            cluster.delete(NETWORK_POLICY, &policy).await?;
        }
    }
    Ok(())
}

fn as_value(object: &DynamicObject) -> Value {
    serde_json::to_value(object).unwrap_or_default()
}
