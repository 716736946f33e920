//! A setting of the whole mesh: the object that holds it in each flavour, its field, and what is there.

use crate::control_plane;
use harness::context::Context;
use harness::error::HarnessError;
use harness::object::ObjectRef;
use harness::view::{View, named};
use serde_json::Value;
use view::config_map::ConfigMap;
use view::istio::Istio;
use view::service_mesh::ServiceMeshControlPlane;

/// A setting, there or not.
#[derive(Debug)]
pub struct Setting {
    /// The object that holds it.
    pub object: ObjectRef,
    /// Its field.
    pub field: String,
    /// What is there.
    pub value: Option<Value>,
}

impl Setting {
    /// What is there, for a person.
    pub fn observed(&self) -> String {
        match &self.value {
            None => "not set".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
        }
    }
}

/// Which ConfigMap of Istio, with the key that holds a document.
#[derive(Debug, Clone, Copy)]
pub enum Config {
    /// The mesh configuration.
    Mesh,
    /// The values of the injector.
    Injector,
}

impl Config {
    fn name_and_key(self) -> (&'static str, &'static str) {
        match self {
            Self::Mesh => ("istio", "mesh"),
            Self::Injector => ("istio-sidecar-injector", "values"),
        }
    }
}

/// A setting of plain Istio: in a document within a ConfigMap of the control plane's revision.
pub async fn of_config_map(cx: &Context, config: Config, pointer: &str) -> Result<Setting, HarnessError> {
    let istiod = control_plane::istiod(cx).await?;
    let revision = istiod.as_ref().map_or("default", |istiod| control_plane::revision(&istiod.0));
    let (base, key) = config.name_and_key();
    let (namespace, name) = (&cx.inputs().mesh.namespace, control_plane::config_name(base, revision));
    let map = cx.object::<ConfigMap>(namespace, &name).await?;
    let document = map.as_ref().and_then(|map| map.value(key));
    let document = document.and_then(|text| serde_yaml::from_str::<Value>(text).ok()).unwrap_or_default();
    Ok(Setting {
        object: named::<ConfigMap>(namespace, &name),
        field: format!("data.{key}: {}", dotted(pointer)),
        value: document.pointer(pointer).cloned(),
    })
}

/// A setting of OpenShift Service Mesh 2: in the ServiceMeshControlPlane.
pub async fn of_service_mesh(cx: &Context, pointer: &str) -> Result<Setting, HarnessError> {
    let namespace = &cx.inputs().mesh.namespace;
    let planes = cx.objects::<ServiceMeshControlPlane>().await?;
    let plane = planes.iter().find(|plane| plane.metadata.namespace == *namespace);
    Ok(Setting {
        object: plane
            .map_or_else(|| named::<ServiceMeshControlPlane>(namespace, "basic"), |plane| plane.object_ref()),
        field: format!("spec.{}", dotted(pointer)),
        value: plane.and_then(|plane| plane.spec.pointer(pointer)).cloned(),
    })
}

/// A setting of OpenShift Service Mesh 3: in the values of the Istio resource.
pub async fn of_istio(cx: &Context, pointer: &str) -> Result<Setting, HarnessError> {
    let namespace = &cx.inputs().mesh.namespace;
    let resources = cx.objects::<Istio>().await?;
    let istio = resources.iter().find(|istio| istio.spec.namespace == *namespace);
    Ok(Setting {
        object: istio.map_or_else(|| named::<Istio>("", "default"), |istio| istio.object_ref()),
        field: format!("spec.values.{}", dotted(pointer)),
        value: istio.and_then(|istio| istio.spec.values.pointer(pointer)).cloned(),
    })
}

fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}
