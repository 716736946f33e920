//! The inputs about Knative Serving and Eventing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Knative Serving and Eventing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServerlessInputs {
    /// The namespace of Knative Serving and its Gateways.
    pub serving_namespace: String,
    /// The namespace of Knative Eventing.
    pub eventing_namespace: String,
    /// The domain under which Knative Services are reached from outside.
    pub domain: Option<String>,
    /// The address at which the router of OpenShift answers, where the DNS of this machine does not lead hosts of the domain to it.
    pub router_address: Option<IpAddr>,
    /// The DNS domain of the cluster.
    pub cluster_domain: String,
}

impl Default for ServerlessInputs {
    fn default() -> Self {
        Self {
            serving_namespace: "knative-serving".to_owned(),
            eventing_namespace: "knative-eventing".to_owned(),
            domain: None,
            router_address: None,
            cluster_domain: "cluster.local".to_owned(),
        }
    }
}
