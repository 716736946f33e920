//! The discovery selectors of a mesh, with the setting that holds them.

use crate::reading::mesh_setting::{istio_document_setting, istio_resource_setting};
use semantics::flavour::OSSM3;
use semantics::istio::discovery_selectors::DiscoverySelectors;
use semantics::istio::mesh_setting::{IstioDocument, MeshSetting};
use vocabulary::HarnessError;
use world::Context;

/// The selectors, and the setting that holds them.
#[derive(Debug)]
pub struct Discovery {
    /// The selectors.
    pub selectors: DiscoverySelectors,
    /// Where they are written.
    pub setting: MeshSetting,
}

impl Discovery {
    /// Reads the selectors of a mesh that has them: plain Istio, or the Istio resource.
    pub async fn read(cx: &Context) -> Result<Self, HarnessError> {
        let setting = match cx.known_flavour()? {
            OSSM3 => istio_resource_setting(cx, "/meshConfig/discoverySelectors").await?,
            _ => istio_document_setting(cx, IstioDocument::MeshConfig, "/discoverySelectors").await?,
        };
        Self::parse(setting)
    }

    fn parse(setting: MeshSetting) -> Result<Self, HarnessError> {
        let selectors = DiscoverySelectors::parse(setting.value.as_ref())
            .map_err(|source| HarnessError::field(setting.object.clone(), &setting.field, source))?;
        Ok(Self { selectors, setting })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};
    use view::istio::Istio;
    use vocabulary::object_named;

    fn discovery(value: Option<Value>) -> Result<Discovery, HarnessError> {
        let field = "spec.values.meshConfig.discoverySelectors".to_owned();
        Discovery::parse(MeshSetting { object: object_named::<Istio>("", "default"), field, value })
    }

    #[rstest]
    #[case::not_set(None)]
    #[case::null(Some(Value::Null))]
    #[case::labels(Some(json!([{"matchLabels": {"mesh": "ours"}}])))]
    #[case::expression(Some(json!([{"matchExpressions": [{"key": "mesh", "operator": "Exists"}]}])))]
    fn selectors_are_read(#[case] value: Option<Value>) {
        assert!(discovery(value).is_ok());
    }

    #[rstest]
    #[case::no_list(json!({"matchLabels": {"mesh": "ours"}}))]
    #[case::no_labels(json!([{"matchLabels": ["mesh"]}]))]
    #[case::no_operator(json!([{"matchExpressions": [{"key": "mesh", "operator": "exists"}]}]))]
    fn selectors_that_cannot_be_read_are_not_none(#[case] value: Value) {
        let error = discovery(Some(value)).unwrap_err().to_string();
        assert_eq!(
            error,
            "could not read the field `spec.values.meshConfig.discoverySelectors` of Istio default"
        );
    }
}
