//! The ServiceEntry of the Kafka cluster.

pub mod is_external_without_resolution;
pub mod names_each_port_once;
pub mod names_the_bootstrap_hosts;
pub mod no_rule_forces_tls;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[
    &names_the_bootstrap_hosts::CHECK,
    &names_each_port_once::CHECK,
    &is_external_without_resolution::CHECK,
    &no_rule_forces_tls::CHECK,
];
