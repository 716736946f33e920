//! The undo record: all that is needed to put back what a fault changes, written to the cluster before it changes it.
//!
//! It is a Secret, since an object that it holds may be one. What heals knows nothing but the record, so that another
//! process can do it.

use super::site::{self, Site, SiteError};
use crate::base::RUN;
use crate::cluster::apply;
use crate::cluster::delete::delete;
use crate::cluster::whole::{self, Address};
use crate::install::halt::Running;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// The namespace of the records.
pub(crate) const NAMESPACE: &str = "meshproof-faults";
/// The type of the Secrets.
const TYPE: &str = "meshproof/undo";
const KEY: &str = "record";
const GONE_WITHIN: Duration = Duration::from_mins(1);

/// What is put back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    /// The run.
    pub(super) run: String,
    /// The fault, or what is held.
    pub(super) what: String,
    /// When it was written: the newest is healed first.
    pub(super) at: Timestamp,
    /// What is put back, in the order in which it is changed.
    pub(super) entries: Vec<Entry>,
}

/// One thing that is put back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Entry {
    /// An object.
    Object(Box<Before>),
    /// A container beside the cluster that was running.
    Container(Running),
}

/// An object as it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Before {
    /// Where it is.
    pub(super) address: Address,
    /// All of it. `None`: it was not there.
    pub(super) object: Option<Value>,
    /// Whether what was said of it is put back, too.
    #[serde(default)]
    pub(super) with_status: bool,
    /// The ReplicaSets of a Deployment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) replica_sets: Vec<Value>,
    /// The objects of a definition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) objects: Vec<Value>,
    /// The objects that name it as their owner.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) dependents: Vec<Dependent>,
}

/// An object that names another as its owner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Dependent {
    /// Where it is.
    pub(super) address: Address,
    /// Its owners.
    pub(super) owner_references: Value,
}

/// Makes the namespace of the records.
pub(super) async fn open(site: &Site, run: &str) -> Result<(), SiteError> {
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": NAMESPACE, "labels": {RUN: run}}});
    let address = Address::of(&namespace);
    if let Some(live) = whole::read(&site.kinds, &address).await?
        && live["metadata"]["deletionTimestamp"].is_string()
    {
        close(site).await?;
    }
    apply::apply(&site.kinds, &namespace, &[]).await?;
    Ok(())
}

/// Removes the namespace of the records, if it is there and holds none.
pub(super) async fn close(site: &Site) -> Result<(), SiteError> {
    if !left(site).await?.is_empty() {
        return Ok(());
    }
    let address =
        Address::of(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}));
    remove(site, &address).await
}

/// Deletes an object, if it is there, and waits until it is gone.
pub(super) async fn remove(site: &Site, address: &Address) -> Result<(), SiteError> {
    let Some(live) = whole::read(&site.kinds, address).await? else { return Ok(()) };
    let api = address.api(&site.kinds).await?;
    let Ok(live) = serde_json::from_value(live) else { return Ok(()) };
    let grace = (address.kind == "Pod").then_some(0);
    Ok(delete(&api, &live, grace, Instant::now() + site.inputs.scale(GONE_WITHIN)).await?)
}

impl Record {
    /// Writes it to the cluster, and returns the Secret's address.
    pub(super) async fn write(&self, site: &Site) -> Result<Address, SiteError> {
        let name = format!("undo-{}-{}", self.run, self.at.as_millisecond());
        let text =
            serde_json::to_string(self).map_err(|source| SiteError::Record { name: name.clone(), source })?;
        let secret = json!({
            "apiVersion": "v1", "kind": "Secret", "type": TYPE,
            "metadata": {
                "name": name, "namespace": NAMESPACE,
                "labels": {RUN: self.run}, "annotations": {"meshproof/fault": self.what},
            },
            "stringData": {KEY: text},
        });
        whole::create(&site.kinds, &secret).await?;
        Ok(Address::of(&secret))
    }
}

/// The records that are on the cluster, the newest first, with their addresses.
pub(super) async fn left(site: &Site) -> Result<Vec<(Address, Record)>, SiteError> {
    let secrets = site::known("v1", "Secret", "secrets");
    let mut records = Vec::new();
    for secret in site::list(site.kinds.client(), &secrets, Some(NAMESPACE), None).await? {
        if secret["type"] != TYPE {
            continue;
        }
        let address = Address::of(&secret);
        let text = secret["data"][KEY].as_str().and_then(|text| BASE64_STANDARD.decode(text).ok());
        let record = serde_json::from_slice(&text.unwrap_or_default())
            .map_err(|source| SiteError::Record { name: address.name.clone(), source })?;
        records.push((address, record));
    }
    records.sort_by_key(|(_, record): &(Address, Record)| std::cmp::Reverse(record.at));
    Ok(records)
}
