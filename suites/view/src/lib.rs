//! The views: for each kind, the fields that checks read.

pub mod authorization_policy;
pub mod condition;
pub mod config_map;
pub mod container;
pub mod destination_rule;
pub mod gateway;
pub mod ingress;
pub mod ingress_class;
pub mod istio;
pub mod knative;
pub mod knative_kafka;
pub mod knative_service;
pub mod known_views;
pub mod label_selector;
pub mod namespace;
pub mod network_policy;
pub mod peer_authentication;
pub mod pod;
pub mod pruning;
pub mod secret;
pub mod service;
pub mod service_entry;
pub mod service_mesh;
pub mod sidecar;
pub mod virtual_service;
pub mod workload;
