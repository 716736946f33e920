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
        let setting = match cx.flavour() {
            OSSM3 => istio_resource_setting(cx, "/meshConfig/discoverySelectors").await?,
            _ => istio_document_setting(cx, IstioDocument::MeshConfig, "/discoverySelectors").await?,
        };
        // Selectors that cannot be read count as none.
        let selectors = DiscoverySelectors::parse(setting.value.as_ref()).unwrap_or_default();
        Ok(Self { selectors, setting })
    }
}
