//! What kind of server a server of a Gateway is, in Istio's distinctions. Read in `pkg/config/gateway/gateway.go`.

use crate::istio::gateway_listeners::protocol::Protocol;
use view::gateway::GatewayServer;

/// Whether TLS goes through it unopened. A server with TLS settings that name no mode is one: `PASSTHROUGH` is the default.
/// Read in `IsPassThroughServer`.
pub(super) fn is_pass_through(server: &GatewayServer) -> bool {
    server
        .tls
        .as_ref()
        .is_some_and(|tls| matches!(tls.mode.as_str(), "" | "PASSTHROUGH" | "AUTO_PASSTHROUGH"))
}

/// Whether it has TLS settings that are no mere redirect of plain HTTP. Read in `IsTLSServer`.
pub(super) fn is_tls_server(server: &GatewayServer, protocol: Protocol) -> bool {
    server.tls.is_some() && !protocol.is_http()
}

/// Whether it is HTTP for its VirtualServices: plain HTTP, or HTTPS that is not passed through. Read in `IsHTTPServer`.
pub(super) fn is_http_server(server: &GatewayServer, protocol: Protocol) -> bool {
    protocol.is_http() || protocol == Protocol::Https && !is_pass_through(server)
}

/// Whether it opens HTTPS. Read in `IsHTTPSServerWithTLSTermination`.
pub(super) fn terminates_https(server: &GatewayServer, protocol: Protocol) -> bool {
    server.tls.is_some() && protocol == Protocol::Https && !is_pass_through(server)
}
