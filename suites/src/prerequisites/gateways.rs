//! Gateways that would take the place of those of Knative.

pub mod no_foreign_wildcard_on_443;
pub mod no_foreign_wildcard_on_local_port;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] =
    &[&no_foreign_wildcard_on_443::CHECK, &no_foreign_wildcard_on_local_port::CHECK];
