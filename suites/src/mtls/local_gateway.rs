//! The gateway for calls inside the cluster.

pub mod certificate_is_demanded;
pub mod mesh_identity_is_answered;
pub mod plaintext_is_refused;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] =
    &[&plaintext_is_refused::CHECK, &certificate_is_demanded::CHECK, &mesh_identity_is_answered::CHECK];
