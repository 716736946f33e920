//! The pods of a Deployment: ending them.

use crate::access::{ChangeError, ClusterAccess, known, list};
use crate::undo_record::remove;
use cluster::replace::ObjectId;
use futures::future::try_join_all;
use serde_json::Value;

/// Deletes the pods of a Deployment without giving them time, and waits until they are gone.
pub async fn delete_pods(access: &ClusterAccess, deployment: &Value) -> Result<(), ChangeError> {
    delete_those(access, deployment, |_| true).await
}

/// Ends the pods of a Deployment that take their time to end.
pub async fn end_pods(access: &ClusterAccess, deployment: &Value) -> Result<(), ChangeError> {
    delete_those(access, deployment, |pod| pod["metadata"]["deletionTimestamp"].is_string()).await
}

/// The labels by which a Deployment selects its pods.
pub fn labels_of(deployment: &Value) -> String {
    let labels = deployment["spec"]["selector"]["matchLabels"].as_object();
    let labels =
        labels.into_iter().flatten().filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?)));
    labels.collect::<Vec<_>>().join(",")
}

async fn delete_those(
    access: &ClusterAccess,
    deployment: &Value,
    is_meant: impl Fn(&Value) -> bool,
) -> Result<(), ChangeError> {
    let namespace = deployment["metadata"]["namespace"].as_str();
    let pods = known("v1", "Pod", "pods");
    let pods = list(access.kinds.client(), &pods, namespace, Some(&labels_of(deployment))).await?;
    let addresses: Vec<_> = pods.iter().filter(|pod| is_meant(pod)).map(ObjectId::of).collect();
    try_join_all(addresses.iter().map(|pod| remove(access, pod))).await?;
    Ok(())
}
