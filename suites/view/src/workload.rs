//! Deployment and StatefulSet: their pod template, and how many pods are available.

use crate::condition::Conditions;
use crate::container::{Container, mesh_containers};
use crate::label_selector::LabelSelector;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vocabulary::{Meta, ObjectKind, View};

/// The fields that Deployments and StatefulSets share.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Workload {
    /// The object's metadata.
    pub metadata: Meta,
    /// Its specification.
    #[serde(default)]
    pub spec: WorkloadSpec,
    /// Its status.
    #[serde(default)]
    pub status: WorkloadStatus,
}

/// A Deployment.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Deployment(pub Workload);

/// A StatefulSet.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StatefulSet(pub Workload);

/// The specification of a workload.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkloadSpec {
    /// How many pods are wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i32>,
    /// The labels of its own pods.
    pub selector: LabelSelector,
    /// The template of its pods.
    pub template: PodTemplate,
}

/// A pod template.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PodTemplate {
    /// The metadata of its pods.
    pub metadata: PodTemplateMeta,
    /// The specification of its pods.
    #[serde(skip_serializing_if = "PodTemplateSpec::is_empty")]
    pub spec: PodTemplateSpec,
}

/// The specification of pods that are made from a template.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PodTemplateSpec {
    /// Its containers; only those of the mesh are kept, with their images.
    #[serde(deserialize_with = "mesh_containers")]
    pub containers: Vec<Container>,
}

impl PodTemplateSpec {
    fn is_empty(&self) -> bool {
        self.containers.is_empty()
    }
}

/// The metadata of pods that are made from a template.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PodTemplateMeta {
    /// Labels.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations; only those of sidecar injection, and of what a sidecar captures, are kept.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "sidecar_annotations")]
    pub annotations: BTreeMap<String, String>,
}

/// The status of a workload.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkloadStatus {
    /// Its conditions.
    #[serde(flatten)]
    pub conditions: Conditions,
    /// How many pods are available.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available_replicas: Option<i32>,
}

fn sidecar_annotations<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let annotations = Option::<BTreeMap<String, String>>::deserialize(deserializer)?;
    let mut annotations = annotations.unwrap_or_default(); // none: `null` is how YAML spells an empty map
    annotations.retain(|key, _| {
        key.starts_with("sidecar.istio.io/") || key.starts_with("traffic.sidecar.istio.io/")
    });
    Ok(annotations)
}

impl Workload {
    /// Whether no pods are wanted.
    pub fn is_scaled_to_zero(&self) -> bool {
        self.spec.replicas == Some(0)
    }

    /// Whether its controller has said anything of it. A manifest in a file has no status.
    pub fn has_status(&self) -> bool {
        self.status != WorkloadStatus::default()
    }

    /// How many pods are available.
    pub fn available_count(&self) -> i32 {
        self.status.available_replicas.unwrap_or_default() // none: Kubernetes leaves a zero out
    }
}

const fn apps_kind(kind: &'static str, plural: &'static str) -> ObjectKind {
    ObjectKind { group: "apps", kind, plural, namespaced: true, versions: &["v1"] }
}

impl View for Deployment {
    const KIND: ObjectKind = apps_kind("Deployment", "deployments");

    fn meta(&self) -> &Meta {
        &self.0.metadata
    }
}

impl View for StatefulSet {
    const KIND: ObjectKind = apps_kind("StatefulSet", "statefulsets");

    fn meta(&self) -> &Meta {
        &self.0.metadata
    }
}
