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

/// The pods of a Deployment: where they are, and the labels that they have.
#[derive(Debug, PartialEq, Eq)]
pub struct DeploymentPods {
    /// Their namespace.
    pub namespace: String,
    /// Their label selector, never empty.
    pub selector: String,
}

impl DeploymentPods {
    /// The pods of this Deployment. What has no namespace, or selects by more than labels, is an error: an empty selector
    /// would be every pod.
    pub fn of(deployment: &Value) -> Result<Self, ChangeError> {
        let namespace = deployment["metadata"]["namespace"].as_str();
        let selector = &deployment["spec"]["selector"];
        let has_labels_alone = selector["matchExpressions"].as_array().is_none_or(Vec::is_empty);
        let labels =
            selector["matchLabels"].as_object().filter(|labels| has_labels_alone && !labels.is_empty());
        let selected = labels.and_then(|labels| {
            let label = |(key, value): (&String, &Value)| Some(format!("{key}={}", value.as_str()?));
            labels.iter().map(label).collect::<Option<Vec<_>>>()
        });
        match (namespace, selected) {
            (Some(namespace), Some(labels)) if !namespace.is_empty() => {
                Ok(Self { namespace: namespace.to_owned(), selector: labels.join(",") })
            }
            _ => Err(ChangeError::NoPodSelector(ObjectId::of(deployment).to_string())),
        }
    }
}

async fn delete_matching(
    access: &ClusterAccess,
    deployment: &Value,
    is_matching: impl Fn(&Value) -> bool,
) -> Result<(), ChangeError> {
    let DeploymentPods { namespace, selector } = DeploymentPods::of(deployment)?;
    let pods = builtin_resource("v1", "Pod", "pods");
    let pods = list_objects(access.kinds.client(), &pods, Some(&namespace), Some(&selector)).await?;
    let ids: Vec<_> = pods.iter().filter(|pod| is_matching(pod)).map(ObjectId::of).collect();
    try_join_all(ids.iter().map(|id| delete_object(access, id))).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::one_label(json!({"matchLabels": {"app": "a"}}), Some("app=a"))]
    #[case::two_labels(json!({"matchLabels": {"app": "a", "tier": "b"}, "matchExpressions": []}), Some("app=a,tier=b"))]
    #[case::expressions_alone(json!({"matchExpressions": [{"key": "app", "operator": "Exists"}]}), None)]
    #[case::expressions_beside_labels(
        json!({"matchLabels": {"app": "a"}, "matchExpressions": [{"key": "b", "operator": "Exists"}]}), None
    )]
    #[case::no_label(json!({"matchLabels": {}}), None)]
    #[case::label_of_another_type(json!({"matchLabels": {"app": 1}}), None)]
    #[case::none(Value::Null, None)]
    fn selector_is_of_labels_alone(#[case] selector: Value, #[case] expected: Option<&str>) {
        let deployment = json!({"metadata": {"name": "a", "namespace": "n"}, "spec": {"selector": selector}});
        assert_eq!(DeploymentPods::of(&deployment).ok().map(|pods| pods.selector).as_deref(), expected);
    }

    #[rstest]
    #[case::vanished(Value::Null)]
    #[case::without_namespace(json!({"metadata": {"name": "a"}, "spec": {"selector": {"matchLabels": {"app": "a"}}}}))]
    fn pods_of_no_namespace_are_an_error(#[case] deployment: Value) {
        let error = DeploymentPods::of(&deployment).unwrap_err().to_string();
        assert!(error.contains("cannot be told from others"), "{error}");
    }
}
