//! Mutual TLS on the network (section 1.4.2): who is refused and how, who is answered, and with which identity.

pub mod activator;
pub mod autoscaler;
pub mod identity;
pub mod local_gateway;
pub mod pods;
pub mod private_service;

use world::Check;

/// The checks of each area.
pub const AREAS: &[&[&Check]] = &[
    pods::CHECKS,
    private_service::CHECKS,
    activator::CHECKS,
    autoscaler::CHECKS,
    local_gateway::CHECKS,
    identity::CHECKS,
];
