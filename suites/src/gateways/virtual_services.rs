//! VirtualServices beside those that net-istio makes of routes.

pub mod no_host_is_claimed_twice;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[&no_host_is_claimed_twice::CHECK];
