//! The TLS with which a proxy calls a port of a host.
//!
//! Held against Istio's own code by `cargo ci oracle` (`docs/semantics.md`).

use crate::istio::destination_rules::MergedDestination;
use crate::istio::merged_peer_authentication::MutualTlsMode;
use crate::istio::registered_service::{RegisteredService, ServiceResolution};
use view::destination_rule::{ClientTlsSettings, DestinationRule};

/// The TLS of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientTls {
    /// None.
    Plaintext,
    /// Mutual TLS of the mesh to endpoints that say that they speak it, and none to others: auto mTLS.
    ByEndpoint,
    /// Mutual TLS of the mesh to every endpoint.
    IstioMutual,
    /// TLS without a certificate of the client.
    Simple,
    /// TLS with a certificate that somebody made for the client.
    Mutual,
}

/// Where a rule sets the TLS of a port.
#[derive(Debug, Clone)]
pub struct TlsSetting<'a> {
    /// The rule.
    pub rule: &'a DestinationRule,
    /// The field.
    pub field: String,
    /// What is there.
    pub settings: &'a ClientTlsSettings,
    /// Whether the rule that it was merged into is for selected clients.
    is_for_selected: bool,
}

/// A mode of TLS that Istio does not have. An API server admits none such.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no mode `{0}` of TLS")]
pub struct UnknownTlsModeError(String);

/// The TLS that a rule sets for a port of the host: that of the port, where the rule names it, which inherits nothing; else that
/// of all ports. Read in `GetPortLevelTrafficPolicy` of `pilot/pkg/networking/util/traffic_policy.go`.
pub fn tls_setting<'a>(rule: &MergedDestination<'a>, port: u16) -> Option<TlsSetting<'a>> {
    let is_for_selected = rule.selector.is_some();
    let (rule, policy) = rule.policy?;
    let is_named = |number: Option<u16>| number == Some(port);
    let of_port =
        policy.port_level_settings.iter().find(|one| is_named(one.port.as_ref().map(|it| it.number)));
    let (settings, field) = match of_port {
        Some(of_port) => {
            (of_port.tls.as_ref(), format!("spec.trafficPolicy.portLevelSettings[{port}].tls.mode"))
        }
        None => (policy.tls.as_ref(), "spec.trafficPolicy.tls.mode".to_owned()),
    };
    settings.map(|settings| TlsSetting { rule, field, settings, is_for_selected })
}

/// The TLS with which a sidecar calls a port by this setting. Certificates in a Secret are for gateways and selected
/// clients: any other sidecar sends plaintext. Read in `buildUpstreamClusterTLSContext` of
/// `pilot/pkg/networking/core/cluster_tls.go`.
///
/// # Errors
///
/// Where the mode is none that Istio has.
pub fn set_tls(setting: &TlsSetting<'_>) -> Result<ClientTls, UnknownTlsModeError> {
    let has_secret = setting
        .settings
        .credential_name
        .as_deref()
        .is_some_and(|name| !name.is_empty() && !name.starts_with("configmap://"));
    let is_without_certificates = has_secret && !setting.is_for_selected;
    match setting.settings.mode.as_deref() {
        None | Some("DISABLE") => Ok(ClientTls::Plaintext),
        Some("ISTIO_MUTUAL") => Ok(ClientTls::IstioMutual),
        Some("SIMPLE" | "MUTUAL") if is_without_certificates => Ok(ClientTls::Plaintext),
        Some("SIMPLE") => Ok(ClientTls::Simple),
        Some("MUTUAL") => Ok(ClientTls::Mutual),
        Some(mode) => Err(UnknownTlsModeError(mode.to_owned())),
    }
}

/// The TLS with which a sidecar calls a port where no rule sets any: by the endpoint, where the mesh is automatic and nothing
/// says that the host has no mutual TLS. `mode` is the mode of all workloads of the host's namespace. Read in
/// `buildUpstreamTLSSettings`, same file, and `BestEffortInferServiceMTLSMode` of `pilot/pkg/model/push_context.go`.
pub fn default_tls(service: &RegisteredService<'_>, mode: MutualTlsMode, is_auto_mtls: bool) -> ClientTls {
    let is_elsewhere = service.is_mesh_external || service.resolution == ServiceResolution::Passthrough;
    if !is_auto_mtls || is_elsewhere || mode == MutualTlsMode::Disable {
        return ClientTls::Plaintext;
    }
    ClientTls::ByEndpoint
}

impl ClientTls {
    /// The mode as a rule writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plaintext => "DISABLE",
            Self::ByEndpoint => "auto",
            Self::IstioMutual => "ISTIO_MUTUAL",
            Self::Simple => "SIMPLE",
            Self::Mutual => "MUTUAL",
        }
    }
}
