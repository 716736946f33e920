//! The two roles of the binary: the client carries out orders, the server answers with what it received.

pub mod client;
mod error;
mod listener;
mod pause;
mod received_request;
mod response;
mod response_options;
pub mod server;
mod settings;
mod signal;

pub use error::RoleError;
pub use received_request::ReceivedRequest;
pub use settings::{Settings, SettingsError};
pub use signal::terminated;
