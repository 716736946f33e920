//! The root namespace of the mesh.

use crate::reading::mesh_setting::{istio_document_setting, istio_resource_setting};
use semantics::flavour;
use semantics::istio::mesh_setting::IstioDocument;
use vocabulary::HarnessError;
use world::Context;

/// The namespace whose policies speak of the whole mesh: that of the control plane, where nothing else is set; and what is
/// missing to know it.
pub async fn root_namespace(cx: &Context) -> Result<(String, Option<String>), HarnessError> {
    let configured = || cx.inputs().mesh.namespace.clone();
    let setting = match cx.flavour() {
        flavour::UNKNOWN => return Ok((configured(), cx.flavour().missing())),
        flavour::OSSM2 => return Ok((configured(), None)),
        flavour::OSSM3 => istio_resource_setting(cx, "/meshConfig/rootNamespace").await,
        _ => istio_document_setting(cx, IstioDocument::MeshConfig, "/rootNamespace").await,
    };
    match setting {
        Ok(setting) => Ok((setting.text()?.map_or_else(configured, ToOwned::to_owned), None)),
        // Files may hold policies without the control plane.
        Err(error) => match error.reason_to_skip() {
            Some(reason) => {
                Ok((configured(), Some(format!("which namespace is the root of the mesh: {reason}"))))
            }
            None => Err(error),
        },
    }
}
