//! The debug endpoints of proxies and control planes that tell how the mesh is configured.
//!
//! Private keys are never read: a proxy's certificates come from `/certs`, which shows none of them. The control plane
//! tells whether a proxy has accepted its configuration, and from which objects that was made.

use run::diagnostics::DebugEndpoint;
use semantics::istio::mesh_role::MeshRole;

/// The port of a proxy's debug endpoints, on its pod's loopback.
const PROXY_PORT: u16 = 15_000;
/// The port of a control plane's debug endpoints.
const CONTROL_PLANE_PORT: u16 = 15_014;

const fn proxy_endpoint(path: &'static str, file: &'static str, about: &'static str) -> DebugEndpoint {
    DebugEndpoint { port: PROXY_PORT, path, file, about }
}

const fn control_plane_endpoint(
    path: &'static str,
    file: &'static str,
    about: &'static str,
) -> DebugEndpoint {
    DebugEndpoint { port: CONTROL_PLANE_PORT, path, file, about }
}

const CERTIFICATES: DebugEndpoint =
    proxy_endpoint("/certs", "certificates.json", "the proxy's certificates, their names and ends");
const LISTENERS: DebugEndpoint =
    proxy_endpoint("/listeners", "listeners.txt", "the addresses that the proxy listens on");
const ROUTES: DebugEndpoint = proxy_endpoint(
    "/config_dump?resource=dynamic_route_configs",
    "routes.json",
    "the proxy's routes: which host and path leads to which cluster",
);
const CLUSTERS: DebugEndpoint =
    proxy_endpoint("/clusters", "clusters.txt", "the proxy's clusters: their endpoints, health and failures");

const SIDECARS: &[DebugEndpoint] = &[
    proxy_endpoint(
        "/config_dump?resource=dynamic_listeners&name_regex=virtualInbound",
        "inbound.json",
        "what the sidecar accepts: by port, with or without mutual TLS, and whom it refuses",
    ),
    CERTIFICATES,
    LISTENERS,
    ROUTES,
    CLUSTERS,
];
const GATEWAYS: &[DebugEndpoint] = &[
    proxy_endpoint(
        "/config_dump?resource=dynamic_listeners",
        "listeners.json",
        "what the gateway accepts: by port and host, with which certificate, and whom it refuses",
    ),
    CERTIFICATES,
    LISTENERS,
    ROUTES,
    CLUSTERS,
];
const ISTIOD: &[DebugEndpoint] = &[
    control_plane_endpoint(
        "/debug/syncz",
        "syncz.json",
        "which configuration each proxy was sent, and has accepted",
    ),
    control_plane_endpoint(
        "/debug/configz",
        "config.json",
        "the objects of Istio that the control plane knows",
    ),
];

/// The endpoints of a pod with this role.
pub fn role_endpoints(role: MeshRole) -> &'static [DebugEndpoint] {
    match role {
        MeshRole::ControlPlane => ISTIOD,
        MeshRole::Gateway => GATEWAYS,
        MeshRole::Sidecar => SIDECARS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_asks_for_keys() {
        for ask in [SIDECARS, GATEWAYS, ISTIOD].concat() {
            assert!(!ask.path.contains("secret"), "{}", ask.path);
            assert!(!ask.path.starts_with("/config_dump") || ask.path.contains("resource="), "{}", ask.path);
        }
    }
}
