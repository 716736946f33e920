//! The gateway for traffic inside the cluster.

pub mod demands_mesh_identity;
pub mod port_translation_is_off;
pub mod serves_every_host;
pub mod service_maps_80_to_8081;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[
    &demands_mesh_identity::CHECK,
    &service_maps_80_to_8081::CHECK,
    &port_translation_is_off::CHECK,
    &serves_every_host::CHECK,
];
