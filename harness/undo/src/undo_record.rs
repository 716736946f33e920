//! The undo record: all that is needed to put back what a fault changes, written to the cluster before it changes it.
//!
//! It is a Secret, since an object that it holds may be one. What heals knows nothing but the record, so that another
//! process can do it.

use crate::access::{self, ChangeError, ClusterAccess};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cluster::apply;
use cluster::delete::delete;
use cluster::labels::RUN;
use cluster::replace::{self, ObjectId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stack::install::halt::RunningContainer;
use std::time::Duration;
use tokio::time::Instant;

/// The namespace of the records.
pub const NAMESPACE: &str = "meshproof-faults";
/// The type of the Secrets.
const TYPE: &str = "meshproof/undo";
const KEY: &str = "record";
const GONE_WITHIN: Duration = Duration::from_mins(1);

/// What is put back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UndoRecord {
    /// The run.
    pub run: String,
    /// The fault, or what is held.
    pub what: String,
    /// When it was written: the newest is healed first.
    pub at: Timestamp,
    /// What is put back, in the order in which it is changed.
    pub entries: Vec<UndoEntry>,
}

/// One thing that is put back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UndoEntry {
    /// An object.
    Object(Box<ObjectSnapshot>),
    /// A container beside the cluster that was running.
    Container(RunningContainer),
}

/// An object as it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectSnapshot {
    /// Where it is.
    pub address: ObjectId,
    /// All of it. `None`: it was not there.
    pub object: Option<Value>,
    /// Whether what was said of it is put back, too.
    #[serde(default)]
    pub with_status: bool,
    /// The ReplicaSets of a Deployment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replica_sets: Vec<Value>,
    /// The objects of a definition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<Value>,
    /// The objects that name it as their owner.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependents: Vec<Dependent>,
}

/// An object that names another as its owner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dependent {
    /// Where it is.
    pub address: ObjectId,
    /// Its owners.
    pub owner_references: Value,
}

/// Makes the namespace of the records.
pub async fn open(access: &ClusterAccess, run: &str) -> Result<(), ChangeError> {
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": NAMESPACE, "labels": {RUN: run}}});
    let address = ObjectId::of(&namespace);
    if let Some(live) = replace::read(&access.kinds, &address).await?
        && live["metadata"]["deletionTimestamp"].is_string()
    {
        close(access).await?;
    }
    apply::apply(&access.kinds, &namespace, &[]).await?;
    Ok(())
}

/// Removes the namespace of the records, if it is there and holds none.
pub async fn close(access: &ClusterAccess) -> Result<(), ChangeError> {
    if !left(access).await?.is_empty() {
        return Ok(());
    }
    let address =
        ObjectId::of(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}));
    remove(access, &address).await
}

/// Deletes an object, if it is there, and waits until it is gone.
pub async fn remove(access: &ClusterAccess, address: &ObjectId) -> Result<(), ChangeError> {
    let Some(live) = replace::read(&access.kinds, address).await? else { return Ok(()) };
    let api = address.api(&access.kinds).await?;
    let Ok(live) = serde_json::from_value(live) else { return Ok(()) };
    let grace = (address.kind == "Pod").then_some(0);
    Ok(delete(&api, &live, grace, Instant::now() + access.inputs.scaled_budget(GONE_WITHIN)).await?)
}

impl UndoRecord {
    /// Writes it to the cluster, and returns the Secret's address.
    pub async fn write(&self, access: &ClusterAccess) -> Result<ObjectId, ChangeError> {
        let name = format!("undo-{}-{}", self.run, self.at.as_millisecond());
        let text = serde_json::to_string(self)
            .map_err(|source| ChangeError::UndoRecord { name: name.clone(), source })?;
        let secret = json!({
            "apiVersion": "v1", "kind": "Secret", "type": TYPE,
            "metadata": {
                "name": name, "namespace": NAMESPACE,
                "labels": {RUN: self.run}, "annotations": {"meshproof/fault": self.what},
            },
            "stringData": {KEY: text},
        });
        replace::create(&access.kinds, &secret).await?;
        Ok(ObjectId::of(&secret))
    }
}

/// The records that are on the cluster, the newest first, with their addresses.
pub async fn left(access: &ClusterAccess) -> Result<Vec<(ObjectId, UndoRecord)>, ChangeError> {
    let secrets = access::known("v1", "Secret", "secrets");
    let mut records = Vec::new();
    for secret in access::list(access.kinds.client(), &secrets, Some(NAMESPACE), None).await? {
        if secret["type"] != TYPE {
            continue;
        }
        let address = ObjectId::of(&secret);
        let text = secret["data"][KEY].as_str().and_then(|text| BASE64_STANDARD.decode(text).ok());
        let record = serde_json::from_slice(&text.unwrap_or_default())
            .map_err(|source| ChangeError::UndoRecord { name: address.name.clone(), source })?;
        records.push((address, record));
    }
    records.sort_by_key(|(_, record): &(ObjectId, UndoRecord)| std::cmp::Reverse(record.at));
    Ok(records)
}
