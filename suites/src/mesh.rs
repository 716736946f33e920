//! The mesh (section 1.4.2): control plane, strict mutual TLS, membership.

pub mod control_plane;
pub mod membership;
pub mod mtls;

use world::Check;

/// The checks of each area.
pub const AREAS: &[&[&Check]] = &[control_plane::CHECKS, mtls::CHECKS, membership::CHECKS];
