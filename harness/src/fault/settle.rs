//! Waiting until what was changed has settled.

use super::site::{Site, SiteError};
use crate::cluster::wait::{self, Look};
use crate::cluster::whole::Address;
use crate::install::condition::Condition;
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
