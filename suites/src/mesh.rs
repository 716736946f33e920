//! The mesh (section 1.4.2): control plane, strict mutual TLS, membership, and which calls policies let through.

pub mod access;
pub mod control_plane;
pub mod membership;
pub mod mtls;
pub mod network;
pub mod reach;

use world::Check;

/// The checks of each area.
pub const AREAS: &[&[&Check]] = &[
    control_plane::CHECKS,
    mtls::CHECKS,
    membership::CHECKS,
    access::CHECKS,
    network::CHECKS,
    reach::CHECKS,
];
