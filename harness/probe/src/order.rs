//! An order: what to send, and where.
//!
//! Each default is what an ordinary client does. Each field lets a check depart from it in one respect: dial an
//! address with the name of another host, trust nobody, present another workload's certificate.

pub(crate) mod bytes;
pub(crate) mod destination;
pub(crate) mod exchange;
pub(crate) mod http;
pub(crate) mod kafka;
pub(crate) mod payload;
pub(crate) mod tls;

use crate::order::destination::Destination;
use crate::order::exchange::ExchangeOrder;
use crate::order::kafka::KafkaOrder;
use crate::order::tls::{ClientCertificate, TlsOrder};
use crate::secret_text::SecretText;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

/// The version of [`Order`] that this library reads.
pub const ORDER_VERSION: u32 = 2;

const DEFAULT_DEADLINE_MS: u64 = 10_000;
const DEFAULT_KEEP_BYTES: usize = 1024;

/// What to send, and where: one connection, one exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Order {
    /// [`ORDER_VERSION`].
    pub version: u32,
    /// A label that is repeated in the transcript.
    #[serde(default)]
    pub id: String,
    /// What is dialled.
    pub to: Destination,
    /// Addresses of host names, which take precedence over the resolver.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hosts: BTreeMap<String, Vec<IpAddr>>,
    /// The time for the whole order, in milliseconds.
    #[serde(default = "default_deadline_ms")]
    pub deadline_ms: u64,
    /// How many bytes of an answer the transcript keeps. Length and digest are those of the whole answer.
    #[serde(default = "default_keep_bytes")]
    pub keep_bytes: usize,
    /// What is asked of TLS; absent for plaintext.
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
            to: Destination { host: host.into(), port },
            hosts: BTreeMap::new(),
            deadline_ms: DEFAULT_DEADLINE_MS,
            keep_bytes: DEFAULT_KEEP_BYTES,
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

    /// The same order as it is recorded: without its password and private key, and with its certificates as digests.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        let mut order = self.clone();
        if let Some(tls) = &mut order.tls {
            tls.roots = tls.roots.for_recording();
            tls.client = tls.client.as_ref().map(ClientCertificate::for_recording);
        }
        if let ExchangeOrder::Kafka(KafkaOrder { scram: Some(scram), .. }) = &mut order.exchange {
            scram.password = SecretText::new("");
        }
        order
    }

    /// The time for the whole order.
    pub fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms)
    }
}

fn default_deadline_ms() -> u64 {
    DEFAULT_DEADLINE_MS
}

fn default_keep_bytes() -> usize {
    DEFAULT_KEEP_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::http::HttpOrder;
    use crate::order::kafka::ScramCredentials;
    use crate::order::tls::{ExpectedName, Roots, TlsVersion};

    #[test]
    fn shortest_order_has_the_defaults() {
        let order: Order = serde_json::from_str(
            r#"{"version": 2, "to": {"host": "a", "port": 80}, "exchange": {"http": {}}}"#,
        )
        .unwrap();
        assert_eq!(order, Order::new("a", 80, HttpOrder::default()));
    }

    #[test]
    fn order_survives_its_json() {
        let client = ClientCertificate::Pem { chain: "c".into(), key: SecretText::new("k") };
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
        let json = r#"{"version": 2, "to": {"host": "a", "port": 80}, "exchange": {"http": {"hots": "x"}}}"#;
        assert!(serde_json::from_str::<Order>(json).is_err());
    }

    #[test]
    fn kept_order_holds_no_secret() {
        let scram = ScramCredentials { user: "u".into(), password: SecretText::new("hidden") };
        let client = ClientCertificate::Pem { chain: "c".into(), key: SecretText::new("hidden") };
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
        let scram = ScramCredentials { user: "u".into(), password: SecretText::new("hidden") };
        assert!(!format!("{scram:?}").contains("hidden"));
    }
}
