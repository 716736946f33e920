//! Service of Knative: a workload with its route. Not the Service of Kubernetes.

use crate::condition::Conditions;
use crate::workload::PodTemplate;
use serde::{Deserialize, Serialize};
use vocabulary::{Meta, ObjectKind, View};

/// A Knative Service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KnativeService {
    /// The object's metadata.
    pub metadata: Meta,
    /// Its specification.
    #[serde(default, skip_serializing_if = "KnativeServiceSpec::is_empty")]
    pub spec: KnativeServiceSpec,
    /// Its status.
    #[serde(default)]
    pub status: KnativeServiceStatus,
}

/// The specification of a Knative Service.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KnativeServiceSpec {
    /// The template of its revisions, which their pods take over.
    pub template: PodTemplate,
}

impl KnativeServiceSpec {
    fn is_empty(&self) -> bool {
        let metadata = &self.template.metadata;
        metadata.labels.is_empty() && metadata.annotations.is_empty()
    }
}

/// The status of a Knative Service.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KnativeServiceStatus {
    /// Its conditions.
    #[serde(flatten)]
    pub conditions: Conditions,
    /// The address from outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The newest revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_created_revision_name: Option<String>,
    /// The newest revision that is ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_ready_revision_name: Option<String>,
}

impl KnativeService {
    /// The host of the address from outside.
    pub fn host(&self) -> Option<&str> {
        let (_, rest) = self.status.url.as_deref()?.split_once("://")?;
        rest.split('/').next().filter(|host| !host.is_empty())
    }
}

impl View for KnativeService {
    const KIND: ObjectKind = ObjectKind {
        group: "serving.knative.dev",
        kind: "Service",
        plural: "services",
        namespaced: true,
        versions: &["v1"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata
    }
}
