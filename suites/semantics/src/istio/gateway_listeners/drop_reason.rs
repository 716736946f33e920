//! Why a server of a Gateway is not served.

use crate::istio::gateway_listeners::server_port::ServerId;
use serde::Serialize;

/// A server that is not served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DroppedServer {
    /// The server.
    pub server: ServerId,
    /// Why.
    pub reason: DropReason,
}

/// Why a server is not served. All but the last two were read in `mergeGateways` of `pilot/pkg/model/gateway.go`, and are told in
/// istiod's log alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum DropReason {
    /// Another server with TLS settings has one of its hosts, on the same port and bind. That one need not be served itself:
    /// it has claimed its hosts before it was dropped for another reason. HTTP servers with `tls.httpsRedirect` claim, too.
    /// The log says `duplicate host names`.
    DuplicateHosts,
    /// A server without TLS has the port, with the same bind, and not both are plain HTTP. The log says
    /// `conflict with existing server`.
    ProtocolConflict,
    /// It ends HTTPS, and its Gateway has another server with this port and port name. The log says
    /// `non unique port name for HTTPS port`.
    SamePortName,
    /// A younger server without TLS took the place of all servers with TLS of the same port, bind and protocol. The log says
    /// nothing. No Gateway that istiod's webhook admits brings it about.
    Displaced,
    /// Its Gateway names the Services that lead to it, and none of them has its port. The log says nothing.
    NoServicePort,
}
