//! The private Service of a revision.

pub mod plaintext_is_refused;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[&plaintext_is_refused::CHECK];
