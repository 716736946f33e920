//! Waiting until what was changed has settled.

use crate::access::{ChangeError, ClusterAccess, known};
use crate::pods::labels_of;
use cluster::conditions;
use cluster::replace::ObjectId;
use cluster::wait::{self, Readiness};
use kube::api::{Api, DynamicObject};
use kube::runtime::watcher;
use serde_json::Value;
use stack::install::condition::Condition;
use std::time::Duration;
use tokio::time::Instant;

/// How long an object may take to go, or a Deployment to be available.
const SETTLED_WITHIN: Duration = Duration::from_mins(2);

/// Waits until a Deployment has all its replicas.
pub async fn await_available(access: &ClusterAccess, address: &ObjectId) -> Result<(), ChangeError> {
    let namespace = address.namespace.clone().unwrap_or_default();
    let condition = Condition::Available { namespace, name: Some(address.name.clone()) };
    let waited = condition.wait(&access.kinds, settled(access), |_| {}).await;
    waited.map_err(|source| ChangeError::Condition { what: condition.to_string(), source: Box::new(source) })
}

/// Waits until the pods of a Deployment are ready. Right after its pods were deleted, what the Deployment says of itself is
/// what was.
pub async fn await_pods(access: &ClusterAccess, deployment: &Value) -> Result<(), ChangeError> {
    let namespace = deployment["metadata"]["namespace"].as_str();
    let pods = Api::namespaced_with(
        access.kinds.client().clone(),
        namespace.unwrap_or_default(),
        &known("v1", "Pod", "pods").api,
    );
    let replicas = deployment["spec"]["replicas"].as_u64().unwrap_or(1);
    let is_ready = |pod: &&DynamicObject| conditions::is_true(&pod.data, "Ready");
    let judge = |pods: &wait::Watched| {
        let ready = pods.values().filter(is_ready).count() as u64;
        if ready >= replicas {
            Readiness::Ready
        } else {
            Readiness::Pending(format!("{ready}/{replicas} pods are ready"))
        }
    };
    let config = watcher::Config::default().labels(&labels_of(deployment));
    let waited = wait::until(pods, config, settled(access), judge, |_| {}).await;
    let what = format!("the pods of {} to be ready", ObjectId::of(deployment));
    waited.map_err(|error| ChangeError::Condition { what, source: Box::new(error) })
}

/// Waits until a definition is served.
pub async fn await_established(access: &ClusterAccess, address: &ObjectId) -> Result<(), ChangeError> {
    let is_established =
        |object: Option<&Value>| object.is_some_and(|object| conditions::is_true(object, "Established"));
    await_object(access, address, "to be established", is_established).await
}

/// Waits until an object is gone.
pub async fn await_gone(access: &ClusterAccess, address: &ObjectId) -> Result<(), ChangeError> {
    await_object(access, address, "to be gone", |object| object.is_none()).await
}

async fn await_object(
    access: &ClusterAccess,
    address: &ObjectId,
    what: &str,
    is_so: impl Fn(Option<&Value>) -> bool,
) -> Result<(), ChangeError> {
    let api = address.api(&access.kinds).await?;
    let judge = |objects: &wait::Watched| {
        let object = objects.values().next().and_then(|object| serde_json::to_value(object).ok());
        if is_so(object.as_ref()) {
            Readiness::Ready
        } else {
            Readiness::Pending(format!("{address} is not so"))
        }
    };
    let waited = wait::until(api, wait::one(&address.name), settled(access), judge, |_| {}).await;
    waited.map_err(|error| ChangeError::Condition {
        what: format!("{address} {what}"),
        source: Box::new(error),
    })
}

fn settled(access: &ClusterAccess) -> Instant {
    Instant::now() + access.inputs.scaled_budget(SETTLED_WITHIN)
}
