//! Owner references: what is put back names its owner by the UID that the owner has now.

use super::record::Dependent;
use super::site::{Site, SiteError};
use crate::cluster::whole::{self, Address};
use serde_json::Value;

/// The object with its owners as they are now. An owner that is not there is left out: its own entry puts it right.
pub(super) async fn with_current_owners(site: &Site, object: &Value) -> Result<Value, SiteError> {
    let mut object = object.clone();
    let Some(owners) = object["metadata"]["ownerReferences"].as_array().cloned() else { return Ok(object) };
    let owners = current(site, &owners, object["metadata"]["namespace"].as_str()).await?;
    object["metadata"]["ownerReferences"] = Value::from(owners);
    Ok(object)
}

async fn current(site: &Site, owners: &[Value], namespace: Option<&str>) -> Result<Vec<Value>, SiteError> {
    let mut current = Vec::new();
    for owner in owners {
        let text = |field: &str| owner[field].as_str().unwrap_or_default().to_owned();
        let address = Address {
            api_version: text("apiVersion"),
            kind: text("kind"),
            namespace: namespace.map(str::to_owned),
            name: text("name"),
        };
        if let Some(live) = whole::read(&site.kinds, &address).await? {
            let mut owner = owner.clone();
            owner["uid"] = live["metadata"]["uid"].clone();
            current.push(owner);
        }
    }
    Ok(current)
}

/// Gives an object its owners back, which it lost when one of them was deleted.
pub(super) async fn put_back_owners(site: &Site, dependent: &Dependent) -> Result<(), SiteError> {
    let Dependent { address, owner_references } = dependent;
    let Some(live) = whole::read(&site.kinds, address).await? else { return Ok(()) };
    let owners = owner_references.as_array().map(Vec::as_slice).unwrap_or_default();
    let owners = Value::from(current(site, owners, address.namespace.as_deref()).await?);
    if live["metadata"]["ownerReferences"] == owners {
        return Ok(());
    }
    whole::change(&site.kinds, address, |live| {
        live["metadata"]["ownerReferences"] = owners.clone();
        Ok::<_, SiteError>(())
    })
    .await?;
    Ok(())
}
