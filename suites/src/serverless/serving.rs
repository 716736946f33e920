//! Knative Serving.

pub mod activator_and_autoscaler_are_injected;
pub mod addresses_have_the_gateways_scheme;
pub mod config_points_at_the_gateways;
pub mod each_domain_is_used;
pub mod internal_tls_is_left_to_the_mesh;
pub mod is_ready_with_istio;
pub mod named_gateways_are_there;
pub mod network_settings_are_read;
pub mod requests_to_pods_take_the_mesh;
pub mod revisions_are_injected_as_asked;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[
    &is_ready_with_istio::CHECK,
    &activator_and_autoscaler_are_injected::CHECK,
    &config_points_at_the_gateways::CHECK,
    &named_gateways_are_there::CHECK,
    &requests_to_pods_take_the_mesh::CHECK,
    &network_settings_are_read::CHECK,
    &each_domain_is_used::CHECK,
    &addresses_have_the_gateways_scheme::CHECK,
    &internal_tls_is_left_to_the_mesh::CHECK,
    &revisions_are_injected_as_asked::CHECK,
];
