//! A setting of the whole mesh: the object that holds it in each flavour, its field, and what is there.

use crate::istio::control_plane::config_map_name;
use serde_json::Value;
use std::sync::Arc;
use view::config_map::ConfigMap;
use view::istio::Istio;
use view::service_mesh::ServiceMeshControlPlane;
use vocabulary::{ObjectRef, View, object_named};

/// A setting, there or not.
#[derive(Debug)]
pub struct MeshSetting {
    /// The object that holds it.
    pub object: ObjectRef,
    /// Its field.
    pub field: String,
    /// What is there.
    pub value: Option<Value>,
}

/// A document in a ConfigMap of plain Istio.
#[derive(Debug, Clone, Copy)]
pub enum IstioDocument {
    /// The mesh configuration.
    MeshConfig,
    /// The values of the injector.
    InjectorValues,
}

impl IstioDocument {
    /// The name of the ConfigMap that holds it, for a revision of the control plane.
    pub fn config_map_name(self, revision: &str) -> String {
        let base = match self {
            Self::MeshConfig => "istio",
            Self::InjectorValues => "istio-sidecar-injector",
        };
        config_map_name(base, revision)
    }

    fn key(self) -> &'static str {
        match self {
            Self::MeshConfig => "mesh",
            Self::InjectorValues => "values",
        }
    }
}

impl MeshSetting {
    /// A setting of plain Istio: at a pointer in a document within the ConfigMap of this name.
    pub fn from_config_map(
        (namespace, name): (&str, &str),
        map: Option<&ConfigMap>,
        document: IstioDocument,
        pointer: &str,
    ) -> Self {
        let key = document.key();
        let text = map.and_then(|map| map.value(key));
        let values = text.and_then(|text| serde_yaml::from_str::<Value>(text).ok()).unwrap_or_default();
        Self {
            object: object_named::<ConfigMap>(namespace, name),
            field: format!("data.{key}: {}", dotted_path(pointer)),
            value: values.pointer(pointer).cloned(),
        }
    }

    /// A setting of OpenShift Service Mesh 2: in the ServiceMeshControlPlane of the mesh.
    pub fn from_service_mesh(
        mesh_namespace: &str,
        planes: &[Arc<ServiceMeshControlPlane>],
        pointer: &str,
    ) -> Self {
        let plane = planes.iter().find(|plane| plane.metadata.namespace == mesh_namespace);
        let missing = || object_named::<ServiceMeshControlPlane>(mesh_namespace, "basic");
        Self {
            object: plane.map_or_else(missing, |plane| plane.object_ref()),
            field: format!("spec.{}", dotted_path(pointer)),
            value: plane.and_then(|plane| plane.spec.pointer(pointer)).cloned(),
        }
    }

    /// A setting of OpenShift Service Mesh 3: in the values of the Istio resource of the mesh.
    pub fn from_istio_resource(mesh_namespace: &str, resources: &[Arc<Istio>], pointer: &str) -> Self {
        let istio = resources.iter().find(|istio| istio.spec.namespace == mesh_namespace);
        Self {
            object: istio.map_or_else(|| object_named::<Istio>("", "default"), |istio| istio.object_ref()),
            field: format!("spec.values.{}", dotted_path(pointer)),
            value: istio.and_then(|istio| istio.spec.values.pointer(pointer)).cloned(),
        }
    }

    /// What is there, for a person.
    pub fn describe_value(&self) -> String {
        match &self.value {
            None => "not set".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
        }
    }
}

fn dotted_path(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}
