//! The undo record: the state of all that a fault changes, written to the cluster before the fault.
//!
//! It is a Secret, since an object that it holds may be one. A heal reads only the record, so that another process can heal
//! what a killed one left.

use crate::access::ClusterAccess;
use crate::change_error::ChangeError;
use crate::deletion::delete_object;
use crate::served_resources::{builtin_resource, list_objects};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cluster::apply;
use cluster::labels::{RUN, UNDO_NAMESPACE};
use cluster::replace::{self, ObjectId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stack::install::halt::RunningContainer;

/// The type of the Secrets that are undo records.
const SECRET_TYPE: &str = "meshproof/undo";
/// The key of the record in the Secret's data.
const SECRET_KEY: &str = "record";

/// What a heal puts back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UndoRecord {
    /// The run.
    pub run: String,
    /// The fault, or the hold on an operator.
    pub what: String,
    /// When it was written: the newest record is healed first.
    pub at: Timestamp,
    /// What is put back, in the order in which it is changed.
    pub entries: Vec<UndoEntry>,
}

/// An object or a container that is put back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UndoEntry {
    /// An object.
    Object(Box<ObjectSnapshot>),
    /// A container beside the cluster that was running.
    Container(RunningContainer),
}

/// The state of an object before a fault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectSnapshot {
    /// Which object.
    #[serde(rename = "address")]
    pub id: ObjectId,
    /// The object as JSON. `None`: it did not exist.
    pub object: Option<Value>,
    /// Whether its status is put back, too.
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
    /// Which object.
    #[serde(rename = "address")]
    pub id: ObjectId,
    /// Its owner references.
    pub owner_references: Value,
}

impl UndoRecord {
    /// Writes the record to the cluster, and returns the id of its Secret.
    pub async fn write(&self, access: &ClusterAccess) -> Result<ObjectId, ChangeError> {
        let name = format!("undo-{}-{}", self.run, self.at.as_millisecond());
        let text = serde_json::to_string(self)
            .map_err(|source| ChangeError::UndoRecord { name: name.clone(), source })?;
        let secret = json!({
            "apiVersion": "v1", "kind": "Secret", "type": SECRET_TYPE,
            "metadata": {
                "name": name, "namespace": UNDO_NAMESPACE,
                "labels": {RUN: self.run}, "annotations": {"meshproof/fault": self.what},
            },
            "stringData": {SECRET_KEY: text},
        });
        replace::create(&access.kinds, &secret).await?;
        Ok(ObjectId::of(&secret))
    }
}

/// The records on the cluster, the newest first, with the ids of their Secrets.
pub async fn list_records(access: &ClusterAccess) -> Result<Vec<(ObjectId, UndoRecord)>, ChangeError> {
    let secrets = builtin_resource("v1", "Secret", "secrets");
    let mut records = Vec::new();
    for secret in list_objects(access.kinds.client(), &secrets, Some(UNDO_NAMESPACE), None).await? {
        if secret["type"] != SECRET_TYPE {
            continue;
        }
        let id = ObjectId::of(&secret);
        let text = secret["data"][SECRET_KEY].as_str().and_then(|text| BASE64_STANDARD.decode(text).ok());
        let record = serde_json::from_slice(&text.unwrap_or_default())
            .map_err(|source| ChangeError::UndoRecord { name: id.name.clone(), source })?;
        records.push((id, record));
    }
    records.sort_by_key(|(_, record): &(ObjectId, UndoRecord)| std::cmp::Reverse(record.at));
    Ok(records)
}

/// Makes the namespace of the records.
pub async fn make_namespace(access: &ClusterAccess, run: &str) -> Result<(), ChangeError> {
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": UNDO_NAMESPACE, "labels": {RUN: run}}});
    if let Some(live) = replace::read(&access.kinds, &ObjectId::of(&namespace)).await?
        && live["metadata"]["deletionTimestamp"].is_string()
    {
        remove_namespace_if_empty(access).await?;
    }
    apply::apply(&access.kinds, &namespace, &[]).await?;
    Ok(())
}

/// Removes the namespace of the records, if it exists and holds none, and waits until it is gone.
pub async fn remove_namespace_if_empty(access: &ClusterAccess) -> Result<(), ChangeError> {
    if !list_records(access).await?.is_empty() {
        return Ok(());
    }
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": UNDO_NAMESPACE}});
    delete_object(access, &ObjectId::of(&namespace)).await
}
