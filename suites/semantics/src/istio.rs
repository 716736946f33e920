//! What Istio makes of objects.

pub mod control_plane;
pub mod discovery_selectors;
pub mod drain;
pub mod envoy_cluster;
pub mod excluded_ports;
pub mod gateway_server;
pub mod identity;
pub mod injection;
pub mod injection_flaw;
pub mod injection_request;
mod istiod_owner;
mod maistra_owner;
pub mod membership;
mod mesh_image;
pub mod mesh_owner;
pub mod mesh_role;
pub mod mesh_scope;
pub mod mesh_setting;
pub mod mutual_tls;
pub mod ownership;
pub mod pod_injection;
mod sail_owner;
pub mod service_entry;
pub mod service_port;
pub mod sidecar;
mod sidecar_owner;
pub mod wildcard_conflict;
