//! A connection: each layer of it, from the name of the host to the bytes on the socket.

use crate::transcript::resolution::NameResolution;
use crate::transcript::time_span::TimeSpan;
use crate::transcript::tls::TlsHandshake;
use crate::transcript::traffic::StreamTraffic;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// A connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// What was dialled: `host:port`.
    pub to: String,
    /// How the name of the host was resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<NameResolution>,
    /// The attempt to connect to each address that was dialled. The last one is that of this connection.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<ConnectAttempt>,
    /// The TLS handshake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsHandshake>,
    /// The bytes at the socket.
    pub raw: StreamTraffic,
    /// The bytes inside TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inner: Option<StreamTraffic>,
}

/// An attempt to connect to one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectAttempt {
    /// The address.
    pub address: SocketAddr,
    /// The local address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<SocketAddr>,
    /// When it was tried.
    pub span: TimeSpan,
    /// How it ended.
    pub outcome: ConnectOutcome,
}

/// How an attempt to connect ended. A connection alone proves little: a proxy on the way accepts it before it has an
/// upstream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectOutcome {
    /// It was accepted.
    Connected,
    /// Nothing listens there.
    Refused,
    /// Nothing came back in time.
    TimedOut,
    /// There is no route to it: the error of the operating system.
    Unreachable(String),
    /// Another error of the operating system.
    Failed(String),
}
