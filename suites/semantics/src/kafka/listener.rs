//! The listeners of Kafka: the bootstrap servers, and each port that a ServiceEntry lists for their host.
//!
//! What a port speaks is not written down anywhere in a cluster. The document's ports have a meaning each, which the names
//! of its ServiceEntry tell; any other port is taken for plain Kafka.

use crate::istio::service_entry::entries_for_host;
use crate::kafka::bootstrap_server::BootstrapServer;
use std::collections::BTreeSet;
use std::sync::Arc;
use view::service_entry::ServiceEntry;

/// Whether a port of a ServiceEntry is one without TLS, by its name: `tcp-plain` or `tcp-sasl-plain`, as in the document.
pub fn is_plain_port_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("plain") && !name.contains("tls") && !name.contains("ssl-")
}

/// A listener.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KafkaListener {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// What a listener demands of its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListenerDemands {
    /// That they speak TLS.
    pub tls: bool,
    /// That they name a user, with the password.
    pub user: bool,
    /// That they present a certificate.
    pub certificate: bool,
}

impl KafkaListener {
    /// What it demands of its clients.
    pub fn demands(&self) -> ListenerDemands {
        let (tls, user, certificate) = match self.port {
            9093 => (true, false, false),
            9094 => (true, true, false),
            9095 => (false, true, false),
            9096 => (true, false, true),
            _ => (false, false, false),
        };
        ListenerDemands { tls, user, certificate }
    }
}

impl std::fmt::Display for KafkaListener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// The listeners behind these servers, as far as workloads of a namespace are told of their ports.
pub fn kafka_listeners(
    servers: impl Iterator<Item = BootstrapServer>,
    entries: &[Arc<ServiceEntry>],
    namespace: &str,
) -> BTreeSet<KafkaListener> {
    let mut listeners = BTreeSet::new();
    for BootstrapServer { host, port } in servers {
        let entry_ports = entries_for_host(entries, &host, namespace).flat_map(|entry| &entry.spec.ports);
        let ports: Vec<_> = port.into_iter().chain(entry_ports.map(|port| port.number)).collect();
        listeners.extend(ports.into_iter().map(|port| KafkaListener { host: host.clone(), port }));
    }
    listeners
}
