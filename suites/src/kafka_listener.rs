//! The listeners of Kafka that are asked: the bootstrap servers, and each port that the ServiceEntry lists for their host.
//!
//! What a port speaks is not written down anywhere in a cluster. The document's ports have a meaning each, which the names
//! of its ServiceEntry tell; any other port is taken for plain Kafka.

use crate::bootstrap;
use harness::context::Context;
use harness::error::HarnessError;
use harness::finding::Verdict;
use harness::outcome::SkipReason;
use probe::{ClientCertificate, KafkaOrder, KafkaUntil, Order, Roots, Scram, Secret, TlsOrder};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use view::service_entry::ServiceEntry;

/// How long one conversation may take.
const DEADLINE_MS: u64 = 15_000;
/// The topic that is written and read.
const TOPIC: &str = "meshproof";

/// A listener.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listener {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// What a listener asks of its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Demands {
    tls: bool,
    user: bool,
    certificate: bool,
}

impl Listener {
    fn demands(&self) -> Demands {
        let (tls, user, certificate) = match self.port {
            9093 => (true, false, false),
            9094 => (true, true, false),
            9095 => (false, true, false),
            9096 => (true, false, true),
            _ => (false, false, false),
        };
        Demands { tls, user, certificate }
    }

    /// What is said to it, as far as `until`; the input that is missing where that cannot be.
    pub fn order(
        &self,
        cx: &Context,
        until: KafkaUntil,
    ) -> Result<Result<Order, &'static str>, HarnessError> {
        let (inputs, demands) = (&cx.inputs().kafka, self.demands());
        let value = format!("meshproof to {}:{}", self.host, self.port);
        let mut kafka = KafkaOrder { scram: None, topic: TOPIC.to_owned(), value, until };
        if demands.user {
            let Some(password) = &inputs.password else { return Ok(Err("kafka.password")) };
            kafka.scram = Some(Scram { user: inputs.user.clone(), password: Secret::new(password) });
        }
        let mut order = Order { deadline_ms: DEADLINE_MS, ..Order::new(&self.host, self.port, kafka) };
        if demands.tls {
            let Some(root) = &inputs.root_ca else { return Ok(Err("kafka.root_ca")) };
            let roots = || Ok(Roots::Pem(read("kafka.root_ca", root)?));
            let roots = cx.certificates("kafka.root_ca", roots)?;
            let mut tls = TlsOrder { roots, ..TlsOrder::default() };
            if demands.certificate {
                let Some(chain) = &inputs.client_certificate else {
                    return Ok(Err("kafka.client_certificate"));
                };
                let Some(key) = &inputs.client_key else { return Ok(Err("kafka.client_key")) };
                tls.client = Some(cx.certificates("kafka.client_certificate", || {
                    let key = Secret::new(read("kafka.client_key", key)?);
                    Ok(ClientCertificate::Pem { chain: read("kafka.client_certificate", chain)?, key })
                })?);
            }
            order = order.with_tls(tls);
        }
        Ok(Ok(order))
    }
}

impl std::fmt::Display for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// The listeners; none where nobody names a bootstrap server.
pub async fn listeners(cx: &Context) -> Result<BTreeSet<Listener>, HarnessError> {
    let namespace = &cx.inputs().serverless.eventing_namespace;
    let entries = cx.objects::<ServiceEntry>().await?;
    let mut listeners = BTreeSet::new();
    for server in bootstrap::servers(cx).await?.into_keys() {
        let telling =
            entries.iter().filter(|entry| entry.names(&server.host) && entry.is_visible_in(namespace));
        let told = telling.flat_map(|entry| &entry.spec.ports).map(|port| port.number);
        let ports: Vec<u16> = server.port.into_iter().chain(told).collect();
        listeners.extend(ports.into_iter().map(|port| Listener { host: server.host.clone(), port }));
    }
    Ok(listeners)
}

/// The verdict where no listener can be asked for want of this input.
pub fn missing(input: &str) -> Verdict {
    let purpose = "to speak to Kafka as its listener demands".to_owned();
    Verdict::NotApplicable(SkipReason::NeedsInput { key: input.to_owned(), purpose })
}

fn read(key: &'static str, path: &PathBuf) -> Result<String, HarnessError> {
    let input = |source| HarnessError::Input { key, path: path.clone(), source: Arc::new(source) };
    std::fs::read_to_string(path).map_err(input)
}
