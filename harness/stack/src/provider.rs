//! Where a cluster comes from: a kind cluster of ours, or one that exists.

pub mod error;
pub mod interface;
pub mod kind;
pub mod live;

pub use error::{ProviderError, classify};
pub use interface::Provider;
