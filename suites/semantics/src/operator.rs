//! What operators make of custom resources: the objects that will be there once a manifest is applied, so that a folder
//! without them can be judged.
//!
//! Only what is certain is made. What an operator fills in from its own release is left out, and so is every status:
//! `docs/operators.md` says for each resource what is derived, what is not known, and where that was read.

mod custom_resource;
pub mod derivation;
pub mod difference;
mod draft;
mod field_path;
mod ingress_gateway;
mod istio;
mod istio_operator;
mod knative_config;
mod knative_eventing;
mod knative_gateways;
mod knative_kafka;
mod knative_network;
mod knative_serving;
mod knative_spec;
mod knative_workloads;
mod member_roll;
pub mod note;
mod service_mesh_control_plane;
