//! The trust domain, which every identity of the mesh begins with.

use crate::reading::mesh_setting::{istio_document_setting, istio_resource_setting, service_mesh_setting};
use semantics::flavour;
use semantics::istio::identity::DEFAULT_TRUST_DOMAIN;
use semantics::istio::mesh_setting::IstioDocument;
use serde_json::Value;
use vocabulary::HarnessError;
use world::Context;

/// The trust domain that the mesh config of plain Istio names, or Istio's default.
pub async fn mesh_trust_domain(cx: &Context) -> Result<String, HarnessError> {
    let setting = istio_document_setting(cx, IstioDocument::MeshConfig, "/trustDomain").await?;
    Ok(setting.text()?.unwrap_or(DEFAULT_TRUST_DOMAIN).to_owned())
}

/// The trust domain of the mesh, and then its aliases; nothing where it is not known.
pub async fn mesh_trust_domains(cx: &Context) -> Result<Option<Vec<String>>, HarnessError> {
    let pointers = match cx.flavour() {
        flavour::UNKNOWN => return Ok(None),
        flavour::OSSM2 => ["/security/trust/domain", "/security/trust/additionalDomains"],
        flavour::OSSM3 => ["/meshConfig/trustDomain", "/meshConfig/trustDomainAliases"],
        _ => ["/trustDomain", "/trustDomainAliases"],
    };
    let mut values = Vec::new();
    for pointer in pointers {
        let setting = match cx.flavour() {
            flavour::OSSM2 => service_mesh_setting(cx, pointer).await,
            flavour::OSSM3 => istio_resource_setting(cx, pointer).await,
            _ => istio_document_setting(cx, IstioDocument::MeshConfig, pointer).await,
        };
        match setting {
            // none: a setting that is not there is Istio's default
            Ok(setting) => values.push(setting.value.unwrap_or_default()),
            // Files may hold policies without the control plane.
            Err(error) if error.reason_to_skip().is_some() => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    let of_mesh = values.first().and_then(text).unwrap_or_else(|| DEFAULT_TRUST_DOMAIN.to_owned());
    let aliases = values.get(1).and_then(Value::as_array).into_iter().flatten().filter_map(text);
    Ok(Some(std::iter::once(of_mesh).chain(aliases).collect()))
}
