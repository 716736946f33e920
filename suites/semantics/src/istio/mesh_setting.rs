//! A setting of the whole mesh: the object that holds it in each flavour, its field, and what is there.

use crate::istio::control_plane::config_map_name;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Arc;
use view::config_map::ConfigMap;
use view::istio::Istio;
use view::service_mesh::ServiceMeshControlPlane;
use vocabulary::{HarnessError, ObjectRef, View, object_named};

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

    /// The key of the ConfigMap under which it is.
    pub fn key(self) -> &'static str {
        match self {
            Self::MeshConfig => "mesh",
            Self::InjectorValues => "values",
        }
    }
}

impl MeshSetting {
    /// A setting of plain Istio: at a pointer in a document within the ConfigMap of this name. Without the ConfigMap, or
    /// with an empty document, Istio has its defaults and nothing is set; a document that is no YAML is an error.
    pub fn from_config_map(
        (namespace, name): (&str, &str),
        map: Option<&ConfigMap>,
        document: IstioDocument,
        pointer: &str,
    ) -> Result<Self, HarnessError> {
        let (key, object) = (document.key(), object_named::<ConfigMap>(namespace, name));
        let fields = match map.and_then(|map| map.value(key)) {
            None => None,
            Some(text) => serde_yaml::from_str::<Option<Map<String, Value>>>(text)
                .map_err(|source| HarnessError::field(object.clone(), format!("data.{key}"), source))?,
        };
        let value = fields.and_then(|fields| Value::Object(fields).pointer(pointer).cloned());
        // The empty pointer is the whole document.
        let field = match dotted_path(pointer) {
            path if path.is_empty() => format!("data.{key}"),
            path => format!("data.{key}: {path}"),
        };
        Ok(Self { object, field, value })
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

    /// The text that is there; none where nothing is set, or an empty text. What is no text is an error.
    pub fn text(&self) -> Result<Option<&str>, HarnessError> {
        let Some(value) = &self.value else { return Ok(None) };
        let text = Option::<&str>::deserialize(value)
            .map_err(|source| HarnessError::field(self.object.clone(), &self.field, source))?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// The names that are listed there; nothing where no list is set. What is no list of names is an error.
    pub fn names(&self) -> Result<Option<Vec<String>>, HarnessError> {
        self.parse::<Vec<String>>()
    }

    /// The switch that is there; nothing where none is set. What is neither `true` nor `false` is an error.
    pub fn flag(&self) -> Result<Option<bool>, HarnessError> {
        self.parse::<bool>()
    }

    fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<Option<T>, HarnessError> {
        let Some(value) = &self.value else { return Ok(None) };
        Option::<T>::deserialize(value)
            .map_err(|source| HarnessError::field(self.object.clone(), &self.field, source))
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

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn config_map(text: &str) -> ConfigMap {
        serde_json::from_value(json!({"metadata": {"name": "istio"}, "data": {"mesh": text}})).unwrap()
    }

    fn setting(text: &str) -> Result<MeshSetting, HarnessError> {
        let (name, map) = (("istio-system", "istio"), config_map(text));
        MeshSetting::from_config_map(name, Some(&map), IstioDocument::MeshConfig, "/rootNamespace")
    }

    #[rstest]
    #[case::set("rootNamespace: root\n", Some("root"))]
    #[case::json(r#"{"rootNamespace": "root"}"#, Some("root"))]
    #[case::another_setting("trustDomain: a.test\n", None)]
    #[case::empty_text("rootNamespace: ''\n", None)]
    #[case::null("rootNamespace:\n", None)]
    #[case::comment_alone("# defaults\n", None)]
    #[case::blank(" \n", None)]
    fn setting_is_read(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(setting(text).unwrap().text().unwrap(), expected);
    }

    #[test]
    fn missing_config_map_sets_nothing() {
        let document = IstioDocument::InjectorValues;
        let setting = MeshSetting::from_config_map(("m", "istio-sidecar-injector"), None, document, "/a/b");
        assert_eq!(setting.unwrap().describe_value(), "not set");
    }

    #[rstest]
    #[case::no_yaml("rootNamespace: [root\n")]
    #[case::text("nonsense")]
    #[case::list("- rootNamespace: root\n")]
    fn document_that_cannot_be_read_is_not_empty(#[case] text: &str) {
        let error = setting(text).unwrap_err().to_string();
        assert_eq!(error, "could not read the field `data.mesh` of ConfigMap istio-system/istio");
    }

    #[rstest]
    #[case::number("rootNamespace: 5\n")]
    #[case::list("rootNamespace: [root]\n")]
    fn value_that_is_no_text_is_not_unset(#[case] text: &str) {
        let error = setting(text).unwrap().text().unwrap_err().to_string();
        assert_eq!(
            error,
            "could not read the field `data.mesh: rootNamespace` of ConfigMap istio-system/istio"
        );
    }
}
