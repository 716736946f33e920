//! The views: for each kind, the fields that checks read.

pub mod peer_authentication;
