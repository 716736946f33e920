//! Taking the steps of a fault on a cluster.

use super::hold::delete_pods;
use super::record::remove;
use super::site::{Resources, Site, SiteError};
use super::step::{Step, Target};
use super::touch::{self, OPERATOR_GROUP};
use super::{issue, settle};
use crate::cluster::whole::{self, Address};
use crate::install::halt;
use kube::api::{DeleteParams, PropagationPolicy};
use serde_json::{Value, json};

/// Takes the steps in order. Whether any of them changed anything.
pub(super) async fn inject(site: &Site, resources: &Resources, steps: &[Step]) -> Result<bool, SiteError> {
    let mut is_changed = false;
    for step in steps {
        is_changed |= take(site, resources, step).await?;
    }
    Ok(is_changed)
}

async fn take(site: &Site, resources: &Resources, step: &Step) -> Result<bool, SiteError> {
    match step {
        Step::Merge { object, .. } | Step::Patch { object, .. } | Step::Replace { object, .. } => {
            let address = existing(site, resources, object).await?;
            whole::change(&site.kinds, &address, |value| Ok::<_, SiteError>(step.change(value)?)).await
        }
        Step::Issue(order) => {
            let address = existing(site, resources, &order.object).await?;
            let data = issue::make(order, site)?;
            whole::change(&site.kinds, &address, |value| {
                json_patch::merge(&mut value["data"], &data);
                Ok::<_, SiteError>(())
            })
            .await
        }
        Step::Delete { object } => {
            let address = existing(site, resources, object).await?;
            delete(site, &address).await?;
            Ok(true)
        }
        Step::Create { object, .. } => {
            let created = whole::create(&site.kinds, object).await?;
            if let Some(status) = object.get("status") {
                whole::put_status(&site.kinds, &created, status).await?;
            }
            Ok(true)
        }
        Step::Restart { object } => {
            let address = existing(site, resources, object).await?;
            let deployment = whole::read(&site.kinds, &address).await?.unwrap_or_default();
            delete_pods(site, &deployment).await?;
            settle::await_pods(site, &deployment).await?;
            settle::await_available(site, &address).await?;
            Ok(true)
        }
        // The judge is told of it.
        Step::Input { .. } => Ok(true),
        Step::Stop { container } => {
            let running = halt::find(container, &site.inputs).await?;
            halt::stop(&running, &site.inputs).await?;
            Ok(true)
        }
    }
}

async fn existing(site: &Site, resources: &Resources, target: &Target) -> Result<Address, SiteError> {
    let address = touch::address(resources, target)?;
    match whole::read(&site.kinds, &address).await? {
        Some(_) => Ok(address),
        None => Err(super::FaultError::NoObject(target.to_string()).into()),
    }
}

/// Deletes an object. What asks an operator for something goes without the operator's finalizer and without what was made
/// for it: it would take everything along, and is to be put back.
async fn delete(site: &Site, address: &Address) -> Result<(), SiteError> {
    if !address.api_version.starts_with(OPERATOR_GROUP) {
        return remove(site, address).await;
    }
    whole::change(&site.kinds, address, |object: &mut Value| {
        object["metadata"]["finalizers"] = json!([]);
        Ok::<_, SiteError>(())
    })
    .await?;
    let api = address.api(&site.kinds).await?;
    let params =
        DeleteParams { propagation_policy: Some(PropagationPolicy::Orphan), ..DeleteParams::default() };
    let deleted = api.delete(&address.name, &params).await;
    deleted.map_err(|error| SiteError::List { what: address.to_string(), source: error.into() })?;
    settle::await_gone(site, address).await
}
