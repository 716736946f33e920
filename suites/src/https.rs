//! The sample Knative Service over HTTPS (section 1.4.4): trusted, and by the right certificate.

pub mod service;

use world::Check;

/// The checks of each area.
pub const AREAS: &[&[&Check]] = &[service::CHECKS];
