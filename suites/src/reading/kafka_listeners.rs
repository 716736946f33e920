//! The listeners of Kafka that are asked.

use crate::reading::bootstrap_servers::bootstrap_servers;
use semantics::kafka::listener::{KafkaListener, kafka_listeners};
use std::collections::BTreeSet;
use view::service_entry::ServiceEntry;
use vocabulary::HarnessError;
use world::Context;

/// The listeners of which workloads in Eventing's namespace are told; none where nobody names a bootstrap server.
pub async fn eventing_kafka_listeners(cx: &Context) -> Result<BTreeSet<KafkaListener>, HarnessError> {
    let namespace = &cx.inputs().serverless.eventing_namespace;
    let entries = cx.objects::<ServiceEntry>().await?;
    let servers = bootstrap_servers(cx).await?;
    Ok(kafka_listeners(servers.into_keys(), &entries, namespace))
}
