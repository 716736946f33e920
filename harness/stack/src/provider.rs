//! Where a cluster comes from: a kind cluster that meshproof makes, or one that exists.

pub mod error;
pub mod interface;
pub mod kind;
pub mod live;

pub use error::{ProviderError, first_request_error};
pub use interface::Provider;
