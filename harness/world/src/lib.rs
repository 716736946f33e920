//! The context through which a check asks, and where the objects come from that it reads.

mod any_view;
mod api_group;
pub mod ask;
pub mod check;
pub mod context;
mod discovery;
pub mod files;
mod interactions;
mod list_watcher;
pub mod live;
pub mod manifests;
mod object_lister;
pub mod object_source;
mod page;
mod store;
mod store_cache;
mod store_filler;
pub mod traffic;
mod view_type;
mod waiters;

pub use ask::Redacted;
pub use check::{Check, CheckFuture};
pub use context::Context;
pub use files::{Files, FilesError, FilesHold, NotRead, NotReadReason, ObjectPlace, not_read_notes};
pub use live::{LiveObjects, PendingList};
pub use manifests::{KnownObject, KnownObjects, Manifests, ObjectsByResource, OtherResources};
pub use object_source::ObjectSource;
pub use traffic::{LogQuery, Traffic, TrafficFailure};
