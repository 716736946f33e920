//! Deletes the pods of a Deployment.

use crate::access::ClusterAccess;
use crate::change_error::ChangeError;
use crate::deletion::delete_object;
use crate::served_resources::{builtin_resource, list_objects};
use cluster::replace::ObjectId;
use futures::future::try_join_all;
use serde_json::Value;

/// Deletes the pods of a Deployment without a grace period, and waits until they are gone.
pub async fn delete_pods(access: &ClusterAccess, deployment: &Value) -> Result<(), ChangeError> {
    delete_matching(access, deployment, |_| true).await
}

/// Ends the grace period of a Deployment's pods that are terminating, and waits until they are gone.
pub async fn delete_terminating_pods(access: &ClusterAccess, deployment: &Value) -> Result<(), ChangeError> {
    delete_matching(access, deployment, |pod| pod["metadata"]["deletionTimestamp"].is_string()).await
}

/// The label selector of a Deployment's pods.
pub fn pod_selector(deployment: &Value) -> String {
    let labels = deployment["spec"]["selector"]["matchLabels"].as_object();
    let labels =
        labels.into_iter().flatten().filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?)));
    labels.collect::<Vec<_>>().join(",")
}

async fn delete_matching(
    access: &ClusterAccess,
    deployment: &Value,
    is_matching: impl Fn(&Value) -> bool,
) -> Result<(), ChangeError> {
    let namespace = deployment["metadata"]["namespace"].as_str();
    let pods = builtin_resource("v1", "Pod", "pods");
    let pods = list_objects(access.kinds.client(), &pods, namespace, Some(&pod_selector(deployment))).await?;
    let ids: Vec<_> = pods.iter().filter(|pod| is_matching(pod)).map(ObjectId::of).collect();
    try_join_all(ids.iter().map(|id| delete_object(access, id))).await?;
    Ok(())
}
