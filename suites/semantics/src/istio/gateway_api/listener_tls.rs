//! The TLS settings that istiod makes of those of a listener.

use crate::istio::gateway_api::settings::GatewayApiSettings;
use crate::istio::gateway_listeners::BUILTIN;
use view::gateway::ServerTls;
use view::kubernetes_gateway::{CertificateReference, KubernetesGateway, ListenerTls};

/// The option with a mode of Istio's own.
const MODE: &str = "gateway.istio.io/tls-terminate-mode";
/// The option, and its value, of a listener that leads on by server name.
const LISTENER_MODE: (&str, &str) = ("gateway.istio.io/listener-protocol", "auto-passthrough");
/// The label of a Gateway that leads to another network, and the one with the port of the listener that does.
const NETWORK_LABEL: &str = "topology.istio.io/network";
const PORT_LABEL: &str = "networking.istio.io/gatewayPort";
const NETWORK_PORT: &str = "15443";
/// How many certificates a listener may present.
const MOST_CERTIFICATES: usize = 2;

/// The TLS settings; nothing where the listener is not served with them. Read in `buildTLS` of
/// `pilot/pkg/config/kube/gateway/conversion.go`.
pub(super) fn listener_tls(
    tls: &ListenerTls,
    port: u16,
    gateway: &KubernetesGateway,
    settings: &GatewayApiSettings<'_>,
) -> Option<ServerTls> {
    let of_mode = |mode: &str| ServerTls { mode: mode.to_owned(), ..ServerTls::default() };
    if tls.mode.as_deref().unwrap_or("Terminate") != "Terminate" {
        let leads_on = is_auto_passthrough(tls, port, gateway);
        return Some(of_mode(if leads_on { "AUTO_PASSTHROUGH" } else { "PASSTHROUGH" }));
    }
    let mode = match tls.options.get(MODE).map(String::as_str) {
        Some("ISTIO_MUTUAL") => return Some(of_mode("ISTIO_MUTUAL")),
        Some("ISTIO_SIMPLE") => {
            return Some(ServerTls { credential_name: BUILTIN.to_owned(), ..of_mode("SIMPLE") });
        }
        Some(mode @ ("MUTUAL" | "OPTIONAL_MUTUAL")) => mode,
        _ => "SIMPLE",
    };
    let references = &tls.certificate_refs;
    if references.len() > MOST_CERTIFICATES {
        return None;
    }
    let names: Vec<_> = references.iter().map(|one| credential_name(one, gateway, settings)).collect();
    match names.iter().flatten().count() {
        0 if names.is_empty() => Some(of_mode(mode)),
        0 => None,
        // The place of the first is looked at, even where the second alone can be used: it then presents that of the workload.
        1 => {
            let first = names.into_iter().next().flatten().unwrap_or_default(); // none: the name stays empty
            Some(ServerTls { credential_name: first, ..of_mode(mode) })
        }
        _ => Some(ServerTls { credential_names: names.into_iter().flatten().collect(), ..of_mode(mode) }),
    }
}

/// The name by which istiod finds a certificate; nothing where it cannot be used. Read in `buildSecretReference`, same file.
fn credential_name(
    reference: &CertificateReference,
    gateway: &KubernetesGateway,
    settings: &GatewayApiSettings<'_>,
) -> Option<String> {
    let is_secret = reference.kind.as_deref().unwrap_or("Secret") == "Secret"
        && reference.group.as_deref().unwrap_or_default().is_empty(); // none: the group of Secrets is empty
    let namespace = reference.namespace.as_ref().unwrap_or(&gateway.metadata.namespace);
    let secret = (namespace.clone(), reference.name.clone());
    let is_usable = settings.usable_secrets.is_none_or(|secrets| secrets.contains(&secret));
    (is_secret && is_usable).then(|| format!("kubernetes-gateway://{namespace}/{}", reference.name))
}

/// Read in `IsAutoPassthrough` of `pilot/pkg/serviceregistry/kube/conversion.go`.
fn is_auto_passthrough(tls: &ListenerTls, port: u16, gateway: &KubernetesGateway) -> bool {
    let labels = &gateway.metadata.labels;
    let of_network = labels.get(PORT_LABEL).map_or(NETWORK_PORT, String::as_str);
    tls.options.get(LISTENER_MODE.0).is_some_and(|mode| mode == LISTENER_MODE.1)
        || labels.contains_key(NETWORK_LABEL) && port.to_string() == of_network
}
