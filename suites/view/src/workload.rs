//! Deployment and StatefulSet: what their pods are made from, and whether they are available.

use crate::condition;
use crate::label_selector::LabelSelector;
use harness::object::{ObjectKind, ObjectRef};
use harness::view::{Meta, View};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The fields that Deployments and StatefulSets share.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Workload {
    /// The object's metadata.
    pub metadata: Meta,
    /// What is wanted.
    #[serde(default)]
    pub spec: Spec,
    /// What is there.
    #[serde(default)]
    pub status: Status,
}

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Deployment(pub Workload);

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StatefulSet(pub Workload);

/// What is wanted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Spec {
    /// How many pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i32>,
    /// Which pods are its own.
    pub selector: LabelSelector,
    /// What pods are made from.
    pub template: Template,
}

/// What pods are made from.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Template {
    /// The metadata that pods are given.
    pub metadata: TemplateMeta,
}

/// The metadata that pods are given.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateMeta {
    /// Labels.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations; kept are those of the sidecar's injection.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "sidecar_annotations")]
    pub annotations: BTreeMap<String, String>,
}

/// What is there.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Status {
    /// Conditions, and the generation that they speak of.
    #[serde(flatten)]
    pub status: condition::Status,
    /// How many pods are available.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available_replicas: Option<i32>,
}

fn sidecar_annotations<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let mut annotations = Option::<BTreeMap<String, String>>::deserialize(deserializer)?.unwrap_or_default();
    annotations.retain(|key, _| key.starts_with("sidecar.istio.io/"));
    Ok(annotations)
}

impl Workload {
    /// Whether no pods are wanted.
    pub fn is_scaled_to_zero(&self) -> bool {
        self.spec.replicas == Some(0)
    }

    /// How many pods are available.
    pub fn available(&self) -> i32 {
        self.status.available_replicas.unwrap_or_default()
    }
}

const fn apps(kind: &'static str, plural: &'static str) -> ObjectKind {
    ObjectKind { group: "apps", kind, plural, namespaced: true, versions: &["v1"] }
}

impl View for Deployment {
    const KIND: ObjectKind = apps("Deployment", "deployments");

    fn meta(&self) -> &Meta {
        &self.0.metadata
    }
}

impl View for StatefulSet {
    const KIND: ObjectKind = apps("StatefulSet", "statefulsets");

    fn meta(&self) -> &Meta {
        &self.0.metadata
    }
}

/// A workload with its name, whichever its kind.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The workload.
    pub workload: &'a Workload,
    /// Its kind.
    pub kind: &'static str,
}

impl Named<'_> {
    /// The object.
    pub fn object_ref(&self) -> ObjectRef {
        let meta = &self.workload.metadata;
        ObjectRef::namespaced(self.kind, &meta.namespace, &meta.name)
    }
}
