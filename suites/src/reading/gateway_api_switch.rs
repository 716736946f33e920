//! Whether istiod reads the Gateway API, where each flavour keeps that.

use crate::reading::mesh_setting::{istio_document_setting, istio_resource_setting, service_mesh_setting};
use semantics::flavour::{OSSM2, OSSM3};
use semantics::istio::gateway_api::environment_switch;
use semantics::istio::mesh_setting::{IstioDocument, MeshSetting};
use vocabulary::{HarnessError, SkipReason};
use world::Context;

/// Where the values of Istio's chart hold istiod's `PILOT_ENABLE_GATEWAY_API`.
const OF_CHART: &str = "/pilot/env/PILOT_ENABLE_GATEWAY_API";
/// Where a ServiceMeshControlPlane holds it: as a switch of its own since 2.4, and as a variable before.
const OF_SERVICE_MESH: [&str; 2] =
    ["/techPreview/gatewayAPI/enabled", "/runtime/components/pilot/container/env/PILOT_ENABLE_GATEWAY_API"];

/// Reads it; nothing where nobody knows. Istio reads the Gateway API unless it is told not to. OpenShift Service Mesh 2 has
/// another default in each release and mode.
pub async fn reads_gateway_api(cx: &Context) -> Result<Option<bool>, HarnessError> {
    let setting = match cx.flavour() {
        OSSM2 => {
            for pointer in OF_SERVICE_MESH {
                let setting = service_mesh_setting(cx, pointer).await;
                if let Some(is_on) = written_switch(setting)? {
                    return Ok(Some(is_on));
                }
            }
            return Ok(None);
        }
        OSSM3 => istio_resource_setting(cx, OF_CHART).await,
        _ => istio_document_setting(cx, IstioDocument::InjectorValues, OF_CHART).await,
    };
    match setting {
        // What may not be read may say anything; where there is nothing to read, the default is what counts.
        Err(error) if matches!(error.reason_to_skip(), Some(SkipReason::NotPermitted { .. })) => Ok(None),
        setting => Ok(Some(written_switch(setting)?.unwrap_or(true))),
    }
}

/// What is written; nothing where that is not known either.
fn written_switch(setting: Result<MeshSetting, HarnessError>) -> Result<Option<bool>, HarnessError> {
    match setting {
        Ok(setting) => Ok(setting.value.as_ref().and_then(environment_switch)),
        Err(error) if error.reason_to_skip().is_some() => Ok(None),
        Err(error) => Err(error),
    }
}
