//! The reconciler of control planes.
use std::sync::Arc;
use std::time::Duration;

use kube::ResourceExt as _;
use kube::api::DynamicObject;
use kube::runtime::controller::Action;
use serde_json::{Value, json};
use tracing::warn;

use super::control_plane_status::{self, Progress};
use super::istio_operator;
use super::manifest::{Manifest, owned_by};
use super::names::{FINALIZER, MEMBER_OF};
use crate::clock::now;
use crate::cluster::{Cluster, ClusterError, Kind, text};
use crate::{changes, controller, finalizer};

pub(super) const CONTROL_PLANE: Kind = ("maistra.io", "v2", "ServiceMeshControlPlane");
const DEPLOYMENT: Kind = ("apps", "v1", "Deployment");
const RETRY: Duration = Duration::from_secs(2);

/// The kinds of what a control plane makes, and may have made when it was otherwise.
const MADE: &[Kind] = &[
    ("security.istio.io", "v1", "PeerAuthentication"),
    ("networking.istio.io", "v1", "DestinationRule"),
    ("networking.k8s.io", "v1", "NetworkPolicy"),
    ("autoscaling", "v2", "HorizontalPodAutoscaler"),
    DEPLOYMENT,
    ("", "v1", "Service"),
    ("", "v1", "ConfigMap"),
    ("", "v1", "ServiceAccount"),
    ("rbac.authorization.k8s.io", "v1", "Role"),
    ("rbac.authorization.k8s.io", "v1", "RoleBinding"),
    ("rbac.authorization.k8s.io", "v1", "ClusterRole"),
    ("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding"),
    ("admissionregistration.k8s.io", "v1", "MutatingWebhookConfiguration"),
    ("admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration"),
];

/// Reconciles for as long as the process lives.
pub(super) async fn run(cluster: Cluster) {
    let made = "app.kubernetes.io/managed-by=maistra-istio-operator";
    let deployments = changes::labelled(&cluster.client, DEPLOYMENT, "", made);
    controller::run(cluster, CONTROL_PLANE, deployments, RETRY, reconcile).await;
}

async fn reconcile(plane: Arc<DynamicObject>, cluster: Arc<Cluster>) -> Result<Action, ClusterError> {
    if plane.metadata.deletion_timestamp.is_some() {
        remove(&plane, &cluster).await?;
        return Ok(Action::await_change());
    }
    if finalizer::ensure(&cluster, CONTROL_PLANE, &plane, FINALIZER).await? {
        return Ok(Action::await_change());
    }
    let before = plane.data["status"].clone();
    let progress = match advance(&plane, &before, &cluster).await {
        Ok(progress) => progress,
        Err(error) => {
            let message = error.downcast_ref().map_or_else(|| format!("{error:#}"), ClusterError::message);
            warn!(plane = plane.name_any(), "{message}");
            Progress::Failed("ReconcileError", message)
        }
    };
    let status = control_plane_status::status(&before, plane.metadata.generation, &progress, &now());
    if status != before {
        cluster.apply_status(&plane, &status).await?;
    }
    Ok(match progress {
        Progress::Made { unready, .. } if unready.is_empty() => Action::await_change(),
        _ => Action::requeue(RETRY),
    })
}

/// Makes what is to be made now. What is edited by hand of it stays until the control plane itself changes.
async fn advance(plane: &DynamicObject, before: &Value, cluster: &Cluster) -> anyhow::Result<Progress> {
    let (name, namespace) = (plane.name_any(), plane.namespace().unwrap_or_default());
    let planes = cluster.list(CONTROL_PLANE, &namespace, "").await?;
    let age = |one: &DynamicObject| (one.metadata.creation_timestamp.clone(), one.uid());
    if planes.iter().any(|other| age(other) < age(plane)) {
        let message = "Multiple ServiceMeshControlPlane resources exist in the namespace".to_owned();
        return Ok(Progress::Failed("ErrMultipleSMCPs", message));
    }
    let spec = &plane.data["spec"];
    if !control_plane_status::is_reconciled(before, plane.metadata.generation) {
        let labels =
            json!({"metadata": {"labels": {MEMBER_OF: namespace, "maistra.io/ignore-namespace": "ignore"}}});
        cluster.merge(("", "v1", "Namespace"), "", &namespace, &labels).await?;
        let manifest = Manifest::of(&name, &namespace, spec).await?;
        for object in &manifest.control_plane {
            apply_or_make_anew(object, cluster).await?;
        }
        let istiod = istio_operator::istiod_name(&name);
        if !is_available(cluster.get(DEPLOYMENT, &namespace, &istiod).await?.as_ref()) {
            return Ok(Progress::Paused(istiod));
        }
        for object in &manifest.afterwards {
            apply_or_make_anew(object, cluster).await?;
        }
        prune(&owned_by(&name, &namespace), &manifest, cluster).await?;
    }
    let deployments = cluster.list(DEPLOYMENT, "", &owned_by(&name, &namespace)).await?;
    let (ready, unready): (Vec<_>, Vec<_>) = deployments.iter().partition(|one| is_available(Some(one)));
    let names = |all: Vec<&DynamicObject>| all.into_iter().map(kube::ResourceExt::name_any).collect();
    Ok(Progress::Made { ready: names(ready), unready: names(unready) })
}

/// Applies an object. A Deployment whose selector is another one is deleted and made anew, as the operator does with what
/// cannot be changed (`pkg/controller/servicemesh/controlplane/manifestprocessing.go`).
async fn apply_or_make_anew(object: &Value, cluster: &Cluster) -> Result<(), ClusterError> {
    let applied = cluster.apply(object).await;
    let Err(error) = applied else { return Ok(()) };
    let name = |pointer: &str| text(object, pointer);
    if object["kind"] != DEPLOYMENT.2 || !error.is_invalid() {
        return Err(error);
    }
    if let Some(old) = cluster.get(DEPLOYMENT, name("/metadata/namespace"), name("/metadata/name")).await? {
        cluster.delete(DEPLOYMENT, &old).await?;
    }
    cluster.apply(object).await.map(drop)
}

/// Whether a Deployment is available, in the generation that it has.
fn is_available(deployment: Option<&DynamicObject>) -> bool {
    let Some(deployment) = deployment else { return false };
    let status = &deployment.data["status"];
    let conditions = status["conditions"].as_array().into_iter().flatten();
    let is_available = conditions.filter(|one| one["type"] == "Available").all(|one| one["status"] == "True");
    let is_current = status["observedGeneration"].as_i64() == deployment.metadata.generation;
    is_available && is_current && status["availableReplicas"].as_i64().unwrap_or_default() > 0
}

/// Removes what an earlier generation of the control plane made, and this one does not.
async fn prune(labels: &str, manifest: &Manifest, cluster: &Cluster) -> Result<(), ClusterError> {
    for kind in MADE {
        for object in cluster.list_if_served(*kind, "", labels).await? {
            if !manifest.has(kind.2, &object.namespace().unwrap_or_default(), &object.name_any()) {
                cluster.delete(*kind, &object).await?;
            }
        }
    }
    Ok(())
}

/// Removes all that a control plane made, but the kinds of Istio.
async fn remove(plane: &DynamicObject, cluster: &Cluster) -> Result<(), ClusterError> {
    let (name, namespace) = (plane.name_any(), plane.namespace().unwrap_or_default());
    // Nobody validates what is removed.
    for kind in MADE.iter().rev() {
        for object in cluster.list_if_served(*kind, "", &owned_by(&name, &namespace)).await? {
            cluster.delete(*kind, &object).await?;
        }
    }
    // The labels are those of the mesh: another control plane of the namespace goes on with them.
    if cluster.list(CONTROL_PLANE, &namespace, "").await?.iter().all(|other| other.uid() == plane.uid()) {
        let labels = json!({"metadata": {"labels": {MEMBER_OF: null, "maistra.io/ignore-namespace": null}}});
        cluster.merge(("", "v1", "Namespace"), "", &namespace, &labels).await?;
    }
    finalizer::release(cluster, CONTROL_PLANE, plane, FINALIZER).await
}
