//! The inputs that a cluster tells by itself, each with the object that told it.

use crate::reading::world_objects::{all_objects, one_object};
use inputs::{DiscoveredInputs, Inputs};
use semantics::kafka::bootstrap_server::{
    BOOTSTRAP_CONFIG_MAPS, config_map_list, knative_kafka_lists, split_server_list,
};
use semantics::knative::config_domain::{CONFIG_DOMAIN, default_domain};
use semantics::knative::gateways::INGRESS_GATEWAY;
use semantics::selection::pods_of_gateway;
use semantics::stand_in::{PodIntents, with_stand_ins};
use serde_json::Value;
use std::sync::Arc;
use view::config_map::ConfigMap;
use view::gateway::Gateway;
use view::knative_kafka::KnativeKafka;
use view::pod::Pod;
use view::service::Service;
use view::workload::{Deployment, StatefulSet};
use vocabulary::{Objects, View};
use world::ObjectSource;

/// An input's value, and the object that told it.
type DiscoveredValue = (Value, String);

/// The inputs that a cluster tells. Of what cannot be read none is told: the checks for which an input stands read the same
/// objects, and are errored.
pub async fn discover_inputs(world: &ObjectSource, inputs: &Inputs) -> DiscoveredInputs {
    let serverless = &inputs.serverless;
    let values = [
        ("mesh.gateway_namespace", discovered_gateway_namespace(world, &serverless.serving_namespace).await),
        ("serverless.domain", discovered_domain(world, &serverless.serving_namespace).await),
        (
            "kafka.bootstrap_servers",
            discovered_bootstrap_servers(world, &serverless.eventing_namespace).await,
        ),
    ];
    values.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

/// The namespace of the ingress gateway's pods.
async fn discovered_gateway_namespace(
    world: &ObjectSource,
    serving_namespace: &str,
) -> Option<DiscoveredValue> {
    let gateways = all_objects::<Gateway>(world).await.ok()?; // none: see `discover_inputs`
    let gateway = gateways.named(serving_namespace, INGRESS_GATEWAY)?;
    let pods = all_objects::<Pod>(world).await.ok()?; // none: see `discover_inputs`
    let pods = if pods.extent().is_whole() {
        pods.into_iter().collect()
    } else {
        intended_pods(world, &pods).await?
    };
    let first = pods_of_gateway(gateway, &pods).into_iter().next()?;
    let namespace = first.0.clone();
    let evidence = format!("{}, which {} selects", describe_pod(&first), gateway.object_ref());
    Some((Value::from(namespace), evidence))
}

/// The pods that are known, and stand-ins for those that workloads and Services are written for. Of what cannot be read none
/// is told.
async fn intended_pods(world: &ObjectSource, pods: &Objects<Pod>) -> Option<Vec<Arc<Pod>>> {
    let deployments = all_objects::<Deployment>(world).await.ok()?; // none: see `discover_inputs`
    let stateful_sets = all_objects::<StatefulSet>(world).await.ok()?; // none: see `discover_inputs`
    let services = all_objects::<Service>(world).await.ok()?; // none: see `discover_inputs`
    let workloads = deployments.iter().map(|one| (one.object_ref(), &one.0));
    let intents = PodIntents {
        workloads: workloads.chain(stateful_sets.iter().map(|one| (one.object_ref(), &one.0))).collect(),
        services: &services,
        ..PodIntents::default()
    };
    Some(with_stand_ins(pods, &intents))
}

/// A pod by its name. That of a stand-in is a phrase.
fn describe_pod((namespace, name): &(String, String)) -> String {
    if name.contains(' ') { format!("the {name} in {namespace}") } else { format!("Pod {namespace}/{name}") }
}

/// The domain of Knative Services.
async fn discovered_domain(world: &ObjectSource, serving_namespace: &str) -> Option<DiscoveredValue> {
    let map = one_object::<ConfigMap>(world, serving_namespace, CONFIG_DOMAIN).await?;
    Some((Value::from(default_domain(&map)?), map.object_ref().to_string()))
}

/// The bootstrap servers of Kafka, from the first place that names some.
async fn discovered_bootstrap_servers(
    world: &ObjectSource,
    eventing_namespace: &str,
) -> Option<DiscoveredValue> {
    let split = |list: &str| split_server_list(list).map(Value::from).collect::<Vec<_>>();
    // none: see `discover_inputs`
    for kafka in all_objects::<KnativeKafka>(world).await.ok().into_iter().flatten() {
        for servers in knative_kafka_lists(&kafka).map(split) {
            if !servers.is_empty() {
                return Some((Value::from(servers), kafka.object_ref().to_string()));
            }
        }
    }
    for name in BOOTSTRAP_CONFIG_MAPS {
        let Some(map) = one_object::<ConfigMap>(world, eventing_namespace, name).await else { continue };
        if let Some(list) = config_map_list(&map) {
            return Some((Value::from(split(list)), map.object_ref().to_string()));
        }
    }
    None
}
