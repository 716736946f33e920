//! Discovery selectors: the namespaces that a control plane looks at. What it does not look at belongs to another mesh.

use crate::flavour;
use crate::mesh_setting::{self, Config, Setting};
use harness::context::Context;
use harness::error::HarnessError;
use view::label_selector::LabelSelector;
use view::namespace::Namespace;

const POINTER: &str = "/discoverySelectors";

/// The selectors, and the setting that holds them.
#[derive(Debug)]
pub struct Discovery {
    selectors: Vec<LabelSelector>,
    /// Where they are written.
    pub setting: Setting,
}

impl Discovery {
    /// Reads the selectors of a mesh that has them: plain Istio, or the Istio resource.
    pub async fn read(cx: &Context) -> Result<Self, HarnessError> {
        let setting = match cx.flavour() {
            flavour::OSSM3 => mesh_setting::of_istio(cx, "/meshConfig/discoverySelectors").await?,
            _ => mesh_setting::of_config_map(cx, Config::Mesh, POINTER).await?,
        };
        let selectors = setting.value.clone().and_then(|value| serde_json::from_value(value).ok());
        Ok(Self { selectors: selectors.unwrap_or_default(), setting })
    }

    /// Whether the control plane looks at a namespace.
    pub fn covers(&self, namespace: &Namespace) -> bool {
        self.selectors.is_empty()
            || self.selectors.iter().any(|selector| selector.selects(&namespace.metadata.labels))
    }
}
