//! Mutual TLS as configured for the whole mesh.

pub mod is_strict_mesh_wide;
pub mod no_weaker_override;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[&is_strict_mesh_wide::CHECK, &no_weaker_override::CHECK];
