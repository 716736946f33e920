//! Finalizers: an object stays until its operator has cleaned up.
use kube::ResourceExt as _;
use kube::api::DynamicObject;
use serde_json::json;

use crate::cluster::{Cluster, ClusterError, Kind};

/// Puts a finalizer on an object. Whether it had to: the object changes then, and comes again.
pub(crate) async fn ensure(
    cluster: &Cluster,
    kind: Kind,
    object: &DynamicObject,
    name: &str,
) -> Result<bool, ClusterError> {
    if object.finalizers().iter().any(|one| one == name) {
        return Ok(false);
    }
    let finalizers: Vec<_> = object.finalizers().iter().map(String::as_str).chain([name]).collect();
    write(cluster, kind, object, &finalizers).await?;
    Ok(true)
}

/// Takes the finalizer off an object.
pub(crate) async fn release(
    cluster: &Cluster,
    kind: Kind,
    object: &DynamicObject,
    name: &str,
) -> Result<(), ClusterError> {
    let finalizers: Vec<_> =
        object.finalizers().iter().map(String::as_str).filter(|one| *one != name).collect();
    if finalizers.len() == object.finalizers().len() {
        return Ok(());
    }
    write(cluster, kind, object, &finalizers).await
}

async fn write(
    cluster: &Cluster,
    kind: Kind,
    object: &DynamicObject,
    finalizers: &[&str],
) -> Result<(), ClusterError> {
    // With the version that was read: somebody else's finalizer is not to be lost.
    let patch = json!({"metadata": {"finalizers": finalizers, "resourceVersion": object.resource_version()}});
    cluster.merge(kind, &object.namespace().unwrap_or_default(), &object.name_any(), &patch).await
}
