//! The pods that Gateways and Services select, as far as they are known: in files, by what is written for them.

use semantics::knative::gateways::{INGRESS_GATEWAY, LOCAL_GATEWAY};
use semantics::stand_in::{PodIntents, with_stand_ins};
use std::ops::Deref;
use std::sync::Arc;
use view::gateway::Gateway;
use view::pod::Pod;
use view::service::Service;
use view::workload::{Deployment, StatefulSet};
use vocabulary::{HarnessError, View};
use world::Context;

/// Pods, and stand-ins for those that are not known.
#[derive(Debug)]
pub struct SelectablePods {
    pods: Vec<Arc<Pod>>,
    missing: Option<String>,
}

impl SelectablePods {
    /// What is missing to know that something selects no pod, or others; nothing where all pods are known.
    pub fn missing(&self) -> Option<String> {
        self.missing.clone()
    }
}

impl Deref for SelectablePods {
    type Target = [Arc<Pod>];

    fn deref(&self) -> &Self::Target {
        &self.pods
    }
}

/// Reads the pods; where not all are known, workloads, Services and the Gateways of Knative stand in for the others.
pub async fn selectable_pods(cx: &Context) -> Result<SelectablePods, HarnessError> {
    let pods = cx.known_objects::<Pod>().await?;
    let Some(missing) = pods.missing() else {
        return Ok(SelectablePods { pods: pods.into_iter().collect(), missing: None });
    };
    let deployments = cx.known_objects::<Deployment>().await?;
    let stateful_sets = cx.known_objects::<StatefulSet>().await?;
    let services = cx.known_objects::<Service>().await?;
    let gateways = cx.known_objects::<Gateway>().await?;
    let serving = &cx.inputs().serverless.serving_namespace;
    let of_knative = [INGRESS_GATEWAY, LOCAL_GATEWAY].map(|name| gateways.named(serving, name));
    let workloads = deployments.iter().map(|one| (one.object_ref(), &one.0));
    let intents = PodIntents {
        workloads: workloads.chain(stateful_sets.iter().map(|one| (one.object_ref(), &one.0))).collect(),
        services: &services,
        gateways: of_knative.into_iter().flatten().map(AsRef::as_ref).collect(),
        gateway_namespace: &cx.inputs().mesh.gateway_namespace,
    };
    Ok(SelectablePods { pods: with_stand_ins(&pods, &intents), missing: Some(missing) })
}
