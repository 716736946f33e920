//! ConfigMap: its values, without documentation (`_example`) and without the injector's templates, which are long.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use vocabulary::{ListScope, Meta, ObjectKind, View};

/// A ConfigMap.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConfigMap {
    /// The object's metadata.
    pub metadata: Meta,
    /// The values.
    #[serde(default)]
    pub data: BTreeMap<String, String>,
}

impl ConfigMap {
    /// A value that is not blank.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.data.get(key).map(String::as_str).filter(|value| !value.trim().is_empty())
    }
}

impl View for ConfigMap {
    const KIND: ObjectKind = ObjectKind {
        group: "",
        kind: "ConfigMap",
        plural: "configmaps",
        namespaced: true,
        versions: &["v1"],
    };
    const LIST_SCOPE: ListScope = ListScope::Object;

    fn meta(&self) -> &Meta {
        &self.metadata
    }

    fn from_object(object: Value) -> Result<Self, serde_json::Error> {
        let mut view: Self = serde_json::from_value(object)?;
        let is_injector = view.metadata.name.starts_with("istio-sidecar-injector");
        view.data.retain(|key, _| key != "_example" && !(is_injector && key == "config"));
        Ok(view)
    }
}
