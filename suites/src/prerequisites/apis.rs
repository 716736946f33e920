//! The kinds of object that everything else is written in.

pub mod required_kinds_are_served;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[&required_kinds_are_served::CHECK];
