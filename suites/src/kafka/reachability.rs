//! Whether Kafka is reached through the mesh, and by its ServiceEntry only.

pub mod refused_without_service_entry;
pub mod round_trip_through_service_entry;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] =
    &[&round_trip_through_service_entry::CHECK, &refused_without_service_entry::CHECK];
