//! The control plane, and the settings that it gives to every sidecar.

pub mod drain_outlasts_requests;
pub mod excludes_8444_and_8022;
pub mod is_ready;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] =
    &[&is_ready::CHECK, &drain_outlasts_requests::CHECK, &excludes_8444_and_8022::CHECK];
