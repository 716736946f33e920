//! ConfigMap: its values, without documentation (`_example`) and without the injector's templates, which are long.

use serde::{Deserialize, Deserializer, Serialize};
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

    fn read<'de, D: Deserializer<'de>>(object: D) -> Result<Self, D::Error> {
        let mut view = Self::deserialize(object)?;
        let is_injector = view.metadata.name.starts_with("istio-sidecar-injector");
        view.data.retain(|key, _| key != "_example" && !(is_injector && key == "config"));
        Ok(view)
    }
}
