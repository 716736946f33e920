//! What checks with traffic share in a cluster, how they send from there, and how it is removed.
//!
//! A testbed is made of places, each a folder of `fixtures/base`.

mod error;
pub mod forward;
mod ledger;
mod log;
mod place;
mod place_error;
mod pull_secret;
pub mod rights;
pub mod sweep;
pub mod testbed;
pub mod traffic;

pub use error::TrafficError;
pub use ledger::{Ledger, LedgerError};
pub use place::{ProbePod, ReadyPlace};
pub use place_error::PlaceError;
pub use sweep::SweepError;
pub use testbed::{PlacePods, Testbed, placeholder_values, pods_of_place};
pub use traffic::TestbedTraffic;
