//! The status of an Ingress, by which Knative knows that its routes are there.
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use serde::{Deserialize, Serialize};

use crate::config::Gateway;

const CONDITIONS: [&str; 3] = ["LoadBalancerReady", "NetworkConfigured", "Ready"];

/// What the controller last did.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct IngressStatus {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) observed_generation: Option<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) conditions: Vec<Condition>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) public_load_balancer: Option<LoadBalancer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) private_load_balancer: Option<LoadBalancer>,
}

/// One condition. Reason and message are there when the status is not `True`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Condition {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_transition_time: Option<Time>,
}

/// Where requests for the ingress's hosts are to be sent.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub(crate) struct LoadBalancer {
    pub(crate) ingress: Vec<LoadBalancerIngress>,
}

/// A Service by its name in the cluster, or the sidecars.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct LoadBalancerIngress {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) domain_internal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mesh_only: Option<bool>,
}

impl LoadBalancer {
    /// The Service of the first gateway; without a gateway there are sidecars only.
    pub(crate) fn from_gateways(gateways: &[Gateway]) -> Self {
        let ingress = match gateways.first() {
            Some(gateway) => {
                LoadBalancerIngress { domain_internal: Some(gateway.service.clone()), mesh_only: None }
            }
            None => LoadBalancerIngress { domain_internal: None, mesh_only: Some(true) },
        };
        Self { ingress: vec![ingress] }
    }
}

impl IngressStatus {
    /// The status once all routes of `generation` are written.
    pub(crate) fn to_ready(
        &self,
        generation: Option<i64>,
        public: LoadBalancer,
        private: LoadBalancer,
        at: &Time,
    ) -> Self {
        Self {
            observed_generation: generation,
            conditions: self.transition("True", None, at),
            public_load_balancer: Some(public),
            private_load_balancer: Some(private),
        }
    }

    /// The status when the routes of `generation` could not be written; what was served is still served.
    pub(crate) fn to_failed(&self, generation: Option<i64>, reason: &str, message: &str, at: &Time) -> Self {
        Self {
            observed_generation: generation,
            conditions: self.transition("False", Some((reason, message)), at),
            ..self.clone()
        }
    }

    /// All conditions with one status; a condition that had it keeps the time at which it got it.
    fn transition(&self, status: &str, cause: Option<(&str, &str)>, at: &Time) -> Vec<Condition> {
        let since = |kind: &str| {
            let before = self.conditions.iter().find(|condition| condition.kind == kind);
            before
                .filter(|condition| condition.status == status)
                .and_then(|condition| condition.last_transition_time.clone())
        };
        let condition = |kind: &str| Condition {
            kind: kind.to_owned(),
            status: status.to_owned(),
            reason: cause.map(|(reason, _)| reason.to_owned()),
            message: cause.map(|(_, message)| message.to_owned()),
            last_transition_time: Some(since(kind).unwrap_or_else(|| at.clone())),
        };
        CONDITIONS.map(condition).into()
    }
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
