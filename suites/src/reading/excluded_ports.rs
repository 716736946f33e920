//! The inbound ports that a mesh excludes, where each flavour keeps them.

use crate::reading::mesh_setting::{istio_document_setting, istio_resource_setting, service_mesh_setting};
use semantics::flavour;
use semantics::istio::excluded_ports::parse_ports;
use semantics::istio::mesh_setting::{IstioDocument, MeshSetting};
use serde_json::Value;
use std::collections::BTreeSet;
use vocabulary::HarnessError;
use world::Context;

/// The setting, and the ports that it names.
pub async fn excluded_ports(cx: &Context) -> Result<(MeshSetting, BTreeSet<u16>), HarnessError> {
    let setting = match cx.known_flavour()? {
        flavour::OSSM2 => {
            let pointer = "/proxy/networking/trafficControl/inbound/excludedPorts";
            service_mesh_setting(cx, pointer).await?
        }
        flavour::OSSM3 => istio_resource_setting(cx, "/global/proxy/excludeInboundPorts").await?,
        _ => {
            istio_document_setting(cx, IstioDocument::InjectorValues, "/global/proxy/excludeInboundPorts")
                .await?
        }
    };
    let ports = parse_ports(setting.value.as_ref().unwrap_or(&Value::Null))
        .map_err(|source| HarnessError::field(setting.object.clone(), &setting.field, source))?;
    Ok((setting, ports))
}
