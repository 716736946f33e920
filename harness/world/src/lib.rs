//! Where the answers of a check come from, and the context through which it asks.

pub mod ask;
pub mod check;
pub mod context;
mod discovery;
pub mod files;
mod filler;
mod interactions;
pub mod live;
pub mod manifests;
mod store;
pub mod traffic;
mod view_type;
pub mod world;

pub use ask::Redacted;
pub use check::{Check, CheckFuture};
pub use context::Context;
pub use files::{Files, FilesError};
pub use live::LiveWorld;
pub use manifests::{Manifests, Raw};
pub use traffic::{LogQuery, Traffic, TrafficFailure};
pub use world::World;
