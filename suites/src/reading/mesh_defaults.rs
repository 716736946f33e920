//! What the mesh config says of all hosts and rules, where each flavour keeps it.

use crate::reading::mesh_setting::{istio_document_setting, istio_resource_setting, service_mesh_setting};
use crate::reading::root_namespace::root_namespace;
use semantics::flavour::{OSSM2, OSSM3, UNKNOWN};
use semantics::istio::mesh_defaults::MeshDefaults;
use semantics::istio::mesh_setting::{IstioDocument, MeshSetting};
use vocabulary::HarnessError;
use world::Context;

/// The defaults of the mesh, as far as they are known.
#[derive(Debug)]
pub struct KnownDefaults {
    /// Them; Istio's own where nothing is known.
    pub defaults: MeshDefaults,
    /// What is missing to know that they are these; nothing where they are.
    pub missing: Option<String>,
}

/// A setting of the mesh config, below `meshConfig`. With OpenShift Service Mesh 2 it is a technology preview.
pub async fn mesh_config_setting(cx: &Context, field: &str) -> Result<MeshSetting, HarnessError> {
    match cx.known_flavour()? {
        OSSM2 => service_mesh_setting(cx, &format!("/techPreview/meshConfig/{field}")).await,
        OSSM3 => istio_resource_setting(cx, &format!("/meshConfig/{field}")).await,
        _ => istio_document_setting(cx, IstioDocument::MeshConfig, &format!("/{field}")).await,
    }
}

/// Reads the defaults of `exportTo`. Whether mutual TLS is automatic is another check's question, and is taken for granted.
pub async fn mesh_defaults(cx: &Context) -> Result<KnownDefaults, HarnessError> {
    let (root, mut missing) = root_namespace(cx).await?;
    let mut defaults = MeshDefaults::new(&root, &cx.inputs().serverless.cluster_domain);
    if cx.flavour() == UNKNOWN {
        return Ok(KnownDefaults { defaults, missing: missing.or_else(|| cx.flavour().missing()) });
    }
    let fields = [
        ("defaultServiceExportTo", &mut defaults.service_export_to),
        ("defaultDestinationRuleExportTo", &mut defaults.destination_rule_export_to),
        ("defaultVirtualServiceExportTo", &mut defaults.virtual_service_export_to),
    ];
    for (field, list) in fields {
        match mesh_config_setting(cx, field).await {
            Ok(setting) => *list = setting.names()?.unwrap_or_else(|| list.clone()),
            // Files may hold rules without the control plane.
            Err(error) => match error.reason_to_skip() {
                Some(reason) => missing = missing.or_else(|| Some(reason.to_string())),
                None => return Err(error),
            },
        }
    }
    Ok(KnownDefaults { defaults, missing })
}
