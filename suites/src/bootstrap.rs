//! The bootstrap servers of Kafka: from KnativeKafka, from the ConfigMaps of Knative's Kafka components, or configured.

use harness::context::Context;
use harness::error::HarnessError;
use harness::finding::Verdict;
use harness::outcome::SkipReason;
use harness::view::View;
use std::collections::BTreeMap;
use view::config_map::ConfigMap;
use view::knative_kafka::KnativeKafka;

/// The ConfigMaps of Knative's Kafka components that name bootstrap servers.
pub const CONFIG_MAPS: &[&str] = &["kafka-broker-config", "kafka-channel-config"];
/// The key that does.
pub const KEY: &str = "bootstrap.servers";

/// A bootstrap server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Server {
    /// Its host.
    pub host: String,
    /// Its port, if one is named.
    pub port: Option<u16>,
}

impl std::fmt::Display for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => f.write_str(&self.host),
        }
    }
}

/// All bootstrap servers, each with the place that names it. Inputs are used where the cluster names none.
pub async fn servers(cx: &Context) -> Result<BTreeMap<Server, String>, HarnessError> {
    let namespace = &cx.inputs().serverless.eventing_namespace;
    let mut found = BTreeMap::new();
    for kafka in told(cx.objects::<KnativeKafka>().await)? {
        for list in of_knative_kafka(&kafka) {
            add(&mut found, list, &kafka.object_ref().to_string());
        }
    }
    for name in CONFIG_MAPS {
        if let Some(map) = told(cx.object::<ConfigMap>(namespace, name).await)? {
            add(&mut found, map.value(KEY).unwrap_or_default(), &map.object_ref().to_string());
        }
    }
    if found.is_empty() {
        for list in &cx.inputs().kafka.bootstrap_servers {
            add(&mut found, list, "the input `kafka.bootstrap_servers`");
        }
    }
    Ok(found)
}

/// Files need not hold every place that may name a server; one of them is enough.
fn told<T: Default>(answer: Result<T, HarnessError>) -> Result<T, HarnessError> {
    match answer {
        Err(error) if error.reason_to_skip().is_some() => Ok(T::default()),
        answer => answer,
    }
}

/// The lists of a KnativeKafka.
pub fn of_knative_kafka(kafka: &KnativeKafka) -> [&str; 2] {
    [&kafka.spec.broker.default_config.bootstrap_servers, &kafka.spec.channel.bootstrap_servers]
}

/// The verdict where nobody names a bootstrap server.
pub fn unknown() -> Verdict {
    Verdict::NotApplicable(SkipReason::NeedsInput {
        key: "kafka.bootstrap_servers".to_owned(),
        purpose: "to find the ServiceEntry of the Kafka cluster".to_owned(),
    })
}

fn add(found: &mut BTreeMap<Server, String>, list: &str, origin: &str) {
    for server in list.split(',').map(str::trim).filter(|server| !server.is_empty()) {
        found.entry(parse(server)).or_insert_with(|| origin.to_owned());
    }
}

fn parse(server: &str) -> Server {
    // Kafka accepts a protocol in front: `SASL_SSL://host:port`.
    let server = server.split_once("://").map_or(server, |(_, rest)| rest);
    match server.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => {
            Server { host: host.to_owned(), port: port.parse().ok() }
        }
        _ => Server { host: server.to_owned(), port: None },
    }
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
        let mut found = BTreeMap::new();
        add(&mut found, list, "here");
        let servers: Vec<_> = found.keys().map(ToString::to_string).collect();
        assert_eq!(servers.join(" "), expected);
    }
}
