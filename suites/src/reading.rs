//! What is read of a cluster and used by several checks: facts, without a verdict.

pub mod bootstrap_servers;
pub mod capability;
pub mod cluster_workloads;
pub mod control_plane;
pub mod debug_endpoint;
pub mod derived_objects;
pub mod detection;
pub mod diagnostics;
pub mod discovered_inputs;
pub mod discovery;
pub mod input_file;
pub mod kafka_listeners;
pub mod knative_gateway;
pub mod knative_namespaces;
pub mod mesh_scope;
pub mod mesh_setting;
pub mod product_versions;
pub mod sample;
pub mod selectable_pods;
pub mod served_host;
pub mod service_domain;
pub mod service_entry;
pub mod service_host;
pub mod trust;
pub mod trust_domain;
pub mod world_objects;
