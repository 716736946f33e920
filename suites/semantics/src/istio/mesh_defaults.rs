//! What the mesh config says of all objects that say nothing themselves, as far as it decides what clients are told.

use serde_json::Value;

/// Every namespace, in a list of `exportTo`.
pub const EVERY_NAMESPACE: &str = "*";
/// The namespace of the object.
pub const OWN_NAMESPACE: &str = ".";
/// No namespace at all.
pub const NO_NAMESPACE: &str = "~";

/// The defaults of a mesh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeshDefaults {
    /// The namespace whose objects speak of the whole mesh.
    pub root_namespace: String,
    /// The domain of the cluster.
    pub cluster_domain: String,
    /// `defaultServiceExportTo`.
    pub service_export_to: Vec<String>,
    /// `defaultDestinationRuleExportTo`.
    pub destination_rule_export_to: Vec<String>,
    /// `defaultVirtualServiceExportTo`.
    pub virtual_service_export_to: Vec<String>,
    /// `enableAutoMtls`.
    pub is_auto_mtls: bool,
}

impl MeshDefaults {
    /// Those of a mesh config that sets nothing. Read in `DefaultMeshConfig` of `pkg/config/mesh/mesh.go`.
    pub fn new(root_namespace: &str, cluster_domain: &str) -> Self {
        Self {
            root_namespace: root_namespace.to_owned(),
            cluster_domain: cluster_domain.to_owned(),
            service_export_to: vec![EVERY_NAMESPACE.to_owned()],
            destination_rule_export_to: vec![EVERY_NAMESPACE.to_owned()],
            virtual_service_export_to: vec![EVERY_NAMESPACE.to_owned()],
            is_auto_mtls: true,
        }
    }

    /// Those of this mesh config, as it is written.
    pub fn of_mesh_config(root_namespace: &str, cluster_domain: &str, mesh_config: &Value) -> Self {
        let mut defaults = Self::new(root_namespace, cluster_domain);
        let lists = [
            ("defaultServiceExportTo", &mut defaults.service_export_to),
            ("defaultDestinationRuleExportTo", &mut defaults.destination_rule_export_to),
            ("defaultVirtualServiceExportTo", &mut defaults.virtual_service_export_to),
        ];
        for (field, list) in lists {
            if let Some(written) = mesh_config[field].as_array() {
                *list = written.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
            }
        }
        if let Some(is_auto) = mesh_config["enableAutoMtls"].as_bool() {
            defaults.is_auto_mtls = is_auto;
        }
        defaults
    }
}
