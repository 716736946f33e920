//! A cluster's API server: the client, writes by server-side apply, deletion, and waiting.

pub mod answer;
pub mod apply;
pub mod client;
pub mod delete;
pub(crate) mod fields;
pub mod kinds;
mod retry;
pub mod wait;
pub mod whole;
