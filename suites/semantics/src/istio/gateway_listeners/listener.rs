//! The listeners that speak HTTP, as Envoy is sent them.
//!
//! Read in `buildGatewayListeners` of `pilot/pkg/networking/core/gateway.go`. Two ports with one address and number share a
//! listener, even where its filter chains then match the same connections, which Envoy refuses.

use crate::istio::gateway_listeners::host_list::sni_hosts;
use crate::istio::gateway_listeners::merged_gateway::MergedGateway;
use crate::istio::gateway_listeners::placement::Placement;
use crate::istio::gateway_listeners::protocol::Protocol;
use serde::Serialize;
use std::collections::BTreeMap;
use view::gateway::ServerTls;

/// Below this, a pod needs a privilege to bind a port.
const FIRST_UNPRIVILEGED_PORT: u16 = 1024;
/// Every address of the pod.
const WILDCARD: &str = "0.0.0.0";
/// The secret with the certificate that a workload has from the mesh.
const WORKLOAD_CERTIFICATE: &str = "default";
/// Begin names of credentials that say where they are kept.
const TYPED: [&str; 3] = ["configmap://", "kubernetes://", "kubernetes-gateway://"];
/// Begins the name of a credential that stands for that certificate.
pub(in crate::istio) const BUILTIN: &str = "builtin://";

/// A listener.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listener {
    /// The address that it binds; `0.0.0.0` for every one.
    pub bind: String,
    /// Its port.
    pub port: u16,
    /// Its filter chains that speak HTTP.
    pub chains: Vec<FilterChain>,
}

/// What a connection is handled by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilterChain {
    /// The server names that lead here; every connection does where it is empty.
    pub sni: Vec<String>,
    /// How it opens TLS, if it does.
    pub tls: Option<TerminatedTls>,
    /// The name of its route configuration.
    pub route: String,
}

/// How a filter chain opens TLS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TerminatedTls {
    /// Whether a client without a certificate is refused.
    pub requires_client_certificate: bool,
    /// The secrets with the certificates that it presents, by their names in Envoy: `kubernetes://name` for a Secret,
    /// `kubernetes-gateway://namespace/name` for one that a Gateway of the Gateway API names, `default` for the certificate
    /// that the workload has from the mesh.
    pub certificates: Vec<String>,
}

/// The listeners of a merged Gateway, by address and port.
pub(super) fn build_listeners(merged: &MergedGateway<'_>, is_unprivileged: bool) -> Vec<Listener> {
    let mut listeners: BTreeMap<(String, u16), Vec<FilterChain>> = BTreeMap::new();
    for (port, servers) in merged.taken_ports() {
        if is_unprivileged && port.number < FIRST_UNPRIVILEGED_PORT {
            continue;
        }
        let bind = if port.bind.is_empty() { WILDCARD } else { port.bind.as_str() };
        let chains = listeners.entry((bind.to_owned(), port.number)).or_default();
        if Protocol::parse(&port.protocol).is_http() {
            chains.push(FilterChain { sni: Vec::new(), tls: None, route: servers.route.clone() });
            continue;
        }
        let placements = servers.places.iter().filter_map(|place| merged.placement(*place));
        chains.extend(placements.filter(|placement| placement.terminates_https()).map(https_chain));
    }
    listeners.retain(|_, chains| !chains.is_empty());
    listeners.into_iter().map(|((bind, port), chains)| Listener { bind, port, chains }).collect()
}

/// The filter chain of an HTTPS server. With `*` among its hosts, every server name leads to it. Read in
/// `createGatewayHTTPFilterChainOpts` of `pilot/pkg/networking/core/gateway.go` and `toFilterChainMatch` of
/// `pilot/pkg/networking/core/listener.go`.
fn https_chain(placement: &Placement<'_>) -> FilterChain {
    let mut sni = sni_hosts(&placement.hosts);
    if sni.iter().any(|host| host == "*") {
        sni.clear();
    }
    let tls = placement.server.tls.as_ref().map(terminated_tls);
    FilterChain { sni, tls, route: placement.route.clone() }
}

/// Read in `BuildListenerTLSContext` of `pilot/pkg/networking/core/listener.go`. Certificates in files are not considered.
fn terminated_tls(tls: &ServerTls) -> TerminatedTls {
    let is_of_mesh = tls.mode == "ISTIO_MUTUAL";
    let one = std::slice::from_ref(&tls.credential_name);
    let certificates = match tls.credential_names.as_slice() {
        _ if is_of_mesh => vec![WORKLOAD_CERTIFICATE.to_owned()],
        [] => one.iter().map(|name| secret_name(name)).collect(),
        names => names.iter().map(|name| secret_name(name)).collect(),
    };
    let requires_client_certificate = is_of_mesh || tls.mode == "MUTUAL";
    TerminatedTls { requires_client_certificate, certificates }
}

/// The name of a secret in Envoy. Read in `ToResourceName` of `pilot/pkg/model/credentials/resource.go`.
fn secret_name(credential: &str) -> String {
    match credential {
        "" => WORKLOAD_CERTIFICATE.to_owned(),
        builtin if builtin.starts_with(BUILTIN) => WORKLOAD_CERTIFICATE.to_owned(),
        typed if TYPED.iter().any(|prefix| typed.starts_with(prefix)) => typed.to_owned(),
        name => format!("kubernetes://{name}"),
    }
}
