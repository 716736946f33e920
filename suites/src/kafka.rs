//! Kafka (section 1.4.3, step 4): how the mesh is told of a Kafka cluster outside of it, and reaches it.

pub mod reachability;
pub mod service_entry;

use world::Check;

/// The checks of each area.
pub const AREAS: &[&[&Check]] = &[service_entry::CHECKS, reachability::CHECKS];
