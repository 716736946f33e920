//! Knative Serving.

pub mod activator_and_autoscaler_are_injected;
pub mod config_points_at_the_gateways;
pub mod is_ready_with_istio;
pub mod named_gateways_are_there;
pub mod requests_to_pods_take_the_mesh;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[
    &is_ready_with_istio::CHECK,
    &activator_and_autoscaler_are_injected::CHECK,
    &config_points_at_the_gateways::CHECK,
    &named_gateways_are_there::CHECK,
    &requests_to_pods_take_the_mesh::CHECK,
];
