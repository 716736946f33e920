//! Services in front of the pods of the Knative Gateways.

pub mod gateway_is_cluster_ip;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[&gateway_is_cluster_ip::CHECK];
