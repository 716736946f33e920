//! Waiting until what was changed has settled.

use super::hold::labels_of;
use super::site::{Site, SiteError, known};
use crate::cluster::wait::{self, Look};
use crate::cluster::whole::Address;
use crate::install::condition::Condition;
use kube::api::{Api, DynamicObject};
use kube::runtime::watcher;
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// How long an object may take to go, or a Deployment to be available.
const SETTLED_WITHIN: Duration = Duration::from_mins(2);

/// Waits until a Deployment has all its replicas.
pub(super) async fn await_available(site: &Site, address: &Address) -> Result<(), SiteError> {
    let namespace = address.namespace.clone().unwrap_or_default();
    let condition = Condition::Available { namespace, name: Some(address.name.clone()) };
    let waited = condition.wait(&site.kinds, settled(site), |_| {}).await;
    waited.map_err(|source| SiteError::Condition { what: condition.to_string(), source: Box::new(source) })
}

/// Waits until the pods of a Deployment are ready. Right after its pods were deleted, what the Deployment says of itself is
/// what was.
pub(super) async fn await_pods(site: &Site, deployment: &Value) -> Result<(), SiteError> {
    let namespace = deployment["metadata"]["namespace"].as_str();
    let pods = Api::namespaced_with(
        site.kinds.client().clone(),
        namespace.unwrap_or_default(),
        &known("v1", "Pod", "pods").api,
    );
    let replicas = deployment["spec"]["replicas"].as_u64().unwrap_or(1);
    let is_ready = |pod: &&DynamicObject| {
        let conditions = pod.data.pointer("/status/conditions").and_then(Value::as_array);
        let mut conditions = conditions.into_iter().flatten();
        conditions.any(|it| it["type"] == "Ready" && it["status"] == "True")
    };
    let judge = |pods: &wait::Watched| {
        let ready = pods.values().filter(is_ready).count() as u64;
        if ready >= replicas { Look::Met } else { Look::NotYet(format!("{ready}/{replicas} pods are ready")) }
    };
    let config = watcher::Config::default().labels(&labels_of(deployment));
    let waited = wait::until(pods, config, settled(site), judge, |_| {}).await;
    let what = format!("the pods of {} to be ready", Address::of(deployment));
    waited.map_err(|error| SiteError::Condition { what, source: Box::new(error) })
}

/// Waits until a definition is served.
pub(super) async fn await_established(site: &Site, address: &Address) -> Result<(), SiteError> {
    let is_established = |object: Option<&Value>| {
        let conditions = object.and_then(|object| object["status"]["conditions"].as_array());
        conditions.into_iter().flatten().any(|it| it["type"] == "Established" && it["status"] == "True")
    };
    await_object(site, address, "to be established", is_established).await
}

/// Waits until an object is gone.
pub(super) async fn await_gone(site: &Site, address: &Address) -> Result<(), SiteError> {
    await_object(site, address, "to be gone", |object| object.is_none()).await
}

async fn await_object(
    site: &Site,
    address: &Address,
    what: &str,
    is_so: impl Fn(Option<&Value>) -> bool,
) -> Result<(), SiteError> {
    let api = address.api(&site.kinds).await?;
    let judge = |objects: &wait::Watched| {
        let object = objects.values().next().and_then(|object| serde_json::to_value(object).ok());
        if is_so(object.as_ref()) { Look::Met } else { Look::NotYet(format!("{address} is not so")) }
    };
    let waited = wait::until(api, wait::one(&address.name), settled(site), judge, |_| {}).await;
    waited
        .map_err(|error| SiteError::Condition { what: format!("{address} {what}"), source: Box::new(error) })
}

fn settled(site: &Site) -> Instant {
    Instant::now() + site.inputs.scale(SETTLED_WITHIN)
}
