//! What several checks judge alike, in findings and verdicts.

pub mod authorization;
pub mod finding;
pub mod host_claims;
pub mod inherited_setting;
pub mod injection;
pub mod listener_conflict;
pub mod name_list;
pub mod network_policy;
pub mod readiness;
pub mod rival_gateway;
pub mod rival_gateway_api;
pub mod served_hosts;
pub mod skip;
