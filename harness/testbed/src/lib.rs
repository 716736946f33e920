//! What checks with traffic make in a cluster, and how they send from there.
//!
//! A testbed is made of places, a folder of `fixtures/base` each. What a killed run left of it is found by its labels.

mod error;
pub mod forward;
mod ledger;
mod log;
mod place;
mod pull_secret;
pub mod sweep;
pub mod testbed;
pub mod traffic;

pub use error::TrafficError;
pub use ledger::{Ledger, MakeError};
pub use place::{Place, PlaceError};
pub use sweep::SweepError;
pub use testbed::{PlacePods, Testbed, pods_of_place, values};
pub use traffic::TestbedTraffic;
