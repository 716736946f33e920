//! Istio and IstioCNI of the Sail operator: the control plane of OpenShift Service Mesh 3.

use crate::condition::Conditions;
use crate::pruning::prune;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use vocabulary::{Meta, ObjectKind, View};

/// The Istio resource.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Istio {
    /// The object's metadata.
    pub metadata: Meta,
    /// Its specification.
    #[serde(default)]
    pub spec: IstioSpec,
    /// Its conditions.
    #[serde(default)]
    pub status: Conditions,
}

/// The specification of an Istio resource.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct IstioSpec {
    /// The namespace of the control plane. A file may leave it to the API server, which fills in the default.
    pub namespace: String,
    /// Helm values; only those in [`PATHS`] are kept.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub values: Value,
}

impl Default for IstioSpec {
    fn default() -> Self {
        Self { namespace: "istio-system".to_owned(), values: Value::Null }
    }
}

/// The values that checks read.
const PATHS: &[&str] = &[
    "/meshConfig/defaultConfig/terminationDrainDuration",
    "/meshConfig/defaultDestinationRuleExportTo",
    "/meshConfig/defaultServiceExportTo",
    "/meshConfig/discoverySelectors",
    "/meshConfig/enableAutoMtls",
    "/meshConfig/rootNamespace",
    "/global/proxy/excludeInboundPorts",
    "/pilot/env/PILOT_ENABLE_GATEWAY_API",
];

/// The IstioCNI resource.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IstioCni {
    /// The object's metadata.
    pub metadata: Meta,
    /// Its conditions.
    #[serde(default)]
    pub status: Conditions,
}

const fn sail_kind(kind: &'static str, plural: &'static str) -> ObjectKind {
    ObjectKind { group: "sailoperator.io", kind, plural, namespaced: false, versions: &["v1", "v1alpha1"] }
}

impl View for Istio {
    const KIND: ObjectKind = sail_kind("Istio", "istios");

    fn meta(&self) -> &Meta {
        &self.metadata
    }

    fn read<'de, D: Deserializer<'de>>(object: D) -> Result<Self, D::Error> {
        let mut view = Self::deserialize(object)?;
        view.spec.values = prune(&view.spec.values, PATHS);
        Ok(view)
    }
}

impl View for IstioCni {
    const KIND: ObjectKind = sail_kind("IstioCNI", "istiocnis");

    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::written(json!({"spec": {"namespace": "mesh"}}), "mesh")]
    #[case::left_out(json!({"spec": {"version": "v1.27-latest"}}), "istio-system")]
    #[case::no_spec(json!({}), "istio-system")]
    fn namespace_has_the_default_of_its_definition(#[case] mut object: Value, #[case] expected: &str) {
        object["metadata"] = json!({"name": "default"});
        assert_eq!(Istio::from_object(object).unwrap().spec.namespace, expected);
    }
}
