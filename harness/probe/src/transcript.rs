//! What came back, layer by layer.
//!
//! Times are microseconds since the order began; `started` is the wall clock of that moment, to find the same exchange in
//! other logs. Certificates are public and kept whole; a secret of the order is never repeated.

use crate::{Ended, PeerCertificate, Traffic};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::{self, Write as _};
use std::net::{IpAddr, SocketAddr};

/// The version of [`Transcript`] that this library writes.
pub const TRANSCRIPT_VERSION: u32 = 1;

/// What came of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// [`TRANSCRIPT_VERSION`].
    pub version: u32,
    /// The label of the order.
    pub id: String,
    /// When it began.
    pub started: jiff::Timestamp,
    /// How long it took.
    pub took_us: u64,
    /// The connections in the order in which they were begun. A Kafka conversation has one more, to the leader.
    pub connections: Vec<Connection>,
    /// What was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<Exchange>,
    /// How it ended.
    pub ended: Ended,
}

impl Transcript {
    /// The connection to what was dialled, if it was begun.
    pub fn connection(&self) -> Option<&Connection> {
        self.connections.first()
    }

    /// TLS of that connection, if a handshake was begun.
    pub fn tls(&self) -> Option<&TlsRecord> {
        self.connection()?.tls.as_ref()
    }

    /// The head of an HTTP answer, if one came.
    pub fn http(&self) -> Option<&HttpAnswer> {
        match self.exchange.as_ref()? {
            Exchange::Http(answer) => Some(answer),
            _ => None,
        }
    }

    /// What a Kafka cluster said, if it was spoken to.
    pub fn kafka(&self) -> Option<&KafkaAnswer> {
        match self.exchange.as_ref()? {
            Exchange::Kafka(answer) => Some(answer),
            _ => None,
        }
    }
}

/// From when until when, in microseconds since the order began. What did not come to an end has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The beginning.
    pub from_us: u64,
    /// The end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_us: Option<u64>,
}

/// One connection, from its name to its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// What was dialled: `host:port`.
    pub to: String,
    /// How its name became addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// Each address that was tried, the last being the one that was used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
    /// The TLS handshake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsRecord>,
    /// Bytes at the socket.
    pub raw: Traffic,
    /// Bytes inside TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inner: Option<Traffic>,
}

/// How a name became addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// The name.
    pub name: String,
    /// Who knew.
    pub by: ResolvedBy,
    /// When.
    pub span: Span,
    /// The addresses, in the order in which they are tried.
    pub addresses: Vec<IpAddr>,
    /// Why there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Who knew the addresses of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResolvedBy {
    /// The name is an address.
    Itself,
    /// The order.
    Order,
    /// The resolver of the machine: its hosts file, its name servers with search domains.
    Resolver,
}

/// A connection to one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The address.
    pub address: SocketAddr,
    /// This side's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<SocketAddr>,
    /// When.
    pub span: Span,
    /// What came of it.
    pub outcome: AttemptOutcome,
}

/// What came of a connection to one address. A connection alone proves little: a proxy on the way accepts before it has
/// anybody to pass it to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// It was accepted.
    Connected,
    /// Nothing listens there.
    Refused,
    /// Nothing came back in time.
    TimedOut,
    /// There is no way to it.
    Unreachable(String),
    /// Something else.
    Failed(String),
}

/// A TLS handshake, and what came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsRecord {
    /// The server name that was indicated (SNI).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sni: Option<String>,
    /// The protocols that were offered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offered_alpn: Vec<String>,
    /// When.
    pub span: Span,
    /// Whether it came to its end on this side. In TLS 1.3 that is before the server has seen a client's certificate.
    pub completed: bool,
    /// The version that was agreed on, as in `TLSv1_3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The cipher suite that was agreed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cipher: Option<String>,
    /// The protocol that was agreed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alpn: Option<String>,
    /// Whether the server asked for a client's certificate.
    pub client_certificate_asked: bool,
    /// The certificate that this side had to present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<PeerCertificate>,
    /// The certificates that the server presented, the leaf first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub peer: Vec<PeerCertificate>,
    /// What this side thinks of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
    /// The alert that ended it, during the handshake or after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<Alert>,
}

/// What this side thinks of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// Whether the chain ends in a trusted root, and is valid now.
    pub chain: Chain,
    /// Whether the name is the expected one.
    pub name: Name,
    /// Whether a failure ended the handshake.
    pub enforced: bool,
    /// What was wrong, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Whether a chain of certificates is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chain {
    /// It is.
    Trusted,
    /// No trusted root signed it.
    UnknownIssuer,
    /// It is no longer valid.
    Expired,
    /// It is not yet valid.
    NotYetValid,
    /// It is not for a server.
    OtherPurpose,
    /// It cannot be read, or its signature is wrong.
    Invalid,
}

/// Whether a certificate carries the expected name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// It does.
    Matches,
    /// It does not.
    Mismatch,
    /// Any name would do.
    NotAsked,
}

/// A TLS alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Its number (RFC 8446, 6).
    pub number: u8,
    /// Its name.
    pub name: String,
    /// Who sent it.
    pub by: Side,
    /// When.
    pub at_us: u64,
}

/// A side of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// This one.
    Client,
    /// The other one.
    Server,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Client => "client",
            Self::Server => "server",
        })
    }
}

/// What was said on a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exchange {
    /// An answer of HTTP.
    Http(HttpAnswer),
    /// Bytes.
    Bytes(Sample),
    /// A conversation with Kafka.
    Kafka(KafkaAnswer),
}

/// An answer of HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpAnswer {
    /// `HTTP/1.1` or `HTTP/2.0`.
    pub version: String,
    /// The status.
    pub status: u16,
    /// When the head had come.
    pub head_us: u64,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body, as far as it came.
    pub body: Sample,
    /// When the body had come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_us: Option<u64>,
}

impl HttpAnswer {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Bytes that came: how many, their digest, and the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// How many.
    pub length: u64,
    /// SHA-256 of all of them.
    pub sha256: String,
    /// The first of them as text, what is no text replaced.
    pub text: String,
}

/// A conversation with Kafka.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KafkaAnswer {
    /// Each step that a broker answered, and the one that it did not.
    pub steps: Vec<KafkaStep>,
    /// The brokers, as they advertise themselves.
    pub brokers: Vec<Broker>,
    /// The leader of the topic, to which the second connection went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leader: Option<i32>,
    /// Whether the record that was read is the one that was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matches: Option<bool>,
}

impl KafkaAnswer {
    /// The step that a broker refused, which is the last one then.
    pub fn refusal(&self) -> Option<&KafkaStep> {
        self.steps.last().filter(|step| step.error.is_some())
    }
}

/// One request to a broker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KafkaStep {
    /// Its name in the protocol: `ApiVersions`, `Produce`.
    pub api: String,
    /// The version that was spoken.
    pub version: i16,
    /// When.
    pub span: Span,
    /// The error code: 0 is none; without one nothing came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i16>,
    /// The error's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// More of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// A broker, as it advertises itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broker {
    /// Its id.
    pub id: i32,
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: i32,
}

impl Sample {
    /// Of bytes that are all here.
    pub fn of(bytes: &[u8], keep: usize) -> Self {
        Self {
            length: bytes.len() as u64,
            sha256: hex(&Sha256::digest(bytes)),
            text: String::from_utf8_lossy(&bytes[..bytes.len().min(keep)]).into_owned(),
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
