//! Ingresses of Kubernetes that the mesh would serve on the pods of the Knative Gateways.

pub mod no_ingress_claims_443;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[&no_ingress_claims_443::CHECK];
