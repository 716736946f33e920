//! Which connections NetworkPolicies let through.

pub mod revisions_are_reached;
pub mod serving_is_reached;
pub mod webhooks_are_reached;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] =
    &[&serving_is_reached::CHECK, &webhooks_are_reached::CHECK, &revisions_are_reached::CHECK];
