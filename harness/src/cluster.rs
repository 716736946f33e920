//! A cluster's API server: the client, and writes by server-side apply.

pub mod client;
