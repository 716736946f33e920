//! The gateways of Knative (section 1.4.2, step 3): both Gateways, the certificate, and the Services in front of them.

pub mod ingress;
pub mod local;
pub mod virtual_services;

use world::Check;

/// The checks of each area.
pub const AREAS: &[&[&Check]] = &[ingress::CHECKS, local::CHECKS, virtual_services::CHECKS];
