//! What to send, and where.
//!
//! Each default is what an ordinary client would do; each field lets a check depart from it in one respect: dial an
//! address with the name of another host, trust nobody, present another workload's certificate.

use crate::Secret;
use crate::transcript::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The version of [`Order`] that this library reads.
pub const ORDER_VERSION: u32 = 1;

const DEADLINE_MS: u64 = 10_000;
const KEEP_BYTES: usize = 1024;
const LISTEN_MS: u64 = 500;
const ONE_BYTE: u64 = 1;

/// What to send, and where: one connection, one exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// [`ORDER_VERSION`].
    pub version: u32,
    /// A label that the transcript repeats.
    #[serde(default)]
    pub id: String,
    /// What is dialled.
    pub to: To,
    /// Addresses of names, looked at before any resolver.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hosts: BTreeMap<String, Vec<IpAddr>>,
    /// The time for all of it, in milliseconds.
    #[serde(default = "deadline_ms")]
    pub deadline_ms: u64,
    /// How much of an answer's body the transcript keeps; its length and digest are of all of it.
    #[serde(default = "keep_bytes")]
    pub keep_bytes: usize,
    /// TLS, or plaintext without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsOrder>,
    /// What is said on the connection.
    pub exchange: ExchangeOrder,
}

impl Order {
    /// An order with the defaults, plaintext.
    pub fn new(host: impl Into<String>, port: u16, exchange: impl Into<ExchangeOrder>) -> Self {
        Self {
            version: ORDER_VERSION,
            id: String::new(),
            to: To { host: host.into(), port },
            hosts: BTreeMap::new(),
            deadline_ms: DEADLINE_MS,
            keep_bytes: KEEP_BYTES,
            tls: None,
            exchange: exchange.into(),
        }
    }

    /// The same order over TLS.
    #[must_use]
    pub fn with_tls(mut self, tls: TlsOrder) -> Self {
        self.tls = Some(tls);
        self
    }

    /// The same order as it may be kept: what is secret in it is left out, and certificates are known by their digest.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        let mut order = self.clone();
        if let Some(tls) = &mut order.tls {
            tls.roots = tls.roots.kept();
            tls.client = tls.client.as_ref().map(ClientCertificate::kept);
        }
        if let ExchangeOrder::Kafka(KafkaOrder { scram: Some(scram), .. }) = &mut order.exchange {
            scram.password = Secret::new("");
        }
        order
    }

    /// The time for all of it.
    pub fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms)
    }
}

/// What is dialled: a name or an address, and a port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct To {
    /// A name, or an address.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// TLS of a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsOrder {
    /// The server name that is indicated (SNI) and expected; else the host of the exchange, or what is dialled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// Leaves the server name out of the handshake; it is still expected.
    #[serde(default)]
    pub without_sni: bool,
    /// Who is trusted; nobody by default.
    #[serde(default)]
    pub roots: Roots,
    /// The name that the certificate must carry.
    #[serde(default)]
    pub expect: ExpectedName,
    /// Goes on after a certificate that does not verify; what was wrong is in the transcript.
    #[serde(default)]
    pub record_only: bool,
    /// The client's own certificate, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientCertificate>,
    /// The protocols that are offered (ALPN), the best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alpn: Vec<String>,
    /// The versions that are offered; both if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<TlsVersion>,
}

/// The roots that are trusted. A machine's own roots never are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Roots {
    /// Nobody is trusted: each certificate is of an unknown issuer.
    #[default]
    None,
    /// The certificates in this PEM text.
    Pem(String),
    /// The certificates in this PEM file, where the order is carried out.
    File(PathBuf),
    /// Certificates of which only the SHA-256 of their PEM text is known: of an order that was kept.
    Digest(String),
}

impl Roots {
    /// The same roots as they may be kept.
    #[must_use]
    pub fn kept(&self) -> Self {
        match self {
            Self::Pem(text) => Self::Digest(digest(text)),
            roots => roots.clone(),
        }
    }
}

/// The name that a certificate must carry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpectedName {
    /// The server name.
    #[default]
    ServerName,
    /// This URI, which is how a workload of a mesh is named: `spiffe://…`.
    Uri(String),
    /// Any name.
    Any,
}

/// A certificate chain with its private key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientCertificate {
    /// As PEM texts.
    Pem {
        /// The chain, the leaf first.
        chain: String,
        /// The private key.
        key: Secret,
    },
    /// As PEM files, where the order is carried out.
    Files {
        /// The chain, the leaf first.
        chain: PathBuf,
        /// The private key.
        key: PathBuf,
    },
    /// A chain of which only the SHA-256 of its PEM text is known: of an order that was kept.
    Digest(String),
}

impl ClientCertificate {
    /// The same certificate as it may be kept: without its key.
    #[must_use]
    pub fn kept(&self) -> Self {
        match self {
            Self::Pem { chain, .. } => Self::Digest(digest(chain)),
            certificate => certificate.clone(),
        }
    }
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text))
}

/// A version of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TlsVersion {
    /// TLS 1.2.
    #[serde(rename = "1.2")]
    Tls12,
    /// TLS 1.3.
    #[serde(rename = "1.3")]
    Tls13,
}

/// What is said on a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExchangeOrder {
    /// An HTTP request.
    Http(HttpOrder),
    /// Any bytes, or none.
    Bytes(BytesOrder),
    /// The protocol of Apache Kafka.
    Kafka(KafkaOrder),
}

/// An HTTP request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpOrder {
    /// The method.
    #[serde(default = "get")]
    pub method: String,
    /// The path, with its query.
    #[serde(default = "slash")]
    pub path: String,
    /// The host that is asked for (`Host`, `:authority`); else what is dialled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// More headers, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// The body.
    #[serde(default, skip_serializing_if = "Payload::is_empty")]
    pub body: Payload,
    /// The version.
    #[serde(default)]
    pub version: HttpVersion,
}

impl Default for HttpOrder {
    fn default() -> Self {
        Self {
            method: get(),
            path: slash(),
            host: None,
            headers: Vec::new(),
            body: Payload::default(),
            version: HttpVersion::default(),
        }
    }
}

/// The version of HTTP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HttpVersion {
    /// HTTP/2 if TLS agreed on `h2`, else HTTP/1.1.
    #[default]
    Negotiated,
    /// HTTP/1.1.
    H1,
    /// HTTP/2 without asking first.
    H2,
}

/// Bytes to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payload {
    /// As text.
    Text(String),
    /// As base64.
    Base64(String),
}

impl Payload {
    /// Whether nothing is sent.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) | Self::Base64(text) if text.is_empty())
    }
}

impl Default for Payload {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

/// Any bytes, or none. With TLS and nothing to send it asks for a handshake and for what comes after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BytesOrder {
    /// What is sent.
    #[serde(default, skip_serializing_if = "Payload::is_empty")]
    pub send: Payload,
    /// How long an answer is waited for, in milliseconds.
    #[serde(default = "listen_ms")]
    pub listen_ms: u64,
    /// How many bytes are an answer.
    #[serde(default = "one_byte")]
    pub want_bytes: u64,
}

impl Default for BytesOrder {
    fn default() -> Self {
        Self { send: Payload::default(), listen_ms: LISTEN_MS, want_bytes: ONE_BYTE }
    }
}

/// A conversation with a Kafka cluster; what is dialled is a bootstrap server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KafkaOrder {
    /// A user, if the listener asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scram: Option<Scram>,
    /// The topic; made if it does not exist.
    #[serde(default)]
    pub topic: String,
    /// The value of the record that is produced.
    #[serde(default)]
    pub value: String,
    /// Where to stop.
    #[serde(default)]
    pub until: KafkaUntil,
}

/// A user of SASL with SCRAM-SHA-512.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scram {
    /// The user's name.
    pub user: String,
    /// The password.
    pub password: Secret,
}

/// How far a conversation with Kafka goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KafkaUntil {
    /// A broker answers.
    ApiVersions,
    /// A broker tells the addresses of all.
    Metadata,
    /// A record is written and read again.
    #[default]
    Fetch,
}

impl From<HttpOrder> for ExchangeOrder {
    fn from(order: HttpOrder) -> Self {
        Self::Http(order)
    }
}

impl From<BytesOrder> for ExchangeOrder {
    fn from(order: BytesOrder) -> Self {
        Self::Bytes(order)
    }
}

impl From<KafkaOrder> for ExchangeOrder {
    fn from(order: KafkaOrder) -> Self {
        Self::Kafka(order)
    }
}

fn deadline_ms() -> u64 {
    DEADLINE_MS
}
fn keep_bytes() -> usize {
    KEEP_BYTES
}
fn listen_ms() -> u64 {
    LISTEN_MS
}
fn one_byte() -> u64 {
    ONE_BYTE
}
fn get() -> String {
    "GET".to_owned()
}
fn slash() -> String {
    "/".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortest_order_has_the_defaults() {
        let order: Order = serde_json::from_str(
            r#"{"version": 1, "to": {"host": "a", "port": 80}, "exchange": {"http": {}}}"#,
        )
        .unwrap();
        assert_eq!(order, Order::new("a", 80, HttpOrder::default()));
    }

    #[test]
    fn order_survives_its_json() {
        let client = ClientCertificate::Pem { chain: "c".into(), key: Secret::new("k") };
        let tls = TlsOrder {
            roots: Roots::Pem("r".into()),
            expect: ExpectedName::Uri("spiffe://a".into()),
            client: Some(client),
            versions: vec![TlsVersion::Tls13],
            ..TlsOrder::default()
        };
        let order = Order::new("a", 80, KafkaOrder::default()).with_tls(tls);
        assert_eq!(serde_json::from_str::<Order>(&serde_json::to_string(&order).unwrap()).unwrap(), order);
    }

    #[test]
    fn field_that_nobody_knows_is_refused() {
        let json = r#"{"version": 1, "to": {"host": "a", "port": 80}, "exchange": {"http": {"hots": "x"}}}"#;
        assert!(serde_json::from_str::<Order>(json).is_err());
    }

    #[test]
    fn kept_order_holds_no_secret() {
        let scram = Scram { user: "u".into(), password: Secret::new("hidden") };
        let client = ClientCertificate::Pem { chain: "c".into(), key: Secret::new("hidden") };
        let tls = TlsOrder { client: Some(client), ..TlsOrder::default() };
        let kafka = KafkaOrder { scram: Some(scram), ..KafkaOrder::default() };
        let kept = Order::new("a", 80, kafka).with_tls(tls).without_secrets();
        let json = serde_json::to_string(&kept).unwrap();
        assert!(!json.contains("hidden") && json.contains("\"u\""), "{json}");
        let again = serde_json::from_str::<Order>(&json).unwrap();
        assert_eq!(again.without_secrets(), again);
    }

    #[test]
    fn secret_is_not_in_the_debug_text() {
        let scram = Scram { user: "u".into(), password: Secret::new("hidden") };
        assert!(!format!("{scram:?}").contains("hidden"));
    }
}
