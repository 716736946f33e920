//! What Knative makes of objects.

pub mod config_domain;
pub mod config_istio;
pub mod config_network;
pub mod domain_template;
pub mod eventing_feature;
pub mod gateways;
pub mod ingress_class;
pub mod knative_hosts;
pub mod mesh_servers;
pub mod pod_addressing;
pub mod revision;
pub mod serving_call;
pub mod webhook;
