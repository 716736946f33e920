//! The pods of the Gateways of Knative, as others meet them.

use crate::reading::selectable_pods::selectable_pods;
use semantics::istio::component_pod::ComponentPod;
use semantics::knative::gateways::{INGRESS_GATEWAY, LOCAL_GATEWAY};
use semantics::selection::{contains_pod, pods_of_gateway};
use std::collections::BTreeMap;
use view::gateway::Gateway;
use view::pod::Pod;
use vocabulary::HarnessError;
use world::Context;

/// How stand-ins are called of which only the selector of a Gateway is known.
const STAND_IN_OF_GATEWAY: &str = "pods of Gateway ";

/// Those pods, and what is missing to know them.
#[derive(Debug)]
pub struct GatewayPods {
    /// The pods, no two with the same labels.
    pub pods: Vec<ComponentPod>,
    /// What is missing where there are none.
    pub missing: Option<String>,
}

/// Their pods: those of the namespace that is configured for them, where it has any, since a selector may reach the gateways of
/// another mesh. Where only a Gateway tells of them, nobody knows their namespace.
pub async fn gateway_pods(cx: &Context) -> Result<GatewayPods, HarnessError> {
    let known = cx.known_objects::<Pod>().await?;
    let gateways = cx.known_objects::<Gateway>().await?;
    let pods = selectable_pods(cx).await?;
    let serving = &cx.inputs().serverless.serving_namespace;
    let configured = &cx.inputs().mesh.gateway_namespace;
    let mut by_labels = BTreeMap::new();
    for gateway in
        [INGRESS_GATEWAY, LOCAL_GATEWAY].into_iter().filter_map(|name| gateways.named(serving, name))
    {
        let selected = pods_of_gateway(gateway, &pods);
        for pod in pods.iter().filter(|pod| contains_pod(&selected, pod)) {
            let meta = &pod.metadata.meta;
            if meta.name.starts_with(STAND_IN_OF_GATEWAY) {
                continue;
            }
            let is_known = known.named(&meta.namespace, &meta.name).is_some();
            let pod = if is_known {
                ComponentPod::of_pod(pod, false)
            } else {
                ComponentPod::with_labels(&meta.namespace, &meta.labels, true)
            };
            by_labels.insert((meta.namespace.clone(), meta.labels.clone()), pod);
        }
    }
    if by_labels.keys().any(|(namespace, _)| namespace == configured) {
        by_labels.retain(|(namespace, _), _| namespace == configured);
    }
    let missing = gateways.missing().or_else(|| pods.missing());
    Ok(GatewayPods {
        missing: missing.filter(|_| by_labels.is_empty()),
        pods: by_labels.into_values().collect(),
    })
}
