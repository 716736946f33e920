//! The sample Knative Service.

pub mod answers_ca_trusted_request;
pub mod becomes_ready_with_sidecar;
pub mod is_reached_in_the_mesh_by_three_names;
pub mod presents_the_configured_certificate;
pub mod refused_without_the_ca;
pub mod unknown_host_is_not_found;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[
    &becomes_ready_with_sidecar::CHECK,
    &answers_ca_trusted_request::CHECK,
    &refused_without_the_ca::CHECK,
    &presents_the_configured_certificate::CHECK,
    &unknown_host_is_not_found::CHECK,
    &is_reached_in_the_mesh_by_three_names::CHECK,
];
