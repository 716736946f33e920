//! Which hosts the sidecars of Knative are told of.

pub mod no_sidecar_hides_kafka;
pub mod no_sidecar_hides_knative;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[&no_sidecar_hides_knative::CHECK, &no_sidecar_hides_kafka::CHECK];
