//! The prerequisites (section 1.4.1): no conflicting Gateway, no exposed ingress gateway, the APIs.

pub mod apis;
pub mod gateway_api;
pub mod gateways;
pub mod ingresses;
pub mod services;

use world::Check;

/// The checks of each area.
pub const AREAS: &[&[&Check]] =
    &[gateways::CHECKS, gateway_api::CHECKS, ingresses::CHECKS, services::CHECKS, apis::CHECKS];
