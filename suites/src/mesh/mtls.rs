//! Mutual TLS as configured for the whole mesh.

pub mod auto_mtls_is_on;
pub mod is_strict_mesh_wide;
pub mod no_policy_is_ignored;
pub mod no_rule_disables_tls;
pub mod no_weaker_override;
pub mod webhooks_answer_the_api_server;

use world::Check;

/// The checks of this area.
pub const CHECKS: &[&Check] = &[
    &is_strict_mesh_wide::CHECK,
    &no_weaker_override::CHECK,
    &webhooks_answer_the_api_server::CHECK,
    &no_policy_is_ignored::CHECK,
    &no_rule_disables_tls::CHECK,
    &auto_mtls_is_on::CHECK,
];
