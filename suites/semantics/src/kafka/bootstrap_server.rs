//! The bootstrap servers of Kafka: where they are written, and how they are spelled.

use view::config_map::ConfigMap;
use view::knative_kafka::KnativeKafka;

/// The ConfigMaps of Knative's Kafka components that name bootstrap servers.
pub const BOOTSTRAP_CONFIG_MAPS: &[&str] = &["kafka-broker-config", "kafka-channel-config"];

/// A bootstrap server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BootstrapServer {
    /// Its host.
    pub host: String,
    /// Its port, if one is named.
    pub port: Option<u16>,
}

impl BootstrapServer {
    /// Reads one entry of a list. Kafka accepts a protocol in front: `SASL_SSL://host:port`.
    pub fn parse(entry: &str) -> Self {
        let entry = entry.split_once("://").map_or(entry, |(_, rest)| rest);
        let (host, port) = match entry.rsplit_once(':').map(|(host, port)| (host, port.parse())) {
            Some((host, Ok(port))) => (host, Some(port)),
            // What is no port stays part of the host, which no ServiceEntry then names.
            Some((_, Err(_))) | None => (entry, None),
        };
        Self { host: host.to_owned(), port }
    }
}

impl std::fmt::Display for BootstrapServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => f.write_str(&self.host),
        }
    }
}

/// The entries of a list that is separated by commas. A placeholder that nobody has filled in, as `<bootstrap_servers>` in the
/// document, names no server.
pub fn split_server_list(list: &str) -> impl Iterator<Item = &str> {
    let is_filled_in = |entry: &&str| !entry.is_empty() && !entry.contains(['<', '>', '{', '}', '$']);
    list.split(',').map(str::trim).filter(is_filled_in)
}

/// The lists of a KnativeKafka.
pub fn knative_kafka_lists(kafka: &KnativeKafka) -> [&str; 2] {
    [&kafka.spec.broker.default_config.bootstrap_servers, &kafka.spec.channel.bootstrap_servers]
}

/// The list of a ConfigMap.
pub fn config_map_list(map: &ConfigMap) -> Option<&str> {
    map.value("bootstrap.servers")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::one("kafka.test:9092", "kafka.test:9092")]
    #[case::several("a:1, b:2,", "a:1 b:2")]
    #[case::protocol("SASL_SSL://kafka.test:9094", "kafka.test:9094")]
    #[case::no_port("kafka.test", "kafka.test")]
    #[case::empty("", "")]
    fn list_is_split_into_hosts_and_ports(#[case] list: &str, #[case] expected: &str) {
        let servers: Vec<_> =
            split_server_list(list).map(|entry| BootstrapServer::parse(entry).to_string()).collect();
        assert_eq!(servers.join(" "), expected);
    }
}
