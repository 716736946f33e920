//! The Gateways of Knative, by their names in the document, and where their pods are.

use semantics::selection::PodNames;
use std::sync::Arc;
use view::gateway::Gateway;
use vocabulary::HarnessError;
use world::Context;

/// A Gateway of Knative.
pub async fn knative_gateway(cx: &Context, name: &str) -> Result<Option<Arc<Gateway>>, HarnessError> {
    cx.object::<Gateway>(&cx.inputs().serverless.serving_namespace, name).await
}

/// A Gateway of Knative, for a check that sends to its pods.
pub async fn require_knative_gateway(cx: &Context, name: &str) -> Result<Arc<Gateway>, HarnessError> {
    knative_gateway(cx, name).await?.ok_or_else(|| missing_gateway_pod(name, "no such Gateway"))
}

/// The error of a check that sends to the pods of a Gateway, where there is none.
pub fn missing_gateway_pod(name: &str, last_seen: &str) -> HarnessError {
    HarnessError::NotThere {
        what: format!("pod that Gateway {name} selects"),
        last_seen: last_seen.to_owned(),
    }
}

/// The namespace of these pods of a Gateway, or the configured one without pods.
pub fn gateway_namespace<'a>(pods: &'a PodNames, cx: &'a Context) -> &'a str {
    pods.first().map_or(&cx.inputs().mesh.gateway_namespace, |(namespace, _)| namespace)
}
