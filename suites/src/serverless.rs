//! Serverless (section 1.4.3): Knative Serving and Eventing with Istio.

pub mod eventing;
pub mod serving;

use world::Check;

/// The checks of each area.
pub const AREAS: &[&[&Check]] = &[serving::CHECKS, eventing::CHECKS];
