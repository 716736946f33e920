//! The bootstrap servers of Kafka: from KnativeKafka, from the ConfigMaps of Knative's Kafka components, or configured.

use semantics::kafka::bootstrap_server::{
    BOOTSTRAP_CONFIG_MAPS, BootstrapServer, config_map_list, knative_kafka_lists, split_server_list,
};
use std::collections::BTreeMap;
use view::config_map::ConfigMap;
use view::knative_kafka::KnativeKafka;
use vocabulary::{HarnessError, View};
use world::Context;

/// Bootstrap servers, each with the place that names it first.
pub type BootstrapServers = BTreeMap<BootstrapServer, String>;

/// All bootstrap servers. Inputs are used where the cluster names none. Files need not hold every place that may name one; one of
/// them is enough.
pub async fn bootstrap_servers(cx: &Context) -> Result<BootstrapServers, HarnessError> {
    let namespace = &cx.inputs().serverless.eventing_namespace;
    let mut servers = BootstrapServers::new();
    for kafka in cx.known_objects::<KnativeKafka>().await? {
        for list in knative_kafka_lists(&kafka) {
            add_list(&mut servers, list, &kafka.object_ref().to_string());
        }
    }
    for name in BOOTSTRAP_CONFIG_MAPS {
        let map = cx.lookup::<ConfigMap>(namespace, name).await?;
        if let Some((map, list)) = map.found().and_then(|map| Some((map, config_map_list(map)?))) {
            add_list(&mut servers, list, &map.object_ref().to_string());
        }
    }
    if servers.is_empty() {
        for list in &cx.inputs().kafka.bootstrap_servers {
            add_list(&mut servers, list, "the input `kafka.bootstrap_servers`");
        }
    }
    Ok(servers)
}

fn add_list(servers: &mut BootstrapServers, list: &str, origin: &str) {
    for entry in split_server_list(list) {
        servers.entry(BootstrapServer::parse(entry)).or_insert_with(|| origin.to_owned());
    }
}
