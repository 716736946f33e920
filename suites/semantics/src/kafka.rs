//! Where Kafka is, and what it demands of its clients.

pub mod bootstrap_server;
pub mod listener;
