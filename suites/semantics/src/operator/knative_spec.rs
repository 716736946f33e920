//! What the specifications of KnativeServing, KnativeEventing and KnativeKafka have in common.
//!
//! Read in knative/operator, `pkg/apis/operator/base/common.go`: `deployments` (deprecated) and `workloads` are read one
//! after the other, so that of two values for one key that of `workloads` counts.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The common fields.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct KnativeSpec {
    /// Values of ConfigMaps, by the ConfigMap's name with or without `config-`.
    pub(crate) config: BTreeMap<String, BTreeMap<String, String>>,
    /// Overrides of workloads, in the old spelling.
    pub(crate) deployments: Vec<WorkloadOverride>,
    /// Overrides of workloads.
    pub(crate) workloads: Vec<WorkloadOverride>,
    /// Overrides of Services.
    pub(crate) services: Vec<ServiceOverride>,
    /// The number of pods of most workloads.
    #[serde(rename = "high-availability")]
    pub(crate) high_availability: HighAvailability,
    /// Manifests that are installed instead of those of the operator.
    pub(crate) manifests: Vec<serde_json::Value>,
}

/// The number of pods of most workloads.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct HighAvailability {
    /// The number.
    pub(crate) replicas: Option<i64>,
}

/// What is other than in the operator's manifest of a workload.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WorkloadOverride {
    /// The name of the workload.
    pub(crate) name: String,
    /// Labels of the workload and its pods.
    pub(crate) labels: BTreeMap<String, String>,
    /// Annotations of the workload and its pods.
    pub(crate) annotations: BTreeMap<String, String>,
    /// The number of pods.
    pub(crate) replicas: Option<i64>,
    /// Environment variables, by container.
    pub(crate) env: Vec<ContainerEnv>,
}

/// Environment variables of a container.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ContainerEnv {
    /// The container.
    pub(crate) container: String,
    /// The variables.
    pub(crate) env_vars: Vec<serde_json::Value>,
}

/// What is other than in the operator's manifest of a Service.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ServiceOverride {
    /// The name of the Service.
    pub(crate) name: String,
    /// Labels of the Service.
    pub(crate) labels: BTreeMap<String, String>,
    /// More labels of the pods to which it leads.
    pub(crate) selector: BTreeMap<String, String>,
}

impl KnativeSpec {
    /// The overrides of a workload with their fields, in the order in which the operator reads them.
    pub(crate) fn overrides<'a>(
        &'a self,
        name: &'a str,
    ) -> impl Iterator<Item = (String, &'a WorkloadOverride)> {
        let of = move |list: &'static str, overrides: &'a [WorkloadOverride]| {
            let of_it = overrides.iter().filter(move |one| one.name == name);
            of_it.map(move |one| (format!("spec.{list}[{name}]"), one))
        };
        of("deployments", &self.deployments).chain(of("workloads", &self.workloads))
    }

    /// The field in which a person adds an override of a workload: in the list that has one, or that is used.
    pub(crate) fn override_field(&self, name: &str) -> String {
        let list = if self.workloads.is_empty() && !self.deployments.is_empty() {
            "deployments"
        } else {
            "workloads"
        };
        let written = self.overrides(name).map(|(field, _)| field).last();
        written.unwrap_or_else(|| format!("spec.{list}[{name}]"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    #[rstest]
    #[case::nothing(json!({}), "spec.workloads[activator]")]
    #[case::old_list_in_use(json!({"deployments": [{"name": "autoscaler"}]}), "spec.deployments[activator]")]
    #[case::both_in_use(json!({"deployments": [{"name": "a"}], "workloads": [{"name": "b"}]}), "spec.workloads[activator]")]
    #[case::written(json!({"deployments": [{"name": "activator"}], "workloads": [{"name": "b"}]}), "spec.deployments[activator]")]
    fn override_is_added_where_others_are(#[case] spec: Value, #[case] expected: &str) {
        let spec: KnativeSpec = serde_json::from_value(spec).unwrap();
        assert_eq!(spec.override_field("activator"), expected);
    }
}
