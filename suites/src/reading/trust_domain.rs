//! The trust domain of plain Istio, which every identity of the mesh begins with.

use crate::reading::mesh_setting::istio_document_setting;
use semantics::istio::identity::DEFAULT_TRUST_DOMAIN;
use semantics::istio::mesh_setting::IstioDocument;
use vocabulary::HarnessError;
use world::Context;

/// The trust domain that the mesh config names, or Istio's default.
pub async fn mesh_trust_domain(cx: &Context) -> Result<String, HarnessError> {
    let setting = istio_document_setting(cx, IstioDocument::MeshConfig, "/trustDomain").await?;
    Ok(setting.text()?.unwrap_or(DEFAULT_TRUST_DOMAIN).to_owned())
}
