//! The server that istiod makes of a listener.

use crate::istio::gateway_api::listener_tls::listener_tls;
use crate::istio::gateway_api::settings::{GatewayApiSettings, NamespacesByName};
use std::collections::BTreeMap;
use view::gateway::{GatewayPort, GatewayServer};
use view::kubernetes_gateway::{AllowedNamespaces, GatewayListener, KubernetesGateway};

/// The label with the name of a namespace, which Kubernetes writes.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// The server of a listener; nothing where it is not served. Read in `buildListener` and `listenerProtocolToIstio` of
/// `pilot/pkg/config/kube/gateway/conversion.go`.
pub(super) fn listener_server(
    listener: &GatewayListener,
    gateway: &KubernetesGateway,
    settings: &GatewayApiSettings<'_>,
) -> Option<GatewayServer> {
    let protocol = listener.protocol.as_str();
    if !["HTTP", "HTTPS", "TLS", "TCP"].contains(&protocol) {
        return None;
    }
    let tls = match &listener.tls {
        Some(tls) => Some(listener_tls(tls, listener.port, gateway, settings)?),
        // Without certificates it stands for those of ListenerSets.
        None if ["HTTPS", "TLS"].contains(&protocol) => return None,
        None => None,
    };
    let port =
        GatewayPort { name: "default".to_owned(), number: listener.port, protocol: protocol.to_owned() };
    Some(GatewayServer { port, hosts: hosts(listener, gateway, settings), tls, ..GatewayServer::default() })
}

/// The hosts, each with a namespace whose routes may attach; with `~` where there is none. Read in `buildHostnameMatch`, same
/// file.
fn hosts(
    listener: &GatewayListener,
    gateway: &KubernetesGateway,
    settings: &GatewayApiSettings<'_>,
) -> Vec<String> {
    let host = listener.hostname.as_deref().unwrap_or("*");
    let own = &gateway.metadata.namespace;
    let mut namespaces = allowed_namespaces(listener.allowed_routes.as_ref(), own, settings.namespaces);
    namespaces.retain(|namespace| !namespace.is_empty());
    if namespaces.is_empty() {
        namespaces.push("~");
    }
    namespaces.into_iter().map(|namespace| format!("{namespace}/{host}")).collect()
}

/// Read in `namespacesFromSelector`, same file.
fn allowed_namespaces<'a>(
    allowed: Option<&AllowedNamespaces>,
    own: &'a str,
    known: &'a NamespacesByName,
) -> Vec<&'a str> {
    let choice = allowed.and_then(|allowed| allowed.namespaces.as_ref());
    let Some((from, choice)) = choice.and_then(|choice| Some((choice.from.as_deref()?, choice))) else {
        return vec![own];
    };
    match (from, &choice.selector) {
        ("Same", _) => vec![own],
        ("All", _) | (_, None) => vec!["*"],
        (_, Some(selector)) => {
            let is_selected = |(name, labels): &(&String, &BTreeMap<String, String>)| {
                let mut labels = (*labels).clone();
                labels.insert(NAME_LABEL.to_owned(), (*name).clone());
                selector.selects(&labels)
            };
            known.iter().filter(is_selected).map(|(name, _)| name.as_str()).collect()
        }
    }
}
