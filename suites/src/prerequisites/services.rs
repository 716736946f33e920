//! Services in front of the pods of the Knative Gateways.

pub mod gateway_is_cluster_ip;
pub mod no_service_moves_a_listener;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[&gateway_is_cluster_ip::CHECK, &no_service_moves_a_listener::CHECK];
