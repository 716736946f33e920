//! The identity that mutual TLS proves.

pub mod caller_is_named;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[&caller_is_named::CHECK];
