//! Which calls AuthorizationPolicies let through.

pub mod revisions_are_reached;
pub mod serving_is_reached;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[&serving_is_reached::CHECK, &revisions_are_reached::CHECK];
