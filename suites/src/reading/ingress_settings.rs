//! What the mesh configuration says of Ingresses, where each flavour keeps it.

use crate::reading::mesh_setting::{istio_document_setting, istio_resource_setting};
use semantics::flavour::{OSSM2, OSSM3};
use semantics::istio::ingress::IngressSettings;
use semantics::istio::mesh_setting::IstioDocument;
use vocabulary::HarnessError;
use world::Context;

/// Reads them. The operator of OpenShift Service Mesh 2 switches Ingresses off, whatever its resource says: it writes
/// `ingressControllerMode: OFF` over it (`strategy_v2_5.go` of `maistra/istio-operator`, and those before it).
pub async fn ingress_settings(cx: &Context) -> Result<IngressSettings, HarnessError> {
    let setting = match cx.known_flavour()? {
        OSSM2 => return Ok(IngressSettings::off()),
        OSSM3 => istio_resource_setting(cx, "/meshConfig").await?,
        _ => istio_document_setting(cx, IstioDocument::MeshConfig, "").await?,
    };
    IngressSettings::parse(setting.value.as_ref())
        .map_err(|source| HarnessError::field(setting.object.clone(), &setting.field, source))
}
