//! Gateways of the Gateway API that the mesh would serve on the pods of the Knative Gateways.

pub mod no_listener_claims_443;
pub mod no_listener_claims_local_port;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[&no_listener_claims_443::CHECK, &no_listener_claims_local_port::CHECK];
