//! The clients of Kafka: the workloads of Knative's Kafka components.

use semantics::istio::injection::ClusterWorkloads;
use semantics::knative::webhook::is_webhook;
use std::collections::BTreeMap;
use vocabulary::Meta;
use world::Context;

/// How the names of their workloads begin.
const PREFIX: &str = "kafka-";

/// The namespace and the labels of their pods; the namespace alone where no workload is known.
pub fn kafka_clients(cx: &Context, workloads: &ClusterWorkloads) -> Vec<Meta> {
    let namespace = &cx.inputs().serverless.eventing_namespace;
    let deployments = workloads.deployments.iter().map(|one| &one.0);
    let known = deployments.chain(workloads.stateful_sets.iter().map(|one| &one.0)).filter(|workload| {
        let meta = &workload.metadata;
        meta.namespace == *namespace && meta.name.starts_with(PREFIX) && !is_webhook(&meta.name)
    });
    let meta = |labels| Meta { namespace: namespace.clone(), labels, ..Meta::default() };
    let clients: Vec<_> =
        known.map(|workload| meta(workload.spec.template.metadata.labels.clone())).collect();
    if clients.is_empty() { vec![meta(BTreeMap::new())] } else { clients }
}
