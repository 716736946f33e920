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
    let mut settings = Vec::new();
    for pointer in pointers {
        let setting = match cx.flavour() {
            flavour::OSSM2 => service_mesh_setting(cx, pointer).await,
            flavour::OSSM3 => istio_resource_setting(cx, pointer).await,
            _ => istio_document_setting(cx, IstioDocument::MeshConfig, pointer).await,
        };
        match setting {
            Ok(setting) => settings.push(setting),
            // Files may hold policies without the control plane.
            Err(error) if error.reason_to_skip().is_some() => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    let [domain, aliases] = &settings[..] else { return Ok(None) };
    let domain = domain.text()?.unwrap_or(DEFAULT_TRUST_DOMAIN).to_owned();
    let aliases = aliases.value.as_ref().and_then(Value::as_array).into_iter().flatten();
    // One that is no text is no domain: Istio refuses the whole mesh config for it.
    let aliases = aliases.filter_map(Value::as_str).map(ToOwned::to_owned);
    Ok(Some(std::iter::once(domain).chain(aliases).collect()))
}
