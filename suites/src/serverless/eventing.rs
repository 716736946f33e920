//! Knative Eventing.

pub mod is_ready_with_istio;
pub mod workloads_are_injected;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[&is_ready_with_istio::CHECK, &workloads_are_injected::CHECK];
