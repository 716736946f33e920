//! Waits until a change has taken effect.

use crate::access::ClusterAccess;
use crate::change_error::ChangeError;
use crate::pods::DeploymentPods;
use crate::served_resources::builtin_resource;
use cluster::conditions;
use cluster::replace::ObjectId;
use cluster::wait::{self, Readiness};
use kube::api::{Api, DynamicObject};
use kube::runtime::watcher;
use serde_json::Value;
use stack::install::wait_condition::WaitCondition;
use std::time::Duration;
use tokio::time::Instant;

/// How long an object may take to be gone, or a Deployment to be available.
const SETTLED_WITHIN: Duration = Duration::from_mins(2);

/// Waits until a Deployment has all its replicas available.
pub async fn await_available(access: &ClusterAccess, id: &ObjectId) -> Result<(), ChangeError> {
    let namespace = id.namespace.clone().unwrap_or_default();
    let condition = WaitCondition::Available { namespace, name: Some(id.name.clone()) };
    let result = condition.wait(&access.kinds, settle_deadline(access), |_| {}).await;
    result.map_err(|source| ChangeError::Condition { what: condition.to_string(), source: Box::new(source) })
}

/// Waits until the pods of a Deployment are ready. The Deployment's status is stale right after its pods were deleted, so the
/// pods are counted.
pub async fn await_pods(access: &ClusterAccess, deployment: &Value) -> Result<(), ChangeError> {
    let DeploymentPods { namespace, selector } = DeploymentPods::of(deployment)?;
    let pods = Api::namespaced_with(
        access.kinds.client().clone(),
        &namespace,
        &builtin_resource("v1", "Pod", "pods").api,
    );
    let replicas = deployment["spec"]["replicas"].as_u64().unwrap_or(1);
    let is_ready = |pod: &&DynamicObject| conditions::is_true(&pod.data, "Ready");
    let judge = |pods: &wait::WatchedObjects| {
        let ready = pods.values().filter(is_ready).count() as u64;
        if ready >= replicas {
            Readiness::Ready
        } else {
            Readiness::Pending(format!("{ready}/{replicas} pods are ready"))
        }
    };
    let config = watcher::Config::default().labels(&selector);
    let result = wait::await_readiness(pods, config, settle_deadline(access), judge, |_| {}).await;
    let what = format!("the pods of {} to be ready", ObjectId::of(deployment));
    result.map_err(|error| ChangeError::Condition { what, source: Box::new(error) })
}

/// Waits until a definition is established, so that its objects can be created.
pub async fn await_established(access: &ClusterAccess, id: &ObjectId) -> Result<(), ChangeError> {
    let is_established =
        |object: Option<&Value>| object.is_some_and(|object| conditions::is_true(object, "Established"));
    await_object(access, id, "to be established", is_established).await
}

/// Waits until an object is gone.
pub async fn await_gone(access: &ClusterAccess, id: &ObjectId) -> Result<(), ChangeError> {
    await_object(access, id, "to be gone", |object| object.is_none()).await
}

/// Waits until an object, or its absence, meets a condition. `what` names the condition in the error.
async fn await_object(
    access: &ClusterAccess,
    id: &ObjectId,
    what: &str,
    is_met: impl Fn(Option<&Value>) -> bool,
) -> Result<(), ChangeError> {
    let api = id.api(&access.kinds).await?;
    let judge = |objects: &wait::WatchedObjects| {
        let object = objects.values().next().and_then(|object| serde_json::to_value(object).ok());
        if is_met(object.as_ref()) { Readiness::Ready } else { Readiness::Pending(format!("{id} is not so")) }
    };
    let result =
        wait::await_readiness(api, wait::single_object(&id.name), settle_deadline(access), judge, |_| {})
            .await;
    result.map_err(|error| ChangeError::Condition { what: format!("{id} {what}"), source: Box::new(error) })
}

fn settle_deadline(access: &ClusterAccess) -> Instant {
    Instant::now() + access.inputs.scaled_budget(SETTLED_WITHIN)
}
