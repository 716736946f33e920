//! The gateway for traffic from outside.

pub mod certificate_is_usable;
pub mod no_plain_server_for_knative_hosts;
pub mod serves_every_host;
pub mod serves_https_from_secret;
pub mod service_carries_the_label;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[
    &serves_https_from_secret::CHECK,
    &certificate_is_usable::CHECK,
    &service_carries_the_label::CHECK,
    &serves_every_host::CHECK,
    &no_plain_server_for_knative_hosts::CHECK,
];
